from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.judging.compare import judge
from monitor.core.judging.section_changes import item_block
from monitor.core.judging.significance import RULES
from monitor.core.model import (
    LANGUAGES,
    Block,
    BlockChange,
    Change,
    Changed,
    DateSource,
    Extraction,
    Item,
    Link,
    Op,
    StatedDate,
)
from monitor.wording.nouns import NOUNS, counted_noun, held_back_name, joined
from monitor.wording.summary import nothing_differs, summarise

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PLACE = ("Våld", "Vad gör länsstyrelsen?")


def stated(day: str, source: DateSource = "text", label: str = "Senast uppdaterad") -> StatedDate:
    return StatedDate(day, label, f"Senast uppdaterad: {day}", source)


def edit(
    before: str | None, after: str | None, rule: str, kind: str = "p", heading: tuple[str, ...] = PLACE
) -> BlockChange:
    op: Op = "edited" if before and after else "added" if after else "removed"
    category, material = RULES[rule].category, RULES[rule].material
    return BlockChange(op, kind, heading, None, before, after, category, material=material, rule=rule)


DATE = edit("Senast uppdaterad: 2021-11-18", "Senast uppdaterad: 2024-03-01", "update-date")
ITEM = edit(None, "Följa upp årligen", "content-added", "li")
SPACE = edit("a , b", "a, b", "whitespace")


def said(*blocks: BlockChange, before: StatedDate | None = None, after: StatedDate | None = None) -> tuple[str, str]:
    both = summarise(Change(blocks, before, after))
    return both["sv"], both["en"]


def test_a_moved_date_and_an_added_item_are_said_in_one_sentence() -> None:
    assert said(DATE, ITEM, before=stated("2021-11-18"), after=stated("2024-03-01")) == (
        "1 punkt tillagd under ”Vad gör länsstyrelsen?”: ”Följa upp årligen”; sidans datum 2021-11-18 → 2024-03-01",
        "1 item added under “Vad gör länsstyrelsen?”: “Följa upp årligen”; the page's date 2021-11-18 → 2024-03-01",
    )


def test_a_date_that_moved_alone_is_said_to_have_moved_alone() -> None:
    assert said(DATE, before=stated("2021-11-18"), after=stated("2024-03-01")) == (
        "Sidans datum 2021-11-18 → 2024-03-01; datumet ändrades, texten inte",
        "The page's date 2021-11-18 → 2024-03-01; the date changed, the text did not",
    )


def test_what_is_held_back_beside_a_moved_date_is_not_denied() -> None:
    assert said(DATE, SPACE, before=stated("2021-11-18"), after=stated("2024-03-01"))[0] == (
        "Sidans datum 2021-11-18 → 2024-03-01; i övrigt inget väsentligt: mellanslag"
    )


def test_a_silent_edit_is_said_to_be_one() -> None:
    same = stated("2021-11-18")
    assert said(ITEM, before=same, after=same) == (
        "1 punkt tillagd under ”Vad gör länsstyrelsen?”: ”Följa upp årligen”; sidans datum är oförändrat",
        "1 item added under “Vad gör länsstyrelsen?”: “Följa upp årligen”; the page's date is unchanged",
    )


@pytest.mark.parametrize("dates", [(None, None), (stated("2021-11-18"), None), (stated("2021-11-18", "meta"),) * 2])
def test_nothing_is_said_of_a_date_that_the_page_does_not_show(
    dates: tuple[StatedDate | None, StatedDate | None],
) -> None:
    assert "datum" not in said(ITEM, before=dates[0], after=dates[1])[0]


def test_a_date_that_came_or_went_is_said_so() -> None:
    new, gone = edit(None, "Senast uppdaterad: 2024-03-01", "update-date"), edit("Uppdaterad 2024", None, "update-date")
    assert said(new, after=stated("2024-03-01"))[0].startswith("Sidan har fått ett uppdateringsdatum: 2024-03-01")
    assert said(gone, before=stated("2024-03-01"))[1].startswith(
        "The page no longer states when it was updated (was 2024-03-01)"
    )
    assert said(DATE, before=stated("2024-03-01"), after=stated("2024-03-01"))[0].startswith("Sidans datum ändrat")


def test_metadata_is_not_quoted_as_what_the_page_says() -> None:
    sentence = said(DATE, before=stated("2021-11-18", "meta"), after=stated("2024-03-01", "json-ld"))[0]
    assert sentence == "Sidans datum ändrat; datumet ändrades, texten inte"


def test_a_date_without_a_label_is_the_pages_date() -> None:
    assert said(DATE, before=stated("2021-11-18"), after=stated("2024-03-01", label="")) == (
        "Sidans datum 2021-11-18 → 2024-03-01; datumet ändrades, texten inte",
        "The page's date 2021-11-18 → 2024-03-01; the date changed, the text did not",
    )


def test_a_small_word_that_goes_with_the_form_of_a_date_is_no_place_of_its_own() -> None:
    deadline = edit("Sista dag är den 15 mars 2027. Skriv.", "Sista dag är 2027-04-15. Skriv.", "deadline")
    amounts = edit("Från 100 kr till 200 kr per dag.", "Från 110 kr till 220 kr per dag.", "amount")
    assert said(deadline, amounts)[0] == (
        "Tidsfrist ändrad: 15 mars 2027 → 2027-04-15; 2 belopp ändrade: 100 → 110 kr, 200 → 220 kr"
    )
    reworded = edit("Sista dag är 15 mars 2027, på plats.", "Sista dag var 15 april 2027, på plats.", "deadline")
    assert "”är” → ”var”" in said(reworded)[0]


def test_facts_that_replaced_others_are_said_the_weightiest_first() -> None:
    amounts = edit("Från 100 kr till 200 kr per dag.", "Från 110 kr till 220 kr per dag.", "amount")
    deadline = edit("Svara senast den 1 mars.", "Svara senast den 1 april.", "deadline")
    assert said(amounts, deadline) == (
        "Tidsfrist ändrad: 1 mars → 1 april; 2 belopp ändrade: 100 → 110 kr, 200 → 220 kr",
        "Deadline changed: 1 mars → 1 april; 2 amounts changed: 100 → 110 kr, 200 → 220 kr",
    )


def test_facts_of_one_block_are_said_each_by_its_noun_and_the_pages_date_last() -> None:
    both = edit(
        "Ansök senast den 15 februari 2022 om högst 400 000 kr.",
        "Ansök senast den 1 mars 2022 om högst 350 000 kr.",
        "deadline",
    )
    assert said(both, DATE, before=stated("2021-11-18"), after=stated("2021-12-01"))[0] == (
        "Tidsfrist ändrad: 15 februari → 1 mars 2022; belopp ändrat: 400 000 → 350 000 kr;"
        " sidans datum 2021-11-18 → 2021-12-01"
    )


@pytest.mark.parametrize(
    ("before", "after", "rule", "swedish", "english"),
    [
        ("Stöd ges enligt 4 §.", "Stöd ges enligt 5 §.", "section-number",
         "Hänvisning ändrad: 4 § → 5 §", "Reference changed: 4 § → 5 §"),
        ("Ring 0480-820 00.", "Ring 0480-820 01.", "contact",
         "Telefonnummer ändrat: 0480-820 00 → 0480-820 01", "Phone number changed: 0480-820 00 → 0480-820 01"),
        ("Mejla a@norrvik.example nu.", "Mejla b@norrvik.example nu.", "contact",
         "E-postadress ändrad: a@norrvik.example → b@norrvik.example",
         "E-mail address changed: a@norrvik.example → b@norrvik.example"),
        ("Kursen börjar den 3 maj 2027.", "Kursen börjar den 4 maj 2027.", "date",
         "Datum ändrat: 3 maj → 4 maj 2027", "Date changed: 3 maj → 4 maj 2027"),
        ("Kursen börjar kl. 9.", "Kursen börjar kl. 10.", "time-of-day",
         "Klockslag ändrat: kl. 9 → kl. 10", "Time changed: kl. 9 → kl. 10"),
        ("Öppet måndag–fredag 9–16.", "Öppet måndag–fredag 9–15.", "opening-hours",
         "Öppettid ändrad: Öppet måndag–fredag 9–16 → 9–15", "Opening hours changed: Öppet måndag–fredag 9–16 → 9–15"),
        ("Vi har 12 platser.", "Vi har 14 platser.", "figure",
         "Sifferuppgift ändrad under ”Vad gör länsstyrelsen?”: 12 → 14 platser",
         "Figure changed under “Vad gör länsstyrelsen?”: 12 → 14 platser"),
        ("Kommunen ska svara.", "Kommunen bör svara.", "modal-verb",
         "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”ska” → ”bör”",
         "1 paragraph changed under “Vad gör länsstyrelsen?”: “ska” → “bör”"),
        ("Du får söka stöd.", "Du får inte söka stöd.", "negation",
         "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”får” → ”får inte”",
         "1 paragraph changed under “Vad gör länsstyrelsen?”: “får” → “får inte”"),
        ("Erbjuda utbildning", "Erbjuda utbildning och metodstöd", "wording",
         "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”och metodstöd” tillagt",
         "1 paragraph changed under “Vad gör länsstyrelsen?”: “och metodstöd” added"),
        ("Erbjuda utbildning och metodstöd", "Erbjuda utbildning", "wording",
         "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”och metodstöd” borttaget",
         "1 paragraph changed under “Vad gör länsstyrelsen?”: “och metodstöd” removed"),
        ("Ring oss när som helst. Vi ger råd. Vi ger stöd till alla.",
         "Vi ger råd. Vi ger stöd till alla. Ring oss när som helst.", "wording",
         "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”Ring oss när som helst” flyttat",
         "1 paragraph changed under “Vad gör länsstyrelsen?”: “Ring oss när som helst” moved"),
    ],
)  # fmt: skip
def test_each_kind_of_edit_is_said_by_its_noun_and_verb_and_then_its_words(
    before: str, after: str, rule: str, swedish: str, english: str
) -> None:
    category = RULES[rule].category if rule in RULES else rule
    block = BlockChange("edited", "p", PLACE, None, before, after, category, material=True, rule=rule)
    assert said(block) == (swedish, english)


def test_headings_are_said_whole_and_a_long_one_by_what_differs() -> None:
    assert said(edit("Ansökan", "Ansökan och beslut", "heading", "h2")) == (
        "Rubrik ändrad: ”Ansökan” → ”Ansökan och beslut”",
        "Heading changed: “Ansökan” → “Ansökan och beslut”",
    )
    assert said(edit(None, "Kontakt", "heading", "h2"), edit("Arkiv", None, "heading", "h3"))[0] == (
        "Rubrik tillagd: ”Kontakt”; rubrik borttagen: ”Arkiv”"
    )
    long = "ett regionalt arbete mot våld i nära relationer som pågår i hela länet under många år"
    assert said(edit(f"Mål för {long}", f"Planer för {long}", "heading", "h2"))[0] == "Rubrik ändrad: ”Mål” → ”Planer”"


def test_of_a_heading_that_is_a_value_the_value_is_said() -> None:
    assert said(edit("0480-12 34 56", "0480-12 34 57", "contact", "h4"))[0] == (
        "Telefonnummer ändrat: 0480-12 34 56 → 0480-12 34 57"
    )
    assert said(edit("43", "57", "figure", "h2"))[1] == "Figure changed under “Vad gör länsstyrelsen?”: 43 → 57"


def test_an_edit_whose_values_cannot_be_paired_is_said_by_its_words() -> None:
    rest = "och betalas i förväg av den som deltar i kursen"
    block = edit(f"Avgiften är 400 kr {rest}.", f"Avgiften är 500 kr eller 600 kr {rest}.", "amount")
    assert said(block)[0] == "Belopp ändrat: ”400 kr” → ”500 kr eller 600 kr”"


def test_a_code_of_letters_and_digits_is_said_whole() -> None:
    form = edit("Fyll i blankett NV7001 och skicka den.", "Fyll i blankett NV7102 och skicka den.", "figure")
    assert said(form)[0] == "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”NV7001” → ”NV7102”"
    room = edit("Vi sitter i hus K593 på området.", "Vi sitter i hus PY28 på området.", "figure")
    assert said(room)[0].endswith(": ”K593” → ”PY28”")
    note = edit("Antal prov i länet2 | 12", "Antal prov i länet 2 | 14", "figure", "row")
    assert (
        said(note)[0]
        == "Sifferuppgift ändrad under ”Vad gör länsstyrelsen?”: 12 → 14; 1 rad ändrad: ”länet2” → ”länet 2”"
    )


def test_a_date_that_lost_its_year_is_said_by_its_words_and_one_that_got_a_year_as_a_date() -> None:
    dated, bare = "Ansök senast den 14 mars 2026 hos oss.", "Ansök senast den 14 mars hos oss."
    assert said(edit(dated, bare, "wording"))[0] == (
        "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”14 mars 2026” → ”14 mars”"
    )
    assert said(edit(bare, dated, "deadline"))[0] == "Tidsfrist ändrad: 14 mars → 14 mars 2026"


def test_a_letter_after_a_figure_is_a_unit_only_where_it_is_one() -> None:
    assert said(edit("Gångvägen är 10 m bred.", "Gångvägen är 12 m bred.", "figure"))[0].endswith(": 10 → 12 m")
    welsh = edit("Mae 502 o achosion newydd.", "Mae 340 o achosion newydd.", "figure")
    assert said(welsh)[0].endswith(": 502 → 340")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Vi har 12 platser kvar i kursen.", "Vi har 14 stolar kvar i kursen.", "”12 platser” → ”14 stolar”"),
        ("Hus Asken 42 Storgården i Ekby, på dagtid.", "Hus Björk 1 Lillgården i Ekby, på dagtid.",
         "”Asken 42 Storgården” → ”Björk 1 Lillgården”"),
        ("Vi finns i sal 12, på plan 4 i huset.", "Vi finns i rum 7, på plan 4 i huset.", "”sal 12” → ”rum 7”"),
        ("Vi har 12 platser kvar i kursen.", "Vi har 14 platser kvar i kursen.", "12 → 14 platser"),
        ("Vi finns i sal 12, på plan 4 i huset.", "Vi finns i sal 7, på plan 4 i huset.", "12 → 7"),
    ],
)  # fmt: skip
def test_a_figure_replaced_another_only_where_both_are_of_the_same(before: str, after: str, words: str) -> None:
    assert said(edit(before, after, "figure"))[0].endswith(f"”: {words}")


def test_a_mark_that_ends_the_sentence_before_is_not_said_of_the_words_that_replaced_others() -> None:
    block = edit(
        "Provet tas på vårdcentralen, andra laboratorier i länet räknas in.",
        "Provet tas på vårdcentralen. Inte laboratorier i länet räknas in.",
        "wording",
    )
    assert said(block)[0].endswith(": ”andra” → ”Inte”")


def test_an_arrow_at_the_end_of_a_link_is_not_quoted() -> None:
    for text in ("Läs vägledningen »", "Läs vägledningen ›", "Läs vägledningen  > "):
        assert said(edit(text, None, "content-removed", "li"))[0].endswith(": ”Läs vägledningen”")
    assert said(edit(None, "Boken »Vägar ut»", "content-added"))[0].endswith(": ”Boken ’Vägar ut’”")


def test_a_rewritten_text_claims_no_value_that_replaced_another() -> None:
    before = "Avgiften för kursen är 400 kr. Den betalas i förväg. Boka plats hos oss. Ta med lunch."
    after = "Priset för dagen blir 900 kr. Det faktureras efteråt. Anmäl er hos oss. Ta gärna fika."
    assert said(edit(before, after, "amount"))[0].startswith(
        "1 stycke ändrat under ”Vad gör länsstyrelsen?”: ”Avgiften"
    )


def test_a_value_in_a_table_is_said_with_the_name_of_its_row() -> None:
    price = edit("Vuxen | 400 kr | 1", "Vuxen | 450 kr | 1", "amount", "row")
    unnamed = edit("2024 | 400 kr", "2024 | 450 kr", "amount", "row")
    assert said(price)[0] == "Belopp ändrat: 400 → 450 kr (”Vuxen”)"
    assert said(unnamed)[0] == "Belopp ändrat: 400 → 450 kr"


def linked(rule: str, *pairs: tuple[str, str, str]) -> BlockChange:
    before = tuple(Link(text, target) for text, target, _ in pairs if target)
    after = tuple(Link(text, target) for text, _, target in pairs if target)
    return BlockChange(
        "edited", "p", (), None, "a", "a", "link", material=True, rule=rule, links_before=before, links_after=after
    )


def test_replaced_links_and_documents_are_said_by_their_words_and_what_differs_in_their_addresses() -> None:
    document = linked("document-replaced", ("Blankett", "https://a.example/f/1.pdf", "https://a.example/f/2.pdf"))
    link = linked("link-target", ("Ansök här", "https://a.example/1/x", "https://a.example/2/x"))
    contact = linked("contact", ("Mejla", "mailto:a@a.example", "mailto:b@a.example"))
    assert said(document, link, contact)[0] == (
        "E-postadress ändrad: a@a.example → b@a.example; 1 dokument utbytt: ”Blankett” (1.pdf → 2.pdf);"
        " 1 länk ändrad: ”Ansök här” (/1/x → /2/x)"
    )
    other_site = linked("link-target", ("Ansök här", "https://a.example/x", "https://b.example/x"))
    assert said(other_site)[1] == "1 link changed: “Ansök här” (a.example/x → b.example/x)"
    far = linked("link-target", ("Ansök här", "https://a.example/x", f"https://b.example/{'x' * 80}"))
    assert said(far)[0] == "1 länk ändrad: ”Ansök här”"
    page = linked(
        "contact", ("här", "mailto:a@a.example?subject=Fr%C3%A5ga%20om%20stöd%20och%20råd", "https://a.example/fragor")
    )
    assert said(page)[0] == "Kontaktuppgift ändrad: ”här” (a@a.example → a.example/fragor)"
    gone = linked("link-target", ("Ansök här", "https://a.example/x", ""))
    assert said(gone)[0] == "1 länk borttagen: ”Ansök här”"


def test_links_with_the_same_words_are_paired_by_their_order_and_only_counted_where_one_came() -> None:
    same = linked(
        "link-target",
        ("x", "https://a.example/1", "https://a.example/2"),
        ("x", "https://a.example/3", "https://a.example/4"),
    )
    assert said(same)[0] == "2 länkar ändrade: ”x” (1 → 2), ”x” (3 → 4)"
    came = Link("x", "https://a.example/5")
    assert said(replace(same, links_after=(came, *same.links_after)))[0] == "3 länkar ändrade"


def test_all_kinds_of_blocks_are_named_with_the_right_gender_and_number() -> None:
    blocks = [
        *(edit(None, f"x{number}", "content-added", kind) for number, kind in enumerate(("p", "p", "li", "row", "dt"))),
        edit(None, "Ny", "heading", "h2"),
        edit("a", None, "content-removed", "li"),
        edit("a", "b", "wording", "p"),
        edit("a", "b", "wording", "li"),
    ]
    assert said(*blocks)[0] == (
        "Rubrik tillagd: ”Ny”; 3 stycken tillagda under ”Vad gör länsstyrelsen?”: ”x0”, ”x1” och 1 till;"
        " dessutom 1 punkt tillagd, 1 rad tillagd, 1 stycke ändrat, 1 punkt ändrad och 1 punkt borttagen"
    )


def test_places_of_one_text_that_are_not_said_are_counted_in_their_clause() -> None:
    text = "Här står {} och sedan kommer {} innan det blir {} i slutet av {} till sist."
    block = edit(text.format("gran", "tall", "björk", "lind"), text.format("asp", "al", "ek", "alm"), "wording")
    assert said(block)[0].endswith("och på ett ställe till")
    assert said(block)[1].endswith("and in one more place")
    two = [block, edit("Nya ord här.", "Andra ord här.", "wording", "li")]
    assert "och på 2 ställen till" in said(*two)[0]


def test_more_places_under_one_heading_are_counted_under_it() -> None:
    elsewhere = ("Våld", "Kontakt")
    items = [edit(None, f"Punkt {number}", "content-added", "li") for number in "abc"]
    more = [edit(None, f"Punkt {number}", "content-added", "li", elsewhere) for number in "de"]
    assert said(*items, *more)[0] == (
        "3 punkter tillagda under ”Vad gör länsstyrelsen?”: ”Punkt a”, ”Punkt b”, ”Punkt c”;"
        " dessutom 2 punkter tillagda under ”Kontakt”"
    )


def test_each_clause_names_its_own_place_and_none_twice_in_a_row() -> None:
    elsewhere = edit(None, "Nytt", "content-added", "p", ("Våld", "Kontakt"))
    assert said(ITEM, elsewhere)[0] == (
        "1 punkt tillagd under ”Vad gör länsstyrelsen?”: ”Följa upp årligen”; 1 stycke tillagt under ”Kontakt”: ”Nytt”"
    )
    assert said(ITEM, edit(None, "Nytt", "content-added"))[0] == (
        "1 punkt tillagd under ”Vad gör länsstyrelsen?”: ”Följa upp årligen”; 1 stycke tillagt: ”Nytt”"
    )
    nowhere = edit(None, "Nytt", "content-added", "p", ())
    endless = edit(None, "Nytt", "content-added", "p", ("Våld", "ord " * 40))
    for block in (nowhere, endless):
        assert said(block)[0] == "1 stycke tillagt: ”Nytt”"


def test_news_are_told_by_their_headlines() -> None:
    def item(text: str, link: str) -> BlockChange:
        return BlockChange(
            "added", "li", ("Nyheter",), None, None, text, "content", material=True, rule="content-added",
            links_after=(Link(link, "https://a.example/n"),),
        )  # fmt: skip

    headline = "Ny handlingsplan för länet"
    for text in (f"{headline} Planen gäller i fyra år.", headline):
        assert said(item(text, headline))[0] == f"1 punkt tillagd under ”Nyheter”: ”{headline}”"
    dated = item(f"2026-03-01 {headline} Planen gäller i fyra år.", headline)
    assert said(dated)[0] == f"1 punkt tillagd under ”Nyheter”: ”{headline}” (2026-03-01)"
    whole = "Planen gäller i fyra år. Läs mer om planen här"
    for link in ("Läs mer om planen", "Planen gäller"):
        assert said(item(whole, link))[0] == f"1 punkt tillagd under ”Nyheter”: ”{whole}”"


def news(headline: str, *lines: str, op: Op = "added") -> list[BlockChange]:
    """Return the block changes of an item: its heading, and what is under it."""
    rule = f"content-{op}"
    sides: list[tuple[str, str, tuple[str, ...]]] = [("h3", headline, ("Nyheter",))]
    sides += [("p", line, ("Nyheter", headline)) for line in lines]
    return [
        edit(None if op == "added" else text, text if op == "added" else None, rule, kind, heading)
        for kind, text, heading in sides
    ]


def under(heading: str, before: str | None, after: str | None, kind: str = "p") -> BlockChange:
    """Return a change under a heading; with the kind of a heading, of one below it."""
    rule = "content-added" if before is None else "content-removed" if after is None else "wording"
    return edit(before, after, rule, kind, (heading,))


def test_a_place_is_not_said_twice() -> None:
    new = under("Sidan", None, "Nytt stöd", "h2")
    assert said(new, under("Nytt stöd", None, "Kommuner kan söka.")) == (
        "Rubrik tillagd: ”Nytt stöd”; 1 stycke tillagt: ”Kommuner kan söka.”",
        "Heading added: “Nytt stöd”; 1 paragraph added: “Kommuner kan söka.”",
    )
    renamed = under("Sidan", "Stöd 2025", "Stöd 2026", "h2")
    more = under("Stöd 2026", "Kommuner kan söka.", "Kommuner och regioner kan söka.")
    assert said(renamed, more)[0] == "Rubrik ändrad: ”Stöd 2025” → ”Stöd 2026”; 1 stycke ändrat: ”och regioner” tillagt"
    gone = under("Sidan", "Gammalt stöd", None, "h2")
    assert said(gone, under("Gammalt stöd", "Ansök här.", None))[0].endswith("; 1 stycke borttaget: ”Ansök här.”")
    assert said(under("Ansökan", None, "Ansökan"))[0] == "1 stycke tillagt: ”Ansökan”"
    both = said(new, under("Sidan", None, "Mer stöd", "h2"), under("Nytt stöd", None, "Kommuner kan söka."))[0]
    assert both.endswith("1 stycke tillagt under ”Nytt stöd”: ”Kommuner kan söka.”"), "it may be under the other one"
    link = linked("link-target", ("Blanketter", "https://a.example/1", "https://a.example/2"))
    assert said(replace(link, heading=("Blanketter",)))[0] == "1 länk ändrad: ”Blanketter” (1 → 2)"


def test_an_item_of_news_that_came_or_went_as_a_whole_is_told_by_headline_and_date() -> None:
    came = news("Nya medel", "Fyra miljoner till kommuner i länet.", "Publicerad 2026-03-02")
    went = news("Gamla medel", "pubDate: Mon, 02 Feb 2026 08:00:00 +0100", "Slut.", op="removed")
    assert said(*went, *came) == (
        "1 nyhet tillagd: ”Nya medel” (2026-03-02); 1 nyhet borttagen: ”Gamla medel” (02 Feb 2026)",
        "1 news item added: “Nya medel” (2026-03-02); 1 news item removed: “Gamla medel” (02 Feb 2026)",
    )
    more = news("Ännu mer", "Måndag 2 mars 2026")
    assert said(*came, *more)[0] == "2 nyheter tillagda: ”Nya medel” (2026-03-02), ”Ännu mer” (2 mars 2026)"


@pytest.mark.parametrize(
    "line", ["Ansök senast den 1 mars 2026.", "Vi har öppet igen från den 2 mars 2026 som vanligt."]
)
def test_a_section_without_a_date_of_its_own_is_no_news(line: str) -> None:
    assert "nyhet" not in said(*news("Ansökan", line))[0]


def test_a_section_that_lists_days_is_no_news() -> None:
    days = ["Måndag 2 mars 2026, 8.00–16.30", "Tisdag 3 mars 2026, 8.00–16.30", "Torsdag 5 mars 2026, 8.00–12.00"]
    went = news("Vaccination utan tid", "Kom till vårdcentralen de här dagarna:", *days, "Ring oss.", op="removed")
    assert said(*went)[0].startswith("Rubrik borttagen: ”Vaccination utan tid”; 5 stycken borttagna")
    middle = news("Vaccination", "Kom till oss:", "Ta med legitimation.", days[0], "Ring oss om du har frågor.")
    assert said(*middle)[0].startswith("Rubrik tillagd: ”Vaccination”; 4 stycken tillagda")


def test_a_date_with_three_words_before_it_is_that_of_an_item() -> None:
    came = news("Nya medel", "Posted on date: 03/18/2020 07:45 pm", "Fyra miljoner till kommuner i länet.")
    assert said(*came)[0] == "1 nyhet tillagd: ”Nya medel” (03/18/2020)"


def test_words_are_cut_between_two_words_and_never_inside_a_number() -> None:
    text = "Våren 2027 ges en kurs i metodstöd för alla som vill delta 10 000 gånger"
    assert said(edit(None, text, "content-added", "li", ("Utbildningar",)))[0] == (
        "1 punkt tillagd under ”Utbildningar”: ”Våren 2027 ges en kurs i metodstöd för alla som vill delta …”"
    )


def test_of_a_word_that_is_too_long_the_beginning_is_said_or_where_two_part() -> None:
    place = "under ”Vad gör länsstyrelsen?”"
    added = edit(None, f"https://a.example/{'x' * 400}", "content-added", "li")
    assert said(added)[0] == f"1 punkt tillagd {place}: ”a.example/{'x' * 49}…”"
    address = f"https://a.example/{'x' * 60}"
    assert said(edit(f"Se {address}/ett", f"Se {address}/tu", "wording"))[0] == (
        f"1 stycke ändrat {place}: ”…{'x' * 11}/ett” → ”…{'x' * 11}/tu”"
    )


def test_what_can_be_said_is_said_and_the_rest_counted() -> None:
    blocks = [edit("Ring oss.", "Skriv till oss.", "wording"), edit("a" * 60_000, "b" * 60_000, "wording")]
    assert said(*blocks)[0] == "2 stycken ändrade under ”Vad gör länsstyrelsen?”: ”Ring” → ”Skriv till” och 1 till"


def test_a_quotation_inside_a_quotation_gets_single_marks() -> None:
    quoted = edit(None, "Begreppet ”skyddat boende”; se nedan", "content-added", "p", ('Om "våld"',))
    assert said(quoted) == (
        "1 stycke tillagt under ”Om ’våld’”: ”Begreppet ’skyddat boende’; se nedan”",
        "1 paragraph added under “Om ’våld’”: “Begreppet ’skyddat boende’; se nedan”",
    )


def test_an_added_text_with_a_deadline_outweighs_others() -> None:
    others = [edit(None, f"Nytt {word}", "content-added") for word in ("ett", "annat", "tredje")]
    urgent = edit(None, "Ansök senast den 1 maj 2027.", "content-added")
    assert "”Ansök senast den 1 maj 2027.”" in said(*others, urgent)[0]


def test_of_many_blocks_only_the_weightiest_are_read() -> None:
    many = [edit(f"Ord {number}a här.", f"Ord {number}b här.", "wording") for number in range(40)]
    deadline = edit("Svara senast den 1 mars.", "Svara senast den 1 april.", "deadline")
    sentence = said(*many, deadline)[0]
    assert sentence.startswith("Tidsfrist ändrad: 1 mars → 1 april; 40 stycken ändrade under")
    assert sentence.endswith(": ”a” → ”b” och 39 till"), "the same words are said once"


def test_a_change_without_weight_says_what_was_held_back_once() -> None:
    assert said(SPACE, SPACE, edit("A", "a", "typography")) == (
        "Inget väsentligt har ändrats: mellanslag, typografi",
        "Nothing material has changed: white space, typography",
    )


def test_two_equal_readings_differ_in_nothing() -> None:
    assert nothing_differs() == {"sv": "Inget har ändrats", "en": "Nothing has changed"}


def test_a_law_is_told_in_the_words_of_amending_acts() -> None:
    section = BlockChange(
        "edited",
        "section",
        (),
        "3 §",
        "Gammal text.",
        "Ny text. Förordning (2024:1).",
        "wording",
        material=True,
        rule="wording",
    )
    assert "3 §" in summarise(Change((section,), law="2021:995"))["sv"]


def test_every_held_back_rule_has_a_name_in_both_languages() -> None:
    names = {(held_back_name(rule, language)) for rule in RULES if not RULES[rule].material for language in LANGUAGES}
    assert all(names)


def test_lists_end_in_and() -> None:
    assert [joined(["a", "b", "c"][:length], "sv") for length in range(4)] == ["", "a", "a och b", "a, b och c"]
    assert joined(["a", "b"], "en") == "a and b"


def test_one_and_many_agree_with_their_noun() -> None:
    assert [counted_noun(number, "document", "replaced", "sv") for number in (1, 2)] == [
        "1 dokument utbytt",
        "2 dokument utbytta",
    ]
    assert [counted_noun(number, "date", "edited", "sv") for number in (1, 2)] == ["1 datum ändrat", "2 datum ändrade"]
    assert [counted_noun(number, "row", "removed", "en") for number in (1, 2)] == ["1 row removed", "2 rows removed"]


# Property: no clause without a block in the diff, and no material block without a clause

SENTENCES = st.sampled_from(
    [
        "Redovisa senast den 1 mars.", "Redovisa senast den 1 april.", "Avgiften är 100 kr.", "Avgiften är 200 kr.",
        "Ring 010-223 80 00.", "Ring 010-223 80 01.", "Kommunen ska svara.", "Kommunen bör svara.",
        "Vi har 12 platser.", "Vi har 15 platser.", "Helt andra ord om något annat.",
        "helt andra ord om något annat", "Stöd", "© 2025 Norrvik", "© 2026 Norrvik",
    ]
)  # fmt: skip
BLOCKS = st.lists(
    st.tuples(st.sampled_from(["h2", "p", "li", "row"]), SENTENCES).map(lambda said: Block(*said)), max_size=8
)
DAYS = st.sampled_from([None, "2024-01-01", "2025-05-05"])


def page(blocks: list[Block], day: str | None) -> Extraction:
    date = stated(day) if day else None
    return Extraction("t", (*blocks, *([Block("p", date.text)] if date else [])), updated=date)


@given(BLOCKS, BLOCKS, DAYS, DAYS)
@settings(max_examples=300)
def test_no_clause_says_what_the_diff_does_not_carry(
    before: list[Block], after: list[Block], day: str | None, other_day: str | None
) -> None:
    verdict = judge(page(before, day), page(after, other_day), fetched_after=NOW)
    if not isinstance(verdict, Changed):
        return
    sentence = summarise(verdict.change)["en"]
    material = [block for block in verdict.change.blocks if block.material]
    others = [block for block in material if block.rule != "update-date"]
    assert sentence.startswith("Nothing material") == (not material)
    moved = f"the page's date {day} → {other_day}"
    assert (moved in sentence[0].lower() + sentence[1:]) == bool(day and other_day and len(material) > len(others))
    assert ("the page's date is unchanged" in sentence) == bool(others and day and day == other_day)
    assert ("the text did not" in sentence) == (
        bool(material) and len(material) - len(others) == len(verdict.change.blocks)
    )
    assert clauses(sentence) == expected(others)


def clauses(sentence: str) -> Counter[tuple[str, str]]:
    """Return the counts in an English sentence: (noun in the singular, what was done) -> how many."""
    own = re.sub(r"“[^”]*”|(?i:the (?:page's )?date) \w+", "“”", sentence)
    singular = {form: noun.english for noun in NOUNS.values() for form in (noun.english, noun.english_many)}
    pattern = rf"(?:(\d+) )?\b({'|'.join(sorted(singular, key=len, reverse=True))}) (added|removed|changed|replaced)"
    found: Counter[tuple[str, str]] = Counter()
    for number, noun, deed in re.findall(pattern, own[0].lower() + own[1:]):
        found[singular[noun], deed] += int(number or 1)
    return found


def expected(blocks: list[BlockChange]) -> Counter[tuple[str, str]]:
    """Return the same counts from the block changes; each of these sentences states one fact."""
    kinds = {"h2": "heading", "p": "paragraph", "li": "item", "row": "row"}
    facts = {"deadline": "deadline", "date": "date", "amount": "amount", "contact": "phone number", "figure": "figure"}
    deeds = {"added": "added", "removed": "removed", "edited": "changed"}
    return Counter(
        (facts[block.rule] if block.rule in facts else kinds[block.kind], deeds[block.op]) for block in blocks
    )


def section(*names: str) -> Extraction:
    items = tuple(Item(name, f"https://x.example/{name}", "2026-01-01") for name in names)
    return Extraction("t", tuple(item_block(item, shows_date=True) for item in items), items=items)


@pytest.mark.parametrize(
    ("before", "after", "swedish", "english"),
    [
        ("a", "ab", "1 ny: ”b” (2026-01-01)", "1 new: “b” (2026-01-01)"),
        (
            "a",
            "bcdefga",
            "6 nya: ”b” (2026-01-01), ”c” (2026-01-01), ”d” (2026-01-01) och 3 till",
            "6 new: “b” (2026-01-01), “c” (2026-01-01), “d” (2026-01-01) and 3 more",
        ),
        (
            "ab",
            "a",
            "Inget väsentligt har ändrats: post som inte längre listas",
            "Nothing material has changed: item that is no longer listed",
        ),
    ],
)
def test_a_section_is_told_by_its_new_items(before: str, after: str, swedish: str, english: str) -> None:
    verdict = judge(section(*before), section(*after), fetched_after=NOW)
    assert isinstance(verdict, Changed)
    assert summarise(verdict.change) == {"sv": swedish, "en": english}
