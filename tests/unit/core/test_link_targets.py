"""The targets of links, without noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.page.link_targets import decode_protected_address, is_root, link_target, without_noise

BASE = "https://www.lansexempel.se/stod/index.html"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("mer.html", "https://www.lansexempel.se/stod/mer.html"),
        (" /filer/a.pdf ", "https://www.lansexempel.se/filer/a.pdf"),
        ("/filer/../a.pdf", "https://www.lansexempel.se/a.pdf"),
        ("//annan.se/x", "https://annan.se/x"),
        ("HTTPS://annan.se/x", "https://annan.se/x"),
        ("mailto:a@lansexempel.se", "mailto:a@lansexempel.se"),
        ("tel:+4610", "tel:+4610"),
        ("https://annan.se/#del", "https://annan.se/#del"),
        ("index.html#del", None),
        ("#del", None),
        ("", None),
        ("javascript:void(0)", None),
        ("data:text/plain,x", None),
        ("https://[annan", None),
        ("https://annan].se/", None),
        ("https://\u2100.se/", None),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://länsexempel.se/", "https://länsexempel.se/"),
        ("//[annan", None),
        ("/a\n.pdf", "https://www.lansexempel.se/a.pdf"),
        ("/en fil.pdf", "https://www.lansexempel.se/en%20fil.pdf"),
    ],
)
def test_a_link_is_absolute_or_leads_nowhere_else(href: str, expected: str | None) -> None:
    assert link_target(href, BASE) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.se/?utm_source=x&id=16&fbclid=2", "https://a.se/?id=16"),
        ("https://a.se/?utm_medium=x", "https://a.se/"),
        ("https://a.se/?id=16#del", "https://a.se/?id=16#del"),
        ("https://a.se/?gclid=1#del", "https://a.se/#del"),
        ("https://a.se/?sida=2&PHPSESSID=ab", "https://a.se/?sida=2"),
        ("https://a.se/p;jsessionid=AB12?x=1", "https://a.se/p?x=1"),
        ("https://a.se/p?tom", "https://a.se/p?tom"),
        (f"https://a.se/x/system-resource/{'a' * 64}/j.js", "https://a.se/x/system-resource/-/j.js"),
        ("https://a.se/download/18.1f2e/1700000000000/a.pdf", "https://a.se/download/18.1f2e/1700000000000/a.pdf"),
    ],
)
def test_only_noise_is_left_out_of_an_address(address: str, expected: str) -> None:
    assert without_noise(address) == expected


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("https://a.se", True),
        ("https://a.se/", True),
        ("https://a.se/sv/", True),
        ("https://a.se/en-gb/index.html", True),
        ("https://a.se/vald", False),
        ("https://a.se/?id=16", False),
        ("/", False),
        ("https://[a", False),
        ("", False),
    ],
)
def test_the_root_of_a_site_is_its_home_page(address: str, root: bool) -> None:  # noqa: FBT001 -- the expectation of a test case
    assert is_root(address) is root


@given(st.text(alphabet="abc=&?#;/utm_gclid", max_size=40))
def test_leaving_out_noise_twice_is_leaving_it_out_once(rest: str) -> None:
    once = without_noise(f"https://a.se/{rest}")
    assert without_noise(without_noise(once)) == without_noise(once)


def protected(address: str, key: int) -> str:
    return bytes([key, *(byte ^ key for byte in address.encode())]).hex()


@given(st.integers(0, 255))
def test_a_protected_address_is_the_same_whatever_its_key(key: int) -> None:
    hidden = protected("stod@lansexempel.se", key)
    assert decode_protected_address(hidden) == "stod@lansexempel.se"
    assert link_target(f"/cdn-cgi/l/email-protection#{hidden}", BASE) == "mailto:stod@lansexempel.se"


@pytest.mark.parametrize("encoded", ["", "zz", "2a", protected("ingen adress", 7)])
def test_what_is_no_protected_address_reveals_nothing(encoded: str) -> None:
    assert decode_protected_address(encoded) is None


def test_a_protected_link_that_reveals_nothing_leads_nowhere() -> None:
    assert link_target("/cdn-cgi/l/email-protection#2a2b", BASE) is None
