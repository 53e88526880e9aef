"""Where numbers come from: needs claims, costs, ratios and resources, gives a page a claim."""

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
        names="data/plans.csv",
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
