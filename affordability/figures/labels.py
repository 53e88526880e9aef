"""Names beside points that neither overlap nor leave the axes.

Two helpers: `spread` moves a column of names apart, `place_beside` looks for a free spot around
each point. Both are plain searches in a fixed order, so the same figure always gets the same
places.
"""

from matplotlib.transforms import Bbox

# Offsets tried around a point, in points: (dx, dy, horizontal, vertical alignment), best first.
NEAR = [
    (5, 0, "left", "center"),
    (-5, 0, "right", "center"),
    (0, 5, "center", "bottom"),
    (0, -5, "center", "top"),
    (4, 4, "left", "bottom"),
    (4, -4, "left", "top"),
    (-4, 4, "right", "bottom"),
    (-4, -4, "right", "top"),
]
FAR = [
    (side * dx, dy, "left" if side > 0 else "right", "center")
    for dx in (12, 22, 34, 48)
    for dy in (0, 9, -9, 18, -18, 28, -28, 40, -40)
    for side in (1, -1)
]


def spread(positions: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions at least `gap` apart and between `low` and `high`, in the order given (ascending).

    Each moves as little as the pass upwards, and then the pass downwards from `high`, need.
    """
    places: list[float] = []
    for position in positions:
        floor = places[-1] + gap if places else low
        places.append(max(position, floor))
    ceiling = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - gap
    return places


def place_beside(ax, points: list[tuple[float, float, str]], avoid=(), **text) -> list:
    """Write each (x, y, name) in the first free spot near its point; the annotations made.

    Call it when the layout is settled. `avoid` are further data points a name must not cover. Names
    that had to move away get a thin leader line; a name with no free spot at all takes the least
    bad one.
    """
    fig = ax.figure
    scale = fig.dpi / 72
    frame = ax.get_window_extent()
    dots = [_around(ax, x, y, 3.2 * scale) for x, y in [*avoid, *[p[:2] for p in points]]]
    taken: list[Bbox] = list(dots)
    return [_place(ax, point, taken, frame, scale, text) for point in points]


def _place(ax, point, taken, frame, scale, text):
    """One name in the first spot free of `taken` and inside `frame`; adds its box to `taken`."""
    x, y, name = point
    size = _text_size(ax, name, text)
    anchor = ax.transData.transform((x, y))
    choices = []
    for order, (dx, dy, across, up) in enumerate(NEAR + FAR):
        box = _box((anchor[0] + dx * scale, anchor[1] + dy * scale), size, across, up)
        clash = sum(_overlap(box, other) for other in taken) + 4 * _outside(box, frame)
        choices.append((round(clash, 3), order, box, (dx, dy, across, up)))
        if clash == 0:
            break
    _, order, box, (dx, dy, across, up) = min(choices, key=lambda choice: choice[:2])
    taken.append(box)
    leader = {"arrowstyle": "-", "color": "#9a9a9a", "lw": 0.5, "shrinkA": 0, "shrinkB": 2.5}
    note = ax.annotate(
        name,
        (x, y),
        xytext=(dx, dy),
        textcoords="offset points",
        ha=across,
        va=up,
        arrowprops=leader if order >= len(NEAR) else None,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.2, "alpha": 0.85},
        **text,
    )
    note.set_in_layout(False)
    return note


def _around(ax, x: float, y: float, radius: float) -> Bbox:
    """A small box around a data point, in pixels."""
    across, up = ax.transData.transform((x, y))
    return Bbox([[across - radius, up - radius], [across + radius, up + radius]])


def _text_size(ax, name: str, text: dict) -> tuple[float, float]:
    """Width and height of a name in pixels."""
    probe = ax.text(0, 0, name, **text)
    box = probe.get_window_extent()
    probe.remove()
    return box.width + 1.5, box.height * 0.92


def _box(corner, size, across: str, up: str) -> Bbox:
    """The box of a text aligned to `corner`."""
    width, height = size
    left = corner[0] - {"left": 0, "center": width / 2, "right": width}[across]
    bottom = corner[1] - {"bottom": 0, "center": height / 2, "top": height}[up]
    return Bbox([[left, bottom], [left + width, bottom + height]])


def _overlap(one: Bbox, other: Bbox) -> float:
    """Area two boxes share, in square pixels."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide * high if wide > 0 and high > 0 else 0.0


def _outside(box: Bbox, frame: Bbox) -> float:
    """Area of a box beyond the frame, in square pixels."""
    return box.width * box.height - _overlap(box, frame)
