"""Time grows in proportion to the input: what is repeated four times as often takes about four times as long.

The input is doubled twice: an extractor whose time grows with the square would take sixteen times as long.
"""

from __future__ import annotations

import gc
import html
import json
import time
from collections.abc import Callable

import pytest

from tests.fuzz.reading import Answer, read

SHORTEST = 10_000
A_LITTLE = 0.15
"""Processor time, in seconds, below which a growth is not measurable."""
MOST = 8.0
UNITS = (
    " ", "\n", "\t", "a", "1", "#", "# ", "- ", "=", "1. ", ".", ",", ":", "(", "[", "](", "[a](b)", "<", "<b>",
    "<br>", "<a ",
    "<p", "</p>", "&", '"', "'", "/", "/Rubriken ", "/Träder i kraft I:", "§ ", "1 § A. ", "1 kap. A\n\n1 § B.\n\n",
    "Bilaga ",
    "Lag (2019:1). ", "den 1 mars 2024 ", "2024-", "Senast uppdaterad: 2024-01-01 ", "Publicerad ", "a@",
    "http://a/", "%", "|",
    "\u00a0", "\u200b", "\u0301", "\u0323\u0301", "kakor ", "© 2024 ", "för 2 dagar sedan ", "1 000 kr ", "<!--",
    "-->", "]]>",
    "<div><p>", "<ul><li>", "<nav>a", "<sup>1", "<table><tr><td>", "<b x>", "<select><option>", "<!-- -->",
    "<dl><dt>a<dd>b",
    "<section><h2>a</h2>", "<button>", "<x-y>", "{", '{"a":', "\r", ",\"", "-1 ", "08-1", "A ", "och ",
)  # fmt: skip


def law(**fields: str) -> Answer:
    """Return a law with these fields in its answer."""
    document = {"beteckning": "2021:1", "titel": "En lag", "text": "1 § A.", **fields}
    return "application/json", json.dumps({"dokumentstatus": {"dokument": document}}).encode()


def page(markup: str) -> Answer:
    """Return a page with this markup in it."""
    return "text/html; charset=utf-8", f"<!doctype html><h1>Rubrik</h1>{markup}".encode()


FORMS: dict[str, Callable[[str], Answer]] = {
    "plain text": lambda said: ("text/plain", said.encode()),
    "a heading of Markdown": lambda said: ("text/plain", f"# {said}x".encode()),
    "what nobody calls anything": lambda said: (None, said.encode()),
    "a table": lambda said: ("text/csv", f'a,b\n"{said}'.encode()),
    "markup": page,
    "a paragraph": lambda said: page(f"<p>{html.escape(said)}x"),
    "the title of a page": lambda said: page(f"<title>{said}x</title>"),
    "an attribute": lambda said: page(f"<div id='{html.escape(said)}' class='{html.escape(said)}'>x</div>"),
    "a date for machines": lambda said: page(f"<meta name=modified content='{html.escape(said)}'><p>x"),
    "the text of a law": lambda said: law(text=f"1 § A.\n\n2 § {said}x"),
    "the title of a law": lambda said: law(titel=f"En {said}x"),
    "the HTML of a law": lambda said: law(text="", html=f"<b>SFS nr</b>: 2021:1<br/><hr />1 § {said}"),
    "a feed": lambda said: ("text/xml", f"<feed><entry><title>{html.escape(said)}</title></entry></feed>".encode()),
}


def seconds(answer: Answer) -> float:
    """Return the processor time of extracting an answer, without the collection of garbage of the whole test run."""
    gc.disable()
    try:
        began = time.process_time()
        read(answer)
        return time.process_time() - began
    finally:
        gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_twice_as_much_takes_about_twice_as_long(form: str) -> None:
    grown = []
    for unit in UNITS:
        small, _, large = (seconds(FORMS[form](_repeated(unit, size))) for size in (1, 2, 4))
        if _has_grown(small, large):  # or the machine was busy with something else: the least of three tells
            small, large = (min(seconds(FORMS[form](_repeated(unit, size))) for _ in range(3)) for size in (1, 4))
            if _has_grown(small, large):
                grown.append((unit, small, large))
    assert not grown


def _repeated(unit: str, size: int) -> str:
    return unit * (size * SHORTEST // len(unit))


def _has_grown(small: float, large: float) -> bool:
    return large > A_LITTLE and large > MOST * max(small, A_LITTLE / 16)
