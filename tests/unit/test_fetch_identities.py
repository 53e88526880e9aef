"""Series that no vintage has yet must still agree with those they are made of."""

from __future__ import annotations

import pytest

from affordability.fetch import last
from affordability.fetch.identities import QUINTILES, RATIOS, contradictions
from tests.server.world import RAW

NEW = ("NY.GDP.MKTP.CD", "NY.GDP.MKTP.PP.CD", "SI.DST.10TH.10", "SI.DST.FRST.10")


@pytest.fixture(scope="module")
def cells() -> list:
    """The frozen vintage, and four series it does not have, as they would be."""
    found = list(last.world_bank(RAW).cells)
    value = {cell[:3]: cell[3] for cell in found}
    for name, code, year in list(value):
        people = value.get(("SP.POP.TOTL", code, year))
        for per_head in ("NY.GDP.PCAP.CD", "NY.GDP.PCAP.PP.CD"):
            if name == per_head and people:
                total = per_head.replace("PCAP", "MKTP")
                found.append((total, code, year, value[name, code, year] * people))
        for fifth, tenth, share in (("05TH.20", "10TH.10", 0.65), ("FRST.20", "FRST.10", 0.37)):
            if name == f"SI.DST.{fifth}":
                found.append((f"SI.DST.{tenth}", code, year, value[name, code, year] * share))
    assert {cell[0] for cell in found} >= set(NEW)
    return found


def test_published_figures_agree(cells):
    assert contradictions(cells).changes == {}


@pytest.mark.parametrize("name", [*(row[0] for row in RATIOS), *QUINTILES])
@pytest.mark.parametrize("factor", [1000, 12, 0.01, 0.1])
def test_a_series_in_another_unit_is_refused_without_a_vintage_to_compare_with(cells, name, factor):
    wrong = [(*cell[:3], cell[3] * factor if cell[0] == name else cell[3]) for cell in cells]
    named = QUINTILES[0] if name in QUINTILES[1:4] else name
    assert named in contradictions(wrong).changes or name == "SI.DST.05TH.20"
    assert contradictions(wrong).changes


def test_too_few_values_say_nothing():
    assert contradictions([("NY.GNP.PCAP.CD", "NOR", 2020, 1.0)]).changes == {}
