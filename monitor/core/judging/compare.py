"""The verdict on an extraction against that of the latest accepted revision.

equal in what counts ──► Unchanged        suspicious ──► Suspect        else ──► Changed, each block classified
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from monitor.core.diff.align import BlockPair, align
from monitor.core.judging.dated_items import with_items_apart
from monitor.core.judging.documents import (
    DocumentPair,
    changed_document,
    is_link_to,
    is_size_alone,
    pair_documents,
    whole_change,
    with_targets_of,
    within,
)
from monitor.core.judging.feed_entries import without_rolled_off
from monitor.core.judging.frame import in_frame_of
from monitor.core.judging.own_date import as_part_of
from monitor.core.judging.rules.date_stamps import Circumstances
from monitor.core.judging.section_changes import compare_sections, judge_sections, suspect_section
from monitor.core.judging.significance import RULES, classify
from monitor.core.judging.suspicion import suspicion
from monitor.core.model import (
    SWEDISH_TIME,
    Alert,
    Baseline,
    BlockChange,
    Change,
    Changed,
    Extraction,
    Suspect,
    Unchanged,
    Verdict,
)


def compare(
    before: Extraction | None,
    after: Extraction,
    *,
    fetched_before: datetime | None = None,
    fetched_after: datetime,
    timezone: str = SWEDISH_TIME,
) -> Verdict:
    """Return the verdict on `after` against `before`, the extraction of the latest accepted revision.

    Without `before` it is the baseline, unless it is suspicious. `fetched_before` is when `before` was last seen: a
    stamp that still showed an older day then, in `timezone`, is not automatic.
    """
    if before is not None and before.items is not None and after.items is not None:
        return compare_sections(before, after)
    if before is None:
        reason = suspicion(None, after) if after.items is None else suspect_section(after)
        return Suspect(reason) if reason else Baseline()
    framed, lost = in_frame_of(before, after)
    verdict = _judge(Circumstances(before, framed, fetched_before, fetched_after, timezone))
    reason = None if isinstance(verdict, Unchanged) else suspicion(before, framed) or lost
    return Suspect(reason) if reason else verdict


def judge(
    before: Extraction,
    after: Extraction,
    *,
    fetched_before: datetime | None = None,
    fetched_after: datetime,
    timezone: str = SWEDISH_TIME,
) -> Unchanged | Changed:
    """Return what differs in the frame of `before`, however suspicious `after` is; times as in `compare`."""
    if before.items is not None and after.items is not None:
        return judge_sections(before, after)
    framed, _ = in_frame_of(before, after)
    return _judge(Circumstances(before, framed, fetched_before, fetched_after, timezone))


def _judge(circumstances: Circumstances) -> Unchanged | Changed:
    """Return what differs between two extractions in one frame.

    A form of a law that gives no title says nothing about it: the title was neither added nor removed.
    """
    before, rolled_off = without_rolled_off(circumstances.before, circumstances.after)
    after = circumstances.after
    if rolled_off:
        circumstances = replace(circumstances, before=before)
    documents = pair_documents(before, after) if before.documents or after.documents else []
    if documents:
        after = replace(after, blocks=with_targets_of(after.blocks, documents))
        circumstances = replace(circumstances, after=after)
    untitled = after.law is not None and not (before.main_heading and after.main_heading)
    pairs = [
        pair
        for pair in with_items_apart(align(before.blocks, after.blocks))
        if pair.op != "kept" and not (untitled and _kind(pair) == "h1")
    ]
    blocks = tuple(classify(pair, circumstances) for pair in pairs)
    if documents:
        blocks = _with_documents(blocks, documents, circumstances)
    blocks += rolled_off
    if not blocks:
        return Unchanged()
    return Changed(as_part_of(Change(blocks, before.updated, after.updated, after.law or before.law)))


def _with_documents(
    blocks: tuple[BlockChange, ...], documents: list[DocumentPair], circumstances: Circumstances
) -> tuple[BlockChange, ...]:
    """Return the block changes of a page with those of its documents.

    What lists a document that came or went is said with the document; the size of one that is read says nothing more.
    """
    inside: list[BlockChange] = []
    listed: list[str] = []
    read = frozenset(pair.before.url for pair in documents if pair.before is not None and pair.after is not None)
    for pair in documents:
        if pair.is_same:
            continue
        one, other = pair
        if one is None or other is None:
            listed += [document.url for document in pair if document is not None]
            inside.append(whole_change(pair))
        elif one.extraction is None or other.extraction is None or one.unread or other.unread:
            inside.append(whole_change(pair))
        else:
            verdict = _judge(replace(circumstances, before=one.extraction, after=other.extraction))
            changed = changed_document(pair)
            found = verdict.change.blocks if isinstance(verdict, Changed) else ()
            inside += [within(block, changed) for block in found]
    urls = frozenset(listed)
    on_page = (
        _under(block, "document-listed")
        if is_link_to(block, urls)
        else _under(block, "document-size")
        if is_size_alone(block, read)
        else block
        for block in blocks
    )
    return (*on_page, *inside)


def _under(block: BlockChange, rule: str) -> BlockChange:
    return replace(block, rule=rule, category=RULES[rule].category, material=RULES[rule].material)


def _kind(pair: BlockPair) -> str | None:
    block = pair.after or pair.before
    return block.kind if block else None


def owed(change: Change, alert: Alert) -> bool:
    """True if a watch with this alert owes subscribers any of this change."""
    return bool(owed_blocks(change, alert))


def owed_blocks(change: Change, alert: Alert) -> tuple[BlockChange, ...]:
    """Return the block changes that a watch with this alert owes subscribers.

    `content`: a change of the page's own date alone does not count.
    """
    if alert == "any":
        return change.blocks
    material = tuple(block for block in change.blocks if block.material)
    if alert == "content" and all(block.rule == "update-date" for block in material):
        return ()
    return material
