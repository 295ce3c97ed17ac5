"""The `watch` group: listing, showing, trying, pausing, adding, editing and removing watches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import date_and_time, emit, note, say, styled, table
from bevaka.cli.host_words import LEFT_ALONE
from bevaka.cli.replay import replay_option
from bevaka.cli.schedule_words import cadence_words, duration_words, size_words
from bevaka.cli.watch_add import add
from bevaka.cli.watch_argument import find_watch, watch_keys
from bevaka.cli.watch_edit import edit, remove
from bevaka.cli.watch_test import request_facts

if TYPE_CHECKING:
    from monitor.core.model import Watch


@click.group(cls=Group)
def watch() -> None:
    """List, show, test, add, edit and remove watches; pause and resume them.

    \b
    Example:
      bevaka watch list
      bevaka watch test lansstyrelsen-kalmar
    """


for command in (add, edit, remove):
    watch.add_command(command)


@watch.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool) -> None:
    """List every watch, with its state and its cadence.

    \b
    Example:
      bevaka watch list
      bevaka watch list --json
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        watches = assembly.every_watch()
        status = {row.watch: row for row in assembly.history.status()}
    sections = {row.watch: row.section for row in status.values()}
    rows = [(each, status[each.key].state if each.key in status else "waiting") for each in watches]
    if as_json:
        for each, state in rows:
            emit({**_facts(each), "state": state, "section": sections.get(each.key)})
        return
    lines = [[each.key, state.replace("_", " "), cadence_words(each.cadence), each.name] for each, state in rows]
    table(lines, ["watch", "state", "looked at", "name"] if lines else None)
    if not lines:
        note("nothing is watched: the schedule file names no watch")


@watch.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(key: str, as_json: bool) -> None:
    """Print all keys of one watch, with their defaults, and its state.

    \b
    Example:
      bevaka watch show sfs-2021-995
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.watch_test import learnt_as_json, learnt_lines, recipe_lines
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    with Assembly() as assembly:
        chosen = find_watch(assembly, key)
        row = assembly.history.status_of(key)
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
            "validators_distrusted": row.validators_distrusted_at if row else None,
            "learnt": learnt_as_json(row),
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
        ["limits", f"{duration_words(chosen.timeout)}, {size_words(chosen.max_size)}"],
        ["patience", duration_words(chosen.patience)],
        *([["trusts", chosen.ca_file]] if chosen.ca_file else []),
        *([["tags", ", ".join(chosen.tags)]] if chosen.tags else []),
        ["state", state.replace("_", " ") + (f": {reason} ({row.failures} in a row)" if row and reason else "")],
        ["last seen", date_and_time(row.last_seen if row else None, zone)],
        ["changed", date_and_time(row.last_changed if row else None, zone)],
        [
            "next check",
            date_and_time(row.next_check if row else None, zone) + (f", {LEFT_ALONE}" if row and row.is_held else ""),
        ],
        *learnt_lines(chosen, row),
    ]
    table(lines)


@watch.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
@replay_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def test(key: str, replayed: int, as_json: bool) -> int:
    """Fetch a page and say what is read of it, and what its recipe would have said of the kept history.

    It is fetched and read as in a check, with its documents where they are part of it; nothing is recorded and nobody
    is told. Then the kept revisions are read
    once more, without any network: what would have been told, held back or not seen, beside what was said then; those
    that differ come first. Use it after writing or editing keep, drop, ignore, expect, only_if or never_seen. Exits
    with 3 when the page, or a document of it, would not be seen.

    \b
    Example:
      bevaka watch test lansstyrelsen-kalmar
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.watch_test import say_not_seen, say_seen
    from monitor.errors import Reason

    with Assembly() as assembly:
        chosen = find_watch(assembly, key)
        trial = assembly.try_watch
        seen = trial(chosen)
        documents = None if isinstance(seen, Reason) or seen.doubt else trial.documents(chosen, seen)
        row = assembly.history.status_of(key)
        replay = assembly.replay(chosen, most=replayed) if replayed else None
    if isinstance(seen, Reason):
        return say_not_seen(chosen, seen, replay, as_json=as_json)
    return say_seen(chosen, row, seen, documents, replay, as_json=as_json)


@watch.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
def pause(key: str) -> None:
    """Stop checking a watch until it is resumed.

    Its history stays, and `bevaka check WATCH` still checks it.

    \b
    Example:
      bevaka watch pause sfs-2021-995
    """
    _set_paused(key, paused=True)
    note(f"{key} is paused: bevaka watch resume {key}")


@watch.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
def resume(key: str) -> None:
    """Check a paused watch again.

    \b
    Example:
      bevaka watch resume sfs-2021-995
    """
    _set_paused(key, paused=False)
    note(f"{key} is checked again")


def _set_paused(key: str, *, paused: bool) -> None:
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        assembly.sync_schedule()
        find_watch(assembly, key)
        with assembly.unit_of_work.write() as work:
            work.watches.pause(key, paused=paused)


def _facts(chosen: Watch) -> dict[str, object]:
    """Return what the schedule file says of a watch, for JSON; durations in seconds."""
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
        "expect_not": recipe.expect_not,
        "only_if": recipe.only_if.to_facts() if recipe.only_if else None,
        "never_seen": recipe.never_seen,
        "documents": recipe.documents,
        **_section_facts(chosen),
        "alert": chosen.alert,
        "language": chosen.language,
        "timeout": round(chosen.timeout.total_seconds()),
        "max_size": chosen.max_size,
        "patience": round(chosen.patience.total_seconds()),
        "ca_file": chosen.ca_file,
        "tags": list(chosen.tags),
        **request_facts(chosen),
    }


def _section_facts(chosen: Watch) -> dict[str, object]:
    """Return what the schedule file says of a section; nothing of any other watch."""
    section = chosen.recipe.section
    if section is None:
        return {}
    return {"follow": chosen.url, **section.to_facts(), "pages": chosen.each is not None}
