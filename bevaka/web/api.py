"""JSON for programs, in the forms of the command line (described in bevaka/web/openapi.yaml)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask import Blueprint, Response, abort, jsonify, render_template, request

from bevaka.web.context import web_context
from bevaka.web.diff import asked_revisions
from bevaka.web.language import absolute, language
from bevaka.web.pages import all_tags, find_watch
from monitor.core.model import ChangeRecord, Watch
from monitor.errors import ExtractError, NotSeenThen, Reason
from monitor.ports.values import StatusRow
from monitor.wording.json_forms import (
    JsonObject,
    as_of_as_json,
    diff_as_json,
    kept_documents_as_json,
    log_row_as_json,
    observation_as_json,
    revision_as_json,
    status_as_json,
)
from monitor.wording.reasons import reason_sentence

blueprint = Blueprint("api", __name__, url_prefix="/api")

SCHEMA = Path(__file__).with_name("openapi.yaml")
MOST_CHANGES = 200


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI document of the addresses under /api/, without its server."""
    document: dict[str, Any] = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    return document


@blueprint.get("/")
def about() -> str:
    """Show the addresses under /api/ as a page for people."""
    paths = [(path, operations["get"]["summary"]) for path, operations in description()["paths"].items()]
    return render_template("api.html", paths=paths)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI document with its server."""
    server = absolute("api.about").rstrip("/")
    return jsonify({**description(), "servers": [{"url": server}]})


@blueprint.get("/watches")
def watches() -> Response:
    """Return every watch and its state."""
    return jsonify([_status(row) for row in web_context().history.status()])


@blueprint.get("/watches/<watch:key>")
def watch(key: str) -> Response:
    """Return one watch and its state."""
    watch_row = find_watch(key)
    row = next(row for row in web_context().history.status(archived=True) if row.watch == key)
    return jsonify({**_status(row), "url": watch_row.watch.url, "sfs": watch_row.watch.sfs, "checks": watch_row.checks})


@blueprint.get("/watches/<watch:key>/revisions")
def revisions(key: str) -> Response:
    """Return every revision, newest first."""
    return jsonify([log_row_as_json(row) for row in reversed(web_context().history.log(key).rows)])


@blueprint.get("/watches/<watch:key>/revisions/<int:number>")
def revision(key: str, number: int) -> Response:
    """Return one revision as extracted today."""
    history = web_context().history
    stored = history.copy(f"{key}#{number}")
    try:
        extraction = history.extract(stored).extraction
    except ExtractError as error:
        abort(_unreadable(error))
    documents = kept_documents_as_json(history.documents(stored))
    listed = {"documents": documents} if stored.recipe.documents else {}
    return jsonify({**revision_as_json(key, stored.snapshot, extraction), **listed})


@blueprint.get("/watches/<watch:key>/at/<when>")
def as_of(key: str, when: str) -> Response:
    """Return what the page said at a time, e.g. 2026-03-01; `revision` is null where it was not seen then."""
    history, asked = web_context().history, f"{key}@{when}"
    try:
        stored = history.copy(asked)
        known = as_of_as_json(stored.as_of, language()) if stored.as_of else None
        return jsonify({**revision_as_json(key, stored.snapshot, history.extract(stored).extraction), "as_of": known})
    except NotSeenThen:
        return jsonify({"watch": key, "revision": None, "as_of": as_of_as_json(history.as_of(asked)[1], language())})
    except ExtractError as error:
        abort(_unreadable(error))


@blueprint.get("/watches/<watch:key>/checks")
def checks(key: str) -> Response:
    """Return the runs of equal outcomes, newest first: what was seen, and every gap."""
    return jsonify(
        [observation_as_json(run, language()) for run in reversed(web_context().history.log(key).observations)]
    )


@blueprint.get("/watches/<watch:key>/diff")
def diff(key: str) -> Response:
    """Return the differences between two revisions."""
    history = web_context().history
    before, after = asked_revisions(history.log(key))
    try:
        found = history.diff(f"{key}#{before}", f"{key}#{after}")
    except ExtractError as error:
        abort(_unreadable(error))
    return jsonify(diff_as_json(key, before, after, found.change))


@blueprint.get("/tags")
def tags() -> Response:
    """Return every tag, and how many watches have it."""
    counts = Counter(tag for row in web_context().history.each_status() for tag in row.tags)
    return jsonify([{"tag": tag.key, "name": tag.name, "watches": counts[tag.key]} for tag in all_tags()])


@blueprint.get("/changes")
def changes() -> Response:
    """Return the newest material changes of all watches."""
    asked = request.args.get("limit", "50")
    limit = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 0
    if not 1 <= limit <= MOST_CHANGES:
        abort(400)
    return jsonify([_change(watch, record) for watch, record in web_context().history.latest_changes(limit)])


def _unreadable(error: ExtractError) -> Response:
    response = jsonify({"error": 422, "reason": _reason(error.reason())})
    response.status_code = 422
    return response


def _status(row: StatusRow) -> JsonObject:
    return {**status_as_json(row, language()), "name": row.name, "tags": list(row.tags)}


def _change(watch: Watch, record: ChangeRecord) -> dict[str, object]:
    return {
        "watch": watch.key,
        "name": watch.name,
        "from": record.before_number,
        "to": record.after_number,
        "at": record.detected_at.astimezone(UTC).isoformat(),
        "class": record.category,
        "rule": record.rule,
        "summary": record.summary,
    }


def _reason(reason: Reason | None) -> str | None:
    return reason_sentence(reason, language()) if reason else None
