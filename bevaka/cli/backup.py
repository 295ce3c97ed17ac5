"""`backup` and `restore`: the whole database as one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import emit, note, plural, say, styled
from bevaka.exit_codes import DAMAGED
from monitor.wording.json_forms import flaw_as_json

if TYPE_CHECKING:
    from monitor.errors import DamagedCopy


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
    from monitor.errors import DamagedCopy

    try:
        made = Assembly().back_up(file, replace=replace)
    except DamagedCopy as damaged:
        return _damaged(damaged, "The database itself is damaged; no copy was made", as_json=as_json)
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename} {error.strerror}") from error
    if as_json:
        emit({"file": str(made.path), "bytes": made.size, "checked": made.checked, "bad": []})
    else:
        size = plural(made.size, "byte", "bytes")
        note(f"{made.path}: {size}, {plural(made.checked, 'thing', 'things')} checked")
    return 0


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
    from monitor.errors import DamagedCopy

    try:
        done = Assembly().restore(file, replace=replace)
    except DamagedCopy as damaged:
        return _damaged(damaged, "The backup is damaged; nothing was done", as_json=as_json)
    except FileExistsError as error:
        raise click.UsageError(f"{error.filename} {error.strerror}") from error
    aside = str(done.replaced) if done.replaced else None
    if as_json:
        emit({"database": done.place, "checked": done.checked, "bad": [], "kept_aside": aside})
    else:
        note(f"{done.place}: restored, {plural(done.checked, 'thing', 'things')} checked")
        if aside:
            note(f"what was there before is {aside}")
    return 0


def _damaged(damaged: DamagedCopy, words: str, *, as_json: bool) -> int:
    if as_json:
        rows = [flaw_as_json(flaw) for flaw in damaged.flaws]
        emit({"file": str(damaged.path), "bad": rows})
        return DAMAGED
    for flaw in damaged.flaws:
        say(f"{styled('BAD', 'red')}  {flaw.watch}{f'#{flaw.revision}' if flaw.revision else ''}  {flaw.what}")
    note(words)
    return DAMAGED
