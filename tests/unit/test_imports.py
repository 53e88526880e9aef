"""What a step depends on is found from the imports of its script."""

from __future__ import annotations

import pytest

from tests.copies import ROOT
from workflow.imports import modules_behind

TREE = {
    "scripts/step.py": "from affordability import near\nfrom affordability.room import inner\n",
    "affordability/__init__.py": "",
    "affordability/near.py": "def late():\n    from affordability.far import thing\n",
    "affordability/far.py": "import affordability.near\nimport pandas\n",
    "affordability/other.py": "",
    "affordability/room/__init__.py": "",
    "affordability/room/inner.py": "",
    "affordability/room/beside.py": "",
}


@pytest.fixture
def tree(tmp_path):
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_imports_are_followed_also_late_ones_and_in_circles(tree):
    assert modules_behind(tree / "scripts/step.py", tree) == [
        "affordability/far.py",
        "affordability/near.py",
        "affordability/room/inner.py",
    ]


def test_every_step_imports_something_and_no_cost_depends_on_how_a_page_is_written():
    steps = sorted((ROOT / "scripts").glob("build_*.py"))
    assert len(steps) >= 4
    for step in steps:
        behind = modules_behind(step, ROOT)
        assert "affordability/tables.py" in behind, step.name
        assert [name for name in behind if "page" in name or "figures" in name] == [], step.name
