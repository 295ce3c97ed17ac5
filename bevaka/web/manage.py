"""Manage: what a subscriber follows, how often, which parts, and being erased."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import time
from zoneinfo import available_timezones

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.forms import (
    EVERY_WATCH_FIELD,
    FREQUENCIES,
    FieldMistake,
    WrongForm,
    dead_link,
    frequency_of,
    language_of,
)
from bevaka.web.language import here, set_language, words
from bevaka.web.parts import chosen_parts, part_choice
from bevaka.web.words_of_subscribers import LONGEST_WORD, chosen_words
from monitor.core.model import LANGUAGES, SWEDISH_TIME, Preferences
from monitor.core.people.followed_keys import tag_of
from monitor.core.people.link_views import FollowableWatch, ManageView, alert_of
from monitor.core.people.sign_up import Wish
from monitor.core.people.typed_words import as_words, word_pattern
from monitor.errors import UnknownTag, UnknownWatch

blueprint = Blueprint("managing", __name__)

_NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")


@blueprint.get("/manage/<token>")
def manage(token: str) -> Answer | str:
    """Show what the subscriber follows, and how."""
    member = web_context().self_service.manage_view(token)
    if member is None:
        return dead_link()
    return _manage_page(token, member, saved="saved" in request.args)


@blueprint.post("/manage/<token>")
def change(token: str) -> Answer | str:
    """Change the subscriptions as the form says; those left out end."""
    self_service = web_context().self_service
    member = self_service.manage_view(token)
    if member is None:
        return dead_link()
    form = request.form
    try:
        preferences, following = _preferences_and_following(form, member)
        language = language_of(form.get("language", ""))
        changed = self_service.change(token, language=language, preferences=preferences, following=following)
    except WrongForm as error:
        return make_response(_manage_page(token, member, mistakes=error.mistakes, form=form), 422)
    except (UnknownWatch, UnknownTag) as error:
        what = "unknown_watch" if isinstance(error, UnknownWatch) else "unknown_tag"
        unknown = FieldMistake("follow", f"subscribe_page.{what}")
        return make_response(_manage_page(token, member, mistakes=[unknown], form=form), 422)
    return redirect(here("managing.manage", token=token, saved=1), 303) if changed else dead_link()


@blueprint.post("/manage/<token>/erase")
def erase(token: str) -> Answer | str:
    """Erase the subscriber."""
    member = web_context().self_service.manage_view(token)
    if member is None:
        return dead_link()
    set_language(member.subscriber.language)
    if request.form.get("sure") != "yes":
        return make_response(
            _manage_page(token, member, mistakes=[FieldMistake("sure", "manage_page.erase_tick")]), 422
        )
    if not web_context().self_service.erase(token):
        return dead_link()
    return render_template("message.html", title="manage_page.erased_title", lines=("manage_page.erased",))


@blueprint.get("/manage/<token>/erase")
def erasing(token: str) -> Answer:
    """Redirect to the form when the page after erasing is reloaded."""
    return redirect(here("managing.manage", token=token), 303)


def _manage_page(
    token: str,
    member: ManageView,
    *,
    saved: bool = False,
    mistakes: Sequence[FieldMistake] = (),
    form: MultiDict[str, str] | None = None,
) -> str:
    """Return the page; with a `form` that has mistakes, as it was filled in."""
    set_language(member.subscriber.language)
    followed = {each.key: each.wish for each in member.following} if form is None else _wishes(form)
    everything = FollowableWatch(
        EVERY_WATCH_FIELD, words().say("manage_page.everything"), alert_of(watch.alert for watch in member.watches)
    )
    things = [*member.tags, *member.watches]
    in_order = sorted(things, key=lambda thing: (thing.key not in followed, not thing.is_tag, thing.name.casefold()))
    shown = _as_stored(member) if form is None else {**dict.fromkeys(_as_stored(member), ""), **form.to_dict()}
    return render_template(
        "manage.html",
        token=token,
        member=member,
        things=[(everything, followed.get(None)), *((thing, followed.get(thing.key)) for thing in in_order)],
        frequencies=FREQUENCIES,
        languages=LANGUAGES,
        saved=saved,
        mistakes=mistakes,
        shown=shown,
        timezones=_timezones(member.subscriber.preferences.timezone),
        all_of_it=EVERY_WATCH_FIELD,
        longest_word=LONGEST_WORD,
        as_words=as_words,
    )


def _as_stored(member: ManageView) -> dict[str, str]:
    """Return the fields of the form but for what is followed."""
    preferences = member.subscriber.preferences
    quiet_from, quiet_to = (
        (at.isoformat(timespec="minutes") for at in preferences.quiet) if preferences.quiet else ("", "")
    )
    return {
        "digest_at": preferences.digest_at.isoformat(timespec="minutes"),
        "weekday": str(preferences.digest_weekday),
        "timezone": preferences.timezone or "",
        "account": "on" if preferences.account else "",
        "quiet_from": quiet_from,
        "quiet_to": quiet_to,
        "language": member.subscriber.language,
    }


def _preferences(form: MultiDict[str, str]) -> Preferences:
    """Return the preferences. Raises WrongForm with every mistake."""
    names = ("digest_at", "quiet_from", "quiet_to")
    times = {name: _time(form.get(name, "")) for name in names}
    has_quiet = any(form.get(name) for name in names[1:])
    mistakes = [] if times["digest_at"] else [FieldMistake("digest_at", "manage_page.wrong_time")]
    if has_quiet:
        mistakes += [FieldMistake(name, "manage_page.wrong_quiet_time") for name in names[1:] if times[name] is None]
        if times["quiet_from"] and times["quiet_from"] == times["quiet_to"]:
            mistakes.append(FieldMistake("quiet_to", "manage_page.equal_times"))
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


def _preferences_and_following(
    form: MultiDict[str, str], member: ManageView
) -> tuple[Preferences, Mapping[str | None, Wish]]:
    """Return what the form says. Raises WrongForm with every mistake."""
    mistakes: list[FieldMistake] = []
    preferences = Preferences()
    try:
        preferences = _preferences(form)
    except WrongForm as error:
        mistakes += error.mistakes
    before = {following.key: following.wish for following in member.following}
    following = _wishes(form)
    for key, wish in following.items():
        try:
            known = before[key].only if key in before else ()
            only = chosen_parts(wish.only, key, f"only-{key}", before=known) if key and tag_of(key) is None else ()
            words = before[key].only_if if key in before else ()
            field = f"word-{key or EVERY_WATCH_FIELD}"
            following[key] = replace(wish, only=only, only_if=chosen_words(wish.only_if, field, before=words))
        except WrongForm as error:
            mistakes += error.mistakes
        except UnknownWatch:
            mistakes.append(FieldMistake("follow", "subscribe_page.unknown_watch"))
    if mistakes:
        raise WrongForm(*mistakes)
    return preferences, following


def _wishes(form: MultiDict[str, str]) -> dict[str | None, Wish]:
    """Return what the form follows, and how, as it was filled in."""
    return {
        None if field == EVERY_WATCH_FIELD else field: Wish(
            frequency_of(form.get(f"frequency-{field}", "")),
            tuple(form.getlist(f"only-{field}")),
            f"material-{field}" in form,
            (*form.getlist(f"words-{field}"), *filter(None, map(word_pattern, form.getlist(f"word-{field}")))),
        )
        for field in form.getlist("follow")
    }


# The parts of one page


@blueprint.get("/manage/<token>/parts")
def parts(token: str) -> Answer | str:
    """Show the parts of a page, ?watch=, with those that the subscriber follows ticked."""
    member = web_context().self_service.manage_view(token)
    return dead_link() if member is None else _parts_page(token, member, _asked_watch(member))


@blueprint.post("/manage/<token>/parts")
def choose_parts(token: str) -> Answer | str:
    """Follow the ticked parts of a page, or all of it if none is ticked; a page that was not followed then is."""
    self_service = web_context().self_service
    member = self_service.manage_view(token)
    if member is None:
        return dead_link()
    watch, subscriber = _asked_watch(member), member.subscriber
    following = {each.key: each.wish for each in member.following}
    wish = following.get(watch.key) or following.get(None) or Wish()
    try:
        only = chosen_parts(request.form.getlist("part"), watch.key, "parts", before=wish.only)
    except WrongForm as error:
        return make_response(_parts_page(token, member, watch, error.mistakes), 422)
    following[watch.key] = replace(wish, only=only)
    changed = self_service.change(
        token, language=subscriber.language, preferences=subscriber.preferences, following=following
    )
    return redirect(here("managing.manage", token=token, saved=1), 303) if changed else dead_link()


def _asked_watch(member: ManageView) -> FollowableWatch:
    """Return the watch that ?watch= names. Aborts with 404 if there is none."""
    found = next((watch for watch in member.watches if watch.key == request.args.get("watch")), None)
    return found or abort(404)


def _parts_page(token: str, member: ManageView, watch: FollowableWatch, mistakes: Sequence[FieldMistake] = ()) -> str:
    set_language(member.subscriber.language)
    wish = next((each.wish for each in member.following if each.key == watch.key), None)
    chosen = request.form.getlist("part") if mistakes else wish.only if wish else ()
    choice = part_choice(watch.key, chosen)
    return render_template(
        "manage_parts.html", token=token, watch=watch, choice=choice, is_followed=wish is not None, mistakes=mistakes
    )


def _time(given: str) -> time | None:
    """Return a time of day, to the minute; None for what is none."""
    try:
        at = time.fromisoformat(given)
    except ValueError:
        return None
    return at.replace(second=0, microsecond=0) if at.tzinfo is None else None
