"""The whole run for machines: the workflow beside its results, and the RO-Crate over both."""

import logging
from pathlib import Path

from affordability import crate, tables
from affordability.study import Study
from scripts.log import start_log


def main(
    studies: dict[str, Study], made: dict[str, str], workflow: list[str], crate_file: Path
) -> None:
    """Copy the workflow's files as they ran, describe all there is, write."""
    results = crate_file.parent
    copies = [f"run/{name}" for name in workflow]
    for name, copy in zip(workflow, copies, strict=True):
        tables.write_text(Path(name).read_text(encoding="utf-8"), results / copy)
    project = crate.project(Path("CITATION.cff"), Path("requirements.lock"))
    described = crate.describe(results, made, copies, studies, project)
    tables.write_json(described, crate_file)
    logging.info("%s, %d entities", crate_file.as_posix(), len(described["@graph"]))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        {name: Study(name, choices) for name, choices in snakemake.params.studies.items()},
        snakemake.params.made,
        snakemake.params.workflow,
        Path(snakemake.output.crate),
    )
