"""Where numbers come from: needs claims, costs, ratios and resources, gives a page a claim."""

CRATE = "results/ro-crate-metadata.json"
WORKFLOW = [
    "Snakefile",
    "config.yaml",
    str(CLAIMS),
    *sorted(path.as_posix() for path in Path("workflow/rules").glob("*.smk")),
]
EXPLAINED = [
    *(entry["id"] for entry in QUERIES),
    "costs",
    "thresholds",
]


rule explain:
    """From every claim, cost and member of a threshold down to the line of a frozen file."""
    input:
        claims=str(CLAIMS),
        answered="results/{study}/claims.csv",
        costs="results/{study}/costs.parquet",
        ratios="results/{study}/ratios.parquet",
        panel="results/{study}/resources_all_years.parquet",
        carbon="results/{study}/tables/training_carbon.csv",
        thresholds="results/{study}/tables/thresholds.csv",
        frozen=all_frozen,
        judgement=["data/corrections.yaml", "data/exclusions.csv"],
        templates=["affordability/page/templates/explain.html.j2", "affordability/page/templates/page.css"],
        code=code("explain_claims"),
    output:
        [update(f"results/{{study}}/explain/{name}.html") for name in EXPLAINED],
    log:
        "logs/{study}/explain.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/explain_claims.py"


rule crate:
    """The run as an RO-Crate (Provenance Run Crate): every step that ran, every file with its digest."""
    input:
        results=lambda w: [file for file in rules.all.input if file != CRATE],
        frozen=all_frozen,
        workflow=WORKFLOW,
        project=["CITATION.cff", "requirements.lock"],
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
