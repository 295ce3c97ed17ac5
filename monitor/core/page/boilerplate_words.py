# ruff: noqa: E501 -- a pattern of many words is easier to read with one language or phrase a line
"""The words of boilerplate on any site: links of menus and footers, requests for consent, links back to the top.

Swedish, English, Norwegian, Danish, German, French, Spanish, Italian, Dutch, Finnish and Portuguese.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_SITE_LINK = re.compile(
    r"(?:start(?:sida)?(?:n)?|home|hem|accueil|inicio|startseite|hjem|forside|etusivu|início"
    r"|(?:(?:our |la |notre |vår |unsere )?(?:privacy|cookies?|integritets?|personuppgifts|personvern|datenschutz|privatlivs|evästeet|tietosuoja)"
    r"[\w &-]{0,24}|(?:politique|charte|déclaration|gestion|política|aviso|informativa|préférences)\b[\w' -]{0,40})"
    r"|(?:(?:website |site )?(?:terms|conditions|villkor|användarvillkor|vilkår|betingelser|nutzungsbedingungen|agb|cgu|voorwaarden))(?: (?:of|and|&|d'|de|för|for)[\w' &-]{0,24})?"
    r"|conditions (?:générales|d'utilisation)[\w' -]{0,20}|mentions légales|aviso legal|impressum|imprint|legal(?: (?:notice|overview|terms|center|hub))?"
    r"|(?:about|om|über|à propos(?: de)?|acerca de|over|sobre)(?: [\w'&-]+){1,2}|about|à propos|who we are|(?:qui sommes|quiénes somos)[\w' -]{0,10}"
    r"|(?:contact|kontakt|contacto|kontakta|kontakta oss|contacter)(?: (?:us|oss|information|uns|nous|en))?|contactez-nous|nous contacter|contáctenos|ota yhteyttä"
    r"|(?:accessib\w+|tillgänglig\w+|tilgængelig\w+|tilgjengelig\w+|barrierefrei\w+|accesibilidad|acessibilidade|toegankelijk\w+|saavutettavuus\w*)(?: [\w' -]{0,30})?"
    r"|site ?map|webbkarta|sidkarta|plan du site|mapa (?:del sitio|web|do site)|sidekart|sitemap|sivukartta"
    r"|careers?|jobs?|jobba (?:hos oss|här)|lediga jobb|emplois?|karriere|empleo|carrières?|press(?:e|room|rum|kit)?|media(?: room)?|newsroom|nyheter|news|actualités|noticias|aktuelles|blogg?|investors?"
    r"|help(?: cent(?:er|re))?|hjälp|hilfe|ayuda|aide|support|faqs?|feedback|developers?|partners?|affiliates?|advertis\w+|sign ?in|sign ?up|log ?in|logga in|anmelden|connexion|register|subscribe|rss|newsletter|nyhetsbrev"
    r"|facebook|twitter|x|instagram|linkedin|youtube|tiktok|pinterest|bluesky|mastodon|snapchat|reddit"
    r"|(?:svenska|english|español|français|deutsch|suomi|dansk|norsk|italiano|nederlands|português|lättläst|teckenspråk|other languages?|languages?)(?: [\w()]{0,12})?"
    r"|do not sell [\w ]{0,40}|your privacy choices|ad ?choices|copyright|trademarks?|security|report abuse)",
    re.IGNORECASE,
)
_COOKIE = re.compile(r"\bcookies?\b|\bkakor\b|\binformasjonskapsler\b|\bevästei\w+|\btraceurs?\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:accept|agree|consent|reject|allow|decline|opt[- ]out|manage|preferences|settings|continuing)\w*"
    r"|\b(?:godkän|samtyck|accepter|tillåt|neka|avböj|fortsätt|inställning)\w*|\b(?:zustimm|akzept|einwillig|ablehn|einstellung)\w*"
    r"|\b(?:j'accepte|refus|paramétr|personnalis|poursuiv|consent)\w*|\b(?:acept|rechaz|configur|continua|consient)\w*"
    r"|\b(?:samtykk|godta|avvis|tillad|afvis|toestemming|accepteren|weiger|instellingen|hyväksy|accett|rifiut|aceitar)\w*",
    re.IGNORECASE,
)
_TO_TOP = re.compile(
    r"[\s↑^▲]*(?:back to (?:the )?top|(?:return )?to (?:the )?top|(?:(?:back|return|go|scroll|jump) )?(?:to (?:the )?)?(?:page )?top(?: of (?:the |this )?page)?"
    r"|(?:(?:gå|hoppa|tillbaka|åter|upp|högst upp) )?(?:till )?(?:sidans (?:topp|början)|toppen|(?:sid)?början|sidtoppen)(?: (?:av|på) (?:sidan|den här sidan))?|(?:högst )?upp|sidtopp"
    r"|(?:zurück )?(?:nach oben|(?:zum )?(?:seiten)?anfang(?: der seite)?)|(?:retour en )?haut(?: de (?:la )?page)?|volver (?:arriba|al inicio)|(?:tilbake|tilbage)? ?til toppen"
    r"|(?:terug )?naar boven|torna su|takaisin ylös|voltar ao topo)[\s↑^▲]*",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(
    r"(?:©|copyright\s*(?:©|\(c\)|(?:19|20)\d{2})|\(c\)\s*(?:19|20)\d{2}|copyright [^.]{3,80}(?:\||all rights|$)|all rights reserved)",
    re.IGNORECASE,
)
_CONTENTS = re.compile(
    r"(?:(?:sidans |sid)?innehåll(?:sförteckning)?|på (?:den här |denna )?sidan|(?:snabb)?länkar|genvägar|hoppa till|gå (?:direkt )?till"
    r"|(?:page |table of )?contents|on this page|in this (?:article|section|page)|(?:quick|page) links|(?:jump|skip) to"
    r"|(?:seiten)?inhalt(?:sverzeichnis)?|auf dieser seite|sprungmarken|direkt zu|sommaire|(?:dans|sur) cette page|table des matières"
    r"|(?:sidens )?indhold|(?:sidens )?innhold|på denne siden?|indice|índice|en esta página|in questa pagina|inhoud|op deze pagina|sisällys(?:luettelo)?|tällä sivulla)"
    r"(?: (?:på|av) (?:den här |denna )?sidan| (?:on|of) (?:this|the) page| (?:auf )?diese[rs]? seite| (?:på|på denne) siden?| van deze pagina)?[\s:.…]*",
    re.IGNORECASE,
)
_FOLLOW = re.compile(
    r"(?:tweets? (?:by|från|de|von|av)|follow|like us|find us|join us|watch us|share|följ|gilla|dela|hitta oss|folgen|teilen|suivez|partager|síguenos|compartir|følg|del på|volg|seuraa|seguici)\b.{0,60}",
    re.IGNORECASE | re.DOTALL,
)
_READ_MORE = re.compile(
    r"[\s+▼▾›»…]*(?:(?:läs|visa|se) (?:mer|mera|vidare|hela|allt|alla)|fäll ut|(?:read|show|view|see) (?:more|all|full)|expand"
    r"|(?:les|vis|se) (?:mer|mere|alle?)|(?:mehr|alles?) (?:lesen|anzeigen|erfahren)|weiterlesen|lue lisää|näytä (?:lisää|kaikki)"
    r"|lire (?:la suite|plus)|(?:en savoir|voir|afficher) plus|(?:leer|ver|mostrar) más|(?:lees|toon) meer|leggi tutto|mostra (?:altro|tutto)|(?:ler|ver|mostrar) mais)\b",
    re.IGNORECASE,
)
_SOCIAL_HOSTS = frozenset(
    [
        "twitter.com", "x.com", "facebook.com", "instagram.com", "linkedin.com", "youtube.com", "tiktok.com",
        "pinterest.com", "t.me", "wa.me", "threads.net", "bsky.app", "mastodon.social", "reddit.com", "snapchat.com",
    ]
)  # fmt: skip
_LONGEST_NOTICE = 900
_TITLE_PARTS = re.compile(r"\s+[|•·–—:»«/-]+\s+|\s*[|•»«]\s*")


def is_site_link(text: str) -> bool:
    """True if a link has the text of a menu or footer link: "Kontakt", "Privacy policy", "Facebook"."""
    return _SITE_LINK.fullmatch(text.strip()) is not None


def is_cookie_notice(text: str) -> bool:
    """True if a text asks for consent to cookies, or says that going on is consent."""
    return len(text) <= _LONGEST_NOTICE and _COOKIE.search(text) is not None and _CONSENT.search(text) is not None


def leads_to_top(text: str) -> bool:
    """True if a text is that of a link back to the top of the page."""
    return _TO_TOP.fullmatch(text) is not None


def is_heading_of_contents(text: str) -> bool:
    """True if a text introduces links to the parts of the page itself: "Innehåll på sidan", "On this page"."""
    return _CONTENTS.fullmatch(text) is not None


def is_social_invitation(text: str, target: str) -> bool:
    """True if a link invites to follow, like or share on another site: "Tweets by …", "Följ oss på Facebook"."""
    host = (urlsplit(target).hostname or "").removeprefix("www.")
    return host in _SOCIAL_HOSTS and _FOLLOW.fullmatch(text) is not None


def reads_more(text: str) -> bool:
    """True if a control says that it shows the rest of a text: "Läs mer", "Show more"."""
    return _READ_MORE.match(text) is not None


def mentions_cookies(text: str) -> bool:
    """True if a text mentions cookies at all."""
    return _COOKIE.search(text) is not None


def claims_copyright(text: str) -> bool:
    """True if a line is a site's copyright claim, with what accompanies it."""
    return _COPYRIGHT.match(text) is not None


def names_of_site(title: str) -> frozenset[str]:
    """Return the parts of a page's title, in lower case; one of them is the site's name as a rule."""
    parts = [part.strip().casefold() for part in _TITLE_PARTS.split(title)]
    return frozenset(part for part in parts if part) if len(parts) > 1 else frozenset()
