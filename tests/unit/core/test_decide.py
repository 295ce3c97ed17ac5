"""The decision on one page result: outcome, what is kept, and what is notified."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging.decide import Decision, PageMoved, PageNotSeen, PageResult, PageSeen, decide
from monitor.core.model import (
    Baseline,
    BlockChange,
    Change,
    Changed,
    EventKind,
    Outcome,
    Suspect,
    Unchanged,
    WatchState,
)
from monitor.errors import Reason

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
PATIENCE = timedelta(days=2)
CHANGE = Change((BlockChange("added", "p", (), None, None, "Nytt", "content", material=True, rule="content-added"),))
SHRUNK = Reason("shrunk", {"before": 40, "after": 2})
KNOWN = WatchState(outcome=Outcome.UNCHANGED, last_seen=NOW - timedelta(hours=6), last_changed=NOW - timedelta(days=30))
LAST_SEEN = {"last_seen": (NOW - timedelta(hours=6)).isoformat()}


def unseen(code: str = "timeout", **facts: str | int | None) -> PageNotSeen:
    return PageNotSeen(Reason(code, dict(facts)))


def status(code: int) -> PageNotSeen:
    return unseen("http-status", status=code, url="https://example.org/")


def suspect(text: str = "t1", underlying: Baseline | Changed | None = None) -> PageSeen:
    return PageSeen(Suspect(SHRUNK), text, f"raw-{text}", underlying or Changed(CHANGE))


UNCHANGED = PageSeen(Unchanged(), "t0", "raw")
CHANGED = PageSeen(Changed(CHANGE), "t1", "raw")


def check(watch_state: WatchState, seen: PageResult, *, at: datetime = NOW, accept: bool = False) -> Decision:
    return decide(watch_state, seen, at, PATIENCE, accept=accept)


def follow(watch_state: WatchState, seen: PageResult, every: timedelta, times: int) -> list[Decision]:
    """Decide on the same page result `times` times, from NOW on; return all decisions."""
    decisions = []
    for number in range(times):
        decisions.append(check(watch_state, seen, at=NOW + number * every))
        watch_state = decisions[-1].watch_state
    return decisions


def test_the_first_check_becomes_a_revision_and_tells_nobody() -> None:
    decision = check(WatchState(), PageSeen(Baseline(), "t", "raw"))
    assert (decision.outcome, decision.keep, decision.change, decision.events) == (Outcome.FIRST, True, None, ())
    assert decision.watch_state == WatchState(outcome=Outcome.FIRST, last_seen=NOW, last_changed=NOW)


def test_an_unchanged_page_keeps_nothing_and_remembers_when_it_last_changed() -> None:
    decision = check(KNOWN, UNCHANGED)
    assert (decision.outcome, decision.keep) == (Outcome.UNCHANGED, False)
    assert decision.watch_state == replace(KNOWN, last_seen=NOW)


def test_a_changed_page_is_kept_with_its_change() -> None:
    decision = check(KNOWN, CHANGED)
    assert (decision.outcome, decision.keep, decision.change) == (Outcome.CHANGED, True, CHANGE)
    assert decision.watch_state.last_changed == NOW


def test_a_page_that_is_not_seen_keeps_what_was_known_and_counts_failures() -> None:
    first, second = follow(KNOWN, unseen(), timedelta(hours=1), 2)
    assert [first.outcome, second.outcome] == [Outcome.NOT_SEEN] * 2
    assert not first.keep
    assert second.watch_state.failures == 2
    assert second.watch_state.failing_since == NOW
    assert second.watch_state.last_seen == KNOWN.last_seen
    assert second.watch_state.last_changed == KNOWN.last_changed


def test_readers_are_told_once_when_patience_has_run_out_and_once_when_the_page_is_seen_again() -> None:
    decisions = follow(KNOWN, unseen(), timedelta(hours=12), 8)
    told = [[kind for kind, _ in decision.events] for decision in decisions]
    assert told == [[], [], [], [], [], [EventKind.BLIND], [], []]
    facts = decisions[5].events[0][1]
    assert facts == {"since": NOW.isoformat(), "code": "timeout", "facts": {}, **LAST_SEEN}
    again = check(decisions[-1].watch_state, UNCHANGED, at=NOW + timedelta(days=5))
    assert again.events == ((EventKind.SEEN_AGAIN, {"since": NOW.isoformat(), "changed": False, **LAST_SEEN}),)
    assert again.watch_state.failures == 0
    assert check(again.watch_state, UNCHANGED).events == ()


def test_a_page_that_comes_back_changed_says_both() -> None:
    blind = follow(KNOWN, unseen(), timedelta(days=3), 2)[-1].watch_state
    decision = check(blind, CHANGED, at=NOW + timedelta(days=4))
    assert decision.change == CHANGE
    assert decision.events == ((EventKind.SEEN_AGAIN, {"since": NOW.isoformat(), "changed": True, **LAST_SEEN}),)


def test_a_suspect_page_is_no_revision() -> None:
    decision = check(KNOWN, suspect())
    assert (decision.outcome, decision.keep, decision.reason) == (Outcome.SUSPECT, False, SHRUNK)
    assert decision.watch_state.failures == 1


@pytest.mark.parametrize(
    ("every", "outcomes"),
    [
        (timedelta(minutes=30), ["suspect", "suspect", "changed"]),
        (timedelta(minutes=29), ["suspect", "suspect", "suspect", "changed"]),
        (timedelta(hours=6), ["suspect", "suspect", "changed"]),
    ],
)
def test_a_suspect_page_counts_after_three_equal_checks_over_at_least_an_hour(
    every: timedelta, outcomes: list[str]
) -> None:
    decisions = follow(KNOWN, suspect(), every, len(outcomes))
    assert [decision.outcome.value for decision in decisions] == outcomes
    assert decisions[-1].keep
    assert decisions[-1].watch_state.suspect is None


def test_another_suspect_text_begins_the_count_anew() -> None:
    watch_state = follow(KNOWN, suspect("one"), timedelta(hours=1), 2)[-1].watch_state
    decision = check(watch_state, suspect("two"), at=NOW + timedelta(hours=2))
    assert decision.outcome is Outcome.SUSPECT
    assert decision.watch_state.suspect is not None
    assert decision.watch_state.suspect.checks == 1


def test_a_suspicious_first_check_becomes_the_baseline_only_when_it_lasts() -> None:
    decisions = follow(WatchState(), suspect(underlying=Baseline()), timedelta(hours=1), 3)
    assert [decision.outcome for decision in decisions] == [Outcome.SUSPECT, Outcome.SUSPECT, Outcome.FIRST]


def test_the_operator_can_accept_what_looks_suspicious() -> None:
    assert check(KNOWN, suspect(), accept=True).outcome is Outcome.CHANGED


def test_a_suspicion_without_anything_underneath_cannot_be_accepted() -> None:
    bare = PageSeen(Suspect(SHRUNK), "t", "raw")
    assert check(KNOWN, bare, accept=True).outcome is Outcome.SUSPECT


def test_the_accepted_text_seen_again_after_a_suspicion_is_unchanged() -> None:
    decision = check(check(KNOWN, suspect()).watch_state, UNCHANGED)
    assert decision.outcome is Outcome.UNCHANGED
    assert decision.watch_state.suspect is None


def test_410_is_withdrawn_at_once_and_told_once_when_it_is_confirmed() -> None:
    first, second, third = follow(KNOWN, status(410), timedelta(hours=6), 3)
    assert (first.outcome, first.events) == (Outcome.WITHDRAWN, ())
    assert (second.outcome, second.events) == (
        Outcome.WITHDRAWN,
        ((EventKind.WITHDRAWN, {"status": 410, **LAST_SEEN}),),
    )
    assert (third.outcome, third.events) == (Outcome.WITHDRAWN, ())


MOVED = PageMoved("https://example.org/new")


@pytest.mark.parametrize(("minutes", "told_at"), [(10, 1), (9, 2), (4, 3), (3, 4)])
@pytest.mark.parametrize("seen", [MOVED, status(410)])
def test_a_lost_page_is_told_when_a_check_at_least_ten_minutes_later_says_the_same(
    seen: PageResult, minutes: int, told_at: int
) -> None:
    decisions = follow(KNOWN, seen, timedelta(minutes=minutes), told_at + 2)
    numbers = range(told_at + 2)
    assert [bool(decision.events) for decision in decisions] == [number == told_at for number in numbers]
    assert [decision.awaits_confirmation for decision in decisions] == [number < told_at for number in numbers]


def test_a_page_that_answers_again_before_it_was_told_to_be_lost_mails_nobody() -> None:
    moved = check(KNOWN, MOVED).watch_state
    back = check(moved, UNCHANGED, at=NOW + timedelta(minutes=5))
    assert (back.events, back.watch_state.lost_as, back.watch_state.lost_since) == ((), None, None)
    assert check(back.watch_state, MOVED, at=NOW + timedelta(minutes=20)).events == ()


@pytest.mark.parametrize("lost", [MOVED, status(410)])
def test_checks_that_were_not_seen_or_suspect_are_counted_in_a_row(lost: PageResult) -> None:
    state = KNOWN
    counted = []
    for result in (unseen(), suspect(), lost, lost, unseen(), suspect()):
        state = check(state, result).watch_state
        counted.append(state.failures)
    assert counted == [1, 2, 0, 0, 1, 2]


def test_withdrawn_does_not_confirm_moved() -> None:
    moved = check(KNOWN, MOVED).watch_state
    gone = check(moved, status(410), at=NOW + timedelta(minutes=20))
    assert (gone.outcome, gone.events) == (Outcome.WITHDRAWN, ())
    again = check(gone.watch_state, status(410), at=NOW + timedelta(minutes=30))
    assert [kind for kind, _ in again.events] == [EventKind.WITHDRAWN]


@pytest.mark.parametrize("between", [unseen(), suspect()])
def test_a_failure_between_two_checks_that_say_moved_is_no_objection(between: PageResult) -> None:
    moved = check(KNOWN, MOVED).watch_state
    broken = check(moved, between, at=NOW + timedelta(minutes=5)).watch_state
    assert [kind for kind, _ in check(broken, MOVED, at=NOW + timedelta(minutes=10)).events] == [EventKind.MOVED]


def test_a_loss_that_was_first_found_in_the_future_begins_anew() -> None:
    moved = check(KNOWN, MOVED, at=NOW + timedelta(days=400)).watch_state
    now = check(moved, MOVED)
    assert (now.events, now.watch_state.lost_since) == ((), NOW)


def test_only_what_is_to_be_confirmed_awaits_it() -> None:
    assert check(KNOWN, suspect()).awaits_confirmation
    assert not any(check(KNOWN, seen).awaits_confirmation for seen in (UNCHANGED, CHANGED, unseen(), status(404)))


@pytest.mark.parametrize(("lost", "lost_as"), [(MOVED, "moved"), (status(410), "withdrawn")])
def test_a_page_that_is_back_was_moved_or_withdrawn_rather_than_unreadable(lost: PageResult, lost_as: str) -> None:
    told = follow(KNOWN, lost, timedelta(hours=1), 2)[-1].watch_state
    facts = {"since": NOW.isoformat(), "changed": False, "lost_as": lost_as, **LAST_SEEN}
    assert check(told, UNCHANGED, at=NOW + timedelta(hours=2)).events == ((EventKind.SEEN_AGAIN, facts),)
    both = replace(told, told=told.told | {EventKind.BLIND})
    [(_, facts)] = check(both, UNCHANGED, at=NOW + timedelta(hours=2)).events
    assert "lost_as" not in facts, "it was unreadable as well: that is what is known of the whole time"


def test_404_is_withdrawn_only_when_it_outlasts_the_patience() -> None:
    decisions = follow(KNOWN, status(404), timedelta(days=1), 6)
    assert [decision.outcome for decision in decisions] == [*[Outcome.NOT_SEEN] * 3, *[Outcome.WITHDRAWN] * 3]
    told = [[kind for kind, _ in decision.events] for decision in decisions]
    assert told == [[], [], [], [], [EventKind.WITHDRAWN], []], "once, and confirmed like any other"


def test_another_failure_between_two_404s_begins_the_patience_anew() -> None:
    gone = check(KNOWN, status(404)).watch_state
    broken = check(gone, status(500), at=NOW + timedelta(days=1)).watch_state
    assert broken.gone_since is None
    assert check(broken, status(404), at=NOW + timedelta(days=3)).outcome is Outcome.NOT_SEEN


def test_a_permanent_redirect_is_moved_and_told_once_also_when_another_failure_comes_between() -> None:
    first, second, third = follow(KNOWN, MOVED, timedelta(hours=1), 3)
    assert (first.outcome, first.events) == (Outcome.MOVED, ())
    assert second.events == ((EventKind.MOVED, {"to": "https://example.org/new", **LAST_SEEN}),)
    assert third.events == ()
    broken = check(third.watch_state, unseen(), at=NOW + timedelta(hours=3)).watch_state
    assert check(broken, MOVED, at=NOW + timedelta(hours=4)).events == ()


def test_a_moved_page_that_answers_again_is_told() -> None:
    moved = follow(KNOWN, MOVED, timedelta(minutes=10), 2)[-1].watch_state
    kinds = [kind for kind, _ in check(moved, UNCHANGED, at=NOW + timedelta(days=1)).events]
    assert kinds == [EventKind.SEEN_AGAIN]


PAGE_RESULTS = st.sampled_from(
    [UNCHANGED, CHANGED, suspect(), suspect("other"), unseen(), status(404), status(410), PageMoved("https://e.org/n")]
)


@given(st.lists(st.tuples(PAGE_RESULTS, st.integers(min_value=1, max_value=40)), max_size=40))
def test_whatever_happens_readers_are_told_once_of_a_silence_and_only_a_seen_page_is_kept(
    results: list[tuple[PageResult, int]],
) -> None:
    watch_state, at, silent = KNOWN, NOW, set[EventKind]()
    for seen, hours in results:
        at += timedelta(hours=hours)
        decision = decide(watch_state, seen, at, PATIENCE)
        assert decision.keep == (decision.outcome in {Outcome.CHANGED, Outcome.FIRST})
        for kind, _ in decision.events:
            if kind is EventKind.SEEN_AGAIN:
                assert silent
            else:
                assert kind not in silent
        silent = {*silent, *(kind for kind, _ in decision.events)} - {EventKind.SEEN_AGAIN}
        if decision.outcome in {Outcome.UNCHANGED, Outcome.CHANGED}:
            assert decision.watch_state.told == frozenset()
            assert decision.watch_state.failures == 0
            silent = set()
        watch_state = decision.watch_state


def test_a_page_as_it_was_is_uneventful_unless_somebody_is_to_be_told() -> None:
    assert Decision(Outcome.UNCHANGED, KNOWN).is_uneventful
    assert not Decision(Outcome.UNCHANGED, KNOWN, events=((EventKind.SEEN_AGAIN, {}),)).is_uneventful
    assert not Decision(Outcome.CHANGED, KNOWN, change=CHANGE).is_uneventful
