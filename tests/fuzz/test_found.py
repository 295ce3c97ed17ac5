"""What fuzzing found, case by case, so that none of it breaks again."""

from __future__ import annotations

import json
import time

import pytest

from monitor.core.diff.align import align
from monitor.core.model import Block
from monitor.core.text import clean
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_json
from tests.fuzz.inputs import check_schedule
from tests.fuzz.reading import Answer, check_extraction, check_pair, read

HTML, TEXT = "text/html; charset=utf-8", "text/plain"
HEAD = "<!doctype html><main><h1>Rubrik</h1>"


def law(number: str, title: str = "En lag") -> bytes:
    """Return a law of one § without a word."""
    return as_json(Law("2021:995", title, (Chapter("", "", (Section(number, (Wording(("",)),)),)),)))


ANSWERS: dict[str, Answer] = {
    "a link to a host in brackets that never end": (HTML, f"{HEAD}<p><a href='http://[['>Följ oss</a>".encode()),
    "a link to a host with a sign that would be several": (HTML, f"{HEAD}<p><a href='http://℀/'>Följ oss</a>".encode()),
    "comments before a page that nobody calls HTML": (None, b"<!-- -->" * 200 + b"x"),
    "comments before a page that is called text": (TEXT, b"<!---->" * 290 + b"<p>x"),
    "half a character in JSON": ("application/json", rb'{"a": "\ud83d"}'),
    "half a character in a law": (
        "application/json",
        law("1").replace(b'"text": "', rb'"text": "1 \u00a7 Halv \ud83d. '),
    ),
    "formatting that is never ended": (HTML, "".join(f"<b a{n}><p>x" for n in range(1_900)).encode()),
    "a heap of accents": (HTML, f"{HEAD}<p>a{chr(0x323) + chr(0x301)}".encode() + "\u0323\u0301".encode() * 20_000),
    "menus in menus": (HTML, f"{HEAD}{'<nav>Meny' * 3_000}".encode()),
    "notes in notes": (HTML, f"{HEAD}<p>{'<sup>1' * 3_000}".encode()),
    "a heading of marks": (TEXT, b"# " + b"#" * 60_000 + b"x"),
    "a title of spaces": ("application/json", law("1", f"En{' ' * 60_000}lag")),
    "a date of figures": (HTML, f"<meta name=modified content='{'08-1' * 11_500}'>{HEAD}<p>Text".encode()),
    "a label over and over": (TEXT, b"Senast uppdaterad: 2024-01-01 " * 1_200),
    "tags in a feed that never end": ("text/xml", b"<feed><title>" + b"&lt;p" * 30_000 + b"</title></feed>"),
    "elements without end in a feed": (
        "text/xml",
        b"<feed><title>" + b"&lt;ul&gt;&lt;li&gt;a" * 80_000 + b"</title></feed>",
    ),
    "a class of many names": (HTML, f"{HEAD}<div class='{'meny-' * 12_000}'>Text</div>".encode()),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_broke_something_is_read_or_refused(name: str) -> None:
    check_extraction(ANSWERS[name])
    check_pair((ANSWERS[name], (ANSWERS[name][0], ANSWERS[name][1].replace(b"1", b"2"))))


def test_a_section_without_a_word_that_is_new_can_be_mailed() -> None:
    check_pair((("application/json", law("1")), ("application/json", law("2"))))


@pytest.mark.parametrize(
    "raw",
    [
        b"- " * 600 + b"x",
        b"version: 1\nwatches:\n  a:\n    url: https://a.example/\n\xef\xbb\xbf",
        b"version: 1\nwatches:\n  a:\n    drop: " + b"[" * 300,
    ],
    ids=["a list in a list in a list", "a byte order mark at the end", "brackets"],
)
def test_a_schedule_that_broke_something_is_read_or_its_mistakes_are_told(raw: bytes) -> None:
    check_schedule(raw)


def test_half_a_character_is_read_as_a_sign_that_can_be_stored() -> None:
    answer = read(("application/json", json.dumps({"a": "halv \ud83d"}).encode()))
    assert answer is not None
    assert [block.text for block in answer.blocks] == ["a: halv \ufffd"]
    assert clean("\ud83d") == "\ufffd"


ROWS = {
    "sentences": lambda at, side: Block("p", " ".join(f"ord{at * 7 + side + word * 13 % 97}" for word in range(12))),
    "figures": lambda at, side: Block("row", f"Kalmar | {at * 31 + side}"),
    "dates": lambda at, side: Block("p", f"Uppdaterad {at % 28 + 1} mars {2000 + side}"),
    "sections": lambda at, side: Block("section", f"Det här är ny text nummer {at}", label=f"{at + side * 10_000} §"),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_page_that_was_wholly_rewritten_is_compared_in_seconds(name: str) -> None:
    before, after = ([ROWS[name](at, side) for at in range(1_500)] for side in (0, 1))
    began = time.process_time()
    pairs = align(before, after)
    assert time.process_time() - began < 3
    assert sum(pair.before is not None for pair in pairs) == sum(pair.after is not None for pair in pairs) == 1_500
