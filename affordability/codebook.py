"""The codebook: what every column of every table means, generated from the table schemas."""

from __future__ import annotations

from affordability.tables import SCHEMAS, load_schema

HEAD = """# Codebook

Every table and column, generated from `workflow/schemas/tables/` by
`python -m affordability codebook`.
A blank cell means "not stated"; no zero stands for unknown. Shares are fractions: 0.01 is 1 %.
"""


def markdown() -> str:
    """Return the codebook of all table schemas as Markdown, tables in alphabetical order."""
    return "\n".join([HEAD, *(_table(path.stem) for path in sorted(SCHEMAS.glob("*.yaml")))])


def _table(name: str) -> str:
    schema = load_schema(name)
    lines = [
        f"## {name}",
        "",
        _plain(schema["description"]),
        "",
        f"Key: {_quoted(schema['primaryKey'])}.{_once(schema)}",
        "",
        "| column | type | unit | meaning |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| `{field['name']}` | {field['type']} | {field.get('unit', '')} | {_meaning(field)} |"
        for field in schema["fields"]
    ]
    return "\n".join([*lines, ""])


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _once(schema: dict) -> str:
    once = schema.get("x_once")
    return f" No two rows agree in {_quoted(once)}." if once else ""


def _meaning(field: dict) -> str:
    text = _plain(field["description"])
    values = field.get("constraints", {}).get("enum", [])
    return text + (f" One of: {', '.join(f'`{v}`' for v in values)}." if values else "")


def _plain(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
