"""What is wrong with the schedule file, in words: the same codes in both languages, and no fact that is not given."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from monitor.core.model import LANGUAGES, Language
from monitor.errors import Reason
from monitor.wording.catalogue import WORDS_FOLDER
from monitor.wording.schedule_mistakes import WrongValue, mistake_of, mistake_sentence


def table(language: Language) -> dict[str, str]:
    """Return each sentence by its code."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(
        (WORDS_FOLDER / f"schedule.{language}.yaml").read_text(encoding="utf-8")
    )
    return {f"{group}.{name}": text for group, entries in found.items() for name, text in entries.items()}


SWEDISH, ENGLISH = table("sv"), table("en")


@pytest.mark.parametrize("code", sorted(SWEDISH.keys() | ENGLISH.keys()))
def test_a_code_has_a_sentence_in_both_languages_made_of_the_facts_that_the_english_one_has(code: str) -> None:
    facts = dict.fromkeys(re.findall(r"(?<!{){(\w+)", ENGLISH[code]), "1")
    for language in LANGUAGES:
        assert mistake_sentence(Reason(code, dict(facts)), language)
    assert SWEDISH[code].endswith((".", "?"))


def test_every_code_is_used() -> None:
    sources = [*WORDS_FOLDER.parent.glob("schedule_file/*.py"), *WORDS_FOLDER.parents[1].glob("bevaka/web/editing.py")]
    text = "".join(file.read_text(encoding="utf-8") for file in sources)
    assert [code for code in ENGLISH if f'"{code}"' not in text] == []


def test_a_mistake_is_in_english_and_has_what_the_other_language_needs() -> None:
    error = WrongValue("duration.unknown", shown="soon")
    assert str(error) == "'soon' is not a duration; write 30s, 30m, 6h, 1d or 1h30m"
    found = mistake_of(7, "key", "key.taken", watch="lan")
    assert (found.line, found.key) == (7, "key")
    assert found.what == "a watch is called 'lan' already; give this one another key"
    assert found.reason is not None
    assert mistake_sentence(found.reason, "sv") == "Det finns redan en bevakning som heter ”lan”. Välj en annan nyckel."
