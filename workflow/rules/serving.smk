"""Serving: needs the curated tables, gives computed costs of serving, owning and tuning."""

from affordability.costs import owning
from affordability.costs.serving import estimates as serving

SERVING_TABLES = ["serving_costs", "serving_comparison", "serving_candidates", "own_or_rent"]
SERVING_TABLES += ["fine_tuning", "serving_check"]


rule serving:
    """Memory, accelerators, US$ a day and per million tokens beside API prices; own or rent."""
    input:
        **curated(*sorted({*serving.TABLES, *owning.TABLES})),
        checks=checked("curated"),
        code=code("build_serving"),
    output:
        **{table: update(f"results/{{study}}/tables/{table}.csv") for table in SERVING_TABLES},
        detail=update("results/{study}/serving_detail.parquet"),
    log:
        "logs/{study}/serving.log",
    params:
        study=chosen,
    conda:
        "../../environment.yml"
    script:
        "../../scripts/build_serving.py"
