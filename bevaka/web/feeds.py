"""Atom feeds (RFC 4287): material changes of one watch, or of all of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree as ET  # nosec B405 # writes XML, and parses none

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.language import absolute, asked_language, page_words_for
from bevaka.web.pages import find_watch
from monitor.core.model import ChangeRecord, Language, Watch
from monitor.wording.excerpts import one_line

blueprint = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""The update time of a feed without entries; it is constant, so that the feed does not seem to be updated."""


@blueprint.get("/feed.atom")
def everything() -> Answer:
    """Return the feed of every watch.

    The language is the one that the address asks for, otherwise Swedish: feed readers ask for no language.
    """
    language = asked_language() or "sv"
    changes = web_context().history.latest(ENTRIES)
    title = page_words_for(language).say("name")
    return _answer(title, "feeds.everything", "pages.overview", {}, changes, language)


@blueprint.get("/watches/<key>/feed.atom")
def one(key: str) -> Answer:
    """Return the feed of one watch, in its own language unless the address asks for another."""
    found = find_watch(key)
    with web_context().unit_of_work.read() as work:
        records = [change for change in work.history.changes(found.id) if change.material]
    changes = [(found.watch, record) for record in reversed(records[-ENTRIES:])]
    language = asked_language() or found.watch.language
    return _answer(found.watch.name, "feeds.one", "pages.watch", {"key": key}, changes, language)


def _answer(
    title: str,
    feed: str,
    page: str,
    url_arguments: dict[str, str],
    changes: Sequence[tuple[Watch, ChangeRecord]],
    language: Language,
) -> Answer:
    """Return a feed. `feed` and `page` are the endpoints of its own address and of the page it belongs to.

    `url_arguments` are the arguments of both: the key of the watch, or none.
    """
    arguments = {**url_arguments, "lang": language}
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _text(root, "title", one_line(title))
    _text(root, "id", _id("feed", url_arguments.get("key", "")))
    _text(root, "updated", _time(changes[0][1].detected_at if changes else BEGINNING))
    _text(ET.SubElement(root, "author"), "name", page_words_for(language).say("name"))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": absolute(feed, **arguments)})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": absolute(page, **arguments)})
    for watch, record in changes:
        _entry(root, watch, record, language)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.add_etag()
    return response.make_conditional(request)


def _entry(root: ET.Element, watch: Watch, record: ChangeRecord, language: Language) -> None:
    entry = ET.SubElement(root, "entry")
    _text(entry, "title", one_line(f"{watch.name}: {record.summary[language]}"))
    _text(entry, "id", _id("change", watch.key, str(record.after_number), record.detected_at.isoformat()))
    _text(entry, "updated", _time(record.detected_at))
    address = absolute(
        "differences.diff", key=watch.key, **{"from": record.before_number, "to": record.after_number, "lang": language}
    )
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _text(entry, "summary", one_line(record.summary[language]))


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _id(*names: str) -> str:
    """Return an id that never changes, wherever the web page moves (RFC 4287, 4.2.6)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "#".join(("bevaka", *names))).urn


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
