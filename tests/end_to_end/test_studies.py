"""Whole studies: complete, built once, alone, and the same bytes anywhere."""

import locale
import os
import random
import signal
import time

import pandas as pd
import pytest

from tests.copies import Tree, fresh_copy

STUDIES = ["llempower-2024", "latest"]
FIGURES = ["nations", "organisations", "individuals", "languages"]
PROMISED = [
    *(f"{t}.{s}" for t in ("resources", "costs", "ratios") for s in ("csv", "parquet")),
    "claims.csv",
    "numbers.json",
    "tables/missing_economies.csv",
    "tables/table1_models.csv",
    *(f"figures/{f}.{s}" for f in FIGURES for s in ("svg", "png", "csv", "caption.txt")),
]
COMPARED = (".csv", ".json", ".svg", ".png", ".html", ".txt")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Tree:
    """The workflow in another folder, zone, locale and order of hashes, killed once on its way.

    The second run is a plain one, as a person starts it who knows of nothing.
    """
    tree = fresh_copy(tmp_path_factory.mktemp("a-longer-name") / "deeper" / "second.copy")
    strange = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": another_locale(),
        "PYTHONHASHSEED": "20240415",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
    }
    if os.name == "posix":
        killed = tree.started(**strange)
        time.sleep(random.uniform(5, 30))
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
    run = tree.started(**strange)
    said, _ = run.communicate()
    assert run.returncode == 0, said[-4000:]
    return tree


def another_locale() -> str:
    """Turkish where the machine has it (its i has no capital I), else C, whose text is ASCII."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        return locale.setlocale(locale.LC_ALL, "tr_TR.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_ALL, before)


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", PROMISED)
def test_a_study_has_every_file_that_is_promised(built, study, name):
    assert (built / f"results/{study}/{name}").stat().st_size > 0


def test_the_page_and_the_list_of_checks_stand_beside_the_studies(built):
    assert (built / "results/index.html").stat().st_size > 100_000
    checked = (built / "results/checks.csv").read_text(encoding="utf-8").splitlines()
    assert len(checked) > 20


@pytest.mark.parametrize("run", ["built", "elsewhere"], ids=["a run", "a run after a killed one"])
def test_nothing_is_left_half_written(run, request):
    files = request.getfixturevalue(run).files()
    assert {name for name in files if "/." in name and name.startswith("results/")} <= {
        "results/.gitkeep"
    }
    assert "results/unfinished.txt" not in files


def test_a_second_run_has_nothing_to_do(built):
    run = built.workflow("--dry-run")
    assert run.returncode == 0
    assert "Nothing to be done" in run.stdout


def test_no_result_names_a_folder_of_this_machine(built):
    names = built.results(".csv", ".json", ".svg", ".html", ".txt")
    assert len(names) > 30
    here = str(built.folder).encode()
    assert [name for name in names if here in (built / name).read_bytes()] == []


def test_the_same_bytes_come_out_in_another_folder_zone_and_locale_after_a_kill(built, elsewhere):
    ours, theirs = built.results(*COMPARED), elsewhere.results(*COMPARED)
    assert len(ours) > 40
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


@pytest.mark.parametrize("study", STUDIES)
def test_namibia_kosovo_and_taiwan_are_where_they_belong(built, study):
    resources = pd.read_csv(built / f"results/{study}/resources.csv", keep_default_na=False)
    missing = pd.read_csv(
        built / f"results/{study}/tables/missing_economies.csv", keep_default_na=False
    )
    has = resources[resources["actor_kind"] != "organisation"].groupby("actor_id")["measure"]
    lacks = missing.groupby("iso3")["measure"]
    funding = {"seed_funding", "venture_capital"}
    income = {"adjusted_nni_per_capita", "monthly_adjusted_nni"}
    research = {"rd_expenditure", "rd_expenditure_ppp"}
    economy = {*funding, *income, "gdp", *research, "gni_per_capita", "monthly_gni"}
    for iso3, without in (
        ("NAM", funding),
        ("XKX", {*funding, *income, *research}),
        ("TWN", economy),
    ):
        assert set(lacks.get_group(iso3)) == without, iso3
        assert (set(has.get_group(iso3)) if iso3 in has.groups else set()) == economy - without
    taiwan = missing[(missing["iso3"] == "TWN") & ~missing["measure"].isin(funding)]
    assert set(taiwan["reason"]) == {"the World Bank classifies it and publishes no data for it"}


def test_an_edited_cost_reaches_everything_that_rests_on_it_in_one_run(editable):
    editable.replace("data/raw/curated/training_costs.csv", ",10569979,", ",10569978,")
    editable.seal()
    jobs = editable.planned()
    assert jobs["check_inputs"] == 1
    assert jobs["check_folder"] == 1  # the curated tables, and no vintage
    for rule in ("costs", "ratios", "claims", "tables", "figures"):
        assert jobs[rule] == len(STUDIES), rule
    assert jobs["page"] == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "rules"),
    [
        ("data/claims.yaml", "value: 900, within: 0.05", "value: 500, within: 0.05", ["claims"]),
        ("data/raw/curated/language_accuracy.csv", ",70.1,", ",70.2,", ["claims", "figures"]),
        ("affordability/words.py", "SCALES = [", "# Edited.\nSCALES = [", ["claims", "figures"]),
        ("config.yaml", "share: 0.25", "share: 0.26", ["claims", "tables", "figures"]),
    ],
    ids=["claims", "curated table", "module", "config"],
)
def test_an_edit_runs_the_steps_that_read_it(editable, file, old, new, rules):
    editable.replace(file, old, new)
    editable.seal()
    jobs = editable.planned()
    assert jobs, "nothing would run"
    assert {rule: jobs.get(rule) for rule in rules} == dict.fromkeys(rules, len(STUDIES))
    assert jobs["page"] == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "jobs"),
    [
        ("affordability/page/templates/page.html.j2", "<body", "<!-- edited -->\n<body", {}),
        ("affordability/page/changes.py", "NAMED = ", "# Edited.\nNAMED = ", {}),
        (
            "affordability/figures/languages.py",
            "def draw(",
            "# Edited.\ndef draw(",
            {"figures": len(STUDIES)},
        ),
    ],
    ids=["template of the page", "module of the page", "figure"],
)
def test_an_edit_of_how_results_are_shown_computes_nothing_again(editable, file, old, new, jobs):
    editable.replace(file, old, new)
    planned = editable.planned()
    del planned["total"], planned["all" if "all" in planned else "everything"]
    assert planned == {"page": 1, "describe_tables": 1, "crate": 1, **jobs}


def test_a_study_that_is_not_in_the_config_is_refused_by_name(built):
    run = built.workflow("--dry-run", "--config", "study=lattest")
    assert run.returncode != 0
    assert "config.yaml, study: found lattest, expected one of llempower-2024, latest" in run.stdout
