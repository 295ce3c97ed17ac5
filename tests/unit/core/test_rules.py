"""Properties of the rules: nothing is hidden for being small, and facts are counted alike in both directions."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.diff.align import BlockPair
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.rules.facts import turnover
from monitor.core.judging.rules.links import link_rule, targets_replaced
from monitor.core.judging.rules.noise import FOLDS, differ_in_plain_words, fold_of_whole_line, folded_by, moving_folds
from monitor.core.judging.significance import classify
from monitor.core.model import Block, Extraction, Link

KNOWN = Circumstances(Extraction("t", ()), Extraction("t", ()), None, datetime(2026, 3, 1, tzinfo=UTC))
WORD = st.sampled_from(
    "kommun region stöd våld ska bör får inte 12 20-69 2024-03-01 mars april kr § 1 2 5 procent i till 100".split()  # noqa: SIM905  more readable on one line
)
SENTENCE = st.lists(WORD, min_size=1, max_size=30)


@given(SENTENCE, st.data())
def test_one_word_replaced_by_another_is_always_material(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(WORD.filter(lambda word: word != words[at]))
    before, after = " ".join(words), " ".join([*words[:at], other, *words[at + 1 :]])
    assert classify(BlockPair("edited", Block("p", before), Block("p", after)), KNOWN).material


@given(SENTENCE, st.data())
def test_one_word_less_is_always_material(words: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    before, after = " ".join(words), " ".join([*words[:at], *words[at + 1 :]])
    assert classify(BlockPair("edited", Block("p", before), Block("p", after)), KNOWN).material


@given(SENTENCE, SENTENCE)
def test_what_goes_one_way_comes_the_other(before: list[str], after: list[str]) -> None:
    one, other = " ".join(before), " ".join(after)
    there, back = turnover(one, other), turnover(other, one)
    assert {kind: (fact.gone, fact.come) for kind, fact in there.items()} == {
        kind: (fact.come, fact.gone) for kind, fact in back.items()
    }
    assert turnover(one, one) == {}


@given(st.text(), st.text())
def test_a_fold_holds_in_both_directions(before: str, after: str) -> None:
    assert folded_by(before, after) == folded_by(after, before)
    assert folded_by(before, before) is not None


def test_several_small_differences_are_named_by_the_one_that_says_most() -> None:
    fold = folded_by("© 2025 Norrvik, version 1.2.3", "© 2026  norrvik , version 1.2.4")
    assert fold is not None
    assert fold.rule == "version-string"


def test_a_line_with_words_of_its_own_is_content() -> None:
    assert fold_of_whole_line("Beslutet fattades för 3 dagar sedan av nämnden") is None
    assert fold_of_whole_line("Kontakta kansliet") is None


def test_links_that_are_the_same_are_no_difference() -> None:
    same = (Link("a", "https://norrvik.example/"),)
    assert link_rule(same, (Link("b", "https://norrvik.example/"),)) is None
    assert targets_replaced(same, same) == 1


def test_a_new_target_beside_a_gone_one_is_counted_once() -> None:
    one, other = (
        (Link("a", "https://norrvik.example/1"),),
        (Link("a", "https://norrvik.example/2"), Link("b", "tel:+461")),
    )
    assert targets_replaced(one, other) == 2
    assert link_rule(one, other) == "contact"


EDGES = st.sampled_from(["", ".", ",", '"', ":", "(", "- ", " "])
MOVING = st.sampled_from(
    [
        "kommun", "Kommun", "region", "12", "i", "dag", "går", "för", "en", "tre", "dagar", "sedan", "ago", "©", "2024",
        "v.", "1.2.3", "[object", "X]", "besök", "today", "8f14e45fceea167a", "pre-approved",
    ]
)  # fmt: skip
LINE = st.lists(st.tuples(EDGES, MOVING, EDGES).map("".join), min_size=1, max_size=8).map(" ".join)


@given(LINE, LINE)
def test_the_quick_look_at_plain_words_passes_over_no_fold(one: str, other: str) -> None:
    if differ_in_plain_words(one, other):
        for fold in FOLDS:
            one, other = fold.fold(one), fold.fold(other)
            assert one != other, fold.rule


def test_the_quick_look_knows_words_that_came_or_went() -> None:
    assert differ_in_plain_words("Kommunen ger råd.", "Kommunen ger stöd.")
    assert not differ_in_plain_words("Kommunen ger råd.", "kommunen ger råd")
    assert not differ_in_plain_words("[object Object]", "[object Window]")
    assert not differ_in_plain_words("i dag", "i går")


def test_the_folds_of_what_moves_by_itself_in_a_text_are_known() -> None:
    assert [fold.rule for fold in moving_folds("Uppdaterad för 3 minuter sedan")] == ["relative-time"]
    assert moving_folds("Kommunen ger stöd.") == []
