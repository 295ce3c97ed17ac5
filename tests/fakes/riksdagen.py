"""Writes laws in the forms of riksdagen's open data: plain text, HTML, and dokumentstatus JSON."""

from __future__ import annotations

import html
import json
import re
import textwrap
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Wording:
    """One wording of a section: its stycken and their items, and the act that introduced it.

    A string in `stycken` that begins with a tab is an item of the stycke before it. `time` is a time mark.
    """

    stycken: tuple[str, ...]
    act: str | None = None
    time: str | None = None


@dataclass(frozen=True)
class Section:
    """A section with its wordings, and the headings right before it (each with or without a time mark)."""

    number: str
    wordings: tuple[Wording, ...]
    headings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chapter:
    """A chapter; one with `number` "" holds the sections of a law without chapters."""

    number: str
    title: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Law:
    """A law as consolidated at one time."""

    number: str
    title: str
    chapters: tuple[Chapter, ...]
    department: str = "Arbetsmarknadsdepartementet"
    amended: str = ""
    repealed: tuple[str, str] | None = None
    transitions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stamp: str = "2022-09-08 04:31:12"
    paragraphs: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "paragraphs", tuple(_paragraphs(self)))

    def with_sections(self, *sections: Section) -> Law:
        """Return the law, which has one chapter, with other sections."""
        return replace(self, chapters=(replace(self.chapters[0], sections=sections),))


def _paragraphs(law: Law) -> list[tuple[str, str]]:
    """Return (kind, text) of every paragraph: chapter, mark, heading, section:ANCHOR, stycke, item, transition, act."""
    found: list[tuple[str, str]] = []
    for chapter in law.chapters:
        if chapter.number:
            found.append(("chapter", f"{chapter.number} kap. {chapter.title}"))
        for section in chapter.sections:
            for heading in section.headings:
                mark, _, text = heading.rpartition("\n")
                found += [("mark", mark)] if mark else []
                found.append(("heading", text))
            for wording in section.wordings:
                found += _wording(chapter, section, wording)
    if law.transitions:
        found.append(("transition", "Övergångsbestämmelser"))
    for act, points in law.transitions:
        found.append(("act", act))
        found += [("item" if re.match(r"\d+\. ", point) else "stycke", point) for point in points]
    return found


def _wording(chapter: Chapter, section: Section, wording: Wording) -> list[tuple[str, str]]:
    stycken = list(wording.stycken)
    if wording.act:
        stycken[-1] += f" {wording.act}."
    anchor = f"{f'K{chapter.number}' if chapter.number else ''}P{section.number}".replace(" ", "")
    time = f"{wording.time}\n" if wording.time else ""
    first = f"{section.number} § {time}{stycken[0]}"
    rest = [("item", text[1:]) if text.startswith("\t") else ("stycke", text) for text in stycken[1:]]
    return [(f"section:{anchor}", first), *rest]


def as_text(law: Law, width: int = 64) -> str:
    """Return the plain form: hard-wrapped with CRLF, a blank line between paragraphs."""
    parts: list[str] = []
    for what, text in law.paragraphs:
        lines = [line for piece in text.split("\n") for line in textwrap.wrap(piece, width, break_on_hyphens=False)]
        parts.append("\r\n".join(lines) + ("\r\n" if what == "mark" else "\r\n\r\n"))
    return "".join(parts).rstrip("\r\n")


def as_html(law: Law) -> str:
    """Return the HTML form: header, rule, table of contents, and the whole text in one element with anchors."""
    return f'{_header(law)}<hr />\r\n\r\n\r\n{_contents(law)}<div><p><a name="S1"></a></p>{_body(law)}</div>'


def _header(law: Law) -> str:
    entries = [
        ("SFS nr", law.number),
        ("Departement/myndighet", law.department),
        ("Utfärdad", f"{law.number[:4]}-11-03"),
        *([("Ändrad", law.amended)] if law.amended else []),
        *(
            [("Upphävd", law.repealed[0]), ("Författningen har upphävts genom", law.repealed[1])]
            if law.repealed
            else []
        ),
        ("Ändringsregister", '<a href="http://rkrattsbaser.gov.se/sfsr">SFSR (Regeringskansliet)</a>'),
    ]
    style = "<style>\r\n.document div {\r\n    overflow: visible !important;\r\n}\r\n</style>\r\n\r\n"
    return style + "".join(f"<b>{name}</b>:     \r\n{value}<br />\r\n\r\n" for name, value in entries)


def _contents(law: Law) -> str:
    if not law.transitions:
        return ""
    entry = '<li><a href="#overgang">Övergångsbestämmelser</a></li>'
    return f'<div class="sfstoc"><h3>Innehåll:</h3>\r\n<ul>\r\n {entry}\r\n</ul>\r\n</div>\r\n'


def _body(law: Law) -> str:
    parts: list[str] = []
    for index, (what, raw) in enumerate(law.paragraphs):
        text = html.escape(raw, quote=False)
        text = re.sub(r"((?:Lag|Förordning) \(\d{4}:\d+\))\.$", r"<i>\1</i>.", text)
        follows = law.paragraphs[index + 1][0] if index + 1 < len(law.paragraphs) else ""
        end = "<br />\r\n" if follows == "item" else f'<p><a name="S{index + 2}"></a></p>'
        kind, _, anchor = what.partition(":")
        match kind:
            case "chapter":
                name = f"K{text.split()[0]}"
                parts.append(f'<h3 name="{name}"><a name="{name}">{text}</a></h3>{end}')
            case "heading":
                parts.append(f'<h4 name="{text}"><a name="{text}">{text}</a></h4>{end}')
            case "transition":
                parts.append(f'<br /><h3 name="overgang"><a name="overgang">{text}</a></h3>\r\n')
            case "mark":
                parts.append(f"<i>{text}</i><br />")
            case "section":
                number, _, rest = text.partition(" § ")
                mark, _, wording = rest.rpartition("\n")
                timed = f"<i>{mark}</i><br />\r\n" if mark else ""
                parts.append(f'<a class="paragraf" name="{anchor}"><b>{number} §</b></a> \xa0\xa0{timed}{wording}{end}')
            case "item":
                parts.append(f"\xa0\xa0\xa0{text}{end}")
            case _:
                parts.append(f"\r\n\r\n{text}{end}")
    return "".join(parts)


def as_json(law: Law, *, text: bool = True, page: bool = True, title: str | None = None) -> bytes:
    """Return a dokumentstatus answer; `text` and `page` say whether its text and HTML fields are filled."""
    details = [
        {"kod": "artal", "namn": "artal", "text": law.number[:4]},
        {"kod": "utfardad", "namn": "utfardad", "text": f"{law.number[:4]}-11-03"},
    ]
    if law.amended:
        details.append({"kod": "andrattillochmed", "namn": "andrattillochmed", "text": law.amended})
    if law.repealed:
        details.append({"kod": "upphnr", "namn": "upphnr", "text": law.repealed[1]})
        details.append({"kod": "upphavd", "namn": "upphavd", "text": f"{law.repealed[0]} 00:00:00"})
    document = {
        "dok_id": f"sfs-{law.number.replace(':', '-')}",
        "hangar_id": "",
        "rm": law.number[:4],
        "beteckning": law.number,
        "typ": "sfs",
        "subtyp": "sfst",
        "dokumentnamn": "Svensk författningssamling",
        "organ": law.department,
        "nummer": law.number.partition(":")[2],
        "datum": f"{law.number[:4]}-11-03 00:00:00",
        "publicerad": law.stamp,
        "systemdatum": law.stamp,
        "titel": law.title if title is None else title,
        "subtitel": law.amended,
        "status": "",
        "text": as_text(law) if text else "",
        "html": as_html(law) if page else "",
    }
    status = {"dokumentstatus": {"dokument": document, "dokuppgift": {"uppgift": details}}}
    return json.dumps(status, ensure_ascii=False, indent=1).encode()
