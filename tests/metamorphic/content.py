"""Three invented pages about support to those exposed to violence, in Swedish, English and German.

All three have the same facts under the same names. A `Fact` gives its value, another value (a material edit), and other
ways to write the first (noise). `MOVING` has lines that move by themselves: their text at the first look and the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tests.metamorphic.sheet import Link, Section, Sheet, Table


class Fact(NamedTuple):
    """A fact of a page: its value, another value, and other ways to write the first value."""

    value: str
    other: str
    same: tuple[str, ...] = ()


_SV_FACTS = {
    "area": Fact("hela Vinterlän", "norra Vinterlän"),
    "officer": Fact("Malin Ekdahl", "Jonas Rydell"),
    "decided": Fact("3 november 2025", "8 december 2025", ("2025-11-03",)),
    "intake": Fact("dygnet runt", "på vardagar"),
    "age": Fact("18 år", "16 år"),
    "municipality": Fact("Granstad", "Tallköping"),
    "not_needed": Fact("inte ", ""),
    "not_passed": Fact("", "inte "),
    "duty": Fact("ska", "bör"),
    "days": Fact("14 dagar", "21 dagar"),
    "section": Fact("4 §", "5 §"),
    "act": Fact("2001:887", "2025:612"),
    "months": Fact("tre", "sex"),
    "either": Fact("och", "eller"),
    "escort": Fact("polis", "kurator"),
    "may": Fact("får", "måste"),
    "deadline": Fact("15 mars 2026", "1 april 2026", ("2026-03-15", "15 mar 2026")),
    "limit": Fact("högst", "minst"),
    "amount": Fact("45 000 kronor", "60 000 kronor", ("45 000 kr", "45000 kronor", "SEK 45 000")),
    "percent": Fact("80 procent", "65 procent", ("80 %",)),
    "month": Fact("maj", "juni"),
    "frequency": Fact("två gånger om året", "en gång om året"),
    "report": Fact("30 september 2026", "31 oktober 2026", ("2026-09-30",)),
    "budget": Fact("10 000 kr", "12 500 kr", ("10 000 kronor",)),
    "meeting": Fact("22 april 2026", "29 april 2026", ("2026-04-22",)),
    "hour": Fact("13.30", "15.00", ("13:30",)),
    "room": Fact("Lindsalen", "Bokrummet"),
    "organiser": Fact("Siv Holmqvist", "Petra Almgren"),
    "weekday": Fact("måndag", "tisdag"),
    "table_hours": Fact("9–12", "13–16", ("9-12",)),
    "table_fee": Fact("150 kr", "220 kr", ("150 kronor",)),
    "table_name": Fact("Karin Lundmark", "Nils Sandgren"),
    "table_date": Fact("2 februari 2026", "9 februari 2026", ("2026-02-02",)),
    "panel_must": Fact("behöver", "ska"),
    "panel_not": Fact("", "inte "),
    "panel_amount": Fact("1 200 kronor", "1 500 kronor", ("1 200 kr",)),
    "panel_date": Fact("1 juni 2026", "15 juni 2026", ("2026-06-01",)),
    "panel_word": Fact("skriftligt", "muntligt"),
    "phone": Fact("0470-12 34 56", "0470-98 76 54", ("0470-123456", "0470 - 12 34 56")),
    "email": Fact("stod@vinterlan.example", "trygghet@vinterlan.example"),
    "hours": Fact("måndag–fredag 8.00–16.30", "måndag–torsdag 9.00–15.00", ("måndag–fredag 8:00–16:30",)),
    "address": Fact("Storgatan 12", "Kyrkogatan 7"),
    "responsible": Fact("Anna Bergdal", "Erik Norrman"),
    "places": Fact("24", "18"),
    "wait": Fact("3 veckor", "6 veckor"),
    "rate": Fact("1,5", "15"),
    "allowed": Fact("tillåtet", "otillåtet"),
    "updated": Fact("2026-02-12", "2026-03-18", ("12 februari 2026",)),
}
_SV = Sheet(
    language="sv",
    title="Stöd till dig som är utsatt för våld",
    status=(("Gäller för", "[[area]]"), ("Handläggare", "[[officer]]"), ("Beslutad", "[[decided]]")),
    preamble="Du som utsätts för våld av någon nära kan få skydd, råd och pengar. Jouren svarar [[intake]].",
    sections=(
        Section(
            "Vem kan få stöd",
            (
                "Stödet vänder sig till personer som har fyllt [[age]] och som bor eller vistas i [[municipality]].",
                (
                    "Den som ber om hjälp behöver [[not_needed]]göra en polisanmälan. Uppgifterna får [[not_passed]]"
                    "lämnas till en annan myndighet."
                ),
                (
                    "Nämnden [[duty]] erbjuda ett första samtal inom [[days]] enligt [[section]] lagen ([[act]]) om "
                    "kommunala insatser."
                ),
                "Verksamheten ”Fristad” finns sedan länge – den tar emot ungdomsorganisationer, och deras ledare.",
            ),
            (
                "ett tillfälligt boende i [[months]] månader",
                "samtal med kurator [[either]] läkare",
                "sällskap av [[escort]] vid en rättegång",
                "hjälp med flytten och med barnens skolgång",
            ),
        ),
        Section(
            "Bidrag till föreningar",
            (
                "Föreningar [[may]] söka bidrag för arbete mot våld.",
                "Ansökan ska ha kommit in senast den [[deadline]].",
                "Varje förening kan beviljas [[limit]] [[amount]], och bidraget täcker [[percent]] av kostnaderna.",
                "Besluten fattas i [[month]] och pengarna betalas ut [[frequency]].",
            ),
            (
                "en redovisning som lämnas senast den [[report]]",
                "en egen insats på [[budget]]",
                "en plan som styrelsen har antagit",
            ),
        ),
        Section(
            "Möten och kurser",
            (
                "Nätverket samlas den [[meeting]] kl. [[hour]] i [[room]].",
                "Frågor om kurserna besvaras av [[organiser]].",
                "Boendet har [[places]] platser, och väntetiden till samtal är [[wait]].",
                "Räntan på återkrav är [[rate]] procent. Det är [[allowed]] att överlåta bidraget.",
            ),
        ),
    ),
    table=Table(
        "Mottagningar i länet",
        ("Ort", "Dag", "Tid", "Avgift", "Kontakt", "Öppnar"),
        (
            ("Granstad", "[[weekday]]", "[[table_hours]]", "[[table_fee]]", "[[table_name]]", "[[table_date]]"),
            ("Sjövik", "onsdag", "10–14", "100 kr", "Ulla Fransson", "5 januari 2026"),
            ("Aspnäs", "torsdag", "8–11", "ingen", "Bo Elmgren", "7 januari 2026"),
        ),
    ),
    questions_heading="Vanliga frågor",
    questions=(
        (
            "Kan jag vara anonym?",
            "Du [[panel_must]] säga ditt namn först när stödet betalas ut, och du kan [[panel_not]]ta med en vän.",
        ),
        ("Vad kostar boendet?", "En vecka kostar [[panel_amount]]. Den som saknar inkomst betalar efter förmåga."),
        (
            "När får jag besked?",
            "Du får besked senast den [[panel_date]]. Beskedet är [[panel_word]] och kan överklagas.",
        ),
    ),
    documents_heading="Blanketter och handlingar",
    documents=(
        Link("Ansökan om bidrag (pdf)", "/download/18.3fa1/1770100/ansokan-bidrag.pdf"),
        Link("Riktlinjer för boende (pdf)", "/download/18.77bc/1770200/riktlinjer.pdf"),
        Link("Anmäl dig till kursen", "https://kurser.vinterlan.example/anmalan"),
    ),
    contact_heading="Kontakta oss",
    contact=(
        ("Telefon", "[[phone]]"),
        ("E-post", "[[email]]"),
        ("Öppettider", "[[hours]]"),
        ("Besöksadress", "[[address]]"),
        ("Ansvarig", "[[responsible]]"),
    ),
    stamp=("Senast uppdaterad", "[[updated]]"),
    site="Vinterläns myndighet",
    menu=(
        Link("Start", "/"),
        Link("Stöd och hjälp", "/stod"),
        Link("Bygga och bo", "/bygga"),
        Link("Lediga jobb", "/jobb"),
        Link("Om oss", "/om"),
    ),
    footer=("Vinterläns myndighet, organisationsnummer 202100-0000", "Om webbplatsen och personuppgifter"),
    facts={name: fact.value for name, fact in _SV_FACTS.items()},
)

_EN_FACTS = {
    "area": Fact("all of Northmere", "the coast of Northmere"),
    "officer": Fact("Helen Ashworth", "Daniel Prior"),
    "decided": Fact("3 November 2025", "8 December 2025", ("November 3, 2025",)),
    "intake": Fact("day and night", "on weekdays"),
    "age": Fact("18 years", "16 years"),
    "municipality": Fact("Fernbridge", "Oakhaven"),
    "not_needed": Fact("not ", ""),
    "not_passed": Fact("", "not "),
    "duty": Fact("must", "should"),
    "days": Fact("14 days", "21 days"),
    "section": Fact("section 4", "section 5"),
    "act": Fact("2014/88/EU", "2024/61/EU"),
    "months": Fact("three", "six"),
    "either": Fact("and", "or"),
    "escort": Fact("police", "advocates"),
    "may": Fact("may", "must"),
    "deadline": Fact("15 March 2026", "1 April 2026", ("2026-03-15", "15th March 2026", "March 15, 2026")),
    "limit": Fact("at most", "at least"),
    "amount": Fact("£4,500", "£6,000", ("£ 4,500", "£4500")),
    "percent": Fact("80 per cent", "65 per cent", ("80%", "80 percent")),
    "month": Fact("June", "July"),
    "frequency": Fact("twice a year", "once a year"),
    "report": Fact("30 September 2026", "31 October 2026", ("2026-09-30",)),
    "budget": Fact("£1,000", "£1,250", ("£1000",)),
    "meeting": Fact("22 April 2026", "29 April 2026", ("April 22, 2026",)),
    "hour": Fact("1.30 pm", "3.00 pm", ("13:30",)),
    "room": Fact("Linden Hall", "Beech Room"),
    "organiser": Fact("Sylvia Hartley", "Patricia Alder"),
    "weekday": Fact("Monday", "Tuesday"),
    "table_hours": Fact("9–12", "13–16", ("9-12",)),
    "table_fee": Fact("£15", "£22", ("£ 15",)),
    "table_name": Fact("Karen Loxley", "Neil Sandford"),
    "table_date": Fact("2 February 2026", "9 February 2026", ("2026-02-02",)),
    "panel_must": Fact("should", "must"),
    "panel_not": Fact("", "not "),
    "panel_amount": Fact("£120", "£150", ("£ 120",)),
    "panel_date": Fact("1 June 2026", "15 June 2026", ("2026-06-01",)),
    "panel_word": Fact("written", "spoken"),
    "phone": Fact("01632 960 123", "01632 960 987", ("01632 960123", "01632-960 123")),
    "email": Fact("support@northmere.example", "safety@northmere.example"),
    "hours": Fact("Monday–Friday 8.00–16.30", "Monday–Thursday 9.00–15.00", ("Monday–Friday 8:00–16:30",)),
    "address": Fact("12 Market Street", "7 Church Lane"),
    "responsible": Fact("Anne Birdwell", "Eric Norman"),
    "places": Fact("24", "18"),
    "wait": Fact("3 weeks", "6 weeks"),
    "rate": Fact("1.5", "15"),
    "allowed": Fact("lawful", "unlawful"),
    "updated": Fact("2026-02-12", "2026-03-18", ("12 February 2026",)),
}
_EN = Sheet(
    language="en",
    title="Support for people exposed to violence",
    status=(("Applies to", "[[area]]"), ("Case officer", "[[officer]]"), ("Adopted", "[[decided]]")),
    preamble="If somebody close to you is violent, you can get protection, advice and money. We answer [[intake]].",
    sections=(
        Section(
            "Who can get support",
            (
                "Support is for people who have reached [[age]] and who live or stay in [[municipality]].",
                (
                    "Whoever asks for help does [[not_needed]]have to report to the police. What you tell us may "
                    "[[not_passed]]be passed on to another authority."
                ),
                (
                    "The board [[duty]] offer a first talk within [[days]] under [[section]] of the framework "
                    "([[act]]) on local services."
                ),
                "The service “Haven” has been here long – it receives neighbourhood organisations, and their leaders.",
            ),
            (
                "a temporary home for [[months]] months",
                "talks with a counsellor [[either]] a doctor",
                "company of [[escort]] at a trial",
                "help with moving and with school for the children",
            ),
        ),
        Section(
            "Grants for associations",
            (
                "Associations [[may]] apply for grants for work against violence.",
                "Applications are received no later than [[deadline]].",
                "Each association can be given [[limit]] [[amount]], and the grant covers [[percent]] of the costs.",
                "Decisions are made in [[month]] and the money is paid [[frequency]].",
            ),
            (
                "a report that is handed in no later than [[report]]",
                "a share of your own of [[budget]]",
                "a plan that your board has adopted",
            ),
        ),
        Section(
            "Meetings and courses",
            (
                "The network gathers on [[meeting]] at [[hour]] in [[room]].",
                "Questions about the courses are answered by [[organiser]].",
                "The home has [[places]] places, and the waiting time for talks is [[wait]].",
                "Interest on repayments is [[rate]] per cent. It is [[allowed]] to transfer the grant.",
            ),
        ),
    ),
    table=Table(
        "Centres in the county",
        ("Town", "Day", "Hours", "Fee", "Contact", "Opens"),
        (
            ("Fernbridge", "[[weekday]]", "[[table_hours]]", "[[table_fee]]", "[[table_name]]", "[[table_date]]"),
            ("Lakewick", "Wednesday", "10–14", "£10", "Ursula France", "5 January 2026"),
            ("Aspenness", "Thursday", "8–11", "none", "Bob Elmer", "7 January 2026"),
        ),
    ),
    questions_heading="Common questions",
    questions=(
        (
            "Can I stay anonymous?",
            "You [[panel_must]] give your name once support is paid, and you can [[panel_not]]bring a friend.",
        ),
        ("What does the home cost?", "A week costs [[panel_amount]]. Whoever has no income pays what they can."),
        (
            "When do I get an answer?",
            "You get an answer no later than [[panel_date]]. It is [[panel_word]] and open to appeal.",
        ),
    ),
    documents_heading="Forms and papers",
    documents=(
        Link("Application for a grant (pdf)", "/download/18.3fa1/1770100/grant-application.pdf"),
        Link("Guidelines for homes (pdf)", "/download/18.77bc/1770200/guidelines.pdf"),
        Link("Sign up for the course", "https://courses.northmere.example/sign-up"),
    ),
    contact_heading="Contact us",
    contact=(
        ("Phone", "[[phone]]"),
        ("Email", "[[email]]"),
        ("Opening hours", "[[hours]]"),
        ("Address", "[[address]]"),
        ("Responsible", "[[responsible]]"),
    ),
    stamp=("Last updated", "[[updated]]"),
    site="Northmere Authority",
    menu=(
        Link("Home", "/"),
        Link("Support and help", "/support"),
        Link("Housing", "/housing"),
        Link("Vacancies", "/jobs"),
        Link("About us", "/about"),
    ),
    footer=("Northmere Authority, registered office 1 Quay Street", "About this site and personal data"),
    facts={name: fact.value for name, fact in _EN_FACTS.items()},
)

_DE_FACTS = {
    "area": Fact("ganz Nordau", "das östliche Nordau"),
    "officer": Fact("Helga Eschbach", "Jens Reuter"),
    "decided": Fact("3. November 2025", "8. Dezember 2025", ("03.11.2025",)),
    "intake": Fact("rund um die Uhr", "an Werktagen"),
    "age": Fact("18 Jahre", "16 Jahre"),
    "municipality": Fact("Tannheim", "Birkenau"),
    "not_needed": Fact("nicht ", ""),
    "not_passed": Fact("", "nicht "),
    "duty": Fact("muss", "soll"),
    "days": Fact("14 Tagen", "21 Tagen"),
    "section": Fact("§ 4", "§ 5"),
    "act": Fact("2014/88/EU", "2024/61/EU"),
    "months": Fact("drei", "sechs"),
    "either": Fact("und", "oder"),
    "escort": Fact("Polizei", "Beratung"),
    "may": Fact("können", "müssen"),
    "deadline": Fact("15. März 2026", "1. April 2026", ("15.03.2026", "2026-03-15")),
    "limit": Fact("höchstens", "mindestens"),
    "amount": Fact("4.500 Euro", "6.000 Euro", ("4 500 Euro", "4.500 €")),
    "percent": Fact("80 Prozent", "65 Prozent", ("80 %",)),
    "month": Fact("Juni", "Juli"),
    "frequency": Fact("zweimal im Jahr", "einmal im Jahr"),
    "report": Fact("30. September 2026", "31. Oktober 2026", ("30.09.2026",)),
    "budget": Fact("1.000 Euro", "1.250 Euro", ("1.000 €",)),
    "meeting": Fact("22. April 2026", "29. April 2026", ("22.04.2026",)),
    "hour": Fact("13.30", "15.00", ("13:30",)),
    "room": Fact("Lindensaal", "Buchenzimmer"),
    "organiser": Fact("Silvia Holm", "Petra Allgaier"),
    "weekday": Fact("Montag", "Dienstag"),
    "table_hours": Fact("9–12", "13–16", ("9-12",)),
    "table_fee": Fact("15 Euro", "22 Euro", ("15 €",)),
    "table_name": Fact("Karin Lohmann", "Nils Sander"),
    "table_date": Fact("2. Februar 2026", "9. Februar 2026", ("02.02.2026",)),
    "panel_must": Fact("sollen", "müssen"),
    "panel_not": Fact("", "nicht "),
    "panel_amount": Fact("120 Euro", "150 Euro", ("120 €",)),
    "panel_date": Fact("1. Juni 2026", "15. Juni 2026", ("01.06.2026",)),
    "panel_word": Fact("schriftlich", "mündlich"),
    "phone": Fact("03371 12 34 56", "03371 98 76 54", ("03371 123456", "03371/123456")),
    "email": Fact("hilfe@nordau.example", "schutz@nordau.example"),
    "hours": Fact("Montag–Freitag 8.00–16.30", "Montag–Donnerstag 9.00–15.00", ("Montag–Freitag 8:00–16:30",)),
    "address": Fact("Marktstraße 12", "Kirchweg 7"),
    "responsible": Fact("Anne Bergmann", "Erik Nordmann"),
    "places": Fact("24", "18"),
    "wait": Fact("3 Wochen", "6 Wochen"),
    "rate": Fact("1,5", "15"),
    "allowed": Fact("zulässig", "unzulässig"),
    "updated": Fact("12.02.2026", "18.03.2026", ("12. Februar 2026",)),
}
_DE = Sheet(
    language="de",
    title="Hilfe für Menschen, die Gewalt erleben",
    status=(("Gilt für", "[[area]]"), ("Sachbearbeitung", "[[officer]]"), ("Beschlossen", "[[decided]]")),
    preamble="Wer von nahestehenden Menschen Gewalt erlebt, bekommt Schutz, Rat und Geld. Wir antworten [[intake]].",
    sections=(
        Section(
            "Wer Hilfe bekommt",
            (
                "Die Hilfe ist für Menschen, die [[age]] alt sind und in [[municipality]] wohnen oder sich aufhalten.",
                (
                    "Wer um Hilfe bittet, braucht [[not_needed]]zur Polizei zu gehen. Angaben dürfen [[not_passed]]"
                    "an andere Behörden gegeben werden."
                ),
                (
                    "Der Ausschuss [[duty]] innerhalb von [[days]] nach [[section]] der Regelung ([[act]]) über "
                    "örtliche Dienste ein erstes Gespräch anbieten."
                ),
                "Den Dienst „Zuflucht“ gibt es schon lange – er empfängt Jugendorganisationen, und ihre Leitungen.",
            ),
            (
                "eine Wohnung auf Zeit für [[months]] Monate",
                "Gespräche mit einer Beraterin [[either]] einer Ärztin",
                "Begleitung durch die [[escort]] vor Gericht",
                "Hilfe beim Umzug und bei der Schule der Kinder",
            ),
        ),
        Section(
            "Zuschüsse für Vereine",
            (
                "Vereine [[may]] Zuschüsse für die Arbeit gegen Gewalt beantragen.",
                "Anträge sind spätestens bis zum [[deadline]] einzureichen.",
                "Jeder Verein bekommt [[limit]] [[amount]], und der Zuschuss deckt [[percent]] der Kosten.",
                "Entschieden wird im [[month]], gezahlt wird [[frequency]].",
            ),
            (
                "ein Bericht, der spätestens bis zum [[report]] vorliegt",
                "ein eigener Anteil von [[budget]]",
                "ein Plan, den der Vorstand beschlossen hat",
            ),
        ),
        Section(
            "Treffen und Kurse",
            (
                "Das Netzwerk trifft sich am [[meeting]] um [[hour]] Uhr im [[room]].",
                "Fragen zu den Kursen beantwortet [[organiser]].",
                "Das Haus hat [[places]] Plätze, und die Wartezeit auf Gespräche beträgt [[wait]].",
                "Rückforderungen werden mit [[rate]] Prozent verzinst. Es ist [[allowed]], sie abzutreten.",
            ),
        ),
    ),
    table=Table(
        "Stellen im Kreis",
        ("Ort", "Tag", "Zeit", "Gebühr", "Kontakt", "Öffnet"),
        (
            ("Tannheim", "[[weekday]]", "[[table_hours]]", "[[table_fee]]", "[[table_name]]", "[[table_date]]"),
            ("Seewiek", "Mittwoch", "10–14", "10 Euro", "Ulla Franke", "5. Januar 2026"),
            ("Espenau", "Donnerstag", "8–11", "keine", "Bodo Ulmer", "7. Januar 2026"),
        ),
    ),
    questions_heading="Häufige Fragen",
    questions=(
        (
            "Kann ich anonym bleiben?",
            "Sie [[panel_must]] Ihren Namen bei der Zahlung nennen und dürfen [[panel_not]]eine Freundin mitbringen.",
        ),
        ("Was kostet die Wohnung?", "Eine Woche kostet [[panel_amount]]. Wer wenig verdient, zahlt nach Vermögen."),
        (
            "Wann kommt die Antwort?",
            "Die Antwort kommt spätestens bis zum [[panel_date]]. Sie ergeht [[panel_word]] und ist anfechtbar.",
        ),
    ),
    documents_heading="Formulare und Unterlagen",
    documents=(
        Link("Antrag auf Zuschuss (pdf)", "/download/18.3fa1/1770100/antrag.pdf"),
        Link("Richtlinien für Wohnungen (pdf)", "/download/18.77bc/1770200/richtlinien.pdf"),
        Link("Zum Kurs anmelden", "https://kurse.nordau.example/anmeldung"),
    ),
    contact_heading="Kontakt",
    contact=(
        ("Telefon", "[[phone]]"),
        ("E-Mail", "[[email]]"),
        ("Öffnungszeiten", "[[hours]]"),
        ("Anschrift", "[[address]]"),
        ("Verantwortlich", "[[responsible]]"),
    ),
    stamp=("Zuletzt aktualisiert", "[[updated]]"),
    site="Kreis Nordau",
    menu=(
        Link("Startseite", "/"),
        Link("Hilfe und Rat", "/hilfe"),
        Link("Bauen und Wohnen", "/bauen"),
        Link("Stellenangebote", "/stellen"),
        Link("Über uns", "/ueber-uns"),
    ),
    footer=("Kreis Nordau, Sitz der Verwaltung in Tannheim", "Impressum und Datenschutz"),
    facts={name: fact.value for name, fact in _DE_FACTS.items()},
)

SHEETS: Mapping[str, Sheet] = {"sv": _SV, "en": _EN, "de": _DE}
FACTS: Mapping[str, Mapping[str, Fact]] = {"sv": _SV_FACTS, "en": _EN_FACTS, "de": _DE_FACTS}

NEW: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "item": "stöd i kontakter med banken och hyresvärden",
        "paragraph": "Husdjur kan placeras hos ett jourhem medan ägaren bor hos oss.",
        "notice": "Boendet i Sjövik tar inte emot nya gäster förrän ombyggnaden är klar.",
        "heading": "Resor och ersättning",
        "body": "Resor till samtal ersätts mot kvitto, även för den som följer med.",
        "question": "Får barnen följa med?",
        "answer": "Barnen har egna rum och en egen stödperson under hela vistelsen.",
        "title": "Stöd till dig som har varit utsatt för våld",
        "section_heading": "Vem har rätt till stöd",
        "document": "Blankett för fullmakt (pdf)",
        "row": "Furulund",
        "contact_label": "Jourtelefon",
        "contact": "0470-55 44 33",
        "status": "Remiss",
        "status_value": "Inriktningen är under omprövning",
    },
    "en": {
        "item": "backing in dealings with the bank and the landlord",
        "paragraph": "Pets can stay with a foster family while their owner lives with us.",
        "notice": "The home in Lakewick receives no new guests until the rebuilding is done.",
        "heading": "Travel and refunds",
        "body": "Journeys to talks are refunded against receipts, also for a companion.",
        "question": "Can the children come along?",
        "answer": "Children have rooms of their own and a supporter during the whole stay.",
        "title": "Support for people who have been exposed to violence",
        "section_heading": "Who is entitled to support",
        "document": "Form for power of attorney (pdf)",
        "row": "Pinegrove",
        "contact_label": "Crisis line",
        "contact": "01632 960 555",
        "status": "Review",
        "status_value": "The scheme is being reconsidered",
    },
    "de": {
        "item": "Beistand gegenüber Bank und Vermieter",
        "paragraph": "Haustiere kommen in eine Pflegestelle, solange ihre Halter bei uns wohnen.",
        "notice": "Das Haus in Seewiek nimmt bis zum Ende des Umbaus keine neuen Gäste auf.",
        "heading": "Fahrten und Erstattung",
        "body": "Fahrten zu Gesprächen werden gegen Beleg erstattet, auch für Begleitpersonen.",
        "question": "Dürfen die Kinder mitkommen?",
        "answer": "Kinder haben eigene Zimmer und während des Aufenthalts eine eigene Vertrauensperson.",
        "title": "Hilfe für Menschen, die Gewalt erlebt haben",
        "section_heading": "Wer Anspruch auf Hilfe hat",
        "document": "Formular für eine Vollmacht (pdf)",
        "row": "Föhrenhain",
        "contact_label": "Notruf",
        "contact": "03371 55 44 33",
        "status": "Prüfung",
        "status_value": "Die Regelung wird derzeit überdacht",
    },
}
"""Texts that an edit adds, by language."""

MOVING: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sv": {
        "visits": ("Antal besök på sidan: 12 345", "Antal besök på sidan: 12 391"),
        "downloads": ("Hämtad 1 204 gånger", "Hämtad 1 219 gånger"),
        "likes": ("17 personer gillar detta", "21 personer gillar detta"),
        "shares": ("Delad 34 gånger", "Delad 36 gånger"),
        "queue": ("Du har plats 14 i kön", "Du har plats 9 i kön"),
        "wait": ("Väntetid i telefon just nu: 12 minuter", "Väntetid i telefon just nu: 4 minuter"),
        "open now": ("Telefonen är öppen nu", "Telefonen är stängd nu"),
        "rendered": ("Sidan skapades på 0,134 sekunder", "Sidan skapades på 0,092 sekunder"),
        "request id": ("Ärende-id för anropet: 8f3c21aa-0b17", "Ärende-id för anropet: 1d90e7b4-55c2"),
        "countdown": ("27 dagar kvar", "26 dagar kvar"),
        "ago": ("Uppdaterad för 3 dagar sedan", "Uppdaterad för 4 dagar sedan"),
        "today": ("Torsdag 19 mars 2026", "Fredag 20 mars 2026"),
        "today with clock": ("I dag är det 2026-03-19 kl. 10.00", "I dag är det 2026-03-20 kl. 10.00"),
        "generated": ("Sidan genererad 2026-03-19 10:00:12", "Sidan genererad 2026-03-20 10:00:43"),
        "printed": ("Utskriven 2026-03-19 10:00", "Utskriven 2026-03-20 10:00"),
        "reading time": ("Lästid: 4 minuter", "Lästid: 5 minuter"),
        "online": ("36 besökare online", "52 besökare online"),
        "comments": ("3 kommentarer", "5 kommentarer"),
    },
    "en": {
        "visits": ("Number of visits: 12,345", "Number of visits: 12,391"),
        "downloads": ("Downloaded 1,204 times", "Downloaded 1,219 times"),
        "likes": ("17 people like this", "21 people like this"),
        "shares": ("Shared 34 times", "Shared 36 times"),
        "queue": ("You are number 14 in the queue", "You are number 9 in the queue"),
        "wait": ("Current waiting time by phone: 12 minutes", "Current waiting time by phone: 4 minutes"),
        "open now": ("Our phone is open now", "Our phone is closed now"),
        "rendered": ("Page rendered in 0.134 seconds", "Page rendered in 0.092 seconds"),
        "request id": ("Request ID: 8f3c21aa-0b17", "Request ID: 1d90e7b4-55c2"),
        "countdown": ("27 days left", "26 days left"),
        "ago": ("Updated 3 days ago", "Updated 4 days ago"),
        "today": ("Thursday 19 March 2026", "Friday 20 March 2026"),
        "today with clock": ("Today is 19 March 2026, 10:00", "Today is 20 March 2026, 10:00"),
        "generated": ("Page generated 2026-03-19 10:00:12", "Page generated 2026-03-20 10:00:43"),
        "printed": ("Printed on 2026-03-19 10:00", "Printed on 2026-03-20 10:00"),
        "reading time": ("Reading time: 4 minutes", "Reading time: 5 minutes"),
        "online": ("36 visitors online", "52 visitors online"),
        "comments": ("3 comments", "5 comments"),
    },
    "de": {
        "visits": ("Anzahl der Besuche: 12.345", "Anzahl der Besuche: 12.391"),
        "downloads": ("1.204 Mal heruntergeladen", "1.219 Mal heruntergeladen"),
        "likes": ("17 Personen gefällt das", "21 Personen gefällt das"),
        "shares": ("34 Mal geteilt", "36 Mal geteilt"),
        "queue": ("Sie sind auf Platz 14 der Warteschlange", "Sie sind auf Platz 9 der Warteschlange"),
        "wait": ("Aktuelle Wartezeit am Telefon: 12 Minuten", "Aktuelle Wartezeit am Telefon: 4 Minuten"),
        "open now": ("Jetzt geöffnet", "Jetzt geschlossen"),
        "rendered": ("Seite in 0,134 Sekunden erstellt", "Seite in 0,092 Sekunden erstellt"),
        "request id": ("Request-ID: 8f3c21aa-0b17", "Request-ID: 1d90e7b4-55c2"),
        "countdown": ("Noch 27 Tage", "Noch 26 Tage"),
        "ago": ("Vor 3 Tagen aktualisiert", "Vor 4 Tagen aktualisiert"),
        "today": ("Donnerstag, 19. März 2026", "Freitag, 20. März 2026"),
        "today with clock": ("Heute ist der 19. März 2026, 10:00 Uhr", "Heute ist der 20. März 2026, 10:00 Uhr"),
        "generated": ("Seite erzeugt am 19.03.2026 10:00:12", "Seite erzeugt am 20.03.2026 10:00:43"),
        "printed": ("Gedruckt am 19.03.2026 10:00", "Gedruckt am 20.03.2026 10:00"),
        "reading time": ("Lesezeit: 4 Minuten", "Lesezeit: 5 Minuten"),
        "online": ("36 Besucher online", "52 Besucher online"),
        "comments": ("3 Kommentare", "5 Kommentare"),
    },
}

FURNITURE: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "cookies": "Vi använder kakor för att webbplatsen ska fungera. Du kan godkänna alla eller välja vilka.",
        "accept": "Godkänn alla kakor",
        "share": "Dela",
        "print": "Skriv ut",
        "listen": "Lyssna",
        "top": "Till sidans topp",
        "helpful": "Hjälpte den här sidan dig?",
        "yes": "Ja",
        "no": "Nej",
        "related": "Läs också",
        "contents": "Innehåll på sidan",
        "menu": "Press och nyheter",
        "login": "Logga in på Mina sidor",
        "search": "Sök på webbplatsen",
        "chat": "Chatta med oss",
    },
    "en": {
        "cookies": "We use cookies to make this site work. You can accept all of them or choose.",
        "accept": "Accept all cookies",
        "share": "Share",
        "print": "Print",
        "listen": "Listen",
        "top": "Back to top",
        "helpful": "Was this page helpful?",
        "yes": "Yes",
        "no": "No",
        "related": "Related pages",
        "contents": "On this page",
        "menu": "News and media",
        "login": "Log in to My pages",
        "search": "Search this site",
        "chat": "Chat with us",
    },
    "de": {
        "cookies": "Wir verwenden Cookies, damit diese Seite funktioniert. Sie können alle akzeptieren oder auswählen.",
        "accept": "Alle Cookies akzeptieren",
        "share": "Teilen",
        "print": "Drucken",
        "listen": "Vorlesen",
        "top": "Nach oben",
        "helpful": "War diese Seite hilfreich?",
        "yes": "Ja",
        "no": "Nein",
        "related": "Auch interessant",
        "contents": "Inhalt dieser Seite",
        "menu": "Presse und Nachrichten",
        "login": "Bei Mein Konto anmelden",
        "search": "Diese Website durchsuchen",
        "chat": "Chat starten",
    },
}
"""Words of the site around the text."""

TEASERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "sv": (
        ("Ny chef för vägarna", "Badplatserna provtas", "Så röstar du"),
        ("Skogsvandring på lördag", "Isen är svag", "Kartor att låna"),
    ),
    "en": (
        ("New head of roads", "Beaches are tested", "How to vote"),
        ("Forest walk on Saturday", "The ice is thin", "Maps on loan"),
    ),
    "de": (
        ("Neue Leitung der Straßen", "Badeseen im Test", "So wählen Sie"),
        ("Wanderung am Samstag", "Das Eis ist dünn", "Karten zum Leihen"),
    ),
}
"""Headlines beside the text: those of the first look, and those of the next."""

WALLS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "login": "Logga in",
        "login text": "Du måste logga in för att fortsätta. Ange användarnamn och lösenord.",
        "user": "Användarnamn",
        "password": "Lösenord",
        "error": "Sidan kunde inte hittas",
        "error text": "Sidan du söker finns inte eller har tagits bort. Prova att söka eller gå till startsidan.",
        "failure": "Ett fel har uppstått",
        "failure text": "Tekniskt fel. Försök igen om en stund.",
        "script": "Du måste aktivera JavaScript för att se sidan.",
        "loading": "Laddar …",
        "maintenance": "Webbplatsen är tillfälligt stängd",
        "maintenance text": "Vi utför underhåll och är snart tillbaka.",
        "moved": "Sidan har flyttat till en ny adress.",
        "moved link": "Gå till den nya sidan",
        "robot": "Bekräfta att du inte är en robot",
        "home": "Välkommen till Havreby kommun",
    },
    "en": {
        "login": "Log in",
        "login text": "You must log in to continue. Enter your user name and password.",
        "user": "User name",
        "password": "Password",
        "error": "Page not found",
        "error text": "The page you are looking for does not exist or has been removed. Try searching instead.",
        "failure": "Something went wrong",
        "failure text": "An unexpected error occurred. Please try again later.",
        "script": "You need to enable JavaScript to run this app.",
        "loading": "Loading…",
        "maintenance": "The site is temporarily unavailable",
        "maintenance text": "We are under maintenance and will soon be back.",
        "moved": "This page has moved to a new address.",
        "moved link": "Go to the new page",
        "robot": "Please confirm that you are not a robot",
        "home": "Welcome to Barley District",
    },
    "de": {
        "login": "Anmelden",
        "login text": "Bitte melden Sie sich an. Geben Sie Benutzername und Passwort ein.",
        "user": "Benutzername",
        "password": "Passwort",
        "error": "Seite nicht gefunden",
        "error text": "Die gesuchte Seite wurde nicht gefunden oder gelöscht. Bitte nutzen Sie die Suche.",
        "failure": "Fehler 500",
        "failure text": "Es ist ein Fehler aufgetreten. Bitte versuchen Sie es später erneut.",
        "script": "Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.",
        "loading": "Wird geladen …",
        "maintenance": "Die Website ist vorübergehend nicht erreichbar",
        "maintenance text": "Wir führen Wartungsarbeiten durch und sind bald zurück.",
        "moved": "Diese Seite ist umgezogen und hat eine neue Adresse.",
        "moved link": "Zur neuen Seite",
        "robot": "Bitte bestätigen Sie, dass Sie kein Roboter sind",
        "home": "Willkommen in Hafertal",
    },
}
"""Words of what a site may send in place of the page."""

DESK: Mapping[str, tuple[str, str, str]] = {
    "sv": (
        "Receptionen",
        "Receptionen tar emot [[desk]] mellan klockan nio och tolv, och samtalen är alltid gratis.",
        "Mer",
    ),
    "en": (
        "The desk",
        "The desk receives visitors on [[desk]] between nine and noon, and talks are always free.",
        "More",
    ),
    "de": (
        "Der Empfang",
        "Der Empfang ist am [[desk]] zwischen neun und zwölf offen, und Gespräche sind immer frei.",
        "Mehr",
    ),
}
"""A heading, a paragraph and the word on a button, which a site may wrap in all kinds of markup."""
DESK_DAYS: Mapping[str, tuple[str, str]] = {
    "sv": ("måndagar", "fredagar"),
    "en": ("Mondays", "Fridays"),
    "de": ("Montag", "Freitag"),
}

ALMOST_MOVING: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "sv": {
        "places": ("Antal platser i boendet: 24", "Antal platser i boendet: 18"),
        "waiting time": ("Väntetid till kurator: 3 veckor", "Väntetid till kurator: 6 veckor"),
        "visits a week": ("Högst 3 besök i veckan", "Högst 2 besök i veckan"),
        "length of a talk": ("Ett samtal tar 45 minuter", "Ett samtal tar 60 minuter"),
        "time to appeal": ("Du har 3 veckor på dig att överklaga", "Du har 2 veckor på dig att överklaga"),
        "the round": ("Ansökningsomgången är öppen", "Ansökningsomgången är stängd"),
        "case number": ("Diarienummer 801-1234-2026", "Diarienummer 801-2201-2026"),
        "account": ("Bankgiro 5051-1234", "Bankgiro 5051-9876"),
        "version": ("Version 1.1 av riktlinjerna", "Version 1.2 av riktlinjerna"),
        "share of the budget": ("Bidraget delas av 34 föreningar", "Bidraget delas av 36 föreningar"),
        "a day": ("Öppet hus tisdag 12 maj 2026", "Öppet hus onsdag 13 maj 2026"),
        "a day and its clock": ("Träffen börjar 2026-05-12 kl. 10.00", "Träffen börjar 2026-05-12 kl. 11.00"),
    },
    "en": {
        "places": ("Number of places in the home: 24", "Number of places in the home: 18"),
        "waiting time": ("Waiting time for a counsellor: 3 weeks", "Waiting time for a counsellor: 6 weeks"),
        "visits a week": ("At most 3 visits a week", "At most 2 visits a week"),
        "length of a talk": ("A talk takes 45 minutes", "A talk takes 60 minutes"),
        "time to appeal": ("You have 3 weeks to appeal", "You have 2 weeks to appeal"),
        "the round": ("The application round is open", "The application round is closed"),
        "case number": ("Case number 801-1234-2026", "Case number 801-2201-2026"),
        "account": ("Account 5051-1234", "Account 5051-9876"),
        "version": ("Version 1.1 of the guidelines", "Version 1.2 of the guidelines"),
        "share of the budget": ("The grant is shared by 34 associations", "The grant is shared by 36 associations"),
        "a day": ("Open house Tuesday 12 May 2026", "Open house Wednesday 13 May 2026"),
        "a day and its clock": ("The gathering begins 12 May 2026, 10:00", "The gathering begins 12 May 2026, 11:00"),
    },
    "de": {
        "places": ("Anzahl der Plätze im Haus: 24", "Anzahl der Plätze im Haus: 18"),
        "waiting time": ("Wartezeit auf die Beratung: 3 Wochen", "Wartezeit auf die Beratung: 6 Wochen"),
        "visits a week": ("Höchstens 3 Besuche in der Woche", "Höchstens 2 Besuche in der Woche"),
        "length of a talk": ("Ein Gespräch dauert 45 Minuten", "Ein Gespräch dauert 60 Minuten"),
        "time to appeal": (
            "Sie haben 3 Wochen Zeit für den Widerspruch",
            "Sie haben 2 Wochen Zeit für den Widerspruch",
        ),
        "the round": ("Die Antragsrunde ist geöffnet", "Die Antragsrunde ist geschlossen"),
        "case number": ("Aktenzeichen 801-1234-2026", "Aktenzeichen 801-2201-2026"),
        "account": ("Konto 5051-1234", "Konto 5051-9876"),
        "version": ("Fassung 1.1 der Richtlinien", "Fassung 1.2 der Richtlinien"),
        "share of the budget": ("Den Zuschuss teilen sich 34 Vereine", "Den Zuschuss teilen sich 36 Vereine"),
        "a day": ("Offenes Haus Dienstag, 12. Mai 2026", "Offenes Haus Mittwoch, 13. Mai 2026"),
        "a day and its clock": (
            "Das Treffen beginnt am 12.05.2026 um 10:00",
            "Das Treffen beginnt am 12.05.2026 um 11:00",
        ),
    },
}
"""Lines that look like those that move by themselves, and are content."""
