"""A proved answer of the World Bank, whichever way it came: what a vintage is made of.

The grid of cells that `completeness` proved becomes published values of economies; these are held
against what was asked (no required series without a value, no thin newest year), against the last
vintage (`comparison`) and against each other (`identities`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from affordability.fetch.comparison import Findings, compare, compare_labels, refuse
from affordability.fetch.completeness import Economy, prove_release, prove_titles, refuse_thin
from affordability.fetch.identities import contradictions
from affordability.fetch.last import LABELS
from affordability.fetch.plan import Plan
from affordability.fetch.refusal import FetchError, waive

GROWTH = 1.5  # of the median economy in a year; in current US$ it was 0.91 to 1.14 since 2001


@dataclass(frozen=True)
class Answer:
    """A proved answer: what a vintage is made of. `values` holds published values only."""

    release: str
    titles: dict[str, str]
    economies: list[Economy]
    values: list[tuple[str, str, int, int | float]]  # iso3, indicator, year, value
    lacking: list[str]
    thin: list[str]
    anomalies: list[str]
    requests: list[str] = field(repr=False)

    @property
    def counts(self) -> dict[str, dict[int, int]]:
        """Economies with a value, by series and year."""
        return economies_by_year(self.values)


def proved(
    plan: Plan,
    grid: list,
    codes: list[str],
    titles: dict[str, str],
    economies: list[Economy],
    release: str,
    requests: list[str],
    more: Findings | None = None,
) -> Answer:
    """Return the answer that a whole grid holds; refuse what no release has.

    Args:
        grid: values in the order series (as in `titles`), code (as in `codes`), year.
        more: what else was found, to be refused, waived or reported with the rest.

    Raises:
        FetchError: values are missing, thin, lost, changed or contradict each other.
    """
    served = {economy.iso3 for economy in economies if economy.has_data}
    values = _published(grid, list(titles), codes, plan.years, served)
    lacking = _prove_values(plan, values)
    thin = refuse_thin(economies_by_year(values), plan)
    found = prove_release(plan, release) + prove_titles(plan, titles)
    found += compared(plan, economies, values) + (more or Findings())
    return Answer(
        release=release,
        titles=titles,
        economies=economies,
        values=values,
        lacking=lacking,
        thin=thin,
        anomalies=refuse(found, plan.allow_losses, plan.allow_changes),
        requests=requests,
    )


def compared(plan: Plan, economies: list[Economy], values: list[tuple]) -> Findings:
    """Return what differs from the last vintage, in what was asked of both.

    A release of the past may lack what was published since: there, no loss is counted.
    """
    labels = {
        kind: {economy.iso3: getattr(economy, column) for economy in economies}
        for kind, column in LABELS.items()
    }
    there = {economy.iso3 for economy in economies if economy.has_data}
    new = [(name, code, year, value) for code, name, year, value in values]
    last = [
        cell
        for cell in plan.last.cells
        if cell[0] in plan.indicators and cell[1] in there and cell[2] in plan.years
    ]
    found = compare(new, last, GROWTH)
    losses = {} if plan.past else found.losses
    known = compare_labels(labels, plan.last.labels)
    return Findings(losses, found.changes, found.anomalies) + known + contradictions(new)


def _published(
    grid: list, present: list[str], codes: list[str], years: range, served: set[str]
) -> list[tuple[str, str, int, int | float]]:
    """Return the values of economies that are not null, sorted by economy, series and year."""
    cells = iter(grid)
    return sorted(
        (code, indicator, year, value)
        for indicator in present
        for code in codes
        for year in years
        if (value := next(cells)) is not None and code in served
    )


def _prove_values(plan: Plan, values: list[tuple]) -> list[str]:
    """Return the series without any value; stop if a required one has none (but in archives)."""
    answered = {indicator for _, indicator, _, _ in values}
    lacking = [code for code in plan.indicators if code not in answered]
    empty = [s.indicator for s in plan.series if s.required and s.indicator in lacking]
    if not answered or (empty and not plan.version):
        less = f", or without: {waive('without=' + ','.join(empty))}" if answered else ""
        raise FetchError(
            f"series {', '.join(empty or lacking)}: answered without a single value; nothing was "
            f"written; fetch again later{less}"
        )
    return lacking


def economies_by_year(values: list[tuple]) -> dict[str, dict[int, int]]:
    """Return the number of economies with a value, by series and year."""
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for _, indicator, year, _ in values:
        counts[indicator][year] += 1
    return {code: dict(sorted(by_year.items())) for code, by_year in sorted(counts.items())}
