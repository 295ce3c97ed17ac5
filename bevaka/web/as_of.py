"""What a page said on a date: a permanent address for each day, and for each minute, that checks can tell of."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from bevaka import __version__
from bevaka.proof.certificates import NotSealedYet, certified_record
from bevaka.proof.export_forms import write_zip
from bevaka.proof.verify import Record, certificate
from bevaka.web.context import web_context
from bevaka.web.language import here, language, words_day, words_moment
from bevaka.web.pages import as_download, copy_page, find_watch
from monitor.core.record.revision_spec import parse_revision
from monitor.core.section.keys import in_file_name
from monitor.errors import NotSeenThen, UnknownRevision
from monitor.ports.storage import Work

blueprint = Blueprint("as_of", __name__)

_LONGEST_MINUTE = timedelta(hours=1)
LARGEST_ZIP = 5_000_000
"""Bytes of the copies and texts that a visitor can have packed; the command line knows no limit."""


@blueprint.get("/watches/<watch:key>/at")
def ask(key: str) -> Answer:
    """Redirect from the form with a date to the permanent address of that date."""
    find_watch(key)
    wanted, clock = request.args.get("day", "").strip(), request.args.get("time", "").strip()
    when = f"{wanted}T{clock}" if clock else wanted
    try:
        parse_revision(f"{key}@{when}", "UTC")
    except UnknownRevision:
        return _refused("as_of.no_day_title", "as_of.no_day", 400)
    return redirect(here("as_of.show", key=key, when=when), 302)


@blueprint.get("/watches/<watch:key>/at/<when>")
def show(key: str, when: str) -> Answer | str:
    """Show what the page said at a time; where it was not seen, when it was seen before and after."""
    history, asked = web_context().history, f"{key}@{when}"
    try:
        return copy_page(history.copy(asked), when=_in_words(key, when), asked=when)
    except NotSeenThen:
        watch, known = history.as_of(asked)
        return render_template("not_seen.html", watch=watch, known=known, when=_in_words(key, when), asked=when)
    except UnknownRevision as error:
        if error.first_at is None and error.last_at is None:
            raise
        row = find_watch(key)
        page = render_template("unknown_then.html", watch=row.watch, error=error, when=_in_words(key, when))
        return make_response(page, 404)


@blueprint.get("/watches/<watch:key>/at/<when>/certificate")
def certify(key: str, when: str) -> Answer:
    """Return the certificate of what the page said at a time, to be printed."""
    with web_context().unit_of_work.read() as work:
        try:
            page = make_response(certificate(_certified(work, key, when)))
        except NotSealedYet:
            return _refused("as_of.not_sealed_title", "as_of.not_sealed", 409)
    page.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return page


@blueprint.get("/watches/<watch:key>/at/<when>/certificate.zip")
def certified_copies(key: str, when: str) -> Answer:
    """Return the certificate with everything that shows it; 413 where that is too much for a visitor."""
    with web_context().unit_of_work.read() as work:
        try:
            record = _certified(work, key, when)
        except NotSealedYet:
            return _refused("as_of.not_sealed_title", "as_of.not_sealed", 409)
        if sum(link.facts["size"] for link in record.links if link.number in record.files) > LARGEST_ZIP:
            return _refused("as_of.too_large_title", "as_of.too_large", 413)
        out = BytesIO()
        write_zip(out, record)
    response = make_response(out.getvalue())
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = as_download(f"{in_file_name(key)}-{when}.zip")
    return response


def _certified(work: Work, key: str, when: str) -> Record:
    context, program = web_context(), f"Bevaka/{__version__}"
    return certified_record(
        work, context.history, f"{key}@{when}", context.clock.now(), program=program, language=language()
    )


def _refused(title: str, line: str, status: int) -> Answer:
    return make_response(render_template("message.html", title=title, lines=(line,)), status)


def _in_words(key: str, when: str) -> str:
    """Return a day, or a time of day, as people write it."""
    zone = find_watch(key).watch.cadence.timezone
    period = parse_revision(f"{key}@{when}", zone).period
    if period is None:
        abort(404)
    since, until = period
    return words_moment(since, zone) if until - since < _LONGEST_MINUTE else words_day(since, zone)
