"""Training: needs the curated tables and R&D of all years, gives what training costs."""

from affordability.costs.training.estimates import CURATED as TRAINING_READS

# Results by the schema they have; tables/<name>.csv, but that the table of costs has a short name.
TRAINING_TABLES = [
    "training_costs",
    "training_estimates",
    "training_uncertainty",
    "training_missing",
    "training_carbon",
    "training_growth",
    "training_bar",
    "programme_cost",
]


rule training:
    """Cloud rental, amortised hardware and energy, acquisition: each model, each with its range."""
    input:
        **curated(*TRAINING_READS, "lab_finances", "lab_staff"),
        panel=panel_of,
        checks=checked("curated"),
        code=code("build_training"),
    output:
        **{
            {"training_costs": "training_costs_table"}.get(name, name): update(
                f"results/{{study}}/tables/{name}.csv"
            )
            for name in TRAINING_TABLES
        },
        parquet=update("results/{study}/training_estimates.parquet"),
    log:
        "logs/{study}/training.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_training.py"
