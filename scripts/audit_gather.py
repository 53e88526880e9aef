"""All specifications in one table, what decides them, and what that says of each claim."""

import logging
from pathlib import Path

import pandas as pd

from affordability import tables
from affordability.audit import store
from affordability.audit.steps import Audit
from affordability.figures import curve, style
from affordability.study import Study
from scripts.audit_part import declared
from scripts.log import start_log

TABLES = ["audit_summary", "audit_effects", "audit_readings", "audit_leave_one_out"]


def main(
    audit: Audit, studies: list[Study], costs: list[str], parts: list[str], folder: Path
) -> None:
    """Read the parts space by space, write tables and figures."""
    found, own = {name: [] for name in TABLES}, {study.name: study for study in studies}
    known = {name: pd.read_parquet(path) for name, path in zip(own, costs, strict=True)}
    headlines = {name: table[table["headline"]] for name, table in known.items()}
    style.use()

    def spaces():
        for space in audit.spaces:
            frame = store.read(parts, space.id)
            told = audit.gather(space, frame, own, headlines)
            for name, table in told.items():
                found[name] += [] if table is None else [table]
            drawn = curve.draw_frame(space, frame, told["audit_effects"])
            sheet = curve.figure(space, drawn, told["audit_effects"])
            caption = curve.caption_text(space, told["audit_summary"])
            note = curve.rests_on(space, told["audit_summary"], audit.declared["people"])
            style.save_figure(sheet, folder / "figures" / space.id, drawn, caption, note)
            logging.info("%s: %s", space.id, told["audit_readings"]["short"].iloc[0])
            yield frame

    rows = store.write(spaces(), folder / "specifications.parquet")
    for name, frames in found.items():
        table = pd.concat(frames or [pd.DataFrame(columns=tables.columns(name))], ignore_index=True)
        tables.write_table(table, name, folder / f"{name.removeprefix('audit_')}.csv")
    logging.info("%d specifications of %d spaces", rows, len(audit.spaces))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = snakemake.params
    main(
        declared(snakemake.input, given.strict, given.size),
        [Study(*study) for study in given.studies.items()],
        snakemake.input.costs,
        list(snakemake.input.parts),
        Path(snakemake.output.specifications).parent,
    )
