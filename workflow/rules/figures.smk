"""Figures: needs ratios, resources and tables of costs, gives all figures of a study in one job."""


rule figures:
    """Every figure of the registry: drawing, data drawn, caption."""
    input:
        **curated("models", "organisations", "us_university_rd", "other_runs", "language_accuracy"),
        **curated("capability"),
        ratios="results/{study}/ratios.parquet",
        resources="results/{study}/resources.parquet",
        training_estimates="results/{study}/training_estimates.parquet",
        training_costs_table="results/{study}/tables/training_costs.csv",
        training_growth="results/{study}/tables/training_growth.csv",
        training_bar="results/{study}/tables/training_bar.csv",
        serving_comparison="results/{study}/tables/serving_comparison.csv",
        own_rent_call="results/{study}/tables/own_rent_call.csv",
        capability_price="results/{study}/tables/capability_price.csv",
        economies=frozen("world_bank", "economies"),
        official_languages=frozen("cldr", "official_languages"),
        names="data/names.csv",
        code=code("draw_figures"),
        drawing=drawing(FIGURES),
    output:
        [
            report(
                update(f"results/{{study}}/figures/{stem}.svg"),
                **told(stem, "Figures", "{study}", figure=stem),
            )
            for stem in FIGURES
        ],
        [
            update(f"results/{{study}}/figures/{stem}.{suffix}")
            for stem in FIGURES
            for suffix in SUFFIXES[1:]
        ],
    log:
        "logs/{study}/figures.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/draw_figures.py"
