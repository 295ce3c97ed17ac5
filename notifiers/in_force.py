"""What takes effect on a day, as the blocks and groups of a mail."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.law.days import EntryIntoForce, swedish_day
from monitor.core.model import BlockChange, EventKind, Op
from monitor.ports.values import ChangeView

_KINDS = {"section": "section", "heading": "h3", "law": "p"}


def in_force_together(views: Iterable[ChangeView]) -> list[list[ChangeView]]:
    """The views of what takes effect, those of one day together."""
    days: dict[object, list[ChangeView]] = {}
    for view in views:
        if view.event.kind is EventKind.IN_FORCE:
            days.setdefault(view.event.due_on, []).append(view)
    return list(days.values())


def came_late(view: ChangeView) -> bool:
    """Whether the reader is told after the day itself: in a digest, or because nothing ran on it."""
    digest = view.subscription is not None and view.subscription.frequency != "immediately"
    return digest or (view.event.due_on is not None and swedish_day(view.event.at) > view.event.due_on)


def as_change(part: EntryIntoForce) -> BlockChange:
    """The old wording against the one that is in force from that day on."""
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
    if part.to is not None:
        return "moved"
    if part.after is None:
        return "removed"
    return "edited" if part.before else "added"
