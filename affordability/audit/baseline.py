"""The studies' own specifications: where they lie, and what one actor or another price changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.audit.data import Data, kind_of
from affordability.audit.evaluate import judge, resource
from affordability.audit.space import DEFAULTS, Space
from affordability.audit.universe import mask
from affordability.measures import MEASURES
from affordability.ratios import TIMES
from affordability.study import Study, within


def asked(query: dict, headlines: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return the cost a claim's query reads: a headline, or the row of `costs` it describes."""
    rows = headlines if query["where"].get("headline") or query["table"] != "costs" else costs
    for column in ("item_kind", "item_id", "basis", "price_year"):
        if column in query["where"]:
            rows = rows[rows[column] == query["where"][column]]
    column = query["column"] if query["table"] == "costs" else "usd"
    return rows[rows[column].notna()].sort_values(["usd", "estimate_id"])


def choices(
    space: Space, study: Study, headlines: pd.DataFrame, costs: pd.DataFrame
) -> dict[str, object] | None:
    """Return the option of every axis a study takes itself; None if one is not in the space."""
    query, where = space.query, space.query["where"]
    if space.of_people:
        return _known(space, _of_people(where, study))
    own = asked(query, headlines, costs)
    if own.empty:
        return None
    own = own.iloc[0]
    taken: dict[str, object] = {"estimate": own["estimate_id"], "price": own["usd"]}
    if query["table"] == "costs":
        bound = {"usd": "central", "usd_low": "low", "usd_high": "high"}[query["column"]]
        taken |= {"bound": bound, "tolerance": space.published.get("within")}
    else:
        rule = study.rule(where["measure"])
        whole = query.get("of") == "all_economies" or query["aggregate"] == "members"
        options = space.axes["universe"]
        taken |= {
            **DEFAULTS,
            **study.vintages,
            "measure": where["measure"],
            "missing": "unable" if whole else "left_out",
            "universe": "with_data" if "with_data" in options else options[0],
            "year": rule["year"],
            "window": rule["max_age_years"],
            "threshold": _limit(study, query, space),
        }
        if len(space.axes["world_bank"]) == 1:
            taken["world_bank"] = space.axes["world_bank"][0]
    return _known(space, taken)


def _of_people(where: dict, study: Study) -> dict[str, object]:
    """Return what a study takes that asks about people; its totals impute from income groups."""
    rule = study.rule("default")
    return {
        **where,
        "world_bank": study.vintages["world_bank"],
        "year": rule["year"],
        "window": rule["max_age_years"],
        "income": study.choices["people"]["income"],
        "imputation": "group",
    }


def _known(space: Space, taken: dict) -> dict[str, object] | None:
    """Return the option taken of every axis; None if one is not in the space."""
    chosen = {axis: taken[axis] for axis in space.axes}
    known = all(option in space.axes[axis] for axis, option in chosen.items())
    return chosen if known else None


def _limit(study: Study, query: dict, space: Space) -> float:
    """Return the threshold of a study's query; of a curve the one its sentence is judged at."""
    limit = study.limit(query, space.id)
    return space.published["most_unable"] if limit is None else limit.share


def number(space: Space, chosen: dict) -> int:
    """Return the specification's number."""
    at = [space.axes[axis].index(chosen[axis]) for axis in space.axes]
    return int(np.ravel_multi_index(at, space.shape))


class Standing:
    """The actors of one specification: who, with what share of what they have.

    Only for spaces over actors. `cost` is scaled to the period of the resource.
    """

    def __init__(self, space: Space, chosen: dict, universes: dict, data: Data) -> None:
        tables = {"oecd": None, **chosen}
        values = resource(data, tables, [chosen["year"]], [chosen["window"]])[0, 0]
        actors = data.actors(kind_of(chosen["measure"]), chosen["world_bank"])
        members = mask(universes[chosen["universe"]], actors)
        self.space, self.limit = space, float(chosen["threshold"])
        self.values = values[members]
        self.names = actors["actor_id"].to_numpy()[members]
        self.left_out = chosen["missing"] == "left_out"
        known = data.costs.set_index("estimate_id")
        if "price" in space.axes:
            usd, per = float(chosen["price"]), "month"
        else:
            usd, per = known.at[chosen["estimate"], "usd"], known.at[chosen["estimate"], "per"]
        period = MEASURES[chosen["measure"]].period
        self.usd, self.times = usd, TIMES[(per, period)]

    def able(self, usd) -> np.ndarray:
        """Return who can pay `usd` (any shape); one axis more, the actors."""
        share = np.asarray(usd, dtype=float)[..., None] * self.times / self.values
        return within(share, self.limit, self.space.strict)

    def verdict(self, able: np.ndarray, keep: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return result, holds, exactly for rows of `able` with the actors in `keep`."""
        able = able & keep
        passing = np.count_nonzero(able, axis=-1)
        theirs = np.isin(self.names, self.space.published.get("members", []))
        asked = (
            ~np.isnan(self.values) & keep if self.left_out else np.broadcast_to(keep, able.shape)
        )
        if self.space.of_share:
            result = passing / np.maximum(np.count_nonzero(asked, axis=-1), 1)
        else:
            result = passing.astype(float)
        count = np.count_nonzero(able & theirs, axis=-1)
        holds, exactly = judge(self.space, result, passing, count)
        return result, holds, exactly

    def leave_one_out(self) -> pd.DataFrame:
        """Return the result without each actor that has a value or counts in the denominator."""
        able = self.able(self.usd)
        everyone = np.ones(len(self.names), dtype=bool)
        result = float(self.verdict(able, everyone)[0])
        without, holds, exactly = self.verdict(able, ~np.eye(len(self.names), dtype=bool))
        return pd.DataFrame(
            {
                "actor_id": self.names,
                "share": self.usd * self.times / self.values,
                "able": able,
                "result": result,
                "result_without": without,
                "change": without - result,
                "holds_without": holds,
                "as_published_without": exactly,
            }
        )

    def cost_range(self) -> tuple[float, float] | None:
        """Return the costs between which the number is as published: the range nearest to its own.

        Between two costs at which some actor's share meets the limit nothing changes, so it is
        enough to look once between each two. None if no cost gives the published number.
        """
        edges = np.unique(self.values[~np.isnan(self.values)] * self.limit / self.times)
        if not len(edges):
            return None
        edges = np.concatenate([[0.0], edges, [np.inf]])
        inside = np.concatenate([(edges[:-2] + edges[1:-1]) / 2, [edges[-2] * 2]])
        keep = np.ones(len(self.names), dtype=bool)
        good = self.verdict(self.able(inside), keep)[2]
        if not good.any():
            return None
        starts = np.flatnonzero(good & ~np.concatenate([[False], good[:-1]]))
        ends = np.flatnonzero(good & ~np.concatenate([good[1:], [False]]))
        ranges = [(edges[a], edges[b + 1]) for a, b in zip(starts, ends, strict=True)]
        return min(ranges, key=lambda r: max(r[0] - self.usd, self.usd - r[1], 0.0))
