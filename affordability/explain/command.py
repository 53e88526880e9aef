"""`python -m affordability explain ...`: its arguments, and the answer on the terminal."""

from __future__ import annotations

import argparse

FORMATS = ["text", "json", "html"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what is explained, and how it is shown."""
    kinds = parser.add_subparsers(dest="what", required=True)
    claim = kinds.add_parser("claim", help="a claim, by its id")
    claim.add_argument("claim_id")
    ratio = kinds.add_parser("ratio", help="what share of a resource an item costs")
    ratio.add_argument("--item", required=True, help="model, plan or hardware, e.g. gpt4")
    ratio.add_argument("--actor", required=True, help="ISO3 code or organisation, e.g. DEU")
    ratio.add_argument("--measure", required=True, help="resource, e.g. rd_expenditure")
    cost = kinds.add_parser("cost", help="what an item costs, every estimate")
    cost.add_argument("item", help="model, plan or hardware, e.g. gpt4")
    row = kinds.add_parser("row", help="a row of a table on people, by its key")
    row.add_argument("table", help="e.g. subscription_headcount")
    row.add_argument("key", nargs="*", help="column=value, e.g. economy=KEN plan=flat_20")
    row.add_argument("--column", default="", help="which of its columns; the first if left out")
    for one in (ratio, cost):
        one.add_argument("--kind", default="", help="only to train, serve, subscribe or buy it")
        one.add_argument("--basis", default="", help="only estimates on this basis")
        one.add_argument("--estimate", default="", help="only this estimate, by its id")
    for one in (claim, row, ratio, cost):
        one.add_argument("--study", help="which study; that of the newest prices if left out")
        one.add_argument("--format", choices=FORMATS, default="text")
        one.add_argument(
            "--most", type=int, default=6, help="rows of a query shown as text; 0: all"
        )


def run(given: argparse.Namespace) -> int:
    """Print the answer; `InputError` names the nearest ids of an unknown one."""
    from affordability.claims import query  # late: pandas
    from affordability.explain import answers, render
    from affordability.explain.ids import known

    book = answers.open_book(given.study)
    if given.what == "claim":
        claims = {entry["id"]: entry for entry in query.load(query.CLAIMS)}
        document = answers.claim(book, claims[known("claim", given.claim_id, list(claims))])
    elif given.what == "row":
        document = answers.row(book, given.table, given.key, given.column)
    else:
        narrow = (given.kind, given.basis, given.estimate)
        if given.what == "ratio":
            document = answers.ratio(book, given.item, given.actor, given.measure, *narrow)
        else:
            document = answers.cost(book, given.item, *narrow)
    shown = {
        "text": lambda: render.text(document, given.most),
        "json": lambda: render.as_json(document),
        "html": lambda: render.html(document),
    }
    print(shown[given.format](), end="")
    return 0
