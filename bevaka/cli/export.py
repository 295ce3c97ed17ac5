"""`export`, `timestamp` and `silence`: what a third party can check."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from zoneinfo import ZoneInfo

import click

from bevaka.cli.console import clock_time, emit, note, plural, say, styled

if TYPE_CHECKING:
    from bevaka.proof.silence import SilenceCertificate
    from monitor.core.record.coverage import Coverage, Gap

_GAPS = {
    "not_looked": "nobody looked",
    "not_seen": "not seen",
    "suspect": "suspect",
    "moved": "moved",
    "withdrawn": "withdrawn",
}


@click.command()
@click.argument("watch")
@click.option(
    "--format",
    "form",
    type=click.Choice(["warc", "zip", "json"]),
    required=True,
    help="WARC 1.1; a zip with a verifier in it; JSON lines.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file instead of stdout.",
)
def export(watch: str, form: str, output: Path | None) -> None:
    """Everything that is kept of a watch: every copy, the chain that seals them, and the time stamps.

    The zip holds verify.py, which checks it with Python alone.

    \b
    Example:
      bevaka export sfs-2021-995 --format zip -o ordinance.zip
      bevaka export sfs-2021-995 --format warc > ordinance.warc.gz
    """
    from bevaka import __version__
    from bevaka.assembly import Assembly
    from bevaka.proof.warc import write_warc
    from bevaka.proof.watch_record import WatchRecord
    from bevaka.proof.zip_and_json import write_json, write_zip

    if output is None and form != "json" and sys.stdout.isatty():
        raise click.UsageError(f"a {form} file is not for a terminal; name a file with -o")
    with Assembly() as assembly, assembly.unit_of_work.read() as work:
        record, now = WatchRecord(work, assembly.reader, watch), assembly.clock.now()

        with _opened(output) as out:
            match form:
                case "warc":
                    write_warc(out, record, now, f"Bevaka/{__version__}")
                case "zip":
                    write_zip(out, record, now)
                case _:
                    write_json(out, record)
    note(f"{watch}: {plural(record.head.link, 'link', 'links')}, head {record.head.chain}")


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Where to write; a file gets its name once it is whole, and is for its owner alone until he hands it on."""
    if output is None:
        yield sys.stdout.buffer
        return
    written = output.with_name(f".{output.name}.part")
    try:
        private = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(private, "wb") as file:
            yield file
        written.replace(output)
    finally:
        written.unlink(missing_ok=True)


@click.command()
@click.option("--authority", metavar="URL", help="Who stamps (RFC 3161); else BEVAKA_TIMESTAMP_URL.")
@click.option(
    "--ca",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Certificates (PEM) that the stamp must lead to; else BEVAKA_TIMESTAMP_CA.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def timestamp(authority: str | None, ca: Path | None, as_json: bool) -> None:
    """Have the heads of all chains stamped by an authority: proof that nothing before that time was written later.

    One request covers every watch; the authority sees a hash alone. Where BEVAKA_TIMESTAMP_URL is set the daemon does
    this once a day. `verify` checks the stamps, `export` hands them out.

    \b
    Example:
      bevaka timestamp --authority https://freetsa.org/tsr --ca freetsa.pem
    """
    from bevaka.assembly import Assembly
    from bevaka.proof.timestamps import Authority, read_roots, stamp

    with Assembly() as assembly:
        url = authority or assembly.settings.timestamp_url
        if url is None:
            raise click.UsageError("no authority: name one with --authority, or set BEVAKA_TIMESTAMP_URL")
        certificates = ca or assembly.settings.timestamp_ca
        made = stamp(assembly.unit_of_work, Authority(url, read_roots(certificates) if certificates else ()))
    if as_json:
        emit({"stamped": made is not None, "at": made.at if made else None})
    elif made is None:
        note("nothing was written since the last time stamp")
    else:
        note(f"stamped at {made.at.isoformat()} by {made.authority}")
        if certificates is None:
            note("its signature was not checked: name the authority's certificates with --ca")


@click.command()
@click.argument("watch")
@click.option("--from", "start", metavar="DAY", required=True, help="2026-03-01, or a time in ISO 8601.")
@click.option("--to", "end", metavar="DAY", required=True, help="The last day, or a time that is not included.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def silence(watch: str, start: str, end: str, as_json: bool) -> None:
    """What was seen of a page in a period, how often, and every gap: what can be said when nothing was told.

    The record holds runs of looks, a day each at most. Of a run that reaches over the edge of the period it is not
    known how many looks fell inside: those are counted on their own.

    \b
    Example:
      bevaka silence sfs-2021-995 --from 2026-01-01 --to 2026-03-31
    """
    from bevaka.assembly import Assembly
    from bevaka.proof.silence import certify

    with Assembly() as assembly:
        with assembly.unit_of_work.read() as work:
            timezone = ZoneInfo(work.watches.get(watch).watch.cadence.timezone)
        since, until = _moment(start, timezone, last=False), _moment(end, timezone, last=True)
        if since >= until:
            raise click.UsageError("the period ends before it begins")
        certificate = certify(assembly.unit_of_work, watch, since, min(until, max(since, assembly.clock.now())))
    if as_json:
        emit(_as_json(certificate))
    else:
        _say(certificate)


def _moment(text: str, timezone: ZoneInfo, *, last: bool) -> datetime:
    """A day's beginning, or its end for the `last` one; a time of day as it is. Without an offset: local time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no day; write e.g. 2026-03-01") from None
    if len(text) == len("2026-03-01"):
        day = at.date() + timedelta(days=1) if last else at.date()
        at = datetime.combine(day, time())
    return (at if at.tzinfo else at.replace(tzinfo=timezone)).astimezone(UTC)


def _as_json(certificate: SilenceCertificate) -> dict[str, object]:
    found, link, stamp = certificate.coverage, certificate.link, certificate.stamp
    return {
        "watch": certificate.watch.key,
        "from": found.start,
        "to": found.end,
        "looks": found.checks,
        "looks_at_edges": found.checks_at_edges,
        "outcomes": {outcome.value: count for outcome, count in found.outcomes.items()},
        "revisions": list(found.revisions),
        "first_look": found.first_check,
        "last_look": found.last_check,
        "gaps": [_gap_as_json(gap, certificate) for gap in found.gaps],
        "sealed": {"link": link.number, "chain": link.chain} if link else None,
        "all_sealed": found.is_sealed,
        "timestamp": {"at": stamp.at, "authority": stamp.authority} if stamp else None,
    }


def _gap_as_json(gap: Gap, certificate: SilenceCertificate) -> dict[str, object]:
    from monitor.wording.reasons import reason_sentence

    reason = reason_sentence(gap.reason, certificate.watch.language) if gap.reason else None
    return {"kind": gap.kind, "after": gap.since, "before": gap.until, "looks": gap.checks, "reason": reason}


def _say(certificate: SilenceCertificate) -> None:
    found, timezone = certificate.coverage, certificate.watch.cadence.timezone

    def at(moment: datetime | None) -> str:
        return clock_time(moment, timezone)

    say(styled(f"{certificate.watch.key}  {at(found.start)} – {at(found.end)}", bold=True))
    say(f"looks      {_looks(found)}")
    if found.first_check is not None:
        say(f"between    {at(found.first_check)} and {at(found.last_check)}")
    revisions = ", ".join(f"#{number}" for number in found.revisions)
    if len(found.revisions) == 1:
        revisions += ", and no other"
    say(f"revisions  {revisions or 'none'}")
    say(f"gaps       {len(found.gaps) or 'none'}")
    for gap in found.gaps:
        say(f"  {_gap(gap, certificate)}")
    if certificate.link is None:
        say("sealed     not yet: a run is sealed when it ends, at midnight (UTC) at the latest")
    else:
        rest = "" if found.is_sealed else "; the last run goes on and is not sealed yet"
        say(f"sealed     by link {certificate.link.number}, {certificate.link.chain}{rest}")
    if certificate.stamp is not None:
        say(f"stamped    {certificate.stamp.at.isoformat()} by {certificate.stamp.authority}")


def _looks(found: Coverage) -> str:
    words = plural(found.checks, "look", "looks")
    if found.checks_at_edges:
        words += f", and {found.checks_at_edges} in runs that reach over the edge of the period"
    outcomes = ", ".join(f"{count} {outcome.value.replace('_', ' ')}" for outcome, count in found.outcomes.items())
    return f"{words} ({outcomes})" if outcomes else words


def _gap(gap: Gap, certificate: SilenceCertificate) -> str:
    from monitor.wording.reasons import reason_sentence

    timezone = certificate.watch.cadence.timezone
    since = f"after {clock_time(gap.since, timezone)}" if gap.since else "from the beginning"
    until = f"before {clock_time(gap.until, timezone)}" if gap.until else "still"
    words = f"{since}, {until}: {_GAPS[gap.kind]}"
    if gap.checks:
        words += f" ({plural(gap.checks, 'look', 'looks')})"
    return f"{words}: {reason_sentence(gap.reason, certificate.watch.language)}" if gap.reason else words
