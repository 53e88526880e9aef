"""Where numbers come from: needs claims, costs, ratios and resources, gives a page a claim."""

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
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/explain_claims.py"
