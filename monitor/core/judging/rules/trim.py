"""Trimming of what two long texts have in common at both ends, so that only the difference is examined."""

from __future__ import annotations

from rapidfuzz.distance import Postfix, Prefix

MARGIN = 80
"""Characters kept on both sides of a difference; no date, amount or address is longer."""


def around_the_difference(one: str, other: str) -> tuple[str, str]:
    """Return both texts without most of their common beginning and end."""
    start = max(0, Prefix.similarity(one, other) - MARGIN)
    end = max(0, Postfix.similarity(one[start:], other[start:]) - MARGIN)
    return one[start : len(one) - end], other[start : len(other) - end]
