"""Misbehaving servers (docs/reliability.md, rows 28–29 and 33–38): deadlines, size limits, and answers that are cut."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from monitor.client import Client, Deadline
from monitor.client.transport import LARGEST_HEAD, LONGEST_HEADER, MOST_HEADERS
from monitor.core.model import Fetched
from monitor.errors import (
    AddressRefused,
    BadBody,
    ConnectFailed,
    ConnectionBroken,
    DnsFailed,
    FetchError,
    HeadTooLarge,
    Timeout,
    TooLarge,
)
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate
from tests.fakes.site import Answer, Fault, Site, gzip_bomb, gzipped
from tests.integration.client.conftest import Get

SHORT = timedelta(seconds=0.4)
SLACK = 1.5
"""Seconds within which a deadline of 0.4 s must take effect, on a busy machine."""


@pytest.fixture
def known_robots(site: Site, gate: OpenGate, clock: FakeClock) -> None:
    """Make robots.txt known, so that the first request is for the page, on a new connection."""
    gate.keep_robots(f"http://127.0.0.1:{site.port}", "", clock.now())


@contextmanager
def within(seconds: float) -> Iterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


@pytest.mark.usefixtures("known_robots")
@pytest.mark.parametrize(
    ("fault", "body"),
    [
        (Fault.DRIP_HEAD, ""),
        (Fault.DRIP_BODY, "<h1>"),
        (Fault.HANG, ""),
    ],
)
def test_the_deadline_holds_against_drips_and_silence(site: Site, get: Get, fault: Fault, body: str) -> None:
    site.pages["/"] = Answer(body, fault=fault)
    with within(SLACK), pytest.raises(Timeout) as late:
        get(site.url, timeout=SHORT)
    assert late.value.facts == {"seconds": 1}
    assert len(site.requests) == site.connections == 1


def test_a_body_that_ends_when_the_deadline_cuts_it_is_no_whole_page(site: Site, get: Get) -> None:
    """Without a Content-Length, the closed connection looks like the end of the page."""
    site.pages["/"] = Answer("<h1>Sidan</h1>" * 100, fault=Fault.DRIP_BODY)
    with pytest.raises(Timeout):
        get(site.url, timeout=SHORT)


def test_the_deadline_holds_against_a_drip_on_a_kept_connection(site: Site, get: Get) -> None:
    site.pages["/"] = [Answer("hej"), Answer(fault=Fault.DRIP_HEAD)]
    get(site.url)
    with within(SLACK), pytest.raises(Timeout):
        get(site.url, timeout=SHORT)
    assert site.connections == 1


def test_the_deadline_is_for_redirects_and_robots_together(site: Site, get: Get) -> None:
    site.pages["/robots.txt"] = Answer(fault=Fault.HANG)
    with within(SLACK), pytest.raises(Timeout):
        get(site.url, timeout=SHORT)


def test_fetches_may_share_a_deadline(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    site.pages["/hang"] = Answer(fault=Fault.HANG)
    deadline = Deadline(SHORT)
    get(site.url, timeout=deadline)
    for _ in range(2):
        with within(SLACK), pytest.raises(Timeout):
            get(f"{site.url}/hang", timeout=deadline)
    assert len(site.asked("/hang")) == 1


def test_a_name_that_is_never_answered_ends_with_the_deadline(make_client: Callable[..., Client]) -> None:
    """docs/reliability.md, row 28."""
    answer = threading.Event()

    def hang(host: str, port: int) -> list[str]:
        answer.wait(10)
        return []

    client = make_client(resolve=hang)
    try:
        with within(SLACK), pytest.raises(Timeout):
            client.get("http://example.org/", timeout=SHORT, max_size=1000)
    finally:
        answer.set()


@pytest.mark.parametrize("failure", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
def test_a_name_that_is_not_known_is_said_to_be_so(make_client: Callable[..., Client], failure: Exception) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise failure

    with pytest.raises(DnsFailed) as failed:
        make_client(resolve=unknown).get("http://example.org/", timeout=SHORT, max_size=1000)
    assert failed.value.facts == {"host": "example.org"}


def test_a_name_without_addresses_is_not_known(make_client: Callable[..., Client]) -> None:
    with pytest.raises(DnsFailed):
        make_client(resolve=lambda host, port: []).get("http://example.org/", timeout=SHORT, max_size=1000)


def test_a_name_that_changes_its_mind_gains_nothing(site: Site, make_client: Callable[..., Client]) -> None:
    """docs/reliability.md, row 29: one name resolution a connection, which connects to the address that was checked."""
    resolved: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        resolved.append(host)
        return ["127.0.0.1"] if len(resolved) == 1 else ["10.0.0.1"]

    client = make_client(resolve=rebinding)
    site.pages["/"] = Answer("hej")
    url = f"http://rebind.example:{site.port}/"
    client.get(url, timeout=SHORT, max_size=1000)
    assert resolved == ["rebind.example"]
    assert [request.headers["Host"] for request in site.asked("/")] == [f"rebind.example:{site.port}"]
    site.hang_up()
    with pytest.raises(AddressRefused):
        client.get(url, timeout=SHORT, max_size=1000)


def test_one_private_address_among_good_ones_refuses_the_name(site: Site, make_client: Callable[..., Client]) -> None:
    client = make_client(resolve=lambda host, port: ["127.0.0.1", "192.168.0.1"])
    with pytest.raises(AddressRefused):
        client.get(f"http://mixed.example:{site.port}/", timeout=SHORT, max_size=1000)
    assert site.connections == 0


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site, make_client: Callable[..., Client]) -> None:
    site.pages["/"] = Answer("hej")
    client = make_client(resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])
    assert client.get(f"http://two.example:{site.port}/", timeout=SHORT, max_size=1000)


def test_a_port_where_nobody_listens_is_a_failed_connection(get: Get) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ConnectFailed) as failed:
        get(f"http://127.0.0.1:{port}/")
    assert failed.value.facts == {"host": "127.0.0.1", "detail": "Connection refused"}


def test_a_host_that_swallows_every_packet_ends_with_the_deadline(get: Get) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        queued = [
            socket.socket() for _ in range(4)
        ]  # the kernel queues one or two connections and lets the others wait
        try:
            for each in queued:
                each.setblocking(False)  # noqa: FBT003  the socket's own signature
                each.connect_ex(server.getsockname())
            with within(SLACK), pytest.raises(Timeout):
                get(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=SHORT)
        finally:
            for each in queued:
                each.close()


PAGE = b"<h1>Sidan</h1>"


def raw(*lines: str, end: str = "\r\n") -> Answer:
    """Return an answer with these lines before its headers."""
    head = [*lines, "Content-Type: text/html", f"Content-Length: {len(PAGE)}", "", ""]
    return Answer(raw=end.join(head).encode("latin-1") + PAGE)


@pytest.mark.parametrize(
    "answer",
    [
        raw("HTTP/1.1 200 OK", *(f"Link: </{number}.css>; rel=preload" for number in range(MOST_HEADERS - 2))),
        raw("HTTP/1.1 103 Early Hints", "Link: </a.css>", "", "HTTP/1.1 200 OK"),
        raw("HTTP/1.1 100 Continue", "", "HTTP/1.1 102 Processing", "", "HTTP/1.1 200 OK"),
        raw("HTTP/1.1 200", "a line that is no header", "X: 1"),
        raw("HTTP/1.1 200 OK", "X: 1", " folded, without a colon"),
        raw("HTTP/1.0 200 OK", end="\n"),
        raw("HTTP/1.1 203 Non-Authoritative Information"),
        raw("HTTP/1.1 200 OK", "Content-Encoding: utf-8"),
        raw("HTTP/1.1 200 OK", "Content-Encoding: identity", "Content-Encoding: none"),
    ],
)
def test_an_odd_head_does_not_hide_the_page(site: Site, get: Get, answer: Answer) -> None:
    site.pages["/"] = answer
    page = get(site.url)
    assert isinstance(page, Fetched)
    assert page.body == PAGE
    assert page.header("Content-Length") == str(len(PAGE))
    assert page.status in {200, 203}


@pytest.mark.parametrize(
    ("lines", "facts"),
    [
        ([f"Link: </{number}.css>" for number in range(MOST_HEADERS + 1)], {"headers": MOST_HEADERS}),
        (["Set-Cookie: " + "x" * 70_000], {"limit": LONGEST_HEADER}),
        (["Set-Cookie: " + "x" * 60_000] * 20, {"limit": LARGEST_HEAD}),
        (["no header"] * (MOST_HEADERS + 1), {"headers": MOST_HEADERS}),
    ],
)
def test_a_head_beyond_all_bounds_has_a_reason_of_its_own(
    site: Site, get: Get, lines: list[str], facts: dict[str, int]
) -> None:
    site.pages["/"] = raw("HTTP/1.1 200 OK", *lines)
    with pytest.raises(HeadTooLarge) as large:
        get(site.url)
    assert large.value.facts == facts
    site.pages["/"] = Answer("hej")
    assert get(site.url), "the next request has a connection of its own"


def test_every_content_encoding_header_counts(site: Site, get: Get) -> None:
    body = gzip.compress(gzip.compress(PAGE))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\ncontent-encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    site.pages["/"] = Answer(raw=head % len(body) + body)
    page = get(site.url)
    assert isinstance(page, Fetched)
    assert page.body == PAGE


@pytest.mark.usefixtures("known_robots")
@pytest.mark.parametrize("fault", [Fault.CUT_HEAD, Fault.SHORT_BODY, Fault.CUT_CHUNKS, Fault.CLOSE, Fault.NOT_HTTP])
def test_an_answer_that_is_cut_is_no_answer(site: Site, get: Get, fault: Fault) -> None:
    """docs/reliability.md, row 37: http.client takes an answer that ends inside its headers for a complete one."""
    site.pages["/"] = Answer("<h1>Sidan</h1>", fault=fault)
    with pytest.raises(ConnectionBroken) as cut:
        get(site.url)
    assert cut.value.facts["host"] == "127.0.0.1"
    assert len(site.asked("/")) == 1


def test_a_request_lost_with_a_kept_connection_is_sent_once_more(site: Site, get: Get) -> None:
    site.pages["/"] = [Answer("hej"), Answer(fault=Fault.CLOSE), Answer("hej igen"), Answer(fault=Fault.CLOSE)]
    get(site.url)
    assert get(site.url)
    assert len(site.asked("/")) == 3
    with pytest.raises(ConnectionBroken):
        get(site.url)
    assert len(site.asked("/")) == 5


def test_truncated_gzip_is_no_page(site: Site, get: Get) -> None:
    """docs/reliability.md, row 38."""
    site.pages["/"] = gzipped(b"<p>text</p>" * 1000, cut=10)
    with pytest.raises(BadBody):
        get(site.url)


def test_an_endless_body_ends_at_the_cap(site: Site, get: Get) -> None:
    """docs/reliability.md, row 35."""
    site.pages["/"] = Answer(fault=Fault.ENDLESS_BODY)
    with pytest.raises(TooLarge) as large:
        get(site.url, max_size=300_000)
    assert large.value.facts == {"limit": 300_000}


def test_a_bomb_ends_at_the_cap_with_flat_memory(site: Site, get: Get) -> None:
    """docs/reliability.md, row 36."""
    site.pages["/"] = gzip_bomb(300)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            get(site.url, max_size=1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("stage", ["look-up", "silence", "drip"])
def test_abort_ends_what_runs_now_and_later(site: Site, make_client: Callable[..., Client], stage: str) -> None:
    released = threading.Event()
    entered = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        if stage == "look-up":
            entered.set()
            released.wait(10)
        return ["127.0.0.1"]

    def page(request: object) -> Answer:
        entered.set()
        return Answer(fault=Fault.HANG if stage == "silence" else Fault.DRIP_BODY)

    site.pages["/"] = page
    client = make_client(resolve=resolve)
    failures: list[FetchError] = []

    def fetch() -> None:
        try:
            client.get(f"http://slow.example:{site.port}/", timeout=timedelta(seconds=30), max_size=10_000_000)
        except FetchError as error:
            failures.append(error)

    thread = threading.Thread(target=fetch)
    thread.start()
    assert entered.wait(5)
    with within(SLACK):
        client.abort()
        thread.join()
    released.set()
    fetch()
    assert [failure.facts["detail"] for failure in failures] == ["aborted", "aborted"]
