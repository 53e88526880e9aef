"""The outlines of the world for the map, and where each economy lies.

The outlines are a frozen vintage of Natural Earth (TopoJSON); where none is frozen, there is no map
and the ranking stands alone.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

from affordability.vintages import Vintage

SOURCE = "natural_earth"
TABLE = "countries"
SMALL = 12.0  # square degrees, true to area; a smaller economy gets a circle
# Economies that the outlines have in parts, or not at all (to a tenth of a degree east and north).
PARTS = {"CHI": ("GGY", "JEY")}
PLACES = {"GIB": (-5.3, 36.1)}
STEP = 0.2  # degrees; the map is 700 points wide, so that half a degree is one of them
NOBODY = "ATA"  # Antarctica: no economy, and a third of the map


def newest(raw: Path) -> Path | None:
    """Return the newest frozen folder of outlines; None if there is none."""
    found = sorted((raw / SOURCE).glob("*/datapackage.json"))
    return found[-1].parent if found else None


def read(raw: Path) -> dict | None:
    """Return topology (countries only) and places: [longitude, latitude, small] by iso3."""
    folder = newest(raw)
    if folder is None:
        return None
    vintage = Vintage(folder)
    vintage.verify()
    topology = json.loads(vintage.path(TABLE).read_text(encoding="utf-8"))
    countries = topology["objects"][TABLE]
    topology["objects"] = {TABLE: countries}
    kept = [shape for shape in countries["geometries"] if shape["properties"]["a3"] != NOBODY]
    countries["geometries"] = kept
    rings = decoded(topology)
    places = {code: [*place, True] for code, place in PLACES.items()}
    for shape in countries["geometries"]:
        code = shape["properties"]["a3"]
        shape["properties"] = {"a3": code}
        shape.pop("id", None)
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        known = [measured(joined(rings, polygon[0])) for polygon in polygons]
        _, east, north = max(known)
        places[code] = [round(east, 2), round(north, 2), sum(k[0] for k in known) < SMALL]
    for code, parts in PARTS.items():
        there = [places[part] for part in parts if part in places]
        if there:
            places[code] = [
                *(round(sum(p[i] for p in there) / len(there), 2) for i in (0, 1)),
                True,
            ]
    topology["arcs"] = [coarser(arc, topology["transform"]["scale"]) for arc in topology["arcs"]]
    return {"topology": topology, "places": places}


def coarser(arc: list[list[int]], scale: list[float]) -> list[list[int]]:
    """Return an arc without the steps shorter than `STEP`, each added to the next; ends stay.

    Neighbours share an arc, so that no gap opens between them.
    """
    kept, x, y = arc[:1], 0, 0
    for step in arc[1:]:
        x, y = x + step[0], y + step[1]
        if math.hypot(x * scale[0], y * scale[1]) >= STEP:
            kept.append([x, y])
            x = y = 0
    if (x or y) and len(kept) > 2:
        kept[-1] = [kept[-1][0] + x, kept[-1][1] + y]
    elif x or y:
        kept.append([x, y])
    return kept if len(kept) >= min(len(arc), 4) else arc


def decoded(topology: dict) -> list[list[tuple[float, float]]]:
    """Return every arc of a TopoJSON in degrees: its points are steps on a grid."""
    (width, height), (left, bottom) = topology["transform"].values()
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * width + left, y * height + bottom))
        arcs.append(points)
    return arcs


def joined(arcs: list, ring: list[int]) -> list[tuple[float, float]]:
    """Return the points of a ring; an arc ~n is arc n backwards."""
    points: list[tuple[float, float]] = []
    for place in ring:
        arc = arcs[place] if place >= 0 else arcs[~place][::-1]
        points += arc[1:] if points else arc
    return points


def measured(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Return area (square degrees, true to area) and centre of a ring, by the shoelace formula."""
    flat = [(x, math.degrees(math.sin(math.radians(y)))) for x, y in ring]
    area = east = north = 0.0
    for (x0, y0), (x1, y1) in pairwise(flat):
        cross = x0 * y1 - x1 * y0
        area, east, north = area + cross / 2, east + (x0 + x1) * cross, north + (y0 + y1) * cross
    if not area:
        return 0.0, *ring[0]
    return abs(area), east / (6 * area), math.degrees(math.asin(math.radians(north / (6 * area))))
