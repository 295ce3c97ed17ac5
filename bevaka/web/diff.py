"""Differences between two revisions: as a list, side by side, or marked in the whole page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from bevaka.web.context import web_context
from bevaka.web.language import mail_words
from bevaka.web.marked_page import marked_page
from monitor.core.model import BlockChange, Language
from monitor.errors import ExtractError
from monitor.history import WatchLog
from monitor.ports.values import KeptDocument, LogRow
from monitor.wording.catalogue import Words
from monitor.wording.entries import Entry, EntryLine, entry, places
from monitor.wording.excerpts import TextSpan
from monitor.wording.law_summary import clauses_by_chapter
from monitor.wording.summary import summarise

blueprint = Blueprint("differences", __name__)

MOST_SHOWN = 2_000
"""Block changes that a page shows of those that are material, and of those that are not."""


@dataclass(frozen=True, slots=True)
class SideBySideRow:
    """One line side by side; a side without the text is None.

    `told` spans both sides and says what a link did, `fact` what is said before the text.
    """

    before: tuple[TextSpan, ...] | None = None
    after: tuple[TextSpan, ...] | None = None
    told: str | None = None
    fact: str = ""


@blueprint.get("/watches/<watch:key>/diff")
def diff(key: str) -> str:
    """Compare two revisions, ?from= and ?to=; by default the newest and the one before it."""
    history = web_context().history
    log = history.log(key)
    before, after = asked_revisions(log)
    try:
        found = history.diff(f"{key}#{before}", f"{key}#{after}")
    except ExtractError as error:
        return render_template("unreadable.html", watch=log.watch, log=log, reason=error.reason())
    blocks = found.change.blocks if found.change else ()
    material, held_back = (
        [block for block in blocks if block.material],
        [block for block in blocks if not block.material],
    )
    view = request.args.get("view", "")
    block_words, is_page = mail_words(), view == "page"
    return render_template(
        "diff.html",
        watch=found.watch,
        log=log,
        found=found,
        summary=_summary(log, before, after) or (summarise(found.change) if found.change else None),
        by_chapter=clauses_by_chapter(found.change) if found.change and found.change.law else [],
        material=[] if is_page else entries(material[:MOST_SHOWN], block_words),
        held_back=[] if is_page else entries(held_back[:MOST_SHOWN], block_words),
        held_back_count=len(held_back),
        material_count=len(material),
        unshown=max(0, len(material) - MOST_SHOWN) + max(0, len(held_back) - MOST_SHOWN),
        view=view if view in ("side", "page") else "",
        stretches=marked_page(*found.texts, blocks[:MOST_SHOWN], block_words) if is_page else [],
        rows=side_by_side,
        documents=_changed_documents(key, (before, after), blocks),
        previous=_first_material([row for row in log.rows if row.revision < after][::-1]),
        following=_first_material([row for row in log.rows if row.revision > after]),
    )


def _changed_documents(
    key: str, numbers: Sequence[int], blocks: Sequence[BlockChange]
) -> list[tuple[int, KeptDocument]]:
    """Return the documents that differ as each revision has them, with its number; none where the page alone does."""
    urls = {block.document.url for block in blocks if block.document}
    if not urls:
        return []
    history = web_context().history
    copies = [(number, history.copy(f"{key}#{number}")) for number in numbers]
    return [(number, each) for number, copy in copies for each in history.documents(copy) if each.part.url in urls]


def asked_revisions(log: WatchLog) -> tuple[int, int]:
    """Return the two revisions asked for. Aborts with 404 unless both exist; a single revision cannot be compared."""
    numbers = [row.revision for row in log.rows]
    if len(numbers) < 2:
        abort(404)
    after = request.args.get("to", str(numbers[-1]))
    to = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
    before = request.args.get("from", str(to - 1))
    from_ = int(before) if before.isascii() and before.isdecimal() and len(before) < 10 else 0
    if from_ not in numbers or to not in numbers:
        abort(404)
    return from_, to


def _summary(log: WatchLog, before: int, after: int) -> dict[Language, str] | None:
    """Return the summary that was recorded with the change, if the two revisions follow each other."""
    row = next(row for row in log.rows if row.revision == after)
    return row.summary if before == after - 1 else None


def _first_material(rows: Sequence[LogRow]) -> LogRow | None:
    """Return the first of these rows that is a material change."""
    return next((row for row in rows if row.material), None)


def entries(blocks: Sequence[BlockChange], words: Words) -> list[Entry]:
    """Return the changes as entries, grouped by place, with nothing left out."""
    return [entry(place, words, in_full=True) for place in places(blocks)]


def side_by_side(lines: Sequence[EntryLine]) -> list[SideBySideRow]:
    """Return the lines of an entry as rows with two sides."""
    return [_row(line) for line in lines]


def _row(line: EntryLine) -> SideBySideRow:
    ops = {piece.op for piece in line.pieces}
    if ops == {"added"} and line.label:
        return SideBySideRow(after=line.pieces, fact=line.fact)
    if ops == {"removed"} and (line.label or line.fact):
        return SideBySideRow(before=line.pieces, fact=line.fact)
    if ops <= {"kept"} and not line.label:
        return SideBySideRow(told="".join(piece.text for piece in line.pieces), fact=line.fact)
    return SideBySideRow(
        tuple(piece for piece in line.pieces if piece.op != "added"),
        tuple(piece for piece in line.pieces if piece.op != "removed"),
        fact=line.fact,
    )
