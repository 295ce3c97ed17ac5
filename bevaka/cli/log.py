"""The `log` command: the history of a watch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import date_and_time, emit, note, plural, table
from bevaka.cli.watch_argument import watch_keys
from monitor.wording.json_forms import log_row_as_json, observation_as_json

if TYPE_CHECKING:
    from monitor.core.model import Event, Language, Observation
    from monitor.history import WatchLog
    from monitor.ports.values import LogRow

NEWEST = 200
FIRST_COPY = "first copy"


@click.command()
@click.argument("watch", shell_complete=watch_keys)
@click.option("--all", "everything", is_flag=True, help="Every revision, those held back too.")
@click.option("--checks", is_flag=True, help="The checks, runs of equal outcomes together, instead of the revisions.")
@click.option(
    "--newest", type=click.IntRange(1), default=NEWEST, show_default=True, help="The most revisions that are listed."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; always every revision.")
def log(watch: str, everything: bool, checks: bool, newest: int, as_json: bool) -> None:
    """The history of a watch, the newest first: its material revisions, and how many others there are.

    What a law announced for a day is listed on that day, also one that is still to come.

    \b
    Example:
      bevaka log lansstyrelsen-kalmar
    """
    from bevaka.assembly import Assembly

    with Assembly(reads_history=True) as assembly:
        history = assembly.history.log(watch, None if as_json or checks else newest)
    language, timezone = history.watch.language, history.watch.cadence.timezone
    if checks:
        for run in reversed(history.observations):
            _say_observation(run, language, timezone, as_json=as_json)
        return
    if as_json:
        for row in reversed(history.rows):
            emit(log_row_as_json(row))
        return
    _say_log(history, everything=everything)


def _say_log(history: WatchLog, *, everything: bool) -> None:
    watch, language, timezone = history.watch.key, history.watch.language, history.watch.cadence.timezone
    rows = list(reversed(history.rows))
    shown = [row for row in rows if everything or row.outcome == "first" or row.material]
    lines = []
    for row in shown:
        words = row.summary[language] if row.summary else ""
        kind = {True: "material", False: "held back", None: FIRST_COPY}[row.material]
        lines.append(
            [f"#{row.revision}", date_and_time(row.at, timezone), kind, words + _why_of_documents(row, language)]
        )
    if lines and shown[-1].outcome == "first":
        lines[-1][-1] += f"(in all: {_checks_and_gaps(history)})"
    if announced := list(_announced(history.in_force, language)):
        lines = sorted([*announced, *lines], key=lambda line: line[1], reverse=True)
    width = max((len(kind) for _, _, kind, _ in lines if kind != FIRST_COPY), default=0)
    table([[number, at, _kind_and_words(kind, words, width)] for number, at, kind, words in lines])
    if not rows:
        note(f"no copy yet; how the looks went: bevaka log {watch} --checks")
    if history.older:
        older = plural(history.older, "older revision", "older revisions")
        note(f"{older}: bevaka log {watch}{' --all' if everything else ''} --newest {history.older + len(rows)}")
    if hidden := len(rows) - len(shown):
        note(f"{plural(hidden, 'revision', 'revisions')} held back: bevaka log {watch} --all")
    for words in _unseen(history):
        note(words)


def _unseen(history: WatchLog) -> Iterator[str]:
    """Yield in words which checks did not see the page, and why the latest did not where it has not been seen since."""
    from bevaka.terminal import printable
    from monitor.core.model import SEEN
    from monitor.wording.reasons import reason_sentence

    runs, timezone = history.observations, history.watch.cadence.timezone
    counts: Counter[str] = Counter()
    for run in runs:
        counts[run.outcome.value] += 0 if run.outcome in SEEN else run.count
    if unseen := [run for run in runs if run.outcome not in SEEN]:
        said = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items() if count)
        checks = plural(counts.total(), "check", "checks")
        last = date_and_time(unseen[-1].last_at, timezone)
        since = " since the oldest revision listed" if history.older else ""
        yield f"{checks} did not see the page{since} ({said}), last at {last}: bevaka log {history.watch.key} --checks"
    if runs and runs[-1].outcome not in SEEN and runs[-1].reason is not None:
        why = printable(reason_sentence(runs[-1].reason, history.watch.language))
        yield f"{runs[-1].outcome.value.replace('_', ' ')} now: {why}"


def _why_of_documents(row: LogRow, language: Language) -> str:
    """Return why documents of a revision were not seen, or are gone; "" where there are none."""
    from monitor.wording.reasons import reason_sentence

    why = [f"{each.title}: {reason_sentence(each.reason, language)}" for each in row.documents or () if each.reason]
    return f"   ({'; '.join(why)})" if why else ""


def _kind_and_words(kind: str, words: str, width: int) -> str:
    """Return a revision in words; its totals follow a first copy, which has no summary."""
    return f"{kind}   {words}".rstrip() if kind == FIRST_COPY else f"{kind.ljust(width)}  {words}"


def _announced(events: Sequence[Event], language: Language) -> Iterator[list[str]]:
    """Yield what a law announced, a row for each day, in the wording of laws."""
    from monitor.core.law.days import EntryIntoForce
    from monitor.wording.law_in_force import in_force_sentence

    for due_on, together in groupby(events, key=lambda event: event.due_on):
        parts = [EntryIntoForce.from_facts(event.facts) for event in together]
        yield ["", f"{due_on}", "in force", in_force_sentence(parts)[language]]


def _checks_and_gaps(history: WatchLog) -> str:
    """Return in words how many checks saw the page unchanged, and the gaps in which it was not seen."""
    unchanged = sum(run.count for run in history.observations if run.outcome == "unchanged")
    words = f"{plural(unchanged, 'check', 'checks')} unchanged"
    gaps, hours = _gaps(history.observations)
    return words + (f", {plural(gaps, 'gap', 'gaps')} = {_hours(hours)}" if gaps else "")


def _hours(hours: float) -> str:
    return f"{hours:.0f} h" if hours >= 1 else f"{max(1, round(60 * hours))} min"


def _gaps(runs: Sequence[Observation]) -> tuple[int, float]:
    """Return the number of gaps and their hours.

    A gap lasts from the first check that did not see the page to the next one that did.
    """
    from monitor.core.model import SEEN

    gaps, seconds = 0, 0.0
    for is_seen, together in groupby(
        zip(runs, [*runs[1:], None], strict=True), key=lambda pair: pair[0].outcome in SEEN
    ):
        if not is_seen:
            pairs = list(together)
            last, after = pairs[-1]
            gaps += 1
            seconds += ((after.first_at if after else last.last_at) - pairs[0][0].first_at).total_seconds()
    return gaps, seconds / 3600


def _say_observation(run: Observation, language: Language, timezone: str, *, as_json: bool) -> None:
    from monitor.wording.reasons import reason_sentence

    reason = reason_sentence(run.reason, language) if run.reason else None
    if as_json:
        emit(observation_as_json(run, language))
        return
    span = f"{date_and_time(run.first_at, timezone)} – {date_and_time(run.last_at, timezone)}"
    revision = f"#{run.revision}" if run.revision else "–"
    table([[span, f"{run.count:>6} ×", run.outcome.value.replace("_", " ").ljust(9), revision.ljust(4), reason or ""]])
