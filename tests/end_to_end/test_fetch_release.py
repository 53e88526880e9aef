"""A dated release of the World Bank, from its bulk zip to a study that names it."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from affordability import judgement, pipeline
from affordability.checks import check_inputs
from affordability.fetch import bulk, freeze, last
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.refusal import FetchError
from affordability.tables import ROOT
from affordability.vintages import Vintage
from tests.copies import Tree, fresh_copy
from tests.server.bulk import Bulk
from tests.server.judge import DAY
from tests.server.wire import Server
from tests.server.world import RAW, World, frozen_world

RELEASE = "2024-05-30"
FOLDER = f"data/raw/world_bank/release-{RELEASE}"
OLD_REGIONS = {"AFG": "South Asia", "PAK": "South Asia"}
MENA = "Middle East, North Africa, Afghanistan & Pakistan"


def past_world() -> World:
    """The figures near April 2024 as a release of that May, its regions and a name of the time."""
    world = frozen_world("2024-04")
    rows = [dict(row) for row in world.economies]
    for row in rows:
        old = "Middle East & North Africa" if row["region"] == MENA else row["region"]
        row["region"] = OLD_REGIONS.get(row["iso3"], old)
        row["name"] = "Turkey" if row["iso3"] == "TUR" else row["name"]
    years = range(2000, 2024)
    values = {(s, c, y): v for (s, c, y), v in world.values.items() if y in years}
    return replace(
        world, economies=tuple(rows), years=tuple(years), values=values, lastupdated=RELEASE
    )


@pytest.fixture(scope="module")
def world() -> World:
    return past_world()


@pytest.fixture(scope="module")
def server(world):
    with Server(bulk=Bulk(world)) as running:
        yield running


@pytest.fixture(scope="module")
def fetched(tmp_path_factory, server, world) -> tuple[Tree, str]:
    """A tree in which the release was frozen, and what the fetch said."""
    tree = fresh_copy(tmp_path_factory.mktemp("release") / "tree")
    asked = [f"new_vintage={DAY}", f"release={RELEASE}", "year_from=2000", "allow_thin=true"]
    asked += [f"bulk_endpoint={server.address}/bulk", f"indicators={';'.join(world.series)}"]
    run = tree.workflow("--snakefile", "workflow/fetch.smk", "--config", *asked)
    assert run.returncode == 0, run.stdout
    return tree, run.stdout


def test_one_command_freezes_value_for_value_what_the_zip_holds(fetched, server, world):
    tree, told = fetched
    vintage = Vintage(tree / FOLDER)
    vintage.verify()
    frame = vintage.read("observations")[["iso3", "indicator", "year", "value"]]
    assert list(frame.itertuples(index=False, name=None)) == world.published()
    zipped = next(iter(server.bulk.zips.values()))
    about = vintage.sidecar["x_zip"]
    assert about["hash"] == f"sha256:{hashlib.sha256(zipped).hexdigest()}"
    assert (about["bytes"], about["served_as"]) == (len(zipped), "WDI_CSV_2024_05_30.zip")
    assert vintage.sidecar["x_lastupdated"] == RELEASE
    assert set(vintage.read("series")["release"]) == {RELEASE}
    assert set(vintage.sidecar["x_licences"].values()) == {"CC-BY-4.0"}
    assert max(vintage.sidecar["x_significant_digits"].values()) >= 15
    assert "MB 1 of 1  WDI_CSV_2024_05_30.zip" in told
    assert list((tree / ".cache/fetch").iterdir()) == []


def test_a_past_release_has_its_own_income_levels_and_is_spelt_as_the_newest_vintage(fetched):
    tree, told = fetched
    vintage, newest = Vintage(tree / FOLDER), Vintage(RAW / "world_bank" / "2026-07-13.1")
    economies = vintage.read("economies").set_index("iso3")
    known = newest.read("economies").set_index("iso3")
    assert len(economies) == len(known) == 218
    for column in ("name", "region", "lending"):
        assert economies[column].equals(known[column])
    then = Vintage(RAW / "world_bank" / "2024-04").read("economies").set_index("iso3")
    levels = economies["income_level"].drop("TWN")
    assert levels.equals(then["income_level"].drop("TWN"))
    assert not levels.equals(known["income_level"].drop("TWN"))
    assert not economies.loc["TWN", "has_data"]
    said = vintage.sidecar["x_anomalies"]
    assert f"regions: AFG: 'South Asia' in the release, kept as '{MENA}'" in said
    assert "names: TUR: 'Turkey' in the release, kept as 'Türkiye'" in said
    assert "Carried over from the newest vintage, without data: TWN" in told


def test_a_study_can_name_the_release_at_once(fetched):
    tree, _ = fetched
    tree.replace("config.yaml", 'world_bank: "2024-04"', f"world_bank: release-{RELEASE}")
    assert tree.planned("results/llempower-2024/claims.csv")["panel"] == 1
    raw = tree / "data/raw"
    check_inputs([tree / FOLDER, raw / "oecd/2026-03-03", raw / "cldr/47", raw / "curated"])
    frozen = {name: Vintage(tree / FOLDER).read(name) for name in ("observations", "series")}
    frozen["venture_capital"] = Vintage(raw / "oecd/2026-03-03").read("venture_capital")
    frozen["organisations"] = Vintage(raw / "curated").read("organisations")
    pair = {"world_bank": f"release-{RELEASE}", "oecd": "2026-03-03"}
    panel = pipeline.panel(frozen, pair, judgement.given())
    gdp = panel.query("measure == 'gdp' and actor_id == 'NOR' and year == 2022")
    assert list(gdp["source_id"]) == [f"wb-bulk-{RELEASE}"]


def plan_for(world: World, raw=RAW, **changes) -> Plan:
    series = chosen(read_series(ROOT / "workflow" / "series.csv"), ";".join(world.series))
    before = last.before(raw, world.lastupdated)
    plan = Plan(
        series,
        2000,
        2023,
        release=world.lastupdated,
        day=DAY,
        last=before,
        newest=last.world_bank(raw),
        expected_economies=before.with_data,
        allow_thin=True,
    )
    return replace(plan, **changes)


def test_what_was_published_since_is_no_loss_of_a_past_release_but_of_a_later_one(
    world, server, tmp_path
):
    """The vintage compared with is the one before in the order of releases."""
    raw = tmp_path / "raw"
    (raw / "world_bank").mkdir(parents=True)
    (raw / "world_bank" / "2026-07-13").symlink_to(RAW / "world_bank" / "2026-07-13")
    plan = plan_for(world, raw)
    assert (plan.last.lastupdated, plan.past) == ("2026-07-13", True)
    found = bulk.fetch(plan, f"{server.address}/bulk", tmp_path / "cache")
    folder = raw / "world_bank" / f"release-{RELEASE}"
    sidecar = bulk.sidecar(found, plan, folder, DAY, "")
    freeze.freeze(folder, bulk.tables(found, plan, DAY), sidecar)

    lost = {k: v for k, v in world.values.items() if k != ("NY.GNP.PCAP.CD", "NOR", 2010)}
    later = replace(world, values=lost, lastupdated="2025-07-02")
    plan = plan_for(later, raw, expected_economies=frozenset())
    assert (plan.last.lastupdated, plan.past) == (RELEASE, False)
    with (
        Server(bulk=Bulk(later)) as other,
        pytest.raises(FetchError, match=r"NY\.GNP\.PCAP\.CD: 1 of \d+ .*NOR 2010.*allow_losses="),
    ):
        bulk.fetch(plan, f"{other.address}/bulk", tmp_path / "cache")
