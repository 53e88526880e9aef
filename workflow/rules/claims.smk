"""Claims: needs ratios, costs and resources of all years, gives a verdict a claim."""


rule claims:
    """What the study states, what the data give, the verdict, and the numbers a text may quote."""
    input:
        claims=str(CLAIMS),
        costs="results/{study}/costs.parquet",
        ratios="results/{study}/ratios.parquet",
        panel="results/{study}/resources_all_years.parquet",
        carbon="results/{study}/tables/training_carbon.csv",
        economies=frozen("world_bank", "economies"),
        exclusions="data/exclusions.csv",
        organisations=frozen("curated", "organisations"),
        model_figures=frozen("curated", "model_figures"),
        serving_setups=frozen("curated", "serving_setups"),
        language_accuracy=frozen("curated", "language_accuracy"),
        code=code("check_claims"),
    output:
        claims=update("results/{study}/claims.csv"),
        numbers=update("results/{study}/numbers.json"),
    log:
        "logs/{study}/claims.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/check_claims.py"
