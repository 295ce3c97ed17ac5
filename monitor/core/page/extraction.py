"""From the pieces of a page to its extraction: recipe, boilerplate, dates. The same for every kind of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlsplit

from monitor.core.model import Block, Extraction, Recipe, StatedDate
from monitor.core.page import date_forms, dates, link_targets, machine_dates, main_content
from monitor.core.page.beside_main import heading_beside
from monitor.core.page.ignore_patterns import IgnorePatterns
from monitor.core.page.language import language_of
from monitor.core.page.moved_notice import moved_notice
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


_OPENED_SHOWN = 5
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


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
    sends_to: str | None = None
    """The address to which the page sends its reader by itself."""


def build_extraction(page: PageParts, source: PageSource, recipe: Recipe) -> Extraction:
    """Return the extraction of a page, under the recipe.

    Raises EmptyText when nothing is left, or nothing but headings and links on a page that sends its reader on without
    a word; SentinelMissing when `expect` is missing.
    """
    page = _without_ignored(page, recipe)
    pieces, frames = page.pieces, main_content.PageFrames(page, source.title)
    reasons = frames.chosen_view.reasons
    context = _date_context(source, pieces, reasons)
    found = _labelled_dates(pieces, reasons, context)
    updated, published = dates.best_date(found, "updated"), dates.best_date(found, "published")
    frames.keep_stated(found.line for found in (updated, published) if found is not None)
    frames.heading_beside = heading_beside(context.language)
    blocks = frames.chosen_blocks
    notice = moved_notice(source.title, blocks)
    if source.sends_to is not None and notice is None and not any(map(_has_words_of_its_own, blocks)):
        raise EmptyText(bytes=source.size, to=source.sends_to)
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
        language=context.language,
        encoding=source.encoding,
        updated=stated_updated,
        published=stated_published,
        dropped=main_content.dropped(pieces, reasons),
        notes=(*([note] if note else []), *_note_of_opened(page)),
        claims_site_root=link_targets.is_root(source.canonical or "") and not link_targets.is_root(source.url),
        sends_to=source.sends_to,
        moved_notice=notice,
        frames=None if frames.is_of_recipe else frames,
        is_feed=page.is_feed,
    )


def _has_words_of_its_own(block: Block) -> bool:
    """True unless the block is a heading, or the texts of its links are all of it."""
    linked = sum(len(link.text) for link in block.links)
    return block.kind not in _HEADINGS and linked < len(block.text.strip(" .!:»>→"))


def _note_of_opened(page: PageParts) -> list[str]:
    names = ", ".join(page.opened[:_OPENED_SHOWN])
    more = f" and {len(page.opened) - _OPENED_SHOWN} more" if len(page.opened) > _OPENED_SHOWN else ""
    return [f"hidden parts that a control opens are read: {names}{more}"] if names else []


def _without_ignored(page: PageParts, recipe: Recipe) -> PageParts:
    """Return the page without the texts that the recipe ignores."""
    if not recipe.ignore:
        return page
    ignore = IgnorePatterns(recipe.ignore)
    remaining: list[Piece] = []
    counts = [0]  # of the first pieces, how many remain
    for piece in page.pieces:
        text = ignore.sub(piece.text)
        if text:
            links = tuple(link._replace(text=ignore.sub(link.text)) for link in piece.links)
            remaining.append(replace(piece, text=text, links=links))
        counts.append(len(remaining))
    parts = {name: (counts[start], counts[end]) for name, (start, end) in page.parts.items()}
    return replace(page, pieces=remaining, parts=parts)


def _date_context(source: PageSource, pieces: list[Piece], reasons: list[str | None]) -> date_forms.DateContext:
    """Return how to read the page's dates; a page that declares no language is written in that of its main content."""
    texts = (piece.text for piece, reason in zip(pieces, reasons, strict=True) if reason is None)
    language = language_of(source.tag, texts)
    host = urlsplit(source.url).hostname or ""
    return date_forms.DateContext(source.fetched, date_forms.writes_day_first(source.tag or language, host), language)


def _labelled_dates(
    pieces: list[Piece], reasons: list[str | None], context: date_forms.DateContext
) -> list[dates.FoundDate]:
    """Return labelled dates, those in the main content before those in boilerplate that may state one."""
    found = [
        candidate
        for candidate in dates.find_dates(pieces, context)
        if reasons[candidate.line] is None or reasons[candidate.line] in _MAY_STATE_DATE
    ]
    own = dates.without_repeated(found, lambda candidate: reasons[candidate.line] is None)
    return sorted(own, key=lambda candidate: (reasons[candidate.line] is not None, candidate.line))


def _resolve_date(
    found: dates.FoundDate | None, source: PageSource, context: date_forms.DateContext, kind: str
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
