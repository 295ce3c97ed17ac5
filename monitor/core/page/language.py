"""The language of a page: the one that it declares, else the one of its small words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_SMALL_WORDS = {
    "sv": "och att är för som med av till på inte kan ska eller vid från även har det den",
    "en": "the and of to in is that for you are with this be or by from not your it",
    "no": "og å er for som med av til på ikke kan skal eller ved fra også har det",
    "da": "og at er for som med af til på ikke kan skal eller ved fra også har det",
    "de": "der die und das ist nicht mit für auf werden von zu den ein eine sie sind oder bei",
    "fr": "le la les des et est que pour dans vous une un du sur avec pas nous ou par",
    "es": "el la los las de y que en para una un con por es su del se al como",
    "fi": "ja on ei että se joka myös ovat tai kun sekä voi mutta niin",
    "nl": "de het een en van is dat niet op te voor met zijn aan wordt door of uw",
}
LANGUAGES_KNOWN = frozenset(_SMALL_WORDS)
"""The languages that are told from each other by their small words."""
_LANGUAGES_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF_WORD.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGE_TAG = re.compile(r"^\s*([a-z]{2,3})(?:[-_]|\s*$)", re.IGNORECASE)
_SAMPLE_LENGTH = 4000
_CERTAIN = 8
"""So many small words of a language are not chance."""


def language_of(tag: str | None, texts: Iterable[str]) -> str | None:
    """Return the language, two letters as a rule, or None when nothing tells it.

    A language tag ("sv-SE") decides; without one, the language is guessed from the texts.
    """
    declared = _LANGUAGE_TAG.match(tag or "")
    if declared:
        code = declared.group(1).lower()
        return "no" if code in {"nb", "nn"} else code
    best = _scores(texts).most_common(1)
    return best[0][0] if best and best[0][1] >= 3 else None


def language_changed(before: Iterable[str], after: Iterable[str]) -> tuple[str, str] | None:
    """Return the former and the new language where the words of a page changed to another language, else None.

    None as well where the change is not beyond doubt.
    """
    old, new = _scores(before), _scores(after)
    if not old or not new:
        return None
    (former, _), (current, _) = old.most_common(1)[0], new.most_common(1)[0]
    if former == current or min(old[former], new[current]) < _CERTAIN:
        return None
    return (former, current) if old[former] >= 2 * old[current] and new[current] >= 2 * new[former] else None


def _scores(texts: Iterable[str]) -> Counter[str]:
    sample = ""
    for text in texts:
        sample += f" {text}"
        if len(sample) > _SAMPLE_LENGTH:
            break
    scores: Counter[str] = Counter()
    for word in _WORD.findall(sample[:_SAMPLE_LENGTH].lower()):
        for language in _LANGUAGES_OF_WORD.get(word, ()):
            scores[language] += 1
    return scores
