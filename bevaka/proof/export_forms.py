"""The three forms of an export. What they hold is made by `bevaka.proof.verify`, which checks it as well."""

from __future__ import annotations

import gzip
import zipfile
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from bevaka.proof.verify import PRIVATE, Record, json_lines, warc_records, zip_files, zip_time

VERIFIER = Path(__file__).with_name("verify.py")


def write_zip(out: BinaryIO, record: Record) -> None:
    """Write a zip that explains and verifies itself; `out` must be seekable."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, at in zip_files(record, VERIFIER.read_bytes()):
            archive.writestr(_entry(name, at), content)


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, zip_time(at))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = PRIVATE << 16
    return entry


def write_json(out: BinaryIO, record: Record) -> None:
    """Write lines of JSON, one object a line."""
    out.writelines(json_lines(record, VERIFIER.read_bytes()))


def write_warc(out: BinaryIO, record: Record) -> None:
    """Write a WARC 1.1 file, a gzip member a record."""
    out.writelines(gzip.compress(whole, mtime=0) for whole in warc_records(record, VERIFIER.read_bytes()))
