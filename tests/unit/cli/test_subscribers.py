"""Subscribers: adding, listing, following, leaving."""

from __future__ import annotations

import pytest

from bevaka.cli.address_argument import address_mistake
from tests.fakes.site import Site
from tests.unit.cli.conftest import Bevaka

ANN = "ann@kommun.example"


@pytest.mark.parametrize(
    "address", ["ann@kommun.example", "a.b+c@x-y.example", "ann@localhost", "ann_1@xn--hst-qla.se"]
)
def test_an_address_is_taken(address: str) -> None:
    assert address_mistake(address) is None


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ann", "name@domain"),
        ("@kommun.example", "name@domain"),
        ("ann@", "name@domain"),
        ("ann bo@kommun.example", "without spaces"),
        ("Ann <ann@kommun.example>", "person's name"),
        ("a@b@kommun.example", "without spaces"),
        ("ann@kommun.example\r\nBcc: bo@kommun.example", "without spaces"),
        ("åsa@kommun.example", "ASCII letters"),
        ("ann@häst.se", "xn--hst-qla.se"),
        ("ann@hä..st.se", "ASCII form"),
        ("a" * 65 + "@kommun.example", "too long"),
        ("ann@" + "x" * 260, "too long"),
        ("ann.@kommun.example", "a dot"),
        (".ann@kommun.example", "a dot"),
        ("ann@kommun..example", "a dot"),
        ("ann@-kommun.example", "hyphen"),
        ("ann@kommun.example.", "between dots"),
    ],
)
def test_what_is_no_address_is_refused_with_its_reason(address: str, words: str) -> None:
    assert words in (address_mistake(address) or "")


def test_a_person_is_added_confirmed_by_the_operator(bevaka: Bevaka, site: Site) -> None:
    assert bevaka("subscribers", "add", "Ann@Kommun.example", "--language", "en").code == 0
    [row] = bevaka("subscribers", "list", "--json").rows
    assert (row["address"], row["state"], row["language"], row["consent_how"]) == (ANN, "confirmed", "en", "operator")
    assert row["follows"] == []


def test_adding_again_keeps_the_language_unless_one_is_named(bevaka: Bevaka, site: Site) -> None:
    bevaka("subscribers", "add", ANN, "--language", "en")
    bevaka("subscribers", "add", ANN)
    assert bevaka("subscribers", "list", "--json").rows[0]["language"] == "en"
    bevaka("subscribers", "add", ANN, "--language", "sv")
    assert bevaka("subscribers", "list", "--json").rows[0]["language"] == "sv"


def test_a_bad_address_is_a_usage_error(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("subscribers", "add", "ann")
    assert said.code == 2
    assert "'ann': an address is name@domain" in said.err
    assert bevaka("subscribe", "county", "ann").code == 2


def test_subscribing_an_unknown_address_adds_it_and_says_so(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("subscribe", "county", ANN)
    assert said.code == 0
    assert f"{ANN} was not known: added, confirmed by you" in said.err
    assert f"{ANN} follows county: told at once" in said.err
    [row] = bevaka("subscribers", "list", "--json").rows
    assert row["follows"] == [
        {"watch": "county", "frequency": "immediately", "only": [], "only_if": [], "material_only": False}
    ]
    assert "not known" not in bevaka("subscribe", "county", ANN).err


def test_subscribing_again_changes_how_often(bevaka: Bevaka, site: Site) -> None:
    bevaka("subscribe", "county", ANN)
    assert "told on Mondays" in bevaka("subscribe", "county", ANN, "--weekly").err
    bevaka("subscribe", "--all", ANN, "--daily")
    said = bevaka("subscribers", "list").out
    assert "every watch (daily), county (weekly)" in said or "county (weekly), every watch (daily)" in said


def test_an_unknown_watch_is_named_with_those_that_are_known(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("subscribe", "nix", ANN)
    assert said.code == 2
    assert "no watch is called 'nix'; known are: county" in said.err
    assert bevaka("subscribers", "list", "--json").rows == []


@pytest.mark.parametrize("names", [[], ["county"], ["county", ANN, "more"], ["--all", "county", ANN]])
def test_too_few_or_too_many_names_are_a_usage_error(bevaka: Bevaka, site: Site, names: list[str]) -> None:
    assert bevaka("subscribe", *names).code == 2
    assert bevaka("unsubscribe", *names).code == 2


def test_leaving_ends_one_subscription_and_no_other(bevaka: Bevaka, site: Site) -> None:
    bevaka("subscribe", "county", ANN)
    bevaka("subscribe", "--all", ANN)
    assert bevaka("unsubscribe", "county", ANN).code == 0
    assert bevaka("subscribers", "list", "--json").rows[0]["follows"] == [
        {"watch": None, "frequency": "immediately", "only": [], "only_if": [], "material_only": False}
    ]
    again = bevaka("unsubscribe", "county", ANN)
    assert again.code == 2
    assert f"{ANN} does not follow county; they follow every watch" in again.err
    assert bevaka("unsubscribe", "--all", ANN).code == 0


def test_a_removed_person_is_gone(bevaka: Bevaka, site: Site) -> None:
    bevaka("subscribe", "county", ANN)
    assert bevaka("subscribers", "remove", ANN).code == 0
    assert bevaka("subscribers", "list").err == "nobody yet: bevaka subscribers add ADDRESS\n"
    assert bevaka("subscribers", "remove", ANN).code == 2
    assert f"nobody has the address {ANN}" in bevaka("unsubscribe", "county", ANN).err
