"""Documents on the web page, in the API and in mails: listed, downloaded and never opened, named in what is told."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from monitor.core.model import Fetched, Redirected, Validators, Watch
from monitor.errors import HttpStatus
from tests.fakes.office import docx
from tests.fakes.world import World

URL, PLAN = "https://lan.example/vald", "https://lan.example/filer/plan%20f%C3%B6r%20%C3%A5ret.docx"
PAGE = (
    "<!doctype html><html lang=sv><meta charset=utf-8><title>Våld</title><main><h1>Våld i nära relationer</h1>"
    f"<p>Länsstyrelsen samordnar arbetet i länet.</p><ul><li><a href='{PLAN}'>Handlingsplan</a></li></ul></main></html>"
)
SCHEDULE = f"version: 1\nwatches:\n  lan: {{name: Länet, url: '{URL}', documents: true, patience: 0s}}\n"


def plan(day: str) -> bytes:
    return docx("Om stöd till kommunerna.", f"Redovisa senast den {day}.")


class WorldOfFiles(World):
    """A world with one page and its document."""

    document: bytes | None = plan("1 mars")

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | Redirected:
        """Return the page or its document, by address."""
        if watch.url == URL:
            return Fetched(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), PAGE.encode(), self.clock.now())
        if self.document is None:
            raise HttpStatus(status=503, url=watch.url)
        return Fetched(watch.url, 200, (), self.document, self.clock.now())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WorldOfFiles]:
    world = WorldOfFiles(tmp_path)
    (tmp_path / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    world.check()
    with world.assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.add("ann@kommun.example", "sv", world.clock.now(), how="operator")
        work.subscribers.subscribe(subscriber, None, "immediately", world.clock.now())
    world.document = plan("1 april")
    world.check(hours=1)
    yield world
    world.close()


@pytest.fixture
def client(world: WorldOfFiles) -> FlaskClient:
    return world.client()


def test_the_documents_of_a_copy_are_listed_and_downloaded_as_they_were(client: FlaskClient) -> None:
    address = f"/watches/lan/1/document?url={quote(PLAN, safe='')}"
    [listed] = re.findall(r'href="([^"]*/document[?][^"]*)"', client.get("/watches/lan/1").text)
    assert client.get(html.unescape(listed)).data == plan("1 mars")
    answer = client.get(address)
    assert answer.data == plan("1 mars")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''plan%20f")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.get(address.replace("/1/", "/2/")).data == plan("1 april")
    assert client.get("/watches/lan/1/document?url=https://lan.example/annan.pdf").status_code == 404
    assert client.get("/watches/lan/1/document").status_code == 404


def test_a_difference_says_in_which_document_it_is(client: FlaskClient) -> None:
    for view in ("", "&view=side", "&view=page"):
        text = client.get(f"/watches/lan/diff?from=1&to=2&lang=sv{view}").text
        assert "Dokumentet ”Handlingsplan” ändrat" in text
        for number, day in ((1, "1 mars"), (2, "1 april")):
            assert f"Handlingsplan, kopia {number}: sha256 {hashlib.sha256(plan(day)).hexdigest()}" in text
    [block] = json.loads(client.get("/api/watches/lan/diff?from=1&to=2").text)["blocks"]
    assert block["document"] == PLAN
    [document] = json.loads(client.get("/api/watches/lan/revisions/2").text)["documents"]
    assert (document["url"], document["revision"]) == (PLAN, 2)
    newest = json.loads(client.get("/api/watches/lan/revisions").text)[0]
    assert [each["outcome"] for each in newest["documents"]] == ["changed"]


def test_a_watch_says_that_the_files_of_its_page_count(client: FlaskClient) -> None:
    assert "sidans innehåll; filerna som sidan länkar till" in client.get("/watches/lan?lang=sv").text


def test_mails_and_the_feed_name_the_document(world: WorldOfFiles, client: FlaskClient) -> None:
    world.assembly.deliver.deliver_due()
    world.document = None
    world.check(hours=1)
    world.assembly.deliver.deliver_due()
    world.document = plan("1 april")
    world.check(hours=1)
    world.assembly.deliver.deliver_due()
    subjects = [mail.message.subject for mail in world.mails]
    assert subjects == [
        "Ändrad: Länet – dokumentet ”Handlingsplan” ändrat: tidsfrist ändrad: 1 mars → 1 april",
        "Dokument kan inte läsas: Länet – ”Handlingsplan”",
        "Dokument kan läsas igen: Länet – ”Handlingsplan”",
    ]
    told = world.mails[0].message
    assert f"Dokumentet ”Handlingsplan”:\n{PLAN}" in told.text
    assert f'<a href="{PLAN}"' in told.html
    assert "Sidan själv läses som vanligt." in " ".join(world.mails[1].message.text.split())
    feed = client.get("/watches/lan/feed.atom?lang=sv").text
    assert "Dokumentet ”Handlingsplan” har inte kunnat läsas sedan" in feed
    assert "Handlingsplan” är densamma" in feed
