"""Watches: what the schedule says, their state, and which are due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from monitor.core.model import Schedule, Validators, ValidatorTrust, Watch, WatchState
from monitor.core.schedule.host_load import host_of
from monitor.errors import LeaseLost, UnknownWatch
from monitor.ports.values import Claim, Settlement, Synced, WatchRow
from storage.chain import Chain
from storage.seals import Seals
from storage.section_watches import archive_items, new_row, reshape_items
from storage.serialization import (
    documents_from_json,
    documents_to_json,
    heavy_body_from_json,
    heavy_body_to_json,
    moving_from_json,
    moving_to_json,
    trouble_to_json,
    watch_from_json,
    watch_state_from,
    watch_to_json,
)
from storage.snapshots import latest_known
from storage.sql_rows import AnyRow
from storage.tables import hosts, watches
from storage.tags import SqlTags

columns = watches.c
_active = and_(columns.archived_at.is_(None), columns.paused.is_(False))
_claimable = and_(
    _active,
    columns.next_check_at <= bindparam("now"),
    or_(columns.lease_until.is_(None), columns.lease_until <= bindparam("now")),
)
_trust_columns = (columns.last_full_at, columns.conditional_requests, columns.distrusted_at)
_state_columns = (columns.state, columns.failures, columns.last_seen_at, columns.last_changed_at, columns.trouble)
_place = func.row_number().over(partition_by=columns.host, order_by=(columns.next_check_at, columns.id))
_ranked = (
    select(
        *(columns.id, columns.key, columns.url, columns.definition, columns.host, columns.next_check_at),
        _place.label("place"),
    )
    .where(_claimable, columns.host.not_in(bindparam("other_hosts", expanding=True)))
    .subquery()
)
_due = (
    select(_ranked.c.key, _ranked.c.url, _ranked.c.definition, _ranked.c.host)
    .where(_ranked.c.place <= bindparam("a_host"))
    .order_by(_ranked.c.next_check_at, _ranked.c.id)
    .limit(bindparam("most"))
)
_due_hosts = _due.with_only_columns(_ranked.c.host)
_as_scheduled = select(
    *(columns.id, columns.key, columns.url, columns.definition, columns.archived_at),
    *(columns.next_check_at, columns.lease_token),
)
_wanted = columns.key.in_(bindparam("wanted", expanding=True))
_lock_wanted = select(columns.id).where(_wanted).order_by(columns.id).with_for_update()
_abandoned = select(columns.key).where(_wanted, columns.lease_until <= bindparam("now"))
_claim = (
    update(watches)
    .where(_wanted)
    .values(lease_token=columns.lease_token + 1, lease_until=bindparam("until"))
    .returning(
        *(columns.id, columns.key, columns.lease_token, columns.etag, columns.last_modified, columns.validators_url),
        *(
            columns.last_raw_sha256,
            columns.markup_sha256,
            columns.moving,
            columns.too_heavy,
            columns.documents,
            columns.next_check_at,
            *_state_columns,
            *_trust_columns,
        ),
    )
)
_claim_due = _claim.where(_claimable)
_release = (
    update(watches)
    .where(columns.id == bindparam("watch"), columns.lease_token == bindparam("token"))
    .values(lease_until=None)
)
_disclaim = update(watches).where(_wanted, columns.lease_until == bindparam("until")).values(lease_until=None)
_settle = (
    update(watches)
    .where(columns.id == bindparam("watch"), columns.lease_token == bindparam("token"))
    .values(
        lease_until=None,
        next_check_at=bindparam("next"),
        state=bindparam("outcome"),
        failures=bindparam("fails"),
        last_seen_at=bindparam("seen"),
        last_changed_at=bindparam("changed"),
        trouble=bindparam("rest"),
        etag=bindparam("tag"),
        last_modified=bindparam("modified"),
        validators_url=bindparam("from_url"),
        last_raw_sha256=bindparam("raw"),
        markup_sha256=bindparam("markup"),
        last_full_at=bindparam("full"),
        conditional_requests=bindparam("conditional"),
        distrusted_at=bindparam("distrusted"),
        moving=bindparam("places"),
        too_heavy=bindparam("heavy"),
        documents=bindparam("files"),
        title=func.coalesce(bindparam("named"), columns.title),
        checks=columns.checks + 1,
    )
)
_sections = watches.alias("sections")
_whole_rows = select(watches, _sections.c.key.label("section_key")).outerjoin(
    _sections, _sections.c.id == columns.section_id
)
ROWS_AT_A_TIME = 500
"""How many rows are in memory at once when all are read."""


class SqlWatches:
    """Implements monitor.ports.storage.WatchRepository on the `watches` table."""

    def __init__(self, connection: Connection, chain: Chain, seals: Seals, tags: SqlTags) -> None:
        self._connection = connection
        self._chain = chain
        self._seals = seals
        self._tags = tags

    def differing(self, schedule: Schedule) -> list[str]:
        known, differing = set(), []
        for row in self._connection.execute(_streamed(_as_scheduled.where(columns.section_id.is_(None)))):
            watch = schedule.watch(row.key)
            if watch is not None:
                known.add(row.key)
            if not (row.archived_at is not None if watch is None else _matches(row, watch)):
                differing.append(row.key)
        return [watch.key for watch in schedule.watches if watch.key not in known] + differing

    def sync(self, schedule: Schedule, now: datetime, *, among: Collection[str] | None = None) -> Synced:
        query, wanted = _as_scheduled.where(columns.section_id.is_(None)), list(schedule.watches)
        if among is not None:
            query = query.where(columns.key.in_(among))
            wanted = [watch for watch in map(schedule.watch, among) if watch is not None]
        known = {row.key: row for row in self._connection.execute(query)}
        new = [new_row(watch, now) for watch in wanted if watch.key not in known]
        if new:
            self._connection.execute(insert(watches), new)
        tagged = [watch for watch in wanted if watch.tags and watch.key not in known]
        for watch in wanted:
            if watch.key in known and (edits := _edits(known[watch.key], watch, now)):
                row = known[watch.key]
                self._connection.execute(update(watches).where(columns.id == row.id).values(edits))
                before = watch_from_json(row.key, row.url, row.definition)
                if before.tags != watch.tags:
                    tagged.append(watch)
                if (before.url, before.recipe) != (watch.url, watch.recipe) and self._seals.defined([row.id]):
                    self._seals.define(row.id, watch.url, watch.recipe, now)
                if before.each is not None and (watch.url, watch.each) != (before.url, before.each):
                    tagged += reshape_items(self._connection, self._seals, row.id, watch, now)
        if tagged:
            self._tags.give(tagged)
        missing = [row for row in known.values() if row.archived_at is None and schedule.watch(row.key) is None]
        if missing:
            archive = update(watches).where(columns.id == bindparam("watch")).values(archived_at=now)
            self._connection.execute(archive, [{"watch": row.id} for row in missing])
            archive_items(self._connection, [row.id for row in missing], now)
        return Synced(
            added=tuple(
                watch.key for watch in wanted if watch.key not in known or known[watch.key].archived_at is not None
            ),
            archived=tuple(row.key for row in missing),
        )

    def due(
        self,
        now: datetime,
        limit: int,
        *,
        a_host: int | None = None,
        but: Collection[str] = (),
        is_ours: Callable[[str], bool] = lambda _: True,
    ) -> list[Watch]:
        wanted = {"now": now, "most": limit, "a_host": limit if a_host is None else a_host, "other_hosts": list(but)}
        rows = self._connection.execute(_due, wanted).all()
        return [watch_from_json(row.key, row.url, row.definition) for row in rows if is_ours(row.host)]

    def due_hosts(self, now: datetime, limit: int, *, but: Collection[str] = ()) -> set[str]:
        wanted = {"now": now, "most": limit, "a_host": 1, "other_hosts": list(but)}
        return set(self._connection.scalars(_due_hosts, wanted))

    def next_due(self) -> datetime | None:
        query = select(columns.next_check_at).where(_active).order_by(columns.next_check_at).limit(1)
        return self._connection.scalar(query)

    def waiting(self, since: datetime, limit: int) -> list[str]:
        query = select(columns.key).where(_active, columns.next_check_at <= since, _is_not_held(since))
        return list(self._connection.scalars(query.order_by(columns.next_check_at, columns.id).limit(limit)))

    def count_waiting(self, until: datetime, *, not_since: datetime | None = None, but: Collection[int] = ()) -> int:
        query = select(func.count()).where(_active, columns.next_check_at <= until, columns.id.not_in(but))
        if not_since is None:
            query = query.where(_is_not_held(until))
        else:
            query = query.where(or_(columns.last_seen_at.is_(None), columns.last_seen_at < not_since))
        return self._connection.scalar(query) or 0

    def count(self, *, among: Collection[int] | None = None, at_most: int | None = None) -> int:
        query = select(columns.id).where(_active)
        if among is not None:
            query = query.where(columns.id.in_(among))
        return self._connection.scalar(select(func.count()).select_from(query.limit(at_most).subquery())) or 0

    def count_states(self) -> dict[str, int]:
        state = case((columns.paused, "paused"), else_=func.coalesce(columns.state, "waiting")).label("stands")
        query = select(state, func.count().label("number")).where(columns.archived_at.is_(None)).group_by(state)
        return {row.stands: row.number for row in self._connection.execute(query)}

    def lock(self, keys: Collection[str]) -> None:
        if self._connection.dialect.name != "sqlite":  # there a writer is alone
            self._connection.execute(_lock_wanted, {"wanted": list(keys)})

    def claim(self, key: str, now: datetime, lease: timedelta, *, force: bool = False) -> Claim | None:
        claims = self.claim_all([key], now, lease, force=force)
        if not claims:
            self._require(key)
            return None
        return claims[0]

    def claim_all(self, keys: Sequence[str], now: datetime, lease: timedelta, *, force: bool = False) -> list[Claim]:
        until = now + lease
        wanted = {"wanted": list(keys), "until": until}
        abandoned = set(self._connection.scalars(_abandoned, {"wanted": list(keys), "now": now}))
        if force:
            rows = self._connection.execute(_claim, wanted).all()
        else:
            rows = self._connection.execute(_claim_due, wanted | {"now": now}).all()
        known = latest_known(self._connection, [row.id for row in rows])
        return [
            Claim(
                watch_id=row.id,
                key=row.key,
                token=row.lease_token,
                lease_until=until,
                watch_state=_watch_state_of(row),
                validators=_validators_of(row),
                latest=known.get(row.id),
                last_raw_sha256=row.last_raw_sha256,
                markup_sha256=row.markup_sha256,
                validator_trust=_validator_trust_of(row),
                moving=moving_from_json(row.moving),
                too_heavy=heavy_body_from_json(row.too_heavy),
                due_at=row.next_check_at,
                documents=documents_from_json(row.documents),
                was_abandoned=row.key in abandoned,
            )
            for row in rows
        ]

    def held(self, claims: Sequence[Claim]) -> set[int]:
        # Holding the chains' heads keeps other writers from raising a lease token until the transaction ends.
        tokens = self._chain.hold([claim.watch_id for claim in claims])
        return {claim.watch_id for claim in claims if tokens.get(claim.watch_id) == claim.token}

    def release(self, claim: Claim) -> None:
        self._connection.execute(_release, {"watch": claim.watch_id, "token": claim.token})

    def disclaim(self, keys: Collection[str], until: datetime) -> None:
        self._connection.execute(_disclaim, {"wanted": list(keys), "until": until})

    def settle(
        self,
        claim: Claim,
        watch_state: WatchState,
        next_check_at: datetime,
        validators: Validators | None,
        raw_sha256: str | None,
        title: str | None = None,
    ) -> None:
        self.settle_all([Settlement(claim, watch_state, next_check_at, validators, raw_sha256, title)])

    def settle_all(self, settlements: Sequence[Settlement]) -> None:
        written = self._connection.execute(_settle, [_settle_values(settlement) for settlement in settlements])
        if written.rowcount != len(settlements):
            raise LeaseLost(settlements[0].claim.key)

    def get(self, key: str) -> WatchRow:
        row = self._connection.execute(_whole_rows.where(columns.key == key)).first()
        if row is None:
            raise self._unknown(key)
        return _watch_row(row)

    def all(self, *, archived: bool = False) -> list[WatchRow]:
        query = _whole_rows.order_by(columns.key)
        if not archived:
            query = query.where(columns.archived_at.is_(None))
        return [_watch_row(row) for row in self._connection.execute(query)]

    def each(self) -> Iterator[WatchRow]:
        query = _streamed(_whole_rows.where(columns.archived_at.is_(None)).order_by(columns.id))
        with self._connection.execute(query) as rows:
            for row in rows:
                yield _watch_row(row)

    def by_ids(self, ids: Iterable[int]) -> dict[int, WatchRow]:
        query = _whole_rows.where(columns.id.in_(list(ids)))
        return {row.id: _watch_row(row) for row in self._connection.execute(query)}

    def ids(self) -> list[int]:
        return list(self._connection.scalars(select(columns.id).order_by(columns.id)))

    def pause(self, key: str, *, paused: bool) -> None:
        if not self._connection.execute(update(watches).where(columns.key == key).values(paused=paused)).rowcount:
            raise self._unknown(key)

    def _require(self, key: str) -> None:
        if self._connection.scalar(select(columns.id).where(columns.key == key)) is None:
            raise self._unknown(key)

    def _unknown(self, key: str) -> UnknownWatch:
        known = select(columns.key).where(columns.archived_at.is_(None)).order_by(columns.key)
        return UnknownWatch(key, tuple(self._connection.scalars(known)))


def _is_not_held(since: datetime) -> ColumnElement[bool]:
    """True for the watches whose host did not ask to be left alone, or has been free again since then."""
    return ~exists().where(hosts.c.host == columns.host, hosts.c.held_until > since)


def _streamed(query: Select[Any]) -> Select[Any]:
    """Return the same query; its rows are fetched a few at a time."""
    return query.execution_options(yield_per=ROWS_AT_A_TIME)


def _matches(row: AnyRow, watch: Watch) -> bool:
    """True if the row is as the schedule defines the watch."""
    return (row.definition, row.url, row.archived_at) == (watch_to_json(watch), watch.url, None)


def _edits(row: AnyRow, watch: Watch, now: datetime) -> dict[str, object]:
    """Return what must be written so that the row is as the schedule defines the watch; empty if it is."""
    edits: dict[str, object] = {}
    if _matches(row, watch):
        return edits
    before = watch_from_json(row.key, row.url, row.definition)
    definition = watch_to_json(watch)
    if definition != row.definition:
        edits["definition"] = definition
    if row.archived_at is not None:
        edits["archived_at"] = None
    if watch.url != row.url:
        edits.update(
            url=watch.url,
            host=host_of(watch.url),
            etag=None,
            last_modified=None,
            validators_url=None,
            last_raw_sha256=None,
            markup_sha256=None,
            last_full_at=None,
            conditional_requests=0,
            distrusted_at=None,
            moving=None,
            too_heavy=None,
            documents=None,
            title=None,
            lease_token=row.lease_token + 1,
            lease_until=None,
            failures=0,
            trouble=None,
            state=None,
        )
    if row.archived_at is not None or watch.url != row.url or watch.cadence != before.cadence:
        edits["next_check_at"] = min(row.next_check_at, now)
    return edits


def _settle_values(settlement: Settlement) -> dict[str, object]:
    claim, watch_state, validators = settlement.claim, settlement.watch_state, settlement.validators
    trust = settlement.validator_trust or claim.validator_trust
    return {
        "watch": claim.watch_id,
        "token": claim.token,
        "next": settlement.next_check_at,
        "outcome": watch_state.outcome.value if watch_state.outcome else None,
        "fails": watch_state.failures,
        "seen": watch_state.last_seen,
        "changed": watch_state.last_changed,
        "rest": trouble_to_json(watch_state),
        "tag": validators.etag if validators else None,
        "modified": validators.last_modified if validators else None,
        "from_url": validators.url if validators else None,
        "raw": settlement.raw_sha256 or claim.last_raw_sha256,  # no other worker writes it while the token holds
        "markup": settlement.markup_sha256,
        "full": trust.last_full_at,
        "conditional": trust.conditional_requests,
        "distrusted": trust.distrusted_at,
        "places": moving_to_json(claim.moving if settlement.moving is None else settlement.moving),
        "heavy": heavy_body_to_json(settlement.too_heavy),
        "files": documents_to_json(claim.documents if settlement.documents is None else settlement.documents),
        "named": settlement.title,
    }


def _validators_of(row: AnyRow) -> Validators | None:
    return Validators(row.etag, row.last_modified, row.validators_url) if row.etag or row.last_modified else None


def _validator_trust_of(row: AnyRow) -> ValidatorTrust:
    return ValidatorTrust(row.last_full_at, row.conditional_requests, row.distrusted_at)


def _watch_state_of(row: AnyRow) -> WatchState:
    return watch_state_from(row.state, row.failures, row.last_seen_at, row.last_changed_at, row.trouble)


def _watch_row(row: AnyRow) -> WatchRow:
    watch = watch_from_json(row.key, row.url, row.definition)
    if row.title and watch.name == watch.key:  # the schedule gives it no name: its own title is its name
        watch = replace(watch, name=row.title)
    return WatchRow(
        id=row.id,
        watch=watch,
        watch_state=_watch_state_of(row),
        next_check_at=row.next_check_at,
        paused=row.paused,
        archived=row.archived_at is not None,
        checks=row.checks,
        validator_trust=_validator_trust_of(row),
        moving=moving_from_json(row.moving),
        documents=documents_from_json(row.documents),
        section=row.section_key,
    )
