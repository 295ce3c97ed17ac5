"""Announcements made from the time marks of a real statute: what it said before them, and once their day has come."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.acceptance.statutes.scanner import wordings

_DAY = r"\d{4}-\d\d-\d\d"
_BEGINS = rf"/(?:Rubriken )?[Tt]räder i kraft I:(?P<day>{_DAY})/\s*"
_ENDS = rf"/(?:Rubriken )?[Uu]pphör att gälla U:(?P<day>{_DAY})(?:\s+genom\s+\w+\s+\(\d+:\d+\)\.?)?/\s*"
_ANY_MARK = re.compile(rf"{_BEGINS}|{_ENDS.replace('day', 'end')}")
_OTHER_MARK = re.compile(r"/(?:Kapitlet|Avdelningen|Bilagan|Kapitelrubrik\w*|Ny beteckning)|[IU]:den dag")
_HEADING = re.compile(rf"(?m)^/Rubriken (?:träder i kraft I|upphör att gälla U):{_DAY}[^/]*/\n(?:.+\n)+")


@dataclass(frozen=True)
class Announcement:
    """A statute with what it announces; `days` are ISO dates by the label of a section."""

    before: str
    announced: str
    days: dict[str, list[str]]

    def in_force(self, day: str) -> str:
        """Return what the statute says once a day has come, with what is announced for later ones."""
        return _apply(self.announced, drop=_ENDS, keep=_BEGINS, until=day)


def announcement(text: str) -> Announcement | None:
    """Return what a statute announces by marks on its sections and their headings; None without or with other marks."""
    text = text.replace("\r\n", "\n")
    if _OTHER_MARK.search(text) or not _ANY_MARK.search(text):
        return None
    days: dict[str, list[str]] = {}
    lines = text.split("\n")
    for label, start, stop in wordings(text):
        for mark in _ANY_MARK.finditer("\n".join(lines[start:stop])):
            days.setdefault(label, []).append(mark["day"] or mark["end"])
    if not days or len(_ANY_MARK.findall(text)) != sum(map(len, days.values())) + len(_HEADING.findall(text)):
        return None
    return Announcement(_apply(text, drop=_BEGINS, keep=_ENDS, until="9999"), text, days)


def _apply(text: str, *, drop: str, keep: str, until: str) -> str:
    """Return a text without the wordings and headings that one kind of mark begins, and without the other kind.

    Marks for a day after `until` are left alone.
    """

    def is_due(mark: re.Match[str] | None) -> bool:
        return mark is not None and mark["day"] <= until

    lines = text.split("\n")
    begun: set[str] = set()
    for label, start, stop in reversed(wordings(text)):
        wording = "\n".join(lines[start:stop])
        # A § that was repealed gives way to its new text although it has no end of its own.
        is_stub = label in begun and not _ANY_MARK.search(wording)
        if is_due(re.search(drop, wording)) or is_stub:
            del lines[start:stop]
        elif keep == _BEGINS and is_due(re.search(keep, wording)):
            begun.add(label)
    text = _HEADING.sub(lambda found: "" if is_due(re.match(drop, found[0])) else found[0], "\n".join(lines))
    return re.sub(keep, lambda mark: "" if is_due(mark) else mark[0], text)
