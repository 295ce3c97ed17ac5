"""The `blame` command: which revision, and which act, last changed each part of a page."""

from __future__ import annotations

import click

from bevaka.cli.console import day, emit, note, table
from bevaka.cli.watch_argument import watch_keys

LONGEST_BLOCK = 60
"""The characters of a block that are printed."""


@click.command()
@click.argument("watch", shell_complete=watch_keys)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a block.")
def blame(watch: str, as_json: bool) -> None:
    """Each part of the newest revision, with the revision that last changed it; of a law, with the act as well.

    What is held back as not material changed nothing here. A part that is as in the first copy shows #1: it may be
    older than the watch. JSON keys: watch, revision, at, kind, heading, label, text, acts.

    \b
    Example:
      bevaka blame sfs-2021-995
    """
    from bevaka.assembly import Assembly
    from bevaka.terminal import printable

    with Assembly(reads_history=True) as assembly:
        found, origins = assembly.history.blame(watch)
    if as_json:
        for origin in origins:
            block = origin.block
            emit(
                {
                    "watch": found.key,
                    "revision": origin.revision,
                    "at": origin.taken_at,
                    "kind": block.kind,
                    "heading": list(block.heading),
                    "label": block.label,
                    "text": block.text,
                    "acts": [str(act) for act in origin.acts],
                }
            )
        return
    lines = []
    for origin in origins:
        text = printable(" ".join(origin.block.text.split()))
        lines.append(
            [
                f"#{origin.revision}",
                day(origin.taken_at, found.cadence.timezone),
                ", ".join(str(act) for act in origin.acts),
                origin.block.label or origin.block.kind,
                text if len(text) <= LONGEST_BLOCK else f"{text[:LONGEST_BLOCK].rstrip()}…",
            ]
        )
    table(lines)
    if not lines:
        note("there is no revision yet: run `bevaka check`")
