"""A recipe replayed over the kept history of a page: what it would have said, beside what was said. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from monitor.core.model import Language
from monitor.errors import Reason

SaidOutcome = Literal["first", "told", "held_back", "unchanged", "not_seen"]
OUTCOMES: Final[tuple[SaidOutcome, ...]] = ("told", "held_back", "unchanged", "not_seen", "first")
LeftOut = Literal["most", "time", "busy", "removed", "damaged", "other_address"]
"""Why revisions are not replayed: more than asked for, no time, too heavy for now, without their bytes, not to be read
back, or from another address."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, or would have been, of one revision against the one before it.

    `rule` and `summary` are those of the change; `held_back` counts its blocks that are not material, None where that
    is not known; `reason` is why the page would not have been seen.
    """

    outcome: SaidOutcome
    rule: str | None = None
    summary: Mapping[Language, str] | None = None
    held_back: int | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ReplayedRevision:
    """One kept revision: what was said of it then, and what the recipe would say.

    `before` is the revision that it is compared with now: the latest one before it that the recipe sees; None where
    there is none. `is_other_recipe`: then, it was read under another one.
    """

    number: int
    at: datetime
    before: int | None
    then: Said
    now: Said
    is_other_recipe: bool

    @property
    def differs(self) -> bool:
        """True if readers would be told otherwise. The words of an earlier version of the program are no difference."""
        if self.then.outcome != self.now.outcome:
            return True
        return self.is_other_recipe and self.now.outcome == "told" and self.then.summary != self.now.summary


@dataclass(frozen=True, slots=True)
class Replay:
    """Replayed revisions, the newest first, and how many were left out, by the reason."""

    revisions: tuple[ReplayedRevision, ...] = ()
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """True if there is no history."""
        return not self.revisions and not self.left_out

    @property
    def differing_first(self) -> Sequence[ReplayedRevision]:
        """The revisions, those first of which readers would be told otherwise."""
        return sorted(self.revisions, key=lambda each: not each.differs)

    @property
    def differing(self) -> int:
        """The number of revisions of which readers would be told otherwise."""
        return sum(each.differs for each in self.revisions)

    @property
    def then(self) -> dict[SaidOutcome, int]:
        """How often each outcome was."""
        return _counted(each.then for each in self.revisions)

    @property
    def now(self) -> dict[SaidOutcome, int]:
        """How often each outcome would be."""
        return _counted(each.now for each in self.revisions)


def _counted(said: Iterable[Said]) -> dict[SaidOutcome, int]:
    counts = Counter(each.outcome for each in said)
    return {outcome: counts[outcome] for outcome in OUTCOMES}
