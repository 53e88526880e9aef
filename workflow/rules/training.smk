"""Training: needs the curated tables and R&D of all years, gives what training costs."""

TRAINING_TABLES = [
    "training_costs",
    "training_estimates",
    "training_uncertainty",
    "training_missing",
    "training_carbon",
    "training_growth",
    "training_bar",
]


rule training:
    """Cloud rental, amortised hardware and energy, acquisition: each model, each with its range."""
    input:
        models=frozen("curated", "models"),
        model_figures=frozen("curated", "model_figures"),
        accelerators=frozen("curated", "accelerators"),
        hardware_prices=frozen("curated", "hardware_prices"),
        cloud_prices=frozen("curated", "cloud_prices"),
        electricity_prices=frozen("curated", "electricity_prices"),
        producer_prices=frozen("curated", "producer_prices"),
        training_constants=frozen("curated", "training_constants"),
        training_dates=frozen("curated", "training_dates"),
        training_costs=frozen("curated", "training_costs"),
        training_emissions=frozen("curated", "training_emissions"),
        grid_carbon=frozen("curated", "grid_carbon"),
        panel="results/{study}/resources_all_years.parquet",
        checks="results/checks.csv",
        code=code("build_training"),
    output:
        costs=update("results/{study}/tables/training_costs.csv"),
        estimates=update("results/{study}/tables/training_estimates.csv"),
        uncertainty=update("results/{study}/tables/training_uncertainty.csv"),
        missing=update("results/{study}/tables/training_missing.csv"),
        carbon=update("results/{study}/tables/training_carbon.csv"),
        growth=update("results/{study}/tables/training_growth.csv"),
        bar=update("results/{study}/tables/training_bar.csv"),
        parquet=update("results/{study}/training_estimates.parquet"),
    log:
        "logs/{study}/training.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_training.py"
