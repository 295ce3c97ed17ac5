"""The `restore` command: a backup put in the place of the database."""

from __future__ import annotations

from pathlib import Path

import click

from bevaka.cli.console import emit, note, plural
from bevaka.cli.damage import say_damaged_copy


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--replace", is_flag=True, help="Put it in the place of a database that is there; that one is kept aside."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def restore(file: Path, replace: bool, as_json: bool) -> int:
    """Put a backup in the place of the database. It is checked first; exits with 4 when it is damaged.

    Nothing is done while another process has the database open. PostgreSQL is restored into an empty database, by its
    own `pg_restore`. What is owed in the backup is sent (again) by the
    next `deliver` or `run`, with the same Message-ID.

    \b
    Example:
      bevaka restore /srv/backups/bevaka-2026-03-01.db --replace
    """
    from bevaka.assembly import Assembly
    from monitor.errors import DamagedBackup

    try:
        done = Assembly().restore(file, replace=replace)
    except DamagedBackup as damaged:
        return say_damaged_copy(damaged, "The backup is damaged; nothing was done", as_json=as_json)
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename} {error.strerror}") from error
    aside = str(done.replaced) if done.replaced else None
    if as_json:
        emit({"database": done.place, "checked": done.checked, "bad": [], "kept_aside": aside})
    else:
        note(f"{done.place}: restored, {plural(done.checked, 'thing', 'things')} checked")
        if aside:
            note(f"what was there before is {aside}")
        note("what was recorded after the backup is not in it; a later head or stamp proves nothing of this database")
    return 0
