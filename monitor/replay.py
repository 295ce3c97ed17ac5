"""Use case: replay a recipe over the kept history of a page, before it is saved. Reads what is stored, writes nothing.

newest ──► oldest: each kept revision is read under the recipe, and compared with the next older one that it sees. No
network is asked. What was not replayed for lack of time, bytes or room is counted. The revisions were accepted, so none
is suspect here: a recipe that picks another part of the page shows by what it would have told.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from monitor.comparer import Comparer
from monitor.core.judging.compare import owed
from monitor.core.judging.moves_at_each_check import as_moving
from monitor.core.judging.own_date import as_recorded
from monitor.core.judging.section_changes import with_known_items
from monitor.core.model import Change, ChangeRecord, Extraction, Snapshot, Unchanged, Watch
from monitor.core.record.never_seen import Earlier, Lines, lines_of, lines_of_text
from monitor.core.record.replay import LeftOut, Replay, ReplayedRevision, Said, SaidOutcome
from monitor.documents import both_with_documents, lines_in_documents
from monitor.errors import (
    BodyRemoved,
    DatabaseAway,
    DatabaseBusy,
    ExtractError,
    HeavyWorkBusy,
    HeavyWorkFailed,
    Reason,
    StorageError,
    UnknownWatch,
)
from monitor.ports.storage import UnitOfWork
from monitor.ports.values import WatchRow
from monitor.reader import Reader
from monitor.wording.summary import summarise

MOST = 200
"""Revisions that are replayed unless another number is asked for."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A revision and how it came to be; `change` is None where it was the first of its address.

    `is_edge`: it is only there for the one after it, and older ones are left out.
    """

    snapshot: Snapshot
    change: ChangeRecord | None = None
    is_edge: bool = False


class ReplayRecipe:
    """Replays recipes. It stops after `seconds`, or once one piece of work that was begun then is done."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        reader: Reader,
        comparer: Comparer,
        *,
        seconds: float,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader
        self._comparer = comparer
        self._seconds = seconds
        self._elapsed = elapsed

    def __call__(self, watch: Watch, *, most: int = MOST) -> Replay:
        """Return what the recipe of `watch` would have said of the newest revisions, `most` at most.

        Those of another address are another page. A watch that is not known yet has no history. Raises
        HeavyWorkStopped.
        """
        until = self._elapsed() + self._seconds
        with self._unit_of_work.read() as work:
            try:
                row = work.watches.get(watch.key)
            except UnknownWatch:
                return Replay()
            every = work.snapshots.all(row.id)
            mine = [snapshot for snapshot in every if snapshot.source_url == watch.url]
            asked = mine[max(0, len(mine) - most) :]
            kept = [_Kept(snapshot, work.history.change(row.id, snapshot.number)) for snapshot in asked]
        left_out: Counter[LeftOut] = Counter()
        left_out["other_address"], left_out["most"] = len(every) - len(mine), len(mine) - len(asked)
        if kept and len(mine) > len(asked):
            kept = [_Kept(mine[-len(asked) - 1], is_edge=True), *kept]
        pages = self._read(watch, [each.snapshot for each in kept], until, left_out)
        revisions = tuple(self._replayed(watch, row, kept, pages, until, left_out))
        return Replay(revisions, {why: number for why, number in left_out.items() if number})

    def _read(
        self, watch: Watch, snapshots: Sequence[Snapshot], until: float, left_out: Counter[LeftOut]
    ) -> dict[int, Extraction | Reason | None]:
        """Return what is read of revisions by number: a reason where they are not seen, None where nothing is known.

        The newest are read first; two thirds of the time are for that.
        """
        pages: dict[int, Extraction | Reason | None] = {}
        for snapshot in reversed(snapshots):
            if self._elapsed() > until - self._seconds / 3:
                break
            pages[snapshot.number] = None
            try:
                with self._unit_of_work.read() as work:
                    body = work.snapshots.body(snapshot.sha256)
                pages[snapshot.number] = self._reader.extract(snapshot.fetched(body), watch.recipe).extraction
            except ExtractError as error:
                pages[snapshot.number] = error.reason()
            except HeavyWorkFailed as error:
                pages[snapshot.number] = Reason("reader-failed", {"detail": error.name})
            except HeavyWorkBusy:
                left_out["busy"] += 1
            except BodyRemoved:
                left_out["removed"] += 1
            except (DatabaseBusy, DatabaseAway):
                raise
            except StorageError:  # damaged: `verify` says so
                left_out["damaged"] += 1
        return pages

    def _replayed(
        self,
        watch: Watch,
        row: WatchRow,
        kept: Sequence[_Kept],
        pages: Mapping[int, Extraction | Reason | None],
        until: float,
        left_out: Counter[LeftOut],
    ) -> Iterator[ReplayedRevision]:
        """Yield the revisions that can be replayed, the newest first; count the others."""
        first = self._first_lines(row, watch, pages, until) if watch.recipe.never_seen else {}
        newest_first = list(reversed(kept))
        for place, each in enumerate(newest_first):
            if each.is_edge:
                return
            number = each.snapshot.number
            page = pages.get(number)
            if number not in pages or self._elapsed() > until:
                left_out["time"] += 1
                continue
            if page is None:
                continue  # counted when it was read
            before: _Seen | None = None
            if isinstance(page, Reason):
                now = Said("not_seen", reason=page)
            else:
                found = _latest_seen(newest_first[place + 1 :], pages)
                if isinstance(found, str):
                    left_out[found] += 1
                    continue
                before = found
                earlier = partial(self._before, watch, before, first, number)
                try:
                    now = self._said(watch, row, before, each, page, earlier) if before else Said("first")
                except (DatabaseBusy, DatabaseAway):
                    raise
                except (HeavyWorkBusy, StorageError) as error:  # of its documents, or of those before
                    left_out[_why_not(error)] += 1
                    continue
                except HeavyWorkFailed as error:
                    now = Said("not_seen", reason=Reason("reader-failed", {"detail": error.name}))
            then, record = _said_then(row.watch, each.change), each.change
            is_other = record is not None and record.recipe != watch.recipe
            at, compared = each.snapshot.taken_at, before[0].number if before else None
            yield ReplayedRevision(number, at, compared, then, now, is_other)

    def _said(
        self, watch: Watch, row: WatchRow, before: _Seen, after: _Kept, page: Extraction, earlier: Earlier
    ) -> Said:
        record, number, (old_snapshot, old) = after.change, after.snapshot.number, before
        known: set[str] = set()
        if watch.recipe.documents:
            with self._unit_of_work.read() as work:
                revisions = old_snapshot, after.snapshot
                old, page = both_with_documents(work, self._reader, revisions, (old, page), watch.recipe)
        elif watch.is_section:
            with self._unit_of_work.read() as work:
                known = work.sections.identities(row.id, before=after.snapshot.taken_at)

        def in_view_of_history(change: Change) -> Change:
            change = with_known_items(change, known)
            return as_recorded(as_moving(change, row.moving, number), record.rule if record else None)

        is_adjacent = record is not None and record.before_number == old_snapshot.number
        try:
            verdict = self._comparer.judge(
                old,
                page,
                fetched_before=record.seen_before if record and is_adjacent else old_snapshot.taken_at,
                fetched_after=after.snapshot.taken_at,
                timezone=watch.cadence.timezone,
                recipe=watch.recipe,
                earlier=earlier,
                in_view_of_history=in_view_of_history,
            )
        except ExtractError as error:  # too heavy to compare
            return Said("not_seen", reason=error.reason())
        if isinstance(verdict, Unchanged):
            return Said("unchanged")
        change = verdict.change
        outcome: SaidOutcome = "told" if owed(change, watch.alert) else "held_back"
        return Said(outcome, change.rule, summarise(change), change.held_back)

    def _before(self, watch: Watch, before: _Seen | None, first: Mapping[str, int], number: int, lines: Lines) -> Lines:
        """Return those of some lines that a revision before `number` had, or a document of it."""
        seen = Lines(line for line in lines if first.get(line, number) < number)
        if before is None or not watch.recipe.documents:
            return seen
        with self._unit_of_work.read() as work:
            return seen | lines_in_documents(work, self._reader, before[0], watch.recipe, lines - seen)

    def _first_lines(
        self, row: WatchRow, watch: Watch, pages: Mapping[int, Extraction | Reason | None], until: float
    ) -> dict[str, int]:
        """Return the first revision that has a line, by the line.

        What a revision has is what the recipe reads of it, where it was read; of all others, what was read at the time.
        """
        first: dict[str, int] = {}
        with self._unit_of_work.read() as work:
            for number, text in work.snapshots.texts(row.id, watch.url):
                if self._elapsed() > until:
                    break
                if pages.get(number) is None:
                    _note(first, lines_of_text(text), number)
        for number, page in pages.items():
            if isinstance(page, Extraction):
                _note(first, lines_of(page.blocks), number)
        return first


def _note(first: dict[str, int], lines: Lines, number: int) -> None:
    for line in lines:
        first[line] = min(first.get(line, number), number)


def _why_not(error: HeavyWorkBusy | StorageError) -> LeftOut:
    if isinstance(error, HeavyWorkBusy):
        return "busy"
    return "removed" if isinstance(error, BodyRemoved) else "damaged"


_Seen = tuple[Snapshot, Extraction]


def _latest_seen(
    older: Sequence[_Kept], pages: Mapping[int, Extraction | Reason | None]
) -> _Seen | Literal["time", "removed", "most"] | None:
    """Return the latest of these, newest first, that is seen; None if none is, or why that is not known."""
    for each in older:
        if each.snapshot.number not in pages:
            return "time"
        page = pages[each.snapshot.number]
        if page is None:
            return "removed"
        if isinstance(page, Extraction):
            return each.snapshot, page
        if each.is_edge:
            return "most"
    return None


def _said_then(watch: Watch, record: ChangeRecord | None) -> Said:
    """Return what was said of a revision. The date alone is known by the class of its change."""
    if record is None:
        return Said("first")
    is_told = record.material and not (watch.alert == "content" and record.category == "update-date")
    outcome: SaidOutcome = "told" if is_told or watch.alert == "any" else "held_back"
    return Said(outcome, record.rule, record.summary)
