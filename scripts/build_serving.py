"""What serving, owning and fine-tuning cost, computed from sizes, hardware and dated prices."""

import logging
from collections import Counter

import pandas as pd

from affordability import tables
from affordability.costs import owning, tuning
from affordability.costs.serving import check, estimates, rental
from affordability.known import Known
from affordability.study import Study
from scripts.log import start_log

EVER = "9999-12"
STATED_A_DAY = 900  # LLeMpower, arXiv 2404.09356: serving GPT-4 costs "about $900 a day"


def main(study: Study, given: tables.Given, output) -> None:
    """Compute, write tables for people and one for the next steps."""
    ever, given = given, Known(given, study.known_by)
    month, setups, choices = study.price_month, given["serving_setups"], study.serving
    known = estimates.constants(given["serving_constants"], choices)
    measured, unmeasured = check.serving_check(ever, estimates.models(ever, EVER), known)
    detail = estimates.build(given, month, choices, check.intervals(measured))
    named = estimates.named(setups, study.headline["estimates"], given["model_figures"])
    names = dict(zip(given["models"]["model_id"], given["models"]["name"], strict=True))
    share = known["input_share"][1]
    sold = rental.on_sale(given["token_prices"], given["withdrawals"], month)
    owned, unowned = owning.own_or_rent(given, month)
    made = {
        "serving_costs": pd.concat([detail[list(named)], named], ignore_index=True),
        "serving_comparison": estimates.compared(detail, sold, names, month, share),
        "serving_check": measured,
        "own_or_rent": owned,
        "fine_tuning": tuning.fine_tuning(given, month),
        "serving_candidates": estimates.candidates(setups, STATED_A_DAY),
    }
    for name, table in made.items():
        tables.write_table(table, name, getattr(output, name))
    tables.write_parquet(detail, output.detail)
    lost = {**unmeasured, **unowned, **estimates.priced(given, month)[1]}
    for why, count in Counter(lost.values()).most_common():
        logging.info("%d left out: %s", count, why)
    models, runs = detail["model_id"].nunique(), len(measured)
    logging.info("%d costs of %d models; %d measured runs", len(detail), models, runs)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
