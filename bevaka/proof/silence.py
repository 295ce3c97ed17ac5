"""Certified silence: the coverage of a period, with the link of the chain and the time stamp that seal it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import Watch
from monitor.core.record.chain_heads import genesis, heads_in
from monitor.core.record.coverage import Coverage, coverage
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import ChainLink, Timestamp


@dataclass(frozen=True, slots=True)
class SilenceCertificate:
    """The coverage of a period and what seals it.

    `link` seals the last run of the coverage, and with it everything before; `stamp` is the first time stamp of that
    link or of a later one.
    """

    watch: Watch
    coverage: Coverage
    link: ChainLink | None
    stamp: Timestamp | None


def certify(unit_of_work: UnitOfWork, key: str, start: datetime, end: datetime) -> SilenceCertificate:
    """Return the coverage of a watch from `start` to `end`, with what seals it. Raises UnknownWatch."""
    with unit_of_work.read() as work:
        row = work.watches.get(key)
        found = coverage(work.history.sealed_observations(row.id), row.next_check_at, start, end)
        links = {link.number: link for link in work.history.links(row.id)}
        stamps = work.timestamps.all()
    link = links.get(found.sealed_to) if found.sealed_to is not None else None
    return SilenceCertificate(row.watch, found, link, _first_stamp(stamps, key, link))


def _first_stamp(stamps: list[Timestamp], key: str, link: ChainLink | None) -> Timestamp | None:
    if link is None:
        return None
    for stamp in stamps:
        if any(head.genesis == genesis(key) and head.link >= link.number for head in heads_in(stamp.statement)):
            return stamp
    return None
