"""The lists beside the wide table of a bulk zip: its codes and its series.

Of the list of codes, `completeness` proves the economies as it does for the API. A past release is
spelt as the newest vintage is: names and regions move, and the same economy must be found under
the same words in all vintages; the words of the release itself are reported. Its income levels are
its own. An economy that is classified without data (Taiwan) is in no bulk file and is carried over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from affordability.fetch.completeness import NOT_CLASSIFIED, Economy, prove_economies
from affordability.fetch.plan import Plan
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import AGAIN

MOST_KEPT = 2_000_000  # characters; the list of codes has 160,000, as have the series asked
BLANK = ("", "..", NOT_CLASSIFIED)
SPELT = {"name": "names", "region": "regions", "lending": "lending"}


@dataclass(frozen=True)
class Listing:
    """A small table as text, every row as long as its header."""

    called: str
    header: list[str]
    rows: list[list[str]]

    @classmethod
    def of(cls, records: Iterator[list[str]], called: str, only: set[str] | None = None) -> Listing:
        """Read all records, header first; keep those whose first cell is in `only`.

        Raises:
            FetchError: a row is too short or too long, a key is twice, or all is too much.
        """
        header, kept = next(records, []), 0
        rows: dict[str, list[str]] = {}
        for number, record in enumerate(records, 2):
            if len(record) != len(header):
                raise FetchError(
                    f"{called}, record {number}: found {len(record)} cells, expected "
                    f"{len(header)}; {AGAIN}"
                )
            if only is not None and record[0] not in only:
                continue
            if record[0] in rows:
                raise FetchError(f"{called}, record {number}: {record[0][:40]!r} twice; {AGAIN}")
            kept += 100 + sum(map(len, record))  # a row of nothing takes memory too
            if kept > MOST_KEPT:
                raise FetchError(f"{called}: has more than {MOST_KEPT:,} characters; {AGAIN}")
            rows[record[0]] = record
        return cls(called, header, list(rows.values()))

    def column(self, key: str, name: str) -> dict[str, str]:
        """Return a column by the key, which stands first.

        Raises:
            FetchError: there is no one column of that name.
        """
        for wanted in (key, name):
            if self.header.count(wanted) != 1:
                columns = ", ".join(self.header)[:200]
                raise FetchError(
                    f"{self.called}: found the columns {columns}, expected one {wanted}; {AGAIN}"
                )
        if self.header[0] != key:
            raise FetchError(
                f"{self.called}: found the first column {self.header[0][:40]!r}, expected {key}; "
                f"{AGAIN}"
            )
        at = self.header.index(name)
        return {row[0]: row[at] for row in self.rows}


def economies_of(
    plan: Plan, names: dict[str, str], listing: Listing
) -> tuple[list[Economy], list[str]]:
    """Return the proved economies, and in words what is spelt otherwise than in the release.

    Args:
        names: the codes that have rows in the wide table, with their names there.

    Raises:
        FetchError: the two lists do not agree, or economies are gone or new.
    """
    groups = {
        key: listing.column("Country Code", column)
        for key, column in (
            ("region", "Region"),
            ("incomeLevel", "Income Group"),
            ("lendingType", "Lending category"),
        )
    }
    tables = listing.column("Country Code", "Table Name")
    classified = [_as_the_api(code, tables[code], groups) for code in groups["region"]]
    rows = {row["id"]: row for row in classified}
    listed = [rows[code] | {"value": names[code]} for code in names if code in rows]
    found = prove_economies(plan, listed, classified, ())
    return _respelt(plan, _with_those_without_data(plan, found))


def _as_the_api(code: str, name: str, groups: dict[str, dict[str, str]]) -> dict:
    """Return a row as `country/all` of the API has it; an aggregate has no region."""
    aggregate = not groups["region"][code].strip()
    row: dict = {"id": code, "name": name, "aggregate": aggregate}
    for key, labels in groups.items():
        label = NOT_CLASSIFIED if labels[code].strip() in BLANK else labels[code]
        row[key] = {"id": "NA" if aggregate else label, "value": label}
    return row


def _with_those_without_data(plan: Plan, found: list[Economy]) -> list[Economy]:
    """Add the economies that the newest vintage has without data, where the release lacks them."""
    there = {economy.iso3 for economy in found}
    known = plan.newest.economies
    added = [
        Economy(row.iso3, row.name, row.region, row.income_level, row.lending, has_data=False)
        for row in known.itertuples(index=False)
        if row.iso3 not in there and not row.has_data
    ]
    return sorted(found + added, key=lambda economy: economy.iso3)


def _respelt(plan: Plan, found: list[Economy]) -> tuple[list[Economy], list[str]]:
    if plan.release >= plan.newest.lastupdated:
        return found, []
    known = plan.newest.economies.set_index("iso3").to_dict("index")
    spelt, said = [], []
    for economy in found:
        words = {name: known.get(economy.iso3, {}).get(name) for name in SPELT}
        changed = {k: v for k, v in words.items() if v is not None and v != getattr(economy, k)}
        spelt.append(replace(economy, **changed))
        said += [
            f"{SPELT[name]}: {economy.iso3}: {getattr(economy, name)!r} in the release, kept as "
            f"{word!r}"
            for name, word in changed.items()
        ]
    return spelt, said
