"""Certified silence: the account of a period, with the link of the chain and the time stamp that seal it."""

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
    """`link` seals the last run of the account, and with it everything before; `stamp` is the first time stamp of it
    or of a link after it."""

    watch: Watch
    coverage: Coverage
    link: ChainLink | None
    stamp: Timestamp | None


def certify(unit_of_work: UnitOfWork, key: str, start: datetime, end: datetime) -> SilenceCertificate:
    """Account for what was seen of a watch from `start` to `end`. Raises UnknownWatch."""
    with unit_of_work.read() as work:
        row = work.watches.get(key)
        found = coverage(work.history.sealed_runs(row.id), row.next_check_at, start, end)
        links = {link.number: link for link in work.history.links(row.id)}
        stamps = work.timestamps.all()
    link = links.get(found.sealed_to) if found.sealed_to is not None else None
    return SilenceCertificate(row.watch, found, link, _first_of(stamps, key, link))


def _first_of(stamps: list[Timestamp], key: str, link: ChainLink | None) -> Timestamp | None:
    if link is None:
        return None
    for stamp in stamps:
        if any(head.genesis == genesis(key) and head.link >= link.number for head in heads_in(stamp.statement)):
            return stamp
    return None
