"""Input from operators, mail servers and browsers: schedules, mails that come back, revisions, links, forms."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient
from hypothesis import strategies as st

from monitor.core.model import Schedule
from monitor.core.people.bounce_parser import parse_returned_mail
from monitor.core.people.signed_links import LIFETIMES, Grant, Signer
from monitor.core.record.revision_spec import parse_revision
from monitor.errors import ScheduleError, TooIntricate, UnknownRevision
from monitor.schedule_file import read_schedule
from monitor.schedule_file.edit import add_watch, edit_watch, remove_watch
from tests.fakes.world import COUNTY, LAW, PASSWORD
from tests.fuzz.grammar import ODD, TEXT, encoded, harmed_files, repeated
from tests.fuzz.lab import Target, in_time

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)

# Schedules

_VALUES = st.sampled_from(
    [
        "1h", "0s", "99999999999999999999d", "-1h", "", "null", "~", "[]", "{}", "yes", "0x10", "1e400", ".nan", "1:30",
        "2026-03-01", "!!binary aGVq", "!!python/object:os.system x", "&a [*a]", "*a", '"06:00-22:00"', '"25:00-26:00"',
        'cron: "0 7 * * mon-fri"', 'cron: "* * 31 2 *"', "https://a.example/", "http://[", "ftp://x/", "2021:995",
        '"main > p"', '"(((("', '"[^"', "Europe/Stockholm", "../../etc/passwd", "sv", "10MB", "9" * 5_000, "|", ">-",
        "'",
    ]
)  # fmt: skip
_KEYS = st.sampled_from(
    ["version", "timezone", "defaults", "watches", "every", "url", "name", "sfs", "keep", "drop", "ignore", "expect",
     "between", "patience", "a", "b", "<<", "\\x00", "..", "a/b"]
)  # fmt: skip
_LINES = st.builds(
    lambda indent, key, value: f"{' ' * indent}{key}: {value}\n", st.sampled_from([0, 0, 2, 4, 4, 6]), _KEYS, _VALUES
)
SCHEDULES = st.builds(
    lambda head, rest: encoded(head + rest),
    st.sampled_from(["", "version: 1\nwatches:\n  a:\n    url: https://a.example/\n", "version: 1\nwatches: {}\n"]),
    repeated(
        _LINES | st.sampled_from(["---\n", "# x\n", "- ", "\t", "? ", "[" * 900, "&a ", "*a ", "%YAML 9\n"]) | ODD,
        8_000,
    ),
)
HARMED_SCHEDULES = harmed_files(
    "schedule/*/*.yaml",
    "schedule_add/*/*.yaml",
    words=[b"\n", b"  ", b":", b"- ", b"&a ", b"*a", b"{", b"[", b"!!", b'"', b"#"],
)


SECONDS_FOR_A_SCHEDULE = 5.0
"""PyYAML's time grows with the square of the nesting depth, until Python's own limit ends it."""


def check_schedule(raw: bytes) -> None:
    """Check that a file is read or its mistakes name lines that it has, and that a watch is added or nothing is."""
    with TemporaryDirectory() as folder, in_time(len(raw), SECONDS_FOR_A_SCHEDULE):
        path = Path(folder) / "schedule.yaml"
        path.write_bytes(raw)
        try:
            before = read_schedule(path)
        except ScheduleError as error:
            check_mistakes(error, raw)
            return
        assert read_schedule(path) == before
        try:
            after = add_watch(path, "ny-sida", {"name": 'Ny: "sida" #1', "url": "https://ny.example/"}).save()
        except ScheduleError as error:
            check_mistakes(error, raw)
            assert path.read_bytes() == raw
        else:
            assert after.watches[:-1] == before.watches
            assert after.watches[-1].name == 'Ny: "sida" #1'
        check_edits(path, before)
        assert [file.name for file in Path(folder).iterdir()] == ["schedule.yaml"]


def check_edits(path: Path, before: Schedule) -> None:
    """Check that the first watch is given another name, and removed, or that nothing is."""
    for watch in before.watches[:1]:
        try:
            named = edit_watch(path, watch.key, {"name": "Nytt namn", "drop": [".a"]}).schedule
            fewer = remove_watch(path, watch.key).schedule
        except ScheduleError:
            continue
        found = next(each for each in named.watches if each.key == watch.key)
        assert (found.name, found.recipe.drop) == ("Nytt namn", (".a",))
        assert watch.key not in {each.key for each in fewer.watches}


def check_mistakes(error: ScheduleError, raw: bytes) -> None:
    """Check that every mistake has a text, and a line of the file."""
    lines = max(1, len(raw.decode("utf-8", "replace").splitlines())) + 1
    assert error.mistakes
    assert all(mistake.what and 0 <= mistake.line <= lines for mistake in error.mistakes), (error.mistakes, lines)


# Mails that come back

SIGNER = Signer(b"not so secret")
_RETURN = SIGNER.return_path(7, "studs@bevaka.example")
_HEADERS = st.sampled_from(
    [
        "To: <{}>", "Delivered-To: {}", "Subject: unsubscribe leave.1.0.x.-.9",
        "Content-Type: multipart/report; boundary=x",
        "Content-Type: multipart/report; boundary", "Content-Type: message/delivery-status",
        "Content-Type: message/rfc822",
        "Content-Type: message/feedback-report", "Content-Type: text/rfc822-headers",
        "Content-Transfer-Encoding: base64",
        "Content-Transfer-Encoding: x", "Subject: =?utf-8?b?////?=", "Subject: =?x?q?=00?=", "To: \xe5\xe4 <a@b",
        "--x", "--x--",
        "Action: failed", "Action: delayed", "Status: 5.1.1", "Status: 4.2.2 (full)", "Status: 5.9999.1",
        "Final-Recipient: x",
        "", "", " folded", ":", "Content-Type:", "Content-Type: ;;;=",
        "Content-Type: multipart/mixed; boundary*0=\"x\"; boundary*1=y",
    ]
).map(lambda line: line.format(_RETURN))  # fmt: skip
MAILS = st.lists(_HEADERS | TEXT, max_size=40).map(lambda lines: encoded("\r\n".join(lines)))
HARMED_MAILS = harmed_files(
    "bounces/*.eml",
    words=[b"\r\n", b"--", b":", b";", b"=", b"\x00", b"\xff", b"Content-Type: multipart/mixed", b"\r\n\r\n"],
)


def check_mail(raw: bytes) -> None:
    """Check that a returned mail is parsed the same each time, and names whole addresses."""
    with in_time(len(raw)), suppress(TooIntricate):
        returned = parse_returned_mail(raw)
        assert parse_returned_mail(raw) == returned
        assert returned.kind in (None, "hard", "soft", "complaint")
        assert all("@" in address for address in returned.addresses)
        for address in returned.addresses:
            SIGNER.returned(address)


# Revisions, links

REVISIONS = st.lists(
    st.sampled_from(["county", "~", "#", "@", "1", "999999999", "2026-03-01", "T09:00", "0001-01-01", "9999-12-31",
                     "+14:00",
                     "-23:59:59", "2026-W09-7", "Z", " ", "٣", "20260301T24"]) | TEXT,
    max_size=6,
).map("".join)  # fmt: skip
ZONES = st.sampled_from(["Europe/Stockholm", "UTC", "Pacific/Kiritimati", "America/St_Johns"])


def check_revision(asked: tuple[str, str]) -> None:
    """Check that a revision is understood, or refused as unknown."""
    text, zone = asked
    try:
        spec = parse_revision(text, zone)
    except UnknownRevision:
        return
    assert spec.asked == text
    assert spec.watch in text
    assert spec.period is None or spec.period[0] < spec.period[1]
    assert spec.back >= 0


_GRANTS = st.builds(
    Grant,
    st.sampled_from(sorted(LIFETIMES)),
    st.integers(0, 2**40),
    st.integers(0, 9),
    st.lists(st.integers(0, 2**40), max_size=4).map(tuple),
)
TOKENS = st.tuples(_GRANTS, st.integers(0, 200), st.sampled_from([*"abc.-0", "", "\0", "å", "\ud800", "9" * 600]))


def check_token(forged: tuple[Grant, int, str]) -> None:
    """Check that a link is valid as made, for its purpose and its time, and with any other character for nothing."""
    grant, at, sign = forged
    token = SIGNER.token(grant, NOW)
    assert SIGNER.grant(token, grant.purpose, NOW) == grant
    assert SIGNER.grant(token, grant.purpose, NOW + timedelta(days=4_000)) is None
    at %= len(token)
    other = token[:at] + sign + token[at + 1 :]
    if other != token:
        for purpose in LIFETIMES:
            assert SIGNER.grant(other, purpose, NOW) is None
    SIGNER.returned(f"{sign}{_RETURN[at % len(_RETURN) :]}")


# The web page

_PATHS = st.sampled_from(
    [
        "/", "/subscribe", "/subscribe/sent", "/link", "/login", "/logout", "/operator", "/healthz", "/metrics",
        "/feed.atom", "/tags/vald", "/tags/vald/feed", "/tags/nix",
        "/api/", "/api/watches", "/api/changes", "/api/openapi.json", f"/watches/{COUNTY}", f"/watches/{LAW}/diff",
        f"/watches/{LAW}/law", f"/watches/{LAW}/law?on=2026-07-01",
        f"/watches/{COUNTY}/1", f"/watches/{COUNTY}/1/raw", f"/watches/{COUNTY}/99999999999999999999",
        f"/watches/{COUNTY}/diff",
        f"/watches/{COUNTY}/feed.atom", f"/api/watches/{COUNTY}", f"/api/watches/{COUNTY}/revisions",
        f"/api/watches/{COUNTY}/checks",
        f"/api/watches/{COUNTY}/revisions/2", f"/api/watches/{COUNTY}/diff", "/watches/..%2f..%2fetc%2fpasswd",
        "/static/style.css",
        "/static/../security.py", "/operator/held/release", f"/operator/watches/{COUNTY}/check",
        f"/operator/watches/{LAW}/accept",
        "/operator/deliveries/1/retry", "/operator/people/end", "/operator/people/confirm",
        "/operator/people/frequency",
    ]
)  # fmt: skip
_SIGNED_PATHS = st.builds(
    "/{}/{}".format, st.sampled_from(["confirm", "manage", "leave"]), st.text(max_size=30) | st.just("{token}")
)
_FIELDS = st.sampled_from(
    ["csrf", "address", "watch", "what", "frequency", "language", "quiet_from", "quiet_to", "timezone", "weekday",
     "digest_at",
     "account", "follow", "only-*", "frequency-*", f"only-{COUNTY}", "sure", "password", "back", "q", "page",
     "limit", "from", "to",
     "view", "show", "lang", "saved", "before", "after"]
)  # fmt: skip
_GIVEN = (
    st.sampled_from(
        ["", "1", "-1", "0", "99999999999999999999", "1e9", "some", "*", COUNTY, "weekly", "sv", "xx", "24:00",
         "09:00+01:00", "tag:vald", "tag:",
         "Europe/Stockholm", "../x", "reader@kommun.example", "a@b", "a@b.example\r\nBcc: c@d.example", "\0", "side",
         "all", "yes",
         PASSWORD, "2026-03-01", "\ud800"]
    )
    | TEXT
    | st.just("å" * 5_000)
)  # fmt: skip
_HEADER_VALUES = st.sampled_from(
    ["sv", "en;q=x", "*;q=9", ",,,;", "sv-" * 500, "application/json", "text/html;q=0.0", "\xff", "bytes=0-",
     "W/\"x\"", "gzip",
     "multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded; charset=utf-7",
     "127.0.0.1",
     "evil.example", "http://evil.example", "session=x", "session=.e30.x.y", "Thu, 99 Foo 2026 00:00:00 GMT", "-1",
     "9" * 400]
)  # fmt: skip
_HEADER_NAMES = st.sampled_from(
    ["Accept-Language", "Accept", "Content-Type", "Cookie", "If-None-Match", "If-Modified-Since", "Range", "Origin",
     "Referer",
     "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "User-Agent", "Sec-Fetch-Site", "Accept-Encoding"]
)  # fmt: skip
Visit = tuple[str, str, Mapping[str, str], Mapping[str, str], Mapping[str, str], bool]
VISITS = st.tuples(
    st.sampled_from(["GET", "POST", "POST", "HEAD", "PUT", "OPTIONS"]),
    _PATHS | _SIGNED_PATHS,
    st.dictionaries(_FIELDS, _GIVEN, max_size=3),
    st.dictionaries(_FIELDS, _GIVEN, max_size=8),
    st.dictionaries(_HEADER_NAMES, _HEADER_VALUES, max_size=3),
    st.booleans(),
)
_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


class Visitor:
    """A browser that sends anything; it may first open a form, and send that form's token, as people do."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self._token = token

    def check(self, visit: Visit) -> None:
        """Check that every answer is one of the program's own, with the headers that keep visitors safe."""
        method, path, query, fields, headers, knows_form = visit
        path = path.replace("{token}", self._token)
        sent: dict[str, Any] = {name: _sendable(value) for name, value in fields.items()}
        if knows_form and (found := _TOKEN.search(self._client.get("/subscribe").text)):
            sent["csrf"] = found[1]
        with in_time(10_000):
            answer = self._client.open(
                _sendable(path),
                method=method,
                query_string=None if "?" in path else {name: _sendable(value) for name, value in query.items()},
                data=sent if method == "POST" else None,
                headers=dict(headers),
            )
        with closing(answer):  # otherwise a file of /static would stay open
            assert answer.status_code < 500 or path == "/healthz", answer.status
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            location = answer.headers.get("Location", "/")
            assert re.match(r"/(?!/)", location), location
            assert "<script" not in answer.text.lower()


def _sendable(text: str) -> str:
    """Return the text without the characters that a client cannot send."""
    return text.encode("utf-8", "replace").decode()


TARGETS = (
    Target("schedules", SCHEDULES, check_schedule, 0.5),
    Target("our schedules, harmed", HARMED_SCHEDULES, check_schedule, 0.5),
    Target("mails that come back", MAILS, check_mail),
    Target("our samples of them, harmed", HARMED_MAILS, check_mail),
    Target("revisions", st.tuples(REVISIONS, ZONES), check_revision),
    Target("signed links", TOKENS, check_token),
)
