"""The text of a mail: the same facts as text and as HTML, in the subscriber's language, whatever the page holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import pytest
import yaml

import monitor.wording
from monitor.core.judging.significance import RULES
from monitor.core.law.riksdagen_page import law_page
from monitor.core.model import (
    LANGUAGES,
    BlockChange,
    Change,
    ChangeRecord,
    Delivery,
    Event,
    EventKind,
    Frequency,
    Language,
    Link,
    Recipe,
    Snapshot,
    StatedDate,
    Subscriber,
    Subscription,
    Watch,
)
from monitor.core.people.signed_links import Signer
from monitor.ports.values import ChangeView, Message
from monitor.wording.catalogue import words_for
from notifiers.links import Links
from notifiers.mail_items import ItemVerdict
from notifiers.message import LARGEST_DIGEST, LARGEST_HTML, LONGEST_SUBJECT, compose

NINE = datetime(2024, 3, 1, 8, 0, tzinfo=UTC)
SIX = "2024-03-01T05:00:00+00:00"
COUNTY = Watch("county", "Mäns våld mot kvinnor (Länsstyrelsen)", "https://lst.example/vald?id=16")
LAW = Watch("law", "Förordning (2021:995) om länsstyrelsernas arbete", "https://data.example/sfs", sfs="2021:995")
PATH = ("Mäns våld mot kvinnor", "Vad gör Länsstyrelsen?")
WORDS = Path(monitor.wording.__file__).parent
LINKS = Links("https://bevaka.example", Signer(b"a key"))


def block(before: str | None, after: str | None, **facts: Any) -> BlockChange:
    op = facts.pop("op", "added" if before is None else "removed" if after is None else "edited")
    given = {"kind": "p", "heading": PATH, "label": None, "category": "wording", "material": True, "rule": "wording"}
    return BlockChange(op=op, before=before, after=after, **{**given, **facts})


DEADLINE = block(
    "Länsstyrelsen redovisar sina strategier senast den 1 mars varje år.",
    "Länsstyrelsen redovisar sina strategier senast den 1 april varje år.",
    rule="deadline",
)
NEW_ITEM = block(None, "Följa upp arbetet årligen", kind="li", rule="content-added")
LONGER_ITEM = block("Erbjuda utbildning", "Erbjuda utbildning och metodstöd", kind="li")
YEAR = block("© 2023", "© 2024", material=False, rule="copyright-year")


def changed(
    *blocks: BlockChange,
    watch: Watch = COUNTY,
    summary: str = "1 datum ändrat, 1 punkt tillagd",
    number: int = 14,
    at: datetime = NINE,
    frequency: Frequency = "immediately",
    dates: tuple[str, str] | None = None,
    facts: dict[str, object] | None = None,
) -> ChangeView:
    stated = [StatedDate(day, "Senast uppdaterad", f"Senast uppdaterad: {day}", "text") for day in dates or ()]
    change = Change(blocks, stated[0] if stated else None, stated[1] if stated else None, law=watch.sfs)
    record = ChangeRecord(
        id=number,
        watch_id=1,
        before_number=number - 1,
        after_number=number,
        detected_at=at,
        seen_before=at - timedelta(hours=3),
        category="wording",
        material=change.material,
        rule=change.rule,
        summary={"sv": summary, "en": f"EN {summary}"},
        recipe=Recipe(),
    )
    event = Event(number, 1, EventKind.CHANGED, at, record, facts or {})
    return ChangeView(watch, event, change, revision(number - 1), revision(number), follows(frequency))


def happened(
    kind: EventKind, watch: Watch = COUNTY, frequency: Frequency = "immediately", **facts: object
) -> ChangeView:
    return ChangeView(watch, Event(1, 1, kind, NINE, None, facts), after=revision(13), subscription=follows(frequency))


def revision(number: int) -> Snapshot:
    return Snapshot(number, 1, number, NINE, COUNTY.url, COUNTY.url, 200, (), f"{number:064x}", 10, "")


def make_subscriber(language: Language = "sv", how: str | None = "confirmed link") -> Subscriber:
    consent = datetime(2023, 2, 7, 12, 0, tzinfo=UTC) if how else None
    return Subscriber(1, "ann@example.com", "confirmed", language, consent, how)


def follows(frequency: Frequency) -> Subscription:
    return Subscription(1, make_subscriber(), 1, frequency, NINE)


def written(*views: ChangeView, language: Language = "sv", digest: bool = False, how: str | None = "link") -> Message:
    subscriber = make_subscriber(language, how)
    kind = "digest" if digest else "mail"
    ids = ("<m@x>", "<t@x>", NINE, NINE, 0, None)
    delivery = Delivery(1, subscriber, "digest" if kind == "digest" else "mail", "sending", *ids)
    return compose(views, subscriber, delivery, links=LINKS)


def net(first: ChangeView, last: ChangeView, *blocks: BlockChange) -> ChangeView:
    """Return the later of two changes, which amount to these blocks."""
    steps = tuple(view.event.change for view in (first, last) if view.event.change)
    return replace(last, net=replace(last, change=Change(blocks), before=first.before, steps=steps))


class ParsedHtml(HTMLParser):
    """The visible words of an HTML text, and all of its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._skipped = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._skipped += tag in ("style", "title")
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in ("style", "title")
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.words.append(data)


def counted(text: str) -> Counter[str]:
    """Return how often each word occurs in the text."""
    return Counter(re.findall(r"\w+", text))


KINDS = {
    "change": [changed(DEADLINE, LONGER_ITEM, NEW_ITEM, YEAR, dates=("2021-11-18", "2024-03-01"))],
    "not material": [changed(YEAR)],
    "law": [changed(block("Förut. Förordning (2022:1).", "Nu. Förordning (2023:900).", label="2 §"), watch=LAW)],
    "blind": [happened(EventKind.BLIND, since=NINE.isoformat(), code="timeout", facts={"seconds": 30}, last_seen=SIX)],
    "seen again": [happened(EventKind.SEEN_AGAIN, since=NINE.isoformat(), changed=False, last_seen=SIX)],
    "moved": [happened(EventKind.MOVED, to="https://lst.example/ny", last_seen=SIX)],
    "withdrawn": [happened(EventKind.WITHDRAWN, status=410, last_seen=SIX)],
    "flapping": [
        happened(
            EventKind.FLAPPING,
            since=NINE.isoformat(),
            summary={"sv": "1 punkt tillagd", "en": "1 item added"},
        )
    ],
    "digest": [
        changed(DEADLINE, frequency="weekly"),
        happened(EventKind.BLIND, LAW, "weekly", since=NINE.isoformat(), code="http-status", facts={"status": 503}),
    ],
}


# Every kind


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_text_and_html_carry_the_same_facts(kind: str, language: Language) -> None:
    message = written(*KINDS[kind], language=language, digest=kind == "digest")
    assert same_facts(message, language)


def same_facts(message: Message, language: Language = "sv") -> bool:
    """True if text and HTML have the same words, but for how each marks what changed; text has the addresses."""
    words, parsed = words_for(language), ParsedHtml(message.html)
    text = " ".join(message.text.split())
    has_legend = words.say("legend") in message.html
    assert (words.say("legend_in_words") in text) is has_legend
    text = text.replace(words.say("legend_in_words"), words.say("legend") if has_legend else "")
    for mark in ("removed", "added"):  # HTML underlines and strikes through instead
        text = text.replace(f"[{words.say(mark)}:", " ")
    for href in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(?!\1)', message.html):  # not addresses in sentences
        assert f": {unescape(href)}" in text
        text = text[::-1].replace(f": {unescape(href)}"[::-1], " ", 1)[::-1]  # the last one: links come last
    return counted(text) == counted("".join(parsed.words))


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_holds_nothing_that_runs_or_is_fetched(kind: str, language: Language) -> None:
    message = written(*KINDS[kind], language=language, digest=kind == "digest")
    tags = {tag for tag, _ in ParsedHtml(message.html).tags}
    assert not tags & {"img", "script", "iframe", "link", "form", "object", "svg", "base"}
    assert "url(" not in message.html
    assert "@import" not in message.html
    assert "prefers-color-scheme: dark" in message.html
    assert f'lang="{language}"' in message.html
    assert len(message.subject) <= LONGEST_SUBJECT
    assert max(len(line) for line in message.text.splitlines() if "://" not in line) <= 80


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("change", "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – 1 datum ändrat, 1 punkt tillagd"),
        ("not material", "Ändrad (ej väsentligt): Mäns våld mot kvinnor … – 1 datum ändrat, 1 punkt tillagd"),
        ("blind", "Kan inte läsas sedan 1 mars: Mäns våld mot kvinnor (Länsstyrelsen)"),
        ("seen again", "Syns igen: Mäns våld mot kvinnor (Länsstyrelsen) – inget nytt, texten är densamma"),
        ("moved", "Flyttad: Mäns våld mot kvinnor (Länsstyrelsen)"),
        ("withdrawn", "Borttagen: Mäns våld mot kvinnor (Länsstyrelsen)"),
        ("flapping", "Växlar fram och tillbaka: Mäns våld mot kvinnor (Länsstyrelsen) – 1 punkt tillagd"),
        ("digest", "Veckans bevakning v. 9: 1 ändrad, 1 kunde inte läsas"),
    ],
)
def test_a_subject_names_the_page_first_and_then_what_happened(kind: str, subject: str) -> None:
    assert written(*KINDS[kind], digest=kind == "digest").subject == subject


@pytest.mark.parametrize(
    ("summary", "subject"),
    [
        (
            "Tidsfrist ändrad: 1 mars → 1 april; sidans datum 2021-11-18 → 2024-03-01",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – tidsfrist ändrad: 1 mars → 1 april",
        ),
        (
            "Sidans datum 2021-11-18 → 2024-03-01; datumet ändrades, texten inte",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – sidans datum 2021-11-18 → 2024-03-01",
        ),
        (
            "1 punkt tillagd under ”Vad gör Länsstyrelsen?”: ”Stöd; råd”; sidans datum är oförändrat",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – 1 punkt tillagd: ”Stöd; råd”",
        ),
        (
            "1 punkt tillagd under ”Vad gör Länsstyrelsen?”: ”Följa upp arbetet årligen”; sidans datum är oförändrat",
            "Ändrad: Mäns våld mot kvinnor … – 1 punkt tillagd: ”Följa upp arbetet årligen”",
        ),
        (
            f"1 punkt tillagd under ”Vad gör vi?”: ”{'Följa upp arbetet ' * 3}…”; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 1 punkt tillagd: ”Följa upp arbetet Följa upp …” m.m.",
        ),
        (
            f"1 punkt tillagd under ”{'Vad gör vi? ' * 6}”: ”{'Följa upp arbetet ' * 3}…”; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 1 punkt tillagd: ”Följa upp arbetet Följa upp …” m.m.",
        ),
        (
            "1 stycke ändrat under ”Öppettider”: ”öppet måndag–fredag hela dagen” → ”öppet torsdag 9–15 hela dagen”",
            "Ändrad: Mäns våld mot kvinnor … – 1 stycke ändrat: ”måndag–fredag” → ”torsdag 9–15”",
        ),
        (
            "E-postadress ändrad: stod@vinterlan.example → trygghet@vinterlan.example; sidans datum är oförändrat",
            "Ändrad: Mäns våld mot kvinnor … – e-postadress ändrad: nu trygghet@vinterlan.example",
        ),
        (
            "Öppettid ändrad: Öppet måndag–fredag 8.00–16.30 → Öppet måndag–torsdag 9.00–15.00; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – öppettid ändrad: nu måndag–torsdag 9.00–15.00 m.m.",
        ),
        (
            "Belopp ändrat: 1 200 → 1 500 kronor (”Vad kostar det att bo i boendet om jag har egna barn?”)",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – belopp ändrat: 1 200 → 1 500 kronor",
        ),
        (
            "3 belopp ändrade: 1 200 → 1 500 kronor, 2 400 → 2 500 kronor, 3 600 → 3 900 kronor; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 3 belopp ändrade: 1 200 → 1 500 kronor m.m.",
        ),
        (
            "1 stycke ändrat: ”ring polisen i nödläge” → ”ring polisen på telefon 114 14 om det inte är bråttom”",
            "Ändrad: Mäns våld mot kvinnor … – 1 stycke ändrat: nu ”på telefon 114 14 om det inte …”",
        ),
        (
            "2 tidsfrister ändrade: inom 14 dagar → inom 21 dagar, 30 september → 31 oktober 2026; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 2 tidsfrister ändrade: 14 dagar → 21 dagar m.m.",
        ),
        (
            "2 belopp ändrade: 4,500 € → 6,000 € (”Vad kostar boendet per dygn?”), 120 € → 150 €",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – 2 belopp ändrade: 4,500 € → 6,000 € m.m.",
        ),
        (
            "2 stycken ändrade under ”Möten”: ”är tillåtet utan tillstånd” → ”är otillåtet utan tillstånd” och 1 till",
            "Ändrad: Mäns våld mot kvinnor … – 2 stycken ändrade: ”tillåtet” → ”otillåtet” m.m.",
        ),
        (
            "1 stycke ändrat under ”Möten och kurser”: ”Husdjur kan placeras hos ett jourhem” tillagt; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 1 stycke ändrat: ”Husdjur kan placeras …” tillagt m.m.",
        ),
        (
            "1 nyhet tillagd: ”Ny handlingsplan antagen av rådet” (2026-02-15); 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 1 nyhet tillagd: ”Ny handlingsplan antagen av rådet”",
        ),
        (
            "2 nya: ”Utbildning om skyddat boende” (2026-03-11), ”Ny samordnare” (2026-03-10)",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – 2 nya: ”Utbildning om skyddat boende” m.m.",
        ),
        (
            "2 punkter tillagda under ”Stöd”: ”Utbildning om skyddat boende”, ”Bidrag till jourer”; 1 länk ändrad",
            "Ändrad: Mäns våld mot kvinnor … – 2 punkter tillagda: ”Utbildning om skyddat boende” m.m.",
        ),
        (
            "Dokumentet ”Regional plan” ändrat: tidsfrist ändrad: 1 mars → 1 april; 1 punkt tillagd: ”Råd”",
            "Ändrad: Mäns våld mot kvinnor … – ”Regional plan”: tidsfrist ändrad: 1 mars → 1 april m.m.",
        ),
        (
            "Dokumentet ”Regional handlingsplan” ändrat: tidsfrist ändrad: 30 april → 31 maj 2026",
            "Ändrad: Mäns våld mot kvinnor … – ”Regional …”: tidsfrist ändrad: 30 april → 31 maj 2026",
        ),
        (
            f"Dokumentet ”Regional handlingsplan” ersatt: {'ord och ' * 9}",
            "Ändrad: Mäns våld mot kvinnor (Länsstyrelsen) – dokumentet ”Regional handlingsplan” ersatt",
        ),
        (
            f"1 punkt tillagd under ”{'Vad gör vi? ' * 6}”: ”{'x' * 60}”; 1 länk ändrad",
            f"Ändrad: Mäns våld mot kvinnor … – 1 punkt tillagd: ”{'x' * 29}…” m.m.",
        ),
        (
            f"Ett ord, {'och ett till ' * 12}",
            "Ändrad: Mäns våld mot kvinnor … – ett ord, och ett till och ett till och ett till och …",
        ),
    ],
)
def test_a_subject_takes_whole_clauses_while_they_fit(summary: str, subject: str) -> None:
    assert written(changed(DEADLINE, summary=summary)).subject == subject


def test_a_subject_that_lists_counts_ends_with_none_that_counts_nothing() -> None:
    kinds = ("changed", "held_back", "blind", "moved", "withdrawn", "flapping")
    watches = {kind: Watch(kind, f"Sidan om {kind}", f"https://lst.example/{kind}") for kind in kinds}
    views = [changed(DEADLINE, watch=watches["changed"], frequency="daily")]
    views += [changed(YEAR, watch=watches["held_back"], frequency="daily")]
    views += [
        happened(kind, watches[kind.value], "daily", since=SIX, to="https://ny.example", status=410, summary={})
        for kind in (EventKind.BLIND, EventKind.MOVED, EventKind.WITHDRAWN, EventKind.FLAPPING)
    ]
    subject = written(*views, digest=True).subject
    assert len(subject) <= LONGEST_SUBJECT
    assert re.search(r", \d+ \D+ …$", subject)
    assert not re.search(r"\d …$", subject)


def test_a_subject_that_is_cut_cuts_no_number_and_a_heading_none() -> None:
    subject = written(changed(DEADLINE, summary=f"Ord {'och ord ' * 6}400 000 kr och mer")).subject
    assert subject.endswith(" och ord …")
    long = f"{'Vad gör vi? ' * 6}400 000 000 kr"
    text = written(changed(block("ett", "två", heading=(long,)))).text
    assert "Vad gör vi? … › stycke" in " ".join(text.split())


def test_a_semicolon_in_a_quotation_ends_no_clause_in_english() -> None:
    view = changed(DEADLINE, summary="1 item added under “Support”: “Help; advice”; 1 link changed")
    assert view.event.change is not None
    subject = written(view, language="en").subject
    assert subject.endswith("eN 1 item added under “Support”: “Help; advice” etc.")


# A change


def test_a_change_is_told_in_words_with_its_place_and_its_reason() -> None:
    text = written(*KINDS["change"]).text
    assert "VÄSENTLIG ÄNDRING · Mäns våld mot kvinnor (Länsstyrelsen)\n" in text
    assert "Senast uppdaterad: 2021-11-18 → 2024-03-01\n" in text
    assert "senast den [TOGS BORT: 1 mars] [LADES TILL: 1 april]" in " ".join(text.split())
    flat = " ".join(text.split())
    assert "[TOGS BORT: …] och [LADES TILL: …] visar vad som ändrades. 1 Mäns våld mot kvinnor › Vad gör" in flat
    assert "Vad gör Länsstyrelsen? › stycke (en tidsfrist ändrades) Länsstyrelsen redovisar" in flat
    assert "2 Mäns våld mot kvinnor › Vad gör Länsstyrelsen? › punktlista (lydelsen ändrades) Erbjuda" in flat
    assert "   Erbjuda utbildning [LADES TILL: och metodstöd]\n" in text
    assert "   [NY PUNKT: Följa upp arbetet årligen]\n" in text
    assert "Även ändrat, ej väsentligt (1): årtal i upphovsrättsraden." in text
    assert "Se hela ändringen:\nhttps://bevaka.example/watches/county/diff?from=13&to=14&lang=sv\n" in text
    assert "Sidan i dag: https://lst.example/vald?id=16\n" in text
    assert "Kvittot: https://bevaka.example/watches/county/14?lang=sv\n" in text
    assert "Bevaka står inte bakom sidan. Frågor om innehållet besvaras av lst.example." in text
    assert not re.search(r"[0-9a-f]{64}|regel:|bevaka verify", text)


def test_the_legend_stands_above_the_first_diff_and_nowhere_else() -> None:
    message = written(changed(NEW_ITEM), changed(DEADLINE, number=15, watch=LAW), changed(DEADLINE), digest=True)
    for text, mark in ((message.text, "[TOGS BORT: …]"), (message.html, "Understruket")):
        assert text.count(mark) == 1
        assert text.index("Följa upp arbetet") < text.index(mark)
    assert "Understruket" not in written(changed(NEW_ITEM)).html


def test_no_line_of_a_mail_ends_inside_a_date_a_sum_or_a_phone_number() -> None:
    told = "Ansök senast den 1 mars 2024 om 400 000 kr enligt 2 a §, eller ring 0480-820 00."
    html = written(changed(block(None, told))).html
    for value in ("1 mars 2024", "400 000 kr", "2 a §", "0480-820 00"):
        assert f'<span style="white-space:nowrap">{value}' in html
    for width in range(40):
        text = written(changed(block(None, f"{'x' * width} {told}"))).text
        assert all(value in text for value in ("1 mars 2024", "400 000 kr", "2 a §", "0480-820 00"))
    assert "\u00a0" not in html + text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_a_mail_ends_inside_a_mark_or_between_it_and_what_it_marks(language: Language) -> None:
    marks = {"sv": ("[TOGS BORT: 3 mars]", "[LADES TILL: 3 april]"), "en": ("[REMOVED: 3 mars]", "[ADDED: 3 april]")}[
        language
    ]
    for width in range(70):
        padding = "x" * width
        before, after = (f"{padding} senast den 3 {month} varje år, utan undantag." for month in ("mars", "april"))
        text = written(changed(block(before, after)), language=language).text
        assert all(mark in text for mark in marks), text
        text = written(changed(block(None, f"{'y' * 60}/{'z' * width} mer text")), language=language).text
        assert re.search(r"\[(?:NYTT STYCKE|NEW PARAGRAPH):\s", text)
    assert "\u00a0" not in text


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (NINE, "Oförändrad 2024-03-01 kl. 06.00, ändrad kl. 09.00: ändringen skedde däremellan."),
        (
            datetime(2024, 3, 1, 0, 30, tzinfo=UTC),
            "Oförändrad 2024-02-29 kl. 22.30, ändrad 2024-03-01 kl. 01.30: ändringen skedde däremellan.",
        ),
    ],
)
def test_a_change_says_between_which_checks_it_happened(at: datetime, sentence: str) -> None:
    assert sentence in " ".join(written(changed(DEADLINE, at=at)).text.split())


def test_a_change_after_a_silence_claims_no_more_than_is_known() -> None:
    text = " ".join(written(changed(DEADLINE, facts={"unseen_since": "2024-02-20T08:00:00+00:00"})).text.split())
    assert "Upptäckt 2024-03-01 kl. 09.00. Sidan kunde inte läsas från 2024-02-20 kl. 09.00" in text
    assert "Oförändrad" not in text


def test_an_address_in_a_sentence_is_a_link_in_html() -> None:
    html = written(happened(EventKind.MOVED, to='https://ny.example/a?b=1&c="2', last_seen=SIX)).html
    targets = [attributes["href"] for tag, attributes in ParsedHtml(html).tags if tag == "a"]
    assert "https://ny.example/a?b=1&c=" in targets


def test_a_date_beside_its_label_is_never_said_to_be_gone() -> None:
    """A date in the future is not taken for the page's own, and stands there all the same."""
    line = block("Senast uppdaterad: 2024-02-01", "Senast uppdaterad: 2042-03-01", rule="date")
    for before, after in (("2024-02-01", None), (None, "2042-03-01")):
        dates = [
            day and StatedDate(day, "Senast uppdaterad:", f"Senast uppdaterad: {day}", "text")
            for day in (before, after)
        ]
        change = Change((DEADLINE, line), dates[0] or None, dates[1] or None)
        text = written(replace(changed(DEADLINE), change=change)).text
        assert "finns inte längre" not in text
        assert "fanns inte förut" not in text


@pytest.mark.parametrize(
    ("before", "after", "source", "told"),
    [
        ("2021-11-18", None, "text", "Senast uppdaterad: 2021-11-18 (finns inte längre på sidan)"),
        (None, "2024-03-01", "time", "Senast uppdaterad: 2024-03-01 (fanns inte förut)"),
        ("2021-11-18", "2021-11-18", "text", "Senast uppdaterad: 2021-11-18"),
        ("2021-11-18", "2024-03-01", "meta", None),
    ],
)
def test_the_pages_own_date_is_told_as_readers_can_see_it(
    before: str | None, after: str | None, source: str, told: str | None
) -> None:
    view = changed(DEADLINE)
    dates = [
        day and StatedDate(day, "Senast uppdaterad:", "", "meta" if source == "meta" else "text")
        for day in (before, after)
    ]
    change = Change((DEADLINE,), dates[0] or None, dates[1] or None)
    text = written(ChangeView(view.watch, view.event, change, view.before, view.after, view.subscription)).text
    assert (told in text) if told else ("Senast uppdaterad" not in text)


def test_a_diff_that_cannot_be_shown_still_tells_what_was_found() -> None:
    view = changed(DEADLINE, summary="1 datum ändrat")
    message = written(ChangeView(view.watch, view.event, None, view.before, view.after, view.subscription))
    assert "1 datum ändrat" in message.text
    assert "Jämförelsen kan inte visas. Båda kopiorna finns kvar." in message.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (block("Borta", None, kind="row", rule="content-removed"), "[BORTTAGEN TABELLRAD: Borta]"),
        (block(None, "Ny", kind="h3", rule="heading"), "[NY RUBRIK: Ny]"),
        (block("Text", "Text", op="moved", rule="move", material=False), "[FLYTTAT: Text]"),
        (block("Text", "Text", op="moved", label="9 §", label_before="8 §", kind="section"), "8 § → 9 §"),
        (
            block(
                "Blankett",
                "Blankett",
                links_before=(Link("Blankett", "https://a.example/1.pdf"), Link("Bort", "https://a.example/b")),
                links_after=(Link("Blankett", "https://a.example/2.pdf"), Link("Ny", "https://a.example/n")),
            ),
            "och leder nu till https://a.example/2.pdf Borttagen länk ”Bort”: https://a.example/b Ny länk ”Ny”: https:",
        ),
    ],
)
def test_what_became_of_a_block_is_said(change: BlockChange, told: str) -> None:
    assert told in " ".join(written(changed(change)).text.split())


def test_a_link_whose_words_alone_were_edited_is_told_by_its_words() -> None:
    target = "https://a.example/provtagning"
    edited = block(
        "Provtagning",
        "Provtagning (uppdaterad)",
        links_before=(Link("Provtagning", target),),
        links_after=(Link("Provtagning (uppdaterad)", target),),
    )
    text = written(changed(edited)).text
    assert "[LADES TILL: (uppdaterad)]" in text
    assert target not in text


def test_a_law_comes_with_the_amending_act_and_the_note_that_the_text_is_not_authentic() -> None:
    message = written(*KINDS["law"])
    assert "› 2 § (lydelsen ändrades)\n" in message.text
    assert "SFS 2023:900:\nhttps://svenskforfattningssamling.se/doc/2023900.html\n" in message.text
    assert "konsoliderad och inte den autentiska" in message.text
    assert law_page(LAW.name, "2021:995") in message.html
    assert law_page(LAW.name, "2021:995").endswith("/forordning-2021995-om-lansstyrelsernas-arbete_sfs-2021-995/")


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("link", "bekräftade din prenumeration 2023-02-07 (direkt)"),
        ("operator", "den som sköter bevakningen lade till dig 2023-02-07 (direkt)"),
        (None, "Du får detta för att du prenumererar (direkt)"),
    ],
)
def test_a_mail_says_why_she_gets_it_and_how_to_leave(how: str | None, told: str) -> None:
    text = " ".join(written(changed(DEADLINE), how=how).text.split())
    assert told in text
    assert "Sluta prenumerera: https://bevaka.example/leave/" in text
    assert "Ändra hur ofta du får mejl, eller vad du följer: https://bevaka.example/manage/" in text


# Hostile pages


HOSTILE = '<script>alert(1)</script><img src=x onerror="y()"> <a href="javascript:z()">länk</a> {{ 7*7 }} {0.__class__}'


def test_hostile_page_text_is_text() -> None:
    message = written(
        changed(block(None, HOSTILE, heading=(HOSTILE,)), summary=HOSTILE, watch=Watch("k", HOSTILE, COUNTY.url))
    )
    parsed = ParsedHtml(message.html)
    assert not {tag for tag, _ in parsed.tags} & {"script", "img"}
    links = [str(attributes["href"]) for tag, attributes in parsed.tags if tag == "a"]
    assert [link for link in links if not link.startswith("https://bevaka.example/")] == [COUNTY.url]
    assert all(not name.startswith("on") for _, attributes in parsed.tags for name in attributes)
    assert "{{ 7*7 }} {0.__class__}" in message.text


def test_an_address_that_is_not_of_the_web_is_no_link() -> None:
    message = written(changed(DEADLINE, watch=Watch("k", "Namn", "javascript:alert(1)")))
    links = [str(attributes["href"]) for tag, attributes in ParsedHtml(message.html).tags if tag == "a"]
    assert all(link.startswith("https://bevaka.example/") for link in links)


def test_characters_that_steer_or_hide_do_not_reach_the_reader() -> None:
    nasty = "rad\u202etxet\x1b[31m\x00\ud800\u2028\u200b\ue000\r\nBcc: x"
    message = written(changed(block(None, nasty, heading=(nasty,)), summary=nasty, watch=Watch("k", nasty, COUNTY.url)))
    for text in (message.subject, message.text, message.html):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u2028\u202e\ud800-\udfff\ue000]", text)
    assert "\n" not in message.subject
    assert message.text.encode()


# Texts that are too long


def test_what_came_is_cut_with_the_number_of_characters_that_are_left_out() -> None:
    text = written(changed(block(None, "ord " * 1000))).text
    left = re.search(r"ytterligare\s+(\d+)\s+tecken", text)
    assert left is not None
    assert 2700 < int(left[1]) < 2900


@pytest.mark.parametrize("count", [300, 5000])
def test_html_stays_below_what_mail_programs_cut_and_says_how_much_is_left_out(count: int) -> None:
    blocks = [block(None, f"Stycke {number} " + "innehåll " * 60, rule="content-added") for number in range(count)]
    message = written(changed(*blocks))
    assert len(message.html.encode()) < LARGEST_HTML
    shown = message.html.count("Stycke ")
    assert shown > 20
    assert f"{count - shown} ändringar till. Se hela ändringen: https://" in " ".join(message.text.split())
    assert message.text.count("Stycke ") == shown


def test_what_the_sentence_names_is_shown_however_late_on_the_page_it_comes() -> None:
    blocks = [block(None, f"Stycke {number} " + "innehåll " * 60, rule="content-added") for number in range(300)]
    message = written(changed(*blocks, DEADLINE))
    assert "[TOGS BORT: 1 mars] [LADES TILL: 1 april]" in " ".join(message.text.split())
    places = [int(number) for number in re.findall(r"Stycke (\d+)", message.text)]
    assert places == sorted(places)


def test_a_digest_of_very_many_pages_names_as_many_as_fit() -> None:
    views = [
        changed(DEADLINE, watch=Watch(f"k{number}", f"Sida {number} " + "x" * 100, COUNTY.url), frequency="daily")
        for number in range(400)
    ]
    message = written(*views, digest=True)
    assert len(message.html.encode()) < LARGEST_DIGEST
    assert message.subject.startswith("Dagens bevakning 1 mars: 400 ändrade")
    shown = message.text.count("VÄSENTLIG ÄNDRING")
    assert 0 < shown < 400
    assert f"{400 - shown} sidor till finns i Bevakas historik" in message.text


# Digests


def test_what_changed_and_changed_back_is_told_as_that() -> None:
    later = NINE + timedelta(days=1)
    first = changed(block("mars", "april"), summary="mars blev april", frequency="weekly")
    last = changed(block("april", "mars"), summary="april blev mars", frequency="weekly", number=15, at=later)
    message = written(first, net(first, last), digest=True)
    assert message.subject.startswith("Veckans bevakning v. 9: 1 ändrad och ändrad tillbaka")
    text = " ".join(message.text.split())
    assert "Ändrades 2 gånger och är nu som före den första ändringen:" in text
    assert "2024-03-01 kl. 09.00: mars blev april" in text
    assert "2024-03-02 kl. 09.00: april blev mars" in text
    assert "Se sidans historik: https://bevaka.example/watches/county?lang=sv" in text


def test_of_a_page_that_goes_back_and_forth_its_changes_are_not_told_as_well() -> None:
    later = NINE + timedelta(days=1)
    first = changed(block("mars", "april"), summary="mars blev april", frequency="weekly")
    last = changed(block("april", "mars"), summary="april blev mars", frequency="weekly", number=15, at=later)
    summary = {"sv": "mars blev april", "en": "march became april"}
    flapping = happened(EventKind.FLAPPING, COUNTY, "weekly", since=NINE.isoformat(), summary=summary)
    text = written(first, net(first, last), flapping, digest=True).text
    assert "VÄXLAR FRAM OCH TILLBAKA" in text
    assert "ÄNDRAD OCH ÄNDRAD TILLBAKA" not in text


def test_of_a_page_that_goes_back_and_forth_what_it_says_now_is_shown_against_the_other_text() -> None:
    back = Change((block("senast den 1 april", "senast den 1 mars", rule="deadline"),))
    taken = replace(revision(16), taken_at=NINE + timedelta(hours=2))
    view = replace(KINDS["flapping"][0], change=back, before=revision(15), after=taken)
    message = written(view)
    text = " ".join(message.text.split())
    assert "sedan 2024-03-01 kl. 09.00 växlat fram och tillbaka mellan samma två lydelser." in text
    assert (
        "Senast växlade den 2024-03-01 kl. 11.00. Det som står där nu skiljer sig så här från lydelsen innan: "
        "Tidsfrist ändrad: 1 april → 1 mars" in text
    )
    assert "senast den [TOGS BORT: 1 april] [LADES TILL: 1 mars]" in text
    assert "Så står det nu: https://bevaka.example/watches/county/16?lang=sv" in text
    assert "Så stod det före: https://bevaka.example/watches/county/15?lang=sv" in text
    assert message.subject.endswith(" – tidsfrist ändrad: 1 april → 1 mars")


def test_what_changed_and_changed_back_is_a_line_of_the_index_beside_another_page() -> None:
    later = NINE + timedelta(days=1)
    first = changed(block("mars", "april"), summary="mars blev april", frequency="weekly")
    last = changed(block("april", "mars"), summary="april blev mars", frequency="weekly", number=15, at=later)
    other = replace(changed(DEADLINE, frequency="weekly"), watch=replace(COUNTY, key="other", name="En annan sida"))
    message = written(first, net(first, last), other, digest=True)
    assert "- Ändrad och ändrad tillbaka: Mäns våld mot kvinnor … – ändrades 2 gånger" in " ".join(message.text.split())
    assert "- Ändrad: En annan sida – " in message.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", get_args(ItemVerdict))
def test_every_kind_of_item_has_its_words_as_subject_heading_and_count(verdict: str, language: Language) -> None:
    words = words_for(language)
    assert words.say(f"subject.{verdict}", name="Sidan", what="x", day="3 mars")
    assert words.say(f"verdict.{verdict}").isupper()
    assert words.count(f"digest.{verdict}", 2).startswith("2 ")


def test_the_index_says_what_several_changes_of_a_page_amount_to_and_the_mail_each_of_them() -> None:
    later = NINE + timedelta(hours=5)
    first = changed(DEADLINE, summary="mars blev april", frequency="daily")
    last = changed(block("1 april", "1 maj"), summary="april blev maj", number=15, at=later, frequency="daily")
    whole = block(
        DEADLINE.before, "Länsstyrelsen redovisar sina strategier senast den 1 maj varje år.", rule="deadline"
    )
    message = written(first, net(first, last, whole), digest=True)
    index, _, details = message.text.partition("-----")
    assert index.splitlines()[2:-1] == ["- Ändrad: Mäns våld mot kvinnor … – tidsfrist ändrad: 1 mars → 1 maj"]
    assert details.count("VÄSENTLIG ÄNDRING") == 2
    assert "Mars blev april" in details
    assert "April blev maj" in details


def test_two_changes_that_do_not_undo_each_other_are_both_told() -> None:
    message = written(changed(DEADLINE), changed(NEW_ITEM, number=15), digest=True)
    assert message.text.count("VÄSENTLIG ÄNDRING") == 2
    # The subscription was changed to immediate mails meanwhile.
    assert message.subject.startswith("Bevakning 1 mars: 1 ändrad")


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(0, 0, "1 mars"), (-1, 0, "29 februari–1 mars"), (0, 1, "1–2 mars"), (300, 310, "26 december–5 januari")],
)
def test_the_days_of_which_a_digest_tells_are_in_its_subject(first: int, last: int, days: str) -> None:
    views = [
        changed(DEADLINE, at=NINE + timedelta(days=day), frequency="daily", watch=watch)
        for day, watch in ((first, COUNTY), (last, LAW))
    ]
    assert written(*views, digest=True).subject == f"Dagens bevakning {days}: 2 ändrade"


def test_a_digest_begins_with_an_index_of_a_line_a_page_and_ends_with_one_footer() -> None:
    pages = [Watch(f"k{number}", f"Sida {number} om våld", COUNTY.url) for number in range(13)]
    blocks = [block(f"Stycke {n} " + "ord " * 60, f"Stycke {n} " + "text " * 60) for n in range(30)]
    message = written(
        *(
            changed(
                DEADLINE, *blocks, watch=page, summary=f"Tidsfrist ändrad: 1 mars → {n + 1} april", frequency="daily"
            )
            for n, page in enumerate(pages)
        ),
        digest=True,
    )
    assert len(message.html.encode()) < 40_000
    assert message.text.count("Bevaka står inte bakom") == message.html.count("Bevaka står inte bakom") == 1
    index = message.text.split("-----")[0].strip().splitlines()
    assert index[2:] == [f"- Ändrad: Sida {n} om våld – tidsfrist ändrad: 1 mars → {n + 1} april" for n in range(13)]
    for n, page in enumerate(pages):  # every page shows some of what changed, not the first ones alone
        part = message.text.split(f"VÄSENTLIG ÄNDRING · {page.name}\n")[1].split("-----")[0]
        assert "[TOGS BORT: 1 mars]" in part
        assert f"https://bevaka.example/watches/k{n}/diff" in part


# Pages that could not be seen


def test_a_page_that_is_missing_leads_to_its_latest_known_text_and_says_of_when_that_is() -> None:
    for kind in ("blind", "moved", "withdrawn"):
        text = " ".join(written(*KINDS[kind]).text.split())
        assert "Sidan lästes senast 2024-03-01 kl. 06.00, och den texten finns kvar." in text
        assert "Se den senast kända texten (2024-03-01): https://bevaka.example/watches/county/13?lang=sv" in text


def test_seen_again_says_what_is_known_and_not_what_nobody_saw() -> None:
    text = " ".join(written(*KINDS["seen again"]).text.split())
    assert "Den går nu att läsa igen. Texten är densamma som vid senaste läsningen 2024-03-01 kl. 06.00." in text
    assert "Vad som stod på sidan däremellan vet vi inte." in text
    assert "under tiden" not in text


@pytest.mark.parametrize(
    ("lost_as", "language", "said"),
    [
        ("moved", "sv", "Sidan var flyttad från 2024-03-01 kl. 09.00. Nu finns den på den bevakade adressen igen."),
        ("withdrawn", "sv", "Sidan var borttagen från 2024-03-01 kl. 09.00. Nu finns den igen."),
        ("withdrawn", "en", "The page was gone from 2024-03-01 at 09:00. It is now back."),
    ],
)
def test_a_page_that_was_moved_or_withdrawn_is_not_said_to_have_been_unreadable(
    lost_as: str, language: Language, said: str
) -> None:
    back = happened(EventKind.SEEN_AGAIN, since=NINE.isoformat(), changed=False, lost_as=lost_as, last_seen=SIX)
    assert said in " ".join(written(back, language=language).text.split())


@pytest.mark.parametrize("changed_meanwhile", [False, True])
def test_withdrawn_and_seen_again_in_one_digest_are_one_story(*, changed_meanwhile: bool) -> None:
    gone = happened(EventKind.WITHDRAWN, frequency="daily", status=410, last_seen=SIX)
    back = happened(EventKind.SEEN_AGAIN, frequency="daily", since=NINE.isoformat(), changed=False, last_seen=SIX)
    if changed_meanwhile:
        back = changed(DEADLINE, frequency="daily", facts={"unseen_since": NINE.isoformat()})
    message = written(gone, back, digest=True)
    assert "BORTTAGEN" not in message.text
    assert message.text.count("VÄSENTLIG ÄNDRING" if changed_meanwhile else "SYNS IGEN") == 1
    text = " ".join(message.text.split())
    assert "2024-03-01 kl. 09.00 var sidan borttagen (webbplatsen svarade 410)." in text
    assert ("Den går att läsa igen sedan 2024-03-01 kl. 09.00." in text) is not changed_meanwhile


def test_a_reason_has_the_quotation_marks_of_the_other_sentences() -> None:
    blind = happened(EventKind.BLIND, since=SIX, code="sentinel-missing", facts={"status": 200, "expect": "Region X"})
    assert "200, men ”Region X” saknas." in " ".join(written(blind).text.split())
    assert "200, but “Region X” is missing." in " ".join(written(blind, language="en").text.split())


def test_a_digest_of_several_frequencies_claims_none() -> None:
    message = written(
        changed(DEADLINE, frequency="daily"), changed(NEW_ITEM, frequency="weekly", number=15), digest=True
    )
    assert message.subject.startswith("Bevakning 1 mars: 1 ändrad – ")
    assert "(varje dag, varje vecka)" in " ".join(message.text.split())


def test_a_delivery_without_events_is_no_message() -> None:
    with pytest.raises(ValueError, match="nothing to tell"):
        written()


def document(name: str, kind: EventKind = EventKind.BLIND, **facts: object) -> ChangeView:
    about: dict[str, Any] = {
        "document": f"https://lst.example/{name}.pdf",
        "title": name,
        "since": NINE.isoformat(),
        **facts,
    }
    return happened(kind, **about)


SILENT: dict[str, Any] = {"code": "timeout", "facts": {"seconds": 30}}


def test_documents_that_could_not_be_read_are_one_sentence_with_a_list() -> None:
    views = [document(name, **SILENT) for name in ("Plan", "Budget", "Protokoll")]
    message = written(*views, document("Bild", code="file-is-image"))
    text = " ".join(message.text.split())
    assert message.subject.startswith("Dokument kan inte läsas: Mäns våld mot kvinnor")
    assert message.subject.endswith(" – ”Plan” och 3 till")
    assert text.count("FLERA DOKUMENT KAN INTE LÄSAS") == 1
    assert (
        "De här dokumenten har inte kunnat läsas sedan 2024-03-01 kl. 09.00: inget fullständigt svar inom 30 sekunder. "
        "– ”Plan” – ”Budget” – ”Protokoll” "
        "Dokumentet ”Bild” har inte kunnat läsas sedan 2024-03-01 kl. 09.00: filen är en bild utan text" in text
    )
    assert text.count("Sidan själv läses som vanligt.") == 1
    assert "Dokumentet ”Plan”: https://lst.example/Plan.pdf" in text


def test_one_document_is_told_in_the_singular_and_what_can_be_read_again_apart() -> None:
    back = [document(name, EventKind.SEEN_AGAIN) for name in ("Bild", "Karta")]
    text = " ".join(written(document("Plan", **SILENT), *back, digest=True).text.split())
    assert "ETT DOKUMENT KAN INTE LÄSAS" in text
    assert "Dokumentet ”Plan” har inte kunnat läsas sedan" in text
    assert (
        "De här dokumenten gick inte att läsa från 2024-03-01 kl. 09.00. Nu går de att läsa igen. – ”Bild” – ”Karta” "
        "Texten i dem är densamma som vid senaste läsningen." in text
    )


# Words


def entries(table: object, path: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(table, dict):
        for key, value in table.items():
            yield from entries(value, f"{path}.{key}")
    elif isinstance(table, list):
        for number, value in enumerate(table):
            yield from entries(value, f"{path}.{number}")
    else:
        yield path, frozenset(name for _, name, _, _ in Formatter().parse(str(table)) if name)


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    swedish, english = (
        dict(entries(yaml.safe_load((WORDS / f"words.{language}.yaml").read_text(encoding="utf-8"))))
        for language in ("sv", "en")
    )
    assert swedish == english


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_rule_has_a_sentence_and_an_unknown_one_only_what_is_certain(language: Language) -> None:
    words = words_for(language)
    unknown = words.rule("no-such-rule")
    assert not [rule for rule in RULES if words.rule(rule) == unknown]
    assert unknown in ("texten ändrades", "the text changed")
