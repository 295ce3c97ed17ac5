"""The URLs and addresses that may be fetched at all (docs/reliability.md, faults 29 to 31)."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.client.addresses import LONGEST_URL, checked_addresses, is_same_page, parse_target
from monitor.errors import AddressRefused


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://www.nck.uu.se/kunskapsbanken/?id=16", "https://www.nck.uu.se/kunskapsbanken/?id=16"),
        ("HTTP://Example.ORG:80", "http://example.org/"),
        ("https://example.org:8443/a#part", "https://example.org:8443/a"),
        ("https://example.org./", "https://example.org/"),
        (
            "https://länsstyrelsen.se/våld och stöd?q=ö",
            "https://xn--lnsstyrelsen-gcb.se/v%C3%A5ld%20och%20st%C3%B6d?q=%C3%B6",
        ),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        (" https://example.org/ ", "https://example.org/"),
        ("https://example.org/a/../b", "https://example.org/b"),
        ("https://example.org/a/./b/.", "https://example.org/a/b/"),
        ("https://example.org/a/b/..", "https://example.org/a/"),
        ("https://example.org/../../a", "https://example.org/a"),
        ("https://example.org/..", "https://example.org/"),
        ("https://example.org/a/%2E%2e/.%2e/b/%2e/c", "https://example.org/b/c"),
        ("https://example.org/a//../b", "https://example.org/a/b"),
        ("https://example.org/a?next=/x/../y", "https://example.org/a?next=/x/../y"),
        ("https://example.org/.well-known/..a/b...", "https://example.org/.well-known/..a/b..."),
    ],
)
def test_an_address_is_asked_in_one_spelling(url: str, asked: str) -> None:
    assert parse_target(url).url == asked
    assert parse_target(asked).url == asked


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "scheme"),
        ("ftp://example.org/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("//example.org/", "scheme"),
        ("", "scheme"),
        ("http:///path", "malformed"),
        ("http://user:secret@example.org/", "userinfo"),
        ("http://example.org@127.0.0.1/", "userinfo"),
        ("http://example.org\\@127.0.0.1/", "forbidden-character"),
        ("http:\\\\example.org/", "forbidden-character"),
        ("http://example.org/\r\nHost: other", "forbidden-character"),
        ("http://exa\tmple.org/", "forbidden-character"),
        ("http://example.org:0/", "port"),
        ("http://example.org:/", "port"),
        ("http://example.org:70000/", "malformed"),
        ("http://example.org:http/", "malformed"),
        ("http://2130706433/", "odd-form"),
        ("http://0x7f000001/", "odd-form"),
        ("http://0x7f.0.0.1/", "odd-form"),
        ("http://0177.0.0.1/", "odd-form"),
        ("http://127.1/", "odd-form"),
        ("http://127.0.0.01/", "odd-form"),
        ("http://example.127/", "odd-form"),
        ("http://256.0.0.1/", "odd-form"),
        ("http://①②⑦.1/", "odd-form"),
        ("http://[::1/", "malformed"),
        ("http://[fe80::1%25eth0]/", "malformed"),
        ("http://[127.0.0.1]/", "malformed"),
        ("http://[v1.fe80]/", "malformed"),
        ("http://exa mple.org/", "malformed"),
        ("http://127.0.0.1%2f.example.org/", "malformed"),
        ("http://-bad-.example.org/", "malformed"),
        ("http://a..example.org/", "malformed"),
        (f"http://{'a' * 64}.example.org/", "malformed"),
        (f"http://{'a.' * 130}org/", "malformed"),
        ("http://xn--a.ü.example/", "malformed"),
        (f"http://example.org/{'a' * LONGEST_URL}", "too-long"),
    ],
)
def test_a_form_that_two_readers_might_understand_differently_is_refused(url: str, why: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_target(url)
    assert refused.value.facts["why"] == why


def test_a_refusal_does_not_repeat_a_password() -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_target("https://anna:hemligt@example.org/a")
    assert "hemligt" not in str(refused.value)
    assert refused.value.facts["url"] == "https://example.org/a"


@given(st.text())
@example("http://[")
@example("http://\ud800/")
def test_any_text_is_a_target_or_refused(text: str) -> None:
    for url in (text, f"http://{text}/", f"https://example.org/{text}"):
        try:
            target = parse_target(url)
        except AddressRefused:
            continue
        assert target.url.isascii()
        assert parse_target(target.url) == target


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  an address to refuse, not to bind
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::1",
        "192.0.0.8",
        "192.0.0.170",
        "::ffff:0:8.8.8.8",
        "100::1",
        "100:0:0:1::1",
        "2001:2::1",
        "2001:20::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "2001:0:1::",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fec0::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "not an address",
    ],
)
def test_an_address_that_is_not_on_the_open_internet_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        checked_addresses(["93.184.215.14", address], "http://example.org/", ())
    assert refused.value.facts == {"url": "http://example.org/", "address": address, "why": "not-global"}


@pytest.mark.parametrize(
    "address", ["93.184.215.14", "2606:4700::6810:85e5", "::ffff:8.8.8.8", "2002:808:808::1", "64:ff9b::808:808"]
)
def test_an_address_on_the_open_internet_is_taken(address: str) -> None:
    assert checked_addresses([address, address], "http://example.org/", ()) == [address]


SPECIAL = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::1/128",
    "::/128",
    "::ffff:0:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]


@given(st.data(), st.sampled_from(SPECIAL))
def test_no_address_of_a_special_network_is_taken_whatever_python_says_of_it(data: st.DataObject, network: str) -> None:
    address = data.draw(st.ip_addresses(network=network))
    with pytest.raises(AddressRefused):
        checked_addresses([str(address)], "http://example.org/", ())


@given(st.ip_addresses(v=4).filter(lambda address: not address.is_global))
def test_a_private_address_stays_private_in_every_wrapping(address: IPv4Address) -> None:
    number = int(address)
    wrapped = (
        (0xFFFF << 32) + number,
        (0x2002 << 112) + (number << 80),
        (0x64FF9B << 96) + number,
        number,
    )
    for value in wrapped:
        with pytest.raises(AddressRefused):
            checked_addresses([str(IPv6Address(value))], "http://example.org/", ())


def test_a_network_that_the_operator_names_may_be_asked() -> None:
    allowed = (ip_network("10.1.0.0/16"), ip_network("::1/128"))
    assert checked_addresses(["10.1.2.3", "::ffff:10.1.2.3", "::1"], "http://a.example/", allowed)
    with pytest.raises(AddressRefused):
        checked_addresses(["10.2.0.1"], "http://a.example/", allowed)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://example.org/a", "https://example.org/a", True),
        ("http://example.org/a", "https://www.example.org/A/", True),
        ("https://example.org/v%C3%A5ld", "https://example.org/våld/", True),
        ("https://example.org", "https://example.org/", True),
        ("https://example.org/a", "http://example.org/a", False),
        ("https://example.org/a", "https://example.org/b", False),
        ("https://example.org/a", "https://example.org/", False),
        ("https://example.org/a?id=1", "https://example.org/a?id=2", False),
        ("https://example.org/a", "https://example.com/a", False),
        ("https://example.org/a", "https://example.org:8443/a", False),
    ],
)
def test_a_tidied_address_is_the_same_place_and_any_other_is_elsewhere(one: str, other: str, *, same: bool) -> None:
    assert is_same_page(parse_target(one), parse_target(other)) is same
