"""Subscribe, confirm, unsubscribe: the self-service of subscribers.

A link in a mail leads to a page with a button; no GET changes anything, whoever follows the link. Every invalid link
gets the same response.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.forms import FREQUENCIES, FieldMistake, WrongForm, dead_link, frequency_of, language_of
from bevaka.web.language import here, language, set_language
from bevaka.web.pages import all_tags
from bevaka.web.parts import chosen_parts, part_choice
from bevaka.web.words_of_subscribers import chosen_words, typed_words
from monitor.core.model import LANGUAGES
from monitor.core.people.followed_keys import tag_key
from monitor.core.people.sign_up import CONSENT, SignUp, Wish, mistake_in_address
from monitor.core.people.typed_words import as_words
from monitor.errors import UnknownTag, UnknownWatch

blueprint = Blueprint("subscribing", __name__)

# Subscribe


@blueprint.get("/subscribe")
def subscribe() -> str:
    """Show the form; ?watch= selects a watch in advance, and offers its parts."""
    watch = request.args.get("watch", "")
    return _form(MultiDict({"watch": watch, "parts_of": watch, "what": "some" if watch else ""}))


@blueprint.post("/subscribe")
def request_subscription() -> Answer | str:
    """Request a subscription; the response is the same whether or not the address is known."""
    form = request.form
    if chosen := form.get("parts_for"):
        kept = form.copy()
        kept.add("watch", chosen)
        kept["parts_of"], kept["what"] = chosen, "some"
        kept.poplist("part")
        return _form(kept)
    sign_up, mistakes = _sign_up(form)
    if mistakes:
        return _refused(form, mistakes)
    try:
        answer = web_context().self_service.request(sign_up, requester=_requester())
    except UnknownWatch:
        return _refused(form, [FieldMistake("chosen", "subscribe_page.unknown_watch")])
    except UnknownTag:
        return _refused(form, [FieldMistake("chosen", "subscribe_page.unknown_tag")])
    if answer == "too_many":
        return _too_many()
    return redirect(here("subscribing.asked"), 303)


@blueprint.get("/subscribe/sent")
def asked() -> str:
    """Show what happens next."""
    keys = ("subscribe_page.sent_title", "subscribe_page.sent", "subscribe_page.sent_note")
    return render_template("message.html", title=keys[0], lines=keys[1:])


def _sign_up(form: MultiDict[str, str]) -> tuple[SignUp, list[FieldMistake]]:
    """Return what the form asks for, and what is wrong in it."""
    ticked = tuple(dict.fromkeys(form.getlist("watch")))
    chosen = ticked if form.get("what") == "some" else None
    wish = Wish(frequency=frequency_of(form.get("frequency", "")))
    sign_up = SignUp(form.get("address", "").strip(), language_of(form.get("language", "")), chosen, wish)
    mistakes: list[FieldMistake] = []
    if mistake_in_address(sign_up.address):
        mistakes.append(FieldMistake("address", "subscribe_page.not_an_address"))
    if chosen == ():
        mistakes.append(FieldMistake("chosen", "subscribe_page.nothing_chosen"))
    elif chosen is None and ticked:
        mistakes.append(FieldMistake("chosen", "subscribe_page.all_and_some"))
    try:
        only_if = chosen_words(typed_words(form.get("words", "")), "words")
        sign_up = replace(sign_up, wish=replace(sign_up.wish, only_if=only_if))
    except WrongForm as error:
        mistakes += error.mistakes
    try:
        sign_up = replace(sign_up, parts=_parts(form, sign_up))
    except WrongForm as error:
        mistakes += error.mistakes
    except UnknownWatch:
        mistakes.append(FieldMistake("chosen", "subscribe_page.unknown_watch"))
    return sign_up, mistakes


def _parts(form: MultiDict[str, str], sign_up: SignUp) -> dict[str, tuple[str, ...]]:
    """Return the parts that are chosen of the watch whose parts the form offers. Raises WrongForm, UnknownWatch."""
    key = form.get("parts_of", "")
    chosen = chosen_parts(form.getlist("part"), key, "parts") if key in (sign_up.watches or ()) else ()
    return {key: chosen} if chosen else {}


def _refused(form: MultiDict[str, str], mistakes: Sequence[FieldMistake]) -> Response:
    return make_response(_form(form, mistakes), 422)


def _form(form: MultiDict[str, str], mistakes: Sequence[FieldMistake] = ()) -> str:
    offered_watches = web_context().history.offered({*form.getlist("watch"), form.get("parts_of", "")})
    watches = sorted(offered_watches, key=lambda watch: watch.name.casefold())
    offered = next((watch for watch in watches if watch.key == form.get("parts_of")), None)
    return render_template(
        "subscribe.html",
        watches=watches,
        tags=[(tag_key(tag.key), tag.name) for tag in all_tags()],
        chosen=form.getlist("watch"),
        offered=offered,
        choice=part_choice(offered.key, form.getlist("part")) if offered else None,
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
        return dead_link()
    set_language(confirm_view.language)
    return render_template("confirm.html", asked=confirm_view, done=None, as_words=as_words)


@blueprint.post("/confirm/<token>")
def confirmed(token: str) -> Answer | str:
    """Begin the subscription; confirming again gives the same result."""
    done = web_context().self_service.confirm(token)
    if done is None:
        return dead_link()
    set_language(done.language)
    return render_template("confirm.html", asked=None, done=done, as_words=as_words)


# Leave


@blueprint.get("/leave/<token>")
def leaving(token: str) -> Answer | str:
    """Show what the subscriber would leave, and one button."""
    left = web_context().self_service.leave_view(token)
    if left is None:
        return dead_link()
    set_language(left.language)
    return render_template("leave.html", token=token, left=left, done=False)


@blueprint.post("/leave/<token>")
def leave(token: str) -> Answer | str:
    """Unsubscribe; also by a mail program's one click (RFC 8058)."""
    left = web_context().self_service.leave(token)
    if left is None:
        return dead_link()
    set_language(left.language)
    return render_template("leave.html", token=token, left=left, done=True)


@blueprint.post("/leave/<token>/link")
def mail_link(token: str) -> Answer | str:
    """Mail the link to manage to the subscriber: a link to leave opens nothing else."""
    return redirect(here("subscribing.reminded"), 303) if web_context().self_service.mail_link(token) else dead_link()


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


def _too_many() -> Response:
    page = render_template("message.html", title="subscribe_page.too_many_title", lines=("subscribe_page.too_many",))
    return make_response(page, 429, {"Retry-After": "3600"})


def _requester() -> str:
    return request.remote_addr or ""
