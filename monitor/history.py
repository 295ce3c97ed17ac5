"""Use case: what was seen, and when. The command line and the mail read history here alone.

Readers and the judging of changes are imported by the methods that compare: `log` and `status` list what is kept, and
are to answer at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.core.model import (
    FAILING,
    Change,
    Changed,
    ChangeRecord,
    DeliveryItem,
    Event,
    Extraction,
    Fetched,
    Observation,
    Recipe,
    Snapshot,
    Watch,
)
from monitor.core.record.revision_spec import parse_revision, resolve_revision
from monitor.errors import CopyRemoved, ExtractError, Flaw, UnknownRevision
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import ChangeView, LogRow, StatusRow, Totals, WatchRow

if TYPE_CHECKING:
    from monitor.core.judging.blame import Origin
    from monitor.core.law.amendments import RegisterFinding
    from monitor.reader import Reader, VersionedExtraction


@dataclass(frozen=True, slots=True)
class WatchLog:
    """A watch's revisions, oldest first, and its runs of equal outcomes since the first of them.

    `older` revisions came before these.
    """

    watch: Watch
    rows: tuple[LogRow, ...]
    observations: tuple[Observation, ...]
    in_force: tuple[Event, ...] = ()
    """What a law announced for a day, told on it or still to come, in the order of the days."""
    older: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision with its bytes."""

    watch: Watch
    snapshot: Snapshot
    body: bytes
    recipe: Recipe


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions compared; `change` is None when they read the same.

    `finding` is what the register of amendments said of it, where it was asked then.
    """

    watch: Watch
    before: Snapshot
    after: Snapshot
    change: Change | None
    seen_before: datetime | None = None
    finding: RegisterFinding | None = None


class History:
    """Reads the store; writes nothing. `reader` is asked for when a copy is read."""

    def __init__(self, unit_of_work: UnitOfWork, reader: Callable[[], Reader]) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader

    def log(self, key: str, newest: int | None = None) -> WatchLog:
        """Every revision of a watch, or so many of the newest. Raises UnknownWatch."""
        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            rows = work.history.log(row.id, newest)
            older = rows[0].revision - 1 if rows else 0
            observations = work.history.observations(row.id, since=rows[0].at if older else None)
            return WatchLog(row.watch, tuple(rows), tuple(observations), tuple(work.announced_events.of(row.id)), older)

    def copy(self, revision: str) -> Revision:
        """One revision, e.g. "county#12". Raises UnknownWatch, UnknownRevision."""
        with self._unit_of_work.read() as work:
            row, snapshot = self._find(work, revision)
            return self._copy(work, row.watch, snapshot)

    def read(self, copy: Revision) -> VersionedExtraction:
        """A copy as it was read when it was kept. Raises ExtractError."""
        return self._reader().read(copy.snapshot.fetched(copy.body), copy.recipe)

    def blame(self, key: str) -> tuple[Watch, list[Origin]]:
        """Every block of the newest revision, with the revision that last changed it.

        Reads every revision; one that cannot be read any more is passed over. Raises UnknownWatch.
        """
        from monitor.core.judging.blame import Read, blame  # noqa: PLC0415  see above

        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            copies = []
            for snapshot in work.snapshots.all(row.id):
                with suppress(CopyRemoved):
                    copies.append(self._copy(work, row.watch, snapshot))
        revisions = []
        for copy in copies:
            with suppress(ExtractError):
                extracted = self.read(copy)
                revisions.append(Read(copy.snapshot.number, copy.snapshot.taken_at, extracted.extraction))
        return row.watch, blame(revisions)

    def diff(self, first: str, second: str | None = None) -> Difference:
        """What differs between two revisions of a watch; with one, between it and the one before it.

        Both are read under the recipe of the later one. Raises UnknownWatch, UnknownRevision, ExtractError.
        """
        from monitor.core.law.amendments import RegisterFinding  # noqa: PLC0415  see above

        with self._unit_of_work.read() as work:
            row, one = self._find(work, first)
            if second is None:
                if one.number == 1:
                    newest = work.snapshots.of(row.id).newest()
                    raise UnknownRevision(f"{row.watch.key}#0", newest=newest.number if newest else 0)
                before, after = work.snapshots.get(row.id, one.number - 1), one
            else:
                other_row, other = self._find(work, second)
                if other_row.id != row.id:
                    raise UnknownRevision(second, of_another=row.watch.key)
                before, after = one, other
            record = work.history.change(row.id, after.number)
            adjacent = record is not None and record.before_number == before.number
            recipe = record.recipe if record and adjacent else work.snapshots.recipe(after.id)
            seen_before = record.seen_before if record and adjacent else None
            change, _ = self._compare(work, before, after, recipe, seen_before)
            event = work.history.event_of(record) if record and adjacent else None
            facts = event.facts.get("register") if event else None
            finding = RegisterFinding.from_facts(facts) if isinstance(facts, dict) else None
            return Difference(row.watch, before, after, change, seen_before, finding)

    def status(self, *, archived: bool = False) -> list[StatusRow]:
        """How every watch stands."""
        with self._unit_of_work.read() as work:
            return [_status(row) for row in work.watches.all(archived=archived)]

    def each_status(self) -> Iterator[StatusRow]:
        """How every watch stands that is not archived, in no promised order; only a few are in memory at once."""
        with self._unit_of_work.read() as work:
            for row in work.watches.each():
                yield _status(row)

    def totals(self) -> list[Totals]:
        """What has been done for each watch that is not archived."""
        with self._unit_of_work.read() as work:
            return work.stats.totals()

    def latest(self, limit: int) -> list[tuple[Watch, ChangeRecord]]:
        """The newest material changes of all watches that are not archived, the newest first."""
        with self._unit_of_work.read() as work:
            changes = work.history.latest_changes(limit)
            rows = work.watches.some({change.watch_id for change in changes})
            return [(rows[change.watch_id].watch, change) for change in changes]

    def watches(self) -> list[Watch]:
        """Every watch that is not archived, as the schedule last said."""
        with self._unit_of_work.read() as work:
            return [row.watch for row in work.watches.all()]

    def verify(self, revision: str | None = None) -> tuple[int, list[Flaw]]:
        """Check the store (or one watch) against its hashes: how many things, and what is wrong.

        A revision stands for its watch: what is right of one copy hangs on the whole chain. Raises UnknownWatch,
        UnknownRevision.
        """
        with self._unit_of_work.read() as work:
            if revision is None:
                return work.history.verify()
            row = work.watches.get(parse_revision(revision, "UTC").watch)
            if revision != row.watch.key:
                self._find(work, revision)
            return work.history.verify(row.id)

    def view(self, work: Work, item: DeliveryItem) -> ChangeView:
        """What a message says of one event; the diff is rebuilt from the two copies."""
        from monitor.core.people.part_filter import followed  # noqa: PLC0415  see above

        row = work.watches.get(item.watch_key)
        record = item.event.change
        if record is None:
            return ChangeView(row.watch, item.event, subscription=item.subscription)
        before = work.snapshots.get(row.id, record.before_number)
        after = work.snapshots.get(row.id, record.after_number)
        change, newer = self._compare(work, before, after, record.recipe, record.seen_before)
        view = ChangeView(row.watch, item.event, change, before, after, item.subscription)
        only = item.subscription.only
        if change is None or not only:
            return view
        blocks, lost = followed(only, change.blocks, newer.blocks)
        # What she follows may be another part by now than when this became owed: then all of it is told.
        left_out = [block for block in change.blocks if blocks and block.material and block not in blocks]
        return replace(view, change=replace(change, blocks=blocks or change.blocks), left_out=len(left_out), lost=lost)

    def _compare(
        self, work: Work, before: Snapshot, after: Snapshot, recipe: Recipe, seen_before: datetime | None
    ) -> tuple[Change | None, Extraction]:
        """What differs, and the later text, judged as when it was seen.

        `seen_before` is when the old text was last seen, where that is known.
        """
        from monitor.core.judging.compare import judge  # noqa: PLC0415  see above

        fetched = [snapshot.fetched(work.snapshots.body(snapshot.sha256)) for snapshot in (before, after)]
        one, two = self._read_both(fetched[0], fetched[1], recipe)
        verdict = judge(
            one.extraction, two.extraction, fetched_before=seen_before or before.taken_at, fetched_after=after.taken_at
        )
        return verdict.change if isinstance(verdict, Changed) else None, two.extraction

    def _read_both(
        self, before: Fetched, after: Fetched, recipe: Recipe
    ) -> tuple[VersionedExtraction, VersionedExtraction]:
        try:
            return self._reader().read(before, recipe), self._reader().read(after, recipe)
        except ExtractError:  # one copy has no place for this recipe: both are read whole, as when they were compared
            whole = Recipe(drop=recipe.drop, ignore=recipe.ignore)
            return self._reader().read(before, whole), self._reader().read(after, whole)

    def _copy(self, work: Work, watch: Watch, snapshot: Snapshot) -> Revision:
        return Revision(watch, snapshot, work.snapshots.body(snapshot.sha256), work.snapshots.recipe(snapshot.id))

    def _find(self, work: Work, revision: str) -> tuple[WatchRow, Snapshot]:
        key = parse_revision(revision, "UTC").watch
        row = work.watches.get(key)
        return row, resolve_revision(parse_revision(revision, row.watch.cadence.timezone), work.snapshots.of(row.id))


def _status(row: WatchRow) -> StatusRow:
    watch_state = row.watch_state
    state = watch_state.outcome.value if watch_state.outcome else "waiting"
    if row.paused:
        state = "paused"
    if row.archived:
        state = "archived"
    return StatusRow(
        row.watch.key,
        row.watch.name,
        state,
        watch_state.last_seen,
        watch_state.last_changed,
        None if row.paused or row.archived else row.next_check_at,
        watch_state.failures,
        watch_state.reason if watch_state.outcome in FAILING or state in {"moved", "withdrawn"} else None,
    )
