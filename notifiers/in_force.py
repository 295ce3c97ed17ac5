"""Entries into force, grouped by day."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.law.days import swedish_day
from monitor.core.model import EventKind
from monitor.ports.values import ChangeView


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
