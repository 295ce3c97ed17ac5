"""The `schedule` group: whether the schedule file is right, and when its watches are due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import date_and_time, emit, note, plural, say, table
from bevaka.cli.host_words import overloaded_words
from bevaka.cli.schedule_words import cadence_words, duration_words, too_frequent_words
from bevaka.cli.watch_argument import find_watch, watch_keys
from bevaka.exit_codes import USAGE

if TYPE_CHECKING:
    from monitor.core.model import Cadence, Schedule

HOSTS_SHOWN = 20
"""Hosts that `schedule plan` lists, those with the greatest load."""


@click.group(cls=Group)
def schedule() -> None:
    """Check the schedule file, and print when each watch is checked.

    \b
    Example:
      bevaka schedule check
      bevaka schedule plan
    """


@schedule.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mistake.")
def check_(file: Path | None, as_json: bool) -> int:
    """Say every mistake in the file, and which cadences cannot be kept.

    The file is the one that BEVAKA_SCHEDULE names, or FILE. Exits with 2 when there is a mistake. A credential that it
    names (${NAME}) and that is not set (BEVAKA_CREDENTIAL_NAME) is one. A cadence that is shorter than the daemon's
    tick, or than host_delay leaves time for, is no mistake, but is named: the watch is checked as often as can be.

    \b
    Example:
      bevaka schedule check
      bevaka schedule check new-schedule.yaml
    """
    import os

    from bevaka.settings import read_credentials
    from monitor.errors import ScheduleError
    from monitor.schedule_file import read_schedule

    path = file or _schedule_path()
    try:
        found = read_schedule(path, read_credentials(os.environ))
    except ScheduleError as error:
        for mistake in error.mistakes:
            if as_json:
                emit({"file": error.path, "line": mistake.line or None, "what": mistake.what})
        if not as_json:
            note(str(error))
        return USAGE
    if not as_json:
        say(f"{path}: right, {plural(len(found.watches), 'watch', 'watches')}")
        _note_what_cannot_be_kept(found)
    return 0


@schedule.command()
@click.argument("keys", nargs=-1, metavar="[WATCH]…", shell_complete=watch_keys)
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 24 * 31), help="How far ahead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def plan(keys: tuple[str, ...], hours: int, as_json: bool) -> None:
    """Print when each watch is checked.

    From now on, as its cadence says, and what that asks of each host. No check of a paused watch is planned. Failures,
    a server's Retry-After, the other pages of a host and the little that spreads watches come on top of it.

    \b
    Example:
      bevaka schedule plan
      bevaka schedule plan lansstyrelsen-kalmar --hours 168
    """
    from bevaka.assembly import Assembly
    from monitor.core.schedule.cadence import DAEMON_TICK

    with Assembly() as assembly:
        found = assembly.schedule
        now = assembly.clock.now()
        chosen = [find_watch(assembly, key) for key in keys] or found.watches
        paused = assembly.paused_keys() if assembly.has_database else frozenset[str]()  # none is made for a plan
    until, apart = now + timedelta(hours=hours), max(DAEMON_TICK, found.host_delay)
    lines, times = [], Counter[datetime]()
    for each in chosen:
        is_paused = each.key in paused
        planned_checks = [] if is_paused else list(planned(each.cadence, now, until, apart))
        times.update(at.replace(minute=0, second=0, microsecond=0) for at in planned_checks)
        if as_json:
            emit({"watch": each.key, "paused": is_paused, "looks": planned_checks})
            continue
        first = _next_ones(each.cadence, planned_checks)
        next_ones = f"paused, no check is planned: bevaka watch resume {each.key}" if is_paused else first
        lines.append([each.key, cadence_words(each.cadence), str(len(planned_checks)), next_ones])
    table(lines, ["watch", "looked at", f"looks in {hours} h", "the next ones"] if lines else None)
    if not as_json and not keys:
        _say_hosts(
            replace(found, watches=tuple(each for each in found.watches if each.key not in paused)), times, hours
        )


def _next_ones(cadence: Cadence, checks: Sequence[datetime]) -> str:
    """Return the next three checks in words, with seconds where they are less than a minute apart."""
    seconds = cadence.every is not None and cadence.every < timedelta(minutes=1)
    return ", ".join(date_and_time(at, cadence.timezone, seconds=seconds) for at in checks[:3]) or "–"


@schedule.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
def apply(file: Path | None) -> None:
    """Put the file in force, whichever machine's was before.

    The file is the one that BEVAKA_SCHEDULE names, or FILE. A daemon does so by itself, but for one case: on a database
    that several machines share, a file that differs from the one another machine has put in force may be old, and would
    archive what is new.

    \b
    Example:
      bevaka schedule apply
    """
    import os

    from bevaka.assembly import Assembly

    given = {"BEVAKA_SCHEDULE": str(file)} if file else {}
    with Assembly({**os.environ, **given}) as assembly:
        found = assembly.sync_schedule(supersede=True)
        with assembly.unit_of_work.read() as work:
            newest = work.schedules.newest()
    number = f", generation {newest.number}" if newest else ""
    said = f"{plural(found.watching, 'watch', 'watches')}{number}"
    say(f"in force: {said}; {found.added.count} added, {found.archived.count} archived")


def _say_hosts(schedule: Schedule, times: Counter[datetime], hours: int) -> None:
    """Print what is asked of each host, the busiest hour, and the hosts that are asked for more than they can get."""
    from monitor.core.schedule.host_load import host_loads

    loads = host_loads(schedule.watches, schedule.host_delay)
    if not loads:
        return
    say()
    rows = [[load.host, f"{load.pages:,}", f"{load.requests_a_day:,.0f}", f"{load.share:.0%}"] for load in loads]
    share = f"of its time, {duration_words(schedule.host_delay)} apart"
    table(rows[:HOSTS_SHOWN], ["host", "pages", "requests a day", share])
    if len(rows) > HOSTS_SHOWN:
        say(f"and {len(rows) - HOSTS_SHOWN} hosts that are asked for less")
    if times:
        busiest, count = max(times.items(), key=lambda pair: (pair[1], -pair[0].timestamp()))
        say(f"busiest hour of the next {hours}: from {date_and_time(busiest, schedule.timezone)}, {count:,} looks")
    _note_what_cannot_be_kept(schedule)


def _note_what_cannot_be_kept(schedule: Schedule) -> None:
    for sentence in (*too_frequent_words(schedule), *overloaded_words(schedule)):
        note(sentence)


def planned(cadence: Cadence, now: datetime, until: datetime, apart: timedelta) -> Iterator[datetime]:
    """Yield the times of the checks of a cadence after `now`, up to `until`, if none fails: at least `apart`."""
    from monitor.core.schedule.cadence import next_check

    while True:
        due = next_check(cadence, now, failures=0, suspect=False, retry_at=None, jitter=0.0)
        now = max(due, now + apart)
        if now > until:
            return
        yield now


def _schedule_path() -> Path:
    """Return the path that BEVAKA_SCHEDULE names. Raises SettingsError."""
    import os

    from bevaka.settings import read_settings

    return read_settings(os.environ).schedule
