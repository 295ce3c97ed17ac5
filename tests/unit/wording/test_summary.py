from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.judging.compare import judge
from monitor.core.judging.significance import RULES
from monitor.core.model import (
    LANGUAGES,
    Block,
    BlockChange,
    Change,
    Changed,
    DateSource,
    Extraction,
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
ITEM = edit(None, "Följa upp arbetet årligen", "content-added", "li")
SPACE = edit("a , b", "a, b", "whitespace")


def said(*blocks: BlockChange, before: StatedDate | None = None, after: StatedDate | None = None) -> tuple[str, str]:
    both = summarise(Change(blocks, before, after))
    return both["sv"], both["en"]


def test_a_moved_date_and_an_added_item_are_said_in_one_sentence() -> None:
    assert said(DATE, ITEM, before=stated("2021-11-18"), after=stated("2024-03-01")) == (
        "Senast uppdaterad 2021-11-18 → 2024-03-01; 1 punkt tillagd under ”Vad gör länsstyrelsen?”",
        "Senast uppdaterad 2021-11-18 → 2024-03-01; 1 item added under “Vad gör länsstyrelsen?”",
    )


def test_a_date_that_moved_alone_is_said_to_have_moved_alone() -> None:
    assert said(DATE, before=stated("2021-11-18"), after=stated("2024-03-01")) == (
        "Senast uppdaterad 2021-11-18 → 2024-03-01; datumet ändrades, texten inte",
        "Senast uppdaterad 2021-11-18 → 2024-03-01; the date changed, the text did not",
    )


def test_what_is_held_back_beside_a_moved_date_is_not_denied() -> None:
    assert said(DATE, SPACE, before=stated("2021-11-18"), after=stated("2024-03-01"))[0] == (
        "Senast uppdaterad 2021-11-18 → 2024-03-01; i övrigt inget väsentligt: mellanslag"
    )


def test_a_silent_edit_is_said_to_be_one() -> None:
    same = stated("2021-11-18")
    assert said(ITEM, before=same, after=same) == (
        "1 punkt tillagd under ”Vad gör länsstyrelsen?”; sidans datum är oförändrat",
        "1 item added under “Vad gör länsstyrelsen?”; the page's date is unchanged",
    )


@pytest.mark.parametrize("dates", [(None, None), (stated("2021-11-18"), None), (stated("2021-11-18", "meta"),) * 2])
def test_nothing_is_said_of_a_date_that_the_page_does_not_show(
    dates: tuple[StatedDate | None, StatedDate | None],
) -> None:
    assert "datum" not in said(ITEM, before=dates[0], after=dates[1])[0]


def test_a_date_that_came_or_went_is_said_so() -> None:
    new, gone = edit(None, "Senast uppdaterad: 2024-03-01", "update-date"), edit("Uppdaterad 2024", None, "update-date")
    assert said(new, after=stated("2024-03-01"))[0].startswith("Senast uppdaterad 2024-03-01 tillagt")
    assert said(gone, before=stated("2024-03-01"))[1].startswith("Senast uppdaterad 2024-03-01 removed")
    assert said(DATE, before=stated("2024-03-01"), after=stated("2024-03-01"))[0].startswith("Sidans datum ändrat")


def test_metadata_is_not_quoted_as_what_the_page_says() -> None:
    sentence = said(DATE, before=stated("2021-11-18", "meta"), after=stated("2024-03-01", "json-ld"))[0]
    assert sentence == "Sidans datum ändrat; datumet ändrades, texten inte"


def test_a_date_without_a_label_is_the_pages_date() -> None:
    assert said(DATE, before=stated("2021-11-18"), after=stated("2024-03-01", label="")) == (
        "Sidans datum 2021-11-18 → 2024-03-01; datumet ändrades, texten inte",
        "The page's date 2021-11-18 → 2024-03-01; the date changed, the text did not",
    )


def test_facts_are_counted_not_the_blocks_that_hold_them() -> None:
    amounts = edit("Från 100 kr till 200 kr per dag.", "Från 110 kr till 220 kr per dag.", "amount")
    deadline = edit("Svara senast den 1 mars.", "Svara senast den 1 april.", "deadline")
    assert said(amounts, deadline)[0] == "1 datum ändrat och 2 belopp ändrade under ”Vad gör länsstyrelsen?”"
    assert said(amounts, deadline)[1] == "1 date changed and 2 amounts changed under “Vad gör länsstyrelsen?”"


def test_replaced_links_and_documents_are_counted() -> None:
    def linked(rule: str, *pairs: tuple[str, str]) -> BlockChange:
        sides = [tuple(Link("x", pair[side]) for pair in pairs) for side in (0, 1)]
        return BlockChange(
            "edited",
            "p",
            (),
            None,
            "a",
            "a",
            "link",
            material=True,
            rule=rule,
            links_before=sides[0],
            links_after=sides[1],
        )

    document = linked("document-replaced", ("https://a.example/1.pdf", "https://a.example/2.pdf"))
    links = linked(
        "link-target", ("https://a.example/1", "https://a.example/2"), ("https://a.example/3", "https://a.example/4")
    )
    contact = linked("contact", ("mailto:a@a.example", "mailto:b@a.example"))
    assert said(document, links, contact)[0] == "1 kontaktuppgift ändrad, 2 länkar ändrade och 1 dokument utbytt"


def test_all_kinds_of_blocks_are_named_with_the_right_gender_and_number() -> None:
    blocks = [
        *(edit(None, "x", "content-added", kind) for kind in ("p", "p", "li", "row", "h2", "dt")),
        edit("a", None, "content-removed", "li"),
        edit("a", "b", "wording", "p"),
        edit("a", "b", "wording", "li"),
    ]
    assert said(*blocks)[0] == (
        "1 rubrik tillagd, 3 stycken tillagda, 1 punkt tillagd, 1 rad tillagd, 1 stycke ändrat, 1 punkt ändrad"
        " och 1 punkt borttagen under ”Vad gör länsstyrelsen?”"
    )


def test_a_place_is_named_only_where_all_changes_share_it() -> None:
    elsewhere = edit(None, "Nytt", "content-added", "p", ("Våld", "Kontakt"))
    nowhere = edit(None, "Nytt", "content-added", "p", ())
    endless = edit(None, "Nytt", "content-added", "p", ("Våld", "ord " * 40))
    for blocks in ((ITEM, elsewhere), (ITEM, nowhere), (nowhere,), (endless,)):
        assert "under" not in said(*blocks)[0]


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
        "Ring 010-223 80 00.", "Ring 010-223 80 01.", "Kommunen ska svara.", "Kommunen bör svara.", "Antal: 12",
        "Antal: 15", "Helt andra ord om något annat.", "helt andra ord om något annat", "Stöd",
        "© 2025 Norrvik", "© 2026 Norrvik",
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
    assert ("→" in sentence) == bool(day and other_day and len(material) > len(others))
    assert ("the page's date is unchanged" in sentence) == bool(others and day and day == other_day)
    assert ("the text did not" in sentence) == (
        bool(material) and len(material) - len(others) == len(verdict.change.blocks)
    )
    assert clauses(sentence) == expected(others)


def clauses(sentence: str) -> Counter[tuple[str, str]]:
    """Return the counts in an English sentence: (noun in the singular, what was done) -> how many."""
    singular = {form: noun.english for noun in NOUNS.values() for form in (noun.english, noun.english_many)}
    pattern = rf"(\d+) ({'|'.join(sorted(singular, key=len, reverse=True))}) (added|removed|changed|replaced)"
    return Counter({(singular[noun], deed): int(number) for number, noun, deed in re.findall(pattern, sentence)})


def expected(blocks: list[BlockChange]) -> Counter[tuple[str, str]]:
    """Return the same counts from the block changes; each of these sentences states one fact."""
    kinds = {"h2": "heading", "p": "paragraph", "li": "item", "row": "row"}
    facts = {"deadline": "date", "date": "date", "amount": "amount", "contact": "contact detail", "figure": "figure"}
    deeds = {"added": "added", "removed": "removed", "edited": "changed"}
    return Counter(
        (facts[block.rule] if block.rule in facts else kinds[block.kind], deeds[block.op]) for block in blocks
    )
