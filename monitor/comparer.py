"""Comparing of two extractions, where it is heavy within a budget, and what of it a recipe counts.

What comparing needs is imported with the first comparison: most rounds need none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from monitor.core.model import SWEDISH_TIME, Change, Changed, Extraction, Recipe, Unchanged, Verdict
from monitor.heavy_work.budget import is_heavy_to_compare

if TYPE_CHECKING:
    from monitor.core.record.never_seen import Earlier
    from monitor.ports.world import HeavyWork

BeforeT = TypeVar("BeforeT", Extraction, Extraction | None)
ResultT = TypeVar("ResultT")
InViewOfHistory = Callable[[Change], Change]
"""What the history of a page says about a change, before its recipe is applied to it."""
_EVERYTHING = Recipe()


class Comparer:
    """Compares extractions. `heavy_work` does what is heavy, or all if `is_apart`; without it, all is done here.

    Of a change, `recipe` holds back what `only_if` and `never_seen` say; `earlier` knows what the revisions had that
    came before (without it, only the one that is compared with is known). `in_view_of_history` judges it before that.
    """

    def __init__(self, heavy_work: HeavyWork | None = None, *, is_apart: bool = False) -> None:
        self._heavy_work = heavy_work
        self._is_apart = is_apart

    def apart(self) -> Comparer:
        """Return a comparer that compares nothing in this process: what is to be compared may have killed one."""
        from monitor.heavy_work.after_a_death import AfterADeath  # noqa: PLC0415  hardly ever needed

        return Comparer(None if self._heavy_work is None else AfterADeath(self._heavy_work), is_apart=True)

    def compare(
        self,
        before: Extraction | None,
        after: Extraction,
        *,
        fetched_before: datetime | None = None,
        fetched_after: datetime,
        timezone: str = SWEDISH_TIME,
        recipe: Recipe = _EVERYTHING,
        earlier: Earlier | None = None,
        in_view_of_history: InViewOfHistory | None = None,
    ) -> Verdict:
        """Return the verdict on `after`, as `monitor.core.judging.compare.compare` does, and what of it counts.

        Raises TooHeavy, HeavyWorkError.
        """
        from monitor.core.judging.compare import compare  # noqa: PLC0415  see above

        compared = partial(compare, fetched_before=fetched_before, fetched_after=fetched_after, timezone=timezone)
        verdict = self._run(compared, before, after)
        if before is None or not isinstance(verdict, Changed):
            return verdict
        return _counted(verdict, before, recipe, earlier, in_view_of_history)

    def judge(
        self,
        before: Extraction,
        after: Extraction,
        *,
        fetched_before: datetime | None = None,
        fetched_after: datetime,
        timezone: str = SWEDISH_TIME,
        recipe: Recipe = _EVERYTHING,
        earlier: Earlier | None = None,
        in_view_of_history: InViewOfHistory | None = None,
    ) -> Unchanged | Changed:
        """Return what differs, as `monitor.core.judging.compare.judge` does, and what of it counts.

        Raises TooHeavy, HeavyWorkError.
        """
        from monitor.core.judging.compare import judge  # noqa: PLC0415  see above

        judged = partial(judge, fetched_before=fetched_before, fetched_after=fetched_after, timezone=timezone)
        verdict = self._run(judged, before, after)
        if isinstance(verdict, Unchanged):
            return verdict
        return _counted(verdict, before, recipe, earlier, in_view_of_history)

    def _run(self, function: Callable[[BeforeT, Extraction], ResultT], before: BeforeT, after: Extraction) -> ResultT:
        if self._heavy_work is not None and (self._is_apart or is_heavy_to_compare((before, after))):
            return self._heavy_work.run(function, before, after)
        return function(before, after)


def _counted(
    verdict: Changed,
    before: Extraction,
    recipe: Recipe,
    earlier: Earlier | None,
    in_view_of_history: InViewOfHistory | None,
) -> Changed:
    change = in_view_of_history(verdict.change) if in_view_of_history else verdict.change
    if recipe.only_if is not None:
        from monitor.core.judging.only_if import only_if  # noqa: PLC0415  see above

        change = only_if(change, recipe.only_if)
    if recipe.never_seen:
        from monitor.core.record.never_seen import never_seen  # noqa: PLC0415  see above

        change = never_seen(change, before.blocks, earlier or _nothing)
    return Changed(change)


def _nothing(lines: frozenset[str]) -> frozenset[str]:
    return lines - lines
