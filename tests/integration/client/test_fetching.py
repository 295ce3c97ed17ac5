"""Successful fetches, and the meaning of each kind of answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.client import Client
from monitor.core.model import Fetched, NotModified, Redirected, Validators
from monitor.errors import AddressRefused, BadRedirect, HttpStatus, TooManyRedirects
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate
from tests.fakes.site import Answer, Request, Site, gzipped, redirect
from tests.integration.client.conftest import AGENT, Get

MONDAY = "Mon, 02 Mar 2026 07:00:00 GMT"


def test_a_page_comes_with_its_bytes_its_headers_in_order_and_the_time(site: Site, get: Get, clock: FakeClock) -> None:
    site.pages["/?id=16"] = Answer("<h1>Våld</h1>", headers={"X-One": "1", "X-Two": "a  b"}, etag='"v1"')
    fetched = get(f"{site.url}/?id=16")
    assert fetched == Fetched(
        url=f"{site.url}/?id=16",
        status=200,
        headers=(
            ("X-One", "1"),
            ("X-Two", "a b"),
            ("Content-Type", "text/html; charset=utf-8"),
            ("ETag", '"v1"'),
            ("Content-Length", "14"),
        ),
        body="<h1>Våld</h1>".encode(),
        taken_at=clock.now(),
    )


@pytest.mark.parametrize(
    "page", [Answer("hej " * 50_000, chunked=True), gzipped(b"hej " * 50_000), Answer("hej " * 50_000)]
)
def test_a_body_is_taken_out_of_its_transfer_form(site: Site, get: Get, page: Answer) -> None:
    site.pages["/"] = page
    fetched = get(site.url)
    assert isinstance(fetched, Fetched)
    assert fetched.body == b"hej " * 50_000


def test_the_request_says_honestly_who_asks_and_offers_no_brotli(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url, accept="application/json")
    [request] = site.asked("/")
    assert request.headers["User-Agent"] == AGENT
    assert request.headers["Accept-Encoding"] == "gzip, deflate"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Host"] == f"127.0.0.1:{site.port}"


def test_proxies_netrc_and_cookies_of_the_surroundings_are_not_used(
    site: Site, get: Get, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (netrc := tmp_path / "netrc").write_text("machine 127.0.0.1 login anna password hemligt\n")
    for name, value in {"http_proxy": "http://127.0.0.1:9", "NETRC": str(netrc)}.items():
        monkeypatch.setenv(name, value)
    site.pages["/"] = Answer("hej", headers={"Set-Cookie": "session=1"})
    get(site.url)
    get(site.url)
    for request in site.asked("/"):
        assert "Authorization" not in request.headers
        assert "Cookie" not in request.headers


def test_a_name_is_looked_up_by_the_system(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    fetched = get(f"http://LOCALHOST:{site.port}/")
    assert isinstance(fetched, Fetched)
    assert fetched.url == f"http://localhost:{site.port}/"


def test_a_long_error_page_is_left_unread(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("x" * 100_000, 500)
    with pytest.raises(HttpStatus):
        get(site.url)
    site.pages["/"] = Answer("hej")
    assert isinstance(get(site.url), Fetched)
    assert site.connections == 2


def test_a_connection_is_kept_for_the_next_request(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej", etag='"1"')
    for _ in range(3):
        get(site.url)
        get(site.url, validators=Validators(etag='"1"'))
        with pytest.raises(HttpStatus):
            get(f"{site.url}/missing")
    assert site.connections == 1


def test_a_kept_connection_that_the_server_closed_is_replaced(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url)
    site.hang_up()
    assert isinstance(get(site.url), Fetched)
    assert site.connections == 2


def test_many_threads_may_fetch_at_once(site: Site, gate: OpenGate, clock: FakeClock, client: Client) -> None:
    with Site() as other, ThreadPoolExecutor(8) as pool:
        sites = [site, other]
        for each in sites:
            each.pages["/"] = Answer(each.url)
        locks = {each.url: threading.Lock() for each in sites}

        def fetch(number: int) -> None:
            url = sites[number % 2].url
            with locks[url]:  # the gate allows one request at a time to a host
                fetched = client.get(url, timeout=timedelta(seconds=5), max_size=1000)
            assert isinstance(fetched, Fetched)
            assert fetched.body.decode() == url

        list(pool.map(fetch, range(100)))


# Conditional requests (docs/reliability.md, row 43)


@pytest.mark.parametrize("page", [Answer("hej", etag='W/"7"'), Answer("hej", last_modified=MONDAY)])
def test_what_still_stands_is_not_sent_again(site: Site, get: Get, clock: FakeClock, page: Answer) -> None:
    site.pages["/"] = page
    fetched = get(site.url)
    assert isinstance(fetched, Fetched)
    assert get(site.url, validators=fetched.validators) == NotModified(clock.now())


@pytest.mark.parametrize(
    "header",
    [
        "chunked ",
        "identity, chunked",
        "chunked,",
        "chunked, chunked",
        "CHUNKED;a=b",
        '"chunked"',
        " chunked\r\nTransfer-Encoding: identity",
    ],
)
@pytest.mark.parametrize("name", ["Transfer-Encoding:", "transfer-encoding :"])
def test_chunks_are_taken_apart_however_their_header_is_written(site: Site, get: Get, name: str, header: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{name} {header}\r\n\r\n"
    site.pages["/"] = Answer(raw=head.encode() + b"3\r\nhej\r\n2\r\n d\r\n0\r\n\r\n")
    answer = get(site.url)
    assert isinstance(answer, Fetched)
    assert answer.body == b"hej d"


def test_a_304_that_speaks_of_chunks_has_none(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej", etag='"a"')
    fetched = get(site.url)
    assert isinstance(fetched, Fetched)
    site.pages["/"] = Answer(raw=b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n")
    assert isinstance(get(site.url, validators=fetched.validators), NotModified)


def test_without_validators_nothing_is_asked_conditionally(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej", etag='"1"')
    get(site.url)
    get(site.url, validators=Validators())
    for request in site.asked("/"):
        assert "If-None-Match" not in request.headers
        assert "If-Modified-Since" not in request.headers


def test_a_304_that_nobody_asked_for_is_no_answer(site: Site, get: Get) -> None:
    site.pages["/"] = Answer(status=304)
    with pytest.raises(HttpStatus) as refused:
        get(site.url)
    assert refused.value.status == 304


def test_validators_go_to_the_address_that_gave_them_alone(site: Site, get: Get) -> None:
    site.pages["/"] = redirect("/page")
    site.pages["/page"] = Answer("hej", etag='"1"')
    fetched = get(site.url)
    assert isinstance(fetched, Fetched)
    assert isinstance(get(site.url, validators=fetched.validators), NotModified)
    assert "If-None-Match" not in site.asked("/")[1].headers

    site.pages["/"] = redirect("/maintenance")
    site.pages["/maintenance"] = Answer("strax tillbaka", etag='"1"')
    answer = get(site.url, validators=fetched.validators)
    assert isinstance(answer, Fetched), "another page's 304 would pass for this page's"


# Redirects


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_passing_redirect_is_followed_and_its_answer_is_the_pages(site: Site, get: Get, status: int) -> None:
    site.pages["/"] = redirect("sida?x=1#del", status)
    site.pages["/sida?x=1"] = Answer("hej")
    fetched = get(site.url)
    assert isinstance(fetched, Fetched)
    assert (fetched.url, fetched.body) == (f"{site.url}/sida?x=1", b"hej")


@pytest.mark.parametrize("status", [301, 308])
def test_a_page_that_is_elsewhere_for_good_has_moved(site: Site, get: Get, clock: FakeClock, status: int) -> None:
    site.pages["/old"] = redirect("/new", status)
    site.pages["/new"] = redirect(f"{site.url}/newest", 301)
    site.pages["/newest"] = Answer("hej")
    assert get(f"{site.url}/old") == Redirected(f"{site.url}/newest", clock.now())


def test_a_page_that_is_elsewhere_only_for_now_has_not_moved(site: Site, get: Get) -> None:
    site.pages["/old"] = redirect("/new", 301)
    site.pages["/new"] = redirect("/today", 302)
    site.pages["/today"] = Answer("hej")
    assert isinstance(get(f"{site.url}/old"), Fetched)


def test_a_page_whose_address_was_tidied_has_not_moved(site: Site, get: Get) -> None:
    site.pages["/Sida"] = redirect("/sida/", 301)
    site.pages["/sida/"] = Answer("hej")
    fetched = get(f"{site.url}/Sida")
    assert isinstance(fetched, Fetched)
    assert fetched.url == f"{site.url}/sida/"


def test_a_page_that_moved_to_an_error_is_an_error(site: Site, get: Get) -> None:
    site.pages["/old"] = redirect("/gone", 301)
    with pytest.raises(HttpStatus) as refused:
        get(f"{site.url}/old")
    assert refused.value.facts == {"status": 404, "url": f"{site.url}/gone"}


def test_five_redirects_are_followed_and_no_sixth(site: Site, get: Get) -> None:
    for number in range(6):
        site.pages[f"/{number}"] = redirect(f"/{number + 1}")
    site.pages["/6"] = Answer("hej")
    assert isinstance(get(f"{site.url}/1"), Fetched)
    with pytest.raises(TooManyRedirects) as refused:
        get(f"{site.url}/0")
    assert refused.value.facts == {"url": f"{site.url}/0", "limit": 5}


def wants_its_cookie(request: Request) -> Answer:
    """Answer who brings the cookie, and send everybody else here again, with it."""
    if request.headers.get("Cookie") == "choice=yes; lang=sv":
        return Answer("hej")
    headers = {"Location": request.path, "Set-Cookie": "choice=yes; Path=/; Secure; HttpOnly"}
    return Answer(status=302, headers=headers, more_headers=(("Set-Cookie", "lang=sv"),))


def test_a_redirect_that_wants_its_cookie_back_gets_it(site: Site, get: Get) -> None:
    site.pages["/"] = wants_its_cookie
    for _ in range(2):  # in a chain of its own each time
        assert isinstance(get(site.url), Fetched)
    sent = [request.headers.get("Cookie") for request in site.asked("/")]
    assert sent == [None, "choice=yes; lang=sv"] * 2


def test_a_cookie_goes_to_nobody_else(site: Site, get: Get) -> None:
    with Site() as other:
        other.pages["/"] = Answer("hej")
        headers = {"Location": f"{other.url}/", "Set-Cookie": "session=secret"}
        site.pages["/"] = Answer(status=302, headers=headers)
        assert isinstance(get(site.url), Fetched)
        assert [request.headers.get("Cookie") for request in other.asked("/")] == [None]


def test_cookies_are_limited(site: Site, get: Get) -> None:
    many = tuple(("Set-Cookie", f"c{number}=1") for number in range(40))
    odd = (("Set-Cookie", "x" * 5000 + "=1"), ("Set-Cookie", "no value"), ("Set-Cookie", "=nameless"))
    site.pages["/"] = Answer(status=302, headers={"Location": "/page"}, more_headers=(*odd, *many))
    site.pages["/page"] = Answer("hej")
    assert isinstance(get(site.url), Fetched)
    [request] = site.asked("/page")
    assert request.headers["Cookie"] == "; ".join(f"c{number}=1" for number in range(20, 40))


@pytest.mark.parametrize("location", [None, "http://[::1", "http://[zz]/"])
def test_a_redirect_without_a_usable_address_is_bad(site: Site, get: Get, location: str | None) -> None:
    site.pages["/"] = redirect(location) if location else Answer(status=302)
    with pytest.raises(BadRedirect):
        get(site.url)


def test_a_redirect_is_read_as_utf_8_where_it_is(site: Site, get: Get) -> None:
    site.pages["/"] = redirect("/våld".encode().decode("latin-1"))
    site.pages["/v%C3%A5ld"] = redirect("/bl\xe5")
    site.pages["/bl%C3%A5"] = Answer("hej")
    assert isinstance(get(site.url), Fetched)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://0x7f000001/",
        "//anna@127.0.0.1/",
        "/\\evil.example/",
        "http://127.0.0.1:0/",
        "gopher://127.0.0.1:25/",
    ],
)
def test_a_redirect_to_where_nobody_may_look_is_refused(site: Site, get: Get, location: str) -> None:
    """docs/reliability.md, row 30."""
    site.pages["/"] = redirect(location)
    with pytest.raises(AddressRefused):
        get(site.url)


# Other answers


@pytest.mark.parametrize("status", [204, 206, 300, 401, 403, 404, 410, 500, 503])
def test_any_other_status_is_not_the_page(site: Site, get: Get, status: int) -> None:
    site.pages["/"] = Answer("Åtkomst nekad", status)
    with pytest.raises(HttpStatus) as refused:
        get(site.url)
    assert refused.value.status == status
    assert refused.value.retry_at is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("value", ["600", "Sun, 01 Mar 2026 09:10:00 GMT"])
def test_retry_after_is_obeyed_for_the_whole_host(
    site: Site, get: Get, gate: OpenGate, clock: FakeClock, status: int, value: str
) -> None:
    """docs/reliability.md, row 42."""
    site.pages["/"] = Answer("", status, headers={"Retry-After": value})
    with pytest.raises(HttpStatus) as refused:
        get(site.url)
    until = clock.now() + timedelta(minutes=10)
    assert refused.value.retry_at == until
    assert gate.held == [(f"127.0.0.1:{site.port}", until)]


def test_retry_after_on_any_other_answer_is_left_alone(site: Site, get: Get, gate: OpenGate) -> None:
    site.pages["/"] = Answer("", 404, headers={"Retry-After": "600"})
    with pytest.raises(HttpStatus):
        get(site.url)
    assert gate.held == []


def test_every_request_waits_for_its_hosts_turn(site: Site, get: Get, gate: OpenGate) -> None:
    with Site() as other:
        site.pages["/"] = redirect(f"{other.url}/")
        other.pages["/"] = Answer("hej")
        get(site.url)
        here, there = f"127.0.0.1:{site.port}", f"127.0.0.1:{other.port}"
        assert gate.turns == [here, here, there, there]


def test_private_addresses_are_refused_unless_they_are_allowed(site: Site, make_client: Callable[..., Client]) -> None:
    client = make_client(allow_networks=())
    with pytest.raises(AddressRefused) as refused:
        client.get(site.url, timeout=timedelta(seconds=5), max_size=1000)
    assert refused.value.facts["address"] == "127.0.0.1"
    assert site.connections == 0
