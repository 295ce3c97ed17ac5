"""Stated dates by label: edge cases. The forms of real pages are files under tests/data/updated_date."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import StatedDate
from monitor.core.page.dates import (
    DateContext,
    FoundDate,
    best_date,
    find_dates,
    machine_date,
    writes_day_first,
)
from monitor.core.page.machine_dates import disagreement, from_scripts
from monitor.core.page.page_parts import Piece

CONTEXT = DateContext(date(2026, 3, 20), day_first=True)


def line(text: str, times: tuple[str, ...] = ()) -> Piece:
    return Piece("p", text, times=times)


def dates(text: str, *more: Piece, times: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(one.kind, one.stated.date) for one in find_dates([line(text, times), *more], CONTEXT)]


@pytest.mark.parametrize(
    ("language", "host", "day_first"),
    [
        ("en-US", "a.se", False),
        ("en-GB", "a.com", True),
        ("en_AU", "a.com", True),
        ("sv", "a.com", True),
        ("en", "a.gov", False),
        ("en", "a.gov.uk", True),
        (None, "a.se", True),
        (None, "a.com", False),
    ],
)
def test_the_order_of_day_and_month_is_that_of_the_country(
    language: str | None,
    host: str,
    day_first: bool,  # noqa: FBT001 -- the expectation of a test case
) -> None:
    assert writes_day_first(language, host) is day_first


@given(st.dates(date(1990, 1, 1), date(2026, 3, 20)))
def test_an_iso_date_after_a_label_is_always_found(day: date) -> None:
    assert dates(f"Senast uppdaterad: {day.isoformat()}") == [("updated", day.isoformat())]


@given(st.text(max_size=200))
def test_no_text_breaks_the_search(text: str) -> None:
    for one in find_dates([line(text), line(f"Senast uppdaterad {text}")], CONTEXT):
        assert one.stated.date[:2] in {"19", "20"}


@pytest.mark.parametrize(
    "text",
    [
        "Senast uppdaterad: 2021-13-18",
        "Senast uppdaterad: 2021-02-30",
        "Senast uppdaterad: 1889-02-03",
        "Senast uppdaterad: 2021-14",
        "Senast uppdaterad: i fjol",
        "Senast uppdaterad:",
        "Uppdaterades aldrig 2021",
        "Förklaringen uppdaterades av en arbetsgrupp som träffades 2021-01-01",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates(text) == []


def test_an_unlikely_order_of_day_and_month_gives_way_to_the_likely_one() -> None:
    assert dates("Uppdaterad 12/03/2026") == [("updated", "2026-03-12")]
    assert dates("Uppdaterad 03/12/2026") == [("updated", "2026-03-12")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Uppdaterad för 2 veckor sedan", "2026-03-06"),
        ("Updated an hour ago", "2026-03-20"),
        ("Uppdaterad i går", "2026-03-19"),
    ],
)
def test_a_relative_date_is_counted_from_the_fetch(text: str, expected: str) -> None:
    assert dates(text) == [("updated", expected)]


def test_a_time_element_says_what_words_leave_out() -> None:
    assert dates("Uppdaterad i går", times=("2026-03-19T10:00",)) == [("updated", "2026-03-19")]
    assert dates("Uppdaterad", times=("trasig",)) == []
    assert dates("Uppdaterad 4 maj", times=("trasig",)) == [("updated", "2025-05-04")]
    assert dates("Uppdaterad", line("nyligen", ("2026-03-18",))) == [("updated", "2026-03-18")]
    assert dates("Uppdaterad", line("nyligen")) == []
    assert dates("Uppdaterad", line("30 februari 2021")) == []
    assert dates("Uppdaterad") == []


def test_a_label_in_a_sentence_does_not_reach_into_the_next_line() -> None:
    assert dates("Vi berättar här på sidan om när den blev senast uppdaterad", line("2021-01-01")) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2021-11-18T10:00:00Z", "2021-11-18"),
        ("20211118", "2021-11-18"),
        ("20211118T101500", "2021-11-18"),
        ("18-11-2021", "2021-11-18"),
        ("Thu, 18 Nov 2021 10:00:00 GMT", "2021-11-18"),
        ("Thu Nov 18 2021 10:00:00 GMT+0000 (UTC)", "2021-11-18"),
        ("19 mars 2009", "2009-03-19"),
        ("2021-11", "2021-11"),
        ("nyligen", None),
        ("", None),
    ],
)
def test_machines_write_dates_in_many_ways(value: str, expected: str | None) -> None:
    assert machine_date(value, CONTEXT) == expected


def found(day: str, *, rank: int = 0, line: int = 0, strong: bool = True, approximate: bool = False) -> FoundDate:
    return FoundDate("updated", rank, line, StatedDate(day, "x", "x", "text"), strong, approximate)


def test_the_best_date_has_the_best_rank_then_a_strong_label_then_a_whole_date_then_the_first_place() -> None:
    first, second = found("2021-01-01", line=3), found("2022-02-02", line=1)
    assert best_date([first, second], "updated") is second
    assert best_date([found("2021-01", approximate=True), first], "updated") is first
    assert best_date([found("2020-01-01", strong=False), first], "updated") is first
    assert best_date([found("2020-01-01", rank=4), first], "updated") is first
    assert best_date([first], "published") is None


@pytest.mark.parametrize(
    ("said", "meant", "differ"),
    [
        ("2021-11-18", "2021-11-19", False),
        ("2021-11-18", "2021-11-20", True),
        ("2021-11", "2021-11-30", False),
        ("2021-11", "2021-12-30", True),
    ],
)
def test_words_and_metadata_disagree_beyond_a_day(
    said: str,
    meant: str,
    differ: bool,  # noqa: FBT001 -- the expectation of a test case
) -> None:
    note = disagreement(StatedDate(said, "Uppdaterad", "", "text"), StatedDate(meant, "modified", "", "meta"))
    assert (note is not None) is differ
    assert note is None or (said in note and meant in note)


def test_a_broken_date_of_a_script_gives_way_to_the_next() -> None:
    source = '{"dateModified": "nyligen", "datePublished": "2020-01-01", "dateModified": "2021-01-01"}'
    updated, published = from_scripts(source, CONTEXT, "updated"), from_scripts(source, CONTEXT, "published")
    assert updated is not None
    assert published is not None
    assert (updated.date, published.date) == ("2021-01-01", "2020-01-01")


def test_a_label_without_a_digit_near_it_says_nothing() -> None:
    assert dates("Senast uppdaterad av vår redaktion tillsammans med kommunerna i hela länet", line("2021-01-01")) == []
    assert dates("Senast granskad", times=("2021-02-03",)) == [("updated", "2021-02-03")]


def test_a_script_without_such_names_says_nothing() -> None:
    assert from_scripts("var page = {'modified': '2021-01-01'};", CONTEXT, "updated") is None
    assert from_scripts('{"dateModified": "nyligen"}', CONTEXT, "updated") is None
