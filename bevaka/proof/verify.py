"""Check what Bevaka exported of a watch. Needs Python 3.8 or newer and nothing else.

    python verify.py EXPORT [--head HASH] [--ca FILE]

EXPORT is what `bevaka export` wrote: the zip, the folder it was unpacked into (the one with this program, if EXPORT is
left out), the .json or the .warc.gz. HASH is a head of the chain that you have from somewhere else, e.g. from a
certificate or a letter. FILE holds certificates (PEM) that you trust to sign time stamps.

Every link of the chain is computed anew from the facts that it seals; every file of the export is then made anew from
those facts, and compared byte for byte. So nothing in the export can be other than the chain says, and nothing else can
be there. Exits with 0 when all is as it was sealed, else with 1 and a line for each fault.

Who holds the whole chain can make another one. What keeps them from it is the anchor, which the last line names: a time
stamp that an authority signed, or a head that you had from elsewhere. Without one, the file proves no more than that it
was not damaged since it was made. A time stamp proves that what it covers was there at its time; it does not prove that
the page said so, nor that nothing else was seen.

docs/proof.md describes the format, so that anybody can write another verifier.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import io
import json
import os
import re
import shlex
import struct
import sys
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

# What is sealed

FACTS: dict[str, dict[str, type]] = {
    "snapshot": {
        "number": int, "taken_at": int, "source_url": str, "url": str, "status": int, "headers": str,
        "raw_sha256": str, "size": int,
    },
    "change": {
        "before_number": int, "after_number": int, "detected_at": int, "seen_before": int, "category": str,
        "material": int, "rule": str, "summary": str, "recipe_hash": str,
    },
    "observation": {
        "outcome": str, "revision": object, "reason": object, "due_at": object, "first_at": int, "last_at": int,
        "looks": int, "continues": int,
    },
    "removal": {"number": int, "raw_sha256": str, "removed_at": int, "rule": str},
    "definition": {"url": str, "recipe": str, "recipe_hash": str, "since": int, "attested": int},
    "text": {
        "number": int, "reader": str, "recipe_hash": str, "sha256": str, "size": int, "read_at": int, "attested": int,
    },
    "part": {
        "number": int, "role": str, "url": str, "sha256": str, "size": int, "status": int, "headers": str,
    },
}  # fmt: skip
"""The facts of each kind of link, all of them; what may also be null is an object here."""


class Link(NamedTuple):
    """One link of the chain: its place, the facts that it seals, and its hash."""

    number: int
    facts: dict[str, Any]
    chain: str

    @property
    def kind(self) -> str:
        """What the link is about."""
        return str(self.facts.get("kind"))


class Stamp(NamedTuple):
    """What an authority stamped, and its answer (RFC 3161)."""

    statement: bytes
    token: bytes


class Certified(NamedTuple):
    """The period of which an export certifies what the page said (microseconds, `until` not included)."""

    since: int
    until: int
    language: str


class Record:
    """Everything that an export is made from. `content` gives the bytes that belong to a link.

    `unsealed` is what no link seals: `name`, `language`, `exported_at` and `program`.
    """

    def __init__(
        self,
        key: str,
        facts: Iterable[dict[str, Any]],
        unsealed: dict[str, str],
        stamps: Sequence[Stamp],
        content: Callable[[Link], bytes],
        certified: Certified | None = None,
    ) -> None:
        self.key = key
        self.links = chained(key, facts)
        self.unsealed = unsealed
        self.stamps = list(stamps)
        self.content = content
        self.certified = certified
        self.files = files_of(self.links)
        """The file that holds a link's bytes, by the number of the link."""

    @property
    def head(self) -> str:
        """The hash of the newest link."""
        return self.links[-1].chain if self.links else genesis(self.key)

    def of(self, *kinds: str) -> list[Link]:
        """Return the links of these kinds, oldest first."""
        return [link for link in self.links if link.kind in kinds]


def genesis(key: str) -> str:
    """Return link 0 of a chain: the hash of the watch's key."""
    return _sha256(key.encode("utf-8", "surrogateescape"))


def chained(key: str, facts: Iterable[dict[str, Any]]) -> list[Link]:
    """Compute the chain of these facts."""
    links: list[Link] = []
    previous = genesis(key)
    for number, sealed in enumerate(facts, start=1):
        text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = _sha256(f"{previous}\n{text}".encode("utf-8", "surrogateescape"))
        links.append(Link(number, sealed, previous))
    return links


def removed(links: Sequence[Link]) -> dict[int, Link]:
    """Return the removals that stand, by revision: those whose bytes did not come again later in the chain."""
    gone: dict[str, dict[int, Link]] = {}
    for link in links:
        if link.kind == "removal":
            gone.setdefault(link.facts["raw_sha256"], {})[link.facts["number"]] = link
        elif link.kind == "snapshot":
            gone.pop(link.facts["raw_sha256"], None)
    return {number: link for of_body in gone.values() for number, link in of_body.items()}


def files_of(links: Sequence[Link]) -> dict[int, str]:
    """Return the name of the file with a link's bytes, by the number of the link. Names come from numbers alone."""
    names: dict[int, str] = {}
    gone = removed(links)
    read: dict[int, int] = {}
    for link in links:
        if link.kind == "snapshot" and link.facts["number"] not in gone:
            names[link.number] = f"copies/{link.facts['number']:04}.raw"
        elif link.kind == "text":
            number = link.facts["number"]
            read[number] = read.get(number, 0) + 1
            again = "" if read[number] == 1 else f".{read[number]}"
            names[link.number] = f"copies/{number:04}{again}.txt"
        elif link.kind == "part":
            names[link.number] = f"parts/{link.number:05}.raw"
    return names


# How an export is made from it

FORMAT = "bevaka export 2"
UNSEALED = ("name", "language", "exported_at", "program")


def link_line(link: Link) -> str:
    """Return a link as one line of JSON; `facts` are exactly what the chain seals."""
    fields = {"number": link.number, "kind": link.kind, "facts": link.facts, "chain": link.chain}
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def chain_file(record: Record) -> bytes:
    """Return the whole chain, a line a link."""
    return "".join(f"{link_line(link)}\n" for link in record.links).encode("utf-8", "surrogateescape")


def zip_files(record: Record, own: bytes) -> Iterator[tuple[str, bytes, datetime]]:
    """Yield every file of the zip with its name and time; `own` is this program, which lies beside them."""
    now = _time_of(record.unsealed["exported_at"])
    hashes: dict[str, str] = {}
    for name, content, at in _files(record, own, now):
        hashes[name] = _sha256(content)
        yield name, content, at
    manifest = {
        "format": FORMAT,
        "key": record.key,
        **{name: record.unsealed[name] for name in UNSEALED},
        "certificate": record.certified._asdict() if record.certified else None,
        "length": len(record.links),
        "head": record.head,
        "files": hashes,
    }
    yield "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "surrogateescape"), now


def _files(record: Record, own: bytes, now: datetime) -> Iterator[tuple[str, bytes, datetime]]:
    yield "README.txt", readme(record).encode("utf-8", "surrogateescape"), now
    if record.certified is not None:
        yield "certificate.html", certificate(record).encode("utf-8", "surrogateescape"), now
    yield "chain.jsonl", chain_file(record), now
    taken: dict[int, datetime] = {}
    for link in record.of("snapshot", "text", "part"):
        number = link.facts["number"]
        if link.kind == "snapshot":
            taken[number] = _moment(link.facts["taken_at"])
            yield f"copies/{number:04}.headers", headers_file(link), taken[number]
        if link.number in record.files:
            yield record.files[link.number], record.content(link), taken.get(number, now)
    for number, stamp in enumerate(record.stamps, start=1):
        yield f"timestamps/{number:04}.txt", stamp.statement, now
        yield f"timestamps/{number:04}.tsr", stamp.token, now
    yield "verify.py", own, now


def headers_file(link: Link) -> bytes:
    """Return the headers of an answer, a line each, in their order."""
    pairs = json.loads(link.facts["headers"])
    return "".join(f"{_one_line(name)}: {_one_line(value)}\n" for name, value in pairs).encode(
        "utf-8", "surrogateescape"
    )


_README = {
    "sv": """{name}
{url}

Det här är vad Bevaka har sparat av sidan: {count} {versions}. Exporterat {exported} (UTC).

README.txt      den här texten: bara till hjälp, den bevisar inget
{certificate}chain.jsonl     varje kopia, läsning, ändring, följd av kontroller med samma utfall och gallring, var och
                en förseglad med en hash efter den före
copies/         per kopia: NNNN.raw är det som servern skickade, byte för byte (sedan överföringens kodning tagits
                bort), NNNN.headers svarets huvuden i sin ordning, NNNN.txt texten som Bevaka läste (NNNN.2.txt när den
                lästes om under ett annat recept eller av en nyare läsare)
timestamps/     vad tidsstämplingstjänster (RFC 3161) har intygat, och när
verify.py       prövar allt, med enbart Python:  python verify.py   (litar du inte på den som gav dig filerna: hämta det
                ur Bevakas källkod i stället)
manifest.json   vad som ligger här

En .raw-fil är vad servern skickade. Öppna den i en textredigerare, inte i en webbläsare: den kan innehålla skript.
Tider i chain.jsonl är mikrosekunder sedan 1970-01-01 00.00 UTC.
Kedjans huvud: {head}
""",
    "en": """{name}
{url}

This is what Bevaka kept of that page: {count} {versions}. Exported {exported} (UTC).

README.txt      this text: for orientation only, it proves nothing
{certificate}chain.jsonl     every copy, reading, change, run of checks and removal, each sealed by a hash after the
                one before it
copies/         per copy: NNNN.raw the bytes as the server sent them (after transfer and content codings were undone),
                NNNN.headers the headers of the answer in their order, NNNN.txt the text that Bevaka read (NNNN.2.txt
                where it was read again, under another recipe or by a newer reader)
timestamps/     what time-stamping authorities (RFC 3161) confirmed, and when
verify.py       checks all of it; needs Python alone:  python verify.py   (if you do not trust whoever gave you these
                files, take it from Bevaka's source code instead)
manifest.json   what is here

A .raw file is whatever the server sent. Open it in a text editor, not in a browser: it may hold scripts.
The times in chain.jsonl are microseconds since 1970-01-01 00:00 UTC.
Head of the chain: {head}
""",
}
_CERTIFICATE_LINE = {
    "sv": "certificate.html intyget om vad som stod på sidan; öppna det i en webbläsare\n",
    "en": "certificate.html the certificate of what the page said; open it in a browser\n",
}
_LANGUAGES = {"sv": "Swedish", "en": "English"}
_VERSIONS = {"sv": ("kopia", "kopior"), "en": ("copy", "copies")}
_TIMES = {"sv": "%Y-%m-%d kl. %H.%M", "en": "%Y-%m-%d at %H:%M"}


def readme(record: Record) -> str:
    """Return what a person reads first, in the schedule's language."""
    language = record.unsealed["language"]
    count = len(record.of("snapshot"))
    return _README[language].format(
        name=_one_line(record.unsealed["name"]),
        url=_one_line(address(record)),
        certificate=_CERTIFICATE_LINE[language] if record.certified else "",
        count=count,
        versions=_VERSIONS[language][count != 1],
        exported=f"{_time_of(record.unsealed['exported_at']):{_TIMES[language]}}",
        head=record.head,
    )


def address(record: Record) -> str:
    """Return the address of the page, as the newest definition, or else the newest snapshot, seals it."""
    for link in reversed(record.of("definition", "snapshot")):
        return str(link.facts["url"] if link.kind == "definition" else link.facts["source_url"])
    return ""


def json_lines(record: Record, own: bytes) -> Iterator[bytes]:
    """Yield the lines of the JSON export, one object a line."""
    for row in _rows(record, own):
        yield json.dumps(row).encode("ascii") + b"\n"


def _rows(record: Record, own: bytes) -> Iterator[dict[str, Any]]:
    unsealed = {name: record.unsealed[name] for name in UNSEALED}
    yield {
        "kind": "watch", "format": FORMAT, "key": record.key, **unsealed, "url": address(record),
        "length": len(record.links), "head": record.head,
    }  # fmt: skip
    for link in record.links:
        yield {
            "kind": "link", "number": link.number, "sealed": link.kind, "facts": dict(sorted(link.facts.items())),
            "chain": link.chain,
        }  # fmt: skip
    gone = removed(record.links)
    for link in record.of("snapshot"):
        facts = link.facts
        body = base64.b64encode(record.content(link)).decode() if link.number in record.files else None
        yield {
            "kind": "copy", "revision": facts["number"], "link": link.number, "taken_at": _iso(facts["taken_at"]),
            "url": facts["url"], "status": facts["status"], "headers": json.loads(facts["headers"]),
            "sha256": facts["raw_sha256"], "size": facts["size"], "body": body,
            "removed": _removed_words(gone[facts["number"]]) if facts["number"] in gone else None,
        }  # fmt: skip
    for link in record.of("text"):
        text = record.content(link).decode()
        yield {"kind": "text", "revision": link.facts["number"], "link": link.number, "text": text}
    for link in record.of("part"):
        body = base64.b64encode(record.content(link)).decode()
        yield {"kind": "part", "revision": link.facts["number"], "link": link.number, "body": body}
    for stamp in record.stamps:
        token = base64.b64encode(stamp.token).decode()
        yield {"kind": "timestamp", "statement": stamp.statement.decode("ascii"), "token": token}
    yield _verifier_row(own.decode())


def _verifier_row(text: str) -> dict[str, Any]:
    return {"kind": "verifier", "name": "verify.py", "text": text}


def _removed_words(link: Link) -> str:
    return f"{_iso(link.facts['removed_at'])} by retention ({link.facts['rule']})"


NOT_KEPT = (
    "body: transfer and content codings undone; reason phrase, HTTP version and request headers: not kept, written anew"
)
_CODING_HEADERS = {"content-encoding", "transfer-encoding", "content-length"}
_IDS = uuid.UUID("7a0e5f6c-6c0b-4d55-9a6e-0a5b8f3c2d11")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def warc_records(record: Record, own: bytes) -> Iterator[bytes]:
    """Yield the records of the WARC 1.1 file (ISO 28500:2017), each to be compressed as a gzip member of its own.

    It holds what was received, with three exceptions that each metadata record repeats: the body is stored after its
    transfer and content codings were undone, so the headers that described them are named X-Archive-Orig-*; the reason
    phrase and the HTTP version were not stored; of the request only its URL was. The text that was read in a copy is a
    `conversion` record. Record ids are derived from the chain: the same history always gives the same ids.
    """
    key = record.key
    exported = _time_of(record.unsealed["exported_at"])
    info = _id(f"{record.head} {record.unsealed['exported_at']} warcinfo")
    described = [
        ("software", record.unsealed["program"]),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("isPartOf", key),
        ("bevaka-format", FORMAT),
        ("bevaka-language", record.unsealed["language"]),
        ("bevaka-head", f"{record.head} ({len(record.links)} links)"),
        ("description", record.unsealed["name"]),
    ]
    yield _record("warcinfo", info, exported, "application/warc-fields", _fields(described))
    about = [("WARC-Target-URI", f"urn:bevaka:{key}:chain"), ("WARC-Warcinfo-ID", info)]
    yield _record("resource", _id(f"{record.head} chain"), exported, "application/x-ndjson", chain_file(record), about)
    gone = removed(record.links)
    changes = {link.facts["after_number"]: link for link in record.of("change")}
    taken: dict[int, tuple[Link, datetime, list[tuple[str, str]]]] = {}
    for link in record.of("snapshot"):
        number, at = link.facts["number"], _moment(link.facts["taken_at"])
        about = [("WARC-Target-URI", _one_line(link.facts["url"], "%20")), ("WARC-Warcinfo-ID", info)]
        taken[number] = (link, at, about)
        body = record.content(link) if link.number in record.files else None
        words = _removed_words(gone[number]) if number in gone else ""
        yield from _answer(link, at, about, body, changes.get(number), words)
    for link in record.of("text", "part"):
        of, at, about = taken[link.facts["number"]]
        content = record.content(link)
        refers = ("WARC-Refers-To", _id(f"{of.chain} {'response' if of.number in record.files else 'metadata'}"))
        if link.kind == "text":
            identity = _id(f"{link.chain} conversion")
            yield _record(
                "conversion", identity, _moment(link.facts["read_at"]), "text/plain;charset=utf-8", content,
                [*about, refers],
            )  # fmt: skip
        else:
            target = ("WARC-Target-URI", _one_line(link.facts["url"], "%20"))
            identity = _id(f"{link.chain} resource")
            yield _record("resource", identity, at, "application/octet-stream", content, [target, *about[1:], refers])
    for number, stamp in enumerate(record.stamps, start=1):
        for kind, form, content in (
            ("statement", "text/plain", stamp.statement),
            ("token", "application/timestamp-reply", stamp.token),
        ):
            about = [("WARC-Target-URI", f"urn:bevaka:{key}:timestamp:{number}:{kind}"), ("WARC-Warcinfo-ID", info)]
            yield _record("resource", _id(f"{_sha256(stamp.token)} {kind}"), exported, form, content, about)
    about = [("WARC-Target-URI", f"urn:bevaka:{key}:verify.py"), ("WARC-Warcinfo-ID", info)]
    yield _record("resource", _id(f"{record.head} verifier"), exported, "text/x-python", own, about)


def _answer(
    link: Link,
    at: datetime,
    about: list[tuple[str, str]],
    body: bytes | None,
    change: Link | None,
    gone: str,
    phrase: str = "",
) -> Iterator[bytes]:
    """Yield the records of one snapshot: what was answered, what was asked for, and what is known of both."""
    facts = link.facts
    fields: list[tuple[str, str]] = [
        ("revision", str(facts["number"])),
        ("sha256", facts["raw_sha256"]),
        ("size", str(facts["size"])),
        ("chain", link.chain),
        ("asked-for", facts["source_url"]),
    ]
    if change is not None:
        fields += [(name, str(change.facts[name])) for name in ("category", "material", "rule", "summary")]
    metadata = list(about)
    if body is None:
        fields.append(("removed", gone))
    else:
        response, request = (_id(f"{link.chain} {kind}") for kind in ("response", "request"))
        fields.append(("not-kept", NOT_KEPT))
        metadata.append(("WARC-Concurrent-To", response))
        payload = [*about, ("WARC-Payload-Digest", _digest(body))]
        block = _http_response(facts, body, phrase)
        yield _record("response", response, at, "application/http;msgtype=response", block, payload)
        asked = [*about, ("WARC-Concurrent-To", response)]
        yield _record("request", request, at, "application/http;msgtype=request", _http_request(facts["url"]), asked)
    yield _record("metadata", _id(f"{link.chain} metadata"), at, "application/warc-fields", _fields(fields), metadata)


def _http_response(facts: dict[str, Any], body: bytes, phrase: str = "") -> bytes:
    """Return the answer as HTTP, with the headers as received except those that no longer apply to the body."""
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _CODING_HEADERS else name, value)
        for name, value in json.loads(facts["headers"])
    ]
    return _http(f"HTTP/1.1 {facts['status']} {phrase}", [*headers, ("Content-Length", str(len(body)))]) + body


def _http_request(url: str) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _http(f"GET {_one_line(target, '%20')} HTTP/1.1", [("Host", parts.netloc)])


def _http(start: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """Return a start line and headers as bytes.

    Header bytes are stored as ISO 8859-1 characters; encoding them restores the bytes received (RFC 9110, 5.5).
    """
    lines = [start] + [f"{_one_line(name)}: {_one_line(value)}" for name, value in headers]
    return b"".join(line.encode("latin-1", "replace") + b"\r\n" for line in lines) + b"\r\n"


def _fields(pairs: Sequence[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in pairs).encode("utf-8", "surrogateescape")


def _record(
    kind: str, identity: str, at: datetime, form: str, block: bytes, headers: Sequence[tuple[str, str]] = ()
) -> bytes:
    lines = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", identity),
        ("WARC-Date", at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
        *headers,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", form),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return b"WARC/1.1\r\n" + head.encode("utf-8", "surrogateescape") + b"\r\n" + block + b"\r\n\r\n"


def _digest(block: bytes) -> str:
    return f"sha256:{base64.b32encode(hashlib.sha256(block).digest()).decode()}"


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_IDS, name)}>"


def _one_line(text: str, replacement: str = " ") -> str:
    """Return a value without the control characters that could end its line."""
    return _CONTROL.sub(replacement, text)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _moment(microseconds: int) -> datetime:
    return _EPOCH + timedelta(microseconds=microseconds)


def as_microseconds(at: datetime) -> int:
    """Return a time as links have it: microseconds since 1970-01-01 00:00 UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def _iso(microseconds: int) -> str:
    return _moment(microseconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time_of(text: str) -> datetime:
    """Return a time that is written as 2026-03-01T09:00:00Z. Raises ValueError for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


# Time stamps (RFC 3161), as far as they can be checked without a library


class Der:
    """One element of DER (X.690): its tag, its content, and both with the length between them."""

    def __init__(self, tag: int, content: bytes, whole: bytes) -> None:
        self.tag = tag
        self.content = content
        self.whole = whole

    def parts(self, *tags: int) -> list[Der]:
        """Return the elements inside, which have these tags if any are given. Raises ValueError."""
        found = list(_elements(self.content))
        if tags and tuple(each.tag for each in found) != tags:
            raise ValueError("it is not built as a time stamp is")
        return found

    def expect(self, content: bytes) -> None:
        """Raise ValueError unless the element has this content."""
        if self.content != content:
            raise ValueError("it is not built as a time stamp is")


def _elements(data: bytes) -> Iterator[Der]:
    at = 0
    while at < len(data):
        start, tag = at, data[at]
        if tag & 31 == 31 or at + 2 > len(data):
            raise ValueError("it is not built as a time stamp is")
        length, at = data[at + 1], at + 2
        if length & 128:
            size = length & 127
            length = int.from_bytes(data[at : at + size], "big")
            if not 1 <= size <= 4 or length < 128 or length >> 8 * (size - 1) == 0:
                raise ValueError("it is not built as a time stamp is")
            at += size
        if at + length > len(data):
            raise ValueError("it ends too early")
        yield Der(tag, data[at : at + length], data[start : at + length])
        at += length


def _only(data: bytes, tag: int) -> Der:
    found = list(_elements(data))
    if len(found) != 1 or found[0].tag != tag:
        raise ValueError("it is not built as a time stamp is")
    return found[0]


SEQUENCE, SET, OID, INTEGER, BITS, OCTETS, TIME = 48, 49, 6, 2, 3, 4, 24
_SIGNED_DATA, _TST_INFO = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
_CONTENT_TYPE, _MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
_SIGNER_SHA1, _SIGNER = bytes.fromhex("2a864886f70d010910020c"), bytes.fromhex("2a864886f70d010910022f")
_HASHES = {
    bytes.fromhex("2b0e03021a"): "sha1",
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_STRONG = {oid: name for oid, name in _HASHES.items() if name != "sha1"}
_RSA = bytes.fromhex("2a864886f70d010101")
_RSA_WITH = {
    bytes.fromhex("2a864886f70d01010b"): "sha256",
    bytes.fromhex("2a864886f70d01010c"): "sha384",
    bytes.fromhex("2a864886f70d01010d"): "sha512",
}
_EC = bytes.fromhex("2a8648ce3d0201")
_ECDSA_WITH = {
    bytes.fromhex("2a8648ce3d040302"): "sha256",
    bytes.fromhex("2a8648ce3d040303"): "sha384",
    bytes.fromhex("2a8648ce3d040304"): "sha512",
}
_USAGES, _TIME_STAMPING = bytes.fromhex("551d25"), bytes.fromhex("2b06010505070308")
_CONSTRAINTS = bytes.fromhex("551d13")
_NAME = bytes.fromhex("550403")


class Curve(NamedTuple):
    """An elliptic curve y² = x³ - 3x + b over a prime field (FIPS 186-4, D.1.2)."""

    p: int
    b: int
    n: int
    x: int
    y: int


_CURVES = {
    bytes.fromhex("2a8648ce3d030107"): Curve(
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    bytes.fromhex("2b81040022"): Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
    bytes.fromhex("2b81040023"): Curve(
        2**521 - 1,
        int(
            "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF"
            "073573DF883D2C34F1EF451FD46B503F00",
            16,
        ),
        int(
            "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709"
            "A5D03BB5C9B8899C47AEBB6FB71E91386409",
            16,
        ),
        int(
            "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8"
            "DE3348B3C1856A429BF97E7E31C2E5BD66",
            16,
        ),
        int(
            "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD07"
            "61353C7086A272C24088BE94769FD16650",
            16,
        ),
    ),
}


class Certificate:
    """An X.509 certificate (RFC 5280), as far as it is needed here. Raises ValueError for what is none."""

    def __init__(self, whole: bytes) -> None:
        self.whole = whole
        self.signed, self._signature_algorithm, signature = _only(whole, SEQUENCE).parts(SEQUENCE, SEQUENCE, BITS)
        self._signature = signature.content[1:]
        fields = self.signed.parts()
        fields = fields[1:] if fields[0].tag == 0xA0 else fields  # the version
        serial, _, self._issuer, validity, self._subject, key, *rest = fields
        self.named_by = self._issuer.whole + serial.whole
        self.begins, self.ends = (_x509_time(each) for each in validity.parts())
        self._key_algorithm, key_bits = key.parts(SEQUENCE, BITS)
        self._key = key_bits.content[1:]
        self._extensions = dict(_extensions(rest))

    @property
    def name(self) -> str:
        """The common name of its owner, or "without a name"."""
        for names in self._subject.parts():
            for pair in names.parts():
                kind, value = pair.parts()
                if kind.content == _NAME:
                    return value.content.decode("utf-8", "replace")
        return "without a name"

    @property
    def may_stamp(self) -> bool:
        """True if it is made for time stamps, and for nothing else (RFC 3161, 2.3)."""
        usages = self._extensions.get(_USAGES)
        return usages is not None and [each.content for each in _only(usages, SEQUENCE).parts()] == [_TIME_STAMPING]

    @property
    def may_sign_others(self) -> bool:
        """True if it belongs to an authority."""
        constraints = self._extensions.get(_CONSTRAINTS)
        parts = _only(constraints, SEQUENCE).parts() if constraints is not None else []
        return bool(parts) and parts[0].content == b"\xff"

    def signed_by(self, issuer: Certificate) -> bool:
        """True if the other certificate signed this one, or if they are one that signed itself."""
        return self._issuer.whole == issuer._subject.whole and issuer.has_signed(
            self.signed.whole, self._signature, self._signature_algorithm, ""
        )

    def has_signed(self, content: bytes, signature: bytes, algorithm: Der, digest: str) -> bool:
        """True if the owner's key made the signature. `digest` is used where the algorithm names none."""
        oid, parameters = _algorithm(algorithm)
        if oid in _RSA_WITH or (oid == _RSA and digest):
            _no_more_than_null(parameters)
            name = _RSA_WITH.get(oid, digest)
            return _is_rsa(self._key_algorithm, self._key, content, signature, name)
        if oid in _ECDSA_WITH and not parameters:
            return _is_ecdsa(self._key_algorithm, self._key, content, signature, _ECDSA_WITH[oid])
        raise ValueError("it is signed in a way that this program cannot check")


def _algorithm(element: Der) -> tuple[bytes, list[Der]]:
    """Return the name of an algorithm and its parameters (AlgorithmIdentifier). Raises ValueError."""
    oid, *parameters = element.parts()
    if (element.tag, oid.tag) != (SEQUENCE, OID):
        raise ValueError("it is not built as a time stamp is")
    return oid.content, parameters


def _digest_name(element: Der) -> str | None:
    """Return the name of a strong hash, None for any other. Raises ValueError."""
    oid, parameters = _algorithm(element)
    _no_more_than_null(parameters)
    return _STRONG.get(oid)


def _no_more_than_null(parameters: Sequence[Der]) -> None:
    if [each.whole for each in parameters] not in ([], [b"\x05\x00"]):
        raise ValueError("it is not built as a time stamp is")


def _extensions(fields: Sequence[Der]) -> Iterator[tuple[bytes, bytes]]:
    for field in fields:
        if field.tag == 0xA3:
            for extension in _only(field.content, SEQUENCE).parts():
                kind, *_, value = extension.parts()
                yield kind.content, value.content


def _x509_time(value: Der) -> datetime:
    text = value.content.decode("ascii")
    if value.tag == 23:  # two digits of the year: 1950 to 2049
        text = ("19" if text[:2] >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)


def _is_rsa(algorithm: Der, key: bytes, content: bytes, signature: bytes, digest: str) -> bool:
    """Check a signature by RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2)."""
    oid, parameters = _algorithm(algorithm)
    _no_more_than_null(parameters)
    if oid != _RSA:
        return False
    modulus, exponent = (int.from_bytes(each.content, "big") for each in _only(key, SEQUENCE).parts(INTEGER, INTEGER))
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if (
        not 2048 <= modulus.bit_length() <= 16384
        or exponent.bit_length() > 64
        or exponent < 3
        or len(signature) != size
        or number >= modulus
    ):
        return False
    hashed = hashlib.new(digest, content).digest()
    [name] = [oid for oid, known in _HASHES.items() if known == digest]
    described = _der(SEQUENCE, _der(SEQUENCE, _der(OID, name) + b"\x05\x00") + _der(OCTETS, hashed))
    expected = b"\x00\x01" + b"\xff" * (size - len(described) - 3) + b"\x00" + described
    return pow(number, exponent, modulus).to_bytes(size, "big") == expected


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content  # all that is made here is short


def _is_ecdsa(algorithm: Der, key: bytes, content: bytes, signature: bytes, digest: str) -> bool:
    """Check a signature by ECDSA (FIPS 186-4, 6.4) on one of the curves above."""
    oid, name = algorithm.parts(OID, OID)
    curve = _CURVES.get(name.content)
    if oid.content != _EC or curve is None:
        raise ValueError("it is signed in a way that this program cannot check")
    size = (curve.p.bit_length() + 7) // 8
    r, s = (int.from_bytes(each.content, "big", signed=True) for each in _only(signature, SEQUENCE).parts(2, 2))
    x, y = int.from_bytes(key[1 : 1 + size], "big"), int.from_bytes(key[1 + size :], "big")
    is_on_curve = key[:1] == b"\x04" and len(key) == 1 + 2 * size and (y * y - x**3 + 3 * x - curve.b) % curve.p == 0
    if not is_on_curve or not (0 < r < curve.n and 0 < s < curve.n):
        return False
    hashed = hashlib.new(digest, content).digest()
    number = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - curve.n.bit_length())
    inverse = pow(s, -1, curve.n)
    point = _sum(
        curve,
        _times(curve, number * inverse % curve.n, (curve.x, curve.y)),
        _times(curve, r * inverse % curve.n, (x, y)),
    )
    return point is not None and point[0] % curve.n == r


def _sum(curve: Curve, one: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or other is None:
        return other if one is None else one
    if one[0] == other[0]:
        if (one[1] + other[1]) % curve.p == 0:
            return None
        slope = (3 * one[0] * one[0] - 3) * pow(2 * one[1], -1, curve.p)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, curve.p)
    x = (slope * slope - one[0] - other[0]) % curve.p
    return x, (slope * (one[0] - x) - one[1]) % curve.p


def _times(curve: Curve, factor: int, point: tuple[int, int] | None) -> tuple[int, int] | None:
    found: tuple[int, int] | None = None
    while factor:
        if factor & 1:
            found = _sum(curve, found, point)
        point = _sum(curve, point, point)
        factor >>= 1
    return found


class Stamped(NamedTuple):
    """What a valid time stamp says: when, by whom, and which certificate its signature leads to."""

    at: datetime
    signer: str
    top: str
    is_trusted: bool
    words: str = ""
    """What the authority said beside it, which nobody signed."""


def read_stamp(stamp: Stamp, trusted: Sequence[Certificate] = ()) -> Stamped:
    """Check a time stamp and its signature. Raises ValueError with what is wrong with it.

    Without `trusted` certificates, who signed it is for the reader to judge: `top` is the SHA-256 of the last
    certificate to which the signature leads, which the authority publishes.
    """
    status, *contents = _only(stamp.token, SEQUENCE).parts()
    if not contents or status.parts()[0].whole != b"\x02\x01\x00":
        raise ValueError("the authority gave none")
    _, content = _only(stamp.token, SEQUENCE).parts(SEQUENCE, SEQUENCE)
    words = ""
    if len(status.parts()) > 1:
        words = " ".join(text.content.decode() for text in status.parts(INTEGER, SEQUENCE)[1].parts())
    kind, wrapped = content.parts(OID, 0xA0)
    kind.expect(_SIGNED_DATA)
    version, algorithms, enclosed, certificates, signers = _only(wrapped.content, SEQUENCE).parts(
        INTEGER, SET, SEQUENCE, 0xA0, SET
    )
    version.expect(b"\x03")
    kind, wrapped = enclosed.parts(OID, 0xA0)
    kind.expect(_TST_INFO)
    info = _only(wrapped.content, OCTETS).content
    signer, digest = _check_signature(info, signers, certificates)
    if [_digest_name(each) for each in algorithms.parts()] != [digest]:
        raise ValueError("it is not built as a time stamp is")
    at = _check_info(info, stamp.statement)
    known = [Certificate(each.whole) for each in certificates.parts()]
    if not signer.may_stamp or not signer.begins <= at <= signer.ends:
        raise ValueError("it is signed with a certificate that was not made for it")
    top, is_trusted = _path(signer, known, trusted, at)
    return Stamped(at, signer.name, _sha256(top.whole), is_trusted, words)


def _check_info(info: bytes, statement: bytes) -> datetime:
    version, _, imprint, _, at, *_ = _only(info, SEQUENCE).parts()
    version.expect(b"\x01")
    algorithm, hashed = imprint.parts(SEQUENCE, OCTETS)
    name = _digest_name(algorithm)
    if name is None or hashlib.new(name, statement).digest() != hashed.content:
        raise ValueError("it is about something else")
    if at.tag != TIME:
        raise ValueError("it is not built as a time stamp is")
    text, _, fraction = at.content.decode("ascii").rstrip("Z").partition(".")
    moment = datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    return moment + timedelta(seconds=float(f"0.{fraction}")) if fraction else moment


def _check_signature(info: bytes, signers: Der, certificates: Der) -> tuple[Certificate, str]:
    """Return the signer's certificate and the digest's name. Raises ValueError unless the signature is right."""
    [one] = signers.parts(SEQUENCE)
    version, named, digest, attributes, algorithm, signature = one.parts(
        *(INTEGER, SEQUENCE, SEQUENCE, 0xA0, SEQUENCE, OCTETS)
    )
    version.expect(b"\x01")
    name = _digest_name(digest)
    if name is None:
        raise ValueError("it is signed in a way that this program cannot check")
    signed = {}
    for attribute in attributes.parts():
        kind, values = attribute.parts(OID, SET)
        signed[kind.content] = values
    if _CONTENT_TYPE not in signed or _MESSAGE_DIGEST not in signed:
        raise ValueError("it is not built as a time stamp is")
    _only(signed[_CONTENT_TYPE].content, OID).expect(_TST_INFO)
    if _only(signed[_MESSAGE_DIGEST].content, OCTETS).content != hashlib.new(name, info).digest():
        raise ValueError("it was changed after it was signed")
    for whole in certificates.parts():
        certificate = Certificate(whole.whole)
        if certificate.named_by == named.content and _is_bound(signed, certificate):
            as_signed = bytes([SET]) + attributes.whole[1:]
            if not certificate.has_signed(as_signed, signature.content, algorithm, name):
                raise ValueError("its signature is wrong")
            return certificate, name
    raise ValueError("the certificate that it was signed with is not in it")


def _is_bound(signed: dict[bytes, Der], certificate: Certificate) -> bool:
    """True if the signature names this certificate by its hash (RFC 5035, 5)."""
    for kind in (_SIGNER, _SIGNER_SHA1):
        if kind in signed:
            listed = _only(signed[kind].content, SEQUENCE).parts()[0].parts()[0].parts()
            algorithm = "sha1" if kind == _SIGNER_SHA1 else "sha256"
            if kind == _SIGNER and listed[0].tag == SEQUENCE:
                algorithm = _STRONG.get(listed.pop(0).parts()[0].content, "sha256")
            return hashlib.new(algorithm, certificate.whole).digest() == listed[0].content
    return False


def _path(
    signer: Certificate, known: Sequence[Certificate], trusted: Sequence[Certificate], at: datetime
) -> tuple[Certificate, bool]:
    """Follow the signatures upwards from the signer; return where they end, and whether it is trusted.

    Raises ValueError for a certificate that has no part in it: nobody would notice if it were another.
    """
    path, rest = [signer], [each for each in known if each.whole != signer.whole]
    while True:
        found = [each for each in [*trusted, *rest] if each.may_sign_others and path[-1].signed_by(each)]
        if not found or found[0].whole in [each.whole for each in path]:
            break
        if not found[0].begins <= at <= found[0].ends:
            raise ValueError("it leads to a certificate that was not valid at its time")
        path.append(found[0])
        rest = [each for each in rest if each.whole != found[0].whole]
    if rest:
        raise ValueError("it holds a certificate that has no part in it")
    is_trusted = path[-1].whole in [each.whole for each in trusted]
    if trusted and not is_trusted:
        raise ValueError("its signature does not lead to a certificate that you trust")
    return path[-1], is_trusted


def read_certificates(text: str) -> list[Certificate]:
    """Return the certificates of a PEM file. Raises ValueError."""
    found = re.findall("-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", text, re.DOTALL)
    if not found:
        raise ValueError("there are no certificates in it")
    return [Certificate(base64.b64decode(each)) for each in found]


# What a page said at a time, and the certificate of it

SEEN = ("first", "unchanged", "changed")


class Sight(NamedTuple):
    """A text that was seen: the revision, and the times (microseconds) of the first and the last of these checks."""

    revision: int
    first: int
    last: int
    checks: int


class Gap(NamedTuple):
    """A time of which nothing is known, between two checks that saw the page; None: there is no such check.

    Of a page that was never seen, and where a gap without checks comes before it, it begins with the first check that
    did not see it, `failed`.
    """

    since: int | None
    until: int | None
    kind: str
    failed: int | None = None


class Known(NamedTuple):
    """What the sealed checks tell of a period: the text that was seen, or None, and the nearest ones around it."""

    seen: Sight | None
    before: Sight | None
    after: Sight | None
    gaps: Sequence[Gap]
    is_between: bool = False
    also: Sequence[Sight] = ()


def sights(record: Record) -> tuple[list[Sight], list[Gap]]:
    """Return what was seen, check by check as far as it is sealed, and every gap; oldest first."""
    found: list[Sight] = []
    gaps: list[Gap] = []
    failing: str | None = None
    failed = 0
    before: dict[str, Any] | None = None
    for link in record.of("observation"):
        run = link.facts
        is_late = before is not None and _is_late(before["last_at"], run["due_at"], run["first_at"])
        if is_late and before is not None:
            gaps.append(Gap(before["last_at"], run["first_at"], "not_looked"))
        if run["outcome"] not in SEEN or run["revision"] is None:
            failed = failed if failing else run["first_at"]
            failing = str(run["outcome"]) if failing in (None, str(run["outcome"])) else "not_seen"
        else:
            if failing is not None:
                gaps.append(Gap(found[-1].last if found else failed, run["first_at"], failing, failed))
            last = found[-1] if found else None
            goes_on = failing is None and not is_late and last is not None and run["first_at"] >= last.last
            if goes_on and last is not None and last.revision == run["revision"]:
                found[-1] = last._replace(last=run["last_at"], checks=last.checks + run["looks"])
            else:
                found.append(Sight(run["revision"], run["first_at"], run["last_at"], run["looks"]))
            failing = None
        before = run
    if failing is not None:
        gaps.append(Gap(found[-1].last if found else failed, None, failing, failed))
    return found, gaps


def _is_late(before: int, due: int | None, at: int) -> bool:
    """True if a check was late by a quarter of an hour, or by as much as lay between the two: that time is a gap."""
    minute = 60_000_000
    return due is not None and due > before and at - due > min(15 * minute, max(minute, due - before))


def known_of(record: Record, since: int, until: int) -> Known | None:
    """Return what is known of a period (microseconds, `until` not included); None if no sealed check came near it."""
    runs = [link.facts for link in record.of("observation")]
    if not runs or since > max(run["last_at"] for run in runs) or until <= min(run["first_at"] for run in runs):
        return None
    found, gaps = sights(record)
    near = [gap for gap in gaps if (gap.since or 0) < until and (gap.until is None or gap.until > since)]
    near = [gap for gap in near if not any(_is_in(gap, other) for other in near)]
    unchecked = {gap.until for gap in near if gap.kind == "not_looked"}
    near = [gap._replace(since=gap.failed) if gap.failed and gap.failed in unchecked else gap for gap in near]
    inside = [sight for sight in found if sight.first < until and sight.last >= since]
    before = [sight for sight in found if sight.last < since]
    after = [sight for sight in found if sight.first >= until]
    if inside:
        shown = max(inside, key=lambda sight: sight.last)
        earlier = [sight for sight in found if sight.last < shown.first]
        later = [sight for sight in found if sight.first >= shown.last and sight is not shown]
        also = [sight for sight in inside if sight.revision != shown.revision]
        return Known(shown, _newest(earlier), _oldest(later), near, also=also)
    if before and after and not near:
        shown = max(before, key=lambda sight: sight.last)
        earlier = [sight for sight in found if sight.last < shown.first]
        is_between = shown.revision != min(after, key=lambda sight: sight.first).revision
        return Known(shown, _newest(earlier), _oldest(after), near, is_between=is_between)
    return Known(None, _newest(before), _oldest(after), near)


def _is_in(gap: Gap, other: Gap) -> bool:
    """True if a time without checks lies between checks that did not see the page: retries come irregularly."""
    if gap.kind != "not_looked" or gap.since is None or other.failed is None:
        return False
    return gap.since >= other.failed and (other.until is None or (gap.until is not None and gap.until <= other.until))


def _newest(found: Sequence[Sight]) -> Sight | None:
    return max(found, key=lambda sight: sight.last, default=None)


def _oldest(found: Sequence[Sight]) -> Sight | None:
    return min(found, key=lambda sight: sight.first, default=None)


_CERTIFICATE = {
    "sv": {
        "title": "Intyg om vad som stod på en webbsida",
        "made": "Framställt {at} av {program} ur de förseglade anteckningarna om bevakningen ”{key}”. "
        "Alla tider är UTC; svensk normaltid är UTC plus en timme, sommartid UTC plus två.",
        "page": "Sida",
        "address": "Adress",
        "asked": "Tiden det gäller",
        "found": "Vad kontrollerna visar",
        "seen_once": "Vid en kontroll, {first}, stod texten nedan på sidan.",
        "seen": "Vid {checks} kontroller, den första {first} och den sista {last}, stod texten nedan på sidan. "
        "Mellan dem"
        " finns inget avbrott.",
        "between": "Den sista kontroll då texten nedan stod på sidan gjordes {last}. Nästa kontroll, "
        "{after}, visade en annan text (kopia {number}). Texten ändrades någon gång däremellan, "
        "och den tid som intyget gäller ligger där.",
        "unseen": "Sidan lästes inte under den tiden. Ingen text kan intygas.",
        "before": "Dessförinnan sågs kopia {number}, senast {at}.",
        "after": "Nästa text, kopia {number}, sågs först {at}.",
        "before_same": "Före ett avbrott sågs samma text, senast {at}.",
        "after_same": "Efter ett avbrott sågs samma text igen, först {at}.",
        "rest": "Vad som stod på sidan under avbrott är inte känt:",
        "gap": "{since} – {until}: {kind}.",
        "never": "från början",
        "still": "ännu vid den sista kontroll som intyget bygger på, {at}",
        "not_looked": "ingen kontroll gjordes",
        "not_seen": "sidan kunde inte läsas",
        "suspect": "det var osäkert om svaret verkligen var den här sidan",
        "moved": "sidan hänvisade någon annanstans",
        "withdrawn": "sidan var borttagen",
        "text": "Texten (kopia {number})",
        "no_text": "Texten är inte förseglad; det som servern skickade ligger i copies/{number:04}.raw.",
        "attested": "Texten lästes och förseglades först {at}, när programmet uppgraderades.",
        "compare": "Uppgifter att jämföra",
        "taken": "Hämtad",
        "answered": "Serverns svar",
        "raw": "SHA-256 av svarets innehåll, byte för byte",
        "text_hash": "SHA-256 av texten",
        "link": "Länk i kedjan",
        "head": "Kedjans huvud",
        "anchors": "Förankring",
        "stamp": "Länk 1–{link} tidsstämplades {at} av {signer}. Underskriften leder till certifikatet "
        "med SHA-256 {top}: jämför det med vad utfärdaren själv publicerar.",
        "no_stamp": "Kedjan är inte tidsstämplad. Har du inte fått dess huvud på annat sätt än med den här filen "
        "visar intyget bara att filen är oskadad.",
        "not_stamped": "Länk {first}–{last} har ingen tidsstämpel: de visar i vilken ordning något antecknades, inte "
        "när.",
        "proves": "Vad intyget visar och inte visar",
        "does": "Det visar att texten, innehållet och tiderna är de som kedjan förseglar. Är kedjan förankrad, genom "
        "en tidsstämpel eller genom att någon annan redan hade fått dess huvud, har ingenting i den ändrats sedan "
        "dess.",
        "does_not": "Det visar inte vem som står bakom sidan, och det bevisar inte att den som körde "
        "programmet antecknade vad servern verkligen svarade. Utan förankring kan den som har "
        "hela kedjan göra en ny, ändrad kedja som också ser oskadad ut. Sidans namn, tiden det gäller och uppgiften "
        "om när och med vad intyget gjordes är inte förseglade.",
        "how": "Så kontrollerar du själv",
        "step_1": "Intyget hör ihop med en zip-fil, där det ligger tillsammans med kopiorna och "
        "programmet verify.py. Har du bara intyget: be den som gav dig det om zip-filen.",
        "step_2": "Packa upp zip-filen och öppna ett terminalfönster i mappen. Det enda som behövs är Python 3.8 "
        "eller nyare.",
        "step_3": "Kör: python verify.py   (på en del datorer heter det python3). Programmet kom från samma håll "
        "som intyget; litar du inte på avsändaren, hämta verify.py ur Bevakas källkod i stället.",
        "step_4": "Programmet räknar om kedjan, skapar alla filer på nytt, också det här intyget, och "
        "jämför dem byte för byte med dem du har. Är något av det ändrat, börjar en rad med BAD. "
        "Annars säger den sista raden vad kedjan är förankrad genom; står där ”nothing but this file” kan "
        "den som gjorde filen ha gjort om allt.",
        "step_5": "Har du fått kedjans huvud (de 64 tecknen ovan) på annat sätt än tillsammans med filen, t.ex. i "
        "ett brev: "
        "kör python verify.py --head HUVUDET. Att det står i det här intyget räcker inte. Har "
        "du tidsstämplingstjänstens certifikat: lägg till --ca FILEN.",
        "readdressed": "Den sista kontroll då texten nedan stod på sidan gjordes {last}. Därefter fick "
        "bevakningen en annan adress: kopia {number}, {after}, är från en annan sida.",
        "also": "Under tiden stod också en annan text på sidan, kopia {number}: sedd {first} – {last}.",
    },
    "en": {
        "title": "Certificate of what a page said",
        "made": "Made {at} by {program} from the sealed record of the watch “{key}”. All times are in UTC; "
        "Swedish standard time is UTC plus one hour, summer time UTC plus two.",
        "page": "Page",
        "address": "Address",
        "asked": "Time asked about",
        "found": "What the checks show",
        "seen_once": "At one check, {first}, the page had the text below.",
        "seen": "At {checks} checks, the first {first} and the last {last}, the page had the text below. There "
        "is no gap"
        " between them.",
        "between": "The last check at which the page had the text below was made {last}. The next check, "
        "{after}, showed another text (copy {number}). The text changed at some point between "
        "these two checks; the time certified falls between them.",
        "unseen": "The page was not read in that time. No text can be certified.",
        "before": "Before that, copy {number} was seen, last {at}.",
        "after": "The next text, copy {number}, was first seen {at}.",
        "before_same": "Before a gap, the same text was seen, last {at}.",
        "after_same": "After a gap, the same text was seen again, first {at}.",
        "rest": "What the page said during a gap is not known:",
        "gap": "{since} – {until}: {kind}.",
        "never": "from the beginning",
        "still": "still at the last check that this certificate rests on, {at}",
        "not_looked": "nobody checked",
        "not_seen": "the page could not be read",
        "suspect": "it was not certain that the answer was this page",
        "moved": "the page referred its readers elsewhere",
        "withdrawn": "the server said that the page was gone",
        "text": "The text (copy {number})",
        "no_text": "The text is not sealed; the bytes that the server sent are in copies/{number:04}.raw.",
        "attested": "The text was not read and sealed until {at}, when the program was upgraded.",
        "compare": "Facts to compare",
        "taken": "Fetched",
        "answered": "Server's answer",
        "raw": "SHA-256 of the answer's bytes",
        "text_hash": "SHA-256 of the text",
        "link": "Link of the chain",
        "head": "Head of the chain",
        "anchors": "Anchor",
        "stamp": "Links 1–{link} were time-stamped {at} by {signer}. The signature leads to the "
        "certificate with SHA-256 {top}: compare it with what the authority itself publishes.",
        "no_stamp": "The chain has no time stamp. Unless you have its head by another route than this file, the "
        "certificate shows only that the file is whole.",
        "not_stamped": "Links {first}–{last} have no time stamp: they show in which order things were recorded, not "
        "when.",
        "proves": "What this shows, and what it does not",
        "does": "It shows that the text, the content and the times are those that the chain seals. If the chain is "
        "anchored, by a time stamp or because somebody else had been given its head, nothing in it was changed since.",
        "does_not": "It does not show who is behind the page, and it does not prove that whoever ran the "
        "program recorded what the server really answered. Without an anchor, whoever holds the "
        "whole chain can make another one that looks just as whole. The name of the page, the time asked about, and "
        "when "
        "and by what this was made are not sealed.",
        "how": "How to check it yourself",
        "step_1": "This certificate comes with a zip file that holds it together with the copies and the "
        "program verify.py. If you have the certificate alone, ask whoever gave it to you for "
        "the zip.",
        "step_2": "Unpack the zip. Open a terminal in that folder; nothing but Python 3.8 or newer is "
        "needed.",
        "step_3": "Run: python verify.py   (on some computers it is python3). The program came from whoever sent "
        "the certificate; if you do not trust them, take verify.py from Bevaka's source code instead.",
        "step_4": "The program computes the chain anew, makes all files anew, this certificate too, and "
        "compares them with yours byte for byte. If any of it was changed, a line begins with "
        "BAD. Otherwise the last line says by what the chain is anchored; if it says “nothing "
        "but this file”, whoever made the file could have made all of it anew.",
        "step_5": "If you were given the head of the chain (the 64 characters above) by another route than the file, "
        "e.g. in a "
        "letter, run python verify.py --head THE_HEAD. That it is printed here is not enough. "
        "If you have the certificates of the time-stamping authority, add --ca THE_FILE.",
        "readdressed": "The last check at which the page had the text below was made {last}. After that the "
        "watch was given another address: copy {number}, {after}, is of another page.",
        "also": "In that time the page also had another text, copy {number}: seen {first} – {last}.",
    },
}  # fmt: skip
_STEPS = ("step_1", "step_2", "step_3", "step_4", "step_5")
_STYLE = (
    "@page{margin:2cm}body{font:11pt/1.45 Georgia,'DejaVu Serif',serif;max-width:44rem;margin:2rem auto;padding:0 1rem;"
    "color:#111;background:#fff;font-variant-ligatures:none}"
    "h1{font-size:1.6em;margin:0 0 .3em}h2{font-size:1.1em;margin:1.6em 0 .4em;"
    "break-after:avoid}dl{margin:0}dt{font-size:.85em;color:#444;margin-top:.5em}dd{margin:0;overflow-wrap:anywhere}"
    ".mono,code{font:.85em/1.4 'DejaVu Sans Mono',monospace;overflow-wrap:anywhere}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;border:1px solid #999;padding:1em;margin:0}"
    ".made{color:#444;margin:0 0 1.2em}li{margin-bottom:.3em}"
)


def certificate(record: Record) -> str:
    """Return the certificate of the record's period as HTML. Raises ValueError if no sealed check came near it.

    Nothing is in it but what is sealed, the display name, and when and by which version it was made.
    """
    if record.certified is None:
        raise ValueError("there is no time to certify")
    since, until, language = record.certified
    known = known_of(record, since, until)
    if known is None:
        raise ValueError("no check that is sealed came near the time of the certificate")
    words = _CERTIFICATE[language]
    parts = [
        _heading(1, words["title"]),
        _paragraph(
            words["made"].format(
                at=_clock(as_microseconds(_time_of(record.unsealed["exported_at"])), language),
                program=record.unsealed["program"].replace("/", " "),
                key=record.key,
            ),
            "made",
        ),
        _facts(
            [
                (words["page"], record.unsealed["name"], ""),
                (words["address"], _address_then(record, known, since), ""),
                (words["asked"], _period(since, until, language), ""),
            ]
        ),
        _heading(2, words["found"]),
        *_findings(record, known, words, language),
    ]
    if known.seen is not None:
        parts += _certified_text(record, known.seen.revision, words, language)
    parts += [_heading(2, words["anchors"]), *_certified_anchors(record, words, language)]
    parts += [_facts([(words["head"], record.head, "mono")])]
    parts += [_heading(2, words["proves"]), _paragraph(words["does"]), _paragraph(words["does_not"])]
    steps = "".join(f"<li>{html.escape(words[step])}</li>" for step in _STEPS)
    parts += [_heading(2, words["how"]), f"<ol>{steps}</ol>"]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{html.escape(words['title'])}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _address_then(record: Record, known: Known, since: int) -> str:
    """Return the address that the watch had: that of the text shown, else of the definition in force."""
    if known.seen is not None:
        return str(_snapshot(record, known.seen.revision).facts["source_url"])
    before = [link for link in record.of("definition") if link.facts["since"] <= since]
    return str(before[-1].facts["url"]) if before else address(record)


def _snapshot(record: Record, number: int) -> Link:
    return next(link for link in record.of("snapshot") if link.facts["number"] == number)


def _findings(record: Record, known: Known, words: dict[str, str], language: str) -> Iterator[str]:
    seen, after = known.seen, known.after
    addresses = {_snapshot(record, each.revision).facts["source_url"] for each in (seen, after) if each is not None}
    is_elsewhere = seen is not None and len(addresses) > 1
    if seen is None:
        yield _paragraph(words["unseen"])
    elif known.is_between and after is not None:
        at = {"last": _clock(seen.last, language), "after": _clock(after.first, language)}
        yield _paragraph(words["readdressed" if is_elsewhere else "between"].format(**at, number=after.revision))
    else:
        times = {"first": _clock(seen.first, language), "last": _clock(seen.last, language), "checks": seen.checks}
        yield _paragraph(words["seen_once" if seen.checks == 1 else "seen"].format(**times))
    if known.before is not None:
        is_same = seen is not None and known.before.revision == seen.revision
        sentence = words["before_same" if is_same else "before"]
        yield _paragraph(sentence.format(number=known.before.revision, at=_clock(known.before.last, language)))
    for each in known.also:
        times = {"first": _clock(each.first, language), "last": _clock(each.last, language)}
        yield _paragraph(words["also"].format(number=each.revision, **times))
    if after is not None and not known.is_between and not is_elsewhere:
        is_same = seen is not None and after.revision == seen.revision
        sentence = words["after_same" if is_same else "after"]
        yield _paragraph(sentence.format(number=after.revision, at=_clock(after.first, language)))
    latest = words["still"].format(at=_clock(max(run.facts["last_at"] for run in record.of("observation")), language))
    gaps = "".join(
        "<li>{}</li>".format(
            html.escape(
                words["gap"].format(
                    since=words["never"] if gap.since is None else _clock(gap.since, language),
                    until=latest if gap.until is None else _clock(gap.until, language),
                    kind=words[gap.kind],
                )
            )
        )
        for gap in known.gaps
    )
    if gaps:
        yield _paragraph(words["rest"])
        yield f"<ul>{gaps}</ul>"


def _certified_text(record: Record, number: int, words: dict[str, str], language: str) -> Iterator[str]:
    snapshot = _snapshot(record, number)
    text = next((link for link in record.of("text") if link.facts["number"] == number), None)
    yield _heading(2, words["text"].format(number=number))
    if text is None:
        yield _paragraph(words["no_text"].format(number=number))
    else:
        yield f"<pre>{html.escape(_visible(record.content(text).decode()))}</pre>"
        if text.facts["attested"]:
            yield _paragraph(words["attested"].format(at=_clock(text.facts["read_at"], language)))
    yield _heading(2, words["compare"])
    facts = snapshot.facts
    rows = [
        (words["taken"], _clock(facts["taken_at"], language), ""),
        (words["answered"], f"{facts['status']}, {facts['url']}", ""),
        (words["raw"], facts["raw_sha256"], "mono"),
        (words["link"], f"{snapshot.number}: {snapshot.chain}", "mono"),
    ]
    if text is not None:
        rows += [
            (words["text_hash"], text.facts["sha256"], "mono"),
            (words["link"], f"{text.number}: {text.chain}", "mono"),
        ]
    yield _facts(rows)


def _certified_anchors(record: Record, words: dict[str, str], language: str) -> Iterator[str]:
    covered = 0
    for stamp in record.stamps:
        link, found = _stamped_link(record, stamp), read_stamp(stamp)
        covered = max(covered, link)
        at = _clock(as_microseconds(found.at), language)
        yield _paragraph(words["stamp"].format(link=link, at=at, signer=found.signer, top=found.top))
    if not record.stamps:
        yield _paragraph(words["no_stamp"])
    elif covered < len(record.links):
        yield _paragraph(words["not_stamped"].format(first=covered + 1, last=len(record.links)))


def _heading(level: int, text: str) -> str:
    return f"<h{level}>{html.escape(_visible(text))}</h{level}>"


def _paragraph(text: str, kind: str = "") -> str:
    return f"<p{_class(kind)}>{html.escape(_visible(text))}</p>"


def _facts(rows: Sequence[tuple[str, str, str]]) -> str:
    inside = "".join(
        f"<dt>{html.escape(name)}</dt><dd{_class(kind)}>{html.escape(_visible(value))}</dd>"
        for name, value, kind in rows
    )
    return f"<dl>{inside}</dl>"


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _visible(text: str) -> str:
    """Return a text in which what nobody sees, and what turns the direction of writing, is written out."""
    return _UNSEEN.sub(lambda char: f"\\u{ord(char[0]):04x}", text)


_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def _clock(microseconds: int, language: str) -> str:
    return f"{_moment(microseconds):{_TIMES[language]}}"


def _period(since: int, until: int, language: str) -> str:
    if until - since <= 60_000_000:
        return _clock(since, language)
    return f"{_clock(since, language)} – {_clock(until, language)}"


# What an export holds, and whether it is what it must be

FORMAT_1_VERIFIERS = {"dcb1319f03fe47aa6b809cc369b799f734fe1cd94e17fde8cd7c4e69de45f1d7"}
"""SHA-256 of the programs that lie in exports of format 1."""
FORMAT_2_VERIFIERS: set[str] = set()
"""The same of format 2, but for this program; a release that changes this file adds the one before it."""
_FORMAT_1 = "bevaka export 1"
_PROGRAM = re.compile(r"Bevaka/[0-9A-Za-z.+-]{1,40}")


MOST_FAULTS = 200


class Source:
    """An export that is being checked. `faults` are collected while it is read; `is_old` is true of format 1."""

    is_old = False

    def __init__(self, own: bytes) -> None:
        self.own = own
        self.faults: list[str] = []
        self.beside: list[str] = []
        """What is there that nothing seals, in words."""
        self.stamp_files: list[tuple[str, str]] = []
        """The files of each time stamp, where they are files."""

    def record(self) -> Record:
        """Read what the export is made from. Raises ValueError, KeyError and the like for what is no export."""
        raise NotImplementedError

    def compare(self, record: Record) -> None:
        """Compare everything that is there with what must be there."""
        raise NotImplementedError

    def fault(self, what: str) -> None:
        """Note a fault, once; after many, no more."""
        if len(self.faults) < MOST_FAULTS and what not in self.faults:
            self.faults.append(what)

    def sealed(self, link: Link, name: str, content: bytes | None) -> bytes:
        """Return the bytes of a link, with a fault unless they are those that it seals; None: they are not there."""
        content = content or b""
        expected = link.facts["raw_sha256" if link.kind == "snapshot" else "sha256"]
        if _sha256(content) != expected or len(content) != link.facts["size"]:
            self.fault(f"{name}: was changed, or taken away: it is not as link {link.number} seals it")
        return content

    def is_known(self, program: bytes) -> bool:
        """True if the program is this one, or one that Bevaka put into exports of this format earlier."""
        return program == self.own or _sha256(program) in (FORMAT_1_VERIFIERS if self.is_old else FORMAT_2_VERIFIERS)

    def verifier(self, name: str, content: bytes) -> None:
        """Compare the program that lies in the export with this one."""
        if not self.is_known(content):
            self.fault(f"{name}: not the program that is running, nor one that Bevaka exported earlier")


class Files(Source):
    """The files of a zip, or of the folder that it was unpacked into."""

    def __init__(self, place: Path, own: bytes) -> None:
        super().__init__(own)
        self._folder = place
        self._zip = zipfile.ZipFile(place) if place.is_file() else None
        self._size = place.stat().st_size
        self.manifest: dict[str, Any] = {}

    def names(self) -> list[str]:
        """Return the name of every file, and of every empty folder. Raises ValueError, OSError."""
        if self._zip:
            if any(entry.compress_type != zipfile.ZIP_DEFLATED for entry in self._zip.infolist()):
                raise ValueError("its files are not packed as Bevaka packs them")
            return self._zip.namelist()
        found: list[str] = []
        for folder, folders, files in os.walk(self._folder, onerror=_raise):
            inside = [*files, *(name for name in folders if (Path(folder) / name).is_symlink())]
            if not files and not folders:
                inside.append("")
            found += [(Path(folder) / name).relative_to(self._folder).as_posix() for name in inside]
        for name in found:
            if not ((self._folder / name).is_file() or (self._folder / name).is_dir()):
                raise ValueError(f"{name} is no file")
        return found

    def read(self, name: str) -> bytes:
        """Return the bytes of one file."""
        try:
            return self._zip.read(name) if self._zip else (self._folder / name).read_bytes()
        except (
            KeyError,
            OSError,
            ValueError,
            zlib.error,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise ValueError(f"{name} is missing or was changed ({error})") from error

    def record(self) -> Record:
        """Read the manifest, the chain and the stamps."""
        self._there = set(self.names())
        self.manifest = _object(self.read("manifest.json"), "manifest.json")
        self.is_old = self.manifest["format"] == _FORMAT_1
        facts = [_object(line)["facts"] for line in self.read("chain.jsonl").split(b"\n") if line]
        if self.is_old:
            key = self.manifest["watch"]["key"]
            self.stamp_files = [(stamp["statement"], stamp["token"]) for stamp in self.manifest["timestamps"]]
            unsealed = {"name": self.manifest["watch"]["name"], "language": "en", "program": ""}
            unsealed["exported_at"] = self.manifest["exported_at"]
        else:
            key, unsealed = self.manifest["key"], _unsealed(self.manifest)
            self.stamp_files = [
                (f"timestamps/{place:04}.txt", f"timestamps/{place:04}.tsr") for place in self._places()
            ]
        if not {name for names in self.stamp_files for name in names} <= self._there:
            raise ValueError("a time stamp that the manifest names is missing")
        stamps = [Stamp(self.read(statement), self.read(token)) for statement, token in self.stamp_files]
        certified = None if self.is_old else _certified(self.manifest["certificate"])
        return Record(key, facts, unsealed, stamps, self._content, certified)

    def _places(self) -> Iterator[int]:
        number = 1
        while f"timestamps/{number:04}.txt" in self._there or f"timestamps/{number:04}.tsr" in self._there:
            yield number
            number += 1

    def _content(self, link: Link) -> bytes:
        name = self._record.files[link.number]
        return self.sealed(link, name, self.read(name) if name in self._there else None)

    def compare(self, record: Record) -> None:
        """Compare every file, and in a zip what stands between the files."""
        self._record = record
        if not self._zip:
            self._look_for_links()
        if self.is_old:
            self._compare_old(record)
            return
        made: set[str] = set()
        times: list[tuple[str, datetime]] = []
        enclosed = self.read("verify.py") if "verify.py" in self._there else b""
        for name, content, at in zip_files(record, enclosed if self.is_known(enclosed) else self.own):
            made.add(name)
            times.append((name, at))
            if name not in self._there:
                self.fault(f"{name}: missing")
            elif name == "verify.py":
                self.verifier(name, self.read(name))
            elif self.read(name) != content:
                self.fault(f"{name}: {self._says_of(name)}")
        for name in sorted(self._there - made):
            self.fault(f"{name}: is no part of the export")
        if self._zip:
            self._look_between(self._zip, times)

    def _says_of(self, name: str) -> str:
        if name == "README.txt":
            return "was changed: it is not what the chain says"
        return (
            "was changed: it is not as the chain says"
            if name != "manifest.json"
            else "was changed: it is not as the chain and the files say"
        )

    def _look_for_links(self) -> None:
        for name in self.names():
            if (self._folder / name).is_symlink():
                self.fault(f"{name}: a link to somewhere else")

    def _look_between(self, archive: zipfile.ZipFile, times: Sequence[tuple[str, datetime]]) -> None:
        """Compare the order of the files, what the zip says of each, and that nothing stands between them."""
        entries = archive.infolist()
        if [entry.filename for entry in entries] != [name for name, _ in times]:
            self.fault("the files are not in the order in which they are exported")
            return
        place = 0
        file = archive.fp
        if file is None:
            raise ValueError("the zip is closed")
        for entry, (name, at) in zip(entries, times):
            said = (entry.external_attr, entry.internal_attr, entry.comment, entry.extra, entry.flag_bits)
            made = (entry.create_version, entry.create_system, entry.extract_version, entry.reserved, entry.volume)
            if (entry.date_time, said, made) != (zip_time(at), (PRIVATE << 16, 0, b"", b"", 0), (20, 3, 20, 0, 0)):
                self.fault(f"{name}: the zip says something else of it than the chain")
            file.seek(place)
            head = struct.unpack("<4s5H3I2H", file.read(30))
            sizes = (entry.CRC, entry.compress_size, entry.file_size, len(name.encode()), 0)
            clock, day = _dos_time(entry.date_time)
            if (head, file.read(head[9])) != ((b"PK\3\4", 20, 0, 8, clock, day, *sizes), name.encode()):
                self.fault(f"{name}: the zip says something else of it than the chain, or something stands before it")
                return
            unpacking = zlib.decompressobj(-15)
            unpacking.decompress(file.read(entry.compress_size))
            if not unpacking.eof or unpacking.unused_data:
                self.fault(f"{name}: something stands behind it in the zip that is no part of it")
            place += 30 + head[9] + entry.compress_size
        listed = sum(46 + len(entry.filename.encode()) for entry in entries)
        file.seek(place + listed)
        count, ends = min(len(entries), 0xFFFF), b""
        if len(entries) > 0xFFFF:
            many = (44, 45, 45, 0, 0, len(entries), len(entries), listed, place)
            ends = struct.pack("<4sQ2H2I4Q", b"PK\6\6", *many) + struct.pack("<4sIQI", b"PK\6\7", 0, place + listed, 1)
        ends += struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, listed, place, 0)
        if archive.start_dir != place or file.read() != ends:
            self.fault("something stands in the zip that is no file of the export")

    def _compare_old(self, record: Record) -> None:
        """Compare what format 1 sealed. It had no definitions and no texts."""
        texts = {name for name in self._there if re.fullmatch(r"copies/\d{4,}\.txt", name)}
        stamps = {stamp[kind] for stamp in self.manifest["timestamps"] for kind in ("statement", "token")}
        expected = {"chain.jsonl", "README.txt", "verify.py", "manifest.json"} | texts | stamps
        expected |= {f"copies/{link.facts['number']:04}.headers" for link in record.of("snapshot")}
        expected |= set(record.files.values())
        for name in sorted(expected - self._there):
            self.fault(f"{name}: missing")
        for name in sorted(self._there - expected):
            self.fault(f"{name}: must not be here")
        if self.read("chain.jsonl") != chain_file(record):
            self.fault("chain.jsonl: was changed: it is not as the chain says")
        given, stamps = self.manifest, self.manifest["timestamps"]
        made = {
            "format": _FORMAT_1,
            "exported_at": given["exported_at"],
            "watch": {"key": record.key, **{name: given["watch"][name] for name in ("name", "url", "sfs")}},
            "length": len(record.links),
            "head": record.head,
            "copies": [self._old_copy(record, link, texts) for link in record.of("snapshot")],
            "timestamps": [
                {
                    "at": read_stamp(stamp).at.isoformat(),
                    "authority": stamps[number]["authority"],
                    "statement": self.stamp_files[number][0],
                    "token": self.stamp_files[number][1],
                }
                for number, stamp in enumerate(record.stamps)
            ],
            "files": {name: _sha256(self.read(name)) for name in given["files"] if name in self._there},
        }
        if self.read("manifest.json") != json.dumps(made, ensure_ascii=False, indent=1).encode():
            self.fault("manifest.json: was changed: it is not as the chain and the files say")
        elif set(given["files"]) != self._there - {"manifest.json"}:
            self.fault("manifest.json: was changed: it does not list the files that are here")
        self.verifier("verify.py", self.read("verify.py") if "verify.py" in self._there else b"")
        watch, authorities = self.manifest["watch"], [stamp["authority"] for stamp in self.manifest["timestamps"]]
        self.beside += [f"the address {_shown(watch['url'])}", f"the number {_shown(watch['sfs'])}"]
        self.beside += [f"the authority {_shown(each)}" for each in authorities]
        self.beside.append("README.txt")
        if texts:
            self.beside.append(f"the texts ({len(texts)} files copies/NNNN.txt): format 1 did not seal them")

    def _old_copy(self, record: Record, link: Link, texts: set[str]) -> dict[str, object]:
        """Compare the files of a snapshot; return what the manifest of format 1 must say of it."""
        facts, name = link.facts, f"copies/{link.facts['number']:04}"
        headers = "".join(f"{key}: {value}\n" for key, value in json.loads(facts["headers"]))
        if f"{name}.headers" in self._there:
            actual = self.read(f"{name}.headers")
            if actual != headers.encode("utf-8", "surrogateescape"):
                self.fault(f"{name}.headers: not as link {link.number} seals them")
        if link.number in record.files:
            record.content(link)
        removal = removed(record.links).get(facts["number"])
        return {
            "revision": facts["number"],
            "taken_at": _moment(facts["taken_at"]).isoformat(),
            "url": facts["url"],
            "status": facts["status"],
            "sha256": facts["raw_sha256"],
            "size": facts["size"],
            "raw": record.files.get(link.number),
            "headers": f"{name}.headers",
            "text": f"{name}.txt" if f"{name}.txt" in texts else None,
            "removed": _removed_words_1(removal) if removal else None,
        }


def _dos_time(at: tuple[int, ...]) -> tuple[int, int]:
    year, month, day, hour, minute, second = at
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _raise(error: OSError) -> None:
    raise error


PRIVATE = 0o100600
"""The mode of every file in a zip."""


def zip_time(at: datetime) -> tuple[int, int, int, int, int, int]:
    """Return a time as a zip keeps it: in steps of two seconds, since 1980."""
    return (max(1980, at.year), at.month, at.day, at.hour, at.minute, at.second // 2 * 2)


def _removed_words_1(link: Link) -> str:
    at = _moment(link.facts["removed_at"])
    return f"body {link.facts['raw_sha256']} was removed on {at:%Y-%m-%d} by retention ({link.facts['rule']})"


def _unsealed(fields: dict[str, Any]) -> dict[str, str]:
    """Return what no link seals, in its form. Raises ValueError, KeyError."""
    found = {name: fields[name] for name in UNSEALED}
    _time_of(found["exported_at"])
    if found["language"] not in _README or not _PROGRAM.fullmatch(found["program"]):
        raise ValueError("what it says of itself has another form")
    if not isinstance(found["name"], str):
        raise TypeError("the name of the watch is no text")
    return found


def _certified(fields: dict[str, Any] | None) -> Certified | None:
    """Return what the manifest says of a certificate, in its form. Raises ValueError, TypeError."""
    if fields is None:
        return None
    found = Certified(**fields)
    is_period = _is(found.since, int) and _is(found.until, int) and found.since < found.until
    if not (is_period and found.language in _CERTIFICATE):
        raise ValueError("what it says of the certificate has another form")
    return found


def _object(text: bytes, name: str = "a line") -> dict[str, Any]:
    try:
        found = json.loads(text.decode())
        json.dumps(found, ensure_ascii=False).encode()  # no half characters, which would be hashed as other ones
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} cannot be read ({error})") from error
    if not isinstance(found, dict):
        raise TypeError("not an object")
    return found


class Pieces(Source):
    """An export that is one file, of pieces that come one after the other."""

    def __init__(self, place: Path, own: bytes) -> None:
        super().__init__(own)
        self._place = place
        self._at = b""

    def differing(self, actual: Iterator[bytes], made: Iterator[bytes], first: int = 1) -> Iterator[tuple[int, bytes]]:
        """Yield the number of each piece that is not as it must be, and how it must be; empty: it must not be there.

        The next piece is at hand while the one that must be there is made, since it holds what that is made from.
        """
        number = first
        while True:
            self._at = next(actual, b"")
            expected = next(made, b"")
            if expected != self._at:
                yield number, expected
            elif not expected:
                return
            number += 1


class Lines(Pieces):
    """The JSON export: one object a line."""

    def _read(self) -> Iterator[bytes]:
        with self._place.open("rb") as file:
            yield from file

    def record(self) -> Record:
        """Read the first line, the chain and the stamps."""
        first: dict[str, Any] = {}
        facts, stamps = [], []
        for line in self._read():
            row = _object(line)
            if not first:
                first = row
            elif row["kind"] == "link":
                facts.append(row["facts"])
            elif row["kind"] == "timestamp":
                stamps.append(Stamp(row["statement"].encode("ascii"), base64.b64decode(row["token"], validate=True)))
        self.is_old = "format" not in first
        unsealed = {"name": first["name"], "language": "en", "exported_at": "", "program": ""}
        return Record(first["key"], facts, unsealed if self.is_old else _unsealed(first), stamps, self._content)

    def _content(self, link: Link) -> bytes:
        """Return what the line holds that stands here."""
        row = _object(self._at) if self._at else {}
        if link.kind == "text":
            content = row["text"].encode() if isinstance(row.get("text"), str) else None
        else:
            content = base64.b64decode(row["body"], validate=True) if isinstance(row.get("body"), str) else None
        return self.sealed(link, f"what belongs to link {link.number}", content)

    def compare(self, record: Record) -> None:
        """Compare line by line."""
        made = self._old_lines(record) if self.is_old else json_lines(record, self.own)
        for number, line in self.differing(self._read(), made):
            if not line:
                self.fault(f"line {number}: must not be here")
                return
            row = _object(self._at) if self._at else {}
            if b'"kind": "verifier"' in line and self._at == _line(_verifier_row(str(row.get("text")))):
                self.verifier("the last line", str(row["text"]).encode())
                continue
            kind = _object(line)["kind"]
            self.fault(f"line {number}: " + (f"not the {kind} that the chain says" if self._at else "missing"))
            return

    def _old_lines(self, record: Record) -> Iterator[bytes]:
        """Yield the lines as format 1 had them; what it did not seal is taken as it is."""
        row = _object(self._at)
        head = {"length": len(record.links), "head": record.head}
        yield _line(
            {"kind": "watch", "key": record.key, **{name: row[name] for name in ("name", "url", "sfs")}, **head}
        )
        self.beside += [f"the address {_shown(row['url'])}", f"the number {_shown(row['sfs'])}"]
        for link in record.links:
            order = ("kind", *(name for name in FACTS.get(link.kind, {})))
            facts = {name: link.facts[name] for name in order} if set(order) == set(link.facts) else link.facts
            yield _line(
                {"kind": "link", "number": link.number, "sealed": link.kind, "facts": facts, "chain": link.chain}
            )
        gone = removed(record.links)
        for link in record.of("snapshot"):
            facts, is_there = link.facts, link.number in record.files
            row = _object(self._at)
            yield _line(
                {
                    "kind": "copy",
                    "revision": facts["number"],
                    "taken_at": _moment(facts["taken_at"]).isoformat(),
                    "url": facts["url"],
                    "status": facts["status"],
                    "headers": json.loads(facts["headers"]),
                    "sha256": facts["raw_sha256"],
                    "text": row["text"],
                    "body": base64.b64encode(record.content(link)).decode() if is_there else None,
                    "removed": _removed_words_1(gone[facts["number"]]) if facts["number"] in gone else None,
                }
            )
        self.beside.append("the texts: format 1 did not seal them")
        for stamp in record.stamps:
            row, token = _object(self._at), base64.b64encode(stamp.token).decode()
            times = {"at": read_stamp(stamp).at.isoformat(), "authority": row["authority"]}
            self.beside.append(f"the authority {_shown(row['authority'])}")
            yield _line({"kind": "timestamp", **times, "statement": stamp.statement.decode("ascii"), "token": token})


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row).encode("ascii") + b"\n"


_GZIP = b"\x1f\x8b\x08\0\0\0\0\0"
"""What each gzip member begins with: it has no name, no time and no comment."""


class Warc(Pieces):
    """The WARC export: one gzip member a record."""

    def _read(self) -> Iterator[bytes]:
        with self._place.open("rb") as file:
            rest = b""
            while True:
                while len(rest) < len(_GZIP) and (more := file.read(1 << 20)):
                    rest += more
                if not rest:
                    return
                if rest[:8] != _GZIP:
                    raise ValueError("something stands before a record that is no part of it")
                unpacking, whole = zlib.decompressobj(wbits=31), []
                while rest and not unpacking.eof:
                    whole.append(unpacking.decompress(rest))
                    rest = unpacking.unused_data if unpacking.eof else file.read(1 << 20)
                if not unpacking.eof:
                    raise ValueError("it ends too early")
                if not any(whole):
                    raise ValueError("an empty record is no part of an export")
                yield b"".join(whole)

    def record(self) -> Record:
        """Read the first record, the chain and the stamps."""
        described: dict[str, str] = {}
        kept: dict[str, bytes] = {}
        for whole in self._read():
            head, block = _halves(whole)
            if not described:
                described = _warc_fields(block)
            target = _warc_fields(head).get("WARC-Target-URI", "")
            if target.startswith("urn:bevaka:"):
                kept[target] = block
        key = described["isPartOf"]
        self.is_old = "bevaka-format" not in described
        facts = [_object(line)["facts"] for line in kept[f"urn:bevaka:{key}:chain"].split(b"\n") if line]
        about_stamps = [name for name in kept if re.fullmatch(r".*:timestamp:\d+:statement", name)]
        stamps = [Stamp(kept[name], kept[name[: -len("statement")] + "token"]) for name in about_stamps]
        if self.is_old:
            name = described["description"].rpartition(": chain of ")[0]
            unsealed = {"name": name, "language": "en", "exported_at": "", "program": described["software"]}
            return Record(key, facts, unsealed, stamps, self._content)
        exported_at = next(iter(self._times()))
        fields = {
            "name": described["description"],
            "language": described["bevaka-language"],
            "exported_at": exported_at,
            "program": described["software"],
        }
        return Record(key, facts, _unsealed(fields), stamps, self._content)

    def _times(self) -> Iterator[str]:
        for whole in self._read():
            yield re.sub(r"\.\d{6}Z$", "Z", _warc_fields(_halves(whole)[0])["WARC-Date"])

    def _content(self, link: Link) -> bytes:
        """Return what the record holds that stands here."""
        block = _halves(self._at)[1] if self._at else None
        if link.kind == "snapshot" and block is not None:
            block = block.partition(b"\r\n\r\n")[2]
        return self.sealed(link, f"the record of link {link.number}", block)

    def compare(self, record: Record) -> None:
        """Compare record by record."""
        actual = self._read()
        if self.is_old:
            self._compare_old(record, actual)
            return
        for number, expected in self.differing(actual, warc_records(record, self.own)):
            if not expected:
                self.fault(f"record {number}: must not be here")
                return
            if b"\r\nContent-Type: text/x-python\r\n" in expected[:2000] and self._at:
                block = _halves(self._at)[1]
                if _swapped(expected, self.own, block) == self._at:
                    self.verifier(f"record {number}", block)
                    continue
            kind = _warc_fields(_halves(expected)[0])["WARC-Type"]
            self.fault(f"record {number}: " + (f"not the {kind} that the chain says" if self._at else "missing"))
            return

    def _compare_old(self, record: Record, actual: Iterator[bytes]) -> None:
        """Compare record by record what format 1 sealed: it had no definitions and no texts."""
        first = next(actual, b"")
        fields = _warc_fields(_halves(first)[0])
        at = datetime.strptime(fields["WARC-Date"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
        made = self._old_records(record, ("WARC-Warcinfo-ID", fields["WARC-Record-ID"]), at)
        for number, _ in self.differing(actual, made, first=2):
            self.fault(f"record {number}: not as the chain says")
            break
        self.beside.append("the first record")

    def _old_records(self, record: Record, info: tuple[str, str], exported: datetime) -> Iterator[bytes]:
        """Yield the records that format 1 had after the first one."""
        gone = removed(record.links)
        changes = {link.facts["after_number"]: link for link in record.of("change")}
        for link in record.of("snapshot"):
            number, at = link.facts["number"], _moment(link.facts["taken_at"])
            about = [("WARC-Target-URI", _one_line(link.facts["url"], "%20")), info]
            body = record.content(link) if link.number in record.files else None
            words = ""
            if number in gone:
                facts = gone[number].facts
                words = f"{_moment(facts['removed_at']).isoformat()} by retention ({facts['rule']})"
            phrase = next((known.phrase for known in HTTPStatus if known == link.facts["status"]), "")
            yield from _answer(link, at, about, body, changes.get(number), words, phrase)
        key, chain = record.key, chain_file(record)
        about = [("WARC-Target-URI", f"urn:bevaka:{key}:chain"), info]
        yield _record("resource", _id(f"{record.head} chain"), exported, "application/x-ndjson", chain, about)
        for stamp in record.stamps:
            at, number = read_stamp(stamp).at, _warc_fields(_halves(self._at)[0])["WARC-Target-URI"].split(":")[-2]
            for kind, form, content in (
                ("statement", "text/plain", stamp.statement),
                ("token", "application/timestamp-reply", stamp.token),
            ):
                about = [("WARC-Target-URI", f"urn:bevaka:{key}:timestamp:{int(number)}:{kind}"), info]
                yield _record("resource", _id(f"{_sha256(stamp.token)} {kind}"), at, form, content, about)


def _swapped(expected: bytes, own: bytes, other: bytes) -> bytes:
    """Return the record of this program as it would be for another program."""
    head = expected[: -len(own) - 4].replace(_digest(own).encode(), _digest(other).encode())
    head = head.replace(f"Content-Length: {len(own)}\r\n".encode(), f"Content-Length: {len(other)}\r\n".encode())
    return head + other + b"\r\n\r\n"


def _halves(whole: bytes) -> tuple[bytes, bytes]:
    head, _, rest = whole.partition(b"\r\n\r\n")
    return head, rest[:-4]


def _warc_fields(head: bytes) -> dict[str, str]:
    lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    return {name: value[1:] for name, _, value in (line.partition(":") for line in lines) if value}


def check_facts(record: Record) -> None:
    """Raise ValueError for a link of a known kind that does not have the facts of its kind.

    What the facts say of each other is not looked at: whoever can make a chain can make one that agrees with itself.
    """
    for link in record.links:
        expected = FACTS.get(link.kind)
        if expected is None:
            continue
        has_all = set(link.facts) == {"kind", *expected}
        if not has_all or not all(_is(link.facts[name], kind) for name, kind in expected.items()):
            raise ValueError(f"link {link.number} is not written as a {link.kind} is")


def _is(value: object, kind: type) -> bool:
    if kind is object:
        return value is None or (isinstance(value, (int, str)) and not isinstance(value, bool))
    return isinstance(value, kind) and not isinstance(value, bool)


class Anchors:
    """What keeps somebody from making another chain: how far each anchor reaches, in links."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._reaches: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self.beside: list[str] = []

    def head(self, given: str, fault: Callable[[str], None]) -> None:
        """Look for the head that was given."""
        given = "".join(given.split())
        found = [link.number for link in self._record.links if link.chain == given.lower()]
        if not found:
            is_head = re.fullmatch("[0-9a-fA-F]{64}", given)
            why = "it is another chain, or was changed" if is_head else "a head has 64 characters, 0-9 and a-f"
            fault(f"the head that was given, {given}, is not in this chain: {why}")
            return
        self._reaches.append((found[0], "the head given"))

    def stamps(self, trusted: Sequence[Certificate], fault: Callable[[str], None]) -> None:
        """Check every time stamp, and that each is there once, in their order."""
        before: tuple[int, datetime] | None = None
        for number, stamp in enumerate(self._record.stamps, start=1):
            if stamp in self._record.stamps[: number - 1]:
                fault(f"time stamp {number}: it is there twice")
                continue
            try:
                link = _stamped_link(self._record, stamp)
                found = read_stamp(stamp, trusted)
            except (ValueError, IndexError, KeyError, OverflowError) as error:
                fault(f"time stamp {number}: {error}")
                continue
            if before is not None and (link, found.at) < before:
                fault(f"time stamp {number}: not in the order in which they were made")
            before = (link, found.at)
            at = found.at.strftime("%Y-%m-%d %H:%M:%S UTC")
            whose = "" if found.is_trusted else ", of an authority that you have not said you trust"
            self._reaches.append((link, f"time stamp of {at}{whose}"))
            if found.words:
                self.beside.append(f"the words “{_shown(found.words)}” of time stamp {number}")
            trust = "which you trust" if found.is_trusted else "compare it with what the authority publishes"
            self.notes.append(
                f"time stamp of {at} on links 1-{link}, by {_shown(found.signer)}; its signature leads to"
            )
            self.notes.append(f"  the certificate with SHA-256 {found.top} ({trust})")

    def __str__(self) -> str:
        """Say by what each part of the chain is anchored; of two anchors of a part, the one that reaches farther."""
        length, covered, said = len(self._record.links), 0, []
        for reach, name in sorted(self._reaches, key=lambda each: (each[0], each[1])):
            if reach > covered:
                said.append(f"links {covered + 1}-{reach} by {name}")
                covered = reach
        if covered < length or not length:
            rest = f"links {covered + 1}-{length} by nothing but this file" if covered else "nothing but this file"
            said.append(f"{rest} (whoever made it could have made another)")
        return "anchored: " + "; ".join(said)


def _stamped_link(record: Record, stamp: Stamp) -> int:
    """Return the number of the link that was stamped. Raises ValueError."""
    first, *lines = stamp.statement.decode("ascii").splitlines()
    ours = genesis(record.key)
    for line in lines:
        key, number, chain = line.split(" ")
        if key == ours:
            if not 1 <= int(number) <= len(record.links) or record.links[int(number) - 1].chain != chain:
                raise ValueError(f"it is about another chain (link {number})")
            if first != "bevaka heads 1":
                break
            return int(number)
    raise ValueError("it says nothing of this watch")


def summary(record: Record) -> Iterator[str]:
    """Yield what the chain says, in a few lines."""
    snapshots = record.of("snapshot")
    yield f"{_shown(record.key)}: {len(snapshots)} revisions, {len(record.links)} links"
    yield f"address: {_shown(address(record))}"
    if snapshots:
        first, last = snapshots[0].facts["taken_at"], snapshots[-1].facts["taken_at"]
        yield f"revisions taken: {_iso(first)} to {_iso(last)}"
    if record.certified is not None:
        since, until, _ = record.certified
        yield f"certificate.html: of {_iso(since)} to {_iso(until)}"
    yield from _when_texts_were_sealed(record)
    gone = sorted(removed(record.links))
    if gone:
        yield f"bytes removed by retention: {_ranges(gone)}"
    unknown = sorted({link.kind for link in record.links} - set(FACTS))
    if unknown:
        kinds = ", ".join(_shown(kind) for kind in unknown)
        yield f"links of a kind that this program does not know (chained, not explained): {kinds}"


def _when_texts_were_sealed(record: Record) -> Iterator[str]:
    when: dict[str, list[int]] = {"when seen": [], "at an upgrade, later": [], "not at all": []}
    texts: dict[int, dict[str, Any]] = {}
    for link in record.of("text"):
        texts.setdefault(link.facts["number"], link.facts)
    for link in record.of("snapshot"):
        first = texts.get(link.facts["number"])
        how = "not at all" if first is None else "at an upgrade, later" if first["attested"] else "when seen"
        when[how].append(link.facts["number"])
    for how, numbers in when.items():
        if numbers:
            yield f"text sealed {how}: {_ranges(numbers)}"
    attested = sorted({_iso(facts["read_at"]) for facts in texts.values() if facts["attested"]})
    if attested:
        yield f"  (attested at the upgrade of {attested[0]}: proves what was stored then, not that it was so before)"


def _ranges(numbers: Sequence[int]) -> str:
    """Return numbers in few words: "revisions 1-3, 7"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    said = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"revision{'' if len(numbers) == 1 else 's'} {said}"


def _shown(text: object) -> str:
    """Return a text without what could steer a terminal."""
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in str(text))


def open_export(place: Path, own: bytes) -> Source:
    """Return the export, by what the file is and not by its name. Raises OSError, ValueError."""
    if place.is_dir():
        return Files(place, own)
    with place.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"PK":
        return Files(place, own)
    return Warc(place, own) if start[:2] == b"\x1f\x8b" else Lines(place, own)


class Verified(NamedTuple):
    """What was found: the faults, and what there is to say; the last line names the anchor."""

    faults: list[str]
    said: list[str]


UNREADABLE = (
    OSError, EOFError, ValueError, KeyError, IndexError, TypeError, AttributeError, LookupError, OverflowError,
    RecursionError, StopIteration, MemoryError, struct.error, zipfile.BadZipFile, zlib.error, NotImplementedError,
    RuntimeError,
)  # fmt: skip
"""What reading a file that is no export can end in."""


def verify(place: Path, head: str | None, trusted: Sequence[Certificate], own: bytes) -> Verified:
    """Check an export."""
    said: list[str] = []
    faults: list[str] = []
    try:
        source = open_export(place, own)
        faults = source.faults
        record = source.record()
        check_facts(record)
        if source.is_old and record.of("definition", "text", "part"):
            source.fault("it says that it is of format 1, and holds links of format 2")
        source.compare(record)
        anchors = Anchors(record)
        if head is not None:
            anchors.head(head, source.fault)
        anchors.stamps(trusted, source.fault)
        said.append("all of it is as it was sealed")
        said += summary(record)
        said += anchors.notes
        said += [
            f"  openssl ts -verify -data {shlex.quote(text)} -in {shlex.quote(token)} -CAfile FILE"
            for text, token in source.stamp_files
        ]
        said.append(f"not sealed: {'; '.join([*_beside(record), *source.beside, *anchors.beside])}")
        said.append(f"head of the chain: {record.head}")
        said.append(str(anchors))
    except UNREADABLE as error:
        faults.append(f"this is no export of Bevaka, or it was changed: {_shown(error) or type(error).__name__}")
    return Verified(faults, said)


def _beside(record: Record) -> Iterator[str]:
    unsealed = record.unsealed
    yield f"the name “{_shown(unsealed['name'])}”"
    if unsealed["exported_at"]:
        yield f"exported {_shown(unsealed['exported_at'])}"
    if unsealed["program"]:
        yield f"by {_shown(unsealed['program'])}"
        yield f"in {_LANGUAGES[unsealed['language']]}"


def main(arguments: Sequence[str]) -> int:
    """Check, and say what was found."""
    lines = (__doc__ or "").split("\n\n")
    parser = argparse.ArgumentParser(
        prog="verify.py",
        description=lines[0],
        epilog="\n\n".join(lines[2:]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("export", nargs="?", type=Path, help="the zip, its unpacked folder, the .json or the .warc.gz")
    parser.add_argument("--head", metavar="HASH", help="a head of the chain that you have from somewhere else")
    parser.add_argument("--ca", metavar="FILE", type=Path, help="certificates (PEM) that you trust to sign time stamps")
    chosen = parser.parse_args(arguments)
    own = Path(__file__)
    trusted: list[Certificate] = []
    if chosen.ca is not None:
        try:
            trusted = read_certificates(chosen.ca.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            parser.error(f"{chosen.ca} cannot be read as certificates: {error}")
    found = verify(chosen.export or own.resolve().parent, chosen.head, trusted, own.read_bytes())
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal may lack a letter
    for line in [f"BAD  {fault}" for fault in found.faults] or found.said:
        sys.stdout.write(f"{_shown(line)}\n")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
