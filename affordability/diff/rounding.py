"""Rounding: the same value, written with fewer digits in one vintage than in the other.

A release may write fewer digits than its neighbour, so that nearly every value differs and nothing
was revised. How many it writes is found from its values, a series at a time, and never assumed.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

import pandas as pd

# How a provider may have dropped digits; a half goes either way, and some only cut.
MODES = (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN)
WIDE = Context(prec=700)  # the digits of the largest and the smallest number a float can be
MOST = 0.005  # relative: what moves a value further is a revision to its reader
FEW = 5  # values that must be rounded alike before it is taken for a way of writing


def significant(value: float) -> int:
    """Return the number of significant digits a value is written with.

    >>> [significant(value) for value in (0.0421, 12300.0, 1e15, 100.5)]
    [3, 3, 1, 4]
    """
    digits, _ = _written(value)
    return len(digits.replace(".", "").strip("0"))


def decimals(value: float) -> int:
    """Return the number of digits after the point.

    >>> [decimals(value) for value in (0.0421, 12300.0, 1.5e-7)]
    [4, 0, 8]
    """
    digits, exponent = _written(value)
    return max(0, len(digits.partition(".")[2].rstrip("0")) - exponent)


def _written(value: float) -> tuple[str, int]:
    digits, _, exponent = repr(abs(float(value))).partition("e")
    return digits, int(exponent or 0)


def cut(value: float, digits: int, mode: str, *, after_point: bool) -> Decimal:
    """Return a value with so many significant digits, or so many after the point.

    >>> str(cut(0.962639987, 5, ROUND_HALF_EVEN, after_point=False))
    '0.96264'
    """
    exact = Decimal(repr(float(value)))
    place = -digits if after_point else exact.adjusted() - digits + 1
    return exact.quantize(Decimal((0, (1,), place)), mode, WIDE)


def found(old: pd.Series, new: pd.Series) -> tuple[pd.Series, str]:
    """Return which differing pairs of one series are rounding alone, and to how many digits.

    The side that writes fewer digits sets how many: the most it writes, "11 digits" or "5 decimals"
    whichever accounts for more pairs. A pair is rounding if the other side's value, so rounded,
    is that side's own, and no further off than `MOST`. Where both write as many, or fewer than
    `FEW` pairs are so, nothing is rounding.
    """
    none = pd.Series(False, old.index)
    differ = old.notna() & new.notna() & old.ne(new)
    best, words = none, ""
    for after_point, count, unit in ((False, significant, "digits"), (True, decimals, "decimals")):
        if not differ.any():
            break
        most = [int(side.dropna().map(count).max()) for side in (old, new)]
        if most[0] == most[1]:
            continue
        fine, coarse = (old, new) if most[0] > most[1] else (new, old)
        same = none.copy()
        same[differ] = [
            _same(value, other, min(most), after_point)
            for value, other in zip(fine[differ], coarse[differ], strict=True)
        ]
        if same.sum() > best.sum():
            best, words = same, f"{min(most)} {unit}"
    return (best, words) if best.sum() >= FEW else (none, "")


def _same(fine: float, coarse: float, digits: int, after_point: bool) -> bool:
    if abs(fine - coarse) > MOST * abs(fine):
        return False
    written = Decimal(repr(float(coarse)))
    return any(cut(fine, digits, mode, after_point=after_point) == written for mode in MODES)
