"""Where numbers come from: needs claims, costs, ratios and resources, gives a page a claim."""

CRATE = "results/ro-crate-metadata.json"
WORKFLOW = [
    "workflow/Snakefile",
    "Snakefile",
    "config.yaml",
    str(query.CLAIMS),
    *sorted(path.as_posix() for path in Path("workflow/rules").glob("*.smk")),
]
EXPLAINED = [
    *(entry["id"] for entry in CLAIMS),
    "costs",
    "thresholds",
]


rule explain:
    """From every claim, cost and member of a threshold down to the line of a frozen file."""
    input:
        **evidence(),
        claims=str(query.CLAIMS),
        answered="results/{study}/claims.csv",
        thresholds="results/{study}/tables/thresholds.csv",
        frozen=all_frozen,
        corrections=JUDGEMENT["corrections"],
        templates=[
            "affordability/page/templates/explain.html.j2",
            "affordability/page/templates/page.css",
        ],
        code=code("explain_claims"),
    output:
        [update(f"results/{{study}}/explain/{name}.html") for name in EXPLAINED],
    log:
        "logs/{study}/explain.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/explain_claims.py"


rule crate:
    """The run as an RO-Crate (Workflow Run Crate): every result, input and rule with its digest."""
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
        studies=CHOICES,
        made=made,
        workflow=WORKFLOW,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/describe_run.py"
