"""The log: one line per event, whatever it contains."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bevaka.daemon.log import OneLine, OneObject


def made(message: str, level: int, name: str, facts: dict[str, object]) -> logging.LogRecord:
    """Return a log record that was made at 2026-03-01 09:00 UTC."""
    record = logging.LogRecord(name, level, "x.py", 1, message, None, None)
    record.created = datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp()
    vars(record).update(facts)
    return record


def line(message: str = "", level: int = logging.INFO, name: str = "bevaka.check", **facts: object) -> str:
    """Return such a record as a line."""
    return OneLine().format(made(message, level, name, facts))


def test_a_line_has_time_level_event_and_facts() -> None:
    said = line(watch="county", outcome="unchanged", revision=None)
    assert said == "2026-03-01T09:00:00Z  info     check     watch=county outcome=unchanged"


def test_an_object_has_the_same_facts_with_their_types() -> None:
    facts: dict[str, object] = {
        "watch": "länet",
        "owed": 3,
        "revision": None,
        "at_all": datetime(2026, 3, 1, tzinfo=UTC),
    }
    said = OneObject().format(made("a word\u202e", logging.WARNING, "bevaka.check", facts))
    assert said.isascii()
    assert json.loads(said) == {
        "at": "2026-03-01T09:00:00Z",
        "level": "warning",
        "event": "check",
        "message": "a word\u202e",
        "watch": "länet",
        "owed": 3,
        "at_all": "2026-03-01T00:00:00Z",
    }


def test_an_event_may_have_a_name_of_its_own() -> None:
    said = line("stopping", logging.WARNING, event="stop")
    assert said == "2026-03-01T09:00:00Z  warning  stop      stopping"


def test_values_of_several_words_are_quoted() -> None:
    assert line(reason='svarade "503" nu').endswith(r'reason="svarade \"503\" nu"')
    assert line(reason="").endswith('reason=""')


def test_times_are_in_utc() -> None:
    assert line(at=datetime.fromisoformat("2026-03-01T10:00:00+01:00")).endswith("at=2026-03-01T09:00:00Z")


def test_an_exception_is_told_on_the_same_line_with_its_place() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        said = line("failed", exc_info=(ValueError, error, error.__traceback__))
    assert re.search(r'failed error="ValueError: two\\+nlines" raised_at=test_log.py:\d+$', said)


@given(st.text(), st.text())
def test_no_text_breaks_a_line_or_steers_a_terminal(message: str, value: str) -> None:
    said = line(message.replace("%", ""), fact=value)
    assert said.splitlines() == [said]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)


def test_yes_and_no_are_words_for_people_and_truth_values_for_programs() -> None:
    record = logging.makeLogRecord(
        {"name": "bevaka.check", "levelno": logging.INFO, "msg": "", "material": True, "owed": 3}
    )
    assert OneLine().format(record).endswith("material=yes owed=3")
    assert json.loads(OneObject().format(record))["material"] is True
