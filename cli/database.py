"""`db`: looking after the database."""

from __future__ import annotations

import click

from cli.output import note


@click.group()
def db() -> None:
    """Look after the database.

    \b
    Example:
      bevaka db upgrade
    """


@db.command()
def upgrade() -> None:
    """Make the database, or bring it to this program's schema; nothing is done when it is there already.

    Every other command does the same when it opens the database. Make a copy before a big step.

    \b
    Example:
      bevaka db upgrade
    """
    from cli.assembly import Assembly

    with Assembly() as assembly:
        assembly.engine  # noqa: B018  opening it is what brings it there
    note(f"{assembly.database_shown} has the schema of this program")
