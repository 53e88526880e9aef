"""Prices of language models by the token, through `genai-prices`, frozen as a vintage.

The package carries a price list and can fetch a newer one; either is flattened here to one row a
price: provider, model, what is counted (`input_mtok`: a million input tokens), US$, from which size
of the input on, from which day on. Discounts that hang on how a request is made (batch, priority)
are left out. Prices of the past are not in it: it answers what a thing costs today.

Source: genai-prices (MIT), which reads the providers' price pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from affordability.fetch import FetchError, waive
from affordability.fetch.transport import Patience, bounded, short
from affordability.tables import columns

BUNDLED = "bundled"
HOME = "https://github.com/pydantic/genai-prices"
EXPECTED_PROVIDERS = frozenset({"openai", "anthropic", "google", "mistral"})
_AGAIN = "nothing was written; fetch again later, or take the package's own list: "
_AGAIN += waive(f"prices_endpoint={BUNDLED}")


def providers(endpoint: str, patience: Patience | None = None) -> list:
    """Return the providers with their models; `BUNDLED` asks no network.

    Raises:
        FetchError: no list came, or it is not one `genai-prices` can read.
    """
    from genai_prices import UpdatePrices, data_snapshot  # late: a quarter of a second
    from genai_prices.update_prices import DEFAULT_UPDATE_URL

    if endpoint == BUNDLED:
        return data_snapshot.get_snapshot().providers
    patience = patience or Patience()
    address = endpoint or DEFAULT_UPDATE_URL
    try:
        return bounded(UpdatePrices(url=address).fetch, patience.first_answer).providers
    except Exception as error:  # the package's client raises a family of its own
        raise FetchError(f"prices: {address}: {short(error)[:200]}; {_AGAIN}") from error


def rows(found: list, source: str) -> list[tuple]:
    """Return one row a price, sorted by key; stop at a price that is none."""
    said = sorted(row for provider in found for row in _of_provider(provider, source))
    twice = [key for key, n in Counter(row[:6] for row in said).items() if n > 1]
    missing = EXPECTED_PROVIDERS - {row[0] for row in said}
    if twice or missing:
        raise FetchError(
            f"prices: {len(said)} prices came, {len(twice)} keys twice, without the providers "
            f"{', '.join(sorted(missing)) or 'none'}; {_AGAIN}"
        )
    return said


def _of_provider(provider, source: str) -> Iterator[tuple]:
    for model in provider.models:
        listed = model.prices if isinstance(model.prices, list) else [model.prices]
        for number, entry in enumerate(listed):
            prices = getattr(entry, "prices", entry)
            day, hours = _condition(getattr(entry, "constraint", None))
            for unit, price in vars(prices).items():
                for tokens, usd in _tiers(price):
                    key = (provider.id, model.id, number, day, unit, tokens)
                    yield (*key, hours, _usd(usd, key), model.name or "", source)


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


def _usd(usd: object, key: tuple) -> str:
    if not isinstance(usd, Decimal | int) or not Decimal(usd).is_finite() or usd < 0:
        raise FetchError(f"prices, {key}: found {usd!r}, expected US$; {_AGAIN}")
    return format(Decimal(usd).normalize(), "f")


def refuse_losses(found: list[tuple], models_before: int, allow_losses: bool) -> None:
    """Stop if fewer than 85 % of the models of the last vintage came, unless that is allowed."""
    models = len({row[:2] for row in found})
    if models < 0.85 * models_before and not allow_losses:
        raise FetchError(
            f"prices: {models} models came, the last vintage has {models_before}; nothing was "
            f"written; if that is right, allow it: {waive('allow_losses=true')}"
        )


def tables(found: list[tuple], day: str, address: str) -> dict[str, pd.DataFrame]:
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


def sidecar(found: list[tuple], day: str, address: str, versions: dict[str, str]) -> dict:
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
        "x_models": len({row[:2] for row in found}),
        "x_note": "What a thing costs on the day of the fetch; prices of the past are not in it.",
    }
