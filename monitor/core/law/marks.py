"""The marks that a consolidated Swedish law carries in its own text: which act amended a wording, and from when.

    … utfärdas. Lag (2008:546).                 an amendment mark ends the wording that the act gave
    5 § /Träder i kraft I:2027-01-01/ …         a time mark precedes a wording that is in force only from or until a day

In a block a time mark is a line of its own ("Träder i kraft 2027-01-01:") before the wording that it concerns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from monitor.core.text import clean, comparable

SFS_NUMBER = r"\d{4}:\d+"
_DAY = r"\d{4}-\d{2}-\d{2}|den dag (?:som )?regeringen bestämmer"
_NUMBER = r"\d+(?: ?[a-zåäö]{1,2})?"
_LABEL = rf"(?:(?:{_NUMBER} kap\. )?{_NUMBER} §|{_NUMBER} kap\.)"
_CITED = rf"\(?(?:SFS )?(?P<number>{SFS_NUMBER}(?:\s?s\.? ?\d+)?)\)?"
"""The number of an act as it is cited; old texts omit the brackets, and the oldest acts have a page in theirs."""

_LAWS = ("lagen", "förordningen", "kungörelsen", "författningen", "balken")
TimeKind = Literal["begins", "ends", "renumbered"]


@dataclass(frozen=True, slots=True)
class Act:
    """An act: its kind as the text has it, in lower case ("lag", "förordning"), and its SFS number."""

    kind: str
    number: str

    def __str__(self) -> str:
        return f"{self.kind} ({self.number})"


@dataclass(frozen=True, slots=True)
class TimeMark:
    """When a wording takes effect, ceases to apply, or gets another number (`label`).

    `day` is an ISO date or "den dag regeringen bestämmer"; `through` the act as the mark names it, else "". `subject`
    is what the mark says that it concerns, in lower case ("rubriken", "kapitlet"): "" for a §, or what follows.
    """

    kind: TimeKind
    day: str
    through: str = ""
    label: str = ""
    subject: str = field(default="", compare=False)

    @property
    def act(self) -> Act | None:
        """The act that the mark names."""
        kind, _, number = self.through.partition(" ")
        return Act(kind, number.strip("()")) if number else None

    @property
    def is_of_heading(self) -> bool:
        """True if the mark concerns a heading alone, not what is below it."""
        return "rubrik" in self.subject

    @property
    def is_of_law(self) -> bool:
        """True if the mark says that it concerns the law as a whole."""
        return self.subject.endswith(_LAWS)

    @property
    def phrase(self) -> str:
        """The mark in words: "Träder i kraft 2027-01-01"."""
        what = {
            "begins": "Träder i kraft",
            "ends": "Upphör att gälla",
            "renumbered": f"Ny beteckning {self.label} från",
        }[self.kind]
        return f"{what} {self.day}{self.through and f' genom {self.through}'}"

    @property
    def line(self) -> str:
        """The line that precedes the wording in a block."""
        return f"{self.phrase}:"

    @property
    def suffix(self) -> str:
        """The suffix of a heading that the mark concerns."""
        subject = "rubriken " if self.is_of_heading else ""
        return f" ({subject}{self.phrase[0].lower()}{self.phrase[1:]})"


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a section: the marks before it and its lines."""

    marks: tuple[TimeMark, ...]
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The wording without its marks."""
        return "\n".join(self.lines)

    def day(self, kind: TimeKind) -> str | None:
        """Return the day of the first mark of this kind, None if there is no such mark."""
        return next((mark.day for mark in self.marks if mark.kind == kind), None)


_THROUGH = rf"(?:\s+genom\s+(?P<act>[a-zåäö]+)\s+{_CITED}\s*\.?)?"
_MARK = re.compile(
    r"\s*/\s*(?:(?P<subject>[^\W\d_]+)\s+)??"
    r"(?:(?P<what>träder\s+i\s?kraft|upphör\s+att\s+gälla)\s+[IU]\s*:"
    rf"|Ny\s+beteckning\s+(?P<label>{_NUMBER}\s+kap\.(?!\s+\d)|(?:{_NUMBER}\s+kap\.\s+)?{_NUMBER}(?:\s?§)?)\s+U\s*:)"
    rf"\s*(?P<day>{_DAY}){_THROUGH}\s*(?:/|(?=\s|$))\s*",
    re.IGNORECASE,
)
_UNREADABLE_MARK = re.compile(
    r"\s*/(?=[^/]*\b(?:[IU]\s?:|träder\s+i\s+kraft|upphör\s+att|beteckning))[^/\n]{3,120}(?:\n[^/\n]{1,120}){0,2}/\s*",
    re.IGNORECASE,
)
_LINE = re.compile(
    rf"(?P<what>Träder i kraft|Upphör att gälla|Ny beteckning (?P<label>{_LABEL}) från) "
    rf"(?P<day>{_DAY})(?: genom (?P<act>[a-zåäö]+) {_CITED})?:"
)
_SUFFIX = re.compile(
    rf" \((?:(?P<subject>rubriken) )?"
    rf"(?P<what>träder i kraft|upphör att gälla|ny beteckning (?P<label>{_LABEL}) från) "
    rf"(?P<day>{_DAY})(?: genom (?P<act>[a-zåäö]+) {_CITED})?\)$"
)
_AMENDED = re.compile(
    r"(?:^|(?<=[\s.)]))"
    r"(?P<kind>Lag|Förordning|Kungörelse|Reglemente|Instruktion|Brev|Cirkulär|Resolution|Tillkännagivande) "
    rf"{_CITED}\.?$"
)


def take_time_marks(text: str) -> tuple[tuple[TimeMark, ...], str]:
    """Return the time marks at the head of a text, in riksdagen's form, and the rest. A last slash may be missing."""
    marks: list[TimeMark] = []
    while found := _MARK.match(text):
        marks.append(_mark(found))
        text = text[found.end() :]
    return tuple(marks), text


def unreadable_mark(text: str) -> str:
    """Return what looks like a time mark at the head of a text but is in no known form, with the space around it."""
    found = _UNREADABLE_MARK.match(text)
    return found[0] if found else ""


def _mark(found: re.Match[str]) -> TimeMark:
    kind: TimeKind = "renumbered"
    if found["label"] is None:
        kind = "begins" if found["what"].lower().startswith("träder") else "ends"
    facts = found.groupdict()
    day, act, number, label = (" ".join((facts[name] or "").split()) for name in ("day", "act", "number", "label"))
    if label and not label.endswith("."):
        label = f"{label.rstrip(' §')} §"  # some marks leave the sign out
    through = f"{act.lower()} ({number})" if act else ""
    return TimeMark(kind, day, through, label, (facts.get("subject") or "").lower())


def mark_of_line(line: str) -> TimeMark | None:
    """Return the time mark that a line of a block consists of, None if it is none."""
    found = _LINE.fullmatch(line)
    return _mark(found) if found else None


def wordings(text: str) -> tuple[Wording, ...]:
    """Return a section's wordings in the order of its block; the first may have no marks. Empty if there is no text."""
    found: list[tuple[list[TimeMark], list[str]]] = []
    for line in text.splitlines():
        mark = _LINE.fullmatch(line)
        if not found or (mark and found[-1][1]):
            found.append(([], []))
        if mark:
            found[-1][0].append(_mark(mark))
        else:
            found[-1][1].append(line)
    return tuple(Wording(tuple(marks), tuple(lines)) for marks, lines in found)


def label_beside(label: str, number: str) -> str:
    """Return the label of a section with this number: in the chapter of another section unless it names its own."""
    chapter, kap, _ = label.rpartition(" kap. ")
    return number if " kap. " in number else f"{chapter}{kap}{number}"


def heading_mark(text: str) -> tuple[str, TimeMark | None]:
    """Return a heading without its last time mark, and that mark."""
    found = _SUFFIX.search(text)
    return (text[: found.start()], _mark(found)) if found else (text, None)


def heading_marks(text: str) -> tuple[str, list[TimeMark]]:
    """Return a heading without its time marks, and these, the last first."""
    marks: list[TimeMark] = []
    text, mark = heading_mark(text)
    while mark is not None:
        marks.append(mark)
        text, mark = heading_mark(text)
    return text, marks


def amended_by(text: str) -> Act | None:
    """Return the act whose mark ends this wording ("Lag (2008:546)."), or None."""
    found = _AMENDED.search(text)
    return Act(found["kind"].lower(), found["number"]) if found else None


def without_amendment(text: str) -> str:
    """Return the wording without the amendment mark that ends it."""
    found = _AMENDED.search(text)
    return text[: found.start("kind")].rstrip() if found else text


def own_words(text: str) -> str:
    """Return the comparable words of a wording, without the amendment mark."""
    return comparable(clean(without_amendment(text)))


_REPEALED = re.compile(
    r"\(?(?:(?:Kapitlet|Kapitlen|Paragrafen|Paragraferna|Bilagan) )?(?:(?:har|är) )?"
    r"(?:upphävts?|upphävd(?:a|es)?|(?:upphört|upphörde)(?: att gälla)?|utgått|utgår)(?: den \d{1,2} [a-z]+ \d{4})?"
    rf"(?: genom (?P<kind>[a-zåäö]+?)(?:en)? {_CITED}(?: om ändring i [^.]+)?)?[.,)/']*",
    re.IGNORECASE,
)
_RENUMBERED = re.compile(
    rf"(?:Har betecknats|Ny beteckning) (?P<label>{_LABEL})(?: genom (?P<kind>[a-zåäö]+) {_CITED})?\.?",
    re.IGNORECASE,
)


def repealed_by(text: str) -> Act | Literal[False] | None:
    """Return False unless the whole wording says that the section is repealed; then the act, None if it names none.

    An amendment mark may follow the notice.
    """
    return _act_of_whole(_REPEALED, without_amendment(text.strip()))


def renumbered_to(text: str) -> tuple[str, Act | None] | None:
    """Return the new label and the act if the whole wording says that the section has another number now, else None."""
    found = _RENUMBERED.fullmatch(text.strip())
    if not found:
        return None
    act = _act_of_whole(_RENUMBERED, text)
    return found["label"], act or None


def _act_of_whole(pattern: re.Pattern[str], text: str) -> Act | Literal[False] | None:
    found = pattern.fullmatch(text.strip())
    if not found:
        return False
    return Act(found["kind"].lower(), found["number"]) if found["number"] else None
