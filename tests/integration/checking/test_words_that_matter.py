"""`only_if` and `expect_not` over the checks of a page: what is told, what is held back, what is not seen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import Condition, Outcome, Recipe, Schedule, Watch
from monitor.extractors.page import Page
from monitor.history import History
from monitor.reader import Reader
from storage.unit_of_work import SqlUnitOfWork
from tests.fakes.clock import FakeClock
from tests.fakes.fetcher import FakeFetcher

FRAME = (
    "<html lang=sv><title>Almby</title><main><h1>Stöd i Almby</h1>"
    "<p>Almby kommun ger stöd till den som behöver det, och den som är anhörig.</p>{}</main></html>"
)


class Subject:
    """A page that says something else at each check."""

    def __init__(self, unit_of_work: SqlUnitOfWork, clock: FakeClock) -> None:
        self._unit_of_work, self._clock = unit_of_work, clock
        self._fetcher = FakeFetcher(clock)
        reader = Reader([Page()])
        self._check = Check(unit_of_work, {"http": self._fetcher}, reader, clock, sender_domain="example.org")
        self.history = History(unit_of_work, lambda: reader)

    def watch(self, recipe: Recipe) -> None:
        """Watch it with a recipe."""
        self._watch = Watch("almby", "Almby", "https://example.org/almby", recipe=recipe, patience=timedelta(days=2))
        with self._unit_of_work.write() as work:
            work.watches.sync(Schedule((self._watch,)), self._clock.now())

    def check(self, *lines: str) -> CheckResult:
        """Check it an hour later, with these lines on it."""
        self._clock.move(hours=1)
        self._fetcher.says = FRAME.format("".join(f"<p>{line}</p>" for line in lines))
        result = self._check(self._watch, force=True)
        assert result is not None
        return result


@pytest.fixture
def page(unit_of_work: SqlUnitOfWork, clock: FakeClock) -> Subject:
    return Subject(unit_of_work, clock)


def told(result: CheckResult) -> bool:
    """True if a check found a change that is worth telling."""
    return result.outcome is Outcome.CHANGED and bool(result.material)


def test_a_change_without_the_words_is_kept_and_listed_and_not_told(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(any=("skyddat boende",))))
    assert page.check("Ring oss på dagen.", "Vi ordnar skyddat boende.").outcome is Outcome.FIRST
    result = page.check("Ring oss på kvällen.", "Vi ordnar skyddat boende.")
    assert (result.outcome, result.material) == (Outcome.CHANGED, False)
    assert result.summary is not None
    assert result.summary["sv"] == "Inget väsentligt har ändrats: annat än de ord som bevakas"
    assert told(page.check("Ring oss på kvällen.", "Vi ordnar skyddade boenden."))
    change = page.history.diff("almby#1", "almby#2").change
    assert change is not None
    assert [(block.rule, block.material) for block in change.blocks] == [("only-if", False)]


def test_a_line_that_goes_comes_back_and_goes_again(page: Subject) -> None:
    page.watch(Recipe(only_if=Condition(removed=("jour",))))
    line, other = "Vår jour svarar dygnet runt.", "Vi finns i rådhuset."
    page.check(other, line)
    assert [told(page.check(*lines)) for lines in ((other,), (other, line), (other,))] == [True, False, True]


def test_while_an_unwanted_text_is_there_nothing_is_told(page: Subject) -> None:
    page.watch(Recipe(expect_not="tillfälligt stängd"))
    page.check("Vi har öppet.")
    result = page.check("Sidan är Tillfälligt Stängd.", "Vi har flyttat.")
    assert result.outcome is Outcome.NOT_SEEN
    assert result.reason is not None
    assert (result.reason.code, result.reason.facts) == ("unwanted-text", {"found": "Tillfälligt Stängd"})
    assert page.check("Sidan är tillfälligt stängd.", "Vi har bytt namn.").outcome is Outcome.NOT_SEEN
    assert page.check("Vi har öppet.").outcome is Outcome.UNCHANGED
    assert page.check("Sidan är tillfälligt stängd.").outcome is Outcome.NOT_SEEN
    assert told(page.check("Vi har öppet igen, i nya lokaler."))


def test_a_first_look_at_an_unwanted_text_is_no_first_copy(page: Subject) -> None:
    page.watch(Recipe(expect_not="stängd"))
    assert page.check("Sidan är stängd.").outcome is Outcome.NOT_SEEN
    assert page.check("Vi har öppet.").outcome is Outcome.FIRST


def test_an_edit_of_the_words_tells_nobody_anything(page: Subject) -> None:
    page.watch(Recipe())
    page.check("Ring oss på dagen.")
    page.watch(Recipe(only_if=Condition(any=("jour",)), expect_not="stängd"))
    assert page.check("Ring oss på dagen.").outcome is Outcome.UNCHANGED
    assert not told(page.check("Ring oss på kvällen."))
    page.watch(Recipe())
    assert page.check("Ring oss på kvällen.").outcome is Outcome.UNCHANGED
    assert told(page.check("Ring oss på natten."))
