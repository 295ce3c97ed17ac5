"""Excerpts of texts: edits in their context, shortened texts, and characters that do not reach the reader."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.wording.excerpts import (
    CONTEXT,
    LONGEST_EXCERPT,
    LONGEST_TEXT,
    TextSpan,
    cut,
    edits,
    every_word,
    one_line,
    shortened,
    visible,
)


@given(st.text())
def test_what_is_visible_can_be_sent_and_loses_nothing_that_was_visible(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert visible(shown) == shown
    seen = [char for char in text if char.isprintable() and char != " "]
    left = iter(shown)
    assert all(char in left for char in seen)  # in the same order


def test_a_name_is_shown_on_one_line() -> None:
    assert one_line("  Stöd\r\noch\u00a0skydd\u200b\u2028i länet ") == "Stöd och skydd i länet"


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_short_edits_show_both_texts_whole_but_for_space(before: str, after: str) -> None:
    spans = edits(before, after)
    for op, text in (("removed", before), ("added", after)):
        shown = "".join(span.text for span in spans if span.op in ("kept", op))
        assert "".join(shown.split()) == "".join(text.split())


@given(st.text(alphabet="ab \n.", max_size=60), st.text(alphabet="ab \n.", max_size=60))
def test_no_mark_begins_or_ends_at_white_space(before: str, after: str) -> None:
    marked = [span.text for span in every_word(before, after) if span.op != "kept"]
    assert marked == [text.strip() for text in marked]
    assert all(marked)


@pytest.mark.parametrize(
    ("before", "after", "spans"),
    [
        ("ett två", "ett  två", [("kept", "ett "), ("kept", " två")]),
        ("ett två", "ett två  ", [("kept", "ett två")]),
        ("ett två", "ett två\n", [("kept", "ett två"), ("kept", "\n")]),
        ("ett två", "ett tre", [("kept", "ett "), ("removed", "två"), ("added", "tre")]),
    ],
)
def test_white_space_alone_is_no_edit_and_spaces_at_the_end_are_not_shown(
    before: str, after: str, spans: list[tuple[str, str]]
) -> None:
    assert [(span.op, span.text) for span in edits(before, after)] == spans


# Texts that are too long


def test_a_long_unchanged_text_is_shortened_around_what_differs() -> None:
    long = "Ett stycke som inte ändras alls och som är ganska långt. " * 20
    spans = edits(f"{long}den 1 mars {long}i maj {long}", f"{long}den 1 april {long}i juni {long}")
    assert [span.text for span in spans if span.op != "kept"] == ["1 mars", "1 april", "maj", "juni"]
    assert all(len(span.text) <= 2 * CONTEXT + 10 for span in spans)
    assert spans[0].text.startswith("… ") or spans[0].text.startswith("…")
    assert " … " in spans[3].text
    assert spans[-1].text.endswith(" …")
    assert [span.left_out for span in spans] == [0] * len(spans)


def test_a_text_with_a_thousand_edits_is_cut_too() -> None:
    before = " ".join(f"{number} kr och" for number in range(1000))
    after = before.replace("kr", "öre")
    spans = edits(before, after)
    shown = len(spans) - 1
    assert spans[-1] == TextSpan("kept", "", sum(len(span.text) for span in every_word(before, after)[shown:]))
    assert LONGEST_TEXT <= sum(len(span.text) for span in spans) < LONGEST_TEXT + 2 * CONTEXT + 20


def test_a_long_text_is_cut_at_the_end_of_a_word_and_its_rest_is_counted() -> None:
    text = "ord " * 1000
    span = shortened(text, "added")
    assert span.text == ("ord " * (LONGEST_EXCERPT // 4)).rstrip()
    assert span.left_out == len(text) - len(span.text)
    assert shortened("ord", "added") == TextSpan("added", "ord")


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("Våren 2027", 10, "Våren 2027"),
        ("Våren 2027 ges", 12, "Våren 2027 …"),
        ("högst 400 000 kr", 10, "högst …"),
        ("Ring 0480-820 00, eller", 17, "Ring 0480-820 00 …"),
        ("Se https://norrvik.example/stod nu", 20, "Se …"),
        ("ett,\n två", 6, "ett …"),
        ("x" * 30, 20, ""),
        ("x" * 30 + " y", 20, ""),
        ("x" * 90, 20, ""),
    ],
)
def test_a_quotation_is_cut_between_two_words_and_a_value_is_one(text: str, longest: int, shown: str) -> None:
    assert cut(text, longest) == shown


def test_context_never_cuts_a_value() -> None:
    def context(before: str, after: str) -> list[str]:
        spans = edits(f"{before} ett {after}", f"{before} två {after}")
        return [spans[0].text, spans[-1].text]

    filler = "ord " * 20
    head, tail = context(f"{filler}högst 400 000 {'ord ' * 21}"[:-1], f"{filler}högst 400 000 kr {filler}")
    assert tail == f" {filler.rstrip()} högst …"
    assert head == f"… {'ord ' * 21}"
    url = f"https://norrvik.example/{'a' * 120}"
    head, tail = context(f"{filler}{filler}{url}", f"{url} {filler}{filler}")
    assert head == f"… {url} "
    assert tail == f" {url} …"
    head, tail = context("x" * 400, "y" * 400)
    assert head == f"… {'x' * (CONTEXT - 1)} "
    assert tail == f" {'y' * (CONTEXT - 1)} …"
