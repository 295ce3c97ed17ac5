"""What may happen to a page between two looks, each with the verdict that follows from how it is made.

A *material* edit is told, and its summary has the words that differ. *Noise* is held back, or not seen at all. After a
*suspect* one the page is not the page any more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from tests.metamorphic.content import (
    ALMOST_MOVING,
    DESK,
    DESK_DAYS,
    FACTS,
    FURNITURE,
    MOVING,
    NEW,
    SHEETS,
    TEASERS,
    WALLS,
)
from tests.metamorphic.layouts import anchor
from tests.metamorphic.sheet import Link, Section, Sheet

Kind = Literal["material", "noise", "suspect"]
Change = Callable[[Sheet], Sheet]
Markup = Callable[[str], str]

_TOKENS = re.compile(r"[\s–-]+")


class Noun(NamedTuple):
    """What a summary may call a thing: a pattern for each language of summaries."""

    sv: str
    en: str


AMOUNT = Noun(r"belopp", r"amount")
DATE = Noun(r"datum|tidsfrist", r"date|deadline")
DEADLINE = Noun(r"tidsfrist", r"deadline")
PHONE = Noun(r"telefonnummer", r"(?:tele)?phone number")
EMAIL = Noun(r"e-postadress", r"e-?mail address")
HOURS = Noun(r"öppettid", r"opening hours|opening time")
CLOCK = Noun(r"klockslag|tid", r"time")
REFERENCE = Noun(r"hänvisning", r"reference")
HEADING = Noun(r"rubrik", r"heading")
ITEM = Noun(r"punkt", r"item|bullet|point")
PARAGRAPH = Noun(r"stycke", r"paragraph")
ROW = Noun(r"\brad", r"\brow")
LINK = Noun(r"länk|dokument", r"link|document")
STAMP = Noun(r"uppdaterad|datum|aktualisiert|updated", r"uppdaterad|date|aktualisiert|updated")


def _same(sheet: Sheet) -> Sheet:
    return sheet


def _as_is(html: str) -> str:
    return html


def _no_words(_: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: the sheet before and after, what is done to the HTML of the second look, and what is expected.

    `words` gives, for the language of a page, what a summary must have, whole words in any order; `noun` what it must
    call it. `holds` is false for a language in which there is no such edit.
    """

    name: str
    kind: Kind
    after: Change = _same
    before: Change = _same
    markup: Markup = _as_is
    words: Callable[[str], tuple[str, ...]] = _no_words
    noun: Noun | None = None
    holds: Callable[[str], bool] = lambda language: True


# Material: another value of a fact


def differing(before: str, after: str) -> tuple[str, ...]:
    """Return the words of two texts that differ, without those that both begin and end with."""
    old, new = (_TOKENS.split(text.strip()) for text in (before, after))
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return tuple(word for word in (*old, *new) if word)


def _other_value(fact: str, where: str, noun: Noun | None = None) -> Edit:
    def after(sheet: Sheet) -> Sheet:
        return sheet.saying(fact, FACTS[sheet.language][fact].other)

    def words(language: str) -> tuple[str, ...]:
        return differing(FACTS[language][fact].value, FACTS[language][fact].other)

    return Edit(f"{fact.replace('_', ' ')}, {where}", "material", after, words=words, noun=noun)


_OTHER_VALUES = (
    *(
        _other_value(fact, "in a paragraph", noun)
        for fact, noun in (
            ("deadline", DEADLINE),
            ("amount", AMOUNT),
            ("percent", None),
            ("days", None),
            ("age", None),
            ("duty", None),
            ("may", None),
            ("not_needed", None),
            ("not_passed", None),
            ("section", REFERENCE),
            ("act", REFERENCE),
            ("limit", None),
            ("month", None),
            ("frequency", None),
            ("meeting", DATE),
            ("hour", CLOCK),
            ("room", None),
            ("organiser", None),
            ("municipality", None),
            ("places", None),
            ("wait", None),
            ("rate", None),
            ("allowed", None),
        )
    ),
    _other_value("intake", "in the preamble"),
    *(
        _other_value(fact, "in an item", noun)
        for fact, noun in (
            ("months", None),
            ("either", None),
            ("escort", None),
            ("report", DEADLINE),
            ("budget", AMOUNT),
        )
    ),
    *(
        _other_value(fact, "under the h1", noun)
        for fact, noun in (("area", None), ("officer", None), ("decided", DATE))
    ),
    *(
        _other_value(fact, "in a table cell", noun)
        for fact, noun in (
            ("weekday", None),
            ("table_hours", None),
            ("table_fee", AMOUNT),
            ("table_name", None),
            ("table_date", DATE),
        )
    ),
    *(
        _other_value(fact, "in a panel", noun)
        for fact, noun in (
            ("panel_must", None),
            ("panel_not", None),
            ("panel_amount", AMOUNT),
            ("panel_date", DEADLINE),
            ("panel_word", None),
        )
    ),
    *(
        _other_value(fact, "in the contact box", noun)
        for fact, noun in (
            ("phone", PHONE),
            ("email", EMAIL),
            ("hours", HOURS),
            ("address", None),
            ("responsible", None),
        )
    ),
)


# Material: something comes, goes, or is called otherwise


def _new(key: str, count: int = 3) -> Callable[[str], tuple[str, ...]]:
    """Return the first words of a text that an edit adds."""
    return lambda language: tuple(NEW[language][key].split()[:count])


def _in_section(number: int, change: Callable[[Section, Mapping[str, str]], Section]) -> Change:
    def after(sheet: Sheet) -> Sheet:
        sections = list(sheet.sections)
        sections[number] = change(sections[number], NEW[sheet.language])
        return replace(sheet, sections=tuple(sections))

    return after


def _of_sheet(read: Callable[[Sheet], str], count: int = 3) -> Callable[[str], tuple[str, ...]]:
    """Return the first words of a text that the page has before the edit."""
    return lambda language: tuple(SHEETS[language].filled(read(SHEETS[language])).strip("”“„.").split()[:count])


def _added(items: tuple[str, ...], at: int, text: str) -> tuple[str, ...]:
    return (*items[:at], text, *items[at:])


def _without(items: tuple[str, ...], at: int) -> tuple[str, ...]:
    return items[:at] + items[at + 1 :]


def _item_at(at: int) -> Change:
    return _in_section(0, lambda section, new: section._replace(items=_added(section.items, at, new["item"])))


def _paragraph_at(at: int) -> Change:
    return _in_section(
        1, lambda section, new: section._replace(paragraphs=_added(section.paragraphs, at, new["paragraph"]))
    )


def _add_row(sheet: Sheet) -> Sheet:
    row = (NEW[sheet.language]["row"], *sheet.table.rows[1][1:4], *sheet.table.rows[2][4:])
    return replace(sheet, table=sheet.table._replace(rows=(*sheet.table.rows, row)))


def _remove_row(sheet: Sheet) -> Sheet:
    return replace(sheet, table=sheet.table._replace(rows=sheet.table.rows[:-1]))


def _add_section(sheet: Sheet) -> Sheet:
    new = NEW[sheet.language]
    return replace(sheet, sections=(*sheet.sections, Section(new["heading"], (new["body"],))))


def _add_question(sheet: Sheet) -> Sheet:
    new = NEW[sheet.language]
    return replace(sheet, questions=(*sheet.questions, (new["question"], new["answer"])))


def _add_document(sheet: Sheet) -> Sheet:
    link = Link(NEW[sheet.language]["document"], "/download/18.90de/1770300/form.pdf")
    return replace(sheet, documents=(*sheet.documents, link))


def _target(number: int, href: str) -> Change:
    def after(sheet: Sheet) -> Sheet:
        documents = list(sheet.documents)
        documents[number] = Link(documents[number].text, href)
        return replace(sheet, documents=tuple(documents))

    return after


def _document_text(sheet: Sheet) -> Sheet:
    first, *rest = sheet.documents
    return replace(sheet, documents=(Link(f"{first.text} 2026", first.href), *rest))


def _add_contact(sheet: Sheet) -> Sheet:
    new = NEW[sheet.language]
    return replace(sheet, contact=(*sheet.contact, (new["contact_label"], new["contact"])))


def _add_status(sheet: Sheet) -> Sheet:
    new = NEW[sheet.language]
    return replace(sheet, status=(*sheet.status, (new["status"], new["status_value"])))


def _more_sentences(section: Section, new: Mapping[str, str]) -> Section:
    return section._replace(paragraphs=(f"{section.paragraphs[0]} {new['paragraph']}", *section.paragraphs[1:]))


def _fewer_sentences(section: Section, _: Mapping[str, str]) -> Section:
    return section._replace(paragraphs=_changed(section.paragraphs, 1, lambda text: text[: text.index(". ") + 1]))


def _changed(items: tuple[str, ...], at: int, change: Callable[[str], str]) -> tuple[str, ...]:
    return (*items[:at], change(items[at]), *items[at + 1 :])


def _together(*facts: str) -> Edit:
    """Return an edit of several facts at once, each of which is told in words."""

    def after(sheet: Sheet) -> Sheet:
        for fact in facts:
            sheet = sheet.saying(fact, FACTS[sheet.language][fact].other)
        return sheet

    def words(language: str) -> tuple[str, ...]:
        told = [
            differing(FACTS[language][fact].value, FACTS[language][fact].other) for fact in facts if fact != "updated"
        ]
        return (*(word for one in told for word in one), *(("2026-03-18",) if "updated" in facts else ()))

    return Edit(f"{' and '.join(facts)} at once", "material", after, words=words)


def _one_letter_more(name: str) -> str:
    """Return a name that is spelt with one letter more."""
    return f"{name[:-1]}h{name[-1]}"


def _heading_words(language: str) -> tuple[str, ...]:
    return differing(SHEETS[language].sections[0].heading, NEW[language]["section_heading"])


def _title_words(language: str) -> tuple[str, ...]:
    return differing(SHEETS[language].title, NEW[language]["title"])


def _retitled(sheet: Sheet) -> Sheet:
    return replace(sheet, title=NEW[sheet.language]["title"])


def _notice(sheet: Sheet) -> Sheet:
    return replace(sheet, top=(NEW[sheet.language]["notice"],))


_STRUCTURE = (
    Edit("an item first in its list", "material", _item_at(0), words=_new("item"), noun=ITEM),
    Edit("an item within its list", "material", _item_at(2), words=_new("item"), noun=ITEM),
    Edit("an item last in its list", "material", _item_at(4), words=_new("item"), noun=ITEM),
    Edit(
        "an item removed",
        "material",
        _in_section(0, lambda section, _: section._replace(items=section.items[:-1])),
        words=_of_sheet(lambda sheet: sheet.sections[0].items[-1]),
        noun=ITEM,
    ),
    Edit(
        "an item removed from the second list",
        "material",
        _in_section(1, lambda section, _: section._replace(items=_without(section.items, 1))),
        words=_of_sheet(lambda sheet: sheet.sections[1].items[1]),
        noun=ITEM,
    ),
    Edit("a paragraph first in its section", "material", _paragraph_at(0), words=_new("paragraph"), noun=PARAGRAPH),
    Edit("a paragraph within its section", "material", _paragraph_at(2), words=_new("paragraph"), noun=PARAGRAPH),
    Edit("a paragraph under the h1", "material", _notice, words=_new("notice"), noun=PARAGRAPH),
    Edit("a paragraph under the h1 removed", "material", before=_notice, words=_new("notice"), noun=PARAGRAPH),
    Edit(
        "a paragraph removed",
        "material",
        _in_section(1, lambda section, _: section._replace(paragraphs=_without(section.paragraphs, 3))),
        words=_of_sheet(lambda sheet: sheet.sections[1].paragraphs[3]),
        noun=PARAGRAPH,
    ),
    Edit("a sentence added", "material", _in_section(0, _more_sentences), words=_new("paragraph")),
    Edit(
        "a sentence removed",
        "material",
        _in_section(0, _fewer_sentences),
        words=_of_sheet(lambda sheet: sheet.sections[0].paragraphs[1].split(". ")[1], 2),
    ),
    Edit("a section added", "material", _add_section, words=_new("heading")),
    Edit(
        "a section removed",
        "material",
        lambda sheet: replace(sheet, sections=sheet.sections[:-1]),
        words=_of_sheet(lambda sheet: sheet.sections[-1].heading),
    ),
    Edit("a panel added", "material", _add_question, words=_new("question")),
    Edit(
        "a panel removed",
        "material",
        lambda sheet: replace(sheet, questions=sheet.questions[:-1]),
        words=_of_sheet(lambda sheet: sheet.questions[-1][0]),
    ),
    Edit(
        "another heading",
        "material",
        _in_section(0, lambda section, new: section._replace(heading=new["section_heading"])),
        words=_heading_words,
        noun=HEADING,
    ),
    Edit("another title", "material", _retitled, words=_title_words, noun=HEADING),
    Edit("a row added", "material", _add_row, words=_new("row"), noun=ROW),
    Edit("a row removed", "material", _remove_row, words=_of_sheet(lambda sheet: sheet.table.rows[-1][0]), noun=ROW),
    Edit(
        "a cell emptied",
        "material",
        lambda sheet: sheet.saying("table_name", ""),
        words=lambda language: differing(FACTS[language]["table_name"].value, ""),
    ),
    Edit("a line under the h1 added", "material", _add_status, words=_new("status_value")),
    Edit(
        "a line under the h1 removed",
        "material",
        lambda sheet: replace(sheet, status=_without_pair(sheet.status, 1)),
        words=lambda language: differing(FACTS[language]["officer"].value, ""),
    ),
    Edit("a line in the contact box added", "material", _add_contact, words=_new("contact")),
    Edit(
        "the phone number removed",
        "material",
        lambda sheet: replace(sheet, contact=sheet.contact[1:]),
        words=lambda language: differing(FACTS[language]["phone"].value, ""),
    ),
    Edit("a document added", "material", _add_document, words=_new("document", 2)),
    Edit(
        "a document removed",
        "material",
        lambda sheet: replace(sheet, documents=sheet.documents[1:]),
        words=_of_sheet(lambda sheet: sheet.documents[0].text, 2),
    ),
    Edit(
        "another document behind a link",
        "material",
        _target(0, "/download/18.3fa1/1799999/form-2026.pdf"),
        words=_of_sheet(lambda sheet: sheet.documents[0].text, 2),
        noun=LINK,
    ),
    Edit(
        "another version of a document behind a link",
        "material",
        _target(1, "/download/18.77bc/1781234/riktlinjer.pdf"),
        words=_of_sheet(lambda sheet: sheet.documents[1].text, 2),
        noun=LINK,
    ),
    Edit(
        "another page behind a link",
        "material",
        _target(2, "https://booking.example/course/77"),
        words=_of_sheet(lambda sheet: sheet.documents[2].text, 2),
        noun=LINK,
    ),
    Edit("another link text", "material", _document_text, words=lambda _: ("2026",)),
    Edit(
        "the page's own date",
        "material",
        lambda sheet: sheet.saying("updated", FACTS[sheet.language]["updated"].other),
        words=lambda _: ("2026-02-12", "2026-03-18"),
        noun=STAMP,
    ),
    Edit(
        "one letter of a name",
        "material",
        lambda sheet: sheet.saying("responsible", _one_letter_more(FACTS[sheet.language]["responsible"].value)),
        words=lambda language: (_one_letter_more(FACTS[language]["responsible"].value).split()[-1],),
    ),
    _together("deadline", "updated"),
    _together("amount", "phone"),
    _together("duty", "section", "percent"),
)


def _without_pair(pairs: tuple[tuple[str, str], ...], at: int) -> tuple[tuple[str, str], ...]:
    return pairs[:at] + pairs[at + 1 :]


# Material: content in markup, or in words, that resembles what is none

_NAMED_LIKE_FURNITURE = (
    "social-services",
    "rating",
    "campaign",
    "notification",
    "subscription",
    "related",
    "rs_skip",
    "menu-card",
    "footer-note",
)
_OPENED_BY = {
    "hidden, by aria-controls": (
        '<h2><button aria-expanded="false" aria-controls="e1">HEADING</button></h2>'
        '<div id="e1" hidden><p>TEXT</p></div>'
    ),
    "aria-hidden, by its address": (
        '<h2><a href="#e1">HEADING</a></h2><div id="e1" aria-hidden="true"><p>TEXT</p></div>'
    ),
    "display:none, by data-bs-target": (
        '<h2><button data-bs-toggle="collapse" data-bs-target="#e1">HEADING</button></h2>'
        '<div id="e1" style="display: none"><p>TEXT</p></div>'
    ),
    "a summary": "<details><summary>HEADING</summary><p>TEXT</p></details>",
    "a tab": (
        '<div role="tablist"><button role="tab" id="et" aria-controls="e1">HEADING</button></div>'
        '<div role="tabpanel" id="e1" aria-labelledby="et" hidden><p>TEXT</p></div>'
    ),
    "a word for more": (
        '<h2>HEADING</h2><p>… <a href="#e1">MORE</a></p><div id="e1" class="more" hidden><p>TEXT</p></div>'
    ),
    "a declarative shadow root": (
        '<h2>HEADING</h2><info-card><template shadowrootmode="open"><p>TEXT</p></template></info-card>'
    ),
}
_HIDDEN = {
    "hidden": "<div hidden><p>TEXT</p></div>",
    "display:none": '<div style="display:none"><p>TEXT</p></div>',
    "an inert template": "<template><p>TEXT</p></template>",
}


def _desk(name: str, kind: Kind, markup: str) -> Edit:
    """Return the edit of a day in a paragraph that both looks have in this markup."""

    def shown(number: int) -> Change:
        def put(sheet: Sheet) -> Sheet:
            heading, text, more = DESK[sheet.language]
            inside = markup.replace("HEADING", heading).replace("TEXT", text).replace("MORE", more)
            return replace(sheet, extra=(inside,)).saying("desk", DESK_DAYS[sheet.language][number])

        return put

    return Edit(name, kind, shown(1), shown(0), words=lambda language: DESK_DAYS[language])


_WRAPPED = (
    *(
        _desk(f"in a part of the class {name}", "material", f'<div class="{name}"><h2>HEADING</h2><p>TEXT</p></div>')
        for name in _NAMED_LIKE_FURNITURE
    ),
    *(_desk(f"in a panel: {name}", "material", markup) for name, markup in _OPENED_BY.items()),
    _desk("after an anchor that nobody ends", "material", '<a name="desk"><h2>HEADING</h2><p>TEXT</p>'),
)
_UNSEEN = tuple(_desk(f"in what nobody can open: {name}", "noise", markup) for name, markup in _HIDDEN.items())


def _almost_moving(line: str) -> Edit:
    def shown(number: int) -> Change:
        return lambda sheet: replace(sheet, extra=(f"<p>{ALMOST_MOVING[sheet.language][line][number]}</p>",))

    def words(language: str) -> tuple[str, ...]:
        return differing(*ALMOST_MOVING[language][line])

    return Edit(f"{line}, in a line of its own", "material", shown(1), shown(0), words=words)


_ALMOST_MOVING = tuple(map(_almost_moving, ALMOST_MOVING["sv"]))


# Noise: the same fact written otherwise


def _written_otherwise(fact: str, number: int) -> Edit:
    """Return the edit that writes a value in the way of that number, in the languages that have one."""

    def after(sheet: Sheet) -> Sheet:
        return sheet.saying(fact, FACTS[sheet.language][fact].same[number])

    name = f"{fact.replace('_', ' ')} written otherwise, {number + 1}"
    return Edit(name, "noise", after, holds=lambda language: len(FACTS[language][fact].same) > number)


_SPELLINGS = tuple(
    _written_otherwise(fact, number)
    for fact, count in (
        ("deadline", 3),
        ("amount", 3),
        ("phone", 2),
        ("percent", 2),
        *((fact, 1) for fact in ("decided", "report", "budget", "meeting", "hour", "table_hours", "table_fee")),
        *((fact, 1) for fact in ("table_date", "panel_amount", "panel_date", "hours", "updated")),
    )
    for number in range(count)
)


# Noise: lines that move by themselves


def _moving(line: str, where: Literal["top", "bottom"]) -> Edit:
    def shown(number: int) -> Change:
        def put(sheet: Sheet) -> Sheet:
            text = MOVING[sheet.language][line][number]
            return replace(sheet, top=(text,)) if where == "top" else replace(sheet, bottom=(text,))

        return put

    return Edit(f"{line}, at the {where}", "noise", shown(1), shown(0))


_MOVING = (
    *(_moving(line, "bottom") for line in MOVING["sv"]),
    *(_moving(line, "top") for line in ("today", "today with clock", "visits", "ago", "reading time", "queue")),
)


def _clock(time: str) -> Change:
    def put(sheet: Sheet) -> Sheet:
        said = {"sv": f" kl. {time}", "en": f", {time}", "de": f", {time} Uhr"}[sheet.language]
        return replace(sheet, stamp=(sheet.stamp[0], f"[[updated]]{said}"))

    return put


# Noise: signs, spaces and letters


def _in_text(change: Callable[[str], str]) -> Markup:
    """Return a change of the text of a page's body alone, tag by tag: attributes, scripts and styles stay."""

    def apply(html: str) -> str:
        head, body, rest = html.partition("<body")
        parts = re.split(r"(<script.*?</script>|<[^>]*>)", rest, flags=re.DOTALL)
        return head + body + parts[0] + "".join(part if part.startswith("<") else change(part) for part in parts[1:])

    return apply


def _replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    return change


_LONG_WORDS = ("ungdomsorganisationer", "neighbourhood", "Jugendorganisationen")
_LONG_WORD = re.compile("|".join(_LONG_WORDS))


def _within_long_words(sign: str) -> Markup:
    return _in_text(lambda text: re.sub(r"(\w{5})(\w{5,})", rf"\1{sign}\2", text))


def _misspelt(text: str) -> str:
    return _LONG_WORD.sub(lambda word: word[0][:8] + word[0][9:], text)


def _headings(before: str = "", after: str = "") -> Markup:
    """Return a change that puts something first or last into the headings of the second level and below."""
    pattern = re.compile(
        r"(<h[23]\b[^>]*>(?:<button[^>]*>|<a [^>]*>)?)(.*?)((?:</button>|</a>)?</h[23]>)", re.IGNORECASE | re.DOTALL
    )
    return lambda html: pattern.sub(lambda found: f"{found[1]}{before}{found[2]}{after}{found[3]}", html)


_QUOTES = (("”", '"'), ("“", '"'), ("„", '"'))
_TYPOGRAPHY = (
    Edit("straight quotes", "noise", markup=_in_text(_replaced(*_QUOTES))),
    Edit("angled quotes", "noise", markup=_in_text(_replaced(("”", "»"), ("“", "»"), ("„", "»")))),
    Edit("a hyphen for a dash", "noise", markup=_in_text(_replaced((" – ", " - ")))),
    Edit("an em dash", "noise", markup=_in_text(_replaced((" – ", " — ")))),
    Edit(
        "a comma less",
        "noise",
        markup=_in_text(
            _replaced((", och deras", " och deras"), (", and their", " and their"), (", und ihre", " und ihre"))
        ),
    ),
    Edit("items end with a comma", "noise", markup=lambda html: html.replace("</li>", ",</li>")),
    Edit("items end with a full stop", "noise", markup=lambda html: html.replace("</li>", ".</li>")),
    Edit("headings end with a colon", "noise", markup=_headings(after=":")),
    Edit("headings end with #", "noise", markup=_headings(after=' <span class="hash">#</span>')),
    Edit("headings end with ¶", "noise", markup=_headings(after="¶")),
    Edit("headings begin with a sign", "noise", markup=_headings(before="📌 ")),
    Edit(
        "headings begin with an icon's name",
        "noise",
        markup=_headings(before='<i class="material-icons">expand_more</i> '),
    ),
    Edit("an arrow after headings", "noise", markup=_headings(after=" »")),
    Edit("soft hyphens", "noise", markup=_within_long_words("\u00ad")),
    Edit("&shy;", "noise", markup=_within_long_words("&shy;")),
    Edit("<wbr>", "noise", markup=_within_long_words("<wbr>")),
    Edit("zero-width spaces", "noise", markup=_within_long_words("\u200b")),
    Edit("letters with separate accents", "noise", markup=lambda html: unicodedata.normalize("NFD", html)),
    Edit("direction marks", "noise", markup=_in_text(lambda text: text.replace(". ", ".\u200e "))),
    Edit("hard spaces", "noise", markup=_in_text(lambda text: re.sub(r"(\d) (?=\w)", "\\1\u00a0", text))),
    Edit("narrow hard spaces", "noise", markup=_in_text(lambda text: re.sub(r"(\d) (?=\w)", "\\1\u202f", text))),
    Edit("em spaces", "noise", markup=_in_text(lambda text: text.replace(". ", ".\u2003"))),
    Edit("double spaces", "noise", markup=_in_text(lambda text: text.replace(" ", "  "))),
    Edit("one letter less in a long word", "noise", markup=_in_text(_misspelt)),
)


# Noise: markup that nobody sees


_MARKUP = (
    Edit("class names", "noise", markup=lambda html: re.sub(r'class="([^"]+)"', r'class="\1 css-1x7k9q"', html)),
    Edit(
        "generated ids",
        "noise",
        markup=lambda html: html.replace("svid1", "svid7").replace("ctl00", "ctl42").replace("post-218", "post-219"),
    ),
    Edit(
        "a nonce", "noise", markup=lambda html: html.replace("</head>", '<script nonce="cXV1eA==">x=1</script></head>')
    ),
    Edit(
        "a comment",
        "noise",
        markup=lambda html: html.replace("<body", "<!-- cached 2026-03-20 10:00 -->\n<body").replace(
            "</h1>", "</h1><!-- h -->"
        ),
    ),
    Edit(
        "a script's data",
        "noise",
        markup=lambda html: html.replace("</body>", '<script>var t={"time":1773997200,"id":"9f1"};</script></body>'),
    ),
    Edit(
        "a form's token",
        "noise",
        markup=lambda html: html.replace(
            "</h1>", '</h1><input type="hidden" name="__RequestVerificationToken" value="Zx81">'
        ),
    ),
    Edit("spans around words", "noise", markup=_in_text(lambda text: re.sub(r"(\w{6,})", r"<span>\1</span>", text))),
    Edit(
        "bold words", "noise", markup=lambda html: re.sub(r"(<li>|<LI>|<p>|<P>)(\w+)", r"\1<strong>\2</strong>", html)
    ),
    Edit("white space between tags", "noise", markup=lambda html: re.sub(r">\n<(?!a )", "><", html)),
    Edit("indentation", "noise", markup=lambda html: html.replace("\n<", "\n      <")),
    Edit(
        "the cache buster of an image",
        "noise",
        before=lambda sheet: replace(sheet, tools=('<img src="/i/a.jpg?v=1" alt="">',)),
        after=lambda sheet: replace(sheet, tools=('<img src="/i/a.jpg?v=2" alt="">',)),
    ),
    Edit(
        "a style sheet's version",
        "noise",
        markup=lambda html: html.replace("</head>", '<link rel="stylesheet" href="/a.css?v=9"></head>'),
    ),
    Edit(
        "links open a new window",
        "noise",
        markup=lambda html: html.replace("<a ", '<a target="_blank" rel="noopener" '),
    ),
    Edit(
        "a panel's state",
        "noise",
        markup=lambda html: html.replace('aria-expanded="false"', 'aria-expanded="true"', 1).replace(
            "<details", "<details open", 1
        ),
    ),
    Edit("data attributes", "noise", markup=lambda html: re.sub(r"<(p|li|h2|td)>", r'<\1 data-v-7ba5bd90="">', html)),
    Edit(
        "a time element",
        "noise",
        markup=lambda html: html.replace("<h1", '<meta itemprop="dateModified" content="2026-03-20T10:00:00"><h1'),
    ),
)


# Noise: the site around the text


def _site(
    name: str, show: Callable[[Mapping[str, str]], str], where: Literal["before", "tools", "beside"]
) -> tuple[Edit, Edit]:
    """Return two edits: a part of the site appears, and it disappears."""

    def put(sheet: Sheet) -> Sheet:
        part = (show(FURNITURE[sheet.language]),)
        if where == "before":
            return replace(sheet, before=part)
        return replace(sheet, tools=part) if where == "tools" else replace(sheet, beside=part)

    return Edit(f"{name} appears", "noise", put), Edit(f"{name} disappears", "noise", before=put)


def _cookie_notice(word: Mapping[str, str]) -> str:
    return (
        f'<div id="cookie-consent" class="cookie-banner" role="dialog"><p>{word["cookies"]}</p>'
        f'<button type="button">{word["accept"]}</button></div>'
    )


def _share_bar(word: Mapping[str, str]) -> str:
    targets = (("Facebook", "https://www.facebook.com/sharer.php"), ("LinkedIn", "https://www.linkedin.com/share"))
    links = "".join(f'<li><a href="{href}">{name}</a></li>' for name, href in targets)
    return f'<div class="share-buttons"><span>{word["share"]}</span><ul>{links}</ul></div>'


def _print_and_listen(word: Mapping[str, str]) -> str:
    return (
        f'<div class="tools"><button type="button" onclick="print()">{word["print"]}</button> '
        f'<a class="rs-listen" href="https://app.readspeaker.example/?rid=1">{word["listen"]}</a></div>'
    )


def _helpful(word: Mapping[str, str]) -> str:
    return (
        f'<div class="page-feedback"><p>{word["helpful"]}</p><button type="button">{word["yes"]}</button>'
        f'<button type="button">{word["no"]}</button></div>'
    )


def _search(word: Mapping[str, str]) -> str:
    return f'<form role="search" action="/s"><label for="q">{word["search"]}</label><input id="q" name="q"></form>'


def _login_link(word: Mapping[str, str]) -> str:
    return f'<div class="login-link"><a href="/login">{word["login"]}</a></div>'


def _chat(word: Mapping[str, str]) -> str:
    return f'<div class="chat-widget"><button type="button">{word["chat"]}</button></div>'


def _to_top(word: Mapping[str, str]) -> str:
    return f'<a class="to-top" href="#">{word["top"]}</a>'


def _contents(sheet: Sheet) -> Sheet:
    links = "".join(f'<li><a href="#{anchor(one.heading)}">{one.heading}</a></li>' for one in sheet.sections)
    return replace(
        sheet, tools=(f'<div class="toc"><h2>{FURNITURE[sheet.language]["contents"]}</h2><ul>{links}</ul></div>',)
    )


def _teasers(number: int) -> Change:
    def put(sheet: Sheet) -> Sheet:
        links = "".join(
            f'<li><a href="/news/{at}-{number}">{text}</a></li>'
            for at, text in enumerate(TEASERS[sheet.language][number])
        )
        return replace(
            sheet,
            beside=(f'<div class="related"><h2>{FURNITURE[sheet.language]["related"]}</h2><ul>{links}</ul></div>',),
        )

    return put


def _menu_grows(sheet: Sheet) -> Sheet:
    return replace(sheet, menu=(*sheet.menu, Link(FURNITURE[sheet.language]["menu"], "/press")))


_SITE = (
    *_site("a cookie notice", _cookie_notice, "before"),
    *_site("a share bar", _share_bar, "tools"),
    *_site("print and listen", _print_and_listen, "tools"),
    *_site("was this helpful", _helpful, "beside"),
    *_site("a search form", _search, "before"),
    *_site("a link to log in", _login_link, "before"),
    *_site("a chat button", _chat, "beside"),
    *_site("back to top", _to_top, "beside"),
    Edit("a table of contents appears", "noise", _contents),
    Edit("a table of contents disappears", "noise", before=_contents),
    Edit("other teasers", "noise", _teasers(1), _teasers(0)),
    Edit("a menu grows", "noise", _menu_grows),
    Edit("a menu in another order", "noise", lambda sheet: replace(sheet, menu=sheet.menu[::-1])),
    Edit("another footer", "noise", lambda sheet: replace(sheet, footer=(*sheet.footer, f"© 2026 {sheet.site}"))),
    Edit(
        "another year in the footer",
        "noise",
        lambda sheet: replace(sheet, footer=(*sheet.footer, f"© 2026 {sheet.site}")),
        lambda sheet: replace(sheet, footer=(*sheet.footer, f"© 2025 {sheet.site}")),
    ),
)


# Noise: addresses of the same thing, and order


def _addresses(name: str, before: str, after: str) -> Edit:
    """Return the edit that writes the address of the first document in another way."""
    return Edit(f"an address with {name}", "noise", _target(0, after), _target(0, before))


_FILE = "https://www.vinterlan.example/download/form.pdf"
_ADDRESSES = (
    _addresses("tracking parameters", _FILE, f"{_FILE}?utm_source=start&amp;utm_medium=web"),
    _addresses("a click id", _FILE, f"{_FILE}?fbclid=IwAR0abcdef123456"),
    _addresses("a cache buster", f"{_FILE}?v=1773900000", f"{_FILE}?v=1773990000"),
    _addresses("capitals in its host", _FILE, _FILE.replace("www.vinterlan", "WWW.Vinterlan")),
    _addresses("the default port", _FILE, _FILE.replace(".example/", ".example:443/")),
    _addresses("percent-encoding", _FILE.replace("form", "bidrag-å"), _FILE.replace("form", "bidrag-%C3%A5")),
    _addresses("capitals in percent-encoding", _FILE.replace("form", "a%c3%a5"), _FILE.replace("form", "a%C3%A5")),
    _addresses("dot segments", _FILE, _FILE.replace("/download/", "/x/../download/./")),
    _addresses("parameters in another order", f"{_FILE}?a=1&amp;b=2", f"{_FILE}?b=2&amp;a=1"),
    _addresses("a session id", f"{_FILE};jsessionid=AA11BB22CC33", f"{_FILE};jsessionid=DD44EE55FF66"),
    _addresses("a token", f"{_FILE}?csrf_token=a8f3c21b9d", f"{_FILE}?csrf_token=0b77e1d4c2"),
    _addresses(
        "a signature",
        f"{_FILE}?sv=2022-11-02&amp;se=2026-03-19T11%3A00%3A00Z&amp;sr=b&amp;sp=r&amp;sig=AbCdEf%3D",
        f"{_FILE}?sv=2022-11-02&amp;se=2026-03-20T11%3A00%3A00Z&amp;sr=b&amp;sp=r&amp;sig=GhIjKl%3D",
    ),
    _addresses("where to return", f"{_FILE}?returnUrl=%2Fa%3Ft%3D1", f"{_FILE}?returnUrl=%2Fa%3Ft%3D2"),
    Edit(
        "the site's own host in its addresses",
        "noise",
        markup=lambda html: html.replace('href="/download', 'href="https://www.vinterlan.example/download'),
    ),
    Edit("links in another order", "noise", lambda sheet: replace(sheet, documents=sheet.documents[::-1])),
    Edit(
        "items in another order",
        "noise",
        _in_section(0, lambda section, _: section._replace(items=section.items[::-1])),
    ),
    Edit("the clock of the page's own date", "noise", _clock("14.32"), _clock("10.15")),
)


# Suspect: something else in place of the page


def _within(name: str, show: Callable[[Mapping[str, str]], tuple[str, str]]) -> Edit:
    """Return the edit that shows something else in the frame of the site; `show` gives its title and its HTML."""

    def after(sheet: Sheet) -> Sheet:
        title, inside = show(WALLS[sheet.language])
        return replace(sheet, title=title or sheet.title, only=inside)

    return Edit(f"{name}, in the site's frame", "suspect", after)


def _bare(name: str, show: Callable[[Mapping[str, str]], tuple[str, str]], head: str = "") -> Edit:
    """Return the edit that sends a page of its own, without the frame of the site."""

    def markup(html: str) -> str:
        language = html.partition('lang="')[2][:2]
        title, inside = show(WALLS[language])
        return (
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
            f"<body>{inside}</body></html>"
        )

    return Edit(f"{name}, alone", "suspect", markup=markup)


def _login(word: Mapping[str, str]) -> tuple[str, str]:
    form = (
        f'<h1>{word["login"]}</h1><p>{word["login text"]}</p><form method="post"><label>{word["user"]} <input name="u">'
        f'</label><label>{word["password"]} <input type="password" name="p"></label>'
        f"<button>{word['login']}</button></form>"
    )
    return word["login"], form


def _error(word: Mapping[str, str]) -> tuple[str, str]:
    return word["error"], f"<h1>{word['error']}</h1><p>{word['error text']}</p>"


def _failure(word: Mapping[str, str]) -> tuple[str, str]:
    return word["failure"], f"<h1>{word['failure']}</h1><p>{word['failure text']}</p>"


def _shell(word: Mapping[str, str]) -> tuple[str, str]:
    return "", f'<noscript>{word["script"]}</noscript><div id="root"></div><script src="/main.js"></script>'


def _loading(word: Mapping[str, str]) -> tuple[str, str]:
    return "", f'<div class="spinner"><p>{word["loading"]}</p></div>'


def _nothing(_: Mapping[str, str]) -> tuple[str, str]:
    return "", '<div class="content"></div>'


def _maintenance(word: Mapping[str, str]) -> tuple[str, str]:
    return word["maintenance"], f"<h1>{word['maintenance']}</h1><p>{word['maintenance text']}</p>"


def _moved(word: Mapping[str, str]) -> tuple[str, str]:
    return "", f'<p>{word["moved"]} <a href="https://www.elsewhere.example/page">{word["moved link"]}</a></p>'


def _robot(word: Mapping[str, str]) -> tuple[str, str]:
    return "Just a moment...", f'<h1>{word["robot"]}</h1><div class="captcha"></div>'


def _cookie_wall(markup: str) -> str:
    language = markup.partition('lang="')[2][:2]
    word = FURNITURE[language]
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>Cookies</title></head><body>'
        f"{_cookie_notice(word)}</body></html>"
    )


def _other_home(word: Mapping[str, str]) -> tuple[str, str]:
    paragraphs = "".join(
        f"<h2>{text}</h2><p>{text}. {word['moved link']}.</p>"
        for one in TEASERS.values()
        for texts in one
        for text in texts
    )
    return word["home"], f"<main><h1>{word['home']}</h1>{paragraphs}</main>"


def _own_home(sheet: Sheet) -> Sheet:
    teasers = "".join(f'<li><a href="/news/{text[:3]}">{text}</a></li>' for text in TEASERS[sheet.language][1])
    return replace(sheet, title=sheet.site, only=f"<h1>{sheet.site}</h1><ul>{teasers}</ul>")


_SUSPECT = (
    Edit("the site's own home page", "suspect", _own_home),
    Edit("the title alone", "suspect", lambda sheet: replace(sheet, only=f"<h1>{sheet.title}</h1>")),
    _within("a log-in page", _login),
    _bare("a log-in page", _login),
    _within("page not found", _error),
    _bare("page not found", _error),
    _within("a failure", _failure),
    _bare("a failure", _failure),
    _bare("an empty shell", _shell),
    _within("an empty shell", _shell),
    _within("a page that loads", _loading),
    _within("nothing", _nothing),
    _bare("maintenance", _maintenance),
    _within("a notice that the page has moved", _moved),
    _bare("a notice that the page has moved", _moved),
    _bare(
        "a notice that sends on",
        _moved,
        '<meta http-equiv="refresh" content="5;url=https://www.elsewhere.example/page">',
    ),
    _bare("proof of being human", _robot),
    Edit("a cookie wall, alone", "suspect", markup=_cookie_wall),
    _bare("another site's home page", _other_home, '<link rel="canonical" href="https://www.elsewhere.example/">'),
)


EDITS: tuple[Edit, ...] = (
    *_OTHER_VALUES,
    *_STRUCTURE,
    *_WRAPPED,
    *_ALMOST_MOVING,
    *_UNSEEN,
    *_SPELLINGS,
    *_MOVING,
    *_TYPOGRAPHY,
    *_MARKUP,
    *_SITE,
    *_ADDRESSES,
    *_SUSPECT,
)


def of_kind(kind: Kind, edits: Iterable[Edit] = EDITS) -> list[Edit]:
    """Return the edits of a kind."""
    return [edit for edit in edits if edit.kind == kind]
