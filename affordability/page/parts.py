"""What all parts of the page share: sentences, templates, rows of tables, columns for the scripts.

A part is a module that reads results and returns plain values for its template; whatever is said
to a reader stands in `sentences.yaml`, so that another language is another such file.
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pandas as pd
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from affordability.measures import MEASURES

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
SCRIPTS = HERE / "scripts"
SENTENCES = HERE / "sentences.yaml"
# A verdict is told three times: in words, by a symbol and by a colour (the class).
VERDICTS = {
    "reproduced": ("✓", "good"),
    "reproduced with more members": ("✓+", "more"),
    "differs": ("≠", "differs"),
    "restated": ("↺", "open"),
    "identified": ("◎", "open"),
    "not testable": ("?", "open"),
}
AGREE = ("reproduced", "reproduced with more members")
TESTED = (*AGREE, "differs")


def templates() -> Environment:
    """Return the templates of all pages: strict about names, everything escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"say": say, "verdicts": VERDICTS, "web": web}
    environment.filters["thousands"] = "{:,}".format
    return environment


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Return every sentence: a block a part of the page, in it the sentences by key."""
    return yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))


def say(key: str, **values: object) -> Markup:
    """Return the sentence `block.key` with its values, which are escaped.

    Raises:
        KeyError: there is no such sentence, or it names a value that is not given.
    """
    block, _, name = key.partition(".")
    return Markup(sentences()[block][name]).format(**values)


def term(block: str, name: str) -> str:
    """Return the word for a name of the tables; one without a word is shown with spaces."""
    return sentences()[block].get(name, name.replace("_", " "))


def label(measure: str) -> str:
    """Return what a reader calls a measure."""
    return MEASURES[measure].label if measure in MEASURES else measure.replace("_", " ")


def web(address: str) -> bool:
    """Say whether an address may be a link."""
    return address.startswith(("https://", "http://"))


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV as text, blank cells as ""; no rows if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def linked_figure(folder: Path, stem: str, results: Path) -> dict | None:
    """Return title, caption and address of a figure that lies beside the page; None without one."""
    path = folder / "figures" / f"{stem}.caption.txt"
    if not path.exists():
        return None
    return {
        "stem": stem,
        "title": term("figures", stem),
        "caption": path.read_text(encoding="utf-8").strip(),
        "link": f"{folder.relative_to(results).as_posix()}/figures/{stem}",
    }


def opened(text: str) -> tuple[str, str]:
    """Return the first sentence of a text, and the rest."""
    first, mark, rest = text.partition(". ")
    return first + mark.strip(), rest


def packed(frame: pd.DataFrame) -> dict[str, object]:
    """Return a table by column, for `unpack` of scripts/start.js.

    A column of one value is {"one", "n"}; of text {"words", "at"}: each word once, and where it
    stands; all others are lists. A missing value is null.
    """
    return {str(column): _column(frame[column]) for column in frame}


def _column(values: pd.Series) -> object:
    plain = [None if pd.isna(value) else value for value in values.tolist()]
    distinct = list(dict.fromkeys(plain))
    if len(distinct) == 1 and len(plain) > 1:
        return {"one": distinct[0], "n": len(plain)}
    if any(isinstance(value, str) for value in distinct):
        places = {value: place for place, value in enumerate(distinct)}
        return {"words": distinct, "at": [places[value] for value in plain]}
    return plain


def embedded(value: object) -> Markup:
    """Return JSON that may stand inside a script element, whatever text is in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", ""))
