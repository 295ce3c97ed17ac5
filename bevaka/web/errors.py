"""Error responses: a page, or JSON under /api."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from monitor.errors import (
    BodyRemoved,
    DatabaseAway,
    DatabaseBusy,
    HeavyWorkBusy,
    HeavyWorkStopped,
    UnknownRevision,
    UnknownTag,
    UnknownWatch,
)

log = logging.getLogger("bevaka.web")

WORDED_CODES = frozenset({400, 404, 405, 410, 413, 422, 429, 500, 503})
"""Status codes with words of their own: the keys under `error:` in words.sv.yaml and words.en.yaml.

The page of another code has the words of 400 or 500; the status of the response is the code all the same.
"""
API_PREFIX = "/api"
"""Paths that begin so are answered in JSON, also where no route has them."""


def init_app(app: Flask) -> None:
    """Register the error handlers."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        response = error_response(error.code or 500)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    @app.errorhandler(UnknownWatch)
    @app.errorhandler(UnknownTag)
    @app.errorhandler(UnknownRevision)
    def _unknown(error: Exception) -> Response:
        del error
        return error_response(404)

    @app.errorhandler(BodyRemoved)
    def _removed(error: BodyRemoved) -> Response:
        del error
        return error_response(410)

    @app.errorhandler(DatabaseAway)
    @app.errorhandler(DatabaseBusy)
    @app.errorhandler(HeavyWorkBusy)
    @app.errorhandler(HeavyWorkStopped)
    def _busy(error: Exception) -> Response:
        del error
        response = error_response(503)
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(Exception)
    def _defect(error: Exception) -> Response:
        # The endpoint, not the URL: a URL may contain a subscriber's token.
        log.error("a page could not be answered", exc_info=error, extra={"endpoint": request.endpoint})
        return error_response(500)


def _error_page(code: int) -> str:
    """Return the page of an error; a plain line where the page itself fails, for an error page depends on nothing."""
    try:
        return render_template("error.html", code=str(code))
    except Exception:  # a boundary: whatever a request holds, its error is answered
        log.exception("an error page could not be made", extra={"endpoint": request.endpoint})
        return f"<!DOCTYPE html><title>{code}</title><p>{code}</p>"


def error_response(code: int) -> Response:
    """Return the response for a status code: JSON for the API, else a page in the visitor's language."""
    if request.path.startswith(API_PREFIX):
        response = jsonify({"error": code})
    else:
        worded = code if code in WORDED_CODES else 400 if code < 500 else 500
        response = make_response(_error_page(worded))
    response.status_code = code
    return response
