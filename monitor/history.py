"""Use case: what was seen, and when. The command line and the mail read history here alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.compare import judge
from monitor.core.model import (
    FAILING,
    Change,
    Changed,
    DeliveryItem,
    Fetched,
    Language,
    Observation,
    Outcome,
    Recipe,
    Snapshot,
    Watch,
)
from monitor.core.revisions import parse_revision, resolve
from monitor.errors import ExtractError, Reason, UnknownRevision
from monitor.ports import ChangeView, Flaw, UnitOfWork, WatchRow, Work
from monitor.reading import Reader, Reading


@dataclass(frozen=True, slots=True)
class LogRow:
    """One revision in the history of a watch."""

    revision: int
    at: datetime
    outcome: Outcome
    material: bool | None
    summary: dict[Language, str] | None
    sha256: str


@dataclass(frozen=True, slots=True)
class WatchLog:
    """A watch's revisions, oldest first, and its runs of equal outcomes."""

    watch: Watch
    rows: tuple[LogRow, ...]
    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One revision with its bytes."""

    watch: Watch
    snapshot: Snapshot
    body: bytes
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions compared; `change` is None when they read the same."""

    watch: Watch
    before: Snapshot
    after: Snapshot
    change: Change | None
    seen_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusRow:
    """How a watch stands. `state` is the outcome of its last look; before the first it is "waiting"."""

    watch: str
    name: str
    state: str
    last_seen: datetime | None
    last_changed: datetime | None
    next_check: datetime | None
    failures: int
    reason: Reason | None


class History:
    """Reads the store; writes nothing."""

    def __init__(self, unit_of_work: UnitOfWork, reader: Reader) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader

    def log(self, key: str) -> WatchLog:
        """Every revision of a watch. Raises UnknownWatch."""
        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            changes = {change.after_number: change for change in work.history.changes(row.id)}
            rows = []
            for snapshot in work.snapshots.all(row.id):
                change = changes.get(snapshot.number)
                rows.append(
                    LogRow(
                        snapshot.number,
                        snapshot.taken_at,
                        Outcome.CHANGED if change else Outcome.FIRST,
                        change.material if change else None,
                        change.summary if change else None,
                        snapshot.sha256,
                    )
                )
            return WatchLog(row.watch, tuple(rows), tuple(work.history.observations(row.id)))

    def copy(self, revision: str) -> Copy:
        """One revision, e.g. "county#12". Raises UnknownWatch, UnknownRevision."""
        with self._unit_of_work.read() as work:
            row, snapshot = self._find(work, revision)
            return self._copy(work, row.watch, snapshot)

    def read(self, copy: Copy) -> Reading:
        """A copy as it was read when it was kept. Raises ExtractError."""
        return self._reader.read(copy.snapshot.fetched(copy.body), copy.recipe)

    def diff(self, first: str, second: str | None = None) -> Difference:
        """What differs between two revisions of a watch; with one, between it and the one before it.

        Both are read under the recipe of the later one. Raises UnknownWatch, UnknownRevision, ExtractError.
        """
        with self._unit_of_work.read() as work:
            row, one = self._find(work, first)
            if second is None:
                if one.number == 1:
                    raise UnknownRevision(f"{row.watch.key}#0", newest=len(work.snapshots.all(row.id)))
                before, after = work.snapshots.get(row.id, one.number - 1), one
            else:
                other_row, other = self._find(work, second)
                if other_row.id != row.id:
                    raise UnknownRevision(second, newest=0)
                before, after = one, other
            record = next((c for c in work.history.changes(row.id) if c.after_number == after.number), None)
            adjacent = record is not None and record.before_number == before.number
            recipe = record.recipe if record and adjacent else work.snapshots.recipe(after.id)
            seen_before = record.seen_before if record and adjacent else None
            change = self._compare(work, before, after, recipe, seen_before)
            return Difference(row.watch, before, after, change, seen_before)

    def status(self, *, archived: bool = False) -> list[StatusRow]:
        """How every watch stands."""
        with self._unit_of_work.read() as work:
            return [_status(row) for row in work.watches.all(archived=archived)]

    def watches(self) -> list[Watch]:
        """Every watch that is not archived, as the schedule last said."""
        with self._unit_of_work.read() as work:
            return [row.watch for row in work.watches.all()]

    def verify(self, revision: str | None = None) -> tuple[int, list[Flaw]]:
        """Check the store (or one watch) against its hashes: how many things, and what is wrong."""
        with self._unit_of_work.read() as work:
            if revision is None:
                return work.history.verify()
            spec = parse_revision(revision, "UTC")
            return work.history.verify(work.watches.get(spec.watch).id)

    def view(self, work: Work, item: DeliveryItem) -> ChangeView:
        """What a message says of one event; the diff is rebuilt from the two copies."""
        row = work.watches.get(item.watch_key)
        record = item.event.change
        if record is None:
            return ChangeView(row.watch, item.event, subscription=item.subscription)
        before = work.snapshots.get(row.id, record.before_number)
        after = work.snapshots.get(row.id, record.after_number)
        change = self._compare(work, before, after, record.recipe, record.seen_before)
        return ChangeView(row.watch, item.event, change, before, after, item.subscription)

    def _compare(
        self, work: Work, before: Snapshot, after: Snapshot, recipe: Recipe, seen_before: datetime | None
    ) -> Change | None:
        """Judged as when it was seen: `seen_before` is when the old text was last seen, where that is known."""
        fetched = [snapshot.fetched(work.snapshots.body(snapshot.sha256)) for snapshot in (before, after)]
        one, two = self._read_both(fetched[0], fetched[1], recipe)
        verdict = judge(
            one.extraction, two.extraction, fetched_before=seen_before or before.taken_at, fetched_after=after.taken_at
        )
        return verdict.change if isinstance(verdict, Changed) else None

    def _read_both(self, before: Fetched, after: Fetched, recipe: Recipe) -> tuple[Reading, Reading]:
        try:
            return self._reader.read(before, recipe), self._reader.read(after, recipe)
        except ExtractError:  # one copy has no place for this recipe: both are read whole, as when they were compared
            whole = Recipe(drop=recipe.drop, ignore=recipe.ignore)
            return self._reader.read(before, whole), self._reader.read(after, whole)

    def _copy(self, work: Work, watch: Watch, snapshot: Snapshot) -> Copy:
        return Copy(watch, snapshot, work.snapshots.body(snapshot.sha256), work.snapshots.recipe(snapshot.id))

    def _find(self, work: Work, revision: str) -> tuple[WatchRow, Snapshot]:
        key = parse_revision(revision, "UTC").watch
        row = work.watches.get(key)
        snapshots: Sequence[Snapshot] = work.snapshots.all(row.id)
        return row, resolve(parse_revision(revision, row.watch.cadence.timezone), snapshots)


def _status(row: WatchRow) -> StatusRow:
    standing = row.standing
    state = standing.outcome.value if standing.outcome else "waiting"
    if row.paused:
        state = "paused"
    if row.archived:
        state = "archived"
    return StatusRow(
        row.watch.key,
        row.watch.name,
        state,
        standing.last_seen,
        standing.last_changed,
        None if row.paused or row.archived else row.next_check_at,
        standing.failures,
        standing.reason if standing.outcome in FAILING or state in {"moved", "withdrawn"} else None,
    )
