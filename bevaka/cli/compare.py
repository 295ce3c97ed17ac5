"""`compare` and `inspect`: what would be said and read of files, or of an address, without any database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import emit, say, styled, table
from bevaka.cli.render import block_lines, change_lines
from bevaka.exit_codes import DIFFERS, NOT_SEEN
from monitor.wording.json_forms import (
    JsonObject,
    Updated,
    change_as_json,
    extraction_as_json,
    no_extraction_as_json,
    updated_as_json,
)

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from bevaka.cli.input_files import FilePair
    from monitor.core.model import Extraction, Fetched, Language, Recipe, StatedDate, Verdict
    from monitor.errors import Reason

LANGUAGE: Language = "sv"
"""Of sentences where no schedule says another."""
DROPPED_SHOWN = 70


class MomentParam(click.ParamType[datetime]):
    """A time as ISO 8601."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """An aware time in UTC."""
        from bevaka.cli.input_files import moment

        if isinstance(value, datetime):
            return value
        try:
            return moment(str(value))
        except ValueError:
            self.fail(f"{value!r} is no time; write e.g. 2026-03-01T09:00:00Z", param, ctx)


# compare


@click.command()
@click.argument("files", nargs=-1, metavar="BEFORE AFTER", type=click.Path())
@click.option("--pairs", type=click.Path(path_type=Path), metavar="FILE", help="Compare every pair that FILE lists.")
@click.option("--url", metavar="URL", help="The address of the page, for its links.")
@click.option("--recipe", metavar="WATCH", help="Read both as this watch of the schedule file is read.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object; one a line with --pairs.")
def compare(files: tuple[str, ...], pairs: Path | None, url: str | None, recipe: str | None, as_json: bool) -> int:
    """Two files, no database: what readers would be told. Exits with 1 when they differ.

    A line of --pairs is BEFORE, AFTER and, where known, the page's address and the two times of fetching (ISO 8601),
    with tabs between them; it always answers in JSON, and exits with 0.

    \b
    Example:
      bevaka compare page-2025.html page-2026.html
      bevaka compare --pairs pairs.tsv --json
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.input_files import FilePair, InputFile, read_pairs

    if (len(files) != 2) == (pairs is None) or (pairs and files):
        raise click.UsageError("name two files, or a list of them with --pairs")
    assembly = Assembly()
    chosen, language = _recipe(assembly, recipe)
    if pairs is not None:
        for pair in read_pairs(pairs):
            emit(_comparison_as_json(pair, *_compare(assembly, pair, chosen), language))
        return 0
    pair = FilePair(InputFile(files[0], url), InputFile(files[1], url))
    verdict, updated = _compare(assembly, pair, chosen)
    if as_json:
        emit(_comparison_as_json(pair, verdict, updated, language))
    else:
        _say_comparison(verdict, language)
    return _exit_code(verdict)


def _recipe(assembly: Assembly, key: str | None) -> tuple[Recipe, Language]:
    from monitor.core.model import Recipe
    from monitor.errors import UnknownWatch

    if key is None:
        return Recipe(), LANGUAGE
    schedule = assembly.schedule
    watch = schedule.watch(key)
    if watch is None:
        raise UnknownWatch(key, tuple(watch.key for watch in schedule.watches))
    return watch.recipe, watch.language


def _compare(assembly: Assembly, pair: FilePair, recipe: Recipe) -> tuple[Verdict, Updated]:
    """What the two files are to each other, and the dates they say of themselves. Raises OSError."""
    first, second = pair.before.answer(), pair.after.answer()
    before, after = (_read(assembly, answer, recipe) for answer in (first, second))
    verdict = _verdict(before, after, first.taken_at, second.taken_at)
    return verdict, (_updated(before), _updated(after))


def _read(assembly: Assembly, answer: Fetched, recipe: Recipe) -> Extraction | Reason:
    """What is read of an answer, or why nothing can be."""
    from monitor.errors import ExtractError

    try:
        return assembly.reader.read(answer, recipe).extraction
    except ExtractError as error:
        return error.reason()


def _verdict(
    before: Extraction | Reason, after: Extraction | Reason, fetched_before: datetime, fetched_after: datetime
) -> Verdict:
    """Suspect when either side cannot be read, or does not look like a page; else what the second is to the first."""
    from monitor.core.judging.compare import compare
    from monitor.core.model import Suspect
    from monitor.errors import Reason

    if isinstance(before, Reason):
        return Suspect(before)
    if isinstance(after, Reason):
        return Suspect(after)
    alone = compare(None, before, fetched_after=fetched_before)
    if isinstance(alone, Suspect):
        return alone
    return compare(before, after, fetched_before=fetched_before, fetched_after=fetched_after)


def _updated(side: Extraction | Reason) -> StatedDate | None:
    from monitor.core.model import Extraction

    return side.updated if isinstance(side, Extraction) else None


def _comparison_as_json(pair: FilePair, verdict: Verdict, updated: Updated, language: Language) -> JsonObject:
    from monitor.core.model import Changed, Suspect
    from monitor.wording.reasons import reason_sentence

    sides: JsonObject = {"before": pair.before.path, "after": pair.after.path}
    if not isinstance(verdict, Suspect):
        return {**sides, **change_as_json(verdict.change if isinstance(verdict, Changed) else None, updated)}
    return {
        **sides,
        "verdict": "suspect",
        "material": False,
        "reason": reason_sentence(verdict.reason, language),
        "summary": {"sv": reason_sentence(verdict.reason, "sv"), "en": reason_sentence(verdict.reason, "en")},
        "updated": updated_as_json(updated),
        "blocks": [],
        "held_back": 0,
    }


def _say_comparison(verdict: Verdict, language: Language) -> None:
    from bevaka.terminal import printable
    from monitor.core.model import Changed, Suspect
    from monitor.wording.reasons import reason_sentence

    match verdict:
        case Suspect():
            say(f"{styled('SUSPECT', 'red')}  {printable(reason_sentence(verdict.reason, language))}")
        case Changed():
            weight = "material" if verdict.change.material else "not material"
            say(f"{styled('CHANGED', 'yellow')}  {weight}")
            for line in change_lines(verdict.change, language):
                say(line)
        case _:
            say("unchanged")


def _exit_code(verdict: Verdict) -> int:
    from monitor.core.model import Changed, Suspect

    if isinstance(verdict, Suspect):
        return NOT_SEEN
    return DIFFERS if isinstance(verdict, Changed) else 0


# inspect


@click.command()
@click.argument("what", metavar="[FILE|URL]", required=False)
@click.option("--files", type=click.Path(path_type=Path), metavar="LIST", help="Read every file that LIST names.")
@click.option("--url", metavar="URL", help="The address that the file came from.")
@click.option(
    "--fetched", type=MomentParam(), metavar="TIME", help="When it came (ISO 8601), for dates without a year."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object; one a line with --files.")
def inspect(what: str | None, files: Path | None, url: str | None, fetched: datetime | None, as_json: bool) -> int:
    """What would be read of a file or an address: its text in blocks, its dates, and what is dropped and why.

    An address is fetched with all the guards of a check; nothing is recorded. Exits with 3 when the page cannot be
    read. A line of --files is FILE and, where known, the page's address and the time of fetching, with tabs between
    them; it always answers in JSON, and exits with 0.

    \b
    Example:
      bevaka inspect page.html --url https://www.example.org/page
      bevaka inspect https://www.example.org/page --json
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.input_files import InputFile, read_files
    from monitor.core.model import Extraction, Fetched, Recipe

    if (what is None) == (files is None):
        raise click.UsageError("name a file or an address, or a list of files with --files")
    with Assembly() as assembly:
        if files is not None:
            for given in read_files(files):
                emit(_reading_as_json(given.path, _read(assembly, given.answer(), Recipe())))
            return 0
        name = what or ""
        answer = _fetch(assembly, name) if _is_address(name) else InputFile(name, url, fetched).answer()
        extracted = _read(assembly, answer, Recipe()) if isinstance(answer, Fetched) else answer
    if as_json:
        emit(_reading_as_json(name, extracted))
    else:
        _say_reading(name, extracted)
    return 0 if isinstance(extracted, Extraction) else NOT_SEEN


def _is_address(what: str) -> bool:
    return what.lower().startswith(("http://", "https://"))


def _fetch(assembly: Assembly, url: str) -> Fetched | Reason:
    """The page at an address, or why it was not seen."""
    from monitor.core.model import NotModified, Redirected, Watch
    from monitor.errors import FetchError, Reason

    watch = Watch(key="inspect", name=url, url=url)
    try:
        answer = assembly.single_client.get(url, timeout=watch.timeout, max_size=watch.max_size)
    except FetchError as error:
        return error.reason()
    if isinstance(answer, Redirected):
        return Reason("moved", {"to": answer.to})
    if isinstance(answer, NotModified):  # nothing was asked conditionally, so the server is wrong
        return Reason("http-status", {"status": 304, "url": url})
    return answer


def _reading_as_json(name: str, extracted: Extraction | Reason) -> JsonObject:
    """`inspect`'s object; where nothing could be read it says why."""
    from monitor.errors import Reason
    from monitor.wording.reasons import reason_sentence

    if isinstance(extracted, Reason):
        return {"file": name, **no_extraction_as_json(), "reason": reason_sentence(extracted, LANGUAGE)}
    return {"file": name, **extraction_as_json(extracted)}


def _say_reading(name: str, extracted: Extraction | Reason) -> None:
    from bevaka.terminal import printable
    from monitor.errors import Reason
    from monitor.wording.reasons import reason_sentence

    if isinstance(extracted, Reason):
        say(f"{styled('NOT SEEN', 'red')}  {printable(reason_sentence(extracted, LANGUAGE))}")
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
