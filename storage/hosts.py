"""Hosts: who may ask a host and when, how long to leave it alone and why, and robots.txt."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, insert, select, text, update

from monitor.core.schedule.breaker import CLOSED, Breaker
from monitor.core.schedule.cadence import LONGEST_RETRY_AFTER
from monitor.core.schedule.host_turns import WANTED_FOR, HostState, HostTurn, TurnWish, begins_at, is_wanted
from storage.tables import hosts, robots

_turns = select(
    *(hosts.c.host, hosts.c.turn_token, hosts.c.turn_until, hosts.c.next_request_at),
    *(hosts.c.wanted_until, hosts.c.wanted_by),
).where(hosts.c.host.in_(bindparam("names", expanding=True)))
_known = select(hosts.c.host).where(hosts.c.host.in_(bindparam("names", expanding=True)))
# As Python sorts the names, and therefore as `end_turns` writes their rows, whatever the database sorts by.
_locked_turns = _turns.order_by(hosts.c.host.collate("C")).with_for_update()
_add = insert(hosts)
_add_missing = text("INSERT INTO hosts (host) VALUES (:host) ON CONFLICT DO NOTHING")
_take = (
    update(hosts)
    .where(hosts.c.host == bindparam("name"))
    .values(
        turn_token=bindparam("token"),
        turn_until=bindparam("until"),
        turn_worker=bindparam("worker"),
        wanted_until=None,
        wanted_by=None,
    )
)
_extend = (
    update(hosts)
    .where(hosts.c.host == bindparam("name"), hosts.c.turn_token == bindparam("token"))
    .values(turn_until=bindparam("until"))
)
_end = (
    update(hosts)
    .where(hosts.c.host == bindparam("name"), hosts.c.turn_token == bindparam("token"))
    .values(turn_until=None, next_request_at=bindparam("free_at"))
)
_is_turn_of = and_(
    hosts.c.host == bindparam("name"),
    hosts.c.turn_worker.is_not_distinct_from(bindparam("worker")),
    hosts.c.turn_until == bindparam("until"),
)
_turn_of = select(hosts.c.turn_token).where(_is_turn_of)
_disclaim = update(hosts).where(_is_turn_of).values(turn_until=bindparam("now"))
_breaker = select(hosts.c.failures, hosts.c.open_until).where(hosts.c.host == bindparam("key"))
_silent = select(hosts.c.host).where(hosts.c.failures > 0)
_robots = select(robots.c.text, robots.c.fetched_at).where(robots.c.origin == bindparam("key"))
_keep_robots = text(
    "INSERT INTO robots (origin, text, fetched_at) VALUES (:origin, :text, :at)"
    " ON CONFLICT (origin) DO UPDATE SET text = excluded.text, fetched_at = excluded.fetched_at"
).bindparams(bindparam("at", type_=robots.c.fetched_at.type))
_robots_of = select(robots.c.origin, robots.c.text, robots.c.fetched_at).where(
    robots.c.origin.in_(bindparam("origins", expanding=True))
)


class SqlHosts:
    """Implements monitor.ports.storage.HostRepository on the `hosts` and `robots` tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._locked: dict[str, HostState] | None = None

    def lock(self, names: Collection[str]) -> None:
        wanted = sorted(set(names))
        if self._connection.dialect.name == "sqlite":  # there a writer is alone
            self._locked = self._read_turns(_turns, wanted)
        else:
            # A host that is not there yet has no row to lock. Rows are added before any is locked, so that a
            # transaction that waits for a new row of another one holds nothing but new rows of its own.
            known = set(self._connection.scalars(_known, {"names": wanted}))
            if new := [{"host": name} for name in wanted if name not in known]:
                self._connection.execute(_add_missing, new)
            self._locked = self._read_turns(_locked_turns, wanted)

    def begin_turns(self, wishes: Sequence[TurnWish], now: datetime, spacing: timedelta) -> list[HostTurn | datetime]:
        known = self._turn_states({wish.host for wish in wishes})
        states, found = dict(known), list[HostTurn | datetime]()
        rows: list[dict[str, object]] = []
        for wish in wishes:
            state = states.get(wish.host, HostState())
            at = begins_at(state, now, wish.asker, spacing)
            if at > now:
                found.append(at)
                continue
            turn, until = HostTurn(wish.host, state.token + 1), now + wish.lease
            states[wish.host] = HostState(turn.token, until)
            rows.append({"name": turn.host, "token": turn.token, "until": until, "worker": wish.worker})
            found.append(turn)
        new = [{"host": row["name"]} for row in rows if row["name"] not in known]
        if new:
            self._connection.execute(_add, new)
        if rows:
            self._connection.execute(_take, rows)
        if self._locked is not None:
            self._locked |= states
        return found

    def extend_turns(self, leases: Mapping[HostTurn, timedelta], now: datetime) -> dict[HostTurn, bool]:
        known = self._turn_states({turn.host for turn in leases})
        held = [turn for turn in leases if known.get(turn.host, HostState()).token == turn.token]
        rows = [{"name": turn.host, "token": turn.token, "until": now + leases[turn]} for turn in held]
        if rows:
            self._connection.execute(_extend, rows)
        if self._locked is not None:
            self._locked |= {turn.host: replace(known[turn.host], held_until=now + leases[turn]) for turn in held}
        return {turn: is_wanted(known[turn.host], now) for turn in held}

    def end_turns(self, ends: Sequence[tuple[HostTurn, datetime]]) -> None:
        ordered = sorted(ends, key=lambda end: end[0].host)
        rows = [{"name": turn.host, "token": turn.token, "free_at": free_at} for turn, free_at in ordered]
        if rows:
            self._connection.execute(_end, rows)

    def disclaim(self, host: str, worker: str | None, until: datetime, now: datetime, *, but: HostTurn | None) -> None:
        parameters = {"name": host, "worker": worker, "until": until, "now": now}
        token = self._connection.scalar(_turn_of, parameters)
        if token is not None and (but is None or token != but.token):
            self._connection.execute(_disclaim, parameters)

    def want_turn(self, host: str, asker: str, now: datetime) -> None:
        self._put(host, wanted_until=now + WANTED_FOR, wanted_by=asker)

    def _turn_states(self, names: Collection[str]) -> dict[str, HostState]:
        if self._locked is not None:
            return {name: self._locked[name] for name in names if name in self._locked}
        return self._read_turns(_turns, names)

    def _read_turns(self, query: Select[Any], names: Collection[str]) -> dict[str, HostState]:
        rows = self._connection.execute(query, {"names": list(names)})
        return {
            row.host: HostState(row.turn_token, row.turn_until, row.next_request_at, row.wanted_until, row.wanted_by)
            for row in rows
        }

    def hold(self, host: str, until: datetime) -> None:
        self._put(host, held_until=until)

    def held(self, now: datetime, among: Collection[str] | None = None) -> dict[str, datetime]:
        is_held = (hosts.c.held_until > now) & (hosts.c.held_until <= now + LONGEST_RETRY_AFTER)
        query = select(hosts.c.host, hosts.c.held_until).where(is_held).order_by(hosts.c.host)
        if among is not None:
            query = query.where(hosts.c.host.in_(list(among)))
        return {row.host: row.held_until for row in self._connection.execute(query)}

    def holds(self) -> dict[str, datetime]:
        query = select(hosts.c.host, hosts.c.held_until).where(hosts.c.held_until.is_not(None))
        return {row.host: row.held_until for row in self._connection.execute(query)}

    def let_go(self, host: str) -> None:
        self._connection.execute(update(hosts).where(hosts.c.host == host).values(held_until=None))

    def breaker(self, host: str) -> Breaker:
        row = self._connection.execute(_breaker, {"key": host}).first()
        return CLOSED if row is None else Breaker(row.failures or 0, row.open_until)

    def keep_breaker(self, host: str, breaker: Breaker) -> None:
        self._put(host, failures=breaker.failures or None, open_until=breaker.until)

    def silent(self) -> set[str]:
        return set(self._connection.scalars(_silent))

    def robots(self, origin: str) -> tuple[str, datetime] | None:
        row = self._connection.execute(_robots, {"key": origin}).first()
        return None if row is None else (row.text, row.fetched_at)

    def robots_of(self, origins: Sequence[str]) -> dict[str, tuple[str, datetime]]:
        rows = self._connection.execute(_robots_of, {"origins": list(origins)})
        return {row.origin: (row.text, row.fetched_at) for row in rows}

    def keep_robots(self, origin: str, text: str, at: datetime) -> None:
        self._connection.execute(_keep_robots, {"origin": origin, "text": text, "at": at})

    def _put(self, host: str, **values: object) -> None:
        """Write these columns of the row of a host, which others may add at the same time."""
        changes = update(hosts).where(hosts.c.host == host).values(**values)
        if not self._connection.execute(changes).rowcount:
            self._connection.execute(_add_missing, {"host": host})
            self._connection.execute(changes)
