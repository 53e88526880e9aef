"""A browser for the page: Debian's chromium through Playwright, or a skip that says why."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass
class Opened:
    """A page that is open: the tab, and what it asked for and complained about."""

    tab: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, script: str, given=None):
        """Return what a script gives in the page."""
        return self.tab.evaluate(script, given)

    def text(self, selector: str) -> str:
        return self.tab.locator(selector).inner_text()

    def drawn(self) -> None:
        """Wait until map and ranking are drawn."""
        self.tab.locator("#rank[data-drawn]").wait_for()

    def download(self, selector: str) -> tuple[str, bytes]:
        """Press a button; return name and content of the file it gives."""
        with self.tab.expect_download() as found:
            self.tab.locator(selector).click()
        return found.value.suggested_filename, Path(found.value.path()).read_bytes()


@pytest.fixture(scope="session")
def browser():
    """A running browser without a window."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed (apt install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def opener(browser):
    """Open a file as a reader does; every tab is closed after the test."""
    contexts = []

    def open_page(file: Path, view: str = "", **screen) -> Opened:
        context = browser.new_context(accept_downloads=True, **screen)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.tab.on("request", lambda request: opened.requests.append(request.url))
        opened.tab.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.tab.on(
            "console",
            lambda line: line.type in ("error", "warning") and opened.complaints.append(line.text),
        )
        opened.tab.goto(file.as_uri() + view)
        return opened

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def results(browser, built) -> Path:
    """The results that were built, once there is a browser to look at them."""
    return built / "results"


@pytest.fixture
def page(opener, results):
    """Open the page of the results; what it is asked for comes after "#?"."""

    def open_page(view: str = "", **screen) -> Opened:
        return opener(results / "index.html", view, **screen)

    return open_page


@pytest.fixture(scope="session")
def ratios(results) -> pd.DataFrame:
    """The ratios of all studies."""
    tables = [pd.read_parquet(path) for path in sorted(results.glob("*/ratios.parquet"))]
    return pd.concat(tables, ignore_index=True)
