"""From what was walked past to an extraction: the recipe, furniture, dates. The same for every kind of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from monitor.core.model import Extraction, Recipe, StatedDate
from monitor.core.page import dates, link_targets, machine_dates, main_content
from monitor.core.page.ignore_patterns import IgnorePatterns
from monitor.core.page.language import language_of
from monitor.core.page.pieces import Piece, Walked
from monitor.core.text import clean, comparable
from monitor.errors import EmptyText, SentinelMissing

_MAY_SAY_A_DATE = frozenset(
    {
        None, "footer", "header", "outside main", "aside", "links", "banner", "share", "feedback", "social", "byline",
        "after the footer",
    }
)  # fmt: skip
"""Where a page may say when it was updated: in what counts (None) and in some furniture. Not in a list of other
pages, a dialog or what is hidden."""


@dataclass(frozen=True, slots=True)
class PageSource:
    """What is known of an answer beside its text.

    `tag` is the language tag it declares, `meta` holds `<meta>` values under lower-cased names, `scripts` the text in
    which structured data may stand, `size` is the number of bytes.
    """

    url: str
    fetched: date
    size: int
    encoding: str
    title: str = ""
    tag: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    scripts: str = ""
    last_modified: str | None = None
    canonical: str | None = None
    """The address that the page says is its own."""


def build_extraction(walked: Walked, source: PageSource, recipe: Recipe) -> Extraction:
    """What a careful reader reads. Raises EmptyText when nothing is left, SentinelMissing when `expect` is missing."""
    pieces = _without_ignored(walked.pieces, recipe)
    reasons = main_content.find_main_content(Walked(pieces, walked.regions, walked.articles), source.title)
    context = dates.DateContext(source.fetched, dates.reads_day_first(source.tag, urlsplit(source.url).hostname or ""))
    found = _labelled(pieces, reasons, context)
    updated, published = dates.best_date(found, "updated"), dates.best_date(found, "published")
    for one in (updated, published):
        if one is not None:
            reasons[one.line] = None
    blocks = main_content.blocks(pieces, reasons)
    if not blocks:
        raise EmptyText(bytes=source.size)
    title = source.title or next((block.text for block in blocks if block.kind == "h1"), "")
    if recipe.expect is not None and not _contains(recipe.expect, [title, *(block.text for block in blocks)]):
        raise SentinelMissing(expect=recipe.expect)
    said_updated, note = _settled(updated, source, context, "updated")
    said_published, _ = _settled(published, source, context, "published")
    return Extraction(
        title=title,
        blocks=blocks,
        language=language_of(source.tag, (block.text for block in blocks)),
        encoding=source.encoding,
        updated=said_updated,
        published=said_published,
        dropped=main_content.dropped(pieces, reasons),
        notes=(note,) if note else (),
        calls_itself_home=link_targets.is_root(source.canonical or "") and not link_targets.is_root(source.url),
    )


def _without_ignored(pieces: list[Piece], recipe: Recipe) -> list[Piece]:
    if not recipe.ignore:
        return pieces
    ignore = IgnorePatterns(recipe.ignore)
    left = (
        replace(
            piece,
            text=ignore.sub(piece.text),
            links=tuple(link._replace(text=ignore.sub(link.text)) for link in piece.links),
        )
        for piece in pieces
    )
    return [piece for piece in left if piece.text]


def _labelled(pieces: list[Piece], reasons: list[str | None], context: dates.DateContext) -> list[dates.FoundDate]:
    """Labelled dates, those in what counts before those in furniture that may say one."""
    found = [
        one
        for one in dates.find_dates(pieces, context)
        if reasons[one.line] is None or reasons[one.line] in _MAY_SAY_A_DATE
    ]
    return sorted(found, key=lambda one: (reasons[one.line] is not None, one.line))


def _settled(
    found: dates.FoundDate | None, source: PageSource, context: dates.DateContext, kind: str
) -> tuple[StatedDate | None, str | None]:
    """The date to state, and a note where the page's words and its metadata disagree."""
    machine = machine_dates.from_meta(source.meta, context, kind) or machine_dates.from_scripts(
        source.scripts, context, kind
    )
    if found is not None:
        return found.stated, machine_dates.disagreement(found.stated, machine) if machine else None
    if machine is None and kind == "updated":
        machine = machine_dates.from_header(source.last_modified, context)
    return machine, None


def _contains(expected: str, texts: list[str]) -> bool:
    return comparable(clean(expected)) in comparable(" ".join(texts))
