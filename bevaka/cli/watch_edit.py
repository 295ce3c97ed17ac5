"""The `watch edit` and `watch remove` commands: other values of a watch in the schedule file, or one watch less."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from bevaka.cli.console import emit, note, say
from bevaka.cli.replay import replay_option, say_replay
from bevaka.cli.watch_argument import watch_keys
from bevaka.cli.watch_options import LISTS, PAIRS, watch_options, with_request

if TYPE_CHECKING:
    from monitor.schedule_file.edit import Edited
    from monitor.schedule_file.text_surgery import Value

INSTEAD = {"every": "cron", "cron": "every"}
"""Keys that take another one out, for the file can have one of them alone."""


@click.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
@click.option("--dry-run", is_flag=True, help="Save nothing: say what the file would say, and replay the kept history.")
@replay_option
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: one JSON object.")
def edit(key: str, dry_run: bool, replayed: int, as_json: bool, **given: Any) -> None:  # noqa: ANN401  a value for each key of a watch
    """Give a watch other values in the schedule file.

    Comments and form of the file stay. An empty value ("") takes a key out, which then has its default; --drop,
    --ignore, --match, --tag, --header and --cookie replace all that were there. An edit of keep, drop, ignore or
    expect, or of what is sent, mails nobody. A running daemon takes it up by itself. With --dry-run nothing is saved:
    the lines of the file that would change are printed, and what the new recipe would have said of the kept revisions,
    beside what was said then.

    \b
    Example:
      bevaka watch edit lansstyrelsen-kalmar --every 30m --drop ".related"
      bevaka watch edit lansstyrelsen-kalmar --never-seen true --dry-run
      bevaka watch edit lansstyrelsen-kalmar --keep ""
      bevaka watch edit lansstyrelsen-kalmar --header "Accept-Language: sv"
    """
    from bevaka.settings import read_settings
    from monitor.schedule_file.edit import WatchRefused, edit_watch, raw_entry

    changes = _changes(with_request(given))
    if as_json and not dry_run:
        raise click.UsageError("--json goes with --dry-run")
    if not changes:
        raise click.UsageError("name what is to be changed, e.g. --every 30m; see: bevaka watch edit --help")
    settings = read_settings(os.environ)
    path = settings.schedule
    try:
        before = raw_entry(path, key)
        if all(before.get(name) == value for name, value in changes.items()):
            note(f"{path}: {key} is so already")
            return
        edited = edit_watch(path, key, changes, settings.credentials)
    except WatchRefused as error:
        raise click.UsageError(str(error)) from None
    if dry_run:
        _say_preview(edited, key, replayed, as_json=as_json)
        return
    edited.save()
    note(f"{path}: {key} is changed; try it: bevaka watch test {key}")


watch_options(edit)


def _changes(given: Mapping[str, Any]) -> dict[str, Value | None]:
    """Return the values that the options give, None for a key that is to be taken out."""
    changes: dict[str, Value | None] = {name: value or None for name, value in given.items() if value is not None}
    for name in PAIRS:
        if not given[name]:
            del changes[name]
        elif given[name] == ("",):
            changes[name] = None
    for name in LISTS:
        wanted = [value for value in given[name] if value]
        changes[name] = wanted or None
        if not given[name]:
            del changes[name]
    for name, other in INSTEAD.items():
        if changes.get(name) and other not in changes:
            changes[other] = None
    if (changes.get("sfs") or changes.get("follow")) and "url" not in changes:
        changes["url"] = None  # that of a page is no mirror of the law
    return changes


def _say_preview(edited: Edited, key: str, most: int, *, as_json: bool) -> None:
    """Print what an edit would change in the file, and what its recipe would have said of the kept history."""
    from bevaka.assembly import Assembly
    from bevaka.terminal import printable
    from monitor.wording.json_forms import replay_as_json

    watch = next(each for each in edited.schedule.watches if each.key == key)
    with Assembly() as assembly:
        replay = assembly.replay(watch, most=most) if most else None
    if as_json:
        said = replay_as_json(replay, watch.language) if replay is not None else None
        emit({"watch": key, "file": edited.changed_lines, "replay": said})
        return
    for line in edited.changed_lines:
        say(printable(line))
    if replay is not None:
        say_replay(replay, watch)
    note(f"{edited.path} is as it was; without --dry-run this is saved")


@click.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
def remove(key: str) -> None:
    """Take a watch out of the schedule file.

    It is archived: its history stays, also for `log`, `show` and `export`, and goes on when the key comes back.

    \b
    Example:
      bevaka watch remove lansstyrelsen-kalmar
    """
    from bevaka.settings import read_settings
    from monitor.schedule_file.edit import remove_watch

    path = read_settings(os.environ).schedule
    remove_watch(path, key).save()
    note(f"{path}: {key} is taken out; what was recorded of it, if anything, stays: bevaka log {key}")
