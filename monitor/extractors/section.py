"""Extractor of sections: the items of a listing, a sitemap or a feed that a watch follows."""

from __future__ import annotations

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.core.section.answer import extract_section


class Section:
    """Extracts the items of a section. It is chosen by the recipe: the same answer is a page for any other watch."""

    NAME = "section"
    VERSION = 1

    def claims(self, fetched: Fetched) -> bool:  # noqa: ARG002
        """Return False: no answer alone says that it is followed."""
        return False

    def claims_recipe(self, recipe: Recipe) -> bool:
        """True if the watch is a section."""
        return recipe.section is not None

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract the items.

        Raises NoItems, TooManyItems, SentinelMissing, SelectorMatchedNothing, NotText, Unreadable, TooIntricate,
        TooHeavy.
        """
        return extract_section(fetched, recipe)
