"""What a person asks the fetch for is understood, or refused in one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.fetch.refusal import FetchError
from affordability.fetch.request import command, listed, understood

DAY = {"vintage": "2031-11-21"}


@pytest.mark.parametrize("joined", ["oecd;prices", "oecd,prices", "oecd, prices", "oecd prices"])
def test_lists_are_joined_by_commas_semicolons_or_blanks(joined):
    assert listed(joined) == ("oecd", "prices")


def test_names_that_are_waived_are_a_list():
    request = understood({**DAY, "allow_losses": "A.B;C", "allow_thin": True})
    assert request.names("allow_losses") == {"A.B", "C"}
    assert request.names("allow_changes") == frozenset()
    assert (request.flag("allow_thin"), request.flag("allow_economy_changes")) == (True, False)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("year_to", "2O20", "a year"),
        ("year_to", "\uff12\uff10\uff12\uff10", "letters, digits"),
        ("year_from", 1066, "a year"),
        ("allow_thin", "yes", "true or false"),
        ("allow_losses", True, "names joined by commas"),
        ("indicators", "A;$(touch x)", "letters, digits"),
        ("oecd_endpoint", "sdmx.oecd.org", "http:// or https://"),
        ("oecd_endpoint", "file:///etc/passwd", "http:// or https://"),
        ("oecd_endpoint", "https://", "http:// or https://"),
        ("oecd_endpoint", "http://[::1", "http:// or https://"),
        ("oecd_endpoint", "http://x:99999/", "http:// or https://"),
        ("oecd_endpoint", "https://me:secret@sdmx.oecd.org", "no user, no password"),
        ("world_bank_endpoint", "https://token@api.worldbank.org", "no user, no password"),
        ("prices_endpoint", "https://x.org/list?key=secret", "no user, no password"),
        ("vintage", "2026-02-30", "YYYY-MM-DD"),
        ("vintage", "9999-12-31", "YYYY-MM-DD"),
        ("vintage", "20260713", "YYYY-MM-DD"),
        ("sources", "", "no source"),
        ("release", "202413", "YYYYMM"),
        ("release", "2024-05-32", "YYYY-MM-DD"),
        ("release", "1999-05-30", "YYYY-MM-DD"),
        ("bulk_endpoint", "ftp://mirror.example.org/", "http:// or https://"),
    ],
)
def test_an_option_that_cannot_be_is_refused_and_no_secret_is_shown(option, value, said):
    with pytest.raises(FetchError, match=said) as refusal:
        understood({**DAY, option: value})
    assert "secret" not in str(refusal.value)
    assert "token" not in str(refusal.value)


@given(
    st.dictionaries(st.sampled_from(["sources", "year_to", "without", "oecd_endpoint"]), st.text())
)
def test_any_text_is_understood_or_refused_in_one_clean_sentence(options):
    try:
        understood({**DAY, **options})
    except FetchError as error:
        assert str(error).isprintable()


def test_the_command_that_asks_again_keeps_what_was_asked_and_merges_lists():
    given_ = {"new_vintage": "2031-11-21", "sources": "oecd;prices", "allow_losses": "oecd"}
    asked = command(understood(given_), "allow_losses=prices allow_thin=true")
    assert asked == (
        "VINTAGE=2031-11-21 ARGS='sources=oecd,prices allow_losses=oecd,prices allow_thin=true'"
    )


@pytest.mark.parametrize(
    ("release", "source", "folder"),
    [
        ("202404", "archive", "data/raw/world_bank/archive-2024-04"),
        ("2024-05-30", "bulk", "data/raw/world_bank/release-2024-05-30"),
    ],
)
def test_a_month_is_of_the_archives_and_a_day_of_a_bulk_file(release, source, folder):
    request = understood({**DAY, "release": release})
    assert request.sources == (source,)
    assert request.folders[source] == folder


def test_one_release_cannot_be_of_both_kinds():
    with pytest.raises(FetchError, match="and either alone"):
        understood({**DAY, "release": "2024-05-30", "sources": "archive,bulk"})
