"""`snakemake --report` opens offline, with a caption and a place for every figure and table."""

import pytest

from affordability.figures.registry import FIGURES

STUDIES = ["llempower-2024", "latest"]


@pytest.fixture(scope="module")
def report(built, tmp_path_factory) -> str:
    """The report of a run as one text; written elsewhere, so that the run stays as it is."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    run = built.workflow("--report", str(path))
    assert run.returncode == 0, run.stdout[-4000:]
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("category", ["Figures", "Tables", "Claims", "Audit", "What changed"])
def test_the_report_has_a_category(report, category):
    assert f'"{category}"' in report


@pytest.mark.parametrize("study", STUDIES)
def test_every_figure_of_a_study_is_in_the_report_with_its_caption(report, study):
    assert len(FIGURES) > 5
    for stem in FIGURES:
        assert f"results/{study}/figures/{stem}.svg" in report, stem
    assert report.count(f"Study {study}.") >= len(FIGURES)


def test_the_report_asks_no_host(report):
    assert '<script src="http' not in report and '<link href="http' not in report
