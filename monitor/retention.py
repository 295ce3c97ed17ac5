"""Use case: the bodies of old revisions are removed, so much at a time that nobody else waits long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Removable

BODIES_AT_A_TIME, BYTES_AT_A_TIME = 100, 4_000_000
"""What goes in one transaction: bodies, and the bytes of them. Others want to write meanwhile."""
BREATH = 0.12
"""Seconds between two of them: who waits for the database's writing place asks for it every tenth of a second."""


def remove_old_bodies(
    unit_of_work: UnitOfWork,
    pause: Callable[[float], None],
    before: datetime | None,
    keep: int | None,
    *,
    now: datetime,
    rule: str,
) -> list[Removable]:
    """Let go of what may go, so much at a time that nobody else waits long; what went."""
    with unit_of_work.read() as work:
        planned, unwanted = work.retention.removable(before, keep), work.retention.aside()
    going = {copy.sha256 for copy in planned}
    gone: list[Removable] = []
    for number, batch in enumerate(_batches(planned)):
        if number:
            pause(BREATH)
        with unit_of_work.write() as work:
            still = {copy.sha256 for copy in work.retention.removable(before, keep, batch.keys())}
            work.retention.remove(still, now, rule, going)
        gone += [copy for sha256, copies in batch.items() if sha256 in still for copy in copies]
    for start in range(0, len(unwanted), BODIES_AT_A_TIME):
        if start:
            pause(BREATH)
        with unit_of_work.write() as work:
            work.retention.remove_aside(unwanted[start : start + BODIES_AT_A_TIME])
    return sorted(gone, key=lambda copy: (copy.watch, copy.revision))


def _batches(planned: Sequence[Removable]) -> Iterator[dict[str, list[Removable]]]:
    """Copies by their bodies, so many at a time as may go in one transaction."""
    by_body: dict[str, list[Removable]] = {}
    for copy in planned:
        by_body.setdefault(copy.sha256, []).append(copy)
    batch: dict[str, list[Removable]] = {}
    size = 0
    for sha256, copies in by_body.items():
        if batch and (len(batch) >= BODIES_AT_A_TIME or size + copies[0].size > BYTES_AT_A_TIME):
            yield batch
            batch, size = {}, 0
        batch[sha256] = copies
        size += copies[0].size
    if batch:
        yield batch
