"""Check an exported history of Bevaka. Needs Python 3.8 or newer and nothing else.

    python verify.py              in the unpacked folder
    python verify.py county.zip   without unpacking

It checks that every file is as the manifest says, that the chain of hashes goes from the watch's name to its head
through every revision, change, run of looks and removal, that every copy is the one that its link seals, and that the
time stamps are about links of this chain. Whether a time stamp was signed by an authority that you trust is for
openssl to say; the command is printed. Exits with 0 when all is well, else with 1.

The chain: link 0 is the SHA-256 of the watch's key; link n is the SHA-256 of link n-1 in hexadecimal, a line feed, and
the facts as JSON with sorted keys, without spaces, in UTF-8.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


class Export:
    """The files of an export, in a folder or in the zip file."""

    def __init__(self, place: Path) -> None:
        self._zip = zipfile.ZipFile(place) if place.is_file() else None
        self._folder = place

    def names(self) -> list[str]:
        """The name of every file."""
        if self._zip:
            return self._zip.namelist()
        files = (file for file in self._folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
        return [file.relative_to(self._folder).as_posix() for file in files]

    def read(self, name: str) -> bytes:
        """The bytes of one file."""
        return self._zip.read(name) if self._zip else (self._folder / name).read_bytes()

    def close(self) -> None:
        """Let go of the zip file."""
        if self._zip:
            self._zip.close()


def check(export: Export) -> list[str]:
    """Everything that is wrong, a line each."""
    wrong: list[str] = []
    manifest = json.loads(export.read(MANIFEST))
    there = set(export.names())
    files: dict[str, str] = manifest["files"]
    wrong += [f"{name}: not in the manifest" for name in sorted(there - set(files) - {MANIFEST})]
    wrong += [f"{name}: missing" for name in sorted(set(files) - there)]
    for name in sorted(set(files) & there):
        if _sha256(export.read(name)) != files[name]:
            wrong.append(f"{name}: not as the manifest says")
    if "chain.jsonl" not in there:
        return wrong
    links = [
        json.loads(line) for line in export.read("chain.jsonl").decode("utf-8", "surrogateescape").split("\n") if line
    ]
    wrong += _check_chain(manifest, links)
    wrong += _check_copies(export, manifest, links, there)
    for stamp in manifest["timestamps"]:
        if {stamp["statement"], stamp["token"]} <= there:
            wrong += _check_stamp(export, manifest, stamp, links)
    return wrong


def _check_chain(manifest: dict[str, Any], links: list[dict[str, Any]]) -> list[str]:
    previous = _sha256(manifest["watch"]["key"].encode("utf-8", "surrogateescape"))
    for number, link in enumerate(links, start=1):
        facts = json.dumps(link["facts"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        sealed = _sha256(f"{previous}\n{facts}".encode("utf-8", "surrogateescape"))
        if link["number"] != number or link["chain"] != sealed:
            return [f"chain.jsonl: link {number} does not follow from the one before it"]
        previous = link["chain"]
    if manifest["head"] != previous or manifest["length"] != len(links):
        return ["chain.jsonl: does not end in the head that the manifest names"]
    return []


def _check_copies(export: Export, manifest: dict[str, Any], links: list[dict[str, Any]], there: set[str]) -> list[str]:
    wrong = []
    copies = {copy["revision"]: copy for copy in manifest["copies"]}
    removed = {(link["facts"]["number"], link["facts"]["raw_sha256"]) for link in links if link["kind"] == "removal"}
    sealed = [link["facts"] for link in links if link["kind"] == "snapshot"]
    for facts in sealed:
        number, sha256 = facts["number"], facts["raw_sha256"]
        name = copies[number]["raw"] if number in copies else None
        if name is None:
            if (number, sha256) not in removed:
                wrong.append(f"revision {number}: the copy is missing, and no link says that it was removed")
        elif name in there and (_sha256(export.read(name)) != sha256 or len(export.read(name)) != facts["size"]):
            wrong.append(f"{name}: not the copy that the chain seals")
    extra = sorted(set(copies) - {facts["number"] for facts in sealed})
    return wrong + [f"revision {number}: not in the chain" for number in extra]


def _check_stamp(
    export: Export, manifest: dict[str, Any], stamp: dict[str, Any], links: list[dict[str, Any]]
) -> list[str]:
    statement = export.read(stamp["statement"])
    ours = _sha256(manifest["watch"]["key"].encode("utf-8", "surrogateescape"))
    lines = [line.split(" ") for line in statement.decode().splitlines()]
    mine = next((line for line in lines if line[0] == ours), None)
    if mine is None:
        return [f"{stamp['statement']}: says nothing of this watch"]
    number = int(mine[1])
    wrong = []
    if number > len(links) or links[number - 1]["chain"] != mine[2]:
        wrong.append(f"{stamp['statement']}: is about another chain (link {number})")
    if hashlib.sha256(statement).digest() not in export.read(stamp["token"]):
        wrong.append(f"{stamp['token']}: is not about {stamp['statement']}")
    return wrong


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main(arguments: list[str]) -> int:
    """Check, and say what was found."""
    manifest: Any = None
    try:
        export = Export(Path(arguments[0]) if arguments else Path(__file__).resolve().parent)
        try:
            wrong = check(export)
            manifest = json.loads(export.read(MANIFEST))
        finally:
            export.close()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        wrong = [f"cannot be read as an export: {error!r}"]
    for line in wrong:
        _say(f"BAD  {line}")
    if wrong or manifest is None:
        return 1
    copies = [copy for copy in manifest["copies"] if copy["raw"]]
    _say(f"{manifest['watch']['key']}: {len(copies)} copies and {manifest['length']} links are as they were kept")
    _say(f"head of the chain: {manifest['head']}")
    for stamp in manifest["timestamps"]:
        _say(f"time stamp {stamp['at']} by {stamp['authority']}; to check its signature:")
        _say(f"  openssl ts -verify -data {stamp['statement']} -in {stamp['token']} -CAfile AUTHORITY.pem")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
