"""Time grows in proportion to the input, whatever an answer repeats."""

from __future__ import annotations

import html
import json
from collections.abc import Callable

import pytest

from tests.faults.lab import scaled
from tests.fuzz.growth import grows_too_fast
from tests.fuzz.reading import Answer, read
from tests.unit.core.test_law_html_tree import ENDS, HOSTILE, read_everywhere

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


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_twice_as_much_takes_about_twice_as_long(form: str) -> None:
    grown = [unit for unit in UNITS if grows_too_fast(lambda said: read(FORMS[form](said)), unit)]
    assert not grown


@pytest.mark.slow
@pytest.mark.parametrize("end", scaled(ENDS[:1], ENDS))
def test_html_of_a_law_that_is_cut_off_takes_no_longer(end: str) -> None:
    grown = [piece for piece in HOSTILE if grows_too_fast(lambda said: read_everywhere(said + end), piece)]
    assert not grown
