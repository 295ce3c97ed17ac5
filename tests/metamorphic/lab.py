"""The laboratory: an edit of a page in a layout and a language, judged as a check would judge it.

Everything is in process and pure: the extractor of pages, the comparison, the summary.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from monitor.core.judging.compare import compare
from monitor.core.model import LANGUAGES, Changed, Extraction, Fetched, Recipe, Suspect, Verdict
from monitor.errors import ExtractError, Reason
from monitor.extractors.page import Page
from monitor.wording.summary import summarise
from tests.metamorphic.content import SHEETS
from tests.metamorphic.edits import EDITS, Edit, Kind
from tests.metamorphic.layouts import LAYOUTS, html

FIRST_LOOK = datetime(2026, 3, 19, 9, tzinfo=UTC)
NEXT_LOOK = FIRST_LOOK + timedelta(days=1)
URL = "https://www.vinterlan.example/stod/vald"
KINDS: tuple[Kind, ...] = ("material", "noise", "suspect")

Came = Literal["told", "held back", "unchanged", "suspect"]
"""What came of an edit: readers are told, nobody is (a difference is listed, or there is none), or it is doubted."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One edit of one page: a layout, a language and an edit."""

    layout: str
    language: str
    edit: Edit

    def __str__(self) -> str:
        return f"{self.edit.name} [{self.layout}, {self.language}]"

    def pages(self) -> tuple[str, str]:
        """Return the HTML of the first look and of the next."""
        sheet = SHEETS[self.language]
        return html(self.layout, self.edit.before(sheet)), self.edit.markup(html(self.layout, self.edit.after(sheet)))


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a trial. `missing` are words and nouns that a summary should have had and has not.

    `said` is the summary in Swedish, or the code of a suspicion; `differs` the block changes, op, rule and both texts.
    """

    trial: Trial
    came: Came
    missing: tuple[str, ...] = ()
    said: str = ""
    differs: tuple[tuple[str, str, bool, str | None, str | None], ...] = ()

    @property
    def is_right(self) -> bool:
        """True if the verdict is the one that follows from how the edit is made, whatever the words."""
        wanted = {"material": {"told"}, "noise": {"held back", "unchanged"}, "suspect": {"suspect"}}
        return self.came in wanted[self.trial.edit.kind]


def trials(edits: Sequence[Edit] = EDITS) -> list[Trial]:
    """Return every edit in every layout and every language that has it."""
    return [
        Trial(layout, language, edit)
        for layout in LAYOUTS
        for language in SHEETS
        for edit in edits
        if edit.holds(language)
    ]


@dataclass(slots=True)
class Laboratory:
    """Runs trials; a first look that many trials share is extracted once."""

    _known: dict[str, Extraction | Reason] = field(default_factory=dict)

    def run(self, trials: Iterable[Trial]) -> Iterator[Result]:
        """Yield the result of each trial."""
        for trial in trials:
            before, after = trial.pages()
            yield result(trial, verdict(self._first(before), extract(after, NEXT_LOOK)))

    def _first(self, page: str) -> Extraction | Reason:
        if page not in self._known:
            self._known[page] = extract(page, FIRST_LOOK)
        return self._known[page]


def extract(page: str, at: datetime) -> Extraction | Reason:
    """Return the extraction of a page that was fetched at a time, or why there is none."""
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    try:
        return Page().extract(Fetched(URL, 200, headers, page.encode(), at), Recipe())
    except ExtractError as error:
        return error.reason()


def verdict(before: Extraction | Reason, after: Extraction | Reason) -> Verdict:
    """Return the verdict on two looks, as `bevaka compare` gives it."""
    for look in (before, after):
        if isinstance(look, Reason):
            return Suspect(look)
    assert isinstance(before, Extraction)
    assert isinstance(after, Extraction)
    alone = compare(None, before, fetched_after=FIRST_LOOK)
    if isinstance(alone, Suspect):
        return alone
    return compare(before, after, fetched_before=FIRST_LOOK, fetched_after=NEXT_LOOK)


def result(trial: Trial, verdict: Verdict) -> Result:
    """Return what came of a trial, and which words are missing where readers are told."""
    if isinstance(verdict, Suspect):
        return Result(trial, "suspect", said=verdict.reason.code)
    if not isinstance(verdict, Changed):
        return Result(trial, "unchanged")
    change = verdict.change
    summaries = summarise(change)
    differs = tuple((one.op, one.rule, one.material, one.before, one.after) for one in change.blocks)
    if not change.material:
        return Result(trial, "held back", (), summaries["sv"], differs)
    missing = tuple(word for language in LANGUAGES for word in _missing(trial, language, summaries[language]))
    return Result(trial, "told", missing, summaries["sv"], differs)


def _missing(trial: Trial, language: Literal["sv", "en"], summary: str) -> Iterator[str]:
    """Yield the words of an edit that its summary has not, each with the language of the summary."""
    said = " ".join(summary.split())
    for word in trial.edit.words(trial.language):
        if not re.search(rf"(?<!\w){re.escape(word.strip('.,?'))}(?!\w)", said):
            yield f"{language}: {word}"
    noun = trial.edit.noun
    if noun is not None and not re.search(noun.sv if language == "sv" else noun.en, said, re.IGNORECASE):
        yield f"{language}: <{noun.sv if language == 'sv' else noun.en}>"


@dataclass(slots=True)
class Tally:
    """What came of many trials of one kind."""

    came: Counter[str] = field(default_factory=Counter)
    right: int = 0
    with_words: int = 0

    def add(self, result: Result) -> None:
        """Count a result."""
        self.came[result.came] += 1
        self.right += result.is_right
        self.with_words += result.came == "told" and not result.missing

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.came + other.came, self.right + other.right, self.with_words + other.with_words)

    @property
    def number(self) -> int:
        """The number of trials."""
        return self.came.total()

    @property
    def share_right(self) -> float:
        """The share of right verdicts, 0 to 1; 1 where there was no trial."""
        return self.right / self.number if self.number else 1.0

    @property
    def share_with_words(self) -> float:
        """The share of what was told whose summary has all its words, 0 to 1; 1 where nothing was told."""
        return self.with_words / self.came["told"] if self.came["told"] else 1.0


def tallied(results: Iterable[Result]) -> dict[tuple[str, Kind], Tally]:
    """Count results by layout and kind."""
    tallies: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
    for one in results:
        tallies[one.trial.layout, one.trial.edit.kind].add(one)
    return dict(tallies)
