from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.diff.words import Segment, word_diff

TEXTS = st.lists(
    st.sampled_from(["den", "1", "mars", "april", "2024-03-01", " ", " ", ".", ",", "å\u0308", "\n", "12 §"])
).map("".join)


def joined(segments: list[Segment], *ops: str) -> str:
    return "".join(segment.text for segment in segments if segment.op in ops)


@given(TEXTS | st.text(), TEXTS | st.text())
def test_kept_and_removed_words_are_the_old_text_kept_and_added_ones_the_new(before: str, after: str) -> None:
    segments = word_diff(before, after)
    assert joined(segments, "kept", "removed") == before
    assert joined(segments, "kept", "added") == after
    assert all(segment.text for segment in segments)


@given(TEXTS)
def test_equal_texts_are_kept_whole(text: str) -> None:
    assert word_diff(text, text) == ([Segment("kept", text)] if text else [])


def test_a_month_alone_is_one_word_replaced() -> None:
    assert word_diff("senast den 1 mars varje år.", "senast den 1 april varje år.") == [
        Segment("kept", "senast den 1 "),
        Segment("removed", "mars"),
        Segment("added", "april"),
        Segment("kept", " varje år."),
    ]


def test_a_range_a_date_and_an_address_are_whole_words() -> None:
    assert word_diff("20-69", "0-75") == [Segment("removed", "20-69"), Segment("added", "0-75")]
    assert word_diff("2021-11-18", "2021-11-19") == [Segment("removed", "2021-11-18"), Segment("added", "2021-11-19")]
    assert word_diff("a@norrvik.example", "b@norrvik.example")[0] == Segment("removed", "a@norrvik.example")


def test_space_between_two_edited_words_joins_them() -> None:
    assert word_diff("ett två tre", "sju åtta tre") == [
        Segment("removed", "ett två"),
        Segment("added", "sju åtta"),
        Segment("kept", " tre"),
    ]


def test_words_that_only_came_leave_the_rest_alone() -> None:
    assert word_diff("Erbjuda utbildning", "Erbjuda utbildning och metodstöd") == [
        Segment("kept", "Erbjuda utbildning"),
        Segment("added", " och metodstöd"),
    ]
