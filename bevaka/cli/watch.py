"""`watch` and `schedule`: what is watched, trying it, pausing it, and whether the schedule file is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import clock_time, emit, note, plural, say, styled, table
from bevaka.cli.watch_add import add
from bevaka.exit_codes import USAGE

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Cadence, Schedule, Watch

SIZE_UNITS = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3), ("B", 1))


@click.group(cls=Group)
def watch() -> None:
    """List, show, try and add watches; pause and resume them.

    \b
    Example:
      bevaka watch list
      bevaka watch test lansstyrelsen-kalmar
    """


watch.add_command(add)


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool) -> None:
    """Every watch, and how it stands.

    \b
    Example:
      bevaka watch list
      bevaka watch list --json
    """
    with closing(_assembly()) as assembly:
        schedule = assembly.schedule
        states = {row.watch: row.state for row in assembly.history.status()}
    rows = [(each, states.get(each.key, "waiting")) for each in schedule.watches]
    if as_json:
        for each, state in rows:
            emit({**_facts(each), "state": state})
        return
    lines = [[each.key, state.replace("_", " "), cadence_words(each.cadence), each.name] for each, state in rows]
    table(lines, ["watch", "state", "looked at", "name"] if lines else None)
    if not lines:
        note("nothing is watched: the schedule file names no watch")


@watch.command()
@click.argument("key", metavar="WATCH")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(key: str, as_json: bool) -> None:
    """All that is said of one watch.

    What the schedule file says, its defaults included, and how the watch stands.

    \b
    Example:
      bevaka watch show sfs-2021-995
    """
    from bevaka.cli.watch_test import recipe_lines
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    with closing(_assembly()) as assembly:
        chosen = _find(assembly.schedule, key)
        row = next((row for row in assembly.history.status() if row.watch == key), None)
    state = row.state if row else "waiting"
    reason = reason_sentence(row.reason, chosen.language) if row and row.reason else None
    if as_json:
        status = {
            "state": state,
            "last_seen": row.last_seen if row else None,
            "last_changed": row.last_changed if row else None,
            "next_check": row.next_check if row else None,
            "failures": row.failures if row else 0,
            "reason": reason,
        }
        emit({**_facts(chosen), **status})
        return
    zone = chosen.cadence.timezone
    say(styled(chosen.key, bold=True) + f"  {printable(chosen.name)}")
    lines = [
        ["address", chosen.url],
        *([["law", f"SFS {chosen.sfs}"]] if chosen.sfs else []),
        ["looked at", f"{cadence_words(chosen.cadence)} ({zone})"],
        *recipe_lines(chosen),
        ["alert", chosen.alert],
        ["language", chosen.language],
        ["limits", f"{_duration(chosen.timeout)}, {_size(chosen.max_size)}"],
        ["patience", _duration(chosen.patience)],
        *([["trusts", chosen.ca_file]] if chosen.ca_file else []),
        ["state", state.replace("_", " ") + (f": {reason} ({row.failures} in a row)" if row and reason else "")],
        ["last seen", clock_time(row.last_seen if row else None, zone)],
        ["changed", clock_time(row.last_changed if row else None, zone)],
        ["next check", clock_time(row.next_check if row else None, zone)],
    ]
    table(lines)


@watch.command()
@click.argument("key", metavar="WATCH")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def test(key: str, as_json: bool) -> int:
    """Fetch a page and say what is read of it.

    It is fetched and read as in a check; nothing is recorded and nobody is told. Use it after writing or editing
    keep, drop, ignore or expect. Exits with 3 when the page would not be seen.

    \b
    Example:
      bevaka watch test lansstyrelsen-kalmar
    """
    from bevaka.cli.watch_test import say_not_seen, say_seen, try_watch
    from monitor.errors import Reason

    with closing(_assembly()) as assembly:
        chosen = _find(assembly.schedule, key)
        seen = try_watch(assembly, chosen)
    if isinstance(seen, Reason):
        return say_not_seen(chosen, seen, as_json=as_json)
    return say_seen(chosen, *seen, as_json=as_json)


@watch.command()
@click.argument("key", metavar="WATCH")
def pause(key: str) -> None:
    """Look no more until it is resumed.

    Its history stays, and `bevaka check WATCH` still looks.

    \b
    Example:
      bevaka watch pause sfs-2021-995
    """
    _pause(key, paused=True)
    note(f"{key} is paused: bevaka watch resume {key}")


@watch.command()
@click.argument("key", metavar="WATCH")
def resume(key: str) -> None:
    """Look again at a watch that was paused.

    \b
    Example:
      bevaka watch resume sfs-2021-995
    """
    _pause(key, paused=False)
    note(f"{key} is looked at again")


@click.group(cls=Group)
def schedule() -> None:
    """Check the schedule file, and see when it looks.

    \b
    Example:
      bevaka schedule check
      bevaka schedule plan
    """


@schedule.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mistake.")
def check_(file: Path | None, as_json: bool) -> int:
    """Say every mistake in the file.

    The file is the one that BEVAKA_SCHEDULE names, or FILE. Exits with 2 when there is a mistake.

    \b
    Example:
      bevaka schedule check
      bevaka schedule check new-schedule.yaml
    """
    from monitor.errors import ScheduleError
    from monitor.schedule_file import read_schedule

    path = file or _settings_schedule()
    try:
        found = read_schedule(path)
    except ScheduleError as error:
        for mistake in error.mistakes:
            if as_json:
                emit({"file": error.path, "line": mistake.line or None, "what": mistake.what})
        if not as_json:
            note(str(error))
        return USAGE
    if not as_json:
        say(f"{path}: right, {plural(len(found.watches), 'watch', 'watches')}")
    return 0


@schedule.command()
@click.argument("keys", nargs=-1, metavar="[WATCH]…")
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 24 * 31), help="How far ahead.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def plan(keys: tuple[str, ...], hours: int, as_json: bool) -> None:
    """When each watch is looked at.

    From now on, as its cadence says. Failures, a server's Retry-After and the little that spreads watches come on
    top of it.

    \b
    Example:
      bevaka schedule plan
      bevaka schedule plan lansstyrelsen-kalmar --hours 168
    """
    assembly = _assembly()
    found = assembly.schedule
    now = assembly.clock.now()
    chosen = [_find(found, key) for key in keys] or found.watches
    lines = []
    for each in chosen:
        looks = list(planned(each.cadence, now, now + timedelta(hours=hours)))
        if as_json:
            emit({"watch": each.key, "looks": looks})
            continue
        first = ", ".join(clock_time(at, each.cadence.timezone) for at in looks[:3])
        lines.append([each.key, cadence_words(each.cadence), str(len(looks)), first or "–"])
    table(lines, ["watch", "looked at", f"looks in {hours} h", "the next ones"] if lines else None)


def planned(cadence: Cadence, now: datetime, until: datetime) -> Iterator[datetime]:
    """The looks of a cadence after `now`, up to `until`, when all goes well."""
    from monitor.core.schedule.cadence import next_check

    while (now := next_check(cadence, now, failures=0, suspect=False, retry_at=None, jitter=0.0)) <= until:
        yield now


def cadence_words(cadence: Cadence) -> str:
    """every 6h, 06:00-22:00; or cron "0 7 * * mon-fri"."""
    words = f'cron "{cadence.cron}"' if cadence.every is None else f"every {_duration(cadence.every)}"
    if cadence.between is None:
        return words
    start, end = cadence.between
    return f"{words}, {start:%H:%M}-{end:%H:%M}"


def _duration(length: timedelta) -> str:
    """As the schedule file writes it: 6h, 1h30m."""
    rest, words = round(length.total_seconds()), ""
    for unit, worth in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, worth)
        words += f"{count}{unit}" if count else ""
    return words or "0s"


def _size(count: int) -> str:
    """As the schedule file writes it: 10MB."""
    unit, worth = next((unit, worth) for unit, worth in SIZE_UNITS if count % worth == 0)
    return f"{count // worth}{unit}"


def _assembly() -> Assembly:
    from bevaka.assembly import Assembly

    return Assembly()


def _settings_schedule() -> Path:
    import os

    from bevaka.settings import read_settings

    return read_settings(os.environ).schedule


def _find(found: Schedule, key: str) -> Watch:
    from monitor.errors import UnknownWatch

    chosen = found.watch(key)
    if chosen is None:
        raise UnknownWatch(key, tuple(each.key for each in found.watches))
    return chosen


def _pause(key: str, *, paused: bool) -> None:
    with closing(_assembly()) as assembly:
        _find(assembly.synced_schedule(), key)
        with assembly.unit_of_work.write() as work:
            work.watches.pause(key, paused=paused)


def _facts(chosen: Watch) -> dict[str, object]:
    """What the schedule file says, for JSON; durations in seconds."""
    cadence, recipe = chosen.cadence, chosen.recipe
    return {
        "watch": chosen.key,
        "name": chosen.name,
        "url": chosen.url,
        "sfs": chosen.sfs,
        "every": round(cadence.every.total_seconds()) if cadence.every else None,
        "cron": cadence.cron,
        "between": [f"{at:%H:%M}" for at in cadence.between] if cadence.between else None,
        "timezone": cadence.timezone,
        "keep": recipe.keep,
        "drop": list(recipe.drop),
        "ignore": list(recipe.ignore),
        "expect": recipe.expect,
        "alert": chosen.alert,
        "language": chosen.language,
        "timeout": round(chosen.timeout.total_seconds()),
        "max_size": chosen.max_size,
        "patience": round(chosen.patience.total_seconds()),
        "ca_file": chosen.ca_file,
    }
