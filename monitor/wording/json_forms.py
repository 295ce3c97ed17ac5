"""The JSON forms that scripts rely on (product.md): what was read, and what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.law.amendments import RegisterFinding
    from monitor.core.model import BlockChange, Change, Extraction, StatedDate

JsonObject = dict[str, object]
Updated = tuple["StatedDate | None", "StatedDate | None"]


def extraction_as_json(extraction: Extraction) -> JsonObject:
    """What a reader would read: the part of `inspect`'s object that does not say where it is from."""
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
    """The same of a file that cannot be read."""
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
    """The part of `compare`'s object that says what differs; `updated` are the dates where nothing differs."""
    from monitor.wording.summary import nothing_differs, summarise

    return {
        "verdict": "changed" if change else "unchanged",
        "material": change.material if change else False,
        "reason": change.rule if change and change.material else None,
        "summary": summarise(change) if change else nothing_differs(),
        "updated": updated_as_json((change.updated_before, change.updated_after) if change else updated),
        "blocks": [_block(block) for block in change.blocks] if change else [],
        "held_back": change.held_back if change else 0,
    }


def register_as_json(finding: RegisterFinding) -> JsonObject:
    """What the register of amendments says of a law's change, and whether that agrees with the texts."""
    return {**finding.facts, "agrees": finding.agrees}


def updated_as_json(updated: Updated) -> JsonObject:
    """The dates that the two sides say of themselves."""
    before, after = updated
    return {"before": before.date if before else None, "after": after.date if after else None}


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
