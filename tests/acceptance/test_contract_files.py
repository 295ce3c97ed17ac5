"""`compare` and `inspect`: files and addresses, without any database."""

from __future__ import annotations

import pytest

from tests.acceptance.pages import ERROR_PAGE, county, ordinance
from tests.acceptance.program import Bevaka
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_html, as_json
from tests.fakes.site import Answer, Site, redirect

COMPARED = ["before", "after", "verdict", "material", "reason", "summary", "updated", "blocks", "held_back"]
BLOCK = ["op", "heading", "kind", "label", "before", "after", "class", "material", "rule"]


@pytest.fixture
def files(bevaka: Bevaka) -> dict[str, str]:
    """Files of one page, by what they are; the paths are relative, as given."""
    pages: dict[str, str | bytes] = {
        "before": county(),
        "after": county(deadline="1 april", updated="2024-03-01"),
        "noise": county(aside="<div class=cookie-banner><button>OK</button> Vi använder kakor.</div>"),
        "error": ERROR_PAGE,
        "law": ordinance(),
        "later-law": ordinance(amended=True),
    }
    for name, page in pages.items():
        (bevaka.folder / name).write_bytes(page if isinstance(page, bytes) else page.encode())
    return {name: name for name in pages}


def test_compare_in_json(bevaka: Bevaka, files: dict[str, str]) -> None:
    said = bevaka("compare", "before", "after", "--json")
    assert (said.code, said.err) == (1, "")
    row = said.row
    assert list(row) == COMPARED
    assert (row["before"], row["after"], row["verdict"], row["material"]) == ("before", "after", "changed", True)
    assert row["updated"] == {"before": "2021-11-18", "after": "2024-03-01"}
    assert all(list(block) == BLOCK for block in row["blocks"])
    assert row["reason"] == next(block["rule"] for block in row["blocks"] if block["material"])


def test_compare_of_equal_files_exits_with_0(bevaka: Bevaka, files: dict[str, str]) -> None:
    said = bevaka("compare", "before", "noise", "--json")
    assert said.code == 0
    assert (said.row["verdict"], said.row["material"], said.row["reason"]) == ("unchanged", False, None)
    assert said.row["updated"] == {"before": "2021-11-18", "after": "2021-11-18"}


@pytest.mark.parametrize(("one", "two"), [("before", "error"), ("error", "before")])
def test_compare_is_suspect_when_either_side_is(bevaka: Bevaka, files: dict[str, str], one: str, two: str) -> None:
    said = bevaka("compare", one, two, "--json")
    assert said.code == 3
    assert list(said.row) == COMPARED
    assert (said.row["verdict"], said.row["material"]) == ("suspect", False)
    assert said.row["reason"]


def test_compare_needs_no_database_and_makes_none(bevaka: Bevaka, files: dict[str, str]) -> None:
    bevaka("compare", "before", "after")
    bevaka("inspect", "before")
    assert not (bevaka.folder / "data").exists()


def test_compare_may_read_as_a_watch_is_read(bevaka: Bevaka, files: dict[str, str]) -> None:
    bevaka.schedule(
        '  page: {url: "https://example.org/", ignore: ["senast den .* varje år", "2021-11-18|2024-03-01"]}\n'
    )
    assert bevaka("compare", "before", "after", "--recipe", "page").code == 0
    assert bevaka("compare", "before", "after", "--recipe", "nix").code == 2


def test_compare_of_pairs_answers_a_line_each_and_exits_with_0(bevaka: Bevaka, files: dict[str, str]) -> None:
    lines = [
        "before\tafter",
        "before\tnoise\thttps://example.org/",
        "before\terror\thttps://example.org/\t2024-01-01T00:00:00Z\t2024-02-01T00:00:00+00:00",
        "law\tlater-law",
    ]
    (bevaka.folder / "pairs.tsv").write_text("\n".join(lines) + "\n")
    said = bevaka("compare", "--pairs", "pairs.tsv", "--json")
    assert said.code == 0
    assert [(row["before"], row["after"], row["verdict"]) for row in said.rows] == [
        ("before", "after", "changed"),
        ("before", "noise", "unchanged"),
        ("before", "error", "suspect"),
        ("law", "later-law", "changed"),
    ]
    assert all(list(row) == COMPARED for row in said.rows)


def test_a_riksdagen_answer_is_recognised_by_its_content(bevaka: Bevaka, files: dict[str, str]) -> None:
    row = bevaka("inspect", "law", "--json").row
    sections = [block for block in row["blocks"] if block["kind"] == "section"]
    assert [block["label"] for block in sections] == ["1 §", "2 §", "3 §"]


def test_a_law_with_chapters_reads_the_same_in_both_of_its_forms(bevaka: Bevaka) -> None:
    chapters = [
        Chapter("1", "Inledande bestämmelser", (Section("1", (Wording(("Denna lag gäller stöd.",)),)),)),
        Chapter("2", "Länsstyrelsen", tuple(Section(n, (Wording((f"Punkt {n}.",)),)) for n in ("1", "3", "7 a"))),
    ]
    law = Law("2022:9002", "Lag (2022:9002) om stöd", tuple(chapters))
    (bevaka.folder / "a").write_bytes(as_json(law))
    (bevaka.folder / "b").write_text(as_html(law), encoding="utf-8")
    for name in "ab":
        blocks = bevaka("inspect", name, "--json").row["blocks"]
        labels = [block["label"] for block in blocks if block["kind"] == "section"]
        assert labels == ["1 kap. 1 §", "2 kap. 1 §", "2 kap. 3 §", "2 kap. 7 a §"]


def test_inspect_in_json(bevaka: Bevaka, files: dict[str, str]) -> None:
    said = bevaka("inspect", "before", "--json", "--url", "https://example.org/", "--fetched", "2024-05-01T12:00:00Z")
    assert (said.code, said.err) == (0, "")
    row = said.row
    assert list(row) == ["file", "title", "language", "encoding", "updated", "published", "blocks", "dropped"]
    assert (row["file"], row["language"], row["encoding"], row["published"]) == ("before", "sv", "utf-8", None)
    assert row["updated"] == {
        "date": "2021-11-18",
        "label": "Senast uppdaterad",
        "text": "Senast uppdaterad: 2021-11-18",
        "source": "text",
    }
    assert row["blocks"][0] == {"heading": [], "kind": "h1", "label": None, "text": "Våld i nära relationer"}
    assert row["dropped"]
    assert all(list(part) == ["why", "text"] for part in row["dropped"])


def test_a_date_without_a_day_and_one_without_a_year(bevaka: Bevaka) -> None:
    (bevaka.folder / "month").write_text(county(updated="februari 2021"), encoding="utf-8")
    assert bevaka("inspect", "month", "--json").row["updated"]["date"] == "2021-02"
    english = "<html lang=en><main><h1>Advice</h1><p>Stay at home.</p><p>Updated: 2:00pm Friday 10 April</p>"
    (bevaka.folder / "year").write_text(english)
    row = bevaka("inspect", "year", "--json", "--fetched", "2020-04-20T08:00:00Z").row
    assert row["updated"]["date"] == "2020-04-10"


def test_inspect_of_files_answers_a_line_each_and_exits_with_0(bevaka: Bevaka, files: dict[str, str]) -> None:
    (bevaka.folder / "empty").write_bytes(b"")
    (bevaka.folder / "list").write_text(
        "before\nerror\thttps://example.org/\nlaw\thttps://x.example/\t2024-01-01\nempty\n"
    )
    said = bevaka("inspect", "--files", "list", "--json")
    assert said.code == 0
    assert [row["file"] for row in said.rows] == ["before", "error", "law", "empty"]
    assert said.rows[3]["blocks"] == []


def test_inspect_of_an_address_fetches_it_and_exits_with_3_when_it_is_not_seen(bevaka: Bevaka, site: Site) -> None:
    site.pages |= {"/": Answer(county()), "/down": Answer("", 503), "/moved": redirect("/", 301)}
    seen = bevaka("inspect", f"{site.url}/", "--json")
    assert (seen.code, seen.row["file"], seen.row["title"][:4]) == (0, f"{site.url}/", "Våld")
    for path in ("/down", "/gone"):
        said = bevaka("inspect", f"{site.url}{path}", "--json")
        assert said.code == 3
        assert said.row["blocks"] == []
        assert said.row["reason"]
    assert bevaka("inspect", f"{site.url}/", BEVAKA_ALLOW_NETWORKS="").code == 3
    assert site.asked("/robots.txt"), "with all the guards of a check"
    assert not (bevaka.folder / "data").exists()


def test_inspect_obeys_robots_txt(bevaka: Bevaka, site: Site) -> None:
    site.pages |= {
        "/": Answer(county()),
        "/robots.txt": Answer("User-agent: *\nDisallow: /\n", content_type="text/plain"),
    }
    assert bevaka("inspect", f"{site.url}/").code == 3
    assert site.asked("/") == []
