"""The law extractor: its forms, what it claims, and what it refuses. Cases are files under tests/data/law."""

from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.judging.compare import judge
from monitor.core.model import Changed, Extraction, Fetched, Recipe, Unchanged
from monitor.errors import EmptyText, SentinelMissing, Unreadable
from monitor.extractors.law import Law
from tests.fakes import riksdagen

CASES = Path(__file__).parents[2] / "data" / "law"
ORDINANCE = (CASES / "ordinance" / "answer.json").read_bytes()
PAGE = (CASES / "ordinance-html" / "answer.html").read_bytes()


def fetched(body: bytes, content_type: str = "application/json") -> Fetched:
    return Fetched(
        "https://example.org/", 200, (("Content-Type", content_type),), body, datetime(2026, 3, 1, tzinfo=UTC)
    )


def extract(body: bytes, recipe: Recipe | None = None) -> Extraction:
    return Law().extract(fetched(body), recipe or Recipe())


def document(**fields: object) -> bytes:
    """Return the answer for ORDINANCE with these fields replaced; None makes a field null."""
    answer = json.loads(ORDINANCE)
    answer["dokumentstatus"]["dokument"] |= fields
    return json.dumps(answer).encode()


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_law_is_read_as_it_was_read_by_hand(case: str) -> None:
    answer = next((CASES / case).glob("answer.*"))
    expected = json.loads((CASES / case / "expected.json").read_text())
    assert Law().claims(fetched(answer.read_bytes()))
    extraction = extract(answer.read_bytes())
    assert {
        "title": extraction.title,
        "law": extraction.law,
        "published": extraction.published and extraction.published.date,
        "notes": list(extraction.notes),
        "dropped": [dropped.why for dropped in extraction.dropped],
        "blocks": [
            [block.kind, block.label, " > ".join(block.heading), block.opens, block.text] for block in extraction.blocks
        ],
    } == expected


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_no_label_stands_twice(case: str) -> None:
    labels = [
        block.label for block in extract(next((CASES / case).glob("answer.*")).read_bytes()).blocks if block.label
    ]
    assert len(labels) == len(set(labels))


def test_the_text_field_and_the_html_field_read_the_same() -> None:
    """A field that is empty in one answer must not look like a change."""
    whole, without_text, without_page = extract(ORDINANCE), extract(document(text="")), extract(document(html=""))
    assert without_text.blocks == whole.blocks == without_page.blocks


def test_the_bare_html_form_reads_the_same_but_for_the_title_that_it_does_not_give() -> None:
    bare = extract(PAGE)
    assert bare.blocks == extract(ORDINANCE).blocks[1:]
    assert bare.title == "SFS 2019:712"


@pytest.mark.parametrize("forms", [(ORDINANCE, PAGE), (PAGE, ORDINANCE), (PAGE, PAGE)])
def test_a_switch_between_the_forms_is_no_change(forms: tuple[bytes, bytes]) -> None:
    before, after = (extract(body) for body in forms)
    assert judge(before, after, fetched_after=datetime(2026, 3, 1, tzinfo=UTC)) == Unchanged()


def test_a_changed_section_is_seen_through_a_switch_of_the_form() -> None:
    amended = PAGE.replace(b"kustkommuner", b"alla kommuner")
    verdict = judge(extract(ORDINANCE), extract(amended), fetched_after=datetime(2026, 3, 1, tzinfo=UTC))
    assert isinstance(verdict, Changed)
    assert all(block.kind != "h1" for block in verdict.change.blocks)


def test_a_title_of_the_site_is_not_the_laws() -> None:
    page = PAGE.replace(b"<style>", b"<title>Sveriges riksdag</title><style>", 1)
    assert extract(page).title == "SFS 2019:712"


def test_a_reprint_is_read_from_the_json_form_too() -> None:
    header = "<b>SFS nr</b>: 2019:712<br /><b>Omtryck</b>: SFS 2020:9<br /><hr />"
    blocks = extract(document(html=header)).blocks
    assert "Omtryck: SFS 2020:9" in [block.text for block in blocks]


def test_a_title_that_was_put_around_the_html_form_is_the_laws() -> None:
    page = PAGE.replace(b"<style>", b"<title>F\xc3\xb6rordning (2019:712) om prov</title><style>", 1)
    assert extract(page).title == "Förordning (2019:712) om prov"


def test_stamps_of_the_platform_change_nothing() -> None:
    restamped = document(publicerad="2024-05-05 04:30:00", systemdatum="2024-05-05 04:30:00", hangar_id="77")
    assert extract(restamped) == extract(ORDINANCE)


def test_null_fields_and_a_single_entry_are_borne() -> None:
    answer = json.loads(document(subtitel=None, organ=None, html=None))
    answer["dokumentstatus"]["dokuppgift"] = {"uppgift": {"kod": "utfardad", "text": "2019-06-13"}}
    extraction = extract(json.dumps(answer).encode())
    assert extraction.published is not None
    assert [block.kind for block in extraction.blocks[:2]] == ["h1", "h3"]


def test_a_law_without_details_keeps_the_day_of_its_document() -> None:
    answer = json.loads(ORDINANCE)
    answer["dokumentstatus"]["dokuppgift"] = None
    published = extract(json.dumps(answer).encode()).published
    assert published is not None
    assert (published.date, published.source) == ("2019-06-13", "meta")


def test_a_day_that_is_none_is_left_out() -> None:
    answer = json.loads(document(datum="okänd"))
    answer["dokumentstatus"]["dokuppgift"] = None
    assert extract(json.dumps(answer).encode()).published is None


def test_the_text_of_an_xml_answer_that_lost_its_line_breaks_is_not_trusted() -> None:
    answer = (CASES / "xml" / "answer.xml").read_bytes()
    assert any(block.text == "2. ett register." for block in extract(answer).blocks)


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Sidan finns inte</title><h1>404</h1>",
        b'{"dokumentlista": {"dokument": []}}',
        b"1 \xc2\xa7 Denna text",
        b"",
    ],
)
def test_other_content_is_left_to_other_readers(body: bytes) -> None:
    assert not Law().claims(fetched(body))


def test_a_byte_order_mark_does_not_hide_a_law() -> None:
    body = b"\xef\xbb\xbf" + ORDINANCE
    assert Law().claims(fetched(body))
    assert extract(body).law == "2019:712"


def test_an_answer_without_text_is_not_seen() -> None:
    with pytest.raises(EmptyText):
        extract(document(text="", html=""))
    with pytest.raises(EmptyText):
        extract(document(text=" \r\n ", html="<b>SFS nr</b>: 2019:712<br /><hr /><div><p></p></div>"))


@pytest.mark.parametrize(
    "body",
    [
        b'{"dokumentstatus": {"fel": "Internt fel"}}',
        b'{"dokumentstatus": {"dokument": null}}',
        b'{"dokumentstatus": []}',
        b'{"dokumentstatus": {"dokument": {"beteckning"',
        b"<dokumentstatus><fel>Internt fel</fel></dokumentstatus>",
        b"<dokumentstatus><dokument><text>1 \xc2\xa7 Avbruten",
        b'{"dokumentstatus": {"dokument": {"text": "1 \\u00a7 Text.", "beteckning": ""}}}',
    ],
)
def test_an_answer_that_is_no_law_is_not_seen(body: bytes) -> None:
    assert Law().claims(fetched(body))
    with pytest.raises(Unreadable):
        extract(body)


def test_an_expected_text_must_be_there_also_across_a_number() -> None:
    assert extract(ORDINANCE, Recipe(expect="3 § Prov ska tas")).law == "2019:712"
    with pytest.raises(SentinelMissing):
        extract(ORDINANCE, Recipe(expect="4 § Prov ska tas"))


def test_what_a_recipe_ignores_does_not_count() -> None:
    blocks = extract(ORDINANCE, Recipe(ignore=(r"Departement: .*", r" Förordning \(\d+:\d+\)\."))).blocks
    assert [
        block.text for block in blocks if block.text.startswith("Departement") or "Förordning (2022" in block.text
    ] == []
    assert [block.label for block in blocks if block.label] == ["1 §", "2 §", "3 §", "3 a §", "4 §"]


BOXES = (
    '<html><body><div class="result-inner-box bold">{}</div>'
    '<div class="result-inner-box"><div class="result-box-text body-text">Uppdraget redovisas den 1 mars.</div></div>'
)


@pytest.mark.parametrize("entry", ["Dir. 2031:7 · Fyrar", "Prop. 2030/31:9 · Fyrar", "SFS-nummer saknas", "SFS-nummer"])
def test_committee_terms_and_bills_in_the_boxes_of_laws_are_no_laws(entry: str) -> None:
    assert not Law().claims(fetched(BOXES.format(entry).encode()))


@pytest.mark.parametrize(
    "entry",
    [
        b"SFS-nummer \xc2\xb7 2031:7",
        b"SFS-nummer\xb72031:7",
        b"\n  SFS-nummer &middot;\n  2031:7",
        b"<b>SFS-nummer</b> &#183; <span>2031:7</span>",
    ],
)
def test_a_number_in_the_boxes_is_a_laws_in_any_encoding(entry: bytes) -> None:
    assert Law().claims(fetched(BOXES.encode().replace(b"{}", entry)))


MOST_GROWTH = 8
"""Of the time for four times as much: linear time grows fourfold, quadratic time sixteenfold."""
A_MOMENT = 0.1
"""Seconds: a collection of garbage takes as long. What is quadratic takes many of them for the longer text."""


@pytest.mark.parametrize(
    "piece", ["<", "<b>", "<!--", "<br />", "<div class='", "<p>1 §", " \n  ", "/Träder i kraft I:"]
)
@pytest.mark.parametrize(
    "form",
    [
        '<b>SFS nr</b>: 2019:712<br /><hr /><div class="sfstoc">{}',
        '<div class="result-inner-box">SFS-nummer · 2019:712 ·<div class="result-box-text body-text">1 § Prov.{}',
        "<dokumentstatus><dokument><beteckning>2019:712</beteckning><text>1 § Prov.{}</text></dokument>",
    ],
)
def test_hostile_markup_takes_no_more_than_linear_time(form: str, piece: str) -> None:
    def seconds(size: int) -> float:
        body = form.format(piece * (size // len(piece))).encode()
        assert Law().claims(fetched(body))
        began = time.process_time()
        with contextlib.suppress(EmptyText, Unreadable):
            extract(body)
        return time.process_time() - began

    small, large = seconds(50_000), seconds(200_000)
    if large > MOST_GROWTH * max(small, A_MOMENT):  # or something else kept the processor: the least of three tells
        small, large = (min(seconds(size) for _ in range(3)) for size in (50_000, 200_000))
    assert large <= MOST_GROWTH * max(small, A_MOMENT)


def test_a_repealed_law_says_so_in_every_form() -> None:
    law = riksdagen.Law(
        "2021:995",
        "Förordning (2021:995) om prov",
        (riksdagen.Chapter("", "", (riksdagen.Section("1", (riksdagen.Wording(("Prov ska tas.",)),)),)),),
        repealed=("2027-01-01", "SFS 2026:77"),
    )
    for body in (riksdagen.as_json(law), riksdagen.as_html(law).encode()):
        assert "Upphävd: 2027-01-01 genom SFS 2026:77" in [block.text for block in extract(body).blocks]


def test_a_control_character_that_was_a_windows_one_is_read_as_that() -> None:
    text = "1 § De som avses i 14\x9618 §§ ska ha \x93plan\x94\x81."
    assert extract(document(text=text, html=None)).blocks[-1].text == "De som avses i 14–18 §§ ska ha “plan”."
