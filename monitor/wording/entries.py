"""Block changes as the entries of a mail: the place on the page, what differs there, and why that is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from monitor.core.judging.section_changes import NEW
from monitor.core.judging.significance import RULES
from monitor.core.law.comparison import Comparison, comparisons, without_new_numbers
from monitor.core.model import BlockChange, Link
from monitor.wording.catalogue import Words
from monitor.wording.excerpts import (
    LONGEST_EXCERPT,
    SpanOp,
    TextSpan,
    cut,
    edits,
    every_word,
    one_line,
    shortened,
    visible,
)
from monitor.wording.law_phrases import english_act, english_day
from monitor.wording.places import news_items
from monitor.wording.unread_files import with_form_in_words

HEADINGS_SHOWN = 3
LONGEST_HEADING = 80
LONGEST_UNCHANGED = 240
LONGEST_BESIDE_HEADLINE = 60
"""Letters of a line that is shown beside the headline of an item of news: its date, its category."""
GATHERED = {"li": "list", "row": "table"}
"""Kinds of block that share an entry with their neighbours, and the name of such an entry's place."""


_SAID_BY_LABEL = frozenset({"content-added", "content-removed", "heading", "item-new", "item-gone"})
"""Rules that say no more of a block than that it came or went."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of an entry: spans of text; `label` says what happened to the whole block (NY PUNKT), "" for an edit.

    `fact` is said before the text: from when a wording of a § applies, and by which act.
    """

    pieces: tuple[TextSpan, ...]
    label: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place on the page: its heading path, what differs there, and why that is reported.

    Where not all entries fit, those of the lowest `rank` are shown, and of equal ones the first.
    """

    where: str
    lines: tuple[EntryLine, ...]
    why: tuple[str, ...]
    """In sentences that name the rule, for the web page."""
    reasons: str
    """In a few words, for a mail; "" where the lines say it."""
    changes: int = 1
    rank: int = 0


def places(blocks: Sequence[BlockChange]) -> list[list[BlockChange]]:
    """Group block changes by place: neighbouring list items (or table rows) under one heading share one.

    An item of news is one place: its headline, its date and all that came or went with them.

    A § that comes under a number that was announced for the same text is part of that announcement. What the register
    of laws says of the latest amendment comes last, for it says least.
    """
    shown = sorted(without_new_numbers(blocks), key=_is_of_register)
    first_of = {number: item[0] for item in news_items(shown) for number in item}
    in_order = sorted(range(len(shown)), key=lambda at: (first := first_of.get(at, at), at != first))
    keys = groupby(in_order, lambda at: ((), str(first_of[at])) if at in first_of else _place_key(at, shown[at]))
    return [[shown[number] for number in group] for _, group in keys]


def entry(together: Sequence[BlockChange], words: Words, *, in_full: bool = False) -> Entry:
    """Return the entry of one place; with `in_full`, its texts are not shortened."""
    first = together[0]
    headline = _headline_of(together)
    gathered = "items" if _is_item(first) else GATHERED.get(first.kind) if first.label is None else None
    named = "news" if headline else gathered
    tail = words.say(f"where.{named}") if named else _tail(first, words)
    headings = [
        cut(heading, LONGEST_HEADING) or one_line(heading[: 2 * LONGEST_HEADING])[:LONGEST_HEADING]
        for heading in (headline or first).heading
    ]
    path = ["…"] * (len(headings) > HEADINGS_SHOWN) + headings[-HEADINGS_SHOWN:]
    return Entry(
        where=" › ".join([*path, tail]),
        lines=tuple(_news_lines(headline, together, words, in_full=in_full))
        if headline
        else tuple(line for block in together for line in _lines(block, words, in_full=in_full)),
        why=tuple(dict.fromkeys(_why(block, words) for block in together)),
        reasons=_reasons(together, words),
        changes=len(together),
    )


def _headline_of(together: Sequence[BlockChange]) -> BlockChange | None:
    """Return the headline of an item of news; None where these blocks are none."""
    if len(together) == 1:
        return None
    heading = next((block for block in together if _kind(block) == "heading"), None)
    item = next((item for item in news_items(together) if len(item) == len(together)), None)
    return heading or (together[item[0]] if item else None)


def _is_of_register(block: BlockChange) -> bool:
    """True of a line that the register of laws has above the text."""
    text = block.after or block.before or ""
    return block.kind == "p" and not block.heading and text.startswith(("Ändrad: ", "Upphävd: "))


def _place_key(number: int, block: BlockChange) -> tuple[tuple[str, ...], str]:
    kind = GATHERED.get(block.kind, "") if block.label is None else ""
    return block.heading, kind or str(number)


def _tail(block: BlockChange, words: Words) -> str:
    if _is_of_register(block):
        return words.say("where.register")
    if block.label is None:
        return words.say(f"where.{_kind(block)}")
    if block.label_before is None:
        return one_line(block.label)
    return words.say("renumbered", before=one_line(block.label_before), after=one_line(block.label))


def _kind_of_side(block: BlockChange) -> str:
    """Return what a block is called that came or went as a whole."""
    if _is_item(block):
        return "item"
    return "register" if _is_of_register(block) else _kind(block)


def _is_item(block: BlockChange) -> bool:
    """True of an item of a section."""
    return block.category == RULES[NEW].category


def _address_line(link: Link) -> EntryLine:
    return EntryLine((TextSpan("kept", one_line(link.target)),))


def _kind(block: BlockChange) -> str:
    if re.fullmatch(r"h[1-6]", block.kind):
        return "heading"
    return block.kind if block.kind in ("li", "row", "section", "document") else "p"


def _lines(block: BlockChange, words: Words, *, in_full: bool) -> Iterator[EntryLine]:
    block = with_form_in_words(block, words.language)
    before, after = block.before, block.after
    if found := comparisons(block):
        yield from (_wording_line(block, compared, words, in_full=in_full) for compared in found)
    elif before is None:
        yield EntryLine((_whole_span(after or "", "added", in_full=in_full),), words.say(f"new.{_kind_of_side(block)}"))
        if _is_item(block):
            yield from (_address_line(link) for link in block.links_after if link.target != after)
    elif after is None:
        kind = _kind_of_side(block)
        yield EntryLine((_whole_span(before, "removed", in_full=in_full),), words.say(f"gone.{kind}"))
    elif before != after:
        yield EntryLine(tuple(every_word(before, after) if in_full else edits(before, after)))
    else:
        label = words.say("moved_block") if block.op == "moved" else ""
        yield EntryLine((_whole_span(after, "kept", LONGEST_UNCHANGED, in_full=in_full),), label)
    if before is not None and after is not None:
        yield from (EntryLine((TextSpan("kept", line),)) for line in _link_changes(block, words))


def _news_lines(
    headline: BlockChange, together: Sequence[BlockChange], words: Words, *, in_full: bool
) -> Iterator[EntryLine]:
    """Yield the headline of an item of news with its date and category, then its text, then where it leads."""
    targets = dict.fromkeys(link.target for block in together for link in block.links_after)
    led_to = {_without_scheme(target) for target in targets} if headline.op == "added" else set()
    together = [block for block in together if _without_scheme(block.after or "") not in led_to]
    short = [block for block in together if len(block.after or block.before or "") <= LONGEST_BESIDE_HEADLINE]
    text = " · ".join(block.after or block.before or "" for block in dict.fromkeys([headline, *short]))
    op: SpanOp = "added" if headline.op == "added" else "removed"
    yield EntryLine((_whole_span(text, op, in_full=in_full),), words.say("new.news" if op == "added" else "gone.news"))
    for block in together:
        if block not in short and block is not headline:
            yield from _lines(block, words, in_full=in_full)
    if op == "added":
        yield from (EntryLine((TextSpan("kept", one_line(target)),)) for target in targets)


def _without_scheme(address: str) -> str:
    return address.partition("://")[2].removeprefix("www.") or address.removeprefix("www.")


def _wording_line(block: BlockChange, compared: Comparison, words: Words, *, in_full: bool) -> EntryLine:
    before, after, fact = compared.before, compared.after, comparison_fact(compared, words)
    if before is None and after is None:
        return EntryLine((), fact=fact)
    if before is None:
        return EntryLine((_whole_span(after or "", "added", in_full=in_full),), words.say(f"new.{_kind(block)}"), fact)
    if after is None:
        label = words.say(f"gone.{_kind(block)}") if block.after is None else ""
        return EntryLine((_whole_span(before, "removed", in_full=in_full),), label, fact)
    if before == after:
        return EntryLine((_whole_span(after, "kept", LONGEST_UNCHANGED, in_full=in_full),), fact=fact)
    return EntryLine(tuple(every_word(before, after) if in_full else edits(before, after)), fact=fact)


def comparison_fact(compared: Comparison, words: Words) -> str:
    """Return what is said beside two wordings of a § or a heading: by which act, and from when."""
    act = compared.act and (english_act(compared.act) if words.language == "en" else str(compared.act))
    day = english_day(compared.day or "") if words.language == "en" else compared.day or ""
    by = words.say("wording.by", act=act) if act else ""
    key: str = compared.kind
    if key == "amended" and not day and (not by or compared.after is None):
        return ""
    if key == "amended":
        key = "coming" if day else "inserted" if compared.before is None else key
    if key == "coming_amended" and compared.old_day:
        key = "coming_amended_postponed"
    if key == "repealed" and not day:
        key = "repealed_at_once"
    return words.say(f"wording.{key}", day=day, by=by, label=compared.label, old_day=compared.old_day or "").strip()


def _whole_span(text: str, op: SpanOp, longest: int = LONGEST_EXCERPT, *, in_full: bool) -> TextSpan:
    return TextSpan(op, visible(text)) if in_full else shortened(text, op, longest)


def _link_changes(block: BlockChange, words: Words) -> Iterator[str]:
    """Yield a line for each link that was added, removed or retargeted.

    A link whose words alone were edited gets none: the text of the block shows that edit.
    """
    before = {link.text: link.target for link in block.links_before}
    after = {link.text: link.target for link in block.links_after}
    targets_before, targets_after = frozenset(before.values()), frozenset(after.values())
    for text in dict.fromkeys([*before, *after]):
        facts = {
            "text": one_line(text),
            "before": one_line(before.get(text, "")),
            "after": one_line(after.get(text, "")),
        }
        if text not in before:
            if after[text] not in targets_before:
                yield words.say("link_added", **facts)
        elif text not in after:
            if before[text] not in targets_after:
                yield words.say("link_removed", **facts)
        elif before[text] != after[text]:
            yield words.say("link_changed", **facts)


def _reasons(together: Sequence[BlockChange], words: Words) -> str:
    """Return the reasons; of a block that came or went, its label says it already."""
    told = [block for block in together if not (block.op in ("added", "removed") and block.rule in _SAID_BY_LABEL)]
    reasons = words.join(words.rule(block.rule) for block in told)
    return reasons if any(block.material for block in together) else words.say("not_material", why=reasons)


def _why(block: BlockChange, words: Words) -> str:
    return words.say("why" if block.material else "why_not", why=words.rule(block.rule), rule=block.rule)
