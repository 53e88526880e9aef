"""Income bins that a study names take precedence over the fit, through the workflow."""

from __future__ import annotations

import pandas as pd
import pytest

from affordability.vintages import file_facts
from tests.sidecars import write_sidecar

BINS = "iso3,ppp_year,year,bin,people_share,mean,source_id\n"
# Nigeria: a tenth of the people have 19 times what the others have, who could not pay.
HEADCOUNT = "results/latest/tables/subscription_headcount.csv"


def hand_in(tree, ppp_year: int) -> None:
    """Freeze bins of Nigeria, and name them in the study; surveys stay with them."""
    folder = tree / "data/raw/pip/handed-in"
    folder.mkdir()
    rows = [f"NGA,{ppp_year},2022,{i},0.1,{19 if i == 10 else 1},pip-2017ppp" for i in range(1, 11)]
    (folder / "income_bins.csv").write_text(BINS + "\n".join(rows) + "\n", encoding="utf-8")
    for name in ("income_surveys", "sources"):
        text = (tree / f"data/raw/pip/2017ppp/{name}.csv").read_bytes()
        (folder / f"{name}.csv").write_bytes(text)
    names = ("income_bins", "income_surveys", "sources")
    facts = [{"name": n, **file_facts(folder / f"{n}.csv"), "schema": n} for n in names]
    write_sidecar(folder, *facts)
    tree.replace("config.yaml", "pip: 2017ppp", "pip: handed-in")


def test_bins_that_a_study_names_count_its_people(copy_of_built):
    hand_in(copy_of_built, 2017)
    run = copy_of_built.workflow(HEADCOUNT)
    assert run.returncode == 0, run.stdout[-3000:]
    table = pd.read_csv(copy_of_built / HEADCOUNT).set_index(["plan", "threshold", "economy"])
    row = table.loc[("flat_20", 0.1, "NGA")]
    assert (row["method"], row["survey_year"]) == ("bins", 2022)
    # 240 / 0.1 a year is 1.76 of the mean; between the middles of the last two bins income rises
    # from 1 / 2.8 to 19 / 2.8 of it.
    above = 0.05 + 0.1 * (19 / 2.8 - 2400 / 1360) / (18 / 2.8)
    assert row["share_of_people"] == pytest.approx(above, abs=1e-9)
    assert table.loc[("flat_20", 0.1, "IND"), "method"] != "bins"


def test_bins_of_another_ppp_year_than_the_surveys_stop_the_step_in_one_sentence(copy_of_built):
    hand_in(copy_of_built, 2021)
    run = copy_of_built.workflow(HEADCOUNT)
    assert run.returncode != 0
    assert (
        "income_bins and income_surveys, column ppp_year: found 2017, 2021, expected one PPP year"
        in run.stdout
    )
