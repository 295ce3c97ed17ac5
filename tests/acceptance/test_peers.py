"""The worst days of other monitors' users, one test each: they are not to be ours."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from email import message_from_bytes, policy

from tests.acceptance.pages import county
from tests.acceptance.program import Bevaka
from tests.fakes.mail_server import MailServer
from tests.fakes.site import Answer, Site
from tests.integration.daemon.conftest import Process, until

ANN, BO = "ann@kommun.example", "bo@kommun.example"


def follow(bevaka: Bevaka, site: Site, *pages: str, recipe: str = "") -> None:
    """Watch a page that will be so; Ann and Bo follow it. The first version is seen already."""
    site.pages["/"] = [Answer(page) for page in pages]
    bevaka.schedule(f"  page: {{url: {site.url}/{recipe}}}\n")
    for address in (ANN, BO):
        bevaka("subscribe", "page", address)
    assert bevaka("check").code == 0


def test_1_a_lost_selector_is_told_at_every_look_and_does_not_look_healthy(bevaka: Bevaka, site: Site) -> None:
    redesigned = county().replace("<main>", "<div>").replace("</main>", "</div>")
    follow(bevaka, site, county(), redesigned, recipe=", keep: main")
    assert [bevaka("check", "--json").row["outcome"] for _ in range(3)] == ["not_seen"] * 3
    status = bevaka("status", "--json").row
    assert (status["state"], status["failures"]) == ("not_seen", 3)
    bevaka.schedule(f"  page: {{url: {site.url}/, keep: body}}\n")
    assert bevaka("check", "--json").row["owed"] == 0, "the mended recipe alone mails nobody"


def test_2_a_change_that_could_not_be_kept_is_seen_at_the_next_look(bevaka: Bevaka, site: Site) -> None:
    follow(bevaka, site, county(), county(deadline="1 april"))
    database = bevaka.folder / "data" / "bevaka.db"
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(
            "CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )  # whatever fails in the middle of what is recorded
    assert bevaka("check").code != 0
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute("DROP TRIGGER full")
    assert [row["revision"] for row in bevaka("log", "page", "--json").rows] == [1], "nothing half done"
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["revision"], row["owed"]) == ("changed", 2, 2)
    assert bevaka("verify").code == 0


def test_3_history_never_mutates(bevaka: Bevaka, site: Site) -> None:
    versions = [county(deadline=day, aside=f"<!-- {n} -->") for n, day in enumerate(["1 mars", "1 april"] * 4)]
    follow(bevaka, site, *versions)
    for _ in versions[1:]:
        assert bevaka("check", "--json").row["outcome"] == "changed"
    for number, version in enumerate(versions, start=1):
        assert bevaka("show", f"page#{number}", "--raw").raw == version.encode(), "also where the text is the same"


def test_4_a_failed_mail_is_tried_again_and_the_others_are_not_held_up(bevaka: Bevaka, site: Site) -> None:
    follow(bevaka, site, county(), county(deadline="1 april"))
    bevaka("check")
    with MailServer(recipients={ANN: "450 4.2.0 later"}) as server:
        bevaka("deliver", BEVAKA_SMTP_URL=server.url())
        assert [mail.to for mail in server.received] == [BO]
    states = {row["address"]: row["state"] for row in bevaka("outbox", "list", "--json").rows}
    assert states == {ANN: "pending", BO: "sent"}
    [waiting] = bevaka("outbox", "list", "--state", "pending", "--json").rows
    assert waiting["next_attempt_at"]
    assert bevaka("outbox", "retry", str(waiting["id"])).code == 0
    with MailServer() as server:
        bevaka("deliver", BEVAKA_SMTP_URL=server.url())
        assert [mail.to for mail in server.received] == [ANN]


def test_5_white_space_counts_between_numbers_and_invisible_characters_do_not(bevaka: Bevaka, site: Site) -> None:
    texts = [
        "Enligt 1 2 § ska länet samordna.",
        "Enligt 1\u00a02 § ska la\u0308net sam\u00adordna.",
        "Enligt 12 § ska länet samordna.",
    ]
    follow(bevaka, site, *(county(more=f"<p>{text}</p>") for text in texts))
    assert [bevaka("check", "--json").row["outcome"] for _ in range(2)] == ["unchanged", "changed"]


def test_6_a_link_target_is_content_and_deleted_text_is_not(bevaka: Bevaka, site: Site) -> None:
    follow(
        bevaka,
        site,
        county(),
        county(form="/ny.pdf"),
        county(form="/ny.pdf", more="<p>Det gäller <del>alla kommuner</del> <ins>hela länet</ins>.</p>"),
    )
    assert bevaka("check", "--json").row["material"] is True
    [block] = bevaka("diff", "page", "--json").row["blocks"]
    assert block["links"]["before"] != block["links"]["after"]
    bevaka("check")
    assert "Det gäller hela länet." in bevaka("show", "page", "--text").out


def test_7_neighbouring_edits_are_edits_and_a_move_is_a_move(bevaka: Bevaka, site: Site) -> None:
    def page(*paragraphs: str) -> str:
        return county(more="".join(f"<p>{text}</p>" for text in paragraphs))

    one, two, three = (
        "Kommunen ska varje år skicka in en plan för hur arbetet ska gå till.",
        "Länsstyrelsen går igenom planerna och lämnar synpunkter inom sex veckor.",
        "Föreningar kan söka bidrag för insatser som kommunen själv inte utför.",
    )
    edited = (one.replace("varje", "vartannat"), two.replace("sex", "åtta"))
    follow(bevaka, site, page(one, two, three), page(*edited, three), page(three, *edited))
    bevaka("check")
    assert [block["op"] for block in bevaka("diff", "page", "--json").row["blocks"]] == ["edited", "edited"]
    bevaka("check")
    assert [block["op"] for block in bevaka("diff", "page", "--json").row["blocks"]] == ["moved"]


def test_8_a_window_over_midnight_stays_open_and_one_bad_time_zone_stops_nothing(bevaka: Bevaka, site: Site) -> None:
    follow(bevaka, site, county(), recipe=', every: 1h, between: "22:00-06:00", timezone: Europe/Stockholm')
    looks = bevaka("schedule", "plan", "--json").row["looks"]
    assert len(looks) >= 8, "every hour of the night"
    good = (bevaka.folder / "schedule.yaml").read_text()
    (bevaka.folder / "schedule.yaml").write_text(good.replace("Europe/Stockholm", "Europe/Atlantis"))
    said = bevaka("schedule", "check")
    assert (said.code, "schedule.yaml:4: timezone: 'Europe/Atlantis' is not a time zone" in said.err) == (2, True)


def test_9_failures_push_no_good_copy_out_of_history(bevaka: Bevaka, site: Site) -> None:
    follow(bevaka, site, county(), *["<h1>Fel</h1>"] * 12)
    for _ in range(12):
        bevaka("check")
    assert [row["revision"] for row in bevaka("log", "page", "--json").rows] == [1]
    assert bevaka("show", "page", "--raw").raw == county().encode()


def test_10_the_mail_is_escaped_and_shows_no_other_address_and_recovery_is_no_change(
    bevaka: Bevaka, site: Site
) -> None:
    follow(bevaka, site, county())
    site.pages["/"] = [Answer("", 500), Answer(county())]
    bevaka("check")
    assert bevaka("check", "--json").row == {
        "watch": "page",
        "outcome": "unchanged",
        "revision": 1,
        "material": None,
        "summary": None,
        "reason": None,
        "owed": 0,
    }
    site.pages["/"] = Answer(
        county(more="<p>Skriv &lt;script&gt;alert(1)&lt;/script&gt; och &lt;b&gt;fet&lt;/b&gt; i fältet.</p>")
    )
    bevaka("check")
    bevaka("deliver")
    assert len(bevaka.mails) == 2
    for raw, other in zip(sorted(bevaka.mails, key=lambda mail: ANN.encode() in mail), (ANN, BO), strict=True):
        assert other.encode() not in raw
        mail = message_from_bytes(raw, policy=policy.default)
        page = mail.get_body(("html",))
        assert page is not None
        assert "<script" not in page.get_content()
        assert "&lt;script&gt;" in page.get_content()


def test_10_a_typo_in_the_file_stops_no_running_daemon(
    bevaka: Bevaka, site: Site, daemon: Callable[[], Process]
) -> None:
    follow(bevaka, site, county(), recipe=", every: 1s")
    running = daemon()
    running.says("start", "watching=1")
    good = (bevaka.folder / "schedule.yaml").read_text()
    (bevaka.folder / "schedule.yaml").write_text(good.replace("every: 1s", "evry: 1s"))
    running.says("schedule.yaml:4: unknown key 'evry'")
    asked = len(site.asked("/"))
    until(lambda: len(site.asked("/")) > asked, "it no longer looks")
    assert running.stop() == 0


def test_11_an_edited_recipe_is_mailed_to_nobody(bevaka: Bevaka, site: Site) -> None:
    follow(bevaka, site, county(more="<p class=x>Mer om länet.</p>"))
    for recipe in (", drop: [.x]", ", keep: main", ', ignore: ["Mer .*"]', ', expect: "Norrvik"', ""):
        bevaka.schedule(f"  page: {{url: {site.url}/{recipe}}}\n")
        row = bevaka("check", "--json").row
        assert (row["outcome"], row["owed"]) == ("unchanged", 0), recipe


def test_12_a_watch_that_nobody_looks_at_says_so(bevaka: Bevaka, site: Site) -> None:
    follow(bevaka, site, county())
    with closing(sqlite3.connect(bevaka.folder / "data" / "bevaka.db")) as database, database:
        database.execute("UPDATE watches SET next_check_at = next_check_at - 23 * 86400 * 1000000")  # microseconds
    said = bevaka("status")
    assert re.search(r"^page +first .* \d\d:\d\d, overdue$", said.out, re.MULTILINE)
    assert said.err.startswith("1 watch is overdue")
