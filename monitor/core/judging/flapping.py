"""What the history of a page says of its newest change: it flips between two texts, or its date moves by itself.

A ──► B ──► A          two changes, and readers are told of both
            └──► B     the third time the page is flapping: one mail says so, then none until something else comes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.core.judging.significance import RULES
from monitor.core.model import Change, Changed, Flapping, PastRevision

FLAPPING_WITHIN = timedelta(days=7)
"""Texts that come back more slowly than this are seasons, no flapping."""
LOOKS_IN_A_ROW = 4
"""A date that moved at so many looks, one after the other, moves by itself."""
ONE_LOOK = timedelta(minutes=2)
"""A text that was first and last seen no further apart was seen at one look alone."""
_DATE_RULES = frozenset({"update-date", "automatic-stamp"})
STEPS = LOOKS_IN_A_ROW
"""How many revisions these judgements look back."""


def flapping(past: Sequence[PastRevision], text_sha256: str, now: datetime) -> Flapping | None:
    """Whether a new text brings back what the page said two revisions ago, for the second time.

    `past`: the latest revisions, the newest first.
    """
    now_is = PastRevision(now, text_sha256)
    if not _goes_back_and_forth([now_is, *past[:3]]):
        return None
    return Flapping(past[2].taken_at, told=_goes_back_and_forth(past[:4]))


def _goes_back_and_forth(newest_first: Sequence[PastRevision]) -> bool:
    if len(newest_first) < 4:
        return False
    first, second, third, fourth = newest_first[:4]
    is_soon = first.taken_at - fourth.taken_at <= FLAPPING_WITHIN
    return is_soon and first.text_sha256 == third.text_sha256 and second.text_sha256 == fourth.text_sha256


def stamps_itself(past: Sequence[PastRevision], last_seen: datetime) -> bool:
    """Whether the page's own date has moved at every look of late. `last_seen`: when the newest of `past` was."""
    ends = [last_seen, *(revision.seen_before or revision.taken_at for revision in past)]
    steps = list(zip(past, ends, strict=False))[: LOOKS_IN_A_ROW - 1]
    return len(steps) == LOOKS_IN_A_ROW - 1 and all(
        revision.rule in _DATE_RULES and end - revision.taken_at <= ONE_LOOK for revision, end in steps
    )


def in_view_of_history(verdict: Changed, past: Sequence[PastRevision], last_seen: datetime) -> Changed:
    """The verdict, a date that moves at every look being an automatic stamp where nothing else that matters differs."""
    material = [block for block in verdict.change.blocks if block.material]
    is_date_alone = bool(material) and all(block.rule == "update-date" for block in material)
    return Changed(_stamped(verdict.change)) if is_date_alone and stamps_itself(past, last_seen) else verdict


def _stamped(change: Change) -> Change:
    stamp = RULES["automatic-stamp"]
    blocks = tuple(
        replace(block, category=stamp.category, material=stamp.material, rule="automatic-stamp")
        if block.rule == "update-date"
        else block
        for block in change.blocks
    )
    return replace(change, blocks=blocks)
