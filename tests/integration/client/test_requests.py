"""What is sent for a page beside its address, to whom, and through which proxy."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.client import Client
from monitor.client.authorities import Authorities
from monitor.core.model import Fetched, NotModified, Redirected, Validators
from monitor.core.request import Request
from monitor.errors import (
    AddressRefused,
    BadBody,
    ConnectionBroken,
    CredentialMissing,
    CredentialRepeated,
    CredentialUnusable,
    DnsFailed,
    FetchError,
    HttpStatus,
    PostRedirected,
    ProxyFailed,
    Timeout,
    TlsFailed,
)
from tests.fakes.proxy import Proxy
from tests.fakes.site import Answer, Fault, Site, gzipped, redirect
from tests.fakes.site import Request as Asked
from tests.integration.client.conftest import Get

VALUES = {"USER": "länet-anna", "PASSWORD": "h3mligt lösen/ord", "TOKEN": "tok-4711", "SHORT": "x"}
LOG_IN = Request(auth=("${USER}", "${PASSWORD}"))
POST = Request(method="POST", form=(("q", "våld & vård"), ("key", "${TOKEN}")))
EVERYTHING = Request(
    headers=(("Authorization", "Bearer ${TOKEN}"), ("X-Way", "a ${SHORT}"), ("accept-language", "sv")),
    cookies=(("choice", "${TOKEN}"), ("plain", "1")),
)
OWN = ("Authorization", "X-Way", "Accept-Language", "Cookie", "Content-Type")


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client(credentials=VALUES)


@pytest.fixture
def other() -> Iterator[Site]:
    with Site() as other:
        yield other


def own_headers(request: Asked) -> dict[str, str]:
    return {name: request.headers[name] for name in OWN if name in request.headers}


def test_headers_and_cookies_are_sent_with_the_values_of_their_credentials(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url, request=EVERYTHING)
    assert own_headers(site.asked("/")[0]) == {
        "Authorization": "Bearer tok-4711",
        "X-Way": "a x",
        "Accept-Language": "sv",
        "Cookie": "choice=tok-4711; plain=1",
    }


def test_robots_txt_is_asked_for_without_them(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url, request=EVERYTHING)
    (robots,) = site.asked("/robots.txt")
    assert own_headers(robots) == {}
    assert robots.method == "GET"


def test_a_header_of_ours_that_may_be_another_is_replaced_whatever_its_case(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url, request=Request(headers=(("ACCEPT", "text/csv"),)))
    assert site.asked("/")[0].headers.get_all("Accept") == ["text/csv"]


def test_a_log_in_is_basic_authentication_in_utf_8(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url, request=LOG_IN)
    sent = base64.b64decode(site.asked("/")[0].headers["Authorization"].removeprefix("Basic ")).decode()
    assert sent == "länet-anna:h3mligt lösen/ord"


@pytest.mark.parametrize(
    ("request_", "sent", "kind"),
    [
        (
            POST,
            b"q=v%C3%A5ld+%26+v%C3%A5rd&key=tok-4711",
            "application/x-www-form-urlencoded",
        ),
        (Request(method="POST", body="<a>${TOKEN}</a>"), b"<a>tok-4711</a>", "application/x-www-form-urlencoded"),
        (
            Request(method="POST", body="a", headers=(("content-type", "text/xml"),)),
            b"a",
            "text/xml",
        ),
        (
            Request(method="POST", json='{"a":["${TOKEN}",1,null,true],"b":{"c":"$${x}"}}'),
            b'{"a":["tok-4711",1,null,true],"b":{"c":"${x}"}}',
            "application/json",
        ),
    ],
)
def test_a_post_is_sent_as_it_is_said(site: Site, get: Get, request_: Request, sent: bytes, kind: str) -> None:
    site.pages["/"] = Answer("hej", etag='"1"')
    fetched = get(site.url, request=request_, validators=Validators(etag='"1"'), confirm=True)
    (asked,) = site.asked("/")
    assert isinstance(fetched, Fetched)
    assert (asked.method, asked.body, asked.headers["Content-Type"]) == ("POST", sent, kind)
    assert "If-None-Match" not in asked.headers


def test_a_json_text_holds_a_credential_whatever_characters_it_has(
    site: Site, make_client: Callable[..., Client], get: Get
) -> None:
    value = 'a"b\\c\nå'
    client = make_client(credentials={"ODD": value})
    site.pages["/"] = Answer("hej")
    client.get(
        site.url,
        request=Request(method="POST", json='{"k":"${ODD}"}'),
        **_usual(),
    )
    assert json.loads(site.asked("/")[0].body) == {"k": value}


def _usual() -> dict[str, Any]:
    return {"timeout": timedelta(seconds=5), "max_size": 1_000_000}


def test_a_get_with_headers_is_still_asked_conditionally(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej", etag='"1"')
    assert isinstance(get(site.url, request=EVERYTHING, validators=Validators(etag='"1"')), NotModified)


@pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.SHORT_BODY, Fault.CUT_HEAD])
def test_a_post_is_never_repeated_when_the_connection_is_lost(site: Site, get: Get, fault: Fault) -> None:
    site.pages["/other"] = Answer("so that a connection is kept")
    get(f"{site.url}/other")
    site.pages["/"] = Answer("hej", fault=fault)
    with pytest.raises((ConnectionBroken, BadBody)):
        get(site.url, request=POST, confirm=True)
    assert len(site.asked("/")) == 1


def test_a_post_is_never_repeated_after_a_timeout_or_an_empty_answer(site: Site, get: Get) -> None:
    site.pages["/slow"] = Answer("hej", fault=Fault.HANG)
    site.pages["/empty"] = Answer("")
    with pytest.raises(Timeout):
        get(f"{site.url}/slow", request=POST, confirm=True, timeout=timedelta(seconds=0.3))
    get(f"{site.url}/empty", request=POST, confirm=True)
    assert [request.path for request in site.requests if request.method == "POST"] == ["/slow", "/empty"]


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_post_that_is_redirected_becomes_a_get(site: Site, get: Get, status: int) -> None:
    site.pages["/"] = redirect("/then", status)
    site.pages["/then"] = Answer("hej")
    get(site.url, request=POST)
    (then,) = site.asked("/then")
    assert (then.method, then.body, own_headers(then)) == ("GET", b"", {})


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_stays_one_within_its_origin_where_the_redirect_says_so(site: Site, get: Get, status: int) -> None:
    site.pages["/"] = redirect("/then", status)
    site.pages["/then"] = Answer("hej")
    get(site.url, request=POST)
    (first,), (then,) = site.asked("/"), site.asked("/then")
    assert (then.method, then.body) == ("POST", first.body)


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_is_not_sent_to_another_origin(site: Site, other: Site, get: Get, status: int) -> None:
    site.pages["/"] = redirect(f"{other.url}/then?key=tok-4711", status)
    with pytest.raises(PostRedirected) as caught:
        get(site.url, request=POST)
    assert caught.value.facts == {"location": f"{other.url}/then?key=***"}
    assert other.requests == []


def test_nothing_of_a_request_goes_to_another_origin_nor_back_from_there(site: Site, other: Site, get: Get) -> None:
    site.pages["/"] = redirect(f"{other.url}/way")
    other.pages["/way"] = redirect(f"{site.url}/back")
    site.pages["/back"] = Answer("hej")
    for request in (EVERYTHING, LOG_IN):
        get(site.url, request=request)
    sent = [own_headers(asked) for asked in (*other.requests, *site.asked("/back"))]
    assert len(sent) == 5  # robots.txt of the other one is asked for once
    assert not any(sent)


def test_another_port_or_scheme_is_another_origin_and_another_path_is_not(site: Site, get: Get) -> None:
    site.pages["/"] = redirect("/then")
    site.pages["/then"] = redirect(f"http://localhost:{site.port}/there")
    site.pages["/there"] = Answer("hej")
    get(site.url, request=EVERYTHING)
    assert own_headers(site.asked("/then")[0])["Authorization"] == "Bearer tok-4711"
    assert own_headers(site.asked("/there")[0]) == {}


def test_a_cookie_of_the_site_takes_the_place_of_the_one_that_was_given(site: Site, get: Get) -> None:
    site.pages["/"] = Answer(status=302, headers={"Location": "/then", "Set-Cookie": "plain=2; Path=/"})
    site.pages["/then"] = Answer("hej")
    get(site.url, request=EVERYTHING)
    assert site.asked("/then")[0].headers["Cookie"] == "choice=tok-4711; plain=2"


# Credentials


def test_a_credential_that_is_not_set_is_named_and_nothing_is_sent(site: Site, get: Get) -> None:
    with pytest.raises(CredentialMissing) as caught:
        get(site.url, request=Request(headers=(("X", "${NOBODY}"),)))
    assert caught.value.facts == {"name": "NOBODY"}
    assert site.requests == []


@pytest.mark.parametrize(
    ("value", "request_", "where"),
    [
        ("a\r\nHost: evil", Request(headers=(("X", "${ODD}"),)), "headers.X"),
        ("a; b=c", Request(cookies=(("c", "${ODD}"),)), "cookies.c"),
        ("an:na", Request(auth=("${ODD}", "${ODD}")), "auth.user"),
    ],
)
def test_a_credential_that_would_say_something_else_there_is_not_sent(
    site: Site, make_client: Callable[..., Client], value: str, request_: Request, where: str
) -> None:
    client = make_client(credentials={"ODD": value})
    with pytest.raises(CredentialUnusable) as caught:
        client.get(site.url, request=request_, **_usual())
    assert caught.value.facts["name"] == where
    assert value not in str(caught.value)
    assert site.requests == []


@pytest.mark.parametrize(
    "page",
    [
        Answer("Du sände tok-4711."),
        gzipped(b"Du s\xc3\xa4nde tok-4711."),
        Answer("Du sände tok%2D4711".replace("%2D", "-")),
        Answer(b"x" * 10 + base64.b64encode(b"a:tok-4711:b")),
    ],
)
def test_an_answer_that_repeats_a_credential_is_not_kept(site: Site, get: Get, page: Answer) -> None:
    site.pages["/"] = page
    with pytest.raises(CredentialRepeated) as caught:
        get(site.url, request=EVERYTHING)
    assert caught.value.facts == {"name": "TOKEN"}
    assert isinstance(get(site.url), Fetched)


def test_headers_and_addresses_of_an_answer_are_masked(site: Site, get: Get) -> None:
    site.pages["/"] = redirect("/then?was=tok-4711")
    site.pages["/then?was=tok-4711"] = Answer(
        "hej",
        headers={"X-You-Sent": "Bearer tok-4711"},
        more_headers=(("Set-Cookie", "session=of-the-server; Path=/"), ("X-Plain", "a=b")),
    )
    fetched = get(site.url, request=EVERYTHING)
    assert isinstance(fetched, Fetched)
    headers = dict(fetched.headers)
    assert fetched.url == f"{site.url}/then?was=***"
    assert (headers["X-You-Sent"], headers["Set-Cookie"], headers["X-Plain"]) == (
        "Bearer ***",
        "session=***; Path=/",
        "a=b",
    )


def test_where_a_page_has_moved_to_is_masked(site: Site, get: Get) -> None:
    site.pages["/"] = redirect("/new?was=tok-4711", 301)
    site.pages["/new?was=tok-4711"] = Answer("hej")
    assert get(site.url, request=EVERYTHING) == Redirected(f"{site.url}/new?was=***", _now(get, site))


def _now(get: Get, site: Site) -> Any:
    site.pages["/now"] = Answer("hej")
    return getattr(get(f"{site.url}/now"), "taken_at", None)


@pytest.mark.parametrize("location", ["http://tok-4711.example:99999/", "http://[tok-4711", "ftp://a/tok-4711"])
def test_an_error_has_no_credential_in_it(site: Site, get: Get, location: str) -> None:
    site.pages["/"] = redirect(location)
    with pytest.raises(FetchError) as caught:
        get(site.url, request=EVERYTHING)
    assert "tok-4711" not in f"{caught.value} {caught.value!r} {caught.value.args}"
    assert "***" in str(caught.value)


# Proxies


@pytest.fixture(params=["http", "socks5h"])
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with Proxy(request.param) as proxy:
        yield proxy


def test_everything_goes_through_the_proxy(site: Site, get: Get, proxy: Proxy) -> None:
    site.pages["/a?b=c"] = Answer("hej")
    fetched = get(f"{site.url}/a?b=c", request=POST, proxy=proxy.url)
    assert isinstance(fetched, Fetched)
    assert fetched.url == f"{site.url}/a?b=c"
    assert [asked.path for asked in site.requests] == ["/robots.txt", "/a?b=c"]
    assert site.requests[1].method == "POST"
    expected = {
        "http": [f"GET {site.url}/robots.txt", f"POST {site.url}/a?b=c"],
        "socks5h": [f"CONNECT 127.0.0.1:{site.port}"] * 2,
    }
    assert proxy.asked == expected[proxy.url.partition(":")[0]]


def test_a_log_in_to_the_proxy_is_for_the_proxy_alone(site: Site, get: Get) -> None:
    site.pages["/"] = Answer("hej")
    for kind in ("http", "socks5h"):
        with Proxy(kind, log_in=("länet-anna", "h3mligt lösen/ord")) as proxy:
            get(site.url, proxy=proxy.url.replace("://", "://${USER}:${PASSWORD}@"))
    assert all("Proxy-Authorization" not in asked.headers for asked in site.requests)


def test_tls_goes_through_a_tunnel_and_is_checked_for_the_site(get: Get, tmp_path: Path, proxy: Proxy) -> None:
    with Site(tls=tmp_path) as site:
        site.pages["/"] = Answer("hej")
        assert isinstance(get(site.url, ca_file=site.ca_file, proxy=proxy.url), Fetched)
        assert set(proxy.asked) == {f"CONNECT 127.0.0.1:{site.port}"}
        with pytest.raises(TlsFailed):
            get(site.url, proxy=proxy.url)


def test_a_proxy_may_be_reached_by_tls_which_is_checked_as_well(
    site: Site, make_client: Callable[..., Client], tmp_path: Path
) -> None:
    (for_proxy := tmp_path / "proxy").mkdir()
    (for_site := tmp_path / "site").mkdir()
    site.pages["/"] = Answer("hej")
    with Proxy(tls=for_proxy, log_in=("länet-anna", "h3mligt lösen/ord")) as proxy, Site(tls=for_site) as secure:
        secure.pages["/"] = Answer("hej")
        address = proxy.url.replace("://", "://${USER}:${PASSWORD}@")
        with pytest.raises(ProxyFailed):
            make_client(credentials=VALUES).get(site.url, proxy=address, **_usual())
        client = make_client(credentials=VALUES, authorities=Authorities(None, for_proxy / "site.pem"))
        assert isinstance(client.get(site.url, proxy=address, **_usual()), Fetched)
        assert isinstance(client.get(secure.url, proxy=address, ca_file=secure.ca_file, **_usual()), Fetched)


def test_an_address_that_must_not_be_fetched_is_not_fetched_through_a_proxy_either(
    site: Site, make_client: Callable[..., Client], proxy: Proxy
) -> None:
    strict = make_client(allow_networks=(), resolve=lambda host, port: ["127.0.0.1"])
    for url in (site.url, f"http://county.example:{site.port}/"):
        with pytest.raises(AddressRefused):
            strict.get(url, proxy=proxy.url, **_usual())
    assert proxy.asked == []


def _unknown(host: str, port: int) -> list[str]:
    if host == "127.0.0.1":
        return [host]
    raise OSError(host)


def test_a_name_that_the_proxy_alone_knows_may_be_watched(site: Site, make_client: Callable[..., Client]) -> None:
    client = make_client(resolve=_unknown)
    site.pages["/"] = Answer("hej")
    for kind in ("http", "socks5h"):
        with Proxy(kind, names={"county.example": site.port}) as proxy:
            assert isinstance(client.get("http://county.example/", proxy=proxy.url, **_usual()), Fetched)
    with pytest.raises(DnsFailed):
        client.get("http://county.example/", **_usual())


def test_a_redirect_to_a_name_that_the_proxy_alone_knows_is_not_followed(
    site: Site, make_client: Callable[..., Client]
) -> None:
    client = make_client(resolve=_unknown)
    site.pages["/"] = redirect("http://inside.example/secret")
    with Proxy(names={"county.example": site.port, "inside.example": site.port}) as proxy:
        with pytest.raises(DnsFailed):
            client.get("http://county.example/", proxy=proxy.url, **_usual())
        assert not [asked for asked in proxy.asked if "inside" in asked]


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_a_proxy_that_is_down_or_says_no_is_named_and_its_password_is_not(
    get: Get, tmp_path: Path, kind: Any, make_client: Callable[..., Client]
) -> None:
    with Site(tls=tmp_path) as site:
        with Proxy(kind, refuses=True) as proxy:
            where = proxy.place
            with pytest.raises(ProxyFailed) as caught:
                get(site.url, ca_file=site.ca_file, proxy=proxy.url)
            assert caught.value.facts["proxy"] == where
        with Proxy(kind, log_in=("a", "b")) as proxy, pytest.raises(ProxyFailed) as caught:
            get(site.url, ca_file=site.ca_file, proxy=proxy.url.replace("://", "://${USER}:${PASSWORD}@"))
        assert VALUES["PASSWORD"] not in repr(caught.value)
        with pytest.raises(ProxyFailed) as caught:
            get(site.url, proxy=f"{kind}://{where}")
        assert caught.value.facts["proxy"] == where
        assert site.requests == []


def test_a_proxy_that_is_a_credential_is_called_by_its_name(site: Site, make_client: Callable[..., Client]) -> None:
    client = make_client(credentials={"PROXY": "http://anna:h3mligt@127.0.0.1:9"})
    with pytest.raises(ProxyFailed) as caught:
        client.get(site.url, proxy="${PROXY}", **_usual())
    assert caught.value.facts["proxy"] == "${PROXY}"


def test_a_connection_through_a_proxy_is_not_used_without_it(site: Site, get: Get, proxy: Proxy) -> None:
    site.pages["/"] = Answer("hej")
    get(site.url, proxy=proxy.url)
    count = len(proxy.asked)
    get(site.url)
    assert len(proxy.asked) == count


def test_a_status_from_the_site_comes_through_the_proxy(site: Site, get: Get, proxy: Proxy) -> None:
    with pytest.raises(HttpStatus) as caught:
        get(f"{site.url}/none", proxy=proxy.url)
    assert caught.value.status == 404
