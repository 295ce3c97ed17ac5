"""The `watch edit` and `watch remove` commands: other values of a watch in the schedule file, or one watch less."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from bevaka.cli.console import note
from bevaka.cli.watch_argument import watch_keys
from bevaka.cli.watch_options import LISTS, watch_options

if TYPE_CHECKING:
    from monitor.schedule_file.text_surgery import Value

INSTEAD = {"every": "cron", "cron": "every"}
"""Keys that take another one out, for the file can have one of them alone."""


@click.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
def edit(key: str, **given: Any) -> None:  # noqa: ANN401  a value for each key of a watch
    """Give a watch other values in the schedule file.

    Comments and form of the file stay. An empty value ("") takes a key out, which then has its default; --drop,
    --ignore and --match replace all that were there. An edit of keep, drop, ignore or expect mails nobody. A running
    daemon takes it up by itself.

    \b
    Example:
      bevaka watch edit lansstyrelsen-kalmar --every 30m --drop ".related"
      bevaka watch edit lansstyrelsen-kalmar --keep ""
    """
    from bevaka.settings import read_settings
    from monitor.schedule_file.edit import WatchRefused, edit_watch, raw_entry

    changes: dict[str, Value | None] = {name: value or None for name, value in given.items() if value is not None}
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
    if not changes:
        raise click.UsageError("name what is to be changed, e.g. --every 30m; see: bevaka watch edit --help")
    path = read_settings(os.environ).schedule
    try:
        before = raw_entry(path, key)
        if all(before.get(name) == value for name, value in changes.items()):
            note(f"{path}: {key} is so already")
            return
        edit_watch(path, key, changes).save()
    except WatchRefused as error:
        raise click.UsageError(str(error)) from None
    note(f"{path}: {key} is changed; try it: bevaka watch test {key}")


watch_options(edit)


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
