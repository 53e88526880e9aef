"""Ratios: needs costs and resources of all years, gives the one long table."""


rule ratios:
    """Cost ÷ resource over the same period, for every item of the study and everyone who pays."""
    input:
        **curated("producer_prices"),
        costs="results/{study}/costs.parquet",
        panel=panel_of,
        code=code("build_ratios"),
    output:
        csv=update("results/{study}/ratios.csv"),
        parquet=update("results/{study}/ratios.parquet"),
    log:
        "logs/{study}/ratios.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_ratios.py"
