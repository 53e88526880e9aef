"""Costs: needs the curated tables, gives what it takes to train, serve, subscribe and buy."""


rule costs:
    """One row an estimate, with its basis; the one a study reads first is marked."""
    input:
        **curated("training_costs", "serving_setups", "subscriptions", "accelerators", "models"),
        **curated("hardware_prices", "language_accuracy", "training_energy", "token_prices"),
        training_estimates="results/{study}/training_estimates.parquet",
        serving_detail="results/{study}/serving_detail.parquet",
        checks=checked("curated"),
        code=code("build_costs"),
    output:
        csv=update("results/{study}/costs.csv"),
        parquet=update("results/{study}/costs.parquet"),
        later=update("results/{study}/tables/not_yet_known.csv"),
    log:
        "logs/{study}/costs.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_costs.py"
