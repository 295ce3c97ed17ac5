"""Classification of block changes: the class of each, the rule that gave it, and whether it is material.

The first rule that matches applies. Nothing is ever held back for being small: what is held back is what changes by
itself or is seen by nobody (`monitor.core.judging.rules.noise`), and a mere move.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeGuard

from monitor.core.diff.align import BlockPair
from monitor.core.diff.pair_sections import without_amendment_mark
from monitor.core.diff.similarity import family
from monitor.core.diff.words import word_diff
from monitor.core.judging.rules.date_stamps import Circumstances, is_line_of_date, stamp_rule, states_date
from monitor.core.judging.rules.facts import Turnover, turnover, without_facts, years_lost
from monitor.core.judging.rules.link_lists import is_among_teasers, is_reordered
from monitor.core.judging.rules.links import is_address, link_rule
from monitor.core.judging.rules.misspelling import is_misspelling
from monitor.core.judging.rules.moving_lines import counts_down
from monitor.core.judging.rules.noise import fold_of_whole_line, folded_by
from monitor.core.law.days import only_entered_into_force
from monitor.core.law.marks import SFS_NUMBER
from monitor.core.model import Block, BlockChange, Change, Extraction
from monitor.core.text import comparable
from monitor.core.vocabulary import CELL_BORDER


@dataclass(frozen=True, slots=True)
class Rule:
    """The class of the block changes that a rule matches, and whether they are material."""

    category: str
    material: bool


RULES: dict[str, Rule] = {
    "update-date": Rule("update-date", material=True),
    "deadline": Rule("date", material=True),
    "date": Rule("date", material=True),
    "amount": Rule("figure", material=True),
    "act-number": Rule("reference", material=True),
    "section-number": Rule("reference", material=True),
    "contact": Rule("contact", material=True),
    "opening-hours": Rule("contact", material=True),
    "time-of-day": Rule("date", material=True),
    "modal-verb": Rule("duty", material=True),
    "negation": Rule("duty", material=True),
    "figure": Rule("figure", material=True),
    "document-replaced": Rule("link", material=True),
    "link-target": Rule("link", material=True),
    "links-replaced": Rule("link", material=True),
    "heading": Rule("heading", material=True),
    "content-added": Rule("content", material=True),
    "content-removed": Rule("content", material=True),
    "wording": Rule("wording", material=True),
    "automatic-stamp": Rule("stamp", material=False),
    "as-of-stamp": Rule("stamp", material=False),
    "relative-time": Rule("stamp", material=False),
    "copyright-year": Rule("stamp", material=False),
    "version-string": Rule("technical", material=False),
    "random-token": Rule("technical", material=False),
    "counter": Rule("technical", material=False),
    "moving-line": Rule("technical", material=False),
    "page-tools": Rule("technical", material=False),
    "teaser": Rule("technical", material=False),
    "rotating": Rule("technical", material=False),
    "contents": Rule("form", material=False),
    "spelling": Rule("form", material=False),
    "mail-shield": Rule("technical", material=False),
    "script-leak": Rule("technical", material=False),
    "link-form": Rule("form", material=False),
    "markup": Rule("form", material=False),
    "whitespace": Rule("form", material=False),
    "typography": Rule("form", material=False),
    "department": Rule("register", material=False),
    "in-force": Rule("form", material=False),
    "move": Rule("move", material=False),
    "document-added": Rule("document", material=True),
    "document-removed": Rule("document", material=True),
    "document-bytes": Rule("document", material=True),
    "document-listed": Rule("document", material=False),
    "document-size": Rule("document", material=False),
    "only-if": Rule("other-words", material=False),
    "never-seen": Rule("seen-before", material=False),
    "item-new": Rule("item", material=True),
    "item-back": Rule("item", material=False),
    "item-older": Rule("item", material=False),
    "item-gone": Rule("item", material=False),
    "item-renamed": Rule("item", material=False),
}
"""Every rule by name, with its class."""

_SMALL_EDIT = 6


def classify(pair: BlockPair, circumstances: Circumstances) -> BlockChange:
    """Return the block change of one pair. Raises ValueError for a pair that was kept."""
    before, after = pair.before, pair.after
    block = after or before
    if block is None or pair.op == "kept":
        raise ValueError(pair)
    if before and after and pair.op == "moved" and circumstances.after.law and _precedes_other_section(before, after):
        rule = "heading"
    elif circumstances.after.law and only_entered_into_force(before, after, circumstances.seen_after):
        rule = "in-force"
    elif is_among_teasers(before, after):
        rule = "teaser"
    elif pair.op != "moved" and block.kind == "li" and block.heading in circumstances.replaced_lists:
        rule = "links-replaced"
    elif _is_line_of_contents(before, after, circumstances):
        rule = "contents"
    elif before and after:
        rule = _rule_of_edit(before, after, circumstances)
    elif after:
        rule = _rule_of_one_side(block, circumstances.after, circumstances.before, "content-added")
    else:
        rule = _rule_of_one_side(block, circumstances.before, circumstances.after, "content-removed")
    return BlockChange(
        op=pair.op,
        kind=block.kind,
        heading=block.heading,
        label=block.label,
        before=before.text if before else None,
        after=after.text if after else None,
        category=RULES[rule].category,
        material=RULES[rule].material,
        rule=rule,
        links_before=before.links if before else (),
        links_after=after.links if after else (),
        label_before=before.label if before and before.label != block.label else None,
        opens=block.opens,
    )


def with_rule(change: Change, rule: str, is_chosen: Callable[[BlockChange], bool]) -> Change:
    """Return the change with the chosen blocks under another rule, and in its class."""
    kind = RULES[rule]
    blocks = tuple(
        replace(block, category=kind.category, material=kind.material, rule=rule) if is_chosen(block) else block
        for block in change.blocks
    )
    return replace(change, blocks=blocks)


def _is_line_of_contents(before: Block | None, after: Block | None, circumstances: Circumstances) -> bool:
    """True if an item of the page's own table of contents came, went or changed with the heading that it repeats."""
    sides = ((before, circumstances.headings_before), (after, circumstances.headings_after))
    lines = [(block, headings) for block, headings in sides if block is not None]
    return all(
        block.kind == "li" and not block.links and comparable(block.text) in headings for block, headings in lines
    )


def _rule_of_one_side(block: Block, page: Extraction, other: Extraction, otherwise: str) -> str:
    """Return the rule for a block of one page that the other does not have.

    Where both pages give the same day, its line was written otherwise, and the day did not move.
    """
    stated = page.updated
    if stated is not None and states_date(block.text, stated):
        if other.updated is None or not other.updated.is_visible or other.updated.date != stated.date:
            return "update-date"
        if is_line_of_date(block.text, stated):
            return "spelling"
    fold = fold_of_whole_line(block.text)
    if fold:
        return fold.rule
    if page.law and _is_department(block):
        return "department"
    return "heading" if family(block) == "h" else otherwise


def _rule_of_edit(before: Block, after: Block, circumstances: Circumstances) -> str:
    if before.label != after.label:
        return "section-number"
    if is_reordered(before, after):
        return "move"
    links = link_rule(before.links, after.links)
    if links and is_address(before.text, before.links) and is_address(after.text, after.links):
        return links
    rule = _text_rule(before, after, circumstances)
    if rule is None:
        return links or ("markup" if before.kind != after.kind else "move")
    if links and RULES[links].material and not RULES[rule].material:
        return links
    return rule


def _text_rule(before: Block, after: Block, circumstances: Circumstances) -> str | None:
    """Return the rule for the difference between two texts, None if they do not differ visibly."""
    if comparable(before.text) == comparable(after.text):
        return None
    stamp = stamp_rule(before.text, after.text, circumstances)
    if stamp:
        return stamp
    fold = folded_by(*(_with_kept_cells(block) for block in (before, after)))
    if fold and not _is_in_another_column(before, after):
        return fold.rule
    one, other = comparable(before.text), comparable(after.text)
    if counts_down(one, other):
        return "moving-line"
    if is_misspelling(one, other):
        return "spelling"
    if circumstances.after.law and _is_department(before) and _is_department(after):
        return "department"
    if circumstances.after.law and _latest_amendment(before) == _latest_amendment(after) is not None:
        return "typography"
    rule = _fact_rule(before.text, after.text)
    if family(after) != "h":
        return rule
    return rule if _is_told_as_fact(rule, one, other) else "heading"


def _is_in_another_column(before: Block, after: Block) -> bool:
    """True if two rows of a table have other empty cells: what is in them belongs to another column."""
    empty, others = ([not cell.strip() for cell in block.text.split("|")] for block in (before, after))
    return before.kind == after.kind == "row" and empty != others


def _with_kept_cells(block: Block) -> str:
    """Return the text in which the borders between the cells of a table row are no punctuation that may be folded."""
    return block.text.replace("|", CELL_BORDER) if block.kind == "row" else block.text


def _precedes_other_section(before: Block, after: Block) -> bool:
    """True if a heading of a law precedes another § than before, which is an amendment that acts list."""
    return family(after) == "h" and before.opens != after.opens


def _is_department(block: Block) -> bool:
    return not block.heading and block.text.startswith("Departement: ")


def _latest_amendment(block: Block) -> str | None:
    """Return the act that the register's entry on the latest amendment names, however it is written; else None."""
    found = _LATEST.fullmatch(block.text) if not block.heading else None
    return found["number"] if found else None


_LATEST = re.compile(rf"Ändrad: (?:t\.o\.m\. )?(?:SFS )?(?P<number>{SFS_NUMBER})")


# What a text states

_REPLACEABLE_FACTS = (
    "deadline", "date", "amount", "opening-hours", "time-of-day", "act-number", "section-number", "contact",
)  # fmt: skip
_DUTY_WORDS = ("modal-verb", "negation")
_OF_DAYS = ("deadline", "date")
_FACTS_FIRST = frozenset({"deadline", "amount", "opening-hours", "contact"})
"""Facts of a heading that a reader wants to know before its words."""
_FACTS_ALONE = frozenset({"date", "time-of-day", "figure"})
"""Those that are told of a heading without words."""


def _fact_rule(before: str, after: str) -> str:
    """Return the rule for two texts that differ: the first kind of fact that was replaced, else `wording`."""
    unmarked = [without_amendment_mark(text) for text in (before, after)]
    if comparable(unmarked[0]) != comparable(unmarked[1]):
        before, after = unmarked
    facts = turnover(before, after)
    for rule in _REPLACEABLE_FACTS:
        fact = facts.get(rule)
        if _is_replaced(fact) and not (rule in _OF_DAYS and fact.replaced <= years_lost(before, after)):
            return rule
    for rule in _DUTY_WORDS:
        if rule in facts and (_is_replaced(facts[rule]) or _changed_words(before, after) <= _SMALL_EDIT):
            return rule
    return "figure" if _is_replaced(facts.get("figure")) else "wording"


def _is_told_as_fact(rule: str, before: str, after: str) -> bool:
    """True if of a heading its fact is told, and not the heading: nothing but facts differs, and they matter most.

    Of a date or a figure alone where the heading says nothing else: "43", not "Utlysningar 2026".
    """
    if rule not in _FACTS_FIRST | _FACTS_ALONE or without_facts(before) != without_facts(after):
        return False
    return rule in _FACTS_FIRST or not any(map(str.isalnum, without_facts(after)))


def _is_replaced(fact: Turnover | None) -> TypeGuard[Turnover]:
    return fact is not None and fact.replaced > 0


def _changed_words(before: str, after: str) -> int:
    return sum(len(segment.text.split()) for segment in word_diff(before, after) if segment.op != "kept")
