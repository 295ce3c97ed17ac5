"""CPU cost of extracting a law and comparing it with an edited version, relative to BeautifulSoup's parse of it.

python bench/law.py [FILE]      FILE: a dokumentstatus answer (JSON); without one, an invented law of 400 sections

Prints milliseconds and the ratio; only ratios within one run are comparable. The limit is 2.
"""

from __future__ import annotations

import html
import json
import random
import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bs4 import BeautifulSoup

from monitor.core.judging.compare import judge
from monitor.core.model import Extraction, Fetched, Recipe
from monitor.extractors.law import Law

AT = datetime(2026, 3, 1, tzinfo=UTC)
SECTIONS = 400
ROUNDS = 5
WORDS = [
    "kommun",
    "region",
    "stöd",
    "våld",
    "barn",
    "skydd",
    "arbete",
    "samverkan",
    "myndighet",
    "beslut",
    "rapport",
    "uppdrag",
    "plan",
    "insats",
]


def main() -> None:
    """Measure and print."""
    body = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else invented()
    edited = body.replace(b"ska", b"b\\u00f6r", 3)
    document = json.loads(body.decode("utf-8-sig"))["dokumentstatus"]["dokument"]
    page = document.get("html") or as_page(document["text"])
    known = read(body)
    soup = cheapest(lambda: BeautifulSoup(page, "html.parser"))
    reading = cheapest(lambda: read(edited))
    whole = cheapest(lambda: judge(known, read(edited), fetched_after=AT))
    print(f"{len(body) / 1000:.0f} kB, {len(known.blocks)} blocks")
    print(f"BeautifulSoup's parse   {soup * 1000:7.1f} ms")
    print(f"reading                 {reading * 1000:7.1f} ms   {reading / soup:.2f}")
    print(f"reading and comparing   {whole * 1000:7.1f} ms   {whole / soup:.2f}")


def read(body: bytes) -> Extraction:
    """Extract the law as a check does."""
    return Law().extract(Fetched("https://example.org/", 200, (), body, AT), Recipe())


def as_page(text: str) -> str:
    """Return the text as a plain page, for BeautifulSoup to parse where the answer has no HTML form."""
    return "".join(f"<p>{html.escape(part)}</p>" for part in re.split(r"\r?\n\s*\r?\n", text))


def cheapest(work: Callable[[], object]) -> float:
    """Return CPU seconds: the best of `ROUNDS` measurements."""
    return min(seconds(work) for _ in range(ROUNDS))


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def invented() -> bytes:
    """Return a law of many sections, the same in every run."""
    chance = random.Random(1)
    parts = []
    for number in range(1, SECTIONS + 1):
        if number % 10 == 1:
            parts.append(f"Om {chance.choice(WORDS)} och {chance.choice(WORDS)} {number}")
        sentences = [f"En {chance.choice(WORDS)} ska ha {' '.join(chance.choices(WORDS, k=12))}." for _ in range(4)]
        parts.append(f"{number} § {sentences[0]}")
        parts += [*sentences[1:3], f"{sentences[3]} Lag (20{chance.randint(10, 25)}:{number})."]
    document = {"beteckning": "2020:1", "titel": "Lag (2020:1) om prov", "text": "\r\n\r\n".join(parts)}
    return json.dumps({"dokumentstatus": {"dokument": document}}, ensure_ascii=False).encode()


if __name__ == "__main__":
    main()
