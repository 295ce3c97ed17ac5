"""One-word edits anywhere in the main text of captured pages: told, listed as held back, suspect, or missed.

    python -m tests.acceptance.one_word_edits FOLDER [EDITS]     (FOLDER with pages/NAME/meta.json; edits a page)

The main text is what <main>, else <article>, else <body> holds but menus, headers, footers, asides, forms, scripts and
links, by their tags. The words are replaced in the page's own markup, so that the reader has no part in choosing them.
Those that were missed are counted by the reason for which the reader left their part out, and the share is given twice:
of all, and without what the page hides (`hidden`) or calls its footer by a class alone (`footer`).
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

from monitor.core.judging.compare import compare
from monitor.core.model import Changed, Fetched, Recipe, Suspect
from monitor.errors import ExtractError
from monitor.extractors.page import Page

_DROPPED = re.compile(
    r"<(script|style|nav|header|footer|aside|form|noscript|template|svg|select|button|head|iframe|a)\b.*?</\1\s*>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)
_FRAMES = tuple(re.compile(rf"<{tag}\b.*</{tag}\s*>", re.IGNORECASE | re.DOTALL) for tag in ("main", "article", "body"))
_MARK = "qzxq"
_SEEN = frozenset({"told", "held back", "suspect"})
_WORD = re.compile(r"(?<=[>\s])[^\W\d_]{4,}(?=[\s.,<])")


def edited(html: str, chance: random.Random, count: int) -> list[str]:
    """Return the page with one word of its main text replaced, so often."""
    frame = next((found for pattern in _FRAMES if (found := pattern.search(html))), None)
    if frame is None:
        return []
    kept = list(_words_of(html, frame.start(), frame.end()))
    chosen = chance.sample(kept, min(count, len(kept)))
    return [f"{html[:start]}{html[start:end][::-1].lower()}{_MARK}{html[end:]}" for start, end in chosen]


def _words_of(html: str, start: int, end: int) -> list[tuple[int, int]]:
    holes = [match.span() for match in _DROPPED.finditer(html, start, end)]
    tags = [match.span() for match in re.finditer(r"<[^>]*>", html[start:end])]
    spans = sorted([*holes, *((start + one, start + two) for one, two in tags)])
    words, at = [], start
    for one, two in [*spans, (end, end)]:
        if one > at:
            words += [match.span() for match in _WORD.finditer(html, at, one)]
        at = max(at, two)
    return words


def main(folder: Path, count: int) -> None:
    """Print how the edits of the newest version of each page came out, and the pages where one was missed."""
    chance = random.Random(2026)
    total: Counter[str] = Counter()
    for meta in sorted(folder.glob("pages/*/meta.json")):
        facts = json.loads(meta.read_text("utf-8"))
        version = facts["versions"][-1]
        body = (meta.parent / version["file"]).read_bytes()
        at = datetime.fromisoformat(version["date"])
        fetched = Fetched(facts["url"], 200, (("Content-Type", "text/html"),), body, at)
        html = body.decode("utf-8", "surrogateescape")
        try:
            before = Page().extract(fetched, Recipe())
        except ExtractError:
            continue
        tally = Counter(_outcome(before, fetched, page) for page in edited(html, chance, count))
        total += tally
        if not _SEEN.issuperset(tally):
            print(f"{meta.parent.name:60} {dict(tally)}")  # noqa: T201  the program's output
    told, counted = total["told"] + total["held back"], total.total() - total["suspect"]
    seen = counted - total["missed, hidden"] - total["missed, footer"]
    print(f"{total.total()} edits: {dict(total)}")  # noqa: T201
    print(f"told or listed: {told / counted:.2%} of all, {told / seen:.2%} without what is hidden or a footer")  # noqa: T201


def _outcome(before: object, fetched: Fetched, html: str) -> str:
    after = Page().extract(
        Fetched(fetched.url, 200, fetched.headers, html.encode("utf-8", "surrogateescape"), fetched.taken_at), Recipe()
    )
    verdict = compare(before, after, fetched_before=fetched.taken_at, fetched_after=fetched.taken_at)  # type: ignore[arg-type]
    if isinstance(verdict, Suspect):
        return "suspect"
    if not isinstance(verdict, Changed):
        why = (part.why for part in after.dropped if _MARK in part.text)
        return f"missed, {next(why, 'hidden')}"
    return "told" if verdict.change.material else "held back"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20)
