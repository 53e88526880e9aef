"""The fetch as a person runs it, from a server on loopback that serves our own frozen vintages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from affordability.fetch import freeze, last, prices, worldbank
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.refusal import FetchError
from affordability.fetch.request import read_request
from affordability.fetch.transport import Patience
from affordability.tables import ROOT, read_table
from affordability.vintages import Vintage
from tests.server.judge import whole_server
from tests.server.oecd import Oecd
from tests.server.prices import published, whole_list
from tests.server.wire import Server
from tests.server.world import World, frozen_world
from tests.server.worldbank import WorldBank

DAY = "2026-11-21"
RAW = ROOT / "data" / "raw"
QUICK = Patience(connect=1, read=0.3, attempt=1, first_answer=1, total=4, retries=2, backoff=0.001)


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    return {name: frozen_world(name) for name in ("near-2024-04", "2026-07-13.1")}


@pytest.fixture(scope="module")
def server(worlds):
    archives = {"202404": worlds["near-2024-04"], "202607": worlds["2026-07-13.1"]}
    bank = WorldBank(worlds["2026-07-13.1"], archives)
    with Server(bank, Oecd(), published()) as running:
        yield running


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of what the fetch needs, so that nothing here is touched."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("affordability", "scripts", "workflow", "data/raw/world_bank", "data/raw/oecd"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "environment.yml", root)
    return root


@pytest.fixture(scope="module")
def fetched(server, tree, worlds) -> tuple[subprocess.CompletedProcess, dict[str, bytes]]:
    """The whole fetch, run once in `tree` for vintages of DAY, and the files that were there."""
    before = files(tree)
    asked = f"indicators={';'.join(worlds['2026-07-13.1'].series)}"
    return snakemake(tree, f"vintage={DAY}", asked, *addresses(server)), before


def snakemake(tree: Path, *config: str) -> subprocess.CompletedProcess:
    """Run the fetch's Snakefile as `make update` does."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", "workflow/fetch.smk", "--cores"]
    command += ["1", "--show-failed-logs", "--config", *config]
    home = {"XDG_CACHE_HOME": str(tree / ".cache")}
    return subprocess.run(
        command, cwd=tree, env=os.environ | home, capture_output=True, text=True, check=False
    )


def files(tree: Path) -> dict[str, bytes]:
    """Every file and folder under data/ with its bytes."""
    found = sorted((tree / "data").rglob("*"))
    return {str(path): path.read_bytes() if path.is_file() else b"" for path in found}


def addresses(server: Server) -> list[str]:
    return [
        f"world_bank_endpoint={server.endpoint}",
        f"oecd_endpoint={server.address}/oecd",
        f"prices_endpoint={server.address}/prices.json",
    ]


def make_plan(world: World, **changes) -> Plan:
    series = chosen(read_series(ROOT / "workflow" / "series.csv"), ";".join(world.series))
    before = last.world_bank(RAW)
    plan = Plan(series, 1990, 2025, last=before, expected_economies=before.with_data)
    return replace(plan, **changes)


def observations(folder: Path) -> list[tuple]:
    frame = Vintage(folder).read("observations")[["iso3", "indicator", "year", "value"]]
    return list(frame.itertuples(index=False, name=None))


def test_one_command_freezes_value_for_value_what_the_server_serves(server, tree, fetched):
    run, before = fetched
    assert run.returncode == 0, run.stderr

    served = Vintage(RAW / "world_bank" / "2026-07-13.1")
    new = Vintage(tree / "data/raw/world_bank" / DAY)
    new.verify()
    assert observations(new.folder) == observations(served.folder)
    kept = served.read("economies").query("has_data").reset_index(drop=True)
    assert new.read("economies").equals(kept)
    assert (new.sidecar["x_lastupdated"], new.sidecar["version"]) == ("2026-07-13", DAY)
    assert new.sidecar["x_economies_by_year"] == served.sidecar["x_economies_by_year"]
    assert set(new.sidecar["x_client_versions"]) == {"wbgapi", "requests", "urllib3"}
    assert "GB.XPD.RSDV.GD.ZS has 30 economies in 2024" in run.stderr

    capital = Vintage(tree / "data/raw/oecd" / DAY)
    capital.verify()
    served = Vintage(RAW / "oecd" / "2026-03-03").read("venture_capital").drop(columns="source_id")
    assert capital.read("venture_capital").drop(columns="source_id").equals(served)

    listed = Vintage(tree / "data/raw/prices" / DAY)
    listed.verify()
    frame = listed.read("api_prices")
    assert list(frame["usd"]) == [float(row[7]) for row in whole_list()]
    for vintage in (new, capital):
        assert vintage.sidecar["x_anomalies"] == []
    assert {k: v for k, v in files(tree).items() if k in before} == before

    again = snakemake(tree, f"vintage={DAY}", *addresses(server))
    assert again.returncode != 0
    assert f"data/raw/world_bank/{DAY} is frozen" in again.stderr
    assert {k: v for k, v in files(tree).items() if f"/{DAY}" in k}, "the vintage is gone"


PINNED = f"""
  pinned:
    title: The questions of April 2024 on what was just fetched
    vintages: {{world_bank: "{DAY}", oecd: "{DAY}", cldr: "47"}}
    known_by: "2024-04-14"
    price_month: "2024-04"
    year_rules: {{default: {{year: 2025, max_age_years: 3}}}}
    items:
      train: [gpt4]
      serve: [gpt4]
      subscribe: [chatgpt-plus]
      buy: [dgx-2]
"""


def test_a_fetched_vintage_is_used_by_naming_it_in_a_study_of_a_dozen_lines(
    fetched, tree, built, copy_of_built
):
    assert len(PINNED.strip().splitlines()) <= 12
    old = (built / "config.yaml").stat()
    for source in ("world_bank", "oecd"):  # as old as the rest, so that nothing else is made again
        frozen = copy_of_built / f"data/raw/{source}/{DAY}"
        shutil.copytree(tree / f"data/raw/{source}/{DAY}", frozen)
        for path in frozen.iterdir():
            os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))
    config = copy_of_built / "config.yaml"
    config.write_text(config.read_text(encoding="utf-8") + PINNED, encoding="utf-8")
    (copy_of_built / "results/index.html").unlink()
    page = ["results/index.html", "--rerun-triggers", "mtime", "--config", "study=pinned"]
    jobs = copy_of_built.planned(*page)
    assert jobs["check_folder"] == 2  # what was fetched
    assert {jobs[rule] for rule in ("panel", "resources", "costs", "ratios", "page")} == {1}
    run = copy_of_built.workflow(*page)
    assert run.returncode == 0, run.stdout[-4000:]

    page = (copy_of_built / "results/index.html").read_text(encoding="utf-8")
    frozen = Vintage(copy_of_built / f"data/raw/world_bank/{DAY}")
    numbers = json.loads((copy_of_built / "results/pinned/numbers.json").read_text("utf-8"))
    said = numbers["subscription_10_percent.context.1"]["text"]
    income = frozen.read("observations").query("indicator == 'NY.GNP.PCAP.CD' and year == 2025")
    ratios = read_table(copy_of_built / "results/pinned/ratios.csv", "ratios")
    newest = ratios[ratios["measure"].eq("monthly_gni") & ratios["resource_year"].eq(2025)]
    own = income.set_index("iso3")["value"] / 12
    assert len(newest) > 100
    assert newest["resource_usd"].tolist() == own[newest["actor_id"]].tolist()
    for text in ("The questions of April 2024 on what was just fetched", DAY, said):
        assert text in page, text
    for study in ("llempower-2024", "latest"):  # those that were there are as they were
        for name in ("claims.csv", "ratios.csv", "figures/nations.png"):
            path = f"results/{study}/{name}"
            assert (copy_of_built / path).read_bytes() == (built / path).read_bytes()


def test_no_network_ends_in_one_sentence_within_a_minute_and_a_clean_tree(tree):
    before, started = files(tree), time.monotonic()
    run = snakemake(
        tree,
        "vintage=2026-11-22",
        "sources=world_bank",
        "world_bank_endpoint=http://127.0.0.1:9/v2",
    )
    assert time.monotonic() - started < 60
    said = [line for line in run.stderr.splitlines() if "cannot be reached" in line]
    assert run.returncode != 0
    assert said[0].startswith("stopped: 127.0.0.1:9 cannot be reached (ConnectionRefusedError")
    assert files(tree) == before


def test_a_fetch_without_a_day_explains_itself_before_anything_is_asked(tree):
    run = snakemake(tree, "sources=world_bank")
    assert run.returncode != 0
    assert "found no vintage, expected --config vintage=YYYY-MM-DD" in run.stderr


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"vintage": "tomorrow"}, "YYYY-MM-DD"),
        ({"vintage": "../../etc"}, "YYYY-MM-DD"),
        ({"vintage": DAY, "alow_thin": True}, "found alow_thin, expected"),
        ({"vintage": DAY, "sources": "world_bank;imf"}, "found imf, expected"),
        ({"vintage": DAY, "release": "2024-04"}, "expected a month of the archives as YYYYMM"),
        ({"vintage": DAY, "sources": "archive"}, "expected a month of the archives as YYYYMM"),
        ({"vintage": "2026-07-13"}, "data/raw/world_bank/2026-07-13 is frozen"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused_in_one_sentence(config, said, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(FetchError, match=said):
        read_request(config)


def test_options_reach_the_steps_as_text():
    request = read_request({"new_vintage": "2031-11-21", "allow_thin": True, "year_to": 2020})
    assert request.options == {"allow_thin": "true", "year_to": "2020"}
    assert request.sources == ("world_bank", "oecd", "prices")
    assert read_request({"vintage": "2031-11-21", "release": 202404}).sources == ("archive",)


def test_the_archives_give_a_release_and_say_which_series_it_lacks(server, worlds, tmp_path):
    world = worlds["near-2024-04"]
    wanted = [*world.series, "NY.GDP.PCAP.CD", "SI.DST.10TH.10"]
    known = read_series(ROOT / "workflow" / "series.csv")
    plan = make_plan(world, version="202404", year_to=2024)
    plan = replace(plan, series=chosen(known, ";".join(wanted)))
    answer = worldbank.fetch(plan, server.endpoint)
    assert answer.values == world.published()
    assert answer.lacking == ["NY.GDP.PCAP.CD", "SI.DST.10TH.10"]
    folder = tmp_path / "world_bank" / "archive-2024-04"
    sidecar = freeze.world_bank_sidecar(answer, plan, folder, DAY, {})
    tables = freeze.world_bank_tables(answer, plan, DAY, server.endpoint)
    freeze.freeze(folder, tables, sidecar)
    assert observations(folder) == observations(RAW / "world_bank" / "near-2024-04")
    note = Vintage(folder).sidecar["x_note"]
    assert "not in 202404; without any value: NY.GDP.PCAP.CD, SI.DST.10TH.10" in note


@pytest.fixture
def two_series(worlds) -> World:
    """Thirty economies (the client needs the USA), two series, five years."""
    world = worlds["2026-07-13.1"]
    codes = [row["iso3"] for row in world.economies][-30:]
    return world.part(codes, ["WLD"], ["NY.GDP.PCAP.CD", "NY.GNP.PCAP.CD"], range(2021, 2026))


def small_plan(world: World) -> Plan:
    economies = frozenset(world.names) - {"WLD"}
    return make_plan(world, year_from=2021, expected_economies=economies, last=last.Last())


def emptied(world: World, indicator: str, years, first: str = "A") -> WorldBank:
    """Serve a world where one series has nothing in some years from one code on."""
    kept = {
        (s, c, y): v
        for (s, c, y), v in world.values.items()
        if s != indicator or y not in years or c < first
    }
    return WorldBank(replace(world, values=kept))


def test_a_thin_newest_year_is_refused_and_can_be_taken_as_it_is(two_series):
    plan = small_plan(two_series)
    with Server(emptied(two_series, "NY.GDP.PCAP.CD", [2025], first="U")) as server:
        with pytest.raises(FetchError, match=r"NY\.GDP\.PCAP\.CD has \d+ economies in 2025.*allow"):
            worldbank.fetch(plan, server.endpoint)
        answer = worldbank.fetch(replace(plan, allow_thin=True), server.endpoint)
    assert ["NY.GDP.PCAP.CD" in said for said in answer.thin] == [True]


def test_a_series_without_a_single_value_is_refused(two_series):
    with (
        Server(emptied(two_series, "NY.GDP.PCAP.CD", range(2100))) as server,
        pytest.raises(FetchError, match=r"NY\.GDP\.PCAP\.CD: answered without a single value"),
    ):
        worldbank.fetch(small_plan(two_series), server.endpoint)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills processes the Unix way")
def test_killed_at_any_moment_there_is_the_whole_vintage_or_none(tmp_path):
    with whole_server() as small:
        command = [sys.executable, "tests/end_to_end/kill_worker.py"]
        command += [small.address, str(tmp_path), "30"]
        home = {"PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            command, cwd=ROOT, env=os.environ | home, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stderr
    endings = Counter(line.split()[0] for line in run.stdout.splitlines())
    assert sum(endings.values()) == 30
    assert endings["none"] >= 5, endings
    assert endings["whole"] >= 1, endings


def test_what_a_killed_run_left_is_swept_by_the_next_and_a_failed_write_leaves_nothing(
    tmp_path, monkeypatch
):
    folder = tmp_path / "prices" / DAY
    left = folder.parent / f"{freeze.PARTIAL}{DAY}-left"
    left.mkdir(parents=True)
    found = [(*row[:9], prices.source_id(DAY)) for row in whole_list()]
    tables = prices.tables(found, DAY, "bundled")
    sidecar = prices.sidecar(found, DAY, "bundled", {}, [])
    with monkeypatch.context() as patch:
        patch.setattr(freeze, "file_facts", lambda path: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            freeze.freeze(folder, tables, sidecar)
    assert list(folder.parent.iterdir()) == []
    freeze.freeze(folder, tables, sidecar)
    assert [path.name for path in folder.parent.iterdir()] == [DAY]
    with pytest.raises(FetchError, match="is frozen"):
        freeze.freeze(folder, tables, sidecar)
