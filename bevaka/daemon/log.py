"""The daemon's log: one line per event, for people and for grep.

    2026-03-01T09:00:00Z  info     check     watch=sfs-2021-995 outcome=unchanged
    2026-03-01T09:00:04Z  warning  check     watch=region-x outcome=not_seen failures=3 reason="…"

A check that found nothing new is logged at the level debug; all of them together in a line a minute at most.

Values are quoted unless they are one plain word, and whatever could control a terminal is escaped. Only facts that
were passed to the log on purpose appear: no settings, no headers, no bodies. The values of credentials are masked.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import TextIO

from bevaka.masking import masked
from bevaka.terminal import printable

LOGGER_NAME = "bevaka"
_RECORD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class OneLine(logging.Formatter):
    """Formats a record as one line: time (UTC), level, event, message, facts, and where an exception was raised."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        event, facts = _event_and_facts(record)
        parts = [printable(record.getMessage()), *(f"{key}={_format_value(value)}" for key, value in facts.items())]
        line = [_time(record), record.levelname.lower().ljust(7), event.ljust(8), " ".join(filter(None, parts))]
        return masked("  ".join(line).rstrip())


class OneObject(logging.Formatter):
    """Formats a record as one JSON object on a line: at, level, event, message and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        event, facts = _event_and_facts(record)
        row = {"at": _time(record), "level": record.levelname.lower(), "event": event, "message": record.getMessage()}
        facts_beside = {key: value for key, value in facts.items() if key not in row}
        return masked(json.dumps({**row, **facts_beside}, default=_plain))


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _event_and_facts(record: logging.LogRecord) -> tuple[str, dict[str, object]]:
    facts = {key: value for key, value in vars(record).items() if key not in _RECORD_FIELDS and value is not None}
    event = str(facts.pop("event", "")) or record.name.rpartition(".")[2]
    if record.exc_info:
        facts |= _exception_facts(record.exc_info[1], record.exc_info[2])
    return event, facts


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else str(value)


def _exception_facts(error: BaseException | None, trace: TracebackType | None) -> dict[str, object]:
    if error is None:
        return {}
    frames = extract_tb(trace)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None
    return {"error": f"{type(error).__name__}: {error}", "raised_at": where}


def _format_value(value: object) -> str:
    """Return a value on one line, quoted as in JSON unless it is one word."""
    text = _plain(value)
    if text and text.isprintable() and not set(text) & set(' "=\\'):
        return text
    return printable(json.dumps(text, ensure_ascii=False))


def log_to(stream: TextIO, *, as_json: bool = False, with_unchanged: bool = False) -> None:
    """Send the log of the program to a stream; of libraries, only warnings and worse are logged.

    `with_unchanged`: each check that found nothing new as well (the level debug).
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneObject() if as_json else OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(LOGGER_NAME).setLevel(logging.DEBUG if with_unchanged else logging.INFO)
