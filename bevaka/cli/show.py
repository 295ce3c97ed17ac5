"""The `show` command: what a page said in one revision."""

from __future__ import annotations

import sys

import click

from bevaka.cli.console import date_and_time, emit, say, styled
from bevaka.cli.part_argument import only_part
from bevaka.cli.render import block_lines
from monitor.wording.json_forms import revision_as_json


@click.command()
@click.argument("revision", metavar="REV")
@click.argument("part", metavar="[PART]", required=False)
@click.option("--text", "form", flag_value="text", help="Only the text that was read.")
@click.option("--raw", "form", flag_value="raw", help="The bytes as the server sent them.")
@click.option("--headers", "form", flag_value="headers", help="The headers of the answer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(revision: str, part: str | None, form: str | None, as_json: bool) -> None:
    """What a page said. REV is WATCH (newest), WATCH~1, WATCH#12 or WATCH@2026-03-01.

    PART is a section ("3 §", "2 kap. 3 §"), a chapter ("2 kap.") or a heading: only what belongs to it is shown.

    \b
    Example:
      bevaka show lansstyrelsen-kalmar@2026-03-01
      bevaka show sfs-2021-995@2026-03-01 "3 §"
      bevaka show sfs-2021-995~1 --raw > before.json
    """
    from bevaka.assembly import Assembly
    from bevaka.terminal import printable

    if part is not None and form in {"raw", "headers"}:
        raise click.UsageError(f"--{form} gives the whole answer: leave {part!r} out")
    with Assembly() as assembly:
        found = assembly.history.copy(revision)
    snapshot, timezone = found.snapshot, found.watch.cadence.timezone
    if form == "raw":
        sys.stdout.buffer.write(found.body)
        return
    if form == "headers":
        for name, value in snapshot.headers:
            say(f"{printable(name)}: {printable(value)}")
        return
    extraction = assembly.history.extract(found).extraction
    if part is not None:
        extraction = only_part(extraction, part)
    if as_json:
        emit(revision_as_json(found.watch.key, snapshot, extraction))
        return
    if form != "text":
        say(styled(f"{found.watch.key}#{snapshot.number}", bold=True) + f"  {printable(extraction.title)}")
        say(f"taken    {date_and_time(snapshot.taken_at, timezone)}   {printable(snapshot.url)}")
        say(f"status   {snapshot.status}, {snapshot.size} bytes, sha256 {snapshot.sha256}")
        if extraction.updated:
            say(f"updated  {extraction.updated.date} ({printable(extraction.updated.text)})")
        say()
    for line in block_lines(extraction.blocks):
        say(line)
