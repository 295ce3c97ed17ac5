"""Invented official pages of 30 to 60 kB: a different page for each number, with a different text in each version."""

from __future__ import annotations

import random
from functools import cache

WORDS = str.split(
    "kommun region stöd våld barn skydd arbete samverkan myndighet beslut rapport uppdrag plan insats ansökan bidrag "
    "utbildning kunskap metod uppföljning ansvar verksamhet länet varje och som ska för med till av det en på i"
)
SECTIONS = 1_500
SMALLEST, LARGEST = 30_000, 60_000
NONCE = b"0" * 32
"""Placeholder in attributes that no reader sees; the site replaces it to make noise."""


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORDS, k=count))


@cache
def _sections() -> tuple[str, ...]:
    """Return a stock of sections, from which every page takes a sample."""
    chance = random.Random("sections")
    made = []
    for number in range(SECTIONS):
        items = "".join(
            f"<li>{_words(chance, 12)} <strong>{_words(chance, 2)}</strong></li>\n" for _ in range(chance.randint(2, 5))
        )
        made.append(
            f'<section class="block"><h2 id="{_words(chance, 1)}">{_words(chance, 4)}</h2>\n<p>{_words(chance, 60)} '
            f'<a href="/dokument/{number}.pdf">{_words(chance, 3)}</a> {_words(chance, 30)}.</p>\n'
            f"<p>{_words(chance, 70)}.</p>\n<ul>\n{items}</ul></section>\n"
        )
    return tuple(made)


def page(number: int, version: int = 0) -> bytes:
    """Return page `number` in a version; versions differ in a date and in a number in one paragraph."""
    chance = random.Random(number)
    title = _words(chance, 4).capitalize()
    menu = "".join(
        f'<li class="nav-item"><a href="/{_words(chance, 1)}/{n}">{_words(chance, 2)}</a></li>\n' for n in range(40)
    )
    parts = [
        f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{title}</title>',
        f'<meta name="csrf-token" content="{NONCE.decode()}"><link rel="stylesheet" href="/a.css">',
        '<script>window.state={"a":1};</script></head><body class="page"><header class="site-header">',
        f'<a href="/">Start</a><nav><ul>{menu}</ul></nav></header><main id="content"><h1>{title} {number}</h1>',
        f"<p>Ansökan ska ha kommit in senast den {1 + version % 28} april. Länet har {number + version} platser.</p>",
    ]
    size, wanted = sum(map(len, parts)), chance.randint(SMALLEST, LARGEST - 1_500) + 1_200
    for section in chance.sample(_sections(), k=60):
        if size + len(section) > wanted:
            break
        parts.append(section)
        size += len(section)
    parts.append('</main><footer class="footer"><p>Senast uppdaterad: 2025-11-18</p></footer></body></html>')
    return "".join(parts).encode()
