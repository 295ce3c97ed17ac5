"""Subscribe, confirm, manage, leave: a subscriber's whole way through the pages."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fakes.world import COUNTY, LAW, TOWN, World

ANN = "ann@kommun.example"
Post = Callable[..., TestResponse]
ASKED: dict[str, Any] = {"address": ANN, "what": "some", "watch": [COUNTY], "frequency": "daily", "language": "sv"}


def following(world: World, address: str = ANN) -> list[tuple[str | None, str]]:
    """Return what a subscriber follows, and how often."""
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(address)
        if subscriber is None or subscriber.state != "confirmed":
            return []
        return sorted((key, each.frequency) for each, key in work.subscribers.subscriptions(subscriber))


def joined(world: World, client: FlaskClient, post: Post, **asked: Any) -> str:
    """Sign up and confirm; return the page for managing the subscription."""
    post(client, "/subscribe", **{**ASKED, **asked})
    found = re.search(r'href="(/manage/[^"]+)"', post(client, world.path("confirm")).text)
    assert found
    return found[1]


def test_a_subscription_begins_when_the_link_in_the_mail_is_confirmed(
    world: World, client: FlaskClient, post: Post
) -> None:
    answer = post(client, "/subscribe", **ASKED)
    assert answer.headers["Location"] == "/subscribe/sent"
    link = world.path("confirm")
    assert f"{ANN} vill få besked om:" in client.get(link).text
    assert following(world) == []
    done = post(client, link).text
    assert "Prenumerationen är bekräftad" in done
    assert "De dagar då något väsentligt har ändrats får du ett samlat mejl." in done
    assert following(world) == [(COUNTY, "daily")]
    again = client.get(link).text
    assert "<h1>Prenumerationen är bekräftad</h1>" in again
    assert f"{ANN} får besked om:" in again
    assert "<button>Bekräfta</button>" not in again
    assert "Den var redan bekräftad." in post(client, link).text
    assert following(world) == [(COUNTY, "daily")]


@pytest.mark.parametrize(
    ("frequency", "swedish", "english"),
    [
        ("immediately", "ett mejl så snart något väsentligt ändras", "a mail as soon as something material changes"),
        (
            "daily",
            "ett samlat mejl de dagar då något väsentligt har ändrats",
            "one mail on days when something material has changed",
        ),
        (
            "weekly",
            "ett samlat mejl de veckor då något väsentligt har ändrats",
            "one mail in weeks when something material has changed",
        ),
    ],
)
def test_the_page_to_confirm_says_in_a_sentence_how_often_mails_come(
    world: World, client: FlaskClient, post: Post, frequency: str, swedish: str, english: str
) -> None:
    post(client, "/subscribe", **{**ASKED, "frequency": frequency})
    link = world.path("confirm")
    assert f"När du har bekräftat får du {swedish}." in client.get(link).text
    assert f"Once you have confirmed, you get {english}." in client.get(f"{link}?lang=en").text
    done = re.findall(r"<p>([^<]*(?:mejl|mail)[^<]*)</p>", post(client, link).text)
    again = client.get(link).text
    assert "När du har bekräftat" not in again
    assert done[0] in again


def test_the_answer_is_the_same_whether_or_not_an_address_is_known(
    world: World, client: FlaskClient, post: Post
) -> None:
    joined(world, client, post)
    known, unknown = (post(client, "/subscribe", **{**ASKED, "address": a}) for a in (ANN, "bo@kommun.example"))
    assert (known.status_code, known.data, known.headers["Location"]) == (
        unknown.status_code,
        unknown.data,
        unknown.headers["Location"],
    )
    known, unknown = (post(client, "/confirm/x", "/link", address=a) for a in (ANN, "ingen@kommun.example"))
    assert (known.status_code, known.data) == (unknown.status_code, unknown.data)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "ann"}, "Det är ingen e-postadress."),
        ({"address": ""}, "Det är ingen e-postadress."),
        ({"watch": []}, "Välj minst en sida att följa."),
        ({"what": "all"}, "Du har kryssat för sidor men valt allt som bevakas."),
        ({"watch": ["nobody"]}, "En av sidorna bevakas inte längre."),
    ],
)
def test_what_cannot_be_used_is_told_and_what_was_written_stays(
    client: FlaskClient, post: Post, wrong: dict[str, Any], said: str
) -> None:
    answer = post(client, "/subscribe", **{**ASKED, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{wrong.get("address", ANN)}"' in answer.text
    assert re.search(r'value="daily" checked', answer.text)


def test_a_page_can_be_chosen_beforehand(client: FlaskClient) -> None:
    text = client.get(f"/subscribe?watch={COUNTY}").text
    assert f'value="{COUNTY}" checked' in text
    assert 'value="some" checked' in text


def test_who_asks_too_often_is_told_to_wait(client: FlaskClient, post: Post) -> None:
    codes = {post(client, "/subscribe", **{**ASKED, "address": f"p{n}@kommun.example"}).status_code for n in range(40)}
    assert codes == {303, 429}


def test_a_link_scanner_changes_nothing(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    before = following(world)
    post(client, "/subscribe", **{**ASKED, "watch": [LAW]})
    robot = world.client()
    links = {world.path("confirm"), manage, f"{manage}/erase", f"{manage}?saved=1"}
    for link in links:
        for method in (robot.get, robot.head, robot.options):
            assert method(link).status_code < 400
    assert following(world) == before


def test_everything_can_be_changed_and_is_shown_again(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    chosen = {
        "follow": [COUNTY, LAW],
        f"frequency-{COUNTY}": "weekly",
        f"frequency-{LAW}": "immediately",
        f"only-{LAW}": "2§\n\n 3 § \n2 §",
        f"material-{COUNTY}": "on",
        "digest_at": "07:30",
        "weekday": "4",
        "timezone": "Europe/Helsinki",
        "quiet_from": "22:00",
        "quiet_to": "06:30",
        "account": "on",
        "language": "en",
    }
    answer = post(client, manage, **chosen)
    assert answer.headers["Location"] == f"{manage}?saved=1"
    assert following(world) == [(COUNTY, "weekly"), (LAW, "immediately")]
    text = client.get(f"{manage}?saved=1").text
    assert '<html lang="en">' in text
    assert "Saved." in text
    assert re.findall(rf'name="only-{LAW}" value="([^"]+)" checked', text) == ["2 §", "3 §"]
    assert re.search(r'value="4" selected', text)
    assert "<option selected>Europe/Helsinki</option>" in text
    for value in ("07:30", "22:00", "06:30"):
        assert f'value="{value}"' in text
    assert f'type="hidden" name="material-{COUNTY}"' in text  # the watch tells of material changes alone
    assert 'name="account" checked' in text


def words_of(world: World, key: str) -> tuple[str, ...]:
    with world.assembly.unit_of_work.read() as work:
        [subscriber] = work.subscribers.all()
        return next(each.only_if for each, followed in work.subscribers.subscriptions(subscriber) if followed == key)


def test_words_are_typed_kept_and_taken_away(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    chosen = {
        "follow": [COUNTY],
        f"frequency-{COUNTY}": "weekly",
        "digest_at": "08:00",
        "weekday": "0",
        "language": "sv",
    }
    assert post(client, manage, **chosen, **{f"word-{COUNTY}": " skyddat boende (nytt) "}).status_code == 303
    assert words_of(world, COUNTY) == (r"skyddat boende \(nytt\)",)
    text = client.get(manage).text
    assert "Bara ändringar som rör ”skyddat boende (nytt)”" in text
    [kept] = re.findall(rf'name="words-{COUNTY}" value="([^"]+)" checked', text)
    more = {f"words-{COUNTY}": [kept, ".*"], f"word-{COUNTY}": "bidrag"}  # what no form gave is left out
    assert post(client, manage, **chosen, **more).status_code == 303
    assert words_of(world, COUNTY) == (r"skyddat boende \(nytt\)", "bidrag")
    assert post(client, manage, **chosen, **{f"word-{COUNTY}": ""}).status_code == 303
    assert words_of(world, COUNTY) == ()
    too_long = post(client, manage, **chosen, **{f"word-{COUNTY}": "x" * 61})
    assert too_long.status_code == 422
    assert "Skriv högst 60 tecken." in too_long.text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"digest_at": "25:00"}, "Skriv klockslaget för samlade mejl som 07:30."),
        ({"digest_at": "07:30+02:00"}, "Skriv klockslaget för samlade mejl som 07:30."),
        ({"quiet_from": "22:00"}, "Skriv båda klockslagen för tysta timmar"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "Tysta timmar som slutar när de börjar är inga."),
        ({"timezone": "../../etc/passwd"}, "Tidszonen finns inte."),
        ({"follow": ["nobody"]}, "En av sidorna bevakas inte längre."),
    ],
)
def test_a_wrong_choice_changes_nothing(
    world: World, client: FlaskClient, post: Post, wrong: dict[str, Any], said: str
) -> None:
    manage = joined(world, client, post)
    answer = post(client, manage, **{"follow": [COUNTY], "digest_at": "08:00", "language": "en", **wrong})
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert following(world) == [(COUNTY, "daily")]


def test_all_mistakes_are_told_at_once_each_with_a_link_to_its_field(
    world: World, client: FlaskClient, post: Post
) -> None:
    manage = joined(world, client, post)
    wrong = {"digest_at": "25:00", "quiet_from": "7", "quiet_to": "09:30", "timezone": "Mars/Olympus"}
    chosen: dict[str, Any] = {f"frequency-{LAW}": "weekly", f"only-{LAW}": ["9 §"], "weekday": "4", "language": "sv"}
    text = post(client, manage, follow=[LAW], **chosen, **wrong, **{f"word-{LAW}": ""}).text
    assert re.findall(r'<a href="#([^"]+)" id="mistake-', text) == [
        "digest_at",
        "quiet_from",
        "timezone",
        f"only-{LAW}",
    ]
    for field in ("digest_at", "quiet_from", "timezone"):
        assert re.search(rf'id="{field}"[^>]* aria-invalid="true" aria-describedby="mistake-{field}"', text)
    assert re.search(r'id="quiet_to"[^>]* value="09:30"(?! aria)', text)  # what was right is still there
    assert re.search(rf'name="follow" value="{LAW}" checked', text)
    assert re.search(r'value="weekly" checked', text)
    assert re.search(r'value="4" selected', text)
    assert "Sidan har ingen del som heter ”9 §”." in html.unescape(text)
    assert f'name="words-{LAW}"' not in text
    text = post(client, "/subscribe", address="nobody", what="some", frequency="daily", language="sv").text
    assert re.findall(r'<a href="#(\w+)" id="mistake-', text) == ["address", "chosen"]


# Parts


def parts_followed(world: World, key: str) -> tuple[str, ...]:
    with world.assembly.unit_of_work.read() as work:
        subscriber = work.subscribers.find(ANN)
        assert subscriber
        return next((each.only for each, watch in work.subscribers.subscriptions(subscriber) if watch == key), ())


def test_the_parts_of_a_page_are_offered_and_those_that_are_ticked_are_followed(
    world: World, client: FlaskClient, post: Post
) -> None:
    page = f"{joined(world, client, post)}/parts?watch={COUNTY}"
    text = client.get(page).text
    assert re.findall(r'name="part" value="([^"]+)"', text) == ["Vad gör Länsstyrelsen?", "Kontakt"]
    assert " checked" not in text
    assert post(client, page, part=["Kontakt"]).headers["Location"].endswith("?saved=1")
    assert parts_followed(world, COUNTY) == ("Kontakt",)
    assert following(world) == [(COUNTY, "daily")]
    assert 'value="Kontakt" checked' in client.get(page).text
    post(client, page)
    assert parts_followed(world, COUNTY) == ()


def test_a_page_that_was_not_followed_is_when_its_parts_are_chosen(
    world: World, client: FlaskClient, post: Post
) -> None:
    page = f"{joined(world, client, post)}/parts?watch={LAW}"
    text = client.get(page).text
    assert "När du sparar börjar du följa sidan." in text
    assert re.findall(r'name="part" value="([^"]+)"', text) == ["1 §", "2 §", "3 §", "4 §"]
    post(client, page, part=["2 §", "4 §"])
    assert parts_followed(world, LAW) == ("2 §", "4 §")
    assert following(world) == [(COUNTY, "daily"), (LAW, "immediately")]


def test_a_part_that_is_not_there_is_refused_on_every_form(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    page = f"{manage}/parts?watch={LAW}"
    for form, fields in (
        (page, {"part": ["2 §", "9 §"]}),
        (manage, {"follow": [LAW], f"only-{LAW}": ["2 §", "9 §"], "digest_at": "08:00"}),
        ("/subscribe", {**ASKED, "watch": [LAW], "parts_of": LAW, "part": ["2 §", "9 §"]}),
    ):
        answer = post(client, form, **fields)
        assert answer.status_code == 422
        assert "Sidan har ingen del som heter ”9 §”." in html.unescape(answer.text)
        assert re.search(r'value="2 §" checked', answer.text)
    assert parts_followed(world, LAW) == ()
    assert client.get(f"{manage}/parts?watch=nobody").status_code == 404


def test_a_part_that_is_lost_stays_ticked_until_it_is_unticked(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    page = f"{manage}/parts?watch={COUNTY}"
    post(client, page, part=["Kontakt"])
    world.says[COUNTY] = str(world.says[COUNTY]).replace("<h2>Kontakt</h2>", "<h2>Så når du oss</h2>")
    world.check(COUNTY, hours=1)
    text = " ".join(client.get(page).text.split())
    assert "<strong>Kontakt</strong> (finns inte längre i texten)" in text
    post(client, page, part=["Kontakt", "Så når du oss"])
    assert parts_followed(world, COUNTY) == ("Kontakt", "Så når du oss")


def test_who_subscribes_to_a_page_may_choose_its_parts_at_once(world: World, client: FlaskClient, post: Post) -> None:
    text = client.get(f"/subscribe?watch={LAW}").text
    assert re.findall(r'name="part" value="([^"]+)"', text) == ["1 §", "2 §", "3 §", "4 §"]
    assert 'name="part"' not in client.get("/subscribe").text
    asked = {**ASKED, "watch": [COUNTY, LAW], "parts_of": LAW, "part": ["2 §"]}
    post(client, "/subscribe", **asked)
    link = world.path("confirm")
    assert "arbete mot våld i nära relationer (2 §)" in client.get(link).text
    post(client, link)
    assert parts_followed(world, LAW) == ("2 §",)
    assert parts_followed(world, COUNTY) == ()


def test_time_zones_are_a_list_with_the_readers_own_first(world: World, client: FlaskClient, post: Post) -> None:
    text = client.get(joined(world, client, post)).text
    zones = re.findall(r"<option(?: selected)?>([^<]+)</option>", text)
    assert zones[0] == "Europe/Stockholm"
    assert {"Europe/Helsinki", "America/New_York"} <= set(zones)
    assert not [zone for zone in zones if "/" not in zone]


def test_unticking_everything_leaves_everything(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    post(client, manage, digest_at="08:00", language="sv")
    assert following(world) == []


def test_erasing_needs_a_tick_and_then_forgets(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    assert post(client, manage, f"{manage}/erase").status_code == 422
    assert following(world) == [(COUNTY, "daily")]
    assert "Du är raderad" in post(client, manage, f"{manage}/erase", sure="yes").text
    with world.assembly.unit_of_work.read() as work:
        assert work.subscribers.find(ANN) is None
    assert client.get(manage).status_code == 404


def mailed(world: World, client: FlaskClient, post: Post) -> str:
    """Sign up, confirm and get a mail of a change; return the link in that mail that unsubscribes."""
    joined(world, client, post, frequency="immediately")
    world.says[COUNTY] = (
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Våld</title><main><h1>Våld i nära relationer</h1>"
        "<p>Länsstyrelsen Norrvik samordnar länets arbete mot våld i nära relationer och stöder dem som möter "
        "våldsutsatta i sitt arbete.</p><h2>Vad gör Länsstyrelsen?</h2><p>Kommunerna redovisar sina strategier senast "
        "den 1 maj varje år.</p><p>Senast uppdaterad: 2026-03-02</p></main></html>"
    )
    world.check(COUNTY, hours=1)
    world.clock.sleep(3600)
    return world.path("leave")


def test_one_button_leaves_and_a_second_time_is_fine(world: World, client: FlaskClient, post: Post) -> None:
    link = mailed(world, client, post)
    assert "Du slutar att få mejl om:" in client.get(link).text
    assert following(world) == [(COUNTY, "immediately")]
    assert "Du prenumererar inte längre" in post(client, link).text
    assert following(world) == []
    assert "Du hade redan slutat." in client.get(link).text


def test_a_mail_programs_one_click_needs_neither_cookie_nor_token(
    world: World, client: FlaskClient, post: Post
) -> None:
    link = mailed(world, client, post)
    answer = world.client().post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert following(world) == []


def test_a_link_to_leave_opens_nothing_else(world: World, client: FlaskClient, post: Post) -> None:
    link = mailed(world, client, post)
    token = link.rpartition("/")[2]
    answers = [client.get(link).text, world.client().post(link, data={"List-Unsubscribe": "One-Click"}).text]
    assert not any("/manage/" in text for text in answers)
    assert client.get(f"/manage/{token}").status_code == 404


def test_from_a_leave_page_the_way_to_manage_is_a_new_mail(world: World, client: FlaskClient, post: Post) -> None:
    link = mailed(world, client, post)
    answer = post(client, link, f"{link}/link")
    assert (answer.status_code, "/manage/" in answer.text) == (303, False)
    assert client.get(world.path("manage")).status_code == 200
    assert client.get(f"{link}/link").headers["Location"].endswith(link)
    assert post(client, link, "/leave/x/link").status_code == 404


def test_every_dead_link_gets_the_same_answer(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    confirm = world.path("confirm")
    world.clock.sleep(8 * 24 * 3600)
    forged = confirm[:-1] + ("0" if confirm[-1] != "0" else "1")
    foreign = manage.replace("manage", "confirm")
    answers = {re.sub(r'(?:value|href)="[^"]*"', "", client.get(link).text) for link in (forged, foreign, "/confirm/x")}
    assert len(answers) == 1
    assert {client.get(link).status_code for link in (forged, foreign, "/leave/x", "/manage/x")} == {404}
    for link in ("/confirm/x", "/manage/x", "/leave/x", "/manage/x/erase"):
        assert post(client, "/subscribe", link).status_code == 404


def test_a_persons_pages_are_hers_alone(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post)
    for address in (manage, f"{manage}/parts?watch={LAW}", "/confirm/x", "/leave/x", "/subscribe"):
        headers = client.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"


def test_a_watch_that_a_form_repeats_is_asked_for_once(world: World, client: FlaskClient, post: Post) -> None:
    post(client, "/subscribe", **{**ASKED, "watch": [COUNTY] * 400})
    page = client.get(world.path("confirm")).text
    post(client, "/subscribe", **ASKED)
    assert len(page) == len(client.get(world.path("confirm")).text)


def test_choosing_parts_keeps_what_was_filled_in_and_shows_them_beside_their_page(
    world: World, client: FlaskClient, post: Post
) -> None:
    given = {"address": ANN, "what": "some", "watch": TOWN, "frequency": "weekly", "parts_for": LAW}
    answer = post(client, "/subscribe", **given)
    assert answer.status_code == 200
    assert f'value="{ANN}"' in answer.text
    ticked = re.findall(r'name="watch" value="([^"]+)" checked', answer.text)
    assert set(ticked) == {TOWN, LAW}
    assert re.search(r'value="weekly" checked', answer.text)
    page = answer.text
    assert page.index(f'value="{LAW}" checked') < page.index('id="parts"') < page.index("Hur ofta?")
    assert world.mails == []


def test_words_are_typed_on_the_form_and_confirmed_with_it(world: World, client: FlaskClient, post: Post) -> None:
    assert '<textarea id="words" name="words"' in client.get("/subscribe").text
    typed = "skyddat boende\r\n\r\n  jour (natt) \r\njour (natt)"
    assert post(client, "/subscribe", **ASKED, words=typed).status_code == 303
    link = world.path("confirm")
    assert "boende" not in str(world.mails[-1].message.text), "anybody may have typed the words, for whatever address"
    shown = client.get(link).text
    assert "Bara ändringar som rör något av orden:" in shown
    assert "<li>skyddat boende</li><li>jour (natt)</li>" in shown
    assert "<li>jour (natt)</li>" in post(client, link).text
    assert words_of(world, COUNTY) == ("skyddat boende", r"jour \(natt\)")
    world.assembly.deliver.deliver_due()
    welcome = " ".join(str(world.mails[-1].message.text).split())
    assert "Det gäller bara ändringar som rör något av orden ”skyddat boende”, ”jour (natt)”." in welcome


def test_words_that_are_too_long_or_too_many_are_refused_and_stay_in_the_form(
    world: World, client: FlaskClient, post: Post
) -> None:
    before = len(world.mails)
    for words, said in (("x" * 61, "Skriv högst 60 tecken."), ("\n".join("abcdefghijk"), "Välj högst 10 ord.")):
        answer = post(client, "/subscribe", **ASKED, words=words)
        assert answer.status_code == 422
        assert said in answer.text
        assert re.search(r'<textarea id="words"[^>]*aria-invalid="true"', answer.text)
        assert words.splitlines()[0] in answer.text
    world.assembly.deliver.deliver_due()
    assert len(world.mails) == before


def test_a_word_with_a_sign_is_looked_for_as_it_is_written(world: World, client: FlaskClient, post: Post) -> None:
    manage = joined(world, client, post, frequency="immediately", words="5 §")
    assert words_of(world, COUNTY) == ("5 §",)
    assert "Bara ändringar som rör ”5 §”" in client.get(manage).text
    world.says[COUNTY] = str(world.says[COUNTY]).replace("</main>", "<p>Se 5 § i förordningen.</p></main>")
    before = len(world.mails)
    world.check(COUNTY, hours=1)
    world.assembly.deliver.deliver_due()
    assert any("5 §" in str(each.message.text) for each in world.mails[before:] if each.to == ANN)
