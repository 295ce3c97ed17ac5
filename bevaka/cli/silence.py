"""The `silence` command: what was seen in a period, and every gap."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bevaka.cli.as_of_words import gap_in_words
from bevaka.cli.console import date_and_time, emit, plural, say, styled
from bevaka.cli.watch_argument import watch_keys

if TYPE_CHECKING:
    from bevaka.proof.silence import SilenceCertificate
    from monitor.core.record.coverage import Coverage


@click.command()
@click.argument("watch", shell_complete=watch_keys)
@click.option(
    "--from",
    "start",
    metavar="DAY",
    help="The first day (2026-03-01), or a time in ISO 8601; the first check where it is left out.",
)
@click.option(
    "--to", "end", metavar="DAY", help="The last day, or a time that is not included; now where it is left out."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def silence(watch: str, start: str | None, end: str | None, as_json: bool) -> None:
    """What was seen of a page in a period, how often, and every gap: what can be said when nothing was told.

    The record holds runs of checks, a day each at most. Of a run that reaches over the edge of the period it is not
    known how many checks fell inside: those are counted on their own. A period that is not over is told until now; one
    that has not begun is refused.

    \b
    Example:
      bevaka silence sfs-2021-995
      bevaka silence sfs-2021-995 --from 2026-01-01 --to 2026-03-31
    """
    from bevaka.assembly import Assembly
    from bevaka.proof.silence import certify

    with Assembly(reads_history=True) as assembly:
        with assembly.unit_of_work.read() as work:
            row = work.watches.get(watch)
            timezone, checked = ZoneInfo(row.watch.cadence.timezone), work.history.checked(row.id)
        now = assembly.clock.now()
        if start is None and checked is None:
            raise click.UsageError(f"{watch} was never checked: bevaka check {watch}")
        first = checked[0] if checked else now
        since = first if start is None else _period_edge(start, timezone, last=False)
        until = now if end is None else _period_edge(end, timezone, last=True)
        if since >= until:
            raise click.UsageError("the period ends before it begins")
        if since > now:
            raise click.UsageError("the period has not begun: nothing can be said of it yet")
        certificate = certify(assembly.unit_of_work, watch, since, min(until, now))
    if as_json:
        emit(_as_json(certificate))
    else:
        _say(certificate)


def _period_edge(text: str, timezone: ZoneInfo, *, last: bool) -> datetime:
    """Return the beginning of a day, or its end if it is the `last` one, or the time that is given; in UTC.

    Without an offset it is local time. Raises click.UsageError.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is no day; write e.g. 2026-03-01") from None
    if len(text) == len("2026-03-01"):
        day = at.date() + timedelta(days=1) if last else at.date()
        at = datetime.combine(day, time())
    return (at if at.tzinfo else at.replace(tzinfo=timezone)).astimezone(UTC)


def _as_json(certificate: SilenceCertificate) -> dict[str, object]:
    from monitor.wording.json_forms import gap_as_json

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
        "gaps": [gap_as_json(gap, certificate.watch.language) for gap in found.gaps],
        "sealed": {"link": link.number, "chain": link.chain} if link else None,
        "all_sealed": found.is_sealed,
        "timestamp": {"at": stamp.at, "authority": stamp.authority} if stamp else None,
    }


def _say(certificate: SilenceCertificate) -> None:
    found, timezone = certificate.coverage, certificate.watch.cadence.timezone

    def at(moment: datetime | None) -> str:
        return date_and_time(moment, timezone)

    say(styled(f"{certificate.watch.key}  {at(found.start)} – {at(found.end)}", bold=True))
    say(f"checks     {_checks_in_words(found)}")
    if found.first_check is not None:
        say(f"between    {at(found.first_check)} and {at(found.last_check)}")
    revisions = ", ".join(f"#{number}" for number in found.revisions)
    if len(found.revisions) == 1:
        revisions += ", and no other"
    say(f"revisions  {revisions or 'none'}")
    say(f"gaps       {len(found.gaps) or 'none'}")
    for gap in found.gaps:
        say(f"  {gap_in_words(gap, timezone, certificate.watch.language)}")
    if certificate.link is None:
        say("sealed     not yet: a run is sealed when it ends, by the first check after midnight (UTC)")
    else:
        rest = "" if found.is_sealed else "; the last run goes on and is not sealed yet"
        say(f"sealed     by link {certificate.link.number}, {certificate.link.chain}{rest}")
    if certificate.stamp is not None:
        say(f"stamped    {at(certificate.stamp.at)} by {certificate.stamp.authority}")


def _checks_in_words(found: Coverage) -> str:
    words = plural(found.checks, "check", "checks")
    if found.checks_at_edges:
        words += f", and {found.checks_at_edges} in runs that reach over the edge of the period"
    outcomes = ", ".join(f"{count} {outcome.value.replace('_', ' ')}" for outcome, count in found.outcomes.items())
    return f"{words} ({outcomes})" if outcomes else words
