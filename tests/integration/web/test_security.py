"""Headers, forms, errors and the path prefix."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.errors import DatabaseBusy
from tests.fakes.world import COUNTY, PASSWORD, World


@pytest.mark.parametrize("address", ["/", f"/watches/{COUNTY}", "/feed.atom", "/api/watches", "/nope", "/metrics"])
def test_every_answer_carries_the_headers_that_keep_visitors_safe(client: FlaskClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers


def test_over_tls_browsers_are_told_to_keep_to_it(make_world: Callable[..., World]) -> None:
    client = make_world(BEVAKA_PUBLIC_URL="https://bevaka.example").client()
    assert "max-age" in client.get("/").headers["Strict-Transport-Security"]


def test_a_page_that_only_shows_history_sets_no_cookie(client: FlaskClient) -> None:
    answer = client.get("/")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "Accept-Language" in answer.headers["Vary"]


def test_every_form_is_refused_without_its_token_but_for_the_one_click_of_mail_programs(client: FlaskClient) -> None:
    client.get("/subscribe")  # a form was served, and its token is in the session
    rules = [rule for rule in client.application.url_map.iter_rules() if "POST" in (rule.methods or ())]
    facts = {"key": COUNTY, "token": "x", "delivery": 1}
    addresses = {rule.endpoint: rule.build({name: facts[name] for name in rule.arguments}) for rule in rules}
    assert len(addresses) > 15
    taken = set()
    for endpoint, found in addresses.items():
        assert found is not None
        codes = {client.post(found[1], data=fields).status_code for fields in ({}, {"csrf": "guessed"}, {"csrf": ""})}
        taken |= set() if codes == {400} else {endpoint}
    assert taken == {"subscribing.leave"}


def test_a_session_is_signed_with_a_key_of_its_own_and_ends_within_a_day(
    world: World, client: FlaskClient, post: Callable[..., TestResponse]
) -> None:
    app = client.application
    forger = Flask("forger")
    forger.secret_key = world.assembly.settings.secret_key
    ours, theirs = SecureCookieSessionInterface(), SecureCookieSessionInterface()
    signing, forging = ours.get_signing_serializer(app), theirs.get_signing_serializer(forger)
    assert signing is not None
    assert forging is not None
    post(client, "/login", password=PASSWORD)
    cookie = client.get_cookie("bevaka")
    assert cookie is not None
    held = signing.loads(cookie.value)
    client.set_cookie("bevaka", str(signing.dumps(held)))
    assert client.get("/operator").status_code == 200
    client.set_cookie("bevaka", str(forging.dumps(held)))
    assert client.get("/operator").status_code == 303
    assert app.permanent_session_lifetime <= timedelta(days=1)


def test_a_form_that_is_too_large_is_not_taken(client: FlaskClient) -> None:
    assert client.post("/subscribe", data={"address": "x" * 300_000}).status_code == 413


def test_a_method_that_a_page_does_not_know_is_refused_and_says_what_it_knows(client: FlaskClient) -> None:
    answer = client.delete("/")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_errors_under_api_are_json(client: FlaskClient) -> None:
    assert client.get("/api/watches/nobody").json == {"error": 404}


def test_a_busy_database_is_told_as_such(world: World, client: FlaskClient) -> None:
    class Busy:
        def each_status(self) -> None:
            raise DatabaseBusy("another process")

    object.__setattr__(client.application.extensions["bevaka"], "history", Busy())
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Upptaget just nu" in answer.text


def test_a_defect_of_ours_is_logged_without_the_address_and_told_in_plain_words(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    object.__setattr__(client.application.extensions["bevaka"], "self_service", None)
    with caplog.at_level(logging.ERROR, "bevaka.web"):
        answer = client.get("/manage/a-secret-token")
    assert answer.status_code == 500
    assert "Något gick fel" in answer.text
    assert "NoneType" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = caplog.records
    assert vars(record)["endpoint"] == "managing.manage"
    assert "a-secret-token" not in record.getMessage()


@pytest.mark.parametrize("asked", ["/sidor/", "/sidor", "/"])
def test_under_a_prefix_pages_answer_whether_or_not_the_proxy_strips_it(
    make_world: Callable[..., World], asked: str
) -> None:
    client = make_world(BEVAKA_PUBLIC_URL="https://bevaka.example/sidor/").client()
    text = client.get(asked).text
    links = [link for link in re.findall(r'(?:href|action)="([^"#]*)"', text) if not link.startswith("http")]
    assert len(links) > 10
    assert all(link.startswith("/sidor/") for link in links)


def test_addresses_for_others_never_come_from_the_host_header(make_world: Callable[..., World]) -> None:
    client = make_world(BEVAKA_PUBLIC_URL="https://bevaka.example/sidor").client()
    for address in ("/sidor/feed.atom", "/sidor/api/openapi.json"):
        assert "https://bevaka.example/sidor/" in client.get(address, headers={"Host": "127.0.0.1:8000"}).text
        refused = client.get(address, headers={"Host": "evil.example"})
        assert (refused.status_code, "evil" in refused.text) == (400, False)


def test_a_copy_that_was_removed_by_retention_is_gone_and_says_why(world: World, client: FlaskClient) -> None:
    sha256 = world.assembly.history.log(COUNTY).rows[0].sha256
    with world.assembly.unit_of_work.write() as work:
        work.retention.remove([sha256], world.clock.now(), "older than 30 days")
    for address in (f"/watches/{COUNTY}/1", f"/watches/{COUNTY}/1/raw", f"/watches/{COUNTY}/diff?from=1&to=2"):
        answer = client.get(address)
        assert answer.status_code == 410
        assert "gallring" in answer.text
    assert client.get(f"/watches/{COUNTY}?show=all").status_code == 200
    assert client.get(f"/api/watches/{COUNTY}/revisions/1").json == {"error": 410}


def test_a_form_whose_token_has_other_letters_than_ours_is_refused(client: FlaskClient) -> None:
    client.get("/subscribe")
    assert client.post("/subscribe", data={"csrf": "åäö\ud800".encode("utf-8", "replace").decode()}).status_code == 400


@pytest.mark.parametrize(
    "host", ["bevaka.example", "bevaka.example:443", "localhost", "192.0.2.7:8000", "[2001:db8::1]"]
)
def test_the_public_host_and_addresses_are_answered(make_world: Callable[..., World], host: str) -> None:
    client = make_world(BEVAKA_PUBLIC_URL="https://bevaka.example").client()
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "bevaka.example.evil.example", "[", "bevaka.example@evil.example"])
def test_another_host_is_refused(make_world: Callable[..., World], host: str) -> None:
    answer = make_world(BEVAKA_PUBLIC_URL="https://bevaka.example").client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["_anchor", "_scheme", "_method", "_external", "endpoint", "self", "values", "lang"])
def test_a_visitors_names_are_never_ours(client: FlaskClient, name: str) -> None:
    for address in ("/", "/subscribe", "/nowhere", f"/watches/{COUNTY}", "/login"):
        answer = client.get(address, query_string={name: "https", "q": "å"})
        assert answer.status_code in {200, 404}
        assert answer.headers["Content-Security-Policy"]
        assert "//localhost" not in answer.text


def test_the_other_language_keeps_what_was_asked_for(client: FlaskClient) -> None:
    assert 'href="/?q=%C3%A5+%26&amp;q=b&amp;lang=en"' in client.get("/?q=%C3%A5+%26&q=b&lang=sv").text


def test_an_error_page_that_fails_is_a_line_with_all_headers(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    client.application.jinja_env.loader = None
    answer = client.get("/nowhere")
    assert (answer.status_code, answer.text) == (404, "<!DOCTYPE html><title>404</title><p>404</p>")
    assert answer.headers["Content-Security-Policy"]
    assert "an error page could not be made" in caplog.text


@pytest.mark.parametrize("logger", ["waitress", "bevaka.web"])
def test_no_log_holds_the_token_of_a_link(client: FlaskClient, caplog: pytest.LogCaptureFixture, logger: str) -> None:
    assert client.application.logger.name == "bevaka.web"
    for path in ("confirm", "manage", "leave"):
        logging.getLogger(logger).error("Exception while serving %s", f"/{path}/s3cret.t0ken/erase?x=1")
    assert "s3cret" not in caplog.text
    assert caplog.text.count("/…/erase?x=1") == 3
