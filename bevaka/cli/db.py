"""`db`: looking after the database."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import emit, note, plural, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from monitor.ports import Removable, UnitOfWork

AT_A_TIME, BYTES_AT_A_TIME = 100, 4_000_000
"""What goes in one transaction: bodies, and the bytes of them. Others want to write meanwhile."""
BREATH = 0.12
"""Seconds between two of them: who waits for the database's writing place asks for it every tenth of a second."""


@click.group(cls=Group)
def db() -> None:
    """Look after the database.

    \b
    Example:
      bevaka db upgrade
    """


@db.command()
def upgrade() -> None:
    """Make the database, or bring it up to date.

    Nothing is done when it has this program's schema already. Every other command does the same when it opens the
    database. Make a copy before a big step.

    \b
    Example:
      bevaka db upgrade
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        assembly.engine  # noqa: B018  opening it is what brings it there
    note(f"{assembly.database_shown} has the schema of this program")


def _days(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9]\d{0,4})d", text)
    if found is None:
        raise click.UsageError(f"--older-than: {text!r} is no number of days; write e.g. 730d")
    return timedelta(days=int(found[1]))


def _batches(planned: Sequence[Removable]) -> Iterator[dict[str, list[Removable]]]:
    """Copies by their bodies, so many at a time as may go in one transaction."""
    by_body: dict[str, list[Removable]] = {}
    for copy in planned:
        by_body.setdefault(copy.sha256, []).append(copy)
    batch: dict[str, list[Removable]] = {}
    size = 0
    for sha256, copies in by_body.items():
        if batch and (len(batch) >= AT_A_TIME or size + copies[0].size > BYTES_AT_A_TIME):
            yield batch
            batch, size = {}, 0
        batch[sha256] = copies
        size += copies[0].size
    if batch:
        yield batch


def let_go(
    unit_of_work: UnitOfWork,
    pause: Callable[[float], None],
    before: datetime | None,
    keep: int | None,
    *,
    now: datetime,
    rule: str,
) -> list[Removable]:
    """Let go of what may go, so much at a time that nobody else waits long; what went."""
    with unit_of_work.read() as work:
        planned, unwanted = work.retention.removable(before, keep), work.retention.aside()
    going = {copy.sha256 for copy in planned}
    gone: list[Removable] = []
    for number, batch in enumerate(_batches(planned)):
        if number:
            pause(BREATH)
        with unit_of_work.write() as work:
            still = {copy.sha256 for copy in work.retention.removable(before, keep, batch.keys())}
            work.retention.remove(still, now, rule, going)
        gone += [copy for sha256, copies in batch.items() if sha256 in still for copy in copies]
    for start in range(0, len(unwanted), AT_A_TIME):
        if start:
            pause(BREATH)
        with unit_of_work.write() as work:
            work.retention.remove_aside(unwanted[start : start + AT_A_TIME])
    return sorted(gone, key=lambda copy: (copy.watch, copy.revision))


@db.command()
@click.option("--older-than", metavar="DAYS", help="Only copies that are older, e.g. 730d.")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="The N newest copies of every watch stay.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a copy.")
def prune(older_than: str | None, keep: int | None, dry_run: bool, as_json: bool) -> None:
    """Let go of the bytes of old copies that nobody was told of.

    What stays in any case: the latest copy of every watch, both sides of every material change and of every change
    that is owed or was told to anybody, and the whole history: when each copy was taken, its hash, what changed. That
    a copy went is a link of the chain; `verify` still passes. Suspect bodies that nobody waits for go as well.

    With both options a copy goes only when both allow it. The room is used again; `backup` makes a compact file.

    \b
    Example:
      bevaka db prune --older-than 730d --keep 20 --dry-run
    """
    from bevaka.assembly import Assembly

    if older_than is None and keep is None:
        raise click.UsageError("say what may go: --older-than, --keep, or both")
    age = _days(older_than) if older_than else None
    rule = "; ".join(
        filter(None, [f"older than {older_than}" if older_than else "", f"not among the {keep} newest" if keep else ""])
    )
    with Assembly() as assembly:
        now = assembly.clock.now()
        before = now - age if age else None
        if dry_run:
            with assembly.unit_of_work.read() as work:
                going = work.retention.removable(before, keep)
        else:
            going = let_go(assembly.unit_of_work, assembly.clock.sleep, before, keep, now=now, rule=rule)
    for copy in going:
        if as_json:
            emit({"watch": copy.watch, "revision": copy.revision, "at": copy.taken_at, "bytes": copy.size})
    if not as_json:
        table([[f"{copy.watch}#{copy.revision}", f"{copy.size} bytes"] for copy in going])
    note(f"{plural(len(going), 'copy', 'copies')} {'would go' if dry_run else 'went'}")
