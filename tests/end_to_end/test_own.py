"""A user's own tables over ours: nothing of ours edited, their rows marked, the same sentences."""

import pandas as pd
import pytest
import yaml

from affordability import own
from affordability.tables import InputError
from affordability.vintages import Vintage
from tests.copies import ROOT, Tree, fresh_copy

OURS = ROOT / "data/raw/curated"


def table(name: str) -> pd.DataFrame:
    return own.as_text(OURS / f"{name}.csv")


def write(folder, name: str, rows: pd.DataFrame) -> None:
    folder.mkdir(exist_ok=True)
    rows.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def a_plan(**more: str) -> pd.DataFrame:
    """The row of a subscription as ours is, but the user's own."""
    first = table("subscriptions").query("plan_id == 'chatgpt-plus' and scope == 'global'")[:1]
    return first.assign(**{"price_id": "own-plus", "source_id": "own-offer", **more})


def a_source() -> pd.DataFrame:
    return table("sources").head(1).assign(source_id="own-offer", title="Our offer")


def test_a_row_of_the_same_key_replaces_ours_in_its_place_and_others_are_added():
    ours = pd.DataFrame({"id": ["a", "b"], "v": ["1", "2"]})
    theirs = pd.DataFrame({"id": ["b", "c"], "v": ["9", "3"]})
    both = own.laid_over(ours, theirs, ["id"])
    assert both.to_dict("list") == {"id": ["a", "b", "c"], "v": ["1", "9", "3"]}


def test_a_users_configuration_wins_key_by_key_and_our_studies_keep_their_order():
    ours = {"studies": {"a": {"x": 1, "y": [1]}, "b": {"x": 2}}}
    both = own.merged(ours, {"own": "mine", "studies": {"c": {}, "b": {"y": [9]}, "a": {"x": 3}}})
    assert list(both["studies"]) == ["a", "b", "c"]
    assert both["studies"]["a"] == {"x": 3, "y": [1]}
    assert both["studies"]["b"] == {"x": 2, "y": [9]}
    assert both["own"] == "mine"


def test_ours_and_own_together_are_a_sealed_folder_and_ours_is_not_touched(tmp_path):
    write(tmp_path / "mine", "subscriptions", a_plan())
    write(tmp_path / "mine", "sources", a_source())
    before = {path.name: path.read_bytes() for path in OURS.iterdir()}
    folder = own.overlaid(tmp_path / "mine", OURS, tmp_path / "together")
    Vintage(folder).verify()
    both = Vintage(folder).read("subscriptions")
    assert len(both) == len(table("subscriptions")) + 1
    assert list(both.loc[both["price_id"] == "own-plus", "source_id"]) == ["own-offer"]
    assert {path.name: path.read_bytes() for path in OURS.iterdir()} == before
    written = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    own.overlaid(tmp_path / "mine", OURS, tmp_path / "together")
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == written


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("subscriptions", a_plan(usd="-3"), r"row 2, column usd: found '-3', expected number"),
        ("subscriptions", a_plan(source_id="openai"), "found 'openai', expected an id of your own"),
        ("subscripts", a_plan(), "found no table subscripts, expected one of accelerators"),
    ],
    ids=["value", "source", "table"],
)
def test_a_bad_own_row_gets_a_sentence_with_its_own_file_and_row(tmp_path, name, rows, said):
    write(tmp_path / "mine", name, rows)
    with pytest.raises(InputError, match=said) as refused:
        own.overlaid(tmp_path / "mine", OURS, tmp_path / "together")
    assert str(refused.value).startswith(f"{name}.csv")


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="found no such folder, expected the one of `own`"):
        own.overlaid(tmp_path / "none", OURS, tmp_path / "together")


CLAIM = """
- id: own-plan_price
  statement: Our plan costs $7 a month.
  published: $7
  group: own
  source_id: own-offer
  locator: our own offer
  tests:
    - query:
        where: {item_kind: subscribe, item_id: own-plan}
        table: costs
        column: usd
        aggregate: value
      published: {value: 7, within: 0.01}
"""
CONFIG = """
own: mine
studies:
  latest:
    items: {subscribe: [chatgpt-plus, own-plan]}
"""


@pytest.fixture(scope="module")
def with_own(tmp_path_factory) -> Tree:
    """The workflow run with own organisations, prices, claims and choices."""
    tree = fresh_copy(tmp_path_factory.mktemp("own") / "tree")
    first = table("organisations").query("usd != '' and aggregate == 'false' and excluded == ''")[
        :1
    ]
    mine = first.assign(budget_id="own-lab-2024", org_id="own-lab", source_id="own-offer")
    mine = mine.assign(name="Our own laboratory") if "name" in mine else mine
    write(tree / "mine", "organisations", mine)
    write(tree / "mine", "subscriptions", a_plan(plan_id="own-plan", usd="7"))
    write(tree / "mine", "sources", a_source())
    (tree / "mine/claims.yaml").write_text(CLAIM, encoding="utf-8")
    (tree / "my.yaml").write_text(CONFIG, encoding="utf-8")
    run = tree.workflow("--configfile", "my.yaml", "--config", "study=latest")
    assert run.returncode == 0, run.stdout[-4000:]
    return tree


def test_one_study_can_be_built_alone(with_own):
    studies = yaml.safe_load((with_own / "config.yaml").read_text(encoding="utf-8"))["studies"]
    assert (with_own / "results/latest/claims.csv").exists()
    assert not (with_own / "results/llempower-2024").exists()
    page = (with_own / "results/index.html").read_text(encoding="utf-8")
    assert studies["latest"]["title"] in page
    assert studies["llempower-2024"]["title"] not in page


def test_own_rows_reach_ratios_and_page_and_are_marked(with_own):
    ratios = pd.read_csv(
        with_own / "results/latest/ratios.csv", keep_default_na=False, low_memory=False
    )
    mine = ratios[ratios["actor_id"] == "own-lab"]
    assert len(mine) > 0
    resources = pd.read_csv(with_own / "results/latest/resources.csv", keep_default_na=False)
    assert set(resources.loc[resources["actor_id"] == "own-lab", "source_id"]) == {"own-offer"}
    assert "own-offer" in (with_own / "results/index.html").read_text(encoding="utf-8")


def test_an_own_claim_is_asked_of_own_rows_and_shown_as_own(with_own):
    claims = pd.read_csv(with_own / "results/latest/claims.csv", keep_default_na=False)
    mine = claims.set_index("claim_id").loc["own-plan_price"]
    assert (mine["group"], mine["verdict"], mine["source_id"]) == ("own", "restated", "own-offer")
    page = (with_own / "results/index.html").read_text(encoding="utf-8")
    assert "<h3>Your own</h3>" in page
    assert 'id="claim-own-plan_price"' in page
    assert (with_own / "results/latest/explain/own-plan_price.html").exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("claims latest", "own-plan_price"),
        (
            "explain claim own-plan_price --study latest",
            ".cache/own/curated/subscriptions.csv, line",
        ),
        ("explain ratio --item gpt4 --actor own-lab --measure {measure} --study latest", "own-lab"),
        ("budget --actor own-lab --study latest", "own-lab"),
        ("choose --usd 300 --questions 500 --study latest", "latest"),
        ("check", "organisations"),
    ],
)
def test_every_command_answers_with_the_configuration_of_a_user(with_own, command, said):
    resources = pd.read_csv(with_own / "results/latest/resources.csv", keep_default_na=False)
    measure = resources.loc[resources["actor_id"] == "own-lab", "measure"].iloc[0]
    words = command.format(measure=measure).split()
    mine = with_own.python("-m", "affordability", *words, "--configfile", "my.yaml")
    assert mine.returncode == 0, mine.stdout
    assert said in mine.stdout


def test_without_the_configuration_file_a_command_knows_nothing_of_a_users_own(with_own):
    run = with_own.python("-m", "affordability", "explain", "claim", "own-plan_price")
    assert run.returncode == 1
    assert "found no claim own-plan_price" in run.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: own-plan_price", "id: plan_price", "mine/claims.yaml, plan_price: expected an id"),
        ("group: own", "group: study", "own-plan_price.group: found study, expected own"),
        ("item_id: own-plan", "item_id: own-plam", "item_id: found own-plam, expected one such as"),
        ("column: usd", "column: eur", "own-plan_price: found column eur, expected one of"),
        ("source_id: own-offer", "source_id: own-ofer", "found own-ofer, expected one such as"),
        ("published: $7", "publisht: $7", "mine/claims.yaml, 0: "),
    ],
)
def test_a_bad_own_claim_gets_a_sentence_with_its_own_file(with_own, old, new, said):
    path = with_own / "mine/claims.yaml"
    try:
        with_own.replace("mine/claims.yaml", old, new)
        run = with_own.python("-m", "affordability", "check", "--configfile", "my.yaml")
    finally:
        path.write_text(CLAIM, encoding="utf-8")
    assert run.returncode == 1
    assert run.stdout.startswith("stopped: mine/claims.yaml")
    assert said in run.stdout
    assert "Traceback" not in run.stdout


def test_a_configuration_file_that_is_not_there_is_said(with_own):
    run = with_own.python("-m", "affordability", "check", "--configfile", "your.yaml")
    assert (run.returncode, run.stdout) == (
        1,
        "stopped: your.yaml: found no such file, expected it\n",
    )


@pytest.mark.parametrize("way", [["snakemake", "-n"], ["affordability", "check"]])
def test_a_choice_that_is_not_understood_is_looked_for_in_the_users_file(with_own, way):
    (with_own / "bad.yaml").write_text("studies:\n  latest: {price_moth: 2026-07}\n", "utf-8")
    run = with_own.python("-m", *way, "--configfile", "bad.yaml")
    assert run.returncode == 1
    assert "bad.yaml over config.yaml, studies.latest" in run.stdout
    assert "price_moth" in run.stdout and "Traceback" not in run.stdout


def test_without_the_configuration_the_study_is_as_before(with_own, built):
    asked = [f"results/latest/{name}.csv" for name in ("claims", "ratios", "costs", "resources")]
    run = with_own.workflow("--config", "study=latest", "--", *asked)
    assert run.returncode == 0, run.stdout[-4000:]
    ours, theirs = built.results(".csv"), with_own.results(".csv")
    assert {name: theirs[name] for name in asked} == {name: ours[name] for name in asked}
