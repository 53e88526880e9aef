"""The page for everyone: a screen reader finds no fault, and text from data stays text."""

from dataclasses import replace

import pytest

from affordability.page import book, document
from affordability.study import configured
from affordability.vintages import RAW

EVIL = '<img src=x onerror="window.hurt=1">Kenya & co'


@pytest.mark.parametrize(
    "view, scheme",
    [("#?who=KEN", "light"), ("#?who=KEN", "dark"), ("#?who=language:sw", "light")],
)
def test_axe_finds_nothing_serious(page, view, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")
    opened = page(view, color_scheme=scheme)
    opened.drawn()
    found = axe.Axe().run(opened.tab).response["violations"]
    serious = [
        (fault["id"], [node["target"] for node in fault["nodes"]][:5])
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.fixture(scope="module")
def evil(results, tmp_path_factory):
    """The page of an economy whose name is markup."""
    studies = list(configured().values())
    names = book.read(studies)
    rows = names.economies.copy()
    assert (rows["iso3"] == "KEN").any()
    rows.loc[rows["iso3"] == "KEN", "name"] = EVIL
    made = replace(names, economies=rows)
    text = document.render(results, RAW, RAW.parents[1] / "CITATION.cff", studies, [], made)
    file = tmp_path_factory.mktemp("evil") / "index.html"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_name_with_markup_shows_as_text(evil, opener):
    opened = opener(evil, "#?who=KEN")
    opened.drawn()
    opened.tab.locator("#search").fill("kenya")
    assert opened.text("#who-name") == EVIL
    assert EVIL in opened.text("#found")
    assert opened.ask("window.hurt") is None
    assert opened.tab.locator("img").count() == 0
    assert opened.complaints == []


def test_no_inline_code_runs_but_the_pages_own(page):
    opened = page()
    opened.ask(
        "document.body.insertAdjacentHTML('beforeend', '<b onclick=\"window.hurt=1\">b</b>')"
    )
    opened.ask("[...document.querySelectorAll('b')].at(-1).click()")
    assert opened.ask("window.hurt") is None
    assert any("Content Security Policy" in line for line in opened.complaints)


def test_every_control_has_a_name_and_every_chart_its_table(page):
    opened = page()
    unnamed = opened.ask(
        """[...document.querySelectorAll("input, select, button")]
          .filter((node) => !node.labels?.length && !node.textContent.trim() && !node.ariaLabel)
          .map((node) => node.id)"""
    )
    assert unnamed == []
    first = opened.tab.locator("figure[data-chart]:visible").first
    first.scroll_into_view_if_needed()
    first.locator("details summary").click()
    assert first.locator("table tbody tr").count() > 10
