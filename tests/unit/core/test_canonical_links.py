"""Canonical addresses: equal exactly for links that lead to the same."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judging.rules.canonical_links import canonical_address, without_visit

SITE = "https://norrvik.example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{SITE}:443/om", f"{SITE}/om"),
        (f"{SITE}:/om", f"{SITE}/om"),
        ("http://www.norrvik.example:80/om/", f"{SITE}/om"),
        (f"{SITE}./om", f"{SITE}/om"),
        ("https://länet.example/", "https://xn--lnet-loa.example/"),
        (f"{SITE}/a/./b/../c", f"{SITE}/a/c"),
        (f"{SITE}/../om", f"{SITE}/om"),
        (f"{SITE}/%7Eeva/", f"{SITE}/~eva"),
        (f"{SITE}/s?b=2&a=1", f"{SITE}/s?a=1&b=2"),
        (f"{SITE}/s?x=1&amp;y=2", f"{SITE}/s?x=1&y=2"),
        (f"{SITE}/s?utm_source=a&gclid=b&msclkid=c", f"{SITE}/s"),
        (f"{SITE}/p;JSESSIONID=AB12?x=1", f"{SITE}/p?x=1"),
        (f"{SITE}/(S(abc123))/p.aspx", f"{SITE}/p.aspx"),
        (f"{SITE}/default.aspx", f"{SITE}/"),
        (f"https://www.google.com/url?q={SITE}/om&sa=D", f"{SITE}/om"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fnorrvik.example%2Fom&h=AT0", f"{SITE}/om"),
        (f"https://urldefense.com/v3/__{SITE}/om__;!!ab$", f"{SITE}/om"),
        ("tel:+46(0)491765510", "tel:0491-76%2055%2010"),
        ("mailto:A@norrvik.example?subject=x", "mailto:a@norrvik.example"),
    ],
)
def test_one_address_written_in_two_ways_is_equal(one: str, other: str) -> None:
    assert canonical_address(one) == canonical_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{SITE}/om", f"{SITE}/om2"),
        (f"{SITE}:8443/om", f"{SITE}/om"),
        (f"{SITE}/s?a=1", f"{SITE}/s?a=2"),
        (f"{SITE}/s?a", f"{SITE}/s"),
        (f"{SITE}/v%e5ld", f"{SITE}/v%e4ld"),
        (f"{SITE}/om#a", f"{SITE}/om#b"),
        (f"https://www.google.com/url?q={SITE}/a", f"https://www.google.com/url?q={SITE}/b"),
        (f"https://www.google.com/search?q={SITE}/a", f"{SITE}/a"),
        ("https://www.google.com/url?q=", f"{SITE}/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2F%5Bx", f"{SITE}/"),
        ("https://urldefense.com/v3/__https://[x__;!!ab$", f"{SITE}/"),
        (f"https://{'ä' * 80}.example/", f"{SITE}/"),
        ("mailto:a@norrvik.example", "mailto:b@norrvik.example"),
        ("tel:0491765510", "tel:0491765511"),
    ],
)
def test_another_address_stays_another(one: str, other: str) -> None:
    assert canonical_address(one) != canonical_address(other)


def nested(depth: int, moment: int) -> str:
    address = f"/p?t={moment}"
    for _ in range(depth):
        address = f"/login?returnUrl={quote(address, safe='')}"
    return SITE + address


def test_addresses_within_addresses_are_read_a_few_deep() -> None:
    assert without_visit(canonical_address(nested(2, 1))) == without_visit(canonical_address(nested(2, 2)))
    assert without_visit(canonical_address(nested(9, 1))) != without_visit(canonical_address(nested(9, 2)))
    assert without_visit(canonical_address(f"{SITE}/l?u=https%3A%2F%2F%5Bx")).parameters == (("u", "https://[x"),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{SITE}/s?at=2024-03-01T09:00", f"{SITE}/s?at=2024-03-01T10:00"),
        (f"{SITE}/s?hash=ab12cd34ef", f"{SITE}/s?hash=ab12cd34ff"),
        (f"{SITE}/s?t=1709280000", f"{SITE}/s?t=1709283600"),
        (f"{SITE}/s?session=8a7f3c21b09d4e55", f"{SITE}/s?session=1c0e9d84f2a36b77"),
        ("https://b.s3.example/r.pdf?AWSAccessKeyId=A&Expires=1&Signature=x", "https://b.s3.example/r.pdf?AWSAccessKeyId=B&Expires=2&Signature=y"),
    ],
)  # fmt: skip
def test_what_belongs_to_a_visit_is_left_out(one: str, other: str) -> None:
    assert without_visit(canonical_address(one)) == without_visit(canonical_address(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{SITE}/s?se=1", f"{SITE}/s?se=2"),
        (f"{SITE}/s?sid=45", f"{SITE}/s?sid=46"),
        (f"{SITE}/s?t=ansokan", f"{SITE}/s?t=avgift"),
        (f"{SITE}/s?time=10:00", f"{SITE}/s?time=13:00"),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/watch?v=9bZkp7q19f0"),
        (f"{SITE}/s?at=2024-03-01", f"{SITE}/s?at=2024-03-02"),
        (f"{SITE}/s?v=1", f"{SITE}/s?v=2"),
        (f"{SITE}/s?pageid=1709280000", f"{SITE}/s?pageid=1709283600"),
        (f"{SITE}/r.pdf?v=2", f"{SITE}/r.pdf?v=3"),
        (f"{SITE}/r.pdf?v=20240301", f"{SITE}/r.pdf?v=20240401"),
        (f"{SITE}/r.pdf?at=1709280000", f"{SITE}/r.pdf?at=1709283600"),
    ],
)
def test_what_may_say_which_page_is_meant_stays(one: str, other: str) -> None:
    assert without_visit(canonical_address(one)) != without_visit(canonical_address(other))


@given(st.text(alphabet="abc=&?#;/.%2F[]:@!_\u00e5", max_size=40))
def test_any_address_that_can_be_split_has_a_canonical_form(rest: str) -> None:
    address = canonical_address(f"{SITE}/{rest}")
    assert without_visit(without_visit(address)) == without_visit(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/bild.jpg?itok=Ab3dEf9Z", "/bild.jpg?itok=Zx8yWq1P"),
        ("/saml?SAMLRequest=fZJN%26&RelayState=ss%3Aa", "/saml?SAMLRequest=hZFP&RelayState=ss%3Ab"),
        ("/auktorisera?state=af0ifjsldkj12", "/auktorisera?state=bf1ifjsldkj34"),
        ("/tjanst?execution=e1s1", "/tjanst?execution=e2s14"),
        ("/sok?__VIEWSTATE=abc1&q=stod", "/sok?__VIEWSTATE=def2&q=stod"),
        ("/a?visitId=12", "/a?visitId=13"),
        ("/logga-in?destination=node/12%3Ft%3D1709280000", "/logga-in?destination=node/12%3Ft%3D1709366400"),
    ],
)
def test_log_ins_and_steps_of_forms_belong_to_one_visit(one: str, other: str) -> None:
    addresses = [without_visit(canonical_address(f"{SITE}{path}")) for path in (one, other)]
    assert addresses[0] == addresses[1] == without_visit(addresses[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/ansokan?state=oppen", "/ansokan?state=stangd"),
        ("/plan?execution=2024", "/plan?execution=2025"),
        ("/logga-in?destination=node/12%3Ft%3D1709280000", "/logga-in?destination=node/13%3Ft%3D1709280000"),
    ],
)
def test_a_state_or_a_way_back_in_words_says_what_is_meant(one: str, other: str) -> None:
    addresses = (canonical_address(f"{SITE}{path}") for path in (one, other))
    assert len({without_visit(address) for address in addresses}) == 2
