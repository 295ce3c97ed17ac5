"""What moves by itself, as the history of a page says: lines that are counters, and lists of links that rotate.

A place that moved at three checks in a row is learnt, and held back from then on, whatever else changes beside it. It
is forgotten when the words of its line change. A figure that moves together with a day that the page states does not
count towards it: those are new figures as of that day, which somebody put there. The revisions at which it was learnt
and forgotten are kept, so that a change is shown as it was judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.core.judging.significance import with_rule
from monitor.core.model import BlockChange, Change, MovingPlace

_IN_A_ROW = 3
_MOST = 100
"""Places that are kept of one page, the newest."""
_NUMBER = re.compile(r"\d+(?:[ .,]\d+)*")
_NUMBER_SIGN = "#"
_MOVING = {"figure": "counter", "links-replaced": "rotating"}
"""The material rules of what may move at each check, and the rules that it is held back by."""
_DATED = frozenset({"update-date", "date", "deadline", "as-of-stamp"})
"""Rules of a day that moved: the page's own, one in its text, or the one for which its figures hold."""


def moving_places(
    known: Sequence[MovingPlace], change: Change, before: int, after: int, *, seen_once: bool
) -> tuple[MovingPlace, ...]:
    """Return what is known to move by itself, or may be learnt to, once a page has changed.

    `change` is as judged without history, `before` and `after` are the numbers of its revisions. `seen_once`: the text
    before was seen at a single check.
    """
    rewritten = set(_rewritten(change))
    kept = [_forgotten(place, after) if _key(place) in rewritten else place for place in known if place.learnt]
    current = {_key(place): place for place in known if not place.forgotten}
    learnt = {_key(place) for place in kept if place.is_learnt}
    is_dated = any(block.rule in _DATED for block in change.blocks)
    for key in dict.fromkeys(filter(None, map(_key_of, change.blocks))):
        if is_dated and key[0] == "counter":
            continue
        last = current.get(key)
        checks = last.checks + 1 if last is not None and seen_once and last.revision == before else 1
        if key not in learnt:
            kept.append(MovingPlace(*key, checks, after, after if checks >= _IN_A_ROW else None))
    return tuple(kept[-_MOST:])


def as_moving(change: Change, places: Iterable[MovingPlace], after: int) -> Change:
    """Return the change to revision `after` with every place held back that was known to move by itself."""
    for rule, held_by in _MOVING.items():
        learnt = {_key(place) for place in places if place.rule == held_by and _was_learnt(place, after)}
        if learnt and any(block.rule == rule and _key_of(block) in learnt for block in change.blocks):
            change = with_rule(change, held_by, lambda block: _key_of(block) in learnt)  # noqa: B023  called at once
    return change


def _was_learnt(place: MovingPlace, revision: int) -> bool:
    """True if a place was held back in the change to a revision."""
    return place.learnt is not None and place.learnt <= revision < (place.forgotten or revision + 1)


def _forgotten(place: MovingPlace, revision: int) -> MovingPlace:
    return place if place.forgotten else replace(place, forgotten=revision)


_Key = tuple[str, tuple[str, ...], str]


def _key(place: MovingPlace) -> _Key:
    return place.rule, place.heading, place.form


def _key_of(block: BlockChange) -> _Key | None:
    """Return the key of a place that may move by itself: nothing but digits differs, or a list of links; else None."""
    if block.rule == "links-replaced":
        return "rotating", block.heading, ""
    form = _form(block.before)
    return ("counter", block.heading, form) if block.rule == "figure" and form == _form(block.after) else None


def _rewritten(change: Change) -> Iterable[_Key]:
    """Return the counters that the lines would be whose words changed."""
    for block in change.blocks:
        if block.before and block.after and _form(block.before) != _form(block.after):
            yield "counter", block.heading, _form(block.before)


def _form(text: str | None) -> str:
    return _NUMBER.sub(_NUMBER_SIGN, text or "")
