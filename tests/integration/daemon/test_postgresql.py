"""The whole program on PostgreSQL: checks, mails, two daemons at a time, and the operator's commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bevaka.cli.app import main
from tests.conftest import Postgresql
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site
from tests.integration.daemon.conftest import Process, schedule, until

pytestmark = pytest.mark.slow

PAGES = 40
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def url(postgresql: Postgresql) -> Iterator[str]:
    """Yield the URL of an empty database."""
    url = postgresql.cluster.database()
    yield url
    postgresql.cluster.drop(url)


@pytest.fixture
def bevaka(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command on that database and returns its exit code and its output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BEVAKA_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("BEVAKA_DATABASE", url)

    def run(*arguments: str) -> tuple[int, str]:
        capfd.readouterr()
        code = main(arguments)
        return code, capfd.readouterr().out

    return run


def county(month: str) -> Answer:
    text = "Länsstyrelsen samordnar arbetet i länet och stödjer kommunerna i deras uppdrag. " * 3
    deadline = f"<p>Kommunerna redovisar sina strategier senast den 1 {month} varje år.</p>"
    return Answer(f"<title>Länsstyrelsen</title><main><h1>Våld</h1><p>{text}</p>{deadline}</main>")


def test_a_change_is_seen_mailed_and_proven(
    bevaka: Command, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(tmp_path, f"county: {site.url}/county")
    with MailServer() as mails:
        monkeypatch.setenv("BEVAKA_SMTP_URL", mails.url())
        site.pages["/county"] = county("mars")
        assert bevaka("subscribers", "add", "reader@kommun.example")[0] == 0
        assert bevaka("subscribe", "county", "reader@kommun.example")[0] == 0
        assert bevaka("check")[0] == 0
        site.pages["/county"] = county("april")
        [row] = [json.loads(line) for line in bevaka("check", "--json")[1].splitlines()]
        assert (row["outcome"], row["revision"], row["material"], row["owed"]) == ("changed", 2, True, 1)
        assert bevaka("deliver")[0] == 0
        assert len(mails.received) == 1
        assert bevaka("deliver")[0] == 0
        assert len(mails.received) == 1
    assert [json.loads(line)["state"] for line in bevaka("outbox", "list", "--json")[1].splitlines()] == ["sent"]
    assert [json.loads(line)["revision"] for line in bevaka("log", "county", "--json")[1].splitlines()] == [2, 1]
    code, said = bevaka("verify", "--json")
    assert code == 0
    assert json.loads(said)["bad"] == []
    for command in (
        ("status", "--json"),
        ("stats", "--json"),
        ("diff", "county#1", "county#2", "--json"),
        ("db", "prune", "--keep", "1", "--dry-run"),
        ("export", "county", "--format", "zip", "-o", "county.zip"),
        ("backup", "bevaka.dump"),
    ):
        assert bevaka(*command)[0] in {0, 1}, command
    assert "can be read and written" in bevaka("doctor")[1]


def test_two_daemons_on_one_database_look_once_at_each_page(url: str, site: Site, tmp_path: Path) -> None:
    for number in range(PAGES):
        site.pages[f"/{number}"] = county("mars")
    schedule(tmp_path, *(f"page-{number}: {site.url}/{number}" for number in range(PAGES)))
    daemons = [Process(tmp_path, BEVAKA_DATABASE=url) for _ in range(2)]
    try:
        for daemon in daemons:
            daemon.says("start", f"watching={PAGES}")
        until(lambda: sum("outcome=first" in line for each in daemons for line in each.log) == PAGES, "not all looked")
        assert [daemon.stop() for daemon in daemons] == [0, 0]
        assert [len(site.asked(f"/{number}")) for number in range(PAGES)] == [1] * PAGES
        assert not [line for each in daemons for line in each.log if "  error  " in line]
    finally:
        for daemon in daemons:
            daemon.close()
