"""The `verify` command: whether everything is as it was kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import day, emit, note, plural, say
from bevaka.cli.damage import flaw_line
from bevaka.cli.watch_argument import watch_keys
from bevaka.exit_codes import DAMAGED
from monitor.errors import StorageError
from monitor.wording.json_forms import flaw_as_json

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.errors import Flaw
    from monitor.ports.storage import UnitOfWork
    from monitor.ports.values import Removal


@click.command()
@click.argument("revision", metavar="[WATCH]", required=False, shell_complete=watch_keys)
@click.option(
    "--ca",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Certificates (PEM) that time stamps must lead to; else BEVAKA_TIMESTAMP_CA.",
)
@click.option("--head", metavar="HASH", help="A head of WATCH's chain that somebody kept elsewhere: must be in it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def verify(revision: str | None, ca: Path | None, head: str | None, as_json: bool) -> int:
    """Check every body, text, revision, change, link of the chain and time stamp. Exits with 4 when one is damaged.

    The signatures of time stamps are checked where the authority's certificates are named. For one watch it says by
    what its chain is anchored: without a time stamp, or a head that somebody kept elsewhere, whoever holds the database
    can make another one. A backup that was restored proves nothing of what was recorded after it.

    \b
    Example:
      bevaka verify
      bevaka verify lansstyrelsen-kalmar --head 3f0c…
    """
    from bevaka.assembly import Assembly
    from bevaka.proof.timestamps import check_all_timestamps, read_roots
    from monitor.core.record.revision_spec import parse_revision

    if head is not None and revision is None:
        raise click.UsageError("a head is that of one chain: name its watch, bevaka verify WATCH --head HASH")
    anchored = None
    with Assembly(reads_history=True) as assembly:
        checked, flaws = assembly.history.verify(revision)
        certificates = ca or assembly.settings.timestamp_ca
        stamps, stamp_flaws = check_all_timestamps(
            assembly.unit_of_work, read_roots(certificates) if certificates else ()
        )
        removed = _removed(assembly.unit_of_work, parse_revision(revision, "UTC").watch if revision else None)
        if revision and not flaws:
            key = parse_revision(revision, "UTC").watch
            anchored, head_flaws = _anchored(assembly, key, head, certificates)
            flaws += head_flaws
    flaws += stamp_flaws
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
                **({"anchored": anchored} if anchored else {}),
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
            say(flaw_line(flaw))
        if anchored:
            note(anchored)
        note(f"{checked} checked, {len(flaws)} bad" if flaws else f"{checked} checked, all as they were kept")
    return DAMAGED if flaws else 0


def _anchored(assembly: Assembly, key: str, head: str | None, certificates: Path | None) -> tuple[str, list[Flaw]]:
    """Return by what a watch's chain is anchored, and the flaw if a head that was given is not in it."""
    from bevaka import __version__
    from bevaka.proof.verify import Anchors, read_certificates
    from bevaka.proof.watch_record import watch_record
    from monitor.errors import Flaw

    flaws: list[Flaw] = []
    with assembly.unit_of_work.read() as work:
        record = watch_record(work, key, assembly.clock.now(), f"Bevaka/{__version__}")
    anchors = Anchors(record)
    if head is not None:
        anchors.head(head, lambda what: flaws.append(Flaw(key, None, what)))
    trusted = read_certificates(certificates.read_text(encoding="utf-8")) if certificates else []
    anchors.stamps(trusted, lambda what: flaws.append(Flaw(key, None, what)))
    return str(anchors).replace("this file", "this database"), flaws


def _removed(unit_of_work: UnitOfWork, key: str | None) -> list[Removal]:
    """Return the bodies that retention removed; none if they cannot be read, which is then among the flaws found."""
    try:
        with unit_of_work.read() as work:
            return work.retention.removals(work.watches.get(key).id if key else None)
    except StorageError:
        return []
