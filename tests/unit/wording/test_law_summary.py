"""The summary of a changed law: from two texts, one sentence in each language."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from monitor.core.judging.compare import judge
from monitor.core.law.text import parse_law
from monitor.core.model import Block, BlockChange, Change, Changed, Extraction
from monitor.wording.law_phrases import LONGEST_SENTENCE
from monitor.wording.law_summary import clauses_by_chapter, counted_sections, summarise_law

HEAD = (Block("h1", "Förordning (2019:712) om badvattenprov"), Block("p", "Ändrad: t.o.m. SFS 2022:318"))

LAW = """Inledande bestämmelser

1 § Denna förordning gäller prov av badvatten i kustkommuner.

2 § Kommunen ska ta prov fyra gånger under en säsong. Förordning (2022:318).

Rapportering

3 § Resultatet ska rapporteras till Havsmyndigheten senast den 1 mars.

4 § Havsmyndigheten ska föra ett register över alla badplatser.

Övergångsbestämmelser

2019:712

1. Denna förordning träder i kraft den 1 januari 2020.
"""
CHAPTERS = """1 kap. Inledning

1 § Lagen gäller den som driver en fyrplats vid kusten.

2 § Med fyrplats avses en fyr och de byggnader som hör till den.

2 kap. Tillsyn

Vem som utövar tillsyn

1 § Sjömyndigheten utövar tillsyn över varje fyrplats.

2 § Tillsyn ska ske minst vart femte år vid varje fyrplats.
"""


def extraction(text: str, head: tuple[Block, ...] = HEAD) -> Extraction:
    blocks, _ = parse_law(text)
    return Extraction(head[0].text, (*head, *blocks), law="2019:712")


def change(before: Extraction, after: Extraction) -> Change:
    verdict = judge(before, after, fetched_after=datetime(2026, 3, 1, tzinfo=UTC))
    assert isinstance(verdict, Changed)
    return verdict.change


def said(before: str, after: str) -> tuple[str, str]:
    summary = summarise_law(change(extraction(before), extraction(after)))
    return summary["sv"], summary["en"]


RESULT = "3 § Resultatet ska rapporteras till Havsmyndigheten senast den 1 mars."
REGISTER = "4 § Havsmyndigheten ska föra ett register över alla badplatser."
PUBLIC = """4 a § Registret är offentligt för var och en. Förordning (2024:123).

4 b § Uppgifter gallras efter tio år ur registret. Förordning (2024:123)."""
NEW_RESULT = "3 § Resultatet ska rapporteras till Havsmyndigheten senast den 1 april. Förordning (2024:123)."

AMENDMENTS: dict[str, tuple[str, str, str, str]] = {
    "a section is amended": (
        RESULT,
        NEW_RESULT,
        "3 § ändrad genom förordning (2024:123)",
        "section 3 amended by Ordinance (2024:123)",
    ),
    "a section is amended and names no act": (
        "alla badplatser",
        "vissa badplatser",
        "4 § ändrad",
        "section 4 amended",
    ),
    "a section is amended and its old mark stays": (
        "fyra gånger",
        "fem gånger",
        "2 § ändrad",
        "section 2 amended",
    ),
    "two sections are put in": (
        REGISTER,
        f"{REGISTER}\n\n{PUBLIC}",
        "nya 4 a och 4 b §§ genom förordning (2024:123)",
        "new sections 4 a and 4 b by Ordinance (2024:123)",
    ),
    "a section is repealed": (
        RESULT,
        "3 § Har upphävts genom förordning (2024:123).",
        "3 § upphävd genom förordning (2024:123)",
        "section 3 repealed by Ordinance (2024:123)",
    ),
    "a section is gone without a word": (
        f"{REGISTER}\n\n",
        "",
        "4 § borttagen ur texten",
        "section 4 removed from the text",
    ),
    "a section comes that is repealed already": (
        RESULT,
        f"2 a § Har upphävts genom förordning (2024:123).\n\n{RESULT}",
        "2 a § upphävd genom förordning (2024:123)",
        "section 2 a repealed by Ordinance (2024:123)",
    ),
    "an amendment is published before its day": (
        RESULT,
        RESULT.replace("3 §", "3 § /Upphör att gälla U:2027-01-01/")
        + "\n\n"
        + NEW_RESULT.replace("3 §", "3 § /Träder i kraft I:2027-01-01/"),
        "3 § ändrad genom förordning (2024:123), träder i kraft 2027-01-01",
        "section 3 amended by Ordinance (2024:123), in force from 2027-01-01",
    ),
    "a new section is published before its day": (
        REGISTER,
        f"{REGISTER}\n\n5 § /Träder i kraft I:den dag regeringen bestämmer/\nAvgift tas ut. Förordning (2024:123).",
        "ny 5 § genom förordning (2024:123), träder i kraft den dag regeringen bestämmer",
        "new section 5 by Ordinance (2024:123), in force from the day that the Government decides",
    ),
    "a section is to cease": (
        "4 § Havs",
        "4 § /Upphör att gälla U:2027-01-01/ Havs",
        "4 § upphör att gälla 2027-01-01",
        "section 4 ceases to apply on 2027-01-01",
    ),
    "a section is to be repealed": (
        REGISTER,
        f"{REGISTER}\n\n4 § /Träder i kraft I:2027-01-01/ Har upphävts genom förordning (2024:123).",
        "4 § upphävd från 2027-01-01 genom förordning (2024:123)",
        "section 4 repealed from 2027-01-01 by Ordinance (2024:123)",
    ),
    "a section is to be renumbered": (
        "4 § Havs",
        "4 § /Ny beteckning 5 § U:2027-01-01/ Havs",
        "nuvarande 4 § betecknas 5 § från 2027-01-01",
        "current section 4 renumbered as section 5 from 2027-01-01",
    ),
    "a heading is amended": (
        "Rapportering",
        "Rapporter och register",
        "rubriken närmast före 3 § ändrad",
        "the heading right before section 3 changed",
    ),
    "a heading gives way to one without a word of it": (
        "Rapportering",
        "Insyn och spridning",
        "rubriken närmast före 3 § ändrad",
        "the heading right before section 3 changed",
    ),
    "a heading is put in": (
        REGISTER,
        f"Register\n\n{REGISTER}",
        "ny rubrik närmast före 4 §",
        "new heading right before section 4",
    ),
    "a heading is taken away": (
        "Rapportering\n\n",
        "",
        "rubriken närmast före 3 § borttagen",
        "the heading right before section 3 removed",
    ),
    "a heading to come is published": (
        REGISTER,
        f"/Rubriken träder i kraft I:2027-01-01/\nRegister\n\n{REGISTER}",
        "ny rubrik närmast före 4 §, träder i kraft 2027-01-01",
        "new heading right before section 4, in force from 2027-01-01",
    ),
    "a heading is to cease": (
        "Rapportering\n",
        "/Rubriken upphör att gälla U:2027-01-01/\nRapportering\n",
        "rubriken närmast före 3 § upphör att gälla 2027-01-01",
        "the heading right before section 3 ceases to apply on 2027-01-01",
    ),
    "transition provisions come": (
        "januari 2020.\n",
        "januari 2020.\n\n2024:123\n\n1. Denna förordning träder i kraft den 1 maj 2024.\n\n2. Äldre prov gäller.\n",
        "övergångsbestämmelser till 2024:123 tillagda",
        "transitional provisions of 2024:123 added",
    ),
    "transition provisions are amended": (
        "januari 2020.",
        "juli 2020.",
        "övergångsbestämmelserna till 2019:712 ändrade (punkt 1 ändrad)",
        "transitional provisions of 2019:712 changed (point 1 changed)",
    ),
    "an annex comes": (
        "januari 2020.\n",
        "januari 2020.\n\nBilaga 1\n\nBadplatser enligt denna förordning är Böda och Löttorp.\n",
        "ny bilaga 1",
        "new annex 1",
    ),
    "the mark alone is amended": (
        "2022:318",
        "2022:319",
        "endast ändringshänvisningen i 2 § ändrad",
        "only the amendment note of section 2 changed",
    ),
    "the text outside the sections is amended": (
        "Inledande bestämmelser\n",
        "Regeringen föreskriver följande.\n\nInledande bestämmelser\n",
        "1 stycke utanför paragraferna tillagt",
        "1 paragraph outside the sections added",
    ),
}


@pytest.mark.parametrize("name", AMENDMENTS)
def test_an_amendment_is_said_in_the_words_of_acts(name: str) -> None:
    old, new, swedish, english = AMENDMENTS[name]
    assert LAW.count(old) == 1
    assert said(LAW, LAW.replace(old, new)) == (swedish, english)


def test_a_section_that_was_put_in_renumbers_the_next_ones() -> None:
    after = LAW.replace(
        REGISTER, f"4 § Badplatser ska ha skyltar. Förordning (2024:123).\n\n{REGISTER.replace('4', '5')}"
    )
    assert said(LAW, after) == (
        "ny 4 § genom förordning (2024:123); nuvarande 4 § betecknas 5 §",
        "new section 4 by Ordinance (2024:123); current section 4 renumbered as section 5",
    )


def test_a_stub_that_tells_the_new_number_names_the_act() -> None:
    after = LAW.replace(
        REGISTER, f"4 § Har betecknats 9 § genom förordning (2024:123).\n\n{REGISTER.replace('4', '9')}"
    )
    assert said(LAW, after)[0].startswith("nuvarande 4 § betecknas 9 §")


def test_a_stub_alone_is_believed() -> None:
    assert said(LAW, LAW.replace(REGISTER, "4 § Har betecknats 9 § genom förordning (2024:123).")) == (
        "nuvarande 4 § betecknas 9 § genom förordning (2024:123)",
        "current section 4 renumbered as section 9 by Ordinance (2024:123)",
    )


def test_the_day_on_which_a_wording_takes_over_is_told() -> None:
    published = LAW.replace(
        RESULT,
        RESULT.replace("3 §", "3 § /Upphör att gälla U:2027-01-01/")
        + "\n\n"
        + NEW_RESULT.replace("3 §", "3 § /Träder i kraft I:2027-01-01/"),
    )
    assert said(published, LAW.replace(RESULT, NEW_RESULT)) == (
        "3 § återges nu i den lydelse som gäller från 2027-01-01",
        "section 3 now given in the wording in force from 2027-01-01",
    )
    assert said(published, published.replace("2027-01-01", "2028-01-01")) == (
        "ikraftträdandet av den kommande lydelsen av 3 § ändrat från 2027-01-01 till 2028-01-01",
        "entry into force of the future wording of section 3 moved from 2027-01-01 to 2028-01-01",
    )
    assert said(published, LAW) == (
        "den kommande lydelsen av 3 § (2027-01-01) borttagen",
        "the future wording of section 3 (2027-01-01) removed",
    )


def test_sections_in_chapters_are_listed_by_chapter() -> None:
    after = CHAPTERS.replace("kusten", "havet").replace("byggnader", "hus").replace("femte", "sjätte")
    assert said(CHAPTERS, after) == (
        "1 kap. 1 och 2 §§ samt 2 kap. 2 § ändrade",
        "Chapter 1, sections 1 and 2, and Chapter 2, section 2 amended",
    )


def test_chapters_come_change_and_go() -> None:
    added = CHAPTERS + "\n/Kapitlet träder i kraft I:2031-07-01/\n2 a kap. Stöd\n\n1 § Stöd får lämnas till ägare.\n"
    assert said(CHAPTERS, added)[0] == "nytt 2 a kap. (1 §), träder i kraft 2031-07-01"
    assert said(CHAPTERS, CHAPTERS.replace("kap. Tillsyn", "kap. Kontroll"))[0] == "rubriken till 2 kap. ändrad"
    repealed = CHAPTERS[: CHAPTERS.index("2 kap.")] + "2 kap. Har upphävts genom lag (2030:1).\n"
    assert said(CHAPTERS, repealed)[0] == "2 kap. upphävt genom lag (2030:1)"
    assert "Chapter 2 repealed by Act (2030:1)" in said(CHAPTERS, repealed)[1]
    gone = CHAPTERS[: CHAPTERS.index("2 kap.")]
    assert said(CHAPTERS, gone)[0] == "2 kap. borttaget ur texten"


def test_a_repealed_law_is_told_first() -> None:
    head = (*HEAD, Block("p", "Upphävd: 2027-01-01 genom SFS 2026:77"))
    sentence = summarise_law(change(extraction(LAW), extraction(LAW, head)))
    assert sentence == {
        "sv": "författningen upphävd från 2027-01-01 genom SFS 2026:77",
        "en": "the law repealed from 2027-01-01 by SFS 2026:77",
    }
    dateless = extraction(LAW, (*HEAD, Block("p", "Upphävd: genom SFS 2026:77")))
    assert summarise_law(change(extraction(LAW), dateless)) == {
        "sv": "författningen upphävd genom SFS 2026:77",
        "en": "the law repealed by SFS 2026:77",
    }
    back = summarise_law(change(extraction(LAW, head), extraction(LAW)))
    assert back["sv"] == "uppgiften om upphävande borttagen"


def test_the_latest_amendment_is_named_only_where_no_section_names_it() -> None:
    head = (HEAD[0], Block("p", "Ändrad: t.o.m. SFS 2024:123"))
    after = LAW.replace(RESULT, NEW_RESULT)
    assert summarise_law(change(extraction(LAW), extraction(after, head)))["sv"] == (
        "3 § ändrad genom förordning (2024:123)"
    )
    assert summarise_law(change(extraction(LAW), extraction(LAW, head))) == {
        "sv": "ändringar införda t.o.m. SFS 2024:123",
        "en": "amendments included up to and including SFS 2024:123",
    }
    assert summarise_law(change(extraction(LAW), extraction(LAW, HEAD[:1])))["sv"] == (
        "uppgiften om senaste ändring borttagen"
    )


def test_a_new_title_and_another_department() -> None:
    assert summarise_law(change(extraction(LAW), extraction(LAW, (Block("h1", "Förordning om bad"), HEAD[1]))))[
        "sv"
    ] == ("författningens rubrik ändrad")
    old, new = ((*HEAD, Block("p", f"Departement: {name}")) for name in ("Miljödepartementet", "Klimatdepartementet"))
    assert summarise_law(change(extraction(LAW, old), extraction(LAW, new))) == {
        "sv": "endast uppgiften om departement ändrad",
        "en": "only the entry on the ministry changed",
    }


def held_back(label: str | None, kind: str = "section") -> BlockChange:
    return BlockChange("edited", kind, (), label, "a b", "a  b", "form", False, "whitespace")  # noqa: FBT003


def test_technical_changes_are_said_to_be_such() -> None:
    assert summarise_law(Change((held_back("3 §"), held_back("5 §"))))["sv"] == "endast teknisk ändring av 3 och 5 §§"
    assert summarise_law(Change((held_back("3 §"), held_back(None, "h3")))) == {
        "sv": "endast 2 tekniska ändringar, bland annat av 3 §",
        "en": "only 2 technical changes, among them of section 3",
    }
    assert summarise_law(Change((held_back(None, "h3"),)))["en"] == "only 1 technical change"


def test_a_shape_that_nobody_foresaw_is_counted() -> None:
    odd = BlockChange("moved", "section", (), "3 §", "En text.", "En text.", "move", True, "move")  # noqa: FBT003
    assert summarise_law(Change((odd,))) == {"sv": "1 ändring i texten", "en": "1 change in the text"}


def big_law(chapters: int, sections: int) -> str:
    return "\n\n".join(
        f"{chapter} kap. Fyrplats {chapter}\n\n"
        + "\n\n".join(
            f"{n} § Fyr {chapter * 100 + n} ska lysa varje natt i farled {n}." for n in range(1, sections + 1)
        )
        for chapter in range(1, chapters + 1)
    )


def amended(text: str, *, every: int, act: str) -> str:
    return re.sub(
        r"(\d+) § Fyr (\d+) ska lysa (.*)\.",
        lambda found: (
            f"{found[1]} § Fyr {found[2]} får lysa {found[3]}. {act}" if int(found[1]) % every == 1 else found[0]
        ),
        text,
    )


def test_sections_that_follow_each_other_are_one_span() -> None:
    before = big_law(1, 9)
    assert said(before, before.replace("ska", "får")) == ("1 kap. 1–9 §§ ändrade", "Chapter 1, sections 1–9 amended")


def test_a_big_amendment_is_said_in_300_characters_with_acts_first_and_the_rest_counted() -> None:
    before = big_law(12, 21)
    after = amended(before, every=2, act="Lag (2026:77).")
    sentence = said(before, after)
    assert sentence == (
        "genom lag (2026:77): 1 kap. 1, 3, 5, 7, 9, 11, 13 och 15 §§ och 124 §§ i 1–12 kap. ändrade",
        (
            "by Act (2026:77): Chapter 1, sections 1, 3, 5, 7, 9, 11, 13 and 15 "
            "and 124 more sections in Chapters 1–12 amended"
        ),
    )
    lines = clauses_by_chapter(change(extraction(before), extraction(after)))
    assert len(lines) == 12
    assert lines[1]["sv"] == "2 kap.: 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 och 21 §§ ändrade genom lag (2026:77)"
    assert lines[1]["en"].startswith("Chapter 2: sections 1, 3, 5, ")
    assert counted_sections(change(extraction(before), extraction(after))) == {
        "sv": "132 paragrafer ändrade genom lag (2026:77)",
        "en": "132 sections changed by Act (2026:77)",
    }


def test_an_amendment_by_many_acts_counts_what_has_no_room() -> None:
    before = big_law(12, 21)
    after = before
    for number in range(12):
        after = after.replace(
            f"Fyr {number * 100 + 101} ska lysa varje natt i farled 1.",
            f"Alla fyrar {number} släcks. Lag (2026:{number}).",
        )
        after = after.replace(
            f"Fyr {number * 100 + 107} ska lysa varje natt i farled 7.",
            f"Nya fyrar {number} tänds. Lag (2026:{number}).",
        )
    sentence = said(before, after)
    assert max(map(len, sentence)) <= LONGEST_SENTENCE
    assert sentence[0].startswith("genom lag (2026:0): 1 kap. 1 och 7 §§ ändrade; genom lag (2026:1): ")
    assert re.search(r"; dessutom \d+ paragrafer genom \d+ andra författningar$", sentence[0])
    assert re.search(r"; besides, \d+ sections by \d+ other acts$", sentence[1])
    assert (
        counted_sections(change(extraction(before), extraction(after)))["sv"]
        == "24 paragrafer ändrade genom 12 författningar"
    )


def test_new_sections_that_are_counted_are_still_new() -> None:
    before = big_law(9, 12)
    after = before
    for chapter in range(1, 10):
        added = f"Fyr {chapter * 100 + 10} ska lysa varje natt i farled 10."
        lines = "".join(
            f"\n\n{n} a § Lotsplats {chapter} nummer {n} tas ur bruk. Lag (2026:{chapter})." for n in (10, 12)
        )
        after = after.replace(added, f"{added}{lines}")
    swedish, english = said(before, after)
    assert len(swedish) <= LONGEST_SENTENCE
    assert swedish.startswith("genom lag (2026:1): nya 1 kap. 10 a och 12 a §§; genom lag (2026:2): nya 2 kap. ")
    assert english.startswith("by Act (2026:1): new Chapter 1, sections 10 a and 12 a; by Act (2026:2): new ")


def test_headings_that_have_no_room_are_counted_one_by_one() -> None:
    before = "\n\n".join(f"Rubrik {n}\n\n{n} § Fyr {n} ska lysa varje natt i farled {n}." for n in range(1, 160))
    after = re.sub(r"Rubrik (\d*[13579])\b", r"Överskrift \1", before)
    swedish, english = said(before, after)
    assert (swedish, english) == ("80 ändringar utanför paragraferna", "80 changes outside the sections")


def test_a_sentence_that_nothing_makes_short_enough_counts_the_changes() -> None:
    note = f"Upphävd: 2027-01-01 genom {'en kungörelse om fyrar, ' * 20}SFS 2026:1"
    repealed = extraction(LAW, (*HEAD, Block("p", note)))
    assert summarise_law(change(extraction(LAW), repealed))["sv"] == "1 ändring i texten"


def test_a_short_sentence_needs_no_list_by_chapter() -> None:
    assert clauses_by_chapter(change(extraction(LAW), extraction(LAW.replace(RESULT, NEW_RESULT)))) == []


def test_many_new_numbers_are_said_without_each_of_them() -> None:
    before = big_law(1, 40).replace("1 kap. Fyrplats 1\n\n", "")
    after = before.replace("1 § Fyr 101", "1 § Lotsar ska finnas vid varje fyrplats. Lag (2026:77).\n\n1 § Fyr 101", 1)
    numbered = re.sub(r"(?m)^(\d+) § Fyr", lambda found: f"{int(found[1]) + 1} § Fyr", after)
    assert (
        said(before, numbered)[0]
        == "genom lag (2026:77): ny 1 §; utan angiven författning: nuvarande 1–40 §§ betecknas 2–41 §§"
    )


def test_the_mark_of_the_whole_law_is_said_of_the_law() -> None:
    begins = f"/Träder i kraft I:2027-01-01/\n{LAW}"
    assert said(LAW, begins)[0] == "författningen träder i kraft 2027-01-01"
    assert said(begins, LAW) == (
        "uppgiften att författningen träder i kraft 2027-01-01 borttagen",
        "the note that the law enters into force on 2027-01-01 removed",
    )
    ends = extraction(f"/Upphör att gälla U:2027-01-01/\n{LAW}", (*HEAD, Block("p", "Upphävd: 2027-01-01")))
    assert summarise_law(change(extraction(LAW), ends))["sv"] == "författningen upphävd från 2027-01-01"


PLACES = (
    ("Fyrar", ("Fyrar ska lysa varje natt i farleden.", "Fyrar ska målas vart tredje år.")),
    ("Lotsar", ("Lotsar ska finnas vid varje fyrplats.",)),
    ("Båtar", ("Båtar ska flyta även i svår sjö.",)),
)
HARBOURS = ("Hamnar", ("Hamnar ska hållas isfria. Lag (2026:5).",))
NOTICE = ("Har upphävts genom lag (2001:5).", ())


def law_of(*chapters: tuple[str, tuple[str, ...]]) -> str:
    return "\n\n".join(
        f"{number} kap. {title}\n\n" + "\n\n".join(f"{n} § {text}" for n, text in enumerate(sections, 1))
        for number, (title, sections) in enumerate(chapters, 1)
    )


@pytest.mark.parametrize(
    ("before", "after", "swedish", "english"),
    [
        (
            PLACES,
            (PLACES[0], HARBOURS, *PLACES[1:]),
            "nytt 2 kap. (1 §) genom lag (2026:5); nuvarande 2 och 3 kap. betecknas 3 och 4 kap.",
            "new Chapter 2 (section 1) by Act (2026:5); current Chapters 2 and 3 renumbered as Chapters 3 and 4",
        ),
        (
            (PLACES[0], NOTICE, *PLACES[1:]),
            (PLACES[0], HARBOURS, NOTICE, *PLACES[1:]),
            "nytt 2 kap. (1 §) genom lag (2026:5); nuvarande 2–4 kap. betecknas 3–5 kap.",
            "new Chapter 2 (section 1) by Act (2026:5); current Chapters 2–4 renumbered as Chapters 3–5",
        ),
        (
            PLACES,
            (PLACES[0], PLACES[2]),
            "nuvarande 3 kap. betecknas 2 kap.; tidigare 2 kap. borttaget ur texten",
            "current Chapter 3 renumbered as Chapter 2; former Chapter 2 removed from the text",
        ),
        (
            PLACES,
            (PLACES[0], PLACES[2], PLACES[1]),
            "nuvarande 3 och 2 kap. betecknas 2 och 3 kap.",
            "current Chapters 3 and 2 renumbered as Chapters 2 and 3",
        ),
        (
            (PLACES[0], NOTICE),
            (PLACES[0], HARBOURS),
            "nytt 2 kap. (1 §) genom lag (2026:5)",
            "new Chapter 2 (section 1) by Act (2026:5)",
        ),
        (PLACES[:1] * 4, PLACES[:1], "2–4 kap. borttagna ur texten", "Chapters 2–4 removed from the text"),
        (PLACES[:1], PLACES[:1] * 4, "nya 2–4 kap.", "new Chapters 2–4"),
    ],
)
def test_chapters_that_move_are_told_once(
    before: tuple[tuple[str, tuple[str, ...]], ...],
    after: tuple[tuple[str, tuple[str, ...]], ...],
    swedish: str,
    english: str,
) -> None:
    assert said(law_of(*before), law_of(*after)) == (swedish, english)


def test_a_chapter_that_is_to_get_another_number_is_told_once() -> None:
    announced = law_of(*PLACES).replace("2 kap. Lotsar", "2 kap. /Ny beteckning 5 kap. U:2027-07-01/ Lotsar")
    assert said(law_of(*PLACES), announced) == (
        "nuvarande 2 kap. betecknas 5 kap. från 2027-07-01",
        "current Chapter 2 renumbered as Chapter 5 from 2027-07-01",
    )


def test_a_chapter_whose_end_is_withdrawn_says_so_of_its_sections() -> None:
    ending = law_of(*PLACES).replace("2 kap. Lotsar", "/Kapitlet upphör att gälla U:2027-07-01/\n2 kap. Lotsar")
    assert said(ending, law_of(*PLACES)) == (
        "uppgiften att 2 kap. 1 § upphör att gälla 2027-07-01 borttagen",
        "the note that Chapter 2, section 1 ceases to apply on 2027-07-01 removed",
    )


def test_a_section_that_was_repealed_before_its_chapter_moved_is_no_news() -> None:
    fyrar, lotsar = (
        PLACES[0],
        ("Lotsar", (*PLACES[1][1], "Har upphävts genom lag (2001:5).", "Lotsar ska ha lön varje månad.")),
    )
    assert said(law_of(fyrar, lotsar), law_of(fyrar, HARBOURS, lotsar))[0] == (
        "nytt 2 kap. (1 §) genom lag (2026:5); nuvarande 2 kap. betecknas 3 kap."
    )


def test_another_title_is_told_once() -> None:
    other = extraction(LAW, (Block("h1", "Lag (2022:1) om något annat"), *HEAD[1:]))
    assert summarise_law(change(extraction(LAW), other))["sv"] == "författningens rubrik ändrad"


def test_the_ministry_alone_is_no_news_whether_it_comes_or_changes() -> None:
    verdict = change(
        extraction(LAW, HEAD[:1]), extraction(LAW, (*HEAD[:1], Block("p", "Departement: Kulturdepartementet")))
    )
    assert not verdict.material


def test_the_latest_amendment_written_otherwise_is_no_news() -> None:
    before, after, other = (
        extraction(LAW, (*HEAD, Block("p", f"Ändrad: {act}")))
        for act in ("SFS 2026:40", "t.o.m. SFS 2026:40", "SFS 2026:41")
    )
    assert not change(before, after).material
    assert change(before, other).material


def test_a_notice_of_repeal_may_have_the_mark_of_its_act() -> None:
    assert said(LAW, LAW.replace(REGISTER, "4 § Har upphävts genom lag (2026:1). Lag (2026:1).")) == (
        "4 § upphävd genom lag (2026:1)",
        "section 4 repealed by Act (2026:1)",
    )
