"""A user's own tables over ours: nothing of ours edited, their rows marked, the same sentences."""

import pandas as pd
import pytest

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
    first = table("subscriptions").query("plan_id == 'chatgpt-plus' and iso3 == 'USA'").head(1)
    first = first if len(first) else table("subscriptions").query("plan_id == 'chatgpt-plus'")[:1]
    return first.assign(**{"price_id": "own-plus", "source_id": "own-offer", **more})


def a_source() -> pd.DataFrame:
    return table("sources").head(1).assign(source_id="own-offer", title="Our offer")


def test_a_row_of_the_same_key_replaces_ours_in_its_place_and_others_are_added():
    ours = pd.DataFrame({"id": ["a", "b"], "v": ["1", "2"]})
    theirs = pd.DataFrame({"id": ["b", "c"], "v": ["9", "3"]})
    both = own.laid_over(ours, theirs, ["id"])
    assert both.to_dict("list") == {"id": ["a", "b", "c"], "v": ["1", "9", "3"]}


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


@pytest.fixture(scope="module")
def with_own(tmp_path_factory) -> Tree:
    """The workflow run with a configuration that names a folder of own organisations."""
    tree = fresh_copy(tmp_path_factory.mktemp("own") / "tree")
    first = table("organisations").query("usd != '' and aggregate == 'false' and excluded == ''")[
        :1
    ]
    mine = first.assign(budget_id="own-lab-2024", org_id="own-lab", source_id="own-offer")
    mine = mine.assign(name="Our own laboratory") if "name" in mine else mine
    write(tree / "mine", "organisations", mine)
    write(tree / "mine", "sources", a_source())
    (tree / "my.yaml").write_text("own: mine\n", encoding="utf-8")
    run = tree.workflow("--configfile", "my.yaml")
    assert run.returncode == 0, run.stdout[-4000:]
    return tree


def test_own_rows_reach_ratios_and_page_and_are_marked(with_own):
    ratios = pd.read_csv(
        with_own / "results/latest/ratios.csv", keep_default_na=False, low_memory=False
    )
    mine = ratios[ratios["actor_id"] == "own-lab"]
    assert len(mine) > 0
    resources = pd.read_csv(with_own / "results/latest/resources.csv", keep_default_na=False)
    assert set(resources.loc[resources["actor_id"] == "own-lab", "source_id"]) == {"own-offer"}
    assert "own-offer" in (with_own / "results/index.html").read_text(encoding="utf-8")


def test_without_the_configuration_everything_is_as_before(with_own, built):
    run = with_own.workflow()
    assert run.returncode == 0, run.stdout[-4000:]
    ours = built.results(".csv", ".svg")
    theirs = with_own.results(".csv", ".svg")
    assert len(ours) > 100
    assert ours == theirs
