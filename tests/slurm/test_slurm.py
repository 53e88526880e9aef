"""The workflow through SLURM: the results of a local run, a job that is killed, one over its limit.

Off by default: `make test-slurm` runs it. It sets up a SLURM of one node (`cluster`) and takes
about five minutes; where it cannot, it says why.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.copies import ROOT, Tree, fresh_copy
from tests.slurm import cluster
from tests.surveys import written

pytestmark = pytest.mark.slurm
PLUGIN = ROOT / ".cache" / "slurm"
PARTS = "results/audit/parts/all.1-of-1.parquet"
LIMIT = 1800  # seconds a run may take before it counts as hanging, on a machine that is shared
# A node of this machine answers at once; a real cluster is asked less often.
OFTEN = ["--slurm-init-seconds-before-status-checks", "2", "--seconds-between-status-checks", "2"]


@pytest.fixture(scope="module")
def slurm():
    """A SLURM of one node, or a reason why there is none."""
    reason = cluster.why_not()
    if reason:
        pytest.skip(reason)
    if not PLUGIN.is_dir():
        pytest.skip("the executor is not installed: `make test-slurm` does it")
    cluster.install()
    with cluster.running():
        yield cluster


@pytest.fixture(scope="module")
def through_slurm(slurm, tmp_path_factory) -> tuple[Tree, str]:
    """A copy of the tree with everything built by SLURM, and what was said."""
    tree = fresh_copy(tmp_path_factory.mktemp("slurm") / "tree")
    run = submit(tree)
    said, _ = run.communicate(timeout=LIMIT)
    assert run.returncode == 0, said[-4000:]
    return tree, said


def submit(tree: Tree, *arguments: str) -> subprocess.Popen:
    """Start the workflow of a copy through SLURM, with the profile of this project."""
    command = [sys.executable, "-m", "snakemake", "--profile", "workflow/profiles/slurm", *OFTEN]
    return subprocess.Popen(
        [*command, *arguments],
        cwd=tree.folder,
        env={**cluster.environment(), "PYTHONPATH": str(PLUGIN)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def without_parts(tree: Tree, folder: Path) -> Tree:
    """Return a copy in which the audit has to be evaluated again."""
    copy = tree.copy(folder)
    (copy / PARTS).unlink()
    return copy


def test_both_studies_and_the_audit_are_as_a_local_run_makes_them(built, through_slurm):
    tree, _ = through_slurm
    ours, theirs = built.results(), tree.results()
    assert len(ours) > 200 and sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_small_steps_are_jobs_together_and_every_job_has_a_log(through_slurm):
    tree, said = through_slurm
    jobs = said.count("has been submitted with SLURM jobid")
    steps = int(said.rsplit(" steps (100%) done", 1)[0].split()[-1])
    assert 5 <= jobs <= 10 < steps
    assert len(list((tree / "logs/slurm").rglob("*.log"))) == jobs


def test_a_job_that_is_killed_is_submitted_again_and_the_run_ends_well(through_slurm, tmp_path):
    tree = without_parts(through_slurm[0], tmp_path / "tree")
    run = submit(tree, "--", PARTS)
    end = time.monotonic() + 60
    while not (running := cluster.said("squeue", "--noheader", "-t", "R", "-o", "%i").split()):
        assert time.monotonic() < end, "no job began"
        time.sleep(0.1)
    cluster.said("scancel", *running)
    said, _ = run.communicate(timeout=LIMIT)
    assert run.returncode == 0, said[-4000:]
    assert "'CANCELLED'" in said and "Trying to restart job" in said
    assert (tree / PARTS).read_bytes() == (through_slurm[0] / PARTS).read_bytes()


def test_a_run_whose_snakemake_was_killed_goes_on_where_it_was(through_slurm, tmp_path):
    tree = without_parts(through_slurm[0], tmp_path / "tree")
    run = submit(tree, "--", PARTS)
    for line in run.stdout:
        if "has been submitted with SLURM jobid" in line:
            break
    run.kill()
    run.communicate()
    cluster.said("scancel", "--user=root")
    unlocked = tree.python("-m", "snakemake", "--unlock", "--cores", "1")
    assert unlocked.returncode == 0, unlocked.stdout
    again = submit(tree, "--", PARTS)
    said, _ = again.communicate(timeout=LIMIT)
    assert again.returncode == 0, said[-4000:]
    assert said.count("has been submitted with SLURM jobid") == 1
    assert (tree / PARTS).read_bytes() == (through_slurm[0] / PARTS).read_bytes()


def test_a_job_over_its_memory_names_its_rule_and_the_limit(through_slurm, tmp_path):
    tree = without_parts(through_slurm[0], tmp_path / "tree")
    little = ["--set-resources", "audit_part:mem_mb=150"]
    run = submit(tree, "--retries", "0", *little, "--", PARTS)
    said, _ = run.communicate(timeout=LIMIT)
    assert run.returncode != 0
    assert "Error in rule audit_part" in said
    assert f"> {150 * 2**20}), being killed" in said  # exceeded memory limit (... > ...)
    assert not (tree / PARTS).exists()


def test_microdata_in_chunks_through_slurm_are_the_bytes_that_the_command_prints(slurm, tmp_path):
    tree = fresh_copy(tmp_path / "tree")
    written(tree / "survey", files=3, rows=4000, group=700)
    (tree / "my.yaml").write_text("microdata: {files: survey}\n", encoding="utf-8")
    cut = ["--configfile", "my.yaml", "--set-scatter", "microdata=3"]
    run = submit(tree, *cut, "--", "microdata")
    said, _ = run.communicate(timeout=LIMIT)
    assert run.returncode == 0, said[-4000:]
    logs = (tree / "logs/slurm").glob("rule_microdata*/**/*.log")
    assert len(list(logs)) == 5  # a plan, three chunks, the sum
    command = ["-m", "affordability", "headcount", "--microdata", "survey", "--format", "csv"]
    printed = tree.python(*command).stdout
    assert printed.startswith("plan,threshold,economy,")
    assert (tree / "results/microdata/headcount.csv").read_bytes() == printed.encode()


def test_where_a_slurm_is_configured_none_is_made(monkeypatch, tmp_path):
    monkeypatch.setattr(cluster, "CONFIGURED", tmp_path / "slurm.conf")
    (tmp_path / "slurm.conf").write_text("ClusterName=theirs\n", encoding="utf-8")
    reason = cluster.why_not()
    assert reason is not None
    assert "configured here already" in reason or "takes root" in reason or "Linux" in reason
