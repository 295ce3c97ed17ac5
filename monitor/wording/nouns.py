"""Words for summaries, Swedish and English: countable things, what happened to them, and fixed clauses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from monitor.core.model import LANGUAGES, Language


class Noun(NamedTuple):
    """A countable thing. `neuter` is its Swedish gender: ett datum ändrat, en punkt ändrad."""

    swedish: str
    swedish_many: str
    neuter: bool
    english: str
    english_many: str


NOUNS: Final[dict[str, Noun]] = {
    "deadline": Noun("tidsfrist", "tidsfrister", neuter=False, english="deadline", english_many="deadlines"),
    "amount": Noun("belopp", "belopp", neuter=True, english="amount", english_many="amounts"),
    "phone-number": Noun(
        "telefonnummer", "telefonnummer", neuter=True, english="phone number", english_many="phone numbers"
    ),
    "e-mail-address": Noun(
        "e-postadress", "e-postadresser", neuter=False, english="e-mail address", english_many="e-mail addresses"
    ),
    "postal-address": Noun("adress", "adresser", neuter=False, english="address", english_many="addresses"),
    "contact": Noun(
        "kontaktuppgift", "kontaktuppgifter", neuter=False, english="contact detail", english_many="contact details"
    ),
    "date": Noun("datum", "datum", neuter=True, english="date", english_many="dates"),
    "opening-hours": Noun(
        "öppettid", "öppettider", neuter=False, english="opening hours", english_many="opening hours"
    ),
    "time-of-day": Noun("klockslag", "klockslag", neuter=True, english="time", english_many="times"),
    "reference": Noun("hänvisning", "hänvisningar", neuter=False, english="reference", english_many="references"),
    "figure": Noun("sifferuppgift", "sifferuppgifter", neuter=False, english="figure", english_many="figures"),
    "document": Noun("dokument", "dokument", neuter=True, english="document", english_many="documents"),
    "link": Noun("länk", "länkar", neuter=False, english="link", english_many="links"),
    "news": Noun("nyhet", "nyheter", neuter=False, english="news item", english_many="news items"),
    "h": Noun("rubrik", "rubriker", neuter=False, english="heading", english_many="headings"),
    "p": Noun("stycke", "stycken", neuter=True, english="paragraph", english_many="paragraphs"),
    "li": Noun("punkt", "punkter", neuter=False, english="item", english_many="items"),
    "row": Noun("rad", "rader", neuter=False, english="row", english_many="rows"),
    "section": Noun("paragraf", "paragrafer", neuter=False, english="section", english_many="sections"),
}
"""The countable things, in the order in which a summary names them; facts (up to figure), then parts of the page."""

_DONE: Final[dict[str, tuple[str, str, str, str]]] = {
    "added": ("tillagd", "tillagt", "tillagda", "added"),
    "edited": ("ändrad", "ändrat", "ändrade", "changed"),
    "replaced": ("utbytt", "utbytt", "utbytta", "replaced"),
    "removed": ("borttagen", "borttaget", "borttagna", "removed"),
}
"""The participle of each deed: Swedish common gender, neuter and plural, and English; in the order of a summary."""

OPERATIONS: Final = tuple(_DONE)

_HELD_BACK: Final[dict[str, tuple[str, str]]] = {
    "automatic-stamp": ("automatisk datumstämpel", "automatic date stamp"),
    "as-of-stamp": ("datum för uppgifterna", "date of the figures"),
    "relative-time": ("relativ tid", "relative time"),
    "copyright-year": ("årtal vid upphovsrätt", "copyright year"),
    "version-string": ("versionsnummer", "version number"),
    "random-token": ("slumpmässig teckenföljd", "random token"),
    "counter": ("räknare", "counter"),
    "moving-line": ("rad som ändras av sig själv", "line that moves by itself"),
    "page-tools": ("sidans verktyg", "page tools"),
    "teaser": ("lästips", "links to further reading"),
    "rotating": ("länkar som byts av sig själva", "links that rotate"),
    "contents": ("sidans innehållsförteckning", "the page's table of contents"),
    "spelling": ("skrivsätt", "spelling"),
    "mail-shield": ("dold e-postadress", "shielded e-mail address"),
    "script-leak": ("felutskrift från ett skript", "stray script output"),
    "link-form": ("länkars skrivsätt", "form of links"),
    "markup": ("uppmärkning", "markup"),
    "whitespace": ("mellanslag", "white space"),
    "typography": ("typografi", "typography"),
    "department": ("departement", "ministry"),
    "in-force": ("lydelse som har trätt i kraft", "wording that has entered into force"),
    "move": ("flyttad text", "moved text"),
    "document-listed": ("länk till ett dokument som kom eller försvann", "link to a document that came or went"),
    "document-size": ("storleken på en länkad fil", "size of a linked file"),
    "only-if": ("inget av orden som bevakas berörs", "none of the words that are watched for is touched"),
    "never-seen": ("text som har funnits på sidan förut", "text that the page had before"),
    "item-new": ("ny post", "new item"),
    "item-back": ("post som listas igen", "item that is listed again"),
    "item-older": ("äldre post som kom med i listan", "older item that moved up into the list"),
    "item-gone": ("post som inte längre listas", "item that is no longer listed"),
    "item-renamed": ("post med ny rubrik", "item with another headline"),
}

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "nothing": ("Inget har ändrats", "Nothing has changed"),
    "nothing-material": ("Inget väsentligt har ändrats: {what}", "Nothing material has changed: {what}"),
    "date": ("sidans datum {before} → {after}", "the page's date {before} → {after}"),
    "date-changed": ("sidans datum ändrat", "the page's date changed"),
    "date-added": ("sidan har fått ett uppdateringsdatum: {date}", "the page now states when it was updated: {date}"),
    "date-removed": (
        "sidan säger inte längre när den uppdaterades (förut {date})",
        "the page no longer states when it was updated (was {date})",
    ),
    "date-alone": ("datumet ändrades, texten inte", "the date changed, the text did not"),
    "date-mainly": ("i övrigt inget väsentligt: {what}", "otherwise nothing material: {what}"),
    "date-kept": ("sidans datum är oförändrat", "the page's date is unchanged"),
    "quote": ("”{words}”", "“{words}”"),
    "words-added": ("{words} tillagt", "{words} added"),
    "words-removed": ("{words} borttaget", "{words} removed"),
    "words-moved": ("{words} flyttat", "{words} moved"),
    "one-more-place": ("och på ett ställe till", "and in one more place"),
    "more-places": ("och på {n} ställen till", "and in {n} more places"),
    "one-new": ("1 ny: {what}", "1 new: {what}"),
    "new": ("{n} nya: {what}", "{n} new: {what}"),
    "and-more": ("och {n} till", "and {n} more"),
    "besides": ("dessutom {what}", "also {what}"),
    "documents-changed": ("Dokumentet ”{title}” ändrat: {what}", "The document “{title}” changed: {what}"),
    "documents-replaced": ("Dokumentet ”{title}” ersatt: {what}", "The document “{title}” replaced: {what}"),
    "documents-added": ("Nytt dokument: ”{title}”", "New document: “{title}”"),
    "documents-removed": ("Dokumentet ”{title}” borttaget", "The document “{title}” removed"),
    "document-bytes": (
        "filen är en annan, innehållet kan inte läsas",
        "it is another file, whose content cannot be read",
    ),
    "unknown-form": ("fil av okänt slag", "file of an unknown type"),
    "one-more-document": ("1 dokument till ändrat", "1 more document changed"),
    "more-documents": ("{n} dokument till ändrade", "{n} more documents changed"),
    "under": ("{what} under ”{heading}”", "{what} under “{heading}”"),
}


def phrase(name: str, language: Language, **facts: str) -> str:
    """Return a fixed clause with its facts put in."""
    return PHRASES[name][LANGUAGES.index(language)].format(**facts)


def counted_noun(number: int, thing: str, deed: str, language: Language) -> str:
    """Return a count with its noun and deed: "1 punkt tillagd", "2 dates changed"."""
    noun, (utrum, neutrum, several, english) = NOUNS[thing], _DONE[deed]
    if language == "en":
        return f"{number} {noun.english if number == 1 else noun.english_many} {english}"
    if number == 1:
        return f"1 {noun.swedish} {neutrum if noun.neuter else utrum}"
    return f"{number} {noun.swedish_many} {several}"


def one_noun(thing: str, deed: str, language: Language) -> str:
    """Return a noun and deed without a count: "tidsfrist ändrad", "heading added"."""
    return counted_noun(1, thing, deed, language).removeprefix("1 ")


def held_back_name(rule: str, language: Language) -> str:
    """Return the kind of difference that a rule holds back."""
    return _HELD_BACK[rule][LANGUAGES.index(language)]


def joined(parts: Sequence[str], language: Language) -> str:
    """Return a list in words: "a", "a och b", "a, b och c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'and' if language == 'en' else 'och'} {parts[-1]}"
