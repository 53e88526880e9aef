"""What a step's script is made of: the modules of this project behind it, found from its imports.

Snakemake runs a step again when its script changes, but not when a module does that the script
imports. Those are found here when the rules are read, imports inside functions too, and given to
the rule as inputs, so that no list is kept by hand and none goes stale.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

OURS = ("affordability", "scripts")


def modules_behind(script: Path, root: Path) -> list[str]:
    """Return the files of this project that a script imports, itself or through another.

    Args:
        script: the script. root: the folder that `affordability/` and `scripts/` lie in.

    Returns:
        paths from `root`, sorted; the script itself is not among them.
    """
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        new = imported(waiting.pop(), root) - found
        found |= new
        waiting += new
    return sorted(path.relative_to(root).as_posix() for path in found - {script})


@cache
def imported(path: Path, root: Path) -> frozenset[Path]:
    """Return the files of this project that one file imports.

    Of a package of which only a module is imported, that module is meant: packages hold no code.
    """
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = file_of(f"{node.module}.{alias.name}", root)
                found.add(inner or file_of(node.module, root))
        elif isinstance(node, ast.Import):
            found |= {file_of(alias.name, root) for alias in node.names}
    return frozenset(found - {None})


def file_of(name: str, root: Path) -> Path | None:
    """Return the file behind a dotted name; None for what is not a module of this project."""
    parts = name.split(".")
    if parts[0] not in OURS:
        return None
    base = root.joinpath(*parts)
    files = (base.with_suffix(".py"), base / "__init__.py")
    return next((path for path in files if path.exists()), None)
