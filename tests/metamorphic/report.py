"""What came of the laboratory's trials, as lines to print: a table, a list of what went wrong, the thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tests.metamorphic.lab import KINDS, Result, Tally, tallied
from tests.metamorphic.layouts import LAYOUTS

LEAST_RIGHT = {"material": 1.0, "noise": 0.99, "suspect": 1.0}
"""The least share of right verdicts, by kind."""
LEAST_WITH_WORDS = 0.99
"""The least share of summaries, of material edits that are told, with all the words asked for."""


def is_good_enough(results: Iterable[Result]) -> bool:
    """True if the results of every kind reach the thresholds."""
    totals: dict[str, Tally] = {}
    for (_, kind), tally in tallied(results).items():
        totals[kind] = totals.get(kind, Tally()) + tally
    return all(
        total.share_right >= LEAST_RIGHT[kind] and (kind != "material" or total.share_with_words >= LEAST_WITH_WORDS)
        for kind, total in totals.items()
    )


def wrong(results: Iterable[Result]) -> list[Result]:
    """Return the results whose verdict is wrong, or whose summary has not all the words asked for."""
    return [one for one in results if not one.is_right or one.missing]


def table(results: Iterable[Result]) -> Iterator[str]:
    """Yield the lines of the table: layout × kind, and the sums of each kind."""
    tallies = tallied(results)
    yield "| layout | kind | edits | told | held back | unchanged | suspect | right | with words |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for kind in KINDS:
        total = Tally()
        for layout in LAYOUTS:
            tally = tallies.get((layout, kind))
            if tally is not None:
                yield _row(layout, kind, tally)
                total = total + tally
        yield _row("**all**", kind, total)


def _row(layout: str, kind: str, tally: Tally) -> str:
    counts = " | ".join(str(tally.came[came]) for came in ("told", "held back", "unchanged", "suspect"))
    words = _percent(tally.share_with_words) if kind == "material" else ""
    return f"| {layout} | {kind} | {tally.number} | {counts} | {_percent(tally.share_right)} | {words} |"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def failures(results: Iterable[Result]) -> Iterator[str]:
    """Yield what went wrong: the trial, what came, what is missing, what was said, and the blocks that differ."""
    for one in wrong(results):
        yield f"\n{one.trial.edit.kind}: {one.trial}: {one.came} {', '.join(one.missing)}"
        if one.said:
            yield f"  said: {one.said}"
        for op, rule, material, before, after in one.differs:
            yield f"  {op} {rule}{' *' if material else ''}: {before!r} -> {after!r}"
