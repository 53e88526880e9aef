"""Languages and use: what the same question costs, who is understood, and who uses it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from affordability.people import languages, usage
from affordability.tables import InputError
from tests.unit.test_people_prices import world


def spoken() -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("USA", "en", 90.0, "official"),
            ("USA", "es", 20.0, ""),
            ("POO", "xx", 50.0, "official"),
            ("POO", "en", 10.0, "official"),
            ("SIL", "xx", 100.0, ""),
            ("SIL", "yy", np.nan, ""),
        ],
        columns=["iso3", "language", "population_percent", "official_status"],
    )


def tokens(**changed) -> pd.DataFrame:
    rows = {
        "tokenizer": ["t", "t", "t", "u"],
        "language": ["en", "xx", "", "xx"],
        "tokens_ratio": [1.0, 5.0, 9.0, 2.0],
        "source_id": "s",
    }
    return pd.DataFrame({**rows, **changed})


def priced(**changed) -> pd.DataFrame:
    who = languages.speakers(spoken(), world())
    return languages.language_prices(tokens(**changed), who, 500, 250, 2.5, 10)


def test_speakers_are_people_with_the_mean_income_of_where_they_live():
    who = languages.speakers(spoken(), world())
    assert who.loc["en", "speakers"] == 90 + 30
    assert who.loc["en", "gni"] == pytest.approx((90 * 60_000 + 30 * 600) / 120)
    assert who.loc["xx", "speakers"] == 150 + 50 and who.loc["xx", "gni"] == 600


def test_a_question_costs_as_many_times_more_as_it_has_tokens():
    table = priced().set_index(["language", "tokenizer"])
    assert table["usd_per_1000_questions"].to_dict() == {
        ("en", "t"): pytest.approx(3.75),
        ("xx", "t"): pytest.approx(18.75),
        ("xx", "u"): pytest.approx(7.5),
    }
    assert table.loc[("xx", "t"), "share_of_income"] == pytest.approx(18.75 / 50)
    assert list(priced())[:5] == [
        *("language", "tokenizer", "tokens_ratio", "speakers", "usd_per_1000_questions")
    ]


def test_two_forms_that_stand_for_one_language_are_refused():
    with pytest.raises(InputError, match="column language: found xx twice for t, expected one"):
        priced(language=["en", "xx", "xx", "xx"])


def test_a_tokenizer_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="column tokenizer: found no v, expected one of t, u"):
        languages.language_prices(tokens(), spoken(), 1, 1, 1, 1, ["v"])


def test_people_who_are_understood_lie_between_one_language_each_and_all_apart():
    right = pd.Series({"en": 0.85, "es": 0.8, "xx": 0.4})
    table = languages.people_by_accuracy(spoken(), right, world(), [0.4, 0.8]).set_index("accuracy")
    assert table.loc[0.8, "share_low"] == pytest.approx((90 + 30) / 450)
    assert table.loc[0.8, "share_high"] == pytest.approx((100 + 30) / 450)
    assert table.loc[0.8, "languages"] == 2
    assert table.loc[0.4, "share_high"] == pytest.approx((100 + 180 + 50) / 450)


def test_a_language_that_nobody_has_is_refused():
    with pytest.raises(InputError, match="accuracy, column language: found 'qq', expected a lang"):
        languages.people_by_accuracy(spoken(), pd.Series({"qq": 0.5}), world(), [0.5])


def used(values, measure: str = "share", periods=("2025", "2026")) -> pd.DataFrame:
    names = [f"A{i:02d}" for i in range(len(values))]
    return pd.DataFrame(
        [
            (name, measure, period, value * (1 + number / 10))
            for name, value in zip(names, values, strict=True)
            for number, period in enumerate(periods)
        ],
        columns=["iso3", "measure", "period", "value"],
    )


BURDEN = pd.Series({f"A{i:02d}": 0.001 * 2**i for i in range(8)})
GROUPS = pd.Series({f"A{i:02d}": "High income" if i < 4 else "Low income" for i in range(8)})


def test_use_that_falls_as_a_power_of_the_burden_has_that_slope_and_no_residual():
    given = used([0.5 * 2 ** (-0.5 * i) for i in range(8)])
    table, lines = usage.against_burden(given, BURDEN, GROUPS)
    row = lines.set_index(["period", "income_group"])
    assert row.loc[("2025", "All"), "slope"] == pytest.approx(-0.5)
    assert row.loc[("2025", "All"), "rank_correlation"] == pytest.approx(-1)
    assert row.loc[("2026", "High income"), "n"] == 4
    assert table["residual"].abs().max() < 1e-9 and len(table) == 16


def test_who_uses_more_than_their_means_suggest_has_a_residual_above_zero():
    values = [0.5 * 2 ** (-0.5 * i) for i in range(8)]
    values[3] *= 3
    table, _ = usage.against_burden(used(values), BURDEN, GROUPS)
    top = table[table["period"] == "2025"].sort_values("residual")["economy"].iloc[-1]
    assert top == "A03"


def test_measures_are_never_merged():
    both = pd.concat([used([0.1, 0.2, 0.4]), used([3.0, 2.0, 1.0], "index")])
    _, lines = usage.against_burden(both, BURDEN, GROUPS)
    every = lines[lines["income_group"] == "All"].set_index(["measure", "period"])
    assert every.loc[("share", "2025"), "slope"] > 0 > every.loc[("index", "2025"), "slope"]
    with pytest.raises(InputError, match="found two rows, expected one; measures and periods"):
        usage.against_burden(pd.concat([both, both]), BURDEN, GROUPS)


def test_economies_that_share_all_figures_are_a_pool_and_are_left_out():
    given = used([0.1, 0.2, 0.2, 0.4])
    assert usage.pooled(given) == {"share": ["A01", "A02"]}
    table, _ = usage.against_burden(given, BURDEN, GROUPS)
    assert set(table["economy"]) == {"A00", "A03"}


def test_equal_ranks_share_theirs():
    x, y = pd.Series([1.0, 2, 2, 3]), pd.Series([1.0, 3, 2, 4])
    ranks = np.corrcoef([1, 2.5, 2.5, 4], [1, 3, 2, 4])[0, 1]
    assert usage.rank_correlation(x, y) == pytest.approx(ranks)
    assert np.isnan(usage.rank_correlation(x[:2], y[:2]))
