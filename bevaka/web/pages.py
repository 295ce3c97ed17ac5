"""The pages of history: the overview, a watch, a revision."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import TypeVar
from urllib.parse import quote, unquote, urlsplit

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from bevaka.web.chapters import chapters, days_of_law
from bevaka.web.context import web_context
from bevaka.web.language import language, mail_words
from bevaka.web.listed_items import SHOWN_AT_ONCE, ListedItems, listed_items
from bevaka.web.paper import paper
from bevaka.web.timeline import Strip, gaps, strip
from monitor.core.law.days import swedish_day
from monitor.core.law.riksdagen_page import law_page
from monitor.core.model import SWEDISH_TIME, Block, KnownTag, Language, Watch
from monitor.core.people.operator_alerts import is_overdue
from monitor.core.section.keys import in_file_name
from monitor.core.text import comparable
from monitor.errors import ExtractError
from monitor.history import LatestEvent, Revision, WatchLog
from monitor.ports.values import StatusRow, WatchRow
from monitor.wording.catalogue import words_for
from monitor.wording.events import event_sentence

blueprint = Blueprint("pages", __name__)

MOST_CARDS = 30
"""Watches that the overview shows as cards; of more, it shows a line each."""
LINES = 100
"""Watches on one page of the overview."""
CHAPTERS = 60
CHANGES_SHOWN = 6
LONGEST_NAME = 200
"""Characters of the name under which a document is saved."""
UNWELL = frozenset({"not_seen", "suspect", "moved", "withdrawn"})
SEEN = frozenset({"first", "unchanged", "changed"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Card:
    """A watch as the overview shows it."""

    row: StatusRow
    log: WatchLog
    strip: Strip | None
    gaps: int

    @property
    def watch(self) -> Watch:
        """The watch as the schedule last defined it."""
        return self.log.watch


@dataclass(frozen=True, slots=True)
class Slice:
    """The number of one page of a long list, and how many pages there are."""

    page: int
    pages: int


class Tally:
    """Iterates over all watches once and counts them, since there may be too many to hold in memory."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self.total = self.unwell = self.overdue = self.matching = 0

    def found(self) -> Iterator[StatusRow]:
        """Yield the watches whose name or key contains the wanted words."""
        now = web_context().clock.now()
        for row in web_context().history.each_status():
            self.total += 1
            self.overdue += is_overdue(row.next_check, now)
            self.unwell += row.state in UNWELL
            if not self._wanted or self._wanted in comparable(f"{row.name} {row.watch}").casefold():
                self.matching += 1
                yield row


@blueprint.get("/")
def overview() -> str:
    """Show the state of every watch."""
    query = request.args.get("q", "").strip()[:200]
    tally = Tally(comparable(query).casefold())
    page = asked_page()
    first = nsmallest(page * LINES, tally.found(), key=rank)
    where = slice_of(page, tally.matching, LINES)
    shown = first[(page - 1) * LINES :]
    is_dense = tally.matching > MOST_CARDS
    return render_template(
        "overview.html",
        total=tally.total,
        unwell=tally.unwell,
        overdue=tally.overdue,
        cards=[] if is_dense else [_card(row) for row in shown],
        lines=shown if is_dense else [],
        zone=SWEDISH_TIME,
        latest=[
            (latest, latest_sentence(latest, language())) for latest in web_context().history.latest(CHANGES_SHOWN)
        ],
        query=query,
        where=where,
        tags=all_tags(),
        now=web_context().clock.now(),
    )


@blueprint.app_template_filter()
def shown_state(state: str, due_at: datetime | None) -> str:
    """Return the state to show: "late" for that of a page that was seen, and should long have been checked again."""
    return "late" if state in SEEN and is_overdue(due_at, web_context().clock.now()) else state


def rank(row: StatusRow) -> tuple[bool, float, str]:
    """Rank the watches: those in trouble first, then those that changed last."""
    is_well = row.state not in UNWELL
    changed = row.last_changed.timestamp() if row.last_changed and is_well else 0.0
    return is_well, -changed, row.name.casefold()


def _card(row: StatusRow) -> Card:
    log = web_context().history.log(row.watch)
    timeline = strip(log.observations, changes_of(log), web_context().clock.now())
    return Card(row, log, timeline, len(gaps(log.observations)))


def changes_of(log: WatchLog) -> list[tuple[datetime, bool]]:
    """Return when a watch changed, and whether each change was material."""
    return [(row.at, row.material) for row in log.rows if row.material is not None]


@blueprint.get("/watches/<watch:key>")
def watch(key: str) -> str:
    """Show what was seen of one watch, and when."""
    row = find_watch(key)
    log = web_context().history.log(key)
    everything = request.args.get("show") == "all"
    days = days_of_law(log.in_force, swedish_day(web_context().clock.now()), mail_words())
    history = chapters(log, days, everything=everything)
    shown, where = sliced(history.chapters, CHAPTERS)
    return render_template(
        "watch.html",
        row=row,
        status=web_context().history.status_of(key),
        watch=row.watch,
        state=state_of(row),
        log=log,
        chapters=shown,
        hidden=history.hidden,
        everything=everything,
        where=where,
        strip=strip(log.observations, changes_of(log), web_context().clock.now(), None),
        to_come=[day for day in days if day.is_to_come],
        is_law=row.watch.sfs is not None or bool(days),
        source=source_of(row.watch),
        tags=[tag for tag in all_tags() if tag.key in row.watch.tags],
        items=_items(row.watch),
        shown_at_once=SHOWN_AT_ONCE,
        now=web_context().clock.now(),
    )


def _items(watch: Watch) -> ListedItems | None:
    """Return what a section lists; None of any other watch."""
    if not watch.is_section:
        return None
    return listed_items(web_context().history.items(watch.key)[1], web_context().clock.now(), watch.patience)


@blueprint.get("/watches/<watch:key>/<int:number>")
def copy(key: str, number: int) -> str:
    """Show one revision as text."""
    return copy_page(web_context().history.copy(f"{key}#{number}"))


def copy_page(stored: Revision, when: str | None = None, asked: str | None = None) -> str:
    """Return the page of a revision; `when` is the time that was asked for, in words, and `asked` as in the address."""
    history, key = web_context().history, stored.watch.key
    newest = history.log(key, newest=1).rows[-1].revision
    try:
        extraction, reason = history.extract(stored).extraction, None
    except ExtractError as error:
        extraction, reason = None, error.reason()
    return render_template(
        "copy.html",
        watch=stored.watch,
        copy=stored.snapshot,
        newest=newest,
        known=stored.as_of,
        when=when,
        asked=asked,
        extraction=extraction,
        reason=reason,
        parts=list(paper(extraction.blocks)) if extraction else [],
        links=_targets(extraction.blocks) if extraction else [],
        source=source_of(stored.watch),
        documents=history.documents(stored),
    )


def _targets(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((link.text, link.target) for block in blocks for link in block.links))


@blueprint.get("/watches/<watch:key>/<int:number>/raw")
def raw(key: str, number: int) -> Answer:
    """Return the body as the server sent it, as a download.

    Whatever it contains, no browser opens it as a page of this application.
    """
    stored = web_context().history.copy(f"{key}#{number}")
    content_type = stored.snapshot.fetched(b"").header("Content-Type") or ""
    suffix = mimetypes.guess_extension(content_type.partition(";")[0].strip().lower()) or ".bin"
    return _download(stored.body, f"{in_file_name(key)}-{number}{suffix}", stored.snapshot.sha256)


@blueprint.get("/watches/<watch:key>/<int:number>/document")
def document(key: str, number: int) -> Answer:
    """Return a document of a revision, by its address, as the server sent it: a download, as the page itself is."""
    history = web_context().history
    found = history.document(history.copy(f"{key}#{number}"), request.args.get("url", ""))
    if found is None:
        abort(404)
    kept, answer = found
    name = unquote(urlsplit(kept.part.url).path).rpartition("/")[2]
    is_plain = name.isprintable() and 0 < len(name) <= LONGEST_NAME
    return _download(answer.body, name if is_plain else f"{in_file_name(key)}-{number}.bin", kept.part.sha256)


def _download(body: bytes, name: str, sha256: str) -> Answer:
    response = make_response(body)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = as_download(name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(sha256)
    return response.make_conditional(request)


# Used by other pages as well


def as_download(name: str) -> str:
    """Return the header that has a browser save an answer under a name (RFC 6266)."""
    filename = f'filename="{name}"' if name.isascii() and '"' not in name else f"filename*=UTF-8''{quote(name)}"
    return f"attachment; {filename}"


def find_watch(key: str) -> WatchRow:
    """Return a watch by its key, archived or not. Raises UnknownWatch."""
    with web_context().unit_of_work.read() as work:
        return work.watches.get(key)


def all_tags(*, archived: bool = False) -> list[KnownTag]:
    """Return the tags in the order of the schedule; `archived`: then those that it names no more."""
    with web_context().unit_of_work.read() as work:
        return work.tags.all(archived=archived)


def latest_sentence(latest: LatestEvent, said_in: Language) -> str:
    """Return one sentence on an event, in a language."""
    return event_sentence(latest.event, latest.same_day, latest.watch.cadence.timezone, words_for(said_in))


def state_of(row: WatchRow) -> str:
    """Return the state of a watch, as `status` names it."""
    if row.archived:
        return "archived"
    if row.paused:
        return "paused"
    return row.watch_state.outcome.value if row.watch_state.outcome else "waiting"


def source_of(watch: Watch) -> str | None:
    """Return the address of the watched page for people; None if it is not one that a browser can follow."""
    if watch.sfs is not None:
        return law_page(watch.name, watch.sfs)
    return watch.url if watch.url.startswith(("https://", "http://")) else None


def sliced(things: Sequence[T], size: int) -> tuple[Sequence[T], Slice]:
    """Return the part of a list that ?page= asks for, from 1. Aborts with 404 if there is no such page."""
    page = asked_page()
    return things[(page - 1) * size : page * size], slice_of(page, len(things), size)


def asked_page() -> int:
    """Return the number that ?page= asks for, from 1. Aborts with 404 if it is not such a number."""
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    return page or abort(404)


def slice_of(page: int, count: int, size: int) -> Slice:
    """Return the slice for page `page` of a list of `count` things. Aborts with 404 if there is no such page."""
    pages = max(1, -(-count // size))
    if page > pages:
        abort(404)
    return Slice(page, pages)
