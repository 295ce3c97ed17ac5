"""Every statute of the collection, read and compared: nothing is lost, no § is mislabelled, no clause is false.

Shown figures: `pytest tests/acceptance/test_statutes.py -m slow -s`.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from monitor.core.judging.compare import judge
from monitor.core.law.chapters import law_events
from monitor.core.law.days import law_on_day
from monitor.core.model import Block, Changed, Extraction
from monitor.wording.law_phrases import LONGEST_SENTENCE
from monitor.wording.law_summary import summarise_law
from tests.acceptance.statutes.announcements import announcement
from tests.acceptance.statutes.collection import ARCHIVE, Statute, extraction_of, pairs, statutes
from tests.acceptance.statutes.judge import faults
from tests.acceptance.statutes.scanner import labels
from tests.faults.lab import scaled

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ARCHIVE.exists(), reason=f"the collection of statutes is not at {ARCHIVE}"),
]
AT = datetime(2026, 6, 1, tzinfo=UTC)
DISAGREE = {
    "2023:200": "2 § lists the chapters and is followed by 3 §; the scanner takes the list for the chapters",
}
"""Statutes of which the independent scanner reads other labels, and why the scanner is wrong."""
TOLD_OFTEN = {
    "1978:250": "sections that are repealed together are each one: the notice is in each",
}
"""Statutes of which words are in several blocks, and why."""
_MARK = re.compile(
    r"/\s*(?:[^\W\d_]+\s+)?(?:träder\s+i\s?kraft|upphör\s+att\s+gälla|ny\s+beteckning[^/]{0,30})\s+[IU]\s*:[^/]{0,80}/",
    re.IGNORECASE,
)
_MARK_IN_WORDS = re.compile(
    r"(?:Träder i kraft|Upphör att gälla|Ny beteckning [^\n]{1,20} från) "
    r"(?:\d{4}-\d\d-\d\d|den dag[^\n:]{1,30}bestämmer)(?: genom \w+ \(\d+:\d+\))?:?"
)
_MARK_OF_HEADING = re.compile(
    r"(?: \((?:rubriken )?(?:träder i kraft|upphör att gälla) [^()]*(?:\([^()]*\))?\))+$"
)  # fmt: skip
_DIVIDED = re.compile(r"-[ \t]*\n[ \t]*(?!(?:och|eller|samt|respektive|resp\.|till)\b)")
_RAW_MARK = re.compile(r"/[^/\n]{0,40}\b[IU]\s?:")
_SHORT = re.compile(r"\d+|[a-zåäö]{1,2}")
"""Numbers and letters: those of a § are in its label."""


def words(text: str) -> Counter[str]:
    """Return how often each word occurs, whatever its hyphens."""
    found = re.findall(r"[^\W_]+", text.replace("-", "").replace("\xad", "").lower())
    return Counter(word for word in found if not _SHORT.fullmatch(word))


def words_of(block: Block) -> Counter[str]:
    mark = _MARK_OF_HEADING if block.kind.startswith("h") else _MARK_IN_WORDS
    return words(mark.sub("", block.text))


def test_every_word_is_in_a_block_and_no_mark_stays_unnoted() -> None:
    for statute in islice(statutes(), None, None, scaled(8, 1)):
        extraction = extraction_of(statute.text, Statute(statute.number, "", statute.text, "", "", ""))
        text = _MARK.sub(" ", statute.text.replace("\r\n", "\n"))
        written = words(_DIVIDED.sub("", text))
        read = sum((words_of(block) for block in extraction.blocks), Counter())
        assert written - read == {} or statute.number in TOLD_OFTEN, statute.number
        assert read - written == {} or statute.number in TOLD_OFTEN, statute.number
        raw = [block.text for block in extraction.blocks if _RAW_MARK.search(block.text)]
        assert not raw or extraction.notes, (statute.number, raw)


def test_an_independent_scan_finds_the_same_sections() -> None:
    seen = differing = 0
    for statute in statutes():
        ours = {block.label for block in statute.extraction.blocks if block.label}
        theirs = set(labels(statute.text))
        assert ours == theirs or statute.number in DISAGREE, (statute.number, ours ^ theirs)
        seen += len(ours | theirs)
        differing += len(ours ^ theirs)
    print(f"{seen - differing} of {seen} labels agree: {1 - differing / seen:.2%}")  # noqa: T201  the figure, with -s
    assert differing <= 0.005 * seen


def test_every_changed_section_of_real_amendments_is_told_once_and_truly() -> None:
    lengths = []
    for before, after in pairs():
        verdict = judge(before.extraction, after.extraction, fetched_after=AT)
        assert isinstance(verdict, Changed)
        chapters, sections = law_events(verdict.change.blocks)
        assert list(faults(before.text, after.text, sections, chapters)) == [], before.number
        lengths += [len(text) for text in summarise_law(verdict.change).values()]
    print(f"{len(pairs())} pairs; sentences: median {statistics.median(lengths)}, longest {max(lengths)}")  # noqa: T201  the figure, with -s
    assert max(lengths) <= LONGEST_SENTENCE


def test_what_a_statute_announces_is_told_once_and_nothing_when_its_day_comes() -> None:
    found = [(statute, told) for statute in statutes() if (told := announcement(statute.text))]
    days = 0
    for statute, told in found:
        announced = extraction_of(told.announced, statute)
        assert labels_told(extraction_of(told.before, statute), announced, AT) == set(told.days), statute.number
        for day in sorted({day for days_of_one in told.days.values() for day in days_of_one}):
            days += 1
            in_force = extraction_of(told.in_force(day), statute)
            after = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(days=1)
            assert material(announced, in_force, after) == [], (statute.number, day)
            announced = in_force
    sections = sum(len(told.days) for _, told in found)
    print(f"{len(found)} statutes announce changes of {sections} sections for {days} days")  # noqa: T201  the figure, with -s
    assert found


def test_a_statute_reads_on_a_day_as_it_does_once_the_marks_of_that_day_are_gone() -> None:
    compared = 0
    for statute in statutes():
        told = announcement(statute.text)
        if told is None:
            continue
        announced = extraction_of(told.announced, statute).blocks
        days = sorted({day for days_of_one in told.days.values() for day in days_of_one})
        eve = date.fromisoformat(days[0]) - timedelta(days=1)
        for day, expected in ((eve, told.before), (date.fromisoformat(days[-1]), told.in_force(days[-1]))):
            blocks = [part.block for part in law_on_day(announced, day)]
            assert texts(blocks) == texts(extraction_of(expected, statute).blocks), (statute.number, day)
            compared += 1
    print(f"{compared} texts of a day agree")  # noqa: T201  the figure, with -s
    assert compared


def texts(blocks: Iterable[Block]) -> Counter[tuple[str | None, str]]:
    """Return the texts without their order: a heading may be printed between two wordings of the section before it."""
    return Counter((block.label, block.text) for block in blocks)


def labels_told(before: Extraction, after: Extraction, at: datetime) -> set[str]:
    """Return the sections of which a clause tells something, each for a day."""
    verdict = judge(before, after, fetched_after=at)
    assert isinstance(verdict, Changed)
    chapters, sections = law_events([block for block in verdict.change.blocks if block.material])
    assert all(event.day for event in sections)
    told = {label for event in sections for label in (event.label, event.old) if label}
    return told | {label for event in chapters for label in event.labels}


def material(before: Extraction, after: Extraction, at: datetime) -> list[str]:
    verdict = judge(before, after, fetched_after=at)
    changes = verdict.change.blocks if isinstance(verdict, Changed) else ()
    return [f"{block.op} {block.label or block.after or block.before}" for block in changes if block.material]
