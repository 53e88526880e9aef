"""The whole run for machines: the workflow beside its results, and the RO-Crate over both."""

import logging
from pathlib import Path

from affordability import tables
from affordability.describe import crate, made
from affordability.study import Study
from scripts.log import start_log


def main(
    studies: list[Study], known: dict[str, dict], workflow: list[str], crate_file: Path
) -> None:
    """Copy the workflow's files as they ran, read Snakemake's record, describe all, write."""
    results = crate_file.parent
    copies = [f"run/{name}" for name in workflow]
    for name, copy in zip(workflow, copies, strict=True):
        tables.write_text(Path(name).read_text(encoding="utf-8"), results / copy)
    present = made.files(results, known)
    steps = made.steps(list(present))
    untold = sorted(set(present) - {name for step in steps for name in step.writes})
    if untold:
        logging.warning(
            "%d files, e.g. %s, have no record of the step that made them; "
            "make ARGS=--forceall makes them anew",
            len(untold),
            untold[0],
        )
    project = made.project(Path("CITATION.cff"), Path("requirements.lock"))
    described = crate.describe(results, present, steps, copies, studies, project)
    tables.write_json(described, crate_file)
    logging.info("%s, %d steps, %d files", crate_file.as_posix(), len(steps), len(present))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        [Study(name, choices) for name, choices in snakemake.params.studies.items()],
        snakemake.params.made,
        snakemake.params.workflow,
        Path(snakemake.output.crate),
    )
