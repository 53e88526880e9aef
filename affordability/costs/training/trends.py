"""How training costs grow, and how the bar moves: the costliest run of a year against R&D.

    growth   log10 C = a + b · release,  factor a year 10^b, 95 % interval over resampled models
    bar      share = C of the year's costliest disclosed run ÷ R&D expenditure of that year
             reported = R&D of the year ÷ R&D of the year or the latest of the years before

Both sides of the bar are nominal US$ of the same year. A run is disclosed if its accelerator and
either its chip-hours or count and days are stated; whether by the developer or by third parties
stays on the row.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.training.uncertainty import growth
from affordability.tables import columns
from affordability.words import percent

DAYS_PER_YEAR = 365.25
ORIGIN = pd.Timestamp("2020-01-01")
FRONTIER = 10  # among so many with most operations at release: the selection of Cottier et al.
SIBLINGS = pd.Timedelta(days=90)
GROWN = ["amortised", "cloud_rental"]
BAR_BASIS = "amortised"  # rent could not be priced for some of the largest runs, PaLM among them
BAR = {"under_01": 0.001, "under_1": 0.01, "under_10": 0.1}


def years_since_origin(release: pd.Series) -> pd.Series:
    """Return days since the start of 2020 in years."""
    return (pd.to_datetime(release) - ORIGIN).dt.days / DAYS_PER_YEAR


def frontier(computed: pd.DataFrame, models: pd.DataFrame, others: pd.DataFrame) -> set[str]:
    """Return the models that were among the ten with most operations when released.

    Among the models here and `others`, table other_runs: machine learning had large runs before
    language models had, beside which the small ones of 2018 were no frontier.

    A smaller size that its developer published within 90 days of a larger one is not counted: it
    was no attempt at the frontier.
    """
    runs = computed.dropna(subset=["training_flop"]).drop_duplicates("model_id")
    runs = runs.merge(models[["model_id", "developer"]], on="model_id", validate="one_to_one")
    day = pd.to_datetime(runs["release_date"])
    fields = ["release_date", "training_flop"]
    every = pd.concat([runs[fields], others[fields]])
    found = set()
    for run in runs.itertuples():
        larger = runs["training_flop"] > run.training_flop
        near = (day - pd.Timestamp(run.release_date)).abs() <= SIBLINGS
        if (larger & near & runs["developer"].eq(run.developer)).any():
            continue
        before = every[every["release_date"] <= run.release_date]
        if (before["training_flop"] > run.training_flop).sum() < FRONTIER:
            found.add(run.model_id)
    return found


def growth_table(computed: pd.DataFrame, tables: dict, settings: dict) -> pd.DataFrame:
    """Return table `training_growth`: fits to first readings in prices of one month.

    It is the growth of the language models of this table; `published` is that of all machine
    learning since 2016, for the amortised cost of the frontier. `tables` are the curated ones.
    """
    chosen = frontier(computed, tables["models"], tables["other_runs"])
    told = tables["training_constants"].set_index("constant_id").loc["published-growth"]
    beside = {
        "published": told["central"],
        "published_low": told["low"],
        "published_high": told["high"],
    }
    rows = []
    for basis in GROWN:
        first = computed[computed["first"] & computed["basis"].eq(basis)]
        parts = {"frontier": first[first["model_id"].isin(chosen)], "all": first}
        for selection, part in parts.items():
            part = part.sort_values(["release_date", "model_id"])
            fit = growth(
                years_since_origin(part["release_date"]).to_numpy(),
                part["usd"].to_numpy(),
                settings["draws"],
                settings["seed"],
            )
            span = {"first_release": part["release_date"].min()}
            span["last_release"] = part["release_date"].max()
            row = {"basis": basis, "selection": selection, "models": len(part), **span, **fit}
            alike = basis == "amortised" and selection == "frontier"
            rows.append(row | (beside if alike else {}))
    return pd.DataFrame(rows, columns=columns("training_growth")).round(6)


def disclosed(computed: pd.DataFrame) -> pd.DataFrame:
    """Return first readings whose accelerator and chip-hours are stated, not assumed."""
    assumed = computed["imputed"].str.contains(r"(?:^|;)(?:accelerator|chip-hours):", regex=True)
    return computed[computed["first"] & ~assumed & computed["basis"].eq(BAR_BASIS)]


def bar_table(
    computed: pd.DataFrame, panel: pd.DataFrame, max_age_years: int, least_reported: float = 0.5
) -> pd.DataFrame:
    """Return table `training_bar`: economies for which a year's costliest run is within reach.

    Args:
        computed: table `training_estimates`.
        panel: resources of all years: measure, actor_id, year, usd.
        max_age_years: how old R&D may be under the rule `carried`.
        least_reported: share of the R&D known that must be of a year itself for economies to be
            counted by it; below, the counts of rule `same_year` are blank, since the large
            economies report late and those that reported would be counted as if they were all.
    """
    research = panel[panel["measure"].eq("rd_expenditure")]
    runs = disclosed(computed).assign(year=lambda rows: rows["release_date"].str[:4].astype(int))
    runs = runs.sort_values(["usd_nominal", "model_id"], ascending=[False, True])
    rows = []
    for run in runs.drop_duplicates("year").itertuples():
        known = research[research["year"].between(run.year - max_age_years, run.year)]
        known = known.sort_values("year").drop_duplicates("actor_id", keep="last")
        own = known["year"] == run.year
        reported = float(known.loc[own, "usd"].sum() / known["usd"].sum()) if len(known) else 0.0
        for rule, told in (("same_year", known[own]), ("carried", known)):
            share = (run.usd_nominal / told.set_index("actor_id")["usd"]).sort_index()
            counts = {name: int((share < limit).sum()) for name, limit in BAR.items()}
            members, reason = ";".join(share.index[share < BAR["under_01"]]), ""
            if rule == "same_year" and reported < least_reported:
                counts, members = dict.fromkeys(BAR, pd.NA), ""
                reason = (
                    f"{len(told)} economies with {percent(reported)} of the R&D known have "
                    f"reported {run.year}, expected at least {percent(least_reported)}"
                )
            rows.append(
                {
                    **{"basis": run.basis, "rule": rule, "year": run.year},
                    **{"model_id": run.model_id, "usd_nominal": run.usd_nominal},
                    **{"third_party": run.third_party, "economies": len(share), **counts},
                    **{"members_01": members, "reported": round(reported, 4), "reason": reason},
                }
            )
    table = pd.DataFrame(rows, columns=columns("training_bar"))
    return table.astype(dict.fromkeys(BAR, "Int64"))
