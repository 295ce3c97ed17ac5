"""The `db` group: upgrading and pruning the database."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import emit, note, plural, table
from bevaka.exit_codes import DAMAGED


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

    Nothing is done when it has this program's schema already. An SQLite database is brought up to date by every command
    that opens it; PostgreSQL, on which other machines may be at work, by this one alone. Make a backup before.

    \b
    Example:
      bevaka db upgrade
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        assembly.upgrade_database()
    note(f"{assembly.database_shown} has the schema of this program")


@db.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy_(source: str, target: str) -> int:
    """Move the whole history from one database to another, empty one: from SQLite to PostgreSQL, or back.

    FROM and TO are addresses as in BEVAKA_DATABASE. Both are verified, chain by chain, before anything counts. FROM is
    then marked as moved, and refuses to run: mails would be sent twice. Stop the daemon before. Exits with 4 when FROM
    is damaged.

    \b
    Example:
      bevaka db copy sqlite:///data/bevaka.db postgresql://db.example/bevaka
    """
    from bevaka.assembly import copy_history
    from monitor.errors import DamagedHistory

    try:
        copied = copy_history(source, target)
    except DamagedHistory as damaged:
        note(str(damaged))
        return DAMAGED
    checked = plural(copied.checked, "thing", "things")
    note(f"{plural(copied.rows, 'row', 'rows')} copied, {checked} checked on either side")
    note("Name the new database in BEVAKA_DATABASE; the old one refuses to run from now on")
    return 0


def _age(text: str) -> timedelta:
    """Return the age that --older-than names, such as 730d. Raises click.UsageError."""
    found = re.fullmatch(r"([1-9]\d{0,4})d", text)
    if found is None:
        raise click.UsageError(f"--older-than: {text!r} is no number of days; write e.g. 730d")
    return timedelta(days=int(found[1]))


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
    from monitor.retention import remove_old_bodies

    if older_than is None and keep is None:
        raise click.UsageError("say what may go: --older-than, --keep, or both")
    age = _age(older_than) if older_than else None
    removal_rule = "; ".join(
        filter(None, [f"older than {older_than}" if older_than else "", f"not among the {keep} newest" if keep else ""])
    )
    with Assembly() as assembly:
        now = assembly.clock.now()
        taken_before = now - age if age else None
        if dry_run:
            with assembly.unit_of_work.read() as work:
                revisions = work.retention.removable(taken_before, keep)
        else:
            revisions = remove_old_bodies(
                assembly.unit_of_work, assembly.clock.sleep, taken_before, keep, now=now, rule=removal_rule
            )
    if as_json:
        for each in revisions:
            emit({"watch": each.watch, "revision": each.revision, "at": each.taken_at, "bytes": each.size})
    else:
        table([[f"{each.watch}#{each.revision}", f"{each.size} bytes"] for each in revisions])
    note(f"{plural(len(revisions), 'copy', 'copies')} {'would go' if dry_run else 'went'}")
