"""The commands of `python -m affordability`; exits 1 on bad input, with one sentence.

Any of them takes --configfile my.yaml: studies, tables and claims of your own over ours.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from affordability import budget, choose, study, versions
from affordability.diff import command as diff_command
from affordability.explain import command as explain
from affordability.people import command as headcount
from affordability.tables import ROOT, InputError, read_table, shown, write_text
from affordability.vintages import CURATED, Vintage, seal

RESULTS = Path("results")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, or 1 after saying in one sentence what was wrong."""
    parser = argparse.ArgumentParser(prog="python -m affordability", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shown_claims = commands.add_parser("claims", help="print the claims and where the page is")
    shown_claims.add_argument("study", nargs="?", help="only this one")
    commands.add_parser("check", help="check digests, schemas and references of all inputs")
    budget.add_arguments(commands.add_parser("budget", help="what a sum or an actor can pay for"))
    choose.add_arguments(commands.add_parser("choose", help="which model, and how, for your means"))
    explain.add_arguments(commands.add_parser("explain", help="where a number comes from"))
    headcount.add_arguments(commands.add_parser("headcount", help="who in own microdata can pay"))
    commands.add_parser("codebook", help="write docs/codebook.md anew from the table schemas")
    commands.add_parser("versions", help="write data/versions.csv anew: all that is frozen")
    diff_command.add_arguments(commands.add_parser("diff", help="compare two vintages"))
    sealed = commands.add_parser(
        "seal", help="digest a folder of curated tables anew after an edit"
    )
    sealed.add_argument("folder", type=Path)
    stale = commands.add_parser("stale", help="list curated rows older than some months")
    stale.add_argument("--months", type=int, default=12)
    stale.add_argument("--sources", action="store_true", help="one line a source")
    stale.add_argument("--today", type=date.fromisoformat, default=None)
    try:
        return COMMANDS[(given := parser.parse_args(arguments)).command](given)
    except BrokenPipeError:  # the reader has seen enough, as with `| head`
        sys.stderr.close()
        return 0
    except InputError as error:
        print(f"stopped: {error}", file=sys.stderr)
        return 1


def show_claims(given) -> int:
    """Print the table of claims of every study that was built, then the path of the page."""
    from tabulate import tabulate

    named = [given.study] if given.study else study.configured()
    built = [name for name in named if (RESULTS / name / "claims.csv").exists()]
    if not built:
        raise InputError("results: found no claims.csv, expected one a study; run `make` first")
    unfinished = RESULTS / "unfinished.txt"
    if unfinished.exists():
        print(unfinished.read_text(encoding="utf-8").strip())
    for name in built:
        claims = read_table(RESULTS / name / "claims.csv", "claims")
        rows = claims[["claim_id", "published", "reproduced", "verdict"]]
        print(f"\n{name}")
        print(tabulate(rows, headers="keys", showindex=False, maxcolwidths=[None, 32, 52, 20]))
    print(f"\n{RESULTS / 'index.html'}")
    return 0


def check(_) -> int:
    """Check all inputs as the workflow does, and print what was checked."""
    from affordability import checks, references
    from affordability.claims import query

    studies = study.configured()
    claims = query.load(query.CLAIMS)
    for each in studies.values():
        study.check_vintages(each)
        query.check(claims, each, query.CLAIMS)
    references.check(studies.values(), claims, query.CLAIMS)
    versions.check()
    checked = checks.check_inputs(study.folders(studies.values()))
    print(checked.to_string(index=False))
    return 0


def codebook(_) -> int:
    """Write docs/codebook.md."""
    from affordability.codebook import markdown

    write_text(markdown(), ROOT / "docs" / "codebook.md")
    print("docs/codebook.md")
    return 0


def list_versions(_) -> int:
    """Write data/versions.csv."""
    versions.write()
    print(versions.VERSIONS)
    return 0


def seal_folder(given) -> int:
    """Digest a curated folder anew; a vintage is never sealed again."""
    if given.folder.resolve() != CURATED.resolve():
        raise InputError(
            f"{shown(given.folder)}: found a vintage, expected {CURATED}; "
            "a vintage is added, never changed"
        )
    changed = seal(given.folder)
    versions.write()
    print("\n".join(changed) or "nothing changed")
    return 0


def stale(given) -> int:
    """List curated rows whose date lies more than `--months` back, oldest first.

    With `--sources` one line a source, the one with most such rows first: a source is looked up
    once, whatever number of rows it has.
    """
    today = given.today or date.today()
    months = today.year * 12 + today.month - 1 - given.months
    limit = f"{months // 12}-{months % 12 + 1:02d}"
    curated = Vintage(CURATED)
    sources: dict[str, list[str]] = {}
    for name in sorted(curated.files):
        table = curated.read(name)
        if "date" not in table or name == "sources":
            continue
        old = table[table["date"].ne("") & (table["date"].str[:7] < limit)]
        for row in old.sort_values("date").itertuples():
            sources.setdefault(row.source_id, []).append(name)
            if not given.sources:
                print(f"{row.date}  {name}: {row[1]} ({row.source_id})")
    if given.sources:
        for source, names in sorted(sources.items(), key=lambda each: (-len(each[1]), each[0])):
            print(f"{len(names):5} rows  {source}: {', '.join(dict.fromkeys(names))}")
    total = sum(map(len, sources.values()))
    print(
        f"{total} rows were read before {limit}, in {len(sources)} sources; check each against its "
        "source"
    )
    return 0


COMMANDS = {
    "budget": budget.run,
    "claims": show_claims,
    "check": check,
    "choose": choose.run,
    "codebook": codebook,
    "diff": diff_command.run,
    "explain": explain.run,
    "headcount": headcount.run,
    "seal": seal_folder,
    "stale": stale,
    "versions": list_versions,
}
