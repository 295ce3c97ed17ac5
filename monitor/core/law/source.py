"""Laws from their sources: riksdagen's dokumentstatus or HTML, or rkrattsbaser's page.

The forms agree in content, so that a law gives the same blocks whichever of them answered. The text is in riksdagen's
plain form throughout; HTML is converted to it first. BeautifulSoup is imported only where there is HTML to parse: most
answers hold the text itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.core.text import clean

if TYPE_CHECKING:
    from monitor.core.law.riksdagen_html import PlainText


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


_HEADER = 8192
"""Characters of an HTML form that hold its header."""


def from_status(document: Mapping[str, str], details: Mapping[str, str]) -> LawSource:
    """Return the law in a dokumentstatus answer: the fields of its `dokument`, and its `uppgift` entries by their code.

    The text field is used; HTML replaces it where the text is missing or lost its line breaks. Raises TooIntricate.
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
        reprinted=_reprint(document.get("html", "")[:_HEADER]),
        other=clean(details.get("text2", "")),
    )


def _fewest_line_breaks(page: str) -> int:
    """Return the fewest line breaks that an intact text has; an HTML form of one stycke needs none."""
    return 1 if "<br" in page.partition("<hr")[2].lstrip(" />") else 0


def _reprint(head: str) -> str:
    """Return what the head of an HTML form says of a reprint; it is parsed only if it speaks of one."""
    return plain_text(head).header.get("Omtryck", "") if "Omtryck" in head else ""


def plain_text(page: str) -> PlainText:
    """Convert riksdagen's HTML to the plain form: a blank line between stycken, items and headings.

    Raises TooIntricate.
    """
    from monitor.core.law.riksdagen_html import convert  # noqa: PLC0415  see above

    return convert(page)


def from_html(page: str) -> LawSource:
    """Return the law in riksdagen's HTML form, which has no title ("") except one that was put around it.

    Raises TooIntricate.
    """
    plain = plain_text(page)
    header = plain.header
    number = header.get("SFS nr", "")
    return LawSource(
        number=number,
        title=plain.title if number and number in plain.title else "",
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


def from_rkrattsbaser(page: str) -> LawSource:
    """Return the law on the full-text page of rkrattsbaser.gov.se, whose body is the plain text itself.

    Raises TooIntricate.
    """
    from monitor.core.law.html_tree import divs, parse_html  # noqa: PLC0415  see above

    header: dict[str, str] = {}
    title = number = body = ""
    for names, text in divs(parse_html(page)):
        if "body-text" in names:
            body = body or text
        elif "result-inner-box" in names:
            entry = clean(text)
            label, colon, value = entry.partition(":")
            if entry.startswith("SFS-nummer"):
                number = entry.split(" · ")[1] if " · " in entry else ""
            elif colon and label in _RKRATTSBASER:
                header[label] = value.strip()
            else:
                title = title or entry
    return LawSource(
        number=number,
        title=title,
        text=body,
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
