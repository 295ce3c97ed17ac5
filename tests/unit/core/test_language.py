"""The language of a page."""

from __future__ import annotations

import pytest

from monitor.core.page.language import language_changed, language_of


@pytest.mark.parametrize(
    ("tag", "language"), [("sv-SE", "sv"), ("EN", "en"), ("nb", "no"), ("nn-NO", "no"), ("de_AT", "de")]
)
def test_a_declared_language_is_believed(tag: str, language: str) -> None:
    assert language_of(tag, ["The page and the law of the county"]) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Stöd för den som har utsatts för våld och inte vet vart hon ska vända sig", "sv"),
        ("The county board is responsible for the follow-up of this work", "en"),
        ("Die Behörde ist für das ganze Land zuständig und nicht nur für die Stadt", "de"),
        ("La loi est applicable dans les communes et pour tous les services", "fr"),
        ("Kalmar 2024", None),
        ("", None),
    ],
)
def test_an_undeclared_language_is_told_by_its_small_words(text: str, language: str | None) -> None:
    assert language_of(None, [text]) == language
    assert language_of("{{lang}}", [text]) == language


def test_a_long_text_is_told_by_its_beginning() -> None:
    assert language_of("", ["och att det är för den " * 300, "the and of to in " * 300]) == "sv"


SWEDISH = "Länsstyrelsen ska ge råd till den som är utsatt, och det är kommunen som svarar för att stödet finns."
ENGLISH = (
    "The county board is to give advice to those that are in need of it, and you can ask them for the form with this."
)


def test_a_page_that_turned_to_another_language_is_known_by_its_small_words() -> None:
    assert language_changed([SWEDISH] * 2, [ENGLISH] * 2) == ("sv", "en")
    assert language_changed([SWEDISH] * 2, [SWEDISH]) is None


@pytest.mark.parametrize(("before", "after"), [([], [ENGLISH]), ([SWEDISH], []), (["Stöd och råd"], ["The form"])])
def test_a_few_words_turn_no_page(before: list[str], after: list[str]) -> None:
    assert language_changed(before, after) is None


def test_a_page_in_two_languages_turned_to_neither() -> None:
    assert language_changed([SWEDISH, ENGLISH, SWEDISH], [ENGLISH, SWEDISH, ENGLISH]) is None
