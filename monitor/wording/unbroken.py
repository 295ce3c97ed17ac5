"""Values inside which no line ends: dates, sums, phone numbers, "2 a §"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.core.diff.words import whole_words

NO_BREAK = "\u00a0"
_VALUE_WITH_UNIT = re.compile(
    r"\d(?:[ \u00a0][a-z])? kap\. \d+(?: [a-z])? §"
    r"|\d(?:[ \u00a0][a-z])? (?:§§?|kr|kronor|%|procent|per cent)(?!\w)|(?:kl\.|at|§§?|No\.|nr|SFS|kopia|copy) \d"
    r"|(?<![\d.,:/–-])(?<!\d[ \u00a0])\d{1,3} (?:e-)?[^\W\d_]{2,16}(?!\w)",
    re.IGNORECASE,
)
"""A number stays with its unit, or with what it counts ("2 kap. 3 §", "25 000 kronor", "1 punkt")."""
_VALUE = re.compile(r"([^ \n]*\u00a0[^ \n]*|\d+(?:-\d+)+)")
"""A value in a text without breaks; browsers end lines at the hyphens of a date or a phone number as well."""
_LONGEST = 40


def unbroken(text: str) -> str:
    """Return the text with no-break spaces in its values."""
    words = (word.replace(" ", NO_BREAK) if len(word.strip()) > 1 else word for word in whole_words(text))
    return _VALUE_WITH_UNIT.sub(lambda value: value[0].replace(" ", NO_BREAK), "".join(words))


def broken(text: str) -> str:
    """Return a text as it was before `unbroken`."""
    return text.replace(NO_BREAK, " ")


def with_values(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the text in pieces, each with whether it is a value; put together they are the text."""
    for number, piece in enumerate(_VALUE.split(unbroken(text))):
        if piece:
            yield broken(piece), number % 2 == 1 and len(piece) <= _LONGEST
