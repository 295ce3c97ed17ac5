"""Section events from block changes, in every form in which an alignment may state them."""

from __future__ import annotations

from monitor.core.law.chapters import ChapterEvent, law_events
from monitor.core.law.events import SectionEvent, section_events
from monitor.core.law.marks import Act
from monitor.core.model import BlockChange, Op
from monitor.wording.law_headings import part_clauses

RULE = "Kommunen ska ta prov av badvatten varje vecka."
OTHER = "Den som tar prov ska föra bok över varje flaska."
ACT = Act("lag", "2030:44")


def change(label: str, before: str | None, after: str | None, old: str | None = None) -> BlockChange:
    op: Op = "added" if before is None else "removed" if after is None else "edited"
    return BlockChange(op, "section", (), label, before, after, "wording", True, "wording", label_before=old)  # noqa: FBT003


def part(
    op: Op, kind: str, text: str, heading: tuple[str, ...] = (), *, opens: str | None = None, after: str | None = None
) -> BlockChange:
    before = None if op == "added" else text
    now = {"added": text, "removed": None}.get(op, after or text)
    return BlockChange(op, kind, heading, None, before, now, "content", True, "content", opens=opens)  # noqa: FBT003


def test_a_text_that_went_here_and_came_there_was_renumbered() -> None:
    changes = [change("8 §", RULE, None), change("9 §", None, f"{RULE} Lag (2030:44).")]
    assert section_events(changes) == [SectionEvent("renumbered", "9 §", old="8 §")]


def test_a_text_that_stands_in_both_places_was_copied_not_moved() -> None:
    changes = [change("8 §", RULE, f"{RULE} Lag (2030:44)."), change("9 §", None, f"{RULE} Lag (2030:44).")]
    assert section_events(changes) == [SectionEvent("mark", "8 §", ACT), SectionEvent("new", "9 §", ACT)]


def test_short_texts_are_not_recognised_elsewhere() -> None:
    changes = [change("8 §", "Vakant.", None), change("9 §", None, "Vakant.")]
    assert section_events(changes) == [SectionEvent("removed", "8 §"), SectionEvent("new", "9 §")]


def test_two_sections_may_change_places_with_new_ones() -> None:
    changes = [change("8 §", RULE, OTHER), change("9 §", None, RULE)]
    assert section_events(changes) == [SectionEvent("new", "8 §"), SectionEvent("renumbered", "9 §", old="8 §")]


def test_a_section_whose_number_an_unchanged_text_took_is_gone() -> None:
    changes = [change("8 §", RULE, OTHER), change("9 §", OTHER, None)]
    assert section_events(changes) == [SectionEvent("renumbered", "8 §", old="9 §"), SectionEvent("displaced", "8 §")]


def test_a_stub_beside_the_moved_text_is_the_same_event() -> None:
    changes = [change("8 §", RULE, "Ny beteckning 9 §."), change("9 §", None, RULE)]
    assert section_events(changes) == [SectionEvent("renumbered", "9 §", old="8 §")]


def test_a_renumbering_that_changed_the_mark_names_the_act() -> None:
    changes = [change("9 §", RULE, f"{RULE} Lag (2030:44).", old="8 §")]
    assert section_events(changes) == [SectionEvent("renumbered", "9 §", ACT, old="8 §")]


def test_a_mark_that_names_another_act_is_a_change_of_notes() -> None:
    line = "Upphör att gälla 2031-07-01{}:\n" + RULE
    changes = [change("8 §", line.format(""), line.format(" genom lag (2030:44)"))]
    assert section_events(changes) == [SectionEvent("mark", "8 §")]


def test_only_the_wording_that_was_put_beside_another_to_come_is_told() -> None:
    published = f"{RULE}\nTräder i kraft 2031-07-01:\n{OTHER}"
    both = f"{published}\nTräder i kraft 2033-07-01:\nProv ska tas varje dag. Lag (2030:44)."
    assert section_events([change("8 §", published, both)]) == [SectionEvent("amended", "8 §", ACT, "2033-07-01")]


def test_white_space_is_no_event() -> None:
    assert section_events([change("8 §", RULE, RULE.replace(" prov", "\nprov"))]) == []


def test_one_section_that_is_not_to_come_any_more_and_one_that_came_at_once() -> None:
    published = f"Träder i kraft 2031-07-01:\n{RULE}"
    assert section_events([change("8 §", published, RULE)]) == [SectionEvent("effective", "8 §", day="2031-07-01")]


def said(*changes: BlockChange) -> list[str]:
    return [clause["sv"] for clause in part_clauses(changes)]


def test_headings_of_which_nothing_tells_the_place_are_quoted() -> None:
    assert said(part("added", "h2", "AVD. II VATTEN")) == ["ny rubrik ”AVD. II VATTEN”"]
    assert said(part("removed", "h2", "AVD. II VATTEN")) == ["rubriken ”AVD. II VATTEN” borttagen"]
    assert said(part("edited", "h2", "AVD. II VATTEN", after="AVD. II VÅG")) == [
        "rubriken ”AVD. II VATTEN” ändrad till ”AVD. II VÅG”"
    ]


def test_headings_before_several_sections_share_a_clause() -> None:
    assert said(part("added", "h3", "Prov", opens="3 §"), part("added", "h3", "Bok", opens="5 §")) == [
        "nya rubriker närmast före 3 och 5 §§"
    ]
    edits = [part("edited", "h3", "Prov", opens=label, after="Prover") for label in ("3 §", "5 §")]
    assert said(*edits) == ["rubrikerna närmast före 3 och 5 §§ ändrade"]
    ends = [part("edited", "h3", "Prov", opens=n, after="Prov (upphör att gälla 2031-07-01)") for n in ("3 §", "5 §")]
    assert said(*ends) == ["rubrikerna närmast före 3 och 5 §§ upphör att gälla 2031-07-01"]


def test_transition_provisions_come_and_go_with_their_heading() -> None:
    heading = ("Övergångsbestämmelser",)
    come = [
        part("added", "h2", "Övergångsbestämmelser"),
        part("added", "h3", "2030:44", heading),
        part("added", "li", "1. Lagen träder i kraft.", (*heading, "2030:44")),
    ]
    assert said(*come) == ["övergångsbestämmelser till 2030:44 tillagda"]
    assert said(come[0]) == ["ny rubrik ”Övergångsbestämmelser”"]
    gone = [part("removed", "h3", "2030:44"), part("removed", "p", "Äldre prov gäller.", ("2030:44",))]
    assert said(*gone) == ["övergångsbestämmelserna till 2030:44 borttagna"]
    assert said(*come[1:2], part("edited", "li", "2. Lagen", (*heading, "2030:44"), after="2. Den")) == [
        "övergångsbestämmelserna till 2030:44 ändrade"
    ]


def test_points_of_transition_provisions_are_named() -> None:
    path = ("Övergångsbestämmelser", "2030:44")
    third = part("added", "li", "3. Äldre prov gäller.", path)
    assert said(third) == ["övergångsbestämmelserna till 2030:44 ändrade (punkt 3 tillagd)"]
    fourth, first = part("added", "li", "4. Nya prov.", path), part("removed", "li", "1. Lagen träder i kraft.", path)
    assert said(third, fourth, first) == [
        "övergångsbestämmelserna till 2030:44 ändrade (punkterna 3 och 4 tillagda, punkt 1 borttagen)"
    ]
    assert said(third, part("removed", "p", "Äldre prov gäller.", path)) == [
        "övergångsbestämmelserna till 2030:44 ändrade"
    ]


def test_annexes_and_loose_text_are_told_by_what_was_done() -> None:
    assert said(part("edited", "p", "Böda", ("Bilaga 2",), after="Löttorp")) == ["bilaga 2 ändrad"]
    assert said(part("removed", "h2", "Bilaga 2"), part("removed", "p", "Böda", ("Bilaga 2",))) == [
        "bilaga 2 borttagen"
    ]
    assert said(part("added", "h2", "Bilaga 2 (träder i kraft 2031-07-01)")) == [
        "ny bilaga 2, träder i kraft 2031-07-01"
    ]
    two = [part("added", "h2", f"Bilaga 2 ({mark} 2031-07-01)") for mark in ("upphör att gälla", "träder i kraft")]
    assert said(*two) == ["ny bilaga 2"]
    ends = part("edited", "h2", "Bilaga 2", after="Bilaga 2 (upphör att gälla 2031-07-01)")
    assert said(ends) == ["bilaga 2 upphör att gälla 2031-07-01"]
    assert said(ends, two[1]) == ["bilaga 2 ändrad, träder i kraft 2031-07-01"]
    coming = ("Träder i kraft 2031-07-01", "Böda. Lag (2030:44).")
    lines = [part("added", "p", text, ("Bilaga 3",)) for text in coming]
    assert said(part("added", "h2", "Bilaga 3"), *lines) == [
        "ny bilaga 3 genom lag (2030:44), träder i kraft 2031-07-01"
    ]
    assert said(part("edited", "p", "Böda", ("Bilaga 3",), after="Köping. Lag (2030:44).")) == [
        "bilaga 3 ändrad genom lag (2030:44)"
    ]
    repealed = part("edited", "h2", "Bilaga 2", after="Bilaga 2 Har upphävts genom lag (2030:44).")
    assert said(repealed) == ["bilaga 2 upphävd genom lag (2030:44)"]
    assert said(part("edited", "p", "Statsrådet"), part("edited", "p", "Föredraganden")) == [
        "2 stycken utanför paragraferna ändrade"
    ]


def test_a_section_without_a_word_is_new_all_the_same() -> None:
    assert section_events([change("8 §", None, "")]) == [SectionEvent("new", "8 §")]


def test_a_number_that_another_section_took_is_told_once_and_the_section_that_lost_it_too() -> None:
    changes = [
        change("8 §", OTHER, None),
        change("8 §", RULE, f"{RULE} Provet ska märkas. Lag (2030:44).", old="9 §"),
        change("9 §", "Kommunen får ta ut en avgift.", "Kommunen får ta ut en avgift. Lag (2030:44).", old="10 §"),
        change("10 §", None, "Beslut får överklagas. Lag (2030:44)."),
    ]
    assert section_events(changes) == [
        SectionEvent("displaced", "8 §"),
        SectionEvent("renumbered-amended", "8 §", ACT, old="9 §"),
        SectionEvent("renumbered", "9 §", ACT, old="10 §"),
        SectionEvent("new", "10 §", ACT),
    ]


def test_an_announced_new_number_is_the_event_of_the_section_that_comes_under_it() -> None:
    old = f"Ny beteckning 2 kap. 9 § från 2031-07-01:\n{RULE}\nTräder i kraft 2031-07-01:\n{OTHER} Lag (2030:44)."
    came = change("2 kap. 9 §", None, f"Träder i kraft 2031-07-01:\n{RULE}")
    assert section_events([change("2 kap. 8 §", RULE, old), came]) == [
        SectionEvent("amended", "2 kap. 8 §", ACT, "2031-07-01"),
        SectionEvent("renumbered", "2 kap. 9 §", None, "2031-07-01", "2 kap. 8 §"),
    ]
    edited = change("2 kap. 9 §", None, f"Träder i kraft 2031-07-01:\n{RULE} Provet märks. Lag (2030:44).")
    assert section_events([change("2 kap. 8 §", RULE, old), edited])[1] == SectionEvent(
        "renumbered-amended", "2 kap. 9 §", ACT, "2031-07-01", "2 kap. 8 §"
    )


def test_a_section_that_ends_names_the_act_of_its_mark() -> None:
    ends = f"Upphör att gälla 2031-07-01 genom lag (2030:44):\n{RULE}"
    assert section_events([change("8 §", RULE, ends)]) == [SectionEvent("ends", "8 §", ACT, "2031-07-01")]


LATER = Act("lag", "2031:7")


def test_a_new_section_with_a_later_wording_is_new_once_and_amended_later() -> None:
    text = f"Upphör att gälla 2031-07-01:\n{RULE} Lag (2030:44).\nTräder i kraft 2031-07-01:\n{OTHER} Lag (2031:7)."
    assert section_events([change("8 §", None, text)]) == [
        SectionEvent("new", "8 §", ACT),
        SectionEvent("amended", "8 §", LATER, "2031-07-01"),
    ]


def test_a_new_section_that_is_to_come_is_new_by_its_first_wording() -> None:
    text = f"Träder i kraft 2031-01-01:\n{RULE} Lag (2030:44).\nTräder i kraft 2031-07-01:\n{OTHER} Lag (2031:7)."
    assert section_events([change("8 §", None, text)]) == [
        SectionEvent("new", "8 §", ACT, "2031-01-01"),
        SectionEvent("amended", "8 §", LATER, "2031-07-01"),
    ]


def test_a_new_section_that_is_to_end_says_so() -> None:
    text = f"Upphör att gälla 2031-07-01:\n{RULE} Lag (2030:44)."
    assert section_events([change("8 §", None, text)]) == [
        SectionEvent("new", "8 §", ACT),
        SectionEvent("ends", "8 §", None, "2031-07-01"),
    ]


def test_a_text_in_the_place_of_a_repealed_section_is_new() -> None:
    stub = "Har upphävts genom lag (2029:1)."
    assert section_events([change("8 §", stub, f"{OTHER} Lag (2030:44).")]) == [SectionEvent("new", "8 §", ACT)]
    coming = f"{stub}\nTräder i kraft 2031-07-01:\n{OTHER} Lag (2030:44)."
    assert section_events([change("8 §", stub, coming)]) == [SectionEvent("new", "8 §", ACT, "2031-07-01")]
    assert section_events([change("8 §", None, coming)]) == [
        SectionEvent("repealed", "8 §", Act("lag", "2029:1")),
        SectionEvent("new", "8 §", ACT, "2031-07-01"),
    ]


def test_sections_that_are_to_change_places_are_not_amended() -> None:
    day = "2031-07-01"
    first = f"Ny beteckning 9 § från {day}:\n{RULE}\nTräder i kraft {day}:\n{OTHER} Lag (2030:44)."
    second = f"Ny beteckning 8 § från {day}:\n{OTHER}\nTräder i kraft {day}:\n{RULE} Lag (2030:44)."
    assert section_events([change("8 §", RULE, first), change("9 §", OTHER, second)]) == [
        SectionEvent("renumbered", "9 §", None, day, "8 §"),
        SectionEvent("renumbered", "8 §", None, day, "9 §"),
    ]


def test_a_section_whose_number_another_is_to_take_ends() -> None:
    day = "2031-07-01"
    first = f"Ny beteckning 9 § från {day}:\n{RULE}"
    second = f"Upphör att gälla {day}:\n{OTHER}\nTräder i kraft {day}:\n{RULE} Lag (2030:44)."
    assert section_events([change("8 §", RULE, first), change("9 §", OTHER, second)]) == [
        SectionEvent("renumbered", "9 §", None, day, "8 §"),
        SectionEvent("ends", "9 §", ACT, day),
    ]


def test_a_section_that_got_another_number_and_another_text_is_one_event() -> None:
    changes = [change("3 §", RULE, "Har betecknats 8 a § genom lag (2030:44)."), change("8 a §", None, OTHER)]
    assert section_events(changes) == [SectionEvent("renumbered-amended", "8 a §", ACT, old="3 §")]


def test_a_section_that_does_not_end_after_all_says_so() -> None:
    assert section_events([change("8 §", f"Upphör att gälla 2031-07-01:\n{RULE}", RULE)]) == [
        SectionEvent("end-withdrawn", "8 §", day="2031-07-01")
    ]


FIRST = change("3 kap. 1 §", RULE, None)
SECOND = change("3 kap. 2 §", OTHER, None)


def chapter(before: str | None, after: str | None) -> BlockChange:
    return part("added", "h2", after or "") if before is None else (
        part("removed", "h2", before) if after is None else part("edited", "h2", before, after=after)
    )  # fmt: skip


def test_a_chapter_that_goes_is_told_without_its_sections() -> None:
    heading = chapter("3 kap. Prov", "3 kap. Kapitlet har upphävts genom lag (2030:44).")
    labels = ("3 kap. 1 §", "3 kap. 2 §")
    assert law_events([heading, FIRST, SECOND]) == ([ChapterEvent("repealed", "3", ACT, labels=labels)], [])
    assert law_events([chapter("3 kap. Prov", None), FIRST, SECOND]) == (
        [ChapterEvent("removed", "3", labels=labels)],
        [],
    )
    known = chapter("3 kap. Har upphävts genom lag (2030:44).", "3 kap. Kapitlet har upphävts genom lag (2030:44).")
    assert law_events([known]) == ([], [])


def test_a_chapter_that_comes_is_told_with_its_sections() -> None:
    new = [change(f"3 kap. {number} §", None, f"{RULE} Lag (2030:44).") for number in (1, 2)]
    assert law_events([chapter(None, "3 kap. Prov"), *new]) == (
        [ChapterEvent("new", "3", ACT, labels=("3 kap. 1 §", "3 kap. 2 §"))],
        [],
    )
    by_two = [new[0], change("3 kap. 2 §", None, f"{OTHER} Lag (2030:45).")]
    assert law_events([chapter(None, "3 kap. Prov"), *by_two]) == (
        [ChapterEvent("new", "3", ACT, labels=("3 kap. 1 §",))],
        [SectionEvent("new", "3 kap. 2 §", Act("lag", "2030:45"))],
    )


def test_a_chapter_that_had_sections_before_is_not_new() -> None:
    heading = chapter(None, "3 kap. Prov (rubriken träder i kraft 2031-07-01)")
    assert law_events([heading])[0] == [ChapterEvent("heading", "3", day="2031-07-01")]
    edited = change("3 kap. 1 §", RULE, OTHER)
    assert law_events([chapter(None, "3 kap. Prov"), edited])[0] == [ChapterEvent("heading", "3")]


def test_a_chapter_that_ends_says_so_for_its_sections() -> None:
    heading = chapter("3 kap. Prov", "3 kap. Prov (upphör att gälla 2031-07-01 genom lag (2030:44))")
    ends = change("3 kap. 1 §", RULE, f"Upphör att gälla 2031-07-01 genom lag (2030:44):\n{RULE}")
    assert law_events([heading, ends]) == (
        [ChapterEvent("ends", "3", ACT, "2031-07-01", labels=("3 kap. 1 §",))],
        [],
    )


def test_a_chapter_that_moves_is_told_once() -> None:
    headings = [chapter("3 kap. Prov", None), chapter(None, "4 kap. Prov")]
    moved = [change(f"4 kap. {n} §", text, text, old=f"3 kap. {n} §") for n, text in ((1, RULE), (2, OTHER))]
    assert law_events([*headings, *moved]) == (
        [ChapterEvent("renumbered", "4", old="3", labels=("4 kap. 1 §", "4 kap. 2 §"))],
        [],
    )
