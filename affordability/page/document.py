"""The page: one self-contained HTML over all studies that opens offline and can be asked.

Everything is read from the results and the sidecars of the frozen data; nothing is computed here
but how a number is written, and in the reader's browser cost ÷ resource. The scripts, and the
library that draws (from the installed vl-convert), stand inside, their digests in the
Content-Security-Policy: nothing else runs, and nothing is asked of any host.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import vl_convert
from markupsafe import Markup

from affordability.page import audit, changes, charts, claims, find, run, sources, study, world
from affordability.page.book import Book
from affordability.page.parts import SCRIPTS, TEMPLATES, embedded, sentences, templates
from affordability.study import Study

# In this order: what all share, the view, its parts, and last what sets them going.
PARTS = ["start", "view", "find", "search", "charts", "rank", "run", "end"]
# The blocks of sentences.yaml that the scripts read.
SCRIPT_BLOCKS = [
    "a_period",
    "actors",
    "bases",
    "called",
    "charts",
    "cite",
    "columns",
    "find",
    "kinds",
]
SCRIPT_BLOCKS += ["org_types", "peers", "rank", "run", "run_kinds", "scales", "search", "tunings"]
SCRIPT_BLOCKS += ["units", "ways", "what", "whose"]
# Nothing from outside; the scripts by digest; styles inside, as Vega sets them on its elements.
POLICY = "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src data: blob:"
POLICY += "; base-uri 'none'; form-action 'none'"


def render(
    results: Path, raw: Path, citation: Path, studies: list[Study], pairs: list[str], book: Book
) -> str:
    """Return the page as text.

    Args:
        results: folder of the results; the page lies in it and links to what lies beside it.
        raw: folder of the frozen data.
        citation: CITATION.cff.
        studies: the studies shown.
        pairs: comparisons of two vintages, folders of results/diff.
        book: names, as `book.read` gives them.
    """
    told = claims.read(results, studies, book)
    audited = audit.read(results, studies, book)
    scripts = [vl_convert.javascript_bundle(), *(_script(part) for part in PARTS)]
    fixed = _fixed(results, studies[-1], book)
    data = {
        **find.read(results, studies, book),
        "world": world.read(raw),
        "run": run.read(results, studies, book),
        "specs": {
            "world": charts.world(),
            "ranking": charts.ranking(),
            "years": charts.years(),
            "curve": charts.curve(money=False),
            "curve_usd": charts.curve(money=True),
        },
        "charts": {**fixed, **audit.curves(results)},
        "citation": sources.citation(citation),
    }
    return (
        templates()
        .get_template("page.html.j2")
        .render(
            policy=POLICY.format(scripts=" ".join(map(_digest, scripts))),
            css=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
            scripts=[Markup(script) for script in scripts],
            data=embedded(data),
            sentences=embedded({block: sentences()[block] for block in SCRIPT_BLOCKS}),
            studies=[study.read(results, one, book) for one in studies],
            claims=told,
            audit=audited,
            charts=data["charts"],
            changes=[changes.read(results, pair, studies, book) for pair in pairs],
            packages=sources.read_packages(raw, studies),
            citation=data["citation"],
        )
    )


def _fixed(results: Path, newest: Study, book: Book) -> dict[str, dict]:
    """Return the charts that no choice changes, those there are data for."""
    found = {
        "training": charts.training(results / newest.name),
        "languages": charts.languages(book.languages, book.names),
        "concentration": charts.concentration(results / "audit"),
    }
    return {name: chart for name, chart in found.items() if chart}


def _script(part: str) -> str:
    return "\n" + (SCRIPTS / f"{part}.js").read_text(encoding="utf-8")


def _digest(script: str) -> str:
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
