"""Words that subscribers type: looked for as they are written, and shown as they were typed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.people.typed_words import as_words, word_pattern
from monitor.core.text import clean, in_any_case

TYPED = st.text(max_size=30)


@given(TYPED)
def test_a_word_is_found_where_it_is_written_and_shown_as_it_was_typed(word: str) -> None:
    pattern = word_pattern(word)
    assert as_words(pattern) == clean(word)
    if clean(word):
        found = in_any_case(pattern).search(f"före {clean(word)} efter")
        assert found is not None


def test_signs_that_mean_something_in_a_pattern_are_only_themselves() -> None:
    assert in_any_case(word_pattern("5 § (nytt)*")).search("enligt 5 § (nytt)*")
    assert not in_any_case(word_pattern("bidrag.*")).search("bidrag för alla")
    assert word_pattern("  ") == ""


def test_a_pattern_that_is_more_than_a_word_is_shown_as_it_is() -> None:
    assert as_words(r"SFS \d+") == r"SFS \d+"
    assert as_words("jour|akut") == "jour|akut"
    assert as_words(r"skyddat boende \(nytt\)") == "skyddat boende (nytt)"
