"""Phrases for a law's summary, Swedish and English: lists of labels, acts, days and counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.core.law.marks import Act
from monitor.core.model import Language, Op

Clause = dict[Language, str]

SWEDISH_DONE: dict[Op, tuple[str, str, str]] = {
    "added": ("tillagd", "tillagda", "tillagt"),
    "removed": ("borttagen", "borttagna", "borttaget"),
    "edited": ("ändrad", "ändrade", "ändrat"),
    "moved": ("flyttad", "flyttade", "flyttat"),
}
"""The Swedish participle of each operation: common gender, plural, neuter."""
ENGLISH_DONE: dict[Op, str] = {"added": "added", "removed": "removed", "edited": "changed", "moved": "moved"}

ALL = 1_000_000
"""As many labels as there are."""
LONGEST_SENTENCE = 300
LABELS_SAID = (8, 5, 3, 2, 1, 0, -1)
"""How many labels of a clause are tried until a sentence is short enough (see `swedish_labels`)."""
_SHORTEST_SPAN = 3
_FEW_SPANS = 2

_ENGLISH_ACTS = {"lag": "Act", "förordning": "Ordinance"}


def english_act(act: Act) -> str:
    """Return an act as cited in English; a kind without an English name is cited as SFS with its number."""
    return f"{_ENGLISH_ACTS.get(act.kind, 'SFS')} ({act.number})"


def english_day(day: str) -> str:
    """Return the day of a time mark in English: a date, or a day that the Government decides."""
    return "the day that the Government decides" if day.startswith("den dag") else day


def swedish_labels(labels: Sequence[str], most: int = ALL, *, adjective: str = "") -> str:
    """Return labels as acts write them: "3 §", "7 a och 7 b §§", "2 kap. 3–7 §§ samt 5 kap. 1 §".

    At most `most` numbers and spans of them are said, the others counted: "1–3 §§ och 23 §§ i 5–9 kap."; below 0 the
    chapters are not said either: "23 paragrafer". `adjective` says something of those that are counted alone.
    """
    shown, rest = _first(labels, most)
    parts = []
    for chapter, numbers in shown:
        before = f"{chapter} kap. " if chapter else ""
        parts.append(f"{before}{listed(numbers, 'och')} {'§§' if _is_many(numbers) else '§'}")
    if not rest:
        return listed(parts, "samt")
    chapters = _other_chapters(rest, shown) if most >= 0 else []
    what = adjective if adjective and not parts else ""
    if chapters:
        count = f"{len(rest)} {what}§§ i {listed(_spans(chapters), 'och')} kap."
    else:
        count = f"{len(rest)} {what}paragrafer"  # "5 §§" without a chapter would be read as 5 §
    more = "och" if chapters else "och ytterligare"
    return f"{', '.join(parts)} {more} {count}" if parts else count


def english_labels(labels: Sequence[str], most: int = ALL, *, adjective: str = "") -> str:
    """Return labels in English: "section 3", "sections 7 a and 7 b", "Chapter 2, sections 3–7"; the rest as above."""
    shown, rest = _first(labels, most)
    parts = []
    for chapter, numbers in shown:
        before = f"Chapter {chapter}, " if chapter else ""
        parts.append(f"{before}section{'s' if _is_many(numbers) else ''} {listed(numbers, 'and')}")
    if not rest:
        return ", and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
    chapters = _other_chapters(rest, shown) if most >= 0 else []
    where = f" in Chapter{'s' if len(chapters) > 1 else ''} {listed(_spans(chapters), 'and')}" if chapters else ""
    if parts:
        return f"{', '.join(parts)} and {len(rest)} more sections{where}"
    return f"{len(rest)} {adjective}sections{where}"


def chapter_numbers(numbers: Sequence[str], word: str) -> str:
    """Return the numbers of chapters as a list: "2 och 3", "5–24"."""
    return listed(_spans(numbers), word)


def are_only_counted(labels: Sequence[str], most: int) -> bool:
    """True if none of these labels is said: few always are."""
    return most <= 0 and span_count(labels) > _FEW_SPANS


def span_count(labels: Sequence[str]) -> int:
    """Return how many numbers and spans of them a list of labels has."""
    return sum(len(_runs(numbers)) for _, numbers in _by_chapter(labels))


def _other_chapters(rest: Sequence[str], shown: Sequence[tuple[str, list[str]]]) -> list[str]:
    """Return the chapters of labels that are only counted; none where the labels before them say the only one."""
    chapters = [chapter for chapter, _ in _by_chapter(rest) if chapter]
    return [] if [chapter for chapter, _ in shown] == chapters else chapters


def _first(labels: Sequence[str], most: int) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """Return the first `most` numbers and spans by chapter, and the labels that they leave out.

    One that is left out alone is said, and so are two that are all.
    """
    if span_count(labels) <= _FEW_SPANS:
        most = ALL
    shown: list[tuple[str, list[str]]] = []
    room = max(most, 0)
    rest: list[str] = []
    for chapter, numbers in _by_chapter(labels):
        runs = _runs(numbers)
        if runs[:room]:
            shown.append((chapter, [_span(run) for run in runs[:room]]))
        prefix = f"{chapter} kap. " if chapter else ""
        rest += [f"{prefix}{number} §" for run in runs[room:] for number in run]
        room -= len(runs[:room])
    is_one = len(rest) == 1 and most > 0
    return _first(labels, ALL) if is_one else (shown, rest)


def _is_many(numbers: Sequence[str]) -> bool:
    return len(numbers) > 1 or "–" in numbers[0]


def _spans(numbers: Sequence[str]) -> list[str]:
    return [_span(run) for run in _runs(numbers)]


def _span(run: Sequence[str]) -> str:
    return run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}"


def _runs(numbers: Sequence[str]) -> list[list[str]]:
    """Return the numbers in runs, each of three or more that follow each other, or of one alone."""
    runs: list[list[str]] = []
    for number in numbers:
        if runs and _follows(runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return [part for run in runs for part in ([run] if len(run) >= _SHORTEST_SPAN else [[number] for number in run])]


def _follows(number: str, other: str) -> bool:
    """True if one number is the next after another: 3 and 4, 7 a and 7 b."""
    (digits, _, letter), (next_digits, _, next_letter) = number.partition(" "), other.partition(" ")
    if letter or next_letter:
        return digits == next_digits and len(letter) == len(next_letter) == 1 and ord(next_letter) == ord(letter) + 1
    return next_digits.isdigit() and digits.isdigit() and int(next_digits) == int(digits) + 1


def _by_chapter(labels: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return section numbers by chapter, such as ("2", ["3", "4"]), in the order of the labels.

    The chapter is "" for sections outside chapters.
    """
    chapters: dict[str, list[str]] = {}
    for label in labels:
        chapter, _, number = label.rpartition(" kap. ")
        chapters.setdefault(chapter, []).append(number.removesuffix(" §"))
    return [(chapter, list(dict.fromkeys(numbers))) for chapter, numbers in chapters.items()]


def joined_clauses(clauses: Iterable[Clause]) -> Clause:
    """Return clauses as one sentence."""
    said = list(clauses)
    return {"sv": "; ".join(clause["sv"] for clause in said), "en": "; ".join(clause["en"] for clause in said)}


def fits(sentence: Clause) -> bool:
    """True if a sentence is short enough to be read at once, in both languages."""
    return max(map(len, sentence.values())) <= LONGEST_SENTENCE


def listed(parts: Sequence[str], conjunction: str) -> str:
    """Return a list in words: "a, b och c"."""
    return f" {conjunction} ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def counted(count: int, swedish: tuple[str, str], english: tuple[str, str]) -> Clause:
    """Return a count with its noun, given as (singular, plural) in each language."""
    return {"sv": f"{count} {swedish[count != 1]}", "en": f"{count} {english[count != 1]}"}
