"""Forged exports: every field of every file, singly and in pairs, with all recomputed that anybody can recompute.

What a forger cannot make is the authority's time stamp, or the head that the recipient has from elsewhere. Everything
else is made anew with the program's own writer, so that the forged export is as consistent as a genuine one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bevaka.assembly import Assembly
from bevaka.proof import verify
from bevaka.proof.export_forms import VERIFIER, write_json, write_warc, write_zip
from bevaka.proof.timestamps import Authority as Stamps
from bevaka.proof.timestamps import stamp
from bevaka.proof.verify import Certified, Link, Record, Stamp
from bevaka.proof.watch_record import watch_record
from monitor.core.model import Fetched
from monitor.ports.values import NewPart
from tests.fakes.authority import Authority
from tests.fakes.world import COUNTY, World, county, play_two_months

FORMS = ("zip", "json", "warc")
WRITERS = {"zip": write_zip, "json": write_json, "warc": write_warc}


@dataclass(frozen=True, slots=True)
class Linked:
    """A link to a file somewhere else, with these bytes."""

    content: bytes


Folder = Mapping[str, bytes | Linked]
"""An unpacked export: the bytes of each file, or what a link in its place leads to."""
Content = bytes | Folder
Forgery = tuple[str, Content | Callable[[], bytes]]
"""What was forged, in words, and the file (or folder), or what writes it."""
Entries = list[tuple[zipfile.ZipInfo, bytes]]
_DAY = 86_400_000_000
INVENTED = b"<p>Invented</p>"
"""What a forger puts in the place of bytes that retention removed."""


@dataclass(frozen=True, slots=True)
class Genuine:
    """A watch's record with everything in it, whose every link is time-stamped, and the authority's certificate."""

    record: Record
    root: bytes
    foreign: Callable[[bytes], bytes]
    """Returns a stamp of another authority."""

    def written(self, form: str, record: Record | None = None) -> bytes:
        """Return the export in one form, of this record or of a forged one."""
        out = io.BytesIO()
        WRITERS[form](out, record or self.record)
        return out.getvalue()

    def forged(self, facts: list[dict[str, Any]], content: dict[int, bytes], **other: Any) -> Record:
        """Return a record of other facts and other bytes (by the number of their link)."""
        given = {"unsealed": self.record.unsealed, "stamps": self.record.stamps, **other}
        return Record(
            *(self.record.key, facts, given["unsealed"], given["stamps"]),
            content=lambda link: content.get(link.number, INVENTED),
            certified=other.get("certified", self.record.certified),
        )

    def facts(self) -> list[dict[str, Any]]:
        """Return a copy of the facts of every link."""
        return [dict(link.facts) for link in self.record.links]

    def content(self) -> dict[int, bytes]:
        """Return the bytes of every link that has any."""
        return {
            link.number: self.record.content(link) for link in self.record.links if link.number in self.record.files
        }


def make(folder: Path) -> Genuine:
    """Make a history of two months: changes, gaps, a removal, an edited recipe, two time stamps."""
    with (
        closing(World(folder)) as world,
        Authority(folder / "authority") as authority,
        Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}) as elsewhere,
    ):
        assembly = world.assembly
        stamps = Stamps(authority.url)
        play_two_months(world)
        assert stamp(assembly.unit_of_work, stamps, elsewhere.services, elsewhere.clock.now()) is not None
        for visits in range(10, 14):
            world.says[COUNTY] = county("2026-01-23", "april", visits=visits)
            world.check(COUNTY, hours=7)
        schedule = folder / "schedule.yaml"
        schedule.write_text(schedule.read_text().replace('    expect: "Länsstyrelsen"\n', '    drop: [".ad"]\n'))
        del assembly.__dict__["schedule"]
        world.says[COUNTY] = county("2026-03-20", "maj", visits=20)
        world.check(COUNTY, hours=7)
        with assembly.unit_of_work.write() as work:
            going = work.retention.removable(None, keep_newest=2)
            work.retention.remove([each.sha256 for each in going], assembly.clock.now(), "keep 2")
        world.check(COUNTY, days=1)
        with assembly.unit_of_work.write() as work:
            newest = work.snapshots.all(work.watches.get(COUNTY).id)[-1]
            document = Fetched(f"{newest.url}/plan.pdf", 200, (("ETag", '"1"'),), b"%PDF-1.7 plan", newest.taken_at)
            work.snapshots.add_parts(newest, [NewPart("document", document.url, document)])
        assert stamp(assembly.unit_of_work, stamps, elsewhere.services, elsewhere.clock.now()) is not None
        with assembly.unit_of_work.read() as work:
            kept = watch_record(work, COUNTY, assembly.clock.now(), "Bevaka/0.0.0")
            content = {link.number: kept.content(link) for link in kept.links if link.number in kept.files}
    began = next(link.facts["taken_at"] for link in kept.links if link.kind == "snapshot")
    record = Record(
        *(kept.key, [link.facts for link in kept.links], kept.unsealed, kept.stamps),
        content=lambda link: content[link.number],
        certified=Certified(began + 14 * _DAY, began + 15 * _DAY, "sv"),
    )
    other = Authority(folder / "other authority")

    def foreign(statement: bytes) -> bytes:
        return other.stamp(_query(statement))

    assert {link.kind for link in record.links} == set(verify.FACTS)
    return Genuine(record, authority.root.read_bytes(), foreign)


def _query(statement: bytes) -> bytes:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415  slow to import

    return TimestampRequestBuilder(data=statement, hash_algorithm=HashAlgorithm.SHA256).build().as_bytes()


def all_of(genuine: Genuine, chance: random.Random) -> Iterator[tuple[str, Forgery]]:
    """Yield every forgery with its form."""
    for form in FORMS:
        for what, record in of_the_record(genuine, chance):
            yield form, (what, partial(genuine.written, form, record))
    yield from (("zip", forgery) for forgery in of_a_zip(genuine, chance))
    yield from (("json", forgery) for forgery in of_lines(genuine, chance))
    yield from (("warc", forgery) for forgery in of_records(genuine, chance))
    yield from (("folder", forgery) for forgery in of_a_folder(genuine, chance))


# The whole history made anew, as somebody can who holds everything but the stamp


def of_the_record(genuine: Genuine, chance: random.Random) -> Iterator[tuple[str, Record]]:
    """Yield forged histories: every fact of every kind of link, other bytes, links that come, go and change places."""
    seen: dict[str, int] = {}
    for place, link in enumerate(genuine.record.links):
        seen[link.kind] = seen.get(link.kind, 0) + 1
        if seen[link.kind] > 2:  # the first two of each kind stand for all
            continue
        for name, value in link.facts.items():
            if name == "kind" or (name, link.kind) in {("number", "snapshot"), ("after_number", "change")}:
                continue
            facts = genuine.facts()
            facts[place][name] = _other(value)
            yield f"{name} of link {link.number}, a {link.kind}", genuine.forged(facts, genuine.content())
    for link in genuine.record.links:
        if link.number in genuine.record.files:
            yield f"the bytes of link {link.number}, a {link.kind}", _with_other_bytes(genuine, link)
    for place in chance.sample(range(len(genuine.record.links)), 12):
        facts, content = genuine.facts(), genuine.content()
        taken = facts.pop(place)
        yield (
            f"link {place + 1}, a {taken['kind']}, taken away",
            genuine.forged(facts, _moved(content, place + 1, -1)),
        )
        facts = genuine.facts()
        facts.insert(place, {"kind": "secret", "what": "not known"})
        yield f"a link before link {place + 1}", genuine.forged(facts, _moved(content, place + 1, 1))
    for place in chance.sample(range(len(genuine.record.links) - 1), 8):
        facts, content = genuine.facts(), genuine.content()
        facts[place], facts[place + 1] = facts[place + 1], facts[place]
        one, other = content.pop(place + 1, None), content.pop(place + 2, None)
        content |= {number: raw for number, raw in ((place + 2, one), (place + 1, other)) if raw is not None}
        yield f"links {place + 1} and {place + 2} in each other's place", genuine.forged(facts, content)
    certified = genuine.record.certified
    if certified is not None:
        backwards = Certified(certified.until, certified.since - 3 * _DAY, certified.language)
        what = "a certificate of a time that ends before it begins"
        yield what, genuine.forged(genuine.facts(), genuine.content(), certified=backwards)
    yield from _with_other_stamps(genuine)


def _with_other_bytes(genuine: Genuine, link: Link) -> Record:
    facts, content = genuine.facts(), genuine.content()
    other = content[link.number].replace(b"mars", b"juni") + b"\n"
    content[link.number] = other
    facts[link.number - 1]["raw_sha256" if link.kind == "snapshot" else "sha256"] = hashlib.sha256(other).hexdigest()
    facts[link.number - 1]["size"] = len(other)
    return genuine.forged(facts, content)


def _with_other_stamps(genuine: Genuine) -> Iterator[tuple[str, Record]]:
    facts, content, stamps = genuine.facts(), genuine.content(), genuine.record.stamps
    yield "no stamp at all", genuine.forged(facts, content, stamps=[])
    yield "a stamp twice", genuine.forged(facts, content, stamps=[*stamps, stamps[-1]])
    yield "the stamps in another order", genuine.forged(facts, content, stamps=stamps[::-1])
    yield "a stamp of another head", genuine.forged(facts, content, stamps=[*stamps, Stamp(*_mixed(stamps))])
    for name in ("status", "url", "taken_at"):
        forged = genuine.facts()
        place = next(place for place, fact in enumerate(forged) if fact["kind"] == "snapshot")
        forged[place][name] = _other(forged[place][name])
        made = genuine.forged(forged, content)
        statement = f"bevaka heads 1\n{verify.genesis(made.key)} {len(made.links)} {made.head}\n".encode()
        own = Stamp(statement, genuine.foreign(statement))
        yield f"another {name}, stamped by somebody else", genuine.forged(forged, content, stamps=[own])
    newest = stamps[-1]
    for place in range(0, len(newest.token), 5):
        token = bytearray(newest.token)
        token[place] ^= 1 << place % 8
        changed = [*stamps[:-1], Stamp(newest.statement, bytes(token))]
        yield f"byte {place} of the newest stamp", genuine.forged(facts, content, stamps=changed)
    for what, statement in (
        ("another link", newest.statement.replace(b" 1", b" 2", 1)),
        ("a line more", newest.statement + b"0 1 2\n"),
        ("a first line of another kind", newest.statement.replace(b"heads 1", b"heads 2")),
        ("no line of this watch", b"\n".join(newest.statement.split(b"\n")[:1]) + b"\n"),
    ):
        changed = [*stamps[:-1], Stamp(statement, newest.token)]
        yield f"a stamped statement with {what}", genuine.forged(facts, content, stamps=changed)


def _mixed(stamps: Sequence[Stamp]) -> tuple[bytes, bytes]:
    return stamps[0].statement, stamps[-1].token


def _moved(content: dict[int, bytes], first: int, by: int) -> dict[int, bytes]:
    """Return the bytes under the numbers that their links have after one was taken away or put in."""
    return {
        number + (by if number >= first + (by < 0) else 0): raw
        for number, raw in content.items()
        if by > 0 or number != first
    }


def _other(value: object) -> object:
    """Return another value that could stand in its place."""
    if value is None:
        return "2026"
    if isinstance(value, int):
        return 1 - value if value in {0, 1} else value + 86_400_000_000 if value > 10**12 else value + 1
    text = str(value)
    if re.fullmatch(r"[0-9a-f]{16,64}", text):
        return ("1" if text[0] == "0" else "0") + text[1:]
    if text.startswith(("[", "{")):
        return text.replace("text/html", "text/xml").replace("null", '"x"', 1) + ("" if "text/html" in text else " ")
    return text.replace("http://", "https://") if text.startswith("http") else f"{text}x"


# The zip


def of_a_zip(genuine: Genuine, chance: random.Random) -> Iterator[Forgery]:
    """Yield forged zips: each file, each field of the manifest, what the zip says of its files, and pairs of these."""
    entries = _entries(genuine.written("zip"))
    singles = list(_zip_edits(entries, chance))
    for what, edit in singles:
        yield what, partial(_edited, entries, edit)
        if "manifest" not in what:
            yield f"{what}, and the manifest", partial(_edited, entries, edit, _with_manifest)
    for _ in range(150):
        (one, first), (other, second) = chance.sample(singles, 2)
        yield f"{one}; {other}", partial(_edited, entries, first, second, _with_manifest)
    yield from _around_the_files(genuine.written("zip"), entries)


def of_a_folder(genuine: Genuine, chance: random.Random) -> Iterator[Forgery]:
    """Yield forged folders, as the zip unpacks into: files changed, taken away, put in, and links in their place."""
    files = {info.filename: raw for info, raw in _entries(genuine.written("zip"))}
    for name, raw in files.items():
        rest = {other: content for other, content in files.items() if other != name}
        yield f"a bit of {name}", {**rest, name: _flipped(raw, chance)}
        yield f"{name} taken away", rest
        yield f"{name} as {name.upper()}", {**rest, name.upper(): raw}
        yield f"{name} twice, in another case", {**files, name.upper(): raw}
        yield f"a link in the place of {name}", {**rest, name: Linked(raw)}
    for name in ("copies/9999.raw", ".hidden", "__pycache__/verify.pyc", "copies/0002.raw.bak"):
        yield f"a strange file {name}", {**files, name: b"<p>Nothing</p>"}


def _edited(entries: Entries, *edits: Callable[[Entries], Entries]) -> bytes:
    for edit in edits:
        entries = edit(list(entries))
    return _zipped(entries)


def _zip_edits(entries: Entries, chance: random.Random) -> Iterator[tuple[str, Callable[[Entries], Entries]]]:
    for info, raw in entries:
        name = info.filename
        for _ in range(3):
            yield f"a bit of {name}", _replacing(name, _flipped(raw, chance))
        yield f"{name} with a line more", _replacing(name, raw + b"\n")
        yield f"{name} emptied", _replacing(name, b"")
        yield f"{name} taken away", lambda those, name=name: [each for each in those if each[0].filename != name]  # type: ignore[misc]
        yield f"{name} twice", lambda those, name=name: [*those, *(each for each in those if each[0].filename == name)]  # type: ignore[misc]
        for called in (name.upper(), f"{name}.bak", f"./{name}"):
            yield f"{name} as {called}", _called(name, called)
    yield "a strange file", lambda those: [*those, (_info("copies/9999.raw"), b"<p>Nothing</p>")]
    with zipfile.ZipFile(Path(__file__).parents[1] / "data/exports/format-1/lansstyrelsen-norrvik.zip") as older:
        yield "the program of format 1", _replacing("verify.py", older.read("verify.py"))
    yield "a strange folder", lambda those: [*those, (_info("more/"), b"")]
    manifest = json.loads({info.filename: raw for info, raw in entries}["manifest.json"])
    for path, changed in _leaves(manifest):
        raw = json.dumps(changed, ensure_ascii=False, indent=1).encode()
        yield f"manifest: {path}", _replacing("manifest.json", raw)


def _replacing(name: str, raw: bytes) -> Callable[[Entries], Entries]:
    return lambda those: [(info, raw if info.filename == name else before) for info, before in those]


def _called(name: str, other: str) -> Callable[[Entries], Entries]:
    def edit(those: Entries) -> Entries:
        return [(_info(other) if info.filename == name else info, raw) for info, raw in those]

    return edit


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2026, 3, 1, 9, 0, 0))
    info.external_attr, info.compress_type = verify.PRIVATE << 16, zipfile.ZIP_DEFLATED
    return info


def _with_manifest(those: Entries) -> Entries:
    """Return the files with the hashes that they now have in the manifest."""
    hashes = {info.filename: hashlib.sha256(raw).hexdigest() for info, raw in those}
    hashes.pop("manifest.json", None)
    made = []
    for info, raw in those:
        if info.filename == "manifest.json" and raw.startswith(b"{"):
            with suppress(ValueError):
                listed = json.dumps({**json.loads(raw), "files": hashes}, ensure_ascii=False, indent=1).encode()
                made.append((info, listed))
                continue
        made.append((info, raw))
    return made


def _around_the_files(whole: bytes, entries: Entries) -> Iterator[Forgery]:
    yield "bytes before the zip", b"#!/bin/sh\n" + whole
    yield "bytes after the zip", whole + b"more"
    yield "a comment", _zipped(entries, comment=b"Genuine!")
    yield "the files in another order", _zipped(entries[::-1])
    central = whole.index(b"PK\1\2")
    end = whole.rindex(b"PK\5\6")
    for what, at in (("between the files and their list", central), ("behind the list", end)):
        moved = bytearray(whole[:at] + b"hidden" + whole[at:])
        if at == central:
            position = moved.rindex(b"PK\5\6") + 16
            start = int.from_bytes(moved[position : position + 4], "little") + 6
            moved[position : position + 4] = start.to_bytes(4, "little")
        yield f"bytes {what}", bytes(moved)
    for place, (info, _) in enumerate(entries):
        other = zipfile.ZipInfo(info.filename, (2001, 1, 1, 0, 0, 0))
        other.compress_type, other.external_attr = info.compress_type, info.external_attr
        yield (
            f"another time of {info.filename}",
            _zipped([*entries[:place], (other, entries[place][1]), *entries[place + 1 :]]),
        )
    for attribute, value in (("comment", b"x"), ("extra", b"\x01\x00\x01\x00x"), ("external_attr", 0o100755 << 16)):
        info, raw = entries[2]
        other = zipfile.ZipInfo(info.filename, info.date_time)
        other.compress_type, other.external_attr = info.compress_type, info.external_attr
        setattr(other, attribute, value)
        yield f"a {attribute} of {info.filename}", _zipped([*entries[:2], (other, raw), *entries[3:]])
    yield "bytes behind the end of a file's data", _with_a_tail(whole)
    yield "bytes between two files", _with_a_tail(whole, counted=False)


def _with_a_tail(whole: bytes, *, counted: bool = True) -> bytes:
    """Return the zip with bytes behind the compressed data of its first file, `counted` as its own or not."""
    name = int.from_bytes(whole[26:28], "little")
    size = int.from_bytes(whole[18:22], "little")
    end = 30 + name + size
    made = bytearray(whole[:end] + b"hidden" + whole[end:])
    if counted:
        made[18:22] = (size + 6).to_bytes(4, "little")
    at = made.index(b"PK\1\2")
    start = at
    first = True
    while made[at : at + 4] == b"PK\1\2":
        if first:
            made[at + 20 : at + 24] = (size + 6 * counted).to_bytes(4, "little")
        else:
            offset = int.from_bytes(made[at + 42 : at + 46], "little") + 6
            made[at + 42 : at + 46] = offset.to_bytes(4, "little")
        first = False
        at += 46 + int.from_bytes(made[at + 28 : at + 30], "little")
    made[at + 16 : at + 20] = start.to_bytes(4, "little")
    return bytes(made)


def _entries(whole: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]


def _zipped(entries: Entries, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for info, raw in entries:
            copy = zipfile.ZipInfo(info.filename, info.date_time)
            copy.compress_type, copy.external_attr = info.compress_type, info.external_attr
            copy.comment, copy.extra = info.comment, info.extra
            archive.writestr(copy, raw)
        archive.comment = comment
    return out.getvalue()


# Lines of JSON


def of_lines(genuine: Genuine, chance: random.Random) -> Iterator[Forgery]:
    """Yield forged lines: every field of the first of each kind, lines that come and go, other ways to write one."""
    lines = genuine.written("json").splitlines(keepends=True)
    seen: dict[str, int] = {}
    for place, line in enumerate(lines):
        row = json.loads(line)
        kind = f"{row['kind']} {row.get('sealed', '')}"
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= 2:
            for path, changed in _leaves(row):
                yield f"line {place + 1}: {path}", _joined(lines, place, json.dumps(changed).encode() + b"\n")
    for place in chance.sample(range(len(lines)), min(len(lines), 25)):
        line = lines[place]
        yield f"line {place + 1} taken away", _joined(lines, place, b"")
        yield f"line {place + 1} twice", _joined(lines, place, line + line)
        yield f"line {place + 1} with a space", _joined(lines, place, line.replace(b": ", b":  ", 1))
        yield f"line {place + 1} with a key twice", _joined(lines, place, line.replace(b"{", b'{"kind": "x", ', 1))
        if place:
            swapped = [*lines[: place - 1], line, lines[place - 1], *lines[place + 1 :]]
            if swapped != lines:
                yield f"line {place + 1} before line {place}", b"".join(swapped)
    yield "a line more", b"".join(lines) + b'{"kind": "note", "text": "Genuine!"}\n'
    yield "no end of line at the end", b"".join(lines)[:-1]
    yield "an empty line", b"".join(lines) + b"\n"
    halves = b"".join(lines[:-1]).replace(rb"\u00e4", rb"\udcc3\udca4") + lines[-1]
    yield "letters as halves that are hashed alike", halves
    turned = [json.loads(line) for line in lines]
    for row in turned:
        if row["kind"] == "link":
            row["facts"] = dict(reversed(row["facts"].items()))
    yield "facts in another order", b"".join(json.dumps(row).encode() + b"\n" for row in turned)
    yield "format 1, with texts that nothing seals", in_format_1(genuine)


def in_format_1(genuine: Genuine) -> bytes:
    """Return the history in the form that sealed no texts, with other ones."""
    record, gone = genuine.record, verify.removed(genuine.record.links)
    head = {"length": len(record.links), "head": record.head}
    rows: list[dict[str, Any]] = [
        {"kind": "watch", "key": record.key, "name": record.unsealed["name"], "url": "", "sfs": None, **head}
    ]
    for link in record.links:
        facts = {"kind": link.kind, **{name: link.facts[name] for name in verify.FACTS[link.kind]}}
        rows.append({"kind": "link", "number": link.number, "sealed": link.kind, "facts": facts, "chain": link.chain})
    for link in record.of("snapshot"):
        facts, is_there = link.facts, link.number in record.files
        rows.append(
            {
                "kind": "copy",
                "revision": facts["number"],
                "taken_at": verify._moment(facts["taken_at"]).isoformat(),
                "url": facts["url"],
                "status": facts["status"],
                "headers": json.loads(facts["headers"]),
                "sha256": facts["raw_sha256"],
                "text": "Another text",
                "body": base64.b64encode(record.content(link)).decode() if is_there else None,
                "removed": verify._removed_words_1(gone[facts["number"]]) if facts["number"] in gone else None,
            }
        )
    for made in record.stamps:
        times = {"at": verify.read_stamp(made).at.isoformat(), "authority": "x"}
        token = base64.b64encode(made.token).decode()
        rows.append({"kind": "timestamp", **times, "statement": made.statement.decode(), "token": token})
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _joined(lines: Sequence[bytes], place: int, other: bytes) -> bytes:
    return b"".join([*lines[:place], other, *lines[place + 1 :]])


# WARC records


def of_records(genuine: Genuine, chance: random.Random) -> Iterator[Forgery]:
    """Yield forged WARC files: every header and every part of a block, records that come, go and change places."""
    records = list(verify.warc_records(genuine.record, VERIFIER.read_bytes()))
    for place, whole in enumerate(records):
        head, _, _ = whole.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        for number, line in enumerate(lines):
            if place > 12 and number % 3:
                continue
            other = b"\r\n".join([*lines[:number], line + b"x", *lines[number + 1 :]])
            yield f"record {place + 1}: {line[:24]!r}", partial(_packed, records, place, whole.replace(head, other, 1))
        for _ in range(2):
            block = whole[len(head) + 4 : -4]
            yield (
                f"a bit of record {place + 1}",
                partial(_packed, records, place, _resized(whole, block, _flipped(block, chance))),
            )
        yield f"record {place + 1} taken away", partial(_packed, records, place, b"")
    for place in chance.sample(range(1, len(records)), 12):
        swapped = [*records[: place - 1], records[place], records[place - 1], *records[place + 1 :]]
        yield f"record {place + 1} before record {place}", partial(_packed, swapped)
        yield f"record {place + 1} twice", partial(_packed, [*records[:place], records[place], *records[place:]])
    whole = _packed(records)
    yield "a record more", _packed([*records, records[-1]])
    yield "an empty record, and one behind it", whole + gzip.compress(b"", mtime=0) + _packed([records[2]])
    yield "bytes behind the last record", whole + b"more"
    yield "a name in the gzip header", whole[:3] + b"\x08" + whole[4:10] + b"hidden\0" + whole[10:]
    yield "a time in the gzip header", whole[:4] + b"\1\2\3\4" + whole[8:]
    yield "an end that was cut off", whole[:-20]


def _resized(whole: bytes, block: bytes, other: bytes) -> bytes:
    """Return a record with another block and its digest."""
    return whole.replace(block, other, 1).replace(verify._digest(block).encode(), verify._digest(other).encode(), 1)


def _packed(records: Sequence[bytes], place: int | None = None, other: bytes = b"") -> bytes:
    those = list(records) if place is None else [*records[:place], *([other] if other else []), *records[place + 1 :]]
    return b"".join(gzip.compress(whole, mtime=0) for whole in those)


# Values


def _flipped(raw: bytes, chance: random.Random) -> bytes:
    if not raw:
        return b"\0"
    made = bytearray(raw)
    made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the value with each of its leaves changed in turn, or taken away."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield f"{path}.{key} taken away", {name: other for name, other in value.items() if name != key}
            for where, changed in _leaves(inside, f"{path}.{key}"):
                yield where, {**value, key: changed}
        yield f"{path}: a key more", {**value, "more": 1}
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            for where, changed in _leaves(inside, f"{path}[{place}]"):
                yield where, [*value[:place], changed, *value[place + 1 :]]
        yield f"{path}: an item more", [*value, "more"]
    elif isinstance(value, str) and len(value) > 2000:
        yield (
            f"{path} (long)",
            base64.b64encode(base64.b64decode(value)[::-1]).decode() if path == ".body" else value[1:],
        )
    else:
        yield f"{path} = {str(value)[:40]}", _other(value)
