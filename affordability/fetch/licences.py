"""Under which licence a series may be published again: what is frozen here is.

World Development Indicators carries series that are not the World Bank's to license; which, its
table of series says, release by release (74 of all series in one or another of seven releases,
among them military expenditure, energy and emissions). A series is kept under the words CC BY, in
the spellings known of the provider; any other word, or none, is refused by name.
"""

from __future__ import annotations

import re

from affordability.fetch.plan import Plan
from affordability.fetch.refusal import FetchError, waive

TERMS = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-3.0-IGO": "https://creativecommons.org/licenses/by/3.0/igo/",
}
SPELLINGS = {
    "CC-BY-4.0": re.compile(r"CC[- ]BY[- ]4\.0", re.IGNORECASE),
    "CC-BY-3.0-IGO": re.compile(r"CC[- ]BY[- ]3\.0[- ]IGO", re.IGNORECASE),
}


def spdx(words: str) -> str:
    """Return the licence that words of the provider name; blank where they name another or none.

    >>> spdx("CC BY-4.0"), spdx("CC BY-NC 4.0")
    ('CC-BY-4.0', '')
    """
    text = " ".join(words.split())
    return next((name for name, spelt in SPELLINGS.items() if spelt.fullmatch(text)), "")


def licences(plan: Plan, said: dict[str, str]) -> dict[str, str]:
    """Return the licence of each series; stop at one that may not be published again.

    Args:
        said: the provider's own words, by series.

    Raises:
        FetchError: it names each such series with its words.
    """
    found = {code: spdx(words) for code, words in said.items()}
    other = [code for code, name in found.items() if not name]
    if other:
        words = "; ".join(f"{code} {said[code].strip()[:100]!r}" for code in other[:6])
        raise FetchError(
            f"licence in the {plan.where}: found for {words}, expected {' or '.join(TERMS)}, since "
            f"what is frozen is published again; nothing was written; leave it out: "
            f"{waive('without=' + ','.join(other))}"
        )
    return found
