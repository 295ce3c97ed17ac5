"""Words that subscribers type on the web page: a change must touch one of them to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from bevaka.web.forms import FieldMistake, WrongForm
from monitor.core.people.typed_words import as_words, word_pattern

LONGEST_WORD = 60
MOST_WORDS = 10


def typed_words(lines: str) -> list[str]:
    """Return the patterns of the words that are typed one a line."""
    return [pattern for line in lines.splitlines() if (pattern := word_pattern(line))]


def chosen_words(given: Iterable[str], field: str, *, before: Collection[str] = ()) -> tuple[str, ...]:
    """Return the patterns that a form chooses, each once: of those from `before`, and of typed words. Raises WrongForm.

    A pattern that was not there before and is more than a word did not come from the form, and is left out.
    """
    patterns = [pattern for pattern in dict.fromkeys(given) if pattern]
    wanted = [each for each in patterns if each in before or word_pattern(as_words(each)) == each]
    mistakes = []
    if any(len(as_words(each)) > LONGEST_WORD for each in wanted if each not in before):
        mistakes.append(FieldMistake(field, "manage_page.word_too_long", {"most": str(LONGEST_WORD)}))
    if len(wanted) > MOST_WORDS:
        mistakes.append(FieldMistake(field, "manage_page.too_many_words", {"most": str(MOST_WORDS)}))
    if mistakes:
        raise WrongForm(*mistakes)
    return tuple(wanted)
