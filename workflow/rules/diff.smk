"""What changed: needs two vintages of a source, gives what the new one does to every study."""

DIFF_TABLES = ["values", "revisions", "income_levels", "resources", "crossings", "claims"]


wildcard_constraints:
    old="[A-Za-z0-9.-]+",
    new="[A-Za-z0-9.-]+",


rule diff:
    """Values, income levels, resources, ratios within thresholds and claims, old beside new."""
    input:
        costs=expand("results/{study}/costs.parquet", study=STUDIES),
        carbon=expand("results/{study}/tables/training_carbon.csv", study=STUDIES),
        frozen=compared,
        claims=str(CLAIMS),
        corrections="data/corrections.yaml",
        exclusions="data/exclusions.csv",
        names="data/names.csv",
        checks="results/checks.csv",
        code=code("diff_vintages"),
    output:
        **{table: update(f"results/diff/{{old}}__{{new}}/{table}.csv") for table in DIFF_TABLES},
        numbers=update("results/diff/{old}__{new}/numbers.json"),
        svg=update("results/diff/{old}__{new}/figures/revisions.svg"),
        png=update("results/diff/{old}__{new}/figures/revisions.png"),
        drawn=update("results/diff/{old}__{new}/figures/revisions.csv"),
        caption=update("results/diff/{old}__{new}/figures/revisions.caption.txt"),
    log:
        "logs/diff/{old}__{new}.log",
    params:
        studies=STUDIES,
        pair=lambda w: (w.old, w.new),
    conda:
        "../../environment.yml"
    script:
        "../../scripts/diff_vintages.py"
