"""Summary of a change in one sentence, built by rule: no clause states what its block changes do not contain.

Senast uppdaterad 2021-11-18 → 2024-03-01; 1 punkt tillagd under ”Vad gör Länsstyrelsen?”
───────────── the page's date ──────────   ─────────── what else is material ────────────
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from monitor.core.judging.rules.facts import turnover
from monitor.core.judging.rules.links import targets_replaced
from monitor.core.model import LANGUAGES, BlockChange, Change, Language, StatedDate
from monitor.wording.law_summary import summarise_law
from monitor.wording.nouns import NOUNS, OPERATIONS, counted_noun, held_back_name, joined, phrase

_FACTS = {"deadline": "date", "date": "date", "amount": "amount", "contact": "contact", "figure": "figure"}
"""Rules for which the replaced facts are counted, not the blocks that contain them."""
_LINKS = {"document-replaced": ("document", "replaced"), "link-target": ("link", "edited")}
_LONGEST_HEADING = 80


def summarise(change: Change) -> dict[Language, str]:
    """Return the change in one sentence, in each language, without a full stop."""
    if change.law is not None:
        return summarise_law(change)
    return {language: _sentence(change, language) for language in LANGUAGES}


def nothing_differs() -> dict[Language, str]:
    """Return the sentence on two extractions that do not differ."""
    return {language: phrase("nothing", language) for language in LANGUAGES}


def _sentence(change: Change, language: Language) -> str:
    dates = [block for block in change.blocks if block.rule == "update-date"]
    others = [block for block in change.blocks if block.material and block.rule != "update-date"]
    held_back = [block for block in change.blocks if not block.material]
    if not dates and not others:
        return phrase("nothing-material", language, what=_held_back(held_back, language))
    clauses = [_date_clause(change, dates, language)] if dates else []
    if others:
        clauses.append(_with_heading(others, joined(_counts(others, language), language), language))
        clauses += [phrase("date-kept", language)] if not dates and _is_date_kept(change) else []
    elif held_back:
        clauses.append(phrase("date-mainly", language, what=_held_back(held_back, language)))
    else:
        clauses.append(phrase("date-alone", language))
    sentence = "; ".join(clauses)
    return sentence[0].upper() + sentence[1:]


def _date_clause(change: Change, dates: Sequence[BlockChange], language: Language) -> str:
    before, after = _visible_date(change.updated_before), _visible_date(change.updated_after)
    if before and after and before.date != after.date:
        return f"{_label(after, language)} {before.date} → {after.date}"
    ops = {block.op for block in dates}
    if after and not before and ops == {"added"}:
        return phrase("date-added", language, label=_label(after, language), date=after.date)
    if before and not after and ops == {"removed"}:
        return phrase("date-removed", language, label=_label(before, language), date=before.date)
    return phrase("date-changed", language)


def _label(date: StatedDate, language: Language) -> str:
    return date.label or phrase("the-date", language)


def _is_date_kept(change: Change) -> bool:
    """True if the page states the same date as before, although its content changed."""
    before, after = _visible_date(change.updated_before), _visible_date(change.updated_after)
    return before is not None and after is not None and before.date == after.date


def _visible_date(date: StatedDate | None) -> StatedDate | None:
    """Return the date if the page shows it, else None: a reader does not see a date in metadata."""
    return date if date is not None and date.is_visible else None


def _counts(blocks: Sequence[BlockChange], language: Language) -> list[str]:
    """Return counts ("1 datum ändrat", "2 punkter tillagda") in the order of `NOUNS` within deeds, facts first."""
    counts: Counter[tuple[str, str]] = Counter()
    for block in blocks:
        thing, deed, number = _countable(block)
        counts[thing, deed] += number
    order = [(thing, deed) for deed in OPERATIONS for thing in NOUNS]
    facts = {*_FACTS.values(), "document", "link"}
    order.sort(key=lambda key: key[0] not in facts)
    return [counted_noun(counts[key], *key, language) for key in order if counts[key]]


def _countable(block: BlockChange) -> tuple[str, str, int]:
    """Return the thing that a block change counts as, the deed, and the number."""
    kind = "h" if block.kind.startswith("h") else block.kind if block.kind in NOUNS else "p"
    if block.op in {"added", "removed"}:
        return kind, block.op, 1
    if block.rule in _LINKS:
        thing, deed = _LINKS[block.rule]
        return thing, deed, targets_replaced(block.links_before, block.links_after)
    if block.rule in _FACTS:
        facts = turnover(block.before or "", block.after or "")
        return _FACTS[block.rule], "edited", facts[block.rule].replaced if block.rule in facts else 1
    return kind, "edited", 1


def _with_heading(blocks: Sequence[BlockChange], what: str, language: Language) -> str:
    """Return the clause with the heading that all the blocks are under, if they share one."""
    headings = {block.heading[-1:] for block in blocks}
    heading = next(iter(headings))[0] if len(headings) == 1 and all(headings) else ""
    if not heading or len(heading) > _LONGEST_HEADING:
        return what
    return phrase("under", language, what=what, heading=heading)


def _held_back(blocks: Sequence[BlockChange], language: Language) -> str:
    return ", ".join(dict.fromkeys(held_back_name(block.rule, language) for block in blocks))
