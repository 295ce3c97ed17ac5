"""The `backup` command: the whole database as one file."""

from __future__ import annotations

from pathlib import Path

import click

from bevaka.cli.console import emit, note, plural
from bevaka.cli.damage import say_damaged_copy
from bevaka.cli.signals import interrupted_by_signals


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite FILE when it is there already.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def backup(file: Path, replace: bool, as_json: bool) -> int:
    """Copy the database into FILE, also while the daemon runs, and check the copy. Exits with 4 when it is damaged.

    The schedule file, the environment and the key beside the database are not in it: keep them as well. PostgreSQL is
    copied by its own `pg_dump`, which must be there.

    \b
    Example:
      bevaka backup /srv/backups/bevaka-2026-03-01.db
    """
    from bevaka.assembly import Assembly
    from monitor.errors import DamagedBackup

    try:
        with interrupted_by_signals():
            made = Assembly().back_up(file, replace=replace)
    except DamagedBackup as damaged:
        return say_damaged_copy(damaged, "The database itself is damaged; no copy was made", as_json=as_json)
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename} {error.strerror}") from error
    if as_json:
        emit({"file": str(made.path), "bytes": made.size, "checked": made.checked, "bad": []})
    else:
        size = plural(made.size, "byte", "bytes")
        note(f"{made.path}: {size}, {plural(made.checked, 'thing', 'things')} checked")
    return 0
