"""What a page said on a date: a permanent address for each day, and for each minute, that checks can tell of."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.language import here, words_day, words_moment
from bevaka.web.pages import copy_page, find_watch
from monitor.core.record.revision_spec import parse_revision
from monitor.errors import NotSeenThen, UnknownRevision

blueprint = Blueprint("as_of", __name__)

_LONGEST_MINUTE = timedelta(hours=1)


@blueprint.get("/watches/<key>/at")
def ask(key: str) -> Answer:
    """Redirect from the form with a date to the permanent address of that date."""
    find_watch(key)
    wanted, clock = request.args.get("day", "").strip(), request.args.get("time", "").strip()
    when = f"{wanted}T{clock}" if clock else wanted
    try:
        parse_revision(f"{key}@{when}", "UTC")
    except UnknownRevision:
        abort(400)
    return redirect(here("as_of.show", key=key, when=when), 302)


@blueprint.get("/watches/<key>/at/<when>")
def show(key: str, when: str) -> Answer | str:
    """Show what the page said at a time; where it was not seen, when it was seen before and after."""
    history, asked = web_context().history, f"{key}@{when}"
    try:
        return copy_page(history.copy(asked), when=_in_words(key, when))
    except NotSeenThen:
        watch, known = history.as_of(asked)
        return render_template("not_seen.html", watch=watch, known=known, when=_in_words(key, when))
    except UnknownRevision as error:
        if error.first_at is None and error.last_at is None:
            raise
        row = find_watch(key)
        page = render_template("unknown_then.html", watch=row.watch, error=error, when=_in_words(key, when))
        return make_response(page, 404)


def _in_words(key: str, when: str) -> str:
    """Return a day, or a time of day, as people write it."""
    zone = find_watch(key).watch.cadence.timezone
    period = parse_revision(f"{key}@{when}", zone).period
    if period is None:
        abort(404)
    since, until = period
    return words_moment(since, zone) if until - since < _LONGEST_MINUTE else words_day(since, zone)
