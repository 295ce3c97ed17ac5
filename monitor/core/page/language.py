"""The language of a page: what it declares, else what its small words say."""

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
_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _SMALL_WORDS.items():
    for _word in _words.split():
        _OF_WORD.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"^\s*([a-z]{2,3})(?:[-_]|\s*$)", re.IGNORECASE)
_SAMPLE = 4000
_BEYOND_DOUBT = 8
"""So many small words of a language do not come by chance."""


def language_of(tag: str | None, texts: Iterable[str]) -> str | None:
    """The language, two letters as a rule: that of a language tag ("sv-SE"), else guessed; None when nothing tells."""
    declared = _TAG.match(tag or "")
    if declared:
        code = declared.group(1).lower()
        return "no" if code in {"nb", "nn"} else code
    best = _scores(texts).most_common(1)
    return best[0][0] if best and best[0][1] >= 3 else None


def language_changed(before: Iterable[str], after: Iterable[str]) -> tuple[str, str] | None:
    """From which language to which other one the words of a page turned, where that is beyond doubt; else None."""
    old, new = _scores(before), _scores(after)
    if not old or not new:
        return None
    (was, _), (became, _) = old.most_common(1)[0], new.most_common(1)[0]
    if was == became or min(old[was], new[became]) < _BEYOND_DOUBT:
        return None
    return (was, became) if old[was] >= 2 * old[became] and new[became] >= 2 * new[was] else None


def _scores(texts: Iterable[str]) -> Counter[str]:
    sample = ""
    for text in texts:
        sample += f" {text}"
        if len(sample) > _SAMPLE:
            break
    scores: Counter[str] = Counter()
    for word in _WORD.findall(sample[:_SAMPLE].lower()):
        for language in _OF_WORD.get(word, ()):
            scores[language] += 1
    return scores
