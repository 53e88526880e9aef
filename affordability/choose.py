"""Which model, and how: `python -m affordability choose`, from the tables of a study.

Means are US$ a month (`--usd`), or a share of what an actor has (`--actor ... --share ...`, as in
`budget`; of a yearly sum a twelfth). Needs are questions a day, the least score on a named
benchmark (`--least eci:125`, or that of a model, `--least eci:gpt4`), licence, language, and where
data may go. The answer is every model × way (call an API, rent machines, own them) that meets the
needs and is within the means, the most capable first, then the cheapest; and the first better one
out of reach, with what it would take. Closed models can only be called.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from affordability import budget
from affordability.budget import Budget, budget_of
from affordability.costs import capability, ways
from affordability.study import Study, answering
from affordability.tables import InputError, read_table
from affordability.vintages import CURATED, Vintage
from affordability.words import listed, money, percent

# Where data may go: to whoever answers, to machines that are rented, or nowhere.
DATA = {"anywhere": ["call", "rent", "own"], "rented": ["rent", "own"], "own": ["own"]}
PERMISSIVE = ["Apache-2.0", "MIT", "Modified MIT"]
LICENCES = ["any", "open", "permissive"]
BENCHMARK = "eci"
COLUMNS = ["model_id", "way", "benchmark", "score", "score_source", "usd_per_month", "usd_low"]
COLUMNS += ["usd_high", "hardware", "precision", "utilisation", "tuning_usd", "licence", "language"]
COLUMNS += ["providers", "price_date", "within", "share_of_means", "source_id", "status"]
TUNING = "lora_4bit"


@dataclass(frozen=True)
class Needs:
    """What is asked of a model."""

    questions: float
    benchmark: str
    least: float
    licence: str = "any"
    language: str = ""
    data: str = "anywhere"

    def __str__(self) -> str:
        """Say the needs in a sentence."""
        least = f"at least {self.least:g}" if self.least > 0 else "any score"
        least += f" on {self.benchmark}"
        said = [f"{self.questions:,.0f} questions a day", least]
        if self.licence != "any":
            said.append(f"licence {self.licence}")
        if self.language:
            said.append(f"a score in {self.language}")
        if self.data != "anywhere":
            said.append({"rented": "data on rented machines", "own": "data stay"}[self.data])
        return ", ".join(said)


def add_arguments(parser) -> None:
    """Add the options of `choose` to a command's parser."""
    budget.add_means(parser)
    parser.add_argument("--questions", type=float, required=True, help="questions a day")
    parser.add_argument(
        "--least", default=BENCHMARK, help="benchmark, or benchmark:score, or benchmark:model"
    )
    parser.add_argument(
        "--licence", choices=LICENCES, default="any", help="open weights, or a permissive licence"
    )
    parser.add_argument("--language", default="", help="only models with a score in it, such as sw")
    parser.add_argument("--data", choices=list(DATA), default="anywhere", help="where data may go")
    parser.add_argument(
        "--tune", type=float, default=None, help="tokens to tune on (4-bit LoRA), once"
    )


def run(given) -> int:
    """Answer on standard output; `InputError` for whatever cannot be answered."""
    study = answering(given.study, budget.RESULTS)
    folder = budget.RESULTS / study.name
    means = monthly(budget_of(given, pd.read_parquet(folder / "resources.parquet")))
    curated = Vintage(CURATED)
    scored = curated.read("capability")
    needs = needs_of(given, scored)
    table = candidates(folder, study, curated, scored, needs, given.tune)
    answer = rank(table, needs, means)
    if given.format == "csv":
        answer.to_csv(sys.stdout, index=False, lineterminator="\n")
    elif given.format == "json":
        print(as_json(answer, needs, means, study))
    else:
        print(as_text(answer, needs, means, study, given.most))
    return 0


def monthly(means: Budget) -> Budget:
    """Return the means of a month: a sum is meant so, of a yearly one a twelfth."""
    usd = means.usd / 12 if means.period == "year" else means.usd
    return Budget(**{**asdict(means), "usd": usd, "period": "month"})


def needs_of(given, scored: pd.DataFrame) -> Needs:
    """Return the needs the options ask for; `InputError` for one that cannot be."""
    ways.check_volume(given.questions)
    benchmark, _, least = given.least.partition(":")
    known = capability.scores(scored, benchmark)
    score = 0.0
    if least:
        named = known.loc[known["model_id"].eq(least), "score"]
        if len(named):
            score = float(named.iloc[0])
        elif re.fullmatch(r"\d+(\.\d+)?", least):
            score = float(least)
        else:
            near = difflib.get_close_matches(least, list(known["model_id"]), 3, 0.4)
            raise InputError(
                f"--least: found {least}, expected a score or a model that {benchmark} has, such "
                f"as {listed(near or known['model_id'][:3])}"
            )
    return Needs(given.questions, benchmark, score, given.licence, given.language, given.data)


def candidates(
    folder: Path,
    study: Study,
    curated: Vintage,
    scored: pd.DataFrame,
    needs: Needs,
    tune: float | None,
) -> pd.DataFrame:
    """Return every model × way that has a price and a score, with what it costs a month."""
    choices, tables = study.serving, folder / "tables"
    tokens = choices["tokens_in"] + choices["tokens_out"]
    about = curated.read("models").set_index("model_id")[["open_weights", "licence"]]
    detail = pd.read_parquet(folder / "serving_detail.parquet")
    free = detail["model_id"].map(about["open_weights"]).fillna(False).astype(bool)
    detail = detail[free & detail["precision"].eq(choices["precision"])]
    calling = read_table(tables / "calling.csv", "calling")
    systems = read_table(tables / "own_or_rent.csv", "own_or_rent")
    rows = ways.all_ways(calling, detail, systems, needs.questions, tokens)
    known = capability.scores(scored, needs.benchmark).rename(
        columns={"source_id": "score_source", "open_weights": "free"}
    )
    rows = rows.merge(known, on="model_id").join(about["licence"], on="model_id")
    rows["licence"] = rows["licence"].fillna("")
    rows["tuning_usd"] = float("nan")
    if tune is not None:
        tuned = budget.tuning_items(read_table(tables / "fine_tuning.csv", "fine_tuning"), tune)
        tuned = tuned[tuned["method"].eq(TUNING)].set_index("model_id")["usd"]
        rows["tuning_usd"] = rows["model_id"].map(tuned)
    languages = accuracy(curated.read("language_accuracy"), needs.language, set(rows["model_id"]))
    rows["language"] = rows["model_id"].map(languages)
    return rows.assign(benchmark=needs.benchmark)


def accuracy(table: pd.DataFrame, language: str, models: set[str]) -> dict[str, float]:
    """Return the score of each model in a language, per cent; `InputError` if nobody has one."""
    if not language:
        return {}
    rows = table[table["language"].eq(language)]
    if rows.empty:
        known = sorted(set(table["language"]))
        raise InputError(f"--language: found {language}, expected one of {', '.join(known)}")
    rows = rows[rows["model_id"].isin(models)]
    return dict(zip(rows["model_id"], rows["accuracy_pct"], strict=True))


def rank(rows: pd.DataFrame, needs: Needs, means: Budget) -> pd.DataFrame:
    """Return `COLUMNS` of those that meet the needs, the most capable first, then the cheapest.

    Raises:
        InputError: no model that may be used reaches the score; the nearest is named.
    """
    rows = rows[rows["way"].isin(DATA[needs.data])]
    if needs.licence != "any":
        rows = rows[rows["free"].fillna(False).astype(bool)]
    if needs.licence == "permissive":
        rows = rows[rows["licence"].isin(PERMISSIVE)]
    if needs.language:
        rows = rows[rows["language"].notna()]
    able = rows[rows["score"] >= needs.least]
    if able.empty:
        raise InputError(_nearest(rows, needs))
    share = able["usd_per_month"] / means.usd
    able = able.assign(within=share <= 1 + 1e-12, share_of_means=share)
    able = able.sort_values(
        ["score", "usd_per_month", "model_id", "way"], ascending=[False, True, True, True]
    )
    return able[COLUMNS].reset_index(drop=True)


def _nearest(rows: pd.DataFrame, needs: Needs) -> str:
    """Say which model comes nearest to a score that none reaches."""
    if rows.empty:
        return f"{needs}: found no model with a price and a score on {needs.benchmark}"
    best = rows.loc[rows["score"].idxmax()]
    return (
        f"--least: found {needs.least:g} on {needs.benchmark}, which no model that may be used "
        f"has; expected at most {best['score']:g}, that of {best['model_id']}"
    )


def out_of_reach(answer: pd.DataFrame) -> pd.Series | None:
    """Return the cheapest way to a better model than those within; None if there is none."""
    within, beyond = answer[answer["within"]], answer[~answer["within"]]
    if len(within):
        beyond = beyond[beyond["score"] > within["score"].max()]
    return None if beyond.empty else beyond.loc[beyond["usd_per_month"].idxmin()]


def as_json(answer: pd.DataFrame, needs: Needs, means: Budget, study: Study) -> str:
    """Return the answer as JSON: study, means, needs, ways within, the first better one beyond."""
    beyond = out_of_reach(answer)
    parts = {
        "study": study.name,
        "price_month": study.price_month,
        "means": asdict(means),
        "needs": asdict(needs),
        "within": json.loads(
            answer[answer["within"]].to_json(orient="records", double_precision=15)
        ),
        "first_out_of_reach": None if beyond is None else json.loads(beyond.to_json()),
    }
    return json.dumps(parts, indent=1, ensure_ascii=False)


def as_text(answer: pd.DataFrame, needs: Needs, means: Budget, study: Study, most: int) -> str:
    """Return the answer for a reader: one line a model, its cheapest way; then what is beyond."""
    within = answer[answer["within"]]
    each = within.sort_values(["score", "usd_per_month"], ascending=[False, True])
    each = each.drop_duplicates("model_id")
    models = answer["model_id"].nunique()
    lines = [
        budget.heading(study, f"list prices; machines in {study.serving['precision']}"),
        f"means: {means}",
        f"needs: {needs}",
        "",
        f"{len(each)} of {models} models that meet the needs are within reach"
        + (", most capable first:" if len(each) else ""),
    ]
    lines += [_line(row) for row in each.head(most).itertuples()]
    if len(each) > most:
        cheapest = each.loc[each["usd_per_month"].idxmin()]
        lines.append(
            f"  and {len(each) - most} less capable (--most {len(each)}); the cheapest of all is "
            f"{cheapest['model_id']}, {_month(cheapest['usd_per_month'])}"
        )
    beyond = out_of_reach(answer)
    if beyond is not None:
        which = "first better one" if len(each) else "first one"
        lines += ["", f"{which} out of reach: {_line(beyond).strip()}"]
        lines.append(f"  it would take {percent(beyond['share_of_means'])} of the means")
    lines += ["", f"scores: {', '.join(sorted(set(answer['score_source'])))}"]
    return "\n".join(lines)


def _month(usd: float) -> str:
    return "less than $1 a month" if usd < 1 else f"{money(usd)} a month"


def _line(row) -> str:
    how = {"call": f"call an API ({row.providers} providers)", "rent": f"rent {row.hardware}"}
    how["own"] = f"own {row.hardware}"
    text = f"  {row.model_id:<28} {row.score:<7g} {_month(row.usd_per_month):<22}"
    text += f"{_range(row)}  {how[row.way].replace('(1 providers)', '(1 provider)')}"
    if pd.notna(row.tuning_usd):
        text += f"; tuning once {money(row.tuning_usd)}"
    if pd.notna(row.language):
        text += f"; {row.language:g} % in the language"
    mark = ", unverified" if row.status == "unverified" else ""
    return f"{text}; prices of {row.price_date}{mark}"


def _range(row) -> str:
    if not row.usd_high > row.usd_low:
        return "(one price)".ljust(20)
    return f"({money(row.usd_low)} to {money(row.usd_high)})".ljust(20)
