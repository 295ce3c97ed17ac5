"""The address of a law's page on riksdagen's web site."""

from __future__ import annotations

from monitor.core.text import slug

LONGEST_SLUG = 60


def law_page(name: str, sfs: str) -> str:
    """Return the address; the server evaluates only what follows the underscore, the rest is for readers."""
    title, number = slug(name.replace(":", ""), LONGEST_SLUG), sfs.replace(":", "-")
    return f"https://www.riksdagen.se/sv/dokument-och-lagar/dokument/svensk-forfattningssamling/{title}_sfs-{number}/"
