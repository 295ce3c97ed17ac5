"""What is promised of documents, from outside: product.md, "Documents"."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Sequence

from tests.acceptance.program import Bevaka
from tests.fakes.office import docx, paragraph
from tests.fakes.site import Answer, Site


def plan(day: str) -> Answer:
    """Return a plan that asks for a report by a day."""
    body = docx(paragraph("Regional handlingsplan", "Rubrik1"), f"Redovisa senast den {day}.")
    return Answer(body, content_type="application/octet-stream")


def page(*paths: str) -> Answer:
    """Return a page that links to files."""
    items = "".join(f'<li><a href="{path}">Plan {path.strip("/")}</a></li>' for path in paths)
    return Answer(
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Länet</title><main><h1>Våld i nära relationer</h1>"
        f"<p>Länsstyrelsen samordnar arbetet i länet.</p><ul>{items}</ul></main></html>"
    )


def publish(bevaka: Bevaka, site: Site, names: Sequence[str], *, more: str = "") -> None:
    """Put a page with these plans on the site, and watch it."""
    site.pages["/"] = page(*names)
    for name in names:
        site.pages[name] = plan("1 mars")
    bevaka.schedule(f"  lan: {{name: Länet, url: {site.url}/, documents: true{more}}}\n")


def text_of(mail: bytes) -> str:
    """Return the text of a mail for programs that show no HTML."""
    part = email.message_from_bytes(mail, policy=email.policy.default).get_body(["plain"])
    assert part is not None
    return str(part.get_content())


def test_documents_that_one_check_cannot_see_for_too_long_are_one_mail(bevaka: Bevaka, site: Site) -> None:
    names = ["/a.docx", "/b.docx", "/c.docx"]
    publish(bevaka, site, names, more=", patience: 1s")
    bevaka("check")
    bevaka("subscribe", "lan", "ann@kommun.example")
    for name in names:
        site.pages[name] = Answer("", 503)
    assert (bevaka("check", "--json").code, bevaka.mails) == (3, [])
    time.sleep(1.1)  # patience, in whole seconds
    assert bevaka("check").code == 3
    bevaka("deliver")
    for name in names:
        site.pages[name] = plan("1 mars")
    assert bevaka("check").code == 0
    bevaka("deliver")
    blind, again = bevaka.mails
    for name in names:
        assert f"Plan {name.strip('/')}".encode() in blind
        assert f"Plan {name.strip('/')}".encode() in again


def test_why_a_document_was_not_seen_or_is_gone_is_said(bevaka: Bevaka, site: Site) -> None:
    publish(bevaka, site, ["/a.docx", "/b.docx"])
    bevaka("check")
    bevaka("subscribe", "lan", "ann@kommun.example")
    del site.pages["/b.docx"]
    assert "Plan b.docx  " in (unseen := bevaka("check").out)
    assert "webbplatsen svarade 404 (sidan hittades inte)" in unseen
    site.pages["/"] = page("/a.docx")
    gone = "sidan länkar inte längre till det"
    assert gone in bevaka("check").out
    assert f"Plan b.docx: {gone}" in bevaka("log", "lan").out
    bevaka("deliver")
    assert "sidan länkar inte längre till ett dokument" in text_of(bevaka.mails[0])
    rows = bevaka("log", "lan", "--json").rows[0]["documents"]
    assert [(each["outcome"], len(each)) for each in rows] == [("unchanged", 5), ("gone", 5)], "a fixed form"


def test_documents_turned_off_and_on_mail_nobody_and_leave_what_was_sealed(bevaka: Bevaka, site: Site) -> None:
    publish(bevaka, site, ["/plan.docx"])
    bevaka("check")
    bevaka("subscribe", "lan", "ann@kommun.example")
    site.pages["/plan.docx"] = plan("1 april")
    assert bevaka("check", "--json").row["owed"] == 1
    logged = bevaka("log", "lan", "--json").rows

    bevaka.schedule(f"  lan: {{name: Länet, url: {site.url}/}}\n")
    off = bevaka("check", "--json").row
    assert (off["outcome"], off["owed"], "documents" in off) == ("unchanged", 0, False)
    bevaka.schedule(f"  lan: {{name: Länet, url: {site.url}/, documents: true, never_seen: true}}\n")
    same = bevaka("check", "--json").row
    assert (same["outcome"], same["revision"], same["owed"]) == ("unchanged", 2, 0)
    assert bevaka("log", "lan", "--json").rows == logged

    bevaka.schedule(f"  lan: {{name: Länet, url: {site.url}/}}\n")
    bevaka("check")
    site.pages["/plan.docx"] = plan("1 maj")
    bevaka("check")
    bevaka.schedule(f"  lan: {{name: Länet, url: {site.url}/, documents: true}}\n")
    on = bevaka("check", "--json").row
    assert (on["outcome"], on["revision"], on["owed"]) == ("first", 3, 0)
    for number, day in ((1, "1 mars"), (2, "1 april"), (3, "1 maj")):
        shown = bevaka("show", f"lan#{number}", "--document", f"{site.url}/plan.docx").out
        assert f"Redovisa senast den {day}." in shown
    assert bevaka("log", "lan", "--json").rows[1:] == logged
    assert bevaka("check", "--json").row["outcome"] == "unchanged"
    assert bevaka("verify").code == 0


def test_an_empty_answer_and_a_page_instead_of_a_document_are_not_seen(bevaka: Bevaka, site: Site) -> None:
    names = ["/plan.docx", "/download/7"]
    publish(bevaka, site, names)
    assert len(bevaka("check", "--json").row["documents"]) == 2
    site.pages["/plan.docx"] = Answer(b"", content_type="application/octet-stream")
    site.pages["/download/7"] = Answer("<!doctype html><title>Logga in</title><form><input type=password></form>")
    unseen = bevaka("check", "--json", "--fresh")
    assert (unseen.code, unseen.row["outcome"], unseen.row["owed"]) == (3, "unchanged", 0)
    assert [each["outcome"] for each in unseen.row["documents"]] == ["not_seen", "not_seen"]
    for name in names:
        site.pages[name] = plan("1 mars")
    again = bevaka("check", "--json")
    assert (again.code, again.row["outcome"], again.row["revision"]) == (0, "unchanged", 1)


def test_fifty_files_are_read_and_one_that_is_linked_still_is_not_gone(bevaka: Bevaka, site: Site) -> None:
    names = [f"/{number}.txt" for number in range(51)]
    publish(bevaka, site, names[:50])
    for name in names:
        site.pages[name] = Answer(f"Plan för {name}, antagen av länsstyrelsen.", content_type="text/plain")
    assert len(bevaka("check", "--json").row["documents"]) == 50
    site.pages["/"] = page(names[50], *names[:50])
    more = bevaka("check", "--json").row
    others = {each["url"].rpartition("/")[2]: each["outcome"] for each in more["documents"]}
    assert (len(others), others["50.txt"], "49.txt" in others) == (50, "first", False)
    assert more["summary"]["sv"] == "Nytt dokument: ”Plan 50.txt”"


def test_a_recipe_is_replayed_over_the_documents_as_well(bevaka: Bevaka, site: Site) -> None:
    publish(bevaka, site, ["/plan.docx"])
    bevaka("check")
    site.pages["/plan.docx"] = plan("1 april")
    bevaka("check")
    as_it_is = bevaka("watch", "test", "lan", "--json").row["replay"]
    assert (as_it_is["differ"], as_it_is["now"]["told"]) == (0, 1)
    bevaka.schedule(f"  lan: {{name: Länet, url: {site.url}/, documents: true, only_if: {{any: [maj]}}}}\n")
    [newest, _] = bevaka("watch", "test", "lan", "--json").row["replay"]["revisions"]
    assert (newest["then"]["outcome"], newest["now"]["outcome"], newest["now"]["rule"]) == (
        "told",
        "held_back",
        "only-if",
    )


def test_only_text_that_no_document_of_the_page_ever_had_is_told(bevaka: Bevaka, site: Site) -> None:
    publish(bevaka, site, ["/plan.docx"], more=", never_seen: true")
    bevaka("check")
    found = []
    for day in ("1 april", "1 mars", "1 maj"):
        site.pages["/plan.docx"] = plan(day)
        bevaka("check")
        found.append(bevaka("diff", "lan", "--json").row["blocks"][0]["rule"])
    assert found == ["deadline", "never-seen", "deadline"]
    replay = bevaka("watch", "test", "lan", "--json").row["replay"]
    assert [each["now"]["outcome"] for each in replay["revisions"]] == ["told", "held_back", "told", "first"]
    assert replay["differ"] == 0


def test_a_document_is_told_by_the_words_of_a_watch_and_of_a_subscription(bevaka: Bevaka, site: Site) -> None:
    publish(bevaka, site, ["/plan.docx"], more=', only_if: {any: ["april|maj"]}, tags: [vald]')
    schedule = bevaka.folder / "schedule.yaml"
    schedule.write_text(schedule.read_text("utf-8").replace("watches:", "tags: {vald: {}}\nwatches:"), "utf-8")
    bevaka("check")
    bevaka("subscribe", "lan", "ann@kommun.example", "--only-if", "maj")
    bevaka("subscribe", "lan", "bo@kommun.example")
    bevaka("subscribe", "tag:vald", "bo@kommun.example")
    told = []
    for day in ("3 mars", "1 april", "1 maj"):
        site.pages["/plan.docx"] = plan(day)
        row = bevaka("check", "--json").row
        told.append((row["outcome"], row["material"], row["owed"]))
    assert told == [("changed", False, 0), ("changed", True, 1), ("changed", True, 2)]
    [held_back] = bevaka("diff", "lan#2", "--json").row["blocks"]
    assert (held_back["rule"], held_back["document"]) == ("only-if", f"{site.url}/plan.docx")


def test_while_a_page_is_not_seen_nothing_is_told_of_its_documents(bevaka: Bevaka, site: Site) -> None:
    publish(bevaka, site, ["/plan.docx"], more=", expect_not: Logga in")
    seen = site.pages["/"]
    bevaka("check")
    bevaka("subscribe", "lan", "ann@kommun.example")
    site.pages["/"] = Answer(page("/plan.docx").content + b"<main><p>Logga in</p></main>")
    site.pages["/plan.docx"] = plan("1 april")
    row = bevaka("check", "--json").row
    assert (row["outcome"], row["owed"]) == ("not_seen", 0)
    site.pages["/"] = seen
    assert bevaka("check", "--json").row["owed"] == 1
