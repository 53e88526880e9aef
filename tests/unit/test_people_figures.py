"""Figures on people: outlines that stay whole, classes that tell findings apart, frames drawn."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from affordability.figures import dots, local_prices, outlines, people, prices_there
from affordability.figures import language_price as by_language
from affordability.figures import usage as use


def topology(**countries) -> dict:
    """A TopoJSON of squares: code -> (west, south, east, north)."""
    arcs, shapes = [], []
    for number, (code, (west, south, east, north)) in enumerate(countries.items()):
        arcs.append([[west, south], [east - west, 0], [0, north - south], [west - east, 0]])
        arcs[-1].append([0, south - north])
        shapes.append({"type": "Polygon", "arcs": [[number]], "properties": {"a3": code}})
    return {
        "transform": {"scale": [1, 1], "translate": [0, 0]},
        "arcs": arcs,
        "objects": {"countries": {"geometries": shapes}},
    }


def read(tmp_path, **countries):
    path = tmp_path / "countries.json"
    path.write_text(json.dumps(topology(**countries)), encoding="utf-8")
    return outlines.read(path)


def test_the_projection_keeps_areas():
    def box(south, north):
        return outlines.area(outlines.project([(0, south), (9, south), (9, north), (0, north)]))

    strip = np.sin(np.radians([5, 60, 65]))
    ratio = box(60, 65) / box(0, 5)
    assert ratio == pytest.approx((strip[2] - strip[1]) / strip[0], rel=0.02)
    assert outlines.project([(0, 0)])[0].tolist() == [0, 0]


def test_an_outline_that_crosses_the_antimeridian_is_at_both_edges(tmp_path):
    shapes = read(tmp_path, AAA=(170, 10, 190, 30), BBB=(0, 10, 20, 30))
    assert (len(shapes["AAA"]), len(shapes["BBB"])) == (2, 1)
    middles = sorted(ring[:, 0].mean() for ring in shapes["AAA"])
    edge = outlines.edge()[:, 0].max()
    assert middles[0] < -edge / 2 and middles[1] > edge / 2
    assert np.ptp(shapes["AAA"][0][:, 0]) < 1  # no streak across the world


def test_a_state_too_small_to_see_gets_a_circle_and_so_does_one_without_an_outline(tmp_path):
    shapes = read(tmp_path, AAA=(0, 0, 20, 20), BBB=(30, 10, 31, 11))
    spots = outlines.circles(shapes, ["AAA", "BBB", "GIB", "TWN"])
    assert set(spots) == {"BBB", "GIB"}
    assert spots["BBB"] == pytest.approx(tuple(outlines.project([(30.5, 10.5)])[0]), abs=0.01)


def test_antarctica_is_left_out(tmp_path):
    assert set(read(tmp_path, ATA=(0, -80, 20, -70), AAA=(0, 0, 9, 9))) == {"AAA"}


def economies() -> pd.DataFrame:
    codes = ["AAA", "BBB", "CCC", "DDD", "EEE"]
    level = ["High income", "Low income", "Low income", "High income", "Low income"]
    return pd.DataFrame({"iso3": codes, "name": codes, "income_level": level})


def burden() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "economy": ["AAA", "BBB", "CCC", "DDD"],
            "plan": "p",
            "usd_per_month": [20.0, np.nan, np.nan, 20.0],
            "share": [0.01, np.nan, np.nan, 0.0100001],
            "status": ["local_storefront", "app_not_offered", "no_local_storefront", ""],
            "gni": [24_000.0, 9.0, 9.0, 23_999.0],
            "gni_year": 2025,
        }
    )


def test_the_map_tells_a_price_from_each_reason_there_is_none():
    frame = prices_there.draw_frame(burden(), economies(), "p").set_index("economy")
    assert frame["shown_as"].to_dict() == {
        "AAA": "up to 1 %",
        "DDD": "1 to 2 %",
        "BBB": prices_there.NOT_OFFERED,
        "CCC": prices_there.NO_STOREFRONT,
        "EEE": prices_there.NO_PRICE,
    }
    assert set(frame["shown_as"]) <= set(prices_there.LOOK)


def test_points_are_the_economies_with_a_share_and_their_names():
    rows = local_prices.points(burden(), economies(), ["p"])
    assert rows["economy"].tolist() == ["DDD", "AAA"]
    assert rows["income_group"].tolist() == ["High income", "High income"]


def test_the_curve_of_who_can_pay_carries_bounds_and_the_surveys_reading_at_thresholds():
    curve = pd.DataFrame(
        {"plan": "flat_20", "threshold": [0.01, 0.05], "share_of_people": [0.1, 0.4]}
    )
    bounds = pd.DataFrame(
        {"plan": ["flat_20", "store"], "threshold": 0.05, "share_low": 0.3, "share_high": 0.5}
    )
    readings = pd.DataFrame(
        {
            "plan": "flat_20",
            "threshold": 0.05,
            "income": ["gni", "survey", "survey"],
            "imputation": ["group", "group", "nobody"],
            "share_of_people": [0.4, 0.2, 0.1],
        }
    )
    frame = people.headcount_frame(curve, bounds, readings)
    assert set(frame["plan"]) == {"flat_20"} and len(frame) == 2
    assert frame.set_index("threshold").loc[0.05, "share_survey"] == 0.2
    assert frame["share_low"].notna().tolist() == [False, True]


def test_languages_drawn_are_the_most_spoken_and_the_dearest():
    codes = [f"l{i}" for i in range(40)]
    table = pd.DataFrame(
        {
            "language": codes,
            "tokenizer": "t",
            "tokens_ratio": [float(i) for i in range(40)],
            "speakers": [1e9 - i * 1e6 for i in range(40)],
            "share_of_income": 0.1,
        }
    )
    lengths = pd.DataFrame({"language": codes, "name": [f"Language {c}" for c in codes]})
    lengths = lengths.assign(tokenizer="t", models="M-1")
    frame = by_language.draw_frame(table, lengths)
    assert {"l0", "l23", "l39", "l34"} <= set(frame["language"])
    assert "l30" not in set(frame["language"])
    assert frame["name"].iloc[-1] == "Language l39"


def test_use_is_drawn_for_the_newest_period_of_each_measure():
    usage = pd.DataFrame(
        {
            "economy": ["AAA", "AAA", "BBB"],
            "measure": ["m", "m", "n"],
            "period": ["2025-H1", "2025-H2", "2025-08"],
            "usage": 1.0,
            "burden": 0.1,
            "residual": 0.0,
        }
    )
    frame = use.draw_frame(usage, economies())
    assert frame[["measure", "period"]].to_numpy().tolist() == [["m", "2025-H2"], ["n", "2025-08"]]


def test_income_groups_are_known_with_and_without_a_hyphen():
    assert dots.group_look("Upper-middle income") == "Upper middle income"
    assert dots.group_look("High income") == "High income"
