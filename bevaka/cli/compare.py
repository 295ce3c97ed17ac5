"""The `compare` command: the verdict on two files of one page, without any database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import emit, say, styled
from bevaka.cli.input_files import LANGUAGE, FilePair, InputFile, extract, read_pairs
from bevaka.cli.render import change_lines
from bevaka.cli.watch_argument import find_watch
from bevaka.exit_codes import DIFFERS, NOT_SEEN
from monitor.wording.json_forms import JsonObject, Updated, change_as_json, updated_as_json

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Extraction, Language, Recipe, StatedDate, Verdict
    from monitor.errors import Reason


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

    if (len(files) != 2) == (pairs is None) or (pairs and files):
        raise click.UsageError("name two files, or a list of them with --pairs")
    assembly = Assembly()
    chosen, language, timezone = _recipe(assembly, recipe)
    if pairs is not None:
        for pair in read_pairs(pairs):
            emit(_comparison_as_json(pair, *_compare(assembly, pair, chosen, timezone), language))
        return 0
    pair = FilePair(InputFile(files[0], url), InputFile(files[1], url))
    verdict, updated = _compare(assembly, pair, chosen, timezone)
    if as_json:
        emit(_comparison_as_json(pair, verdict, updated, language))
    else:
        _say_comparison(verdict, language)
    return _exit_code(verdict)


def _recipe(assembly: Assembly, key: str | None) -> tuple[Recipe, Language, str]:
    """Return recipe, language and time zone of a watch of the schedule; defaults for None. Raises UnknownWatch."""
    from monitor.core.model import SWEDISH_TIME, Recipe

    if key is None:
        return Recipe(), LANGUAGE, SWEDISH_TIME
    watch = find_watch(assembly, key)
    return watch.recipe, watch.language, watch.cadence.timezone


def _compare(assembly: Assembly, pair: FilePair, recipe: Recipe, timezone: str) -> tuple[Verdict, Updated]:
    """Return the verdict on two files, and the stated date of each. Raises OSError."""
    first, second = pair.before.answer(), pair.after.answer()
    before, after = (extract(assembly, answer, recipe) for answer in (first, second))
    verdict = _verdict(assembly, before, after, first.taken_at, second.taken_at, timezone, recipe)
    return verdict, (_updated(before), _updated(after))


def _verdict(
    assembly: Assembly,
    before: Extraction | Reason,
    after: Extraction | Reason,
    fetched_before: datetime,
    fetched_after: datetime,
    timezone: str,
    recipe: Recipe,
) -> Verdict:
    """Return the verdict on two extractions: suspect if either is missing, or the first does not look like a page."""
    from monitor.core.judging.compare import compare
    from monitor.core.model import Suspect
    from monitor.errors import ExtractError, Reason

    if isinstance(before, Reason):
        return Suspect(before)
    if isinstance(after, Reason):
        return Suspect(after)
    alone = compare(None, before, fetched_after=fetched_before)
    if isinstance(alone, Suspect):
        return alone
    try:
        return assembly.comparer.compare(
            *(before, after),
            fetched_before=fetched_before,
            fetched_after=fetched_after,
            timezone=timezone,
            recipe=recipe,
        )
    except ExtractError as error:
        return Suspect(error.reason())


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
