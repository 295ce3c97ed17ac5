"""An independent scanner of a statute's sections, by blank lines and numbering alone.

It shares nothing with the program: where a line begins with a number and "§", a section may begin; of all these lines
the longest sequence is chosen whose chapters rise, and whose sections rise within each chapter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_SECTION = re.compile(r"(\d+)\s?([a-zåäö]{0,2})\s?§(?!§)[\s*§]*(.*)")
_OLD_SECTION = re.compile(r"§ (\d+)()\.\s*(.*)")
_REPEALED_TOGETHER = re.compile(
    r"(\d+ ?[a-z]?)\s?(och|--?|–|,)\s?(\d+ ?[a-z]?) §§ +har (?:upphävts|upphört)", re.IGNORECASE
)
_CHAPTER = re.compile(r"(\d+)\s?([a-zåäö]{0,2})\skap\.\s?(.*)", re.IGNORECASE)
_END = re.compile(
    r"\d{4}:\d+(?:\s.*)?$|bilag(?:a|an|or)(?: \d.*)?$|(?:övergångs|ikraftträdande).*bestämmelser$"
    r"|(?:på|å) regeringens vägnar",
    re.IGNORECASE,
)
_MARK = re.compile(r"/[A-ZÅÄÖ][^/\n]{5,90}(?:\d{4}-\d\d-\d\d|bestämmer)[^/]{0,60}/")
_SENTENCE = re.compile(r"(?<!m\.m)(?<!m\. m)[.,:;/–-]\s*$")
_SECTION_NUMBER = re.compile(r"(?:^| )\d+ ?[a-zåäö]{0,2} ?§ (?=[A-ZÅÄÖ])")
_HEADING = re.compile(r"[A-ZÅÄÖ](?![^§]*§)[^.,:;]{3,90}(?<! i)(?<! och)(?<! av)")
Number = tuple[int, str]


@dataclass(frozen=True)
class Line:
    """A line at which a section or a chapter may begin; `place` is its number in the text."""

    is_chapter: bool
    number: Number
    place: int = -1


def labels(text: str) -> list[str]:
    """Return the labels of a statute's sections, each once, in order."""
    return list(sections(text))


def sections(text: str) -> dict[str, str]:
    """Return the text of each section, all its wordings together, without time marks and the headings after it."""
    lines = _lines(text)
    found: dict[str, str] = {}
    for label, start, stop in wordings(text):
        own = " ".join(" ".join(lines[start:stop]).split())
        found[label] = f"{found.get(label, '')} {own}".strip()
    return {label: _SECTION_NUMBER.sub("", text) for label, text in found.items()}


def wordings(text: str) -> list[tuple[str, int, int]]:
    """Return each wording of each section in order: its label, its first line and the one after its last."""
    lines = _lines(text)
    candidates, end = _candidates(lines)
    chosen = _longest_rising(candidates)
    ends = [*(line.place for line in chosen[1:]), end][: len(chosen)]
    found: list[tuple[str, int, int]] = []
    chapter = ""
    for line, stop in zip(chosen, ends, strict=True):
        number = f"{line.number[0]} {line.number[1]}".strip()
        if line.is_chapter:
            chapter = f"{number} kap. "
        else:
            found.append((f"{chapter}{number} §", line.place, _without_headings(lines, line.place, stop)))
    return found


def _lines(text: str) -> list[str]:
    """Return the lines of a text without its time marks, as many as there are in it."""
    unmarked = _MARK.sub(lambda mark: "\n" * mark[0].count("\n"), text.replace("\r\n", "\n"))
    return [" ".join(line.split()) for line in unmarked.split("\n")]


def _without_headings(lines: list[str], start: int, stop: int) -> int:
    """Return where a wording ends: before the short paragraphs that do not end as a sentence does."""
    end = max(stop, start + 1)
    while True:
        while end > start + 1 and not lines[end - 1]:
            end -= 1
        first = end - 1
        while first > start and lines[first - 1]:
            first -= 1
        if first == start or _SENTENCE.search(lines[end - 1]):
            return end
        end = first


def _candidates(lines: list[str]) -> tuple[list[Line], int]:
    """Return the lines at which something may begin, and where the sections end."""
    found: list[Line] = []
    before = ""
    above: list[str] = []  # the lines since the last blank one
    for place, line in enumerate(lines):
        if before == "" or before.endswith(".") or (len(above) <= 2 and _HEADING.fullmatch(" ".join(above))):
            if _END.match(line):
                return found, place
            found += [replace(each, place=place) for each in _beginning(line, before)]
        before, above = line, [*above, line] if line else []
    return found, len(lines)


def _beginning(line: str, before: str) -> list[Line]:
    if several := _REPEALED_TOGETHER.match(line):
        first, last = (_number(several[place]) for place in (1, 3))
        is_span = several[2] not in ("och", ",")
        numbers = [(number, "") for number in range(first[0], last[0] + 1)] if is_span else [first, last]
        numbers += [last] if is_span and last[1] else []
        return [Line(is_chapter=False, number=number) for number in numbers]
    if chapter := _CHAPTER.match(line):
        is_heading = chapter[3][:1].isupper() or not chapter[3] or chapter[3].startswith(("har ", "("))
        return [Line(is_chapter=True, number=(int(chapter[1]), chapter[2].lower()))] if is_heading else []
    section = _OLD_SECTION.match(line) or _SECTION.match(line)
    if section is None or (before and not _begins_sentence(section[3])) or _is_reference(section[3]):
        return []
    return [Line(is_chapter=False, number=(int(section[1]), section[2]))]


def _number(text: str) -> Number:
    digits, _, letter = text.partition(" ")
    return int(re.sub(r"\D", "", digits)), letter


def _begins_sentence(text: str) -> bool:
    return text[:1].isupper() or text.startswith("har ")


def _is_reference(text: str) -> bool:
    """True if what follows "3 §" reads on as a reference to it: "om …", "första stycket", "3–5 om"."""
    return (
        re.match(
            r"(?:om|i|första|andra|tredje|fjärde|samma|till|och|samt|\d+ ?--?|\d+ ?–|\d+ om|lagen|förordningen)\b", text
        )
        is not None
    )


def _longest_rising(lines: list[Line]) -> list[Line]:
    """Return the lines with the most sections whose chapters rise, and whose sections rise within each chapter."""
    best: list[tuple[int, int, Number]] = []  # sections in all, the line before, the chapter
    for place, line in enumerate(lines):
        count, before, chapter = 0, -1, line.number if line.is_chapter else (0, "")
        for at in range(place):
            other, (total, _, its_chapter) = lines[at], best[at]
            rises = its_chapter <= line.number if line.is_chapter else other.number <= line.number
            fits = rises or (other.is_chapter and not line.is_chapter)
            if fits and total >= count:
                count, before = total, at
                chapter = line.number if line.is_chapter else its_chapter
        best.append((count + (not line.is_chapter), before, chapter))
    place = max(range(len(best)), key=lambda at: best[at][0], default=-1)
    chosen: list[Line] = []
    while place >= 0:
        chosen.append(lines[place])
        place = best[place][1]
    return chosen[::-1]
