"""The pages of history: the overview, a watch, a copy."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from itertools import groupby
from typing import TypeVar
from urllib.parse import quote

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from bevaka.web.chapters import chapters
from bevaka.web.context import web_context
from bevaka.web.timeline import Strip, gaps, strip
from monitor.core.law.riksdagen_page import law_page
from monitor.core.model import Block, Watch
from monitor.core.text import comparable
from monitor.errors import ExtractError
from monitor.history import WatchLog
from monitor.ports.values import StatusRow, WatchRow

blueprint = Blueprint("pages", __name__)

CARDS = 25
"""Watches on one page of the overview; each needs its history."""
CHAPTERS = 60
CHANGES_SHOWN = 6
UNWELL = frozenset({"not_seen", "suspect", "moved", "withdrawn"})
ITEMS = frozenset({"li", "row"})
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Card:
    """A watch on the overview."""

    row: StatusRow
    log: WatchLog
    strip: Strip | None
    gaps: int

    @property
    def watch(self) -> Watch:
        """As the schedule last said."""
        return self.log.watch


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of a long list."""

    page: int
    pages: int


class Tally:
    """Goes through all watches once, and counts: there may be too many to have them all in memory."""

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self.total = self.unwell = self.matching = 0

    def found(self) -> Iterator[StatusRow]:
        """Those whose name or key has the wanted words."""
        for row in web_context().history.each_status():
            self.total += 1
            self.unwell += row.state in UNWELL
            if not self._wanted or self._wanted in comparable(f"{row.name} {row.watch}").casefold():
                self.matching += 1
                yield row


@blueprint.get("/")
def overview() -> str:
    """How every watch stands."""
    query = request.args.get("q", "").strip()[:200]
    tally = Tally(comparable(query).casefold())
    page = asked_page()
    first = nsmallest(page * CARDS, tally.found(), key=lambda row: (row.state not in UNWELL, row.name.casefold()))
    where = slice_of(page, tally.matching, CARDS)
    shown = first[(page - 1) * CARDS :]
    return render_template(
        "overview.html",
        total=tally.total,
        unwell=tally.unwell,
        cards=[_card(row) for row in shown],
        latest=web_context().history.latest(CHANGES_SHOWN),
        query=query,
        where=where,
        now=web_context().clock.now(),
    )


def _card(row: StatusRow) -> Card:
    log = web_context().history.log(row.watch)
    drawn = strip(log.observations, changes_of(log), web_context().clock.now())
    return Card(row, log, drawn, len(gaps(log.observations)))


def changes_of(log: WatchLog) -> list[tuple[datetime, bool]]:
    """When a watch changed, and whether it was material."""
    return [(row.at, row.material) for row in log.rows if row.material is not None]


@blueprint.get("/watches/<key>")
def watch(key: str) -> str:
    """What was seen of one watch, and when."""
    row = find_watch(key)
    log = web_context().history.log(key)
    everything = request.args.get("show") == "all"
    told = chapters(log, everything=everything)
    shown, where = sliced(told.chapters, CHAPTERS)
    return render_template(
        "watch.html",
        row=row,
        watch=row.watch,
        state=state_of(row),
        log=log,
        chapters=shown,
        hidden=told.hidden,
        everything=everything,
        where=where,
        strip=strip(log.observations, changes_of(log), web_context().clock.now(), None),
        source=source_of(row.watch),
        now=web_context().clock.now(),
    )


@blueprint.get("/watches/<key>/<int:number>")
def copy(key: str, number: int) -> str:
    """One copy as text."""
    history = web_context().history
    kept = history.copy(f"{key}#{number}")
    newest = history.log(key).rows[-1].revision
    try:
        extraction, reason = history.read(kept).extraction, None
    except ExtractError as error:
        extraction, reason = None, error.reason()
    return render_template(
        "copy.html",
        watch=kept.watch,
        copy=kept.snapshot,
        newest=newest,
        extraction=extraction,
        reason=reason,
        lines=_lines(extraction.blocks) if extraction else [],
        items=ITEMS,
        links=_targets(extraction.blocks) if extraction else [],
        source=source_of(kept.watch),
    )


def _lines(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks in order, items that follow each other together."""
    numbered = groupby(enumerate(blocks), lambda pair: -1 if pair[1].kind in ITEMS else pair[0])
    return [[block for _, block in group] for _, group in numbered]


def _targets(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    return list(dict.fromkeys((link.text, link.target) for block in blocks for link in block.links))


@blueprint.get("/watches/<key>/<int:number>/raw")
def raw(key: str, number: int) -> Answer:
    """The bytes as the server sent them, to be saved: whatever they hold, no browser opens them as a page of ours."""
    kept = web_context().history.copy(f"{key}#{number}")
    content_type = kept.snapshot.fetched(b"").header("Content-Type") or ""
    ending = mimetypes.guess_extension(content_type.partition(";")[0].strip().lower()) or ".bin"
    response = make_response(kept.body)
    response.headers["Content-Type"] = "application/octet-stream"
    name = f"{key}-{number}{ending}"
    saved = f'filename="{name}"' if name.isascii() else f"filename*=UTF-8''{quote(name)}"  # RFC 6266
    response.headers["Content-Disposition"] = f"attachment; {saved}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.set_etag(kept.snapshot.sha256)
    return response.make_conditional(request)


# What other pages need as well


def find_watch(key: str) -> WatchRow:
    """A watch by its key, archived or not. Raises UnknownWatch."""
    with web_context().unit_of_work.read() as work:
        return work.watches.get(key)


def state_of(row: WatchRow) -> str:
    """The state of a watch, as `status` says it."""
    if row.archived:
        return "archived"
    if row.paused:
        return "paused"
    return row.watch_state.outcome.value if row.watch_state.outcome else "waiting"


def source_of(watch: Watch) -> str | None:
    """Where people read the page itself; None where that is no address to be followed."""
    if watch.sfs is not None:
        return law_page(watch.name, watch.sfs)
    return watch.url if watch.url.startswith(("https://", "http://")) else None


def sliced(things: Sequence[T], size: int) -> tuple[Sequence[T], Slice]:
    """The part of a list that ?page= asks for, from 1. A page that is not there is not found."""
    page = asked_page()
    return things[(page - 1) * size : page * size], slice_of(page, len(things), size)


def asked_page() -> int:
    """The number that ?page= asks for, from 1. What is no such number is not found."""
    asked = request.args.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    return page or abort(404)


def slice_of(page: int, count: int, size: int) -> Slice:
    """This page of so many things. One that is not there is not found."""
    pages = max(1, -(-count // size))
    if page > pages:
        abort(404)
    return Slice(page, pages)
