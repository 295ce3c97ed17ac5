"""The `doctor` command: what is wrong with this installation, and what to do."""

from __future__ import annotations

import click

from bevaka.cli.console import emit, note, plural, say, styled
from bevaka.exit_codes import USAGE

_STATE_WORDS = {"ok": ("ok     ", "green"), "warning": ("WARNING", "yellow"), "problem": ("PROBLEM", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def doctor(as_json: bool) -> int:
    """Check the schedule, permissions, disk, database, clock, last round, mails, sender and mail server.

    The mail server is reached and logged in to, but nothing is sent. Exits with 2 when there is a problem; a
    warning is none.

    \b
    Example:
      bevaka doctor
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.doctor_checks import run_checks
    from bevaka.terminal import printable

    problems = 0
    with Assembly() as assembly:
        for finding in run_checks(assembly):
            problems += finding.state == "problem"
            if as_json:
                emit({"check": finding.check, "state": finding.state, "what": finding.what, "fix": finding.fix})
                continue
            word, colour = _STATE_WORDS[finding.state]
            for line, what in enumerate(finding.what.splitlines()):
                head = f"{styled(word, colour)}  {finding.check:<14}" if line == 0 else " " * 23
                say(f"{head}  {printable(what)}")
            if finding.fix:
                say(f"{'':<25}→ {printable(finding.fix)}")
    if not as_json:
        note(f"{plural(problems, 'problem', 'problems')}" if problems else "no problem was found")
    return USAGE if problems else 0
