"""The `diff` command: what differs between two revisions of a watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.console import date_and_time, emit, say, styled
from bevaka.cli.render import change_lines
from bevaka.cli.watch_argument import watch_keys
from bevaka.exit_codes import DIFFERS
from monitor.wording.json_forms import diff_as_json, register_as_json

if TYPE_CHECKING:
    from monitor.history import Difference


@click.command()
@click.argument("first", metavar="REV", shell_complete=watch_keys)
@click.argument("second", metavar="[REV]", required=False, shell_complete=watch_keys)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def diff(first: str, second: str | None, as_json: bool) -> int:
    """What differs between two revisions; with one, between it and the one before it. Exits with 1 when they differ.

    \b
    Example:
      bevaka diff lansstyrelsen-kalmar
      bevaka diff sfs-2021-995#1 sfs-2021-995#3
    """
    from bevaka.assembly import Assembly
    from bevaka.terminal import printable
    from monitor.wording.law_register import register_sentence

    with Assembly(reads_history=True) as assembly:
        found = assembly.history.diff(first, second)
    if as_json:
        emit(_difference_as_json(found))
    else:
        key, timezone = found.watch.key, found.watch.cadence.timezone
        say(
            styled(f"{key}#{found.before.number} → #{found.after.number}", bold=True)
            + f"   {date_and_time(found.before.taken_at, timezone)} → {date_and_time(found.after.taken_at, timezone)}"
        )
        if found.change is None:
            say("nothing differs")
        else:
            for line in change_lines(found.change, found.watch.language):
                say(line)
            if found.finding is not None:
                say()
                say(printable(register_sentence(found.finding)[found.watch.language]))
    return DIFFERS if found.change else 0


def _difference_as_json(found: Difference) -> dict[str, object]:
    row = diff_as_json(found.watch.key, found.before.number, found.after.number, found.change)
    return {**row, **({"register": register_as_json(found.finding)} if found.finding else {})}
