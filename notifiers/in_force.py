"""Entries into force of one day, grouped and as block changes for a mail."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.law.days import EntryIntoForce, swedish_day
from monitor.core.model import BlockChange, EventKind, Op
from monitor.ports.values import ChangeView

_KINDS = {"section": "section", "heading": "h3", "law": "p"}


def group_by_day(views: Iterable[ChangeView]) -> list[list[ChangeView]]:
    """Group the views of entries into force by their day."""
    days: dict[object, list[ChangeView]] = {}
    for view in views:
        if view.event.kind is EventKind.IN_FORCE:
            days.setdefault(view.event.due_on, []).append(view)
    return list(days.values())


def came_late(view: ChangeView) -> bool:
    """True if the notification comes after the day itself: in a digest, or because no daemon ran on that day."""
    digest = view.subscription is not None and view.subscription.frequency != "immediately"
    return digest or (view.event.due_on is not None and swedish_day(view.event.at) > view.event.due_on)


def as_change(part: EntryIntoForce) -> BlockChange:
    """Return the change from the old wording to the one in force from that day."""
    return BlockChange(
        op=_op(part),
        kind=_KINDS[part.part],
        heading=(),
        label=part.to or part.name if part.part == "section" else None,
        before=part.before,
        after=part.after,
        category="in-force",
        material=True,
        rule="in-force",
        label_before=part.name if part.to else None,
    )


def _op(part: EntryIntoForce) -> Op:
    if part.to is not None and part.before == part.after:
        return "moved"
    if part.after is None:
        return "removed"
    return "edited" if part.before else "added"
