"""Patterns of a recipe. RE2: linear time, whatever the pattern."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.text import clean


class IgnorePatterns:
    """Removes from texts what the patterns match. Raises re2.error for what is no pattern."""

    def __init__(self, patterns: Iterable[str]) -> None:
        import re2  # noqa: PLC0415 -- few recipes have patterns

        options = re2.Options()
        options.log_errors = False
        options.never_capture = True  # groups are of no use here, and thousands of them cost seconds
        self._patterns = [re2.compile(pattern, options) for pattern in patterns]

    def sub(self, text: str) -> str:
        """Return the text without what the patterns match, cleaned."""
        for pattern in self._patterns:
            text = pattern.sub("", text)
        return clean(text)
