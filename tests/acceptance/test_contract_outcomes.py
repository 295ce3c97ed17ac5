"""What counts as what: every bullet, looked at with `check`."""

from __future__ import annotations

import gzip
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acceptance.pages import ERROR_PAGE, ITEMS, county, ordinance
from tests.acceptance.program import Bevaka
from tests.fakes.site import Answer, Fault, Request, Site, gzipped, redirect

ANN = "ann@kommun.example"


@pytest.fixture
def looks(bevaka: Bevaka, site: Site) -> Any:
    """Looks at a page that gives these answers, one a look, Ann following it; the rows of `check --json`."""

    def look(*answers: Answer | str, recipe: str = "") -> list[Any]:
        site.pages["/loop"] = redirect("/loop")
        bevaka.schedule(f"  page: {{url: {site.url}/{recipe}}}\n")
        bevaka("subscribe", "page", ANN)
        rows = []
        for answer in answers:
            site.pages["/"] = Answer(answer) if isinstance(answer, str) else answer
            rows.append(bevaka("check", "--json").row)
        return rows

    return look


def outcomes(rows: Sequence[Any]) -> list[tuple[str, int | None]]:
    """(outcome, revision) of each look."""
    return [(row["outcome"], row["revision"]) for row in rows]


# first, unchanged


def test_what_is_seen_first_becomes_revision_1_and_owes_nothing(looks: Any) -> None:
    [row] = looks(county())
    assert (row["outcome"], row["revision"], row["material"], row["owed"]) == ("first", 1, None, 0)


def test_a_suspicious_first_look_is_no_baseline(looks: Any) -> None:
    assert outcomes(looks(ERROR_PAGE, county())) == [("suspect", None), ("first", 1)]


def test_a_first_look_that_is_not_seen_is_no_baseline(looks: Any) -> None:
    assert outcomes(looks(Answer("", 404), county())) == [("not_seen", None), ("first", 1)]


NOISE = {
    "other bytes": county().replace("<main>", "<main class='v2' data-token='81fe'><!-- 12:03:11 -->"),
    "a menu": county().replace('<a href="/om">', '<a href="/nyheter">Nyheter</a> <a href="/om">'),
    "a footer": county().replace("Storgatan 1", "Storgatan 2"),
    "a script": county().replace("</head>", "<script>var t = 'mars';</script></head>"),
    "white space": county().replace("Länsstyrelsen samordnar ", "Länsstyrelsen\n  samordnar\t "),
    "a no-break space": county().replace("1 mars", "1\u00a0mars"),
    "the decomposed form": county().replace("länet", "la\u0308net"),
    "a soft hyphen": county().replace("samordnar", "sam\u00adordnar"),
    "a zero-width space": county().replace("samordnar", "sam\u200bordnar"),
    "typographic quotes": county(more="<p>Kallas ”samordning” här.</p>"),
    "a cookie dialog": county(
        aside='<div id="cookie-consent" role="dialog"><p>Vi använder kakor.</p><button>OK</button></div>'
    ),
    "a date in the metadata": county(charset='<meta charset="utf-8"><meta name="last-modified" content="2030-01-01">'),
}


@pytest.mark.parametrize("name", NOISE)
def test_unchanged_is_equal_after_normalisation(looks: Any, name: str) -> None:
    before = county(more='<p>Kallas "samordning" här.</p>') if name == "typographic quotes" else county()
    first, again = looks(before, NOISE[name])
    assert (again["outcome"], again["revision"], again["owed"]) == ("unchanged", 1, 0), first


def test_the_server_may_say_itself_that_nothing_changed(looks: Any, site: Site) -> None:
    rows = looks(*[Answer(county(), etag='"a1"', last_modified="Thu, 18 Nov 2021 08:00:00 GMT")] * 3)
    assert outcomes(rows) == [("first", 1), ("unchanged", 1), ("unchanged", 1)]
    asked = site.asked("/")
    assert "If-None-Match" not in asked[0].headers
    assert [request.headers["If-None-Match"] for request in asked[1:]] == ['"a1"', '"a1"']


def test_unchanged_grows_the_observation_and_makes_no_revision(looks: Any, bevaka: Bevaka) -> None:
    looks(*[county()] * 4)
    assert len(bevaka("log", "page", "--json").rows) == 1
    assert bevaka("log", "page", "--checks", "--json").rows[0]["count"] == 3


# changed


REAL: dict[str, tuple[str, str]] = {
    "the page's own date alone": (county(), county(updated="2024-03-01")),
    "a month in a deadline": (county(), county(deadline="1 april")),
    "one digit": (county(more="<p>Bidrag för 20-69 år.</p>"), county(more="<p>Bidrag för 0-75 år.</p>")),
    "ska and bör": (county(more="<p>Alla ska delta.</p>"), county(more="<p>Alla bör delta.</p>")),
    "1 2 § and 12 §": (county(more="<p>Enligt 1 2 § gäller det.</p>"), county(more="<p>Enligt 12 § gäller det.</p>")),
    "an added item": (county(), county(items=(*ITEMS, "Följa upp arbetet"))),
    "a removed item": (county(), county(items=ITEMS[:1])),
    "a link's target": (county(), county(form="/blanketter/strategi-2026.pdf")),
    "a heading": (county(), county(heading="Mäns våld mot kvinnor")),
    "a telephone number": (county(more="<p>Ring 010-223 80 00.</p>"), county(more="<p>Ring 010-223 81 00.</p>")),
}


@pytest.mark.parametrize("name", REAL)
def test_what_is_worth_a_readers_time_is_told(looks: Any, name: str) -> None:
    _, changed = looks(*REAL[name])
    assert (changed["outcome"], changed["revision"], changed["material"], changed["owed"]) == ("changed", 2, True, 1)


HELD_BACK: dict[str, tuple[str, str]] = {
    "a counter": (county(more="<p>Antal besök: 1041</p>"), county(more="<p>Antal besök: 1377</p>")),
    "a relative time": (
        county(more="<p>Senast granskad för 3 dagar sedan</p>"),
        county(more="<p>Senast granskad för 4 dagar sedan</p>"),
    ),
    "a move alone": (
        county(items=("Erbjuda utbildning", "Samordna nätverk", "Följa upp arbetet")),
        county(items=("Samordna nätverk", "Följa upp arbetet", "Erbjuda utbildning")),
    ),
}


@pytest.mark.parametrize("name", HELD_BACK)
def test_what_is_held_back_is_a_revision_that_owes_nothing(looks: Any, bevaka: Bevaka, name: str) -> None:
    _, changed = looks(*HELD_BACK[name])
    assert (changed["outcome"], changed["revision"], changed["material"], changed["owed"]) == ("changed", 2, False, 0)
    row = bevaka("diff", "page", "--json").row
    assert row["held_back"] == len(row["blocks"]) > 0
    assert (row["reason"], {block["material"] for block in row["blocks"]}) == (None, {False})


def test_what_is_held_back_is_listed_beside_what_is_told(looks: Any, bevaka: Bevaka) -> None:
    looks(county(more="<p>Antal besök: 10</p>"), county(deadline="1 april", more="<p>Antal besök: 11</p>"))
    row = bevaka("diff", "page", "--json").row
    assert (row["held_back"], sorted(block["material"] for block in row["blocks"])) == (1, [False, True])


def test_there_and_back_again_is_two_changes(looks: Any, bevaka: Bevaka) -> None:
    other = county(deadline="1 april")
    rows = looks(county(), other, county())
    assert outcomes(rows) == [("first", 1), ("changed", 2), ("changed", 3)]
    assert [row["owed"] for row in rows] == [0, 1, 1]
    log = bevaka("log", "page", "--json").rows
    assert log[0]["sha256"] == log[2]["sha256"] != log[1]["sha256"]


def test_a_complete_rewrite_of_similar_size_is_a_change(looks: Any) -> None:
    sentence = "Här beskrivs hur ansökan om bidrag till kvinnojourer går till under året. "
    rewritten = (
        "<!doctype html><html lang=sv><title>Våld i nära relationer</title><main><h1>Bidrag till kvinnojourer</h1>"
        f"<p>{sentence * 5}</p><p>Senast uppdaterad: 2024-05-02</p></main></html>"
    )
    assert looks(county(), rewritten)[1]["outcome"] == "changed"


def test_a_recipe_edit_alone_mails_nobody_and_a_real_change_in_the_same_round_is_told(
    bevaka: Bevaka, site: Site
) -> None:
    site.pages["/"] = [Answer(county()), Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("subscribe", "page", ANN)
    bevaka("check")
    bevaka.schedule(f"  page: {{url: {site.url}/, keep: main, drop: [h2]}}\n")
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["revision"], row["owed"]) == ("unchanged", 1, 0)
    bevaka.schedule(f"  page: {{url: {site.url}/, ignore: ['Samordna .*']}}\n")
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["revision"], row["owed"]) == ("changed", 2, 1)
    assert [block["rule"] for block in bevaka("diff", "page", "--json").row["blocks"]] == ["deadline"]


def test_a_law_that_moves_only_its_time_stamp_is_unchanged(bevaka: Bevaka, site: Site) -> None:
    stamped = ordinance().replace(b"2022-09-08 04:31:12", b"2026-03-03 04:31:55")
    pages = [Answer(body, content_type="application/json") for body in (ordinance(), stamped)]
    site.pages["/dokument/sfs-2022-9001.json"] = pages
    bevaka.schedule(f'  law: {{sfs: "2022:9001", url: {site.url}/dokument/sfs-2022-9001}}\n')
    bevaka("check")
    assert bevaka("check", "--json").row["outcome"] == "unchanged"


# not seen


UNSEEN = {
    "status 403": (Answer("", 403), "webbplatsen svarade 403 (åtkomst nekad)"),
    "status 404": (Answer("", 404), "webbplatsen svarade 404 (sidan hittades inte)"),
    "status 500": (Answer(county(), 500), "webbplatsen svarade 500 (internt serverfel)"),
    "an empty body": (Answer(""), "sidan innehöll ingen text"),
    "a body without text": (Answer("<html><script>x()</script></html>"), "sidan innehöll ingen text"),
    "an image": (
        Answer(b"\x89PNG\r\n\x1a\n\x00\x01", content_type="image/png"),
        "innehållet är inte text utan image/png",
    ),
    "a truncated gzip": (gzipped(county().encode(), cut=9), "svaret kom fram skadat"),
    "a cut in the headers": (Answer(county(), fault=Fault.CUT_HEAD), ""),
    "a short body": (Answer(county(), fault=Fault.SHORT_BODY), ""),
    "no answer": (Answer(fault=Fault.CLOSE), ""),
    "no HTTP": (Answer(fault=Fault.NOT_HTTP), ""),
    "a loop of redirects": (redirect("/loop"), "hänvisade vidare"),
}


@pytest.mark.parametrize("name", UNSEEN)
def test_a_page_that_cannot_be_read_is_not_seen_and_the_old_text_stays(looks: Any, bevaka: Bevaka, name: str) -> None:
    answer, reason = UNSEEN[name]
    _, row, again = looks(county(), answer, county())
    assert (row["outcome"], row["revision"], row["material"], row["owed"]) == ("not_seen", 1, None, 0)
    assert reason in row["reason"]
    assert (again["outcome"], again["revision"]) == ("unchanged", 1)


def test_a_selector_without_a_match_is_not_seen(looks: Any) -> None:
    redesigned = county().replace("<main>", "<div id=new>").replace("</main>", "</div>")
    _, row, again = looks(county(), redesigned, redesigned, recipe=", keep: main")
    assert (row["outcome"], row["reason"]) == ("not_seen", "den bevakade delen (main) finns inte på sidan")
    assert again["outcome"] == "not_seen", "as long as it lasts, also when the bytes stay the same"


def test_with_a_damaged_copy_nothing_is_made_up(looks: Any, bevaka: Bevaka) -> None:
    looks(county())
    with closing(sqlite3.connect(bevaka.folder / "data" / "bevaka.db")) as database, database:
        database.execute("UPDATE bodies SET bytes = zeroblob(length(bytes))")
    _, row = looks(county(), county(deadline="1 april"))
    assert (row["outcome"], row["revision"], row["owed"]) == ("not_seen", 1, 0)
    assert row["reason"].startswith("den senast sparade kopian går inte att läsa")
    assert bevaka("show", "page").code == 2
    assert bevaka("verify").code == 4
    said = bevaka("check", "page", "--accept")
    assert "#2   first copy   (kopia 1 går inte att läsa, så detta är en ny första kopia)" in said.out
    assert bevaka("show", "page").code == 0
    named = bevaka("verify", "--json").row["bad"]
    assert {row["revision"] for row in named} == {1}, "what is damaged is named for ever"


# suspect


SUSPECT = {
    "an error page": ERROR_PAGE,
    "a log-in page": "<html lang=sv><title>Logga in</title><main><h1>Logga in</h1><form><p>Användarnamn</p>"
    "<input name=user><p>Lösenord</p><input type=password></form></main></html>",
    "a loading page": "<html lang=sv><title>Våld</title><main><p>Laddar …</p></main></html>",
    "a fraction of itself": "<html lang=sv><title>Våld i nära relationer</title><main><h1>Våld i nära relationer</h1>"
    "<p>Läs mer.</p></main></html>",
}


@pytest.mark.parametrize("name", SUSPECT)
def test_what_may_not_be_the_page_is_suspect_and_kept_aside(looks: Any, bevaka: Bevaka, name: str) -> None:
    _, row, again = looks(county(), SUSPECT[name], county())
    assert (row["outcome"], row["revision"], row["material"], row["owed"]) == ("suspect", 1, None, 0)
    assert row["reason"]
    assert (again["outcome"], again["revision"]) == ("unchanged", 1)
    assert bevaka("verify").code == 0


def test_three_suspect_looks_in_a_moment_are_no_hour(looks: Any) -> None:
    rows = looks(county(), *[ERROR_PAGE] * 4)
    assert outcomes(rows)[1:] == [("suspect", 1)] * 4


# moved, withdrawn


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_elsewhere_is_moved(bevaka: Bevaka, site: Site, status: int) -> None:
    site.pages |= {"/": [Answer(county()), redirect("/new", status)], "/new": Answer(county())}
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("subscribe", "page", ANN)
    bevaka("check")
    said = bevaka("check", "--json")
    assert said.code == 3
    assert (said.row["outcome"], said.row["revision"], said.row["owed"]) == ("moved", 1, 0)
    assert f"{site.url}/new" in said.row["reason"]
    assert bevaka("check", "--json").row["owed"] == 0, "told when a look ten minutes later says the same"


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_followed(bevaka: Bevaka, site: Site, status: int) -> None:
    site.pages |= {"/": redirect("/for-now", status), "/for-now": Answer(county())}
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    assert [bevaka("check", "--json").row["outcome"] for _ in range(2)] == ["first", "unchanged"]


def test_410_is_withdrawn_and_told_once(looks: Any) -> None:
    rows = looks(county(), Answer("", 410), Answer("", 410))
    assert [(row["outcome"], row["owed"]) for row in rows] == [("first", 0), ("withdrawn", 0), ("withdrawn", 0)]
    assert rows[1]["reason"] == "sidan är borttagen (webbplatsen svarade 410)"


# How a page is read


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (county(charset="").encode("iso-8859-1"), "text/html; charset=iso-8859-1"),
        (county(charset='<meta charset="iso-8859-1">').encode("iso-8859-1"), "text/html"),
        (
            county(charset='<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">').encode(
                "cp1252"
            ),
            "text/html",
        ),
        (b"\xff\xfe" + county(charset="").encode("utf-16-le"), "text/html"),
        (b"\xfe\xff" + county(charset="").encode("utf-16-be"), "text/html"),
        (b"\xef\xbb\xbf" + county(charset="").encode(), "text/html; charset=iso-8859-1"),
        (county(charset="").encode(), "text/html"),
        (county(charset="").encode("cp1252"), "text/html"),
        (county(charset="").encode(), None),
        (county().encode(), "text/html; charset=no-such-thing"),
    ],
    ids=[
        "header",
        "meta",
        "http-equiv",
        "utf-16-le",
        "utf-16-be",
        "BOM wins",
        "no hint, utf-8",
        "no hint, cp1252",
        "no type",
        "unknown",
    ],
)
def test_in_whatever_encoding_it_is_the_same_page(
    looks: Any, bevaka: Bevaka, body: bytes, content_type: str | None
) -> None:
    rows = looks(county(), Answer(body, content_type=content_type))
    assert outcomes(rows) == [("first", 1), ("unchanged", 1)]


def test_a_compressed_page_is_the_same_page_and_the_decoded_bytes_are_kept(looks: Any, bevaka: Bevaka) -> None:
    rows = looks(gzipped(county().encode()), county())
    assert outcomes(rows) == [("first", 1), ("unchanged", 1)]
    assert bevaka("show", "page", "--raw").raw == county().encode()


def test_plain_text_and_json_are_read_too(bevaka: Bevaka, site: Site) -> None:
    text = "Beslut\n\nLänsstyrelsen beslutade den {} att bevilja bidrag till jouren i länet.\n"
    data = '{{"titel": "Beslut", "datum": "{}", "text": "Länsstyrelsen beviljar bidrag till jouren."}}'
    for path, form, kind in (("/text", text, "text/plain; charset=utf-8"), ("/data", data, "application/json")):
        site.pages[path] = [Answer(form.format(day), content_type=kind) for day in ("2 mars", "3 mars")]
    bevaka.schedule(f"  text: {{url: {site.url}/text}}\n  data: {{url: {site.url}/data}}\n")
    assert [row["outcome"] for row in bevaka("check", "--json").rows] == ["first", "first"]
    assert [row["outcome"] for row in bevaka("check", "--json").rows] == ["changed", "changed"]


# Manners


def test_robots_txt_is_obeyed(bevaka: Bevaka, site: Site) -> None:
    rules = "User-agent: *\nDisallow: /intern\n"
    site.pages |= {"/robots.txt": Answer(rules, content_type="text/plain"), "/intern/a": Answer(county())}
    site.pages["/open"] = Answer(county())
    bevaka.schedule(f"  open: {{url: {site.url}/open}}\n  closed: {{url: {site.url}/intern/a}}\n")
    rows = {row["watch"]: row for row in bevaka("check", "--json").rows}
    assert rows["open"]["outcome"] == "first"
    assert rows["closed"]["outcome"] == "not_seen"
    assert "robots.txt" in rows["closed"]["reason"]
    assert site.asked("/intern/a") == []
    assert len(site.asked("/robots.txt")) == 1, "it is kept"


def test_a_robots_txt_that_fails_forbids_everything(bevaka: Bevaka, site: Site) -> None:
    site.pages |= {"/robots.txt": Answer("", 503), "/": Answer(county())}
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    assert bevaka("check", "--json").row["outcome"] == "not_seen"
    assert site.asked("/") == []


def test_two_watches_of_one_host_are_asked_one_after_the_other(bevaka: Bevaka, site: Site) -> None:
    inside: list[str] = []
    most: list[int] = []

    def page(request: Request) -> Answer:
        inside.append(request.path)
        most.append(len(inside))
        site.wait(0.05)  # long enough for another request to come in meanwhile, were there one
        inside.remove(request.path)
        return Answer(county())

    site.pages |= {f"/{number}": page for number in range(4)}
    bevaka.schedule("".join(f"  page-{number}: {{url: {site.url}/{number}}}\n" for number in range(4)))
    assert len(bevaka("check", "--json").rows) == 4
    assert max(most) == 1


def test_when_the_server_wants_to_be_left_alone_the_next_look_waits(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer("", 503, headers={"Retry-After": "7200"})
    bevaka.schedule(f"  page: {{url: {site.url}/, every: 10m}}\n")
    bevaka("check")
    due = datetime.fromisoformat(bevaka("status", "--json").row["next_check"])
    assert timedelta(minutes=119) < due - datetime.now(UTC) < timedelta(minutes=126)


def test_a_redirect_into_a_private_network_is_refused(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = redirect("http://10.0.0.1/secret")
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    row = bevaka("check", "--json").row
    assert row["outcome"] == "not_seen"
    assert "10.0.0.1" in row["reason"]


def test_a_decompression_bomb_costs_no_more_than_the_cap(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(gzip.compress(bytes(30_000_000)), headers={"Content-Encoding": "gzip"})
    bevaka.schedule(f"  page: {{url: {site.url}/, max_size: 1MB}}\n")
    assert "större än 1 MB" in bevaka("check", "--json").row["reason"]
