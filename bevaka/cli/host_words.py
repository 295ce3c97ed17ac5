"""What the command line says of hosts whose pages cannot be checked as often as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from bevaka.cli.console import plural
from bevaka.cli.schedule_words import duration_words

if TYPE_CHECKING:
    from monitor.core.model import HostLoad, Schedule


LEFT_ALONE = "when its host may be asked again (Retry-After)"
"""Why a next check is later than the cadence says."""


def overloaded_words(schedule: Schedule) -> Iterator[str]:
    """Yield a sentence on each host that is asked for more than its spacing allows, with figures and a cure."""
    from monitor.core.schedule.host_load import overloaded

    for load in overloaded(schedule.watches, schedule.host_delay):
        yield f"{said(load, schedule.host_delay)}; {cure(load, schedule.host_delay)}"


def said(load: HostLoad, spacing: timedelta) -> str:
    """Return what a host is asked for: "a.example: 5000 pages, 2 s apart, need 2.8 times the time that …"."""
    pages = plural(load.pages, "page", "pages")
    return (
        f"{load.host}: {pages}, {duration_words(spacing)} apart, need {load.share:.1f} times the time that their"
        " cadences leave: they go round, each later than asked"
    )


def cure(load: HostLoad, spacing: timedelta) -> str:
    """Return what keeps the cadences: a longer `every`, or a shorter spacing."""
    shorter = spacing.total_seconds() / load.share
    return f"make `every` of its pages {load.share:.1f} times as long, or host_delay {shorter:.2g} s if the host agrees"
