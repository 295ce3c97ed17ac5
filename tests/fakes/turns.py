"""A host's turn, driven by the test itself."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.checking.check import Check
from monitor.checking.check_outcome import CheckResult
from monitor.core.model import Watch


def check_turn(
    check: Check, watches: Sequence[Watch], *, force: bool = False
) -> dict[str, CheckResult | Exception | None]:
    """Check watches of one host in a row, without the pauses; return the answers by key, once all are recorded."""
    answers: dict[str, CheckResult | Exception | None] = {}
    for _ in check.turn(watches, lambda watch, answer: answers.update({watch.key: answer}), force=force):
        pass
    check.flush()
    return answers
