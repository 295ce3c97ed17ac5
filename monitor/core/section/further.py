"""What else is to be fetched of a section: the next page of a listing, the sitemaps of an index."""

from __future__ import annotations

from monitor.core.model import Fetched, Recipe
from monitor.core.section.answer import read_answer
from monitor.core.section.reading import is_same_site
from monitor.errors import ExtractError


def further_answers(fetched: Fetched, recipe: Recipe) -> list[str]:
    """Return the addresses, on the same site, in the order of the answer; none where it cannot be read."""
    try:
        reading = read_answer(fetched, recipe)
    except ExtractError:  # said when the section is read as a whole
        return []
    named = [*reading.sitemaps, *([reading.next_page] if reading.next_page else [])]
    return [url for url in named if is_same_site(url, fetched.url)]
