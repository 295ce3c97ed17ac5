"""`log`, `show`, `diff`, `status` and `verify`: what was seen, and whether it is still as it was kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import clock_time, day, emit, note, plural, say, styled, table
from bevaka.cli.part_argument import only_part
from bevaka.cli.render import block_lines, change_lines
from bevaka.exit_codes import DAMAGED, DIFFERS
from monitor.errors import StorageError
from monitor.wording.json_forms import (
    diff_as_json,
    flaw_as_json,
    log_row_as_json,
    observation_as_json,
    register_as_json,
    revision_as_json,
    status_as_json,
)

if TYPE_CHECKING:
    from monitor.core.model import Event, Language, Observation
    from monitor.history import Difference, WatchLog
    from monitor.ports.storage import UnitOfWork
    from monitor.ports.values import LogRow, Removal, StatusRow

NEWEST = 200


@click.command()
@click.argument("watch")
@click.option("--all", "everything", is_flag=True, help="Every revision, those held back too.")
@click.option("--checks", is_flag=True, help="The runs of equal outcomes instead of the revisions.")
@click.option("--newest", type=click.IntRange(1), default=NEWEST, show_default=True, help="So many revisions at most.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line; always every revision.")
def log(watch: str, everything: bool, checks: bool, newest: int, as_json: bool) -> None:
    """The history of a watch, the newest first: its material revisions, and how many others there are.

    What a law announced for a day stands at that day, also one that is still to come.

    \b
    Example:
      bevaka log lansstyrelsen-kalmar
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        history = assembly.history.log(watch, None if as_json or checks else newest)
    language, timezone = history.watch.language, history.watch.cadence.timezone
    if checks:
        for run in reversed(history.observations):
            _observation(run, language, timezone, as_json=as_json)
        return
    if as_json:
        for row in reversed(history.rows):
            _revision(row)
        return
    _say_log(history, everything=everything)


def _say_log(history: WatchLog, *, everything: bool) -> None:
    watch, language, timezone = history.watch.key, history.watch.language, history.watch.cadence.timezone
    rows = list(reversed(history.rows))
    shown = [row for row in rows if everything or row.outcome == "first" or row.material]
    lines = []
    for row in shown:
        words = row.summary[language] if row.summary else "first copy"
        kind = {True: "material", False: "held back", None: ""}[row.material]
        lines.append([f"#{row.revision}", clock_time(row.at, timezone), kind, words])
    if lines and shown[-1].outcome == "first":
        lines[-1][-1] += f"   ({_looks(history)})"
    if announced := list(_announced(history.in_force, language)):
        lines = sorted([*announced, *lines], key=lambda line: line[1], reverse=True)
    table(lines)
    if not rows:
        note(f"no copy yet; how the looks went: bevaka log {watch} --checks")
    if history.older:
        older = plural(history.older, "older revision", "older revisions")
        note(f"{older}: bevaka log {watch} --newest {history.older + len(rows)}")
    if hidden := len(rows) - len(shown):
        note(f"{plural(hidden, 'revision', 'revisions')} held back: bevaka log {watch} --all")


def _revision(row: LogRow) -> None:
    emit(log_row_as_json(row))


def _announced(events: Sequence[Event], language: Language) -> Iterator[list[str]]:
    """What a law announced, a line for each day, in law's words."""
    from monitor.core.law.days import EntryIntoForce
    from monitor.wording.law_in_force import in_force_sentence

    for due_on, together in groupby(events, key=lambda event: event.due_on):
        parts = [EntryIntoForce.from_facts(event.facts) for event in together]
        yield ["", f"{due_on}", "in force", in_force_sentence(parts)[language]]


def _looks(history: WatchLog) -> str:
    """How often the page was seen unchanged, and the gaps in which it was not seen."""
    unchanged = sum(run.count for run in history.observations if run.outcome == "unchanged")
    words = f"{plural(unchanged, 'check', 'checks')} unchanged"
    gaps, hours = _gaps(history.observations)
    return words + (f", {plural(gaps, 'gap', 'gaps')} = {hours:.0f} h" if gaps else "")


def _gaps(runs: Sequence[Observation]) -> tuple[int, float]:
    """How many times the page was not seen, and for how many hours: from the first such look to the next good one."""
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


def _observation(run: Observation, language: Language, timezone: str, *, as_json: bool) -> None:
    from monitor.wording.reasons import reason_sentence

    reason = reason_sentence(run.reason, language) if run.reason else None
    if as_json:
        emit(observation_as_json(run, language))
        return
    span = f"{clock_time(run.first_at, timezone)} – {clock_time(run.last_at, timezone)}"
    revision = f"#{run.revision}" if run.revision else "–"
    table([[span, f"{run.count:>6} ×", run.outcome.value.replace("_", " ").ljust(9), revision.ljust(4), reason or ""]])


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
        copy = assembly.history.copy(revision)
    snapshot, timezone = copy.snapshot, copy.watch.cadence.timezone
    if form == "raw":
        sys.stdout.buffer.write(copy.body)
        return
    if form == "headers":
        for name, value in snapshot.headers:
            say(f"{printable(name)}: {printable(value)}")
        return
    extraction = assembly.history.read(copy).extraction
    if part is not None:
        extraction = only_part(extraction, part)
    if as_json:
        emit(revision_as_json(copy.watch.key, snapshot, extraction))
        return
    if form != "text":
        say(styled(f"{copy.watch.key}#{snapshot.number}", bold=True) + f"  {printable(extraction.title)}")
        say(f"taken    {clock_time(snapshot.taken_at, timezone)}   {printable(snapshot.url)}")
        say(f"status   {snapshot.status}, {snapshot.size} bytes, sha256 {snapshot.sha256}")
        if extraction.updated:
            say(f"updated  {extraction.updated.date} ({printable(extraction.updated.text)})")
        say()
    for line in block_lines(extraction.blocks):
        say(line)


@click.command()
@click.argument("first", metavar="REV")
@click.argument("second", metavar="[REV]", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def diff(first: str, second: str | None, as_json: bool) -> int:
    """What differs between two revisions; with one, between it and the one before it. Exits with 1 when they differ.

    \b
    Example:
      bevaka diff lansstyrelsen-kalmar
      bevaka diff sfs-2021-995#1 sfs-2021-995#3
    """
    from bevaka.assembly import Assembly
    from bevaka.terminal import printable
    from monitor.wording.law_register import register_sentence

    with Assembly() as assembly:
        found = assembly.history.diff(first, second)
    if as_json:
        emit(_difference_as_json(found))
    else:
        key, timezone = found.watch.key, found.watch.cadence.timezone
        say(
            styled(f"{key}#{found.before.number} → #{found.after.number}", bold=True)
            + f"   {clock_time(found.before.taken_at, timezone)} → {clock_time(found.after.taken_at, timezone)}"
        )
        if found.change is None:
            say("nothing differs")
        else:
            for line in change_lines(found.change, found.watch.language):
                say(line)
            if found.finding is not None:
                say()
                say(printable(register_sentence(found.finding)[found.watch.language]))
    return DIFFERS if found.change else 0


def _difference_as_json(found: Difference) -> dict[str, object]:
    row = diff_as_json(found.watch.key, found.before.number, found.after.number, found.change)
    return {**row, **({"register": register_as_json(found.finding)} if found.finding else {})}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def status(as_json: bool) -> None:
    """How every watch stands: its last outcome, when it was last seen and changed, and when it is looked at next.

    \b
    Example:
      bevaka status
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.outbox import say_trouble
    from monitor.wording.reasons import reason_sentence

    with Assembly() as assembly:
        rows, now = assembly.history.status(), assembly.clock.now()
        watches = {watch.key: watch for watch in assembly.history.watches()}
        if not as_json:
            say_trouble(assembly)
    if as_json:
        for row in rows:
            emit(status_as_json(row, watches[row.watch].language))
        return
    header = ["watch", "state", "last seen", "last changed", "next check", ""]
    lines = [
        [
            row.watch,
            row.state.replace("_", " "),
            clock_time(row.last_seen, watches[row.watch].cadence.timezone),
            day(row.last_changed, watches[row.watch].cadence.timezone),
            clock_time(row.next_check, watches[row.watch].cadence.timezone)
            + (", overdue" if _overdue(row, now) else ""),
            f"{reason_sentence(row.reason, watches[row.watch].language)}{_row_of(row.failures)}" if row.reason else "",
        ]
        for row in rows
    ]
    table(lines, header)
    if not rows:
        note("nothing is watched yet: run `bevaka check`")
    if late := sum(_overdue(row, now) for row in rows):
        note(f"{plural(late, 'watch is', 'watches are')} overdue: `bevaka run` looks by itself; is it running?")


def _overdue(row: StatusRow, now: datetime) -> bool:
    from monitor.core.people.operator_alerts import OVERDUE

    return row.next_check is not None and row.next_check < now - OVERDUE


def _row_of(failures: int) -> str:
    return f" ({failures} in a row)" if failures > 1 else ""


def _removed(unit_of_work: UnitOfWork, key: str | None) -> list[Removal]:
    """The bodies that went by retention; none where that cannot be read, which is among the damages that were found."""
    try:
        with unit_of_work.read() as work:
            return work.retention.removals(work.watches.get(key).id if key else None)
    except StorageError:
        return []


@click.command()
@click.argument("revision", metavar="[WATCH]", required=False)
@click.option(
    "--ca",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Certificates (PEM) that time stamps must lead to; else BEVAKA_TIMESTAMP_CA.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(revision: str | None, ca: Path | None, as_json: bool) -> int:
    """Check every body, revision, change, link of the chain and time stamp. Exits with 4 when one is damaged.

    The signatures of time stamps are checked where the authority's certificates are named.

    \b
    Example:
      bevaka verify
      bevaka verify lansstyrelsen-kalmar
    """
    from bevaka.assembly import Assembly
    from bevaka.proof.timestamps import check_all_timestamps, read_roots
    from monitor.core.record.revision_spec import parse_revision

    with Assembly() as assembly:
        checked, flaws = assembly.history.verify(revision)
        certificates = ca or assembly.settings.timestamp_ca
        stamps, wrong = check_all_timestamps(assembly.unit_of_work, read_roots(certificates) if certificates else ())
        removed = _removed(assembly.unit_of_work, parse_revision(revision, "UTC").watch if revision else None)
    flaws += wrong
    if as_json:
        emit(
            {
                "checked": checked,
                "bad": [flaw_as_json(flaw) for flaw in flaws],
                "timestamps": stamps,
                "removed": [
                    {"watch": each.watch, "revision": each.revision, "at": each.removed_at, "rule": each.rule}
                    for each in removed
                ],
            }
        )
    else:
        for each in removed if revision else []:
            words = f"body removed on {day(each.removed_at)} by retention ({each.rule})"
            say(f"gone  {each.watch}#{each.revision}  {words}")
        if removed and not revision:
            note(f"{plural(len(removed), 'body was', 'bodies were')} removed by retention")
        if stamps:
            said = (
                "" if certificates else "; their signatures are checked where --ca names the authority's certificates"
            )
            note(f"{plural(stamps, 'time stamp', 'time stamps')}{said}")
        for flaw in flaws:
            where = f"{flaw.watch}#{flaw.revision}" if flaw.revision else flaw.watch
            say(f"{styled('BAD', 'red')}  {where}  {flaw.what}")
        note(f"{checked} checked, {len(flaws)} bad" if flaws else f"{checked} checked, all as they were kept")
    return DAMAGED if flaws else 0
