"""The `export` command: everything that is kept of a watch, for a third party to check."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from bevaka.cli.console import note, plural
from monitor.private_files import folder_beside, open_private


@click.command()
@click.argument("watch", metavar="WATCH[@TIME]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["warc", "zip", "json"]),
    required=True,
    help="WARC 1.1; a zip with a verifier in it; JSON lines.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file instead of stdout.",
)
def export(watch: str, form: str, output: Path | None) -> None:
    """Everything that is kept of a watch: every copy, its text, the chain that seals them, and the time stamps.

    With a time (WATCH@2026-03-01) it ends early: with the first check after that time that saw the page, or the next
    time stamp after that.

    Each form holds verify.py, which checks it with Python alone; in the zip it lies beside the files.

    \b
    Example:
      bevaka export sfs-2021-995 --format zip -o ordinance.zip
      bevaka export sfs-2021-995 --format warc > ordinance.warc.gz
    """
    from bevaka import __version__
    from bevaka.assembly import Assembly
    from bevaka.proof.export_forms import write_json, write_warc, write_zip
    from bevaka.proof.watch_record import watch_record

    if output is None and form != "json" and sys.stdout.isatty():
        raise click.UsageError(f"a {form} file is not for a terminal; name a file with -o")
    with Assembly() as assembly, assembly.unit_of_work.read() as work:
        key, at = assembly.history.seen_at(watch)
        record = watch_record(work, key, assembly.clock.now(), f"Bevaka/{__version__}", at)
        with opened_output(output) as out:
            {"warc": write_warc, "zip": write_zip, "json": write_json}[form](out, record)
    note(f"{watch}: {plural(len(record.links), 'link', 'links')}, head {record.head}")


@contextmanager
def opened_output(output: Path | None) -> Iterator[BinaryIO]:
    """Open the output. A file gets its name once it is complete, and only its owner can read it.

    What goes to stdout is written to a file first: a zip needs one that can be gone back in.
    """
    if output is None:
        with tempfile.TemporaryFile() as file:
            yield cast("BinaryIO", file)
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    with folder_beside(output) as folder:
        partial = folder / output.name
        with os.fdopen(open_private(partial), "wb") as file:
            yield file
        partial.replace(output)
