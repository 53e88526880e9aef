"""Costs: needs the curated tables, gives what it takes to train, serve, subscribe and buy."""


rule costs:
    """One row an estimate, with its basis; the one a study reads first is marked."""
    input:
        training_costs=frozen("curated", "training_costs"),
        serving_setups=frozen("curated", "serving_setups"),
        subscriptions=frozen("curated", "subscriptions"),
        accelerators=frozen("curated", "accelerators"),
        training="results/{study}/training_estimates.parquet",
        serving="results/{study}/serving_detail.parquet",
        checks="results/checks.csv",
        code=code("build_costs"),
    output:
        csv=update("results/{study}/costs.csv"),
        parquet=update("results/{study}/costs.parquet"),
    log:
        "logs/{study}/costs.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_costs.py"
