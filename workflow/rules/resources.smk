"""Resources: needs frozen vintages, gives the panel of all years and what each study chooses of it."""


rule panel:
    """What everyone has in all years, derived once from each pair of vintages."""
    input:
        **curated("organisations"),
        **JUDGEMENT,
        observations=of_vintage("world_bank", "observations"),
        series=of_vintage("world_bank", "series"),
        venture_capital=of_vintage("oecd", "venture_capital"),
        checks=checked("world_bank/{world_bank}", "oecd/{oecd}", "curated"),
        code=code("build_panel"),
    output:
        panel=update("results/panels/{world_bank}+{oecd}.parquet"),
    log:
        "logs/panels/{world_bank}+{oecd}.log",
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_panel.py"


rule resources:
    """What each economy, average person and organisation has, with the year used on each row."""
    input:
        **JUDGEMENT,
        **curated("organisations"),
        **frozen_tables("world_bank", "economies", "observations"),
        panel=panel_of,
        code=code("build_resources"),
    output:
        csv=update("results/{study}/resources.csv"),
        parquet=update("results/{study}/resources.parquet"),
        missing=update("results/{study}/tables/missing_economies.csv"),
        left_out=update("results/{study}/tables/missing_organisations.csv"),
    log:
        "logs/{study}/resources.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_resources.py"
