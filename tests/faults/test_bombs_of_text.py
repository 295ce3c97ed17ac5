"""Texts that aim at the program's time, space or templates (docs/reliability.md, rows 63 and 64).

Time is processor time, with a wide margin.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.core.diff.words import word_diff
from monitor.core.judging.compare import compare
from monitor.core.model import Changed, Extraction, Fetched, Outcome, Recipe
from monitor.extractors.law import Law
from monitor.extractors.page import Page
from monitor.wording.summary import summarise
from tests.fakes import riksdagen
from tests.faults.lab import check_once, join, page
from tests.faults.test_every_statement import open_lab

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECONDS = 10.0
"""Each case takes a fraction of a second; with an expression that backtracks, it would take far longer than this."""

LONG = {
    "one word": "a" * 200_000 + "!",
    "spaces": "Senast uppdaterad:" + " " * 200_000 + "x",
    "digits": "1" * 100_000,
    "dates": "den 1 mars 2026 " * 10_000,
    "labels": "Senast uppdaterad: " * 10_000,
    "dots and digits": "1.2." * 20_000,
    "commas": "och, " * 40_000,
    "brackets": "(((([[[[" * 20_000,
    "hyphens": "-" * 100_000,
    "addresses": "a@a.a@" * 15_000,
    "nested tags": "<div>" * 5_000 + "djup" + "</div>" * 5_000,
    "nested lists": "<ul><li>" * 3_000,
    "open tags": "<p" * 50_000,
    "entities": "&amp;" * 50_000,
    "attributes": "<p " + " ".join(f"a{number}=1" for number in range(900)) + ">text</p>",
    "accents": "a" + "\u0323\u0301" * 100_000,
    "menus in menus": "<nav>Meny" * 4_000,
    "notes in notes": "<sup>1" * 4_000,
    "buttons in dialogs": "<div role=dialog><button>Ja</button>" * 4_000,
    "script that never ends": "<script>" + "var a='<';" * 20_000,
}


def read(body: str, recipe: Recipe | None = None) -> Extraction:
    """Return the extraction of a page."""
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Page().extract(Fetched("https://example.org/", 200, headers, body.encode(), NOW), recipe or Recipe())


@pytest.mark.parametrize("name", LONG)
def test_no_page_takes_long_to_read_and_compare(name: str) -> None:
    began = time.process_time()
    before = read(page(more=f"<p>{LONG[name]}</p>"))
    after = read(page("april", more=f"<p>{LONG[name][:-3]} april</p>"))
    compare(before, after, fetched_before=NOW, fetched_after=NOW)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*a){20}", "([a-z]+)*\\d"])
def test_no_pattern_of_a_user_takes_long(pattern: str) -> None:
    began = time.process_time()
    read(page(more=f"<p>{'a' * 50_000}!</p>"), Recipe(ignore=(pattern,)))
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("pattern", ["(a+)+$", "([a-z]+)*\\d"])
def test_no_pattern_of_a_user_takes_long_on_a_law(pattern: str) -> None:
    began = time.process_time()
    wording = riksdagen.Wording(("Länsstyrelsen ska verka för länet. " + "a" * 28 + "!",))
    law = riksdagen.Law(
        "2022:9001", "Förordning om länet", (riksdagen.Chapter("", "", (riksdagen.Section("1", (wording,)),)),)
    )
    headers = (("Content-Type", "application/json"),)
    fetched = Fetched("https://example.org/", 200, headers, riksdagen.as_json(law), NOW)
    assert Law().extract(fetched, Recipe(ignore=(pattern,))).blocks
    assert time.process_time() - began < SECONDS


TEMPLATE = (
    "{{ 7*7 }} {% for a in range(10**9) %}x{% endfor %} {{ ''.__class__.__mro__ }} %(name)s {0.__class__} ${HOME}"
)


def test_what_looks_like_a_template_is_text(tmp_path: Path) -> None:
    with open_lab(tmp_path, page()) as assembly:
        join(assembly)
        assert check_once(assembly) is Outcome.FIRST
    with open_lab(tmp_path, page("april", more=f"<p>{TEMPLATE}</p>")) as assembly:
        assert check_once(assembly) is Outcome.CHANGED
        message = mail_of(assembly)
        assert "{{ 7*7 }} {% for a in range(10**9) %}x{% endfor %}" in message
        assert "{0.__class__} ${HOME}" in message
        assert "49" not in message.split("VÄSENTLIG", 1)[0]


def mail_of(assembly: Assembly) -> str:
    """Return the text of the only mail that is owed."""
    with assembly.unit_of_work.read() as work:
        [delivery] = work.outbox.deliveries()
        views = assembly.history.views(work, delivery.items)
    return assembly.compose(views, delivery.subscriber, delivery).text


def paragraph(word: str, count: int) -> str:
    """Return a paragraph of `count` sentences that differ, with this word in each."""
    return " ".join(f"Stöd nummer {number * 7919 % 100_003} ges i {word}." for number in range(count))


VERY_LONG: dict[str, tuple[str, ...]] = {
    "sentences that all differ": (paragraph("mars", 15_000), paragraph("april", 15_000)),
    "one word without an end": ("ab" * 225_000, "abc" * 150_000),
    "letters in turn": ("a b " * 110_000, "b a a " * 75_000),
    "dates": ("den 1 mars 2024 " * 28_000, "den 2 mars 2024 " * 28_000),
    "signs between two edits": tuple(
        f"Om stöd i {month}. {'*' * 90_000} Och om {month}." for month in ("mars", "april")
    ),
    "dots between two edits": tuple(
        f"Om stöd i {month}. {'…' * 90_000} Och om {month}." for month in ("mars", "april")
    ),
    "halves that changed places": (
        paragraph("mars", 7_000) + paragraph("april", 7_000),
        paragraph("april", 7_000) + paragraph("mars", 7_000),
    ),
}


@pytest.mark.parametrize("name", VERY_LONG)
def test_a_paragraph_of_450_000_letters_is_compared_and_told_in_time(name: str) -> None:
    before, after = (read(page(more=f"<p>{text}</p>")) for text in VERY_LONG[name])
    began = time.process_time()
    verdict = compare(before, after, fetched_before=NOW, fetched_after=NOW)
    assert isinstance(verdict, Changed)
    summarise(verdict.change)
    for block in verdict.change.blocks:
        word_diff(block.before or "", block.after or "")
    assert time.process_time() - began < SECONDS


def test_a_change_of_ten_thousand_rows_is_told_in_time() -> None:
    rows = ("".join(f"<tr><td>{number}<td>{number * seed % 99_991}" for number in range(10_000)) for seed in (3, 7))
    before, after = (read(page(more=f"<table>{row}</table>")) for row in rows)
    verdict = compare(before, after, fetched_before=NOW, fetched_after=NOW)
    assert isinstance(verdict, Changed)
    began = time.process_time()
    assert "sifferuppgifter ändrade" in summarise(verdict.change)["sv"]
    assert time.process_time() - began < SECONDS / 2
