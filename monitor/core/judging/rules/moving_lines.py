"""Lines that move by themselves, known by their form: counters, waiting times, countdowns, "open now", page tools.

A counter is a number beside a word of what the page itself counts (views, downloads, people in the queue). A line that
sets a limit or a duty, or states an amount, counts nothing: "Max 10 besökare" is a rule. Nor is a number within a phone
number, an address, a date, an hour or an amount ever a count.
"""

from __future__ import annotations

import re
from typing import Final

from monitor.core.judging.rules.facts import stated_facts
from monitor.core.vocabulary import MODALS, ignoring_case

HOLE: Final = "\N{SYMBOL FOR UNIT SEPARATOR}"
"""Stands for what moves by itself."""
_MOST_WORDS = 14
_NOT_COUNTED: Final = frozenset(["act-number", "section-number", "figure"])
"""Kinds of fact that a counter may resemble; those of every other kind are never one."""
_DAYS: Final = frozenset(["date", "deadline"])
_NUMBER = r"(?<![\w.,§])\d+(?:[ .,]\d{3})*(?:[.,]\d+)?(?:\s?[km]\b)?"
_COUNTED = (
    r"(?:besök(?:are)?|sidvisningar|visningar|läsningar|delningar|kommentarer|gillar|views?|page ?views"
    r"|visits?|visitors?|shares?|likes?|comments?|hits?|vues|visites|visiteurs|partages|aufrufe"
    r"|besuche[rn]?|visitas|online"
    r"|seitenaufrufe|kommentare"
    r"|nedladdningar|downloads|följare|followers|prenumeranter|subscribers|visninger|nedlastinger|delinger|besøk|besøg"
    r"|besøkende|besøgende|lectures|téléchargements|katselukertaa|kävijää|latauskertaa)"
)
_OF_THE_PAGE = (
    r"(?:(?:på|av|of|on|to|auf|der)\s+)(?:(?:den här|denna|this|the|diese[rs]?|der)\s+)?"
    r"(?:(?:webb)?sidan?|webbplatsen|(?:web ?)?page|site|(?:web)?seite)"
)
_BARE = ignoring_case(
    rf"^\d[\d .,]*[km]?\s*{_COUNTED}$|^(?:(?:antal|totalt|total|number of|anzahl(?: der)?)\s+)*{_COUNTED}"
    rf"(?:\s+{_OF_THE_PAGE})?\s*:?\s*\(?\d[\d .,]*\)?$"
)
"""A line that is only a counter."""
_LIMIT = ignoring_case(
    r"\b(?:max\w*|högst|minst|at (?:least|most)|upp till|up to|(?:mer|fler|färre|mindre) än|(?:more|fewer|less) than"
    r"|per|varje|each|every|kostar?|costs?|kr|kronor|avgift\w*|rätt|gräns\w*|limit\w*|tillåt\w*|endast|bara|only|krävs?"
    rf"|{'|'.join(sorted(MODALS))})\b|[§€$£]"
)
_BY_THE_PAGE = (
    r"(?:(?:sid)?visning(?:ar|er)?|nedlasting(?:er)?|delinger|vues|lectures|téléchargements|partages"
    r"|aufrufe|katselukertaa"
    r"|latauskertaa|nedladdning(?:ar)?|delning(?:ar)?|gilla(?:r|t|de|ningar)?|följare|page ?views?|views?"
    r"|downloads?|shares?|likes?|followers?|hits)"
)
"""What only a web page counts, of itself and its documents."""
_TIMES = r"(?:gånger|times|ggr|mal|ganger|gange|fois|kertaa)"
_DONE = (
    r"(?:visa[dt]s?|läs(?:t|ts)|dela[dt]s?|gilla[dt]s?|(?:ned)?ladda(?:d|t|ts|des)(?: ne[dr])?|besökts?|viewed|read"
    r"|vist|lest|læst|delt|lastet ned|lu|vue?|consultée?|partagée?|téléchargée?|luettu|katsottu|ladattu|jaettu"
    r"|hämta(?:d|ts|des)|shared|liked|downloaded|visited|heruntergeladen|geteilt|gelesen|angesehen|aufgerufen|besucht)"
)
_PEOPLE = (
    r"(?:personer|person|people|users?|användare|besökare|samtal|ärenden|callers?|customers?|kunder|visitors?|guests?"
    r"|personen|besuchern?|gäster?|nutzern?|anrufer)"
)
_QUEUE = (
    r"(?:inne på (?:sidan|webbplatsen)|on this (?:page|site)"
    r"|\w*kön?|køen?|file d'attente|jonossa|queue|line|väntar|waiting|inloggade|online|före dig"
    r"|ahead of you|warteschlange)"
)
_WAIT = (
    r"(?:ventetid(?:en)?|temps d'attente|odotusaika|jonotusaika|vänte?tid(?:en)?|kötid(?:en)?"
    r"|kölängd(?:en)?|plats i kön?|wait(?:ing)?(?: time)?|queue(?: time| length)?"
    r"|wartezeit)"
)
_BY_PHONE = (
    r"(?:i|på|till|by|on|for|in|am|im|per)\s+(?:(?:the|vår|our)\s+)?"
    r"(?:telefon(?:en|kön?)?|växeln|chatt?(?:en)?|(?:tele)?phone|switchboard)"
)
_NOW = r"(?:just nu|nu|för närvarande|för tillfället|right now|now|currently|idag|today|derzeit|aktuell|zurzeit|jetzt)"
_NUMBER_OF = rf"(?P<n>{_NUMBER})\s*(?:unika |unique |st\.? )?{_BY_THE_PAGE}\b"
_COUNT_AND_NUMBER = rf"\b{_BY_THE_PAGE}(?: (?:av|of) (?:sidan|this page))?\s?[:(–-]*\s?(?P<n>{_NUMBER})"
_DONE_SO_OFTEN = (
    rf"\b{_DONE}\W{{0,3}}(?P<n>{_NUMBER})\s*(?:unika )?{_TIMES}\b|(?P<m>{_NUMBER})\s*{_TIMES}\W{{0,3}}{_DONE}\b"
)
_LIKED_BY = (
    rf"(?P<n>{_NUMBER}(?:\s*(?:av|of|out of)\s*{_NUMBER})?)\s*{_PEOPLE}?"
    r"\s*(?:har |have )?(?:tycker|tyckte|gillat|gillar|delat|läst|likes?|liked|found)"
    r"\b.{0,20}\b(?:sidan|artikeln|inlägget|detta|det här|this|page|helpful)\b"
    rf"|^(?P<m>{_NUMBER})\s*{_PEOPLE}\s+gefällt\b.{{0,20}}$"
)
_PEOPLE_IN_QUEUE = rf"(?P<n>{_NUMBER})\s*{_PEOPLE}?\s*(?:är |are )?(?:i |in )?(?:the )?{_QUEUE}\b"
_QUEUE_OF = (
    rf"\b(?:{_PEOPLE} i {_QUEUE}|(?!line\b){_QUEUE})\s*[:(]\s*(?P<n>{_NUMBER})"
    rf"|(?:^|\bauf )(?:platz|position) (?P<m>{_NUMBER}) (?:in )?der warteschlange\b"
)
"""A line alone is one that people phone: "Crisis line: 112"."""
_QUEUE_AND_WAIT = (
    rf"(?P<n>{_NUMBER}\s*{_PEOPLE}?\s*(?:är |are )?(?:i |in )?(?:the )?{_QUEUE},?\s+(?:(?:ca\.?|cirka|about|etwa)\s+)?"
    r"\d{1,3}\s*min(?:\.|ut\w*)?)[\s.]*$"
)
_RATED = (
    r"^(?:(?:snitt|medel)?betyg|omdöme|rating|rated|bewertung)\s?:?\s*"
    r"(?P<n>\d(?:[.,]\d{1,2})? ?(?:av|of|out of|von|/) ?\d{1,2}[\s,(–-]{1,3}\d[\d .]{0,9}"
    r"\s?(?:röster|omdömen|votes|ratings|reviews|stimmen|bewertungen))\)?$"
)
"""What visitors vote, with the number of votes: a grade alone may be that of a school."""
_SERVED_BY = r"^(?:serverad|served) (?:av|by|från|from) (?P<n>[\w.-]{0,20}\d[\w.-]{0,20}(?: (?:på|in) \d{1,6} ?ms)?)$"
_WAITING_TIME = (
    rf"\b{_WAIT}(?:\s*[:–-]|\s+(?:är|is|ist|{_BY_PHONE}|{_NOW}|ca\.?|cirka|etwa"
    rf"|about|approximately|approx\.?))*\s*(?P<n>{_NUMBER})"
    rf"\s*(?:min|minut|minuter|minuten?|minutes?|sek|sekunder|sekunden|seconds?|{_PEOPLE})?[\s.]*{_NOW}?[\s.]*$"
)
_MADE = r"(?:skapa|gener|render|ladda|bygg|created|built|loaded|made|erstellt|erzeugt|geladen|aufgebaut)"
_SECONDS = r"(?:ms|s|sek\w*|sec\w*|millis\w*)"
_THE_PAGE = r"(?:(?:webb)?sidan|(?:web ?)?page|(?:web)?seite)"
_PAGE_MADE_IN = (
    rf"\b{_THE_PAGE}\b[^.\d]{{0,20}}\b{_MADE}\w*[^.\d]{{0,20}}(?P<n>{_NUMBER})\s*{_SECONDS}\b"
    rf"|\b{_THE_PAGE}\b[^.\d]{{0,20}}(?P<m>{_NUMBER})\s*{_SECONDS}\s+{_MADE}\w*"
)
_RENDERED_IN = (
    r"\b(?:gener|render|ladda|load|exek|exec|byggd|built|svarstid|response time|process|quer)\w*\b[^.\d]{0,20}"
    rf"(?P<n>{_NUMBER})\s*{_SECONDS}\b"
)
_READING_TIME = (
    rf"\b(?:lästid|reading time|lesezeit|lesedauer|lesetid|læsetid|lukuaika"
    rf"|temps de lecture)\W{{0,3}}(?:ca\.? |cirka |about )?(?P<n>{_NUMBER})\s*min"
    rf"|(?P<m>{_NUMBER})[\s-]*min(?:uters?|utes?)?\s*(?:läsning|lästid|read\b|reading)"
)
_VISITOR_NUMBER = (
    rf"\b(?:besökare|visitor|besøkende|besøgende|besucher|visiteur|kävijä)\s+(?:nummer|nr\.?|no\.?"
    rf"|number|n°)\s*(?P<n>{_NUMBER})"
    r"|^sie sind der (?P<m>\d[\d.]*)\.? besucher"
)
_ID_OF_VISIT = (
    r"^(?:support|request|session|trace|ray|correlation|korrelations|transaktions|transaction|begäran"
    r"|fråge|besöks|visit"
    r"|visitor|client|klient|node?|server|log|debug|incident|anfrage|sitzungs)[\s-]?(?:id|nr|no)\.?"
    r"\s*[:#=]?\s*(?P<n>[\w-]*\d[\w-]*)$"
    r"|^(?:[^\W\d]+[\s-])?id (?:för|for|of|der|dieser) (?:the |this |detta |denna )?"
    r"(?:anropet|anrop|begäran|besöket|sessionen|request|visit|session|call|anfrage|sitzung)\s*[:#=]?"
    r"\s*(?P<m>[\w-]*\d[\w-]*)$"
)
_WHOLE_LINES = tuple(map(ignoring_case, (_LIKED_BY, _QUEUE_AND_WAIT, _PEOPLE_IN_QUEUE, _QUEUE_OF, _WAITING_TIME)))
"""Counters that a sentence of their own states."""
_COUNTERS = _WHOLE_LINES + tuple(
    map(
        ignoring_case,
        (
            *(_NUMBER_OF, _COUNT_AND_NUMBER, _DONE_SO_OFTEN, _PAGE_MADE_IN, _RENDERED_IN, _READING_TIME, _ID_OF_VISIT),
            *(_VISITOR_NUMBER, _RATED, _SERVED_BY),
        ),
    )
)
_OF_PAGES = frozenset(map(ignoring_case, (_NUMBER_OF, _COUNT_AND_NUMBER, _DONE_SO_OFTEN, _READING_TIME)))
"""Counters whose words may speak of other things than pages as well: of visits, showings, readings."""
_WORDS = re.compile(r"[^\W\d_]{2,}")
_MOST_OTHERS = 2
_BESIDE_COUNTS = frozenset(
    [
        "den", "det", "här", "denna", "detta", "har", "hade", "av", "på", "totalt", "antal", "sedan", "unika", "idag",
        "dag", "hittills", "st", "om", "är", "blivit", "och", "the", "this", "has", "been", "have", "total", "so",
        "far", "today", "unique", "of", "by", "and", "was", "were", "since", "wurde", "hat", "diese", "dieser", "die",
        "der", "das", "bereits", "er", "blitt", "blevet", "ganger", "gange", "fois", "a", "été", "on", "kertaa",
    ]
)  # fmt: skip
_PAGE_OR_FILE = ignoring_case(
    r"(?:webb|web|hjälp|under|start|hoved|web)?(?:sida|sidan|sidans|side|siden|seite|page)"
    r"|\w*(?:artikel|artikeln|article)"
    r"|inlägg(?:et)?|\w*dokument(?:et)?|document|\w*fil(?:en)?|file|pdf|video(?:n|klipp)?|film(?:en)?"
    r"|nyhet(?:en)?|posts?"
    r"|innehåll(?:et)?|text(?:en)?|läst|mest|beitrag|datei|publikation(?:en)?|rapport(?:en)?"
    r"|blankett(?:en)?|broschyr(?:en)?"
)
_LONGEST_LINE = 160
_STATE = (
    r"(?:öppet|stängt|öppen|stängd|open|closed|geöffnet|geschlossen|åpent|stengt|åbent|lukket|avoinna"
    r"|suljettu|ouvert|fermé)"
)
_JUST_NOW = r"(?:(?:just )?(?:nu|now)|right now|jetzt|derzeit|nå|nyt|actuellement)"
_BY_THE_HOUR = (
    r"(?:telefon(?:en|linjen|tjänsten|växeln|jouren)?|växeln|chatt?(?:en)?|kundtjänst|receptionen|jour(?:en|linjen)"
    r"|(?:tele)?phone(?: ?lines?)?|lines|helpline|switchboard|live chat|help ?desk|reception|hotline|empfang)"
)
"""What is answered at some hours of the day; that an application or a round is open now is news."""
_CHANGES = r"(?:öppnar|stänger|opens|closes|öffnet|schließt|åpner|stenger|åbner|lukker|avautuu|sulkeutuu|ouvre|ferme)"
_OPEN_NOW = ignoring_case(
    rf"^(?:(?:vi har |we are |just )?(?:{_STATE} {_JUST_NOW}|{_JUST_NOW} {_STATE})"
    rf"|(?:(?:vår|our|the|unsere?|der|die|das) )?{_BY_THE_HOUR} (?:är|is|are|ist)"
    rf" (?:{_STATE} {_JUST_NOW}|{_JUST_NOW} {_STATE})"
    rf"|{_CHANGES} (?:om|in) \d+ \w+|{_CHANGES} (?:snart|soon))\b[^\w\d]*(?:{_CHANGES}\b.{{0,30}})?$"
)
"""A whole line that says whether an office is open at this minute; opening hours alone are no such line."""
_WEATHER_NOW = ignoring_case(rf"^{_NOW}\W{{0,3}}\d{{1,2}}(?:[.,]\d)? ?°(?: ?c\b)?.{{0,20}}$")
_TIME_UNIT = (
    r"(?:dag|dagar|dygn|timm\w+|minut\w*|veck\w+|days?|hours?|minutes?|weeks?|tage?n?|stunden?"
    r"|wochen?|dager|dage|timer|jours?|heures?|päivää|tuntia)"
)
_COUNTDOWN = ignoring_case(
    rf"(?P<n>\d+)(?= {_TIME_UNIT} (?:kvar|återstår|left|remaining|to go|igjen|tilbage|jäljellä)\b)"
    rf"|\b(?:återstår|kvar|remaining|left|il reste|(?:stänger|öppnar) om|(?:closes|opens) in)\W{{1,3}}(?P<m>\d+)"
    rf"(?= {_TIME_UNIT}\b)"
    rf"|^noch (?P<o>\d+)(?= {_TIME_UNIT}(?: bis\b[^\d]*)?$)"
)
_PAGE_TOOL = ignoring_case(
    r"^(?:skriv ut siden|print siden|udskriv(?: siden)?|lytt? til siden|læs op|tips en venn|tulosta(?: sivu)?|kuuntele"
    r"|jaa(?: facebookissa)?|imprimer la page|partager (?:cette page|sur facebook)|seite teilen|auf facebook teilen)$"
    r"|^(?:öppna|stäng|fäll (?:ut|ihop)|(?:visa|läs|se) (?:mer|mindre|färre)|expandera|minimera|open|close"
    r"|expand|collapse"
    r"|(?:show|view|see|read) (?:more|less|fewer)|(?:vis|les|læs) (?:mer|mere|mindre)|lukk|luk|åpne|åbn"
    r"|mehr (?:anzeigen|lesen)|weniger anzeigen|öffnen|schließen|ouvrir|fermer|näytä (?:lisää|vähemmän)|avaa|sulje)$"
    r"|^(?:skriv ut|print)(?: (?:sidan|artikeln|this|the))?(?: (?:page|article))?$"
    r"|^(?:lyssna|läs upp|listen)(?: (?:på|to) (?:sidan|texten|innehållet|artikeln|this page|the page))?$"
    r"|^(?:dela|share|tipsa om)(?: (?:sidan|artikeln|innehållet|länken|this|this page))?"
    r"(?: (?:på|via|on|with)(?: (?:facebook|twitter|x|linkedin|e-post|mejl|email|bluesky|whatsapp))?)?$"
    r"|^(?:kopiera länk(?:en)?|copy link|tipsa en vän|e-posta sidan|email this page|spara som favorit)$"
    r"|^(?:drucken|seite drucken|vorlesen|teilen|imprimer|partager|écouter|imprimir|compartir|skriv ut denna sida"
    r"|lytt|lyt|del|del siden|del på facebook)$"
)


def counters_folded(text: str) -> str:
    """Return the text without the numbers of its counters."""
    if not _is_line_with_number(text):
        return text
    bare = _BARE.sub(HOLE, text)
    if bare != text or _LIMIT.search(text):
        return bare
    for pattern in _COUNTERS:
        found = pattern.search(text)
        if found and (pattern not in _OF_PAGES or _speaks_of_a_page(text, found)):
            text = _without_counts(pattern, text)
    return text


def _speaks_of_a_page(text: str, count: re.Match[str]) -> bool:
    """True if what is counted is the page or a file on it: nothing else is named beside the count.

    "Museet har 3 visningar på lördagar" counts guided tours.
    """
    words = [word.lower() for word in _WORDS.findall(f"{text[: count.start()]} {text[count.end() :]}")]
    others = [word for word in words if word not in _BESIDE_COUNTS]
    return len(others) < _MOST_OTHERS or any(_PAGE_OR_FILE.fullmatch(word) for word in others)


def is_counter_line(text: str) -> bool:
    """True if a text is a line that says how many wait, or how many like the page: such a line comes and goes."""
    may_count = _is_line_with_number(text) and not _LIMIT.search(text)
    return may_count and any(pattern.search(text) for pattern in _WHOLE_LINES) and not states_what_counts(text)


def states_what_counts(text: str) -> bool:
    """True if a text states a phone number, an address, a date, an hour or an amount: no such line is a counter."""
    return any(fact.kind not in _NOT_COUNTED for fact in stated_facts(text))


def _is_line_with_number(text: str) -> bool:
    return len(text) <= _LONGEST_LINE and any(map(str.isdigit, text)) and len(text.split()) <= _MOST_WORDS


def _without_counts(pattern: re.Pattern[str], text: str) -> str:
    """Return the text without the numbers of its counters of one kind; a number within another fact stays."""
    spans = [(fact.start, fact.start + len(fact.text)) for fact in stated_facts(text) if fact.kind not in _NOT_COUNTED]

    def without_number(match: re.Match[str]) -> str:
        start, end = match.span("n" if match["n"] else "m")
        if any(start < until and begin < end for begin, until in spans):
            return match[0]
        return f"{match.string[match.start() : start]}{HOLE}{match.string[end : match.end()]}"

    return pattern.sub(without_number, text)


def sets_limit(text: str) -> bool:
    """True if a text sets a limit or a duty, so that a number in it is a rule."""
    return _LIMIT.search(text) is not None


def moving_line_folded(text: str) -> str:
    """Return a placeholder for a line that says whether an office is open now, or how warm it is, any other as it is.

    One that names a day says when it opens again.
    """
    is_of_now = len(text) <= _LONGEST_LINE and bool(_OPEN_NOW.search(text) or _WEATHER_NOW.search(text))
    return HOLE if is_of_now and not any(fact.kind in _DAYS for fact in stated_facts(text)) else text


def page_tools_folded(text: str) -> str:
    """Return a placeholder for a line that offers to print, share or read aloud the page, any other text as it is."""
    return HOLE if is_page_tool(text) else text


def is_page_tool(text: str) -> bool:
    """True if a text is a line that offers to print, share or read aloud the page."""
    return len(text) <= _LONGEST_LINE and _PAGE_TOOL.search(text.strip(" .:!")) is not None


def counts_down(before: str, after: str) -> bool:
    """True if two lines differ in the time that is left alone, and less is left: no deadline was moved."""
    if len(before) > _LONGEST_LINE or sets_limit(before):
        return False
    old, new = _COUNTDOWN.search(before), _COUNTDOWN.search(after)
    if not old or not new:
        return False
    was, now = (int(match["n"] or match["m"] or match["o"]) for match in (old, new))  # at most a line of digits
    return now < was and _COUNTDOWN.sub(HOLE, before) == _COUNTDOWN.sub(HOLE, after)
