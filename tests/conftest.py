"""Settings shared by all tests: no window, no network by default (see the marker `online`).

`built` is the whole workflow run once; tests that change something take a `copy_of_built`.
"""

import fcntl
import os

import hypothesis
import pytest

from tests.copies import Tree, fresh_copy

os.environ.setdefault("MPLBACKEND", "Agg")
hypothesis.settings.register_profile("any machine", deadline=None)  # a busy one is no failure
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
def built(tmp_path_factory, worker_id) -> Tree:
    """A copy of the tree with everything built; no test may change it.

    Several workers share one: the first that needs it builds it, the others wait.
    """
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    done = shared / "built.done"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            tree = fresh_copy(shared / "built")
            run = tree.workflow()
            assert run.returncode == 0, run.stdout[-4000:]
            done.touch()
    return Tree(shared / "built")


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


def pytest_terminal_summary(terminalreporter):
    """Say how many faults were tried and how they ended, which tests record as properties."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    noted = [pair for report in reports for pair in report.user_properties]
    tried = sum(count for name, count in noted if name == "tried")
    if tried:
        terminalreporter.write_line(f"faults of curated tables: {tried} tried, none silent")
    for name, said in noted:
        if name == "counted":
            terminalreporter.write_line(said)
