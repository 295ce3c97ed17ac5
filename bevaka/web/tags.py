"""The pages of tags: what watches that share a tag say, and who may follow them together."""

from __future__ import annotations

from flask import Blueprint, render_template

from bevaka.web.context import web_context
from bevaka.web.language import language, words
from bevaka.web.pages import CHANGES_SHOWN, LINES, UNWELL, all_tags, latest_sentence, rank, sliced
from monitor.core.model import SWEDISH_TIME, KnownTag
from monitor.core.people.followed_keys import tag_key, tag_of
from monitor.errors import UnknownTag

blueprint = Blueprint("tags", __name__)


@blueprint.get("/tags/<name>")
def tag(name: str) -> str:
    """Show the watches that have a tag, and what happened last on them."""
    found, history = find_tag(name), web_context().history
    rows = sorted((row for row in history.each_status() if found.key in row.tags), key=rank)
    shown, where = sliced(rows, LINES)
    return render_template(
        "tag.html",
        tag=found,
        followed=tag_key(found.key),
        total=len(rows),
        unwell=sum(row.state in UNWELL for row in rows),
        lines=shown,
        zone=SWEDISH_TIME,
        latest=[
            (latest, latest_sentence(latest, language()))
            for latest in history.latest(CHANGES_SHOWN, tag_key(found.key))
        ],
        where=where,
    )


def find_tag(key: str, *, archived: bool = False) -> KnownTag:
    """Return a tag by its key. Raises UnknownTag."""
    found = next((tag for tag in all_tags(archived=archived) if tag.key == key), None)
    if found is None:
        raise UnknownTag(key)
    return found


def named_tag(key: str) -> str | None:
    """Return in words the tag that a key (`tag:NAME`) is of; None for the key of a watch. Raises UnknownTag."""
    name = tag_of(key)
    return None if name is None else words().say("tag_page.named", name=find_tag(name, archived=True).name)
