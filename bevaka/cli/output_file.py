"""The file that a command writes with -o: complete or not there, and for its owner alone."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import click

from bevaka.cli.signals import interrupted_by_signals
from monitor.private_files import folder_beside, open_private

output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    callback=lambda _context, _option, output: None if output == Path("-") else output,
    help="A file instead of stdout (-). One that is there is replaced.",
)
"""The option whose value `opened_output` takes."""


_NEEDS_QUOTES = re.compile(r"[^\w.-]+")


def example_name(what: str, form: str) -> str:
    """Return a name for the file of a watch, or of a watch at a time, that needs no quotes in a shell."""
    ending = "warc.gz" if form == "warc" else form
    return f"{_NEEDS_QUOTES.sub('-', what)}.{ending}"


def written_to(output: Path | None) -> str:
    """Return the name of the file that was written, to begin a message with; "" for stdout."""
    return f"{output}: " if output else ""


@contextmanager
def opened_output(output: Path | None) -> Iterator[BinaryIO]:
    """Open the output. A file gets its name once it is complete, and only its owner can read it.

    What goes to stdout is written to a file first: a zip needs one that can be gone back in. Whatever ends the command
    on the way, but a kill, nothing of the file is left.
    """
    if output is None:
        with tempfile.TemporaryFile() as file:
            yield cast("BinaryIO", file)
            file.seek(0)
            shutil.copyfileobj(file, sys.stdout.buffer)
        return
    with interrupted_by_signals(), folder_beside(output) as folder:
        partial = folder / output.name
        with os.fdopen(open_private(partial), "wb") as file:
            yield file
        partial.replace(output)
