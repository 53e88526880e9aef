"""One look for every figure, and files that are byte-equal from run to run.

Income groups are told apart twice: by a colour of the Okabe-Ito palette, which colour-blind readers
can distinguish, and by the shape of the marker. Nothing here reads a clock, a locale or a font
that does not ship with matplotlib.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import pandas as pd

from affordability.figures.captions import caption
from affordability.tables import replacing, write_csv, write_text

matplotlib.use("Agg")

INK = "#222222"
FAINT = "#8a8a8a"
GRID = "#e3e3e3"
# Okabe, Ito (2008): Color Universal Design, jfly.uni-koeln.de/color
BLUE, GREEN, ORANGE, VERMILION, PURPLE, SKY = (
    "#0072B2",
    "#009E73",
    "#E69F00",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
)

PURPLE_DARK = "#9B3D7A"  # the palette's purple, darker: it has to carry thin lines

NOT_CLASSIFIED = "Not classified"
# World Bank income groups, richest first: colour, then marker.
INCOME_GROUPS = {
    "High income": (BLUE, "o"),
    "Upper middle income": (GREEN, "s"),
    "Lower middle income": (ORANGE, "^"),
    "Low income": (VERMILION, "D"),
    NOT_CLASSIFIED: (FAINT, "X"),
}

SUFFIXES = (".svg", ".png", ".csv", ".caption.txt")
PNG_DPI = 125  # 8.8 inches wide is 1,100 pixels: a page's width, still legible when shrunk
WIDTH_INCHES = 8.8

RC = {
    "svg.hashsalt": "llempower",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 9.0,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": False,
    "axes.formatter.use_locale": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.major.size": 3,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    # One resolution and no hinting: the layout is settled with the widths that are then drawn.
    "figure.dpi": PNG_DPI,
    "text.hinting": "none",
    "text.parse_math": False,  # a name such as A$AP & B$C is a name
    "savefig.dpi": PNG_DPI,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.08,
    "figure.constrained_layout.h_pad": 0.08,
    "lines.linewidth": 1.6,
}


@dataclass(frozen=True)
class Drawn:
    """A drawing, the table of exactly what is drawn, and its caption."""

    figure: object
    frame: pd.DataFrame
    caption: str


def use() -> None:
    """Set the look for every figure drawn after this call; earlier settings are forgotten."""
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(RC)


def income_group(level: object) -> str:
    """The income group as drawn; blank or unknown levels are "Not classified"."""
    return level if isinstance(level, str) and level in INCOME_GROUPS else NOT_CLASSIFIED


def number(value: float, digits: int = 2) -> str:
    """A number with `digits` significant digits, thousands separated: 0.0108 -> 0.011."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{round(value, places):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float, digits: int = 2) -> str:
    """A share as a short label, 0.000108 -> 0.011 %; `words.percent` is for sentences."""
    return f"{number(share * 100, digits)} %"


def nothing(stem: str, frame: pd.DataFrame, study) -> Drawn:
    """A sheet and a caption for a figure that has nothing to draw."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(WIDTH_INCHES, 2))
    fig.text(0.5, 0.5, f"{stem}: no data in this study", ha="center", va="center")
    blank = dict.fromkeys(["unit", "years", "threshold"], "none")
    return Drawn(
        fig, frame, caption(what=f"Nothing to draw for {stem}", n="0", study=study, **blank)
    )


def settle(fig) -> None:
    """Find the final layout once and keep it: labels are placed in it, and saving is faster.

    Places are rounded to a millionth of the sheet: axes that share an axis are laid out in an order
    that differs from run to run, and so are the last bits of where they come to stand.
    """
    fig.draw_without_rendering()
    fig.set_layout_engine("none")
    for ax in fig.axes:
        ax.set_position([round(edge, 6) for edge in ax.get_position().bounds])


def titles(ax, title: str, below: str) -> None:
    """A bold title with a plain second line."""
    ax.set_title(title, pad=17)
    ax.annotate(below, (0, 1), (0, 5), xycoords="axes fraction", textcoords="offset points")


def percent_axis(axis, ticks: int = 6) -> None:
    """At most `ticks` ticks at powers of ten, written in per cent."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis.set_major_locator(LogLocator(base=10, numticks=ticks))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda share, _: percent(share, 1)))


NOTE_INCHES = 0.24  # below the sheet, for what a figure rests on


def save_figure(fig, stem: Path, frame, caption: str, rests_on: str) -> list[Path]:
    """Write `stem`.svg, .png, .csv (exactly what is drawn) and .caption.txt; the files written.

    `rests_on` is a line below the drawing, for who meets it alone: study, vintage, price month. A
    legend of the whole figure stands on top, since at the bottom it would move into that line. The
    SVG carries no date and the PNG no software line, so equal input gives equal bytes.
    """
    from matplotlib.transforms import Bbox

    width, height = fig.get_size_inches()
    fig.text(0.1 / width, -0.05 / height, rests_on, fontsize=7, color=FAINT, va="top")
    sheet = Bbox.from_extents(0, -NOTE_INCHES, width, height)
    files = {suffix: stem.with_name(stem.name + suffix) for suffix in SUFFIXES}
    plain = {"Date": None, "Creator": None, "Format": None, "Type": None}
    with replacing(files[".svg"]) as temporary:
        fig.savefig(temporary, format="svg", bbox_inches=sheet, metadata=plain)
    with replacing(files[".png"]) as temporary:
        fig.savefig(temporary, format="png", bbox_inches=sheet, metadata={"Software": None})
    write_csv(frame, files[".csv"])
    write_text(caption.strip() + "\n", files[".caption.txt"])
    return list(files.values())
