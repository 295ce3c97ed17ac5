"""Reasons in words, Swedish and English: one clause per reason, without a capital letter or a full stop.

A reason is stored as a code and facts (`monitor.errors.Reason`). Of a code's wordings, the first one whose facts are
all present is used; the last one needs no facts, so that a reason without facts still gets a true wording. Facts from
elsewhere (addresses, a page's own words) are quoted verbatim: the caller escapes the sentence for where it is shown.
"""

from __future__ import annotations

import re
from string import Formatter

from monitor.core.model import Language
from monitor.errors import Reason

Translations = tuple[str, str]
"""A text in Swedish and in English."""

_LONGEST_FACT = 200
_PLAIN_QUOTES = re.compile(r'"([^"]*)"')

_NOT_FETCHED: dict[str, tuple[Translations, ...]] = {
    "not-seen": (("sidan kunde inte läsas", "the page could not be read"),),
    "fetch-failed": (("sidan kunde inte hämtas", "the page could not be fetched"),),
    "dns-failed": (
        ("servern {host} hittades inte", "the server {host} was not found"),
        ("servern hittades inte", "the server was not found"),
    ),
    "connect-failed": (
        ("servern {host} gick inte att nå ({detail})", "the server {host} could not be reached ({detail})"),
        ("servern {host} gick inte att nå", "the server {host} could not be reached"),
        ("servern gick inte att nå", "the server could not be reached"),
    ),
    "tls-failed": (
        (
            "ingen säker anslutning till {host} gick att upprätta ({detail})",
            "no secure connection to {host} could be made ({detail})",
        ),
        ("ingen säker anslutning till {host} gick att upprätta", "no secure connection to {host} could be made"),
        ("ingen säker anslutning gick att upprätta", "no secure connection could be made"),
    ),
    "timeout": (
        ("inget fullständigt svar inom {seconds} sekunder", "no complete answer within {seconds} seconds"),
        ("inget fullständigt svar i tid", "no complete answer in time"),
    ),
    "connection-broken": (
        (
            "anslutningen till {host} bröts innan hela svaret hade kommit",
            "the connection to {host} broke before the whole answer had come",
        ),
        ("anslutningen bröts innan hela svaret hade kommit", "the connection broke before the whole answer had come"),
    ),
    "host-silent": (
        (
            "servern {host} gick inte att nå vid de senaste försöken och lämnas i fred en stund",
            "the server {host} could not be reached at the last attempts and is left alone for a while",
        ),
        (
            "servern gick inte att nå vid de senaste försöken och lämnas i fred en stund",
            "the server could not be reached at the last attempts and is left alone for a while",
        ),
    ),
    "address-refused": (
        ("adressen {url} får inte hämtas: {why}", "the address {url} must not be fetched: {why}"),
        ("adressen {url} får inte hämtas", "the address {url} must not be fetched"),
        ("adressen får inte hämtas", "the address must not be fetched"),
    ),
    "robots-refused": (
        (
            "webbplatsens robots.txt svarade {robots_status}, och då får ingen sida hämtas",
            "the site's robots.txt answered {robots_status}, and then no page may be fetched",
        ),
        ("webbplatsens robots.txt tillåter inte att sidan hämtas", "the site's robots.txt forbids fetching the page"),
    ),
    "http-status": (
        ("webbplatsen svarade {status} ({meaning})", "the site answered {status} ({meaning})"),
        ("webbplatsen svarade {status}", "the site answered {status}"),
        ("webbplatsen svarade med ett fel", "the site answered with an error"),
    ),
    "too-many-redirects": (
        ("webbplatsen hänvisade vidare fler än {limit} gånger", "the site redirected more than {limit} times"),
        ("webbplatsen hänvisade vidare för många gånger", "the site redirected too many times"),
    ),
    "bad-redirect": (
        (
            "hänvisade till en adress som inte går att använda: {location}",
            "redirected to an address that cannot be used: {location}",
        ),
        ("hänvisade vidare utan att säga vart", "redirected without saying where to"),
    ),
    "post-redirected": (
        (
            "webbplatsen hänvisade vidare till {location}, och dit skickas inte det som sidan frågas med",
            "the site redirected to {location}, to which what the page is asked with is not sent",
        ),
        ("webbplatsen hänvisade vidare till en annan webbplats", "the site redirected to another site"),
    ),
    "proxy-failed": (
        ("proxyn {proxy} gick inte att använda ({detail})", "the proxy {proxy} could not be used ({detail})"),
        ("proxyn gick inte att använda", "the proxy could not be used"),
    ),
    "credential-missing": (
        (
            "uppgiften {name}, som sidan hämtas med, är inte inställd",
            "the credential {name}, with which the page is fetched, is not set",
        ),
        ("en uppgift som sidan hämtas med är inte inställd", "a credential for the page is not set"),
    ),
    "credential-unusable": (
        ("{name} går inte att skicka ({detail})", "{name} cannot be sent ({detail})"),
        ("en uppgift som sidan hämtas med går inte att skicka", "a credential for the page cannot be sent"),
    ),
    "credential-repeated": (
        (
            "svaret innehåller den hemliga uppgiften {name} och sparas därför inte",
            "the answer contains the secret credential {name}, and is therefore not kept",
        ),
        (
            "svaret innehåller en hemlig uppgift och sparas därför inte",
            "the answer contains a secret credential, and is therefore not kept",
        ),
    ),
    "too-large": (
        ("sidan är större än {size}, som är det mesta som hämtas", "the page is larger than {size}, the most allowed"),
        ("sidan är större än tillåtet", "the page is larger than allowed"),
    ),
    "documents-too-large": (
        (
            "sidans dokument är tillsammans större än {size}, som är det mesta som hämtas",
            "the page's documents are larger together than {size}, the most allowed",
        ),
        ("sidans dokument är tillsammans större än tillåtet", "the page's documents are larger together than allowed"),
    ),
    "head-too-large": (
        ("svaret har fler än {headers} huvudrader", "the answer has more than {headers} header lines"),
        ("svarets huvud är större än {size}", "the head of the answer is larger than {size}"),
        ("svarets huvud är större än tillåtet", "the head of the answer is larger than allowed"),
    ),
    "bad-body": (("svaret kom fram skadat", "the answer arrived damaged"),),
}

_NOT_READABLE: dict[str, tuple[Translations, ...]] = {
    "unreadable": (
        ("innehållet gick inte att tolka ({detail})", "the content could not be understood ({detail})"),
        ("innehållet gick inte att tolka", "the content could not be understood"),
    ),
    "not-a-document": (("en webbsida kom i stället för filen", "a web page came instead of the file"),),
    "file-locked": (
        (
            "filen är skyddad med lösenord och kan inte läsas ({form})",
            "the file is protected by a password and cannot be read ({form})",
        ),
        ("filen är skyddad med lösenord och kan inte läsas", "the file is protected by a password and cannot be read"),
    ),
    "file-is-image": (
        (
            "filen är en bild utan text, kan inte läsas ({form})",
            "the file is an image without text, cannot be read ({form})",
        ),
        ("filen är en bild utan text, kan inte läsas", "the file is an image without text, cannot be read"),
    ),
    "file-empty": (
        ("filen innehåller ingen text ({form})", "the file has no text ({form})"),
        ("filen innehåller ingen text", "the file has no text"),
    ),
    "file-damaged": (
        ("filen är skadad och kan inte läsas ({form})", "the file is damaged and cannot be read ({form})"),
        ("filen är skadad och kan inte läsas", "the file is damaged and cannot be read"),
    ),
    "file-unpacks-too-large": (
        (
            "filen packar upp sig till mer än {megabytes} MB och läses inte",
            "the file unpacks to more than {megabytes} MB and is not read",
        ),
        (
            "filen är packad mer än {ratio} gånger och läses inte",
            "the file is packed more than {ratio} times and is not read",
        ),
        (
            "filen innehåller fler än {entries} delar och läses inte",
            "the file has more than {entries} parts and is not read",
        ),
        (
            "filen packar upp sig till mer än tillåtet och läses inte",
            "the file unpacks to more than allowed and is not read",
        ),
    ),
    "file-has-entities": (
        (
            "filen definierar egna förkortningar (entiteter), som ingen vanlig fil gör, och läses inte ({form})",
            "the file declares entities of its own, as no ordinary file does, and is not read ({form})",
        ),
        (
            "filen definierar egna förkortningar (entiteter) och läses inte",
            "the file declares entities of its own and is not read",
        ),
    ),
    "too-intricate": (
        ("sidans kod är för invecklad för att läsas: {why}", "the page's code is too intricate to be read: {why}"),
        ("sidans kod är för invecklad för att läsas", "the page's code is too intricate to be read"),
    ),
    "too-heavy": (
        (
            "för tung att läsa: det tog mer än {seconds} sekunder",
            "too heavy to read: it took more than {seconds} seconds",
        ),
        (
            "för tung att läsa: det krävde mer än {megabytes} MB minne",
            "too heavy to read: it needed more than {megabytes} MB of memory",
        ),
        (
            "för tung att läsa: den har fler än {blocks} stycken och rader",
            "too heavy to read: it has more than {blocks} paragraphs and rows",
        ),
        (
            "för tung att läsa: läsaren kraschade (signal {signal})",
            "too heavy to read: the reader crashed (signal {signal})",
        ),
        (
            "för tung att läsa: den har fler än {entries} poster",
            "too heavy to read: it has more than {entries} entries",
        ),
        ("för tung att läsa", "too heavy to read"),
    ),
    "selector-matched-nothing": (
        ("den bevakade delen ({selector}) finns inte på sidan", "the watched part ({selector}) is not on the page"),
        ("den bevakade delen finns inte på sidan", "the watched part is not on the page"),
    ),
    "sentinel-missing": (
        ("{status}, men ”{expect}” saknas", '{status}, but "{expect}" is missing'),
        ("”{expect}” saknas på sidan", '"{expect}" is missing on the page'),
        ("en text som ska finnas på sidan saknas", "a text that must be on the page is missing"),
    ),
    "unwanted-text": (
        (
            "på sidan står ”{found}”, och så länge räknas den inte som läst",
            'the page says "{found}", and does not count as seen as long as it does',
        ),
        ("på sidan står en text som inte ska finnas där", "the page has a text that must not be on it"),
    ),
    "no-items": (
        ("svaret är inte {source} med poster", "the answer is not {source} with items"),
        ("inga poster att följa finns i svaret", "the answer has no items to follow"),
    ),
    "too-many-items": (
        (
            "webbplatskartan har {items} adresser men högst {most} följs; ange match eller ett större most",
            "the sitemap has {items} addresses, but {most} are followed at most; write match, or a larger most",
        ),
        ("fler poster än som följs", "more items than are followed"),
    ),
    "sitemaps-missing": (
        (
            "webbplatskartan består av {sitemaps} kartor men högst {fetched} hämtas; följ en av dem i stället",
            "the sitemap has {sitemaps} parts, but {fetched} are fetched at most; follow one of them instead",
        ),
        ("webbplatskartan har fler delar än som hämtas", "the sitemap has more parts than are fetched"),
    ),
    "empty-text": (
        (
            "sidan innehöll ingen text utan skickar läsaren vidare till {to}",
            "the page had no text but sends its reader on to {to}",
        ),
        ("sidan innehöll ingen text", "the page had no text"),
    ),
    "not-text": (
        ("innehållet är inte text utan {content_type}", "the content is not text but {content_type}"),
        ("innehållet är inte text", "the content is not text"),
    ),
    "copy-unreadable": (
        (
            "den senast sparade kopian går inte att läsa, så det går inte att säga vad som har ändrats",
            "the latest copy that was kept cannot be read back, so what changed cannot be told",
        ),
    ),
    "copy-passed-over": (
        (
            "kopia {revision} går inte att läsa, så jämförelsen är med kopia {before}",
            "copy {revision} cannot be read back, so the comparison is with copy {before}",
        ),
        (
            "kopia {revision} går inte att läsa, så detta är en ny första kopia",
            "copy {revision} cannot be read back, so this is a new first copy",
        ),
        ("en tidigare kopia går inte att läsa", "an earlier copy cannot be read back"),
    ),
    "reader-failed": (
        (
            "sidan kunde inte läsas på grund av ett fel i tillägget {plugin} ({error})",
            "the page could not be read because of a defect in the plug-in {plugin} ({error})",
        ),
        (
            "sidan kunde inte läsas på grund av ett fel i Bevaka ({error})",
            "the page could not be read because of a defect in Bevaka ({error})",
        ),
        (
            "sidan kunde inte läsas på grund av ett fel i Bevaka",
            "the page could not be read because of a defect in Bevaka",
        ),
    ),
}

_SUSPECT: dict[str, tuple[Translations, ...]] = {
    "other-source": (
        (
            "där fanns {before}, nu kommer {after}",
            "there was {before}, now {after} comes",
        ),
        ("svaret är av ett annat slag än förut", "the answer is of another kind than before"),
    ),
    "items-lost": (
        ("bara {after} av {before} poster finns kvar", "only {after} of {before} items are left"),
        ("de flesta posterna är borta", "most of the items are gone"),
    ),
    "shrunk": (
        ("bara {after} av {before} tecken finns kvar", "only {after} of {before} characters are left"),
        ("det mesta av texten är borta", "most of the text is gone"),
    ),
    "heading-lost": (
        (
            "huvudrubriken ”{heading}” är borta och texten har krympt från {before} till {after} tecken",
            'the main heading "{heading}" is gone and the text shrank from {before} to {after} characters',
        ),
        (
            "huvudrubriken och en stor del av texten är borta",
            "the main heading and a large part of the text are gone",
        ),
    ),
    "loading-page": (
        ("sidan hade inte laddats färdigt (”{phrase}”)", 'the page had not finished loading ("{phrase}")'),
        ("sidan hade inte laddats färdigt", "the page had not finished loading"),
    ),
    "error-page": (
        ("ser ut som en felsida (”{phrase}”)", 'looks like an error page ("{phrase}")'),
        ("ser ut som en felsida", "looks like an error page"),
    ),
    "login-page": (
        ("ser ut som en inloggningssida (”{phrase}”)", 'looks like a log-in page ("{phrase}")'),
        ("ser ut som en inloggningssida", "looks like a log-in page"),
    ),
    "cookie-wall": (
        (
            "en fråga om kakor visas i stället för sidan (”{phrase}”)",
            'a question about cookies is shown instead of the page ("{phrase}")',
        ),
        ("en fråga om kakor visas i stället för sidan", "a question about cookies is shown instead of the page"),
    ),
    "blocked-page": (
        ("webbplatsen visar inte sidan för Bevaka (”{phrase}”)", 'the site does not show Bevaka the page ("{phrase}")'),
        ("webbplatsen visar inte sidan för Bevaka", "the site does not show Bevaka the page"),
    ),
    "moved-page": (
        ("sidan säger själv att den har flyttat till {to}", "the page itself says that it has moved to {to}"),
        ("sidan säger själv att den har flyttat", "the page itself says that it has moved"),
    ),
    "forwarding": (
        ("sidan skickar bara läsaren vidare till {to}", "the page only sends its reader on to {to}"),
        ("sidan skickar bara läsaren vidare", "the page only sends its reader on"),
    ),
    "home-page": (
        (
            "webbplatsens startsida kom i stället för ”{heading}”",
            'the site\'s home page came instead of "{heading}"',
        ),
        ("webbplatsens startsida kom i stället för sidan", "the site's home page came instead of the page"),
    ),
    "elsewhere": (
        (
            "svaret kom från {to} och har nästan inget av sidan ”{heading}”",
            'the answer came from {to} and has next to nothing of the page "{heading}"',
        ),
        ("svaret kom från en annan adress och har nästan inget av sidan", "the answer came from another address"),
    ),
    "other-language": (
        (
            "sidan kom på ett annat språk ({after} i stället för {before})",
            "the page came in another language ({after} instead of {before})",
        ),
        ("sidan kom på ett annat språk", "the page came in another language"),
    ),
    "flapping": (("sidan växlar mellan två lydelser", "the page goes back and forth between two texts"),),
    "other-document": (
        ("SFS {after} kom i stället för SFS {before}", "SFS {after} came instead of SFS {before}"),
        ("det som kom i stället för SFS {before} är ingen lag", "what came instead of SFS {before} is no law"),
        ("ett annat dokument kom i stället", "another document came instead"),
    ),
}

_GONE: dict[str, tuple[Translations, ...]] = {
    "moved": (
        ("sidan har flyttat till {to}", "the page has moved to {to}"),
        ("sidan har flyttat", "the page has moved"),
    ),
    "withdrawn": (
        (
            "sidan är borttagen (webbplatsen svarade {status})",
            "the page has been withdrawn (the site answered {status})",
        ),
        ("sidan är borttagen", "the page has been withdrawn"),
    ),
    "document-not-linked": (("sidan länkar inte längre till det", "the page no longer links to it"),),
}

_WORDINGS = _NOT_FETCHED | _NOT_READABLE | _SUSPECT | _GONE

_STATUS_MEANINGS: dict[int, Translations] = {
    400: ("felaktig begäran", "bad request"),
    401: ("inloggning krävs", "a log-in is required"),
    403: ("åtkomst nekad", "access denied"),
    404: ("sidan hittades inte", "not found"),
    410: ("sidan är borttagen", "gone"),
    429: ("för många förfrågningar", "too many requests"),
    451: ("spärrad av rättsliga skäl", "unavailable for legal reasons"),
    500: ("internt serverfel", "internal server error"),
    502: ("fel i en bakomliggande server", "bad gateway"),
    503: ("tillfälligt ur funktion", "temporarily unavailable"),
    504: ("en bakomliggande server svarade inte i tid", "gateway timeout"),
}

_SOURCES: dict[str, Translations] = {
    "listing": ("en lista", "a listing"),
    "sitemap": ("en webbplatskarta", "a sitemap"),
    "feed": ("ett flöde", "a feed"),
}

_LANGUAGE_NAMES: dict[str, Translations] = {
    "sv": ("svenska", "Swedish"),
    "en": ("engelska", "English"),
    "no": ("norska", "Norwegian"),
    "da": ("danska", "Danish"),
    "de": ("tyska", "German"),
    "fr": ("franska", "French"),
    "es": ("spanska", "Spanish"),
    "fi": ("finska", "Finnish"),
    "nl": ("nederländska", "Dutch"),
}
"""The languages that a page may have changed to."""

_WHYS: dict[str, Translations] = {
    "not-global": ("den leder in i ett privat nät", "it leads into a private network"),
    "other-peer": ("en annan server svarade än den som kontrollerades", "another server answered than was checked"),
    "odd-form": ("en sifferadress i ovanlig form", "a numeric address in an odd form"),
    "malformed": ("den är felskriven", "it is malformed"),
    "forbidden-character": ("den innehåller ett otillåtet tecken", "it has a character that is not allowed"),
    "too-long": ("den är för lång", "it is too long"),
    "scheme": ("den börjar inte med http eller https", "it begins with neither http nor https"),
    "nesting": ("alltför många element ligger inuti varandra", "too many elements stand inside each other"),
    "tags": ("den har alltför många element", "it has too many elements"),
    "attributes": ("ett element har alltför många attribut", "an element has too many attributes"),
    "options": ("den har alltför många alternativ att välja bland", "it has too many options to choose from"),
    "repetition": ("alltför långa namn upprepas för varje värde", "too long names are repeated for each value"),
    "formatting": ("alltför mycket formatering avslutas aldrig", "too much formatting is never ended"),
    "userinfo": ("den innehåller ett användarnamn eller lösenord", "it holds a user name or a password"),
    "port": ("porten går inte att använda", "its port cannot be used"),
}

_DETAILS: dict[str, Translations] = {
    "Connection refused": ("anslutningen nekades", "connection refused"),
    "timed out": ("inget svar i tid", "no answer in time"),
    "Network is unreachable": ("nätet går inte att nå", "the network is unreachable"),
    "No route to host": ("det finns ingen väg dit", "no route to host"),
    "certificate has expired": ("certifikatet har gått ut", "the certificate has expired"),
    "certificate is not yet valid": ("certifikatet gäller inte än", "the certificate is not yet valid"),
    "self-signed certificate": ("certifikatet är självsignerat", "the certificate is self-signed"),
    "self-signed certificate in certificate chain": (
        "certifikatets utfärdare är inte betrodd",
        "the certificate's issuer is not trusted",
    ),
    "unable to get local issuer certificate": (
        "certifikatets utfärdare är inte betrodd",
        "the certificate's issuer is not trusted",
    ),
}
"""The system's messages on connections. Other messages of the system are English, and are quoted in English only."""

_HOSTNAME_MISMATCH = "Hostname mismatch"
_HOSTNAME_MISMATCH_WORDS: Translations = (
    "certifikatet gäller en annan server",
    "the certificate is for another server",
)


def reason_in_mail(reason: Reason, language: Language) -> str:
    """Return the reason with the quotation marks of the other sentences of a mail: “…” where a terminal has "…"."""
    sentence = reason_sentence(reason, language)
    return _PLAIN_QUOTES.sub(r"“\1”", sentence) if language == "en" else sentence


def reason_sentence(reason: Reason, language: Language) -> str:
    """Return the reason as a clause; an unknown code is quoted verbatim."""
    column = 0 if language == "sv" else 1
    facts = _facts(reason, column)
    for wording in _WORDINGS.get(reason.code, ()):
        template = wording[column]
        if all(name in facts for _, name, _, _ in Formatter().parse(template) if name):
            clause = template.format_map(facts)
            break
    else:
        clause = (f"orsak: {reason.code}", f"reason: {reason.code}")[column]
    if reason.facts.get("copy") == "before":
        clause = (f"den tidigare kopian: {clause}", f"the earlier copy: {clause}")[column]
    return clause


def _facts(reason: Reason, column: int) -> dict[str, str]:
    """Return the facts that have a value, with codes replaced by words."""
    given = {name: value for name, value in reason.facts.items() if value is not None and value != ""}
    facts = {name: _shortened(str(value)) for name, value in given.items() if name not in {"why", "detail"}}
    status, limit, detail = given.get("status"), given.get("limit"), given.get("detail")
    if isinstance(status, int) and status in _STATUS_MEANINGS:
        facts["meaning"] = _STATUS_MEANINGS[status][column]
    if reason.code == "robots-refused" and status not in {None, 200}:
        facts["robots_status"] = str(status)
    if isinstance(limit, int):
        facts["size"] = _size(limit)
    for fact in ("source", "before", "after"):
        for names in (_SOURCES, _LANGUAGE_NAMES):
            if given.get(fact) in names:
                facts[fact] = names[str(given[fact])][column]
    if given.get("why") in _WHYS:
        facts["why"] = _WHYS[str(given["why"])][column]
    if detail is not None:
        facts["error"] = _shortened(str(detail))
        facts |= _detail(str(detail), column)
    return facts


def _detail(detail: str, column: int) -> dict[str, str]:
    known = _HOSTNAME_MISMATCH_WORDS if detail.startswith(_HOSTNAME_MISMATCH) else _DETAILS.get(detail)
    if known is not None:
        return {"detail": known[column]}
    return {"detail": _shortened(detail)} if column else {}


def _shortened(fact: str) -> str:
    return fact if len(fact) <= _LONGEST_FACT else fact[: _LONGEST_FACT - 1] + "…"


def _size(count: int) -> str:
    """Return a size with its unit, rounded down so that "larger than" stays true."""
    for unit, worth in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= worth:
            return f"{count // worth} {unit}"
    return f"{count} B"
