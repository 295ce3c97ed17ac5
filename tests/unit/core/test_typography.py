"""Typography: which marks may differ, and which say something."""

from __future__ import annotations

import pytest

from monitor.core.judging.rules.typography import without_icons, without_typography


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mat, dryck och vila", "Mat dryck, och vila"),
        ("(Se nedan)", "Se nedan"),
        ("Pris:5", "Pris 5"),
        ("Frågor? Ring oss!", "Frågor. Ring oss."),
        ("Nytt - läs mer", "Nytt: läs mer"),
        ("5-åringar", "5 åringar"),
        ("Läs mer \u2197", "Läs mer"),
        ("\ue012 Läs mer", "Läs mer"),
        ("fa-phone Ring oss", "Ring oss"),
        ("account_circle Logga in", "Logga in"),
        ("open_in_newLäs mer", "Läs mer"),
        ("▸ Läs mer", "Läs mer"),
        ("Skriv till (a@b.se).", "Skriv till a@b.se"),
    ],
)
def test_what_is_typography_alone_is_folded(one: str, other: str) -> None:
    assert without_typography(one) == without_typography(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1, 2", "1,2"),
        ("1.5", "1,5"),
        ("-5 grader", "5 grader"),
        (".5", "5"),
        ("maj – 5 juni", "maj, 5 juni"),
        ("åren 2021–", "åren 2021"),
        ("10 - 12", "10, 12"),
        ("och/eller", "och eller"),
        ("a.b@c.se", "a-b@c.se"),
        ("a.b@c.se", "ab@c.se"),
        ("www.norrvik.se", "www.norr-vik.se"),
        ("https://norrvik.se/a-b", "https://norrvik.se/a.b"),
        ("user_id krävs", "krävs"),
        ("Avgiftsfritt ✓", "Avgiftsfritt"),
        ("● Ja", "○ Ja"),
        ("30 %", "30"),
        ("§ 5", "5"),
        ("C++", "C"),
    ],
)
def test_what_could_mean_something_is_kept(one: str, other: str) -> None:
    assert without_typography(one.replace("–", "-")) != without_typography(other.replace("–", "-"))


def test_icons_alone_leave_nothing() -> None:
    assert without_icons("expand_more").strip() == ""
    assert without_icons("📞").strip() == ""
    assert without_icons("Läs mer") == "Läs mer"
