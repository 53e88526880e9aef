"""What training costs by three methods, how uncertain that is, and how the bar moves."""

import logging

import pandas as pd

from affordability import tables
from affordability.checks import study_vintages
from affordability.costs.training import carbon, trends
from affordability.costs.training import estimates as training
from scripts.log import start_log


def main(study: dict, panel: str, output) -> None:
    """Read the curated tables, compute, write tables for people and one for the next steps."""
    settings = training.SETTINGS | study.get("training", {})
    curated = study_vintages(study)["curated"]
    known = {name: curated.read(name) for name in training.CURATED}
    computed, uncertainty, missing = training.compute(known, settings)
    both = training.costs_table(computed, known["training_costs"])
    age = study["year_rules"]["default"]["max_age_years"]
    bar = trends.bar_table(computed, pd.read_parquet(panel), age)
    growth = trends.growth_table(computed, known["models"], settings)
    tables.write_table(computed, "training_estimates", output.estimates, output.parquet)
    tables.write_table(both, "training_costs_table", output.costs)
    tables.write_table(uncertainty, "training_uncertainty", output.uncertainty)
    tables.write_table(missing, "training_missing", output.missing)
    emissions = carbon.carbon_table(known, settings)
    tables.write_table(emissions, "training_carbon", output.carbon)
    tables.write_table(growth, "training_growth", output.growth)
    tables.write_table(bar, "training_bar", output.bar)
    models = computed["model_id"].nunique()
    logging.info("%d estimates of %d models; %d not computed", len(computed), models, len(missing))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input.panel, snakemake.output)
