"""The run for machines: needs all results, gives Data Package, Croissant and RO-Crate."""

CRATE = "results/ro-crate-metadata.json"
PACKAGE = "results/datapackage.json"
CITATION = Path("CITATION.cff")
BESIDE = [str(CITATION), ".zenodo.json", "README.md", "CHANGELOG.md", "LICENSE"]
BESIDE += sorted(path.as_posix() for path in Path("LICENSES").iterdir())
VERSION = load_yaml(CITATION)["version"]
WORKFLOW = [
    "workflow/Snakefile",
    "Snakefile",
    "config.yaml",
    str(query.CLAIMS),
    "requirements.lock",
    *sorted(path.as_posix() for path in Path("workflow/rules").glob("*.smk")),
]


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
        studies=CHOICES,
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
        studies=CHOICES,
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
        archive=update(f"results/deposit/llm-affordability-{VERSION}.zip"),
    log:
        "logs/deposit.log",
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_deposit.py"
