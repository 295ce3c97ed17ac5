"""What is said of a file that nobody can read."""

from __future__ import annotations

from dataclasses import replace

from monitor.core.model import BlockChange, Language
from monitor.core.page.content_type import UNDECIDED
from monitor.wording.nouns import phrase


def with_form_in_words(block: BlockChange, language: Language) -> BlockChange:
    """Return the change of a file that cannot be read with words for a type that its server does not name."""
    if block.rule != "document-bytes":
        return block
    return replace(block, before=_in_words(block.before, language), after=_in_words(block.after, language))


def _in_words(text: str | None, language: Language) -> str | None:
    start = f"{UNDECIDED} · "
    if text is None or not text.startswith(start):
        return text
    return f"{phrase('unknown-form', language)} · {text.removeprefix(start)}"
