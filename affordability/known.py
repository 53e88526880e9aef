"""What was known by a day: curated rows without what was published later.

A study of April 2024 must not read an estimate of 2025. Each curated table that has a date of
publication says so in `DATED`; a row is known if its date is not after the study's `known_by`. A
month or a year counts as known if it had begun. What is computed here from rows known then is no
later knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

# The column that tells when a row could be read, and the column that names the row.
DATED = {
    "models": ("release_date", "model_id"),
    "training_costs": ("estimate_date", "estimate_id"),
    "training_energy": ("date", "energy_id"),
    "serving_setups": ("date", "setup_id"),
    "subscriptions": ("effective_from", "price_id"),
    "accelerators": ("release_date", "accelerator_id"),
    "hardware_prices": ("price_date", "price_id"),
    "language_accuracy": ("date", "accuracy_id"),
    "token_prices": ("date_from", "price_id"),
    "cloud_prices": ("date_from", "price_id"),
    "lab_finances": ("as_of", "finance_id"),
    "lab_staff": ("as_of", "staff_id"),
    "free_tiers": ("date", "product"),
    "consumer_prices": ("date", "year"),
    "economy_groups": ("as_of", "iso3"),
}
# Cells with a day of their own, of a row that was known before them.
LATER_CELLS = {"accelerators": ("price_date", ["usd", "usd_low", "usd_high"])}
OF_MODELS = ["model_figures", "model_architectures"]  # go with their models
COLUMNS = ["table", "id", "date"]


def later(rows: pd.DataFrame, column: str, day: str) -> pd.Series:
    """Return which rows were published after a day; a blank date is not after any.

    >>> rows = pd.DataFrame({"date": ["2024-04-14", "2024-04-15", "2024", "2025-01", ""]})
    >>> later(rows, "date", "2024-04-14").tolist()
    [False, True, False, True, False]
    """
    dates = rows[column].fillna("").astype(str)
    return pd.Series([date > day[: len(date)] for date in dates], rows.index, dtype=bool)


class Known(Mapping):
    """Curated tables by name, as they could be read on a day; other tables as they are.

    What is of a model goes with its model. `left_out` tells what is not there, and why.
    """

    def __init__(self, given: Mapping[str, pd.DataFrame], day: str) -> None:
        self.given, self.day = given, day
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            rows = self.given[name]
            if name in DATED or name in OF_MODELS:
                rows = rows[~self._late(name, rows)].reset_index(drop=True)
            if name in LATER_CELLS:
                day, cells = LATER_CELLS[name]
                rows = rows.assign(**rows[cells].mask(later(rows, day, self.day)))
            self._read[name] = rows
        return self._read[name]

    def _late(self, name: str, rows: pd.DataFrame) -> pd.Series:
        late = pd.Series(False, rows.index)
        if name in DATED:
            late = later(rows, DATED[name][0], self.day)
        if name != "models" and "model_id" in rows and "models" in self.given:
            models = self.given["models"]
            unborn = set(models.loc[later(models, "release_date", self.day), "model_id"])
            late |= rows["model_id"].isin(unborn)
        return late

    def __iter__(self) -> Iterator[str]:
        return iter(self.given)

    def __len__(self) -> int:
        return len(self.given)

    def left_out(self) -> pd.DataFrame:
        """Return table `not_yet_known`: every row, and every price of one, of after the day."""
        parts = []
        for name in sorted(set(DATED) & set(self.given)):
            rows, (column, key) = self.given[name], DATED[name]
            gone = self._late(name, rows)
            if name in LATER_CELLS:
                day = LATER_CELLS[name][0]
                newer = rows[later(rows, day, self.day) & ~gone]
                part = pd.DataFrame({"id": newer[key] + ": price", "date": newer[day]})
                parts.append(part.assign(table=name)[COLUMNS])
            late = rows[gone]
            part = pd.DataFrame({"id": late[key].astype(str), "date": late[column]})
            parts.append(part.assign(table=name)[COLUMNS])
        return pd.concat(parts, ignore_index=True).sort_values(COLUMNS[:2], ignore_index=True)
