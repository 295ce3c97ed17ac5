"""`export`: its files, for a recipient who trusts nobody, read with other tools than the program's own."""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import io
import json
import re
import stat
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # warcio has no types

from bevaka.proof import verify
from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

pytestmark = pytest.mark.usefixtures("site")


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
    assert kinds == ["warcinfo", *["response", "request", "metadata"] * 2, "resource"]
    assert {record.version for record in records} == {"WARC/1.1"}
    for record in records:
        digest = base64.b32encode(hashlib.sha256(record.block).digest()).decode()
        assert record.headers["WARC-Block-Digest"] == f"sha256:{digest}"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", record.headers["WARC-Date"])
    response, request, metadata = records[4:7]
    head, _, body = response.block.partition(b"\r\n\r\n")
    assert body == (county / "after.html").read_bytes()
    assert response.headers["WARC-Target-URI"] == f"{site.url}/county"
    lines = head.split(b"\r\n")
    assert lines[0] == b"HTTP/1.1 200 OK"
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
    links = [json.loads(line) for line in records[-1].block.decode().splitlines()]
    assert links[-1]["chain"] == chain_of(checked)


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


def test_a_title_and_an_address_that_break_lines_break_none_here(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    site.pages["/county"] = Answer(b"<title>x</title><main><h1>A</h1><p>" + b"word " * 80 + b"</p></main>")
    assert bevaka("check").code == 0
    import sqlite3  # noqa: PLC0415  only to write to the database past the program

    with sqlite3.connect(tmp_path / "data" / "bevaka.db") as database:
        database.execute(
            "UPDATE snapshots SET url = 'http://127.0.0.1/a\r\nWARC-Type: evil', headers = ?",
            (json.dumps([["X", "a\r\nSet-Cookie: evil"]]),),
        )
    database.close()
    response = read_warc(warc(bevaka, tmp_path))[1]
    assert response.headers["WARC-Type"] == "response"
    assert b"\r\nSet-Cookie" not in response.block


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


def run_verifier(*place: Path, script: Path) -> tuple[int, str]:
    """Run the verifier as a stranger would: no packages, no environment; return its exit code and its output.

    It is run inside this process as well, where its lines are counted, and must say the same.
    """
    command = [sys.executable, "-I", "-S", str(script), *map(str, place)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = verify.main([str(part) for part in place or (script.parent,)])
    assert (code, said.getvalue()) == (done.returncode, done.stdout)
    return done.returncode, done.stdout


def test_the_zip_verifies_with_nothing_but_python(
    unpacked: Path, tmp_path: Path, checked: Bevaka, county: Path
) -> None:
    code, said = run_verifier(script=unpacked / "verify.py")
    assert code == 0, said
    assert "county: 2 copies and" in said
    assert f"head of the chain: {chain_of(checked)}" in said
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


def forge(folder: Path, name: str, content: bytes) -> None:
    """Change a file, and its hash in the manifest."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_copy_that_was_forged_with_its_manifest_is_found_by_the_chain(unpacked: Path) -> None:
    forge(unpacked, "copies/0001.raw", b"<p>Nothing to see</p>")
    assert run_verifier(script=unpacked / "verify.py") == (
        1,
        "BAD  copies/0001.raw: not the copy that the chain seals\n",
    )


def test_a_link_that_was_forged_is_found_by_the_chain(unpacked: Path) -> None:
    lines = (unpacked / "chain.jsonl").read_text(encoding="utf-8").splitlines()
    link = json.loads(lines[1])
    link["facts"]["status"] = 404
    lines[1] = json.dumps(link)
    forge(unpacked, "chain.jsonl", "\n".join(lines).encode())
    assert run_verifier(script=unpacked / "verify.py") == (
        1,
        "BAD  chain.jsonl: link 2 does not follow from the one before it\n",
    )


def test_an_end_that_was_cut_off_is_found(unpacked: Path) -> None:
    lines = (unpacked / "chain.jsonl").read_text(encoding="utf-8").splitlines()
    forge(unpacked, "chain.jsonl", "\n".join(lines[:-1]).encode())
    code, said = run_verifier(script=unpacked / "verify.py")
    assert (code, said) == (1, "BAD  chain.jsonl: does not end in the head that the manifest names\n")


def test_a_missing_and_a_strange_file_are_found(unpacked: Path) -> None:
    (unpacked / "copies" / "0001.raw").unlink()
    (unpacked / "copies" / "9999.raw").write_bytes(b"")
    assert run_verifier(script=unpacked / "verify.py") == (
        1,
        "BAD  copies/9999.raw: not in the manifest\nBAD  copies/0001.raw: missing\n",
    )


def test_what_is_no_export_is_said_to_be_none(unpacked: Path, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    code, said = run_verifier(tmp_path / "x.zip", script=unpacked / "verify.py")
    assert code == 1
    assert said.startswith("BAD  cannot be read as an export")


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
        manifest = json.loads(archive.read("manifest.json"))
        archive.extract("verify.py", tmp_path)
    assert [revision["raw"] for revision in manifest["copies"]][2] is None
    assert "by retention (not among the 1 newest)" in manifest["copies"][2]["removed"]
    code, said = run_verifier(tmp_path / "c.zip", script=tmp_path / "verify.py")
    assert (code, said.splitlines()[0][:20]) == (0, "county: 3 copies and")
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
