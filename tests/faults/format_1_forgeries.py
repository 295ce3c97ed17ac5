"""Forged exports of format 1: what it sealed. Its texts, its README and some names and addresses it did not."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.faults.forgeries import Forgery, _edited, _flipped, _info, _joined, _leaves, _replacing, _with_manifest

FOLDER = Path(__file__).parents[1] / "data" / "exports" / "format-1"
"""Exports that version 0.2.0 made, with a removed body and a time stamp."""
ROOT = FOLDER / "authority.pem"
FILES = {
    form: FOLDER / f"lansstyrelsen-norrvik.{end}"
    for form, end in (("zip", "zip"), ("json", "json"), ("warc", "warc.gz"))
}
UNSEALED = (".watch.name", ".watch.url", ".watch.sfs", ".exported_at", ".authority", ".name", ".url", ".sfs", ".text")


def all_of(chance: random.Random) -> Iterator[tuple[str, Forgery]]:
    """Yield every forgery with its form."""
    yield from (("zip", forgery) for forgery in _of_the_zip(chance))
    yield from (("json", forgery) for forgery in _of_the_lines())
    yield from (("warc", forgery) for forgery in _of_the_records(chance))


def _of_the_zip(chance: random.Random) -> Iterator[Forgery]:
    with zipfile.ZipFile(io.BytesIO(FILES["zip"].read_bytes())) as archive:
        entries = [(info, archive.read(info)) for info in archive.infolist()]
    for info, raw in entries:
        name = info.filename
        if not name.endswith(".txt") or name.startswith("timestamps"):
            for _ in range(3):
                yield f"a bit of {name}", _edited(entries, _replacing(name, _flipped(raw, chance)), _with_manifest)
            gone = [each for each in entries if each[0].filename != name]
            yield f"{name} taken away", _edited(gone, _with_manifest)
    manifest = json.loads({info.filename: raw for info, raw in entries}["manifest.json"])
    for path, changed in _leaves(manifest):
        if not path.partition(" ")[0].endswith(UNSEALED):
            raw = json.dumps(changed, ensure_ascii=False, indent=1).encode()
            yield f"manifest: {path}", _edited(entries, _replacing("manifest.json", raw))
    strange = _edited([*entries, (_info("copies/9999.raw"), b"<p>Nothing</p>")], _with_manifest)
    yield "a strange file", strange


def _of_the_lines() -> Iterator[Forgery]:
    lines = FILES["json"].read_bytes().splitlines(keepends=True)
    for place, line in enumerate(lines):
        row = json.loads(line)
        for path, changed in _leaves(row):
            if not (row["kind"] in {"watch", "copy", "timestamp"} and path.partition(" ")[0].endswith(UNSEALED)) or (
                row["kind"] == "copy" and path.startswith(".url")
            ):
                yield f"line {place + 1}: {path}", _joined(lines, place, json.dumps(changed).encode() + b"\n")
        yield f"line {place + 1} twice", _joined(lines, place, line + line)
        yield f"line {place + 1} taken away", _joined(lines, place, b"")


def _of_the_records(chance: random.Random) -> Iterator[Forgery]:
    whole = gzip.decompress(FILES["warc"].read_bytes())
    starts = [place for place in range(len(whole)) if whole.startswith(b"WARC/1.1\r\n", place)]
    records = [whole[begin:end] for begin, end in zip(starts, [*starts[1:], len(whole)], strict=True)]

    def packed(those: list[bytes]) -> bytes:
        return b"".join(gzip.compress(record, mtime=0) for record in those)

    for place, record in enumerate(records[1:], start=1):
        for _ in range(4):
            other = _flipped(record, chance)
            if b"HTTP/1.1 200 OK" in record and b"HTTP/1.1 200 OK" not in other:
                continue  # the reason phrase was not kept
            yield f"a bit of record {place + 1}", packed([*records[:place], other, *records[place + 1 :]])
        yield f"record {place + 1} taken away", packed([*records[:place], *records[place + 1 :]])
        yield f"record {place + 1} twice", packed([*records[:place], record, *records[place:]])
