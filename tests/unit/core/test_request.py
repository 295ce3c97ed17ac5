"""What is asked of a server beside the address: credentials by name, and what is stored of it."""

from __future__ import annotations

import json

import pytest

from monitor.core.model import Recipe
from monitor.core.request import Request, expanded, is_well_formed, names_in

FULL = Request(
    method="POST",
    headers=(("X-Way", "a ${ONE}"), ("Accept-Language", "sv")),
    cookies=(("choice", "${TWO}"),),
    body="a=${THREE}",
    form=(("z", "${FOUR}"), ("a", "")),
    json='{"k":"${FIVE}"}',
    auth=("${SIX}", "${SEVEN}${ONE}"),
)


@pytest.mark.parametrize(
    ("template", "names", "sent"),
    [
        ("${A}", ("A",), "1"),
        ("Bearer ${A}.${B_2}", ("A", "B_2"), "Bearer 1.2"),
        ("a $${A} and $A, $ {A}", (), "a ${A} and $A, $ {A}"),
        ("$$${A}", (), "$${A}"),
        ("plain", (), "plain"),
    ],
)
def test_a_credential_is_a_name_in_braces(template: str, names: tuple[str, ...], sent: str) -> None:
    assert names_in(template) == names
    assert expanded(template, {"A": "1", "B_2": "2"}.__getitem__) == sent
    assert is_well_formed(template)


@pytest.mark.parametrize("template", ["${", "${}", "${A", "${A B}", "${å}", "$${A} ${", "${A.B}"])
def test_braces_that_name_nothing_are_not_well_formed(template: str) -> None:
    assert not is_well_formed(template)


def test_what_goes_to_strangers_is_headers_without_credentials() -> None:
    assert FULL.for_strangers == Request(headers=(("Accept-Language", "sv"),))
    assert Request(method="POST", body="a", cookies=(("a", "b"),)).for_strangers is None


def test_a_value_that_looks_like_a_name_is_not_taken_for_one() -> None:
    assert expanded("${A}", {"A": "${B}", "B": "2"}.__getitem__) == "${B}"


def test_the_names_in_a_request_are_told_each_once() -> None:
    assert FULL.names == ("ONE", "TWO", "FOUR", "THREE", "FIVE", "SIX", "SEVEN")
    assert Request().names == ()


@pytest.mark.parametrize("request_", [FULL, Request(), Request(headers=(("b", "1"), ("a", "2")))])
def test_a_request_is_stored_and_read_back(request_: Request) -> None:
    assert Request.from_facts(json.loads(json.dumps(request_.to_facts()))) == request_
    recipe = Recipe(keep="main", request=request_)
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_recipe_without_a_request_has_the_hash_that_it_always_had() -> None:
    assert Recipe().to_json() == '{"drop":[],"expect":null,"ignore":[],"keep":null}'
    assert Recipe(request=Request(body="a")).hash != Recipe().hash


def test_what_is_sent_to_other_pages_of_the_site_has_no_content() -> None:
    assert FULL.without_content == Request(headers=FULL.headers, cookies=FULL.cookies, auth=FULL.auth)
