"""People: what plans cost there, how many can pay, in which language, and who uses it."""

import logging

from affordability import judgement, tables, words
from affordability.known import Known
from affordability.people import build
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, judged: judgement.Judgement, output) -> None:
    """Judge the frozen tables as they were known, build every table on people, write."""
    given = Known(given, study.known_by)
    believed = {
        name: judgement.judged(given[name], name, study.vintages.get(source, ""), judged)
        for source, names in build.FROZEN.items()
        for name in names
    }
    believed |= {name: given[name] for name in build.DISTRIBUTIONS if name in given}
    choices, rule = study.choices["people"], study.rule("default")
    for name, table in build.build(believed, choices, rule, study.price_month).items():
        tables.write_table(table, name, getattr(output, name))
        logging.info("%s: %d rows", name, len(table))
    for table, rows in given.left_out().groupby("table"):
        named = words.listed(sorted(rows["id"]), 8)
        logging.info("%s: published after %s, left out: %s", table, study.known_by, named)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    paths = snakemake.input
    judged = judgement.read(paths.corrections, paths.exclusions)
    main(Study(*snakemake.params.study), tables.Given(paths), judged, snakemake.output)
