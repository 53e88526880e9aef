"""Write a vintage whole or not at all.

Everything goes to a temporary folder beside the final one, is flushed to disk and digested, the
sidecar last, and is checked as the workflow checks its inputs; then one rename makes it a vintage.
Killed before the rename there is none, after it there is a whole one. A folder that holds a vintage
is never touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd

from affordability.fetch.answer import Answer
from affordability.fetch.completeness import Economy
from affordability.fetch.plan import Plan
from affordability.fetch.refusal import FetchError
from affordability.tables import InputError, check_frame, load_schema, shown, write_csv
from affordability.vintages import SIDECAR, file_facts

PARTIAL = ".partial-"
WORLD_BANK_PAGE = "https://datacatalog.worldbank.org/search/dataset/0037712"
WORLD_BANK_TERMS = "https://creativecommons.org/licenses/by/4.0/"


def refuse_existing(folder: Path) -> None:
    """Stop if `folder` is a vintage already: vintages are added, never changed."""
    if (folder / SIDECAR).exists():
        raise FetchError(f"{shown(folder)} is frozen: never changed; choose a new date")


def freeze(
    folder: Path,
    tables: dict[str, pd.DataFrame],
    sidecar: dict,
    economies: pd.DataFrame | None = None,
) -> Path:
    """Write `tables` (by schema name) and their sidecar as the vintage `folder`.

    Each table is taken out of `tables` once it is written, so that the check has its memory.
    `sidecar` holds every key but `resources`, which is added with bytes and digests; `economies`
    is the table that codes refer to where the vintage has none of its own.

    Raises:
        FetchError: a vintage is there, the tables do not pass `check`, or the disk does not write.
    """
    refuse_existing(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f"{PARTIAL}{folder.name}-*"):
        shutil.rmtree(left)  # of a run that was killed
    partial = Path(tempfile.mkdtemp(prefix=f"{PARTIAL}{folder.name}-", dir=folder.parent))
    inside = partial / folder.name  # a level deeper: no search for vintages finds it unfinished
    try:
        inside.mkdir()
        _fill(inside, tables, sidecar)
        check_before_rename(inside, economies)
        with contextlib.suppress(OSError):
            folder.rmdir()  # an empty folder that Snakemake made for the outputs; no vintage
        inside.rename(folder)
        _flush(folder.parent)
    except OSError as error:
        raise FetchError(f"{shown(folder)}: could not be written ({error}); no vintage") from error
    except FetchError:
        raise
    except InputError as error:
        raise FetchError(
            f"what came does not pass the check of inputs: "
            f"{str(error).replace(partial.name + '/', '')}; nothing was written; fetch again later"
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def check_before_rename(folder: Path, economies: pd.DataFrame | None) -> None:
    """Stop at a table that the workflow would refuse: digests, schemas, references."""
    from affordability.checks import check_folder  # late: the only thing here that knows the check

    check_folder(folder, pd.DataFrame({"iso3": []}) if economies is None else economies)


def _fill(partial: Path, tables: dict[str, pd.DataFrame], sidecar: dict) -> None:
    resources = []
    for name in sorted(tables):
        check_frame(tables[name], name)
        path = partial / f"{name}.csv"
        write_csv(tables[name].sort_values(load_schema(name)["primaryKey"], kind="stable"), path)
        _flush(path)
        resources.append({"name": name, **file_facts(path), "schema": name})
        del tables[name]
    text = json.dumps(_ordered(sidecar, resources), indent=1, ensure_ascii=False) + "\n"
    unfinished = partial / f"{SIDECAR}.new"
    unfinished.write_bytes(text.encode("utf-8"))
    _flush(unfinished)
    unfinished.rename(partial / SIDECAR)
    _flush(partial)


def _ordered(sidecar: dict, resources: list[dict]) -> dict:
    """Return the sidecar with `resources` where a reader expects them: before our own keys."""
    own = {key: value for key, value in sidecar.items() if key.startswith("x_")}
    common = {key: value for key, value in sidecar.items() if key not in own}
    return {**common, "resources": resources, **own}


def _flush(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to disk (folders: not on Windows)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def shortest(value: int | float) -> str:
    """Return the shortest text that reads back as the same number; no ".0" on whole numbers."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value)


def world_bank_tables(answer: Answer, plan: Plan, day: str, endpoint: str) -> dict:
    """Return the four tables of a World Bank vintage that the API answered."""
    source = world_bank_source_id(plan, day)
    evidence = "lastupdated of every page of the API's answer"
    about = [_world_bank_source(answer, plan, day, source, endpoint)]
    return tables_of(answer, plan, dict.fromkeys(answer.counts, source), about, evidence)


def tables_of(
    answer: Answer, plan: Plan, source_of: dict[str, str], sources: list[tuple], evidence: str
) -> dict[str, pd.DataFrame]:
    """Return the four tables of a World Bank vintage.

    Args:
        source_of: the source of each series.
        sources: the rows of the table of sources.
        evidence: how the release was established.
    """
    observations = [(*row[:3], shortest(row[3]), source_of[row[1]]) for row in answer.values]
    units = {series.indicator: series.unit for series in plan.series}
    series = [
        (code, source_of[code], answer.titles[code], units[code], answer.release, evidence)
        for code in sorted(answer.counts)
    ]
    economies = [
        (e.iso3, e.name, e.region, e.income_level, e.lending, _word(e)) for e in answer.economies
    ]
    return {
        "observations": _frame("observations", observations),
        "series": _frame("series", series),
        "economies": _frame("economies", economies),
        "sources": _frame("sources", sources),
    }


def _word(economy: Economy) -> str:
    return "true" if economy.has_data else "false"


def world_bank_source_id(plan: Plan, day: str) -> str:
    """Return the id under which the rows of a fetch name their source."""
    return f"wb-archive-{plan.version}" if plan.version else f"wb-api-{day}"


def _world_bank_source(answer: Answer, plan: Plan, day: str, source: str, endpoint: str) -> tuple:
    what = "World Development Indicators"
    title = f"{what} archives, release {plan.version}" if plan.version else what
    note = f"API at {endpoint}, database {plan.database}, asked on {day}; {classified_when(plan)}"
    return (source, title, WORLD_BANK_PAGE, "World Bank", "CC-BY-4.0", answer.release, note)


def classified_when(plan: Plan) -> str:
    """Say of which day the income levels are: the API has no history of them."""
    if plan.release:
        return "income levels as the release has them"
    if plan.version:
        return f"income levels in force on the day of the fetch, not in {plan.version}"
    return "income levels in force on the day of the fetch"


def world_bank_request(answer: Answer, plan: Plan, endpoint: str) -> dict:
    """Return what was asked, as the sidecar keeps it."""
    return {
        "endpoint": endpoint,
        "database": plan.database,
        "release": plan.version or "newest",
        "indicators": plan.indicators,
        "years": [plan.year_from, plan.year_to],
        "economies": "all",
        "addresses": answer.requests,
    }


def world_bank_sidecar(answer: Answer, plan: Plan, folder: Path, day: str, request: dict) -> dict:
    """Return the sidecar of a World Bank vintage, but for its resources."""
    lacking = f"; without any value: {', '.join(answer.lacking)}" if answer.lacking else ""
    return {
        "name": "world-bank",
        "version": folder.name,
        "title": f"World Bank figures, {plan.where}, release {answer.release}",
        "created": day,
        "sources": [{"title": "World Development Indicators", "path": WORLD_BANK_PAGE}],
        "licenses": [{"name": "CC-BY-4.0", "path": WORLD_BANK_TERMS}],
        "x_request": request,
        "x_lastupdated": answer.release,
        "x_series_lacking": answer.lacking,
        "x_thin_newest_year": answer.thin,
        "x_anomalies": answer.anomalies,
        "x_economies_by_year": {
            code: {str(year): count for year, count in by_year.items()}
            for code, by_year in answer.counts.items()
        },
        "x_note": f"{classified_when(plan).capitalize()}{lacking}.",
    }


def _frame(schema: str, rows: list[tuple]) -> pd.DataFrame:
    """Return rows as the table `schema` wants them, every cell as it will be written."""
    names = [field["name"] for field in load_schema(schema)["fields"]]
    return pd.DataFrame(rows, columns=names)
