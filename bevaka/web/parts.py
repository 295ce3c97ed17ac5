"""The parts of a page in forms: which there are, and those that a form chooses."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import cast

from flask import Blueprint, current_app
from flask.blueprints import BlueprintSetupState

from bevaka.web.context import web_context
from bevaka.web.forms import FieldMistake, WrongForm
from monitor.core.people.page_parts import PagePart
from monitor.core.people.part_filter import part_name
from monitor.errors import ExtractError, StorageError

blueprint = Blueprint("parts", __name__)

PARTS = "bevaka.parts"
PAGES_KEPT = 200
"""Pages of which the parts are kept in memory: finding them extracts the newest revision."""
MOST_PARTS = 200
"""Parts of one page that a subscriber can choose."""
FEW = 25
"""Parts that a form shows without folding any."""


@dataclass(frozen=True, slots=True)
class PartGroup:
    """A part that lies in no other, and those inside it."""

    part: PagePart
    inside: tuple[PagePart, ...]


@dataclass(frozen=True, slots=True)
class PartChoice:
    """The parts of a page to choose from; `lost` are those chosen before that the text has no more."""

    groups: tuple[PartGroup, ...]
    chosen: frozenset[str]
    lost: tuple[str, ...]

    def is_open(self, group: PartGroup) -> bool:
        """True if what is inside a group is shown at once."""
        few = sum(1 + len(each.inside) for each in self.groups) <= FEW
        return few or any(part.name in self.chosen for part in group.inside)


@blueprint.record
def _keep_parts(state: BlueprintSetupState) -> None:
    """Give each application a cache of its own."""
    state.app.extensions[PARTS] = lru_cache(PAGES_KEPT)(_find_parts)


def _find_parts(key: str, newest: int) -> tuple[PagePart, ...]:  # noqa: ARG001  a part of the cache's key
    try:
        return tuple(web_context().history.parts(key))
    except (ExtractError, StorageError):
        return ()


def parts_of(key: str) -> tuple[PagePart, ...]:
    """Return the parts of a watch's newest revision; none where it has none or cannot be read. Raises UnknownWatch."""
    rows = web_context().history.log(key, newest=1).rows
    find = cast("Callable[[str, int], tuple[PagePart, ...]]", current_app.extensions[PARTS])
    return find(key, rows[-1].revision) if rows else ()


def part_choice(key: str, chosen: Collection[str]) -> PartChoice:
    """Return the parts of a watch to choose from. Raises UnknownWatch."""
    parts = parts_of(key)
    names = _by_comparison(parts)
    known = {names[name.casefold()] for name in chosen if name.casefold() in names}
    lost = tuple(name for name in chosen if name.casefold() not in names)
    return PartChoice(tuple(_groups(parts)), frozenset(known), lost)


def _groups(parts: Sequence[PagePart]) -> Iterable[PartGroup]:
    starts = [number for number, part in enumerate(parts) if part.depth == 0]
    for start, end in pairwise([*starts, len(parts)]):
        yield PartGroup(parts[start], tuple(parts[start + 1 : end]))


def chosen_parts(given: Iterable[str], key: str, field: str, *, before: Collection[str] = ()) -> tuple[str, ...]:
    """Return the parts that a form chooses, as they are stored, each once.

    `before` were chosen before, and may have gone from the text since. Raises UnknownWatch, and WrongForm for a part
    that the text does not have; of a page that was not seen yet, any part may be chosen.
    """
    wanted = list(dict.fromkeys(part_name(line) for value in given for line in value.splitlines() if part_name(line)))
    names = _by_comparison(parts_of(key)) if wanted else {}
    missing = [name for name in wanted if names and name.casefold() not in names and name not in before]
    mistakes = [FieldMistake(field, "parts.missing", {"part": name}) for name in missing]
    if len(wanted) > MOST_PARTS:
        mistakes.append(FieldMistake(field, "parts.too_many", {"most": str(MOST_PARTS)}))
    if mistakes:
        raise WrongForm(*mistakes)
    return tuple(dict.fromkeys(names.get(name.casefold(), name) for name in wanted))


def _by_comparison(parts: Iterable[PagePart]) -> dict[str, str]:
    return {part.name.casefold(): part.name for part in parts}
