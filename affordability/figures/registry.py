"""All figures of a study, in one list: the workflow, the page and the drawing read it.

A figure's module has `draw_frame` (tables -> exactly what is drawn), `plot` (frame, axis -> axis),
`figure` and `caption_text`; its entry here names the function that puts them together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pandas as pd

from affordability.study import Study


@dataclass(frozen=True)
class Figure:
    """A figure: its title, and the function (tables, study) -> `style.Drawn` that draws it."""

    title: str
    module: str
    function: str = "draw"


FIGURES = {
    "nations": Figure("Nations", "nations"),
    "organisations": Figure("Organisations", "organisations"),
    "individuals": Figure("Individuals", "individuals"),
    "languages": Figure("Languages", "languages"),
    "training_costs": Figure(
        "What training costs, published and computed", "training", "draw_costs"
    ),
    "training_growth": Figure("How the cost of training grows", "training", "draw_growth"),
    "training_bar": Figure("How the bar moves", "training", "draw_bar"),
    "serving_costs": Figure(
        "What serving costs, computed, and what is asked for it", "serving_costs"
    ),
    "own_rent_call": Figure("Own, rent or call", "choice", "draw_ways"),
    "capability_price": Figure("How the price of a capability moves", "choice", "draw_capability"),
}


# Figures of a study that asks about people.
PEOPLE = {
    "price_map": Figure("What a plan costs there", "prices_there"),
    "headcount": Figure("Who can pay", "people", "draw_headcount"),
    "quintiles": Figure("What each fifth of the people pays", "people", "draw_quintiles"),
    "burden_by_income": Figure(
        "What a plan is to the average person", "local_prices", "draw_burden"
    ),
    "local_prices": Figure("Whether prices follow incomes", "local_prices", "draw_prices"),
    "language_price": Figure("The price of the same text", "language_price"),
    "usage": Figure("Who uses it", "usage"),
}


def draw_all(
    given: Mapping[str, pd.DataFrame],
    study: Study,
    folder: Path | str,
    figures: Mapping[str, Figure] | None = None,
) -> list[Path]:
    """Draw every figure of a study into `folder`, in one go, since imports cost more than drawing.

    Args:
        given: the tables figures are drawn from, by name. A figure without any data is drawn as a
            sheet that says so.
        figures: which; `FIGURES` unless said otherwise.

    Returns:
        the files written, four a figure.
    """
    from affordability.figures import style  # late: the list alone needs no matplotlib
    from affordability.figures.captions import rests_on

    style.use()
    files: list[Path] = []
    for stem, entry in (FIGURES if figures is None else figures).items():
        module = import_module(f"affordability.figures.{entry.module}")
        drawn = getattr(module, entry.function)(given, study)
        files += style.save_figure(
            drawn.figure, Path(folder) / stem, drawn.frame, drawn.caption, rests_on(study)
        )
    return files
