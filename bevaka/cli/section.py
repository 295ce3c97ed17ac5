"""The `section` group: the items of a section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import date_and_time, emit, note, say, styled, table
from bevaka.cli.watch_argument import watch_keys

if TYPE_CHECKING:
    from monitor.ports.values import SectionItem


@click.group(cls=Group)
def section() -> None:
    """Show what a section has: the items of a listing, a sitemap or a feed that is followed.

    \b
    Example:
      bevaka section show nyheter
    """


@section.command()
@click.argument("key", metavar="WATCH", shell_complete=watch_keys)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def show(key: str, as_json: bool) -> None:
    """Every item that a section has or had, with its date, and since when it is known.

    "new" are those that came with its newest revision, "gone" those that it no longer lists.

    \b
    Example:
      bevaka section show nyheter
      bevaka section show nyheter --json
    """
    from bevaka.assembly import Assembly
    from bevaka.terminal import printable

    with Assembly() as assembly:
        watch, items, newest = assembly.history.items(key)
    if not watch.is_section:
        raise click.UsageError(f"{key} is no section: its entry in the schedule has no follow")
    if as_json:
        for item in items:
            emit(
                {
                    "title": item.name,
                    "url": item.url,
                    "date": item.date,
                    "first_seen": item.first_seen,
                    "outcome": item.outcome(newest),
                    "watch": item.watch,
                }
            )
        return
    say(styled(watch.key, bold=True) + f"  {printable(watch.name)}")
    zone = watch.cadence.timezone
    rows = [
        [item.outcome(newest), item.date or "–", date_and_time(item.first_seen, zone), item.watch or "–", _shown(item)]
        for item in items
    ]
    table(rows, ["", "date", "first seen", "watch", "item"] if rows else None)
    if not rows:
        note(f"nothing is known yet: bevaka check {key}")


def _shown(item: SectionItem) -> str:
    return item.url if item.name == item.url else f"{item.name}  {item.url}"
