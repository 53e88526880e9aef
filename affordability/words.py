"""Numbers in words: money, shares and lists as a reader expects them, the same in any locale."""

from __future__ import annotations

from collections.abc import Iterable

SCALES = [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")]


def money(usd: float) -> str:
    """Say US dollars to three significant digits: $100 million, $27.6 million, $892.

    >>> [money(usd) for usd in (1e8, 27_560_000, 892.32, 20)]
    ['$100 million', '$27.6 million', '$892', '$20']
    """
    for size, name in SCALES:
        if abs(usd) >= size * 0.9995:
            return f"${three_digits(usd / size)} {name}"
    return f"${usd:,.0f}" if abs(usd) >= 100 else f"${three_digits(usd)}"


def percent(share: float) -> str:
    """Say a fraction as per cent to three significant digits: 55.8 %, 0.0111 %."""
    return f"{three_digits(share * 100)} %"


def three_digits(value: float) -> str:
    """Say a number to three significant digits without an exponent or trailing zeros."""
    text = f"{value:.3g}"
    if "e" in text:
        text = f"{float(text):,.0f}" if abs(value) >= 1 else f"{float(text):.10f}".rstrip("0")
    return text


def listed(names: Iterable[str], most: int | None = None) -> str:
    """Join names for a sentence; past `most` the rest is counted, and none is "none"."""
    names = list(names)
    if most is not None and len(names) > most:
        return ", ".join(names[:most]) + f" and {len(names) - most} more"
    return ", ".join(names) if names else "none"
