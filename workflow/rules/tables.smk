"""Tables for people: needs costs and ratios, gives the study's table of models and the thresholds."""

STUDY_TABLES = ["table1_models", "thresholds", "missing_economies"]


rule tables:
    """Models with size, hardware and costs; and who is within each threshold, by name."""
    input:
        costs="results/{study}/costs.parquet",
        ratios="results/{study}/ratios.parquet",
        economies=frozen("world_bank", "economies"),
        organisations=frozen("curated", "organisations"),
        models=frozen("curated", "models"),
        model_figures=frozen("curated", "model_figures"),
        serving_setups=frozen("curated", "serving_setups"),
        code=code("publish_tables"),
    output:
        models=update("results/{study}/tables/table1_models.csv"),
        thresholds=update("results/{study}/tables/thresholds.csv"),
    log:
        "logs/{study}/tables.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/publish_tables.py"
