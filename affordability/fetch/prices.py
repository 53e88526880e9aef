"""Prices of language models by the token, through `genai-prices`, frozen as a vintage.

The package carries a price list and can fetch a newer one; either is flattened here to one row a
price: provider, model, what is counted (`input_mtok`: a million input tokens), US$, from which size
of the input on, from which day on. Discounts that hang on how a request is made (batch, priority)
are left out. Prices of the past are not in it: it answers what a thing costs today.

No header counts its rows, so a list is held against the one before: the last vintage, or for a
first vintage the list inside the installed package.

Source: genai-prices (MIT), which reads the providers' price pages.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from statistics import median

import pandas as pd

from affordability.fetch.comparison import FEW, HIGH, LOW, Findings, refuse
from affordability.fetch.reading import excerpt, label, strict_json
from affordability.fetch.refusal import FetchError, waive
from affordability.fetch.transport import PatientSession, short
from affordability.tables import columns

BUNDLED = "bundled"
HOME = "https://github.com/pydantic/genai-prices"
EXPECTED_PROVIDERS = frozenset({"openai", "anthropic", "google", "mistral"})
MOST_USD = 5000  # for any unit; the dearest that was seen is 600
MOST_ZEROS = 0.1  # some models are free
MOST_GONE = 0.05  # of the list before; genai-prices keeps models that retired
MOST_OUTSIDE = 0.05
NAME = "prices"  # by which losses and changes are waived
_AGAIN = "nothing was written; fetch again later, or take the package's own list: "
_AGAIN += waive(f"prices_endpoint={BUNDLED}")

Row = tuple[str, str, int, str, str, int, str, str, str, str]  # the columns of api_prices


def providers(endpoint: str, session: PatientSession) -> list:
    """Return the providers with their models; `BUNDLED` asks no network.

    Raises:
        FetchError: no list came, or it is not one `genai-prices` can read.
    """
    from genai_prices import data_snapshot  # late: a quarter of a second
    from genai_prices.types import _providers_from_raw  # its own client neither waits nor bounds
    from genai_prices.update_prices import DEFAULT_UPDATE_URL

    if endpoint == BUNDLED:
        return data_snapshot.get_snapshot().providers
    reply = session.get(endpoint or DEFAULT_UPDATE_URL)
    try:
        return _providers_from_raw(strict_json(reply.content))
    except Exception as error:  # the package's checks raise a family of their own
        raise FetchError(
            f"prices: {reply.url}: found {excerpt(reply.content)}, expected a list of providers "
            f"({short(error)[:200]}); {_AGAIN}"
        ) from error


def rows(found: list, source: str) -> list[Row]:
    """Return one row a price, sorted by key; stop at a price that is none."""
    said = sorted(row for provider in found for row in _of_provider(provider, source))
    zeros = sum(Decimal(row[7]) == 0 for row in said)
    if zeros > MOST_ZEROS * len(said):
        raise FetchError(f"prices: {zeros} of {len(said)} prices are 0; {_AGAIN}")
    twice = [key for key, n in Counter(row[:6] for row in said).items() if n > 1]
    missing = EXPECTED_PROVIDERS - {row[0] for row in said}
    if twice or missing:
        raise FetchError(
            f"prices: {len(said)} prices came, {len(twice)} keys twice, without the providers "
            f"{', '.join(sorted(missing)) or 'none'}; {_AGAIN}"
        )
    return said


def _of_provider(provider, source: str) -> Iterator[Row]:
    for model in provider.models:
        name = _labelled(model.name, f"a name of {model.id}") if model.name else ""
        for what in (provider.id, model.id):
            _labelled(what, "an id")
        listed = model.prices if isinstance(model.prices, list) else [model.prices]
        for number, entry in enumerate(listed):
            prices = getattr(entry, "prices", entry)
            day, hours = _condition(getattr(entry, "constraint", None))
            for unit, price in vars(prices).items():
                for tokens, usd in _tiers(price):
                    key = (provider.id, model.id, number, day, unit, tokens)
                    yield (*key, hours, _usd(usd, key), name, source)


def _condition(constraint) -> tuple[str, str]:
    """Return the day a price starts and the hours it holds, each blank if there is none."""
    if constraint is None:
        return "", ""
    if hasattr(constraint, "start_date"):
        return constraint.start_date.isoformat(), ""
    return "", f"{constraint.start_time} to {constraint.end_time}"


def _tiers(price) -> list[tuple[int, Decimal]]:
    if price is None:
        return []
    if hasattr(price, "tiers"):
        return [(0, price.base), *((tier.start, tier.price) for tier in price.tiers)]
    return [(0, price)]


def _labelled(value: object, what: str) -> str:
    try:
        return label(value, f"prices: {what}")
    except ValueError as error:
        raise FetchError(f"{error}; {_AGAIN}") from error


def _usd(usd: object, key: tuple) -> str:
    known = isinstance(usd, Decimal | int) and usd is not True and Decimal(usd).is_finite()
    if not known or not 0 <= usd <= MOST_USD or len(str(usd)) > 30:
        raise FetchError(
            f"prices, {key}: found {str(usd)[:40]}, expected US$ 0 to {MOST_USD:,}; {_AGAIN}"
        )
    return format(Decimal(usd).normalize(), "f")


def compare(found: list[Row], before: list[Row]) -> Findings:
    """Return what differs from the list before: models or prices gone, prices of another size."""
    losses, report = {}, []
    for what, width in (("models", 2), ("prices", 6)):
        known = {row[:width] for row in before}
        gone = sorted(known - {row[:width] for row in found})
        if len(gone) > MOST_GONE * len(known):
            named = ", ".join(_named(key) for key in gone[:6])
            losses[what] = [f"{len(gone)} of {len(known)} did not come, among them {named}"]
        report += [f"{what} gone: {_named(key)}" for key in gone]
    ratios, moved = _ratios(found, before)
    every = [ratio for of_unit in ratios.values() for ratio in of_unit]
    said = [
        f"the median ratio of {unit} to the list before is {median(of_unit):.4g}"
        for unit, of_unit in sorted(ratios.items())
        if len(of_unit) >= FEW and not LOW <= median(of_unit) <= HIGH
    ]
    if len(moved) > MOST_OUTSIDE * len(every):
        said.append(f"{len(moved)} of {len(every)} prices changed by more than a factor of 2")
    middle = median(every) if every else 1
    same = sum(abs(ratio / middle - 1) < 1e-4 for ratio in every) if middle else len(every)
    if abs(middle - 1) > 1e-3 and 2 * same > len(every):
        said.append(f"most prices are {middle:.6g} times those of the list before")
    report += [f"changed: {each}" for each in moved]
    return Findings(losses, {"prices": said} if said else {}, report)


def _named(key: tuple) -> str:
    return "/".join(key[:2]) + (f" {key[4]} from {key[5]} tokens" if len(key) > 2 else "")


def _ratios(found: list[Row], before: list[Row]) -> tuple[dict[str, list[float]], list[str]]:
    """Return the ratios to the list before by unit, and in words those outside 0.5 to 2."""
    known = {row[:6]: float(row[7]) for row in before}
    ratios, moved = defaultdict(list), []
    for row in found:
        if known.get(row[:6]):
            ratio = float(row[7]) / known[row[:6]]
            ratios[row[4]].append(ratio)
            if not LOW <= ratio <= HIGH:
                moved.append(f"{row[0]}/{row[1]} {row[4]} from {known[row[:6]]:g} to {row[7]}")
    return ratios, moved


def refuse_changes(
    found: list[Row], before: list[Row], losses: Collection[str], changes: Collection[str]
) -> list[str]:
    """Return what is to be reported; stop at what is gone or changed, unless that is waived."""
    return refuse(compare(found, before), losses, changes, NAME)


def tables(found: list[Row], day: str, address: str) -> dict[str, pd.DataFrame]:
    """Return the two tables of a vintage."""
    note = f"list prices by the million tokens, read on {day}; no discounts"
    about = [(source_id(day), "genai-prices", HOME, "Pydantic", "MIT", day, f"{address}; {note}")]
    return {
        "api_prices": pd.DataFrame(found, columns=columns("api_prices")),
        "sources": pd.DataFrame(about, columns=columns("sources")),
    }


def source_id(day: str) -> str:
    """Return the id under which the rows of a vintage name their source."""
    return f"genai-prices-{day}"


def sidecar(
    found: list[Row], day: str, address: str, versions: dict[str, str], anomalies: list[str]
) -> dict:
    """Return the sidecar of a vintage, but for its resources."""
    return {
        "name": "api-prices",
        "version": day,
        "title": "Prices of language models by the token",
        "created": day,
        "sources": [{"title": "genai-prices", "path": HOME}],
        "licenses": [{"name": "MIT", "path": f"{HOME}/blob/main/LICENSE"}],
        "x_request": {"addresses": [address]},
        "x_client_versions": versions,
        "x_anomalies": anomalies,
        "x_models": len({row[:2] for row in found}),
        "x_note": "What a thing costs on the day of the fetch; prices of the past are not in it.",
    }
