"""Figures: needs ratios and resources, gives four figures in one job, since imports cost most."""

FIGURES = ["nations", "organisations", "individuals", "languages"]
SUFFIXES = ["svg", "png", "csv", "caption.txt"]


rule figures:
    """Nations, organisations, individuals, languages: drawing, data drawn, and caption of each."""
    input:
        ratios="results/{study}/ratios.parquet",
        resources="results/{study}/resources.parquet",
        economies=frozen("world_bank", "economies"),
        organisations=frozen("curated", "organisations"),
        official=frozen("cldr", "official_languages"),
        accuracy=frozen("curated", "language_accuracy"),
        code=code("style", "words") + sorted(Path("affordability/figures").glob("*.py")),
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
