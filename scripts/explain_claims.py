"""Where the study's numbers come from: a page a claim, one of all costs, one of the thresholds."""

import logging
from pathlib import Path

from affordability import study as config
from affordability import tables
from affordability.claims import query as claims
from affordability.explain import answers, render
from affordability.explain.tree import disagreements
from affordability.page import document as report
from scripts.log import start_log

BACK = "../../index.html"


def main(study: dict, folder: Path) -> None:
    """Open the study's results, explain, write; pages of claims that are gone are removed."""
    book = answers.read_book(study, folder.parent)
    within = report.within_thresholds(folder.parent, study["items"])
    documents = {entry["id"]: None for entry in claims.load(config.CLAIMS)}
    documents = {name: answers.claim(book, name) for name in documents}
    documents["costs"] = answers.costs(book)
    documents["thresholds"] = answers.thresholds(book, within)
    for name, document in documents.items():
        lost = [step for tree in document.trees for step in disagreements(tree)]
        for step in lost:
            logging.warning("%s: the frozen rows give another number for %s", name, step.label)
        tables.write_text(render.html(document, BACK), folder / f"{name}.html")
    for page in folder.glob("*.html"):
        if page.stem not in documents:
            page.unlink()
    logging.info("%d pages in %s", len(documents), folder.as_posix())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, Path(snakemake.output[0]).parent)
