"""`export`: its files, for a recipient who trusts nobody, read with other tools than the program's own."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # warcio has no types

from bevaka.proof import verify
from bevaka.proof.export_forms import VERIFIER
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

pytestmark = pytest.mark.usefixtures("site")

FORMAT_1 = Path(__file__).parents[2] / "data" / "exports" / "format-1"
"""Exports that version 0.2.0 made, with a removed body and a time stamp."""


@pytest.fixture
def checked(bevaka: Bevaka, site: Site, county: Path) -> Bevaka:
    """Record two revisions of the county's page; the second came compressed, with a header that is not ASCII."""
    assert bevaka("check").code == 0
    body = gzip.compress((county / "after.html").read_bytes())
    headers = {"Content-Encoding": "gzip", "ETag": '"\xe5\xe4\xf6"', "X-Twice": "one"}
    site.pages["/county"] = Answer(body, headers=headers)
    assert bevaka("check").code == 0
    assert bevaka("check").code == 0
    return bevaka


def chain_of(checked: Bevaka) -> str:
    """Return the head of the chain, as the program prints it."""
    found = re.search(r"head ([0-9a-f]{64})", checked("export", "county", "--format", "json").err)
    assert found is not None
    return found[1]


# WARC


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record as ISO 28500 defines it, read without a library."""

    version: str
    headers: dict[str, str]
    block: bytes


def read_warc(content: bytes) -> list[Record]:
    """Parse a WARC file: a gzip member per record; in it header lines, an empty line, a block, two line ends."""
    records = []
    stream = io.BytesIO(content)
    while stream.tell() < len(content):
        start = stream.tell()
        member = gzip.GzipFile(fileobj=stream)  # reads all members; zlib gives the length of the first one
        member.close()
        stream.seek(start)
        whole, used = _member(content[start:])
        stream.seek(start + used)
        head, _, rest = whole.partition(b"\r\n\r\n")
        version, *lines = head.decode().split("\r\n")
        headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers["Content-Length"])
        assert rest[length:] == b"\r\n\r\n"
        records.append(Record(version, headers, rest[:length]))
    return records


def _member(content: bytes) -> tuple[bytes, int]:
    import zlib  # noqa: PLC0415  a detail of the parser above

    unpacking = zlib.decompressobj(wbits=31)
    whole = unpacking.decompress(content)
    return whole, len(content) - len(unpacking.unused_data)


def warc(checked: Bevaka, tmp_path: Path) -> bytes:
    assert checked("export", "county", "--format", "warc", "-o", str(tmp_path / "c.warc.gz")).code == 0
    return (tmp_path / "c.warc.gz").read_bytes()


def test_a_warc_holds_every_copy_with_request_answer_and_what_is_known_of_it(
    checked: Bevaka, site: Site, county: Path, tmp_path: Path
) -> None:
    records = read_warc(warc(checked, tmp_path))
    kinds = [record.headers["WARC-Type"] for record in records]
    answers = ["response", "request", "metadata"] * 2
    assert kinds == ["warcinfo", "resource", *answers, "conversion", "conversion", "resource"]
    assert {record.version for record in records} == {"WARC/1.1"}
    for record in records:
        digest = base64.b32encode(hashlib.sha256(record.block).digest()).decode()
        assert record.headers["WARC-Block-Digest"] == f"sha256:{digest}"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record.headers["WARC-Date"])
    response, request, metadata = records[5:8]
    head, _, body = response.block.partition(b"\r\n\r\n")
    assert body == (county / "after.html").read_bytes()
    assert response.headers["WARC-Target-URI"] == f"{site.url}/county"
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 ", "the reason phrase was not kept"
    assert b'ETag: "\xe5\xe4\xf6"' in lines, "header bytes as they came"
    assert b"X-Archive-Orig-Content-Encoding: gzip" in lines
    assert lines[-1] == f"Content-Length: {len(body)}".encode()
    assert request.block.startswith(b"GET /county HTTP/1.1\r\nHost: 127.0.0.1")
    assert request.headers["WARC-Concurrent-To"] == response.headers["WARC-Record-ID"]
    assert metadata.headers["WARC-Concurrent-To"] == response.headers["WARC-Record-ID"]
    said = dict(line.split(": ", 1) for line in metadata.block.decode().splitlines())
    assert (said["revision"], said["sha256"]) == ("2", hashlib.sha256(body).hexdigest())
    assert said["not-kept"].startswith("body: transfer and content codings undone")
    assert said["material"] == "1"
    links = [json.loads(line) for line in records[1].block.decode().splitlines()]
    assert links[-1]["chain"] == chain_of(checked)
    assert records[9].headers["WARC-Refers-To"] == response.headers["WARC-Record-ID"]
    assert "# Våld i nära relationer" in records[9].block.decode()
    assert records[-1].block == VERIFIER.read_bytes()


def test_warcio_reads_it_and_finds_every_digest_right(checked: Bevaka, county: Path, tmp_path: Path) -> None:
    found = []
    for record in ArchiveIterator(io.BytesIO(warc(checked, tmp_path)), check_digests="raise"):
        content = record.content_stream().read()
        assert record.digest_checker.passed is not False
        if record.rec_type == "response":
            assert record.http_headers.get_statuscode() == "200"
            found.append(content)
    assert found == [(county / name).read_bytes() for name in ("before.html", "after.html")]


def test_the_same_history_gives_the_same_record_ids(checked: Bevaka, tmp_path: Path) -> None:
    def ids() -> list[str]:
        records = read_warc(warc(checked, tmp_path))
        return [each.headers["WARC-Record-ID"] for each in records if each.headers["WARC-Type"] == "response"]

    assert ids() == ids()


def test_a_name_an_address_and_headers_that_break_lines_break_none() -> None:
    facts = {
        "kind": "snapshot",
        "number": 1,
        "taken_at": 0,
        "source_url": "http://127.0.0.1/",
        "status": 200,
        "size": 4,
        "url": "http://127.0.0.1/a\r\nWARC-Type: evil",
        "headers": json.dumps([["X", "a\r\nSet-Cookie: evil"]]),
        "raw_sha256": hashlib.sha256(b"text").hexdigest(),
    }
    unsealed = {"name": "a\r\nb", "language": "sv", "exported_at": "2026-03-01T09:00:00Z", "program": "Bevaka/1"}
    record = verify.Record("odd", [facts], unsealed, [], lambda _: b"text")
    packed = b"".join(gzip.compress(whole) for whole in verify.warc_records(record, b""))
    info, _, response, *_ = read_warc(packed)
    assert response.headers["WARC-Type"] == "response"
    assert b"\r\nSet-Cookie" not in response.block
    assert b"description: a b\r\n" in info.block


# The zip file and its verifier


@pytest.fixture
def unpacked(checked: Bevaka, tmp_path: Path) -> Path:
    """Return the folder of an unpacked zip export of the county's page."""
    assert checked("export", "county", "--format", "zip", "-o", str(tmp_path / "county.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "county.zip") as archive:
        archive.extractall(tmp_path / "out")
    return tmp_path / "out"


def test_names_in_a_zip_come_from_numbers_alone(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    (tmp_path / "schedule.yaml").write_text(
        f"version: 1\ndefaults: {{host_delay: 0s}}\nwatches:\n"
        f'  odd: {{name: "../../etc/passwd", url: "{site.url}/a/..%2F..%2Fb?x=../../c"}}\n'
    )
    site.pages["/a/..%2F..%2Fb?x=../../c"] = Answer(
        "<title>../../t</title><main><h1>../../h</h1><p>En text som är lång nog för att läsas som en sida.</p></main>",
        headers={"Content-Disposition": 'attachment; filename="../../d"'},
    )
    assert bevaka("check").code == 0
    assert bevaka("export", "odd", "--format", "zip", "-o", str(tmp_path / "odd.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "odd.zip") as archive:
        names = archive.namelist()
    copies = {f"copies/0001.{kind}" for kind in ("raw", "headers", "txt")}
    assert set(names) == {"chain.jsonl", "manifest.json", "README.txt", "verify.py"} | copies


def run_verifier(*arguments: object, script: Path) -> tuple[int, str]:
    """Run the verifier as a stranger would: no packages, no environment; return its exit code and its output.

    It is run inside this process as well, where its lines are counted, and must say the same.
    """
    command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = verify.main([str(each) for each in arguments or (script.parent,)])
    assert (code, said.getvalue()) == (done.returncode, done.stdout)
    return done.returncode, done.stdout


def test_the_zip_verifies_with_nothing_but_python(
    unpacked: Path, tmp_path: Path, checked: Bevaka, county: Path
) -> None:
    code, said = run_verifier(script=unpacked / "verify.py")
    assert code == 0, said
    assert "county: 2 revisions, 8 links" in said
    assert "text sealed when seen: revisions 1-2\n" in said
    assert f"head of the chain: {chain_of(checked)}" in said
    assert said.endswith("anchored: nothing but this file (whoever made it could have made another)\n")
    assert run_verifier(tmp_path / "county.zip", script=unpacked / "verify.py") == (code, said)
    assert (unpacked / "copies" / "0002.raw").read_bytes() == (county / "after.html").read_bytes()
    assert "Länsstyrelsen" in (unpacked / "copies" / "0002.txt").read_text(encoding="utf-8")
    assert "Länsstyrelsen Norrvik" in (unpacked / "README.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["copies/0001.raw", "copies/0001.txt", "chain.jsonl", "README.txt", "manifest.json"])
def test_a_byte_that_was_changed_is_found(unpacked: Path, name: str) -> None:
    content = bytearray((unpacked / name).read_bytes())
    content[len(content) // 2] ^= 1
    (unpacked / name).write_bytes(content)
    assert run_verifier(script=unpacked / "verify.py")[0] == 1


def test_a_missing_and_a_strange_file_are_found(unpacked: Path) -> None:
    (unpacked / "copies" / "0001.raw").unlink()
    (unpacked / "copies" / "9999.raw").write_bytes(b"")
    code, said = run_verifier(script=unpacked / "verify.py")
    assert code == 1
    assert {"BAD  copies/0001.raw: missing", "BAD  copies/9999.raw: is no part of the export"} <= set(said.splitlines())


def test_a_head_that_is_given_is_looked_for(unpacked: Path, checked: Bevaka) -> None:
    script = unpacked / "verify.py"
    code, said = run_verifier(unpacked, "--head", chain_of(checked), script=script)
    assert (code, said.splitlines()[-1]) == (0, "anchored: links 1-8 by the head given")
    first = json.loads((unpacked / "chain.jsonl").read_text(encoding="utf-8").splitlines()[0])["chain"]
    code, said = run_verifier(unpacked, "--head", first, script=script)
    assert said.splitlines()[-1].startswith("anchored: links 1-1 by the head given; links 2-8 by nothing but this file")
    assert run_verifier(unpacked, "--head", "ab" * 32, script=script) == (
        1,
        f"BAD  the head that was given, {'ab' * 32}, is not in this chain: it is another chain, or was changed\n",
    )


def test_help_says_what_it_proves_and_what_not(unpacked: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", str(unpacked / "verify.py"), "--help"], check=True, capture_output=True, text=True
    ).stdout
    assert "--head HASH" in said
    assert "Who holds the whole chain can make another one." in said


@pytest.mark.parametrize("form", ["warc", "json"])
def test_the_other_forms_are_verified_by_the_same_program(
    checked: Bevaka, unpacked: Path, tmp_path: Path, form: str
) -> None:
    place = tmp_path / f"county.{form}"
    assert checked("export", "county", "--format", form, "-o", str(place)).code == 0
    code, said = run_verifier(place, script=unpacked / "verify.py")
    assert code == 0, said
    assert said.splitlines()[:2] == ["all of it is as it was sealed", "county: 2 revisions, 8 links"]


@pytest.mark.parametrize(
    "name", ["lansstyrelsen-norrvik.zip", "lansstyrelsen-norrvik.json", "lansstyrelsen-norrvik.warc.gz"]
)
def test_an_export_of_format_1_still_verifies_and_says_what_it_did_not_seal(name: str) -> None:
    code, said = run_verifier(FORMAT_1 / name, "--ca", FORMAT_1 / "authority.pem", script=VERIFIER)
    assert code == 0, said
    assert "text sealed not at all: revisions 1-5\n" in said
    assert "(which you trust)" in said
    assert said.splitlines()[-1] == "anchored: links 1-25 by time stamp of 2026-11-30 01:30:51 UTC"
    if not name.endswith("warc.gz"):
        assert "format 1 did not seal them" in said


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("lansstyrelsen-norrvik.json", b'"status": 200', b'"status": 201'),
        ("lansstyrelsen-norrvik.json", b'"removed": "body', b'"removed": "no body'),
        ("lansstyrelsen-norrvik.zip", b"text/html", b"text/xml"),
        ("lansstyrelsen-norrvik.warc.gz", b"text/html", b"text/xml"),
        ("lansstyrelsen-norrvik.warc.gz", b"HTTP/1.1 200", b"HTTP/1.1 404"),
        ("lansstyrelsen-norrvik.warc.gz", b"revision: 2", b"revision: 9"),
    ],
)
def test_a_forged_export_of_format_1_is_found(tmp_path: Path, name: str, before: bytes, after: bytes) -> None:
    content, place = (FORMAT_1 / name).read_bytes(), tmp_path / name
    if name.endswith("gz"):
        content = gzip.compress(gzip.decompress(content).replace(before, after, 1))
    elif name.endswith("json"):
        content = content.replace(before, after, 1)
    else:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
            for entry in source.infolist():
                raw = source.read(entry)
                target.writestr(entry, raw.replace(before, after) if entry.filename.endswith("headers") else raw)
        content = out.getvalue()
    place.write_bytes(content)
    assert run_verifier(place, script=VERIFIER)[0] == 1


def test_what_is_no_export_is_said_to_be_none(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    code, said = run_verifier(tmp_path / "x.zip", script=unpacked / "verify.py")
    assert code == 1
    assert said.startswith("BAD  this is no export of Bevaka, or it was changed")


def test_a_zip_that_is_packed_otherwise_and_a_folder_with_what_is_no_file_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("manifest.json", b"{}")
    assert "not packed as Bevaka packs them" in run_verifier(tmp_path / "x.zip", script=VERIFIER)[1]
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "README.txt")
    assert "README.txt is no file" in run_verifier(tmp_path / "folder", script=VERIFIER)[1]


def test_what_an_export_is_called_cannot_steer_a_terminal(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("\x1b[2Janchored: by me\r", b"x")
        archive.writestr("manifest.json", b"{}")
    code, said = run_verifier(tmp_path / "x.zip", script=VERIFIER)
    assert (code, "\x1b" in said, "\r" in said) == (1, False, False)


def test_thousands_of_faults_are_told_in_few_lines(tmp_path: Path) -> None:
    with zipfile.ZipFile(FORMAT_1 / "lansstyrelsen-norrvik.zip") as archive:
        archive.extractall(tmp_path / "x")
    for number in range(1500):
        (tmp_path / "x" / f"strange-{number}").touch()
    code, said = run_verifier(tmp_path / "x", script=VERIFIER)
    assert (code, len(said.splitlines())) == (1, verify.MOST_FAULTS)


def test_a_body_that_retention_removed_is_said_to_be_and_still_verifies(
    checked: Bevaka, site: Site, county: Path, tmp_path: Path
) -> None:
    page = (county / "after.html").read_text(encoding="utf-8")
    for number in range(2):
        site.pages["/county"] = Answer(page.replace("</main>", f"<p>Antal besök: {number}</p></main>"))
        checked("check")
    rows = checked("log", "county", "--json").rows
    assert [row["material"] for row in rows][:1] == [False], "a counter alone is held back"
    checked("db", "prune", "--keep", "1")
    gone = [row["revision"] for row in checked("verify", "--json").rows[0]["removed"]]
    assert gone == [3]
    assert checked("export", "county", "--format", "zip", "-o", str(tmp_path / "c.zip")).code == 0
    with zipfile.ZipFile(tmp_path / "c.zip") as archive:
        assert "copies/0003.raw" not in archive.namelist()
        assert "Länsstyrelsen" in archive.read("copies/0003.txt").decode(), "the text stays"
        archive.extract("verify.py", tmp_path)
    code, said = run_verifier(tmp_path / "c.zip", script=tmp_path / "verify.py")
    assert code == 0, said
    assert "bytes removed by retention: revision 3\n" in said
    records = read_warc(warc(checked, tmp_path))
    [removed] = [record for record in records if b"\r\nremoved: " in record.block]
    assert removed.headers["WARC-Type"] == "metadata"
    assert checked("show", "county#3").code == 2


# JSON, and failures


def test_json_lines_hold_the_chain_and_the_bytes(checked: Bevaka, county: Path) -> None:
    said = checked("export", "county", "--format", "json")
    assert said.out.isascii(), "nothing in it can steer a terminal"
    watch, *rows = said.rows
    assert (watch["key"], watch["head"]) == ("county", chain_of(checked))
    previous = hashlib.sha256(b"county").hexdigest()
    for row in (row for row in rows if row["kind"] == "link"):
        facts = json.dumps(row["facts"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        previous = hashlib.sha256(f"{previous}\n{facts}".encode()).hexdigest()
        assert row["chain"] == previous
    copies = [row for row in rows if row["kind"] == "copy"]
    texts = [row["text"] for row in rows if row["kind"] == "text"]
    assert "# Våld i nära relationer" in texts[1]
    assert base64.b64decode(copies[1]["body"]) == (county / "after.html").read_bytes()
    assert previous == watch["head"]


def test_an_export_that_fails_leaves_no_file(checked: Bevaka, tmp_path: Path) -> None:
    import sqlite3  # noqa: PLC0415  only to write to the database past the program

    with sqlite3.connect(tmp_path / "data" / "bevaka.db") as database:
        database.execute("UPDATE bodies SET bytes = zeroblob(9)")
    database.close()
    said = checked("export", "county", "--format", "zip", "-o", str(tmp_path / "c.zip"))
    assert said.code == 2
    assert "damaged" in said.err
    assert not [path for path in tmp_path.iterdir() if "c.zip" in path.name]


def test_the_file_that_was_written_is_named(checked: Bevaka, tmp_path: Path) -> None:
    said = checked("export", "county", "--format", "zip", "-o", str(tmp_path / "c.zip"))
    assert said.err.startswith(f"{tmp_path / 'c.zip'}: county, ")
    assert checked("export", "county", "--format", "json").err.startswith("county, ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_ended_while_it_writes_leaves_no_file(tmp_path: Path, number: signal.Signals) -> None:
    writes = (
        "import pathlib, sys, time\nfrom bevaka.cli.output_file import opened_output\n"
        "with opened_output(pathlib.Path('c.zip')) as file:\n"
        "    file.write(b'half'); print('begun', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", writes],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        assert [path.name.partition("unfinished")[0] for path in tmp_path.glob("*c.zip*")] == [".c.zip."]
        process.send_signal(number)
        assert b"KeyboardInterrupt" in process.communicate(timeout=20)[1]
    assert not [path for path in tmp_path.iterdir() if "c.zip" in path.name]


@pytest.mark.parametrize("form", ["warc", "zip", "json"])
def test_an_export_is_for_its_owner_alone_until_he_hands_it_on(checked: Bevaka, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    out.touch(mode=0o644)
    assert checked("export", "county", "--format", form, "-o", str(out)).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    if form == "zip":
        with zipfile.ZipFile(out) as archive:
            assert {stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()} == {0o600}


def test_an_unknown_watch_is_a_usage_error(checked: Bevaka) -> None:
    said = checked("export", "nobody", "--format", "json")
    assert (said.code, said.out) == (2, "")
    assert "known are: county" in said.err


def test_a_dash_is_stdout(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    said = bevaka("export", "county", "--format", "json", "-o", "-")
    assert said.out.startswith("{")
    assert not (tmp_path / "-").exists()
