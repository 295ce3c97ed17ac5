"""The last line of defence of credentials: what the program prints and logs is masked.

Nothing that is stored or raised on purpose has a value of one in it; this is for what nobody foresaw, such as the words
of a library's exception in a traceback.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.core.masking import Secrets

_HOLD_CREDENTIALS = ("BEVAKA_CREDENTIAL_", "CREDENTIALS_DIRECTORY")
"""What variables begin with that may hold a credential; without any, nothing is imported."""


def masked(text: str) -> str:
    """Return a text with the values of this process's credentials masked."""
    names = [name for name in os.environ if name.startswith(_HOLD_CREDENTIALS)]  # names alone: a line costs less
    return _secrets(tuple([(name, os.environ[name]) for name in sorted(names)])).masked(text) if names else text


@lru_cache(maxsize=4)
def _secrets(given: tuple[tuple[str, str], ...]) -> Secrets:
    from bevaka.settings import read_credentials  # noqa: PLC0415  see _HOLD_CREDENTIALS
    from monitor.core.masking import Secrets  # noqa: PLC0415

    return Secrets(read_credentials(dict(given)))


class MaskedFormatter(logging.Formatter):
    """Formats a record as Python does, tracebacks included, with credentials masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines."""
        return masked(super().format(record))


def mask_what_nobody_catches() -> None:
    """Mask the logs of commands without a log of their own, and the tracebacks of errors that end a thread."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(MaskedFormatter())
    sys.excepthook = _print_masked

    def of_thread(given: threading.ExceptHookArgs) -> None:
        if given.exc_value is not None:
            _print_masked(given.exc_type, given.exc_value, given.exc_traceback)

    threading.excepthook = of_thread


def _print_masked(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    from traceback import format_exception  # noqa: PLC0415  for an error alone

    sys.stderr.write(masked("".join(format_exception(kind, error, trace))))
