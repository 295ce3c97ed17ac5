"""The schedule file on the operators' pages: add, edit and remove a watch, with a live reading before it is saved.

The file stays the owner: what is saved is an edit of it, shown line by line before, and everything else in it stays.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from bevaka.service_errors import cure
from bevaka.web.context import web_context
from bevaka.web.diff import MOST_SHOWN
from bevaka.web.forms import must_be_sure
from bevaka.web.language import here, language, mail_words, words
from bevaka.web.marked_page import Stretch, marked_page
from bevaka.web.paper import paper
from bevaka.web.security import for_operators
from monitor.checking.trial import TriedPage
from monitor.core.judging.compare import compare
from monitor.core.model import LANGUAGES, SWEDISH_TIME, Changed, Watch
from monitor.errors import Mistake, Reason, ScheduleError, ScheduleNotWritten, UnknownWatch
from monitor.wording.schedule_mistakes import mistake_of, mistake_sentence, mistake_with_place

if TYPE_CHECKING:
    from monitor.core.record.replay import Replay
    from monitor.schedule_file.edit import Edited
    from monitor.schedule_file.text_surgery import Value

log = logging.getLogger("bevaka.web")

blueprint = Blueprint("editing", __name__)

TEXTS = (
    *("name", "url", "sfs", "every", "cron", "between", "keep", "expect", "expect_not", "never_seen"),
    *("alert", "language"),
)
LISTS = ("drop", "ignore", "tags")
ALERTS = ("material", "content", "any")
MOST_REPLAYED = 50
"""Kept revisions that are replayed before an edit is saved; the command line replays more."""
SHOWN = ("method", "headers", "cookies", "body", "json", "auth", "proxy")
"""What is sent for a page, which is edited in the file alone: who has the operators' password sends no credentials."""


@dataclass(frozen=True, slots=True)
class EntryMistake:
    """What is wrong with an entry, in the reader's language.

    `field` is the one that it is about, "" where it is about none. `detail` is in the words of `schedule check`.
    """

    field: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is read of a page under an entry; `stretches` mark what another recipe of the same page changes.

    `replay`: what it would have said of the kept history; None for a new watch.
    """

    page: TriedPage | None
    reason: Reason | None
    cure: str | None
    stretches: list[Stretch]
    replay: Replay | None = None
    timezone: str = SWEDISH_TIME


@blueprint.get("/operator/watches/new")
@for_operators
def new() -> Answer | str:
    """Show an empty form."""
    return _page(None, {})


@blueprint.post("/operator/watches/new")
@for_operators
def add() -> Answer | str:
    """Try a new watch, or add it to the file once it was tried."""
    from monitor.schedule_file.edit import add_watch, made_key  # noqa: PLC0415  see WebContext.schedule_file

    entry = _given()
    named = [str(entry[name]) if name in entry else None for name in ("url", "sfs", "name")]
    key = request.form.get("key", "").strip() or made_key(*named)
    return _try_or_save(None, key, entry, lambda: add_watch(web_context().schedule_file, key, entry))


@blueprint.get("/operator/watches/<watch:key>/edit")
@for_operators
def edit(key: str) -> Answer | str:
    """Show what the file says of a watch."""
    from monitor.schedule_file.edit import raw_entry  # noqa: PLC0415

    try:
        return _page(key, raw_entry(web_context().schedule_file, key))
    except UnknownWatch:
        abort(404)
    except ScheduleError as error:
        return _refused(key, {}, error)


@blueprint.post("/operator/watches/<watch:key>/edit")
@for_operators
def change(key: str) -> Answer | str:
    """Try a watch with other values, or save them in the file once they were tried."""
    from monitor.schedule_file.edit import edit_watch, raw_entry  # noqa: PLC0415

    entry = _given()

    def edited() -> Edited:
        before = raw_entry(web_context().schedule_file, key)
        fields = {name: entry.get(name) for name in (*TEXTS, *LISTS) if entry.get(name) != before.get(name)}
        edited = edit_watch(web_context().schedule_file, key, fields)
        _require_same_origin(before, edited.schedule.watch(key))
        return edited

    return _try_or_save(key, key, entry, edited)


def _require_same_origin(before: Mapping[str, Value], watch: Watch | None) -> None:
    """Raise WatchRefused if the credentials of a watch would be sent to another site than the file sends them to.

    Whoever has the operators' password does not thereby learn them.
    """
    from monitor.schedule_file.edit import WatchRefused  # noqa: PLC0415

    request = watch.recipe.request if watch else None
    if watch is None or request is None or not request.names:
        return
    old, new = (urlsplit(str(url)) for url in (before.get("url", ""), watch.url))
    if (old.scheme, old.netloc.lower()) != (new.scheme, new.netloc.lower()):
        raise WatchRefused((mistake_of(0, "url", "url.credentials", watch=watch.key),))


@blueprint.post("/operator/watches/<watch:key>/remove")
@for_operators
def remove(key: str) -> Answer | str:
    """Take a watch out of the file; its history stays."""
    from monitor.schedule_file.edit import raw_entry, remove_watch  # noqa: PLC0415

    must_be_sure()
    path = web_context().schedule_file
    try:
        entry, edited = raw_entry(path, key), remove_watch(path, key)
    except (ScheduleError, UnknownWatch) as error:
        return _refused(key, {}, error)
    return _saved(key, entry, edited, words().say("editing.removed", watch=key))


def _try_or_save(known: str | None, key: str, entry: Mapping[str, Value], edit: Callable[[], Edited]) -> Answer | str:
    """Answer a form: `known` is the key of the watch that is edited, None for a new one."""
    from monitor.schedule_file import read_schedule  # noqa: PLC0415
    from monitor.schedule_file.edit import WatchRefused  # noqa: PLC0415

    file = web_context().schedule_file
    try:
        if file.exists():  # what another watch sends may lack a credential here, and then nothing can be fetched
            read_schedule(file, web_context().credentials)
        edited = edit()
    except (ScheduleError, WatchRefused, UnknownWatch) as error:
        return _refused(known, entry, error)
    watch = edited.schedule.watch(key)
    seal = _seal(key, entry, _said_by_file(known))
    if watch is None:
        abort(404)
    if request.form.get("action") == "save" and hmac.compare_digest(request.form.get("tried", "").encode(), seal):
        return _saved(key, entry, edited, words().say("editing.saved", name=watch.name))
    return _page(known, entry, key=key, edited=edited, trial=_try(watch, known), seal=seal.decode())


def _said_by_file(known: str | None) -> Mapping[str, Value]:
    """Return what the file says of a watch that is edited: somebody else may edit it between trying and saving."""
    from monitor.schedule_file.edit import raw_entry  # noqa: PLC0415

    return raw_entry(web_context().schedule_file, known) if known else {}


def _seal(key: str, entry: Mapping[str, Value], before: Mapping[str, Value]) -> bytes:
    """Return the proof that these values were tried against what the file says of the watch: nothing else is saved."""
    tried = json.dumps([key, dict(entry), dict(before)], sort_keys=True).encode()
    return hmac.digest(web_context().secret, b"tried watch " + tried, "sha256").hex().encode()


def _try(watch: Watch, known: str | None) -> Trial:
    found = web_context().try_watch()(watch)
    replay = web_context().replay()(watch, most=MOST_REPLAYED) if known else None
    if isinstance(found, Reason):
        return Trial(None, found, cure(found), [], replay, watch.cadence.timezone)
    return Trial(found, None, None, _stretches(watch, found) if known else [], replay, watch.cadence.timezone)


def _stretches(watch: Watch, page: TriedPage) -> list[Stretch]:
    """Return what the new recipe changes of the page as it is now; nothing where it reads the same."""
    with web_context().unit_of_work.read() as work:
        try:
            before = work.watches.get(watch.key).watch
        except UnknownWatch:
            return []
    if before.url != watch.url or before.recipe == watch.recipe:
        return []
    old = web_context().try_watch().extract(page.fetched, before.recipe)
    if old is None:
        return []
    verdict = compare(old, page.extraction, fetched_after=page.fetched.taken_at)
    blocks = verdict.change.blocks[:MOST_SHOWN] if isinstance(verdict, Changed) else ()
    return marked_page(old.blocks, page.extraction.blocks, blocks, mail_words()) if blocks else []


def _saved(key: str, entry: Mapping[str, Value], edited: Edited, message: str) -> Answer | str:
    try:
        schedule = edited.save()
    except ScheduleNotWritten as error:
        log.warning("%s", error)
        mistake = EntryMistake("", words().say("editing.not_written", path=edited.path, error=error.why))
        return make_response(_page(key, entry, key=key, edited=edited, mistakes=[mistake]), 422)
    web_context().apply_schedule(schedule)
    log.info("an operator edited the schedule", extra={"endpoint": request.endpoint, "watch": key})
    flash(message)
    return redirect(here("pages.watch", key=key), 303)


def _refused(known: str | None, entry: Mapping[str, Value], error: Exception) -> Answer:
    mistakes = list(_mistakes(error))
    return make_response(_page(known, entry, key=request.form.get("key", ""), mistakes=mistakes), 422)


def _mistakes(error: Exception) -> Iterator[EntryMistake]:
    """Yield the mistakes of an entry, or those of the file, for which no edit of it is possible."""
    from monitor.schedule_file.edit import WatchRefused  # noqa: PLC0415

    if isinstance(error, ScheduleError):
        yield from (_mistake_of_file(error.path, mistake) for mistake in error.mistakes)
        return
    if not isinstance(error, WatchRefused):
        lines = str(error).splitlines()
        yield from (EntryMistake("", words().say("editing.wrong_file"), line) for line in lines)
        return
    for mistake in error.mistakes:
        field = mistake.key if mistake.key in {"key", *TEXTS, *LISTS} else ""
        if mistake.reason is None:
            yield EntryMistake(field, words().say("editing.wrong"), mistake.what)
        else:
            sentence = mistake_sentence(mistake.reason, language())
            yield EntryMistake(field, sentence if field or not mistake.key else f"{mistake.key}: {sentence}")


def _mistake_of_file(path: str, mistake: Mistake) -> EntryMistake:
    said, spoken = mistake_with_place(path, mistake, language())
    wrong = words().say("editing.wrong_file")
    return EntryMistake("", f"{wrong} {said}") if spoken == language() else EntryMistake("", wrong, said)


def _page(
    known: str | None,
    entry: Mapping[str, Value],
    *,
    key: str = "",
    edited: Edited | None = None,
    trial: Trial | None = None,
    seal: str = "",
    mistakes: list[EntryMistake] | None = None,
) -> str:
    return render_template(
        "editing.html",
        known=known,
        key=key,
        entry=dict.fromkeys((*TEXTS, *LISTS), "") | {name: _as_field(value) for name, value in entry.items()},
        diff=edited.changed_lines if edited else [],
        trial=trial,
        parts=list(paper(trial.page.extraction.blocks)) if trial and trial.page else [],
        seal=seal,
        mistakes=mistakes or [],
        sends=_sends(known),
        alerts=ALERTS,
        languages=LANGUAGES,
    )


def _sends(known: str | None) -> list[tuple[str, str]]:
    """Return what the file says is sent for a watch, as it is written: credentials by their names."""
    try:
        said = _said_by_file(known)
    except (ScheduleError, UnknownWatch):
        return []
    written = ((name, said[name]) for name in SHOWN if name in said)
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) for name, value in written
    ]


def _as_field(value: Value) -> str:
    if isinstance(value, str):
        return value
    return "" if isinstance(value, bool | Mapping) else "\n".join(value)


def _given() -> dict[str, Value]:
    """Return the values that the form gives; a field that is empty is not given."""
    texts = {name: request.form.get(name, "").strip() for name in TEXTS}
    lists = {name: [line.strip() for line in request.form.get(name, "").splitlines() if line.strip()] for name in LISTS}
    return {name: value for name, value in {**texts, **lists}.items() if value}
