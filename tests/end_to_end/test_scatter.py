"""The audit cut into chunks: equal to the last bit, and a chunk that failed is made alone."""

import pytest

SPECIFICATIONS = "results/audit/specifications.parquet"

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
