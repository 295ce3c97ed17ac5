"""Export of a watch as a WARC 1.1 file (ISO 28500:2017), one gzip member per record.

The file holds what was received, with three exceptions that each metadata record repeats: the body is stored after its
transfer and content codings were undone, so the headers that described them are named X-Archive-Orig-*; the reason
phrase and the HTTP version were not stored; of the request only its URL was.

The record ids are derived from the chain: the same history always gives the same ids.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import urlsplit

from bevaka.proof.watch_record import RecordedRevision, WatchRecord, link_line
from monitor.ports.values import ChainLink, Timestamp

NOT_KEPT = (
    "body: transfer and content codings undone; reason phrase, HTTP version and request headers: not kept, written anew"
)
_CODING_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_IDS = uuid.UUID("7a0e5f6c-6c0b-4d55-9a6e-0a5b8f3c2d11")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

Fields = Sequence[tuple[str, str]]


def write_warc(out: BinaryIO, record: WatchRecord, now: datetime, software: str) -> None:
    """Write everything that is stored of a watch."""
    key = record.watch.key
    info = _id(f"{record.head.chain} {now.isoformat()} warcinfo")
    described = [
        ("software", software),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("isPartOf", key),
        ("description", f"{record.watch.name}: chain of {record.head.link} links, head {record.head.chain}"),
    ]
    _write(out, "warcinfo", info, now, "application/warc-fields", _fields(described))
    summaries = {link.facts["after_number"]: link for link in record.links if link.kind == "change"}
    for revision in record.copies():
        _write_revision(out, revision, summaries.get(revision.snapshot.number), info)
    chain = "".join(f"{link_line(link)}\n" for link in record.links).encode("utf-8", "surrogateescape")
    about = [("WARC-Target-URI", f"urn:bevaka:{key}:chain"), ("WARC-Warcinfo-ID", info)]
    _write(out, "resource", _id(f"{record.head.chain} chain"), now, "application/x-ndjson", chain, about)
    for stamp in record.stamps:
        _write_stamp(out, key, stamp, info)


def _write_revision(out: BinaryIO, revision: RecordedRevision, change: ChainLink | None, info: str) -> None:
    snapshot = revision.snapshot
    about = [("WARC-Target-URI", _one_line(snapshot.url, "%20")), ("WARC-Warcinfo-ID", info)]
    fields: list[tuple[str, str]] = [
        ("revision", str(snapshot.number)),
        ("sha256", snapshot.sha256),
        ("size", str(snapshot.size)),
        ("chain", snapshot.chain),
        ("asked-for", snapshot.source_url),
    ]
    if change is not None:
        fields += [(name, str(change.facts[name])) for name in ("category", "material", "rule", "summary")]
    metadata = [*about]
    if revision.body is None:
        removed = revision.removed
        fields.append(("removed", f"{removed.removed_at.isoformat()} by retention ({removed.rule})" if removed else ""))
    else:
        response, request = (_id(f"{snapshot.chain} {kind}") for kind in ("response", "request"))
        fields.append(("not-kept", NOT_KEPT))
        metadata.append(("WARC-Concurrent-To", response))
        block = _http_response(revision, revision.body)
        payload = [*about, ("WARC-Payload-Digest", _digest(revision.body))]
        _write(out, "response", response, snapshot.taken_at, "application/http;msgtype=response", block, payload)
        asked = [*about, ("WARC-Concurrent-To", response)]
        block = _http_request(snapshot.url)
        _write(out, "request", request, snapshot.taken_at, "application/http;msgtype=request", block, asked)
    identity = _id(f"{snapshot.chain} metadata")
    _write(out, "metadata", identity, snapshot.taken_at, "application/warc-fields", _fields(fields), metadata)


def _write_stamp(out: BinaryIO, key: str, stamp: Timestamp, info: str) -> None:
    """Write the authority's answer, and the statement that it confirms."""
    for kind, form, content in (
        ("statement", "text/plain", stamp.statement.encode()),
        ("token", "application/timestamp-reply", stamp.token),
    ):
        about = [("WARC-Target-URI", f"urn:bevaka:{key}:timestamp:{stamp.id}:{kind}"), ("WARC-Warcinfo-ID", info)]
        identity = _id(f"{hashlib.sha256(stamp.token).hexdigest()} {kind}")
        _write(out, "resource", identity, stamp.at, form, content, about)


def _http_response(revision: RecordedRevision, body: bytes) -> bytes:
    """Return the answer as HTTP, with the headers as received except those that no longer apply to the body."""
    status = revision.snapshot.status
    phrase = next((known.phrase for known in HTTPStatus if known == status), "")
    headers = [
        (f"X-Archive-Orig-{name}" if name.lower() in _CODING_HEADERS else name, value)
        for name, value in revision.snapshot.headers
    ]
    headers.append(("Content-Length", str(len(body))))
    return _http(f"HTTP/1.1 {status} {phrase}", headers) + body


def _http_request(url: str) -> bytes:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _http(f"GET {_one_line(target, '%20')} HTTP/1.1", [("Host", parts.netloc)])


def _http(start: str, headers: Fields) -> bytes:
    """Return a start line and headers as bytes.

    Header bytes are stored as ISO 8859-1 characters; encoding them restores the bytes received (RFC 9110, 5.5).
    """
    lines = [start, *(f"{_one_line(name)}: {_one_line(value)}" for name, value in headers)]
    return b"".join(line.encode("latin-1", "replace") + b"\r\n" for line in lines) + b"\r\n"


def _fields(pairs: Fields) -> bytes:
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in pairs).encode()


def _one_line(text: str, replacement: str = " ") -> str:
    """Return a value without the control characters that could end its line."""
    return _CONTROL.sub(replacement, text)


def _write(
    out: BinaryIO, kind: str, identity: str, at: datetime, form: str, block: bytes, headers: Fields = ()
) -> None:
    lines = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", identity),
        ("WARC-Date", at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
        *headers,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Type", form),
        ("Content-Length", str(len(block))),
    ]
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    whole = b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
    out.write(gzip.compress(whole, mtime=0))


def _digest(block: bytes) -> str:
    return f"sha256:{base64.b32encode(hashlib.sha256(block).digest()).decode()}"


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_IDS, name)}>"
