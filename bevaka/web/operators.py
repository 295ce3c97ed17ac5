"""The operators' pages and actions, behind a login; they do not exist while no password is set."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import cast

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request
from flask.blueprints import BlueprintSetupState
from werkzeug.security import check_password_hash
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.diff import MOST_SHOWN
from bevaka.web.forms import EVERY_WATCH_FIELD, FREQUENCIES, must_be_sure
from bevaka.web.language import here, language, mail_words, words
from bevaka.web.marked_page import marked_page
from bevaka.web.pages import UNWELL, find_watch, sliced
from bevaka.web.rate_limits import RateLimit
from bevaka.web.schedule_health import schedule_health
from bevaka.web.security import for_operators, is_operator, log_in, log_out
from bevaka.web.tags import named_tag
from monitor.core.model import SEEN, SWEDISH_TIME, ChangeRecord, MassChange, Watch
from monitor.core.people.operator_alerts import OwedMail, is_overdue, mails_that_wait
from monitor.core.people.sign_up import place_of
from monitor.fleet import fleet
from monitor.people.by_operator import OperatorSubscriptions
from monitor.wording.operator_alerts import alert_sentence, overloaded_sentence
from monitor.wording.reasons import reason_sentence
from monitor.wording.schedule_mistakes import mistake_with_place

log = logging.getLogger("bevaka.web")

blueprint = Blueprint("operators", __name__)

LOGINS = "bevaka.logins"
DELIVERIES = 50
PEOPLE = 25
"""Subscribers on one page of the desk."""
TRIES, TRIES_TOGETHER = 10, 50
WAIT = timedelta(minutes=15)


@blueprint.record
def _limit_logins(state: BlueprintSetupState) -> None:
    """Give each application a limit of its own."""
    state.app.extensions[LOGINS] = RateLimit(TRIES, TRIES_TOGETHER, WAIT)


def _logins() -> RateLimit:
    return cast("RateLimit", current_app.extensions[LOGINS])


@blueprint.get("/login")
def login() -> Answer | str:
    """Show the login form."""
    if web_context().password is None:
        abort(404)
    return redirect(here("operators.desk"), 303) if is_operator() else render_template("login.html", mistake=None)


@blueprint.post("/login")
def logged_in() -> Answer | str:
    """Begin a session.

    Tries are counted before the password is checked, since a check takes time and memory; the right one is no try.
    """
    password = web_context().password
    if password is None:
        abort(404)
    visitor, now = place_of(request.remote_addr or ""), web_context().clock.now()
    if not _logins().allows(visitor, now):
        page = render_template("login.html", mistake="login_page.too_many")
        return make_response(page, 429, {"Retry-After": str(int(WAIT.total_seconds()))})
    if not check_password_hash(password, request.form.get("password", "")):
        log.warning("a login failed", extra={"visitor": visitor})
        return make_response(render_template("login.html", mistake="login_page.wrong"), 403)
    _logins().uncount(visitor, now)
    log_in()
    log.info("an operator logged in", extra={"visitor": visitor})
    return redirect(here("operators.desk"), 303)


@blueprint.post("/logout")
def logout() -> Answer:
    """End the session."""
    log_out()
    return redirect(here("pages.overview"), 303)


@blueprint.get("/operator")
@for_operators
def desk() -> Answer | str:
    """Show what needs the operator, the state of the mails, and who follows what.

    Subscribers who no longer get mail come first.
    """
    with web_context().unit_of_work.read() as work:
        deliveries = work.outbox.deliveries(limit=DELIVERIES)
        counts = work.outbox.counts()
        owed = [OwedMail.of(delivery) for delivery in work.outbox.deliveries(states=("pending",))]
    path = web_context().schedule_file
    health = schedule_health(path, web_context().credentials)
    rows, mass_change = web_context().history.status(), web_context().mass_changes.held()
    now = web_context().clock.now()
    waiting = mails_that_wait(owed, now)
    subscribers = sorted(_subscriptions().all_subscribers(), key=lambda subscriber: subscriber.state != "suspended")
    shown_subscribers, where = sliced(subscribers, PEOPLE)
    return render_template(
        "operator.html",
        unwell=[row for row in rows if row.state in UNWELL],
        rows=rows,
        mistakes=[mistake_with_place(str(path), each, language()) for each in health.mistakes],
        overloaded=[overloaded_sentence(load, mail_words()) for load in health.overloaded],
        paused=sum(row.state == "paused" for row in rows),
        mass_change=mass_change,
        overdue=sum(is_overdue(row.next_check, now) for row in rows),
        held=_held(mass_change) if mass_change else [],
        zone=SWEDISH_TIME,
        waiting=alert_sentence(waiting, mail_words(), SWEDISH_TIME) if waiting else "",
        deliveries=deliveries,
        counts=counts,
        shown=DELIVERIES,
        suspended=sum(subscriber.state == "suspended" for subscriber in subscribers),
        followers=_subscriptions().followers(shown_subscribers),
        where=where,
        frequencies=FREQUENCIES,
        all_of_it=EVERY_WATCH_FIELD,
        fleet=fleet(web_context().unit_of_work, now),
        now=now,
    )


def _held(mass_change: MassChange) -> list[tuple[Watch, ChangeRecord, int]]:
    """Return the watches of a mass change, each with its latest change since it began, and how many follow it."""
    found = []
    with web_context().unit_of_work.read() as work:
        for key in mass_change.keys:
            row = work.watches.get(key)
            newest = work.snapshots.of(row.id).newest()
            change = work.history.change(row.id, newest.number) if newest else None
            if change is not None and change.detected_at >= mass_change.since:
                following = {each.subscriber.id for each in work.subscribers.following(row.id)}
                found.append((row.watch, change, len(following)))
    return found


@blueprint.post("/operator/watches/<watch:key>/check")
@for_operators
def check(key: str) -> Answer | str:
    """Check a watch now, whatever its cadence."""
    return _check_now(key)


@blueprint.get("/operator/watches/<watch:key>/suspect")
@for_operators
def suspect(key: str) -> Answer | str:
    """Show what a suspect page says beside the latest copy, and the button that accepts it."""
    found = web_context().history.suspect(key)
    if found is None:
        abort(404)
    blocks = found.change.blocks[:MOST_SHOWN] if found.change else ()
    return render_template(
        "suspect.html",
        found=found,
        reason=find_watch(key).watch_state.reason,
        stretches=marked_page(*found.texts, blocks, mail_words()),
    )


@blueprint.post("/operator/watches/<watch:key>/accept")
@for_operators
def accept(key: str) -> Answer | str:
    """Check a watch now, and accept the suspect page if it has the text that the operator has seen."""
    seen = request.form.get("text", "")
    must_be_sure()
    if not seen:
        abort(400)
    answer = _check_now(key, accept=seen)
    run = find_watch(key).watch_state.suspect
    if run is None or run.text_sha256 == seen:
        return answer
    flash(words().say("operator_page.other_text"))
    return redirect(here("operators.suspect", key=key), 303)


def _check_now(key: str, *, accept: bool | str = False) -> Answer:
    watch = find_watch(key).watch
    result = web_context().check_now(watch, force=True, accept=accept)
    if result is None:
        return _redirect_back(words().say("operator_page.busy", name=watch.name), key)
    outcome = words().say(f"state.{result.outcome.value}")
    if result.outcome not in SEEN and result.reason:
        outcome += f" ({reason_sentence(result.reason, language())})"
    if result.summary:
        outcome += f" – {result.summary[language()]}"
    return _redirect_back(words().say("operator_page.looked", name=watch.name, outcome=outcome), key)


@blueprint.post("/operator/watches/<watch:key>/pause")
@for_operators
def pause(key: str) -> Answer | str:
    """Pause a watch until it is resumed."""
    return _pause(key, paused=True)


@blueprint.post("/operator/watches/<watch:key>/resume")
@for_operators
def resume(key: str) -> Answer | str:
    """Resume a paused watch."""
    return _pause(key, paused=False)


def _pause(key: str, *, paused: bool) -> Answer:
    with web_context().unit_of_work.write() as work:
        work.watches.pause(key, paused=paused)
    name = find_watch(key).watch.name
    return _redirect_back(words().say("operator_page.paused" if paused else "operator_page.resumed", name=name), key)


@blueprint.post("/operator/deliveries/<int:delivery>/retry")
@for_operators
def retry(delivery: int) -> Answer | str:
    """Make a delivery owed again, due now."""
    with web_context().unit_of_work.write() as work:
        owed = work.outbox.retry(delivery, web_context().clock.now())
    return _redirect_back(words().say("operator_page.retried" if owed else "operator_page.not_retried"))


@blueprint.post("/operator/held/release")
@for_operators
def release() -> Answer | str:
    """Send the mails that a mass change held back."""
    return _redirect_back(words().count("operator_page.released", web_context().mass_changes.release()))


@blueprint.post("/operator/held/discard")
@for_operators
def discard() -> Answer | str:
    """Discard the mails that a mass change held back."""
    must_be_sure()
    return _redirect_back(words().count("operator_page.discarded", web_context().mass_changes.discard()))


# Subscribers


@blueprint.post("/operator/people/frequency")
@for_operators
def tell() -> Answer | str:
    """Set how often a subscriber is notified of a watch."""
    key, name = _chosen_watch()
    frequency = next((known for known in FREQUENCIES if known == request.form.get("frequency")), None)
    if frequency is None:
        abort(400)
    if not _subscriptions().tell(_address(), key, frequency):
        return _redirect_back(words().say("operator_page.not_following"))
    frequency_words = words().say(f"manage_page.frequency.{frequency}")
    return _redirect_back(words().say("operator_page.tells", name=name, frequency=frequency_words))


@blueprint.post("/operator/people/end")
@for_operators
def end() -> Answer | str:
    """End a subscription."""
    key, name = _chosen_watch()
    ended = _subscriptions().end(_address(), key)
    return _redirect_back(words().say("operator_page.ended" if ended else "operator_page.not_following", name=name))


@blueprint.post("/operator/people/confirm")
@for_operators
def confirm() -> Answer | str:
    """Send mails again to a suspended subscriber."""
    confirmed = _subscriptions().confirm(_address(), suspended_only=True)
    return _redirect_back(words().say("operator_page.confirmed" if confirmed else "operator_page.not_suspended"))


def _subscriptions() -> OperatorSubscriptions:
    return OperatorSubscriptions(web_context().unit_of_work, web_context().clock)


def _address() -> str:
    """Return the subscriber's address.

    It is a form field, since the URLs of pages are written to logs and subscribers' addresses must not be.
    """
    return request.form.get("address", "")


def _chosen_watch() -> tuple[str | None, str]:
    """Return the key of the watch or the tag that the form is about (None: every watch), and its name."""
    key = request.form.get("watch", "")
    if key == EVERY_WATCH_FIELD:
        return None, words().say("manage_page.everything")
    return key, named_tag(key) or find_watch(key).watch.name


def _redirect_back(message: str, key: str | None = None) -> Answer:
    """Redirect to the page that the operator came from, the watch's own or the desk, and show a message there."""
    flash(message)
    log.info("an operator acted", extra={"endpoint": request.endpoint, "watch": key})
    if key is not None and request.form.get("back") == "watch":
        return redirect(here("pages.watch", key=key), 303)
    return redirect(here("operators.desk", page=request.args.get("page")), 303)
