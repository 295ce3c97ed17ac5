"""Headers, cookies, a POST, a log-in and a proxy on the command line; credentials by their names alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

LOG_IN = "${USER}:${PASSWORD}"
SECRET = "Hemligt-1-Ord"


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, bevaka: Bevaka) -> None:
    del bevaka  # it clears the environment first
    monkeypatch.setenv("BEVAKA_CREDENTIAL_USER", "anna")
    monkeypatch.setenv("BEVAKA_CREDENTIAL_PASSWORD", SECRET)


def written(folder: Path) -> str:
    return (folder / "schedule.yaml").read_text(encoding="utf-8")


def test_a_credential_that_is_not_set_stops_every_command_that_would_use_it(
    bevaka: Bevaka, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bevaka("watch", "edit", "county", "--auth", LOG_IN)
    monkeypatch.delenv("BEVAKA_CREDENTIAL_PASSWORD")
    line = written(tmp_path).splitlines().index('    auth: {"user": "${USER}", "password": "${PASSWORD}"}') + 1
    for command in (("schedule", "check"), ("check",), ("run",)):
        said = bevaka(*command)
        assert said.code == 2
        told = f"schedule.yaml:{line}: auth: ${{PASSWORD}} is not set; set BEVAKA_CREDENTIAL_PASSWORD"
        assert told in said.err
    (row,) = bevaka("schedule", "check", "--json").rows
    assert row["line"] == line
    assert site.requests == []


def test_a_log_in_is_a_file_of_the_credentials_directory_as_well(
    bevaka: Bevaka, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BEVAKA_CREDENTIAL_PASSWORD")
    (folder := tmp_path / "credentials").mkdir()
    (folder / "BEVAKA_CREDENTIAL_PASSWORD").write_text(f"{SECRET}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    assert bevaka("watch", "edit", "county", "--auth", LOG_IN).code == 0
    assert bevaka("check").code == 0
    assert site.asked("/county")[0].headers["Authorization"] == "Basic YW5uYTpIZW1saWd0LTEtT3Jk"


def test_what_is_sent_is_edited_shown_and_taken_out(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    before = written(tmp_path)
    said = bevaka(
        *("watch", "edit", "county", "--header", "Accept-Language: sv", "--header", "X-Key: a ${PASSWORD}"),
        *("--cookie", "choice=${USER}", "--auth", LOG_IN, "--method", "POST", "--send-json", '{"q": ["våld", 1]}'),
        *("--proxy", "socks5h://${USER}:${PASSWORD}@127.0.0.1:9"),
    )
    assert said.code == 0, said.err
    shown = bevaka("watch", "show", "county").out
    for line in (
        "proxy                   socks5h://${USER}:${PASSWORD}@127.0.0.1:9",
        "method                  POST",
        "header Accept-Language  sv",
        "header X-Key            a ${PASSWORD}",
        "cookie choice           ${USER}",
        "auth                    ${USER}:${PASSWORD}",
        'sends                   {"q":["våld",1]}',
    ):
        assert line in shown
    (row,) = bevaka("watch", "show", "county", "--json").rows
    assert (row["method"], row["json"], row["auth"]) == (
        "POST",
        {"q": ["våld", 1]},
        {"user": "${USER}", "password": "${PASSWORD}"},
    )
    assert "is so already" in bevaka("watch", "edit", "county", "--cookie", "choice=${USER}").err
    out = ("--header", "", "--cookie", "", "--auth", "", "--method", "", "--send-json", "", "--proxy", "")
    assert bevaka("watch", "edit", "county", *out).code == 0
    assert written(tmp_path) == before
    assert "proxy" not in bevaka("watch", "show", "county", "--json").rows[0]
    assert site.requests == []


def test_a_watch_is_added_with_a_form_that_it_sends(bevaka: Bevaka, site: Site) -> None:
    site.pages["/search"] = Answer("<h1>Beslut</h1><p>Nämnden beslutade den 1 mars om skyddat boende.</p>")
    said = bevaka("watch", "add", f"{site.url}/search", "--key", "search", "--method", "POST", "--body", "q=${USER}")
    assert said.code == 0, said.err
    assert bevaka("watch", "test", "search").code == 0
    assert (site.asked("/search")[0].method, site.asked("/search")[0].body) == ("POST", b"q=anna")


@pytest.mark.parametrize(
    "options",
    [
        ("--auth", f"anna:{SECRET}x"),
        ("--auth", f"{SECRET}x"),
        ("--header", f"{SECRET}x"),
        ("--header", f"Authorization: {SECRET}x"),
        ("--cookie", f"{SECRET}x"),
        ("--send-json", f"{SECRET}x"),
        ("--proxy", f"http://anna:{SECRET}x@127.0.0.1:9"),
        ("--header", "X: ${NOBODY}"),
    ],
)
def test_what_cannot_be_is_refused_and_a_secret_is_not_repeated(
    bevaka: Bevaka, site: Site, tmp_path: Path, options: tuple[str, str]
) -> None:
    before = written(tmp_path)
    said = bevaka("watch", "edit", "county", *options)
    assert said.code == 2
    assert SECRET not in said.out + said.err
    assert written(tmp_path) == before
    del site


def test_a_page_that_shows_a_credential_says_what_to_do(bevaka: Bevaka, site: Site) -> None:
    site.pages["/county"] = Answer(f"<h1>Län</h1><p>Du loggade in med {SECRET} klockan tolv i dag.</p>")
    bevaka("watch", "edit", "county", "--auth", LOG_IN)
    said = bevaka("watch", "test", "county")
    assert said.code == 3
    assert "svaret innehåller den hemliga uppgiften PASSWORD och sparas därför inte" in said.out
    assert "write it into the schedule file in place of ${PASSWORD}" in said.err


def test_the_doctor_says_what_a_proxy_and_a_short_credential_are_worth(
    bevaka: Bevaka, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    del site
    assert not [row for row in bevaka("doctor", "--json").rows if row["check"] in {"proxy", "credentials"}]
    monkeypatch.setenv("BEVAKA_CREDENTIAL_PASSWORD", "abc")
    bevaka("watch", "edit", "county", "--proxy", "http://${USER}:${PASSWORD}@127.0.0.1:9")
    rows = [row for row in bevaka("doctor", "--json").rows if row["check"] in {"proxy", "credentials"}]
    assert [(row["check"], row["state"]) for row in rows] == [
        ("credentials", "ok"),
        ("credentials", "warning"),
        ("proxy", "warning"),
    ]
    assert "1 watch through http://${USER}:${PASSWORD}@127.0.0.1:9: a proxy looks names up by itself" in rows[2]["what"]


def test_output_that_has_a_credential_in_it_is_masked(bevaka: Bevaka, site: Site) -> None:
    site.pages["/county"] = Answer(f"<h1>Län</h1><p>Ordet {SECRET} stod på sidan redan innan det blev en uppgift.</p>")
    bevaka("check")
    said = bevaka("show", "county")
    assert "Ordet *** stod på sidan" in said.out
