"""What the history of a page says about its newest change: flapping between two texts, or an automatic date.

A ──► B ──► A          two changes, and subscribers are notified of both
            └──► B     the third change is flapping: one mail says so, then none until a different text comes
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from monitor.core.judging.own_date import as_stamp, as_update, is_date_alone, is_stamp_alone
from monitor.core.judging.rules.date_stamps import local_day
from monitor.core.model import Changed, Flapping, PastRevision

FLAPPING_WITHIN = timedelta(days=7)
"""Texts that come back more slowly than this are seasonal, not flapping."""
CHECKS_IN_A_ROW = 4
"""A date that moved at this many checks in a row, or on this many days in a row, moves by itself."""
STAMP_DAYS = 2
"""A date that was the day of each check moves by itself once it has moved alone on this many days."""
ONE_CHECK = timedelta(minutes=2)
"""A text that was first and last seen no further apart than this was seen at a single check."""
_DATE_RULES = frozenset({"update-date", "automatic-stamp"})
REVISIONS_BACK = CHECKS_IN_A_ROW
"""How many revisions back these judgements reach."""


def flapping(past: Sequence[PastRevision], text_sha256: str, now: datetime) -> Flapping | None:
    """Return the flapping if a new text restores that of two revisions ago for the second time, else None.

    `past`: the latest revisions, the newest first.
    """
    newest = PastRevision(now, text_sha256)
    if not _goes_back_and_forth([newest, *past[:3]]):
        return None
    return Flapping(past[1].taken_at, told=_goes_back_and_forth(past[:4]))


def _goes_back_and_forth(newest_first: Sequence[PastRevision]) -> bool:
    if len(newest_first) < 4:
        return False
    first, second, third, fourth = newest_first[:4]
    is_soon = first.taken_at - fourth.taken_at <= FLAPPING_WITHIN
    return is_soon and first.text_sha256 == third.text_sha256 and second.text_sha256 == fourth.text_sha256


def is_automatic_date(past: Sequence[PastRevision], last_seen: datetime, timezone: str) -> bool:
    """True if the page's own date moved at each of the last checks, or on each of the last days.

    `last_seen`: when the newest of `past` was; `timezone`: the watch's, in which days are counted.
    """
    steps = _steps(past, last_seen)[: CHECKS_IN_A_ROW - 1]
    at_each_check = len(steps) == CHECKS_IN_A_ROW - 1 and all(
        revision.rule in _DATE_RULES and end - revision.taken_at <= ONE_CHECK for revision, end in steps
    )
    return at_each_check or _moved_on_each_day(past, timezone)


def follows_the_day(past: Sequence[PastRevision], last_seen: datetime, timezone: str) -> bool:
    """True if the page's own date moved alone on the last two days on which the page was new, and outlived neither.

    A date that was still shown on a later day is kept by people. Arguments as in `is_automatic_date`.
    """
    days: set[date] = set()
    for revision, end in _steps(past, last_seen):
        day = local_day(revision.taken_at, timezone)
        if revision.rule not in _DATE_RULES or local_day(end, timezone) != day:
            break
        days.add(day)
    return len(days) >= STAMP_DAYS


def seen_once(past: Sequence[PastRevision], last_seen: datetime) -> bool:
    """True if the newest revision was seen at a single check. Arguments as in `is_automatic_date`."""
    return bool(past) and last_seen - past[0].taken_at <= ONE_CHECK


def _steps(past: Sequence[PastRevision], last_seen: datetime) -> list[tuple[PastRevision, datetime]]:
    """Return each revision, the newest first, with the time when its text was last seen."""
    ends = [last_seen, *(revision.seen_before or revision.taken_at for revision in past)]
    return list(zip(past, ends, strict=False))


def _moved_on_each_day(past: Sequence[PastRevision], timezone: str) -> bool:
    """True if each of the last revisions came from a move of the date, one a day and on one day after another.

    So moves the date of a page that counts its days elsewhere.
    """
    latest = past[:CHECKS_IN_A_ROW]
    if len(latest) < CHECKS_IN_A_ROW or any(revision.rule not in _DATE_RULES for revision in latest):
        return False
    days = [local_day(revision.taken_at, timezone) for revision in latest]
    return all(later - earlier == timedelta(days=1) for later, earlier in pairwise(days))


def with_history(verdict: Changed, past: Sequence[PastRevision], last_seen: datetime, timezone: str) -> Changed:
    """Return the verdict; a date that moves by itself is an automatic stamp if nothing else material differs.

    Without two days on which it did so alone, a date that equals the day of each check is still told: a page that is
    worked on two days running looks the same.
    """
    change = verdict.change
    if is_date_alone(change):
        return Changed(as_stamp(change)) if is_automatic_date(past, last_seen, timezone) else verdict
    if is_stamp_alone(change) and not (
        follows_the_day(past, last_seen, timezone) or is_automatic_date(past, last_seen, timezone)
    ):
        return Changed(as_update(change))
    return verdict
