"""Inputs checked once, then resources: needs data/raw, gives resources of each study."""


rule check_inputs:
    """What was checked before anything was computed: digests, schemas, references, claims."""
    input:
        frozen=all_frozen,
        claims=str(CLAIMS),
        code=code("check", "config", "claims"),
        schemas=Path("workflow/schemas").rglob("*.yaml"),
    output:
        checks=update("results/checks.csv"),
    log:
        "logs/check_inputs.log",
    params:
        studies=STUDIES,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/check_inputs.py"


rule resources:
    """What each economy, average person and organisation has, with the year used on each row."""
    input:
        observations=frozen("world_bank", "observations"),
        economies=frozen("world_bank", "economies"),
        venture=frozen("oecd", "venture_capital"),
        organisations=frozen("curated", "organisations"),
        checks="results/checks.csv",
        code=code("resources", "check", "config"),
    output:
        csv=update("results/{study}/resources.csv"),
        parquet=update("results/{study}/resources.parquet"),
        panel=update("results/{study}/resources_all_years.parquet"),
        missing=update("results/{study}/tables/missing_economies.csv"),
    log:
        "logs/{study}/resources.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_resources.py"
