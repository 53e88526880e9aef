"""What a person asked the fetch for: Snakemake's `--config`, refused where not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from affordability.fetch import FetchError, freeze, oecd, worldbank
from affordability.fetch.plan import check_release, check_vintage_name

SOURCES = ("world_bank", "archive", "oecd", "prices")
USUAL = "world_bank;oecd;prices"
CHOICES = ("indicators", "without", "year_from", "year_to")
WAIVERS = ("allow_thin", "allow_economy_changes", "allow_losses")
ADDRESSES = {
    "world_bank_endpoint": worldbank.ENDPOINT,
    "oecd_endpoint": oecd.ENDPOINT,
    "prices_endpoint": "",  # blank: the address genai-prices knows itself
}
# The Makefile says new_vintage, so that no study's `vintages` are meant by mistake.
OTHERS = ("vintage", "new_vintage", "sources", "release")


@dataclass(frozen=True)
class Request:
    """One run of the fetch: the day, the sources, where each is frozen, and all options as text."""

    day: str
    sources: tuple[str, ...]
    release: str
    options: dict[str, str]
    addresses: dict[str, str]

    @property
    def folders(self) -> dict[str, str]:
        """The folder each source is frozen in, whether asked for or not."""
        archive = f"archive-{self.release[:4]}-{self.release[4:]}"
        return {
            "world_bank": f"data/raw/world_bank/{self.day}",
            "archive": f"data/raw/world_bank/{archive}",
            "oecd": f"data/raw/oecd/{self.day}",
            "prices": f"data/raw/prices/{self.day}",
        }


def read_request(config: Mapping) -> Request:
    """Return the request in `config`.

    Raises:
        FetchError: a key or source nobody knows, no day, or a vintage that is frozen already.
    """
    given = {key: _text(value) for key, value in config.items()}
    day = given.get("vintage") or given.get("new_vintage", "")
    sources = given.get("sources", "archive" if "release" in given else USUAL).split(";")
    known = (*OTHERS, *CHOICES, *WAIVERS, *ADDRESSES)
    unknown = [key for key in given if key not in known]
    unknown += [name for name in sources if name not in SOURCES]
    if unknown or not day:
        raise FetchError(
            f"found {', '.join(unknown) or 'no vintage'}, expected --config vintage=YYYY-MM-DD "
            f"(today), and if need be sources={';'.join(SOURCES)}, release=YYYYMM, "
            f"{', '.join((*CHOICES, *WAIVERS, *ADDRESSES))}; docs/update-runbook.md explains each"
        )
    request = Request(
        day=check_vintage_name(day),
        sources=tuple(sources),
        release=check_release(given.get("release", ""), "archive" in sources),
        options={key: given[key] for key in (*CHOICES, *WAIVERS) if key in given},
        addresses={key: given.get(key, usual) for key, usual in ADDRESSES.items()},
    )
    for name in sources:
        freeze.refuse_existing(Path(request.folders[name]))
    return request


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
