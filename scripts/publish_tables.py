"""Table 1 of the study, and who is within each threshold."""

import logging

from affordability import judgement, pipeline, publish, tables
from affordability.claims import thresholds
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, judged: judgement.Judgement, output) -> None:
    """Read costs, ratios and what models are, write two tables people read."""
    models = publish.table1_models(
        given["models"], given["model_figures"], given["costs"], given["serving_setups"]
    )
    within = thresholds.table(pipeline.evidence(study, given, judged))
    for frame, name, path in (
        (models, "table1_models", output.models),
        (within, "thresholds", output.thresholds),
    ):
        tables.check_frame(frame, name)
        tables.write_csv(frame, path)
    logging.info("%d models, %d thresholds and items", len(models), len(within))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    paths = snakemake.input
    judged = judgement.read(paths.corrections, paths.exclusions)
    main(Study(*snakemake.params.study), tables.Given(paths), judged, snakemake.output)
