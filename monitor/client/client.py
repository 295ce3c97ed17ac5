"""One fetch, from the rules of robots.txt to the last byte.

get ─► for each hop, at most five redirects on:
         robots.txt of its origin        (asked by the same rules, without a robots.txt of its own)
         the host's turn                 (HostGate: one request at a time, spaced)
         dial, send, read                (under the deadline, which stands still while a turn is waited for)
         an empty or broken answer       (asked for once more on a new connection, where that is wished)
       304 ─► NotModified    200 ─► Fetched or Redirected    anything else ─► a FetchError
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

from monitor.client.addresses import Network, Target, parse_target, same_place
from monitor.client.body import ACCEPT_ENCODING, read_body, read_start
from monitor.client.deadline import Deadline, Watchdog
from monitor.client.dialing import Dialer, Resolve, system_addresses
from monitor.client.retry_after import retry_at
from monitor.client.robots import LARGEST_ROBOTS, Robots, robots_address, rules_text
from monitor.client.transport import BROKEN, Headers, Reply, Transport, broken
from monitor.core.model import Fetched, NotModified, Redirected, Validators
from monitor.errors import (
    BadBody,
    BadRedirect,
    ConnectionBroken,
    FetchError,
    HttpStatus,
    RobotsRefused,
    TooManyRedirects,
)
from monitor.ports.world import Clock, HostGate

MOST_REDIRECTS = 5
PERMANENT = frozenset({301, 308})
REDIRECTS = PERMANENT | {302, 303, 307}
OK, NOT_MODIFIED, TOO_MANY_REQUESTS, UNAVAILABLE = 200, 304, 429, 503
WORTH_DRAINING = 16_384
ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,text/plain;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one request brought. `body` is that of a 200, and empty otherwise; `retry_after` is the header's value."""

    status: int
    headers: Headers
    body: bytes
    location: str
    retry_after: str


class Client:
    """Fetches from official sites, and from nowhere else. Safe to use from several threads at a time.

    `allow_networks` are private networks that may be asked all the same; `host_hold` is told when a server asks to
    be left alone (Retry-After), with the host as the gate knows it; `resolve` looks names up.
    """

    def __init__(
        self,
        gate: HostGate,
        clock: Clock,
        *,
        allow_networks: tuple[Network, ...],
        user_agent: str,
        host_hold: Callable[[str, datetime], None],
        resolve: Resolve = system_addresses,
    ) -> None:
        self._gate = gate
        self._clock = clock
        self._user_agent = user_agent
        self._host_hold = host_hold
        self._robots = Robots(gate, clock, product=user_agent.partition("/")[0])
        self._dialer = Dialer(allow_networks, resolve)
        self._transport = Transport(self._dialer)
        self._watchdog = Watchdog()

    def get(
        self,
        url: str,
        *,
        timeout: timedelta | Deadline,
        max_size: int,
        validators: Validators | None = None,
        ca_file: str | None = None,
        accept: str | None = None,
        confirm: bool = False,
    ) -> Fetched | NotModified | Redirected:
        """Fetch one address. Raises FetchError, and nothing else on the other side's account.

        `timeout` is for everything that goes over the network, redirects and robots.txt included, and not for
        waiting for a host's turn; several fetches that share a Deadline share the time. `max_size` is in decoded
        bytes. `validators` are sent to the address that they came from, or to `url` where that is not known, and
        never to another one: a foreign page's "not modified" would pass for this page's. With `confirm`, an answer
        that is empty, or that broke off, counts only when a second one, over a new connection, is no better.
        """
        deadline = timeout if isinstance(timeout, Deadline) else Deadline(timeout)
        first = target = parse_target(url)
        moved = True
        for _ in range(MOST_REDIRECTS + 1):
            self._check_robots(target, deadline, ca_file)
            conditions = _conditions(validators, target, first)
            ask = self._confirmed if confirm else self._ask
            answer = ask(target, {"Accept": accept or ACCEPT} | conditions, deadline, ca_file, max_size)
            if answer.status not in REDIRECTS:
                moved = moved and not same_place(first, target)
                return self._result(answer, target, moved=moved, conditional=bool(conditions))
            moved = moved and answer.status in PERMANENT
            target = _next_target(answer, target)
        raise TooManyRedirects(url=first.url, limit=MOST_REDIRECTS)

    def abort(self) -> None:
        """End every running fetch now, and every later one at once. From any thread."""
        self._watchdog.abort()

    def close(self) -> None:
        """Let go of connections and threads. No fetch may be running."""
        self._watchdog.close()
        self._transport.close()

    def _result(
        self, answer: _Answer, target: Target, *, moved: bool, conditional: bool
    ) -> Fetched | NotModified | Redirected:
        now = self._clock.now()
        if answer.status == NOT_MODIFIED and conditional:
            return NotModified(now)
        if answer.status != OK:
            raise self._refusal(answer, target)
        if moved:
            return Redirected(target.url, now)
        return Fetched(target.url, answer.status, answer.headers, answer.body, now)

    def _refusal(self, answer: _Answer, target: Target) -> HttpStatus:
        error = HttpStatus(status=answer.status, url=target.url)
        error.retry_at = self._hold(answer, target)
        return error

    def _hold(self, answer: _Answer, target: Target) -> datetime | None:
        """Obey Retry-After, for the whole host; until when, or None."""
        if answer.status not in {TOO_MANY_REQUESTS, UNAVAILABLE}:
            return None
        until = retry_at(answer.retry_after, self._clock.now())
        if until is not None:
            self._host_hold(target.gate_key, until)
        return until

    def _check_robots(self, target: Target, deadline: Deadline, ca_file: str | None) -> None:
        self._robots.check(target, lambda: self._robots_text(target, deadline, ca_file))

    def _robots_text(self, page: Target, deadline: Deadline, ca_file: str | None) -> str:
        """robots.txt as RFC 9309, 2.3.1 wants it: 4xx allows everything, 5xx and no answer nothing.

        429 is not "there is none" but "not now", and forbids for as long as it says. More than five redirects
        count as 4xx.
        """
        target = parse_target(robots_address(page))
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._ask(
                target, {"Accept": "text/plain,*/*;q=0.5"}, deadline, ca_file, LARGEST_ROBOTS, start_only=True
            )
            if answer.status == OK:
                return rules_text(answer.body)
            if answer.status in REDIRECTS:
                target = _next_target(answer, target)
            elif 400 <= answer.status < 500 and answer.status != TOO_MANY_REQUESTS:
                return ""
            else:
                error: FetchError = RobotsRefused(url=page.url, robots=robots_address(page), status=answer.status)
                error.retry_at = self._hold(answer, target)
                raise error
        return ""

    def _confirmed(
        self, target: Target, headers: dict[str, str], deadline: Deadline, ca_file: str | None, max_size: int
    ) -> _Answer:
        """One request; a second one where the first brought nothing. Raises FetchError: the second one's.

        A server that is being restarted, or a balancer with one bad machine behind it, answers so now and then.
        """
        with suppress(BadBody, ConnectionBroken):
            answer = self._ask(target, headers, deadline, ca_file, max_size)
            if answer.status != OK or answer.body.strip():
                return answer
        return self._ask(target, headers, deadline, ca_file, max_size, anew=True)

    def _ask(
        self,
        target: Target,
        headers: dict[str, str],
        deadline: Deadline,
        ca_file: str | None,
        max_size: int,
        *,
        start_only: bool = False,
        anew: bool = False,
    ) -> _Answer:
        """One request in the host's turn; `anew` over a connection of its own. Raises FetchError."""
        sent = {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING} | headers
        over = closing(Transport(self._dialer)) if anew else nullcontext(self._transport)
        with self._gate.turn(target.gate_key), self._watchdog.over(deadline), over as transport:
            reply = transport.send(target, sent, deadline, ca_file)
            try:
                with closing(reply.raw):
                    body = _body(reply, max_size, start_only=start_only)
            except BROKEN as error:
                raise broken(error, target.host, deadline) from error
            deadline.check(target.host)
        return _Answer(reply.status, reply.headers, body, reply.header("Location"), reply.header("Retry-After"))


def _body(reply: Reply, max_size: int, *, start_only: bool) -> bytes:
    if reply.status == OK:
        read = read_start if start_only else read_body
        return read(reply.raw, reply.header("Content-Encoding"), max_size)
    if reply.raw.length_remaining is not None and reply.raw.length_remaining <= WORTH_DRAINING:
        read_start(reply.raw, "", WORTH_DRAINING)  # so that the connection can be kept
    return b""


def _conditions(validators: Validators | None, target: Target, first: Target) -> dict[str, str]:
    if validators is None or target.url != (validators.url or first.url):
        return {}
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _next_target(answer: _Answer, target: Target) -> Target:
    """Where a redirect leads. Raises BadRedirect where it leads nowhere, AddressRefused where it must not lead."""
    location = answer.location
    if not location:
        raise BadRedirect(url=target.url, location=None)
    with suppress(UnicodeDecodeError):
        location = location.encode("latin-1").decode()  # http.client reads headers as latin-1; sites write UTF-8
    try:
        return parse_target(urljoin(target.url, location))
    except ValueError:  # an address that urljoin cannot read, such as an IPv6 address without its end
        raise BadRedirect(url=target.url, location=location) from None
