"""What a visitor is told when something cannot be answered: a page for people, JSON under /api/."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from monitor.errors import CopyRemoved, DatabaseBusy, UnknownRevision, UnknownWatch

log = logging.getLogger("bevaka.web")

TOLD = frozenset({400, 404, 405, 410, 413, 429, 500, 503})
"""Codes that have words of their own; another one is told as 400 or 500."""


def init_app(app: Flask) -> None:
    """Register what is told."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        response = error_response(error.code or 500)
        for name, value in error.get_headers():
            if name in {"Allow", "Retry-After"}:
                response.headers[name] = value
        return response

    @app.errorhandler(UnknownWatch)
    @app.errorhandler(UnknownRevision)
    def _unknown(error: Exception) -> Response:
        del error
        return error_response(404)

    @app.errorhandler(CopyRemoved)
    def _removed(error: CopyRemoved) -> Response:
        del error
        return error_response(410)

    @app.errorhandler(DatabaseBusy)
    def _busy(error: DatabaseBusy) -> Response:
        del error
        response = error_response(503)
        response.headers["Retry-After"] = "5"
        return response

    @app.errorhandler(Exception)
    def _defect(error: Exception) -> Response:
        # The endpoint, not the address: an address may hold somebody's token.
        log.error("a page could not be answered", exc_info=error, extra={"endpoint": request.endpoint})
        return error_response(500)


def error_response(code: int) -> Response:
    """The answer for a status code."""
    if request.path.startswith("/api"):
        response = jsonify({"error": code})
    else:
        worded = code if code in TOLD else 400 if code < 500 else 500
        response = make_response(render_template("error.html", code=str(worded)))
    response.status_code = code
    return response
