"""Watches as they are named on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.model import Schedule, Watch


def find_watch(schedule: Schedule, key: str) -> Watch:
    """Return the watch with this key. Raises UnknownWatch, which names the keys of the schedule."""
    from monitor.errors import UnknownWatch

    watch = schedule.watch(key)
    if watch is None:
        raise UnknownWatch(key, tuple(each.key for each in schedule.watches))
    return watch


def require_watch(schedule: Schedule, key: str) -> None:
    """Do nothing if the schedule has a watch with this key. Raises UnknownWatch otherwise, as `find_watch` does."""
    find_watch(schedule, key)
