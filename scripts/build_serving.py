"""What serving, owning and fine-tuning cost, computed from sizes, hardware and dated prices."""

import logging
from pathlib import Path

import pandas as pd

from affordability import tables
from affordability.checks import study_vintages
from affordability.costs import owning as buying
from affordability.costs.serving import estimates as serving
from affordability.costs.serving import roofline
from affordability.figures import serving_costs, style
from scripts.log import start_log

STATED_A_DAY = 900  # LLeMpower, arXiv 2404.09356: serving GPT-4 costs "about $900 a day"


def main(study: dict, output) -> None:
    """Read the curated tables, compute, write five tables and a figure."""
    vintage = study_vintages(study)["curated"]
    needed = {*serving.TABLES, *buying.TABLES}
    curated = {name: vintage.read(name) for name in sorted(needed)}
    month, setups = study["price_month"], curated["serving_setups"]
    detail = serving.build(curated, month)
    named = serving.named(setups, study["headline"]["estimates"])
    costs = pd.concat([detail[list(named)], named], ignore_index=True)
    share = roofline.constants(curated["serving_constants"])["input_share"][1]
    names = dict(zip(curated["models"]["model_id"], curated["models"]["name"], strict=True))
    beside = serving.compared(detail, curated["token_prices"], names, month, share)
    tables.write_parquet(detail, output.detail)
    tables.write_table(costs, "serving_costs", output.costs)
    tables.write_table(beside, "serving_comparison", output.comparison)
    candidates = serving.candidates(setups, STATED_A_DAY)
    tables.check_frame(candidates, "serving_candidates")
    tables.write_csv(candidates, output.candidates)
    tables.write_table(buying.own_or_rent(curated, month), "own_or_rent", output.own_or_rent)
    tables.write_table(buying.fine_tuning(curated, month), "fine_tuning", output.fine_tuning)
    draw(beside, study, Path(output.figure[0]))
    logging.info("%d computed costs of %d models", len(detail), detail["model_id"].nunique())


def draw(beside: pd.DataFrame, study: dict, path: Path) -> None:
    """Draw computed cost and API price of the models that have one, and of the study's items."""
    style.use()
    frame = serving_costs.draw_frame(beside, study["items"].get("serve", []))
    text = serving_costs.caption_text(frame, study)
    style.save_figure(serving_costs.figure(frame), path.with_suffix(""), frame, text)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.output)
