"""What changed between two vintages, and what that does to every study's ratios and claims."""

import logging
from pathlib import Path

import pandas as pd

from affordability import judgement, tables
from affordability.claims import query
from affordability.diff import judged, numbers, values
from affordability.diff import study as moved
from affordability.fetch.plan import read_series
from affordability.figures import revisions
from affordability.study import Study
from scripts.log import start_log


def main(studies: list[Study], old: str, new: str, given, output) -> None:
    """Take both sides of each study, compare, judge, write, draw the last study's resources."""
    judgements = judgement.read(given.corrections, given.exclusions)
    panels = tables.Given({Path(path).stem: path for path in given.panels})
    asked, parts, answers = query.load(Path(given.claims)), [], []
    for study, costs, carbon in zip(studies, given.costs, given.carbon, strict=True):
        built = tables.Given({"costs": costs, "training_carbon": carbon})
        pair = [study.exchanged(version) for version in (old, new)]
        sides = [moved.anew(s, {**built, "panel": panels[s.pair]}, judgements) for s in pair]
        names = sides[0].names | sides[1].names
        parts.append(moved.compare(*sides, asked, names))
        answers += judged.answers(asked, parts[-1]["diff_claims"], sides, names)
    longs, titles = values.read_sides(pair)
    both = [each.panel for each in sides]
    pairs = values.pairs(longs, both)
    parts += [values.counted(pairs[kind], kind, titles, names) for kind in pairs]
    economies = [each.vintage("world_bank").read("economies") for each in pair]
    parts.append({"diff_income_levels": values.income_levels(*economies)})
    found = {
        name: pd.concat([part[name] for part in parts if name in part], ignore_index=True)
        for name in sorted({name for part in parts for name in part})
    }
    for name, table in found.items():
        tables.check_frame(table, name)
        tables.write_csv(table, getattr(output, name.removeprefix("diff_")))
    tables.write_json(numbers.numbers(found), output.numbers)
    required = [s.indicator for s in read_series(Path(given.series)).values() if s.required]
    told = judged.Compared(
        pair, both, longs, pairs[values.PUBLISHED], found, answers, names, titles, required
    )
    tables.write_json(judged.judge(told), output.judged)
    revisions.draw(found, economies[1], study, (old, new), Path(output.svg).with_suffix(""))
    changed = found["diff_claims"]["changed"].ne("").sum()
    logging.info("%s to %s: %d answers to claims changed", old, new, changed)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    studies = [Study(*given) for given in snakemake.params.studies.items()]
    main(studies, *snakemake.params.pair, snakemake.input, snakemake.output)
