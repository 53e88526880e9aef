"""Tables for people: needs costs and ratios, gives the study's table of models and the thresholds."""

STUDY_TABLES = ["table1_models", "thresholds", "missing_economies", "missing_organisations"]
STUDY_TABLES += ["not_yet_known"]


rule tables:
    """Models with size, hardware and costs; and who is within each threshold, by name."""
    input:
        **evidence(),
        **curated("models"),
        code=code("publish_tables"),
    output:
        models=report(
            update("results/{study}/tables/table1_models.csv"),
            **told("tables", "Tables", "{study}", table="models"),
        ),
        thresholds=report(
            update("results/{study}/tables/thresholds.csv"),
            **told("tables", "Tables", "{study}", table="thresholds"),
        ),
    log:
        "logs/{study}/tables.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/publish_tables.py"
