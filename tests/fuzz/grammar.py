"""Input for the extractors: documents that follow the rules of their form or break them, and harmed samples."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from tests.fakes.pdf import pdf
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_html, as_json, as_text

DATA = Path(__file__).parents[1] / "data"
LONGEST = 40_000

WORDS = st.sampled_from(
    [
        "Länsstyrelsen", "ska", "inte", "får", "senast den 1 mars", "2024-03-01", "18 nov 2021", "Senast uppdaterad:",
        "Publicerad", "§", "2 §", "3 a §", "1 kap.", "12", "-3,5 %", "1 000 kr", "08-123 45 67", "a@kommun.example",
        "för 2 dagar sedan", "© 2024", "version 2.1.3", "Antal besök: 12", "kakor", "Logga in", "i dag", "•", "–", "…",
        "[email protected]", "SFS 2021:995", "Lag (2019:1).", "/Träder i kraft I:2026-01-01/", "/Upphör att gälla U:",
        "Innehåll", "Meny", "{{ 7*7 }}", "{% raw %}", "=1+1", "%s", "\\u202e", "<b>", "&amp;", "&#x202e;", "]]>", "-->",
    ]
)  # fmt: skip
ODD = st.sampled_from(
    ["\0", "\x1b[31m", "\x1b]0;x\x07", "\r\n", "\x85", "\u2028", "\u202e", "\u200b", "\ufeff", "\ufffe",
     "a\u0301\u0323",
     "\ud800", "😀", "ﬀ", "İ", "ẞ", "٣", "²", "\x7f", "\xa0", "\x1f"]
)  # fmt: skip
TEXT = st.lists(WORDS | ODD | st.text(max_size=6), max_size=8).map(" ".join)


def encoded(text: str) -> bytes:
    """Encode a text as a server would that does not validate what it sends."""
    return text.encode("utf-8", "surrogatepass")


@st.composite
def repeated(draw: st.DrawFn, pieces: st.SearchStrategy[str], longest: int = LONGEST) -> str:
    """Draw pieces one after the other; one of them, perhaps, many times."""
    found = draw(st.lists(pieces, min_size=1, max_size=24))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(found) - 1))
        times = draw(st.sampled_from([2, 30, 1_000]))
        found[at] *= min(times, longest // (len(found[at]) or 1) + 1)
    return "".join(found)[:longest]


# HTML

_TAGS = st.sampled_from(
    [
        "p", "div", "span", "b", "i", "a", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "td", "th", "caption",
        "h1",
        "h2", "h6", "main", "article", "section", "nav", "header", "footer", "aside", "form", "input", "button",
        "select",
        "option", "textarea", "script", "style", "template", "noscript", "svg", "math", "iframe", "object", "title",
        "meta", "base", "link", "time", "sup", "del", "ins", "br", "hr", "img", "details", "summary", "frameset",
        "body", "html", "head", "my-part", "font", "nobr", "marquee", "plaintext", "image", "foreignObject", "desc",
    ]
)  # fmt: skip
_ATTRIBUTES = st.sampled_from(
    [
        "", ' class="menu"', " class='cookie banner'", " id=main", ' role="main"', ' role="heading" aria-level="9"',
        ' hidden', ' aria-hidden="true"', ' style="display:none"', ' href="/a"', ' href="//[::1"', ' href="http://["',
        ' href="javascript:alert(1)"', " href='#'", ' href="mailto:a@b.example"', ' href="http://℀/"', ' href="?a=b;c"',
        ' datetime="2024-02-30"', ' datetime="2024-03-01T09:00"', ' name="modified" content="2024-13-01"',
        ' property="article:modified_time" content="2024-03-01T09:00:00+99:00"', ' data-cfemail="00zz"',
        ' data-cfemail="5a3b1a38743f22"', " onload=alert(1)", ' lang="sv-"', " type=application/ld+json",
        ' alt="x.png"',
        ' aria-expanded="false"', ' colspan="99999999"', " charset=utf-7", " a=\">\"", " =", " a=b=c", " '", ' "',
    ]
)  # fmt: skip
_LD = st.sampled_from(
    ['{"dateModified":"2024-03-01"}', '{"dateModified":', "[" * 2_000, '{"@graph":[{"dateModified":null}]}', '"', "{}"]
).map(lambda said: f'<script type="application/ld+json">{said}</script>')
_MARKUP = (
    TEXT
    | st.builds("<{}{}>{}".format, _TAGS, _ATTRIBUTES, TEXT)
    | st.builds("</{}>".format, _TAGS)
    | st.builds("<{}{}{}/>".format, _TAGS, _ATTRIBUTES, _ATTRIBUTES)
    | st.sampled_from(
        ["<!--", "-->", "<!-- a -->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!doctype html>", "<", "&"]
    )
    | _LD
)
HTML = st.builds(
    "{}{}".format, st.sampled_from(["", "<!doctype html><main><h1>Rubrik</h1>", "<!-- -->"]), repeated(_MARKUP)
)
"""Tags in any order, closed or not."""
SOUND_HTML = st.lists(
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "li", "h2", "h3", "td", "dd"]), TEXT),
    min_size=1,
    max_size=20,
).map(lambda blocks: f"<!doctype html><html lang=sv><title>Titel</title><main><h1>Rubrik</h1>{''.join(blocks)}</main>")
"""Pages of the usual form, with anything in their texts: they are always extracted and compared."""


# JSON, XML, tables, plain text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
).map(json.dumps) | repeated(
    st.sampled_from(["[", "]", "{", "}", '"a":', '"', ",", "1e999", "9" * 5_000, "NaN", "\\ud800"])
)
_XML_TAGS = st.sampled_from(
    ["rss", "feed", "entry", "item", "title", "link", "updated", "a:b", "x", "channel", "id", "RDF"]
)
_XML = (
    TEXT
    | st.builds("<{}>{}".format, _XML_TAGS, TEXT)
    | st.builds("</{}>".format, _XML_TAGS)
    | st.builds(
        "<{0}>{1}</{0}>".format, _XML_TAGS, st.sampled_from(["x", "&lt;p&gt;a&lt;/p&gt;", "2024-03-01", "&x;", "&#0;"])
    )
    | st.sampled_from(
        [
            '<link href="http://["/>',
            "<![CDATA[<p>a]]>",
            '<!DOCTYPE x [<!ENTITY a "b">]>',
            "<!-- -->",
            "<?x?>",
            '<a xmlns="u"/>',
        ]
    )
)
XML = st.builds(
    "{}{}".format, st.sampled_from(["", '<?xml version="1.0" encoding="utf-7"?>', "<feed>", "<rss>"]), repeated(_XML)
)
SOUND_XML = st.lists(
    st.builds("<{0}>{1}</{0}>".format, _XML_TAGS, st.sampled_from(["", "ett", "&lt;b&gt;två", "2024-03-01"])),
    max_size=12,
).map(lambda parts: f"<feed xmlns='http://www.w3.org/2005/Atom'>{''.join(parts)}</feed>")
TABLE = repeated(TEXT | st.sampled_from([",", ";", "\t", '"', '""', "\n", "\r", "=1+1", "\0"]))
PLAIN = repeated(
    TEXT | st.sampled_from(["\n", "\n\n", "- ", "# ", "* ", "=====\n", "| a | b |\n", "```\n", "[a](http://[)", "\f"])
)


# Laws

_LAW_TEXT = TEXT.map(lambda text: text.replace("\ud800", "\\ud800"))
_ACT = st.builds("Lag ({}:{}).".format, st.integers(1000, 2100), st.integers(0, 9_999))
_MARK = st.sampled_from(
    [
        None,
        "/Träder i kraft I:2026-01-01/",
        "/Upphör att gälla U:2025-12-31/",
        "/Träder i kraft I:den dag regeringen/",
        "/x/",
    ]
)
_STYCKEN = st.lists(_LAW_TEXT | st.builds("\t{}".format, _LAW_TEXT), min_size=1, max_size=4).map(tuple)
_WORDING = st.builds(Wording, _STYCKEN, act=st.none() | _ACT, time=_MARK)
_SECTION = st.builds(
    Section,
    st.sampled_from(["1", "2", "2 a", "10", "10", "x", "99999999999", "3-5"]),
    st.lists(_WORDING, min_size=1, max_size=2).map(tuple),
    headings=st.lists(_LAW_TEXT, max_size=2).map(tuple),
)
_CHAPTER = st.builds(
    Chapter,
    st.sampled_from(["", "1", "2 a", "99", "x"]),
    _LAW_TEXT,
    st.lists(_SECTION, min_size=1, max_size=5).map(tuple),
)
_LAWS = st.builds(
    Law,
    st.sampled_from(["2021:995", "1962:700", "x", "2021:995 s. 3", "99999:1"]),
    _LAW_TEXT,
    st.lists(_CHAPTER, min_size=1, max_size=3).map(tuple),
    department=_LAW_TEXT,
    amended=st.sampled_from(["", "t.o.m. SFS 2024:1", "x"]),
    repealed=st.none() | st.tuples(st.sampled_from(["2024-01-01", "2024-99-99", ""]), _LAW_TEXT),
    transitions=st.lists(st.tuples(_LAW_TEXT, st.lists(_LAW_TEXT, max_size=2).map(tuple)), max_size=2).map(tuple),
)
LAW_FORMS: tuple[Callable[[Law], bytes], ...] = (
    as_json,
    lambda law: as_json(law).replace(b"\\\\ud800", b"\\ud800"),
    lambda law: as_json(law, text=False),
    lambda law: encoded(as_html(law)),
    lambda law: encoded(f"<dokumentstatus><dokument><beteckning>{law.number}</beteckning><text>{as_text(law)}"),
    lambda law: encoded(f"SFS nr: {law.number}\n{as_text(law)}"),
)


@st.composite
def law_bodies(draw: st.DrawFn) -> bytes:
    """Draw a law in one of its forms; what a form cannot hold is left out of it."""
    law = draw(_LAWS)
    return draw(st.sampled_from(LAW_FORMS))(law)


# PDF

_LINES = st.lists(st.text("aåö -•1.()\\", max_size=30), max_size=5)
_OBJECTS = st.sampled_from(
    [
        b"/Kids [3 0 R 3 0 R]", b"/Parent 2 0 R", b"/Count 999999999", b"/Count -1", b"/Length 99999999", b"/Length 0",
        b"/Filter /FlateDecode", b"/Filter [/ASCIIHexDecode /LZWDecode]", b"/MediaBox [0 0]", b"/Prev 9", b"/Size 1",
        b"1 0 obj", b"endobj", b"stream", b"endstream", b"xref", b"0000000000 65535 f", b"%%EOF", b"/Encrypt 1 0 R",
        b"<<",
        b">>", b"[" * 500, b"((((", b"0 R", b"/Contents 4 0 R", b"/Type /ObjStm", b"/First 999999", b"BT", b"Tj", b"Do",
    ]
)  # fmt: skip
PDFS = st.lists(_LINES, min_size=1, max_size=3).map(lambda pages: pdf(*pages)) | st.lists(
    _OBJECTS | st.binary(max_size=8), max_size=40
).map(lambda parts: b"%PDF-1.4\n" + b"\n".join(parts))


# Harm


@cache
def files(*patterns: str) -> tuple[bytes, ...]:
    """Return the project's own samples."""
    return tuple(path.read_bytes() for pattern in patterns for path in sorted(DATA.glob(pattern)))


@st.composite
def harmed(draw: st.DrawFn, bodies: st.SearchStrategy[bytes], words: Sequence[bytes]) -> bytes:
    """Draw a body with up to eight pieces cut out, inserted, doubled, repeated or flipped."""
    body = bytearray(draw(bodies))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(body)))
        to = min(len(body), at + draw(st.integers(0, 60)))
        match draw(st.integers(0, 5)):
            case 0:
                del body[at:to]
            case 1:
                body[at:at] = draw(st.sampled_from(words) | st.binary(max_size=6))
            case 2:
                body[at:at] = body[at:to]
            case 3:
                body[at:to] = (body[at:to] * draw(st.sampled_from([2, 40, 800])))[:LONGEST]
            case 4 if at < len(body):
                body[at] ^= draw(st.integers(1, 255))
            case _:
                del body[at:]
    return bytes(body[: 2 * LONGEST])


def harmed_files(*patterns: str, words: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Return the project's own samples, harmed."""
    return harmed(st.sampled_from(files(*patterns)), words)
