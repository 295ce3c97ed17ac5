"""Atom feeds (RFC 4287): the events of one watch, or of all of them, with the words that changed."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import cast
from xml.etree import ElementTree as ET  # nosec B405 # writes XML, and parses none

from flask import Blueprint, Response, current_app, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.language import absolute, asked_language, page_words_for
from bevaka.web.pages import find_watch, latest_sentence
from bevaka.web.tags import find_tag
from monitor.core.law.days import EntryIntoForce, with_new_numbers_once
from monitor.core.model import BlockChange, ChangeRecord, EventKind, Language
from monitor.core.people.followed_keys import tag_key
from monitor.errors import BodyRemoved, ExtractError
from monitor.history import LatestEvent
from monitor.wording.absences import absence
from monitor.wording.catalogue import words_for
from monitor.wording.entries import entry, places
from monitor.wording.events import flapping_details, flapping_summary
from monitor.wording.excerpts import one_line
from monitor.wording.law_in_force import as_change

blueprint = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
CHANGES_SHOWN = 20
"""Block changes whose words an entry has."""
CONTENTS = "bevaka.feed_contents"
CONTENTS_KEPT = 500
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""The update time of a feed without entries; it is constant, so that the feed does not seem to be updated."""


@blueprint.get("/feed.atom")
def everything() -> Answer:
    """Return the feed of every watch.

    The language is the one that the address asks for, otherwise Swedish: feed readers ask for no language.
    """
    language = asked_language() or "sv"
    title = page_words_for(language).say("name")
    return _answer(title, "feeds.everything", "pages.overview", {}, language, None)


@blueprint.get("/watches/<watch:key>/feed.atom")
def one(key: str) -> Answer:
    """Return the feed of one watch, in its own language unless the address asks for another."""
    watch = find_watch(key).watch
    language = asked_language() or watch.language
    return _answer(watch.name, "feeds.one", "pages.watch", {"key": key}, language, key)


@blueprint.get("/tags/<name>/feed")
def of_tag(name: str) -> Answer:
    """Return the feed of the watches that have a tag, in Swedish unless the address asks for another language."""
    language, tag = asked_language() or "sv", find_tag(name)
    return _answer(tag.name, "feeds.of_tag", "tags.tag", {"name": name}, language, tag_key(name))


def _answer(
    title: str,
    feed: str,
    page: str,
    url_arguments: dict[str, str],
    language: Language,
    key: str | None,
) -> Answer:
    """Return a feed. `feed` and `page` are the endpoints of its own address and of the page it belongs to.

    `url_arguments` are the arguments of both; `key` is that of a watch or a tag (`tag:NAME`), None for all watches.
    """
    arguments = {**url_arguments, "lang": language}
    events = web_context().history.latest(ENTRIES, key)
    root = ET.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    _text(root, "title", one_line(title))
    _text(root, "id", _id("feed", key or ""))
    _text(root, "updated", _time(events[0].event.at if events else BEGINNING))
    _text(ET.SubElement(root, "author"), "name", page_words_for(language).say("name"))
    ET.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": absolute(feed, **arguments)})
    ET.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": absolute(page, **arguments)})
    for latest in events:
        _entry(root, latest, language)
    body = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    response = Response(body, content_type="application/atom+xml; charset=utf-8")
    response.add_etag()
    return response.make_conditional(request)


def _entry(root: ET.Element, latest: LatestEvent, language: Language) -> None:
    watch, event, record = latest.watch, latest.event, latest.event.change
    names = (watch.key, str(record.after_number), record.detected_at.isoformat()) if record else _names(latest)
    address = absolute("pages.watch", key=watch.key, lang=language)
    if record:
        numbers = {"from": record.before_number, "to": record.after_number}
        address = absolute("differences.diff", key=watch.key, lang=language, **numbers)
    sentence = latest_sentence(latest, language)
    entry = ET.SubElement(root, "entry")
    _text(entry, "title", one_line(f"{watch.name}: {sentence}"))
    _text(entry, "id", _id("change" if record else "event", *names))
    _text(entry, "updated", _time(event.at))
    ET.SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": address})
    _text(entry, "summary", sentence)
    ET.SubElement(entry, "content", {"type": "html"}).text = _contents().of(latest, language)


def _names(latest: LatestEvent) -> tuple[str, ...]:
    """Return what tells an event apart that is not a change; what takes effect on one day is one event."""
    event = latest.event
    names = (latest.watch.key, event.kind.value, (event.due_on or event.at).isoformat())
    return (*names, str(event.facts["document"])) if event.is_about_document else names


class _Contents:
    """The contents of entries as HTML, kept in memory: an event never changes, and a diff costs time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, Language], str] = OrderedDict()
        self._lock = Lock()

    def of(self, latest: LatestEvent, language: Language) -> str:
        """Return the content of an entry."""
        key = latest.event.id, language
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        content = _content(latest, language)
        with self._lock:
            self._kept[key] = content
            if len(self._kept) > CONTENTS_KEPT:
                self._kept.popitem(last=False)
        return content


@blueprint.record
def _keep_contents(state: BlueprintSetupState) -> None:
    """Give each application contents of its own."""
    state.app.extensions[CONTENTS] = _Contents()


def _contents() -> _Contents:
    return cast("_Contents", current_app.extensions[CONTENTS])


def _content(latest: LatestEvent, language: Language) -> str:
    """Return what happened, with the words that changed, as HTML without attributes."""
    words, zone = words_for(language), latest.watch.cadence.timezone
    sentences, blocks = [latest_sentence(latest, language)], []
    match latest.event.kind:
        case EventKind.CHANGED if latest.event.change:
            blocks = [block for block in _blocks(latest.watch.key, latest.event.change) if block.material]
        case EventKind.IN_FORCE:
            parts = with_new_numbers_once([EntryIntoForce.from_facts(event.facts) for event in latest.same_day])
            blocks = [as_change(part) for part in parts]
        case EventKind.FLAPPING:
            sentences += flapping_details(latest.event.at, flapping_summary(latest.event, words), zone, words)
        case _:
            sentences = absence(latest.event, zone, words)[1]
    found = places(blocks[:CHANGES_SHOWN])
    return render_template(
        "feed_entry.html",
        sentences=sentences,
        entries=[entry(place, words) for place in found],
        unshown=page_words_for(language).count("feed_entry.unshown", len(blocks) - CHANGES_SHOWN)
        if len(blocks) > CHANGES_SHOWN
        else "",
    )


def _blocks(key: str, record: ChangeRecord) -> Sequence[BlockChange]:
    """Return the block changes of a change; none where its revisions can no longer be compared."""
    try:
        found = web_context().history.diff(f"{key}#{record.before_number}", f"{key}#{record.after_number}")
    except (BodyRemoved, ExtractError):
        return ()
    return found.change.blocks if found.change else ()


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _id(*names: str) -> str:
    """Return an id that never changes, wherever the web page moves (RFC 4287, 4.2.6)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, "#".join(("bevaka", *names))).urn


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
