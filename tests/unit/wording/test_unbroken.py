"""Values inside which no line ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import LANGUAGES, Language
from monitor.wording.nouns import NOUNS, counted_noun
from monitor.wording.unbroken import unbroken, with_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Sista dag 2026-03-01 gäller", ["2026-03-01"]),
        ("Ring 010-123 45 67 eller 08-12 34 56", ["010-123 45 67", "08-12 34 56"]),
        ("Senast den 15 februari 2026 kl. 16.00", ["15 februari 2026", "kl. 16.00"]),
        ("Enligt 2 a § får 10 000 kr lämnas", ["2 a §", "10 000 kr"]),
        ("Ett vanligt ord-par och 3-4 stycken", ["3-4"]),
        ("Enligt 2 kap. 3 § ska 1 punkt utgå", ["2 kap. 3 §", "1 punkt"]),
        ("Högst 25 000 kronor för 14 dagar", ["25 000 kronor", "14 dagar"]),
        ("Enligt SFS 2026:41, kopia 12", ["SFS 2026:41", "kopia 12"]),
        ("Dessutom 2 sifferuppgifter och 3 kontaktuppgifter", ["2 sifferuppgifter", "3 kontaktuppgifter"]),
        ("Inget värde alls", []),
    ],
)
def test_dates_sums_numbers_and_sections_are_values(text: str, values: list[str]) -> None:
    found = [piece for piece, is_value in with_values(text) if is_value]
    assert [piece.strip(" ,") for piece in found] == values


@given(st.text())
def test_the_pieces_are_the_text(text: str) -> None:
    assert "".join(piece for piece, _ in with_values(text)) == text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_stays_with_its_noun(language: Language) -> None:
    for noun in NOUNS:
        counted = counted_noun(2, noun, "edited", language)
        assert unbroken(counted).startswith(f"2\u00a0{counted.split()[1]}")
