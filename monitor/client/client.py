"""One fetch, from the rules of robots.txt to the last byte.

get ─► for each hop, with at most five redirects:
         robots.txt of its origin        (fetched by the same rules, without a robots.txt of its own)
         the host gate                   (one request at a time, spaced)
         dial, send, read                (under the deadline, which is stopped while waiting at the host gate)
         an empty or broken answer       (requested once more on a new connection, with `confirm`; a POST never is)
       304 ─► NotModified    200, 203 ─► Fetched or Redirected    anything else ─► a FetchError
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import urljoin

from monitor.client.addresses import Network, Target, is_same_page, parse_service, parse_target
from monitor.client.authorities import PUBLIC, Authorities
from monitor.client.body import ACCEPT_ENCODING, read_body, read_start
from monitor.client.cookies import ChainCookies
from monitor.client.deadline import Deadline, Watchdog
from monitor.client.dialing import Dialer, Resolve, system_addresses
from monitor.client.outgoing import Outgoing, outgoing
from monitor.client.retry_after import retry_at
from monitor.client.robots import LARGEST_ROBOTS, Robots, robots_address, rules_text
from monitor.client.transport import BROKEN, Headers, Reply, Transport, connection_error
from monitor.core.model import Fetched, NotModified, Redirected, Validators
from monitor.core.proxy_address import Proxy
from monitor.core.request import Request
from monitor.errors import (
    BadBody,
    BadRedirect,
    ConnectionBroken,
    FetchError,
    HttpStatus,
    PostRedirected,
    RobotsRefused,
    TooManyRedirects,
)
from monitor.ports.world import Clock, HostGate, ServiceAnswer

log = logging.getLogger("bevaka.check")

MOST_REDIRECTS = 5
PERMANENT = frozenset({301, 308})
REDIRECTS = PERMANENT | {302, 303, 307}
SAME_METHOD = frozenset({307, 308})
"""The redirects after which a POST stays one (RFC 9110, 15.4)."""
CONTENT = frozenset({200, 203})
"""203 is the page as a proxy on the way passed it on (RFC 9110, 15.3.4)."""
NOT_MODIFIED, TOO_MANY_REQUESTS, UNAVAILABLE = 304, 429, 503
WORTH_DRAINING = 16_384
ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,text/plain;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class _Answer:
    """The answer to one request. `body` is that of a page, and empty otherwise; `retry_after` is the header's value."""

    status: int
    headers: Headers
    body: bytes
    location: str
    retry_after: str


@dataclass(frozen=True, slots=True)
class _Way:
    """How a request gets to its host; behind a proxy, a host that `may_be_unknown` need not be known here."""

    deadline: Deadline
    ca_file: str | None
    proxy: Proxy | None
    may_be_unknown: bool


class Client:
    """Fetches from public addresses only. Safe to use from several threads at a time.

    `allow_networks` are private networks that are allowed all the same; `host_hold` is called when a server asks to be
    left alone (Retry-After), with the host as the host gate names it and the time; `resolve` resolves host names;
    `authorities` are trusted for every page without a `ca_file` of its own; `credentials` are the values of the names
    in requests.
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
        authorities: Authorities = PUBLIC,
        credentials: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._gate = gate
        self._clock = clock
        self._user_agent = user_agent
        self._credentials = credentials
        self._host_hold = host_hold
        self._robots = Robots(gate, clock, product=user_agent.partition("/")[0])
        self._dialer = Dialer(allow_networks, resolve)
        self._authorities = authorities
        self._transport = self._new_transport()
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
        request: Request | None = None,
        proxy: str | None = None,
    ) -> Fetched | NotModified | Redirected:
        """Fetch one URL. Raises FetchError, and no other error that a server can cause.

        `timeout` is for everything that goes over the network, including redirects and robots.txt but not the wait at
        the host gate; several fetches that share a Deadline share the time. `max_size` is in decoded bytes.
        `validators` are sent to the URL that they came from, or to `url` where that is not known, and never to another
        one: another page's "not modified" would be taken for this page's. With `confirm`, an answer that is empty or
        broke off counts only if a second one, over a new connection, is no better.

        `request` is what is sent beside the URL, to its origin alone: from a redirect to another one on, nothing of it
        is sent. A POST becomes a GET by a redirect with 301, 302 or 303; it is sent once, whatever happens to it. All
        requests go through the `proxy`; the URL's own host may be one that only the proxy knows. Neither errors nor
        answers have the value of a credential in them.
        """
        sent = outgoing(request, proxy, self._credentials)
        deadline = timeout if isinstance(timeout, Deadline) else Deadline(timeout)
        try:
            first = parse_target(url)
            answer = self._follow(first, sent, deadline, max_size, validators, ca_file, accept, confirm=confirm)
            return answer if isinstance(answer, NotModified) else sent.keep(answer)
        except FetchError as error:
            error.facts.update(sent.secrets.masked_facts(error.facts))
            raise

    def _follow(
        self,
        first: Target,
        sent: Outgoing,
        deadline: Deadline,
        max_size: int,
        validators: Validators | None,
        ca_file: str | None,
        accept: str | None,
        *,
        confirm: bool,
    ) -> Fetched | NotModified | Redirected:
        target, moved, cookies = first, True, ChainCookies()
        cookies.give(first.origin, sent.cookies)
        for _ in range(MOST_REDIRECTS + 1):
            way = _Way(deadline, ca_file, sent.proxy, may_be_unknown=target.origin == first.origin)
            self._check_robots(target, way)
            conditions = _conditions(validators, target, first) if sent.content is None else {}
            ask = self._request_confirmed if confirm and sent.content is None else self._request
            given = {"Accept": accept or ACCEPT} | conditions | cookies.header(target.origin)
            answer = ask(target, _with(given, sent.headers), way, max_size, content=sent.content)
            if answer.status not in REDIRECTS:
                moved = moved and not is_same_page(first, target)
                return self._result(answer, target, moved=moved, conditional=bool(conditions))
            moved = moved and answer.status in PERMANENT
            cookies.keep(target.origin, answer.headers)
            came_from, target = target, _next_target(answer, target)
            if sent.content is not None and answer.status not in SAME_METHOD:
                sent = sent.without_content
            if target.origin != came_from.origin:
                if sent.content is not None:
                    raise PostRedirected(location=target.url)
                sent = sent.for_strangers
                cookies.take_back()
        raise TooManyRedirects(url=first.url, limit=MOST_REDIRECTS)

    def ask_service(
        self,
        url: str,
        *,
        timeout: timedelta,
        max_size: int,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> ServiceAnswer:
        """Ask a service that the operator named, and that is no page: with GET, or with POST where there is a body.

        One request, to a checked address, without robots.txt, redirects or the host gate; a user and a password in the
        URL are sent as Basic authentication. `timeout` is for everything. Raises FetchError.
        """
        target, authorization = parse_service(url)
        deadline = Deadline(timeout)
        all_headers = {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING, **authorization}
        with self._watchdog.over(deadline), closing(self._new_transport()) as transport:
            reply = transport.send(target, all_headers | dict(headers or {}), deadline, None, body)
            return ServiceAnswer(reply.status, _read(reply, target, deadline, max_size))

    def _new_transport(self) -> Transport:
        return Transport(self._dialer, self._authorities)

    def abort(self) -> None:
        """End every running fetch now, and every later one at once. May be called from any thread."""
        self._watchdog.abort()

    def close(self) -> None:
        """Close connections and end threads. No fetch may be running."""
        self._watchdog.close()
        self._transport.close()

    def _result(
        self, answer: _Answer, target: Target, *, moved: bool, conditional: bool
    ) -> Fetched | NotModified | Redirected:
        now = self._clock.now()
        if answer.status == NOT_MODIFIED and conditional:
            return NotModified(now)
        if answer.status not in CONTENT:
            raise self._refusal(answer, target)
        if moved:
            return Redirected(target.url, now)
        return Fetched(target.url, answer.status, answer.headers, answer.body, now)

    def _refusal(self, answer: _Answer, target: Target) -> HttpStatus:
        error = HttpStatus(status=answer.status, url=target.url)
        error.retry_at = self._hold(answer, target)
        return error

    def _hold(self, answer: _Answer, target: Target) -> datetime | None:
        """Obey Retry-After, for the whole host; return until when, or None where the answer asks for nothing."""
        if answer.status not in {TOO_MANY_REQUESTS, UNAVAILABLE}:
            return None
        until = retry_at(answer.retry_after, self._clock.now())
        if until is not None:
            log.info("asks to be left alone", extra={"host": target.gate_key, "until": until})
            self._host_hold(target.gate_key, until)
        return until

    def _check_robots(self, target: Target, way: _Way) -> None:
        self._robots.check(target, lambda: self._robots_text(target, way))

    def _robots_text(self, page: Target, way: _Way) -> str:
        """Fetch robots.txt by RFC 9309, 2.3.1: 4xx allows everything, 5xx and no answer allow nothing.

        429 does not mean "there is none" but "not now": it forbids for as long as it says. More than five redirects
        count as 4xx. Nothing of a page's own request is sent. Raises FetchError where nothing is allowed.
        """
        target = parse_target(robots_address(page))
        for _ in range(MOST_REDIRECTS + 1):
            may_be_unknown = way.may_be_unknown and target.origin == page.origin
            here = replace(way, may_be_unknown=may_be_unknown)
            answer = self._request(target, {"Accept": "text/plain,*/*;q=0.5"}, here, LARGEST_ROBOTS, start_only=True)
            if 200 <= answer.status < 300:
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

    def _request_confirmed(
        self, target: Target, headers: dict[str, str], way: _Way, max_size: int, *, content: bytes | None = None
    ) -> _Answer:
        """Send one request, and a second one if the first answer was empty or broken. Raises FetchError of the second.

        A server that is being restarted, or a load balancer with one bad machine behind it, gives such answers.
        """
        with suppress(BadBody, ConnectionBroken):
            answer = self._request(target, headers, way, max_size, content=content)
            if answer.status not in CONTENT or answer.body.strip():
                return answer
        return self._request(target, headers, way, max_size, content=content, anew=True)

    def _request(
        self,
        target: Target,
        headers: dict[str, str],
        way: _Way,
        max_size: int,
        *,
        content: bytes | None = None,
        start_only: bool = False,
        anew: bool = False,
    ) -> _Answer:
        """Send one request, through the host gate; `anew`: over a new connection. Raises FetchError.

        A POST goes over a new connection as well: a kept one may be closed by the server as it is sent, and then nobody
        knows whether it arrived.
        """
        all_headers = {"User-Agent": self._user_agent, "Accept-Encoding": ACCEPT_ENCODING} | headers
        is_new = anew or content is not None
        opened = closing(self._new_transport()) if is_new else nullcontext(self._transport)
        deadline = way.deadline
        with self._gate.request(target.gate_key), self._watchdog.over(deadline), opened as transport:
            reply = transport.send(
                target,
                all_headers,
                deadline,
                way.ca_file,
                content,
                proxy=way.proxy,
                may_be_unknown=way.may_be_unknown,
            )
            body = _read(reply, target, deadline, max_size, start_only=start_only)
        return _Answer(reply.status, reply.headers, body, reply.header("Location"), reply.header("Retry-After"))


def _with(headers: dict[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Return the headers with the request's own in place of those of the same name, in any case of letters."""
    replaced = {name.lower() for name in own}
    return {name: value for name, value in headers.items() if name.lower() not in replaced} | dict(own)


def _read(reply: Reply, target: Target, deadline: Deadline, max_size: int, *, start_only: bool = False) -> bytes:
    """Return the body of an answer, and end the exchange. Raises FetchError, also where the time is over by then."""
    try:
        with closing(reply.raw):
            body = _body(reply, max_size, start_only=start_only)
    except BROKEN as error:
        raise connection_error(error, target.host, deadline) from error
    deadline.check(target.host)
    return body


def _body(reply: Reply, max_size: int, *, start_only: bool) -> bytes:
    if reply.status in CONTENT:
        read = read_start if start_only else read_body
        return read(reply.raw, reply.joined("Content-Encoding"), max_size)
    if reply.raw.length_remaining is not None and reply.raw.length_remaining <= WORTH_DRAINING:
        read_start(reply.raw, "", WORTH_DRAINING)  # so that the connection can be kept
    return b""


def _conditions(validators: Validators | None, target: Target, first: Target) -> dict[str, str]:
    if validators is None or target.url != (validators.url or first.url):
        return {}
    conditions = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in conditions.items() if value}


def _next_target(answer: _Answer, target: Target) -> Target:
    """Return the target of a redirect. Raises BadRedirect if there is none, AddressRefused if it is not allowed."""
    location = answer.location
    if not location:
        raise BadRedirect(url=target.url, location=None)
    with suppress(UnicodeDecodeError):
        location = location.encode("latin-1").decode()  # http.client reads headers as latin-1; sites write UTF-8
    try:
        return parse_target(urljoin(target.url, location))
    except ValueError:  # a URL that urljoin cannot parse, such as one with an unterminated IPv6 address
        raise BadRedirect(url=target.url, location=location) from None
