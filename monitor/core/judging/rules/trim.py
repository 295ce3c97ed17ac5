"""Where two long texts differ: what they begin and end with alike needs no looking at."""

from __future__ import annotations

from rapidfuzz.distance import Postfix, Prefix

MARGIN = 80
"""What is left on both sides of a difference; no date, amount or address is longer."""


def around_the_difference(one: str, other: str) -> tuple[str, str]:
    """Both texts without most of what they begin and end with alike."""
    start = max(0, Prefix.similarity(one, other) - MARGIN)
    end = max(0, Postfix.similarity(one[start:], other[start:]) - MARGIN)
    return one[start : len(one) - end], other[start : len(other) - end]
