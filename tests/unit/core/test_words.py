from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.diff.words import Segment, sentences, whole_words, word_diff

TEXTS = st.lists(
    st.sampled_from(
        [
            "den", "1", "mars", "april", "2024-03-01", " ", " ", ".", ",", "å\u0308", "\n", "12 §", "400 000", "(", ")",
            "–", "0480-820 00", "a@norrvik.example", "https://norrvik.example/a?b=1",
        ]
    )
).map("".join)  # fmt: skip


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


def test_a_day_whose_month_alone_differs_is_one_word_replaced() -> None:
    assert word_diff("senast den 1 mars varje år.", "senast den 1 april varje år.") == [
        Segment("kept", "senast den "),
        Segment("removed", "1 mars"),
        Segment("added", "1 april"),
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


def marked(before: str, after: str) -> str:
    """Return a diff with its marks: "den [-1 mars-]{+1 april+}"."""
    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(marks[segment.op].format(segment.text) for segment in word_diff(before, after))


@pytest.mark.parametrize(
    "value",
    [
        "400 000", "1 234 567,50", "10 000–20 000", "2021-11-18", "15 februari 2022", "1 mars", "3–5 maj",
        "1er mai 2024", "March 1, 2024", "mars 2024", "0480-820 00", "08-123 45 67", "(0480) 82 00 00",
        "+46 (0)480 82 00 00",
        "(555) 123-4567", "stod@norrvik.example", "https://norrvik.example/stod?id=16&sida=2",
        "www.norrvik.example/a-b",
        "20-69", "9–16", "09.00–15.30", "2021:995", "3,5", "l'eau",
    ],
)  # fmt: skip
def test_a_value_is_one_word(value: str) -> None:
    assert whole_words(f"se {value}, som")[2] == value


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("högst 400 000 kr per år", "högst 350 000 kr per år", "högst [-400 000-]{+350 000+} kr per år"),
        ("Ring 0480-820 00 nu", "Ring 0480-820 01 nu", "Ring [-0480-820 00-]{+0480-820 01+} nu"),
        ("i 391 86 Kalmar", "i 391 21 Kalmar", "i [-391 86-]{+391 21+} Kalmar"),
        ("enligt 7 a § lagen", "enligt 7 b § lagen", "enligt [-7 a-]{+7 b+} § lagen"),
        ("år 2024 100 platser", "år 2025 100 platser", "år [-2024-]{+2025+} 100 platser"),
    ],
)
def test_a_value_is_never_cut(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("a, b, c", "a, c", "a, [-b, -]c"),
        ("a (b) (c)", "a (c)", "a [-(b) -](c)"),
        ("Vi ger a. Vi ger b.", "Vi ger a. Vi ger c. Vi ger b.", "Vi ger a. {+Vi ger c. +}Vi ger b."),
        ("ett\ntre", "ett\ntvå\ntre", "ett\n{+två\n+}tre"),
        ("Utbildning.", "Utbildning och metodstöd.", "Utbildning{+ och metodstöd+}."),
        ("x a y a b", "z a y a a b", "[-x-]{+z+} a y a {+a +}b"),
    ],
)  # fmt: skip
def test_an_edit_is_placed_where_it_reads_best(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Ring 12.", "Ring 12!", "Ring [-12.-]{+12!+}"),
        ("a (b) c", "a b c", "a [-(b)-]{+b+} c"),
        ("”x” y", '"x" y', '[-”x”-]{+"x"+} y'),
        ("5 % av", "5 av", "[-5 %-]{+5+} av"),
        ("ett – två", "ett - två", "ett [-–-]{+-+} två"),
        ("ett två", "ett  två", "ett {+ +}två"),
        ("a, b", "a och b", "a[-,-]{+ och+} b"),
        ("\t a b", "\t c b", "\t [-a-]{+c+} b"),
        (" c", " , b .", " [-c-]{+, b .+}"),
        (" c", " ,   c .", " [-c-]{+,   c .+}"),
        (", b  ", "b ", "[-, b -]{+b+} "),
        ("x ett . y", "x två , y", "x [-ett .-]{+två ,+} y"),
    ],
)
def test_punctuation_and_space_are_marked_with_their_word(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@pytest.mark.parametrize(
    "text", ["." * 50_000, "a+" * 25_000, "0 " * 25_000, "1 " * 25_000, "mars " * 10_000, "a@" * 25_000, "+1" * 25_000]
)
def test_no_text_is_slow_to_split(text: str) -> None:
    assert "".join(whole_words(text)) == text


# Texts of more than twenty thousand letters, compared by sentences first

LONG = "".join(f"Mening nummer {number} står kvar. " for number in range(800))


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_nothing_is_lost_of_a_very_long_text(one: str, other: str, first: str, second: str) -> None:
    before, after = f"{one}\n{LONG}{first}\n{LONG}", f"{other}\n{LONG}{second}\n{LONG}"
    segments = word_diff(before, after)
    assert "".join(segment.text for segment in segments if segment.op != "added") == before
    assert "".join(segment.text for segment in segments if segment.op != "removed") == after
    assert not [one for one, other in pairwise(segments) if one.op == other.op]


def test_words_are_marked_in_the_sentences_of_a_very_long_text_that_differ() -> None:
    before, after = (f"Stöd ges {day}. {LONG}Råd ges {day}. Slut." for day in ("den 1 mars", "den 1 april"))
    segments = word_diff(before, after)
    assert [(segment.op, segment.text) for segment in segments if segment.op != "kept"] == [
        ("removed", "1 mars"), ("added", "1 april"), ("removed", "1 mars"), ("added", "1 april"),
    ]  # fmt: skip


def test_a_very_long_stretch_that_differs_is_replaced_whole() -> None:
    before, after = (f"Slut. {'Stöd ges i ' + day + '. '} " + f"{day} ges. " * 3000 for day in ("mars", "april"))
    assert [segment.op for segment in word_diff(before, after)] == ["kept", "removed", "added"]


@pytest.mark.parametrize("text", ["", "a", "a. b", "a.\n\nb! c?  ", " . . ", "3.5 kr. 4.5 kr", "\n\n"])
def test_the_sentences_of_a_text_are_all_of_it(text: str) -> None:
    assert "".join(sentences(text)) == text
