"""From the pieces of a page to its extraction: recipe, boilerplate, dates. The same for every kind of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from monitor.core.model import Extraction, Recipe, StatedDate
from monitor.core.page import dates, link_targets, machine_dates, main_content
from monitor.core.page.ignore_patterns import IgnorePatterns
from monitor.core.page.language import language_of
from monitor.core.page.page_parts import PageParts, Piece
from monitor.core.text import clean, comparable
from monitor.errors import EmptyText, SentinelMissing

_MAY_STATE_DATE = frozenset(
    {
        None, "footer", "header", "outside main", "aside", "links", "banner", "share", "feedback", "social", "byline",
        "after the footer",
    }
)  # fmt: skip
"""Where a page may state when it was updated: in its main content (None) and in some boilerplate.

Not in a list of other pages, in a dialog or in a hidden part.
"""


@dataclass(frozen=True, slots=True)
class PageSource:
    """What is known of an answer beside its text.

    `tag` is the language tag that it declares, `meta` holds `<meta>` values under lower-cased names, `scripts` is the
    text that may hold structured data, `size` is the number of bytes.
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
    """The address that the page declares as its own."""


def build_extraction(page: PageParts, source: PageSource, recipe: Recipe) -> Extraction:
    """Return the extraction of a page, under the recipe.

    Raises EmptyText when nothing is left, SentinelMissing when `expect` is missing.
    """
    pieces = _without_ignored(page.pieces, recipe)
    reasons = main_content.find_main_content(PageParts(pieces, page.regions, page.articles), source.title)
    context = dates.DateContext(source.fetched, dates.writes_day_first(source.tag, urlsplit(source.url).hostname or ""))
    found = _labelled_dates(pieces, reasons, context)
    updated, published = dates.best_date(found, "updated"), dates.best_date(found, "published")
    for date_found in (updated, published):
        if date_found is not None:
            reasons[date_found.line] = None
    blocks = main_content.blocks(pieces, reasons)
    if not blocks:
        raise EmptyText(bytes=source.size)
    title = source.title or next((block.text for block in blocks if block.kind == "h1"), "")
    if recipe.expect is not None and not _contains(recipe.expect, [title, *(block.text for block in blocks)]):
        raise SentinelMissing(expect=recipe.expect)
    stated_updated, note = _resolve_date(updated, source, context, "updated")
    stated_published, _ = _resolve_date(published, source, context, "published")
    return Extraction(
        title=title,
        blocks=blocks,
        language=language_of(source.tag, (block.text for block in blocks)),
        encoding=source.encoding,
        updated=stated_updated,
        published=stated_published,
        dropped=main_content.dropped(pieces, reasons),
        notes=(note,) if note else (),
        claims_site_root=link_targets.is_root(source.canonical or "") and not link_targets.is_root(source.url),
    )


def _without_ignored(pieces: list[Piece], recipe: Recipe) -> list[Piece]:
    if not recipe.ignore:
        return pieces
    ignore = IgnorePatterns(recipe.ignore)
    remaining = (
        replace(
            piece,
            text=ignore.sub(piece.text),
            links=tuple(link._replace(text=ignore.sub(link.text)) for link in piece.links),
        )
        for piece in pieces
    )
    return [piece for piece in remaining if piece.text]


def _labelled_dates(
    pieces: list[Piece], reasons: list[str | None], context: dates.DateContext
) -> list[dates.FoundDate]:
    """Return labelled dates, those in the main content before those in boilerplate that may state one."""
    found = [
        candidate
        for candidate in dates.find_dates(pieces, context)
        if reasons[candidate.line] is None or reasons[candidate.line] in _MAY_STATE_DATE
    ]
    return sorted(found, key=lambda candidate: (reasons[candidate.line] is not None, candidate.line))


def _resolve_date(
    found: dates.FoundDate | None, source: PageSource, context: dates.DateContext, kind: str
) -> tuple[StatedDate | None, str | None]:
    """Return the date to state, and a note where the page's words and its metadata disagree."""
    from_machine = machine_dates.from_meta(source.meta, context, kind) or machine_dates.from_scripts(
        source.scripts, context, kind
    )
    if found is not None:
        return found.stated, machine_dates.disagreement(found.stated, from_machine) if from_machine else None
    if from_machine is None and kind == "updated":
        from_machine = machine_dates.from_header(source.last_modified, context)
    return from_machine, None


def _contains(expected: str, texts: list[str]) -> bool:
    return comparable(clean(expected)) in comparable(" ".join(texts))
