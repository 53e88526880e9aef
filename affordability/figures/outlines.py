"""Outlines of the world's economies from a frozen TopoJSON, on an equal-area projection.

TopoJSON keeps each border once, as an arc of steps on a grid; a ring is arcs in a row, a negative
number an arc backwards. Projection: Equal Earth (Šavrič, Patterson, Jenny 2018), in units of the
earth's radius.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

# Economies of the World Bank without an outline at 1:50 million: longitude, latitude.
SPOTS = {"CHI": (-2.4, 49.4), "GIB": (-5.35, 36.14)}
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
GRID = 0.004  # of the earth's radius
SMALL = 0.0004  # of the earth's radius squared, 16,000 km²: below it a circle shows an economy


def read(path: Path | str) -> dict[str, list[np.ndarray]]:
    """Return the rings of each outline by ISO3 code, projected.

    A ring that crosses the antimeridian is there twice, once beyond each edge of the world: what
    lies outside `edge` is to be cut off. Antarctica goes round the pole and is left out.
    """
    world = json.loads(Path(path).read_text(encoding="utf-8"))
    arcs = [_arc(arc, world["transform"]) for arc in world["arcs"]]
    found: dict[str, list[np.ndarray]] = {}
    for shape in world["objects"]["countries"]["geometries"]:
        code = shape["properties"]["a3"]
        if shape["type"] is None or code == "ATA":
            continue
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [_ring(ring, arcs) for polygon in polygons for ring in polygon]
        whole = [project(part) for ring in rings for part in _unwrapped(ring)]
        kept = [ring for ring in map(_coarser, whole) if len(ring) > 3]
        found.setdefault(code, []).extend(kept or [max(whole, key=len)])
    return found


def _coarser(ring: np.ndarray) -> np.ndarray:
    """Return a ring on a grid of half a pixel of the drawing, without points that fall together."""
    ring = np.round(ring / GRID) * GRID
    moved = np.ones(len(ring), bool)
    moved[1:] = (ring[1:] != ring[:-1]).any(axis=1)
    return ring[moved]


def _unwrapped(ring: np.ndarray) -> list[np.ndarray]:
    """Return a ring without a leap across the world; twice if it crosses the antimeridian."""
    ring = np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]])
    beyond = int(ring[:, 0].max() > 180) - int(ring[:, 0].min() < -180)
    return [ring] if not beyond else [ring, ring - [360 * beyond, 0]]


def edge() -> np.ndarray:
    """Return the projected edge of the world."""
    up = np.linspace(-90, 90, 181)
    east, west = np.full(181, 180.0), np.full(181, -180.0)
    return project(np.concatenate([np.c_[east, up], np.c_[west, up[::-1]]]))


def _arc(steps: list, transform: dict) -> np.ndarray:
    return np.cumsum(steps, axis=0) * transform["scale"] + transform["translate"]


def _ring(numbers: list[int], arcs: list[np.ndarray]) -> np.ndarray:
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def project(points) -> np.ndarray:
    """Return longitudes and latitudes (degrees) on the Equal Earth projection."""
    points = np.radians(np.asarray(points, float))
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(points[:, 1]))
    slope = A1 + 3 * A2 * t**2 + t**6 * (7 * A3 + 9 * A4 * t**2)
    x = 2 * np.sqrt(3) / 3 * points[:, 0] * np.cos(t) / slope
    y = t * (A1 + A2 * t**2 + t**6 * (A3 + A4 * t**2))
    return np.column_stack([x, y])


def area(ring: np.ndarray) -> float:
    """Return the area of a projected ring, the earth's radius being 1."""
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def circles(outlines: dict[str, list[np.ndarray]], economies) -> dict[str, tuple[float, float]]:
    """Return where a circle stands for an economy too small to see, or without an outline."""
    found = {}
    for economy in economies:
        rings = outlines.get(economy, [])
        if rings and sum(map(area, rings)) < SMALL:
            largest = max(rings, key=area)
            found[economy] = tuple(map(float, (largest.min(axis=0) + largest.max(axis=0)) / 2))
        elif not rings and economy in SPOTS:
            found[economy] = tuple(map(float, project([SPOTS[economy]])[0]))
    return found


def path(rings: list[np.ndarray]):
    """Return one matplotlib path of all rings: a hole is a ring that turns the other way."""
    from matplotlib.path import Path as Drawn

    codes = []
    for ring in rings:
        codes += [Drawn.MOVETO, *[Drawn.LINETO] * (len(ring) - 2), Drawn.CLOSEPOLY]
    return Drawn(np.concatenate(rings), codes)
