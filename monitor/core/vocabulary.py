"""Words and patterns for dates, amounts, duties and the like in Swedish, English, French, German and Spanish."""

from __future__ import annotations

import re


def ignoring_case(text: str) -> re.Pattern[str]:
    """Return a case-insensitive pattern; for lower-cased text `re.compile` suffices and is faster."""
    return re.compile(text, re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SWEDISH_MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
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

DATE_IN_FIGURES = (
    r"(?:\b(?:1[5-9]|2[01])\d{2}-(?:0[1-9]|1[0-2])(?:-\d{2})?\b(?![\d-])"
    r"|(?<!\d-)\b\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})\b(?!-\d)|\b\d{1,2}[./]\d{1,2}[./-](?:\d{4}|\d{2})\b(?!/\d))"
)
DATE = (
    rf"(?:{DATE_IN_FIGURES}"
    rf"|\b\d{{1,2}}{_ORDINAL}(?:\s*(?:-|to|till|och|and)\s*\d{{1,2}}{_ORDINAL})?\s+(?:of\s+|de\s+)?(?:{_MONTHS})\b\.?"
    r"(?:,?\s+(?:de\s+|del\s+)?\d{4}\b)?"
    rf"|\b(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}}\b)?"
    rf"|\b(?:{_MONTHS}),?\s+(?:de\s+)?\d{{4}}\b"
    rf"|\b(?:{_NAMED_MONTHS})\b)"
)
DATE_WITH_SLASH = r"\b\d{1,2}/\d{1,2}\s\d{4}\b"
"""The day before the month, as in the Nordic countries: "1/3 2025"."""
DAY_AND_MONTH = (
    r"(?<![\w/.,:])(?:[12]\d|3[01]|0?[1-9])/(?:1[0-2]|0?[1-9])\b(?![/\d])(?!-\d{1,2}(?![\d/]))(?!-\d{3})(?!:?e?del)"
    r"(?!\s?(?:%|av|of|del(?:ar)?|dl|tsk|msk|liter|kg|tablett\w*|timm\w+|dagar|dygn|veck\w+|månad\w*|år|tjänst\w*|heltid|plats\w*|hours?"
    r"|days?)(?!\w))"
)
"""Two numbers that may be a day and a month without a year, but no fraction ("1/2 av kostnaden"), where what is before
them says that they are."""

_WEEKDAY_NAMES = (
    "måndag tisdag onsdag torsdag fredag lördag söndag",
    "monday tuesday wednesday thursday friday saturday sunday",
    "mandag tirsdag onsdag torsdag fredag lørdag søndag",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "mån tis ons tors fre lör sön",
    "mon tues wed thurs fri sat sun",
    "mon tue wed thu fri sat sun",
    "månd tisd onsd tor fred lörd sönd",
)
WEEKDAYS = {name: number for names in _WEEKDAY_NAMES for number, name in enumerate(names.split())} | {
    plural: number
    for names in _WEEKDAY_NAMES[:2]
    for number, name in enumerate(names.split())
    for plural in (f"{name}ar", f"{name}s", f"{name}en")
}
"""The days of the week and their short forms, as numbers; 0 is Monday."""
WEEKDAY_NAMES = "|".join(dict.fromkeys(name for names in _WEEKDAY_NAMES[:4] for name in names.split()))
WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True)) + r"|vardag(?:ar)?|helgfri|helger|weekdays?|dagligen|daily"
CELL_BORDER = "\N{BROKEN BAR}"
"""Stands between the cells of a table row where "|" would count as punctuation."""
_HOUR = r"(?:[01]?\d|2[0-4])"
_TIME = rf"{_HOUR}(?:[.:][0-5]\d)?"
_HALF_DAY = r"(?:\s?[ap]\.?m\b\.?)?"
_HOURS = (
    rf"(?:kl(?:ockan|\.)?\s*)?{_TIME}{_HALF_DAY}\s*(?:-|till|to)\s*(?:kl(?:ockan|\.)?\s*)?{_TIME}{_HALF_DAY}"
    rf"(?![.:/-]?\d)(?!\s*(?:{_MONTHS})\b)"
)
OPENING_HOURS = (
    rf"(?:\b(?:{WEEKDAY})\b\.?(?:\s*(?:-|till|to|och|and|[,/&])\s*(?:{WEEKDAY})\b\.?)*[\s:,|{CELL_BORDER}]{{1,4}}{_HOURS}"
    r"|\b(?:öppet|öppettid(?:er)?|telefontid(?:er)?|besökstid(?:er)?|expeditionstid(?:er)?|drop-?in|open"
    rf"|(?:opening|office|visiting) hours)\b[^\W\d]*[^.;\n\d]{{0,25}}?{_HOURS}"
    rf")(?:\s*(?:,|och|and)\s*{_HOURS})*"
)
"""Days and hours, or the hours after a word that says they are opening hours."""
TIME_OF_DAY = (
    rf"(?:\bkl(?:ockan|okken|\.)?\s*{_TIME}(?:\s*(?:-|till|och|to)\s*(?:kl\.?\s*)?{_TIME})?(?![.:]?\d)"
    rf"|(?<![\w.:,/-]){_HOUR}:[0-5]\d(?::[0-5]\d)?(?:\s*(?:-|till|to)\s*{_HOUR}:[0-5]\d)?(?:\s?(?:[ap]\.?m\b\.?|uhr\b))?(?![\d:])"
    rf"|(?<![\w.:,/-]){_HOUR}\.[0-5]\d\s*(?:-|till|to)\s*{_HOUR}\.[0-5]\d(?![.,]?\d)(?:\s?uhr\b)?"
    rf"|(?<![\w.:,/-]){_TIME}\s?(?:[ap]\.?m\b\.?|uhr\b))"
)
_UPDATED = r"(?:uppdaterad|uppdaterat|uppdaterades|ändrad|ändrat|granskad|granskat|publicerad|reviderad|hämtad|sedd)"
BY = (
    rf"(?:\bsenast(?!\s+{_UPDATED})(?:e \w*dag\w*)?\b"
    r"|\bföre\b|\binnan\b|\bt\.?\s?o\.?\s?m\b\.?|\btill och med\b|\bsista \w*dag(?:en)?\b"
    r"|\bfram till\b|\b(?:no|not) later than\b|\bdeadlines?\b|\bdue\b|\bbefore\b|\buntil\b|\bby\b"
    r"|\b\w*frist(?:en|er)?\b|\b\w*schluss\b|\binnen\b|\bsenest(?!\s+(?:op?pd|end|ænd|rev|fag))|\bdate limite\b"
    r"|\bviimeistään\b"
    r"|\bau plus tard\b|\bavant\b|\bjusqu'au\b|\bspätestens\b|\bbis\b|\ba más tardar\b|\bantes del?\b|\bhasta\b)"
)
"""What makes the date after it a deadline."""

_LABEL_OF_DATE = r"(?:datum\w*|\w*da(?:g|gar|gen|garna|ta|tum)|\w*tillfäll\w+|\w*start|period(?:en)?)"
BEFORE_DAY_AND_MONTH = (
    rf"(?:\b(?:den|senast|senest|före|innan|deadlines?|inne|fr\.?\s?o\.?\s?m\.?|t\.?\s?o\.?\s?m\.?)\s*:?"
    rf"|\b(?:från|till) och med|\bfram till|\bsista \w*dag(?:en)?|\b\w*frist(?:en|er)?\b:?|\b{_LABEL_OF_DATE}\s*:"
    rf"|\b(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\b\.?)"
    r"(?:\s*(?:är|blir|den|infaller|senast))?\s*$"
)
"""What makes a day and a month of the numbers after it: a deadline, a weekday, a label such as "Kursdagar:"."""
BEFORE_LATE_DAY_AND_MONTH = (
    r"\b(?:är|blir|från|till|öppe[nt]|stängt?|öppnar|stänger|startar?|börjar|slutar|pågår|gäller|hålls|infaller|ges"
    r"|äg(?:er|de) rum|möte[tn]?|perioden?|mellan|kursstart|datum|dag(?:en)?|dagarna)\s*(?:den\s*)?$"
)
"""What does so where the first number is no numerator of a fraction, from 13 on."""
UNTIL_LATE_DAY_AND_MONTH = r"\s?-\s?(?:1[3-9]|2\d|3[01])/(?:1[0-2]|0?[1-9])\b"
"""What follows the first day of a period ("1/1–30/6"), which no two fractions are."""
BETWEEN_DAYS_AND_MONTHS = r"\s*(?:,|&|-|/|och|and|samt|eller|till|resp\.?|t\.?o\.?m\.?)\s*"
"""What is between such dates in a list, or at the ends of a period."""

_NUMBER_WORDS = (
    "två tre fyra fem sex sju åtta nio tio elva tolv",
    "two three four five six seven eight nine ten eleven twelve",
)
NUMBER_WORDS = {word: str(number) for words in _NUMBER_WORDS for number, word in enumerate(words.split(), start=2)} | {
    "en": "1",
    "ett": "1",
    "one": "1",
}
"""Numbers in words; those for one are articles too, and count in a time limit only."""
NUMBER_WORD = rf"\b(?:{'|'.join(words.replace(' ', '|') for words in _NUMBER_WORDS)})\b"
TIME_LIMIT = (
    rf"\b(?:inom|within)\s+(?:(?:högst|senast|the)\s+)?(?:\d+|{'|'.join(NUMBER_WORDS)})\s+"
    r"(?:(?:working|business|calendar|hela)\s+)?"
    r"(?:timm|dag|dygn|veck|månad|år|arbetsdag|bankdag|vardag|hour|day|week|month|year)\w*"
)

NUMBER = r"\d{1,3}(?:[ .,]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_CURRENCY = r"(?:kr(?:onor|oner|\.)?|sek|tkr|mkr|mnkr|mdkr|€|eur|euro[as]?|\$|usd|dollars?|£|gbp|pounds?|nok|dkk)"
_SCALE = r"(?:miljon(?:er)?|miljard(?:er)?|tusen|million(?:s|en)?|billion(?:s|en)?|milliard(?:s|en)?|thousand)"
SCALES = {
    **dict.fromkeys(("tusen", "thousand", "tkr"), 1_000),
    **dict.fromkeys(("miljon", "miljoner", "million", "millions", "millionen", "mkr", "mnkr"), 1_000_000),
    **dict.fromkeys(
        ("miljard", "miljarder", "milliard", "milliards", "milliarden", "billion", "billions", "mdkr"), 1_000_000_000
    ),
}
CURRENCIES = {
    **dict.fromkeys(("kr", "kronor", "kroner", "sek", "tkr", "mkr", "mnkr", "mdkr"), "kr"),
    **dict.fromkeys(("€", "eur", "euro", "euros", "euroa"), "eur"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars"), "usd"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds"), "gbp"),
    "nok": "nok",
    "dkk": "dkk",
}
AMOUNT = (
    rf"(?:(?:€|\$|£|\b(?:usd|eur|sek|gbp|nok|dkk|kr\.?))\s?(?:{NUMBER})(?:\s{_SCALE}\b|,-)?"
    rf"|(?<![\w.,])(?:{NUMBER})\s?(?:{_SCALE}\s)?{_CURRENCY}(?!\w)"
    rf"|(?<![\w.,])(?:{NUMBER})\s{_SCALE}\b"
    rf"|(?<![\w.,])(?:{NUMBER})(?::-|,-))"
)
AMOUNT_SIGNS = (
    "kr", "sek", "€", "eur", "$", "usd", "dollar", "£", "gbp", "pound", "nok", "dkk", "miljon", "miljard", "tusen",
    "million", "billion", "milliard", "thousand", ":-", ",-",
)  # fmt: skip
"""Every amount contains one of these."""
SECTION_SIGNS = (
    "§", "kap", "section", "artic", "artik", "art.", "chapter", "avsnitt", "clause", "absatz", "sección", "artículo",
    "bilaga", "abs.", "stk.",
)  # fmt: skip
"""Every section number contains one of these."""
SECTION = (
    r"(?:(?:\b\d+\s*[a-z]?\s*kap\.?\s*)?\b\d+\s*[a-z]?\s*§§?|§§?\s*\d+(?:-\d+)?(?:\s?[a-hj-z])?\b"
    r"|\b\d+\s*[a-z]?\s*kap\b\.?"
    r"|\b(?:section|article|artikeln?|artikkel|art\.|kapitlet|kapitel|chapter|avsnitt|clause|absatz|abs\.|stk\.|sección"
    r"|artículo|bilaga)\s+\d+(?:\.\d+)*(?:\(\w{1,3}\)|\b))"
)
ACT = (
    r"(?:\b(?:sfs\s*)?\d{4}(?:/\d{2})?:\d+\b|\((?:eu|eg|ec|ue)\)\s*(?:nr\s*|no\s*)?\d+/\d+"
    r"|\b\d{2,4}/\d+/(?:eu|eg|ec|ue)\b)"
)
MAIL_ADDRESS = r"\b[\w.+%-]+(?:@|\s?(?:[(\[](?:at|snabel-?a)[)\]]|\{at\})\s?)[\w-]+(?:\.[\w-]+)+"
MAIL_SIGNS = ("@", "(at)", "[at]", "{at}", "snabel")
PHONE = (
    r"(?:(?<![\w.,/-])(?:\+\d{1,3}|00\s?\d{2})[ ()/-]{0,3}(?:\d[ ()/-]{0,2}){6,12}\d\b"
    r"|(?<![\w.,/-])(?!\d\d[-/]\d\d[-/]\d)(?:\(0\d{1,4}\)|0\d{1,4})(?:\s?[-/]\s?|\s)"
    r"\d{2,3}(?: ?\d{2,3}){1,3}\b(?![-/.]\d)"
    r"|(?<![\w.,/-])0\d{6,14}\b"
    r"|(?<![\w.,/-])(?<!\d )(?:\d{2} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3})\b(?![ .,/-]?\d)"
    r"|(?<![\w.,/-])(?:1[ .-])?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}\b"
    r"|(?:(?<=telefon )|(?<=telefon: )|(?<=tel )|(?<=tel\. )|(?<=tel: )|(?<=tel\.: )|(?<=phone: )|(?<=phone )"
    r"|(?<=tlf )|(?<=tlf\. )|(?<=tlf: )|(?<=tlf\.: )|(?<=telefon: )"
    rf"|(?<=fax: )|(?<=fax )|(?<=telefon [|{CELL_BORDER}] )|(?<=phone [|{CELL_BORDER}] ))"
    r"(?:\d{4} \d{4}|\d{2,3} ?\d{2,3}(?: ?\d{2,3}){0,3})\b(?![-/.:]\d))"
)
PHONE_DIGITS = r"\d[\d\s()/.-]{2,}\d"
"""Every phone number contains such digits."""
ADDRESS = (
    rf"(?:\bbox\s+\d+\b|(?:\bse-?|(?:,\s*|\n|^|[|{CELL_BORDER}]\s))\d{{3}}\s\d{{2}}\s+[a-zåäö]{{3,}}"
    r"|\b\w+(?:gatan|vägen|torget|gränd|allén|stigen|backen|kajen)\s+\d+(?:\s?[a-h])?\b)"
)
ADDRESS_SIGNS = ("box", "gatan", "vägen", "torget", "gränd", "allén", "stigen", "backen", "kajen")
"""Every address contains one of these, or a postal code."""
_PERCENT = r"(?:\s?%|\s(?:procent|prozent|per ?cent)\b)?"
FIGURE = (
    rf"(?:(?<![\w.,:/-])[+-]?\d{{1,3}}(?: \d{{3}})+(?:-\d{{1,3}}(?: \d{{3}})+|,\d+)?(?!\w){_PERCENT}"
    rf"|(?<!\w)[+-]?\d[\d.,:/]*(?:-\d[\d.,:/]*)*{_PERCENT}|\d+)"
)
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
