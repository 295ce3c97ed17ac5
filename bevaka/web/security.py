"""Security of visitors and operators: headers, a token in every form, the operators' session."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import ParamSpec

from flask import Flask, Response, abort, redirect, request, session
from werkzeug.wrappers import Response as Answer

from bevaka.web.context import web_context
from bevaka.web.language import here

P = ParamSpec("P")

CSRF = "csrf"
OPERATOR = "operator"
ONE_CLICK = "subscribing.leave"
"""The endpoint to which mail programs post by themselves (RFC 8058), without cookies; its URL contains the token."""
PRIVATE_BLUEPRINTS = ("subscribing.", "operators.")
"""Blueprints whose pages are private: not cached, not sent as a referrer, not indexed by search engines."""

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Register the guards of every request and response."""
    app.before_request(_check_form)
    app.after_request(_add_headers)

    @app.context_processor
    def _for_forms() -> dict[str, object]:
        return {"csrf_token": csrf_token, "is_operator": is_operator()}


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


def _seal() -> str:
    """Return the seal that an operator's session holds; a new password invalidates every session."""
    return sha256((web_context().password or "").encode()).hexdigest()


def is_operator() -> bool:
    """True if the visitor has logged in with the current password."""
    held = session.get(OPERATOR)
    return web_context().password is not None and isinstance(held, str) and hmac.compare_digest(held, _seal())


def log_in() -> None:
    """Begin an operator's session; nothing of an earlier session is kept."""
    session.clear()
    session.permanent = True
    session[OPERATOR] = _seal()


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
