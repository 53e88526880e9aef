"""What changed, judged, in sentences: for the page and the command alike.

Everything comes from `judged.json`, which the diff wrote; here it is only put into words.
"""

from __future__ import annotations

from itertools import groupby

from markupsafe import Markup

from affordability.diff.matters import FLIPS, MEMBER
from affordability.diff.numbers import signed
from affordability.diff.study import MENDED
from affordability.page.parts import label, say, term
from affordability.words import listed, money, percent, three_digits

NAMED = 6  # names or values a line tells before it counts the rest
SAME_YEAR = ("revised", MENDED)  # causes that are none of another year
SHOWN = 5  # lines of a section that stand open; the others are folded, or counted


def sections(found: dict, names: dict[str, str]) -> list[dict]:
    """Return the judged summary by section: title, a leading sentence, lines.

    Args:
        found: the content of judged.json.
        names: names of models, plans and machines by id.
    """
    return [
        _verdicts(found),
        _answers(found),
        _revisions(found["matters"], names),
        _years_on(found["matters"], names),
        _anomalies(found),
        _rounding(found["rounding"]),
        _partitions(found["partitions"]),
        _described(found["described"]),
    ]


def failure(found: dict, old: str, new: str) -> str:
    """Return the sentence a comparison fails with; "" if nothing that was expected is absent."""
    absent = [row for row in found["partitions"] if row["expected"]]
    if not absent:
        return ""
    told = _parted(absent)
    more = [str(say("judged.more", n=len(told) - NAMED))] if len(told) > NAMED else []
    said = "; ".join(told[:NAMED] + more)
    return str(say("judged.fails", old=old, new=new, absent=said).unescape())


def _section(key: str, lead: Markup, lines: list[Markup], *, alarm: bool = False) -> dict:
    """Return a section; an alarm is told in strong words."""
    shown = {"lines": lines[:SHOWN], "more": lines[SHOWN:]}
    return {"key": key, "title": say(f"judged.{key}"), "lead": lead, "alarm": alarm, **shown}


def _verdicts(found: dict) -> dict:
    flipped = [row for row in found["answers"] if "verdict" in row["changed"]]
    asked = listed([f"{n} of {study}" for study, n in found["asked"].items()])
    lead = say("judged.flips" if flipped else "judged.no_flip", n=len(flipped), asked=asked)
    lines = [
        say(
            "judged.flip",
            study=row["study"],
            statement=row["statement"],
            old=row["old_verdict"],
            new=row["new_verdict"],
            before=row["old_reproduced"],
            after=row["new_reproduced"],
            by=_by(row),
        )
        for row in flipped
    ]
    return _section("verdicts", lead, lines)


def _answers(found: dict) -> dict:
    others = [row for row in found["answers"] if "verdict" not in row["changed"]]
    lines = [
        say(
            "judged.answer",
            study=row["study"],
            statement=row["statement"],
            changed=listed(row["changed"]),
            by=_by(row),
        )
        for row in others
    ]
    return _section("answers", say("judged.answered", n=len(others)), lines)


def _by(row: dict) -> Markup:
    """Say which values moved an answer: shares that crossed, who came and went, the newest year."""
    told = []
    if row["values"]:
        moved = [
            f"{value['name']} {_share(value, 'old')} to {_share(value, 'new')}"
            for value in row["values"]
        ]
        told.append(say("judged.moved", values=listed(moved, NAMED)))
    for key in ("came", "went"):
        for measure, who in row[key].items():
            told.append(say(f"judged.{key}", measure=label(measure), who=listed(who, NAMED)))
    if len(set(row["newest"])) > 1:
        old, new = (year or say("changes.none") for year in row["newest"])
        told.append(say("judged.newest", old=old, new=new))
    return Markup("; ").join(told) or say("judged.nobody")


def _share(value: dict, side: str) -> str:
    share = value[f"{side}_share"]
    return "no value" if share is None else f"{percent(share)} ({value[f'{side}_year']})"


def _revisions(found: dict, names: dict[str, str]) -> dict:
    """Say which revisions matter, and of how many values none does."""
    rows = [row for row in found["changes"] if row["cause"] in SAME_YEAR]
    lead = say(
        "judged.revised",
        n=f"{len(rows):,}",
        revised=f"{found['revised']:,}",
        behind=f"{found['behind']:,}",
        rest=f"{found['revised'] - found['behind']:,}",
    )
    return _section("revisions", lead, _changes(rows, names))


def _years_on(found: dict, names: dict[str, str]) -> dict:
    """Say which resources matter since another year is read, or there is or was no value."""
    rows = [row for row in found["changes"] if row["cause"] not in SAME_YEAR]
    lead = say(
        "judged.aged",
        n=f"{len(rows):,}",
        resources=f"{found['resources']:,}",
        still=f"{found['resources'] - len(found['changes']):,}",
    )
    return _section("years", lead, _changes(rows, names))


def _changes(rows: list[dict], names: dict[str, str]) -> list[Markup]:
    """Return a line a resource; what two studies share is said once."""
    heads: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        crosses = "; ".join(_crosses(each, row["measure"], names) for each in row["crosses"])
        heads.setdefault(_head(row), {}).setdefault(crosses, []).append(row["study"])
    lines = []
    for head, parts in heads.items():
        told = [": ".join(filter(None, [listed(who), what])) for what, who in parts.items()]
        lines.append(say("judged.change", head=head, crosses=" | ".join(told)))
    return lines


def _head(row: dict) -> str:
    """Say how a resource moved, and which published values behind it were revised."""
    level = {FLIPS: "judged.flips_it", MEMBER: "judged.moves_it"}.get(row["consequence"])
    who = f"{row['name']}, {label(row['measure'])}"
    if row["cause"] in SAME_YEAR:
        text = f"{who} of {row['old_year']}: {money(row['old_usd'])} to {money(row['revised_usd'])}"
    else:
        sides = [_money(row[f"{side}_usd"], row[f"{side}_year"]) for side in ("old", "new")]
        text = f"{who}: {sides[0]} to {sides[1]}"
    change = [] if row["change"] is None else [signed(row["change"])]
    text = ", ".join([text, *change, row["cause"], *_because(row)])
    return f"{say(level)}: {text}" if level else text


def _because(row: dict) -> list[str]:
    """Say which published values were revised, of a resource that is made of several."""
    if row["cause"] not in SAME_YEAR or "*" not in row["new_derivation"]:
        return []
    return [
        f"{b['title']} {_value(b['old'], b['title'])} to {_value(b['new'], b['title'])}"
        for b in row["because"]
    ]


def _money(usd: float | None, year: int | None) -> str:
    return "no value" if usd is None else f"{money(usd)} ({year})"


def _value(value: float, title: str) -> str:
    return money(value) if "US$)" in title else three_digits(value)


def _crosses(row: dict, measure: str, names: dict[str, str]) -> str:
    """Say which ratios crossed: "now within 0.1 % of R&D expenditure: Train GPT-4"."""
    items = [
        str(say(f"called.{kind}", name=names.get(item, item)).unescape())
        for kind, item in row["items"]
    ]
    if row["others"]:
        items.append(str(say("judged.others", n=row["others"])))
    way = say(f"changes.{row['direction']}")
    return f"{way} {percent(row['limit'])} of {label(measure)}: {listed(items, NAMED)}"


def _anomalies(found: dict) -> dict:
    """Say what is no ordinary revision, a line an economy and kind, then what the fetch noted."""
    lines = []
    rows = found["anomalies"]
    for (kind, name), part in groupby(_sorted(rows), key=lambda row: (row["kind"], row["name"])):
        told = [_anomaly(row) for row in part]
        said = {"kind": term("anomalies", kind), "told": "; ".join(told)}
        lines.append(say("judged.anomaly", name=name or say("judged.everyone"), **said))
    lines += [say("judged.noted", said=said) for said in found["flagged"]]
    lead = say("judged.flagged" if lines else "judged.no_anomaly", n=len(lines))
    return _section("anomalies", lead, lines)


def _sorted(rows: list[dict]) -> list[dict]:
    """Return the rows of one kind and economy together, in the order of their first."""
    first = {}
    for place, row in enumerate(rows):
        first.setdefault((row["kind"], row["name"]), place)
    return sorted(rows, key=lambda row: first[row["kind"], row["name"]])


def _anomaly(row: dict) -> str:
    key = f"judged.{row['kind']}" if row["name"] or row["kind"] == "unit" else "judged.base"
    return str(
        say(
            key,
            title=row["title"],
            years=_years(row),
            first=row["first"],
            last=row["last"],
            n=row["n"],
            factor=three_digits(row["factor"]),
            usual="" if row["usual"] is None else three_digits(row["usual"]),
            old=_value(row["old"], row["title"]),
            new=_value(row["new"], row["title"]),
        ).unescape()
    )


def _years(row: dict) -> str:
    """Say years: "2001", or "2001 to 2022"; "" where it is no matter of years."""
    return " to ".join(str(y) for y in dict.fromkeys([row["first"], row["last"]]) if y is not None)


def _rounding(rows: list[dict]) -> dict:
    told = [
        say("judged.rounded", n=f"{row['n']:,}", to=row["to"], titles=listed(row["titles"], NAMED))
        for row in rows
    ]
    return _section("rounding", Markup(" ").join(told) or say("judged.no_rounding"), [])


def _partitions(rows: list[dict]) -> dict:
    """Say what is absent and was expected, what is absent otherwise, and what came unexpected."""
    absent = [row for row in rows if row["expected"]]
    parts = {
        "absent": absent,
        "not_missed": [r for r in rows if r["state"] == "absent" and not r["expected"]],
        "unexpected": [row for row in rows if row["state"] == "unexpected"],
    }
    lines = [
        say(f"judged.{key}", what="; ".join(_parted(part))) for key, part in parts.items() if part
    ]
    lead = say("judged.some_absent" if absent else "judged.none_absent", n=len(absent))
    return _section("partitions", lead, lines, alarm=bool(absent))


def _parted(rows: list[dict]) -> list[str]:
    """Say partitions, of each series its first to its last year."""
    told: dict[tuple, dict] = {}
    for row in rows:
        one = told.setdefault((row["title"], row["group"]), dict(row))
        for key, most in (("first", min), ("last", max), ("old", max), ("new", max)):
            one[key] = row[key] if one[key] is None else most(one[key], row[key] or one[key])
    return [_partition(row) for row in told.values()]


def _partition(row: dict) -> str:
    """Say a partition: "GDP, 2000 to 2022 (210 economies, now 0)"."""
    what = ", ".join(filter(None, [row["title"], row["group"], _years(row)]))
    unit = "rows" if row["what"] == "table" else "economies"
    said = say("judged.partition", what=what, old=int(row["old"]), unit=unit, new=int(row["new"]))
    return str(said.unescape())


def _described(rows: list[dict]) -> dict:
    """Say licences first, then titles, units and labels."""
    order = sorted(rows, key=lambda row: row["what"] != "licence")
    lines = [
        say(
            "judged.became",
            what=term("described", row["what"]),
            name=row["name"] or row["source"],
            old=row["old"],
            new=row["new"],
        )
        for row in order
    ]
    licences = sum(row["what"] == "licence" for row in rows)
    lead = say("judged.said", licences=licences, others=len(rows) - licences)
    return _section("described", lead, lines)
