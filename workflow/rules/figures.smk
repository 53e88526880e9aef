"""Figures: needs ratios, resources and training costs, gives all figures of a study in one job."""

FIGURES = ["nations", "organisations", "individuals", "languages"]
FIGURES += ["training_costs", "training_growth", "training_bar"]
SUFFIXES = ["svg", "png", "csv", "caption.txt"]


rule figures:
    """Nations, organisations, individuals, languages, training: drawing, data drawn, caption."""
    input:
        ratios="results/{study}/ratios.parquet",
        resources="results/{study}/resources.parquet",
        costs="results/{study}/tables/training_costs.csv",
        estimates="results/{study}/training_estimates.parquet",
        growth="results/{study}/tables/training_growth.csv",
        bar="results/{study}/tables/training_bar.csv",
        models=frozen("curated", "models"),
        economies=frozen("world_bank", "economies"),
        organisations=frozen("curated", "organisations"),
        official=frozen("cldr", "official_languages"),
        accuracy=frozen("curated", "language_accuracy"),
        names="data/names.csv",
        code=code("draw_figures"),
    output:
        [
            update(f"results/{{study}}/figures/{stem}.{suffix}")
            for stem in FIGURES
            for suffix in SUFFIXES
        ],
    log:
        "logs/{study}/figures.log",
    params:
        study=choices,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/draw_figures.py"
