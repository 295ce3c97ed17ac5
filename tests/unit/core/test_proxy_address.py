"""The addresses of proxies, with credentials in them by name."""

from __future__ import annotations

import pytest

from monitor.core.proxy_address import Proxy, literal_password, parse_proxy

VALUES = {"USER": "a:n@na", "PASSWORD": "h3m/li%67t", "PROXY": "http://anna:l%C3%B6sen@proxy.example:3128", "BAD": "x"}


@pytest.mark.parametrize(
    ("address", "proxy"),
    [
        ("http://proxy.example:3128", Proxy("http", "proxy.example", 3128, label="proxy.example:3128")),
        ("https://10.0.0.1:443/", Proxy("https", "10.0.0.1", 443, label="10.0.0.1:443")),
        ("socks5h://[::1]:1080", Proxy("socks5h", "::1", 1080, label="[::1]:1080")),
        ("http://anna@p:80", Proxy("http", "p", 80, "anna", "", "p:80")),
        ("http://${USER}:${PASSWORD}@p:80", Proxy("http", "p", 80, "a:n@na", "h3m/li%67t", "p:80")),
        ("http://l%C3%A4n:$${x}@p:80", Proxy("http", "p", 80, "län", "${x}", "p:80")),
        ("${PROXY}", Proxy("http", "proxy.example", 3128, "anna", "lösen", "${PROXY}")),
    ],
)
def test_an_address_is_read(address: str, proxy: Proxy) -> None:
    assert parse_proxy(address, VALUES.__getitem__) == proxy


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("proxy.example:3128", "not the address of a proxy"),
        ("http://proxy.example", "not the address of a proxy"),
        ("http://h3mligt@proxy.example:80/path", "not the address of a proxy"),
        ("ftp://h3mligt@proxy.example:80", "a proxy is reached by http, https, socks5h"),
        ("socks5://proxy.example:80", "a proxy is reached by http, https, socks5h"),
        ("http://h3mligt@proxy.example:0", "a port is a number from 1"),
        ("http://proxy.example:99999", "a port is a number from 1"),
        ("${BAD}", "not the address of a proxy"),
    ],
)
def test_another_one_is_refused_and_not_repeated(address: str, what: str) -> None:
    with pytest.raises(ValueError, match=what) as caught:
        parse_proxy(address, VALUES.__getitem__)
    assert "h3mligt" not in str(caught.value)


def test_what_is_shown_of_a_proxy_has_no_password() -> None:
    proxy = parse_proxy("http://${USER}:${PASSWORD}@p:80", VALUES.__getitem__)
    assert repr(proxy) == "Proxy(scheme='http', host='p', port=80, label='p:80')"
    assert (proxy.is_http, parse_proxy("socks5h://p:1", VALUES.__getitem__).is_http) == (True, False)


@pytest.mark.parametrize(
    ("address", "literal"),
    [
        ("http://a:b@p:80", True),
        ("http://a:${PASSWORD}@p:80", False),
        ("http://a@p:80", False),
        ("http://p:80", False),
        ("${PROXY}", False),
    ],
)
def test_a_password_that_is_written_out_is_known(address: str, literal: bool) -> None:  # noqa: FBT001
    assert literal_password(address) is literal
