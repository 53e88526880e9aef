"""What the page says equals the tables and the command line, on views and budgets at random."""

import random

import pandas as pd
import pytest

from affordability import budget, words

VIEWS = 200
BUDGETS = 12
KEY = ["study", "item_kind", "item_id", "estimate_id", "measure", "actor_id"]


@pytest.fixture
def opened(page):
    return page()


def test_two_hundred_views_at_random_equal_the_table_of_ratios(opened, ratios):
    known = ratios.dropna(subset=["share"])
    sample = known.sample(VIEWS, random_state=20241)
    views = [
        {
            "study": row.study,
            "who": row.actor_id,
            "item": f"{row.item_kind}:{row.item_id}",
            "estimate": row.estimate_id,
            "measure": row.measure,
        }
        for row in sample.itertuples()
    ]
    said = opened.ask(
        """(views) => views.map((part) => {
          const view = Page.settled(part);
          const row = Page.own(view);
          return { ...view, share: row.share, low: row.low, high: row.high, status: row.status,
            year: row.year, rank: row.rank, text: Page.percent(row.share) };
        })""",
        views,
    )
    assert len(said) == VIEWS
    for row, answer in zip(sample.itertuples(), said, strict=True):
        assert (answer["item"], answer["measure"]) == (
            f"{row.item_kind}:{row.item_id}",
            row.measure,
        )
        assert answer["share"] == row.share, row
        assert answer["low"] == (None if pd.isna(row.share_low) else row.share_low)
        assert answer["high"] == (None if pd.isna(row.share_high) else row.share_high)
        assert (answer["status"], answer["year"]) == (row.status, row.resource_year)
        assert answer["text"] == words.percent(row.share)
        alike = known[(known[KEY[:5]] == [getattr(row, name) for name in KEY[:5]]).all(axis=1)]
        assert answer["rank"] == (alike["share"] < row.share).sum() + 1


def test_numbers_are_said_as_everywhere_else(opened):
    chance = random.Random(7)
    values = [chance.choice([1, 7, 1.25]) * 10 ** chance.uniform(-9, 13) for _ in range(300)]
    values += [0.0, 1.125, 2.125, 0.0625, 892.5, 893.5, 999.5, 999_499_999, 999_500_000.0, 1e12]
    said = opened.ask("(values) => values.map((v) => [Page.money(v), Page.percent(v)])", values)
    expected = [[words.money(value), words.percent(value)] for value in values]
    assert [pair for pair in zip(values, said, expected, strict=True) if pair[1] != pair[2]] == []


@pytest.mark.parametrize("period", ["once", "month", "year"])
def test_a_budget_buys_what_the_command_line_says(opened, results, period):
    chance = random.Random(11)
    folders = sorted(path.parent for path in results.glob("*/costs.parquet"))
    assert folders
    for folder in folders:
        items = budget.priced_items(folder)
        for _ in range(BUDGETS):
            usd = 10 ** chance.uniform(0, 11)
            answer = budget.weigh(items, budget.Budget(usd, period))
            beyond = budget.first_out_of_reach(answer)
            said = opened.ask(
                """([study, usd, period]) => {
                  const rows = Page.weigh(study, usd, period);
                  const beyond = [...Page.beyond(rows).values()];
                  const told = (r) => [r.kind, r.item_id, r.estimate_id, r.amount, r.within];
                  return { rows: rows.map(told), beyond: beyond.map((r) => [r.kind, r.item_id]) };
                }""",
                [folder.name, usd, period],
            )
            columns = ["kind", "item_id", "estimate_id", "amount", "within"]
            assert said["rows"] == answer[columns].values.tolist()
            assert sorted(said["beyond"]) == sorted(beyond[["kind", "item_id"]].values.tolist())
