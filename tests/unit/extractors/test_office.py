"""The extractors of office files: the same blocks as for pages, and a word for each file that cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.core.model import Extraction, Fetched, Link, Recipe
from monitor.errors import FileEmpty, FileLocked, NotText, SelectorMatchedNothing, SentinelMissing
from monitor.extractors.page import Page
from monitor.extractors.pdf import Pdf
from monitor.extractors.plain import Plain
from monitor.extractors.slides import Slides
from monitor.extractors.spreadsheet import Spreadsheet
from monitor.extractors.word import Word
from monitor.files import notes
from monitor.reader import Reader
from tests.fakes.office import (
    core,
    docx,
    locked_by_office,
    ods,
    old_word,
    open_document,
    packed,
    paragraph,
    pptx,
    run,
    xlsx,
)

READER = Reader([Page(), Pdf(), Plain(), Slides(), Spreadsheet(), Word()])


def extract(body: bytes, recipe: Recipe | None = None, *, url: str = "https://www.lansexempel.se/plan") -> Extraction:
    fetched = Fetched(
        url, 200, (("Content-Type", "application/octet-stream"),), body, datetime(2026, 3, 20, tzinfo=UTC)
    )
    return READER.extract(fetched, recipe or Recipe()).extraction


def blocks(body: bytes) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in extract(body).blocks]


TABLE = "<w:tbl><w:tr><w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr></w:tbl>".format(
    run("Kalmar"), run("12 kr")
)
LINK = f'<w:p>{run("Läs ")}<w:hyperlink r:id="r1">{run("förordningen")}</w:hyperlink></w:p>'


def test_a_word_document_is_read_in_headings_paragraphs_items_and_rows() -> None:
    body = docx(
        paragraph("Regional handlingsplan", "Rubrik1"),
        paragraph("Om stöd", "Min"),
        "Länsstyrelsen samordnar stödet.",
        paragraph("Erbjuda utbildning", item=True),
        TABLE,
        LINK,
        links={"r1": "https://www.riksdagen.se/sfs"},
        title="Handlingsplan",
    )
    extraction = extract(body)
    assert [(block.kind, block.text) for block in extraction.blocks] == [
        ("h1", "Regional handlingsplan"),
        ("h1", "Om stöd"),
        ("p", "Länsstyrelsen samordnar stödet."),
        ("li", "Erbjuda utbildning"),
        ("row", "Kalmar | 12 kr"),
        ("p", "Läs förordningen"),
    ]
    assert extraction.blocks[-1].links == (Link("förordningen", "https://www.riksdagen.se/sfs"),)
    assert extraction.title == "Handlingsplan"
    assert extraction.updated is not None
    assert (extraction.updated.date, extraction.updated.source) == ("2025-11-19", "meta")


def test_of_tracked_changes_what_was_inserted_is_read_and_what_was_deleted_is_not() -> None:
    tracked = (
        f"<w:p>{run('Ansök senast den ')}<w:del>{run('1 mars', 'delText')}</w:del><w:ins>{run('1 april')}</w:ins>"
        f"{run('.')}</w:p><w:p><w:del>{run('Hela stycket', 'delText')}</w:del></w:p>"
        f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p>{run('Struken rad')}</w:p></w:tc></w:tr></w:tbl>"
        f"<w:moveFrom><w:p>{run('Flyttat')}</w:p></w:moveFrom><w:moveTo><w:p>{run('Flyttat')}</w:p></w:moveTo>"
    )
    extraction = extract(docx(tracked))
    assert [block.text for block in extraction.blocks] == ["Ansök senast den 1 april.", "Flyttat"]
    assert notes.TRACKED in extraction.notes


def test_what_a_reader_of_a_word_document_does_not_see_is_not_read() -> None:
    hidden = f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>dolt</w:t></w:r>{run('synligt')}{run('HYPERLINK x', 'instrText')}"
    body = docx(f"<w:p>{hidden}<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t> text</w:t></w:r></w:p>")
    assert blocks(body) == [("p", "synligt text")]


def test_text_boxes_and_footnotes_are_read_once() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    box = f"<w:txbxContent><w:p>{run('I rutan')}</w:p></w:txbxContent>"
    inside = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    both = f'<mc:AlternateContent xmlns:mc="{mc}">{inside}</mc:AlternateContent>'
    foot = f'<w:footnotes xmlns:w="{w}"><w:footnote><w:p>{run("En fotnot")}</w:p></w:footnote></w:footnotes>'
    body = docx(f"<w:p>{run('Text')}<w:r>{both}</w:r></w:p>", more={"word/footnotes.xml": foot})
    assert blocks(body) == [("p", "Text"), ("p", "I rutan"), ("p", "En fotnot")]


def test_macros_and_files_outside_the_file_are_noted_and_left_alone() -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9"'
        ' Type="x/attachedTemplate" Target="http://169.254.169.254/mall.dotm" TargetMode="External"/></Relationships>'
    )
    body = docx("Text.", more={"word/vbaProject.bin": b"\0", "word/_rels/document.xml.rels": relations})
    assert {notes.MACROS, notes.EXTERNAL} <= set(extract(body).notes)


def test_the_strict_variant_of_the_standard_is_read_alike() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    heading = f'<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>{run("Rubrik")}</w:p>'
    part = f'<w:document xmlns:w="{strict}"><w:body>{heading}</w:body></w:document>'
    assert blocks(docx(more={"word/document.xml": part})) == [("h2", "Rubrik")]


def test_a_workbook_is_read_sheet_by_sheet_and_row_by_row() -> None:
    body = xlsx(
        {"Bidrag": [["Län", "Belopp"], ["Kalmar", 1200000], ["", 0.5]], "Tomt": [], "Dolt": [["hemligt"]]},
        hidden=["Dolt"],
    )
    assert blocks(body) == [
        ("h2", "Bidrag"),
        ("row", "Län | Belopp"),
        ("row", "Kalmar | 1200000"),
        ("row", "0.5"),
    ]
    assert notes.HIDDEN_SHEETS in extract(body).notes


def test_an_open_document_spreadsheet_is_read_alike() -> None:
    assert blocks(ods([["Län", "Belopp"], ["Kalmar", "12"]])) == [
        ("h2", "Blad1"),
        ("row", "Län | Belopp"),
        ("row", "Kalmar | 12"),
    ]


def test_an_open_document_text_is_read_without_what_was_deleted() -> None:
    inside = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>struket</text:p></text:deletion>"
        '</text:changed-region></text:tracked-changes><text:h text:outline-level="2">Stöd</text:h>'
        '<text:p>Läs<text:s/><text:a xlink:href="https://www.riksdagen.se/sfs">förordningen</text:a>.</text:p>'
        "<text:list><text:list-item><text:p>Utbildning</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>A</text:p></table:table-cell>"
        '<table:table-cell table:number-columns-repeated="2"/><table:table-cell><text:p>B</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    extraction = extract(open_document("text", inside))
    assert [(block.kind, block.text) for block in extraction.blocks] == [
        ("h2", "Stöd"),
        ("p", "Läs förordningen."),
        ("li", "Utbildning"),
        ("row", "A | | | B"),
    ]
    assert extraction.blocks[1].links == (Link("förordningen", "https://www.riksdagen.se/sfs"),)
    assert notes.TRACKED in extraction.notes


def test_a_presentation_is_read_slide_by_slide_without_hidden_ones() -> None:
    assert blocks(pptx("Läget 2026\nFler anmälningar", "Dold\nhemligt", "Nästa steg\nUtbildning", hidden=[2])) == [
        ("h2", "Läget 2026"),
        ("p", "Fler anmälningar"),
        ("h2", "Nästa steg"),
        ("p", "Utbildning"),
    ]
    inside = "<draw:page><draw:frame><text:p>Läget</text:p></draw:frame></draw:page>"
    assert blocks(open_document("presentation", inside)) == [("p", "Läget")]


@pytest.mark.parametrize(
    "body",
    [
        locked_by_office(),
        open_document("text", "", more={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        open_document("spreadsheet", "", more={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
    ],
)
def test_a_file_under_a_password_is_said_to_be(body: bytes) -> None:
    with pytest.raises(FileLocked):
        extract(body)


@pytest.mark.parametrize("body", [docx(), xlsx({"Blad1": []}), open_document("text", ""), pptx("")])
def test_an_empty_file_is_said_to_be(body: bytes) -> None:
    with pytest.raises(FileEmpty):
        extract(body)


@pytest.mark.parametrize("body", [packed({"a.txt": "hej"}), old_word(), packed({"word/document.xml/": ""})])
def test_other_files_are_no_text(body: bytes) -> None:
    with pytest.raises(NotText):
        extract(body)


@pytest.mark.parametrize("body", [docx("Text."), xlsx({"Blad1": [["a"]]}), pptx("a\nb")])
def test_a_recipe_expects_and_ignores_and_has_nothing_to_keep(body: bytes) -> None:
    with pytest.raises(SelectorMatchedNothing):
        extract(body, Recipe(keep="main"))
    with pytest.raises(SentinelMissing):
        extract(body, Recipe(expect="Länsstyrelsen Norrvik"))


def test_a_date_that_a_file_says_of_itself_is_no_change() -> None:
    one, other = (
        docx("Text.", more={"docProps/core.xml": core("Plan", f"2025-11-{day}T10:00:00Z")}) for day in (18, 19)
    )
    prints = [
        READER.extract(Fetched("https://a.se/", 200, (), body, datetime(2026, 3, 20, tzinfo=UTC)), Recipe())
        for body in (one, other)
    ]
    assert prints[0].text_sha256 == prints[1].text_sha256
