"""What the history of a page says about its newest change: flapping between two texts, or an automatic date.

A ──► B ──► A          two changes, and subscribers are notified of both
            └──► B     the third change is flapping: one mail says so, then none until a different text comes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.core.judging.significance import RULES
from monitor.core.model import Change, Changed, Flapping, PastRevision

FLAPPING_WITHIN = timedelta(days=7)
"""Texts that come back more slowly than this are seasonal, not flapping."""
CHECKS_IN_A_ROW = 4
"""A date that moved at this many checks in a row moves by itself."""
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
    return Flapping(past[2].taken_at, told=_goes_back_and_forth(past[:4]))


def _goes_back_and_forth(newest_first: Sequence[PastRevision]) -> bool:
    if len(newest_first) < 4:
        return False
    first, second, third, fourth = newest_first[:4]
    is_soon = first.taken_at - fourth.taken_at <= FLAPPING_WITHIN
    return is_soon and first.text_sha256 == third.text_sha256 and second.text_sha256 == fourth.text_sha256


def is_automatic_date(past: Sequence[PastRevision], last_seen: datetime) -> bool:
    """True if the page's own date moved at each of the last checks. `last_seen`: when the newest of `past` was."""
    ends = [last_seen, *(revision.seen_before or revision.taken_at for revision in past)]
    steps = list(zip(past, ends, strict=False))[: CHECKS_IN_A_ROW - 1]
    return len(steps) == CHECKS_IN_A_ROW - 1 and all(
        revision.rule in _DATE_RULES and end - revision.taken_at <= ONE_CHECK for revision, end in steps
    )


def with_history(verdict: Changed, past: Sequence[PastRevision], last_seen: datetime) -> Changed:
    """Return the verdict; a date that moves at every check is an automatic stamp if nothing else material differs."""
    material = [block for block in verdict.change.blocks if block.material]
    is_date_alone = bool(material) and all(block.rule == "update-date" for block in material)
    return (
        Changed(_with_automatic_stamp(verdict.change))
        if is_date_alone and is_automatic_date(past, last_seen)
        else verdict
    )


def _with_automatic_stamp(change: Change) -> Change:
    stamp = RULES["automatic-stamp"]
    blocks = tuple(
        replace(block, category=stamp.category, material=stamp.material, rule="automatic-stamp")
        if block.rule == "update-date"
        else block
        for block in change.blocks
    )
    return replace(change, blocks=blocks)
