"""Table 1 of the study, and who is within each threshold."""

import logging

import pandas as pd

from affordability import publish, tables
from affordability.checks import study_vintages
from affordability.claims import query as claims
from scripts.log import start_log


def main(study: dict, costs: str, ratios: str, output) -> None:
    """Read costs, ratios and what models are, write two tables people read."""
    vintages = study_vintages(study)
    curated = vintages["curated"]
    models = publish.table1_models(
        curated.read("models"),
        curated.read("model_figures"),
        pd.read_parquet(costs),
        curated.read("serving_setups"),
    )
    actors = claims.actors(vintages["world_bank"].read("economies"), curated.read("organisations"))
    within = publish.threshold_table(pd.read_parquet(ratios), study["thresholds"], actors)
    tables.write_csv(models, output.models)
    tables.write_csv(within, output.thresholds)
    logging.info("%d models, %d thresholds and items", len(models), len(within))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input.costs, snakemake.input.ratios, snakemake.output)
