"""Bombs: inputs, made by a generator, that cost far more than they weigh, for every reader and for comparing.

Each page comes in two versions, so that it can be compared with itself. Most have a small form, which is read where it
was fetched, and a large one, which is read in a process of its own.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.fakes.pdf import pdf_file

SMALL, LARGE = 140_000, 3_000_000
"""Bytes: below and above what is read where it was fetched."""


class Bomb(NamedTuple):
    """A page in two versions."""

    name: str
    content_type: str
    before: bytes
    after: bytes


Maker = Callable[[int, str], str]
"""Returns a text of about so many bytes; in each of the two versions the word is another."""


def page_bombs(is_chosen: Callable[[str], bool]) -> Iterator[Bomb]:
    """Yield the bombs for the readers of pages, in two sizes; those whose name is chosen."""
    for kind, content_type, makers in (
        ("html", "text/html; charset=utf-8", HTML),
        ("json", "application/json", JSON),
        ("xml", "application/xml", XML),
        ("csv", "text/csv; charset=utf-8", CSV),
        ("text", "text/plain; charset=utf-8", TEXT),
        ("law", "application/json", LAW),
    ):
        for name, make in makers.items():
            for size in (SMALL, LARGE):
                whole = f"{kind}: {name}, {size // 1000} kB"
                if is_chosen(whole):
                    before, after = (make(size, word).encode() for word in ("mars", "april"))
                    yield Bomb(whole, content_type, before, after)
    for name, make_pdf in PDF.items():
        if is_chosen(f"pdf: {name}"):
            yield Bomb(f"pdf: {name}", "application/pdf", make_pdf("mars"), make_pdf("april"))


def _page(body: str) -> str:
    return f"<!doctype html><html lang=sv><title>Stöd</title><main><h1>Stöd till länet</h1>{body}"


def _times(unit: str, size: int) -> str:
    return unit * max(1, size // len(unit.encode()))


def _numbered(unit: str, size: int) -> str:
    """Return the unit over and over, with another number in the place of each #."""
    return "".join(unit.replace("#", str(number * 7919 % 100_003)) for number in range(size // (len(unit) + 4)))


HTML: dict[str, Maker] = {
    "one paragraph of one word": lambda size, word: _page(f"<p>{_times('a', size // 2)}{word}{_times('a', size // 2)}"),
    "one paragraph without an end": lambda size, word: _page(f"<p>{_numbered(f'ord# {word} ', size)}"),
    "one paragraph of sentences": lambda size, word: _page(f"<p>{_numbered(f'Stöd nummer # ges i {word}. ', size)}"),
    "one paragraph of dates": lambda size, word: _page(f"<p>{_times(f'den 1 {word} 2024 ', size)}"),
    "one paragraph of figures": lambda size, word: _page(f"<p>{_numbered(f'# kr, ## {word} ', size)}"),
    "two letters in turn": lambda size, word: _page(f"<p>{_times('a b ' if word == 'mars' else 'b a a ', size)}"),
    "a heading without an end": lambda size, word: _page(f"<h2>{_numbered(f'# {word} ', size)}</h2><p>Text."),
    "paragraphs of one word": lambda size, word: _page(_numbered(f"<p>{word}#", size)),
    "paragraphs that are equal": lambda size, word: _page(_times("<p>Stöd ges.", size) + f"<p>{word}"),
    "headings alone": lambda size, word: _page(_numbered(f"<h2>{word} #</h2>", size)),
    "headings in turn": lambda size, word: _page(_numbered(f"<h2>Del #</h2><p>{word} #</p>", size)),
    "items in items": lambda size, word: _page(_times("<ul><li>a", size // 2) + word),
    "a table of figures": lambda size, word: _page(f"<table>{_numbered(f'<tr><td>#<td>#{len(word)}', size)}"),
    "a table of one row": lambda size, word: _page(f"<table><tr>{_numbered(f'<td>{word} #', size)}"),
    "a cell of many columns": lambda size, word: _page(
        f"<table>{_times(f'<tr><td colspan=1000 rowspan=1000>{word}', size)}"
    ),
    "links": lambda size, word: _page(f"<p>{_numbered(f'<a href=/{word}/#>Länk #</a> ', size)}"),
    "links in a list": lambda size, word: _page(f"<ul>{_numbered(f'<li><a href=/{word}/#>Länk #</a>', size)}"),
    "links without words": lambda size, word: _page(_numbered(f"<a href=/{word}/#></a>", size)),
    "signs between two edits": lambda size, word: _page(
        f"<p>Stöd i {word} till alla. {_times('*', min(size, 90_000))} Och mer om {word} till alla."
    ),
    "a heading with a sign nobody sees": lambda size, word: _page(
        f"<h2>\ue001{_times('rubrik ', size // 2)}</h2>{_numbered(f'<p>{word} #', min(size // 2, 20_000))}"
    ),
    "a button that says a lot": lambda size, word: _page(
        f"<p>{word}<ul>{_times('<li hidden>a', size // 2)}</ul><button>{_times('a<br>', size // 2)}</button>"
    ),
    "rows in a formula": lambda size, word: _page(f"<p>{word}<math>{_times('<tr>', size)}<form>x"),
    "rules in boxes": lambda size, word: _page(f"<p>{word}{'<div>' * 19_900}{_times('<hr>', size - 100_000)}"),
    "ends of what never began": lambda size, word: _page(
        f"<p>{word}{'<span>' * 19_900}{_times('</x>', size - 120_000)}"
    ),
    "labels of dates in one line": lambda size, word: _page(f"<p>{_times('Senast uppdaterad12 ', size)}{word}"),
    "formatting over paragraphs": lambda size, word: _page(
        f"{''.join(f'<b a{number}>' for number in range(300))}{_times('<p>x', size)}{word}"
    ),
    "one word in marks": lambda size, word: _page(f"<p>{_times('<b>a</b>', size)}{word}"),
    "spaces": lambda size, word: _page(f"<p>a{_times(' ', size // 2)}{word}{_times('&nbsp;', size // 2)}b"),
    "line breaks": lambda size, word: _page(f"<p>{_times('a<br>', size)}{word}"),
    "punctuation": lambda size, word: _page(f"<p>{_times('., ' if word == 'mars' else '.; ', size)}"),
    "accents": lambda size, word: _page(f"<p>{_times('a' + chr(0x323) + chr(0x301) * 9, size)}{word}"),
    "folded panels": lambda size, word: _page(_numbered(f"<details><summary>#</summary>{word}</details>", size)),
    "menus": lambda size, word: _page(_times(f"<nav><a href=/>{word}</a></nav>", size)),
    "labels of dates": lambda size, word: _page(_times(f"<p>Senast uppdaterad: 1 {word} 2024", size)),
    "comments": lambda size, word: _page(_times("<!-- -->", size) + f"<p>{word}"),
    "hidden elements": lambda size, word: _page(_times(f"<div hidden><p>{word}</div>", size) + f"<p>{word}"),
    "attributes": lambda size, word: _page(_times(f"<p class='a b c d e f' id=x data-a={word}>a", size)),
    "scripts of facts": lambda size, word: _page(
        f"<script type=application/ld+json>{_times('[', size // 2)}{word}</script><p>{word}"
    ),
    "references": lambda size, word: _page(f"<p>{_times('&amp;&Aring;', size)}{word}"),
}
JSON: dict[str, Maker] = {
    "lists in lists": lambda size, word: "[" * (size // 2) + f'"{word}"' + "]" * (size // 2),
    "names in names": lambda size, word: '{"a":' * (size // 6) + f'"{word}"' + "}" * (size // 6),
    "a long name above many values": lambda size, word: f'{{"{"n" * (size // 2)}":["{word}"{",1" * (size // 4)}]}}',
    "names in names above many values": lambda size, word: (
        '{"namn":' * 400 + f'["{word}"{",1" * (size // 2)}]' + "}" * 400
    ),
    "lists around many values": lambda size, word: "[" * 480 + f'"{word}"{",1" * (size // 4)}' + "]" * 480,
    "many values": lambda size, word: json.dumps([f"{word} {number}" for number in range(size // 14)]),
    "many names": lambda size, word: json.dumps({f"n{number}": word for number in range(size // 18)}),
    "digits": lambda size, word: f'{{"a": {"1" * size}, "b": "{word}"}}',
    "escapes": lambda size, word: f'{{"a": "{_times(chr(92) + "u0301", size)}", "b": "{word}"}}',
    "one text": lambda size, word: json.dumps({"a": _numbered(f"{word} # ", size)}),
}
XML: dict[str, Maker] = {
    "elements in elements": lambda size, word: "<a>" * (size // 7) + word + "</a>" * (size // 7),
    "elements that do not end": lambda size, word: "<a>" * (size // 3) + word,
    "entities": lambda size, word: (
        '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
        + "".join(f'<!ENTITY b{n} "{("&b" + str(n - 1 if n else "") + ";") * 10}">' for n in range(9))
        + f"]><a>{_times('&b8;', size)}{word}</a>"
    ),
    "attributes": lambda size, word: f"<a {_numbered('a#b=1 ', size)}>{word}</a>",
    "many elements": lambda size, word: f"<a>{_numbered(f'<b>{word} #</b>', size)}</a>",
    "sentences with parts": lambda size, word: (
        f"<a>{_times(f'{word} <b>', size // 2)}{_times('</b> a', size // 2)}</a>"
    ),
    "entries of a feed": lambda size, word: (
        f"<rss><channel><title>N</title>{_numbered(f'<item><title>{word} #</title></item>', size)}</channel></rss>"
    ),
    "HTML in a feed": lambda size, word: (
        f"<rss><channel><title>N</title><item><title>A</title><description>{_times('&lt;div&gt;', size)}{word}"
        "</description></item></channel></rss>"
    ),
    "an entry without an end": lambda size, word: (
        f"<feed><entry><title>A</title><summary>{_numbered(f'{word} # ', size)}</summary></entry></feed>"
    ),
    "sections that are no markup": lambda size, word: f"<a>{_times('<![CDATA[', size)}{word}</a>",
}
CSV: dict[str, Maker] = {
    "one row": lambda size, word: _numbered(f"{word} #;", size),
    "many rows": lambda size, word: _numbered(f"{word};#;#\n", size),
    "one cell": lambda size, word: f'a;b\n"{_numbered(f"{word} # ", size)}";c',
    "quotes": lambda size, word: f"a;b\n{_times(chr(34), size)};{word}",
    "empty rows": lambda size, word: f"a;b\n{_times(chr(10), size)}{word};c",
    "separators": lambda size, word: f"a;b\n{_times(';,|', size)}{word}",
}
TEXT: dict[str, Maker] = {
    "one line": lambda size, word: _numbered(f"{word} # ", size),
    "lines": lambda size, word: _numbered(f"{word} #\n\n", size),
    "headings": lambda size, word: _numbered(f"# {word} #\n", size),
    "items": lambda size, word: _numbered(f"- {word} #\n", size),
    "links": lambda size, word: _numbered(f"[{word}](http://a.example/#) ", size),
    "open brackets": lambda size, word: f"{_times('[', size)}{word}",
    "marks": lambda size, word: f"{_times('#', size)} {word}",
    "addresses": lambda size, word: f"{_times('a@a.a@', size)}{word}",
}


def _law(text: str) -> str:
    facts = {"beteckning": "2021:1", "titel": "Förordning (2021:1) om stöd", "text": text}
    return json.dumps({"dokumentstatus": {"dokument": facts}})


LAW: dict[str, Maker] = {
    "sections": lambda size, word: _law(
        "".join(f"{number} §   Stöd ges i {word}.\n\n" for number in range(1, size // 28))
    ),
    "chapters": lambda size, word: _law(
        "".join(f"{number} kap. Om {word}\n\n1 §   Stöd ges.\n\n" for number in range(1, size // 36))
    ),
    "one section": lambda size, word: _law(f"1 §   {_numbered(f'Stöd # ges i {word}. ', size)}"),
    "acts": lambda size, word: _law(f"1 §   Stöd ges. {_numbered(f'Lag (2019:#). {word} ', size)}"),
    "marks of time": lambda size, word: _law(
        f"1 §   {_times('/Träder i kraft I:2027-01-01/ ', size)}Stöd ges i {word}."
    ),
    "transition provisions": lambda size, word: _law(
        "1 §   Stöd ges.\n\nÖvergångsbestämmelser\n\n" + _numbered(f"2019:#\n   1. Gäller i {word}.\n", size)
    ),
    "headings": lambda size, word: _law(
        f"1 §   Stöd ges.\n\n{_numbered(f'Om {word} #{chr(10)}{chr(10)}', size)}2 §   A."
    ),
}


# PDF


def _pdf(streams: list[bytes], pages: list[int], *, depth: int = 0) -> bytes:
    """Return a document with these compressed streams; each page shows the stream with that number."""
    objects = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for raw in streams:
        packed = zlib.compress(raw, 9)
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed))
    first = len(objects) + 1
    tree = first + len(pages)
    objects += [
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
        b" /Resources << /Font << /F1 1 0 R >> >> >>" % (tree, 2 + stream)
        for stream in pages
    ]
    kids = b" ".join(b"%d 0 R" % (first + number) for number in range(len(pages)))
    objects.append(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids))
    for _ in range(depth):
        objects.append(b"<< /Type /Pages /Count %d /Kids [%d 0 R] >>" % (len(pages), len(objects)))
    objects.append(b"<< /Type /Catalog /Pages %d 0 R >>" % len(objects))
    return pdf_file(objects, b"<< /Size %d /Root %d 0 R >>" % (len(objects) + 1, len(objects)))


def _lines(count: int, word: str) -> bytes:
    return b"BT /F1 11 Tf 50 780 Td 14 TL " + f"(Stod i {word}) Tj T* ".encode() * count + b"ET"


PDF: dict[str, Callable[[str], bytes]] = {
    "pages that share a stream": lambda word: _pdf([_lines(40_000, word)], [0] * 2000),
    "one page of much text": lambda word: _pdf([_lines(1_000_000, word)], [0]),
    "a stream of spaces": lambda word: _pdf([b" " * 200_000_000 + _lines(1, word)], [0]),
    "numbers without an end": lambda word: _pdf([b"BT " + b"1 " * 5_000_000 + _lines(1, word)], [0]),
    "brackets without an end": lambda word: _pdf([b"BT " + b"[" * 2_000_000 + _lines(1, word)], [0]),
    "states that are saved": lambda word: _pdf([b"q " * 5_000_000 + _lines(1, word)], [0]),
    "pages within pages": lambda word: _pdf([_lines(1, word)], [0], depth=20_000),
    "too many pages": lambda word: _pdf([_lines(1, word)], [0] * 20_000),
    "a file cut off": lambda word: _pdf([_lines(100_000, word)], [0] * 500)[:-2_000],
    "no table of objects": lambda word: b"%PDF-1.4\n" + b"1 0 obj\n<< /A " * 200_000 + word.encode(),
    "dictionaries in dictionaries": lambda word: b"%PDF-1.4\n1 0 obj\n" + b"<< /A " * 300_000 + word.encode(),
    "an ordinary report": lambda word: _pdf([_lines(40, word)] * 300, list(range(300))),
}


# What is read besides pages


def _to(unit: str, size: int = 500_000) -> str:
    return _times(unit, size)


ROBOTS: dict[str, str] = {
    "rules with wildcards": "User-agent: *\n" + _to("Disallow: /*a*a*a*a*b\n"),
    "one rule of wildcards": "User-agent: *\nDisallow: /" + _to("*a") + "b",
    "wildcards and an end": "User-agent: *\nDisallow: /" + "*a" * 20 + "$",
    "many agents": _numbered("User-agent: a#\nDisallow: /#\n", 500_000),
    "agents in one group": _numbered("User-agent: b#\n", 500_000) + "Disallow: /x",
    "many rules": "User-agent: *\n" + _numbered("Disallow: /#\n", 500_000),
    "one line": "User-agent: " + _to("a"),
    "spaces": _to(" ") + "User-agent: *",
    "our name over and over": _to("User-agent: Bevaka\n"),
    "our name in a list": "User-agent: " + _to("Bevaka-"),
    "percents": "User-agent: *\nDisallow: /" + _to("%41"),
    "comments": _to("# <html\n") + "User-agent: *",
}


def _nested_mail(depth: int) -> bytes:
    parts = (f"--{n}\nContent-Type: multipart/mixed; boundary={n + 1}\n\n" for n in range(depth))
    return f"Content-Type: multipart/mixed; boundary=0\n\n{''.join(parts)}".encode()


MAILS: dict[str, bytes] = {
    "parameters without end": b'Content-Type: multipart/mixed; a="' + b";" * 900_000,
    "parts in parts": _nested_mail(2_000),
    "a few parts in parts and many lines": _nested_mail(90) + b"--89\n" * 100_000,
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 30_000,
    "a word of a hundred kilobytes": b"To: " + b"a" * 100_000,
    "a word of a megabyte": b"To: " + b"a" * 990_000,
    "at signs": b"To: " + b"a@" * 490_000,
    "addresses": b"To: " + b"<a@b.example>, " * 65_000,
    "headers": b"".join(b"To: a%d@b.example\n" % number for number in range(45_000)),
    "requests to leave": b"Subject: " + b"unsubscribe " * 80_000,
    "tokens": b"Subject: unsubscribe " + b"leave.1" * 140_000,
    "reports in a report": b"Content-Type: multipart/report; boundary=x\n\n--x\n"
    b"Content-Type: message/delivery-status\n\n" + b"Action: failed\nStatus: 5.1.1\n\n" * 30_000,
    "a header that is folded": b"To: a" + b"\n a" * 300_000,
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 70_000,
}

SCHEDULES: dict[str, str] = {
    "brackets": "version: 1\nwatches: " + "[" * 200_000,
    "mappings in mappings": "version: 1\nwatches: " + "{a: " * 100_000,
    "indents": "version: 1\n" + "".join(f"{' ' * depth}a:\n" for depth in range(1_500)),
    "aliases of aliases": "version: 1\na0: &a0 [x, x]\n"
    + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)),
    "many watches": "version: 1\nwatches:\n" + _numbered("  w#: {url: https://a.example/#}\n", 300_000),
    "many mistakes": "version: 1\nwatches:\n" + _numbered("  w#: {url: nowhere#, evry: #}\n", 100_000),
    "one key": "version: 1\nwatches: {}\n" + "a" * 300_000 + ": 1",
    "one text": f"version: 1\nwatches: {{a: {{url: 'https://a.example/{'a' * 300_000}'}}}}",
    "a pattern": f"version: 1\nwatches: {{a: {{url: 'https://a.example/', ignore: ['{'(a*)*' * 5_000}']}}}}",
    "a selector": f"version: 1\nwatches: {{a: {{url: 'https://a.example/', keep: '{':not(' * 5_000}'}}}}",
    "comments": "version: 1\nwatches: {}\n" + _to("# a\n", 300_000),
    "numbers": f"version: {'1' * 5_000}\nwatches: {{}}",
}
