"""Generated amendments that move numbers and whole chapters: each § is accounted for once, and nothing else is said."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.judging.compare import judge
from monitor.core.law.chapters import ChapterEvent, law_events
from monitor.core.law.events import SectionEvent
from monitor.core.law.marks import Act
from monitor.core.law.text import parse_law
from monitor.core.model import Block, Changed, Extraction
from monitor.wording.law_phrases import LONGEST_SENTENCE
from monitor.wording.law_summary import every_clause, summarise_law
from tests.faults.lab import only_in_long_runs

ACT, DAY = Act("lag", "2030:44"), "2031-07-01"
MARK = "Lag (2030:44)."
AT = datetime(2030, 1, 1, tzinfo=UTC)
_SYLLABLES = ("bro", "fjäll", "gran", "hamn", "kust", "lund", "myr", "näs", "skog", "strand", "udde", "vik")
_WORDS = [
    f"{one}{other}{third}" for one in _SYLLABLES for other in _SYLLABLES for third in ("en", "arna", "s", "erna", "ets")
]


@dataclass
class Amendment:
    """A law of chapters, each a heading and its sections, before and after; and the events that say what was done."""

    chance: random.Random
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    chapters: list[ChapterEvent] = field(default_factory=list)
    sections: list[SectionEvent] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._words = iter(self.chance.sample(_WORDS, len(_WORDS)))

    def word(self) -> str:
        """Return a word that nothing else in the law has."""
        return next(self._words)

    def text(self) -> str:
        """Return a sentence of such words."""
        words = [self.word() for _ in range(8)]
        return f"Den som {words[0]} ska {' '.join(words[1:])}."

    def chapter(self, number: int, amend: Callable[[Amendment, int, list[str]], list[str]]) -> None:
        texts = [self.text() for _ in range(self.chance.randint(3, 6))]
        heading = f"{number} kap. Om {self.word()}"
        self.before += [heading, *numbered(texts)]
        after = amend(self, number, texts)
        self.after += after if after and after[0].startswith(f"{number} kap.") else [heading, *after]

    def told(
        self, kind: str, label: str, act: Act | None = ACT, day: str | None = None, old: str | None = None
    ) -> None:
        self.sections.append(SectionEvent(kind, label, act, day, old))  # type: ignore[arg-type]


def numbered(texts: list[str]) -> list[str]:
    return [f"{number} § {text}" for number, text in enumerate(texts, 1)]


def nothing(law: Amendment, chapter: int, texts: list[str]) -> list[str]:
    return numbered(texts)


def insert_and_renumber(law: Amendment, chapter: int, texts: list[str]) -> list[str]:
    """A new § takes a number; it and those below are renumbered."""
    at = law.chance.randrange(len(texts))
    law.told("new", f"{chapter} kap. {at + 1} §")
    for number in range(at + 1, len(texts) + 1):
        law.told("renumbered", f"{chapter} kap. {number + 1} §", None, old=f"{chapter} kap. {number} §")
    return numbered([*texts[:at], f"{law.text()} {MARK}", *texts[at:]])


def take_a_number(law: Amendment, chapter: int, texts: list[str]) -> list[str]:
    """A § goes and those below take its number, some with another word; a new one takes the last number."""
    at = law.chance.randrange(len(texts) - 1)
    moved = []
    law.told("displaced", f"{chapter} kap. {at + 1} §", None)
    for number, text in enumerate(texts[at + 1 :], at + 1):
        is_edited = law.chance.random() < 0.5
        moved.append(f"{text.replace('ska', 'får', 1)} {MARK}" if is_edited else text)
        kind = "renumbered-amended" if is_edited else "renumbered"
        law.told(kind, f"{chapter} kap. {number} §", ACT if is_edited else None, old=f"{chapter} kap. {number + 1} §")
    law.told("new", f"{chapter} kap. {len(texts)} §")
    return numbered([*texts[:at], *moved, f"{law.text()} {MARK}"])


def repeal_chapter(law: Amendment, chapter: int, texts: list[str]) -> list[str]:
    labels = tuple(f"{chapter} kap. {number} §" for number in range(1, len(texts) + 1))
    law.chapters.append(ChapterEvent("repealed", str(chapter), ACT, labels=labels))
    return [f"{chapter} kap. {law.chance.choice(('Kapitlet har', 'Har', 'har'))} upphävts genom {ACT}."]


def heading_with_its_section(law: Amendment, chapter: int, texts: list[str]) -> list[str]:
    """A § and the heading before it are replaced on a day; the last § of the chapter ends then."""
    first, *rest, last = texts
    law.told("amended", f"{chapter} kap. 1 §", day=DAY)
    law.told("ends", f"{chapter} kap. {len(texts)} §", None, DAY)
    law.headings.append(f"{chapter} kap. 1 §")
    return [
        f"1 § /Upphör att gälla U:{DAY}/\n{first}",
        f"/Rubriken träder i kraft I:{DAY}/\nOm {law.word()}",
        f"1 § /Träder i kraft I:{DAY}/\n{law.text()} {MARK}",
        *numbered(["", *rest])[1:],
        f"{len(texts)} § /Upphör att gälla U:{DAY}/\n{last}",
    ]


def chapter_ends(law: Amendment, chapter: int, texts: list[str]) -> list[str]:
    labels = tuple(f"{chapter} kap. {number} §" for number in range(1, len(texts) + 1))
    law.chapters.append(ChapterEvent("ends", str(chapter), ACT, DAY, labels=labels))
    heading = next(line for line in reversed(law.before) if line.startswith(f"{chapter} kap."))
    return [
        f"{chapter} kap. /Kapitlet upphör att gälla U:{DAY} genom {ACT}/ {heading.partition('kap. ')[2]}",
        *numbered(texts),
    ]


AMENDMENTS = (nothing, insert_and_renumber, take_a_number, repeal_chapter, heading_with_its_section, chapter_ends)


def amended_law(chance: random.Random) -> Amendment:
    law = Amendment(chance)
    for number in range(1, chance.randint(2, 5)):
        law.chapter(number, chance.choice(AMENDMENTS))
    if chance.random() < 0.5:
        move_between_chapters(law)
    if law.headings:
        *labels, last = law.headings
        where = f"{', '.join(labels)} samt {last}" if labels else last
        law.clauses.append(f"{'nya rubriker' if labels else 'ny rubrik'} närmast före {where}, träder i kraft {DAY}")
    provisions = ["Övergångsbestämmelser", "2021:995", "1. Denna lag träder i kraft den 1 januari 2022."]
    law.before += provisions
    law.after += provisions
    if chance.random() < 0.5:
        law.after.append("2. Äldre bestämmelser gäller för fyrar som byggdes före 1950.")
        law.clauses.append("övergångsbestämmelserna till 2021:995 ändrade (punkt 2 tillagd)")
    if chance.random() < 0.5:
        law.after += ["2030:44", "1. Denna lag träder i kraft den 1 juli 2031."]
        law.clauses.append("övergångsbestämmelser till 2030:44 tillagda")
    return law


def move_between_chapters(law: Amendment) -> None:
    """Add two chapters; the last § of one is the last of the other afterwards."""
    one, other = 20, 21
    first, second = ([law.text() for _ in range(3)] for _ in range(2))
    law.before += [f"{one} kap. Om mått", *numbered(first), f"{other} kap. Om vikt", *numbered(second)]
    law.after += [f"{one} kap. Om mått", *numbered(first[:2]), f"{other} kap. Om vikt", *numbered([*second, first[2]])]
    law.told("renumbered", f"{other} kap. 4 §", None, old=f"{one} kap. 3 §")


def extraction(paragraphs: list[str]) -> Extraction:
    return Extraction("Lag", (Block("h1", "Lag"), *parse_law("\n\n".join(paragraphs))[0]), law="2021:995")


amendments = st.randoms(use_true_random=False)


@settings(max_examples=30)
@given(amendments)
def test_each_section_is_accounted_for_once(chance: random.Random) -> None:
    each_section_is_accounted_for_once(chance)


@only_in_long_runs
@pytest.mark.slow
@settings(max_examples=1000)
@given(amendments)
def test_each_section_is_accounted_for_once_many_times(chance: random.Random) -> None:
    each_section_is_accounted_for_once(chance)


def each_section_is_accounted_for_once(chance: random.Random) -> None:
    law = amended_law(chance)
    verdict = judge(extraction(law.before), extraction(law.after), fetched_after=AT)
    if law.before == law.after:
        assert not isinstance(verdict, Changed)
        return
    assert isinstance(verdict, Changed)
    chapters, sections = law_events([block for block in verdict.change.blocks if block.material])
    assert sorted(map(str, sections)) == sorted(map(str, law.sections))
    assert sorted(map(str, chapters)) == sorted(map(str, law.chapters))
    said = [clause["sv"] for clause in every_clause(verdict.change)]
    assert [clause for clause in said if "rubrik" in clause or "övergång" in clause] == law.clauses
    assert max(map(len, summarise_law(verdict.change).values())) <= LONGEST_SENTENCE
