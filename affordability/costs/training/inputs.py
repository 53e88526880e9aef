"""Training runs from the curated tables: what was disclosed, and what had to be assumed.

A run has chip-hours by one of three readings, first that can be had: as disclosed; accelerators ×
days × 24; FLOP ÷ (peak FLOP/s × utilisation × 3600). Whatever was assumed is named in `imputed`.
Method of Cottier et al. (2024), arXiv 2405.21015, with the exceptions in docs/training-costs.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from affordability.tables import InputError

HOURS_PER_DAY = 24
SECONDS_PER_HOUR = 3600
CONTRADICTION = 5  # FLOP and chip-hours may differ by this factor; beyond it one of them is wrong
OURS, COTTIER = "ours", "cottier"  # whose constants; most are the same
GUESSED = ("Likely", "Speculative", "Unknown")  # Epoch AI's words for what no developer disclosed
FIELDS = [
    "parameters", "active_parameters", "training_tokens", "training_flop", "training_flop_low",
    "training_flop_high", "accelerator_count", "accelerator_hours", "training_days", "mfu",
]  # fmt: skip

# The figures of a model that each reading of its chip-hours rests on, beside the accelerator.
RESTS_ON = {
    "disclosed": ["accelerator_hours"],
    "count_days": ["accelerator_count", "training_days"],
    "flop": ["training_flop", "mfu", "parameters", "active_parameters", "training_tokens"],
}


class NotComputed(InputError):
    """One model's cost cannot be computed; the message says why, and the others go on."""


@dataclass(frozen=True)
class Run:
    """A training run: disclosed figures, NaN where unknown; `imputed` names what was assumed."""

    model_id: str
    developer: str
    iso3: str
    release: date
    confidence: str
    accelerator_id: str = ""
    flop: float = float("nan")
    flop_range: tuple[float, float] | None = None
    peak_flops: float = float("nan")
    mfu: float = float("nan")
    own_mfu: bool = False
    count: float = float("nan")
    chip_hours: float = float("nan")
    reading: str = ""
    wall_hours: float = float("nan")
    start: date | None = None
    end: date | None = None
    imputed: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    doubted: bool = False  # whether a figure its chip-hours rest on was not re-read

    @property
    def family(self) -> str:
        """The chip family: a100, v100, h100, tpu-v4 ..."""
        return family(self.accelerator_id)

    @property
    def tpu(self) -> bool:
        """Whether it ran on Google's chips, which are not sold."""
        return self.accelerator_id.startswith("tpu")

    @property
    def third_party(self) -> bool:
        """Whether its figures are guesses of third parties."""
        return self.confidence in GUESSED

    def assume(self, *words: str, **changes) -> Run:
        """Return the run with changes, and with what was assumed for them added to its names."""
        return replace(self, imputed=(*self.imputed, *words), **changes)


class Constants:
    """Rows of `training_constants` by id: those of both sets, and those of one by name."""

    def __init__(self, table: pd.DataFrame, chosen: str = OURS):
        table = table[table["constant_set"].isin(["both", chosen])]
        self.rows = {row["constant_id"]: row for row in table.to_dict("records")}

    def row(self, *ids: str) -> dict:
        """Return the first of several constants that there is, e.g. of a family, else of others."""
        for name in ids:
            if name in self.rows:
                return self.rows[name]
        raise InputError(
            f"training_constants, column constant_id: found none of {', '.join(ids)}, expected one"
        )

    def __call__(self, *ids: str) -> float:
        return float(self.row(*ids)["central"])


def family(accelerator_id: str) -> str:
    """Return the chip family of an id: `a100-80gb-sxm4` is `a100`, `tpu-v4` is itself."""
    return accelerator_id if accelerator_id.startswith("tpu") else accelerator_id.split("-")[0]


def check_figures(figures: pd.DataFrame, accelerators: pd.DataFrame) -> None:
    """Stop at a count, duration or price that is not above zero, and at an unknown accelerator."""
    for row in figures[figures["field"].isin(FIELDS)].itertuples():
        value = pd.to_numeric(row.value, errors="coerce")
        if not value > 0:
            raise InputError(
                f"model_figures, row {row.Index + 2}, column value: found {row.value!r} as "
                f"{row.field} of {row.model_id}, expected a number above 0"
            )
    named = figures[figures["field"] == "accelerator"]
    lost = named[~named["value"].isin(accelerators["accelerator_id"])]
    for row in lost.itertuples():
        raise InputError(
            f"model_figures, row {row.Index + 2}, column value: found accelerator {row.value!r} of "
            f"{row.model_id}, expected an accelerator_id of accelerators"
        )


def check_contradiction(run: Run, hours: float, figures: pd.DataFrame, mfu: float) -> None:
    """Stop if FLOP ÷ (peak × utilisation) and stated chip-hours differ more than fivefold."""
    by_flop = run.flop / (run.peak_flops * mfu * SECONDS_PER_HOUR)
    if not max(by_flop / hours, hours / by_flop) > CONTRADICTION:
        return  # also where one of them is unknown
    own = figures[figures["model_id"].eq(run.model_id)]
    field = "accelerator_hours" if run.reading == "disclosed" else "accelerator_count"
    row = own.index[own["field"] == field][0] + 2
    raise InputError(
        f"model_figures, row {row}, column value: found {hours:.3g} chip-hours of {run.model_id} "
        f"where its FLOP mean {by_flop:.3g}, expected the two within a factor {CONTRADICTION}"
    )


def wide_figures(figures: pd.DataFrame) -> pd.DataFrame:
    """Return figures with a row a model and a numeric column a field; NaN where not disclosed."""
    numbers = figures[figures["field"].isin(FIELDS)]
    wide = numbers.assign(value=pd.to_numeric(numbers["value"]))
    wide = wide.pivot(index="model_id", columns="field", values="value").reindex(columns=FIELDS)
    wide["accelerator"] = figures[figures["field"] == "accelerator"].set_index("model_id")["value"]
    return wide


def runs(tables: dict[str, pd.DataFrame], constants: Constants) -> tuple[list[Run], list[tuple]]:
    """Return every reading of every model's run, first reading first, and what cannot be read.

    Args:
        tables: models, model_figures, accelerators, training_dates by name.
        constants: the constants of the method.

    Returns:
        Runs; and (model_id, reason) of the models whose chip-hours nothing tells.

    Raises:
        InputError: a count of zero or less, an unknown accelerator, FLOP against chip-hours.
    """
    figures = tables["model_figures"]
    check_figures(figures, tables["accelerators"])
    wide = wide_figures(figures)
    usual = usual_accelerators(tables["models"], wide)
    unread = figures[figures["status"].eq("unverified")]
    unread = set(zip(unread["model_id"], unread["field"], strict=True))
    found, lost = [], []
    for model in tables["models"].to_dict("records"):
        try:
            stated = wide.loc[model["model_id"]] if model["model_id"] in wide.index else None
            run = disclosed(model, stated, tables, usual, constants)
            each = readings(run, stated, figures, constants)
            found += [replace(one, doubted=doubted(one, stated, unread)) for one in each]
        except NotComputed as reason:
            lost.append((model["model_id"], str(reason)))
    return found, lost


def disclosed(model: dict, stated, tables: dict, usual: dict, constants: Constants) -> Run:
    """Return a model's run without chip-hours: accelerator, operations, dates, sources."""
    if stated is None:
        raise NotComputed("neither hardware nor operations disclosed")
    figures = tables["model_figures"]
    own = figures[figures["model_id"] == model["model_id"]]
    run = Run(
        model_id=model["model_id"],
        developer=model["developer"],
        iso3=model["developer_iso3"],
        release=date.fromisoformat(model["release_date"]),
        confidence=model["confidence"],
        count=stated["accelerator_count"],
        sources=tuple(own["source_id"]),
    )
    run = with_accelerator(run, stated, tables["accelerators"], usual)
    run = with_operations(run, stated, constants)
    return with_dates(run, stated, tables["training_dates"], constants)


def usual_accelerators(models: pd.DataFrame, wide: pd.DataFrame) -> dict[tuple[int, bool], str]:
    """Return the accelerator most models of a year name, by year and whether it is a TPU."""
    named = models.merge(wide["accelerator"].dropna(), left_on="model_id", right_index=True)
    keys = [named["release_date"].str[:4].astype(int), named["accelerator"].str.startswith("tpu")]
    return {key: chips.mode().iloc[0] for key, chips in named["accelerator"].groupby(keys)}


def with_accelerator(run: Run, stated, accelerators: pd.DataFrame, usual: dict) -> Run:
    """Add accelerator and peak FLOP/s; assume that of the year, that of the family, if need be."""
    chip = stated["accelerator"]
    if pd.isna(chip):
        chip = usual.get((run.release.year, "google" in run.developer.lower()))
        if chip is None:
            raise NotComputed(f"no accelerator disclosed, nor usual in {run.release.year}")
        run = run.assume(f"accelerator: {chip}, the most common of {run.release.year}")
    peak = accelerators.set_index("accelerator_id")["peak_flops_16bit"]
    value = peak[chip]
    if pd.isna(value):
        value = peak[[family(chip) == family(other) for other in peak.index]].median()
        run = run.assume("peak FLOP/s: of the family") if pd.notna(value) else run
    return replace(run, accelerator_id=chip, peak_flops=value)


def with_operations(run: Run, stated, constants: Constants) -> Run:
    """Add FLOP (stated, else 6 × active parameters × tokens) and utilisation."""
    flop, words = stated["training_flop"], ()
    if pd.isna(flop):
        active = stated["active_parameters"]
        size = stated["parameters"] if pd.isna(active) else active
        flop = constants("flop-per-parameter-token") * size * stated["training_tokens"]
        words = ("FLOP: 6 × parameters × tokens",) if pd.notna(flop) else ()
    ends = (stated["training_flop_low"], stated["training_flop_high"])
    known = pd.notna(ends[0]) and pd.notna(ends[1]) and ends[0] < ends[1]
    own = pd.notna(stated["mfu"])
    return run.assume(
        *words,
        flop=flop,
        flop_range=ends if known else None,
        mfu=stated["mfu"] if own else constants("mfu"),
        own_mfu=own,
    )


def with_dates(run: Run, stated, dates: pd.DataFrame, constants: Constants) -> Run:
    """Add duration, and the start or the end of training where one is known."""
    known = dates[dates["model_id"] == run.model_id].set_index("event")["day"]
    hours = stated["training_days"] * HOURS_PER_DAY
    if pd.isna(hours):
        hours = stated["accelerator_hours"] / run.count
    if pd.isna(hours):
        hours = constants("training-hours")
        run = run if "start" in known else run.assume(f"training time: {hours:g} hours")
    day = {event: date.fromisoformat(known[event]) for event in known.index}
    return replace(run, wall_hours=hours, start=day.get("start"), end=day.get("end"))


def readings(run: Run, stated, figures: pd.DataFrame, constants: Constants) -> list[Run]:
    """Return the run once a reading of its chip-hours; both where two statements differ."""
    counted = run.count * stated["training_days"] * HOURS_PER_DAY
    told = [("disclosed", stated["accelerator_hours"]), ("count_days", counted)]
    found = [replace(run, reading=name, chip_hours=hours) for name, hours in told if hours > 0]
    for each in found:
        check_contradiction(each, each.chip_hours, figures, each.mfu)
    if len(found) == 2 and abs(found[0].chip_hours / found[1].chip_hours - 1) < 0.001:
        return found[:1]
    if found:
        return found
    hours = run.flop / (run.peak_flops * run.mfu * SECONDS_PER_HOUR)
    if pd.isna(hours):
        raise NotComputed("neither chip-hours, nor count and days, nor FLOP and peak speed known")
    how = f"chip-hours: FLOP / (peak × MFU {run.mfu:g})"
    return [run.assume(how, reading="flop", chip_hours=hours)]


def doubted(run: Run, stated, unread: set[tuple[str, str]]) -> bool:
    """Return whether a figure that a reading of a run rests on was not re-read.

    `unread` are model and field of the figures that were not.
    """
    used = {"accelerator", *RESTS_ON[run.reading]}
    if run.reading == "flop" and pd.notna(stated["training_flop"]):
        used -= {"parameters", "active_parameters", "training_tokens"}
    return any((run.model_id, field) in unread for field in used)
