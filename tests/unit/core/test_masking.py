"""Credentials in what is printed, logged and kept: found in every form, and masked."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.masking import MASK, Secrets

VALUE = 'h3mligt "lösen"/ord\' & <så>'
SECRETS = Secrets({"PASSWORD": VALUE, "SHORT": "abc", "PROXY": "http://anna:pr%C3%B6xy-ord@proxy.example:3128"})


@pytest.mark.parametrize(
    "form",
    [
        VALUE,
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        quote(VALUE, safe="").lower().replace("h3mligt", "h3mligt"),
        json.dumps(VALUE),
        json.dumps(VALUE, ensure_ascii=False),
        html.escape(VALUE),
        repr(VALUE),
        VALUE.encode().decode("latin-1"),
        base64.b64encode(VALUE.encode()).decode(),
        base64.b64encode(f"länet-anna:{VALUE}".encode()).decode(),
        base64.urlsafe_b64encode(f"x:{VALUE}:y".encode()).decode(),
        "pröxy-ord",
        "pr%C3%B6xy-ord",
    ],
)
def test_a_value_is_masked_in_every_form(form: str) -> None:
    said = SECRETS.masked(f"the site said: {form}, and no more")
    assert MASK in said
    assert form.strip("'\"") not in said
    assert said.startswith("the site said: ")
    assert said.endswith(", and no more")
    assert SECRETS.name_in(f"<p>{form}</p>".encode()) in {"PASSWORD", "PROXY"}


def test_of_base64_the_whole_piece_is_masked() -> None:
    sent = base64.b64encode(f"länet-anna:{VALUE}".encode()).decode()
    assert SECRETS.masked(f"Basic {sent};") == "Basic ***;"


def test_what_is_no_secret_stays() -> None:
    for text in ("", "abc", "h3mligt", "a page of ordinary words", "aGVq" * 30):
        assert SECRETS.masked(text) == text
        assert SECRETS.name_in(text.encode()) is None


def test_without_credentials_nothing_is_looked_for() -> None:
    for none in (Secrets({}), Secrets({"SHORT": "x"})):
        assert not none
        assert none.masked("x") == "x"
        assert none.name_in(b"x") is None
    assert SECRETS


def test_a_value_that_base64_shows_too_little_of_is_looked_for_in_the_other_forms() -> None:
    secrets = Secrets({"X": "abcd"})
    assert secrets.masked("so abcd is masked") == "so *** is masked"
    assert secrets.masked(base64.b64encode(b"xabcdx").decode()) != MASK


def test_the_facts_of_a_reason_are_masked_and_numbers_stay() -> None:
    facts: dict[str, str | int | None] = {"url": f"https://a.example/?q={quote(VALUE)}", "status": 404, "detail": None}
    assert SECRETS.masked_facts(facts) == {"url": "https://a.example/?q=***", "status": 404, "detail": None}


@given(st.text(min_size=6, max_size=30), st.binary(max_size=9), st.binary(max_size=9))
def test_base64_of_a_value_is_found_whatever_is_encoded_around_it(value: str, before: bytes, after: bytes) -> None:
    secrets = Secrets({"X": value})
    encoded = base64.b64encode(before + value.encode("utf-8", "surrogatepass") + after)
    assert secrets.name_in(encoded) == "X"
    assert secrets.masked(encoded.decode()) == MASK
