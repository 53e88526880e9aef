"""What the same question costs in each language, and who has a language that models answer well.

A tokenizer cuts the same text into more pieces in one language than in another, and each piece is
paid for:

    US$ of a question in a language = r · (tokens read · price in + tokens written · price out)
    r = tokens of FLORES-200 in the language / tokens of it in English

Over the income of the people who have the language. Source of r: Petrov et al. (2023), Language
model tokenizers introduce unfairness between languages, arXiv 2305.15425. The shares of people are
CLDR's estimates of those able to use a language, as a first or a later one; they add up to more or
less than everybody, so people of several languages are bounded, never added.
"""

from __future__ import annotations

import pandas as pd

from affordability.people.prices import pay_per_question
from affordability.tables import InputError


def speakers(languages: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Return people and mean income of each language's speakers, by `language`.

    Args:
        languages: iso3, language, population_percent.
        incomes: gni and population by economy.

    Returns:
        speakers: people, over all economies;
        gni: GNI per capita, US$ a year, weighted by the speakers of the economies that have one.
    """
    rows = languages[languages["population_percent"].notna()]
    people = rows["population_percent"] / 100 * rows["iso3"].map(incomes["population"])
    gni = rows["iso3"].map(incomes["gni"])
    sums = (
        pd.DataFrame(
            {
                "language": rows["language"],
                "speakers": people,
                "paid": people.where(gni.notna()),
                "income": people * gni,
            }
        )
        .groupby("language")[["speakers", "paid", "income"]]
        .sum()
    )
    gni = (sums["income"] / sums["paid"]).where(sums["paid"] > 0)
    return pd.DataFrame({"speakers": sums["speakers"], "gni": gni})


def language_prices(
    token_lengths: pd.DataFrame,
    spoken: pd.DataFrame,
    tokens_in: float,
    tokens_out: float,
    usd_per_mtok_in: float,
    usd_per_mtok_out: float,
    tokenizers: list[str] | None = None,
) -> pd.DataFrame:
    """Return what 1,000 questions cost in each language, by tokenizer.

    Args:
        token_lengths: tokenizer, language, tokens_ratio, source_id; blank languages are left out.
        spoken: speakers and gni by language (`speakers`).
        tokens_in, tokens_out: tokens of a question and its answer in English.
        usd_per_mtok_in, usd_per_mtok_out: US$ per million tokens read and written.
        tokenizers: only these, or all.

    Returns:
        language, tokenizer, tokens_ratio, speakers, usd_per_1000_questions, share_of_income (of a
        month's GNI per capita of the speakers), source_id (of the tokens); languages that no
        economy has are left out.

    Raises:
        InputError: a tokenizer that is not there, or two forms that stand for one language.
    """
    known = set(token_lengths["tokenizer"])
    wanted = list(known) if tokenizers is None else tokenizers
    for name in wanted:
        if name not in known:
            raise InputError(
                f"token_lengths, column tokenizer: found no {name}, expected one of "
                + ", ".join(sorted(known))
            )
    rows = token_lengths[
        token_lengths["tokenizer"].isin(wanted)
        & token_lengths["language"].ne("")
        & token_lengths["tokens_ratio"].notna()
    ]
    twice = rows[rows.duplicated(["tokenizer", "language"])]
    if len(twice):
        raise InputError(
            f"token_lengths, column language: found {twice['language'].iloc[0]} twice for "
            f"{twice['tokenizer'].iloc[0]}, expected one form for a language"
        )
    rows = rows[rows["language"].isin(spoken.index)]
    english = pay_per_question(tokens_in, tokens_out, usd_per_mtok_in, usd_per_mtok_out)
    table = rows[["language", "tokenizer", "tokens_ratio"]].assign(
        speakers=rows["language"].map(spoken["speakers"]),
        usd_per_1000_questions=1000 * english * rows["tokens_ratio"],
    )
    month = rows["language"].map(spoken["gni"]) / 12
    table["share_of_income"] = table["usd_per_1000_questions"] / month
    table["source_id"] = rows["source_id"]
    return table.sort_values(["language", "tokenizer"], ignore_index=True)


def check_languages(codes, languages: pd.DataFrame, file: str) -> None:
    """Stop at the first language code that CLDR does not know in any economy."""
    known = set(languages["language"])
    unknown = sorted(set(codes) - known - {""})
    if unknown:
        raise InputError(
            f"{file}, column language: found {unknown[0]!r}, expected a language of CLDR that some "
            "economy has, such as sw"
        )


def people_by_accuracy(
    languages: pd.DataFrame,
    accuracy: pd.Series,
    incomes: pd.DataFrame,
    levels: list[float],
) -> pd.DataFrame:
    """Return how many people can use a language in which a model is right at least so often.

    Args:
        languages: iso3, language, population_percent.
        accuracy: share of right answers by language, of one model and benchmark.
        incomes: gni and population by economy.
        levels: accuracies.

    Returns:
        accuracy, share_low, share_high (of the world's people: everybody who has the most spoken
        such language has all others too, or nobody has two), languages, gni (US$ a year per person
        over economies weighted by `share_low`).

    Raises:
        InputError: a language of `accuracy` that no economy has.
    """
    check_languages(accuracy.index, languages, "accuracy")
    rows = languages[languages["population_percent"].notna()]
    rows = rows.assign(right=rows["language"].map(accuracy), share=rows["population_percent"] / 100)
    people, gni = incomes["population"], incomes["gni"]
    found = []
    for level in levels:
        good = rows[rows["right"] >= level].groupby("iso3")["share"]
        low = good.max().clip(upper=1).reindex(people.index).fillna(0) * people
        high = good.sum().clip(upper=1).reindex(people.index).fillna(0) * people
        paid = low[gni.notna()]
        income = (paid * gni).sum() / paid.sum() if paid.sum() > 0 else float("nan")
        found.append(
            (
                level,
                low.sum() / people.sum(),
                high.sum() / people.sum(),
                (accuracy >= level).sum(),
                income,
            )
        )
    return pd.DataFrame(found, columns=["accuracy", "share_low", "share_high", "languages", "gni"])
