"""The visitor's language, and the words and filters of the templates in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import yaml
from babel.dates import format_timedelta
from babel.units import format_unit
from flask import Flask, Response, g, render_template, request, url_for
from markupsafe import Markup, escape

from bevaka.web.context import web_context
from monitor.core.model import LANGUAGES, Language
from monitor.wording.catalogue import Words, words_for
from monitor.wording.excerpts import one_line, visible
from monitor.wording.reasons import reason_sentence
from monitor.wording.unbroken import with_values

TIME_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
PAGE_WORDS_FOLDER = Path(__file__).parent


@cache
def page_words_for(language: Language) -> Words:
    """Return the words of the web page in a language."""
    return Words(language, yaml.safe_load((PAGE_WORDS_FOLDER / f"words.{language}.yaml").read_text(encoding="utf-8")))


def asked_language() -> Language | None:
    """Return the language that the address asks for (?lang=); None if it asks for none."""
    asked = request.args.get("lang")
    return next((language for language in LANGUAGES if language == asked), None)


def language() -> Language:
    """Return the visitor's language: what the address asks for, what the subscriber chose, what the browser prefers."""
    chosen = asked_language() or g.get("language") or request.accept_languages.best_match(LANGUAGES, "sv")
    return cast("Language", chosen)


def set_language(chosen: Language) -> None:
    """Respond in the language that a subscriber chose, unless the address asks for another."""
    g.language = chosen


def words() -> Words:
    """Return the words of the web page in the visitor's language."""
    return page_words_for(language())


def mail_words() -> Words:
    """Return the words of the mails in the visitor's language: rules, kinds of blocks, months."""
    return words_for(language())


def here(endpoint: str, **values: Any) -> str:  # noqa: ANN401  any value that a URL is built from
    """Return the address of a page of this application, in the language that was asked for."""
    query = {"lang": asked_language()} if asked_language() else {}
    return url_for(endpoint, **{**query, **values})


def absolute(endpoint: str, **values: Any) -> str:  # noqa: ANN401
    """Return the public address of a page. It is never derived from the Host header, which any client can forge."""
    public = web_context().public_url
    return public[: len(public) - len(web_context().prefix)] + url_for(endpoint, **values)


def span(time: timedelta) -> str:
    """Return a duration, rounded: 3 dagar, 3 days."""
    return str(format_timedelta(time, locale=language(), threshold=1.2))


def exactly(time: timedelta) -> str:
    """Return a duration, not rounded: 90 minuter."""
    seconds = int(time.total_seconds())
    unit, unit_seconds = next((unit, unit_seconds) for unit, unit_seconds in TIME_UNITS if seconds % unit_seconds == 0)
    return str(format_unit(seconds // unit_seconds, f"duration-{unit}", locale=language()))


def ago(at: datetime) -> str:
    """Return how long ago a time is: nyss, för 3 dagar sedan, 3 days ago."""
    if abs(at - web_context().clock.now()) < timedelta(seconds=10):
        return words().say("just_now")
    return str(format_timedelta(at - web_context().clock.now(), locale=language(), add_direction=True, threshold=1.2))


def grouped(number: int) -> str:
    """Return a number with grouped digits, separated by no-break spaces: 3 301."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _counted(key: str, number: int) -> str:
    entry = words().count(key, number)
    return entry.replace(str(number), grouped(number), 1)


def _other_language() -> str:
    other = "en" if language() == "sv" else "sv"
    if request.endpoint is None or request.method not in {"GET", "HEAD"}:
        return url_for("pages.overview", lang=other)
    # A visitor's names are never keyword arguments: `url_for` gives some of them ("_anchor", "_scheme") a meaning.
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{url_for(request.endpoint, **(request.view_args or {}))}?{urlencode([*asked, ('lang', other)])}"


def _say_where_to(response: Response) -> Response:
    """Let a redirect, which a browser without redirects shows, say so in the visitor's language."""
    if 300 <= response.status_code < 400 and response.location and response.mimetype == "text/html":
        response.set_data(render_template("elsewhere.html", address=response.location))
    return response


def init_app(app: Flask) -> None:
    """Register the words and filters of the templates."""

    @app.context_processor
    def _words() -> dict[str, object]:
        return {
            "language": language(),
            "say": words().say,
            "count": _counted,
            "rule": mail_words().rule,
            "moment": words_moment,
            "day": words_day,
            "here": here,
            "sentence": lambda reason: reason_sentence(reason, language()),
            "other_language": _other_language,
            "has_operators": web_context().password is not None,
        }

    app.after_request(_say_where_to)

    for text_filter in (span, exactly, ago, grouped, visible, one_line, whole_values):
        app.jinja_env.filters[text_filter.__name__] = text_filter


def whole_values(text: str) -> Markup:
    """Return the text as HTML in which no line ends inside a value: a date, a sum, a phone number."""
    html = Markup()
    for piece, is_value in with_values(text):
        html += Markup('<span class="value">{}</span>').format(piece) if is_value else escape(piece)
    return html


def words_moment(at: datetime, timezone: str) -> str:
    """Return the local date and time in a time zone: 2026-03-16 kl. 09.00."""
    return words().moment(at, timezone)


def words_day(at: datetime, timezone: str) -> str:
    """Return the local date in a time zone: 2026-03-16."""
    return words().local_day(at, timezone).isoformat()
