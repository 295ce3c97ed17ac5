"""Patterns of a recipe whose text does not count. RE2: linear time, whatever the pattern."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.text import clean


class IgnorePatterns:
    """Removes from texts what the patterns match."""

    def __init__(self, patterns: Iterable[str]) -> None:
        import re2  # noqa: PLC0415 -- few recipes have patterns

        self._patterns = [re2.compile(pattern) for pattern in patterns]

    def sub(self, text: str) -> str:
        """Return the text without what the patterns match, cleaned."""
        for pattern in self._patterns:
            text = pattern.sub("", text)
        return clean(text)
