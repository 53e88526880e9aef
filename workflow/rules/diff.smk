"""What changed: needs two vintages of a source, gives what the new one does to every study."""

DIFF_TABLES = ["values", "revisions", "income_levels", "resources", "crossings", "claims"]


rule diff:
    """What changed, judged; values, income levels, resources, crossings and claims, old and new."""
    input:
        **JUDGEMENT,
        costs=expand("results/{study}/costs.parquet", study=STUDIES),
        carbon=expand("results/{study}/tables/training_carbon.csv", study=STUDIES),
        panels=panels_compared,
        frozen=compared,
        claims=str(query.CLAIMS),
        names="data/names.csv",
        series="workflow/series.csv",
        code=code("diff_vintages"),
    output:
        **{
            table: report(
                update(f"results/diff/{{old}}__{{new}}/{table}.csv"),
                **told("diff", "What changed", "{old} to {new}", table=table),
            )
            for table in DIFF_TABLES
        },
        judged=update("results/diff/{old}__{new}/judged.json"),
        numbers=update("results/diff/{old}__{new}/numbers.json"),
        svg=report(
            update("results/diff/{old}__{new}/figures/revisions.svg"),
            **told("diff", "What changed", "{old} to {new}", figure="revisions"),
        ),
        png=update("results/diff/{old}__{new}/figures/revisions.png"),
        drawn=update("results/diff/{old}__{new}/figures/revisions.csv"),
        caption=update("results/diff/{old}__{new}/figures/revisions.caption.txt"),
    log:
        "logs/diff/{old}__{new}.log",
    params:
        studies=CHOICES,
        pair=lambda w: (w.old, w.new),
    conda:
        "../../environment.yml"
    script:
        "../../scripts/diff_vintages.py"
