"""What a person says of a file they hand in: source, PPP year, licence; refused where unclear.

    make update FILE=percentiles.csv SOURCE=pip PPP=2021 VINTAGE=2021ppp
        LICENCE="CC BY 4.0" LICENCE_AT=https://...

A licence is never guessed: the same platform was read as CC0 in one place and as CC BY 4.0 in
another, so the sidecar carries the person's words and where they read them.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from affordability.fetch import freeze
from affordability.fetch.refusal import FetchError
from affordability.fetch.request import is_address, listed

# With the publisher and the page a person finds it at, where there is but one.
SOURCES = {"pip": ("World Bank", "https://pip.worldbank.org"), "app_store": ("", "")}
PPP_YEARS = ("2011", "2017", "2021")
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,40}")
WORDS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.,;/()-]{1,200}")  # what is frozen as was typed
DIGEST = re.compile(r"[0-9a-f]{64}")
YEAR = re.compile(r"(19[6-9]|20[0-9])[0-9]")
# Typed as variables of make, since they may hold blanks; the rest follows ARGS=.
VARIABLES = ("file", "source", "ppp", "vintage", "licence", "licence_at", "publisher", "page")
OPTIONS = ("year", "sha256", "allow_losses", "allow_changes")
COMMAND = re.compile(r"make update VINTAGE=\.\.\. ARGS='([^']*)'")


@dataclass(frozen=True)
class Given:
    """A file and what a person says of it; every value is text, blank where nothing was said."""

    said: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")

    @property
    def folder(self) -> Path:
        """The folder it is frozen in."""
        return Path("data/raw") / self["source"] / self["vintage"]

    @property
    def address(self) -> str:
        """The address it is asked at; blank for a file on disk."""
        return self["file"] if "://" in self["file"] else ""

    @property
    def publisher(self) -> str:
        """Who published the figures."""
        return self["publisher"] or SOURCES[self["source"]][0]

    @property
    def page(self) -> str:
        """The address a person finds the source at."""
        return self["page"] or self.address or SOURCES[self["source"]][1]

    @property
    def year(self) -> int:
        """The newest year to take."""
        return int(self["year"] or 9999)

    @property
    def ppp(self) -> int:
        """The PPP year of the means; 0 where there is none to tell."""
        return int(self["ppp"] or 0)

    def waived(self, option: str) -> bool:
        """Whether losses, or changes, of this source are allowed."""
        return self["source"] in listed(self[option])

    def command(self, more: str = "") -> str:
        """Return the command that hands the file in again, with more options."""
        said = dict(self.said) | dict(word.split("=", 1) for word in more.split())
        variables = [f"{n.upper()}={shlex.quote(said[n])}" for n in VARIABLES if said.get(n)]
        options = " ".join(f"{name}={said[name]}" for name in OPTIONS if said.get(name))
        return " ".join(["make update", *variables, f"ARGS='{options}'" if options else ""]).strip()


def read_given(config: Mapping) -> Given:
    """Return what was said of a file.

    Raises:
        FetchError: what nobody knows, what is missing or cannot be, or a vintage that is frozen.
    """
    given = understood(config)
    freeze.refuse_existing(given.folder)
    return given


def understood(config: Mapping) -> Given:
    """Return what was said of a file, whether or not its vintage is there.

    Raises:
        FetchError: what nobody knows, what is missing or cannot be, or words that were read as a
            number or as YAML on their way, so that 2021.10 would become 2021.1.
    """
    for name, value in config.items():
        if isinstance(value, float | dict | list):
            raise FetchError(
                f"{name.upper()}: found what reads as {type(value).__name__} ({value}), expected "
                "plain words: no number with a point, no colon followed by a blank"
            )
    said = {"vintage" if k == "new_vintage" else k: str(v) for k, v in config.items()}
    unknown = sorted(set(said) - {*VARIABLES, *OPTIONS})
    if unknown:
        known = ", ".join(name.upper() for name in VARIABLES)
        raise FetchError(
            f"found {', '.join(unknown)}, expected {known}, and by ARGS= {', '.join(OPTIONS)}; "
            f"docs/update-runbook.md explains each"
        )
    for name, (fits, expected) in wanted(said).items():
        if not fits:
            found = repr(said.get(name, "")[:80]) if said.get(name) else "nothing"
            raise FetchError(f"{name.upper()}: found {found}, expected {expected}")
    return Given({name: value for name, value in said.items() if value})


def wanted(said: Mapping[str, str]) -> dict[str, tuple[bool, str]]:
    """Return for each thing that is said whether it can be, and what was expected."""
    source, file = said.get("source", ""), said.get("file", "")
    publisher, page = SOURCES.get(source, ("", ""))
    waivers = {
        name: (listed(said.get(name, "")) in ((), (source,)), f"{source}, as the refusal prints it")
        for name in ("allow_losses", "allow_changes")
    }
    return {
        "source": (source in SOURCES, f"one of {', '.join(SOURCES)}"),
        "file": (
            bool(file) and ("://" not in file or (is_address(file) and "@" not in file)),
            "a path, or an http:// or https:// address without user and password",
        ),
        "vintage": (
            bool(NAME.fullmatch(said.get("vintage", ""))),
            "the name of the new folder: small letters, digits, dots, dashes",
        ),
        "ppp": (
            said.get("ppp", "") in (PPP_YEARS if source == "pip" else ("",)),
            f"the PPP year of the means, one of {', '.join(PPP_YEARS)}"
            if source == "pip"
            else "none: prices in app stores have no PPP year",
        ),
        "licence": (
            bool(WORDS.fullmatch(said.get("licence", ""))),
            "the licence in the words of who gives it, such as CC-BY-4.0: it is never guessed",
        ),
        "licence_at": (
            is_address(said.get("licence_at", "")),
            "the address at which you read that licence",
        ),
        "publisher": (
            bool(WORDS.fullmatch(said.get("publisher") or publisher)),
            "who published the figures",
        ),
        "page": (
            is_address(said.get("page") or page or file),
            "the address at which a person finds the figures",
        ),
        "year": (
            not said.get("year") or (source == "pip" and bool(YEAR.fullmatch(said["year"]))),
            "a year from 1960" if source == "pip" else "none: prices in app stores are of one day",
        ),
        "sha256": (
            not said.get("sha256") or bool(DIGEST.fullmatch(said["sha256"])),
            "64 hexadecimal digits",
        ),
        **waivers,
    }


@contextmanager
def completing(given: Given) -> Iterator[None]:
    """Complete the commands that a refusal prints with all that was said before."""
    try:
        yield
    except FetchError as error:
        text = COMMAND.sub(lambda found: given.command(found[1]), str(error))
        raise FetchError(text) from error
