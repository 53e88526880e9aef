"""What a budget buys: `python -m affordability budget`, from the tables of a study.

A budget is a sum (`--usd 50000`), or a share of what an actor has: an economy, an organisation, or
the average person of an economy (`--actor KEN --measure rd_expenditure --share 0.001`). Against it
stands what one can train, fine-tune, serve, subscribe to and buy, each at the estimate the study
reads first:

    train, fine-tune, buy   times = ⌊budget / US$⌋
    serve                   days = budget / US$ a day
    subscribe               people = ⌊budget / (US$ a month · 12)⌋, of a monthly budget · 1

Everything is paid out of the whole budget: the lines are alternatives, not a shopping list. Only
open models are served or tuned; a closed one can be called (`choose`).
"""

from __future__ import annotations

import difflib
import json
import math
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from affordability.measures import of_actors
from affordability.study import Study, answering
from affordability.tables import InputError, read_table
from affordability.vintages import CURATED, Vintage
from affordability.words import money, percent, three_digits

RESULTS = Path("results")
KINDS = ["train", "fine-tune", "serve", "subscribe", "buy"]
UNITS = {"train": "times", "fine-tune": "times", "serve": "days", "buy": "pieces"}
MONTHS = {"month": 1, "year": 12, "once": 12}
SHOWN = 8
TOKENS = 1e7  # of a fine-tuning, where nobody says
MANY = 100  # times from which on their number says nothing
COLUMNS = ["kind", "item_id", "estimate_id", "basis", "usd", "usd_low", "usd_high", "per"]
COLUMNS += ["amount", "unit", "within", "share_of_budget", "status"]
# Which measure is meant if none is named, the first an actor has: of an organisation what it spends
# before what it earns, its R&D or a round of funding; of an economy its R&D.
DEFAULT_MEASURES = [*of_actors("organisation"), "rd_expenditure"]


@dataclass(frozen=True)
class Budget:
    """A sum in US$, and where it comes from; `period` says how often it is there."""

    usd: float
    period: str
    actor: str = ""
    measure: str = ""
    year: int | None = None
    share: float = 1.0
    status: str = ""

    def __str__(self) -> str:
        """Say the budget in a sentence."""
        often = "" if self.period == "once" else f" a {self.period}"
        if not self.actor:
            return f"{money(self.usd)}{often}"
        source = f"{percent(self.share)} of {self.measure} of {self.actor} in {self.year}"
        mark = ", unverified" if self.status == "unverified" else ""
        return f"{money(self.usd)}{often}: {source}{mark}"


def add_arguments(parser) -> None:
    """Add the options of `budget` to a command's parser."""
    add_means(parser)
    parser.add_argument("--tokens", type=float, default=None, help="tokens of a fine-tuning")


def add_means(parser) -> None:
    """Add the options that say what money there is, and how the answer is given."""
    parser.add_argument(
        "--study", default=None, help="name of the study (default: that of the newest prices)"
    )
    parser.add_argument("--usd", type=float, default=None, help="a sum in US$, instead of an actor")
    parser.add_argument(
        "--actor", default=None, help="ISO3 of an economy, or id of an organisation"
    )
    parser.add_argument(
        "--measure",
        default=None,
        help="which money of the actor (default: what it spends, its R&D)",
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="share of it, 0.001 is 0.1 per cent"
    )
    parser.add_argument("--format", choices=["text", "csv", "json"], default="text")
    parser.add_argument("--most", type=int, default=SHOWN, help="lines a kind, in text")


def run(given) -> int:
    """Answer a budget query on standard output; `InputError` for whatever cannot be answered."""
    study = answering(given.study, RESULTS)
    folder = RESULTS / study.name
    budget = budget_of(given, pd.read_parquet(folder / "resources.parquet"))
    models = Vintage(CURATED).read("models").set_index("model_id")["open_weights"]
    items = runnable(priced_items(folder, given.tokens), models)
    answer = weigh(items, budget)
    if given.format == "csv":
        answer.to_csv(sys.stdout, index=False, lineterminator="\n")
    elif given.format == "json":
        print(as_json(answer, budget, study))
    else:
        print(as_text(answer, budget, study, given.most))
    return 0


def heading(study: Study, basis: str) -> str:
    """Return the first line of an answer: study, month of prices, basis."""
    return f"study {study.name}, prices of {study.price_month} or the newest before, {basis}"


def runnable(items: pd.DataFrame, open_weights: pd.Series) -> pd.DataFrame:
    """Return the items without closed models to serve: nobody but their makers has them."""
    closed = items["item_id"].map(open_weights).fillna(False).astype(bool)
    return items[~items["kind"].eq("serve") | closed]


def budget_of(given, resources: pd.DataFrame) -> Budget:
    """Return the budget the options ask for.

    Raises:
        InputError: neither or both of --usd and --actor, a sum or share out of range, an actor or a
            measure that has no value.
    """
    if (given.usd is None) == (given.actor is None):
        found = "neither" if given.usd is None else "both"
        raise InputError(f"--usd, --actor: found {found}, expected one of them")
    if given.usd is not None:
        if not 0 < given.usd < float("inf"):
            raise InputError(f"--usd: found {given.usd:g}, expected a sum above zero")
        return Budget(given.usd, "once")
    if not 0 < given.share <= 1:
        raise InputError(f"--share: found {given.share:g}, expected above 0 and at most 1")
    rows = resources[resources["actor_id"].str.lower() == given.actor.lower()]
    if rows.empty:
        known = sorted(resources["actor_id"].unique())
        near = difflib.get_close_matches(given.actor, known, 3, 0.5) or known[:3]
        raise InputError(
            f"--actor: found {given.actor}, expected one of {len(known)} ids of resources.csv, "
            f"such as {', '.join(near)}"
        )
    row = _of_measure(rows, given.measure, given.actor)
    return Budget(
        float(row["usd"]) * given.share,
        row["period"],
        row["actor_id"],
        row["measure"],
        int(row["year"]),
        given.share,
        row["status"],
    )


def _of_measure(rows: pd.DataFrame, measure: str | None, actor: str) -> pd.Series:
    """Return the row of a measure; without one, the first of `DEFAULT_MEASURES` an actor has."""
    wanted = [measure] if measure else DEFAULT_MEASURES
    hit = rows[rows["measure"].isin(wanted)]
    if hit.empty:
        known = ", ".join(sorted(rows["measure"]))
        raise InputError(f"--measure: found {measure or 'none'}, expected one {actor} has: {known}")
    return hit.sort_values("measure", key=lambda names: names.map(wanted.index)).iloc[0]


def priced_items(folder: Path, tokens: float | None = None) -> pd.DataFrame:
    """Return everything with a price: headline costs, and fine-tuning scaled to `tokens`."""
    costs = pd.read_parquet(folder / "costs.parquet")
    costs = costs[costs["headline"] & costs["usd"].notna()]
    costs = costs.rename(columns={"item_kind": "kind"})
    path = folder / "tables" / "fine_tuning.csv"
    if not path.exists():
        return costs
    return pd.concat([costs, tuning_items(read_table(path, "fine_tuning"), tokens)])


def tuning_items(table: pd.DataFrame, tokens: float | None) -> pd.DataFrame:
    """Return fine-tunings as items: hours grow with the tokens seen, each started hour is billed.

    Of the machines that were cheapest for any number of tokens the cheapest for this one counts.
    """
    tokens = TOKENS if tokens is None else tokens
    if not 0 < tokens < float("inf"):
        raise InputError(f"--tokens: found {tokens:g}, expected a number above zero")
    said = three_digits(tokens / 1e6)
    hours = (table["hours"] * tokens / table["tokens"]).map(math.ceil)
    items = table.assign(
        kind="fine-tune",
        item_id=table["model_id"],
        basis="computed",
        per="once",
        estimate_id=table["model_id"] + "-" + table["method"] + "-" + said + "m-tokens",
    )
    for column in ("usd", "usd_low", "usd_high"):
        items[column] = items[column] * hours / items["hours_billed"]
    items = items.sort_values(["estimate_id", "usd", "n_accelerators"])
    return items.drop_duplicates("estimate_id")


def weigh(items: pd.DataFrame, budget: Budget) -> pd.DataFrame:
    """Return `COLUMNS`: what of each item the budget buys, dearest first within each kind."""
    months = MONTHS[budget.period]
    times = items["kind"].map({"subscribe": months}).fillna(1)
    amount = budget.usd / (items["usd"] * times)
    # A price may be 33.3 where a budget is 99.9: a rounding error is not a reason to refuse.
    whole = (amount * (1 + 1e-12)).astype("int64")
    people = "people for a month" if months == 1 else "people for a year"
    table = items.assign(
        amount=amount.where(items["kind"].eq("serve"), whole),
        unit=items["kind"].map({**UNITS, "subscribe": people}),
        within=amount * (1 + 1e-12) >= 1,
        share_of_budget=items["usd"] * times / budget.usd,
    )
    table["order"] = table["kind"].map(KINDS.index)
    table = table.sort_values(
        ["order", "usd", "item_id", "estimate_id"], ascending=[True, False, True, True]
    )
    return table[COLUMNS].reset_index(drop=True)


def first_out_of_reach(answer: pd.DataFrame) -> pd.DataFrame:
    """Return of each kind the cheapest item the budget does not reach."""
    beyond = answer[~answer["within"]].sort_values(["share_of_budget", "item_id"])
    beyond = beyond.drop_duplicates("kind")
    return beyond.sort_values("kind", key=lambda kinds: kinds.map(KINDS.index), ignore_index=True)


def as_json(answer: pd.DataFrame, budget: Budget, study: Study) -> str:
    """Return the answer as JSON: budget, items within, first item out of reach of each kind."""
    parts = {
        "study": study.name,
        "price_month": study.price_month,
        "budget": asdict(budget),
        "within": _records(answer[answer["within"]]),
        "first_out_of_reach": _records(first_out_of_reach(answer)),
    }
    return json.dumps(parts, indent=1, ensure_ascii=False)


def _records(frame: pd.DataFrame) -> list[dict]:
    return json.loads(frame.to_json(orient="records", double_precision=15))


def as_text(answer: pd.DataFrame, budget: Budget, study: Study, most: int = SHOWN) -> str:
    """Return the answer for a reader: each kind with its dearest items, then what is beyond."""
    basis = "each line at the estimate read first, whose basis it names"
    lines = [heading(study, basis), f"{budget}"]
    beyond = first_out_of_reach(answer).set_index("kind")
    for kind in KINDS:
        rows = answer[answer["kind"] == kind]
        if rows.empty:
            continue
        within = rows[rows["within"]]
        lines += ["", f"{kind}: {len(within)} of {len(rows)} within reach"]
        lines += [_line(row) for row in within.head(most).itertuples()]
        if len(within) > most:
            lines.append(f"  and {len(within) - most} that cost less (--most {len(within)})")
        if kind in beyond.index:
            row = beyond.loc[kind]
            lines.append(
                f"  first out of reach: {row['item_id']}, {_price(row['usd'], row['per'])}"
            )
    return "\n".join(lines)


def _line(row) -> str:
    mark = ", unverified" if row.status == "unverified" else ""
    price = _price(row.usd, row.per)
    return f"  {row.estimate_id:<48} {price:<20} {_amount(row)} ({row.basis}{mark})"


def _amount(row) -> str:
    """Say how much of an item: 1 time, 57.9 days, 1,921 people for a year."""
    if row.unit == "days":
        return f"{three_digits(row.amount)} days"
    if row.unit == "times" and row.amount > MANY:
        return f"more than {MANY} times"
    one = {"times": "time", "pieces": "piece"}.get(row.unit, row.unit.replace("people", "person"))
    return f"{int(row.amount):,} {one if row.amount == 1 else row.unit}"


def _price(usd: float, per: str) -> str:
    return money(usd) + ("" if per == "once" else f" a {per}")
