"""Summary of a change in one sentence, built by rule: no clause states what its block changes do not contain.

Tidsfrist ändrad: 15 februari → 1 mars 2022; 1 punkt tillagd under ”Stöd”: ”Råd …”; sidans datum 2021-11-18 → 2021-12-01
── the weightiest places, in words: noun, verb, place, what was said and is said ──  ─────── the page's own date ───────
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile
from typing import assert_never
from urllib.parse import SplitResult, unquote, urlsplit

from monitor.core.judging.section_changes import new_items
from monitor.core.model import LANGUAGES, BlockChange, Change, Language, StatedDate
from monitor.wording.excerpts import beginning, cut
from monitor.wording.law_summary import summarise_law
from monitor.wording.nouns import NOUNS, OPERATIONS, counted_noun, held_back_name, joined, one_noun, phrase
from monitor.wording.places import MOST_IN_WORDS, Headline, Place, RetargetedLink, changed_places
from monitor.wording.text_edits import ReplacedValue, ReplacedWords

LONGEST_QUOTE = 60
_LONGEST_HEADING = 80
_LONGEST_TARGET = 40
_BEFORE_THE_POINT = 12
"""Letters before the point where two long words part."""
_MOST_CLAUSES = 4
"""Clauses of a page with documents, one for each document; the others are counted."""
_INNER_QUOTES = str.maketrans('”“„«»"', "’’’’’’")
"""Quotation marks inside a quotation, so that every ” of a sentence opens or closes one of its own."""
_CONTACTS = frozenset({"mailto", "tel"})
_ARROW = re.compile(r"(?<!\s)\s+[»›>→➔❯]+\s*$")
"""What a link ends in that leads on; the mark that ends a quotation follows its last word at once."""
_WITHOUT_PLACE = frozenset(NOUNS) - {"figure", "document", "link", "p", "li", "row", "section"}
"""Nouns that say enough without the heading above them."""


def summarise(change: Change) -> dict[Language, str]:
    """Return the change in one sentence, in each language, without a full stop."""
    if change.law is not None:
        return summarise_law(change)
    if change.of_section:
        return {language: _section_sentence(change, language) for language in LANGUAGES}
    if any(block.document for block in change.blocks):
        return {language: _with_documents(change, language) for language in LANGUAGES}
    return _of_page(change)


def _of_page(change: Change) -> dict[Language, str]:
    others = [block for block in change.blocks if block.material and block.rule != "update-date"]
    places = changed_places(others)
    return {language: _sentence(change, places, language) for language in LANGUAGES}


def nothing_differs() -> dict[Language, str]:
    """Return the sentence on two extractions that do not differ."""
    return {language: phrase("nothing", language) for language in LANGUAGES}


def _with_documents(change: Change, language: Language) -> str:
    """Return the sentence on a page with documents: the page's own, then one clause for each document."""
    own = tuple(block for block in change.blocks if block.document is None)
    by_document: dict[str, list[BlockChange]] = {}
    for block in change.blocks:
        if block.document is not None and block.material:
            by_document.setdefault(block.document.url, []).append(block)
    clauses = [_of_document(blocks, language) for blocks in by_document.values()]
    if own and (any(block.material for block in own) or not clauses):
        clauses.insert(0, _of_page(replace(change, blocks=own))[language])
    if not clauses:
        return phrase("nothing-material", language, what=_held_back(change.blocks, language))
    if len(clauses) > _MOST_CLAUSES:
        more = len(clauses) - _MOST_CLAUSES
        rest = phrase("one-more-document" if more == 1 else "more-documents", language, n=str(more))
        clauses = [*clauses[:_MOST_CLAUSES], rest]
    first, *others = clauses
    return "; ".join([first, *(f"{clause[0].lower()}{clause[1:]}" for clause in others)])


def _of_document(blocks: Sequence[BlockChange], language: Language) -> str:
    document = blocks[0].document
    if document is None:
        raise ValueError(blocks)
    title = _plain(cut(document.title, _LONGEST_HEADING))
    if document.op in {"added", "removed"}:
        return phrase(f"documents-{document.op}", language, title=title)
    if blocks[0].rule == "document-bytes":
        what = phrase("document-bytes", language)
    else:
        inside = tuple(replace(block, heading=block.heading[1:], document=None) for block in blocks)
        what = _of_page(Change(inside))[language]
        what = f"{what[0].lower()}{what[1:]}"
    return phrase(f"documents-{document.op}", language, title=title, what=what)


def _sentence(change: Change, places: Sequence[Place], language: Language) -> str:
    dates = [block for block in change.blocks if block.rule == "update-date"]
    held_back = [block for block in change.blocks if not block.material]
    if not dates and not places:
        return phrase("nothing-material", language, what=_held_back(held_back, language))
    clauses = list(_place_clauses(places, language))
    if dates:
        clauses.append(_date_clause(change, dates, language))
    elif _is_date_kept(change):
        clauses.append(phrase("date-kept", language))
    if not places and held_back:
        clauses.append(phrase("date-mainly", language, what=_held_back(held_back, language)))
    elif not places:
        clauses.append(phrase("date-alone", language))
    sentence = "; ".join(clauses)
    return sentence[0].upper() + sentence[1:]


# Items of a section


def _section_sentence(change: Change, language: Language) -> str:
    """Return what is new in a section: "3 nya: ”A” (2024-03-05), ”B” och 1 till"."""
    new = new_items(change)
    told = [block for block in new if block.material]
    if not told:
        return phrase("nothing-material", language, what=_held_back(change.blocks, language))
    said = [_item_in_words(block, language) for block in told[:MOST_IN_WORDS]]
    rest = len(told) - len(said)
    more = " " + phrase("and-more", language, n=str(rest)) if rest else ""
    return phrase("one-new" if len(told) == 1 else "new", language, n=str(len(told)), what=f"{', '.join(said)}{more}")


def _item_in_words(block: BlockChange, language: Language) -> str:
    name, text = block.links_after[0].text, block.after or ""
    return _quoted(name, language) + _plain(text.removeprefix(name))


# The page's own date


def _date_clause(change: Change, dates: Sequence[BlockChange], language: Language) -> str:
    before, after = _visible_date(change.updated_before), _visible_date(change.updated_after)
    if before and after and before.date != after.date:
        return phrase("date", language, before=before.date, after=after.date)
    ops = {block.op for block in dates}
    if after and not before and ops == {"added"}:
        return phrase("date-added", language, date=after.date)
    if before and not after and ops == {"removed"}:
        return phrase("date-removed", language, date=before.date)
    return phrase("date-changed", language)


def _is_date_kept(change: Change) -> bool:
    """True if the page states the same date as before, although its content changed."""
    before, after = _visible_date(change.updated_before), _visible_date(change.updated_after)
    return before is not None and after is not None and before.date == after.date


def _visible_date(date: StatedDate | None) -> StatedDate | None:
    """Return the date if the page shows it, else None: a reader does not see a date in metadata."""
    return date if date is not None and date.is_visible else None


# What changed, and where


def _place_clauses(places: Sequence[Place], language: Language) -> Iterator[str]:
    """Yield the clauses on the weightiest places, in words, and one that counts the others."""
    chosen, others = places[:MOST_IN_WORDS], places[MOST_IN_WORDS:]
    last = ""
    for group in _grouped(chosen):
        key = _key(group[0])
        more = [place for place in others if _key(place) == key]
        others = [place for place in others if _key(place) != key]
        is_placed = group[0].noun not in _WITHOUT_PLACE and group[0].heading not in {last, *_words_of(group)}
        heading = group[0].heading if is_placed else ""
        yield _clause(group, more, heading, language)
        last = heading or _heading_said(group) or last
    if others:
        what = joined(list(_counts(others, language)), language)
        yield _under(phrase("besides", language, what=what), _shared_heading(others, last), language)


def _words_of(group: Sequence[Place]) -> Iterator[str]:
    """Yield the texts that a clause says whole; where one of them is the heading above it, it says the place."""
    for place in group:
        match place.edit:
            case str(text) | RetargetedLink(text=text):
                yield text
            case ReplacedWords(before, after):
                yield from (before, after)


def _heading_said(group: Sequence[Place]) -> str:
    """Return the heading that a clause is about, now or before it went; "" where it is about none, or several."""
    words = list(_words_of(group)) if group[0].noun == "h" and len(group) == 1 else []
    return words[-1] if words else ""


def _grouped(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield the places that one clause can say: with the same noun and verb under the same heading."""
    first = {_key(place): number for number, place in reversed(list(enumerate(places)))}
    in_groups = sorted(places, key=lambda place: first[_key(place)])
    return (list(group) for _, group in groupby(in_groups, _key))


def _key(place: Place) -> tuple[str, str, str]:
    return place.noun, place.deed, "" if place.noun in _WITHOUT_PLACE else place.heading


def _clause(group: Sequence[Place], more: Sequence[Place], heading: str, language: Language) -> str:
    """Return the clause on some places with the same noun and verb, those of `group` in words."""
    first = group[0]
    places = [*group, *more]
    number = len({place.block for place in places}) if first.is_part_of_block else sum(each.number for each in places)
    is_named = number == 1 and (first.is_fact or first.noun == "h")
    head = (
        one_noun(first.noun, first.deed, language)
        if is_named
        else counted_noun(number, first.noun, first.deed, language)
    )
    said: dict[str, Place] = {}
    rest: list[Place] = []
    for place in group:
        words = _in_words(place, language)
        if words and words not in said:
            said[words] = place
        else:
            rest.append(place)
    what = _under(head, heading, language)
    if not said:
        return what
    blocks = {place.block for place in said.values()}
    return f"{what}: {', '.join(said)}{_rest([*rest, *more], blocks, language)}"


def _rest(more: Sequence[Place], said: Container[int], language: Language) -> str:
    """Return how many places of a clause are not said; `said` are the blocks of those that are."""
    if not more:
        return ""
    if more[0].is_part_of_block and all(place.block in said for place in more):
        return " " + phrase("one-more-place" if len(more) == 1 else "more-places", language, n=str(len(more)))
    return " " + phrase("and-more", language, n=str(sum(place.number for place in more)))


def _under(what: str, heading: str, language: Language) -> str:
    if not heading or len(heading) > _LONGEST_HEADING:
        return what
    return phrase("under", language, what=what, heading=heading.translate(_INNER_QUOTES))


def _counts(places: Sequence[Place], language: Language) -> Iterator[str]:
    """Yield counts ("1 belopp ändrat", "2 punkter tillagda") in the order of `NOUNS` within deeds, facts first."""
    counts: Counter[tuple[str, str]] = Counter()
    seen: set[tuple[int, str, str]] = set()
    for place in places:
        key = (place.block, place.noun, place.deed)
        counts[place.noun, place.deed] += 0 if place.is_part_of_block and key in seen else place.number
        seen.add(key)
    facts = {place.noun for place in places if place.is_fact}
    order = sorted(((noun, deed) for deed in OPERATIONS for noun in NOUNS), key=lambda key: key[0] not in facts)
    return (counted_noun(counts[key], *key, language) for key in order if counts[key])


def _shared_heading(places: Sequence[Place], said: str) -> str:
    """Return the heading that all the places are under, "" if they share none or it has just been said."""
    headings = {place.heading for place in places}
    heading = headings.pop() if len(headings) == 1 else ""
    return "" if heading == said else heading


# What was said and is said


def _in_words(place: Place, language: Language) -> str:
    """Return what changed in a place, in words; "" where nothing can be said."""
    match place.edit:
        case None:
            return ""
        case str(text):
            return _quoted(text, language)
        case Headline(text, date):
            return f"{_quoted(text, language)} ({_plain(date)})"
        case ReplacedValue(_, before, after):
            row = f" ({_quoted(place.row, language)})" if place.row else ""
            return f"{_plain(before)} → {_plain(after)}{row}"
        case ReplacedWords():
            return _replaced(place.edit, language)
        case RetargetedLink():
            return _retargeted(place.edit, language)
        case _ as unknown:
            assert_never(unknown)


def _replaced(edit: ReplacedWords, language: Language) -> str:
    before, after = _quoted(edit.before, language), _quoted(edit.after, language)
    if before == after and edit.before != edit.after:
        before, after = (_quoted(text, language) for text in _where_they_part(edit.before, edit.after))
    if edit.before == edit.after:
        return before and phrase("words-moved", language, words=before)
    if not edit.before:
        return after and phrase("words-added", language, words=after)
    if not edit.after:
        return before and phrase("words-removed", language, words=before)
    return f"{before} → {after}" if before and after and before != after else ""


def _where_they_part(before: str, after: str) -> tuple[str, str]:
    """Return two texts that begin alike from shortly before the point where they part."""
    alike = sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], zip(before, after, strict=False)))
    start = max(0, alike - _BEFORE_THE_POINT)
    return f"…{before[start:]}", f"…{after[start:]}"


def _retargeted(link: RetargetedLink, language: Language) -> str:
    """Return the words of a link and where it led and leads, by what differs: file, path or site."""
    words = _quoted(link.text, language)
    old, new = urlsplit(link.before), urlsplit(link.after)
    ends = [unquote(parts.path).rpartition("/")[2] for parts in (old, new)]
    paths = [parts.path if parts.scheme in _CONTACTS else _path(parts) for parts in (old, new)]
    sites = [f"{parts.netloc}{path}" for parts, path in zip((old, new), paths, strict=True)]
    for before, after in (ends, paths, sites) if old.netloc == new.netloc else (sites,):
        if before and after and before != after and max(len(before), len(after)) <= _LONGEST_TARGET:
            if not link.text:
                return f"{_plain(before)} → {_plain(after)}"
            return words and f"{words} ({_plain(before)} → {_plain(after)})"
    return words


def _path(address: SplitResult) -> str:
    return f"{address.path}{address.query and f'?{address.query}'}"


def _quoted(text: str, language: Language) -> str:
    words = _plain(beginning(_ARROW.sub("", text), LONGEST_QUOTE))
    return words and phrase("quote", language, words=words)


def _plain(text: str) -> str:
    return text.translate(_INNER_QUOTES)


def _held_back(blocks: Sequence[BlockChange], language: Language) -> str:
    return ", ".join(dict.fromkeys(held_back_name(block.rule, language) for block in blocks))
