"""Audit and microdata in chunks: equal to the last bit, and a chunk that failed is made alone."""

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


@pytest.mark.parametrize("chunks", [3, 16])
def test_the_audit_is_equal_to_the_last_bit_for_any_number_of_chunks(built, copy_of_built, chunks):
    whole = audited(built)
    assert len(whole) > 30
    for name in whole:
        (copy_of_built / name).unlink()
    run = cut(copy_of_built, chunks)
    assert run.returncode == 0, run.stdout[-4000:]
    parts = list((copy_of_built / "results/audit/parts").glob(f"all.*-of-{chunks}.parquet"))
    assert len(parts) == chunks
    made = audited(copy_of_built)
    chances = [name for name in whole if name not in made]
    assert all("concentration" in name or "affordability_" in name for name in chances)
    assert [name for name in made if made[name] != whole[name]] == []


def test_a_chunk_that_failed_is_retried_and_then_made_alone(built, copy_of_built):
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


def test_microdata_in_any_number_of_chunks_are_what_the_command_prints(surveyed):
    command = ["-m", "affordability", "headcount", "--microdata", "survey", "--format", "csv"]
    printed = surveyed.python(*command).stdout
    assert printed.startswith("plan,threshold,economy,") and printed.count("\n") > 40
    for chunks in (1, 3, 16):
        run = count(surveyed, chunks)
        assert run.returncode == 0, run.stdout[-4000:]
        assert len(parts_of(surveyed, chunks)) == chunks
        assert (surveyed / HEADCOUNT).read_bytes() == printed.encode()
        (surveyed / HEADCOUNT).unlink()


def test_a_chunk_of_microdata_that_failed_is_retried_and_then_made_alone(surveyed):
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
