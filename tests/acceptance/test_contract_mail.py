"""The mail, as the mail server gets it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.acceptance.pages import ITEMS, county, ordinance
from tests.acceptance.program import Bevaka
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site, redirect

ANN = "ann@kommun.example"
Tell = Callable[..., EmailMessage]


@pytest.fixture
def tell(bevaka: Bevaka, site: Site, mail_server: MailServer) -> Tell:
    """A page says one thing, then another; the mail that comes of it."""

    def tell(
        before: str | bytes | Answer,
        after: str | bytes | Answer,
        *,
        entry: str = "",
        kind: str = "text/html; charset=utf-8",
        confirmed: bool = False,
    ) -> EmailMessage:
        answers = [each if isinstance(each, Answer) else Answer(each, content_type=kind) for each in (before, after)]
        site.pages["/dokument/sfs-2022-9001.json"] = answers
        bevaka.schedule(
            f'  page: {{name: "Länsstyrelsen Norrvik", url: {site.url}/dokument/sfs-2022-9001.json{entry}}}\n'
        )
        bevaka.environment["BEVAKA_MAIL_FROM"] = "Bevaka <vakt@lan.example>"
        bevaka("subscribe", "page", ANN)
        bevaka("check")
        bevaka("check")
        if confirmed:
            first_found_ten_minutes_ago(bevaka.folder / "data" / "bevaka.db")
            bevaka("check")
        said = bevaka("deliver", BEVAKA_SMTP_URL=mail_server.url())
        assert said.code == 0, said.err
        [received] = mail_server.received
        return message_from_bytes(received.content, policy=policy.default)

    return tell


def change_and_deliver(bevaka: Bevaka, site: Site, mail_server: MailServer, key: str, **settings: str) -> None:
    """Let Ann follow a watch that the schedule gives no name, change its page, and send what is owed."""
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  {key}: {{url: {site.url}/}}\n")
    bevaka("subscribe", key, ANN)
    bevaka("check")
    bevaka("check")
    said = bevaka("deliver", BEVAKA_SMTP_URL=mail_server.url(), **settings)
    assert said.code == 0, said.err


def first_found_ten_minutes_ago(database: Path) -> None:
    """Let ten minutes pass since a page was found to have moved, or to be withdrawn."""
    since = (datetime.now(UTC) - timedelta(minutes=10)).isoformat()
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE watches SET trouble = json_set(trouble, '$.lost_since', ?)", [since])


def part(mail: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail."""
    found = mail.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_thing_comes_first_and_the_verdict_second(tell: Tell) -> None:
    after = county(
        updated="2024-03-01",
        deadline="1 april",
        items=(f"{ITEMS[0]} och metodstöd", *ITEMS[1:], "Följa upp arbetet årligen"),
    )
    mail = tell(county(), after)
    subject = str(mail["Subject"])
    assert subject.startswith("Ändrad: Länsstyrelsen Norrvik – ")
    assert len(subject) <= 90
    text = part(mail, "plain")
    lines = text.splitlines()
    assert lines[0] == "VÄSENTLIG ÄNDRING · Länsstyrelsen Norrvik"
    assert lines[1].startswith("Tidsfrist ändrad: 1 mars → 1 april; 1 punkt tillagd under ”Vad gör")
    top = in_one_line(text[: len(text) // 3])
    assert re.search(r"Oförändrad \d{4}-\d\d-\d\d kl\. \d\d\.\d\d, ändrad (\d{4}-\d\d-\d\d )?kl\. \d\d\.\d\d", top)
    said = in_one_line(text)
    for words in (
        "senast den [TOGS BORT: 1 mars] [LADES TILL: 1 april] varje år",
        "Erbjuda utbildning [LADES TILL: och metodstöd]",
        "NY PUNKT: Följa upp arbetet årligen",
        "; sidans datum 2021-11-18 → 2024-03-01 ",
        "stycke (en tidsfrist ändrades)",
        "Se hela ändringen: http://127.0.0.1:8000/watches/page/diff?from=1&to=2&lang=sv",
        "Kvittot: http://127.0.0.1:8000/watches/page/2?lang=sv",
        "Bevaka står inte bakom sidan. Frågor om innehållet besvaras av 127.0.0.1.",
        "Du får detta för att",
    ):
        assert words in said


def test_words_as_well_as_marks_and_nothing_that_runs_or_calls_home(tell: Tell) -> None:
    page = part(tell(county(), county(deadline="1 april")), "html")
    assert re.search(r"<del[^>]*text-decoration:\s*line-through[^>]*>.*mars", page, re.DOTALL)
    assert re.search(r"<ins[^>]*text-decoration:\s*underline[^>]*>.*april", page, re.DOTALL)
    assert "TOGS BORT" in page.upper()
    assert not re.search(r"<(img|script|iframe|object|form|link|svg)\b|\bon\w+=|url\(|javascript:", page, re.IGNORECASE)


def test_what_is_held_back_is_named_beside(tell: Tell) -> None:
    before, after = (county(deadline=f"{n} mars", more=f"<p>Antal besök: {n}00</p>") for n in (1, 2))
    assert re.search(r"Även ändrat, ej väsentligt \(1\)", in_one_line(part(tell(before, after), "plain")))


def test_a_long_mail_is_cut_at_whole_blocks_and_says_how_many_more(tell: Tell) -> None:
    def page(word: str) -> str:
        return county(more="".join(f"<p>Punkt {n}: {word * 40}</p>" for n in range(400)))

    mail = tell(page("gammal text "), page("alldeles ny "))
    html, text = part(mail, "html"), part(mail, "plain")
    assert len(html.encode()) < 90_000
    assert re.search(r"\d+ ändringar till", html)
    assert re.search(r"\d+ ändringar till", text)
    assert html.rstrip().endswith("</html>")


def test_a_long_name_and_a_long_heading_make_no_long_subject(bevaka: Bevaka, tell: Tell) -> None:
    heading = "Regionalt utvecklingsarbete mot mäns våld mot kvinnor och våld i nära relationer i Norrviks län"
    mail = tell(
        county().replace("Vad gör Länsstyrelsen?", heading),
        county(deadline="1 april").replace("Vad gör Länsstyrelsen?", heading),
    )
    assert len(str(mail["Subject"])) <= 90


def test_the_headers_that_lists_have_are_whole_on_the_wire(tell: Tell, mail_server: MailServer) -> None:
    mail = tell(county(), county(deadline="1 april"))
    raw = (
        mail_server.received[0]
        .content.partition(b"\r\n\r\n")[0]
        .replace(b"\r\n ", b" ")
        .replace(b"\r", b"")
        .decode("ascii")
    )
    assert re.search(
        r"^List-Unsubscribe: .*<mailto:vakt@lan\.example\?subject=unsubscribe%20page[^>]*>$", raw, re.MULTILINE
    )
    assert re.search(r"^List-Id: .*<page\.lan\.example>$", raw, re.MULTILINE)
    assert re.search(r"^Auto-Submitted: auto-generated$", raw, re.MULTILINE)
    assert re.search(r"^Message-ID: <[^<>\s]+@lan\.example>$", raw, re.MULTILINE)
    assert mail["To"] == ANN


def test_mails_about_one_page_are_one_thread(bevaka: Bevaka, site: Site, mail_server: MailServer) -> None:
    site.pages["/"] = [Answer(county(deadline=f"{day} mars")) for day in (1, 2, 3)]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("subscribe", "page", ANN)
    for _ in range(3):
        bevaka("check")
        bevaka("deliver", BEVAKA_SMTP_URL=mail_server.url())
    one, two = (message_from_bytes(mail.content, policy=policy.default) for mail in mail_server.received)
    assert one["References"] == two["References"] != None  # noqa: E711  one root for a page and a reader
    assert one["Message-ID"] != two["Message-ID"]


def test_each_reader_gets_a_mail_of_her_own_in_her_language(
    bevaka: Bevaka, site: Site, mail_server: MailServer
) -> None:
    site.pages["/"] = [Answer(county()), Answer(county(deadline="1 april"))]
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("subscribers", "add", "bo@kommun.example", "--language", "en")
    for address in (ANN, "bo@kommun.example"):
        bevaka("subscribe", "page", address)
    bevaka("check")
    bevaka("check")
    bevaka("deliver", BEVAKA_SMTP_URL=mail_server.url())
    assert {
        mail.to: str(message_from_bytes(mail.content, policy=policy.default)["Subject"])[:7]
        for mail in mail_server.received
    } == {
        ANN: "Ändrad:",
        "bo@kommun.example": "Changed",
    }


def test_a_watch_without_a_name_is_called_by_its_pages_title(
    bevaka: Bevaka, site: Site, mail_server: MailServer
) -> None:
    change_and_deliver(bevaka, site, mail_server, "sida-17")
    [received] = mail_server.received
    mail = message_from_bytes(received.content, policy=policy.default)
    title = re.search("<title>(.*?)</title>", county())
    assert title is not None
    assert str(mail["Subject"]).startswith(f"Ändrad: {title[1][:20]}")
    assert "sida-17" not in str(mail["Subject"])


def test_hostile_page_text_is_text_in_the_mail(tell: Tell) -> None:
    hostile = "<p>Fyll i &lt;img src=x onerror=alert(1)&gt; och {{ 7*7 }} {% raw %} samt %s.</p>"
    mail = tell(county(), county(more=hostile))
    page = part(mail, "html")
    assert "<img" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "Fyll i <img src=x" in in_one_line(part(mail, "plain"))


def test_a_law_is_told_by_section_with_its_act_and_what_the_text_is_worth(tell: Tell) -> None:
    mail = tell(ordinance(), ordinance(amended=True), entry=', sfs: "2022:9001"', kind="application/json")
    assert str(mail["Subject"]).startswith("Ändrad: Länsstyrelsen Norrvik – 3 § ändrad")
    said = in_one_line(part(mail, "plain"))
    assert "3 § ändrad genom förordning (2026:7101)" in said
    assert "https://svenskforfattningssamling.se/doc/20267101.html" in said
    assert re.search("inte .*(autentisk|officiell|rättsligt gällande)|gäller.*tryckta|kungjord", said)


def test_a_page_that_moved_says_where(tell: Tell, site: Site) -> None:
    site.pages["/new"] = Answer(county())
    mail = tell(county(), redirect("/new", 301), confirmed=True)
    assert str(mail["Subject"]).startswith("Flyttad: Länsstyrelsen Norrvik")
    assert f"{site.url}/new" in in_one_line(part(mail, "plain")).replace(" ", "")


def test_a_page_that_was_withdrawn_says_so(tell: Tell) -> None:
    mail = tell(county(), Answer("", 410), confirmed=True)
    assert str(mail["Subject"]).startswith("Borttagen: Länsstyrelsen Norrvik")
    assert "410" in part(mail, "plain")


def test_a_watch_and_a_sender_with_letters_that_are_not_ascii_are_mailed(
    bevaka: Bevaka, site: Site, mail_server: MailServer
) -> None:
    sender = "Länsbevakning <vakt@län.example>"
    change_and_deliver(bevaka, site, mail_server, "länsstyrelsen-жук", BEVAKA_MAIL_FROM=sender)
    [received] = mail_server.received
    assert received.mail_from == "vakt@xn--ln-via.example"
    mail = message_from_bytes(received.content, policy=policy.default)
    assert mail["From"] == "Länsbevakning <vakt@xn--ln-via.example>"
    assert re.fullmatch(r"<[\x21-\x7e]+@[\x21-\x7e]+>", mail["Message-ID"])
    assert re.fullmatch(r"<xn--lnsstyrelsen--[a-z0-9]+\.xn--ln-via\.example>", mail["List-Id"])
