"""What training costs by three methods, how uncertain that is, and how the bar moves."""

import logging

from affordability import tables
from affordability.costs.training import carbon, estimates, programme, trends
from affordability.known import Known
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, output) -> None:
    """Compute, write tables for people and one for the next steps."""
    given = Known(given, study.known_by)
    settings = estimates.SETTINGS | study.choices.get("training", {})
    computed, uncertainty, missing = estimates.compute(given, settings)
    age = study.rule("rd_expenditure")["max_age_years"]
    made = {
        "training_estimates": computed,
        "training_costs_table": estimates.costs_table(computed, given["training_costs"]),
        "training_uncertainty": uncertainty,
        "training_missing": missing,
        "training_carbon": carbon.carbon_table(given, settings),
        "training_growth": trends.growth_table(computed, given, settings),
        "programme_cost": programme.programme_cost(
            given["lab_finances"], given["lab_staff"], given["models"], computed
        ),
        "training_bar": trends.bar_table(computed, given["panel"], age, study.least_reported),
    }
    for name, table in made.items():
        tables.write_table(table, name, getattr(output, name))
    tables.write_table(computed, "training_estimates", output.parquet)
    models = computed["model_id"].nunique()
    logging.info("%d estimates of %d models; %d not computed", len(computed), models, len(missing))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
