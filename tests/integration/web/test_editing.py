"""Adding, editing and removing watches on the operators' pages; the schedule file stays the owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from monitor.errors import HttpStatus
from tests.fakes.html import read
from tests.fakes.world import COUNTY, PASSWORD, QUIET, SCHEDULE, World, page

Post = Callable[..., TestResponse]
NEW = "/operator/watches/new"
ENTRY = {"name": "Nytt råd", "url": "http://127.0.0.1:9/nytt", "every": "1d", "drop": ".menu\n#foot"}


def file_of(world: World) -> Path:
    return world.assembly.settings.schedule


def tried(world: World, operator: FlaskClient, post: Post, form: str, **fields: str) -> TestResponse:
    """Try an entry; return the answer, which has the form again."""
    del world
    answer = post(operator, form, action="try", **fields)
    assert answer.status_code == 200, read(answer.text)
    return answer


def seal_in(answer: TestResponse) -> str:
    found = re.search(r'name="tried" value="(\w+)"', answer.text)
    assert found
    return found[1]


def test_a_page_is_tried_and_then_watched(world: World, operator: FlaskClient, post: Post) -> None:
    world.says["nytt-rad"] = page("Nytt råd", "Rådet samlar myndigheter som arbetar för kvinnofrid i hela landet.")
    answer = tried(world, operator, post, NEW, **ENTRY)
    text = read(answer.text)
    assert "Rådet samlar myndigheter som arbetar för kvinnofrid i hela landet." in text
    assert '+ nytt-rad: + name: "Nytt råd" + url: "http://127.0.0.1:9/nytt"' in text
    assert file_of(world).read_text(encoding="utf-8") == SCHEDULE
    saved = post(operator, NEW, action="save", tried=seal_in(answer), **ENTRY)
    assert saved.headers["Location"] == "/watches/nytt-rad"
    assert "Nytt råd är sparad i schemafilen." in operator.get("/watches/nytt-rad").text
    written = file_of(world).read_text(encoding="utf-8")
    assert written.startswith(SCHEDULE)
    assert '    drop: [".menu", "#foot"]\n' in written


def test_nothing_is_saved_that_was_not_tried(world: World, operator: FlaskClient, post: Post) -> None:
    world.says["nytt-rad"] = page("Nytt råd", "Rådet samlar myndigheter som arbetar för kvinnofrid i hela landet.")
    seal = seal_in(tried(world, operator, post, NEW, **ENTRY))
    for changed in ({**ENTRY, "every": "2d"}, {**ENTRY, "key": "annan"}):
        world.says["annan"] = world.says["nytt-rad"]
        answer = post(operator, NEW, action="save", tried=seal, **changed)
        assert answer.status_code == 200
        assert seal_in(answer) != seal
    assert post(operator, NEW, action="save", **ENTRY).status_code == 200
    assert file_of(world).read_text(encoding="utf-8") == SCHEDULE


def test_all_mistakes_are_told_at_once_each_with_a_link_to_its_field(
    world: World, operator: FlaskClient, post: Post
) -> None:
    wrong = {"key": "a b", "url": "nowhere", "every": "soon", "ignore": "(", "keep": "::"}
    answer = post(operator, NEW, action="try", **wrong)
    assert answer.status_code == 422
    assert set(re.findall(r'<a href="#(\w+)" id="mistake-', answer.text)) == set(wrong)
    for field in wrong:
        assert re.search(rf'id="{field}"[^>]* aria-invalid="true" aria-describedby="mistake-{field}"', answer.text)
    assert 'value="nowhere"' in answer.text
    text = read(answer.text)
    assert "Adress: Det är ingen webbadress. Skriv den hel, som https://www.exempel.se/sidan." in text
    assert "Hur ofta: ”soon” är ingen tid mellan kontroller. Skriv till exempel 30m, 6h eller 1d." in text
    assert file_of(world).read_text(encoding="utf-8") == SCHEDULE


def test_a_page_that_is_watched_already_is_not_added_again(operator: FlaskClient, post: Post) -> None:
    answer = post(operator, NEW, action="try", url="http://127.0.0.1:9/norrvik")
    assert answer.status_code == 422
    assert f"http://127.0.0.1:9/norrvik bevakas redan, som {COUNTY}." in read(answer.text)


WRONG = [
    {"key": "a b"},
    {"key": COUNTY},
    {"name": "x" * 201},
    {"name": "a\u200bb"},
    {"url": ""},
    {"url": "nowhere"},
    {"url": "http://[::1"},
    {"url": "https://a:b@x.example/"},
    {"url": "https://x.example/a\\b"},
    {"url": "http://127.0.0.1:9/norrvik"},
    {"sfs": "2021"},
    {"sfs": "2021:995", "url": "https://x.example/"},
    {"every": "soon"},
    {"every": "5"},
    {"every": "1:30"},
    {"every": "900d"},
    {"every": "1d", "cron": "0 7 * * *"},
    {"cron": "0 7"},
    {"cron": "99 7 * * *"},
    {"between": "day"},
    {"between": "06:00-24:30"},
    {"between": "06:00-06:00"},
    {"keep": "::"},
    {"drop": ".menu\n::"},
    {"ignore": "("},
    {"ignore": ".*"},
    {"tags": "valld"},
    {"tags": "okänd"},
    {"expect": "a\u200bb"},
    {"expect_not": "("},
    {"expect_not": "a*"},
    {"alert": "everything"},
    {"language": "de"},
    *({"ignore": pattern} for pattern in ("a)", "[a", "*a", "a**", "a{9999}", "[z-a]", r"\q", "a\\", "(?=a)", "(?P<a")),
    *({"expect_not": pattern} for pattern in ("(?<a>a", "a{2,1}", "[[:foo:]]")),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: " ".join(map("=".join, wrong.items()))[:40])
def test_each_mistake_is_said_in_the_language_of_the_page(
    operator: FlaskClient, post: Post, wrong: dict[str, str]
) -> None:
    given = {"name": "Nytt råd", "url": "http://127.0.0.1:9/nytt", **wrong}
    swedish = post(operator, NEW, action="try", **given)
    assert swedish.status_code == 422
    [said] = re.findall(r'<div class="mistake".*?</div>', swedish.text, re.DOTALL)
    assert 'lang="en"' not in said
    [english] = re.findall(
        r'<div class="mistake".*?</div>', post(operator, f"{NEW}?lang=en", action="try", **given).text, re.DOTALL
    )
    assert 'lang="en"' not in english
    assert len(re.findall("<li>", said)) == len(re.findall("<li>", english))
    assert read(said) != read(english)


def test_a_section_is_not_made_a_page_and_says_so_in_the_language_of_the_page(
    world: World, operator: FlaskClient, post: Post
) -> None:
    followed = "  flode:\n    follow: http://127.0.0.1:9/flode\n    from: feed\n"
    file_of(world).write_text(SCHEDULE + followed, encoding="utf-8")
    form = "/operator/watches/flode/edit"
    said = read(post(operator, form, action="try", url="http://127.0.0.1:9/annan", keep="main").text)
    assert "Adress: Bevakningen följer redan en lista (follow) i schemafilen." in said
    assert "I ett flöde eller en webbplatskarta (feed) finns inga delar att välja med CSS." in said


def test_an_edit_shows_what_the_new_recipe_reads_otherwise(world: World, operator: FlaskClient, post: Post) -> None:
    form = f"/operator/watches/{COUNTY}/edit"
    text = operator.get(form).text
    assert 'value="Länsstyrelsen Norrvik: våld i nära relationer"' in text
    assert 'value="06:00-22:00"' in text
    given = {
        "name": "Länsstyrelsen Norrvik: våld i nära relationer",
        "url": "http://127.0.0.1:9/norrvik",
        "every": "1h",
        "expect": "Länsstyrelsen",
        "drop": "ul",
    }
    answer = tried(world, operator, post, form, **given)
    text = read(answer.text)
    assert "Skillnaden mot hur sidan läses nu" in text
    assert re.search(r"<del>.*Erbjuda utbildning", answer.text)
    assert '- between: "06:00-22:00"' in text
    before = len(world.mails)
    assert post(operator, form, action="save", tried=seal_in(answer), **given).status_code == 303
    with world.assembly.unit_of_work.read() as work:
        watch = work.watches.get(COUNTY).watch
    assert (watch.recipe.drop, watch.cadence.between) == (("ul",), None)
    assert len(world.mails) == before


def test_an_edit_is_tried_on_the_kept_copies_before_it_is_saved(
    world: World, operator: FlaskClient, post: Post
) -> None:
    form = f"/operator/watches/{COUNTY}/edit"
    given = {
        "name": "Länsstyrelsen Norrvik: våld i nära relationer",
        "url": "http://127.0.0.1:9/norrvik",
        "every": "1h",
        "between": "06:00-22:00",
        "expect": "Länsstyrelsen",
    }
    same = read(tried(world, operator, post, form, **given).text)
    assert "Vad som hade mejlats" in same
    assert "Läsarna hade fått samma besked om alla." in same
    answer = tried(world, operator, post, form, **given, expect_not="Länsstyrelsen", never_seen="true")
    text = read(answer.text)
    assert re.search(r"Inställningarna har prövats på \d sparade kopior. Läsarna hade fått ett annat besked om", text)
    assert "mejl → inte sedd" in text
    assert '<option value="true" selected>bara text som aldrig har stått på sidan</option>' in answer.text
    assert f'href="/watches/{COUNTY}/diff?from=1&amp;to=2"' in answer.text
    english = tried(world, operator, post, f"{form}?lang=en", **given)
    assert "Readers would have been told the same about all of them." in read(english.text)
    answer = tried(world, operator, post, form, **given, never_seen="true")
    saved = post(operator, form, action="save", tried=seal_in(answer), **given, never_seen="true")
    assert saved.status_code == 303
    assert "    never_seen: true\n" in file_of(world).read_text(encoding="utf-8")
    assert "bara text som aldrig har stått på sidan" in operator.get(f"/watches/{COUNTY}").text
    tried(world, operator, post, form, **given)
    assert "+    never_seen" not in read(tried(world, operator, post, form, **given, never_seen="true").text)


def test_an_edit_that_somebody_made_in_the_file_meanwhile_is_not_undone_unseen(
    world: World, operator: FlaskClient, post: Post
) -> None:
    form = f"/operator/watches/{QUIET}/edit"
    given = {"name": "Rådet", "url": "http://127.0.0.1:9/stilla", "every": "20s"}
    seal = seal_in(tried(world, operator, post, form, **given))
    text = file_of(world).read_text(encoding="utf-8")
    file_of(world).write_text(
        text.replace("http://127.0.0.1:9/stilla", "http://127.0.0.1:9/stilla?ny=1"), encoding="utf-8"
    )
    answer = post(operator, form, action="save", tried=seal, **given)
    assert answer.status_code == 200
    assert "stilla?ny=1" in file_of(world).read_text(encoding="utf-8")
    assert "- url: http://127.0.0.1:9/stilla?ny=1" in read(answer.text).replace('"', "")
    assert post(operator, form, action="save", tried=seal_in(answer), **given).status_code == 303


def test_a_page_that_cannot_be_read_can_be_saved_all_the_same(world: World, operator: FlaskClient, post: Post) -> None:
    world.says["nytt-rad"] = HttpStatus(status=503, url="http://127.0.0.1:9/nytt")
    answer = tried(world, operator, post, NEW, **ENTRY)
    assert "webbplatsen svarade 503" in read(answer.text)
    assert ">Spara ändå</button>" in answer.text
    assert post(operator, NEW, action="save", tried=seal_in(answer), **ENTRY).status_code == 303


def test_a_watch_is_taken_out_and_its_history_stays(world: World, operator: FlaskClient, post: Post) -> None:
    form, remove = f"/operator/watches/{QUIET}/edit", f"/operator/watches/{QUIET}/remove"
    refused = post(operator, form, remove)
    assert refused.status_code == 422
    assert "Rutan är inte ikryssad" in refused.text
    assert post(operator, form, remove, sure="yes").status_code == 303
    assert "stilla:" not in file_of(world).read_text(encoding="utf-8")
    text = read(operator.get(f"/watches/{QUIET}").text)
    assert "stilla är borttagen ur schemafilen. Historiken finns kvar." in text
    assert "Sidan bevakas inte längre." in text
    assert operator.get(form).status_code == 404


def test_a_file_that_cannot_be_written_is_said_with_the_lines_to_write(
    make_world: Callable[..., World], post: Post, tmp_path: Path
) -> None:
    path = tmp_path / f"{'s' * 245}.yaml"  # beside it no draft with a longer name can be made, not even by root
    path.write_text(SCHEDULE, encoding="utf-8")
    world = make_world(BEVAKA_SCHEDULE=str(path))
    world.says["nytt-rad"] = page("Nytt råd", "Rådet samlar myndigheter som arbetar för kvinnofrid i hela landet.")
    operator = world.client()
    post(operator, "/login", password=PASSWORD)
    seal = seal_in(tried(world, operator, post, NEW, **ENTRY))
    answer = post(operator, NEW, action="save", tried=seal, **ENTRY)
    assert path.read_text(encoding="utf-8") == SCHEDULE
    assert answer.status_code == 422
    text = read(answer.text)
    assert "kunde inte skrivas" in text
    assert "Skriv in raderna nedan för hand." in text
    assert '+ nytt-rad: + name: "Nytt råd"' in text


def test_who_is_no_operator_edits_nothing(client: FlaskClient, world: World, post: Post) -> None:
    for address in (NEW, f"/operator/watches/{COUNTY}/edit"):
        assert client.get(address).headers["Location"] == "/login"
    answer = post(client, "/login", f"/operator/watches/{COUNTY}/remove", sure="yes")
    assert answer.headers["Location"] == "/login"
    assert file_of(world).read_text(encoding="utf-8") == SCHEDULE


def test_replayed_with_the_recipe_of_the_file_two_months_say_what_they_said(world: World) -> None:
    replays = {watch.key: world.assembly.replay(watch) for watch in world.assembly.schedule.watches}
    assert {key: replay.differing for key, replay in replays.items()} == dict.fromkeys(replays, 0)
    assert {outcome for replay in replays.values() for outcome, number in replay.now.items() if number} >= {
        "first", "told", "held_back"
    }  # fmt: skip
    assert all(not replay.left_out for replay in replays.values())


SENDS = SCHEDULE + '    headers: {X-Key: "${TOKEN}"}\n    auth: {user: anna, password: "${PASSWORD}"}\n'


def test_what_a_page_is_fetched_with_is_shown_by_names_and_edited_in_the_file_alone(
    make_world: Callable[..., World], post: Post
) -> None:
    world = make_world(BEVAKA_CREDENTIAL_TOKEN="tok-4711", BEVAKA_CREDENTIAL_PASSWORD="h3mligt")
    operator = world.client()
    assert post(operator, "/login", password=PASSWORD).status_code == 303
    path, form = file_of(world), f"/operator/watches/{QUIET}/edit"
    path.write_text(SENDS, encoding="utf-8")
    shown = read(operator.get(form).text)
    assert "Det ändras i schemafilen, och bara där." in shown
    assert '{"X-Key": "${TOKEN}"}' in shown
    assert '"password": "${PASSWORD}"' in shown
    entry = {"name": "Rådet", "url": "http://127.0.0.1:9/stilla"}
    moved = post(operator, form, action="try", **entry | {"url": "http://127.0.0.1:8/stilla"})
    assert moved.status_code == 422
    assert "När stilla hämtas skickas inloggningsuppgifter." in moved.text
    law = read(post(operator, form, action="try", name="Rådet", sfs="2021:995").text)
    assert (
        "En lag läses ur riksdagens öppna data, som bara frågas med sin adress. Ta bort headers ur schemafilen." in law
    )
    answer = tried(world, operator, post, form, **entry, headers="X-Key: ${OTHER}", method="POST")
    assert post(operator, form, action="save", tried=seal_in(answer), **entry).status_code == 303
    assert path.read_text(encoding="utf-8") == SENDS.replace('"Rådet för kvinnofrid: om rådet"', '"Rådet"')
    assert "X-Key" not in operator.get(NEW).text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("watches: []\n", "1: version saknas. Skriv version: 1."),
        ("version: 1\nwatches: {}\ncolour: red\n", "3: Nyckeln ”colour” är okänd. Det finns "),
        ("version: 1\n\twatches: {}\n", "2: Det är inte YAML (found character '\\t' that cannot start any token)."),
        ("version: 1\nwatches: {a: {url: 'http://a.se', method: PUT}}\n", "2: method: ”PUT” går inte att välja."),
    ],
)
def test_mistakes_of_the_file_are_said_in_the_language_of_the_page(
    world: World, operator: FlaskClient, post: Post, wrong: str, said: str
) -> None:
    file_of(world).write_text(wrong, encoding="utf-8")
    page = post(operator, NEW, action="try", **ENTRY).text
    [box] = re.findall(r'<div class="mistake".*?</div>', page, re.DOTALL)
    assert f"Schemafilen kan inte ändras här: {file_of(world)}:{said}" in read(box)
    assert 'lang="en"' not in box


def test_a_credential_that_is_not_set_here_is_a_mistake_of_the_file(
    world: World, operator: FlaskClient, post: Post
) -> None:
    file_of(world).write_text(SENDS, encoding="utf-8")
    answer = post(operator, NEW, action="try", **ENTRY)
    assert answer.status_code == 422
    line = len(SCHEDULE.splitlines()) + 1
    said = f"schedule.yaml:{line}: headers: ${{TOKEN}} är inte satt. Sätt BEVAKA_CREDENTIAL_TOKEN."
    assert f"Schemafilen kan inte ändras här: {file_of(world).parent}/{said}" in read(answer.text)
    answer = post(operator, f"{NEW}?lang=en", action="try", **ENTRY)
    assert f"schedule.yaml:{line}: headers: ${{TOKEN}} is not set; set BEVAKA_CREDENTIAL_TOKEN" in read(answer.text)
    assert "${TOKEN} är inte satt" in read(operator.get("/operator").text)
    assert "${TOKEN} is not set" in read(operator.get("/operator?lang=en").text)
