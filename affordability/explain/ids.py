"""Ids a person typed: found, or refused in one sentence with the nearest ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from affordability.tables import InputError
from affordability.words import listed

OFFERED = 4


def known(what: str, given: str, ids: Iterable[str] | Mapping[str, str], where: str = "") -> str:
    """Return `given` if it is one of `ids`; `InputError` with the nearest ids otherwise.

    Args:
        what: what kind of thing it is, such as "claim".
        ids: the ids, or names by id: a name, or something like it, leads to its id.
        where: words after the id, such as " in study latest".
    """
    names = dict(ids) if isinstance(ids, Mapping) else {i: i for i in ids}
    if given in names:
        return given
    offered = f"one such as {nearest(given, names)}" if names else "one, and there is none"
    raise InputError(f"explain: found no {what} {given}{where}, expected {offered}")


def nearest(given: str, names: Mapping[str, str]) -> str:
    """Return the ids nearest to what was typed, by id or by name; the first few if none is near."""
    spelled: dict[str, str] = {}
    for i, name in names.items():
        spelled.setdefault(i.lower(), i)
        spelled.setdefault(str(name).lower(), i)
    typed = given.lower()
    near = get_close_matches(typed, spelled, OFFERED, 0.6)
    near += [word for word in spelled if typed in word and word not in near]
    found = list(dict.fromkeys(spelled[word] for word in near)) or sorted(names)
    return listed(i if names[i] in (i, "") else f"{i} ({names[i]})" for i in found[:OFFERED])
