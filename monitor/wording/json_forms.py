"""JSON forms of values, the same for the command line and the API.

Times are ISO 8601 in UTC. Scripts rely on the keys, which are stable.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from monitor.core.http_date import http_date
from monitor.core.model import LANGUAGES
from monitor.wording.reasons import reason_sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from monitor.core.law.amendments import RegisterFinding
    from monitor.core.model import (
        BlockChange,
        Change,
        Document,
        DocumentOutcome,
        Extraction,
        Fetched,
        Language,
        Observation,
        Part,
        Preferences,
        Snapshot,
        StatedDate,
    )
    from monitor.core.record.as_of import AsOf, Sight
    from monitor.core.record.coverage import Gap
    from monitor.core.record.replay import Replay, Said
    from monitor.errors import Flaw, Reason
    from monitor.ports.values import KeptDocument, LogRow, StatusRow

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
JsonObject = dict[str, object]
Updated = tuple["StatedDate | None", "StatedDate | None"]


def extraction_as_json(extraction: Extraction) -> JsonObject:
    """Return an extraction: the part of `inspect`'s object that does not name the source."""
    return {
        "title": extraction.title,
        "language": extraction.language,
        "encoding": extraction.encoding,
        "updated": _date(extraction.updated),
        "published": _date(extraction.published),
        "blocks": [
            {"heading": list(block.heading), "kind": block.kind, "label": block.label, "text": block.text}
            for block in extraction.blocks
        ],
        "dropped": [{"why": part.why, "text": part.text} for part in extraction.dropped],
    }


def no_extraction_as_json() -> JsonObject:
    """Return the same object as `extraction_as_json` for a file that cannot be read."""
    return {
        "title": "",
        "language": None,
        "encoding": None,
        "updated": None,
        "published": None,
        "blocks": [],
        "dropped": [],
    }


def change_as_json(change: Change | None, updated: Updated = (None, None)) -> JsonObject:
    """Return the part of `compare`'s object that says what differs.

    `updated` are the stated dates of both sides, used where nothing differs.
    """
    from monitor.wording.summary import nothing_differs, summarise  # noqa: PLC0415  most commands need no summary

    return {
        "verdict": "changed" if change else "unchanged",
        "material": change.material if change else False,
        "reason": change.rule if change and change.material else None,
        "summary": summarise(change) if change else nothing_differs(),
        "updated": updated_as_json((change.updated_before, change.updated_after) if change else updated),
        "blocks": [_block(block) for block in change.blocks] if change else [],
        "held_back": change.held_back if change else 0,
    }


def replay_as_json(replay: Replay, language: Language) -> JsonObject:
    """Return what a recipe would have said of the kept revisions, beside what was said; the reasons in `language`."""
    return {
        "differ": replay.differing,
        "then": replay.then,
        "now": replay.now,
        "left_out": dict(replay.left_out),
        "revisions": [
            {
                "revision": each.number,
                "before": each.before,
                "at": _moment(each.at),
                "differs": each.differs,
                "then": _said(each.then, language),
                "now": _said(each.now, language),
            }
            for each in replay.differing_first
        ],
    }


def _said(said: Said, language: Language) -> JsonObject:
    return {
        "outcome": said.outcome,
        "rule": said.rule,
        "reason": _sentence(said.reason, language),
        "summary": dict(said.summary) if said.summary is not None else None,
        "held_back": said.held_back,
    }


def status_as_json(row: StatusRow, language: Language) -> JsonObject:
    """Return one watch and its state; the reason is a sentence in `language`."""
    return {
        "watch": row.watch,
        "state": row.state,
        "last_seen": _moment(row.last_seen),
        "last_changed": _moment(row.last_changed),
        "next_check": _moment(row.next_check),
        "failures": row.failures,
        "reason": _sentence(row.reason, language),
    }


def log_row_as_json(row: LogRow) -> JsonObject:
    """Return one revision in the history of a watch."""
    return {
        "revision": row.revision,
        "at": _moment(row.at),
        "outcome": row.outcome.value,
        "material": row.material,
        "summary": row.summary,
        "sha256": row.sha256,
        **({"documents": documents_as_json(row.documents)} if row.documents is not None else {}),
    }


def documents_as_json(outcomes: Iterable[DocumentOutcome]) -> list[JsonObject]:
    """Return what a check found of each document of a page."""
    return [
        {"url": each.url, "title": each.title, "outcome": each.outcome, "sha256": each.sha256, "bytes": each.size}
        for each in outcomes
    ]


def observation_as_json(run: Observation, language: Language) -> JsonObject:
    """Return one run of equal outcomes; the reason is a sentence in `language`."""
    return {
        "outcome": run.outcome.value,
        "first_at": _moment(run.first_at),
        "last_at": _moment(run.last_at),
        "count": run.count,
        "revision": run.revision,
        "reason": _sentence(run.reason, language),
    }


def revision_as_json(watch: str, snapshot: Snapshot, extraction: Extraction) -> JsonObject:
    """Return one revision of a watch with its extraction."""
    return {
        "watch": watch,
        "revision": snapshot.number,
        "at": _moment(snapshot.taken_at),
        "url": snapshot.url,
        "status": snapshot.status,
        "sha256": snapshot.sha256,
        **extraction_as_json(extraction),
    }


def kept_documents_as_json(documents: Iterable[KeptDocument]) -> list[JsonObject]:
    """Return the documents of a revision."""
    return [
        {
            "url": each.part.url,
            "title": each.title,
            "revision": each.part.number,
            "sha256": each.part.sha256,
            "bytes": each.part.size,
        }
        for each in documents
    ]


def document_as_json(watch: str, revision: int, part: Part, answer: Fetched, document: Document) -> JsonObject:
    """Return one document of a revision with what is read in it; `unread` is why nothing can be.

    `fetched_with` is the revision with which its bytes were fetched first, `at` the time of that; `dated` is when its
    server says that it answered.
    """
    read = no_extraction_as_json() if document.extraction is None else extraction_as_json(document.extraction)
    unread = {language: _sentence(document.unread, language) for language in LANGUAGES} if document.unread else None
    return {
        "watch": watch,
        "revision": revision,
        "document": part.url,
        "fetched_with": part.number,
        "at": _moment(answer.taken_at),
        "dated": _moment(http_date(answer.header("Date"))),
        "status": part.status,
        "sha256": part.sha256,
        "bytes": part.size,
        "form": document.form,
        "unread": unread,
        **read,
        "title": document.title,
    }


def as_of_as_json(found: AsOf, language: Language) -> JsonObject:
    """Return what is known of a page at a time; `revision` is null where it was not seen."""
    return {
        "from": _moment(found.since),
        "to": _moment(found.until),
        "revision": found.revision,
        "first_seen": _moment(found.first_seen),
        "last_seen": _moment(found.last_seen),
        "checks": found.checks,
        "between_checks": found.is_between,
        "before": _sight(found.before),
        "after": _sight(found.after),
        "also": [
            {"revision": each.revision, "first_seen": _moment(each.first_seen), "last_seen": _moment(each.last_seen)}
            for each in found.also
        ],
        "other_address": found.other_address,
        "gaps": [gap_as_json(gap, language) for gap in found.gaps],
    }


def _sight(sight: Sight | None) -> JsonObject | None:
    return None if sight is None else {"revision": sight.revision, "at": _moment(sight.at)}


def gap_as_json(gap: Gap, language: Language) -> JsonObject:
    """Return a time of which nothing is known; the reasons are sentences in `language`, in one text."""
    return {
        "kind": gap.kind,
        "after": _moment(gap.since),
        "before": _moment(gap.until),
        "looks": gap.checks,
        "reason": "; ".join(reason_sentence(reason, language) for reason in gap.reasons) or None,
    }


def diff_as_json(watch: str, before: int, after: int, change: Change | None) -> JsonObject:
    """Return the comparison of two revisions of a watch."""
    ends = {"before": f"{watch}#{before}", "after": f"{watch}#{after}", "from": before, "to": after}
    found = change_as_json(change)
    of_documents = [block.document.url if block.document else None for block in change.blocks] if change else []
    rows = [{**row, "document": url} for row, url in zip(_rows(found["blocks"]), of_documents, strict=True)]
    return {**ends, **found, "blocks": rows}


def _rows(blocks: object) -> list[JsonObject]:
    return blocks if isinstance(blocks, list) else []


def flaw_as_json(flaw: Flaw) -> JsonObject:
    """Return one part of the store that differs from what was written."""
    return {"watch": flaw.watch, "revision": flaw.revision, "what": flaw.what}


def preferences_as_json(preferences: Preferences) -> JsonObject:
    """Return how and when a subscriber wants to be notified."""
    return {
        "timezone": preferences.timezone,
        "digest_at": f"{preferences.digest_at:%H:%M}",
        "digest_weekday": WEEKDAYS[preferences.digest_weekday],
        "quiet": "{:%H:%M}-{:%H:%M}".format(*preferences.quiet) if preferences.quiet else None,
        "account": preferences.account,
    }


def register_as_json(finding: RegisterFinding) -> JsonObject:
    """Return the amendment register's entry on a law's change, and whether it agrees with the texts."""
    return {**finding.facts, "agrees": finding.agrees}


def updated_as_json(updated: Updated) -> JsonObject:
    """Return the stated dates of the two sides."""
    before, after = updated
    return {"before": before.date if before else None, "after": after.date if after else None}


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _sentence(reason: Reason | None, language: Language) -> str | None:
    return reason_sentence(reason, language) if reason else None


def _date(stated: StatedDate | None) -> JsonObject | None:
    if stated is None:
        return None
    return {"date": stated.date, "label": stated.label, "text": stated.text, "source": stated.source}


def _block(block: BlockChange) -> JsonObject:
    row: JsonObject = {
        "op": block.op,
        "heading": list(block.heading),
        "kind": block.kind,
        "label": block.label,
        "before": block.before,
        "after": block.after,
        "class": block.category,
        "material": block.material,
        "rule": block.rule,
    }
    if block.links_before != block.links_after:
        row["links"] = {
            "before": [link.target for link in block.links_before],
            "after": [link.target for link in block.links_after],
        }
    return row
