"""Edits of one text: values that replaced each other, and words; nothing is paired that is not certain."""

from __future__ import annotations

import pytest

from monitor.wording.text_edits import ReplacedValue, ReplacedWords, text_edits


def values(before: str, after: str) -> list[tuple[str, str, str]]:
    return [(value.kind, value.before, value.after) for value in text_edits(before, after).values]


def words(before: str, after: str) -> list[tuple[str, str]]:
    return [(edit.before, edit.after) for edit in text_edits(before, after).words]


LONG = "Länsstyrelsen ger råd till alla som möter våldsutsatta i sitt arbete i länet"


def test_values_and_words_in_one_edit_are_told_apart() -> None:
    before, after = f"{LONG}; kommunen ska 1 mars svara.", f"{LONG}; kommunen bör 1 april svara."
    assert values(before, after) == [("date", "1 mars", "1 april")]
    assert words(before, after) == [("ska", "bör")]
    assert text_edits(before, after).words[0].is_duty


def test_the_article_before_a_date_is_no_part_of_it() -> None:
    assert values(f"{LONG} senast den 1 mars.", f"{LONG} senast den 1 april.") == [("deadline", "1 mars", "1 april")]


def test_a_deadline_that_became_a_plain_date_is_a_date() -> None:
    before, after = f"{LONG} senast den 1 mars 2027.", f"{LONG} den 3 april 2027."
    assert values(before, after) == [("date", "1 mars", "3 april 2027")]
    assert words(before, after) == [("senast", "")]


def test_the_same_value_written_otherwise_is_no_edit() -> None:
    before, after = f"{LONG} 1 mars 2027 för 25 000 kr, ska.", f"{LONG} 2027-03-01 för 25000 kronor, bör."
    assert values(before, after) == []
    assert words(before, after) == [("ska", "bör")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("högst 400 kr", "högst 500 kr eller 600 kr"),
        ("i maj 2027", "400 kr"),
        ("för 400 kr", "som var och en betalar själv i förväg till arrangören: 500 kr"),
    ],
)
def test_values_that_may_not_have_replaced_each_other_are_not_paired(before: str, after: str) -> None:
    assert values(f"{LONG} {before}.", f"{LONG} {after}.") == []
    assert len(words(f"{LONG} {before}.", f"{LONG} {after}.")) == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("12 platser", "14 platser", "14 platser"),
        ("12 och", "14 och", "14"),
        ("12. Vi", "14. Vi", "14"),
        ("12", "14", "14"),
        ("12 ABC", "14 ABC", "14"),
        ("12 2027-03-01", "14 2027-03-01", "14"),
    ],
)
def test_a_figure_is_said_with_the_word_that_says_of_what(before: str, after: str, said: str) -> None:
    assert values(f"{LONG} {before}", f"{LONG} {after}") == [("figure", "12", said)]


def test_opening_hours_share_their_days() -> None:
    assert values(f"{LONG}. Öppet måndag 9-16", f"{LONG}. Öppet måndag 9-15") == [
        ("opening-hours", "Öppet måndag 9-16", "9-15")
    ]
    assert values(f"{LONG}. Måndag 9-16", f"{LONG}. Tisdag 9-16") == [("opening-hours", "Måndag 9-16", "Tisdag 9-16")]


def test_a_rewritten_text_is_one_edit() -> None:
    edits = text_edits("Öppet: 12 dagar.", "Stängt sedan 14 veckor.")
    assert edits.is_rewritten
    assert edits.values == ()
    assert len(edits.words) == 1


def test_one_kept_word_between_two_edits_is_part_of_one() -> None:
    assert words(f"{LONG}: stor röd bil", f"{LONG}: liten röd båt") == [("stor röd bil", "liten röd båt")]
    assert words(f"{LONG}: stor 12 bil", f"{LONG}: liten 12 båt") == [("stor", "liten"), ("bil", "båt")]


def test_an_edit_of_spelling_is_left_out_beside_another() -> None:
    assert words(f"”Stöd” ges. {LONG} ska.", f'"Stöd" ges. {LONG} bör.') == [("ska", "bör")]
    assert words(f"”Stöd” ges. {LONG}", f'"Stöd" ges. {LONG}') == [("”Stöd”", '"Stöd"')]


def test_a_negation_is_said_with_the_word_before_it() -> None:
    assert words(f"{LONG}. Du får söka.", f"{LONG}. Du får inte söka.") == [("får", "får inte")]
    assert words(f"{LONG}. Du får inte söka.", f"{LONG}. Du får söka.") == [("får inte", "får")]
    assert words(f"{LONG}, söka.", f"{LONG}, inte söka.") == [("", "inte")]


def test_words_removed_in_one_place_and_added_in_another_were_moved() -> None:
    first, second = "Ring oss på vardagar", "Besök oss gärna"
    assert text_edits(f"{first}. {LONG}. {second}.", f"{LONG}. {first}. {second}.").words == (
        ReplacedWords(first, first),
    )
    assert words(f"Du ska nu. {LONG} här", f"Du nu. {LONG} ska här") == [("Du ska", "Du"), ("länet", "länet ska")]


def test_a_letter_that_grows_in_lower_case_moves_no_value() -> None:
    assert values(f"İ {LONG} 12", f"İ {LONG} 14") == [("figure", "12", "14")]


def test_an_ellipsis_moves_no_value() -> None:
    assert text_edits(f"{LONG} … för 400 kr …", f"{LONG} … för 500 kr …").values == (
        ReplacedValue("amount", "400", "500 kr"),
    )


def test_a_very_long_text_is_read_in_the_sentences_that_differ() -> None:
    filler = f"{LONG}. " * 800
    edits = text_edits(f"Länet ska det. {filler}Det är 12 platser.", f"Länet bör det. {filler}Det är 14 platser.")
    assert [(edit.before, edit.after) for edit in edits.values] == [("12", "14 platser")]
    assert [(edit.before, edit.after) for edit in edits.words] == [("ska", "bör")]
    assert not edits.is_rewritten


def test_a_very_long_stretch_of_sentences_that_differ_is_one_edit() -> None:
    before, after = (f"{LONG}. " * 400 + f"{word} {LONG}. " * 600 for word in ("Stöd", "Råd"))
    edits = text_edits(before, after)
    assert edits.values == ()
    assert [(edit.before[:4], edit.after[:3]) for edit in edits.words] == [("Stöd", "Råd")]
    assert edits.is_rewritten


def test_days_are_said_again_where_they_differ() -> None:
    before, after = f"{LONG}. Måndag–fredag 9–12", f"{LONG}. Måndag–torsdag 9–12"
    assert values(before, after) == [("opening-hours", "Måndag–fredag 9–12", "Måndag–torsdag 9–12")]


def test_values_that_print_alike_replaced_nothing() -> None:
    assert values(f"{LONG} <18 år", f"{LONG} >18 år") == []
    assert words(f"{LONG} <18 år", f"{LONG} >18 år") == [("<18", ">18")]


def test_a_list_that_moved_on_lost_one_value_and_got_another() -> None:
    before, after = f"{LONG}: 3 mars, 10 mars och 17 mars", f"{LONG}: 10 mars, 17 mars och 24 mars"
    assert values(before, after) == []
    assert words(before, after) == [("3 mars", ""), ("", "24 mars")]


def test_two_values_that_changed_places_replaced_each_other() -> None:
    assert values(f"{LONG}: 3 mars till 10 mars", f"{LONG}: 10 mars till 3 mars") == [
        ("date", "3 mars", "10 mars"),
        ("date", "10 mars", "3 mars"),
    ]


def test_a_word_that_belongs_to_the_next_figure_is_no_unit() -> None:
    assert values(f"{LONG} Ärenden: 214 år 2024.", f"{LONG} Ärenden: 230 år 2024.") == [("figure", "214", "230")]
    assert values(f"{LONG} I 12 år.", f"{LONG} I 15 år.") == [("figure", "12", "15 år")]
