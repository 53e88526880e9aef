"""The page over all studies."""

import logging
from pathlib import Path

from affordability import tables
from affordability.page import audit as audit_page
from affordability.page import changes as diff_page
from affordability.page import document
from affordability.study import Study
from affordability.vintages import RAW
from scripts.log import start_log


def main(studies: list[Study], diffs: list[str], output: str) -> None:
    """Gather studies and frozen folders, render, write."""
    shown = [
        {**study.choices, "name": study.name, "folder": f"results/{study.name}"}
        for study in studies
    ]
    changes = [diff_page.read(Path("results/diff") / pair, studies) for pair in diffs]
    known = names(studies)
    audit = audit_page.read(Path("results/audit"), known)
    page = document.render(shown, document.read_packages(RAW, shown), known, changes, audit)
    tables.write_text(page, output)
    logging.info("%s, %d kB", Path(output), len(page) // 1000)


def names(studies: list[Study]) -> dict[str, str]:
    """Return names of economies, organisations and languages by id."""
    found = {}
    for study in studies:
        for source, table, key in (
            ("curated", "language_accuracy", "language"),
            ("curated", "organisations", "org_id"),
            ("world_bank", "economies", "iso3"),
        ):
            rows = study.vintage(source).read(table)
            found |= dict(zip(rows[key], rows["name"], strict=True))
    return found


if __name__ == "__main__":
    start_log(snakemake.log[0])
    studies = [Study(*given) for given in snakemake.params.studies.items()]
    main(studies, snakemake.params.diffs, snakemake.output.page)
