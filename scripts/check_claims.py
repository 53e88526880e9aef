"""Ask the tables what the study states, and say whether the numbers agree."""

import logging

import pandas as pd

from affordability import claims, costs, tables
from affordability.check import study_vintages
from scripts.log import start_log


def main(study: dict, inputs, output) -> None:
    """Gather the evidence, evaluate each claim, write the verdicts and the numbers."""
    vintages = study_vintages(study)
    curated, world_bank = vintages["curated"], vintages["world_bank"]
    economies = world_bank.read("economies")
    evidence = claims.Evidence(
        study=study,
        costs=pd.read_parquet(inputs.costs),
        panel=pd.read_parquet(inputs.panel),
        ratios=pd.read_parquet(inputs.ratios),
        memory=costs.memory(curated.read("model_figures"), curated.read("serving_setups")),
        languages=curated.read("language_accuracy"),
        actors=claims.actors(economies, curated.read("organisations")),
        economies=economies,
    )
    rows, numbers = [], {}
    for claim in claims.load(tables.Path(inputs.claims)):
        row, found = claims.evaluate(claim, evidence)
        rows.append(row)
        numbers |= found
        logging.info("%-26s %s", row["claim_id"], row["verdict"])
    tables.write_csv(pd.DataFrame(rows, columns=tables.columns("claims")), output.claims)
    tables.write_json(numbers, output.numbers)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input, snakemake.output)
