"""Output of the commands: data to stdout, messages to stderr; colours, tables, times, counts, the program's own name.

Times are shown in a local time zone; the values of credentials are masked. Only `emit` and `table` escape what could
steer a terminal; a caller of the others passes text from outside through `bevaka.terminal.printable` first.
"""

from __future__ import annotations

import codecs
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bevaka.masking import masked
from bevaka.terminal import printable, printable_json
from monitor.core.model import SWEDISH_TIME

COMPLETION_VARIABLE = "_BEVAKA_COMPLETE"
"""The environment variable by which a shell asks for completions; its value names the shell."""
NARROWEST_COLUMN = 20
"""The width, in characters, from which a text is broken at words; in a narrower column the terminal breaks it."""


def say(text: str = "") -> None:
    """Print a line of data to stdout, as it is given: nothing is escaped."""
    click.echo(masked(text))


def note(text: str) -> None:
    """Print a message for the user to stderr, as it is given: nothing is escaped."""
    click.echo(masked(text), err=True)


def emit(row: object) -> None:
    """Print one JSON object on a line; times as ISO 8601.

    Characters that could steer a terminal are JSON escapes, and all beyond ASCII where stdout is not UTF-8 (RFC 8259).
    """
    if codecs.lookup(sys.stdout.encoding or "utf-8").name == "utf-8":
        text = printable_json(json.dumps(row, ensure_ascii=False, default=_plain))
    else:
        text = json.dumps(row, default=_plain)
    click.echo(masked(text))


def _plain(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def styled(text: str, colour: str | None = None, *, bold: bool = False, strike: bool = False, dim: bool = False) -> str:
    """Return the text in colour unless NO_COLOR is set; click strips colours that do not go to a terminal."""
    if os.environ.get("NO_COLOR"):
        return text
    return click.style(text, fg=colour, bold=bold or None, strikethrough=strike or None, dim=dim or None)


def date_and_time(at: datetime | None, timezone: str = SWEDISH_TIME, *, seconds: bool = False) -> str:
    """Return a time as 2026-03-01 09:00, with `seconds` as 2026-03-01 09:00:00, in the time zone; a dash for None."""
    form = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return at.astimezone(ZoneInfo(timezone)).strftime(form) if at else "–"


def day(at: datetime | None, timezone: str = SWEDISH_TIME) -> str:
    """Return a day as 2026-03-01, in the time zone; a dash for None."""
    return at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d") if at else "–"


def table(rows: Sequence[Sequence[str]], header: Sequence[str] | None = None) -> None:
    """Print rows in columns as wide as their widest cell; the last column is not padded. Cells are escaped."""
    shown = [[printable(cell) for cell in row] for row in rows]
    lines = ([list(header)] if header else []) + shown
    if not lines:
        return
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]) - 1)]
    indent = sum(width + 2 for width in widths)
    for index, line in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(line, widths, strict=False)]
        text = "  ".join([*cells, hanging(line[-1], indent)]).rstrip()
        say(styled(text, bold=True) if header and index == 0 else text)


def hanging(text: str, indent: int) -> str:
    """Return the end of a line that begins at column `indent`.

    On a terminal it is broken at words, with the further lines under the first; elsewhere it is one line.
    """
    room = shutil.get_terminal_size().columns - indent
    if not sys.stdout.isatty() or room < NARROWEST_COLUMN:
        return text
    lines = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}".join(lines)


def plural(count: int, one: str, many: str) -> str:
    """Return a count with its noun: 1 change, 2 changes, 3 301 changes."""
    return f"{count:,} {one if count == 1 else many}".replace(",", " ")


def ordinal(number: int) -> str:
    """Return an ordinal number: 1st, 2nd, 3rd, 4th, 11th."""
    suffix = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def invoked_as() -> str:
    """Return how this program was started, for commands that a person is to type: bevaka, or python main.py."""
    program, python = Path(sys.argv[0]), _from_here(Path(sys.executable))
    if program.name == "__main__.py":
        return f"{python} -m {program.parent.name}"
    if program.suffix == ".py":
        return f"{python} {_from_here(program)}"
    found = shutil.which(program.name)
    if found and Path(found).samefile(program):
        return program.name
    return _from_here(program)


def _from_here(path: Path) -> str:
    """Return the path as it is typed in this folder: relative if it is inside, else absolute."""
    absolute, here = Path(os.path.abspath(path)), Path.cwd()  # noqa: PTH100  a link to another Python stays that link
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)
