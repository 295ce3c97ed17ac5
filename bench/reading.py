"""CPU cost of extracting a page, relative to BeautifulSoup's cost of parsing it and getting its text.

python bench/reading.py [PAGES]     prints milliseconds per page and the ratio; only ratios in one run are comparable
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec

from bs4 import BeautifulSoup

from monitor.core.model import Fetched, Recipe
from monitor.extractors.page import Page

SIZE = 46_000
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
    "ansökan",
    "bidrag",
    "utbildning",
    "kunskap",
    "metod",
    "uppföljning",
    "ansvar",
    "verksamhet",
    "länet",
    "varje",
    "och",
    "som",
    "ska",
    "för",
    "med",
    "till",
    "av",
    "det",
    "en",
    "på",
    "i",
]


def page(number: int) -> bytes:
    """Return an invented official page of about 46 kB, a different one for each number."""
    chance = random.Random(number)

    def words(count: int) -> str:
        return " ".join(chance.choices(WORDS, k=count))

    menu = "".join(f'<li class="nav-item"><a href="/{words(1)}/{n}">{words(2)}</a></li>' for n in range(40))
    parts = [
        f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{words(4)}</title>',
        '<link rel="stylesheet" href="/a.css"><script>window.state={"a":1};</script></head><body class="page">',
        f'<header class="site-header"><a href="/">Start</a><nav><ul>{menu}</ul></nav></header><main id="content">',
        f"<h1>{words(4).capitalize()}</h1>",
    ]
    size = sum(map(len, parts))
    while size < SIZE - 1200:
        items = "".join(f"<li>{words(12)} <strong>{words(2)}</strong></li>" for _ in range(4))
        part = (
            f'<section class="block"><h2 id="{words(1)}">{words(4)}</h2><p>{words(60)} <a href="/dokument/{size}.pdf">'
            f"{words(3)}</a> {words(30)}.</p><p>{words(70)}.</p><ul>{items}</ul></section>"
        )
        parts.append(part)
        size += len(part)
    parts.append('</main><footer class="footer"><p>Senast uppdaterad: 2025-11-18</p></footer></body></html>')
    return "".join(parts).encode()


def ours(bodies: Sequence[bytes]) -> None:
    """Extract blocks from bytes."""
    reader = Page()
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    for body in bodies:
        reader.extract(Fetched("https://example.se/", 200, headers, body, datetime(2026, 1, 1, tzinfo=UTC)), Recipe())


def soup(parser: str) -> Callable[[Sequence[bytes]], None]:
    """Return a function that parses bytes and gets their text, with one of BeautifulSoup's parsers."""

    def run(bodies: Sequence[bytes]) -> None:
        for body in bodies:
            BeautifulSoup(body, parser, from_encoding="utf-8").get_text()

    return run


def milliseconds(run: Callable[[Sequence[bytes]], None], bodies: Sequence[bytes]) -> float:
    """Return CPU milliseconds per page: the best of three rounds, after a few pages to warm up."""
    run(bodies[:3])
    rounds = []
    for _ in range(3):
        started = time.process_time()
        run(bodies)
        rounds.append(time.process_time() - started)
    return min(rounds) * 1000 / len(bodies)


def main(count: int = 40) -> None:
    """Measure and print the comparison."""
    bodies = [page(number) for number in range(count)]
    mine = milliseconds(ours, bodies)
    print(f"{count} pages of {sum(map(len, bodies)) / count / 1000:.1f} kB")
    print(f"bytes to blocks             {mine:6.2f} ms")
    for parser in ["html.parser", *(["lxml"] if find_spec("lxml") else [])]:
        theirs = milliseconds(soup(parser), bodies)
        print(f"BeautifulSoup ({parser:<11}) {theirs:6.2f} ms   ratio 1/{theirs / mine:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
