"""An answer of a section, read: what kind of source it is, its items, and what else belongs to it.

gzip? ─► unpack, up to a limit
kind_of ─► html: listing    xml: sitemap, index of sitemaps, feed    json: feed    text: sitemap, an address a line
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.message import Message
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from monitor.core.judging.section_changes import item_block
from monitor.core.model import Extraction, Fetched, Item, Recipe, SectionRecipe, SectionSource
from monitor.core.page.content_type import kind_of
from monitor.core.page.date_forms import DateContext, writes_day_first
from monitor.core.page.decoding import decode
from monitor.core.page.extraction import PageSource
from monitor.core.page.html_head import HtmlHead
from monitor.core.page.ignore_patterns import IgnorePatterns
from monitor.core.page.parser_limits import parser_burden
from monitor.core.page.xml_text import xml_tree
from monitor.core.section.feed import ROOTS as FEEDS
from monitor.core.section.feed import local_name, read_feed, read_json_feed
from monitor.core.section.listing import read_listing
from monitor.core.section.reading import LARGEST, SectionReading, counted, is_same_site, merged
from monitor.core.section.sitemap import ROOTS as SITEMAPS
from monitor.core.section.sitemap import read_list, read_sitemap
from monitor.core.text import clean, comparable
from monitor.errors import NoItems, NotText, SentinelMissing, SitemapsMissing, TooHeavy, TooIntricate

MULTIPART = "multipart/mixed"
"""The Content-Type of several answers kept as one body (RFC 2046, 5.1)."""
_GZIP = b"\x1f\x8b"
_HEADERS = ("Content-Type", "Last-Modified")


def extract_section(fetched: Fetched, recipe: Recipe) -> Extraction:
    """Return the items of a section as an extraction, one block an item.

    Raises NoItems, TooManyItems, SitemapsMissing, SentinelMissing, Unreadable, NotText, TooHeavy, TooIntricate, and
    SelectorMatchedNothing.
    """
    section = recipe.section or SectionRecipe()
    parts = split(fetched)
    readings = [read_answer(part, recipe) for part in parts]
    named = {url for each in readings for url in each.sitemaps if is_same_site(url, fetched.url)}
    fetched_of_them = sum(not each.sitemaps for each in readings)
    if len(named - {part.url for part, each in zip(parts, readings, strict=True) if each.sitemaps}) > fetched_of_them:
        raise SitemapsMissing(sitemaps=len(named), fetched=fetched_of_them)
    reading = merged(readings)
    items = counted(_without_ignored(reading.items, recipe), section, reading.source)
    if not items:
        raise NoItems(source=reading.source)
    blocks = tuple(item_block(item, shows_date=reading.source != "sitemap") for item in items)
    if recipe.expect is not None:
        text = comparable(" ".join([reading.title, *(block.text for block in blocks)]))
        if comparable(clean(recipe.expect)) not in text:
            raise SentinelMissing(expect=recipe.expect)
    return Extraction(
        title=reading.title or urlsplit(fetched.url).netloc,
        blocks=blocks,
        language=reading.language,
        encoding=reading.encoding,
        items=items,
        followed_as=reading.source,
    )


def read_answer(fetched: Fetched, recipe: Recipe) -> SectionReading:
    """Return what one answer says. Raises NoItems where it is not what the recipe follows, and what reading raises."""
    wanted = recipe.section.source if recipe.section else None
    fetched = unpacked(fetched)
    content_type = fetched.header("Content-Type")
    kind = kind_of(fetched.body, content_type, fetched.url)
    if kind is None:
        raise NotText(content_type=content_type)
    text, encoding = decode(fetched.body, content_type)
    source, read = _reader(kind, text, encoding, fetched, recipe)
    if source is None or wanted not in {None, source}:
        raise NoItems(source=wanted)
    return replace(read(), encoding=encoding)


def _reader(
    kind: str, text: str, encoding: str, fetched: Fetched, recipe: Recipe
) -> tuple[SectionSource | None, Callable[[], SectionReading]]:
    """Return what an answer is, None for nothing that can be followed, and what reads it. Raises Unreadable."""
    start, url = text.lstrip("\ufeff \t\r\n"), fetched.url
    context = DateContext(fetched.taken_at.date(), writes_day_first(None, urlsplit(url).hostname or ""))
    if kind == "html":
        return "listing", lambda: _listing(fetched, text, encoding, recipe)
    if kind == "json":
        return "feed", lambda: read_json_feed(start, url, context)
    if kind == "text":
        return "sitemap", lambda: read_list(start, url)
    root = xml_tree(start) if kind == "xml" else None
    if root is not None and local_name(root) in SITEMAPS:
        return "sitemap", lambda: read_sitemap(root, url, context)
    if root is not None and local_name(root) in FEEDS:
        return "feed", lambda: read_feed(root, url, context)
    return None, lambda: SectionReading("listing", "", ())


def unpacked(fetched: Fetched) -> Fetched:
    """Return an answer whose body is a gzip file, as sitemaps often are, unpacked. Raises TooHeavy, NotText."""
    if not fetched.body.startswith(_GZIP):
        return fetched
    unpacking = zlib.decompressobj(wbits=31)
    try:
        body = unpacking.decompress(fetched.body, LARGEST + 1)
    except zlib.error as error:
        raise NotText(content_type="application/gzip") from error
    if len(body) > LARGEST:
        raise TooHeavy(megabytes=LARGEST // 1_000_000)
    headers = tuple((name, value) for name, value in fetched.headers if name.lower() != "content-type")
    return replace(fetched, body=body, headers=(*headers, ("Content-Type", "application/octet-stream")))


def joined(answers: Sequence[Fetched]) -> Fetched:
    """Return several answers as one: its body has those of all, each with its address and its type (RFC 2046).

    The same answers always give the same bytes. The validators of a part say nothing of the whole, so none is kept.
    """
    first, *others = answers
    if not others:
        return first
    boundary = _boundary(answers)
    parts = []
    for answer in answers:
        named = [f"Content-Location: {answer.url}"]
        named += [f"{name}: {value}" for name in _HEADERS if (value := answer.header(name))]
        head = "\r\n".join(named).encode("utf-8", "surrogateescape")
        parts.append(b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + answer.body + b"\r\n")
    headers = (("Content-Type", f'{MULTIPART}; boundary="{boundary.decode()}"'),)
    return replace(first, headers=headers, body=b"".join(parts) + b"--" + boundary + b"--\r\n")


def split(fetched: Fetched) -> tuple[Fetched, ...]:
    """Return the answers that `joined` made one of; any other answer is one, also if a server sends such a type."""
    message = Message()
    message["Content-Type"] = fetched.header("Content-Type") or ""
    boundary = (message.get_boundary() or "").encode("utf-8", "replace")
    if message.get_content_type() != MULTIPART or not boundary:
        return (fetched,)
    parts = fetched.body.removesuffix(b"--" + boundary + b"--\r\n").split(b"--" + boundary + b"\r\n")[1:]
    answers = tuple(_part(part.removesuffix(b"\r\n"), fetched) for part in parts)
    return answers if answers and _boundary(answers) == boundary else (fetched,)


def _part(part: bytes, whole: Fetched) -> Fetched:
    head, _, body = part.partition(b"\r\n\r\n")
    named = [line.partition(": ") for line in head.decode("utf-8", "surrogateescape").split("\r\n")]
    headers = tuple((name, value) for name, _, value in named)
    url = next((value for name, value in headers if name == "Content-Location"), whole.url)
    return replace(whole, url=url, headers=headers, body=body)


def _boundary(answers: Sequence[Fetched]) -> bytes:
    """Return a line that no body has, and that the same answers always have."""
    digest = hashlib.sha256()
    for answer in answers:
        digest.update(hashlib.sha256(answer.body).digest())
    return b"bevaka-" + digest.hexdigest()[:40].encode()


def listing_tree(text: str) -> LexborHTMLParser:
    """Return the tree of an HTML page. Raises TooIntricate."""
    burden = parser_burden(text)
    if burden is not None:
        raise TooIntricate(why=burden)
    return LexborHTMLParser(text, scripting=True)


def _listing(fetched: Fetched, text: str, encoding: str, recipe: Recipe) -> SectionReading:
    tree = listing_tree(text)
    head = HtmlHead(tree)
    tag, host = head.language_tag(), urlsplit(fetched.url).hostname or ""
    source = PageSource(
        url=fetched.url,
        fetched=fetched.taken_at.date(),
        size=len(fetched.body),
        encoding=encoding,
        title=head.title(),
        tag=tag,
    )
    language = tag[:2].lower() if tag else None
    context = DateContext(fetched.taken_at.date(), writes_day_first(tag, host), language)
    return read_listing(tree, fetched.url, recipe, source, context)


def _without_ignored(items: Sequence[Item], recipe: Recipe) -> Sequence[Item]:
    """Return the items without the texts that the recipe ignores in their headlines."""
    if not recipe.ignore:
        return items
    ignore = IgnorePatterns(recipe.ignore)
    return [item._replace(title=ignore.sub(item.title)) for item in items]
