"""Generated laws and amendments: the summary states what the generator did, whatever form either text came in."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.judging.compare import judge
from monitor.core.law.amendments import Amendment, compare_with_register
from monitor.core.law.days import announced_events
from monitor.core.law.events import SectionEvent, section_events
from monitor.core.law.marks import Act
from monitor.core.law.source import from_html
from monitor.core.law.text import parse_law
from monitor.core.model import Block, Changed, Extraction
from monitor.wording.law_phrases import fits, joined_clauses
from monitor.wording.law_summary import every_clause, summarise_law
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_html, as_text
from tests.faults.lab import only_in_long_runs

_SYLLABLES = ("bro", "fjäll", "gran", "hamn", "kust", "lund", "myr", "näs", "skog", "strand", "udde", "vik")
_WORDS = [first + second for first in _SYLLABLES for second in _SYLLABLES if first != second]
NEW = Act("förordning", "2030:44")
DAY = "2031-07-01"
AT = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass
class Drafter:
    """Writes sections with words of their own, amends them, and records every amendment."""

    chance: random.Random
    events: set[SectionEvent] = field(default_factory=set)
    headings: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._words = iter(self.chance.sample(_WORDS, len(_WORDS)))

    def stycken(self) -> tuple[str, ...]:
        words = [next(self._words) for _ in range(4)]
        if self.chance.random() < 0.3:
            return (
                f"En {words[0]} ska ha",
                f"\t1. minst en {words[1]}, och",
                f"\t2. en {words[2]} vid sin {words[3]}.",
            )
        return (f"En {words[0]} ska vid {words[1]} ha en {words[2]} för varje {words[3]}.",)

    def heading(self) -> tuple[str, ...]:
        return (f"Om {next(self._words)} och {next(self._words)}",) if self.chance.random() < 0.3 else ()

    def law(self, chapters: int) -> Law:
        return Law(
            "2021:995", "Förordning (2021:995) om prov", tuple(self.chapter(n, chapters) for n in range(chapters))
        )

    def chapter(self, index: int, chapters: int) -> Chapter:
        count = self.chance.randint(2, 4)
        sections = tuple(Section(str(n + 1), (Wording(self.stycken()),), self.heading()) for n in range(count))
        return Chapter(str(index + 1) if chapters > 1 else "", f"Kapitlet om {next(self._words)}", sections)

    def amend(self, law: Law) -> Law:
        chapters = tuple(replace(chapter, sections=self._amended(chapter)) for chapter in law.chapters)
        return replace(law, chapters=chapters, amended="t.o.m. SFS 2030:44", stamp="2030-01-01 04:30:00")

    def _amended(self, chapter: Chapter) -> tuple[Section, ...]:
        found: list[Section] = []
        sections, untouched = self._with_heading_moved(chapter)
        for section in sections:
            found += [section] if section.number in untouched else self._one(chapter, section)
        last = found[-1]
        if self.chance.random() < 0.3 and last == chapter.sections[-1] and last.number not in untouched:
            # A new section takes the number of the last one, which is renumbered.
            moved = replace(last, number=str(int(last.number) + 1), headings=())
            taken = Section(last.number, (Wording(self.stycken(), str(_capital(NEW))),), last.headings)
            self._book("new", chapter, last.number)
            self._book("renumbered", chapter, moved.number, act=None, old=_label(chapter, last.number))
            found[-1:] = [taken, moved]
        return tuple(found)

    def _with_heading_moved(self, chapter: Chapter) -> tuple[tuple[Section, ...], set[str]]:
        """Return the sections, sometimes with a heading moved to the next one, and the numbers of the two."""
        sections = list(chapter.sections)
        places = [at for at in range(len(sections) - 1) if sections[at].headings and not sections[at + 1].headings]
        if not places or self.chance.random() > 0.3:
            return chapter.sections, set()
        at = self.chance.choice(places)
        sections[at], sections[at + 1] = (
            replace(sections[at], headings=()),
            replace(sections[at + 1], headings=sections[at].headings),
        )
        self.headings.add(_label(chapter, sections[at + 1].number))
        return tuple(sections), {sections[at].number, sections[at + 1].number}

    def scope(self) -> str:
        """Return what was done, in the words of the amendment register."""
        said = {"new": "ny", "repealed": "upph."}
        parts = []
        for event in sorted(self.events, key=lambda event: event.label):
            if event.kind == "renumbered":
                parts.append(f"nuvarande {event.old} betecknas {event.label}")
            else:
                parts.append(f"{said.get(event.kind, 'ändr.')} {event.label}")
        headings = ", ".join(f"rubr. närmast före {label}" for label in sorted(self.headings))
        return "; ".join([*parts, *([f"ändr. {headings}"] if headings else [])])

    def _one(self, chapter: Chapter, section: Section) -> list[Section]:
        what = self.chance.choice(["keep", "keep", "change", "repeal", "publish", "insert", "end", "heading"])
        old = section.wordings[0]
        if what == "change":
            self._book("amended", chapter, section.number)
            return [replace(section, wordings=(Wording(self.stycken(), str(_capital(NEW))),))]
        if what == "repeal":
            self._book("repealed", chapter, section.number)
            return [replace(section, wordings=(Wording((f"Har upphävts genom {NEW}.",)),))]
        if what == "publish":
            self._book("amended", chapter, section.number, day=DAY)
            wordings = (
                replace(old, time=f"/Upphör att gälla U:{DAY}/"),
                Wording(self.stycken(), str(_capital(NEW)), f"/Träder i kraft I:{DAY}/"),
            )
            return [replace(section, wordings=wordings)]
        if what == "insert":
            self._book("new", chapter, f"{section.number} a")
            return [section, Section(f"{section.number} a", (Wording(self.stycken(), str(_capital(NEW))),))]
        if what == "end":
            self._book("ends", chapter, section.number, act=None, day=DAY)
            return [replace(section, wordings=(replace(old, time=f"/Upphör att gälla U:{DAY}/"),))]
        if what == "heading":
            heading = (f"Nytt om {next(self._words)}",)
            self.headings.add(_label(chapter, section.number))
            return [replace(section, headings=heading)]
        return [section]

    def _book(
        self,
        kind: str,
        chapter: Chapter,
        number: str,
        act: Act | None = NEW,
        day: str | None = None,
        old: str | None = None,
    ) -> None:
        self.events.add(SectionEvent(kind, _label(chapter, number), act, day, old))  # type: ignore[arg-type]


def _label(chapter: Chapter, number: str) -> str:
    return f"{f'{chapter.number} kap. ' if chapter.number else ''}{number} §"


def _capital(act: Act) -> Act:
    return replace(act, kind=act.kind.capitalize())


def extracted(law: Law, *, page: bool) -> Extraction:
    text = from_html(as_html(law)).text if page else as_text(law)
    register = [Block("p", f"Ändrad: {law.amended}")] if law.amended else []
    return Extraction(law.title, (Block("h1", law.title), *register, *parse_law(text)[0]), law=law.number)


amendments = st.tuples(st.randoms(use_true_random=False), st.integers(1, 3), st.booleans(), st.booleans())


@settings(max_examples=60)
@given(amendments)
def test_what_is_said_is_what_was_done(drawn: tuple[random.Random, int, bool, bool]) -> None:
    said_is_what_was_done(drawn)


@only_in_long_runs
@pytest.mark.slow
@settings(max_examples=1000)
@given(amendments)
def test_what_is_said_is_what_was_done_many_times(drawn: tuple[random.Random, int, bool, bool]) -> None:
    said_is_what_was_done(drawn)


def said_is_what_was_done(drawn: tuple[random.Random, int, bool, bool]) -> None:
    chance, chapters, before_as_page, after_as_page = drawn
    drafter = Drafter(chance)
    law = drafter.law(chapters)
    amended = drafter.amend(law)
    after = extracted(amended, page=after_as_page)
    verdict = judge(extracted(law, page=before_as_page), after, fetched_after=AT)
    assert isinstance(verdict, Changed)
    blocks = [block for block in verdict.change.blocks if block.material]
    assert set(section_events(blocks)) == drafter.events

    assert fits(summarise_law(verdict.change))
    whole = joined_clauses(every_clause(verdict.change))
    told = {event.label for event in drafter.events} | {event.old for event in drafter.events if event.old}
    assert set(_numbers(whole["sv"])) == {_number(label) for label in told | drafter.headings}
    assert set(_numbers(whole["en"])) == set(_numbers(whole["sv"]))

    announced = {event.label for event in drafter.events if event.day}
    days = [(each.due_on.isoformat(), each.facts["name"]) for each in announced_events(after, AT, 2)]
    assert sorted(days) == sorted((DAY, label) for label in announced)

    if drafter.events:
        finding = compare_with_register(verdict.change, (Amendment(NEW.number, drafter.scope()),))
        assert finding is not None
        assert finding.agrees


def _number(label: str) -> str:
    return label.rpartition("kap. ")[2].removesuffix(" §")


def _numbers(summary: str) -> list[str]:
    """Return the section numbers that a summary names, in either language; "3–5" names three."""
    bare = re.sub(r"\(\d+:\d+\)|SFS \d+:\d+|\d{4}-\d\d-\d\d|\d+ kap\.|Chapter \d+|[“”].*?[“”]", "", summary)
    spans = [range(int(first), int(last) + 1) for first, last in re.findall(r"(\d+)–(\d+)", bare)]
    return [*re.findall(r"\d+(?: [a-z](?![a-z]))?", bare), *(str(number) for span in spans for number in span)]


@settings(max_examples=100)
@given(amendments)
def test_both_forms_of_a_law_read_the_same(drawn: tuple[random.Random, int, bool, bool]) -> None:
    chance, chapters, _, _ = drawn
    drafter = Drafter(chance)
    law = drafter.amend(drafter.law(chapters))
    assert extracted(law, page=True) == extracted(law, page=False)


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from("ab AÅ12§.\n/:;-()kap")))
def test_any_text_is_read_and_no_sign_of_it_is_lost(text: str) -> None:
    blocks, _ = parse_law(text)
    labels = [block.label for block in blocks if block.label]
    assert len(labels) == len(set(labels))
    kept = sum(sum(c.isalpha() for c in block.text) for block in blocks)
    # A number and its letter go into the label; the number of a chapter is there a second time.
    assert sum(c.isalpha() for c in text) - 2 * len(labels) <= kept
