"""The words of the web page: the same keys and facts in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.core.model import Outcome

WEB = Path(__file__).parents[3] / "bevaka" / "web"


def entries(table: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Return every entry by its dotted key."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        found |= entries(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return found


def table(language: str) -> dict[str, Any]:
    return entries(yaml.safe_load((WEB / f"words.{language}.yaml").read_text(encoding="utf-8")))


SWEDISH, ENGLISH = table("sv"), table("en")


def test_both_languages_have_the_same_keys() -> None:
    assert SWEDISH.keys() == ENGLISH.keys()


@pytest.mark.parametrize("key", sorted(SWEDISH))
def test_an_entry_has_the_same_form_and_the_same_facts_in_both(key: str) -> None:
    swedish, english = SWEDISH[key], ENGLISH[key]
    assert type(swedish) is type(english)
    if isinstance(swedish, list):
        assert [len(swedish), len(english)] == [2, 2]
    assert set(re.findall(r"{\w+", str(swedish))) == set(re.findall(r"{\w+", str(english)))


def test_every_word_is_used_somewhere() -> None:
    sources = [*WEB.glob("*.py"), *(WEB / "templates").glob("*.html")]
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    made = set(re.findall(r'"([a-z_.]+)\." ~', text)) | set(re.findall(r'f"([a-z_.]+)\.{', text))
    unused = [key for key in SWEDISH if f'"{key}"' not in text and key.rpartition(".")[0] not in made]
    assert unused == ["clock"]  # the mails take their words for a time of day from it


def test_every_outcome_has_a_word() -> None:
    assert {outcome.value for outcome in Outcome} <= {key.removeprefix("state.") for key in SWEDISH}
