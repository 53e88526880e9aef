"""What changed between two vintages, and what that does to every study's ratios and claims."""

import logging
from pathlib import Path

import pandas as pd

from affordability import judgement as corrections
from affordability import pipeline as evidence
from affordability import tables
from affordability.checks import study_vintages
from affordability.claims import query as claims
from affordability.diff import study as readings
from affordability.diff import values as diff
from affordability.diff.exchange import exchanged
from affordability.figures import revisions
from affordability.page import changes as page
from affordability.study import RAW
from scripts.log import start_log


def main(studies: dict[str, dict], old: str, new: str, given, output) -> None:
    """Read both sides of each study, compare, write, draw the last study's resources."""
    judgement = corrections.read(given.corrections, given.exclusions)
    asked, parts = claims.load(Path(given.claims)), []
    for study, costs, carbon in zip(studies.values(), given.costs, given.carbon, strict=True):
        pair = [exchanged(study, version, RAW) for version in (old, new)]
        same = pd.read_parquet(costs), tables.read_table(carbon, "training_carbon"), judgement
        sides = [evidence.anew(each, *same) for each in pair]
        names = {a.actor_id: a.name for side in sides for a in side.actors.itertuples(index=False)}
        parts.append(readings.compare(*sides, asked, names))
    vintages = [study_vintages(each) for each in pair]
    parts += diff.of_vintages(vintages, [side.panel for side in sides], names)
    economies = [each["world_bank"].read("economies") for each in vintages]
    parts.append({"diff_income_levels": diff.income_levels(*economies)})
    found = {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in sorted({name for part in parts for name in part})
    }
    for name, table in found.items():
        tables.check_frame(table, name)
        tables.write_csv(table, getattr(output, name.removeprefix("diff_")))
    tables.write_json(page.numbers(found), output.numbers)
    revisions.draw(found, economies[1], study, (old, new), Path(output.svg).with_suffix(""))
    changed = found["diff_claims"]["changed"].ne("").sum()
    logging.info("%s to %s: %d answers to claims changed", old, new, changed)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.studies, *snakemake.params.pair, snakemake.input, snakemake.output)
