"""No byte of an erased address stays in a file of the database or in the log, while the daemon runs."""

from __future__ import annotations

import re
import sqlite3
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from bevaka.clock import SystemClock
from tests.acceptance.pages import county
from tests.acceptance.program import Bevaka
from tests.conftest import Postgresql
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site
from tests.faults.lab import only_in_long_runs
from tests.integration.daemon.conftest import Process, until

READERS = [f"reader{number}{'x' * (number % 7)}@kommun{number}.example" for number in range(12)]


class Later(SystemClock):
    """The system's clock, nine days ahead."""

    def now(self) -> datetime:
        """Return that time."""
        return datetime.now(UTC) + timedelta(days=9)


class House:
    """A running daemon with a dozen subscribers, each of whom was mailed once."""

    def __init__(self, bevaka: Bevaka, process: Process, url: str, server: MailServer, files: Path) -> None:
        self.bevaka = bevaka
        self.process = process
        self.url = url
        self.server = server
        self.files = files

    def left_of(self, *addresses: str) -> dict[str, list[str]]:
        """Return the files that hold an address, by address; the log of the daemon among them."""
        found: dict[str, list[str]] = {}
        for path in sorted(self.files.rglob("*")):
            if path.is_file() and "pg_wal" not in path.parts and path.suffix != ".yaml":
                content = path.read_bytes().lower()
                for address in addresses:
                    if address.encode() in content:
                        found.setdefault(address, []).append(path.name)
        log = "\n".join(self.process.log)
        return found | {address: ["the log"] for address in addresses if address in log}

    def post(self, form: str, to: str, **fields: str) -> None:
        """Open the page with a form, and send it."""
        visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = visitor.open(f"{self.url}{form}", timeout=20).read().decode()
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token
        sent = urllib.parse.urlencode({"csrf": token[1], **fields}).encode()
        assert visitor.open(f"{self.url}{to}", sent, timeout=20).status == 200

    def environment(self) -> dict[str, str]:
        """Return the environment of the daemon."""
        return {name: value for name, value in self.bevaka.environment.items() if name.startswith("BEVAKA_")}


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """Yield a stack that is closed after the test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def house(
    request: pytest.FixtureRequest, bevaka: Bevaka, site: Site, mail_server: MailServer, stack: ExitStack
) -> Iterator[House]:
    """Yield the daemon on one database or the other."""
    site.pages["/county"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  county: {{url: {site.url}/county}}\n")
    bevaka.environment["BEVAKA_SMTP_URL"] = mail_server.url()
    bevaka.environment["BEVAKA_SECRET_KEY"] = "not so secret" * 4
    files, database = bevaka.folder, f"sqlite:///{bevaka.folder}/data/bevaka.db"
    if request.param == "postgresql":
        postgresql: Postgresql = request.getfixturevalue("postgresql")
        files = postgresql.cluster.folder / "data"
        database = stack.enter_context(postgresql.database())
    bevaka.environment["BEVAKA_DATABASE"] = database
    bevaka("check")
    for address in READERS:
        bevaka("subscribe", "county", address)
    bevaka("check")
    settings = {name: value for name, value in bevaka.environment.items() if name.startswith("BEVAKA_")}
    process = Process(bevaka.folder, **settings)
    try:
        process.says("the web page is open")
        line = next(line for line in process.log if "the web page is open" in line)
        found = re.search(r"http://[\d.:]+", line)
        assert found, line
        until(lambda: len(mail_server.received) >= len(READERS), "not everybody was mailed")
        yield House(bevaka, process, found[0], mail_server, files)
    finally:
        process.close()


def checkpoint(request: pytest.FixtureRequest, house: House) -> None:
    """Have PostgreSQL write what it holds in memory, as it does by itself within minutes."""
    if house.files.name == "data" and "postgresql" in request.node.name:
        request.getfixturevalue("postgresql").cluster.tell("CHECKPOINT")


def test_nothing_is_left_of_who_was_erased_by_the_operator(house: House, request: pytest.FixtureRequest) -> None:
    checkpoint(request, house)
    assert set(house.left_of(READERS[0], READERS[-1])) == {READERS[0], READERS[-1]}, "they are there before"
    for address in READERS[:6]:
        said = house.bevaka("subscribers", "forget", address)
        assert (said.code, said.err) == (0, f"{address} is erased\n")
    checkpoint(request, house)
    assert house.left_of(*READERS[:6]) == {}
    assert house.left_of(READERS[-1])
    assert house.bevaka("backup", "copy.db").code == 0
    assert house.left_of(*READERS[:6]) == {}
    assert house.bevaka("verify").code == 0


@only_in_long_runs
@pytest.mark.slow
def test_nothing_is_left_of_who_erased_themselves(house: House, request: pytest.FixtureRequest) -> None:
    mail = next(mail for mail in house.server.received if mail.to == READERS[3])
    found = re.search(r"/manage/[\w.-]+", mail.content.decode("utf-8", "replace").replace("=\r\n", ""))
    assert found
    house.post(found[0], f"{found[0]}/erase", sure="yes")
    checkpoint(request, house)
    assert house.left_of(READERS[3]) == {}


@only_in_long_runs
@pytest.mark.slow
def test_nothing_is_left_of_who_never_confirmed(house: House, request: pytest.FixtureRequest) -> None:
    unconfirmed = "somebody.else@region.example"
    house.post("/subscribe", "/subscribe", address=unconfirmed, watch="county", agree="yes")
    until(lambda: any(mail.to == unconfirmed for mail in house.server.received), "no letter came")
    checkpoint(request, house)
    assert house.left_of(unconfirmed)
    assert house.left_of(unconfirmed)[unconfirmed] != ["the log"]
    with Assembly(house.environment(), Later()) as assembly:
        assert assembly.self_service.tidy()["erased"] == 1
    checkpoint(request, house)
    assert house.left_of(unconfirmed) == {}


@pytest.mark.slow
def test_what_another_program_keeps_from_being_overwritten_is_overwritten_by_the_daemon(
    house: House, request: pytest.FixtureRequest
) -> None:
    if "sqlite" not in request.node.name:
        pytest.skip("a reader of PostgreSQL is waited for in the same way")
    with closing(sqlite3.connect(house.bevaka.folder / "data" / "bevaka.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM watches").fetchone()
        said = house.bevaka("subscribers", "forget", READERS[5])
        assert "the daemon overwrites them" in said.err
        assert house.left_of(READERS[5])
        rows = {row["check"]: row["state"] for row in house.bevaka("doctor", "--json").rows}
        assert rows["erased people"] == "warning"
    with Assembly(house.environment()) as assembly:
        assert assembly.unit_of_work.finish_erasures()
    assert house.left_of(READERS[5]) == {}
    assert "erased people" not in {row["check"] for row in house.bevaka("doctor", "--json").rows}
