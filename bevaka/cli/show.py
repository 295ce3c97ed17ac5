"""The `show` command: what a page said in one revision."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import date_and_time, emit, say, styled
from bevaka.cli.part_argument import only_part
from bevaka.cli.render import block_lines
from bevaka.cli.watch_argument import watch_keys
from bevaka.exit_codes import FINE, NOT_SEEN
from monitor.wording.json_forms import as_of_as_json, revision_as_json

if TYPE_CHECKING:
    from monitor.core.model import Extraction
    from monitor.history import Revision


@click.command()
@click.argument("revision", metavar="REV", shell_complete=watch_keys)
@click.argument("part", metavar="[PART]", required=False)
@click.option("--text", "form", flag_value="text", help="Only the text that was read.")
@click.option("--raw", "form", flag_value="raw", help="The bytes as the server sent them.")
@click.option("--headers", "form", flag_value="headers", help="The headers of the answer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(revision: str, part: str | None, form: str | None, as_json: bool) -> int:
    """What a page said. REV is WATCH (newest), WATCH~1, WATCH#12 or WATCH@2026-03-01.

    Of a day (or a time, WATCH@2026-03-01T09:00) it says between which checks the text was seen. Exits with 3 when the
    page was not seen then, and says when it was seen before and after; a time after the last check is refused.

    PART is a section ("3 §", "2 kap. 3 §"), a chapter ("2 kap.") or a heading: only what belongs to it is shown.

    \b
    Example:
      bevaka show lansstyrelsen-kalmar@2026-03-01
      bevaka show sfs-2021-995@2026-03-01 "3 §"
      bevaka show sfs-2021-995~1 --raw > before.json
    """
    from bevaka.assembly import Assembly
    from monitor.errors import NotSeenThen

    if part is not None and form in {"raw", "headers"}:
        raise click.UsageError(f"--{form} gives the whole answer: leave {part!r} out")
    with Assembly() as assembly:
        try:
            found = assembly.history.copy(revision)
        except NotSeenThen:
            if not as_json:
                raise
            watch, known = assembly.history.as_of(revision)
            emit({"watch": watch.key, "revision": None, "as_of": as_of_as_json(known, watch.language)})
            return NOT_SEEN
    if form in {"raw", "headers"}:
        _say_answer(found, form)
        return FINE
    extraction = assembly.history.extract(found).extraction
    if part is not None:
        extraction = only_part(extraction, part)
    if as_json:
        as_of = {"as_of": as_of_as_json(found.as_of, found.watch.language)} if found.as_of else {}
        emit({**revision_as_json(found.watch.key, found.snapshot, extraction), **as_of})
        return FINE
    if form != "text":
        _say_where_it_is_from(found, extraction)
    for line in block_lines(extraction.blocks, with_links=form != "text"):
        say(line)
    return FINE


def _say_answer(found: Revision, form: str) -> None:
    from bevaka.terminal import printable

    if form == "raw":
        sys.stdout.buffer.write(found.body)
        return
    for name, value in found.snapshot.headers:
        say(f"{printable(name)}: {printable(value)}")


def _say_where_it_is_from(found: Revision, extraction: Extraction) -> None:
    from bevaka.cli.as_of_words import as_of_lines
    from bevaka.terminal import printable

    snapshot, timezone = found.snapshot, found.watch.cadence.timezone
    say(styled(f"{found.watch.key}#{snapshot.number}", bold=True) + f"  {printable(extraction.title)}")
    for line in as_of_lines(found.as_of, timezone, found.watch.language) if found.as_of else ():
        say(printable(line))
    say(f"taken    {date_and_time(snapshot.taken_at, timezone)}   {printable(snapshot.url)}")
    say(f"status   {snapshot.status}, {snapshot.size} bytes, sha256 {snapshot.sha256}")
    if extraction.updated:
        say(f"updated  {extraction.updated.date} ({printable(extraction.updated.text)})")
    say()
