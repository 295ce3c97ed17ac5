"""Text as a human reader sees it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.law.riksdagen_page import law_page
from monitor.core.text import clean, comparable, fingerprint, slug

WRITTEN = st.text() | st.text("aåe\u0308\u030a\u00a0\u00ad\u200b \n\x1c\x85“–…")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12\u00a0§", "12 §"),
        ("  två \r\n rader ", "två rader"),
        ("kvinno\u00adfrid", "kvinnofrid"),
        ("a\u0308r", "är"),
        ("osyn\u200blig", "osynlig"),
        ("\ufeffbörjan", "början"),
        ("halv\ud83d", "halv\ufffd"),
    ],
)
def test_what_cannot_be_seen_does_not_count(written: str, read: str) -> None:
    assert clean(written) == read


def test_of_a_heap_of_accents_as_many_are_kept_as_any_letter_has() -> None:
    heap = "\u0323\u0301" * 50_000
    assert clean(f"a{heap} är {heap}") == unicodedata.normalize("NFC", f"a{heap[:30]} är {heap[:30]}")
    assert clean("a" + heap[:30]) == unicodedata.normalize("NFC", "a" + heap[:30])
    assert clean("ж" * 1_000) == "ж" * 1_000


def test_a_space_between_figures_counts() -> None:
    assert clean("1 2 §") != clean("12 §")


@given(WRITTEN)
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert "  " not in cleaned


@pytest.mark.parametrize(
    ("one", "other"), [("”ja”", '"ja"'), ("2021–2023", "2021-2023"), ("vänta…", "vänta..."), ("l’État", "l'État")]
)
def test_typographic_signs_are_compared_as_plain_ones(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_letters_are_compared_as_they_are() -> None:
    assert comparable("får") != comparable("far")


def test_the_borders_of_parts_count_in_a_fingerprint() -> None:
    assert fingerprint(["ab", "c"]) != fingerprint(["a", "bc"])
    assert fingerprint(["a", ""]) != fingerprint(["a"])


PARTS = st.lists(st.text(alphabet="ab\x1e\x1f01", max_size=4), max_size=4)


@given(PARTS, PARTS)
def test_a_fingerprint_is_that_of_one_list_alone(one: list[str], other: list[str]) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_a_slug_has_letters_digits_and_single_hyphens() -> None:
    assert slug("Förordning (2021:995) – länet", 40) == "forordning-2021-995-lanet"
    assert slug("Förordning (2021:995)", 11) == "forordning"
    assert slug("§ –", 10) == ""


def test_the_page_of_a_law_has_its_name_and_its_number() -> None:
    assert law_page("Lag (2021:1) om prov", "2021:1").endswith("/lag-20211-om-prov_sfs-2021-1/")
