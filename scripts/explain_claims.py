"""Where the study's numbers come from: a page a claim, one of all costs, one of the thresholds."""

import logging
from pathlib import Path

from affordability import judgement, tables
from affordability.claims import query
from affordability.explain import answers, render
from affordability.explain.tree import disagreements
from affordability.page.study import within_thresholds
from affordability.study import Study
from scripts.log import start_log

BACK = "../../index.html"


def main(
    study: Study, given: tables.Given, judged: judgement.Judgement, claims: list, folder: Path
) -> None:
    """Open the study's results, explain, write; pages of claims that are gone are removed."""
    book = answers.read_book(study, given, judged)
    documents = {claim["id"]: answers.claim(book, claim) for claim in claims}
    documents["costs"] = answers.costs(book)
    shown = within_thresholds(folder.parent, study.items)
    documents["thresholds"] = answers.thresholds(book, shown)
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
    paths = snakemake.input
    judged = judgement.read(paths.corrections, paths.exclusions)
    claims = query.load(Path(paths.claims))
    folder = Path(snakemake.output[0]).parent
    main(Study(*snakemake.params.study), tables.Given(paths), judged, claims, folder)
