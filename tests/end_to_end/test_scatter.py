"""Audit and microdata in chunks through the workflow: what failed is made alone, to the same bits.

That 1, 3 and 16 chunks give the same bits is tested where they are counted (test_audit and
test_people_chunks).
"""

import pytest

from tests.surveys import written

SPECIFICATIONS = "results/audit/specifications.parquet"
HEADCOUNT = "results/microdata/headcount.csv"

FAILS_TWICE = """
    tries = Path("tries.txt")
    if (chunk, chunks) == (2, 3):
        tries.write_text(tries.read_text() + "." if tries.exists() else ".")
        if len(tries.read_text()) <= 2:
            raise OSError("the second of three chunks fails twice")
"""


def audited(tree) -> dict[str, str]:
    """Digest of everything the audit gives, its parts excepted."""
    found = tree.results()
    return {n: d for n, d in found.items() if n.startswith("results/audit/") and "/parts/" not in n}


def cut(tree, chunks: int, *arguments: str):
    return tree.workflow("--set-scatter", f"audit={chunks}", *arguments, "--", SPECIFICATIONS)


def test_a_chunk_that_failed_is_retried_then_made_alone_and_the_whole_is_as_ever(
    built, copy_of_built
):
    whole = {name: digest for name, digest in audited(built).items() if not by_chance(name)}
    assert len(whole) > 30
    for name in whole:
        (copy_of_built / name).unlink()
    copy_of_built.replace("scripts/audit_part.py", "    rows = ", FAILS_TWICE + "    rows = ")
    failed = cut(copy_of_built, 3, "--retries", "1", "--keep-going")
    assert failed.returncode != 0
    assert failed.stdout.count("Error in rule audit_part") == 2
    parts = copy_of_built / "results/audit/parts"
    made = {path.name: path.stat().st_mtime_ns for path in parts.glob("all.*-of-3.parquet")}
    assert set(made) == {"all.1-of-3.parquet", "all.3-of-3.parquet"}
    jobs = copy_of_built.planned("--set-scatter", "audit=3", "--", SPECIFICATIONS)
    assert jobs["audit_part"] == 1
    again = cut(copy_of_built, 3)
    assert again.returncode == 0, again.stdout[-4000:]
    assert {name: (parts / name).stat().st_mtime_ns for name in made} == made
    assert (copy_of_built / "tries.txt").read_text() == "..."
    assert audited(copy_of_built) == audited(built)


def by_chance(name: str) -> bool:
    """Whether a step without chunks made it: the draws and the concentration."""
    return "concentration" in name or "affordability_" in name


@pytest.fixture
def surveyed(copy_of_built):
    """A copy of what was built, with microdata of its own and a configuration that names them."""
    written(copy_of_built / "survey", files=3, rows=4000, group=700)
    (copy_of_built / "my.yaml").write_text("microdata: {files: survey}\n", encoding="utf-8")
    return copy_of_built


def count(tree, chunks: int, *arguments: str):
    given = ["--configfile", "my.yaml", "--set-scatter", f"microdata={chunks}", *arguments]
    return tree.workflow(*given, "--", "microdata")


def parts_of(tree, chunks: int) -> dict[str, int]:
    """When each chunk's count was written, by name."""
    found = (tree / "results/microdata/parts").glob(f"*-of-{chunks}.parquet")
    return {path.name: path.stat().st_mtime_ns for path in found}


def test_a_chunk_of_microdata_that_failed_is_made_alone_and_the_whole_is_what_the_command_prints(
    surveyed,
):
    command = ["-m", "affordability", "headcount", "--microdata", "survey", "--format", "csv"]
    printed = surveyed.python(*command).stdout
    assert printed.startswith("plan,threshold,economy,") and printed.count("\n") > 40
    fails = FAILS_TWICE.replace("(chunk, chunks) ==", "(chunk, of) ==")
    surveyed.replace("scripts/count_microdata.py", "    planned = ", fails + "    planned = ")
    failed = count(surveyed, 3, "--retries", "1", "--keep-going")
    assert failed.returncode != 0
    assert failed.stdout.count("Error in rule microdata_part") == 2
    made = parts_of(surveyed, 3)
    assert set(made) == {"1-of-3.parquet", "3-of-3.parquet"}
    again = count(surveyed, 3)
    assert again.returncode == 0, again.stdout[-4000:]
    assert (surveyed / "tries.txt").read_text() == "..."
    assert {name: time for name, time in parts_of(surveyed, 3).items() if name in made} == made
    assert (surveyed / HEADCOUNT).read_bytes() == printed.encode()
    cut = ["--configfile", "my.yaml", "--set-scatter", "microdata=3", "--", "microdata"]
    assert "Nothing to be done" in surveyed.workflow("--dry-run", *cut).stdout
    written(surveyed / "survey", files=4, rows=4000, group=700)  # one more file: all are cut anew
    planned = surveyed.planned(*cut)
    assert planned == {"microdata_plan": 1, "microdata_part": 3, "microdata": 1, "total": 5}


def test_what_is_wrong_with_microdata_is_said_in_a_sentence(surveyed):
    none = surveyed.workflow("--", "microdata")
    assert none.returncode != 0
    sentence = "stopped: config, microdata: found nothing, expected `microdata: {files: FOLDER}`"
    assert sentence in none.stdout
    (surveyed / "my.yaml").write_text("microdata: {files: surveys}\n", encoding="utf-8")
    lost = count(surveyed, 2)
    assert "config, microdata.files: surveys: found no such file or folder" in lost.stdout
    assert "Traceback" not in none.stdout + lost.stdout
