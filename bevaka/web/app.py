"""The web application, assembled from its blueprints."""

from __future__ import annotations

import hmac
from datetime import timedelta

from flask import Flask
from jinja2 import StrictUndefined

from bevaka.web import (
    api,
    as_of,
    diff,
    editing,
    errors,
    feeds,
    health,
    language,
    law,
    manage,
    operators,
    pages,
    parts,
    prefix,
    security,
    subscribe,
    tags,
)
from bevaka.web.context import EXTENSION_NAME, WebContext
from bevaka.web.watch_key import WatchKey

SESSION = timedelta(hours=12)
LARGEST_FORM = 256 * 1024
MOST_FIELDS = 5000
"""A subscriber who follows a thousand pages sends a few fields for each."""


def create_app(context: WebContext) -> Flask:
    """Return a WSGI application for these use cases. It reads nothing from the environment and starts nothing."""
    app = Flask("bevaka.web")
    app.extensions[EXTENSION_NAME] = context
    app.config.update(
        SECRET_KEY=hmac.digest(context.secret, b"web sessions", "sha256"),
        SESSION_COOKIE_NAME=EXTENSION_NAME,
        SESSION_COOKIE_PATH=context.prefix or "/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=context.is_https,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=1),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False
    app.url_map.converters["watch"] = WatchKey
    # This is how Flask documents the wrapping of an application in WSGI middleware.
    app.wsgi_app = prefix.Prefix(app.wsgi_app, context.prefix)  # type: ignore[method-assign]
    for part in (language, security, errors):
        part.init_app(app)
    for blueprint in (pages, tags, law, as_of, diff, feeds, api, health, subscribe, parts, manage, operators, editing):
        app.register_blueprint(blueprint.blueprint)
    return app
