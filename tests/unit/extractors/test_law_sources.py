"""Nothing is lost: the real laws beside the repository are extracted and put together again."""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from monitor.core.judging.compare import judge
from monitor.core.law.text import parse_law
from monitor.core.model import Block, Extraction, Fetched, Recipe
from monitor.extractors.law import Law

AT = datetime(2026, 3, 1, tzinfo=UTC)
SOURCES = Path(__file__).parents[4] / "shared" / "data" / "sources"

pytestmark = pytest.mark.skipif(not SOURCES.is_dir(), reason="the sample of real laws is not beside the repository")

FILES = sorted(
    path.relative_to(SOURCES).as_posix()
    for pattern in ("riksdagen_open_data/sfs-*", "rkrattsbaser_html/sfst-*", "rkrattsbaser_es/*.json")
    for path in SOURCES.glob(pattern)
)


def source_text(path: Path) -> str:
    raw = path.read_text("utf-8-sig")
    if path.suffix == ".html":
        return html.unescape(raw.split('body-text">')[1].split("</div>")[0])
    if path.suffix == ".xml":
        page = html.unescape(re.search(r"<html>(.*)</html>", raw, re.DOTALL)[1])  # type: ignore[index]
        return html.unescape(re.sub(r"<[^>]*>", "", page.split("<hr />")[1]))
    answer = json.loads(raw)
    if "fulltext" in answer:
        return str(answer["fulltext"]["forfattningstext"])
    return str(answer["dokumentstatus"]["dokument"]["text"])


def extracted_blocks(path: Path) -> tuple[Block, ...]:
    if path.parent.name == "rkrattsbaser_es":
        return parse_law(source_text(path))[0]
    fetched = Fetched("https://example.org/", 200, (), path.read_bytes(), AT)
    assert Law().claims(fetched)
    extraction: Extraction = Law().extract(fetched, Recipe())
    register = ("Departement: ", "Omtryck: ", "Ändrad: ", "Upphävd: ", "Övrig text: ")
    return tuple(block for block in extraction.blocks[1:] if not block.text.startswith(register))


_TIME = r"(?:träder i kraft|upphör att gälla) (?:[IU]:)?\d{4}-\d\d-\d\d"


def reassembled(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Yield the lines of the text that the blocks hold: numbers before their wordings, marks taken out."""
    for block in blocks:
        number = block.label.rpartition("kap. ")[2] if block.label else ""
        lines = [number, *block.text.split("\n")] if number else block.text.split("\n")
        for index, line in enumerate(lines):
            if re.fullmatch(rf"{_TIME}:?", line, re.IGNORECASE):
                if number and index > 1 and not re.fullmatch(rf"{_TIME}:?", lines[index - 1], re.IGNORECASE):
                    yield number
            else:
                yield re.sub(rf" \({_TIME}\)$", "", line)


def bare(text: str) -> str:
    """Return the text without white space and time marks, and with the older form of § numbers rewritten."""
    text = re.sub(rf"/(?:Rubriken )?{_TIME}/?", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^§ (\d+)\.", r"\1 §", text, flags=re.MULTILINE)
    return re.sub(r"\s+", "", text)


def test_there_are_real_laws_to_read() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("name", FILES)
def test_no_word_of_a_law_is_lost(name: str) -> None:
    path = SOURCES / name
    assert bare(" ".join(reassembled(extracted_blocks(path)))) == bare(source_text(path))


@pytest.mark.parametrize("name", FILES)
def test_every_time_mark_is_kept(name: str) -> None:
    path = SOURCES / name
    marked = re.findall(r"[IU]:(\d{4}-\d\d-\d\d)", source_text(path))
    mark = re.compile(r"(?:träder i kraft|upphör att gälla) (\d{4}-\d\d-\d\d)", re.IGNORECASE)
    kept = [day for block in extracted_blocks(path) for day in mark.findall(block.text)]
    assert sorted(kept) == sorted(marked)


@pytest.mark.parametrize("name", FILES)
def test_labels_are_unique_and_in_form(name: str) -> None:
    labels = [block.label for block in extracted_blocks(SOURCES / name) if block.label]
    assert len(labels) == len(set(labels))
    assert all(re.fullmatch(r"(\d+( [a-z]{1,2})? kap\. )?\d+( [a-z]{1,2})? §", label) for label in labels)


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("riksdagen") and name.endswith("json")])
def test_text_and_html_of_a_real_law_read_the_same(name: str) -> None:
    answer = json.loads((SOURCES / name).read_text("utf-8-sig"))
    body = (SOURCES / name).read_bytes()
    answer["dokumentstatus"]["dokument"]["text"] = ""
    extractions = [
        Law().extract(Fetched("https://example.org/", 200, (), each, AT), Recipe())
        for each in (body, json.dumps(answer).encode())
    ]
    assert extractions[0].blocks == extractions[1].blocks


def law(text: str) -> Extraction:
    return Extraction("Lag", parse_law(text)[0], law="2025:400")


def test_the_largest_law_is_read_and_compared_in_no_more_than_twice_the_time_of_a_soup() -> None:
    text = source_text(max((SOURCES / name for name in FILES), key=lambda path: path.stat().st_size))
    page = "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\n\s*\n", text))

    def seconds(work: object) -> float:
        started = time.process_time()
        work()  # type: ignore[operator]
        return time.process_time() - started

    soup = min(seconds(lambda: BeautifulSoup(page, "html.parser")) for _ in range(3))
    known, edited = law(text), text.replace("ska", "bör", 3)
    assert min(seconds(lambda: judge(known, law(edited), fetched_after=AT)) for _ in range(3)) <= 2 * soup
