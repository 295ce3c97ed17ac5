"""Words and patterns for dates, amounts, duties and the like in Swedish, English, French, German and Spanish."""

from __future__ import annotations

import re


def ignoring_case(text: str) -> re.Pattern[str]:
    """Return a case-insensitive pattern; for lower-cased text `re.compile` suffices and is faster."""
    return re.compile(text, re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNAMBIGUOUS_MONTHS = _words(
    "januari februari mars april juni juli augusti september oktober november december"
    " january february june july august october"
    " janvier février avril juin juillet août septembre octobre novembre décembre januar februar märz dezember"
    " enero febrero marzo abril junio julio agosto septiembre octubre noviembre diciembre"
)
"""Full names of months that are no other words; "may", "march", "maj" and the short forms are, or resemble one."""
_OTHER_MONTHS = _words(
    "maj march may mai marts mayo desember"
    " jan feb mar apr jun jul aug sep sept okt oct nov dec dez déc janv févr avr juil"
)
MONTH_WORDS = _UNAMBIGUOUS_MONTHS | _OTHER_MONTHS
_MONTHS = "|".join(sorted(MONTH_WORDS, key=lambda word: (-len(word), word)))
_NAMED_MONTHS = "|".join(sorted(_UNAMBIGUOUS_MONTHS))
_ORDINAL = r"(?:\.|:?[ea]\b|st\b|nd\b|rd\b|th\b|er\b|º)?"

DATE_IN_FIGURES = r"(?:\b\d{4}-\d{2}(?:-\d{2})?\b(?!\d)|\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b)"
DATE = (
    rf"(?:{DATE_IN_FIGURES}"
    rf"|\b\d{{1,2}}{_ORDINAL}(?:\s*(?:-|to|till|och|and)\s*\d{{1,2}}{_ORDINAL})?\s+(?:of\s+|de\s+)?(?:{_MONTHS})\b\.?"
    r"(?:,?\s+(?:de\s+|del\s+)?\d{4}\b)?"
    rf"|\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"
    rf"|\b(?:{_MONTHS}),?\s+(?:de\s+)?\d{{4}}\b"
    rf"|\b(?:{_NAMED_MONTHS})\b)"
)
_UPDATED = r"(?:uppdaterad|uppdaterat|uppdaterades|ändrad|ändrat|granskad|granskat|publicerad|reviderad|hämtad|sedd)"
_BY = (
    rf"(?:\bsenast(?!\s+{_UPDATED})|\bföre\b|\binnan\b|\bt\.?\s?o\.?\s?m\b\.?|\btill och med\b|\bsista \w*dag(?:en)?\b"
    r"|\bfram till\b|\b(?:no|not) later than\b|\bdeadlines?\b|\bdue\b|\bbefore\b|\buntil\b|\bby\b"
    r"|\bau plus tard\b|\bavant\b|\bjusqu'au\b|\bspätestens\b|\bbis\b|\ba más tardar\b|\bantes del?\b|\bhasta\b)"
)
DEADLINE = rf"{_BY}[^.;!?\n]{{0,30}}?{DATE}"

_NUMBER = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_CURRENCY = r"(?:kr(?:onor)?|sek|tkr|mkr|mnkr|mdkr|€|eur|euros?|\$|usd|dollars?|£|gbp|pounds?|nok|dkk)"
_SCALE = r"(?:miljon(?:er)?|miljard(?:er)?|tusen|million(?:s|en)?|billion(?:s|en)?|milliard(?:s|en)?|thousand)"
AMOUNT = (
    rf"(?:(?:€|\$|£|\b(?:usd|eur|sek|gbp))\s?(?:{_NUMBER})(?:\s{_SCALE}\b)?"
    rf"|(?<![\w.,])(?:{_NUMBER})\s?(?:{_SCALE}\s)?{_CURRENCY}(?!\w)"
    rf"|(?<![\w.,])(?:{_NUMBER})\s{_SCALE}\b)"
)
AMOUNT_SIGNS = (
    "kr", "sek", "€", "eur", "$", "usd", "dollar", "£", "gbp", "pound", "nok", "dkk", "miljon", "miljard", "tusen",
    "million", "billion", "milliard", "thousand",
)  # fmt: skip
"""Every amount contains one of these."""
SECTION_SIGNS = (
    "§", "kap", "section", "artic", "artik", "art.", "chapter", "avsnitt", "clause", "absatz", "sección", "artículo",
    "bilaga",
)  # fmt: skip
"""Every section number contains one of these."""
SECTION = (
    r"(?:(?:\b\d+\s*[a-z]?\s*kap\.?\s*)?\b\d+\s*[a-z]?\s*§§?|§§?\s*\d+\s?[a-z]?\b"
    r"|\b\d+\s*[a-z]?\s*kap\b\.?"
    r"|\b(?:section|article|artikeln?|art\.|kapitlet|kapitel|chapter|avsnitt|clause|absatz|sección|artículo|bilaga)"
    r"\s+\d+(?:\.\d+)*\b)"
)
ACT = (
    r"(?:\b(?:sfs\s*)?\d{4}(?:/\d{2})?:\d+\b|\((?:eu|eg|ec|ue)\)\s*(?:nr\s*|no\s*)?\d+/\d+"
    r"|\b\d{2,4}/\d+/(?:eu|eg|ec|ue)\b)"
)
CONTACT = (
    r"(?:\b[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.,/-])(?:\+\d{1,3}|0)[ \d()/-]{6,}\d\b"
    r"|(?<![\w.,/-])(?:1[ .-])?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}\b"
    r"|\bbox\s+\d+\b|(?:\bse-?|,\s*|\n)\d{3}\s\d{2}\s+[a-zåäö]{3,}"
    r"|\b\w+(?:gatan|vägen|torget|gränd|allén)\s+\d+\s?[a-z]?\b)"
)
CONTACT_SIGNS = ("@", "box", "gatan", "vägen", "torget", "gränd", "allén")
CONTACT_NUMBER = r"\d[\d\s()/.-]{4,}\d"
"""Every contact contains one of the signs or such a number."""
FIGURE = r"(?:(?<!\w)[+-]?\d[\d.,:/]*(?:-\d[\d.,:/]*)*(?:\s?%|\s(?:procent|per ?cent)\b)?|\d+)"
MODALS = _words(
    "ska skall skulle bör borde får måste kan behöver behövs"
    " must shall should may might can cannot will would required"
    " doit doivent devrait devraient peut peuvent muss müssen soll sollen sollte darf dürfen kann können"
    " debe deben debería puede pueden"
)
NEGATIONS = _words(
    "inte ej icke inga inget ingen aldrig varken utan utom förutom"
    " not no never none neither nor without except unless cannot don't doesn't won't can't isn't aren't mustn't"
    " pas jamais aucun aucune sans sauf nicht kein keine keinen keiner keines niemals ohne"
    " nunca ningún ninguna sin salvo"
)
