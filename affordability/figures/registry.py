"""The four figures of a study: nations, organisations, individuals, languages.

Each module has `draw_frame` (tables -> exactly what is drawn), `plot` (frame, axis -> axis),
`figure` and `caption_text`. `draw_all` draws them in one go, since imports cost more than drawing.
"""

from pathlib import Path

import pandas as pd

from affordability.figures import individuals, languages, nations, organisations, style
from affordability.figures.captions import caption

STEMS = ["nations", "organisations", "individuals", "languages"]


def draw_all(
    ratios: pd.DataFrame,
    resources: pd.DataFrame,
    economies: pd.DataFrame,
    budgets: pd.DataFrame,
    official: pd.DataFrame,
    accuracy: pd.DataFrame,
    study: dict,
    out_dir: Path | str,
) -> list[Path]:
    """Draw every figure of a study into `out_dir`; the files written, four a figure.

    `budgets` is the curated table `organisations`, `official` and `accuracy` are the tables
    `official_languages` and `language_accuracy`; `study` is one study of `config.studies`. A figure
    without any data is drawn as a sheet that says so.
    """
    style.use()
    limits = study["thresholds"]
    nation = nations.draw_frame(ratios, economies, limits)
    organisation = organisations.draw_frame(ratios, resources, budgets)
    person = individuals.draw_frame(ratios, economies)
    language = languages.draw_frame(resources, official, accuracy)
    drawings = {
        "nations": (nation, nations, (), (limits, study)),
        "organisations": (organisation, organisations, (limits,), (limits, study)),
        "individuals": (person, individuals, (limits,), (limits, study)),
        "languages": (language, languages, (), (study,)),
    }
    files: list[Path] = []
    for stem in STEMS:
        frame, module, for_figure, for_caption = drawings[stem]
        if frame.empty:
            fig, text = _nothing(stem, study)
        else:
            fig = module.figure(frame, *for_figure)
            text = module.caption_text(frame, *for_caption)
        files += style.save_figure(fig, Path(out_dir) / stem, frame, text)
    return files


def _nothing(stem: str, study: dict) -> tuple:
    """A sheet and a caption for a figure that has nothing to draw."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 2))
    fig.text(0.5, 0.5, f"{stem}: no data in this study", ha="center", va="center")
    return fig, caption(f"Nothing to draw for {stem}", "none", "0", "none", "none", study)
