"""Subscribe, confirm, manage, unsubscribe: the self-service of subscribers.

A link in a mail leads to a page with a button; no GET changes anything, whoever follows the link. Every invalid link
gets the same response.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import available_timezones

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.language import here, language, set_language, words
from monitor.core.model import LANGUAGES, SWEDISH_TIME, Frequency, Language, Preferences
from monitor.core.people.link_views import ManageView
from monitor.core.people.sign_up import CONSENT, SignUp, Wish, mistake_in_address
from monitor.errors import UnknownWatch

blueprint = Blueprint("subscribing", __name__)

FREQUENCIES: tuple[Frequency, ...] = ("immediately", "daily", "weekly")
MOST_SECTIONS = 50
_NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")
EVERY_WATCH_FIELD = "*"
"""The value that means every watch in forms; no watch has such a key."""


@dataclass(frozen=True, slots=True)
class FieldMistake:
    """What is wrong with a field of a form: the field's id, and the key of the words that say so."""

    field: str
    words: str


class WrongForm(ValueError):
    """Fields of the form are invalid."""

    def __init__(self, *mistakes: FieldMistake) -> None:
        self.mistakes = mistakes
        super().__init__(", ".join(mistake.words for mistake in mistakes))


# Subscribe


@blueprint.get("/subscribe")
def subscribe() -> str:
    """Show the form; ?watch= selects a watch in advance."""
    return _form(MultiDict({"watch": request.args.get("watch", ""), "what": "some" if "watch" in request.args else ""}))


@blueprint.post("/subscribe")
def request_subscription() -> Answer | str:
    """Request a subscription; the response is the same whether or not the address is known."""
    form = request.form
    sign_up = _sign_up(form)
    mistakes = []
    if mistake_in_address(sign_up.address):
        mistakes.append(FieldMistake("address", "subscribe_page.not_an_address"))
    if sign_up.watches == ():
        mistakes.append(FieldMistake("chosen", "subscribe_page.nothing_chosen"))
    if mistakes:
        return _refused(form, mistakes)
    try:
        answer = web_context().self_service.request(sign_up, requester=_requester())
    except UnknownWatch:
        return _refused(form, [FieldMistake("chosen", "subscribe_page.unknown_watch")])
    if answer == "too_many":
        return _too_many()
    return redirect(here("subscribing.asked"), 303)


@blueprint.get("/subscribe/sent")
def asked() -> str:
    """Show what happens next."""
    keys = ("subscribe_page.sent_title", "subscribe_page.sent", "subscribe_page.sent_note")
    return render_template("message.html", title=keys[0], lines=keys[1:])


def _sign_up(form: MultiDict[str, str]) -> SignUp:
    chosen: tuple[str, ...] | None = tuple(dict.fromkeys(form.getlist("watch")))
    if form.get("what") != "some":
        chosen = None
    wish = Wish(frequency=_frequency(form.get("frequency", "")))
    return SignUp(form.get("address", "").strip(), _language(form.get("language", "")), chosen, wish)


def _refused(form: MultiDict[str, str], mistakes: Sequence[FieldMistake]) -> Response:
    return make_response(_form(form, mistakes), 422)


def _form(form: MultiDict[str, str], mistakes: Sequence[FieldMistake] = ()) -> str:
    return render_template(
        "subscribe.html",
        watches=web_context().history.watches(),
        chosen=form.getlist("watch"),
        form=form,
        mistakes=mistakes,
        consent=CONSENT[language()],
        frequencies=FREQUENCIES,
        languages=LANGUAGES,
    )


# Confirm


@blueprint.get("/confirm/<token>")
def confirm(token: str) -> Answer | str:
    """Show what is requested, and one button."""
    confirm_view = web_context().self_service.confirm_view(token)
    if confirm_view is None:
        return _dead_link()
    set_language(confirm_view.language)
    return render_template("confirm.html", asked=confirm_view, done=None)


@blueprint.post("/confirm/<token>")
def confirmed(token: str) -> Answer | str:
    """Begin the subscription; confirming again gives the same result."""
    done = web_context().self_service.confirm(token)
    if done is None:
        return _dead_link()
    set_language(done.language)
    return render_template("confirm.html", asked=None, done=done)


# Manage


@blueprint.get("/manage/<token>")
def manage(token: str) -> Answer | str:
    """Show what the subscriber follows, and how."""
    member = web_context().self_service.manage_view(token)
    if member is None:
        return _dead_link()
    return _manage_page(token, member, saved="saved" in request.args)


@blueprint.post("/manage/<token>")
def change(token: str) -> Answer | str:
    """Change the subscriptions as the form says; those left out end."""
    self_service = web_context().self_service
    member = self_service.manage_view(token)
    if member is None:
        return _dead_link()
    form = request.form
    try:
        preferences = _preferences(form)
        changed = self_service.change(
            token, language=_language(form.get("language", "")), preferences=preferences, following=_following(form)
        )
    except WrongForm as error:
        return make_response(_manage_page(token, member, mistakes=error.mistakes), 422)
    except UnknownWatch:
        unknown = FieldMistake("follow", "subscribe_page.unknown_watch")
        return make_response(_manage_page(token, member, mistakes=[unknown]), 422)
    return redirect(here("subscribing.manage", token=token, saved=1), 303) if changed else _dead_link()


@blueprint.post("/manage/<token>/erase")
def erase(token: str) -> Answer | str:
    """Erase the subscriber."""
    member = web_context().self_service.manage_view(token)
    if member is None:
        return _dead_link()
    set_language(member.subscriber.language)
    if request.form.get("sure") != "yes":
        return make_response(
            _manage_page(token, member, mistakes=[FieldMistake("sure", "manage_page.erase_tick")]), 422
        )
    if not web_context().self_service.erase(token):
        return _dead_link()
    return render_template("message.html", title="manage_page.erased_title", lines=("manage_page.erased",))


@blueprint.get("/manage/<token>/erase")
def erasing(token: str) -> Answer:
    """Redirect to the form when the page after erasing is reloaded."""
    return redirect(here("subscribing.manage", token=token), 303)


def _manage_page(token: str, member: ManageView, *, saved: bool = False, mistakes: Sequence[FieldMistake] = ()) -> str:
    set_language(member.subscriber.language)
    followed = {following.key: following for following in member.following}
    things = [(None, words().say("manage_page.everything")), *member.watches]
    return render_template(
        "manage.html",
        token=token,
        member=member,
        things=[(key or EVERY_WATCH_FIELD, name, followed.get(key)) for key, name in things],
        frequencies=FREQUENCIES,
        languages=LANGUAGES,
        saved=saved,
        mistakes=mistakes,
        given=request.form if mistakes else {},
        preferences=member.subscriber.preferences,
        time_of=lambda at: at.isoformat(timespec="minutes"),
        timezones=_timezones(member.subscriber.preferences.timezone),
        all_of_it=EVERY_WATCH_FIELD,
    )


def _preferences(form: MultiDict[str, str]) -> Preferences:
    """Return the preferences. Raises WrongForm with every mistake."""
    names = ("digest_at", "quiet_from", "quiet_to")
    times = {name: _time(form.get(name, "")) for name in names}
    has_quiet = any(form.get(name) for name in names[1:])
    wanted = names if has_quiet else names[:1]
    mistakes = [FieldMistake(name, "manage_page.wrong_time") for name in wanted if times[name] is None]
    zone = form.get("timezone", "").strip()
    if zone and zone not in available_timezones():
        mistakes.append(FieldMistake("timezone", "manage_page.wrong_zone"))
    digest_at, quiet_from, quiet_to = (times[name] for name in names)
    if mistakes or digest_at is None:
        raise WrongForm(*mistakes)
    weekday = form.get("weekday", "0")
    return Preferences(
        timezone=zone or None,
        digest_at=digest_at,
        digest_weekday=int(weekday) if weekday in set("0123456") else 0,
        quiet=(quiet_from, quiet_to) if quiet_from is not None and quiet_to is not None else None,
        account="account" in form,
    )


def _timezones(chosen: str | None) -> list[str]:
    """Return the time zones to choose from, those of places; Swedish time first."""
    places = {zone for zone in available_timezones() if "/" in zone and not zone.startswith(_NO_PLACES)}
    return sorted(places | ({chosen} if chosen else set()), key=lambda zone: (zone != SWEDISH_TIME, zone))


def _following(form: MultiDict[str, str]) -> Mapping[str | None, Wish]:
    return {None if key == EVERY_WATCH_FIELD else key: _wish(form, key) for key in form.getlist("follow")}


def _wish(form: MultiDict[str, str], key: str) -> Wish:
    only = [line.strip() for line in form.get(f"only-{key}", "").splitlines() if line.strip()]
    return Wish(
        frequency=_frequency(form.get(f"frequency-{key}", "")),
        only=tuple(dict.fromkeys(only))[:MOST_SECTIONS],
        material_only=f"material-{key}" in form,
    )


# Leave


@blueprint.get("/leave/<token>")
def leaving(token: str) -> Answer | str:
    """Show what the subscriber would leave, and one button."""
    left = web_context().self_service.leave_view(token)
    if left is None:
        return _dead_link()
    set_language(left.language)
    return render_template("leave.html", token=token, left=left, done=False)


@blueprint.post("/leave/<token>")
def leave(token: str) -> Answer | str:
    """Unsubscribe; also by a mail program's one click (RFC 8058)."""
    left = web_context().self_service.leave(token)
    if left is None:
        return _dead_link()
    set_language(left.language)
    return render_template("leave.html", token=token, left=left, done=True)


@blueprint.post("/leave/<token>/link")
def mail_link(token: str) -> Answer | str:
    """Mail the link to manage to the subscriber: a link to leave opens nothing else."""
    return redirect(here("subscribing.reminded"), 303) if web_context().self_service.mail_link(token) else _dead_link()


@blueprint.get("/leave/<token>/link")
def mailing_link(token: str) -> Answer:
    """Redirect to the page to leave when the page after asking is reloaded."""
    return redirect(here("subscribing.leaving", token=token), 303)


# Invalid links


@blueprint.post("/link")
def remind() -> Answer | str:
    """Mail a new link if the address is known; the response is the same if it is not."""
    address = request.form.get("address", "").strip()
    answer = web_context().self_service.remind(address, requester=_requester())
    return _too_many() if answer == "too_many" else redirect(here("subscribing.reminded"), 303)


@blueprint.get("/link")
def reminded() -> str:
    """Show what happens next."""
    return render_template("message.html", title="subscribe_page.sent_title", lines=("dead_link.sent",))


def _dead_link() -> Response:
    return make_response(render_template("dead_link.html"), 404)


def _too_many() -> Response:
    page = render_template("message.html", title="subscribe_page.too_many_title", lines=("subscribe_page.too_many",))
    return make_response(page, 429, {"Retry-After": "3600"})


def _requester() -> str:
    return request.remote_addr or ""


def _frequency(given: str) -> Frequency:
    return next((frequency for frequency in FREQUENCIES if frequency == given), "immediately")


def _language(given: str) -> Language:
    return next((known for known in LANGUAGES if known == given), language())


def _time(given: str) -> time | None:
    """Return a time of day, to the minute; None for what is none."""
    try:
        at = time.fromisoformat(given)
    except ValueError:
        return None
    return at.replace(second=0, microsecond=0) if at.tzinfo is None else None
