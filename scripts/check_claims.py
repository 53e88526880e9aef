"""Ask the tables what the study states, and say whether the numbers agree."""

import logging
from pathlib import Path

import pandas as pd

from affordability import judgement, pipeline, tables
from affordability.claims import query, verdict
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, judged: judgement.Judgement, output) -> None:
    """Gather the evidence, evaluate each claim, write the verdicts and the numbers."""
    asked = pipeline.evidence(study, given, judged)
    rows, numbers = [], {}
    for claim in query.load(Path(given.paths["claims"])):
        answered = verdict.evaluate(claim, asked)
        rows.append(answered.row)
        numbers |= answered.numbers
        logging.info("%-26s %s", claim["id"], answered.verdict)
    tables.write_csv(pd.DataFrame(rows, columns=tables.columns("claims")), output.claims)
    tables.write_json(numbers, output.numbers)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    paths = snakemake.input
    judged = judgement.read(paths.corrections, paths.exclusions)
    main(Study(*snakemake.params.study), tables.Given(paths), judged, snakemake.output)
