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


@pytest.fixture(scope="session")
def _spare(built, tmp_path_factory) -> Tree:
    return built.copy(tmp_path_factory.mktemp("spare") / "tree")


@pytest.fixture
def editable(_spare):
    """One copy of what was built for all tests that edit a file and only plan; edits are undone."""
    before = {path: (path.read_bytes(), path.stat()) for path in _spare.inputs()}
    yield _spare
    for path, (data, facts) in before.items():
        if path.stat().st_mtime_ns != facts.st_mtime_ns:
            path.write_bytes(data)
            os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


@pytest.fixture
def copy_of_built(built, tmp_path) -> Tree:
    """A copy of what was built, for one test to change."""
    return built.copy(tmp_path / "tree")
