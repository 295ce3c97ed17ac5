"""Credentials are in no file that the program writes, and in nothing that it says, whatever happens to a request."""

from __future__ import annotations

import base64
import gzip
import io
import json
import logging
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from bevaka.assembly import Adapters, Assembly
from bevaka.cli.app import main
from bevaka.daemon.log import log_to
from monitor.core.model import Fetched, Validators, Watch
from tests.fakes.proxy import Proxy
from tests.fakes.site import Answer, Fault, Request, Site, redirect
from tests.faults.lab import page, start

VALUES = {
    "USER": "anv-Länet+4711",
    "PASSWORD": "Hemligt/1 Ord&så",
    "TOKEN": "Hemlig-2-Nyckel==",
    "COOKIE": "Hemlig-3-Kaka",
    "FORM": 'Hemlig"4\\Fråga',
    "DOOR": "Hemligt-5-Proxyord",
}
WATCHES = 20


def needles() -> Iterator[bytes]:
    """Yield each value raw, URL-encoded, escaped, and the part of its Base64 that is its own at each offset."""
    for value in VALUES.values():
        raw = value.encode()
        yield from (raw, quote(value).encode(), quote(value, safe="").encode(), quote_plus(value).encode())
        yield from (json.dumps(value)[1:-1].encode(), json.dumps(value, ensure_ascii=False)[1:-1].encode())
        for before in range(3):
            encoded = base64.b64encode(bytes(before) + raw + bytes(3))
            yield encoded[4 if before else 0 : 4 * ((before + len(raw)) // 3)]


def pieces(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and what is packed in it."""
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for member in packed.namelist():
                yield from pieces(f"{name}/{member}", packed.read(member))
    if content.startswith(b"\x1f\x8b"):
        yield from pieces(f"{name} unpacked", gzip.decompress(content))


def written(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, and what is packed in them."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return dict(piece for file in files for piece in pieces(str(file.relative_to(folder)), file.read_bytes()))


def leaks(content: bytes) -> list[bytes]:
    return [needle for needle in needles() if needle in content]


def schedule(site: Site, secure: Site, door: Proxy, down: str) -> str:
    login = '{user: "${USER}", password: "${PASSWORD}"}'
    entries = {
        "basic": [f"auth: {login}"],
        "refused": [f"auth: {login}"],
        "token": ['headers: {Authorization: "Bearer ${TOKEN}", X-Both: "${USER} ${TOKEN}"}'],
        "cookie": ['cookies: {session: "${COOKIE}"}'],
        "form": ["method: POST", 'body: {q: "${FORM}", key: "${TOKEN}"}'],
        "json": ["method: POST", 'json: {q: ["${FORM}"]}'],
        "text": ["method: POST", 'body: "<k>${FORM}</k>"'],
        "slow": [f"auth: {login}", "timeout: 1s"],
        "broken": ["method: POST", 'body: "${FORM}"'],
        "away": [f"auth: {login}", 'cookies: {session: "${COOKIE}"}'],
        "post-away": ["method: POST", 'body: "${FORM}"'],
        "moved": ['headers: {X-Key: "${TOKEN}"}'],
        "nowhere": ['headers: {X-Key: "${TOKEN}"}'],
        "echo": ['headers: {X-Key: "${TOKEN}"}'],
        "error-page": [f"auth: {login}"],
        "headers": [f"auth: {login}", 'headers: {X-Key: "${TOKEN}"}'],
        "proxied": ["proxy: http://${USER}:${DOOR}@" + door.place, f"auth: {login}"],
        "proxy-down": ["proxy: http://${USER}:${DOOR}@" + down, f"auth: {login}"],
        "proxy-refuses": ["proxy: http://wrong:${DOOR}@" + door.place],
    }
    lines = ["version: 1", "defaults: {host_delay: 0s, every: 1s, timeout: 20s}", "watches:"]
    for key, entry in entries.items():
        lines += [f"  {key}:", f"    url: {site.url}/{key}", *(f"    {line}" for line in entry)]
    lines += ["  tls:", f"    url: {secure.url}/tls", f"    auth: {login}"]
    return "\n".join(lines) + "\n"


def pages(site: Site, other: Site, month: str) -> None:
    """Let the site answer each request in its own way; it repeats what it was sent wherever that may do harm."""
    token, form = VALUES["TOKEN"], quote(VALUES["FORM"])
    for key in ("basic", "token", "cookie", "form", "json", "text", "proxied"):
        site.pages[f"/{key}"] = Answer(page(month), etag=f'"{month}"')
    site.pages["/refused"] = Answer("no", 401, headers={"WWW-Authenticate": "Basic realm=Län"})
    site.pages["/slow"] = Answer(fault=Fault.HANG)
    site.pages["/broken"] = Answer(fault=Fault.CLOSE)
    site.pages["/away"] = redirect(f"{other.url}/landed?was={quote(VALUES['PASSWORD'])}")
    other.pages[f"/landed?was={quote(VALUES['PASSWORD'])}"] = Answer(page(month))
    site.pages["/post-away"] = redirect(f"{other.url}/landed?was={form}", 307)
    site.pages["/moved"] = redirect(f"/new?key={token}", 301)
    site.pages[f"/new?key={token}"] = Answer(page(month))
    site.pages["/nowhere"] = redirect(f"ftp://anna@elsewhere.example/{token}")
    site.pages["/echo"] = lambda request: Answer(page(month, f"<p>{request.headers['X-Key']}</p>"))
    site.pages["/error-page"] = lambda request: Answer(request.headers["Authorization"], 500)
    site.pages["/headers"] = _with_headers_repeated(month)


def _with_headers_repeated(month: str) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        sent = {"X-Was": request.headers["Authorization"], "X-Key-Was": request.headers["X-Key"]}
        return Answer(page(month), headers=sent, more_headers=(("Set-Cookie", f"k={VALUES['TOKEN']}; Path=/"),))

    return answer


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A folder with a schedule of every kind of request, the sites that it is about, and the environment."""

    folder: Path
    site: Site
    other: Site
    env: dict[str, str]


@pytest.fixture
def laboratory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Laboratory]:
    folder, tls = tmp_path / "home", tmp_path / "tls"
    folder.mkdir()
    tls.mkdir()
    monkeypatch.chdir(folder)
    env = {"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8", "BEVAKA_WEB_BIND": "127.0.0.1:0"}
    env |= {f"BEVAKA_CREDENTIAL_{name}": value for name, value in VALUES.items()}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with (
        Site() as site,
        Site() as other,
        Site(tls=tls) as secure,
        Proxy(log_in=(VALUES["USER"], VALUES["DOOR"])) as door,
        Proxy() as closed,
    ):
        down = closed.place
        closed.close()
        pages(site, other, "mars")
        (folder / "schedule.yaml").write_text(schedule(site, secure, door, down), encoding="utf-8")
        yield Laboratory(folder, site, other, env)


def require_no_leak(laboratory: Laboratory, said: bytes, *named: str) -> None:
    """Assert that the credentials were sent, and are in nothing that was said or written; these files among it."""
    asked = (*laboratory.site.requests, *laboratory.other.requests)
    assert sum(bool(leaks(str(request.headers).encode() + request.body)) for request in asked) > 10
    assert not any(leaks(str(request.headers).encode()) for request in laboratory.other.requests)
    files = written(laboratory.folder)
    assert set(named) <= files.keys()
    assert {name: found for name, content in files.items() if (found := leaks(content))} == {}
    assert leaks(said) == []
    assert said.count(b"***") >= 3


def test_no_credential_is_in_any_file_or_output(laboratory: Laboratory, capfd: pytest.CaptureFixture[str]) -> None:
    said = b""

    def bevaka(*arguments: str) -> int:
        nonlocal said
        code = main(arguments)
        said += "".join(capfd.readouterr()).encode()
        return code

    assert bevaka("schedule", "check") == 0
    assert bevaka("subscribers", "add", "ann@kommun.example") == 0
    assert bevaka("subscribe", "basic", "ann@kommun.example") == 0
    assert bevaka("check") == 3
    pages(laboratory.site, laboratory.other, "april")
    assert bevaka("check", "--json") == 3
    for arguments in (
        *(("deliver",), ("status",), ("status", "--json"), ("watch", "list", "--json"), ("doctor",), ("verify",)),
        *(("schedule", "plan", "--hours", "1"), ("outbox", "list", "--json"), ("backup", "copy.db")),
        *(("export", "form", "--format", form, "-o", f"form.{form}") for form in ("zip", "warc", "json")),
        *(
            ("export", "headers", "--format", "zip", "-o", "headers.zip"),
            ("export", "basic", "--format", "zip", "-o", "basic.zip"),
        ),
        *(("show", "headers", "--headers"), ("show", "basic", "--raw"), ("log", "basic", "--json"), ("diff", "form")),
        *(("watch", command, key) for command in ("show", "test") for key in ("form", "error-page", "proxied")),
        *(("watch", "test", "proxy-down", "--json"), ("inspect", f"{laboratory.site.url}/echo", "--json")),
    ):
        code = bevaka(*arguments)
        assert code == 0 or arguments[0] not in {"verify", "export", "deliver", "backup"}, arguments
    exports = ("form.zip", "form.warc", "form.json", "headers.zip", "basic.zip")
    require_no_leak(laboratory, said, *exports, "copy.db", "data/bevaka.db", "schedule.yaml")
    assert list((laboratory.folder / "data" / "mail" / "new").iterdir())
    with Assembly(laboratory.env) as assembly:
        seen = [row.watch for row in assembly.history.status() if row.last_seen]
    assert sorted(seen) == sorted(["away", "basic", "cookie", "form", "headers", "json", "proxied", "text", "token"])


@pytest.mark.slow
def test_no_credential_is_in_what_the_daemon_writes_and_logs(laboratory: Laboratory) -> None:
    lines: list[str] = []
    with start(laboratory.folder, laboratory.env, "run") as daemon:
        assert daemon.stdout is not None
        for line in daemon.stdout:
            lines.append(line)
            if len({word for each in lines for word in each.split() if word.startswith("watch=")}) >= WATCHES:
                break
        daemon.terminate()
        lines += daemon.stdout.readlines()
    require_no_leak(laboratory, "".join(lines).encode(), "data/bevaka.db")


class Crashing:
    """A fetcher of somebody else's that ends with an error in which its secrets are."""

    NAME = "http"

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched:
        del validators
        raise RuntimeError(f"could not log in to {watch.url} with {VALUES['PASSWORD']}")


@pytest.mark.parametrize("as_json", [False, True])
def test_the_log_masks_what_a_crash_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    as_json: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setenv("BEVAKA_CREDENTIAL_PASSWORD", VALUES["PASSWORD"])
    (tmp_path / "schedule.yaml").write_text("version: 1\nwatches:\n  a: {url: https://a.example}\n")
    log, handlers = io.StringIO(), logging.getLogger().handlers[:]
    try:
        log_to(log, as_json=as_json)
        env = {"BEVAKA_SCHEDULE": str(tmp_path / "schedule.yaml"), "BEVAKA_DATABASE": f"sqlite:///{tmp_path}/b.db"}
        with Assembly(env, adapters=Adapters(fetchers={"http": Crashing()})) as assembly:
            [watch] = assembly.synced_schedule().watches
            assembly.check(watch, force=True)
    finally:
        logging.getLogger().handlers[:] = handlers
    assert "could not log in to https://a.example with ***" in log.getvalue()
    assert leaks(log.getvalue().encode()) == []
    assert all(not leaks(content) for content in written(tmp_path).values())


def test_a_traceback_that_nobody_catches_is_masked(tmp_path: Path) -> None:
    program = (
        "import sys, threading\n"
        "from bevaka.masking import mask_what_nobody_catches\n"
        "mask_what_nobody_catches()\n"
        "import logging, os\n"
        "word = os.environ['BEVAKA_CREDENTIAL_PASSWORD']\n"
        "logging.getLogger('bevaka.check').error('said %s', word)\n"
        "def end():\n"
        "    raise ValueError(word)\n"
        "thread = threading.Thread(target=end)\n"
        "thread.start(); thread.join()\n"
        "end()\n"
    )
    root = Path(__file__).parents[2]
    env = {**os.environ, "BEVAKA_CREDENTIAL_PASSWORD": VALUES["PASSWORD"], "PYTHONPATH": str(root)}
    ended = subprocess.run([sys.executable, "-c", program], env=env, cwd=tmp_path, capture_output=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.count(b"***") == 3
    assert ended.stderr.count(b"Traceback") == 2
    assert leaks(ended.stderr) == []
