"""The `status` command: the state of every watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.console import date_and_time, day, emit, note, plural, table
from monitor.wording.json_forms import status_as_json

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.ports.values import Role

WHAT_ROLES_DO: dict[Role, str] = {
    "check": "checks pages",
    "deliver": "sends mails",
    "keeper": "keeps the schedule",
    "web": "serves the web page",
}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def status(as_json: bool) -> None:
    """Print the state of every watch: its last outcome, when it was last seen and changed, and when it is checked next.

    A schedule file with mistakes, which a daemon refuses, is said as well, and a host with more pages than can be
    checked as often as they should be.

    \b
    Example:
      bevaka status
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.host_words import LEFT_ALONE
    from bevaka.cli.outbox import say_trouble
    from monitor.core.people.operator_alerts import is_overdue
    from monitor.wording.reasons import reason_sentence

    with Assembly() as assembly:
        if not assembly.has_database:
            _ = assembly.schedule  # nothing was ever watched here: a file that is missing or wrong is why
            note(f"nothing was looked at yet: no database at {assembly.database_shown}; run `bevaka check`")
            _say_mistakes(assembly)
            return
        rows, now = assembly.history.status(), assembly.clock.now()
        watches = {watch.key: watch for watch in assembly.history.watches()}
        if not as_json:
            say_trouble(assembly)
            _say_workers(assembly)
        _say_mistakes(assembly)
    if as_json:
        for row in rows:
            emit(status_as_json(row, watches[row.watch].language))
        return
    header = ["watch", "state", "last seen", "last changed", "next check", ""]
    lines = [
        [
            row.watch,
            row.state.replace("_", " "),
            date_and_time(row.last_seen, watches[row.watch].cadence.timezone),
            day(row.last_changed, watches[row.watch].cadence.timezone),
            "none is planned"
            if row.state == "paused"
            else date_and_time(row.next_check, watches[row.watch].cadence.timezone)
            + (", overdue" if is_overdue(row.next_check, now) else "")
            + (f", {LEFT_ALONE}" if row.is_held else ""),
            f"{reason_sentence(row.reason, watches[row.watch].language)}{_streak(row.failures)}" if row.reason else "",
        ]
        for row in rows
    ]
    table(lines, header)
    if not rows:
        note("nothing was looked at yet: run `bevaka check`")
    if late := sum(is_overdue(row.next_check, now) for row in rows):
        note(f"{plural(late, 'watch is', 'watches are')} overdue: `bevaka run` looks by itself; is it running?")


def _say_workers(assembly: Assembly) -> None:
    """Say who checks and sends by itself."""
    from monitor.fleet import fleet

    now = assembly.clock.now()
    found = fleet(assembly.unit_of_work, now)
    for worker, turns in found.workers:
        does = ", ".join(words for role, words in WHAT_ROLES_DO.items() if role in worker.roles)
        process = "" if worker.pid is None else f"process {worker.pid}, "
        note(f"{worker.machine} {does}: {process}version {worker.version}, {plural(turns, 'host', 'hosts')} in hand")
    if len(found.workers) > 1 and found.due:
        note(f"{plural(found.due, 'watch is', 'watches are')} due now")


def _say_mistakes(assembly: Assembly) -> None:
    """Say the mistakes of the schedule file, which the daemon refuses while it goes on with the last good one.

    Say as well which hosts it asks for more than their spacing allows.
    """
    from bevaka.cli.host_words import overloaded_words
    from monitor.errors import ScheduleError

    try:
        schedule = assembly.schedule
    except ScheduleError as error:
        note(f"the last good schedule is in force, and not that of the file, which has mistakes:\n{error}")
        return
    for sentence in overloaded_words(schedule):
        note(sentence)


def _streak(failures: int) -> str:
    return f" ({failures} in a row)" if failures > 1 else ""
