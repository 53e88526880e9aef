"""What a plan costs there: a map of the world, and all economies in order.

A price is that of the economy's own app store, tax included, over GNI per capita. That there is no
storefront, that the app is not offered, and that no income is known are told apart from each other
and from a price.
"""

import pandas as pd

from affordability.figures import outlines, style
from affordability.figures.captions import caption
from affordability.figures.dots import name_beside, plot_dots, with_names
from affordability.people.plans import plan_name
from affordability.study import Study

EDGES = [0, 0.01, 0.02, 0.05, 0.10, float("inf")]
NAMES = ["up to 1 %", "1 to 2 %", "2 to 5 %", "5 to 10 %", "over 10 %"]
COLOURS = ["#FDE7A9", "#F9B96F", "#EE7B51", "#B73779", "#4A1258"]  # light to dark, also in grey
NOT_OFFERED, NO_STOREFRONT, NO_PRICE = "app not offered", "no storefront", "no price or income"
WHY = {"app_not_offered": NOT_OFFERED, "no_local_storefront": NO_STOREFRONT}
LOOK = {
    **{name: {"fc": colour} for name, colour in zip(NAMES, COLOURS, strict=True)},
    NOT_OFFERED: {"fc": "#3F3F3F"},
    NO_STOREFRONT: {"fc": "#DDDDDD", "hatch": "/////"},
    NO_PRICE: {"fc": "#DDDDDD", "hatch": "xxxxx"},
}
MISSING = "#D5D5D5"  # a circle is too small to be hatched
COLUMNS = ["economy", "name", "income_group", "usd_per_month", "share", "status", "shown_as"]
NAMED = 3  # economies named at each end of the order


def draw(given, study: Study) -> style.Drawn:
    """The figure of a study's local plan."""
    plan = study.choices["people"]["local_plan"]
    frame = draw_frame(given["subscription_burden"], given["economies"], plan)
    shapes = outlines.read(given.paths["countries"])
    drawn = figure(frame, shapes, plan, study.vintages["app_store"])
    return style.Drawn(drawn, frame, caption_text(frame, study, plan))


def draw_frame(burden: pd.DataFrame, economies: pd.DataFrame, plan: str) -> pd.DataFrame:
    """What is drawn, a row an economy, dearest last: `shown_as` is the class it is drawn in."""
    rows = with_names(burden[burden["plan"] == plan], economies, "left")
    classes = pd.cut(rows["share"], EDGES, labels=NAMES).astype(object)
    why = rows["status"].map(WHY).fillna(NO_PRICE)
    rows["shown_as"] = classes.where(rows["share"].notna(), why)
    return rows[COLUMNS].sort_values(["share", "economy"], ignore_index=True)


def plot_map(frame: pd.DataFrame, shapes: dict, ax):
    """The map: outlines by class, circles where an outline is too small to see; returns `ax`."""
    from matplotlib.patches import PathPatch, Polygon

    world = Polygon(outlines.edge(), fc="none", ec=style.GRID, lw=0.6)
    ax.add_patch(world)
    classes = dict(zip(frame["economy"], frame["shown_as"], strict=True))
    for code, rings in sorted(shapes.items()):
        look = LOOK[classes[code]] if code in classes else {"fc": "white"}
        outline = PathPatch(outlines.path(rings), ec=style.FAINT, lw=0.25, **look)
        ax.add_artist(outline).set_clip_path(world)  # no patch: the ends are set below, not found
    for code, spot in sorted(outlines.circles(shapes, frame["economy"]).items()):
        face = LOOK[classes[code]]["fc"]
        hatched = "hatch" in LOOK[classes[code]]
        colour = MISSING if hatched else face
        ax.plot(*spot, "o", ms=3.4, color=colour, mec=style.FAINT, mew=0.5)
    ax.set_aspect("equal")
    ax.set_xlim(-2.72, 2.72)
    ax.set_ylim(-1.0, 1.33)
    ax.set_axis_off()
    return ax


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the economies with a price and an income, each with its `place`, cheapest first."""
    rows = frame[frame["share"].notna()].reset_index(drop=True)
    return rows.assign(place=rows.index)


def plot_order(frame: pd.DataFrame, ax):
    """Every economy with a price and an income, cheapest first; returns `ax`."""
    rows = in_order(frame)
    plot_dots(rows, "place", "share", ax, size=3.4, counted=False)
    ax.set_yscale("log")
    ax.set_ylabel("Share of annual GNI per capita\n(log scale)")
    ax.set_xticks([])
    ax.set_xlim(-4, len(rows) + 3)
    style.percent_axis(ax.yaxis)
    return ax


def figure(frame: pd.DataFrame, shapes: dict, plan: str, day: str):
    """The map above, the order below."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    fig = Figure(figsize=(style.WIDTH_INCHES, 7.4), layout="constrained")
    top, bottom = fig.subplots(2, 1, height_ratios=[1.75, 1])
    plot_map(frame, shapes, top)
    shown = [name for name in LOOK if (frame["shown_as"] == name).any()]
    sizes = frame["shown_as"].value_counts()
    patches = [
        Patch(label=f"{name} ({sizes[name]})", ec=style.FAINT, lw=0.4, **LOOK[name])
        for name in shown
    ]
    top.legend(handles=patches, ncols=4, loc="upper center", bbox_to_anchor=(0.5, 0.0), fontsize=8)
    below = f"twelve months of it, at prices of {day}, over GNI per capita"
    style.titles(top, f"What {plan_name(plan)} costs there", below)
    plot_order(frame, bottom)
    rows = in_order(frame)
    style.titles(
        bottom, "All economies in order", f"{len(rows)} economies with a price and an income"
    )
    bottom.legend(loc="upper left", fontsize=8)
    style.settle(fig)
    ends = [*range(min(NAMED, len(rows))), *range(max(NAMED, len(rows) - NAMED), len(rows))]
    name_beside(rows, ends, "place", "share", bottom)
    return fig


def caption_text(frame: pd.DataFrame, study: Study, plan: str) -> str:
    """The caption: what, whose prices, who is missing and why."""
    sizes = frame["shown_as"].value_counts()
    gaps = "; ".join(
        f"{sizes[name]} {name}" for name in (NOT_OFFERED, NO_STOREFRONT, NO_PRICE) if name in sizes
    )
    return caption(
        what=f"The price of {plan_name(plan)} a month in each economy's app store, tax included, "
        "as a share of its average annual income. A circle stands for an economy too small to see; "
        "land that is no economy of the vintage is white. Borders are Natural Earth's and no "
        "statement of ours. Prices: Oh (2026), doi 10.5281/zenodo.23006365",
        unit="twelve months' price over GNI per capita (Atlas), in per cent",
        n=f"{frame['share'].notna().sum()} economies with a price and an income; {gaps}",
        years=f"prices of {study.vintages['app_store']}, income by the study's rule",
        threshold="none",
        study=study,
    )
