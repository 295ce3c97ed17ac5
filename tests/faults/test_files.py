"""The file laboratory: hostile and odd files are read, limited or refused, each with the right word, in a budget."""

from __future__ import annotations

import os
import resource
import warnings
from datetime import UTC, datetime

import pytest

from bevaka.assembly import Assembly
from monitor.core.model import Document, Fetched, Recipe
from monitor.core.page.document_links import DocumentLink
from monitor.errors import ExtractError, NotADocument
from monitor.heavy_work.budget import FOR_CHECKS
from monitor.heavy_work.children import Children
from monitor.reader import Reader
from monitor.wording.reasons import reason_sentence
from tests.fakes.heavy import weighing
from tests.faults.files import OddFile, odd_files
from tests.faults.lab import scaled

FILES = list(odd_files())
MOST_SECONDS, MOST_MEGABYTES = FOR_CHECKS.cpu_seconds + 2, FOR_CHECKS.address_space >> 20


def answer(body: bytes, name: str = "") -> Fetched:
    end = ".csv" if name.startswith("csv") else ""
    return Fetched(f"https://example.org/fil{end}", 200, (), body, datetime(2026, 3, 20, tzinfo=UTC))


def made(file: OddFile) -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a part twice is meant
        return file.make()


@pytest.fixture(scope="module")
def extractors() -> Reader:
    with Assembly() as assembly:
        return Reader(assembly.reader.extractors)


def verdict(reader: Reader, file: OddFile, body: bytes) -> str:
    """Return "read", or the code of the reason; a file that is read must say what it says."""
    try:
        extraction = reader.extract(answer(body, file.name), Recipe()).extraction
    except ExtractError as error:
        reason = error.reason()
        for language in ("sv", "en"):
            words = reason_sentence(reason, language)
            assert words
            assert "{" not in words
        return reason.code
    assert any(file.says in block.text for block in extraction.blocks), [block.text for block in extraction.blocks][:5]
    return "read"


def test_there_are_at_least_fifty_files() -> None:
    assert len(FILES) >= 50
    assert len({file.name for file in FILES}) == len(FILES)


@pytest.mark.parametrize("file", [file for file in FILES if not file.heavy], ids=lambda file: file.name)
def test_each_file_gets_the_right_word(extractors: Reader, file: OddFile) -> None:
    assert verdict(extractors, file, made(file)) == file.verdict


def test_as_a_document_of_a_page_each_file_is_known_at_least_by_its_bytes(extractors: Reader) -> None:
    link = DocumentLink("https://example.org/fil", "Fil", is_certain=True)
    for file in FILES:
        if file.heavy:
            continue
        try:
            document: Document | None = extractors.read_document(link, answer(made(file)), Recipe())
        except NotADocument:
            document = None
        assert document is not None, file.name
        assert (document.extraction is None) is (document.unread is not None) is (file.verdict != "read"), file.name


@pytest.mark.slow
def test_every_file_stays_within_its_budget(extractors: Reader) -> None:
    reader = Reader(extractors.extractors, Children(FOR_CHECKS))
    rows, wrong, slowest, largest = [], [], 0.0, 0
    for file in FILES[:: scaled(4, 1)]:
        body, before = made(file), resource.getrusage(resource.RUSAGE_CHILDREN)
        with weighing(os.getpid()) as scales:
            found = verdict(reader, file, body)
        largest = max(largest, scales.peak)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        slowest = max(slowest, took)
        rows.append(f"{file.name:50} {len(body):>10} bytes  {found:22} {took:6.2f} s of the processor")
        if found != file.verdict or took > MOST_SECONDS:
            wrong.append(rows[-1])
    rows.append(f"{len(rows)} files; the slowest took {slowest:.1f} s, the largest process {largest} MB")
    print("\n".join(rows))  # noqa: T201 -- the figures, with -s
    assert not wrong
    assert largest < MOST_MEGABYTES
