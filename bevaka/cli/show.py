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
from monitor.wording.json_forms import as_of_as_json, kept_documents_as_json, revision_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.core.model import Extraction
    from monitor.history import History, Revision
    from monitor.ports.values import KeptDocument


@click.command()
@click.argument("revision", metavar="REV", shell_complete=watch_keys)
@click.argument("part", metavar="[PART]", required=False)
@click.option("--text", "form", flag_value="text", help="Only the text that was read.")
@click.option("--raw", "form", flag_value="raw", help="The bytes as the server sent them.")
@click.option("--headers", "form", flag_value="headers", help="The headers of the answer.")
@click.option("--document", "url", metavar="URL", help="A document of the page as it was then, by its address.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(revision: str, part: str | None, form: str | None, url: str | None, as_json: bool) -> int:
    """What a page said. REV is WATCH (newest), WATCH~1, WATCH#12 or WATCH@2026-03-01.

    Of a day (or a time, WATCH@2026-03-01T09:00) it says between which checks the text was seen. Exits with 3 when the
    page was not seen then, and says when it was seen before and after; a time after the last check is refused.

    PART is a section ("3 §", "2 kap. 3 §"), a chapter ("2 kap.") or a heading: only what belongs to it is shown.

    \b
    Example:
      bevaka show lansstyrelsen-kalmar@2026-03-01
      bevaka show sfs-2021-995@2026-03-01 "3 §"
      bevaka show sfs-2021-995~1 --raw > before.json
      bevaka show lansstyrelsen-kalmar#12 --document https://a.example/plan.pdf
    """
    from bevaka.assembly import Assembly
    from monitor.errors import NotSeenThen

    _refuse_part_of_whole(part, form, url)
    with Assembly(reads_history=True) as assembly:
        try:
            found = assembly.history.copy(revision)
        except NotSeenThen:
            if not as_json:
                raise
            watch, known = assembly.history.as_of(revision)
            emit({"watch": watch.key, "revision": None, "as_of": as_of_as_json(known, watch.language)})
            return NOT_SEEN
        if url is not None:
            return _show_document(assembly.history, found, url, form, as_json=as_json)
        documents = assembly.history.documents(found) if form is None else []
    if form in {"raw", "headers"}:
        _say_answer(found, form)
        return FINE
    extraction = assembly.history.extract(found).extraction
    if part is not None:
        extraction = only_part(extraction, part)
    if as_json:
        _emit(found, extraction, documents)
        return FINE
    if form != "text":
        _say_where_it_is_from(found, extraction)
    for line in block_lines(extraction.blocks, with_links=form != "text"):
        say(line)
    _say_documents(found, documents)
    return FINE


def _refuse_part_of_whole(part: str | None, form: str | None, url: str | None) -> None:
    """Raise click.UsageError for a part of what is given as a whole alone."""
    if part is not None and url is not None:
        raise click.UsageError(f"--document gives the whole document: leave {part!r} out")
    if part is not None and form in {"raw", "headers"}:
        raise click.UsageError(f"--{form} gives the whole answer: leave {part!r} out")


def _emit(found: Revision, extraction: Extraction, documents: Sequence[KeptDocument]) -> None:
    as_of = {"as_of": as_of_as_json(found.as_of, found.watch.language)} if found.as_of else {}
    listed = {"documents": kept_documents_as_json(documents)} if found.recipe.documents else {}
    emit({**revision_as_json(found.watch.key, found.snapshot, extraction), **listed, **as_of})


def _say_documents(found: Revision, documents: Sequence[KeptDocument]) -> None:
    from bevaka.terminal import printable

    if documents:
        say()
        say(f"documents: bevaka show {found.watch.key}#{found.snapshot.number} --document ADDRESS")
    for document in documents:
        say(f"  {printable(document.title)}  {printable(document.part.url)}")


def _show_document(history: History, found: Revision, url: str, form: str | None, *, as_json: bool) -> int:
    """Print a document of a revision. Raises click.UsageError where it has no such document."""
    from bevaka.terminal import printable
    from monitor.core.http_date import http_date
    from monitor.wording.json_forms import document_as_json
    from monitor.wording.reasons import reason_sentence

    kept = history.document(found, url)
    if kept is None:
        known = "\n".join(f"  {printable(each.part.url)}" for each in history.documents(found)) or "  none"
        name = f"{found.watch.key}#{found.snapshot.number}"
        raise click.UsageError(f"{name} has no document {printable(url)}; its documents are\n{known}")
    document, answer = kept
    if form in {"raw", "headers"}:
        _say_bytes(answer.body, answer.headers, form)
        return FINE
    read = history.read_document(found, document, answer)
    if as_json:
        emit(document_as_json(found.watch.key, found.snapshot.number, document.part, answer, read))
        return FINE
    if form != "text":
        say(styled(f"{found.watch.key}#{found.snapshot.number}", bold=True) + f"  {printable(document.title)}")
        zone = found.watch.cadence.timezone
        answered = http_date(answer.header("Date"))
        dated = f"; its server dates the answer {date_and_time(answered, zone)}" if answered else ""
        say(f"document {printable(document.part.url)}")
        say(f"fetched  with #{document.part.number}, {date_and_time(answer.taken_at, zone)}{dated}")
        say(f"status   {document.part.status}, {document.part.size} bytes, sha256 {document.part.sha256}")
        say()
    if read.extraction is None:
        why = reason_sentence(read.unread, found.watch.language) if read.unread else ""
        say(f"({printable(why)})")
        return FINE
    for line in block_lines(read.extraction.blocks, with_links=form != "text"):
        say(line)
    return FINE


def _say_answer(found: Revision, form: str) -> None:
    _say_bytes(found.body, found.snapshot.headers, form)


def _say_bytes(body: bytes, headers: Sequence[tuple[str, str]], form: str) -> None:
    from bevaka.terminal import printable

    if form == "raw":
        sys.stdout.buffer.write(body)
        return
    for name, value in headers:
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
