"""A law as it reads on a day: today, or a day for which its text announces something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, cast

from flask import Blueprint, abort, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from bevaka.web.chapters import days_of_law
from bevaka.web.context import web_context
from bevaka.web.language import language, mail_words, words
from bevaka.web.pages import find_watch, source_of
from bevaka.web.paper import anchor_of, paper
from monitor.core.judging.blame import Origin
from monitor.core.law.days import law_on_day, swedish_day, unmarked_days
from monitor.core.law.marks import TimeKind, amended_by, wordings
from monitor.errors import NotSeenThen, UnknownRevision
from monitor.wording.law_phrases import english_act, english_day

blueprint = Blueprint("laws", __name__)

ORIGINS = "bevaka.origins"
LAWS_KEPT = 20
"""Laws of which the origins are kept in memory: finding them extracts every revision."""
COMING: tuple[TimeKind, ...] = ("begins", "ends", "renumbered")
"""What may become of a section: said is the first of those that its marks announce."""
Origins = Callable[[str, int], list[Origin]]


@dataclass(frozen=True, slots=True)
class SectionOrigin:
    """Where the wording of a section comes from: the act (None: as issued), and the revision that last changed it.

    `coming` is what is to become of it where a later revision says so: that one, `said_in` and `said_at`.
    """

    act: str | None
    revision: int
    at: datetime
    said_in: int
    said_at: datetime
    coming: str | None


@blueprint.record
def _keep_origins(state: BlueprintSetupState) -> None:
    """Give each application a cache of its own."""
    state.app.extensions[ORIGINS] = lru_cache(LAWS_KEPT)(_find_origins)


def _find_origins(key: str, revision: int) -> list[Origin]:
    return web_context().history.blame(key, revision)[1]


@blueprint.get("/watches/<watch:key>/law")
def law(key: str) -> str:
    """Show the law in force today, or on the day that ?on= gives, with the act and the revision behind each section.

    A past day is shown from the revision that was the latest one then: later ones no longer say all of it.
    """
    row = find_watch(key)
    today = swedish_day(web_context().clock.now())
    on = _asked_day() or today
    log = web_context().history.log(key, newest=1 if on >= today else None)
    of_then = [each for each in log.rows if swedish_day(each.at) <= on]
    if not log.rows:
        abort(404)
    shown = of_then[-1] if of_then else log.rows[0] if on < today else log.rows[-1]
    origins = cast("Origins", current_app.extensions[ORIGINS])(key, shown.revision)
    if not any(origin.block.label for origin in origins):
        abort(404)
    origin_of = {id(origin.block): origin for origin in origins}
    blocks = law_on_day([origin.block for origin in origins], on)
    last_seen = row.watch_state.last_seen
    return render_template(
        "law.html",
        watch=row.watch,
        parts=list(paper([part.block for part in blocks])),
        origins={
            anchor_of(part.block.label): _origin(part.block.text, origin_of[id(part.source)], on)
            for part in blocks
            if part.block.label
        },
        shown=shown,
        seen=_seen(key, on, is_before=bool(of_then)) if on < today else None,
        last_seen=last_seen if on >= today and last_seen and swedish_day(last_seen) < today else None,
        unmarked=unmarked_days([origin.block for origin in origins], on),
        on=on,
        today=today,
        to_come=[day for day in days_of_law(log.in_force, today, mail_words()) if day.is_to_come],
        source=source_of(row.watch),
    )


def _seen(key: str, on: date, *, is_before: bool) -> Literal["then", "before", "after"]:
    """Return when the text that is shown was seen: on the day itself, or only before it or after it."""
    try:
        web_context().history.seen_at(f"{key}@{on.isoformat()}")
    except (NotSeenThen, UnknownRevision):
        return "before" if is_before else "after"
    return "then"


def _origin(text: str, origin: Origin, on: date) -> SectionOrigin:
    act = amended_by(text)
    named = None if act is None else english_act(act) if language() == "en" else str(act)
    revision, at = origin.of_wording(text)
    coming = _coming(origin.block.text, on) if origin.revision > revision else None
    return SectionOrigin(named, revision, at, origin.revision, origin.taken_at, coming)


def _coming(text: str, on: date) -> str | None:
    """Return what the marks of a section say that becomes of it after a day; None where they say nothing."""
    marks = {
        mark.kind: mark
        for wording in reversed(wordings(text))
        for mark in reversed(wording.marks)
        if not mark.day[:1].isdigit() or mark.day > on.isoformat()
    }
    mark = next((marks[kind] for kind in COMING if kind in marks), None)
    if mark is None:
        return None
    day = english_day(mark.day) if language() == "en" else mark.day
    return words().say(f"law_page.coming.{mark.kind}", day=day, label=mark.label)


def _asked_day() -> date | None:
    """Return the day that ?on= gives, None without it. Aborts with 404 if it is no day."""
    asked = request.args.get("on")
    if asked is None:
        return None
    try:
        return date.fromisoformat(asked)
    except ValueError:
        abort(404)
