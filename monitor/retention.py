"""Use case: remove the bodies of old revisions, in transactions so small that other writers do not wait long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from monitor.ports.storage import UnitOfWork
from monitor.ports.values import Removable

BODIES_AT_A_TIME, BYTES_AT_A_TIME = 100, 4_000_000
"""Limits of one transaction: bodies, and their bytes. Other processes want to write meanwhile."""
BREATH = 0.12
"""Seconds between two transactions: a waiting writer asks for the database's write lock every tenth of a second."""


def remove_old_bodies(
    unit_of_work: UnitOfWork,
    pause: Callable[[float], None],
    before: datetime | None,
    keep: int | None,
    *,
    now: datetime,
    rule: str,
) -> list[Removable]:
    """Remove the bodies that may be removed; return the revisions whose bodies were removed, by watch and number.

    Suspect bodies that no watch waits for any more are removed as well, but not returned. `pause` is called with
    `BREATH` between two transactions.
    """
    with unit_of_work.read() as work:
        planned, unwanted = work.retention.removable(before, keep), work.retention.aside()
    planned_hashes = {revision.sha256 for revision in planned}
    removed: list[Removable] = []
    for number, batch in enumerate(_batches(planned)):
        if number:
            pause(BREATH)
        with unit_of_work.write() as work:
            hashes = {revision.sha256 for revision in work.retention.removable(before, keep, batch.keys())}
            work.retention.remove(hashes, now, rule, planned_hashes)
        removed += [revision for sha256, revisions in batch.items() if sha256 in hashes for revision in revisions]
    for start in range(0, len(unwanted), BODIES_AT_A_TIME):
        if start:
            pause(BREATH)
        with unit_of_work.write() as work:
            work.retention.remove_aside(unwanted[start : start + BODIES_AT_A_TIME])
    return sorted(removed, key=lambda revision: (revision.watch, revision.revision))


def _batches(planned: Sequence[Removable]) -> Iterator[dict[str, list[Removable]]]:
    """Yield revisions by the hashes of their bodies, as many at a time as may be removed in one transaction."""
    by_body: dict[str, list[Removable]] = {}
    for revision in planned:
        by_body.setdefault(revision.sha256, []).append(revision)
    batch: dict[str, list[Removable]] = {}
    size = 0
    for sha256, revisions in by_body.items():
        if batch and (len(batch) >= BODIES_AT_A_TIME or size + revisions[0].size > BYTES_AT_A_TIME):
            yield batch
            batch, size = {}, 0
        batch[sha256] = revisions
        size += revisions[0].size
    if batch:
        yield batch
