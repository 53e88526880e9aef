"""Settings shared by all tests: no window, no network by default (see the marker `online`).

`built` is the whole workflow run once; tests that change something take a `copy_of_built`.
"""

import os

import pytest

from tests.copies import Tree, fresh_copy

os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Tree:
    """A copy of the tree with everything built; no test may change it."""
    tree = fresh_copy(tmp_path_factory.mktemp("built") / "tree")
    run = tree.workflow()
    assert run.returncode == 0, run.stdout[-4000:]
    return tree


@pytest.fixture
def copy_of_built(built, tmp_path) -> Tree:
    """A copy of what was built, for one test to change."""
    return built.copy(tmp_path / "tree")
