"""Ask the tables what the study states, and say whether the numbers agree."""

import logging

import pandas as pd

from affordability import pipeline as evidence
from affordability import tables
from affordability.claims import query as claims
from scripts.log import start_log


def main(study: dict, inputs, output) -> None:
    """Gather the evidence, evaluate each claim, write the verdicts and the numbers."""
    asked = evidence.read(study, inputs.costs, inputs.panel, inputs.ratios, inputs.carbon)
    rows, numbers = [], {}
    for claim in claims.load(tables.Path(inputs.claims)):
        row, found = claims.evaluate(claim, asked)
        rows.append(row)
        numbers |= found
        logging.info("%-26s %s", row["claim_id"], row["verdict"])
    tables.write_csv(pd.DataFrame(rows, columns=tables.columns("claims")), output.claims)
    tables.write_json(numbers, output.numbers)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input, snakemake.output)
