"""`subscribe … --only-if`: who is told of a change by the words that it touches, and of what of it."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

from tests.fakes.site import Answer, Site
from tests.unit.cli.conftest import Bevaka

ANN, BO, CIA = "ann@kommun.example", "bo@kommun.example", "cia@kommun.example"
FRAME = (
    "<!doctype html><html lang=sv><meta charset=utf-8><title>Norrvik</title><main><h1>Stöd i Norrvik</h1>"
    "<p>Länsstyrelsen samordnar arbetet i länet och stöder dem som möter våldsutsatta.</p>"
    "<p>Ring vår jour {}.</p><p>Vi ordnar {}.</p></main></html>"
)


def mails(folder: Path) -> dict[str, str]:
    """Return the text of each mail by its recipient."""
    found = {}
    for file in (folder / "data" / "mail" / "new").iterdir():
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        found[str(mail["To"])] = body.get_content()
    return found


def test_each_is_told_of_what_touches_their_words(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    site.pages["/county"] = Answer(FRAME.format("på dagen", "skyddat boende"))
    for address, *more in (
        (ANN,),
        (BO, "--only-if", "skyddat boende", "--only-if", "härbärge"),
        (CIA, "--only-if", "bidrag"),
    ):
        assert bevaka("subscribe", "county", address, *more).code == 0
    bevaka("check")
    site.pages["/county"] = Answer(FRAME.format("på natten", "ett härbärge"))
    [row] = bevaka("check", "--json").rows
    assert row["owed"] == 2
    bevaka("deliver")
    told = mails(tmp_path)
    assert set(told) == {ANN, BO}
    assert "natten" in told[ANN]
    assert "härbärge" in told[ANN]
    assert "härbärge" in told[BO]
    assert "natten" not in told[BO]


def test_the_words_are_said_and_listed_and_go_with_the_next_subscription(bevaka: Bevaka, site: Site) -> None:
    said = bevaka("subscribe", "county", ANN, "--only-if", "jour", "--only-if", r"SFS \d+")
    assert rf"{ANN} follows county (where it says jour or SFS \d+): told at once" in said.err
    [row] = bevaka("subscribers", "list", "--json").rows
    [followed] = row["follows"]
    assert followed["only_if"] == ["jour", r"SFS \d+"]
    bevaka("subscribe", "county", ANN)
    [row] = bevaka("subscribers", "list", "--json").rows
    assert row["follows"][0]["only_if"] == []


def test_what_is_no_pattern_of_words_is_refused(bevaka: Bevaka, site: Site) -> None:
    for pattern, words in (("(jour", "is not an RE2 pattern"), (".*", "matches also where nothing is")):
        said = bevaka("subscribe", "county", ANN, "--only-if", pattern)
        assert said.code == 2
        assert words in said.err
    assert bevaka("subscribers", "list", "--json").rows == []
