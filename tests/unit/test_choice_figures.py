"""What the figures of serving and of the choice draw, looked at on the axis."""

from __future__ import annotations

import pandas as pd
import pytest

from affordability.figures import choice, serving_costs

COMPARED = pd.DataFrame(
    {
        "model_id": ["a", "a", "a", "b", "b", "b", "c"],
        "name": ["A", "A", "A", "B", "B", "B", "C"],
        "precision": ["16bit", "8bit", "4bit"] * 2 + ["8bit"],
        "usd_per_mtok": [0.4, 0.2, 0.3, 0.8, 0.1, 0.7, 9.0],
        "usd_per_mtok_low": [0.2, 0.1, 0.2, 0.4, 0.05, 0.3, 8.0],
        "usd_per_mtok_high": [0.8, 0.4, 0.6, 1.6, 0.2, 1.4, 10.0],
        "api_usd_per_mtok": [1.0] * 3 + [float("nan")] * 4,
    }
)


@pytest.mark.parametrize(("precision", "first"), [("8bit", "B"), ("16bit", "A")])
def test_the_precision_of_the_study_is_drawn_large_and_orders_the_models(precision, first):
    frame = serving_costs.draw_frame(COMPARED, ["b"], precision)
    assert set(frame["name"]) == {"A", "B"}  # C has no price and is not asked about
    ax = serving_costs.figure(frame, precision).axes[0]
    assert ax.get_yticklabels()[0].get_text() == first
    large = max(ax.lines, key=lambda line: line.get_markersize())
    assert large.get_label() == f"Computed, {precision.replace('bit', ' bit')}"
    labels = {line.get_label() for line in ax.lines}
    assert labels == {*(f"Computed, {bits} bit" for bits in (16, 8, 4)), "Asked by an API"}


def test_the_last_model_of_a_bar_is_named_with_its_price_and_each_at_half_the_price():
    frame = pd.DataFrame(
        {
            "bar_name": "Old",
            "bar_score": 100.0,
            "month": ["2023-03", "2023-04", "2024-05", "2024-06"],
            "usd_per_mtok": [30.0, 20.0, 5.0, 4.0],
            "name": ["Old", "Other", "Half", "Last"],
            "fold_per_year": [1.0, float("nan"), 4.6, 5.0],
        }
    )
    fig = choice.capability_figure(frame)
    named = [text.get_text() for text in fig.axes[0].texts]
    assert named == ["Old", "Half", "Last\n$4"]
    ticks = [tick.get_text() for tick in fig.axes[0].get_yticklabels(which="both")]
    assert {"$5", "$10", "$20"} <= set(ticks) and not any("math" in tick for tick in ticks)
    label = fig.axes[0].lines[0].get_label()
    assert label == "as good as Old (index 100): 5.0 times less a year"
