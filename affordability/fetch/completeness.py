"""The proof that what came is what was asked: pure functions, no network, no file.

The World Bank API answers `country/all` with one row for every economy, series and year asked,
`null` where nothing is published. So an answer is whole if and only if

    rows received = sum of the header totals = economies x series x years,

each cell answered once, every page of every conversation seen once and as long as its header says,
one `lastupdated` over all pages, each value a finite number in its series' plausible range or null.
The economies are proved by three lists that must agree: those of the database, those of the
classification, and the codes of regional, income and lending groups, none of which may be among
the economies.

What no proof of this kind can see is a server that lies consistently: a published value answered
as null, or as another plausible number. Against that stand the thin or empty newest year, the
comparison with the last vintage (`comparison`), and the review of what changed.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from affordability.fetch.comparison import Findings
from affordability.fetch.plan import Plan, Series, is_day
from affordability.fetch.reading import label
from affordability.fetch.refusal import FetchError, waive

UNANSWERED = object()
NOT_CLASSIFIED = "Not classified"


@dataclass(frozen=True)
class Page:
    """What the header of one page says, beside what was asked and how many rows it holds."""

    address: str
    asked: int
    page: int
    pages: int
    per_page: int
    total: int
    rows: int
    lastupdated: str = ""


@dataclass(frozen=True)
class Economy:
    """An economy as a vintage keeps it; blank where the World Bank has it not classified."""

    iso3: str
    name: str
    region: str
    income_level: str
    lending: str
    has_data: bool = True


def prove_page(page: Page, first: Page) -> None:
    """Stop unless a page is the one asked, as long as its header says, and agrees with the first.

    Meant to be called as pages come: a client that believes a wrong header asks on for ever.
    """
    expected = math.ceil(page.total / page.per_page) if page.per_page > 0 else 0
    due = min(page.per_page, page.total - (page.page - 1) * page.per_page)
    same = (page.total, page.pages, page.per_page) == (first.total, first.pages, first.per_page)
    right = page.page == page.asked and page.rows == due and page.pages == expected
    if page.total < 1 or not same or not right:
        raise FetchError(
            f"{page.address}: asked for page {page.asked} of {first.pages}, {first.total} rows in "
            f"all; got page {page.page} of {page.pages} with {page.rows} rows of {page.per_page}, "
            f"{page.total} in all; {_AGAIN}"
        )


def prove_pages(pages: Iterable[Page]) -> None:
    """Stop unless every page of each conversation came, once and in order."""
    conversations: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        conversations[page.address].append(page)
    for address, seen in conversations.items():
        for page in seen:
            prove_page(page, seen[0])
        if [page.asked for page in seen] != list(range(1, seen[0].pages + 1)):
            got = ", ".join(str(page.asked) for page in seen)
            raise FetchError(
                f"{address}: asked for pages 1 to {seen[0].pages}, got {got}; {_AGAIN}"
            )


_AGAIN = "the answer is not whole, nothing was written; fetch again later"


def one_release(pages: Iterable[Page]) -> str:
    """Return the one `lastupdated` (YYYY-MM-DD) that all pages of data carry."""
    dates = sorted({page.lastupdated for page in pages})
    if len(dates) != 1 or not is_day(dates[0]):
        found = " and ".join(repr(date) for date in dates) or "none"
        raise FetchError(
            f"lastupdated: expected one date over all pages of data, found {found}: the database "
            f"was being changed while it was read; nothing was written; fetch again tomorrow"
        )
    return dates[0]


def prove_release(plan: Plan, release: str) -> Findings:
    """Stop if a release is of the future; one that is older than the last vintage's is a change."""
    tomorrow = date.fromisoformat(plan.day).toordinal() + 1  # where the day begins earlier
    if release < "1990" or date.fromisoformat(release).toordinal() > tomorrow:
        raise FetchError(
            f"lastupdated: found {release}, expected a day up to {plan.day}, the day of the fetch; "
            f"{_AGAIN}"
        )
    if plan.past or release >= plan.last.lastupdated:
        return Findings()
    said = f"{release} is older than {plan.last.lastupdated}, that of the last vintage"
    return Findings(changes={"lastupdated": [said]})


def prove_titles(plan: Plan, titles: Mapping[str, str]) -> Findings:
    """Compare titles with `workflow/series.csv`: what it has in brackets is the unit of the values.

    "GDP (constant 2015 US$)" under the unit "current US$" is a change; other words are reported.
    """
    changes, anomalies = {}, []
    for series in plan.series:
        title = titles.get(series.indicator, series.title)
        if title == series.title:
            continue
        said = f"titled {title!r}, expected {series.title!r}"
        if set(_brackets(series.title)) <= set(_brackets(title)):
            anomalies.append(f"{series.indicator}: {said}")
        else:
            changes[series.indicator] = [said]
    return Findings(changes=changes, anomalies=anomalies)


def _brackets(title: str) -> list[str]:
    return re.findall(r"\(([^()]*)\)", title.lower())


def prove_series(plan: Plan, offered: Mapping[str, str]) -> list[str]:
    """Return the asked series that the database offers; stop if a required one is not offered.

    The archives are asked for what they have: there, what is lacking is stated, not refused.
    """
    lacking = [s.indicator for s in plan.series if s.required and s.indicator not in offered]
    if lacking and not plan.version:
        raise FetchError(
            f"series {', '.join(lacking)}: asked of the {plan.where}, not offered; "
            f"nothing was written; if retired, ask without it: "
            f"{waive('without=' + ','.join(lacking))}"
        )
    present = [code for code in plan.indicators if code in offered]
    for code in present:
        _labelled(offered[code], f"title of series {code}")
    if not present:
        raise FetchError(f"none of the {len(plan.series)} series asked is offered by the database")
    return present


def prove_years(plan: Plan, offered: Iterable[str]) -> None:
    """Stop unless the database offers every year asked."""
    known = {int(year) for year in offered if re.fullmatch("[0-9]{4}", year)}
    missing = [year for year in plan.years if year not in known]
    if missing or not plan.years:
        there = sorted(known & set(plan.years))
        less = f"year_from={min(there)} year_to={max(there)}" if there else ""
        gap = not there or len(there) < max(there) - min(there) + 1
        advice = _AGAIN if gap else f"if that is right, ask for less: {waive(less)}"
        raise FetchError(
            f"years: asked for {plan.year_from} to {plan.year_to}, the database does not offer "
            f"{', '.join(map(str, missing)) or 'a single one'} (its newest is "
            f"{max(known, default='none')}); nothing was written; {advice}"
        )


def prove_economies(
    plan: Plan,
    listed: Iterable[Mapping],
    classified: Iterable[Mapping],
    groups: Iterable[str],
) -> list[Economy]:
    """Return the economies among the `listed` codes of the database, in order of their code.

    Args:
        listed: the client's rows of the database's economies, with `aggregate` and labels.
        classified: the rows of `country/all`, economies and aggregates.
        groups: codes of the regional, income and lending groups: aggregates, whatever they claim.
    """
    listed, classified = list(listed), list(classified)
    codes = [row["id"] for row in listed]
    known = {row["id"]: row for row in classified}
    _refuse("economies listed twice", _twice(codes))
    _refuse("economies classified twice", _twice(row["id"] for row in classified))
    _refuse("codes without a classification", set(codes) - set(known))
    members = {code for code, row in known.items() if row["region"]["id"] != "NA"}
    _refuse("groups that pass for economies", members & set(groups))
    if not set(codes) - members:
        _refuse("aggregates missing from the list of economies", {"all of them"})
    _refuse("aggregates read differently by the client", _misread(listed, members))
    silent = members - set(codes) - plan.without_data
    _refuse("economies classified, but not answered by the database", silent)
    found = [_economy(row) for row in listed if row["id"] in members]
    found += [_absent(known[code]) for code in sorted(members - set(codes))]
    _compare_with_last_vintage(plan, members & set(codes))
    return sorted(found, key=lambda economy: economy.iso3)


def _misread(listed: list[Mapping], members: set[str]) -> set[str]:
    return {row["id"] for row in listed if row["aggregate"] is not (row["id"] not in members)}


def _twice(codes: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {code for code in codes if code in seen or seen.add(code)}


def _refuse(what: str, codes: Iterable[str]) -> None:
    codes = sorted(codes)
    if codes:
        named = ", ".join(codes[:12]) + (", ..." if len(codes) > 12 else "")
        raise FetchError(f"economy metadata: {what}: {named}; {_AGAIN}")


def _label(row: Mapping, key: str) -> str:
    """Return the label of a classification; blank where the Bank says "Not classified"."""
    found = _labelled((row[key] or {}).get("value"), f"economy metadata: {key} of {row['id']}")
    if found == "Aggregates":
        raise FetchError(f"economy metadata: {row['id']} has no {key}; {_AGAIN}")
    return "" if found == NOT_CLASSIFIED else found


def _labelled(value: object, what: str) -> str:
    try:
        return label(value, what)
    except ValueError as error:
        raise FetchError(f"{error}; {_AGAIN}") from error


def _economy(row: Mapping) -> Economy:
    if not re.fullmatch(r"[A-Z]{3}", row["id"]):
        raise FetchError(f"economy metadata: found the code {row['id']!r}; {_AGAIN}")
    name = _labelled(row["value"], f"economy metadata: name of {row['id']}")
    region, income, lending = (_label(row, k) for k in ("region", "incomeLevel", "lendingType"))
    return Economy(row["id"], name, region, income, lending)


def _absent(row: Mapping) -> Economy:
    region, income, lending = (_label(row, k) for k in ("region", "incomeLevel", "lendingType"))
    name = _labelled(row["name"], f"economy metadata: name of {row['id']}")
    return Economy(row["id"], name, region, income, lending, has_data=False)


def _compare_with_last_vintage(plan: Plan, found: set[str]) -> None:
    gone = sorted(plan.expected_economies - found)
    new = sorted(found - plan.expected_economies) if plan.expected_economies else []
    if (gone or new) and not plan.allow_economy_changes:
        raise FetchError(
            f"economies: the last vintage has {len(plan.expected_economies)}, the database now "
            f"answers {len(found)}; gone: {', '.join(gone) or 'none'}; new: "
            f"{', '.join(new) or 'none'}; nothing was written; if the World Bank says so too, "
            f"allow it: {waive('allow_economy_changes=true')}"
        )


def prove_grid(rows: Iterable[tuple], series: list[Series], codes: list[str], years: range) -> list:
    """Return the values in the order series, economy, year; stop unless each cell came once.

    `rows` are (indicator, economy, time key such as "YR2022", value); `codes` are all codes the
    database lists, aggregates too, since they are answered too.
    """
    at_series = {s.indicator: i for i, s in enumerate(series)}
    at_code = {code: i for i, code in enumerate(codes)}
    at_year = {f"YR{year}": i for i, year in enumerate(years)}
    wide, deep = len(codes) * len(years), len(years)
    grid: list = [UNANSWERED] * (len(series) * wide)
    for indicator, code, year, value in rows:
        try:
            cell = at_series[indicator] * wide + at_code[code] * deep + at_year[year]
        except KeyError:
            where = f"{indicator}, {code}, {year}"
            raise FetchError(f"{where}: answered, not asked; {_AGAIN}") from None
        if grid[cell] is not UNANSWERED:
            raise FetchError(f"{indicator}, {code}, {year}: answered twice; {_AGAIN}")
        grid[cell] = value if value is None else _number(value, series[cell // wide], code, year)
    missing = [cell for cell, value in enumerate(grid) if value is UNANSWERED]
    if missing:
        where = missing[0]
        raise FetchError(
            f"asked for {len(series)} series x {len(codes)} economies x {len(years)} years = "
            f"{len(grid)} cells, {len(missing)} were not answered, first "
            f"{series[where // wide].indicator}, {codes[where % wide // deep]}, "
            f"{years[where % deep]}; {_AGAIN}"
        )
    return grid


def _number(value: object, series: Series, code: str, year: str) -> int | float:
    if type(value) not in (int, float):  # true and false are int too, but not this
        found = f"found {str(value)[:40]!r}, expected a number or null"
    elif not series.minimum <= value <= series.maximum:
        found = f"found {str(value)[:40]}, expected {series.minimum:g} to {series.maximum:g}"
    else:
        return value
    raise FetchError(
        f"{series.indicator}, {code}, {year}: {found}; nothing was written; fetch again later, or "
        f"correct the plausible range in workflow/series.csv"
    )


def newest_year_is_thin(counts: Mapping[int, int], floor: float = 0.85) -> bool:
    """Whether the newest year has fewer than `floor` x the economies of the year before.

    `counts` are economies with a value by year; a year without any is not the newest.
    """
    years = [year for year, count in counts.items() if count]
    if not years:
        return False
    newest = max(years)
    return counts[newest] < floor * counts.get(newest - 1, 0)


def thin_series(counts: Mapping[str, Mapping[int, int]], floors: Mapping[str, float]) -> list[str]:
    """Return, in words, each series whose newest year is thinner than its floor."""
    said = []
    for indicator, by_year in sorted(counts.items()):
        if newest_year_is_thin(by_year, floors[indicator]):
            newest = max(year for year, count in by_year.items() if count)
            share = by_year[newest] / by_year[newest - 1]
            said.append(
                f"{indicator} has {by_year[newest]} economies in {newest} after "
                f"{by_year[newest - 1]} in {newest - 1} ({share:.0%}, floor "
                f"{floors[indicator]:.0%})"
            )
    return said


def empty_series(counts: Mapping[str, Mapping[int, int]], plan: Plan) -> list[str]:
    """Return, in words, each series with nothing in the newest year asked, unlike last time.

    A series with a floor of 0 comes in late; one that was as far behind in the last vintage is no
    worse; the archives are asked for what they have.
    """
    said = []
    for series in plan.series:
        years = [year for year, count in counts.get(series.indicator, {}).items() if count]
        if not years or plan.version or not series.newest_year_floor:
            continue
        if plan.year_to - max(years) > plan.last.lag(series.indicator):
            said.append(
                f"{series.indicator} has nothing after {max(years)}, asked to {plan.year_to}"
            )
    return said


def refuse_thin(counts: Mapping[str, Mapping[int, int]], plan: Plan) -> list[str]:
    """Return the series with a thin newest year at the general floor of 85 %; stop at their own."""
    floors = {series.indicator: series.newest_year_floor for series in plan.series}
    empty = empty_series(counts, plan)
    thin = empty + thin_series(counts, floors)
    if thin and not plan.allow_thin:
        later = "the release is probably still being filled; fetch again in some weeks, or"
        later = "no release of the past is filled any more;" if plan.release else later
        raise FetchError(
            f"thin newest year: {'; '.join(thin)}; nothing was written: {later} take it as it is: "
            f"{waive('allow_thin=true')}"
        )
    return empty + thin_series(counts, dict.fromkeys(counts, 0.85))
