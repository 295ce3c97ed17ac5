"""CPU cost of comparing, judging and wording a changed page, relative to BeautifulSoup's parse of the same page.

python bench/comparing.py     prints milliseconds and ratios; only ratios within one run are comparable
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec

from bs4 import BeautifulSoup

from monitor.core.judging.compare import compare, judge
from monitor.core.model import Block, Change, Changed, Extraction
from monitor.wording.summary import summarise

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PARAGRAPHS = 150
LINES = 20_000
VOCABULARY = (
    "kommun region stöd våld barn skydd arbete samverkan myndighet beslut rapport uppdrag plan insats ansökan bidrag "
    "utbildning kunskap metod uppföljning ansvar verksamhet länet varje och som ska för med till av det en på i 12 2026"
)


def sentences(chance: random.Random, count: int, length: int) -> list[str]:
    """Return invented sentences."""
    return [" ".join(chance.choices(VOCABULARY.split(), k=length)).capitalize() + "." for _ in range(count)]


def reading(texts: list[str]) -> Extraction:
    """Return the extraction of a page with these paragraphs under a heading."""
    return Extraction("Sida", (Block("h1", "Sida"), *(Block("p", text, ("Sida",)) for text in texts)), language="sv")


def html(texts: list[str]) -> str:
    """Return the same page as HTML, with about as much markup as official pages have."""
    menu = "".join(f'<li class="nav-item"><a href="/{n}" data-id="{n * 7919}">Sida {n}</a></li>' for n in range(80))
    body = "".join(f'<div class="row"><p class="text">{text}</p></div>' for text in texts)
    return f'<html lang="sv"><body><nav><ul>{menu}</ul></nav><main><h1>Sida</h1>{body}</main></body></html>'


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Return CPU milliseconds of one round: the best of five measurements."""
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        for _ in range(rounds):
            work()
        best = min(best, (time.process_time() - started) / rounds)
    return best * 1000


def decide(before: Extraction, after: Extraction) -> Change:
    """Compare and judge: verdict and classes."""
    verdict = compare(before, after, fetched_before=NOW, fetched_after=NOW)
    if not isinstance(verdict, Changed):
        raise TypeError(verdict)
    return verdict.change


def edited(texts: list[str], chance: random.Random, share: float) -> list[str]:
    """Return the texts with a word replaced in some of them and a new sentence inserted."""
    some = [text.replace("kommun", "stad", 1) if chance.random() < share else text for text in texts]
    return [*some[:20], *sentences(chance, 1, 14), *some[20:]]


def main() -> None:
    """Measure and print."""
    chance = random.Random(7)
    texts = sentences(chance, PARAGRAPHS, 40)
    markup = html(texts)
    parser = "lxml" if find_spec("lxml") else "html.parser"
    parse = milliseconds(lambda: BeautifulSoup(markup, parser).get_text(), 3)
    print(f"{len(markup) // 1000} kB page; BeautifulSoup ({parser}) parse and text: {parse:.2f} ms")
    before = reading(texts)
    for name, share in (("one paragraph in 20 edited", 0.05), ("every second edited", 0.5)):
        after = reading(edited(texts, chance, share))
        decided = milliseconds(lambda after=after: decide(before, after), 5)  # type: ignore[misc]
        change = decide(before, after)
        worded = milliseconds(lambda change=change: summarise(change), 5)  # type: ignore[misc]
        print(
            f"{name}: compared and judged in {decided:.2f} ms, {decided / parse:.2f} of the parse; "
            f"put into words in {worded:.2f} ms, {worded / parse:.2f}"
        )
    pool = sentences(chance, 300, 8)
    lines = [chance.choice(pool) for _ in range(LINES)]
    started = time.process_time()
    judge(reading(lines), reading(edited(lines, chance, 0.02)), fetched_after=NOW)
    print(f"{LINES} lines, most of them repeats, 2 % edited: {time.process_time() - started:.2f} s")


if __name__ == "__main__":
    main()
