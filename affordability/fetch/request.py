"""What a person asked the fetch for: Snakemake's `--config`, refused where not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from affordability.fetch import bulk, freeze, last, oecd, worldbank
from affordability.fetch.plan import Plan, check_release, check_vintage_name, chosen, read_series
from affordability.fetch.refusal import FetchError
from affordability.vintages import SIDECAR

SOURCES = ("world_bank", "archive", "bulk", "oecd", "prices")
USUAL = ("world_bank", "oecd", "prices")
CHOICES = ("indicators", "without", "year_from", "year_to")
WAIVERS = ("allow_thin", "allow_economy_changes", "allow_losses", "allow_changes")
LISTS = ("indicators", "without", "allow_losses", "allow_changes")
ADDRESSES = {
    "world_bank_endpoint": worldbank.ENDPOINT,
    "bulk_endpoint": bulk.ENDPOINT,
    "oecd_endpoint": oecd.ENDPOINT,
    "prices_endpoint": "",  # blank: the address genai-prices knows itself
}
# The Makefile says new_vintage, so that no study's `vintages` are meant by mistake.
OTHERS = ("vintage", "new_vintage", "sources", "release")
WORDS = re.compile(r"[A-Za-z0-9_.,;:/~%+\[\]-]*")  # nothing that a shell reads when it is printed
COMMAND = re.compile(r"VINTAGE=\.\.\. ARGS='([^']*)'")


@dataclass(frozen=True)
class Request:
    """One run of the fetch: the day, the sources, where each is frozen, and all options as text."""

    day: str
    sources: tuple[str, ...]
    release: str
    options: dict[str, str]
    addresses: dict[str, str]
    asked: dict[str, str]

    @property
    def folders(self) -> dict[str, str]:
        """The folder each source is frozen in, whether asked for or not."""
        archive = f"archive-{self.release[:4]}-{self.release[4:]}"
        return {
            "world_bank": f"data/raw/world_bank/{self.day}",
            "archive": f"data/raw/world_bank/{archive}",
            "bulk": f"data/raw/world_bank/{last.RELEASE}{self.release}",
            "oecd": f"data/raw/oecd/{self.day}",
            "prices": f"data/raw/prices/{self.day}",
        }

    def flag(self, name: str) -> bool:
        """Return an option that is true or false."""
        return self.options.get(name) == "true"

    def names(self, name: str) -> frozenset[str]:
        """Return an option that is a list."""
        return frozenset(listed(self.options.get(name, "")))

    def plan(self, source: str, raw: Path, catalogue: Path) -> Plan:
        """Return what to ask the World Bank for: all series, 1990 to the year before the release.

        `source` is world_bank, archive or bulk; `raw` holds the vintages; `catalogue` the series.
        """
        options = self.options
        bulky = source == "bulk"
        compared = last.before(raw, self.release) if bulky else last.world_bank(raw)
        of = self.day if source == "world_bank" else self.release
        return Plan(
            series=chosen(
                read_series(catalogue), options.get("indicators", ""), options.get("without", "")
            ),
            year_from=int(options.get("year_from", 1990)),
            year_to=int(options.get("year_to", int(of[:4]) - 1)),
            version=self.release if source == "archive" else "",
            release=self.release if source == "bulk" else "",
            day=self.day,
            last=compared,
            newest=last.spelling(raw) if bulky else last.Last(),
            expected_economies=compared.with_data,
            allow_thin=self.flag("allow_thin"),
            allow_economy_changes=self.flag("allow_economy_changes"),
            allow_losses=self.names("allow_losses"),
            allow_changes=self.names("allow_changes"),
        )


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a list, which commas, semicolons or blanks part."""
    return tuple(word for word in re.split(r"[;,\s]+", text) if word)


def read_request(config: Mapping) -> Request:
    """Return the request in `config`.

    Raises:
        FetchError: a key or source nobody knows, no day, or a vintage that is frozen already.
    """
    request = understood(config)
    for name in request.sources:
        freeze.refuse_existing(Path(request.folders[name]))
    return request


def understood(config: Mapping) -> Request:
    """Return the request in `config`, whether or not its vintages are there."""
    given = {key: _text(value) for key, value in config.items()}
    day = given.get("vintage") or given.get("new_vintage", "")
    sources = listed(given["sources"]) if "sources" in given else USUAL
    if "release" in given and "sources" not in given:
        sources = _of_release(given["release"])
    known = (*OTHERS, *CHOICES, *WAIVERS, *ADDRESSES)
    unknown = [key for key in given if key not in known]
    unknown += [name for name in sources if name not in SOURCES]
    unknown += [] if day and sources else ["no source" if day else "no vintage"]
    if unknown:
        raise FetchError(
            f"found {', '.join(unknown)}, expected --config "
            f"vintage=YYYY-MM-DD (today), and if need be sources={','.join(SOURCES)}, "
            f"release=YYYYMM or YYYY-MM-DD, {', '.join((*CHOICES, *WAIVERS, *ADDRESSES))}; "
            f"docs/update-runbook.md explains each"
        )
    for key, value in given.items():
        _check(key, value)
    return Request(
        day=check_vintage_name(day),
        sources=sources,
        release=_release(given.get("release", ""), sources),
        options={key: given[key] for key in (*CHOICES, *WAIVERS) if key in given},
        addresses={key: given.get(key, usual) for key, usual in ADDRESSES.items()},
        asked=given,
    )


def _of_release(release: str) -> tuple[str, ...]:
    """Return the source that knows releases by such a name: a day is that of a bulk file."""
    return ("bulk",) if "-" in release else ("archive",)


def _release(release: str, sources: tuple[str, ...]) -> str:
    for source in [name for name in sources if name in ("archive", "bulk")] or [""]:
        check_release(release, source)
    return release


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(key: str, value: str) -> None:
    """Stop at a value that an option cannot have; an address may hold no user and no password."""
    expected = ""
    if not WORDS.fullmatch(value):
        expected = (
            "letters, digits and _ . , ; : / ~ % + [ ] - (an address has no user, no password)"
        )
    elif key in ("year_from", "year_to") and not re.fullmatch("(19[6-9]|20[0-9])[0-9]", value):
        expected = "a year from 1960"
    elif key in WAIVERS and key not in LISTS and value not in ("true", "false"):
        expected = "true or false"
    elif key in LISTS and value in ("true", "false"):
        expected = "names joined by commas, as the refusal prints them"
    elif key in ADDRESSES and not is_address(value) and value not in ("", "bundled"):
        expected = "http:// or https://, a host, and a path"
    if expected:
        secret = key in ADDRESSES and not WORDS.fullmatch(value)
        found = "(not shown)" if secret else repr(value[:80])
        raise FetchError(f"{key}: found {found}, expected {expected}")


def is_address(text: str) -> bool:
    """Whether a text is an address that a service can be asked at, and that may be frozen."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


@contextmanager
def completing(request: Request) -> Iterator[None]:
    """Complete the commands that a refusal prints: the day, and all that was asked before."""
    try:
        yield
    except FetchError as error:
        text = COMMAND.sub(lambda found: command(request, found[1]), str(error))
        raise FetchError(text) from error


def command(request: Request, options: str) -> str:
    """Return the arguments of `make update` that ask `request` again, with more `options`."""
    said = {k: v for k, v in request.asked.items() if k not in ("vintage", "new_vintage")}
    left = [s for s in request.sources if not (Path(request.folders[s]) / SIDECAR).exists()]
    if tuple(left) != (_of_release(said["release"]) if "release" in said else USUAL):
        said["sources"] = ",".join(left)
    for option in options.split():
        key, _, value = option.partition("=")
        before = listed(said.get(key, "")) if key in LISTS else ()
        said[key] = ",".join(sorted({*before, *listed(value)})) if key in LISTS else value
    words = " ".join(f"{key}={value}" for key, value in said.items())
    return f"VINTAGE={request.day} ARGS='{words}'"
