"""Calling a model through an API: what a question costs at list prices.

    US$ per 1,000 questions = (tokens in · US$ per million in + tokens out · US$ per million out)
                              / 1,000
    US$ per 1,000 people a day = US$ per 1,000 questions · questions a person asks a day

Of each provider the cheapest of its newest prices counts, and of the providers the lower median, as
for machines (`rental`); low and high are the cheapest and the dearest provider. Batch discounts,
cached input and free tiers are left out.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.serving.rental import by_token
from affordability.tables import columns


def calling(prices: pd.DataFrame, month: str, question: dict) -> pd.DataFrame:
    """Return table `calling`: every model with an API price at or before a month.

    Args:
        prices: table token_prices.
        month: YYYY-MM.
        question: tokens_in and tokens_out of a question, questions_per_person a day.
    """
    tokens = question["tokens_in"] + question["tokens_out"]
    share, each = question["tokens_in"] / tokens, question["questions_per_person"]
    rows = []
    prices = prices[prices["model_id"].ne("")].drop(columns=["note", "locator"])
    for model, own in prices.groupby("model_id"):
        price = by_token(own, model, month, share)
        if price is None or not price.usd > 0:
            continue
        rows.append(
            {
                "model_id": model,
                "usd_per_mtok": price.usd,
                "usd_per_1000_questions": price.usd * tokens / 1000,
                "usd_per_1000_people_per_day": price.usd * tokens / 1000 * each,
                "usd_per_1000_questions_low": price.low * tokens / 1000,
                "usd_per_1000_questions_high": price.high * tokens / 1000,
                "providers": price.providers,
                "price_date": price.date,
                "price_id": price.price_id,
                "source_id": price.source_id,
                "status": price.status,
            }
        )
    return pd.DataFrame(rows, columns=columns("calling")).round(6)
