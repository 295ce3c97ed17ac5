"""A sample of the laboratory: each edit in a few layouts and languages, held to the thresholds of the whole.

A run prints its seed; TEST_SEED=… makes the same choices again. Everything: `make metamorphic`.
"""

from __future__ import annotations

import os
import random
import re

import pytest

from tests.metamorphic.content import FACTS, SHEETS
from tests.metamorphic.edits import EDITS, Kind, of_kind
from tests.metamorphic.lab import Laboratory, Result, Tally, Trial, tallied, trials
from tests.metamorphic.layouts import LAYOUTS, html
from tests.metamorphic.report import LEAST_RIGHT, LEAST_WITH_WORDS, failures

SEED = int(os.environ.get("TEST_SEED") or 2026)
OF_EACH_EDIT = 3


def sample(kind: Kind) -> list[Trial]:
    """Return a few trials of each edit of a kind."""
    choose = random.Random(SEED)
    print(f"seed {SEED}")  # noqa: T201
    every = [trials([edit]) for edit in of_kind(kind)]
    return [trial for of_one in every for trial in choose.sample(of_one, min(OF_EACH_EDIT, len(of_one)))]


def tally_of(kind: Kind) -> tuple[Tally, str]:
    """Return what came of a sample, counted, and what went wrong."""
    results = list(Laboratory().run(sample(kind)))
    return sum(tallied(results).values(), Tally()), "\n".join(failures(results))


def test_material_edits_are_told_in_words() -> None:
    tally, wrong = tally_of("material")
    assert tally.share_right >= LEAST_RIGHT["material"], wrong
    assert tally.share_with_words >= LEAST_WITH_WORDS, wrong


def test_noise_is_held_back() -> None:
    tally, wrong = tally_of("noise")
    assert tally.share_right >= LEAST_RIGHT["noise"], wrong


def test_what_is_not_the_page_is_suspect() -> None:
    tally, wrong = tally_of("suspect")
    assert tally.share_right >= LEAST_RIGHT["suspect"], wrong


@pytest.mark.parametrize("language", SHEETS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_shows_everything_that_its_sheet_says(layout: str, language: str) -> None:
    sheet = SHEETS[language]
    shown = re.sub(r"<[^>]*>", " ", html(layout, sheet))
    said = [fact.value for fact in FACTS[language].values()] + [link.text for link in (*sheet.documents, *sheet.menu)]
    said += [sheet.title, *(question for question, _ in sheet.questions), *(one.heading for one in sheet.sections)]
    assert [text for text in said if text.strip() not in shown] == []
    assert "[[" not in shown


def test_every_edit_makes_a_difference_and_has_a_name_of_its_own() -> None:
    assert len({edit.name for edit in EDITS}) == len(EDITS)
    assert [edit.name for edit in EDITS if all(len(set(trial.pages())) == 1 for trial in trials([edit]))] == []


def test_every_material_edit_asks_for_words_in_every_language() -> None:
    assert [edit.name for edit in of_kind("material") for language in SHEETS if not edit.words(language)] == []


def test_results_are_counted_by_layout_and_kind() -> None:
    [trial] = trials(of_kind("noise")[:1])[:1]
    tally = tallied([Result(trial, "told"), Result(trial, "unchanged")])[trial.layout, "noise"]
    assert (tally.number, tally.share_right, tally.share_with_words) == (2, 0.5, 1.0)
