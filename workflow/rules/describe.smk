"""The run for machines: needs all results, gives Data Package, Croissant and RO-Crate."""

CRATE = "results/ro-crate-metadata.json"
PACKAGE = "results/datapackage.json"
CITATION = Path("CITATION.cff")
BESIDE = [str(CITATION), ".zenodo.json", "README.md", "CHANGELOG.md", "LICENSE"]
BESIDE += sorted(path.as_posix() for path in Path("LICENSES").iterdir())
DEPOSIT = f"results/deposit/llm-affordability-{load_yaml(CITATION)['version']}.zip"
WORKFLOW = [
    "Snakefile",
    "config.yaml",
    str(CLAIMS),
    "requirements.lock",
    *sorted(path.as_posix() for path in Path("workflow/rules").glob("*.smk")),
]


def made(wildcards):
    """What is known of a file of the results, by a pattern of such paths; but the crate and the deposit.

    Its rule, what the rule says of itself, and its script.
    """
    return {
        regex_from_filepattern(str(pattern)): {
            "rule": rule.name,
            "said": f"{rule.name}: {rule.docstring.strip()}",
            "script": f"scripts/{Path(rule.script).name}",
        }
        for rule in workflow.rules
        for pattern in rule.output
        if rule.name not in ("crate", "deposit")
    }


rule describe_tables:
    """Every table with the meaning and unit of its columns: a Data Package, a Croissant data set."""
    input:
        results=lambda w: [file for file in rules.all.input if file not in (CRATE, PACKAGE)],
        frozen=all_frozen,
        project=[str(CITATION), "requirements.lock"],
        schemas=sorted(Path("workflow/schemas/tables").iterdir()),
        code=code("describe_tables"),
    output:
        package=update(PACKAGE),
        croissant=update("results/croissant.json"),
    log:
        "logs/describe_tables.log",
    params:
        studies=STUDIES,
        made=made,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/describe_tables.py"


rule crate:
    """The run as an RO-Crate (Provenance Run): every step that ran, every file with its digest."""
    input:
        results=lambda w: [file for file in rules.all.input if file != CRATE],
        frozen=all_frozen,
        workflow=WORKFLOW,
        citation=str(CITATION),
        code=code("describe_run"),
    output:
        crate=update(CRATE),
        workflow=[update(f"results/run/{name}") for name in WORKFLOW],
    log:
        "logs/crate.log",
    params:
        studies=STUDIES,
        made=made,
        workflow=WORKFLOW,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/describe_run.py"


rule deposit:
    """What an archive keeps: tables, figures, page, frozen data, code, crate and digests, as one."""
    input:
        crate=CRATE,
        beside=BESIDE,
        code=code("build_deposit"),
    output:
        archive=update(DEPOSIT),
    log:
        "logs/deposit.log",
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_deposit.py"
