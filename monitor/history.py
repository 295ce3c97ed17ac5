"""Use case: query the history. The command line, the web page and the mails query history through this module alone.

Extractors and the judging of changes are imported by the methods that compare: `log` and `status` only list what is
stored, and must start without delay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor.comparer import Comparer
from monitor.core.model import (
    FAILING,
    Block,
    Change,
    Changed,
    ChangeRecord,
    Condition,
    DeliveryItem,
    Document,
    Event,
    EventKind,
    Extraction,
    Fetched,
    Observation,
    Recipe,
    Snapshot,
    Unchanged,
    Watch,
)
from monitor.core.people.followed_keys import tag_of
from monitor.core.record.as_of import AsOf, as_of, is_whole
from monitor.core.record.revision_spec import RevisionLookup, RevisionSpec, parse_revision, resolve_revision
from monitor.core.schedule.cadence import planned_check
from monitor.core.schedule.host_load import host_of
from monitor.errors import BodyRemoved, ExtractError, Flaw, NotSeenThen, UnknownRevision, UnknownWatch
from monitor.ports.storage import UnitOfWork, Work
from monitor.ports.values import ChangeView, KeptDocument, LogRow, SectionItem, StatusRow, Totals, WatchRow

if TYPE_CHECKING:
    from monitor.core.judging.blame import Origin
    from monitor.core.law.amendments import RegisterFinding
    from monitor.core.people.page_parts import PagePart
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
    """Announced events of a law, past or still to come, in the order of their days."""
    older: int = 0


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision with its bytes."""

    watch: Watch
    snapshot: Snapshot
    body: bytes
    recipe: Recipe
    as_of: AsOf | None = None
    """Between which checks it was seen, where it was asked for by a time."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two revisions compared; `change` is None when their extractions are equal.

    `finding` is what the register of amendments said of the change, where the register was asked at the time.
    """

    watch: Watch
    before: Snapshot
    after: Snapshot
    change: Change | None
    seen_before: datetime | None = None
    finding: RegisterFinding | None = None
    texts: tuple[tuple[Block, ...], tuple[Block, ...]] = ((), ())
    """The blocks of both revisions, as they were compared."""
    text_sha256: str = ""
    """The hash of the text of a suspect page, by which it is accepted."""


@dataclass(frozen=True, slots=True)
class LatestEvent:
    """An event and its watch. `same_day`: all events of a law that took effect on the day of this one."""

    watch: Watch
    event: Event
    same_day: tuple[Event, ...] = ()


NEAR = timedelta(days=60)
"""The time around a moment in which its checks are looked for first; a long history is not read as a whole for it."""


class History:
    """Queries the store; writes nothing. `reader` is called when a revision is extracted."""

    def __init__(
        self, unit_of_work: UnitOfWork, reader: Callable[[], Reader], comparer: Comparer | None = None
    ) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader
        self._comparer = comparer or Comparer()
        self._latest_told: tuple[object, tuple[Change | None, Extraction]] | None = None

    def log(self, key: str, newest: int | None = None) -> WatchLog:
        """Return every revision of a watch, or the `newest` ones. Raises UnknownWatch."""
        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            rows = work.history.log(row.id, newest)
            older = rows[0].revision - 1 if rows else 0
            observations = work.history.observations(row.id, since=rows[0].at if older else None)
            return WatchLog(row.watch, tuple(rows), tuple(observations), tuple(work.announced_events.of(row.id)), older)

    def copy(self, revision: str) -> Revision:
        """Return one revision, e.g. "county#12". Raises UnknownWatch, UnknownRevision, NotSeenThen."""
        with self._unit_of_work.read() as work:
            row, snapshot, found = self._find(work, revision)
            return replace(self._revision(work, row.watch, snapshot), as_of=found)

    def as_of(self, revision: str) -> tuple[Watch, AsOf]:
        """Return what is known of a watch at a time, e.g. "county@2026-03-01". Raises UnknownWatch, UnknownRevision."""
        with self._unit_of_work.read() as work:
            row, spec = self._spec(work, revision)
            return row.watch, self._as_of(work, row, spec)

    def seen_at(self, watch: str) -> tuple[str, datetime | None]:
        """Return the key of a watch and, for "county@2026-03-01", when that time ended.

        Raises UnknownWatch, UnknownRevision, NotSeenThen.
        """
        if parse_revision(watch, "UTC").period is None:
            return watch, None
        with self._unit_of_work.read() as work:
            row, _, found = self._find(work, watch)
            return row.watch.key, found.until if found else None

    def extract(self, revision: Revision) -> VersionedExtraction:
        """Extract a revision under the recipe with which it was stored. Raises ExtractError."""
        return self._reader().extract(revision.snapshot.fetched(revision.body), revision.recipe)

    def parts(self, key: str) -> list[PagePart]:
        """Return the parts of a watch's newest revision; none before the first. Raises UnknownWatch, ExtractError."""
        from monitor.core.people.page_parts import page_parts  # noqa: PLC0415  see above

        try:
            newest = self.copy(key)
        except UnknownRevision:
            return []
        return page_parts(self.extract(newest).extraction.blocks)

    def blame(self, key: str, until: int | None = None) -> tuple[Watch, list[Origin]]:
        """Return the watch, and every block of its newest revision with the revision that last changed the block.

        `until`: of that revision instead, from it and those before it. Extracts every revision; one that can no longer
        be extracted is skipped. Raises UnknownWatch.
        """
        from monitor.core.judging.blame import RevisionExtraction, blame  # noqa: PLC0415  see above

        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            revisions = []
            for snapshot in work.snapshots.all(row.id):
                if until is not None and snapshot.number > until:
                    break
                with suppress(BodyRemoved):
                    revisions.append(self._revision(work, row.watch, snapshot))
        extractions = []
        for revision in revisions:
            with suppress(ExtractError):
                extracted = self.extract(revision)
                extractions.append(
                    RevisionExtraction(revision.snapshot.number, revision.snapshot.taken_at, extracted.extraction)
                )
        return row.watch, blame(extractions, row.watch.cadence.timezone)

    def diff(self, first: str, second: str | None = None) -> Difference:
        """Return what differs between two revisions of a watch; with one given, between it and the one before it.

        Both are extracted under the recipe of the later one. Raises UnknownWatch, UnknownRevision,
        NotSeenThen, ExtractError.
        """
        from monitor.core.law.amendments import RegisterFinding  # noqa: PLC0415  see above

        with self._unit_of_work.read() as work:
            row, one, _ = self._find(work, first)
            if second is None:
                if one.number == 1:
                    raise UnknownRevision(f"{row.watch.key}#1", newest=1, before_first=True)
                before, after = work.snapshots.get(row.id, one.number - 1), one
            else:
                other_row, other, _ = self._find(work, second)
                if other_row.id != row.id:
                    raise UnknownRevision(second, of_another=row.watch.key)
                before, after = one, other
            record = work.history.change(row.id, after.number)
            adjacent = record is not None and record.before_number == before.number
            recipe = record.recipe if record and adjacent else work.snapshots.recipe(after.id)
            seen_before = record.seen_before if record and adjacent else None
            told = record if record and adjacent else None
            seen = told.seen_before if told else before.taken_at
            verdict, old, new = self._compare(work, row, before, after, recipe, seen, told)
            change = verdict.change if isinstance(verdict, Changed) else None
            event = work.history.event_of(record) if record and adjacent else None
            facts = event.facts.get("register") if event else None
            finding = RegisterFinding.from_facts(facts) if isinstance(facts, dict) else None
            return Difference(row.watch, before, after, change, seen_before, finding, (old.blocks, new.blocks))

    def suspect(self, key: str) -> Difference | None:
        """Return how a suspect page differs from the latest revision; None if the watch is not suspect now.

        In `after` are the time and the hash of the suspect body; its number is that of the revision before. Raises
        UnknownWatch, ExtractError.
        """
        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            run, before = row.watch_state.suspect, work.snapshots.of(row.id).newest()
            if run is None or before is None:
                return None
            after = replace(before, sha256=run.raw_sha256, taken_at=run.last_at)
            recipe = work.snapshots.recipe(before.id)
            verdict, old, new = self._compare(work, row, before, after, recipe, before.taken_at)
            change = verdict.change if isinstance(verdict, Changed) else None
            texts = (old.blocks, new.blocks)
            return Difference(row.watch, before, after, change, texts=texts, text_sha256=run.text_sha256)

    def status(self, *, archived: bool = False) -> list[StatusRow]:
        """Return the state of every watch."""
        with self._unit_of_work.read() as work:
            holds = work.hosts.holds()
            return [_status(row, holds) for row in work.watches.all(archived=archived)]

    def status_of(self, key: str) -> StatusRow | None:
        """Return the state of one watch, None where it was never checked or is archived."""
        with self._unit_of_work.read() as work:
            try:
                row, holds = work.watches.get(key), work.hosts.holds()
            except UnknownWatch:
                return None
        return None if row.archived else _status(row, holds)

    def each_status(self) -> Iterator[StatusRow]:
        """Yield the state of every watch that is not archived, in no promised order; few are in memory at once."""
        with self._unit_of_work.read() as work:
            holds = work.hosts.holds()
            for row in work.watches.each():
                yield _status(row, holds)

    def lateness(self) -> list[float]:
        """Return by how many seconds checks began later than they were due, in ascending order."""
        with self._unit_of_work.read() as work:
            return sorted(work.stats.lateness())

    def totals(self) -> list[Totals]:
        """Return the totals of each watch that is not archived."""
        with self._unit_of_work.read() as work:
            return work.stats.totals()

    def items(self, key: str) -> tuple[Watch, list[SectionItem], int | None]:
        """Return a section, its items, and the number of its newest revision. Raises UnknownWatch.

        Any other watch has no items.
        """
        with self._unit_of_work.read() as work:
            row = work.watches.get(key)
            newest = work.snapshots.of(row.id).newest()
            return row.watch, work.sections.items(row.id), newest.number if newest else None

    def latest(self, limit: int, key: str | None = None) -> list[LatestEvent]:
        """Return the newest events of one watch, of those that have a tag (`tag:NAME`), or of all, newest first.

        Archived watches are left out but where one is asked for. Raises UnknownWatch.
        """
        with self._unit_of_work.read() as work:
            tag, watch_id = tag_of(key), None
            if key is not None and tag is None:
                watch_id = work.watches.get(key).id
            found = work.history.latest_events(limit, watch_id=watch_id, tag=tag)
            rows = work.watches.by_ids({event.watch_id for event in found})
            return [LatestEvent(rows[event.watch_id].watch, event, tuple(_of_same_day(work, event))) for event in found]

    def latest_changes(self, limit: int) -> list[tuple[Watch, ChangeRecord]]:
        """Return the newest material changes of all watches that are not archived, newest first."""
        with self._unit_of_work.read() as work:
            found = work.history.latest_events(limit, kinds={EventKind.CHANGED})
            rows = work.watches.by_ids({event.watch_id for event in found})
            return [(rows[event.watch_id].watch, event.change) for event in found if event.change]

    def watches(self) -> list[Watch]:
        """Return every watch that is not archived, as last given by the schedule."""
        with self._unit_of_work.read() as work:
            return [row.watch for row in work.watches.all()]

    def offered(self, named: Collection[str]) -> list[Watch]:
        """Return the watches that a form offers to subscribers: of those of sections' items, only the ones named."""
        with self._unit_of_work.read() as work:
            return [row.watch for row in work.watches.all() if row.section is None or row.watch.key in named]

    def verify(self, revision: str | None = None) -> tuple[int, list[Flaw]]:
        """Verify the store (or one watch) against its hashes; return how many things were verified, and the flaws.

        For a revision, its whole watch is verified: a revision is only as good as its chain. Raises UnknownWatch,
        UnknownRevision.
        """
        with self._unit_of_work.read() as work:
            if revision is None:
                return work.history.verify()
            row = work.watches.get(parse_revision(revision, "UTC").watch)
            if revision != row.watch.key:
                self._find(work, revision)
            return work.history.verify(row.id)

    def views(self, work: Work, items: Sequence[DeliveryItem]) -> list[ChangeView]:
        """Return what a message says of its events, in their order; the diffs are rebuilt from the revisions.

        Several changes of one page have a net effect as well, where the first and the last can be compared.
        """
        changes: dict[str, list[DeliveryItem]] = {}
        for item in items:
            if item.event.change is not None:
                changes.setdefault(item.watch_key, []).append(item)
        last = {id(together[-1]): together for together in changes.values() if len(together) > 1}
        views = []
        for item in items:
            view, together = self._view(work, item), last.get(id(item))
            views.append(replace(view, net=self._net_view(work, together)) if together else view)
        return views

    def _net_view(self, work: Work, items: Sequence[DeliveryItem]) -> ChangeView | None:
        """Return the net effect of several changes; None where the first and the last cannot be compared."""
        steps = tuple(item.event.change for item in items if item.event.change is not None)
        first, last, row = steps[0], steps[-1], work.watches.get(items[-1].watch_key)
        before, after = (work.snapshots.get(row.id, number) for number in (first.before_number, last.after_number))
        if before.source_url != after.source_url:
            return None  # the watch was given another address in between
        try:
            verdict, _, extraction = self._compare(work, row, before, after, last.recipe, first.seen_before)
        except BodyRemoved:
            return None
        change = verdict.change if isinstance(verdict, Changed) else Change(())
        view = ChangeView(row.watch, items[-1].event, change, before, after, items[-1].subscription, steps=steps)
        return _narrowed(view, extraction)

    def _view(self, work: Work, item: DeliveryItem) -> ChangeView:
        """Return what a message says of one event.

        The latest one is kept: a change is told to one subscriber after the other, and read once for all of them.
        """
        row = work.watches.get(item.watch_key)
        if item.event.kind is EventKind.FLAPPING:
            return self._flapping_view(work, row, item)
        record = item.event.change
        if record is None:
            known = _latest_at(work.snapshots.of(row.id), item.event.at)
            return ChangeView(row.watch, item.event, after=known, subscription=item.subscription)
        before = work.snapshots.get(row.id, record.before_number)
        after = work.snapshots.get(row.id, record.after_number)
        told = (record, row.watch.cadence.timezone, row.moving)
        latest = self._latest_told
        if latest is None or latest[0] != told:
            seen = record.seen_before
            verdict, _, extraction = self._compare(work, row, before, after, record.recipe, seen, record)
            latest = told, (verdict.change if isinstance(verdict, Changed) else None, extraction)
            self._latest_told = latest
        change, extraction = latest[1]
        return _narrowed(ChangeView(row.watch, item.event, change, before, after, item.subscription), extraction)

    def _flapping_view(self, work: Work, row: WatchRow, item: DeliveryItem) -> ChangeView:
        """Return what a message says of a page that goes back and forth: what it says now, against the text before."""
        after = work.snapshots.of(row.id).newest(0)
        record = work.history.change(row.id, after.number) if after else None
        view = ChangeView(row.watch, item.event, after=after, subscription=item.subscription)
        if after is None or record is None:
            return view
        before = work.snapshots.get(row.id, record.before_number)
        try:
            verdict, _, extraction = self._compare(work, row, before, after, record.recipe, record.seen_before, record)
        except BodyRemoved:
            return view
        change = verdict.change if isinstance(verdict, Changed) else None
        return _narrowed(replace(view, change=change, before=before), extraction)

    def _compare(
        self,
        work: Work,
        row: WatchRow,
        before: Snapshot,
        after: Snapshot,
        recipe: Recipe,
        seen_before: datetime,
        record: ChangeRecord | None = None,
    ) -> tuple[Unchanged | Changed, Extraction, Extraction]:
        """Return the verdict on two revisions, judged as when they were seen, and both extractions.

        `seen_before` is when the first was last seen; `record` is that of the change between them, if there is one.
        """
        from monitor.core.judging.moves_at_each_check import as_moving  # noqa: PLC0415  see above
        from monitor.core.judging.own_date import as_recorded  # noqa: PLC0415  see above
        from monitor.core.judging.section_changes import with_known_items  # noqa: PLC0415  see above
        from monitor.core.record.never_seen import Lines, seen_in  # noqa: PLC0415  see above

        def earlier(lines: Lines) -> Lines:
            until = after.number - 1 if record else before.number
            seen = seen_in(work.snapshots.texts(row.id, after.source_url, until), lines)
            if not recipe.documents:
                return seen
            from monitor.documents import lines_in_documents  # noqa: PLC0415  see above

            latest = before if before.number == until else work.snapshots.get(row.id, until)
            return seen | lines_in_documents(work, self._reader(), latest, recipe, lines - seen)

        def in_view_of_history(change: Change) -> Change:
            change = as_moving(change, row.moving, after.number)
            if change.of_section:
                change = with_known_items(change, work.sections.identities(row.id, before=after.taken_at))
            return as_recorded(change, record.rule if record else None)

        fetched = [snapshot.fetched(work.snapshots.body(snapshot.sha256)) for snapshot in (before, after)]
        old, new = (read.extraction for read in self._extract_both(fetched[0], fetched[1], recipe))
        if recipe.documents:
            from monitor.documents import both_with_documents  # noqa: PLC0415  see above

            old, new = both_with_documents(work, self._reader(), (before, after), (old, new), recipe)
        verdict = self._comparer.judge(
            old,
            new,
            fetched_before=seen_before,
            fetched_after=after.taken_at,
            timezone=row.watch.cadence.timezone,
            recipe=recipe,
            earlier=earlier,
            in_view_of_history=in_view_of_history,
        )
        return verdict, old, new

    def documents(self, revision: Revision) -> list[KeptDocument]:
        """Return the documents of a revision, in the order of its page; none where they never were part of it."""
        from monitor.documents import linked_parts  # noqa: PLC0415  see above

        with self._unit_of_work.read() as work:
            if not work.snapshots.has_documents(revision.snapshot.id):
                return []
        try:
            page = self.extract(revision).extraction
        except ExtractError:
            return []
        with self._unit_of_work.read() as work:
            found = linked_parts(work, revision.snapshot, page)
            return [KeptDocument(link.title, part) for link, part in found]

    def document(self, revision: Revision, url: str) -> tuple[KeptDocument, Fetched] | None:
        """Return a document of a revision as its server sent it; None where the revision has no such document.

        Its time is that of the revision with which it was fetched first.
        """
        from monitor.documents import answer_of  # noqa: PLC0415  see above

        found = next((each for each in self.documents(revision) if each.part.url == url), None)
        if found is None:
            return None
        with self._unit_of_work.read() as work:
            sealed_with = work.snapshots.of(revision.snapshot.watch_id).numbered(found.part.number)
            return found, answer_of(work, sealed_with or revision.snapshot, found.part)

    def read_document(self, revision: Revision, document: KeptDocument, answer: Fetched) -> Document:
        """Read a document of a revision. Raises HeavyWorkError, NotADocument."""
        from monitor.core.page.document_links import DocumentLink  # noqa: PLC0415  see above

        link = DocumentLink(document.part.url, document.title, is_certain=True)
        return self._reader().read_document(link, answer, revision.recipe)

    def _extract_both(
        self, before: Fetched, after: Fetched, recipe: Recipe
    ) -> tuple[VersionedExtraction, VersionedExtraction]:
        try:
            return self._reader().extract(before, recipe), self._reader().extract(after, recipe)
        except ExtractError:  # the recipe finds nothing in one of them: both are extracted whole, as when compared
            return self._reader().extract(before, recipe.whole), self._reader().extract(after, recipe.whole)

    def _revision(self, work: Work, watch: Watch, snapshot: Snapshot) -> Revision:
        return Revision(watch, snapshot, work.snapshots.body(snapshot.sha256), work.snapshots.recipe(snapshot.id))

    def _find(self, work: Work, revision: str) -> tuple[WatchRow, Snapshot, AsOf | None]:
        row, spec = self._spec(work, revision)
        if spec.period is None:
            return row, resolve_revision(spec, work.snapshots.of(row.id)), None
        found = self._as_of(work, row, spec)
        if found.revision is None:
            gap = next((gap for gap in found.gaps if gap.reasons), found.gaps[0])
            sights = [(sight.revision, sight.at) if sight else None for sight in (found.before, found.after)]
            raise NotSeenThen(revision, gap.kind, gap.reasons, *sights, timezone=row.watch.cadence.timezone)
        return row, work.snapshots.get(row.id, found.revision), found

    def _spec(self, work: Work, revision: str) -> tuple[WatchRow, RevisionSpec]:
        row = work.watches.get(parse_revision(revision, "UTC").watch)
        return row, parse_revision(revision, row.watch.cadence.timezone)

    def _as_of(self, work: Work, row: WatchRow, spec: RevisionSpec) -> AsOf:
        if spec.period is None:
            raise UnknownRevision(spec.asked, malformed=True)
        since, until = spec.period
        checked = work.history.checked(row.id)
        if checked is None or since > checked[1] or until <= checked[0]:
            newest, is_later = work.snapshots.of(row.id).newest(), checked is not None and since > checked[1]
            raise UnknownRevision(
                spec.asked,
                newest.number if newest else 0,
                first_at=checked[0] if checked and not is_later else None,
                last_at=checked[1] if checked and is_later else None,
                timezone=row.watch.cadence.timezone,
            )
        near = work.history.sealed_observations(row.id, since - NEAR, until + NEAR)
        found = as_of(near, since, until)
        if found is None or not is_whole(found, near, checked):
            found = as_of(work.history.sealed_observations(row.id), since, until)
        if found is None:
            raise UnknownRevision(spec.asked, malformed=True)
        if found.revision is None or found.after is None:
            return found
        shown, after = (work.snapshots.get(row.id, number) for number in (found.revision, found.after.revision))
        return replace(found, other_address=shown.source_url != after.source_url)


def _latest_at(revisions: RevisionLookup, at: datetime) -> Snapshot | None:
    """Return the latest revision that was taken at a time or before."""
    back = 0
    while (found := revisions.newest(back)) is not None and found.taken_at > at:
        back += 1
    return found


def _narrowed(view: ChangeView, extraction: Extraction) -> ChangeView:
    """Return the view with the parts alone that its subscription is limited to. `extraction` is that of its text now.

    The followed parts may have changed since this became owed: if none is concerned now, all of it is told.
    """
    from monitor.core.people.part_filter import followed_changes, names_of_parts  # noqa: PLC0415  see above

    view = _about_words(view)
    change, only = view.change, view.subscription.only if view.subscription else ()
    if change is None or not only:
        return view
    blocks, lost = followed_changes(only, change.blocks, names_of_parts(extraction.blocks))
    left_out = [block for block in change.blocks if blocks and block.material and block not in blocks]
    return replace(
        view,
        change=replace(change, blocks=blocks or change.blocks),
        left_out=view.left_out + len(left_out),
        lost=lost,
    )


def _about_words(view: ChangeView) -> ChangeView:
    """Return the view with the changes alone that touch the words of its subscription; all of them if none does now."""
    from monitor.core.judging.only_if import meets  # noqa: PLC0415  see above

    change, words = view.change, view.subscription.only_if if view.subscription else ()
    if change is None or not words:
        return view
    about = [block for block in change.blocks if block.material and meets(block, Condition(any=words))]
    if not about:
        return view
    blocks = tuple(block for block in change.blocks if block in about or not block.material)
    return replace(view, change=replace(change, blocks=blocks), left_out=len(change.blocks) - len(blocks))


def _of_same_day(work: Work, event: Event) -> Iterator[Event]:
    """Yield the events that took effect on the day of one that did."""
    if event.kind is EventKind.IN_FORCE:
        yield from (other for other in work.announced_events.of(event.watch_id) if other.due_on == event.due_on)


def _status(row: WatchRow, holds: Mapping[str, datetime]) -> StatusRow:
    """Return the status of a watch; at a host that asks to be left alone, the next check comes after that."""
    watch_state = row.watch_state
    next_check_at = planned_check(row.next_check_at, holds.get(host_of(row.watch.url))) if holds else row.next_check_at
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
        None if row.paused or row.archived else next_check_at,
        watch_state.failures,
        watch_state.reason if watch_state.outcome in FAILING or state in {"moved", "withdrawn"} else None,
        row.validator_trust.distrusted_at,
        tuple(place for place in row.moving if place.is_learnt),
        row.watch.tags,
        row.section,
        next_check_at != row.next_check_at and not (row.paused or row.archived),
    )
