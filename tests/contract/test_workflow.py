"""The workflow keeps its rules: every step logged, described, and told all it depends on.

The rules are read as text and as Snakemake parses them; the scripts as Python.
"""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import pytest
import yaml

from affordability import codebook, tables
from affordability import study as config
from affordability.claims import query as claims
from tests.copies import ROOT, Tree

RULE_FILES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))
SCRIPTS = sorted((ROOT / "scripts").glob("*.py"))
PACKAGE = ROOT / "affordability"
CODE = [
    *ROOT.glob("*.py"),
    *(
        p
        for folder in ("affordability", "scripts", "workflow", "tests")
        for p in (ROOT / folder).rglob("*.py")
    ),
    ROOT / "Snakefile",
    *(ROOT / "workflow").rglob("*.smk"),
]
STUDIES = config.studies(yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8")))


def rules() -> dict[str, str]:
    """Text of every rule of the workflow by name, `all` excepted, which makes nothing."""
    found = {}
    for path in RULE_FILES:
        for part in re.split(r"^(?=rule |checkpoint )", path.read_text("utf-8"), flags=re.M)[1:]:
            found[re.match(r"\w+ (\w+)", part)[1]] = part
    return found


EVERY_RULE = rules()
# A rule without a script is a name for files that others make.
RULES = {name: text for name, text in EVERY_RULE.items() if "    script:" in text}


def part_of(rule: str, keyword: str) -> str:
    """Text of one keyword of a rule."""
    match = re.search(rf"^    {keyword}:\n((?:        .*\n|\n)*)", RULES[rule], flags=re.MULTILINE)
    return match[1] if match else ""


def script_of(rule: str) -> Path | None:
    match = re.search(r'script:\s+"\.\./\.\./(scripts/\w+\.py)"', RULES[rule])
    return ROOT / match[1] if match else None


def test_the_rules_were_found():
    assert {"check_inputs", "resources", "costs", "ratios", "claims", "figures", "page"} <= set(
        RULES
    )


def test_a_rule_without_a_script_only_names_files_that_others_make():
    for name in set(EVERY_RULE) - set(RULES):
        assert re.findall(r"^    (\w+):", EVERY_RULE[name], flags=re.MULTILINE) == ["input"], name


@pytest.mark.parametrize("keyword", ["input", "output", "log", "conda", "script"])
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_says_what_it_needs_gives_logs_and_runs(rule, keyword):
    assert part_of(rule, keyword).strip(), f"{rule} has no {keyword}"


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_described_in_a_sentence(rule):
    assert re.search(r'^\w+ \w+:\n    """[A-Z][^"]+\."?', RULES[rule]), rule


@pytest.mark.parametrize("rule", RULES)
def test_a_failing_rule_gives_back_the_results_that_were_there(rule):
    quoted = re.findall(r'f?"results/', part_of(rule, "output"))
    kept = re.findall(r'update\(\s*f?"results/', part_of(rule, "output"))
    assert quoted and len(kept) == len(quoted)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda p: p.stem)
def test_a_file_of_rules_says_what_it_needs_and_gives_and_runs_no_inline_code(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""')
    assert not re.search(r"^\s+(run|shell):", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda p: p.stem)
def test_no_input_is_ancient(path):
    # A step behind an ancient input does not see that another of its inputs changed in the same
    # run as the ancient one (snakemake/snakemake#4166): its results would go stale.
    assert "ancient(" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.stem)
def test_a_script_is_short_and_only_its_tail_knows_snakemake(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 60
    assert "snakemake.config" not in text
    head, _, tail = text.partition('if __name__ == "__main__":')
    used = [n.id for n in ast.walk(ast.parse(head)) if isinstance(n, ast.Name)]
    assert "snakemake" not in used
    if path.name not in ("log.py", "__init__.py"):
        assert "snakemake." in tail


def test_every_script_is_a_step_of_a_workflow():
    workflow = "".join(p.read_text("utf-8") for p in (ROOT / "workflow").rglob("*.smk"))
    steps = [p for p in SCRIPTS if p.name not in ("log.py", "__init__.py")]
    assert len(steps) >= 8
    assert [p.name for p in steps if f"scripts/{p.name}" not in workflow] == []


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_depends_on_what_its_own_script_imports(rule):
    assert f'code("{script_of(rule).stem}")' in part_of(rule, "input"), rule


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=lambda p: p.parent.name)
def test_a_package_holds_no_code_of_its_own(path):
    body = ast.parse(path.read_text(encoding="utf-8")).body
    assert all(isinstance(part, ast.Expr) for part in body), "its modules do; see workflow/imports"


def test_small_steps_are_grouped_on_a_cluster_and_the_others_are_known():
    profile = yaml.safe_load((ROOT / "workflow/profiles/slurm/config.yaml").read_text("utf-8"))
    alone = {"audit_part", "audit", "audit_chances", "diff", "crate", "deposit"}
    alone |= {"microdata_plan", "microdata_part", "microdata"}
    assert set(profile["groups"]) == set(RULES) - alone
    assert set(profile["set-resources"]) <= set(RULES)


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_can_be_planned_alone(built, study):
    jobs = built.planned("--forceall", "--config", f"study={study}")
    assert jobs["resources"] == jobs["costs"] == jobs["ratios"] == jobs["claims"] == 1


def test_the_workflow_plans_no_step_that_asks_the_network(built):
    jobs = built.planned("--forceall")
    assert jobs["total"] > 10
    assert [rule for rule in jobs if "fetch" in rule or "freeze" in rule] == []
    assert [rule for rule in jobs if "microdata" in rule] == [], "nobody asked"


@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize(
    "table", ["resources", "costs", "ratios", "claims", "tables/missing_economies"]
)
def test_a_result_has_the_columns_of_its_schema_and_one_row_a_key(built: Tree, study, table):
    name = Path(table).stem
    with (built / f"results/{study}/{table}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == tables.columns(name)
    assert rows
    at = [header.index(column) for column in tables.load_schema(name)["primaryKey"]]
    assert len({tuple(row[i] for i in at) for row in rows}) == len(rows)


def test_a_result_passes_its_own_schema(built):
    for study in STUDIES:
        for table in ("resources", "costs", "claims", "tables/missing_economies"):
            path = built / f"results/{study}/{table}.csv"
            assert tables.check_table(path, path.stem) > 0


def test_the_codebook_is_current():
    written = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert written == codebook.markdown(), "run `python -m affordability codebook`"


def test_the_claims_are_understood_and_all_the_study_makes_are_there():
    found = claims.load(ROOT / claims.CLAIMS)
    for study in STUDIES.values():
        claims.check(found, study, claims.CLAIMS)
    assert {claim["id"] for claim in found} >= {
        "gpt4_training_usd",
        "gpt4_serving_usd_per_day",
        "seed_25_percent",
        "rd_01_percent",
        "subscription_10_percent",
        "english_first",
        "gpt3_training_usd",
        "opt175b_training_usd",
        "opt175b_16_v100",
        "h100_usd",
        "organisations",
    }


def test_the_studies_fit_on_a_screen_and_explain_their_keys():
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 95
    assert {"llempower-2024", "latest"} <= set(STUDIES)


def test_no_file_of_code_is_longer_than_a_reader_keeps_in_mind():
    assert len(CODE) > 40
    long = {p.relative_to(ROOT).as_posix(): len(p.read_text("utf-8").splitlines()) for p in CODE}
    assert {name: lines for name, lines in long.items() if lines >= 400} == {}
