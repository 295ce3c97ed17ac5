"""Export of a watch as a zip file that explains and verifies itself, or as lines of JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from bevaka.proof.watch_record import RecordedRevision, WatchRecord, link_line

VERIFIER = Path(__file__).with_name("verify.py")
_README = """{name}
{url}

This is what Bevaka kept of that page, exported on {day}.

manifest.json   what is here, with the SHA-256 of every file
chain.jsonl     every revision, change, run of looks and removal, each sealed by a hash after the one before it
copies/         per revision: NNNN.raw the bytes as the server sent them (after transfer and content codings were
                undone), NNNN.headers the headers of the answer in their order, NNNN.txt what Bevaka reads in it
timestamps/     what time-stamping authorities (RFC 3161) confirmed, and when
verify.py       checks all of it; needs Python alone:  python verify.py

A .raw file is whatever the server sent. Open it in a text editor, not in a browser: it may hold scripts.
The times of day in chain.jsonl are microseconds since 1970-01-01 00:00 UTC.
"""


class _Zip:
    """A zip file being written, with the hash of each file in it."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._zip = file
        self.hashes: dict[str, str] = {}

    def add(self, name: str, content: bytes | str, at: datetime) -> str:
        """Write a file and return its name."""
        content = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
        when = at.astimezone(UTC)
        entry = zipfile.ZipInfo(name, (max(1980, when.year), *when.timetuple()[1:6]))  # zip starts in 1980
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o100600 << 16
        self._zip.writestr(entry, content)
        self.hashes[name] = hashlib.sha256(content).hexdigest()
        return name


def write_zip(out: BinaryIO, record: WatchRecord, now: datetime) -> None:
    """Write everything that is stored of a watch. File names come from revision numbers, never from the page."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        _fill(_Zip(file), record, now)


def _fill(archive: _Zip, record: WatchRecord, now: datetime) -> None:
    copies = [_add_revision(archive, revision) for revision in record.copies()]
    archive.add("chain.jsonl", "".join(f"{link_line(link)}\n" for link in record.links), now)
    stamps = [
        {
            "at": stamp.at.isoformat(),
            "authority": stamp.authority,
            "statement": archive.add(f"timestamps/{stamp.id:04}.txt", stamp.statement, stamp.at),
            "token": archive.add(f"timestamps/{stamp.id:04}.tsr", stamp.token, stamp.at),
        }
        for stamp in record.stamps
    ]
    archive.add("verify.py", VERIFIER.read_bytes(), now)
    watch = record.watch
    readme = _README.format(name=watch.name, url=watch.url, day=now.astimezone(UTC).date())
    archive.add("README.txt", readme, now)
    manifest = {
        "format": "bevaka export 1",
        "exported_at": now.isoformat(),
        "watch": _watch(record),
        "length": record.head.link,
        "head": record.head.chain,
        "copies": copies,
        "timestamps": stamps,
        "files": archive.hashes.copy(),
    }
    archive.add("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1), now)


def _add_revision(archive: _Zip, revision: RecordedRevision) -> dict[str, Any]:
    snapshot, name = revision.snapshot, f"copies/{revision.snapshot.number:04}"
    headers = "".join(f"{key}: {value}\n" for key, value in snapshot.headers)
    return {
        "revision": snapshot.number,
        "taken_at": snapshot.taken_at.isoformat(),
        "url": snapshot.url,
        "status": snapshot.status,
        "sha256": snapshot.sha256,
        "size": snapshot.size,
        "raw": archive.add(f"{name}.raw", revision.body, snapshot.taken_at) if revision.body is not None else None,
        "headers": archive.add(f"{name}.headers", headers, snapshot.taken_at),
        "text": archive.add(f"{name}.txt", revision.text, snapshot.taken_at) if revision.text is not None else None,
        "removed": str(revision.removed) if revision.removed else None,
    }


def write_json(out: BinaryIO, record: WatchRecord) -> None:
    """Write the watch, its chain's links, its revisions (body in base64) and its time stamps, one object per line."""
    out.writelines(json.dumps(row).encode("ascii") + b"\n" for row in _rows(record))


def _rows(record: WatchRecord) -> Iterator[dict[str, Any]]:
    yield {"kind": "watch", **_watch(record), "length": record.head.link, "head": record.head.chain}
    for link in record.links:
        yield {"kind": "link", "number": link.number, "sealed": link.kind, "facts": link.facts, "chain": link.chain}
    for revision in record.copies():
        snapshot = revision.snapshot
        yield {
            "kind": "copy",
            "revision": snapshot.number,
            "taken_at": snapshot.taken_at.isoformat(),
            "url": snapshot.url,
            "status": snapshot.status,
            "headers": snapshot.headers,
            "sha256": snapshot.sha256,
            "text": revision.text,
            "body": base64.b64encode(revision.body).decode() if revision.body is not None else None,
            "removed": str(revision.removed) if revision.removed else None,
        }
    for stamp in record.stamps:
        yield {
            "kind": "timestamp",
            "at": stamp.at.isoformat(),
            "authority": stamp.authority,
            "statement": stamp.statement,
            "token": base64.b64encode(stamp.token).decode(),
        }


def _watch(record: WatchRecord) -> dict[str, Any]:
    watch = record.watch
    return {"key": watch.key, "name": watch.name, "url": watch.url, "sfs": watch.sfs}
