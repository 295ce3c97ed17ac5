"""The `inspect` command: the extraction of a file or an address, without any database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import emit, note, say, styled, table
from bevaka.cli.input_files import LANGUAGE, InputFile, extract, moment, read_files
from bevaka.cli.item_lines import item_lines, items_as_json
from bevaka.cli.render import block_lines
from bevaka.exit_codes import NOT_SEEN
from bevaka.service_errors import cure
from monitor.wording.json_forms import JsonObject, extraction_as_json, no_extraction_as_json

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Extraction, Fetched, StatedDate
    from monitor.errors import Reason

DROPPED_SHOWN = 70
"""The characters of a dropped part that are printed."""


class MomentParam(click.ParamType[datetime]):
    """A time as ISO 8601, on the command line."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return an aware time in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            return moment(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time; write e.g. 2026-03-01T09:00:00Z", param, ctx)


@click.command()
@click.argument("what", metavar="[FILE|URL]", required=False)
@click.option("--files", type=click.Path(path_type=Path), metavar="LIST", help="Read every file that LIST names.")
@click.option("--url", metavar="URL", help="The address that the file came from.")
@click.option(
    "--fetched", type=MomentParam(), metavar="TIME", help="When it came (ISO 8601), for dates without a year."
)
@click.option("--follow", is_flag=True, help="Read it as a section: the items of a listing, a sitemap or a feed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; one a line with --files.")
def inspect(
    what: str | None, files: Path | None, url: str | None, fetched: datetime | None, follow: bool, as_json: bool
) -> int:
    """What would be read of a file or an address: its text in blocks, its dates, and what is dropped and why.

    An address is fetched with all the guards of a check, within the time and the size of the schedule's defaults where
    there is a schedule; nothing is recorded. Exits with 3 when the page cannot be
    read. A line of --files is FILE and, where known, the page's address and the time of fetching, with tabs between
    them; it always answers in JSON, and exits with 0.

    \b
    Example:
      bevaka inspect page.html --url https://www.example.org/page
      bevaka inspect https://www.example.org/page --json
    """
    from bevaka.assembly import Assembly
    from monitor.core.model import Extraction, Fetched, Recipe, SectionRecipe

    recipe = Recipe(section=SectionRecipe() if follow else None)
    if (what is None) == (files is None):
        raise click.UsageError("name a file or an address, or a list of files with --files")
    with Assembly() as assembly:
        if files is not None:
            for given in read_files(files):
                emit(_extraction_as_json(given.path, extract(assembly, given.answer(), recipe)))
            return 0
        name = what or ""
        answer = _fetch(assembly, name) if _is_address(name) else InputFile(name, url, fetched).answer()
        extracted = extract(assembly, answer, recipe) if isinstance(answer, Fetched) else answer
    if as_json:
        emit(_extraction_as_json(name, extracted))
    else:
        _say_extraction(name, extracted)
    return 0 if isinstance(extracted, Extraction) else NOT_SEEN


def _is_address(what: str) -> bool:
    return what.lower().startswith(("http://", "https://"))


def _fetch(assembly: Assembly, url: str) -> Fetched | Reason:
    """Return the page at an address, or why it was not seen."""
    from monitor.core.model import NotModified, Redirected, Schedule
    from monitor.errors import FetchError, Reason

    # A schedule with mistakes is said: its defaults are asked for as well.
    schedule = assembly.schedule if assembly.settings.schedule.exists() else Schedule(())
    try:
        answer = assembly.single_client.get(url, timeout=schedule.timeout, max_size=schedule.max_size)
    except FetchError as error:
        return error.reason()
    if isinstance(answer, Redirected):
        return Reason("moved", {"to": answer.to})
    if isinstance(answer, NotModified):  # the request had no condition, so the server is wrong
        return Reason("http-status", {"status": 304, "url": url})
    return answer


def _extraction_as_json(name: str, extracted: Extraction | Reason) -> JsonObject:
    """Return the object that `inspect --json` prints; it says why where there is no extraction."""
    from monitor.errors import Reason
    from monitor.wording.reasons import reason_sentence

    if isinstance(extracted, Reason):
        return {"file": name, **no_extraction_as_json(), "reason": reason_sentence(extracted, LANGUAGE)}
    items = {} if extracted.items is None else {"items": items_as_json(extracted.items)}
    return {"file": name, **extraction_as_json(extracted), **items}


def _say_extraction(name: str, extracted: Extraction | Reason) -> None:
    from bevaka.terminal import printable
    from monitor.errors import Reason
    from monitor.wording.reasons import reason_sentence

    if isinstance(extracted, Reason):
        say(f"{styled('NOT SEEN', 'red')}  {printable(reason_sentence(extracted, LANGUAGE))}")
        if words := cure(extracted):
            note(words)
        return
    say(styled(printable(extracted.title) or "(no title)", bold=True))
    rows = [
        ["from", name],
        ["updated", _stated(extracted.updated)],
        ["published", _stated(extracted.published)],
        ["language", f"{extracted.language or '–'}, {extracted.encoding}"],
        *([["law", f"SFS {extracted.law}"]] if extracted.law else []),
        *(["note", finding] for finding in extracted.notes),
    ]
    table(rows)
    if extracted.items is not None:
        for line in item_lines(extracted.items):
            say(line)
        return
    say()
    for line in block_lines(extracted.blocks):
        say(line)
    if extracted.dropped:
        say()
        say(styled("dropped", bold=True))
        table([[f"  {part.why}", _short(part.text)] for part in extracted.dropped])


def _stated(stated: StatedDate | None) -> str:
    return f"{stated.date} ({stated.text}; from {stated.source})" if stated else "–"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= DROPPED_SHOWN else words[: DROPPED_SHOWN - 1] + "…"
