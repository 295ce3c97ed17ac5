"""All parts of the program that read foreign input, and their input."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.fuzz import grammar, inputs
from tests.fuzz.lab import Target
from tests.fuzz.reading import Answer, check_extraction, check_pair

_KINDS = st.sampled_from(
    [
        None, "", "text/html; charset=utf-8", "text/html", "TEXT/HTML;charset=\"x\"", "text/plain",
        "application/octet-stream",
        "text/html; charset=utf-16", "text/html; charset=iso-2022-kr", "text/html; charset=hz", "application/xhtml+xml",
    ]
)  # fmt: skip
_TAGS = [
    b"<p>",
    b"</p>",
    b"<",
    b">",
    b'"',
    b"<!--",
    b"<script>",
    b"&",
    b"\x00",
    b"\xff\xfe",
    b"<table>",
    b" hidden",
    b"<meta charset=x>",
]


def _sent(kinds: st.SearchStrategy[str | None] | str, bodies: st.SearchStrategy[bytes]) -> st.SearchStrategy[Answer]:
    return st.tuples(st.just(kinds) if isinstance(kinds, str) else kinds, bodies)


def _twice(answers: st.SearchStrategy[Answer]) -> st.SearchStrategy[tuple[Answer, Answer]]:
    return st.tuples(answers, answers)


_HTML = grammar.HTML.map(grammar.encoded)
_SOUND_HTML = grammar.SOUND_HTML.map(grammar.encoded)
_OUR_HTML = grammar.harmed_files("pairs/*/*.html", "reading/*/*.html", words=_TAGS)
_LAWS = grammar.law_bodies()
_OUR_LAWS = grammar.harmed_files(
    "law/*/answer.*",
    words=[b'"', b"\\", b"{", b"<b>", b"<br />", " § ".encode(), b"/I:", b"\n\n", b"<hr />", b"2 kap.", b"]]>"],
)
_JSON = grammar.JSON.map(grammar.encoded)
_XML = (grammar.XML | grammar.SOUND_XML).map(grammar.encoded)
_TEXTS = (grammar.PLAIN | grammar.TABLE).map(grammar.encoded)
_PDF_WORDS = [
    b"obj",
    b"endobj",
    b"<<",
    b">>",
    b"/Kids",
    b"/Length 9",
    b"stream\n",
    b"9 0 R",
    b"%%EOF",
    b"(",
    b"[",
    b"/Filter /LZWDecode",
]
_PDFS = grammar.harmed(grammar.PDFS, _PDF_WORDS)
_TEXT_KINDS = st.sampled_from(
    ["text/plain", "text/csv", "text/tab-separated-values", "text/markdown", "application/json", "text/xml", ""]
)

TARGETS = (
    Target("pages", _sent(_KINDS, _HTML), check_extraction),
    Target("our pages, harmed", _sent(_KINDS, _OUR_HTML), check_extraction),
    Target("two pages", _twice(_sent("text/html; charset=utf-8", _SOUND_HTML | _HTML)), check_pair),
    Target("two of our pages, harmed", _twice(_sent("text/html; charset=utf-8", _OUR_HTML)), check_pair, 0.5),
    Target("laws", _sent(_KINDS, _LAWS), check_extraction),
    Target("our laws, harmed", _sent(_KINDS, _OUR_LAWS), check_extraction),
    Target("two laws", _twice(_sent("application/json", _LAWS)), check_pair),
    Target("two of our laws, harmed", _twice(_sent("application/json", _OUR_LAWS)), check_pair, 0.5),
    Target("JSON", _sent("application/json", _JSON), check_extraction),
    Target("two JSON documents", _twice(_sent("application/json", _JSON)), check_pair, 0.5),
    Target("XML and feeds", _sent("application/atom+xml", _XML), check_extraction),
    Target("two feeds", _twice(_sent("text/xml", grammar.SOUND_XML.map(grammar.encoded))), check_pair, 0.5),
    Target("text and tables", _sent(_TEXT_KINDS, _TEXTS), check_extraction),
    Target("two texts", _twice(_sent("text/plain", _TEXTS)), check_pair, 0.5),
    Target("PDF", _sent("application/pdf", _PDFS), check_extraction, 0.5),
    Target(
        "bytes", _sent(_KINDS | _TEXT_KINDS | st.just("application/pdf"), st.binary(max_size=400)), check_extraction
    ),
    *inputs.TARGETS,
)
