"""The register of a law's amendments (rkrattsbaser.gov.se, `sfsr`) as a second source for what a change did.

    Ändring, SFS 2013:411   Omfattning: ändr. 4 §; ny 1 a §        against        the § that the texts show changed

Only the numbers of sections are compared: whether a § is "new" or "amended" depends on what had its number before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from monitor.core.law.events import SectionEvent, section_events
from monitor.core.law.marks import SFS_NUMBER
from monitor.core.model import Change
from monitor.core.text import clean
from monitor.errors import TooIntricate

_AMENDMENT = re.compile(r"Ändring, SFS (?P<number>\d{4}:\d+)")
_SCOPE = "Omfattning:"
_NUMBER = r"\d+(?: ?[a-zåäö](?![a-zåäö]))?"
_RENUMBERED = re.compile(r"(?:nuvarande )?(?P<old>.+?) (?:betecknas|blir) (?:som )?(?P<new>.+)")
_CHAPTER = re.compile(rf"(?P<chapter>{_NUMBER}) kap\.?")
_HEADING = re.compile(r"\brubr(?:\.|ik(?:en|er|erna)?\b)")
_OTHER = re.compile(rf"\b(?:bil(?:\.|aga)|ikrafttr|övergångsbest|punkt|p\.|{SFS_NUMBER})", re.IGNORECASE)
"""What a scope names besides sections. After the number of another act, the sections named are those of that act."""
_VERB = re.compile(r"\b(?:ändr\.|nya?\b|upph\.|utgår\b|nuvarande\b)")
_RANGE = re.compile(r"(?P<first>\d+) ?[-–] ?(?P<last>\d+)")
_INCLUDED = re.compile(SFS_NUMBER)
_MOST_IN_RANGE = 500


@dataclass(frozen=True, slots=True)
class Amendment:
    """One act that amended the law. `scope` is the register's own phrase ("ändr. 4 §; ny 1 a §")."""

    number: str
    scope: str


@dataclass(frozen=True, slots=True)
class RegisterFinding:
    """What the register says about a change.

    `scope` is its phrase for the acts `numbers`, "" where it does not list them yet; `unseen` are the sections that it
    names but the texts do not show as changed, `unnamed` those that the texts show but it does not name.
    """

    numbers: tuple[str, ...]
    scope: str
    unseen: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """True if the register and the texts name the same sections."""
        return bool(self.scope) and not self.unseen and not self.unnamed

    @property
    def facts(self) -> dict[str, object]:
        """The finding as JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> RegisterFinding:
        """Return the finding that `facts` describes."""
        return cls(tuple(facts["numbers"]), facts["scope"], tuple(facts["unseen"]), tuple(facts["unnamed"]))


def parse_register(page: str) -> tuple[Amendment, ...]:
    """Return the amendments on a page of the register, in its order; none if it is not such a page."""
    from monitor.core.law.html_tree import divs, parse_html  # noqa: PLC0415  only when a law changed

    try:
        boxes = list(divs(parse_html(page)))
    except TooIntricate:
        return ()
    found: list[Amendment] = []
    is_open = False
    for names, text in boxes:
        entry = clean(text)
        if "result-inner-sub-box-container" in names:
            is_open = False
        elif "result-inner-sub-box-header" in names:
            head = _AMENDMENT.search(entry)
            is_open = head is not None
            if head is not None:
                found.append(Amendment(head["number"], ""))
        elif "result-inner-sub-box" in names and entry.startswith(_SCOPE) and is_open:
            found[-1] = replace(found[-1], scope=entry.removeprefix(_SCOPE).strip())
            is_open = False
    return tuple(found)


# The scope of an amendment


def scope_labels(scope: str) -> frozenset[str]:
    """Return the labels of the sections that a scope names; of a renumbered section both the old and the new one.

    Headings, annexes and transition provisions are named in words that are not compared.
    """
    labels: set[str] = set()
    for part in scope.split(";"):
        renumbered = _RENUMBERED.search(part)
        for half in renumbered.groups() if renumbered else (part,):
            labels.update(_section_labels(half))
    return frozenset(labels)


def _section_labels(text: str) -> Iterator[str]:
    chapter, counts = "", True
    for raw in re.split(r",|\boch\b|\bsamt\b", text):
        piece = _VERB.sub("", raw)
        if piece != raw:
            counts = True
        if _HEADING.search(piece) or _OTHER.search(piece):
            counts = False
        if found := _CHAPTER.search(piece):
            chapter = f"{_with_letter_apart(found['chapter'])} kap. "
            piece = piece[found.end() :]
        if counts:
            yield from (f"{chapter}{number} §" for number in _section_numbers(piece))


def _section_numbers(piece: str) -> Iterator[str]:
    if found := _RANGE.search(piece):
        first, last = int(found["first"]), int(found["last"])
        yield from (str(number) for number in range(first, min(last, first + _MOST_IN_RANGE) + 1))
        return
    if found := re.search(_NUMBER, piece):
        yield _with_letter_apart(found[0])


def _with_letter_apart(number: str) -> str:
    return re.sub(r"(\d) ?([a-zåäö])", r"\1 \2", number)


# Comparison with the texts


def acts_of(change: Change) -> tuple[str, ...]:
    """Return the numbers of the acts that the texts name as the cause of a change, "t.o.m." included; each once."""
    named = [event.act.number for event in section_events(change.blocks) if event.act]
    return tuple(dict.fromkeys([*named, *_included_acts(change)[1]]))


def compare_with_register(change: Change, register: Sequence[Amendment]) -> RegisterFinding | None:
    """Return what the register says about the acts that made a change; None if the texts name no act.

    Where the text went from one "t.o.m." to another, every act between them counts.
    """
    named = acts_of(change)
    if not named:
        return None
    before, _ = _included_acts(change)
    latest = max(named, key=_act_order)
    known = [
        amendment
        for amendment in register
        if amendment.number in named
        or (before and max(map(_act_order, before)) < _act_order(amendment.number) <= _act_order(latest))
    ]
    if not known:
        return RegisterFinding(named, "")
    listed = frozenset().union(*(scope_labels(amendment.scope) for amendment in known))
    shown = frozenset(_changed_labels(section_events([block for block in change.blocks if block.material])))
    scope = "; ".join(amendment.scope for amendment in known if amendment.scope)
    numbers = tuple(amendment.number for amendment in known)
    return RegisterFinding(
        numbers, scope, tuple(sorted(listed - shown, key=_label_order)), tuple(sorted(shown - listed, key=_label_order))
    )


def _included_acts(change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the acts up to which amendments were included before, and those up to which they are now."""
    for block in change.blocks:
        texts = [text or "" for text in (block.before, block.after)]
        if block.kind == "p" and not block.heading and any(text.startswith("Ändrad: ") for text in texts):
            before, after = (tuple(_INCLUDED.findall(text)) for text in texts)
            return before, after
    return (), ()


def _changed_labels(events: Iterable[SectionEvent]) -> Iterator[str]:
    """Yield the labels that acts changed; when a wording takes effect, or its day moves, no act changed it."""
    for event in events:
        if event.kind not in ("effective", "postponed", "withdrawn", "end-withdrawn", "mark"):
            yield event.label
            if event.kind in ("renumbered", "renumbered-amended") and event.old:
                yield event.old


def _act_order(number: str) -> tuple[int, int]:
    year, _, serial = number.partition(":")
    return int(year), int(serial)


def _label_order(label: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(number), letter) for number, letter in re.findall(r"(\d+) ?([a-zåäö]?)(?![a-zåäö])", label))
