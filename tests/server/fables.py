"""Random lies of all providers, each repeatable by its seed.

Each comes with the endings it may have. Left out is what nobody can tell from a revision: a single
value that moves by less than a factor of two, an economy whose level moves by less than a quarter.
"""

from __future__ import annotations

import random
from dataclasses import replace

from tests.server import lies, more_lies
from tests.server.judge import ECONOMIES, SERIES, YEARS, world
from tests.server.lies import REPORTED
from tests.server.spoil import REFUSED, WHOLE, broken, edit, head, on, row, status
from tests.server.wire import Fault
from tests.server.zip_fables import random_zip_lie

Fable = tuple[str, str, Fault, tuple[str, ...]]
CAUGHT = (REFUSED,)
NOTICED = (REFUSED, REPORTED)
KINDS = {
    "world_bank": ["data", "data", "data", "series", "country", "classification", "region", "time"],
    "oecd": ["oecd"],
    "prices": ["prices"],
}
ODD = ["\x1b[2J", "\x00", "\u202e", "\r\n", "\x07", "\ufeff", "x" * 300, "\ud800"]


def random_lie(rng: random.Random) -> Fable:
    """Return a random lie of a random provider."""
    who = rng.choice(["world_bank"] * 6 + ["bulk"] * 4 + ["oecd", "prices"])
    if who == "bulk":
        return who, *random_zip_lie(rng)
    makers = {"world_bank": WORLD_BANK, "oecd": OECD, "prices": PRICES}[who]
    make = rng.choice([*makers, _wire])
    if make is _wire:
        return who, *_wire(rng, who)
    return who, *make(rng)


def factor(rng: random.Random, low: float, high: float) -> float:
    """Return a factor from a thousandth to a thousand that is not between `low` and `high`."""
    while True:
        found = 10 ** rng.choice([rng.uniform(-0.4, 0.4), rng.uniform(-3, 3)])
        if not low <= found <= high:
            return found


def some(rng: random.Random, names) -> list:
    names = list(names)
    return rng.sample(names, rng.randint(1, len(names)))


def _nulls(rng: random.Random):
    published = [(s, c, y) for c, s, y, _ in world().published()]
    gone = set(rng.sample(published, rng.choice([1, 1, 3, 20, len(published)])))
    fault = lies.cells(lambda cell, value, _of: None if cell in gone else value)
    return f"{len(gone)} nulls", fault, CAUGHT


def _empty(rng: random.Random):
    only = {"years": some(rng, YEARS)} if rng.random() < 0.5 else {"series": some(rng, SERIES)}
    return f"nothing of {only}", lies.nothing(**only), CAUGHT


def _series_scaled(rng: random.Random):
    names, by = some(rng, SERIES), factor(rng, 0.998, 1.002)
    return f"{names} x {by:.4g}", lies.scaled(by, series=names), CAUGHT


def _economies_scaled(rng: random.Random):
    only = {
        "economies": some(rng, ["CHN", "DEU", "JPN", "NOR", "USA"]),
        "series": some(rng, SERIES),
    }
    by = factor(rng, 0.75, 1.34)
    return f"{only} x {by:.4g}", lies.scaled(by, **only), NOTICED


def _years_scaled(rng: random.Random):
    only = {"years": some(rng, YEARS), "series": some(rng, SERIES)}
    by = factor(rng, 0.45, 2.2)
    return f"{only} x {by:.4g}", lies.scaled(by, **only), NOTICED


def _economies_swapped(rng: random.Random):
    one, two = rng.sample(ECONOMIES, 2)
    return f"{one} and {two} swapped", lies.places(1, one, two), CAUGHT


def _series_swapped(rng: random.Random):
    one, two = rng.sample(SERIES, 2)
    return f"{one} and {two} swapped", lies.places(0, one, two), CAUGHT


def _moved(rng: random.Random):
    by, only = rng.choice([1, 2, -1, -2]), rng.choice([{}, {"series": ["NY.GDP.PCAP.CD"]}])
    return f"{only} moved by {by}", lies.moved(by, **only), CAUGHT


def _repeated(rng: random.Random):
    years = [rng.choice(YEARS[1:])]
    only = rng.choice([{}, {"series": [rng.choice(SERIES[1:])]}])
    return f"{years} of {only} repeated", lies.moved(1, years=years, **only), CAUGHT


def _shuffled(rng: random.Random):
    """Deal the values of a series out anew among the economies."""
    series, codes = rng.choice(SERIES[1:]), list(lies.SOME)
    dealt = dict(zip(codes, rng.sample(codes, len(codes)), strict=True))
    moved = sum(code != other for code, other in dealt.items())

    def change(cell, value, of):
        meant = cell[0] == series and cell[1] in dealt
        return of((cell[0], dealt[cell[1]], cell[2])) if meant else value

    return f"{series} shuffled", lies.cells(change), NOTICED if moved else (WHOLE,)


def _flat(rng: random.Random):
    series, value = rng.choice(SERIES[1:]), rng.choice([1, 100, 12345.6, 0.5])
    return f"{series} is {value}", lies.constant(series, value), CAUGHT


def _rounded(rng: random.Random):
    digits = rng.randint(1, 4)
    return f"rounded to {digits}", lies.rounded(digits), NOTICED


def _label(rng: random.Random):
    odd, code, place = rng.choice(ODD), rng.choice(ECONOMIES), rng.randint(1, 3)
    if rng.random() < 0.4:
        series = rng.choice(SERIES)

        def spoil(each: dict) -> None:
            each["value"] = each["value"][:place] + odd + each["value"][place:]

        return f"title of {series} with {odd!r}", on("series", row(series, spoil)), _fate(odd)

    def rename(each: dict) -> None:
        each["value"] = each["value"][:place] + odd + each["value"][place:]

    return f"name of {code} with {odd!r}", on("country", row(code, rename)), _fate(odd)


def _fate(odd: str) -> tuple[str, ...]:
    """A line end within a name is a blank: the same name, or one nobody knew, which is reported."""
    return (WHOLE, *NOTICED) if odd == "\r\n" else CAUGHT


def _release(rng: random.Random):
    when = ["2026-02-30", "2027-01-01", "9999-12-31", "1899-01-01", "2026-7-13", "", None, 20260713]
    when += ["2026-07-12", "2026-07-13T00:00", "13.07.2026", ODD[0], [], {}]
    found = rng.choice(when)
    return f"lastupdated {found!r}", on("data", head(lastupdated=found)), CAUGHT


def _levels(rng: random.Random):
    """Move income levels of some or all economies."""
    share = rng.random()
    kind = rng.choice(["incomeLevel", "lendingType", "region"])
    label = {"incomeLevel": "Low income", "lendingType": "IDA", "region": "South Asia"}[kind]

    def spoil(found: list) -> None:
        for each in found[1]:
            if each["region"]["id"] != "NA" and rng_of(each["id"]) < share:
                each[kind] = each[kind] | {"value": label}

    seed = rng.random()

    def rng_of(code: str) -> float:
        return random.Random(f"{seed}{code}").random()

    return f"{kind} {label} for {share:.0%}", on("classification", edit(spoil)), (WHOLE, *NOTICED)


def _wire(rng: random.Random, who: str):
    """Something of the wire: redirects, packings, parts, bombs, depth, noise."""
    kind, times = rng.choice(KINDS[who]), rng.choice([None, None, 1])
    target = rng.choice(
        ["http://localhost:9/", "//evil.example/", "https://127.0.0.1/", "ftp://x/"]
    )
    code = rng.choice([201, 202, 203, 204, 205, 206, 300, 304, 305, 400, 418, 451])
    choices = {
        f"redirect to {target}": (status(302, Location=target), CAUGHT),
        f"status {code}": (lambda r: replace(r, status=code), CAUGHT),
        "packed": (lies.packed(), (WHOLE,)),
        "packed twice": (lies.packed(2, "gzip, gzip"), CAUGHT),
        "packed, said otherwise": (lies.packed(1, rng.choice(["br", "x", "identity"])), CAUGHT),
        "a bomb": (lies.answer(lies.BOMB, Content_Encoding="gzip"), CAUGHT),
        "depth": (lies.answer(rng.choice([b"[", b'{"a":', b"[{"]) * 50_000), CAUGHT),
        "noise": (lies.answer(rng.randbytes(rng.randint(1, 2000))), CAUGHT),
        "escapes": (lies.answer(lies.ESCAPES.encode()), CAUGHT),
        "503 once": (status(503), (WHOLE,) if times == 1 else CAUGHT),
        "reset": (broken("reset"), (WHOLE,) if times == 1 else CAUGHT),
    }
    name = rng.choice(list(choices))
    change, endings = choices[name]
    return f"{name} on {kind} times {times}", on(kind, change, times=times), endings


def _capital_scaled(rng: random.Random):
    by = factor(rng, 0.998, 1.002)
    return f"capital x {by:.4g}", more_lies.figures(lambda line: float(line[7]) * by), CAUGHT


def _capital_of_a_year(rng: random.Random):
    year, by = str(rng.randint(2008, 2023)), factor(rng, 0.4, 2.5)

    def change(line: list[str]) -> float:
        return float(line[7]) * (by if line[6] == year else 1)

    return f"capital of {year} x {by:.4g}", more_lies.figures(change), CAUGHT


def _capital_lost(rng: random.Random):
    share, seed = rng.choice([0.001, 0.1, 0.9]), rng.random()

    def keep(found: list) -> list:
        dice = random.Random(seed)
        gone = [dice.random() < share for _ in found]
        gone[int(seed * (len(found) - 1))] = True  # the last one is an aggregate
        return [line for line, lost in zip(found, gone, strict=True) if not lost]

    return f"{share:.1%} of capital gone", more_lies.lines(keep), CAUGHT


def _stages(rng: random.Random):
    one, two = rng.sample(["SEED", "START", "LATER", "_T"], 2)
    return f"{one} and {two} swapped", more_lies.stages(one, two), CAUGHT


def _cell(rng: random.Random):
    """Put something odd in one cell of one line that is no aggregate's."""
    column = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 9])
    odd = rng.choice(
        ["", "?", "\x1b[1m", lies.wide("12"), "1e400", "-5", "nan", "x" * 400, "=1+1", "1_0"]
    )
    at = rng.random()

    def spoil(found: list) -> None:
        found[int(at * (len(found) - 1))][column] = odd

    return f"{odd[:9]!r} in column {column}", more_lies.lines(spoil), CAUGHT


def _prices_scaled(rng: random.Random):
    by = factor(rng, 0.998, 1.002)
    return f"prices x {by:.4g}", more_lies.usd(lambda n, usd: usd * by), CAUGHT


def _some_prices_scaled(rng: random.Random):
    every, by = rng.choice([3, 7, 15, 500]), factor(rng, 0.45, 2.2)
    fault = more_lies.usd(lambda n, usd: usd * by if n % every == 0 else usd)
    return f"each {every}th price x {by:.4g}", fault, CAUGHT if every <= 15 else NOTICED


def _models_gone(rng: random.Random):
    every = rng.choice([2, 5, 10, 15, 300])
    fault = more_lies.models(lambda n, key: n % every != 1)
    return f"each {every}th model gone", fault, CAUGHT if every <= 15 else NOTICED


def _free(rng: random.Random):
    every = rng.choice([1, 2, 5, 9])
    return (
        f"each {every}th free",
        more_lies.usd(lambda n, usd: 0 if n % every == 0 else usd),
        CAUGHT,
    )


def _odd_price(rng: random.Random):
    number, odd = rng.randrange(7000), rng.choice([1e30, -1.0, 5001, 1e300, None, "x", [], True])
    endings = (REFUSED, REPORTED, WHOLE) if odd is True or odd is None else CAUGHT
    return (
        f"price {number} is {odd}",
        more_lies.usd(lambda n, p: odd if n == number else p),
        endings,
    )


WORLD_BANK = [_nulls, _empty, _series_scaled, _economies_scaled, _years_scaled, _moved, _repeated]
WORLD_BANK += [_economies_swapped, _series_swapped, _shuffled, _flat, _rounded, _label, _release]
WORLD_BANK += [_levels]
OECD = [_capital_scaled, _capital_of_a_year, _capital_lost, _stages, _cell]
PRICES = [_prices_scaled, _some_prices_scaled, _models_gone, _free, _odd_price]
