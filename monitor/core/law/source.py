"""Laws from their sources: riksdagen's dokumentstatus or HTML, or rkrattsbaser's page.

The forms agree in content, so that a law gives the same blocks whichever of them answered. The text is in riksdagen's
plain form throughout; HTML is converted to it first.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.core.text import clean


@dataclass(frozen=True, slots=True)
class LawSource:
    """A law as a source gives it; "" where it gives nothing. `title` may carry time marks; `text` is hard-wrapped.

    `amended` is the source's own phrase ("t.o.m. SFS 2018:279"), `repealed` an ISO date, `contents` the table of
    contents that was left out.
    """

    number: str
    title: str
    text: str
    department: str = ""
    issued: str = ""
    amended: str = ""
    repealed: str = ""
    repealed_by: str = ""
    reprinted: str = ""
    other: str = ""
    contents: str = ""


def from_status(document: Mapping[str, str], details: Mapping[str, str]) -> LawSource:
    """Return the law in a dokumentstatus answer: the fields of its `dokument`, and its `uppgift` entries by their code.

    The text field is used; HTML replaces it where the text is missing or lost its line breaks.
    """
    text = document.get("text", "")
    if not text.strip() or text.strip().count("\n") < _fewest_line_breaks(document.get("html", "")):
        text = plain_text(document.get("html", "")).text
    return LawSource(
        number=clean(document.get("beteckning", "")),
        title=document.get("titel", ""),
        text=text,
        department=clean(document.get("organ", "")),
        issued=(details.get("utfardad") or document.get("datum", ""))[:10],
        amended=clean(document.get("subtitel", "") or details.get("andrattillochmed", "")),
        repealed=details.get("upphavd", "")[:10],
        repealed_by=clean(details.get("upphnr", "")),
        reprinted=_header(document.get("html", "")[:_HEADER]).get("Omtryck", ""),
        other=clean(details.get("text2", "")),
    )


def _fewest_line_breaks(page: str) -> int:
    """Return the fewest line breaks that an intact text has; an HTML form of one stycke needs none."""
    return 1 if "<br" in page.partition("<hr")[2].lstrip(" />") else 0


def from_html(page: str) -> LawSource:
    """Return the law in riksdagen's HTML form, which has no title ("") except one that was put around it."""
    plain = plain_text(page)
    header = plain.header
    number = header.get("SFS nr", "")
    found = _TITLE.search(page[:_HEADER])
    title = clean(html.unescape(_TAG.sub(" ", found[1] or found[2] or ""))) if found else ""
    return LawSource(
        number=number,
        title=title if number and number in title else "",
        text=plain.text,
        department=header.get("Departement/myndighet", ""),
        issued=header.get("Utfärdad", ""),
        amended=header.get("Ändrad", ""),
        repealed=header.get("Upphävd", ""),
        repealed_by=header.get("Författningen har upphävts genom", ""),
        reprinted=header.get("Omtryck", ""),
        other=header.get("Övrig text", ""),
        contents=plain.contents,
    )


_TAG = re.compile(r"<[^<>]*>")
_BOX = '<div class="result-inner-box'
_BODY = '<div class="result-box-text body-text">'


def from_rkrattsbaser(page: str) -> LawSource:
    """Return the law on the full-text page of rkrattsbaser.gov.se, whose body is the plain text itself."""
    header: dict[str, str] = {}
    title = number = ""
    for part in page.split(_BOX)[1:]:
        box = part.partition(">")[2].partition("</div>")[0]
        entry = clean(html.unescape(_TAG.sub("", box)))
        label, colon, value = entry.partition(":")
        if entry.startswith("SFS-nummer"):
            number = entry.split(" · ")[1] if " · " in entry else ""
        elif colon and label in _RKRATTSBASER:
            header[label] = value.strip()
        elif _BODY not in box:
            title = title or entry
    body = page.partition(_BODY)[2].partition("</div>")[0]
    return LawSource(
        number=number,
        title=title,
        text=html.unescape(_TAG.sub("", body)),
        department=header.get("Departement", ""),
        issued=header.get("Utfärdad", ""),
        amended=header.get("Ändring införd", ""),
        repealed=header.get("Upphävd", ""),
        repealed_by=header.get("Författningen har upphävts genom", ""),
        reprinted=header.get("Omtryck", ""),
        other=header.get("Övrigt", ""),
    )


_RKRATTSBASER = frozenset(
    {
        "Departement",
        "Utfärdad",
        "Ändring införd",
        "Upphävd",
        "Författningen har upphävts genom",
        "Omtryck",
        "Övrigt",
        "Ikraft",
        "Tidsbegränsad",
    }
)


# Riksdagen's HTML


@dataclass(frozen=True, slots=True)
class PlainText:
    """Riksdagen's HTML as plain text: the header's entries, the text below the rule, and the table of contents."""

    header: dict[str, str]
    text: str
    contents: str


_RULE = re.compile(r"<hr\s*/?>", re.IGNORECASE)
_ENTRY = re.compile(r"<b>(?P<name>[^<]*)</b>\s*:(?P<value>.*?)<br\s*/?>", re.DOTALL | re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>|<h1[^>]*>(.*?)</h1>", re.DOTALL | re.IGNORECASE)
_HEADER = 8192
"""Characters in which a header and its rule are searched for, so that no page is searched repeatedly to its end."""
_TOKEN = re.compile(r"""<(?P<end>/?)(?P<tag>[A-Za-z][A-Za-z0-9]*)(?P<rest>(?:[^<>"']|"[^"<]*"|'[^'<]*')*)>|<![^<>]*>""")
_CLASS = re.compile(r"""\bclass\s*=\s*["']?(?P<names>[\w -]*)""")
_INDENTED = re.compile(r"\n[^\S\n]{2,}(?=\S)")
_BLOCKS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "pre", "table", "tr", "li"})


def plain_text(page: str) -> PlainText:
    """Convert riksdagen's HTML to the plain form: a blank line between stycken, items and headings."""
    rule = _RULE.search(page, 0, _HEADER)
    head, body = (page[: rule.start()], page[rule.end() :]) if rule else (page[:_HEADER], "")
    collector = _BodyText()
    collector.add(body)
    return PlainText(_header(head), "".join(collector.text), clean("".join(collector.contents)))


def _header(head: str) -> dict[str, str]:
    """Return the entries above the rule."""
    return {
        clean(html.unescape(found["name"])): clean(html.unescape(_TAG.sub("", found["value"])))
        for found in _ENTRY.finditer(_RULE.split(head, maxsplit=1)[0])
    }


class _BodyText:
    """Collects the text below the rule as plain text.

    An empty <p>, a heading or the anchor of a § begins a paragraph; <br> followed by an indent begins an item.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self.contents: list[str] = []
        self._contents_depth = 0
        self._invisible_tag = ""
        self._after_break: str | None = None

    def add(self, page: str) -> None:
        """Add the whole body, in one pass."""
        at = 0
        for token in _TOKEN.finditer(page):
            self._add_data(page[at : token.start()])
            at = token.end()
            tag = (token["tag"] or "").lower()
            if token["end"]:
                self._end(tag)
            elif not self._invisible_tag:
                self._start(tag, token["rest"] or "")
        self._add_data(page[at:])

    def _start(self, tag: str, rest: str) -> None:
        found = _CLASS.search(rest)
        classes = found["names"].split() if found else []
        if tag in ("style", "script"):
            self._invisible_tag = tag
        elif tag == "div" and (self._contents_depth or "sfstoc" in classes):
            self._contents_depth += 1
        elif tag == "br":
            self._after_break = ""
        elif tag in _BLOCKS or "paragraf" in classes:
            self._begin_paragraph()

    def _end(self, tag: str) -> None:
        if self._invisible_tag:
            self._invisible_tag = "" if tag == self._invisible_tag else self._invisible_tag
        elif tag == "div" and self._contents_depth:
            self._contents_depth -= 1
        elif tag == "td":
            self._put("\t")
        elif tag in _BLOCKS and tag not in ("p", "div", "li"):
            self._begin_paragraph()

    def _add_data(self, raw: str) -> None:
        if self._invisible_tag or not raw:
            return
        data = html.unescape(raw).replace("\r\n", "\n")
        if self._after_break is not None:
            self._after_break += data
            if not self._after_break.strip():
                return
            # An item is indented by no-break spaces after the break; anything else continues on a new line.
            gap = "\n\n" if self._after_break.lstrip("\n").startswith("\xa0") else "\n"
            data, self._after_break = gap + self._after_break.lstrip(), None
        self._put(_INDENTED.sub("\n\n", data))

    def _begin_paragraph(self) -> None:
        self._after_break = None
        self._put("\n\n")

    def _put(self, text: str) -> None:
        (self.contents if self._contents_depth else self.text).append(text)
