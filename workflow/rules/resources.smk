"""Inputs checked once, then resources: needs data/raw, gives resources of each study."""


rule check_inputs:
    """What was checked before anything was computed: digests, schemas, references.

    All folders that config.yaml names are checked whichever study is built, so that building one
    study alone, or adding one on the same data, makes no other step run again.
    """
    input:
        frozen=files_of(FOLDERS),
        code=code("check_inputs"),
        schemas=Path("workflow/schemas").rglob("*.yaml"),
    output:
        checks=update("results/checks.csv"),
    log:
        "logs/check_inputs.log",
    params:
        folders=[str(folder) for folder in FOLDERS],
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
        corrections="data/corrections.yaml",
        exclusions="data/exclusions.csv",
        checks="results/checks.csv",
        code=code("build_resources"),
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
