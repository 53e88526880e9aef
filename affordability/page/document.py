"""The page: one self-contained HTML over all studies, claims first; opens offline, needs no script.

Everything is read from the results and the sidecars of the frozen data; nothing is computed here
but how a number is written. Figures are embedded; their CSV and PNG are linked beside the page.
"""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path

from affordability.figures.registry import FIGURES
from affordability.measures import MEASURES
from affordability.words import money

TEMPLATES = Path(__file__).parent / "templates"
# A verdict is told three times: in words, by a symbol and by a colour (the class).
VERDICTS = {
    "reproduced": ("✓", "good"),
    "reproduced with more members": ("✓+", "more"),
    "differs": ("≠", "differs"),
    "restated": ("=", "open"),
    "identified": ("→", "open"),
    "not testable": ("?", "open"),
}


def templates():
    """The templates of all pages: strict about names, everything escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(
    studies: list[dict],
    packages: list[dict],
    names: dict[str, str],
    changes: list[dict] | None = None,
    audit: dict | None = None,
) -> str:
    """The page as text.

    Args:
        studies: one dict a study: name, title, vintages, items, thresholds (as `config.studies`
            gives them) and `folder`, the path of results/<study>.
        packages: sidecars with their sources, as `read_packages` gives them.
        names: names of actors and languages by id; an id without a name is shown as it is.
        changes: comparisons of two vintages, as `diff.page.read` gives them.
        audit: what other choices give, as `audit.page.read` gives it.
    """
    environment = templates()
    read = [read_study(study, names) for study in studies]
    return environment.get_template("page.html.j2").render(
        studies=read,
        claims=side_by_side(read),
        verdicts=VERDICTS,
        packages=packages,
        changes=changes or [],
        audit=audit,
        css=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
    )


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV as text, blank cells as ""; no rows if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_study(study: dict, names: dict[str, str]) -> dict:
    """Everything the page shows of one study."""
    folder = Path(study["folder"])
    numbers = folder / "numbers.json"
    unsure = unverified_ids(folder)
    return {
        "name": study["name"],
        "title": study["title"],
        "vintages": sorted(study["vintages"].items()),
        "thresholds": study["thresholds"],
        "claims": [read_claim(row, names, unsure) for row in read_rows(folder / "claims.csv")],
        "figures": [read_figure(folder, stem) for stem in FIGURES if has_figure(folder, stem)],
        "models": models_first(folder, study["items"]),
        "within": within_thresholds(folder, study["items"]),
        "missing": missing_by_measure(read_rows(folder / "tables" / "missing_economies.csv")),
        "numbers": json.loads(numbers.read_text(encoding="utf-8")) if numbers.exists() else {},
        "tables": [path.name for path in sorted((folder / "tables").glob("*.csv"))],
    }


def unverified_ids(folder: Path) -> set[str]:
    """Estimates and actors of a study whose figure was not read in its source."""
    columns = {"costs.csv": "estimate_id", "resources.csv": "actor_id"}
    return {
        row[column]
        for file, column in columns.items()
        for row in read_rows(folder / file)
        if row["status"] == "unverified"
    }


def read_claim(row: dict[str, str], names: dict[str, str], unsure: set[str]) -> dict:
    """A claim with its symbol, its members (name, unverified), its explanation in two parts."""
    symbol, kind = VERDICTS[row["verdict"]]
    ids = [member for member in row["members"].split(";") if member]
    members = [(names.get(member, member), member in unsure) for member in ids]
    first, _, rest = row["explanation"].partition(". ")
    first = first if not rest else first + "."
    return {**row, "symbol": symbol, "kind": kind, "members": members, "first": first, "rest": rest}


def side_by_side(studies: list[dict]) -> list[dict]:
    """Each claim once, in the order of the first study that has it, with its answer per study."""
    found: dict[str, dict] = {}
    for study in studies:
        for claim in study["claims"]:
            entry = {key: claim[key] for key in ("claim_id", "statement", "published", "locator")}
            found.setdefault(claim["claim_id"], {**entry, "answers": {}})
            found[claim["claim_id"]]["answers"][study["name"]] = claim
    return list(found.values())


def has_figure(folder: Path, stem: str) -> bool:
    """Whether a study has this figure."""
    return (folder / "figures" / f"{stem}.svg").exists()


def read_figure(folder: Path, stem: str) -> dict:
    """A figure with its caption, embedded so that the page needs no other file."""
    base = folder / "figures"
    svg = (base / f"{stem}.svg").read_bytes()
    caption = (base / f"{stem}.caption.txt").read_text(encoding="utf-8").strip()
    return {
        "stem": stem,
        "title": FIGURES[stem].title,
        "caption": caption,
        "alt": caption.split(". ")[0],
        "image": "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii"),
        "link": f"{folder.name}/figures/{stem}",
    }


def models_first(folder: Path, items: dict[str, list[str]]) -> dict[str, list[dict]]:
    """Table 1 in two parts: the models a study sets against resources, and all others."""
    chosen = {model for ids in (items.get("train", []), items.get("serve", [])) for model in ids}
    rows = [read_model(row) for row in read_rows(folder / "tables" / "table1_models.csv")]
    return {
        "chosen": [row for row in rows if row["model_id"] in chosen],
        "others": [row for row in rows if row["model_id"] not in chosen],
    }


def read_model(row: dict[str, str]) -> dict:
    """A row of Table 1 with its cells in words; `unsure` holds the columns to be marked."""
    low, high = row["training_usd_low"], row["training_usd_high"]
    return {
        **row,
        "size": size(row["parameters"]),
        "hardware": hardware(row),
        "training": money(float(row["training_usd"])) if row["training_usd"] else "",
        "span": span(low, high),
        "basis": row["training_basis"].replace("_", " "),
        "others": [text for text in row["other_training_estimates"].split("; ") if text],
        "serving": money(float(row["serving_usd_per_day"])) if row["serving_usd_per_day"] else "",
        "unsure": set(row["unverified"].split(";")) - {""},
    }


def span(low: str, high: str) -> str:
    """The known ends of an estimate: "$4 million to $9 million", "at least $100 million"."""
    if low and high:
        return f"{money(float(low))} to {money(float(high))}"
    if low:
        return f"at least {money(float(low))}"
    return f"up to {money(float(high))}" if high else ""


def size(parameters: str) -> str:
    """A number of parameters as people say it: 175 billion."""
    return money(float(parameters)).removeprefix("$") if parameters else ""


def hardware(row: dict[str, str]) -> str:
    """Count and kind of the accelerators: "992 × a100-80gb-sxm4"."""
    kind, count = row["accelerator"], row["accelerator_count"]
    return f"{float(count):,.0f} × {kind or 'accelerators'}" if count else kind


def within_thresholds(folder: Path, items: dict[str, list[str]]) -> list[dict]:
    """Who is within each threshold, for the first item of each kind; the rest is in the CSV.

    What an economy pays for serving or buying is left to the CSV too: it is within nearly every
    threshold everywhere.
    """
    first = {(kind, ids[0]) for kind, ids in items.items() if ids and kind != "buy"}
    return [
        read_threshold(row)
        for row in read_rows(folder / "tables" / "thresholds.csv")
        if (row["item_kind"], row["item_id"]) in first
        and (row["item_kind"] != "serve" or MEASURES[row["measure"]].actor == "organisation")
    ]


def read_threshold(row: dict[str, str]) -> dict:
    """A row of the table of thresholds, with its members as a list."""
    return {
        **row,
        "percent": f"{float(row['share']) * 100:g} %",
        "what": MEASURES[row["measure"]].label,
        "people": [name for name in row["names"].split("; ") if name],
    }


def missing_by_measure(rows: list[dict[str, str]]) -> list[dict]:
    """The economies without a value, grouped by measure and then by reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        reasons = found.setdefault(row["measure"], {})
        reasons.setdefault(row["reason"], []).append(row["name"])
    return [
        {
            "measure": MEASURES[measure].label,
            "count": sum(len(names) for names in reasons.values()),
            "reasons": sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0])),
        }
        for measure, reasons in found.items()
    ]


def read_packages(raw: Path | str, studies: list[dict]) -> list[dict]:
    """The frozen folders the studies read, and the curated one, each with its sources.

    One dict a folder: name (path below `raw`), title, created, licenses, note, studies, sources
    (rows of its sources.csv), unverified (rows of its tables marked so, by table).
    """
    raw = Path(raw)
    used: dict[str, list[str]] = {}
    for study in studies:
        for source, version in sorted(study["vintages"].items()):
            used.setdefault(f"{source}/{version}", []).append(study["name"])
        used.setdefault("curated", []).append(study["name"])
    return [read_package(raw / name, name, used[name]) for name in sorted(used)]


def read_package(folder: Path, name: str, studies: list[str]) -> dict:
    """One frozen folder as the page shows it."""
    sidecar = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {path.stem: read_rows(path) for path in sorted(folder.glob("*.csv"))}
    counts = {
        table: sum(row.get("status") == "unverified" for row in rows)
        for table, rows in tables.items()
    }
    return {
        "name": name,
        "title": sidecar["title"],
        "created": sidecar.get("created", ""),
        "licenses": sidecar.get("licenses", []),
        "note": sidecar.get("x_note", ""),
        "studies": studies,
        "sources": tables.get("sources", []),
        "rows": sum(len(rows) for table, rows in tables.items() if table != "sources"),
        "unverified": {table: count for table, count in counts.items() if count},
    }
