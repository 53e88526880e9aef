"""Serving: needs the curated tables, gives computed costs of serving, owning and fine-tuning."""

SERVING_TABLES = ["serving_costs", "serving_comparison", "serving_candidates", "own_or_rent"]
SERVING_TABLES += ["fine_tuning"]


rule serving:
    """Memory, accelerators, US$ a day and per million tokens beside API prices; own or rent."""
    input:
        architectures=frozen("curated", "model_architectures"),
        model_figures=frozen("curated", "model_figures"),
        models=frozen("curated", "models"),
        accelerators=frozen("curated", "accelerators"),
        cloud_prices=frozen("curated", "cloud_prices"),
        constants=frozen("curated", "serving_constants"),
        setups=frozen("curated", "serving_setups"),
        token_prices=frozen("curated", "token_prices"),
        electricity=frozen("curated", "electricity_prices"),
        checks="results/checks.csv",
        code=code("build_serving"),
    output:
        detail=update("results/{study}/serving_detail.parquet"),
        costs=update("results/{study}/tables/serving_costs.csv"),
        comparison=update("results/{study}/tables/serving_comparison.csv"),
        candidates=update("results/{study}/tables/serving_candidates.csv"),
        own_or_rent=update("results/{study}/tables/own_or_rent.csv"),
        fine_tuning=update("results/{study}/tables/fine_tuning.csv"),
        figure=[
            update(f"results/{{study}}/figures/serving_costs.{suffix}")
            for suffix in ["svg", "png", "csv", "caption.txt"]
        ],
    log:
        "logs/{study}/serving.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_serving.py"
