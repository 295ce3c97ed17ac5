"""Watches: what the schedule says, what stands, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, insert, or_, select, update

from monitor.core.model import Schedule, Standing, Validators, Watch
from monitor.errors import LeaseLost, UnknownWatch
from monitor.ports import Claim, Settlement, WatchRow
from storage.rows import AnyRow
from storage.snapshots import latest_known
from storage.tables import watches
from storage.values import standing_from, trouble_to_json, watch_from_json, watch_to_json

columns = watches.c
_free = and_(
    columns.archived_at.is_(None),
    columns.paused.is_(False),
    columns.next_check_at <= bindparam("now"),
    or_(columns.lease_until.is_(None), columns.lease_until <= bindparam("now")),
)
_standing = (columns.state, columns.failures, columns.last_seen_at, columns.last_changed_at, columns.trouble)
_due = (
    select(columns.key, columns.url).where(_free).order_by(columns.next_check_at, columns.id).limit(bindparam("most"))
)
_take = (
    update(watches)
    .where(columns.key.in_(bindparam("wanted", expanding=True)))
    .values(lease_token=columns.lease_token + 1, lease_until=bindparam("until"))
    .returning(
        *(columns.id, columns.key, columns.lease_token, columns.etag, columns.last_modified, columns.validators_url),
        *(columns.last_raw_sha256, *_standing),
    )
)
_take_due = _take.where(_free)
# Locked where the database locks rows; SQLite has one writer, and that is us.
_tokens = (
    select(columns.id, columns.lease_token)
    .where(columns.id.in_(bindparam("claimed", expanding=True)))
    .with_for_update()
)
_release = (
    update(watches)
    .where(columns.id == bindparam("watch"), columns.lease_token == bindparam("token"))
    .values(lease_until=None)
)
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
        title=func.coalesce(bindparam("named"), columns.title),
        checks=columns.checks + 1,
    )
)


class Watches:
    """The `watches` table within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def sync(self, schedule: Schedule, now: datetime) -> None:
        """Make the table as the schedule says: new watches are due now, missing ones archived, edited ones updated.

        A watch whose cadence was edited, or that comes back, is due at the earlier of its old time and now. One whose
        url was edited forgets what it knew of the old address, and a look that is under way there is refused.
        """
        known = {row.key: row for row in self._connection.execute(select(watches))}
        new = [_new(watch, now) for watch in schedule.watches if watch.key not in known]
        if new:
            self._connection.execute(insert(watches), new)
        for watch in schedule.watches:
            if watch.key in known and (edits := _edits(known[watch.key], watch, now)):
                self._connection.execute(update(watches).where(columns.id == known[watch.key].id).values(edits))
        wanted = {watch.key for watch in schedule.watches}
        missing = [row.id for row in known.values() if row.key not in wanted and row.archived_at is None]
        if missing:
            archive = update(watches).where(columns.id == bindparam("watch")).values(archived_at=now)
            self._connection.execute(archive, [{"watch": watch_id} for watch_id in missing])

    def due(self, now: datetime, limit: int) -> list[tuple[str, str]]:
        """(key, url) of the watches that are due and not leased, the longest waiting first."""
        return [(key, url) for key, url in self._connection.execute(_due, {"now": now, "most": limit})]

    def claim(self, key: str, now: datetime, lease: timedelta, *, force: bool = False) -> Claim | None:
        """Lease a watch; None when it is not due or leased. `force` takes it whatever stands. Raises UnknownWatch."""
        claims = self.claim_all([key], now, lease, force=force)
        if not claims:
            self._require(key)
            return None
        return claims[0]

    def claim_all(self, keys: Sequence[str], now: datetime, lease: timedelta, *, force: bool = False) -> list[Claim]:
        """Lease several watches at once; those that `claim` would not give are left out. In no order."""
        until = now + lease
        wanted = {"wanted": list(keys), "until": until}
        if force:
            rows = self._connection.execute(_take, wanted).all()
        else:
            rows = self._connection.execute(_take_due, wanted | {"now": now}).all()
        known = latest_known(self._connection, [row.id for row in rows])
        return [
            Claim(
                watch_id=row.id,
                key=row.key,
                token=row.lease_token,
                lease_until=until,
                standing=_standing_of(row),
                validators=_validators_of(row),
                latest=known.get(row.id),
                last_raw_sha256=row.last_raw_sha256,
            )
            for row in rows
        ]

    def held(self, claims: Sequence[Claim]) -> set[int]:
        """The ids of the watches whose lease is still ours, and will be until this transaction ends."""
        rows = self._connection.execute(_tokens, {"claimed": [claim.watch_id for claim in claims]})
        tokens = {row.id: row.lease_token for row in rows}
        return {claim.watch_id for claim in claims if tokens.get(claim.watch_id) == claim.token}

    def release(self, claim: Claim) -> None:
        """Give a lease back without a result; a lease that is not ours any more stays as it is."""
        self._connection.execute(_release, {"watch": claim.watch_id, "token": claim.token})

    def settle(
        self,
        claim: Claim,
        standing: Standing,
        next_check_at: datetime,
        validators: Validators | None,
        raw_sha256: str | None,
        title: str | None = None,
    ) -> None:
        """Write what stands after a check and end the lease. Raises LeaseLost when the token is not ours any more."""
        self.settle_all([Settlement(claim, standing, next_check_at, validators, raw_sha256, title)])

    def settle_all(self, settlements: Sequence[Settlement]) -> None:
        """`settle` for several watches. Raises LeaseLost when one of the tokens is not ours any more (see `held`)."""
        written = self._connection.execute(_settle, [_settled(settlement) for settlement in settlements])
        if written.rowcount != len(settlements):
            raise LeaseLost(settlements[0].claim.key)

    def get(self, key: str) -> WatchRow:
        """One watch. Raises UnknownWatch (with the known keys)."""
        row = self._connection.execute(select(watches).where(columns.key == key)).first()
        if row is None:
            raise self._unknown(key)
        return _watch_row(row)

    def all(self, *, archived: bool = False) -> list[WatchRow]:
        """Every watch, by key; archived ones only when asked for."""
        query = select(watches).order_by(columns.key)
        if not archived:
            query = query.where(columns.archived_at.is_(None))
        return [_watch_row(row) for row in self._connection.execute(query)]

    def pause(self, key: str, *, paused: bool) -> None:
        """Pause or resume. Raises UnknownWatch."""
        if not self._connection.execute(update(watches).where(columns.key == key).values(paused=paused)).rowcount:
            raise self._unknown(key)

    def _require(self, key: str) -> None:
        if self._connection.scalar(select(columns.id).where(columns.key == key)) is None:
            raise self._unknown(key)

    def _unknown(self, key: str) -> UnknownWatch:
        known = select(columns.key).where(columns.archived_at.is_(None)).order_by(columns.key)
        return UnknownWatch(key, tuple(self._connection.scalars(known)))


def _new(watch: Watch, now: datetime) -> dict[str, object]:
    return {
        "key": watch.key,
        "url": watch.url,
        "definition": watch_to_json(watch),
        "paused": False,
        "next_check_at": now,
        "lease_token": 0,
        "failures": 0,
        "checks": 0,
        "chain_length": 0,
    }


def _edits(row: AnyRow, watch: Watch, now: datetime) -> dict[str, object]:
    """What must be written so that the row says what the schedule says; empty when it does."""
    edits: dict[str, object] = {}
    definition = watch_to_json(watch)
    before = watch_from_json(row.key, row.url, row.definition)
    if definition != row.definition:
        edits["definition"] = definition
    if row.archived_at is not None:
        edits["archived_at"] = None
    if watch.url != row.url:
        edits.update(
            url=watch.url,
            etag=None,
            last_modified=None,
            validators_url=None,
            last_raw_sha256=None,
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


def _settled(settlement: Settlement) -> dict[str, object]:
    claim, standing, validators = settlement.claim, settlement.standing, settlement.validators
    return {
        "watch": claim.watch_id,
        "token": claim.token,
        "next": settlement.next_check_at,
        "outcome": standing.outcome.value if standing.outcome else None,
        "fails": standing.failures,
        "seen": standing.last_seen,
        "changed": standing.last_changed,
        "rest": trouble_to_json(standing),
        "tag": validators.etag if validators else None,
        "modified": validators.last_modified if validators else None,
        "from_url": validators.url if validators else None,
        "raw": settlement.raw_sha256 or claim.last_raw_sha256,  # nobody else writes it while the token is ours
        "named": settlement.title,
    }


def _validators_of(row: AnyRow) -> Validators | None:
    return Validators(row.etag, row.last_modified, row.validators_url) if row.etag or row.last_modified else None


def _standing_of(row: AnyRow) -> Standing:
    return standing_from(row.state, row.failures, row.last_seen_at, row.last_changed_at, row.trouble)


def _watch_row(row: AnyRow) -> WatchRow:
    watch = watch_from_json(row.key, row.url, row.definition)
    if row.title and watch.name == watch.key:  # the schedule gives it no name: it is known by its own title
        watch = replace(watch, name=row.title)
    return WatchRow(
        id=row.id,
        watch=watch,
        standing=_standing_of(row),
        next_check_at=row.next_check_at,
        paused=row.paused,
        archived=row.archived_at is not None,
        checks=row.checks,
    )
