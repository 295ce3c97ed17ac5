"""What an operator does from the browser, behind a login; nothing of it is there while no password is set."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import cast

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, session
from flask.blueprints import BlueprintSetupState
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.language import here, language, words
from bevaka.web.pages import UNWELL, find_watch, sliced
from bevaka.web.rate_limits import RateLimit
from bevaka.web.security import OPERATOR, for_operators, is_operator, log_in
from bevaka.web.subscribe import EVERY_WATCH_FIELD, FREQUENCIES
from monitor.core.model import SEEN
from monitor.people.by_operator import OperatorSubscriptions
from monitor.wording.reasons import reason_sentence

log = logging.getLogger("bevaka.web")

blueprint = Blueprint("operators", __name__)

LOGINS = "bevaka.logins"
DELIVERIES = 50
PEOPLE = 25
"""On one page of the desk."""
TRIES, TRIES_TOGETHER = 10, 50
WAIT = timedelta(minutes=15)


@blueprint.record
def _remember_tries(state: BlueprintSetupState) -> None:
    """Each application counts its own."""
    state.app.extensions[LOGINS] = RateLimit(TRIES, TRIES_TOGETHER, WAIT)


def _logins() -> RateLimit:
    return cast("RateLimit", current_app.extensions[LOGINS])


@blueprint.get("/login")
def login() -> Answer | str:
    """The form."""
    if web_context().password is None:
        abort(404)
    return redirect(here("operators.desk"), 303) if is_operator() else render_template("login.html", mistake=None)


@blueprint.post("/login")
def logged_in() -> Answer | str:
    """Begin a session. Tries are counted before the password is looked at: it takes time and memory to check one."""
    password = web_context().password
    if password is None:
        abort(404)
    visitor = request.remote_addr or ""
    if not _logins().allows(visitor, web_context().clock.now()):
        said = render_template("login.html", mistake="login_page.too_many")
        return make_response(said, 429, {"Retry-After": str(int(WAIT.total_seconds()))})
    if not check_password_hash(password, request.form.get("password", "")):
        log.warning("a login failed", extra={"visitor": visitor})
        return make_response(render_template("login.html", mistake="login_page.wrong"), 403)
    log_in()
    log.info("an operator logged in", extra={"visitor": visitor})
    return redirect(here("operators.desk"), 303)


@blueprint.post("/logout")
def logout() -> Answer:
    """End the session."""
    session.pop(OPERATOR, None)
    session.clear()
    return redirect(here("pages.overview"), 303)


@blueprint.get("/operator")
@for_operators
def desk() -> Answer | str:
    """What needs a person, what became of the mails, and who follows what: first those who get no mail any more."""
    with web_context().unit_of_work.read() as work:
        deliveries = work.outbox.deliveries(limit=DELIVERIES)
        counts = work.outbox.counts()
    rows = web_context().history.status()
    people = sorted(_subscriptions().everybody(), key=lambda subscriber: subscriber.state != "suspended")
    shown_people, where = sliced(people, PEOPLE)
    return render_template(
        "operator.html",
        unwell=[row for row in rows if row.state in UNWELL],
        rows=rows,
        storm=web_context().mass_changes.held(),
        deliveries=deliveries,
        counts=counts,
        shown=DELIVERIES,
        suspended=sum(subscriber.state == "suspended" for subscriber in people),
        followers=_subscriptions().followers(shown_people),
        where=where,
        frequencies=FREQUENCIES,
        all_of_it=EVERY_WATCH_FIELD,
        now=web_context().clock.now(),
    )


@blueprint.post("/operator/watches/<key>/check")
@for_operators
def check(key: str) -> Answer | str:
    """Look now, whatever the cadence says."""
    return _look(key, accept=False)


@blueprint.post("/operator/watches/<key>/accept")
@for_operators
def accept(key: str) -> Answer | str:
    """Look now, and take what is seen even when it looks suspicious."""
    return _look(key, accept=True)


def _look(key: str, *, accept: bool) -> Answer:
    watch = find_watch(key).watch
    result = web_context().check_now(watch, force=True, accept=accept)
    if result is None:
        return _told(words().say("operator_page.busy", name=watch.name), key)
    outcome = words().say(f"state.{result.outcome.value}")
    if result.outcome not in SEEN and result.reason:
        outcome += f" ({reason_sentence(result.reason, language())})"
    if result.summary:
        outcome += f" – {result.summary[language()]}"
    return _told(words().say("operator_page.looked", name=watch.name, outcome=outcome), key)


@blueprint.post("/operator/watches/<key>/pause")
@for_operators
def pause(key: str) -> Answer | str:
    """Look no more until it is resumed."""
    return _pause(key, paused=True)


@blueprint.post("/operator/watches/<key>/resume")
@for_operators
def resume(key: str) -> Answer | str:
    """Look again."""
    return _pause(key, paused=False)


def _pause(key: str, *, paused: bool) -> Answer:
    with web_context().unit_of_work.write() as work:
        work.watches.pause(key, paused=paused)
    name = find_watch(key).watch.name
    return _told(words().say("operator_page.paused" if paused else "operator_page.resumed", name=name), key)


@blueprint.post("/operator/deliveries/<int:delivery>/retry")
@for_operators
def retry(delivery: int) -> Answer | str:
    """Owe a delivery again, now."""
    with web_context().unit_of_work.write() as work:
        owed = work.outbox.retry(delivery, web_context().clock.now())
    return _told(words().say("operator_page.retried" if owed else "operator_page.not_retried"))


@blueprint.post("/operator/held/release")
@for_operators
def release() -> Answer | str:
    """Send what a mass change held back."""
    return _told(words().count("operator_page.released", web_context().mass_changes.release()))


@blueprint.post("/operator/held/discard")
@for_operators
def discard() -> Answer | str:
    """Send none of it."""
    return _told(words().count("operator_page.discarded", web_context().mass_changes.discard()))


# People


@blueprint.post("/operator/people/frequency")
@for_operators
def tell() -> Answer | str:
    """Tell somebody this often of what she follows."""
    key, name = _followed()
    frequency = next((known for known in FREQUENCIES if known == request.form.get("frequency")), None)
    if frequency is None:
        abort(400)
    if not _subscriptions().tell(_address(), key, frequency):
        return _told(words().say("operator_page.not_following"))
    often = words().say(f"manage_page.frequency.{frequency}")
    return _told(words().say("operator_page.tells", name=name, frequency=often))


@blueprint.post("/operator/people/end")
@for_operators
def end() -> Answer | str:
    """End a subscription."""
    key, name = _followed()
    ended = _subscriptions().end(_address(), key)
    return _told(words().say("operator_page.ended" if ended else "operator_page.not_following", name=name))


@blueprint.post("/operator/people/confirm")
@for_operators
def confirm() -> Answer | str:
    """Send mails again to somebody who was suspended."""
    confirmed = _subscriptions().confirm(_address(), suspended_only=True)
    return _told(words().say("operator_page.confirmed" if confirmed else "operator_page.not_suspended"))


def _subscriptions() -> OperatorSubscriptions:
    return OperatorSubscriptions(web_context().unit_of_work, web_context().clock)


def _address() -> str:
    """Whose subscription it is; a field, since addresses of pages are written to logs and those of people are not."""
    return request.form.get("address", "")


def _followed() -> tuple[str | None, str]:
    """The watch that the form is about (None: all of them), and its name."""
    key = request.form.get("watch", "")
    return (
        (None, words().say("manage_page.everything")) if key == EVERY_WATCH_FIELD else (key, find_watch(key).watch.name)
    )


def _told(what: str, key: str | None = None) -> Answer:
    """Say it on the page that the operator came from: the watch's own, or the desk."""
    flash(what)
    log.info("an operator acted", extra={"endpoint": request.endpoint, "watch": key})
    if key is not None and request.form.get("back") == "watch":
        return redirect(here("pages.watch", key=key), 303)
    return redirect(here("operators.desk", page=request.args.get("page")), 303)
