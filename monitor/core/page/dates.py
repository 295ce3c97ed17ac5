"""Stated dates of a page, found by their labels, never merely by being dates.

A text label wins over a `<time>` without one, and that over metadata. A date without a label is not an update date:
deadlines, start dates and news lists are dates too. A label that is said of something else (a linked document, a
decision, a figure, the next update) is none: a wrong date is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, islice
from typing import Literal, Protocol

from monitor.core.model import Link, StatedDate
from monitor.core.page.boilerplate_words import is_site_link
from monitor.core.page.date_forms import (
    ANY_DATE,
    COMPACT,
    DATE,
    RELATIVE,
    WRITTEN_DATE,
    DateContext,
    is_in_numbers,
    is_relative,
    lacks_year,
    machine_date,
    order_of,
    parse_match,
)
from monitor.core.page.date_words import (
    ANOTHER_DATE,
    BY,
    CAPTION,
    CONNECTORS,
    DECIDES,
    DECISIONS,
    GAP,
    GLUE,
    LABELS,
    LAST_WORDS,
    LISTS_OTHERS,
    MONTH,
    MONTH_NUMBERS,
    OPENS_VERB_LAST,
    PAGE_WORDS,
    RELATIVE_DAYS,
    SMALL_WORD,
    STOP_WORDS,
    VERB_LAST,
    Label,
)

_LONGEST_WITHOUT_DIGIT = 60
_LONGEST_WEAK_LINE = 240
_MOST_LABELS = 20
"""Labels of one kind that are looked at in one line."""
"""The longest line in which a label that is an ordinary word counts; in a long paragraph it does not."""
_LONGEST_LABEL_LINE = 40
"""The longest line that is a label alone, whose date is in the next."""
_LONGEST_NAME_LINE = 60
_LONGEST_BETWEEN = 120
"""So many characters may be between a label and its date: the name of a person and of a department."""
_MOST_NAMES = 5
_MOST_WORDS = 8
"""So many words may name the one who edited."""
_LONGEST_SENTENCE = 1_000
"""So many characters before a label are enough to tell the subject of its sentence."""
_AROUND = 100
"""So many characters around a label show whether its line is all in capitals."""
_MOST_LINKS = 100
"""So many links of a line are looked at; a line with more is no statement."""
_FIRST_WORDS = 5
"""The page is the subject of a sentence where a word for it is among so many first words."""
_WORDS_OF_OWN_LINE = 4
"""A label after so many words of its sentence is in a sentence, not in a line of its own."""
_BESIDE_HEADING = 3
"""So many pieces after the main heading a date is the page's."""
_SENTENCE_PENALTY = 2.5
"""A date in a sentence about the page comes after those that say when it was updated, revised or reviewed."""

_NOT_IN_WORD = r"(?<![^\W\d_])"
"""Not in the middle of a word; a digit may come before ("2018Uppdaterad:" is glued on real pages)."""
_STRONG = tuple(re.compile(rf"{_NOT_IN_WORD}(?P<label>{label.strong})(?![^\W\d_])") for label in LABELS)
_WEAK = tuple(
    re.compile(
        rf"(?:^|[*.,|·•()\[\];–—>]\s*|\d(?:,?\s+(?:(?:och|and|og|und|et|y|en)\s+)?)?|-\s*)(?P<label>{label.weak})(?![^\W\d_])"
    )
    for label in LABELS
)
"""Patterns for lower-cased text: patterns that ignore case are five times as slow."""
_GAP = re.compile(rf"{GAP}(?={COMPACT}|{DATE}|{RELATIVE})", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for any of these words, sorted by their first letters.

    That is three times as fast as trying one word after another.
    """
    endings_by_first: dict[str, list[str]] = {}
    for word in sorted(words):
        endings_by_first.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile(
        "|".join(
            f"{re.escape(first_letter)}(?:{'|'.join(endings)})" for first_letter, endings in endings_by_first.items()
        )
    )


_STATEMENT_END = re.compile(r"[\s,.;)\]]*(?:(?:at|kl\.?)?\s*\d{1,2}[.:]\d{2}[^,.]{0,12})?[.)\]]?\s*(?:$|[(|·•–—\[])")
_CLOCK = re.compile(
    r"[\s,·•–—-]{0,4}(?:(?:at|kl\.?|um|à|klo\.?|om|vid|@|alle|a las)\s*)?"
    r"(?:\d{1,2}[.:h]\d{2}(?:[.:]\d{2})?(?!\d)(?![./-]\d)\s?(?:[ap]\.?m\.?|uhr)?|\d{1,2}\s?[ap]\.?m\.?)(?![^\W\d_])"
    r"(?:\s?(?:[A-Z]{1,3}T|UTC|GMT)\b)?",
    re.IGNORECASE,
)
"""The time of day after a date is part of the statement, so that a time that changed alone is recognised as such."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SENTENCE_BREAK = re.compile(
    r"[!?;|·•()\[\]–—\"”“]\s?|:(?!\d)\s?|(?<!\bnr)\.(?!\d)\s?|\d$"
    r"|(?:\d{4}-\d{2}-\d{2}|\d{1,2}[:.]\d{2}(?!\d))[\s,]*|\bversion \d[\d.]*[\s,]*$"
    rf"|(?:\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}|(?:{MONTH}) \d{{4}})(?=[\s,]*$|[\s,]*[–·|])[\s,]*",
    re.IGNORECASE,
)
"""A date or an hour ends what a label may be said of, a number does not: "Bilaga 1 uppdaterad …"."""
_PARENTHESIS = re.compile(r"\([^()]*\)")
_FOOTNOTE = re.compile(r"\s*(?:[*†‡]|\d{1,2}\)?|\[\d{1,2}\])\s*")
_EDITOR = re.compile(
    r"\b(?:\w*redaktör|\w*ansvarig(?: utgivare)?|utgivare|skribent|författare|editor|author|redaktør|redakteur\w*)\s*:"
    r"\s*(?:[^\W\d_]+[ -]?){1,4}[,·|]?\s*$",
    re.IGNORECASE,
)
"""Who answers for the page, by name, before the label."""
_CITED = re.compile(
    r"\b(?:hämta(?:d|t)|läst|besökt|retrieved|accessed|abgerufen|consulté|lest|hentet|viitattu)\b", re.IGNORECASE
)
"""What follows the date of something that is cited: when it was read."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLOCK_WORD = re.compile(r"(?:kl\.?)?\d{1,2}(?:[.:h]\d{2}(?:[.:]\d{2})?)?(?:[ap]\.?m\.?|uhr)?[,.]?")
_NAME = re.compile(r"[^\W\d_]\.|[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
_SENTENCE_STOP = re.compile(r"[^\W\d_]{4,}[.!?]\s|[;|\[\]\"]")
_FAMILIES_OF_STEM: dict[str, set[int]] = {}
for _family, _label in enumerate(LABELS):
    for _stem in _label.stems.split():
        _FAMILIES_OF_STEM.setdefault(_stem.replace("_", " "), set()).add(_family)
_ANY_STEM = _any_of(_FAMILIES_OF_STEM)
"""Finds the shortest of the stems that begin at one place."""
_STEMS_FROM = {short: [stem for stem in _FAMILIES_OF_STEM if stem.startswith(short)] for short in _FAMILIES_OF_STEM}
_RELATIVE_WORD = _any_of([*RELATIVE_DAYS, "sedan", "ago", "siden", "vor ", "il y a", "hace"])
_PARTICIPLES = {word: (kind, rank) for kind, rank, words in VERB_LAST for word in words.split()}
_ANY_PARTICIPLE = re.compile(rf"{_NOT_IN_WORD}(?:{'|'.join(sorted(_PARTICIPLES, key=len, reverse=True))})(?![^\W\d_])")
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?|·•]\s")
_REFERS = re.compile(
    r"^(?:se|läs|see|read|siehe|voir|zie|katso|enligt|according|källa)\b"
    r"|\b(?:which|that|som|vilken|vilket|qui|welche[rs]?)(?:\s\w+)?$|,\s(?:der|die|das|dat)$",
    re.IGNORECASE,
)
"""Words before a label that speak of another text: "see", and a relative pronoun."""


class TextLine(Protocol):
    """A piece of the page's text, with the `datetime` attributes of the `<time>` elements in it, and its links.

    `linked` is the number of its characters that are in links.
    """

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def times(self) -> tuple[str, ...]: ...
    @property
    def links(self) -> tuple[Link, ...]: ...
    @property
    def linked(self) -> int: ...


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A labelled date and the number of the line that states it. A lower `rank` is a better one.

    `in_sentence`: a sentence about the page states it, not a line of its own; `names_page`: the words around say
    that it is the page's; `beside_heading`: it stands right after the main heading.
    """

    kind: Literal["updated", "published"]
    rank: int
    line: int
    stated: StatedDate
    strong: bool
    approximate: bool = False
    in_sentence: bool = False
    names_page: bool = False
    beside_heading: bool = False


@dataclass(frozen=True, slots=True)
class _LabelInLine:
    """A label of a family at a place in its line, from `start` to before `end`."""

    family: Label
    start: int
    end: int
    is_strong: bool

    @property
    def may_lie_ahead(self) -> bool:
        """True if its date is that of entry into force, which may be a coming one."""
        return self.family.rank == 4

    @property
    def is_sentence_too(self) -> bool:
        """True if the label may as well begin a sentence: "As of"."""
        return self.family.rank >= 3 and not self.is_strong

    def takes_words(self, text: str) -> bool:
        """True if words may follow before the date: "Effective for new customers from"."""
        return self.is_strong or text[self.start : self.end].lower().startswith(("effective", "as ", "in effect"))

    def found(self, line: int, stated: StatedDate, is_approximate: bool = False) -> FoundDate:  # noqa: FBT001, FBT002
        return FoundDate(self.family.kind, self.family.rank, line, stated, self.is_strong, is_approximate)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line is: its number among `lines`, that of the last heading above it (None: none), the main heading."""

    lines: Sequence[TextLine]
    number: int
    heading: int | None
    title: str

    @property
    def line(self) -> TextLine:
        return self.lines[self.number]

    @property
    def above(self) -> TextLine | None:
        """The last heading above, None for the main heading."""
        heading = None if self.heading is None else self.lines[self.heading]
        return None if heading is None or heading.kind == "h1" else heading

    @property
    def lists_others(self) -> bool:
        """True under a heading of documents, news, comments or the like."""
        return self.above is not None and LISTS_OTHERS.search(self.above.text) is not None

    @property
    def follows_linked_heading(self) -> bool:
        """True right after a heading that leads to another page: the line is about that page."""
        above = self.above
        return above is not None and self.heading == self.number - 1 and 10 * above.linked >= 9 * len(above.text)

    @property
    def is_beside_heading(self) -> bool:
        """True right after the main heading."""
        return self.heading is not None and self.above is None and self.number - self.heading <= _BESIDE_HEADING


def find_dates(lines: Sequence[TextLine], context: DateContext) -> list[FoundDate]:
    """Return every labelled date that may be the page's own, in the order of the page.

    Where neither language nor host tells the order of day and month, the other dates of the lines do.
    """
    found: list[FoundDate] = []
    dated = [bool(line.times) or _has_digit(line.text) for line in lines]
    if context.day_first is None:
        texts = [line.text for line, has_digit in zip(lines, dated, strict=True) if has_digit]
        if any(map(is_in_numbers, (*texts, *chain.from_iterable(line.times for line in lines)))):
            context = replace(context, day_first=order_of(texts))
    title = next((line.text for line in lines if line.kind == "h1"), "")
    heading: int | None = None
    for number, line in enumerate(lines):
        if dated[number] or (
            len(line.text) <= _LONGEST_WITHOUT_DIGIT
            and (True in dated[number + 1 : number + 3] or _is_relative(line.text))
        ):
            lowered = _lower_in_place(line.text)
            families = _families_in(lowered)
            if families:
                found += _dates_in_line(_Place(lines, number, heading, title), lowered, families, context)
        if line.kind in _HEADINGS:
            heading = number
    return found


def _has_digit(text: str) -> bool:
    for digit in "0123456789":  # noqa: SIM110 -- on a long paragraph, ten scans in C are faster than one pattern or a generator
        if digit in text:
            return True
    return False


def _is_relative(text: str) -> bool:
    """True if a line without a digit may state a date in words: "i går", "en timme sedan"."""
    return _RELATIVE_WORD.search(text.lower()) is not None


def best_date(found: Iterable[FoundDate], kind: str) -> FoundDate | None:
    """Return the date to believe, None if there is none of this kind.

    The best rank wins, but a sentence loses to the lines that say when the page was updated, revised or reviewed;
    within a rank a strong label, a whole date, and the first on the page.
    """
    of_kind = [candidate for candidate in found if candidate.kind == kind]
    if not of_kind:
        return None
    return min(
        of_kind,
        key=lambda candidate: (
            candidate.rank + _SENTENCE_PENALTY * candidate.in_sentence,
            not candidate.strong,
            candidate.approximate,
            candidate.line,
        ),
    )


def without_repeated(found: Sequence[FoundDate], is_main: Callable[[FoundDate], bool]) -> list[FoundDate]:
    """Return the dates without those of a list: one label that is repeated with different dates is none of the page.

    Of such dates the ones that name the page are kept, else those beside the main heading. `is_main` tells the main
    content from the rest: the footer's date is not one of the list above it.
    """

    def group(candidate: FoundDate) -> tuple[str, int, str, bool]:
        return (candidate.kind, candidate.rank, candidate.stated.label.casefold(), is_main(candidate))

    kept: list[FoundDate] = []
    for _, members in groupby(sorted(found, key=group), key=group):
        same = list(members)
        if len({candidate.stated.date for candidate in same}) > 1:
            named = [candidate for candidate in same if candidate.names_page]
            same = named or [candidate for candidate in same if candidate.beside_heading]
        kept += same
    places = {id(candidate): place for place, candidate in enumerate(found)}
    return sorted(kept, key=lambda candidate: places[id(candidate)])


def _dates_in_line(
    place: _Place, lowered: str, likely_families: Sequence[int], context: DateContext
) -> list[FoundDate]:
    """Return the dates of a line, whose text is also given in lower case, by the labels of some families."""
    line = place.line
    found: list[FoundDate] = []
    used_ends: set[int] = set()
    for is_strong, patterns in ((True, _STRONG), (False, _WEAK)):
        if not is_strong and len(line.text) > _LONGEST_WEAK_LINE:
            continue
        for family in likely_families:
            for match in islice(patterns[family].finditer(lowered), _MOST_LABELS):
                label = _LabelInLine(LABELS[family], *match.span("label"), is_strong)
                if label.end in used_ends:
                    continue
                candidate = _date_of_label(place, label, context)
                own = _as_own(candidate, place, label) if candidate else None
                if own is not None:
                    used_ends.add(label.end)
                    found.append(own)
    return found or _date_before_verb(place, lowered, context)


def _families_in(lowered: str) -> list[int]:
    """Return the numbers of the families of labels of which a stem is in a text, in order."""
    match = _ANY_STEM.search(lowered)
    if match is None:
        return []
    found: set[int] = set()
    while match is not None:
        start = match.start()
        found.update(*[_FAMILIES_OF_STEM[stem] for stem in _STEMS_FROM[match[0]] if lowered.startswith(stem, start)])
        match = _ANY_STEM.search(lowered, start + 1)
    return sorted(found)


def _lower_in_place(text: str) -> str:
    """Return the text in lower case, each character in its place."""
    lowered = text.lower()  # "İ" becomes two characters
    return lowered if len(lowered) == len(text) else "".join(letter.lower()[0] for letter in text)


# Whose date it is


def _as_own(found: FoundDate, place: _Place, label: _LabelInLine) -> FoundDate | None:
    """Return the date as one of the page's own, with how sure that is; None if it is said of something else."""
    line = place.line
    before = line.text[max(0, label.start - _LONGEST_SENTENCE) : label.start]
    subject = _subject(before, line.text, label.start)
    if CAPTION.match(before) or _is_quoted(before) or ANOTHER_DATE.search(subject) or _REFERS.search(subject):
        return None
    if (
        "§" in subject
        or _FOOTNOTE.fullmatch(before)
        or _CITED.search(line.text, label.end, label.end + _LONGEST_SENTENCE)
    ):
        return None
    words = _words_of_weight(subject)
    names_page = _names_page(subject) or PAGE_WORDS.search(line.text[label.start : label.end]) is not None
    is_item = line.kind in {"li", "row"}
    is_ours = names_page or _titles_page(line, label) or (not is_item and _names_title(words, place.title))
    if not is_ours and (
        _is_about_another(found, place, before) or (words and not (_names_author(subject) or _EDITOR.search(before)))
    ):
        return None
    in_sentence = len(_WORD.findall(subject)) >= _WORDS_OF_OWN_LINE or len(before) > _LONGEST_BETWEEN
    return replace(
        found,
        strong=found.strong and not in_sentence,
        in_sentence=in_sentence,
        names_page=names_page,
        beside_heading=place.is_beside_heading,
    )


def _subject(before: str, text: str, start: int) -> str:
    """Return the words of the label's sentence before it: what it is said of.

    A capital letter begins a statement of its own, in whatever it is glued to, unless the whole line has them.
    """
    if not before or (text[start].isupper() and not text[max(0, start - _AROUND) : start + _AROUND].isupper()):
        return ""
    return _SENTENCE_BREAK.split(_PARENTHESIS.sub(" ", before))[-1].strip(" ,*>-")


def _is_quoted(before: str) -> bool:
    opened = before.count("”") % 2 == 1 and "“" not in before and "„" not in before
    is_open = before.rfind("“") > before.rfind("”") or before.rfind("«") > before.rfind("»")
    return opened or is_open or before.count('"') % 2 == 1


def _words_of_weight(text: str) -> list[str]:
    """Return the words but those that say nothing before a label, months and weekdays."""
    return [
        word
        for word in _WORD.findall(text)
        if (lowered := word.lower()) not in GLUE and lowered not in MONTH_NUMBERS and not SMALL_WORD.fullmatch(lowered)
    ]


def _names_page(subject: str) -> bool:
    """True if a sentence is about the page: its first words or the last two before the label are a word of the page."""
    words = subject.split()
    near = " ".join([*words[:_FIRST_WORDS], "|", *words[-2:]])
    return PAGE_WORDS.search(near) is not None


def _is_about_another(found: FoundDate, place: _Place, before: str) -> bool:
    """True if the place of a label says that its date is that of something else.

    So it is after a link, in parentheses after words, in a cell or item after other words, and in a list of others.
    """
    is_item = place.line.kind in {"li", "row"}
    if place.follows_linked_heading or (place.lists_others and (is_item or before or not found.strong)):
        return True
    words = _words_of_weight(before)
    if not words:
        return False
    is_open = max(before.rfind("("), before.rfind("[")) > max(before.rfind(")"), before.rfind("]"))
    is_in_parentheses = is_open and place.line.kind != "h1" and bool(before.strip(" (["))
    return is_item or is_in_parentheses or _is_after_link(place.line, before, found)


def _is_after_link(line: TextLine, before: str, found: FoundDate) -> bool:
    """True if a link to another page or file ends right before the label, or opens the line.

    A link of menus and footers ("Kontakt") is on every page, and none is about it.
    """
    ended = before.rstrip(" ,(:–—-" if found.strong else " .,(:–—-")
    opening = before.lstrip(" *•-")
    return any(
        ended.endswith(link.text) or opening.startswith(link.text)
        for link in line.links[:_MOST_LINKS]
        if link.target and link.text and not link.target.startswith(("mailto:", "tel:")) and not is_site_link(link.text)
    )


def _titles_page(line: TextLine, label: _LabelInLine) -> bool:
    """True if a heading states the date: the main one, or any that says for when the figures below it hold."""
    return line.kind == "h1" or (line.kind in _HEADINGS and label.family.rank == 3)


def _names_title(words: Sequence[str], title: str) -> bool:
    """True if a word of the subject is one of the page's main heading, in whatever form."""
    stems = {word[:6].lower() for word in _WORD.findall(title) if len(word) >= 5}
    return any(word[:6].lower() in stems for word in words if len(word) >= 5)


def _names_author(subject: str) -> bool:
    """True if the words before a label are "by" and a name: "Av Anna Lind, uppdaterad …"."""
    first, *names = subject.split()
    return first.lower() in BY and len(names) <= _MOST_NAMES


# The date after a label


def _date_of_label(place: _Place, label: _LabelInLine, context: DateContext) -> FoundDate | None:
    """Return the date of a label: after it, in the <time> of its line, or in the next line."""
    line = place.line
    text = line.text[label.start : label.end]
    match = _match_after_label(line.text, label)
    parsed = parse_match(match, context, future=label.may_lie_ahead) if match else None
    if match and label.is_sentence_too and not _STATEMENT_END.match(line.text, match.end()):
        return None  # "As of 13 April, 5 912 tests …" is a sentence, not a label
    if match and parsed:
        whole = _first_machine_date(line.times, context, label) if lacks_year(match) else None
        shown = _statement_text(line.text, label.start, match.end())
        is_approximate = whole is None and (is_relative(match) or len(parsed) < len("2024-03-01"))
        return label.found(
            place.number, StatedDate(whole or parsed, text, shown, "time" if whole else "text"), is_approximate
        )
    rest = line.text[label.end :].strip(" :")
    if line.times and (not rest or match is None):
        parsed = _first_machine_date(line.times, context, label)
        if parsed:
            return label.found(place.number, StatedDate(parsed, text, line.text[label.start :], "time"))
    return _date_in_next_line(place, label, context)


def _match_after_label(text: str, label: _LabelInLine) -> re.Match[str] | None:
    """Return the date that a label is said of: right after it, or after names, editors and words that say nothing."""
    gap = _GAP.match(text, label.end)
    if gap is not None:
        return ANY_DATE.match(text, gap.end())
    match = WRITTEN_DATE.search(text, label.end, label.end + _LONGEST_BETWEEN)
    if match is None or not _says_nothing_else(text[label.end : match.start()], text, label):
        return None
    if label.family.rank >= 3 and not _STATEMENT_END.match(text, match.end()):
        return None
    return ANY_DATE.match(text, match.start())


def _says_nothing_else(between: str, text: str, label: _LabelInLine, *, after_by: bool = False) -> bool:
    """True if what is between a label and a date leaves the date the label's: an editor, or words without weight."""
    if _SENTENCE_STOP.search(between):
        return False
    words = re.sub(r"[,:()]", " ", between).split()
    others = [word for word in words if not _is_weightless(word)]
    is_by = bool(others) and others[0].lower().strip(".") in BY
    if is_by:
        others = others[1:]
    if not others:
        return not is_by  # "Updated by 31 March" is a deadline
    if any(map(_has_digit, others)) or len(others) > _MOST_WORDS or any(map(_decides, others)):
        return False
    if label.family.rank >= 3:
        return label.takes_words(text) and all(word.lower() not in STOP_WORDS for word in others)
    return is_by or after_by or ((label.is_strong or ":" in between) and _is_full_name(others))


def _is_weightless(word: str) -> bool:
    lowered = word.lower()
    return (
        not any(character.isalnum() for character in word)
        or lowered.strip(".,") in CONNECTORS
        or SMALL_WORD.fullmatch(lowered) is not None
        or _CLOCK_WORD.fullmatch(lowered) is not None
    )


def _decides(word: str) -> bool:
    lowered = word.lower().strip(".,")
    return lowered in DECISIONS or DECIDES.fullmatch(lowered) is not None


def _is_full_name(words: Sequence[str]) -> bool:
    """True if the words are a person's name, at least two of them, or a mail address."""
    if len(words) == 1:
        return "@" in words[0]
    return len(words) <= _MOST_NAMES and all(word[0].isupper() and _NAME.fullmatch(word.strip("–-")) for word in words)


def _date_in_next_line(place: _Place, label: _LabelInLine, context: DateContext) -> FoundDate | None:
    """Return the date of a label that is all of its line, or all with its editor; the date is in the next line.

    A name alone may be in a line between them. A date that is followed by words is an entry of a list, and a label in a
    later cell of a row is the head of a column, whose date is not the first of the next row.
    """
    text = place.line.text
    if len(text) > 2 * _LONGEST_LABEL_LINE + _LONGEST_NAME_LINE:
        return None
    if place.line.kind == "row" and "|" in text[: label.start]:
        return None
    rest = text[label.end :].strip(" :.")
    if len(text) > _LONGEST_LABEL_LINE + len(rest) or (rest and not _is_editor(rest)):
        return None
    lines = place.lines[place.number + 1 : place.number + 4]
    is_name = bool(lines) and (
        (rest.lower() in BY and _is_name_line(lines[0].text))
        or (label.is_strong and not rest and _is_full_name(lines[0].text.split()))
    )
    above, below = lines[:is_name], lines[is_name:]
    if not below or _is_column(below):
        return None
    match = _match_in_line(below[0].text, label, after_by=bool(rest))
    parsed = (
        parse_match(match, context, future=label.may_lie_ahead)
        if match
        else _first_machine_date(below[0].times, context, label)
    )
    if not parsed:
        return None
    shown = " ".join([text[label.start :], *(line.text for line in above), below[0].text])
    stated = StatedDate(parsed, text[label.start : label.end], shown, "text" if match else "time")
    return label.found(place.number + 1 + is_name, stated)


def _is_name_line(text: str) -> bool:
    return len(text) <= _LONGEST_NAME_LINE and not _has_digit(text)


def _is_editor(rest: str) -> bool:
    """True if the words after a label, to the end of its line, are "by" with or without a name."""
    first, *names = rest.replace(":", " ").split()
    return first.lower() in BY and len(names) <= _MOST_WORDS and not _has_digit(rest) and not any(map(_decides, names))


def _match_in_line(text: str, label: _LabelInLine, *, after_by: bool) -> re.Match[str] | None:
    """Return the date that is all of a line, but for words that say nothing, an editor and a time of day."""
    match = WRITTEN_DATE.search(text[:_LONGEST_BETWEEN])
    if match is None or not _ends_statement(text, match.end()):
        return None
    return match if _says_nothing_else(text[: match.start()], text, label, after_by=after_by) else None


def _ends_statement(text: str, end: int) -> bool:
    """True if nothing follows a date but a time of day, an editor, or another statement."""
    clock = _CLOCK.match(text, end)
    rest = text[clock.end() if clock else end :].lstrip(" ,.;)]")
    if not rest or rest[0] in "(|·•–—[T":
        return True
    return rest.split()[0].lower().strip(":") in BY


def _is_column(lines: Sequence[TextLine]) -> bool:
    """True if several lines of one kind begin with dates: the label is the head of a column, or of a list."""
    return (
        len(lines) > 1 and lines[0].kind == lines[1].kind and all(WRITTEN_DATE.match(line.text) for line in lines[:2])
    )


def _statement_text(text: str, start: int, end: int) -> str:
    """Return label and date as the page writes them, with the time of day that follows."""
    clock = _CLOCK.match(text, end)
    return text[start : clock.end() if clock else end]


def _first_machine_date(values: Iterable[str], context: DateContext, label: _LabelInLine) -> str | None:
    return next((iso for value in values if (iso := machine_date(value, context, future=label.may_lie_ahead))), None)


# The date before a verb


def _date_before_verb(place: _Place, lowered: str, context: DateContext) -> list[FoundDate]:
    """Return the date of a statement that ends with its verb: "Diese Seite wurde am 1. März 2024 aktualisiert"."""
    line = place.line
    if len(lowered) > _LONGEST_WEAK_LINE or place.lists_others or place.follows_linked_heading:
        return []
    if not any(map(lowered.__contains__, _PARTICIPLES)):
        return []  # scans in C are faster than one pattern with what must not be beside a word
    verb = _ANY_PARTICIPLE.search(lowered)
    match = WRITTEN_DATE.search(lowered) if verb is not None else None
    if verb is None or match is None or verb.start() < match.end():
        return []
    start = max((one.end() for one in _SENTENCE_END.finditer(lowered, 0, match.start())), default=0)
    parsed = parse_match(match, context, future=False)
    is_whole = (
        _opens_verb_last(lowered[start : match.start()])
        and _only_opens(lowered[match.end() : verb.start()])
        and _STATEMENT_END.match(lowered, verb.end()) is not None
    )
    if not parsed or not is_whole:
        return []
    kind, rank = _PARTICIPLES[verb.group()]
    stated = StatedDate(parsed, line.text[start : match.start()].strip(), line.text[start : verb.end()], "text")
    is_approximate = len(parsed) < len("2024-03-01")
    return [FoundDate(kind, rank, place.number, stated, True, is_approximate, False, True, place.is_beside_heading)]  # noqa: FBT003


def _opens_verb_last(opening: str) -> bool:
    """True if a statement begins with the page, or with "last", and with nothing of weight beside it."""
    is_page = PAGE_WORDS.search(opening) is not None or any(word in LAST_WORDS for word in _WORD.findall(opening))
    return is_page and _only_opens(opening)


def _only_opens(text: str) -> bool:
    """True if the words say nothing that the statement is about, but for the name after "by"."""
    words = re.sub(r"[,:()]", " ", text).split()
    by = next((place for place, word in enumerate(words) if word in BY), len(words))
    names = [word for word in words[by + 1 :] if not _is_weightless(word)]
    if any(map(_has_digit, names)) or any(map(_decides, names)) or len(names) > _MOST_WORDS:
        return False
    return all(word in OPENS_VERB_LAST or _is_weightless(word) for word in words[:by])
