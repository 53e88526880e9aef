"""The page over all studies."""

import logging
from pathlib import Path

from affordability import tables
from affordability.checks import study_vintages
from affordability.page import audit as audit_page
from affordability.page import changes as diff_page
from affordability.page import document as report
from affordability.study import RAW
from scripts.log import start_log


def main(studies: dict[str, dict], diffs: list[str], output: str) -> None:
    """Gather studies and frozen folders, render, write."""
    shown = [{**study, "folder": f"results/{name}"} for name, study in studies.items()]
    changes = [diff_page.read(Path("results/diff") / pair, shown) for pair in diffs]
    known = names(studies)
    audit = audit_page.read(Path("results/audit"), known)
    page = report.render(shown, report.read_packages(RAW, shown), known, changes, audit)
    tables.write_text(page, output)
    logging.info("%s, %d kB", Path(output), len(page) // 1000)


def names(studies: dict[str, dict]) -> dict[str, str]:
    """Return names of economies, organisations and languages by id."""
    found = {}
    for study in studies.values():
        vintages = study_vintages(study)
        for source, table, key in (
            ("curated", "language_accuracy", "language"),
            ("curated", "organisations", "org_id"),
            ("world_bank", "economies", "iso3"),
        ):
            rows = vintages[source].read(table)
            found |= dict(zip(rows[key], rows["name"], strict=True))
    return found


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.studies, snakemake.params.diffs, snakemake.output.page)
