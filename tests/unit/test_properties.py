"""What holds for any money, any order, any threshold and any two vintages (hypothesis)."""

from __future__ import annotations

import io
import os

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from affordability import ratios, resources
from affordability.claims.query import Evidence, ask
from affordability.diff import values
from affordability.measures import MEASURES
from affordability.study import Study
from affordability.tables import columns, load_schema

EXAMPLES = settings(
    max_examples=400 if os.environ.get("LONG") else 40, deadline=None, derandomize=True
)
ACTORS = ["AAA", "BBB", "CCC", "DDD", "NAM"]
MONEY = st.floats(1e-3, 1e13, allow_nan=False)
CODES = ["NY.GDP.MKTP.CD", "GB.XPD.RSDV.GD.ZS", "NY.GNP.PCAP.CD", "NY.ADJ.NNTY.PC.CD"]


@st.composite
def observed(draw) -> pd.DataFrame:
    """A World Bank table of any values, each cell there or not."""
    rows = [
        (actor, code, year, draw(MONEY), f"wb-{code[:2]}")
        for actor in ACTORS
        for code in CODES
        for year in (2021, 2022)
        if draw(st.booleans())
    ]
    return pd.DataFrame(rows, columns=columns("observations"))


@st.composite
def priced(draw) -> pd.DataFrame:
    """Costs of training one model, one of them read first."""
    rows = [
        {
            "item_kind": "train",
            "item_id": "m",
            "basis": "statement",
            "origin": "published",
            "estimate_id": f"m-{i}",
            "usd": draw(MONEY),
            "usd_low": float("nan"),
            "usd_high": float("nan"),
            "per": "once",
            "price_year": 2022,
            "source_id": "s",
            "derivation": "x",
            "status": "verified",
            "headline": i == 0,
        }
        for i in range(draw(st.integers(1, 3)))
    ]
    return pd.DataFrame(rows).astype({"price_year": "Int64"})


NOBODY = {
    "venture_capital": pd.DataFrame(columns=columns("venture_capital")),
    "organisations": pd.DataFrame(columns=columns("organisations"), dtype="str").assign(
        aggregate=pd.Series(dtype=bool)
    ),
}
RULES = {"default": {"year": 2022, "max_age_years": 5}}


def panel(observations: pd.DataFrame) -> pd.DataFrame:
    kept = {m: measure for m, measure in MEASURES.items() if measure.actor != "organisation"}
    parts = [
        resources._of_economies(measure, {**NOBODY, "observations": observations})
        for measure in kept.values()
    ]
    return pd.concat(parts, ignore_index=True).assign(vintage="w")


def divided(observations: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    chosen = resources.select(panel(observations), RULES)
    found = ratios.build(costs, chosen, "s")
    return found.sort_values(load_schema("ratios")["primaryKey"], ignore_index=True)


def evidence(found: pd.DataFrame, share: float) -> Evidence:
    limit = {"id": "t", "measure": "gdp", "share": share, "source": "s"}
    people = pd.DataFrame({"actor_id": ACTORS, "name": ACTORS, "actor_type": ""})
    economies = pd.DataFrame({"iso3": ACTORS, "has_data": True})
    return Evidence(Study("s", {"thresholds": [limit]}), {"ratios": found}, people, economies)


QUERY = {
    "table": "ratios",
    "where": {"item_kind": "train", "headline": True, "measure": "gdp"},
    "column": "share",
    "within": "t",
    "aggregate": "members",
}


@EXAMPLES
@given(observations=observed(), costs=priced(), power=st.integers(-8, 8))
def test_all_money_times_k_leaves_every_share_as_it_is(observations, costs, power):
    k = 2.0**power  # exact in binary, so that equal means to the last bit
    share = observations["indicator"].str.startswith("GB")
    more = observations.assign(value=observations["value"].where(share, k * observations["value"]))
    before, after = divided(observations, costs), divided(more, costs.assign(usd=k * costs["usd"]))
    pd.testing.assert_series_equal(before["share"], after["share"])


@EXAMPLES
@given(observations=observed(), costs=priced(), seed=st.integers(0, 999))
def test_rows_in_any_order_give_the_same_bytes(observations, costs, seed):
    def written(table: pd.DataFrame) -> bytes:
        out = io.BytesIO()
        table.to_csv(out, index=False, lineterminator="\n")
        return out.getvalue()

    mixed = observations.sample(frac=1, random_state=seed)
    again = divided(mixed, costs.sample(frac=1, random_state=seed))
    assert written(divided(observations, costs)) == written(again)


@EXAMPLES
@given(observations=observed(), costs=priced(), share=st.floats(1e-9, 1e3))
def test_half_a_threshold_never_has_more_members(observations, costs, share):
    found = divided(observations, costs)
    whole, half = (ask(QUERY, evidence(found, s)) for s in (share, share / 2))
    if whole is None:
        assert half is None
    else:
        assert set(half.members) <= set(whole.members)


@EXAMPLES
@given(observations=observed(), costs=priced(), share=st.floats(1e-9, 1e3))
def test_an_economy_without_data_moves_only_the_denominator(observations, costs, share):
    found = divided(observations, costs)
    known = evidence(found, share)
    more = pd.concat([known.economies, pd.DataFrame({"iso3": ["ZZZ"], "has_data": [True]})])
    query = {**QUERY, "aggregate": "share", "of": "all_economies"}
    before = ask(query, known)
    after = ask(query, Evidence(known.study, known.tables, known.actors, more))
    if before is not None:
        assert after.members == before.members and after.asked == before.asked
        assert after.denominator == before.denominator + 1


@EXAMPLES
@given(old=observed(), new=observed())
def test_two_vintages_swapped_give_the_inverse_comparison(old, new):
    sides = [values.long(table, NOBODY["venture_capital"]) for table in (old, new)]
    there, back = values.matched(*sides), values.matched(*sides[::-1])
    other = {"added": "removed", "removed": "added"}
    key = ["series", "iso3", "year"]
    both = there.merge(back, on=key, suffixes=("", "_back"))
    assert len(both) == len(there) == len(back)
    assert both["what"].map(lambda w: other.get(w, w)).eq(both["what_back"]).all()
    pd.testing.assert_series_equal(both["value_old"], both["value_new_back"], check_names=False)
    pd.testing.assert_series_equal(both["value_new"], both["value_old_back"], check_names=False)
