"""A price list as genai-prices publishes it, written from the list inside the installed package."""

from __future__ import annotations

import json
from functools import cache

from genai_prices import data_snapshot

from affordability.fetch import prices


@cache
def whole_list() -> list[tuple]:
    """Every price of the package's own list that holds at any hour, as rows."""
    found = prices.rows(data_snapshot.get_snapshot().providers, "bundled")
    kept: dict[tuple, tuple] = {row[:2]: row for row in reversed(found) if row[6]}
    return [row for row in found if row[:2] not in kept]


def document(rows: list[tuple] | None = None) -> list[dict]:
    """Return rows as providers with models, the way the service writes them."""
    providers: dict[str, dict] = {}
    models: dict[tuple, dict] = {}
    for provider, model, number, day, unit, tokens, _, usd, name, _ in rows or whole_list():
        about = {"id": provider, "name": provider, "api_pattern": f"https://{provider}"}
        listed = providers.setdefault(provider, about | {"models": []})["models"]
        if (provider, model) not in models:
            models[provider, model] = {"id": model, "match": {"equals": model}, "prices": []}
            models[provider, model] |= {"name": name} if name else {}
            listed.append(models[provider, model])
        entries = models[provider, model]["prices"]
        while len(entries) <= number:
            entries.append({"prices": {}})
        if day:
            entries[number]["constraint"] = {"start_date": day}
        _put(entries[number]["prices"], unit, tokens, float(usd) if isinstance(usd, str) else usd)
    return list(providers.values())


def _put(prices_of: dict, unit: str, tokens: int, usd: float) -> None:
    if not tokens:
        prices_of[unit] = usd
        return
    if not isinstance(prices_of[unit], dict):
        prices_of[unit] = {"base": prices_of[unit], "tiers": []}
    prices_of[unit]["tiers"].append({"start": tokens, "price": usd})


def published(rows: list[tuple] | None = None) -> bytes:
    """Return the answer of the service."""
    return json.dumps(document(rows)).encode()
