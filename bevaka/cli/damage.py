"""How damage to the store is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bevaka.cli.console import emit, note, say, styled
from bevaka.exit_codes import DAMAGED
from bevaka.terminal import printable
from monitor.wording.json_forms import flaw_as_json

if TYPE_CHECKING:
    from monitor.errors import DamagedBackup, Flaw


def flaw_line(flaw: Flaw) -> str:
    """Return one flaw as a line: where it is, and what is wrong."""
    where = f"{flaw.watch}#{flaw.revision}" if flaw.revision else flaw.watch
    return f"{styled('BAD', 'red')}  {printable(where)}  {printable(flaw.what)}"


def say_damaged_copy(damaged: DamagedBackup, message: str, *, as_json: bool) -> int:
    """Print the flaws of a copy of the database, and what that means for it; return the exit code."""
    if as_json:
        rows = [flaw_as_json(flaw) for flaw in damaged.flaws]
        emit({"file": str(damaged.path), "bad": rows})
        return DAMAGED
    for flaw in damaged.flaws:
        say(flaw_line(flaw))
    note(message)
    return DAMAGED
