"""What serving, owning and fine-tuning cost, computed from sizes, hardware and dated prices."""

import logging

import pandas as pd

from affordability import tables
from affordability.costs import owning, tuning
from affordability.costs.serving import estimates, roofline
from affordability.study import Study
from scripts.log import start_log

STATED_A_DAY = 900  # LLeMpower, arXiv 2404.09356: serving GPT-4 costs "about $900 a day"


def main(study: Study, given: tables.Given, output) -> None:
    """Compute, write five tables for people and one for the next steps."""
    month, setups = study.price_month, given["serving_setups"]
    detail = estimates.build(given, month)
    named = estimates.named(setups, study.headline["estimates"])
    share = roofline.constants(given["serving_constants"])["input_share"][1]
    names = dict(zip(given["models"]["model_id"], given["models"]["name"], strict=True))
    beside = estimates.compared(detail, given["token_prices"], names, month, share)
    owned, unpriced = owning.own_or_rent(given, month)
    made = {
        "serving_costs": pd.concat([detail[list(named)], named], ignore_index=True),
        "serving_comparison": beside,
        "own_or_rent": owned,
        "fine_tuning": tuning.fine_tuning(given, month),
    }
    for name, table in made.items():
        tables.write_table(table, name, getattr(output, name))
    nearest = estimates.candidates(setups, STATED_A_DAY)
    tables.check_frame(nearest, "serving_candidates")
    tables.write_csv(nearest, output.serving_candidates)
    tables.write_parquet(detail, output.detail)
    for system, why in unpriced.items():
        logging.info("own or rent: %s left out, %s", system, why)
    logging.info("%d computed costs of %d models", len(detail), detail["model_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
