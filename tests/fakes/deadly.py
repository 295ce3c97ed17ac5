"""An extractor that some pages kill, with the process that it runs in."""

from __future__ import annotations

import os
import re

from monitor.core.model import Extraction, Fetched, Recipe
from monitor.extractors.page import Page

POISON = re.compile(rb"deadly (\d+)")
"""The signal by which a page kills."""


class DeadlyPage(Page):
    """Reads pages, and dies of those with the word."""

    def extract(self, fetched: Fetched, recipe: Recipe) -> Extraction:
        """Extract the page as the extractor of pages does, or die as of a defect in a library."""
        if poison := POISON.search(fetched.body):
            os.kill(os.getpid(), int(poison[1]))
        return super().extract(fetched, recipe)
