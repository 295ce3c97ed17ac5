"""The register of a law's amendments (rkrattsbaser.gov.se, `sfsr`) as a second reader of what a change did.

    Ändring, SFS 2013:411   Omfattning: ändr. 4 §; ny 1 a §        against        the § that the texts show changed

Numbers of sections alone are compared: whether a § is "new" or "amended" depends on what stood under its number before.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from monitor.core.law.events import SectionEvent, section_events
from monitor.core.law.marks import SFS_NUMBER
from monitor.core.model import Change
from monitor.core.text import clean

_TAG = re.compile(r"<[^<>]*>")
_BOX = '<div class="result-inner-sub-box-container">'
_HEAD = re.compile(r"Ändring, SFS (?P<number>\d{4}:\d+)")
_SCOPE = "Omfattning:"
_NUMBER = r"\d+(?: ?[a-zåäö](?![a-zåäö]))?"
_RENUMBERED = re.compile(r"(?:nuvarande )?(?P<old>.+?) (?:betecknas|blir) (?:som )?(?P<new>.+)")
_CHAPTER = re.compile(rf"(?P<chapter>{_NUMBER}) kap\.?")
_HEADING = re.compile(r"\brubr(?:\.|ik(?:en|er|erna)?\b)")
_OTHER = re.compile(rf"\b(?:bil(?:\.|aga)|ikrafttr|övergångsbest|punkt|p\.|{SFS_NUMBER})", re.IGNORECASE)
"""What is named beside sections; with a number of another act, it is that act whose section is meant."""
_VERB = re.compile(r"\b(?:ändr\.|nya?\b|upph\.|utgår\b|nuvarande\b)")
_RANGE = re.compile(r"(?P<first>\d+) ?[-–] ?(?P<last>\d+)")
_UP_TO = re.compile(SFS_NUMBER)
_MOST_IN_RANGE = 500


@dataclass(frozen=True, slots=True)
class Amendment:
    """One act that amended the law. `scope` is the register's own phrase ("ändr. 4 §; ny 1 a §")."""

    number: str
    scope: str


@dataclass(frozen=True, slots=True)
class RegisterFinding:
    """What the register says of a change.

    `scope` is its phrase for the acts `numbers`, "" where it does not know them yet; `unseen` are the sections that it
    names and the texts do not show changed, `unnamed` those that the texts show and it does not name.
    """

    numbers: tuple[str, ...]
    scope: str
    unseen: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether both name the same sections."""
        return bool(self.scope) and not self.unseen and not self.unnamed

    @property
    def facts(self) -> dict[str, object]:
        """The same as JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> RegisterFinding:
        """The inverse of `facts`."""
        return cls(tuple(facts["numbers"]), facts["scope"], tuple(facts["unseen"]), tuple(facts["unnamed"]))


def parse_register(page: str) -> tuple[Amendment, ...]:
    """The amendments on a page of the register, in its order; none where it is no such page."""
    found = []
    for part in page.split(_BOX)[1:]:
        head = _HEAD.search(part)
        if head is None:
            continue
        boxes = [
            _TAG.sub("", box.partition("</div>")[0]) for box in part.split('<div class="result-inner-sub-box">')[1:]
        ]
        said = [clean(html.unescape(box)) for box in boxes]
        scope = next((box.removeprefix(_SCOPE).strip() for box in said if box.startswith(_SCOPE)), "")
        found.append(Amendment(head["number"], scope))
    return tuple(found)


# The scope of an amendment


def scope_labels(scope: str) -> frozenset[str]:
    """The labels of the sections that a scope names, the old and the new one where one got another number.

    Headings, annexes and transition provisions are named in words that are not compared.
    """
    labels: set[str] = set()
    for part in scope.split(";"):
        renumbered = _RENUMBERED.search(part)
        for half in renumbered.groups() if renumbered else (part,):
            labels.update(_sections(half))
    return frozenset(labels)


def _sections(text: str) -> Iterator[str]:
    chapter, counts = "", True
    for raw in re.split(r",|\boch\b|\bsamt\b", text):
        piece = _VERB.sub("", raw)
        if piece != raw:
            counts = True
        if _HEADING.search(piece) or _OTHER.search(piece):
            counts = False
        if found := _CHAPTER.search(piece):
            chapter = f"{_spaced(found['chapter'])} kap. "
            piece = piece[found.end() :]
        if counts:
            yield from (f"{chapter}{number} §" for number in _numbers(piece))


def _numbers(piece: str) -> Iterator[str]:
    if found := _RANGE.search(piece):
        first, last = int(found["first"]), int(found["last"])
        yield from (str(number) for number in range(first, min(last, first + _MOST_IN_RANGE) + 1))
        return
    if found := re.search(_NUMBER, piece):
        yield _spaced(found[0])


def _spaced(number: str) -> str:
    return re.sub(r"(\d) ?([a-zåäö])", r"\1 \2", number)


# Against the texts


def acts_of(change: Change) -> tuple[str, ...]:
    """The numbers of the acts that the texts name as the cause of a change, "t.o.m." included; each once."""
    named = [event.act.number for event in section_events(change.blocks) if event.act]
    return tuple(dict.fromkeys([*named, *_included(change)[1]]))


def compare_with_register(change: Change, register: Sequence[Amendment]) -> RegisterFinding | None:
    """What the register says of the acts that made a change; None where the texts name no act.

    Where the text went from one "t.o.m." to another, every act between them counts.
    """
    named = acts_of(change)
    if not named:
        return None
    before, _ = _included(change)
    latest = max(named, key=_in_order)
    known = [
        amendment
        for amendment in register
        if amendment.number in named
        or (before and max(map(_in_order, before)) < _in_order(amendment.number) <= _in_order(latest))
    ]
    if not known:
        return RegisterFinding(named, "")
    wanted = frozenset().union(*(scope_labels(amendment.scope) for amendment in known))
    shown = frozenset(_touched(section_events([block for block in change.blocks if block.material])))
    scope = "; ".join(amendment.scope for amendment in known if amendment.scope)
    numbers = tuple(amendment.number for amendment in known)
    return RegisterFinding(
        numbers, scope, tuple(sorted(wanted - shown, key=_label_order)), tuple(sorted(shown - wanted, key=_label_order))
    )


def _included(change: Change) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The act up to which amendments were included before, and up to which they are now."""
    for block in change.blocks:
        texts = [text or "" for text in (block.before, block.after)]
        if block.kind == "p" and not block.heading and any(text.startswith("Ändrad: ") for text in texts):
            before, after = (tuple(_UP_TO.findall(text)) for text in texts)
            return before, after
    return (), ()


def _touched(events: Iterable[SectionEvent]) -> Iterator[str]:
    """The labels of what acts do; that a wording came true, or its day moved, is no act's doing of its own."""
    for event in events:
        if event.kind in ("amended", "new", "repealed", "removed", "renumbered", "ends"):
            yield event.label
            if event.kind == "renumbered" and event.old:
                yield event.old


def _in_order(number: str) -> tuple[int, int]:
    year, _, serial = number.partition(":")
    return int(year), int(serial)


def _label_order(label: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(number), letter) for number, letter in re.findall(r"(\d+) ?([a-zåäö]?)(?![a-zåäö])", label))
