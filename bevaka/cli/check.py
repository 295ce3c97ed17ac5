"""The `check` command: one round of checks by hand."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

import click

from bevaka.cli.console import day, emit, hanging, note, ordinal, plural, say, styled
from bevaka.cli.document_words import left_out_lines
from bevaka.cli.watch_argument import find_watch, watch_keys
from bevaka.exit_codes import DIFFERS, NOT_SEEN
from bevaka.service_errors import cure

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.checking.check_outcome import CheckedItem, CheckResult
    from monitor.checking.host_turn import Steps, Told
    from monitor.core.model import Language, Watch

OUTCOME_COLOURS = {"changed": "yellow", "first": "green", "unchanged": None}


@click.command()
@click.argument("watches", nargs=-1, metavar="[WATCH]…", shell_complete=watch_keys)
@click.option("--dry-run", is_flag=True, help="Check and print, but record nothing and owe nobody anything.")
@click.option("--accept", is_flag=True, help="Take what is seen even when it looks suspicious.")
@click.option("--fresh", is_flag=True, help='Ask for the whole page, and never for "not modified".')
@click.option("--exit-code", is_flag=True, help="Exit with 1 when something changed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def check(watches: tuple[str, ...], dry_run: bool, accept: bool, fresh: bool, exit_code: bool, as_json: bool) -> int:
    """Check every watch now, or those named, whatever their cadence says.

    Paused watches are checked only when they are named. Mails are queued, not sent: `bevaka deliver` sends them, and so
    does the daemon. Where the latest copy is damaged, --accept compares with the newest one that is whole; the damaged
    one stays, and `bevaka verify` names it. A page that has moved or was withdrawn is said to be so at once; mails are
    queued when a check at least ten minutes later finds the same. A host that asked to be left alone (Retry-After) is
    asked all the same; the daemon waits. A server that always says "not modified" is asked for
    the whole page about once a day; --fresh asks for it now.
    Exits with 3 when a page was not seen, suspect, moved or withdrawn, or a document of it was not seen.

    \b
    Example:
      bevaka check
      bevaka check lansstyrelsen-kalmar --dry-run
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        schedule = assembly.synced_schedule()
        chosen = _chosen(assembly, watches)
        if not chosen:
            is_empty = not schedule.watches
            note(
                "nothing is watched: schedule.yaml names no watch"
                if is_empty
                else "every watch is paused: bevaka watch resume WATCH"
            )
        results: list[CheckResult] = []
        width = max((len(watch.key) for watch in chosen), default=0)
        options = _Options(dry_run=dry_run, accept=accept, fresh=fresh)
        with assembly.signs_of_life:
            for result in _check_round(assembly, chosen, options, progress=not as_json):
                results.append(result)
                if as_json:
                    emit(_as_json(result, schedule.language))
                else:
                    say(result_line(result, width, schedule.language, schedule.timezone))
                    for line in document_lines(result, width, schedule.language):
                        say(line)
        due = 0 if dry_run else assembly.entries_into_force.notify_due()
        if not as_json and due:
            note(f"takes effect today: {plural(due, 'mail', 'mails')} queued")
        for words in dict.fromkeys(filter(None, (cure(result.reason) for result in results))):
            note(words)
        if not as_json and results:
            note(_totals(results, dry_run=dry_run))
    unseen = any(document.outcome == "not_seen" for result in results for document in result.documents)
    if unseen or any(result.outcome in {"not_seen", "suspect", "moved", "withdrawn"} for result in results):
        return NOT_SEEN
    return DIFFERS if exit_code and any(result.outcome == "changed" for result in results) else 0


def _chosen(assembly: Assembly, keys: tuple[str, ...]) -> list[Watch]:
    """Return the watches that are named, each once; without names, all that are not paused. Raises UnknownWatch."""
    if not keys:
        paused = assembly.paused_keys()
        return [watch for watch in assembly.every_watch() if watch.key not in paused]
    return [find_watch(assembly, key) for key in dict.fromkeys(keys)]


class _Options(TypedDict):
    """How the watches are checked, as `Check.turn` takes it."""

    dry_run: bool
    accept: bool
    fresh: bool


def _check_round(
    assembly: Assembly, chosen: list[Watch], options: _Options, *, progress: bool
) -> Iterator[CheckResult]:
    """Check the watches, hosts side by side; yield the results in the order of the watches."""
    from queue import SimpleQueue

    from monitor.checking.dispatch import Round

    def check_turn(turn: list[Watch], told: Told[CheckResult]) -> Steps:
        return assembly.check.turn(turn, told, force=True, **options)

    assembly.fetchers, assembly.reader, assembly.check  # noqa: B018  created here once, before threads ask for them
    assembly.retry_hosts_of(chosen)
    answers: SimpleQueue[tuple[Watch, CheckResult | BaseException | None]] = SimpleQueue()
    round_ = Round(check_turn, flush=assembly.check.flush)
    round_.start(chosen, lambda watch, result: answers.put((watch, result)), failed=lambda w, e: answers.put((w, e)))
    order = [watch.key for watch in chosen]
    ready: dict[str, CheckResult | None] = {}
    bar = click.progressbar(length=len(chosen), label="looking", file=sys.stderr)
    show_bar = progress and len(chosen) > 1 and sys.stderr.isatty()
    try:
        with bar if show_bar else contextlib.nullcontext():
            for _ in chosen:
                watch, answer = answers.get()
                if isinstance(answer, BaseException):
                    raise answer
                ready[watch.key] = answer
                if show_bar:
                    bar.update(1)
                    continue
                while order and order[0] in ready:
                    if (result := ready.pop(order.pop(0))) is not None:
                        yield result
    except BaseException:
        assembly.clock.stop()
        assembly.abort()
        raise
    finally:
        round_.wait()
    for key in order:
        if (result := ready.get(key)) is not None:
            yield result


def _as_json(result: CheckResult, language: Language) -> dict[str, object]:
    from monitor.wording.json_forms import documents_as_json
    from monitor.wording.reasons import reason_sentence

    return {
        "watch": result.key,
        "outcome": result.outcome.value,
        "revision": result.revision,
        "material": result.material,
        "summary": result.summary,
        "reason": reason_sentence(result.reason, language) if result.reason else None,
        "owed": result.owed,
        **({"documents": documents_as_json(result.documents)} if result.has_documents else {}),
        **_left_out_as_json(result),
        **({} if result.items is None else {"items": [_item_as_json(item) for item in result.items]}),
    }


def _left_out_as_json(result: CheckResult) -> dict[str, object]:
    """Return the documents of a page that are not read, since it has too many; nothing where there are none."""
    left_out = [{"url": state.url, "title": state.title} for state in result.documents_left_out]
    return {"documents_left_out": left_out} if left_out else {}


def _item_as_json(checked: CheckedItem) -> dict[str, object]:
    """Return an item of a section as a check found it."""
    item = checked.item
    return {"title": item.title or item.url, "url": item.url, "date": item.date, "outcome": checked.outcome}


def result_line(result: CheckResult, width: int, language: Language, timezone: str, indent: str = "") -> str:
    """Return the result of one check as a line; `width` is that of the longest key."""
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    what = result.outcome.value
    if what == "unchanged":
        detail = f"since {day(result.since, timezone)}"
    elif what == "first":
        number = f"#{result.revision}   " if result.revision else ""  # none where nothing is recorded
        detail = f"{number}first copy{_passed_over(result, language)}"
    elif what == "changed":
        arrow = (
            f"#{result.revision} ← #{result.before}" if result.before != result.revision else f"after #{result.before}"
        )
        held = "" if result.material else "   (not material)"
        detail = f"{arrow}   {result.summary[language] if result.summary else ''}{held}{_passed_over(result, language)}"
    else:
        detail = reason_sentence(result.reason, language) if result.reason else ""
        if what in {"not_seen", "suspect"} and result.failures > 1:
            detail += f" ({ordinal(result.failures)} time)"
    word = what if what in {"unchanged", "first"} else what.upper().replace("_", " ")
    colour = OUTCOME_COLOURS.get(what, "red")
    start = f"{indent}{result.key.ljust(width)}  "
    return f"{start}{styled(word.ljust(9), colour)}  {hanging(printable(detail), len(start) + 11)}"


def document_lines(result: CheckResult, width: int, language: Language) -> Iterator[str]:
    """Yield a line for each document of a page that is other than it was, or was not seen; a word for the others.

    The reason for which one was not seen, or is gone, is in `language`.
    """
    from bevaka.terminal import printable
    from monitor.wording.reasons import reason_sentence

    start = " " * (width + 2)
    others = [each for each in result.documents if each.outcome == "unchanged"]
    for each in result.documents:
        if each.outcome != "unchanged":
            word = each.outcome if each.outcome == "first" else each.outcome.upper().replace("_", " ")
            colour = OUTCOME_COLOURS.get(each.outcome, "red")
            why = f"   {printable(reason_sentence(each.reason, language))}" if each.reason else ""
            yield f"{start}{styled(word.ljust(9), colour)}  {printable(each.title)}  {printable(each.url)}{why}"
    if others:
        yield f"{start}{'unchanged'.ljust(9)}  {plural(len(others), 'document', 'documents')}"
    for line in left_out_lines(result.documents_left_out, result.key):
        yield f"{start}{line}"


def _passed_over(result: CheckResult, language: Language) -> str:
    """Return a remark that a damaged revision was passed over; empty if none was."""
    from monitor.wording.reasons import reason_sentence

    if result.reason is None or result.reason.code != "copy-passed-over":
        return ""
    return f"   ({reason_sentence(result.reason, language)})"


def _totals(results: list[CheckResult], *, dry_run: bool) -> str:
    counts = {what: sum(result.outcome == what for result in results) for what in {r.outcome for r in results}}
    parts = [f"{len(results)} checked"]
    for what in ("first", "changed", "suspect", "not_seen", "moved", "withdrawn"):
        count = sum(number for outcome, number in counts.items() if outcome == what)
        if count:
            parts.append(f"{count} {what.replace('_', ' ')}")
    owed = sum(result.owed for result in results)
    return ", ".join(parts) + ("; nothing recorded" if dry_run else f"; {plural(owed, 'mail', 'mails')} queued")
