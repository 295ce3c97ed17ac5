"""A site that attacks its readers, through to the mail, web page, feed, terminal, exports and daemon: all stay whole.

Everything is real: the site, the program's processes, the mail server, the web page inside the daemon.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]

from tests.acceptance.pages import county
from tests.acceptance.program import Bevaka, Forks
from tests.fakes.attack import ATTACK, TITLE
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site, gzip_bomb, redirect
from tests.integration.daemon.conftest import Process, until

FEED = (
    '<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "&x;&x;">]>'
    "<feed><title>&y;</title></feed>"
)
NAME = "../../etc/<b>Våld</b> {{ 7*7 }} =1+1"
REFUSED = ("bomb", "metadata", "file", "round", "feed", "attributes", "fonts", "options")
KEYS = ("county", *REFUSED, "steady")
STEERING = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xc2[\x80-\x9f]")
ACTIVE = {"script", "iframe", "object", "embed", "form", "input", "svg", "img", "base", "link", "meta"}
pytestmark = pytest.mark.slow  # the attack's pages are large


@dataclass(frozen=True, slots=True)
class Attacked:
    """The program after the attack, and the mails that it sent."""

    bevaka: Bevaka
    mails: list[bytes]
    outcomes: dict[str, str]


def pages(site: Site) -> None:
    """Script the site: first an ordinary page, then the attack; the other addresses are traps from the start."""
    attack = county(more=ATTACK, items=("Erbjuda utbildning", "Ny punkt")).replace(
        "<title>Våld i nära relationer | Länsstyrelsen Norrvik", f"<title>{TITLE}"
    )
    attack = attack.replace("</head>", '<meta http-equiv="refresh" content="0;url=javascript:alert(12)"></head>')
    site.pages["/county"] = [Answer(county()), Answer(attack)]
    site.pages["/steady"] = Answer(county(heading="En annan sida"))
    site.pages["/bomb"] = gzip_bomb(300)
    for number in range(4):
        site.pages[f"/metadata{number or ''}"] = redirect(f"/metadata{number + 1}")
    site.pages["/metadata4"] = redirect("http://169.254.169.254/latest/meta-data/")
    site.pages["/file"] = redirect("file:///etc/passwd")
    site.pages["/round"] = redirect("/round")
    site.pages["/feed"] = Answer(FEED, content_type="application/atom+xml")
    site.pages["/attributes"] = Answer(f"<p {' '.join(f'a{n}' for n in range(200_000))}>text")
    site.pages["/fonts"] = Answer("".join(f"<font color={n}><p>text" for n in range(15_000)))
    site.pages["/options"] = Answer("<p>text<select>" + "<option>val</option>" * 100_000)


@pytest.fixture(scope="module")
def attacked(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Yield the program after the first revisions, a subscription, the attack and the mail."""
    bevaka = Bevaka(forks, tmp_path_factory.mktemp("attacked"))
    with Site() as site, MailServer() as server:
        pages(site)
        entries = [f"  {key}: {{url: {site.url}/{key}}}\n" for key in KEYS[1:]]
        bevaka.schedule(f"  county: {{name: {json.dumps(NAME)}, url: {site.url}/county}}\n{''.join(entries)}")
        bevaka("check")
        assert bevaka("subscribe", "county", "reader@kommun.example").code == 0
        said = bevaka("check", "--json")
        assert bevaka("deliver", BEVAKA_SMTP_URL=server.url(), BEVAKA_PUBLIC_URL="https://bevaka.example").code == 0
        mails = [mail.content for mail in server.received]
        yield Attacked(bevaka, mails, {row["watch"]: row["outcome"] for row in said.rows})


class Elements(HTMLParser):
    """Every element of a page with its attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self.feed(page)
        self.text = "".join(self._texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Record a text."""
        self._texts.append(data)


def tame(page: str, *, of_ours: frozenset[str] = frozenset()) -> Elements:
    """Assert that no element runs, requests, or imitates another; `of_ours` are elements of the page's own."""
    elements = Elements(page)
    for tag, facts in elements.found:
        assert tag not in ACTIVE - of_ours, (tag, facts)
        for name, value in facts.items():
            assert not name.startswith("on"), (tag, facts)
            assert not re.match(r"\s*(?:javascript|data|vbscript):", value or "", re.IGNORECASE), (tag, facts)
            assert name != "style" or not re.search(r"url|expression|position|@import", value or ""), (tag, facts)
            assert name != "src" or (value or "").startswith("/static/"), (tag, facts)
            assert name != "action" or (value or "").startswith("/"), (tag, facts)
    return elements


def test_the_traps_are_not_seen_and_the_pages_are(attacked: Attacked) -> None:
    assert attacked.outcomes == {
        "county": "changed",
        "steady": "unchanged",
        **dict.fromkeys(REFUSED, "not_seen"),
    }
    reasons = {row["watch"]: row["reason"] for row in attacked.bevaka("status", "--json").rows}
    assert "privat nät" in reasons["metadata"]
    assert "http" in reasons["file"]
    assert "större än 10 MB" in reasons["bomb"]
    assert "hänvisade vidare" in reasons["round"]
    assert "attribut" in reasons["attributes"]
    assert "formatering" in reasons["fonts"]
    assert "alternativ" in reasons["options"]


def test_the_mail_has_its_own_headers_alone_and_nothing_active(attacked: Attacked) -> None:
    [raw] = attacked.mails
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
    assert len(names) == len(set(names))
    assert b"bcc" not in names
    message = message_from_bytes(raw, policy=default)
    assert message["To"] == "reader@kommun.example"
    assert "\n" not in message["Subject"]
    assert {part.get_content_type() for part in message.walk()} == {"multipart/alternative", "text/plain", "text/html"}
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    page = html.get_content()
    shown = tame(page, of_ours=frozenset({"meta"})).text
    assert len(page.encode()) < 90_000
    assert "{{ 7*7 }}" in shown
    assert "<script>alert(2)</script>" in shown
    assert "{{ 7*7 }}" in text.get_content()
    assert not STEERING.search(text.get_content().replace("\r\n", "\n").encode())


@pytest.mark.parametrize(
    "command",
    [
        ("log", "county"),
        ("log", "county", "--checks"),
        ("show", "county", "--text"),
        ("show", "county"),
        ("show", "county", "--headers"),
        ("diff", "county~1", "county"),
        ("diff", "county~1", "county", "--json"),
        ("blame", "county"),
        ("status",),
        ("watch", "list"),
        ("watch", "show", "county"),
        ("outbox", "list"),
    ],
    ids=" ".join,
)
def test_no_command_steers_a_terminal(attacked: Attacked, command: tuple[str, ...]) -> None:
    said = attacked.bevaka(*command)
    assert said.code in (0, 1), said.err
    assert said.raw
    assert not STEERING.search(said.raw)
    assert not STEERING.search(said.err.encode())


@pytest.mark.parametrize("form", ["zip", "json", "warc"])
def test_an_export_is_named_by_numbers_and_verifies(attacked: Attacked, form: str, tmp_path: Path) -> None:
    file = tmp_path / f"export.{form}"
    assert attacked.bevaka("export", "county", "--format", form, "-o", str(file)).code == 0
    if form == "json":
        assert all(isinstance(json.loads(line), dict) for line in file.read_text("utf-8").splitlines())
    elif form == "warc":
        records = list(ArchiveIterator(BytesIO(file.read_bytes()), check_digests=True))
        assert records
    else:
        with zipfile.ZipFile(file) as archive:
            assert all(re.fullmatch(r"[\w.-]+(?:/[\w.-]+)*", name) for name in archive.namelist())
            assert not any(".." in name for name in archive.namelist())
            archive.extractall(tmp_path / "out")
        script = tmp_path / "out" / "verify.py"
        assert subprocess.run([sys.executable, str(script)], cwd=script.parent, check=False).returncode == 0
    assert attacked.bevaka("verify").code == 0


def get(url: str) -> tuple[int, dict[str, str], bytes]:
    """Return the status, headers and body of an answer."""
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 -- loopback
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


@pytest.fixture
def daemon_of(attacked: Attacked) -> Iterator[Callable[[], tuple[Process, str]]]:
    """Yield a function that starts the daemon in the attacked folder and returns it and its web page's address."""
    started: list[Process] = []

    def start() -> tuple[Process, str]:
        process = Process(attacked.bevaka.folder)
        started.append(process)
        process.says("the web page is open")
        line = next(line for line in process.log if "the web page is open" in line)
        found = re.search(r"http://[\d.:]+", line)
        assert found, line
        return process, found[0]

    yield start
    for process in started:
        process.close()


OURS = frozenset({"form", "input", "link", "meta", "svg", "img"})
"""The web page's own elements; an attack by one of them would show in its attributes."""


def test_the_web_page_shows_it_all_as_text(daemon_of: Callable[[], tuple[Process, str]]) -> None:
    _, url = daemon_of()
    for path in ["/", "/watches/county", "/watches/county/2", "/watches/county/diff", "/watches/county/diff?view=side"]:
        status, headers, body = get(f"{url}{path}")
        assert status == 200, path
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        shown = tame(body.decode(), of_ours=OURS).text
        assert "{{ 7*7 }}" in shown
        assert "\x1b" not in shown
    status, headers, body = get(f"{url}/watches/county/2/raw")
    assert headers["Content-Disposition"].startswith("attachment")
    assert "html" not in headers["Content-Type"]
    for path in ["/feed.atom", "/watches/county/feed.atom"]:
        status, headers, body = get(f"{url}{path}")
        assert status == 200
        assert [element.tag for element in ET.fromstring(body).iter()]  # noqa: S314 -- our own, and well formed
    for path in ["/api/watches/county", "/api/watches/county/diff", "/api/watches/county/revisions/2", "/api/changes"]:
        status, headers, body = get(f"{url}{path}")
        assert status == 200, path
        assert headers["Content-Type"] == "application/json"
        assert json.loads(body)


def test_the_daemon_lives_and_looks_at_the_other_pages(
    attacked: Attacked, daemon_of: Callable[[], tuple[Process, str]]
) -> None:
    schedule = attacked.bevaka.folder / "schedule.yaml"
    before = schedule.read_text("utf-8")
    last_seen = {row["watch"]: row["last_seen"] for row in attacked.bevaka("status", "--json").rows}
    with Site() as site:
        pages(site)
        moved = re.sub(r"http://127\.0\.0\.1:\d+", site.url, before)
        schedule.write_text(moved, encoding="utf-8")
        process, url = daemon_of()
        until(lambda: all(site.asked(f"/{key}") for key in KEYS), "not every page was looked at")
        status, _, body = get(f"{url}/healthz")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        peak = memory(process)
        assert process.stop() == 0
    schedule.write_text(before, encoding="utf-8")
    rows = {row["watch"]: row for row in attacked.bevaka("status", "--json").rows}
    assert rows["steady"]["last_seen"] > last_seen["steady"]
    assert not [line for line in process.log if "Traceback" in line]
    assert peak < 400, f"{peak} MB"


def memory(process: Process) -> int:
    """Return the most memory that a process held, in MB."""
    [line] = [line for line in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "VmHWM" in line]
    return int(line.split()[1]) // 1024
