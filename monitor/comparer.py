"""Comparing of two extractions, where it is heavy within a budget.

What comparing needs is imported with the first comparison: most rounds need none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from monitor.core.model import SWEDISH_TIME, Changed, Extraction, Unchanged, Verdict
from monitor.heavy_work.budget import is_heavy_to_compare

if TYPE_CHECKING:
    from monitor.ports.world import HeavyWork

BeforeT = TypeVar("BeforeT", Extraction, Extraction | None)
ResultT = TypeVar("ResultT")


class Comparer:
    """Compares extractions. `heavy_work` does what is heavy; without it, all is done here."""

    def __init__(self, heavy_work: HeavyWork | None = None) -> None:
        self._heavy_work = heavy_work

    def compare(
        self,
        before: Extraction | None,
        after: Extraction,
        *,
        fetched_before: datetime | None = None,
        fetched_after: datetime,
        timezone: str = SWEDISH_TIME,
    ) -> Verdict:
        """Return the verdict on `after`, as `monitor.core.judging.compare.compare` does.

        Raises TooHeavy, HeavyWorkError.
        """
        from monitor.core.judging.compare import compare  # noqa: PLC0415  see above

        compared = partial(compare, fetched_before=fetched_before, fetched_after=fetched_after, timezone=timezone)
        return self._run(compared, before, after)

    def judge(
        self,
        before: Extraction,
        after: Extraction,
        *,
        fetched_before: datetime | None = None,
        fetched_after: datetime,
        timezone: str = SWEDISH_TIME,
    ) -> Unchanged | Changed:
        """Return what differs, as `monitor.core.judging.compare.judge` does. Raises TooHeavy, HeavyWorkError."""
        from monitor.core.judging.compare import judge  # noqa: PLC0415  see above

        judged = partial(judge, fetched_before=fetched_before, fetched_after=fetched_after, timezone=timezone)
        return self._run(judged, before, after)

    def _run(self, function: Callable[[BeforeT, Extraction], ResultT], before: BeforeT, after: Extraction) -> ResultT:
        if self._heavy_work is not None and is_heavy_to_compare((before, after)):
            return self._heavy_work.run(function, before, after)
        return function(before, after)
