"""Exit codes of the commands."""

from __future__ import annotations

from typing import Final

FINE: Final = 0
DIFFERS: Final = 1
"""Two revisions or files differ, or (`check --exit-code`) a page changed."""
USAGE: Final = 2
"""Wrong usage or configuration, an unknown watch or revision."""
NOT_SEEN: Final = 3
"""A page was not seen, or is suspect, moved or withdrawn."""
DAMAGED: Final = 4
"""Verification failed."""
FAILED_FOR_GOOD: Final = 5
"""A delivery failed for good."""
OTHER_VERSION: Final = 75
"""The database needs another version of the program."""
INTERRUPTED: Final = 130
