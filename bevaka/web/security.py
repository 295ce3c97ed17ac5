"""Security of visitors and operators: headers, a token in every form, the operators' session."""

from __future__ import annotations

import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from ipaddress import ip_address
from typing import Literal, ParamSpec, cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, redirect, request, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import EXTENSION_NAME, web_context
from bevaka.web.language import here
from bevaka.web.operator_sessions import OperatorSessions

P = ParamSpec("P")

CSRF = "csrf"
OPERATOR = "operator"
SESSIONS = "bevaka.operator_sessions"
ONE_CLICK = "subscribing.leave"
"""The endpoint to which mail programs post by themselves (RFC 8058), without cookies; its URL contains the token."""
Urgency = Literal["health", "operator"]
PRIVATE_BLUEPRINTS = ("subscribing.", "managing.", "operators.", "editing.")
"""Blueprints whose pages are private: not cached, not sent as a referrer, not indexed by search engines."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


_TOKEN_IN_PATH = re.compile(r"/(confirm|manage|leave)/[^/\s?\"']+")


class WithoutTokens(logging.Filter):
    """Masks the tokens of links in what is logged: "/manage/…"; libraries log the path of a request that failed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record's message, and log it."""
        message = record.getMessage()
        masked = _TOKEN_IN_PATH.sub(r"/\1/…", message)
        if masked != message:
            record.msg, record.args = masked, ()
        return True


_WITHOUT_TOKENS = WithoutTokens()


def init_app(app: Flask) -> None:
    """Register the guards of every request and response."""
    for logger in (app.logger, logging.getLogger("waitress")):
        logger.addFilter(_WITHOUT_TOKENS)
    app.extensions[SESSIONS] = OperatorSessions(app.permanent_session_lifetime)
    app.before_request(_check_host)
    app.before_request(_check_form)
    app.after_request(_add_headers)

    @app.context_processor
    def _for_forms() -> dict[str, object]:
        return {"csrf_token": csrf_token, "is_operator": is_operator()}


def _check_host() -> None:
    """Refuse a request for another host: a page of somebody else's name must not speak to this server.

    The public address counts, localhost, and any IP address, which no name can be made to be.
    """
    try:
        name = (urlsplit(f"//{request.headers.get('Host', '')}").hostname or "").rstrip(".")
    except ValueError:
        abort(400)
    if name in ("", "localhost", urlsplit(web_context().public_url).hostname) or _is_ip_address(name):
        return
    abort(400)


def _is_ip_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def csrf_token() -> str:
    """Return the visitor's token, which every posted form contains."""
    if CSRF not in session:
        session[CSRF] = secrets.token_urlsafe(32)
    return str(session[CSRF])


def _check_form() -> None:
    if request.method != "POST" or request.endpoint == ONE_CLICK:
        return
    expected, given = session.get(CSRF), request.form.get(CSRF, "")
    if not expected or not hmac.compare_digest(str(expected).encode(), given.encode("utf-8", "replace")):
        abort(400)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Referrer-Policy"] = "same-origin"
    if web_context().is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if (request.endpoint or "").startswith(PRIVATE_BLUEPRINTS):
        headers["Referrer-Policy"] = "no-referrer"
        headers["X-Robots-Tag"] = "noindex"
    if (request.endpoint or "").startswith(PRIVATE_BLUEPRINTS) or CSRF in session or OPERATOR in session:
        headers["Cache-Control"] = "no-store"
    elif request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-cache")
        response.vary.add("Accept-Language")
    return response


# Operators


def _sessions() -> OperatorSessions:
    return cast("OperatorSessions", current_app.extensions[SESSIONS])


def is_operator() -> bool:
    """True if the visitor has logged in and not logged out; another password comes with another process."""
    held = session.get(OPERATOR)
    is_alive = isinstance(held, str) and _sessions().is_alive(held, web_context().clock.now())
    return web_context().password is not None and is_alive


def urgency(app: Flask, path: str, headers: Mapping[str, str]) -> Urgency | None:
    """Return why a request is answered however busy visitors keep the server; None for one of a visitor.

    `headers` has names in capitals, as waitress gives them. Called before the request is a request of Flask.
    """
    if path.endswith("/healthz"):
        return "health"
    return "operator" if path.endswith("/login") or _holds_living_session(app, headers) else None


def _holds_living_session(app: Flask, headers: Mapping[str, str]) -> bool:
    sessions, signer = app.extensions.get(SESSIONS), SecureCookieSessionInterface().get_signing_serializer(app)
    if sessions is None or signer is None or "COOKIE" not in headers:
        return False
    try:
        cookie = parse_cookie(headers["COOKIE"]).get(app.config["SESSION_COOKIE_NAME"], "")
        held = signer.loads(cookie).get(OPERATOR)
    except (BadSignature, UnicodeError):
        return False
    return isinstance(held, str) and sessions.is_alive(held, app.extensions[EXTENSION_NAME].clock.now())


def log_in() -> None:
    """Begin an operator's session; nothing of an earlier session is kept."""
    session.clear()
    session.permanent = True
    session[OPERATOR] = _sessions().begin(web_context().clock.now())


def log_out() -> None:
    """End the visitor's session: a copy of its cookie is worth nothing either."""
    held = session.get(OPERATOR)
    if isinstance(held, str):
        _sessions().end(held)
    session.clear()


def for_operators(view: Callable[P, Answer | str]) -> Callable[P, Answer | str]:
    """Let operators in and redirect others to the login; 404 while no password is set."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Answer | str:
        if web_context().password is None:
            abort(404)
        if not is_operator():
            return redirect(here("operators.login"), 303)
        return view(*args, **kwargs)

    return guarded
