"""What changed between two vintages: counted by hand on a world of three economies."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability import pipeline, ratios, resources, tables
from affordability.diff import numbers as diff_numbers
from affordability.diff import study as diff_study
from affordability.diff import values as diff
from affordability.figures import revisions
from affordability.judgement import Judgement
from affordability.study import Study, successive
from affordability.tables import InputError
from tests.unit.diff_world import NAMES, NEW, OLD, economies, frozen_tables, nobody, study

NO_VENTURE = pd.DataFrame(columns=["iso3", "stage", "year", "usd_million", "source_id"])
COST = {
    "item_kind": "train",
    "item_id": "model",
    "basis": "statement",
    "origin": "published",
    "estimate_id": "e",
    "usd": 180.0,
    "usd_low": float("nan"),
    "usd_high": float("nan"),
    "per": "once",
    "price_year": 2020,
    "headline": True,
    "source_id": "s",
    "derivation": "",
    "status": "verified",
}
NONE = Judgement([], pd.DataFrame(columns=["iso3", "name", "reason"], dtype=str))


def compared(old, new, kind=diff.PUBLISHED, titles=()) -> dict[str, pd.DataFrame]:
    """Tables of values and revisions of two sides."""
    return diff.counted(diff.matched(old, new), kind, dict(titles), NAMES)


@pytest.fixture
def found() -> dict[str, pd.DataFrame]:
    """Tables of values and revisions of the published series."""
    longs = [diff.long(side, NO_VENTURE) for side in (OLD, NEW)]
    titles = {"NY.GNP.PCAP.CD": "GNI per capita"}
    return compared(*longs, titles=titles)


@pytest.fixture
def sides() -> dict:
    """Both sides under one study: panel, resources chosen, ratios of one cost of 180."""
    told = {}
    for side, table in (("old", OLD), ("new", NEW)):
        given = {"observations": table, "venture_capital": NO_VENTURE, "organisations": nobody()}
        panel = resources.panel(given, study(side).vintages)
        chosen = resources.select(panel, study(side).year_rules)
        shares = ratios.build(pd.DataFrame([COST]), chosen, "tiny")
        told[side] = {"panel": panel, "chosen": chosen, "ratios": shares}
    return told


@pytest.fixture
def moved(sides) -> pd.DataFrame:
    old, new = sides["old"], sides["new"]
    return diff_study.moves(old["chosen"], new["chosen"], new["panel"], "tiny")


def test_each_series_counts_what_was_added_removed_and_revised(found):
    values = found["diff_values"].set_index("series")
    gni = values.loc["NY.GNP.PCAP.CD"]
    assert gni["title"] == "GNI per capita"
    assert (gni["old_values"], gni["new_values"]) == (3, 4)
    assert (gni["values_added"], gni["of_newer_years"]) == (1, 1)
    assert (gni["values_removed"], gni["values_revised"]) == (0, 2)
    assert gni["largest_revision"] == pytest.approx(-0.25)
    assert (gni["largest_iso3"], gni["largest_year"]) == ("BBB", 2020)


def test_a_series_that_only_one_vintage_has_is_told(found):
    state = found["diff_values"].set_index("series")["state"].to_dict()
    assert state == {
        "GB.XPD.RSDV.GD.ZS": "added",
        "NY.GDP.MKTP.CD": "removed",
        "NY.GDP.PCAP.CD": "added",
        "NY.GNP.PCAP.CD": "in both",
        "SP.POP.TOTL": "added",
    }


def test_economies_that_come_and_go_within_a_series_are_named():
    old = pd.DataFrame({"series": "x", "iso3": ["AAA", "CCC"], "year": 2020, "value": 1.0})
    new = old.assign(iso3=["AAA", "BBB"])
    pair = [side.assign(source_id="s", formula="") for side in (old, new)]
    row = compared(*pair)["diff_values"].iloc[0]
    assert (row["economies_added"], row["economies_removed"]) == ("BBB", "CCC")


def test_a_difference_in_how_a_file_writes_digits_is_no_revision(found):
    revised = found["diff_revisions"]
    assert "AAA" not in set(revised["iso3"])


def test_a_revision_from_zero_is_listed_without_a_relative_size(found):
    revised = found["diff_revisions"].set_index(["iso3", "year"])
    assert pd.isna(revised.loc[("BBB", 2019), "change"])
    assert revised.loc[("BBB", 2020), "rank"] == 1
    assert diff_numbers.signed(float("nan")) == "from zero"


def test_the_tables_are_as_their_schemas_say(found, moved):
    for name, table in {**found, "diff_resources": moved}.items():
        tables.check_frame(table, name)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Low income", "High income", "up"),
        ("High income", "Upper middle income", "down"),
        ("", "Low income", "classified"),
        ("Low income", "", "no longer classified"),
        ("Low income", "Low income", None),
    ],
)
def test_income_levels_move_up_or_down_or_come_or_go(before, after, told):
    sides = [economies("old").assign(income_level=level) for level in (before, after)]
    changed = diff.income_levels(*sides)
    assert changed["change"].to_list() == ([told] * 3 if told else [])
    tables.check_frame(changed, "diff_income_levels")


def test_an_economy_that_only_one_vintage_has_is_told_with_its_name():
    changed = diff.income_levels(economies("new").iloc[1:], economies("new").iloc[:-1])
    told = dict(zip(changed["name"], changed["change"], strict=True))
    assert told == {"Alpha": "economy added", "Gamma": "economy removed"}


def test_a_move_is_split_into_what_the_same_year_has_and_newer_year(moved):
    gdp = moved[moved["measure"] == "gdp"].set_index("actor_id")
    assert gdp["cause"].to_dict() == {
        "AAA": "derived otherwise",
        "BBB": "newer year",
        "CCC": "no value any more",
    }
    assert gdp.loc["AAA", "revision"] == pytest.approx(0.5)
    assert gdp.loc["BBB", "newer_year"] == pytest.approx(1.0)
    assert gdp.loc["BBB", "revision"] == 0
    assert gdp.loc["AAA", "old_derivation"] == "NY.GDP.MKTP.CD"
    assert gdp.loc["AAA", "new_derivation"].startswith("NY.GDP.PCAP.CD*SP.POP.TOTL: ")


def test_another_formula_of_the_same_year_is_no_revision(sides):
    pairs = [diff.derived(side["panel"]) for side in sides.values()]
    found = compared(*pairs, kind=diff.MEASURED)
    row = found["diff_values"].set_index("series").loc["gdp"]
    assert row[["values_revised", "values_mended"]].tolist() == [0, 1]
    assert "gdp" not in set(found["diff_revisions"]["series"])


def test_what_only_the_new_vintage_has_is_a_first_value(moved):
    rd = moved[moved["measure"] == "rd_expenditure"]
    assert rd[["actor_id", "cause"]].to_numpy().tolist() == [["AAA", "first value"]]


def test_revision_and_newer_year_multiply_to_the_whole_change(moved):
    both = moved.dropna(subset=["revision", "newer_year"])
    product = (1 + both["revision"]) * (1 + both["newer_year"])
    assert len(both) and product.to_list() == pytest.approx((1 + both["change"]).to_list())


GONE = ("CCC", "leaves", "no value any more")


@pytest.mark.parametrize(
    ("cost", "crossed"),
    [
        (300, [("BBB", "enters", "newer year"), GONE]),
        (130, [("AAA", "enters", "derived otherwise"), GONE]),
        (2000, []),
        (10, [GONE]),
    ],
    ids=["a newer year", "another formula", "nobody was or is within", "everyone was within"],
)
def test_a_ratio_crosses_a_threshold_by_another_formula_or_by_newer_year(
    sides, moved, cost, crossed
):
    both = [side["ratios"].copy() for side in sides.values()]
    for table in both:
        table["cost_usd"] = cost
        table["share"] = cost / table["resource_usd"]
    told = diff_study.crossings(*both, moved, study("new")).sort_values("actor_id")
    found = told[["actor_id", "direction", "cause"]]
    assert list(found.itertuples(index=False, name=None)) == crossed


def test_the_same_vintage_twice_changes_nothing(sides):
    same = sides["new"]
    nothing = diff_study.moves(same["chosen"], same["chosen"], same["panel"], "tiny")
    assert nothing.empty
    assert diff_study.crossings(same["ratios"], same["ratios"], nothing, study("new")).empty
    long = diff.long(NEW, NO_VENTURE)
    found = compared(long, long)
    assert found["diff_revisions"].empty
    assert (
        found["diff_values"][["values_added", "values_removed", "values_revised"]].sum().sum() == 0
    )


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=8), st.floats(0.5, 2))
def test_added_removed_revised_and_same_account_for_every_value(values, factor):
    old = pd.DataFrame(
        {"series": "x", "iso3": [f"E{i}" for i in range(len(values))], "year": 2020}
    ).assign(value=values, source_id="s", formula="")
    new = old.iloc[1:].assign(value=lambda rows: rows["value"] * factor)
    what = diff.matched(old, new)["what"].value_counts()
    assert what.sum() == len(values)
    assert what.get("removed", 0) == 1
    moved = what.get("revised", 0) + what.get("rounded", 0)
    assert moved >= (len(values) - 1 if abs(factor - 1) > diff.SAME else 0)


def claim(limit: str | float) -> dict:
    query = {
        "table": "ratios",
        "where": {"item_kind": "train", "item_id": "model", "measure": "gdp"},
        "column": "share",
        "within" if isinstance(limit, str) else "at_most": limit,
        "aggregate": "members",
    }
    context = [{"label": "Another year", "query": {}}]
    return {"id": "c", "tests": [{"query": query, "published": {}}], "context": context}


def answer(verdict: str, value: str, members: str, reading: str) -> tuple[dict, dict]:
    row = {"study": "tiny", "claim_id": "c", "statement": "s", "published": "p"}
    row |= {"verdict": verdict, "reproduced": value, "members": members}
    return row, {"c.context.1": {"text": reading}}


CROSSED = pd.DataFrame(
    {
        "threshold": "gdp_10",
        "item_kind": "train",
        "item_id": "model",
        "measure": "gdp",
        "actor_id": ["AAA", "BBB"],
        "direction": ["enters", "leaves"],
        "cause": ["revised", "newer year"],
    }
)


def test_a_claim_tells_its_verdict_value_members_and_why():
    old = answer("reproduced", "1 of 3: Beta", "BBB", "10 %")
    new = answer("differs", "1 of 3: Alpha", "AAA", "20 %")
    row = diff_study.claim_changes([old], [new], [claim("gdp_10")], CROSSED, NAMES).iloc[0]
    assert row["changed"] == "verdict;value;members"
    assert (row["members_added"], row["members_removed"]) == ("AAA", "BBB")
    assert row["why"] == "enters (revised): Alpha; leaves (newer year): Beta"
    assert row["readings"] == "Another year: 10 % → 20 %"


def test_a_claim_whose_members_change_only_their_order_has_not_changed_them():
    old = answer("reproduced", "same", "AAA;BBB", "10 %")
    new = answer("reproduced", "same", "BBB;AAA", "10 %")
    row = diff_study.claim_changes([old], [new], [claim(0.1)], CROSSED, NAMES).iloc[0]
    assert (row["changed"], row["why"], row["readings"]) == ("", "", "")


def test_only_the_source_that_has_a_vintage_of_that_name_is_exchanged(frozen):
    changed = study("old").exchanged("new")
    assert changed.vintages == {"world_bank": "new", "oecd": "o"}
    assert study("old").vintages == {"world_bank": "old", "oecd": "o"}


def test_an_unknown_vintage_is_refused_and_those_at_hand_are_named(frozen):
    with pytest.raises(InputError, match="found no vintage next, expected one of new, o, old"):
        study("old").exchanged("next")


def test_studies_compare_each_world_bank_vintage_with_the_one_before():
    four = [Study(version, {"vintages": {"world_bank": version}}) for version in "1223"]
    assert successive(four) == ["1__2", "2__3"]
    assert successive(four[:1]) == []


def test_a_study_read_in_memory_has_the_resources_of_both_vintages(frozen):
    for side, usd in (("old", 1000), ("new", 1500)):
        panel = pipeline.panel(frozen_tables(side), study(side).vintages, NONE)
        gdp = panel[(panel["measure"] == "gdp") & (panel["actor_id"] == "AAA")]
        assert gdp["usd"].to_list() == [usd]
        seed = panel[panel["measure"] == "seed_funding"]
        assert seed["usd"].to_list() == [5e6]


def test_the_numbers_a_text_may_quote_are_counted(found, moved, sides):
    given_study = study("new")
    crossed = diff_study.crossings(
        sides["old"]["ratios"], sides["new"]["ratios"], moved, given_study
    )
    rows = [answer("reproduced", "1", "BBB", "x")], [answer("differs", "2", "BBB", "x")]
    claims = diff_study.claim_changes(*rows, [claim("gdp_10")], crossed, NAMES)
    numbers = diff_numbers.numbers(
        {
            **found,
            "diff_income_levels": diff.income_levels(economies("old"), economies("new")),
            "diff_crossings": crossed,
            "diff_claims": claims,
        }
    )
    assert numbers["series.added"]["value"] == 3
    assert numbers["series.removed"]["value"] == 1
    assert numbers["income_levels.changed"]["value"] == 2
    assert numbers["tiny.claims.verdict_changed"]["value"] == 1
    assert numbers["tiny.claims.members_changed"]["value"] == 0
    assert numbers["largest_revision.NY.GNP.PCAP.CD"]["text"] == "Beta 2020: -25 %"


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=40))
def test_dots_of_a_strip_keep_apart(values):
    values = sorted(values)
    offsets = revisions.swarm(values, 0.02, 1.0)
    places = list(zip(values, offsets, strict=True))
    for i, (x, y) in enumerate(places):
        for other, level in places[i + 1 :]:
            assert y != level or other - x >= 0.02


def test_the_figure_draws_every_economy_that_moved_and_says_what_is_the_same(tmp_path, moved):
    crossed = pd.DataFrame(columns=tables.columns("diff_crossings"))
    crossed["headline"] = crossed["headline"].astype(bool)
    tables_found = {"diff_resources": moved, "diff_crossings": crossed}
    given_study = study("new")
    pair = ("old", "new")
    files = revisions.draw(
        tables_found, economies("new"), given_study, pair, tmp_path / "revisions"
    )
    assert sorted(f.name for f in files) == [
        f"revisions{suffix}" for suffix in (".caption.txt", ".csv", ".png", ".svg")
    ]
    drawn = pd.read_csv(tmp_path / "revisions.csv")
    assert set(zip(drawn["measure"], drawn["step"], drawn["iso3"], strict=True)) == {
        ("gdp", "mended", "AAA"),
        ("gdp", "newer_year", "BBB"),
        ("gni_per_capita", "revision", "BBB"),
        ("gni_per_capita", "newer_year", "AAA"),
    }
    caption = (tmp_path / "revisions.caption.txt").read_text(encoding="utf-8")
    assert "same year rule" in caption and "only the data differ" in caption


def test_two_equal_vintages_are_drawn_as_a_sheet_that_says_so(tmp_path, moved):
    crossed = pd.DataFrame(columns=tables.columns("diff_crossings"))
    nothing = {"diff_resources": moved.iloc[:0], "diff_crossings": crossed}
    revisions.draw(nothing, economies("new"), study("new"), ("a", "b"), tmp_path / "revisions")
    assert "nothing changed" in (tmp_path / "revisions.caption.txt").read_text(encoding="utf-8")
