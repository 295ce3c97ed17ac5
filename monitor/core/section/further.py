"""What else is to be fetched of a section: the next page of a listing, the sitemaps of an index.

This is asked of every answer while its host waits, so nothing is read that does not say it.
"""

from __future__ import annotations

from monitor.core.model import Fetched, Recipe
from monitor.core.page.content_type import kind_of
from monitor.core.page.decoding import decode
from monitor.core.section.answer import listing_tree, read_answer, unpacked
from monitor.core.section.listing import next_page
from monitor.core.section.reading import is_same_site
from monitor.core.section.sitemap import INDEX
from monitor.errors import ExtractError

_START = 4000
"""Characters within which the root of an index is."""


def further_answers(fetched: Fetched, recipe: Recipe) -> list[str]:
    """Return the addresses, on the same site, in the order of the answer; none where it cannot be read."""
    try:
        return [url for url in _named(fetched, recipe) if is_same_site(url, fetched.url)]
    except ExtractError:  # said when the section is read as a whole
        return []


def _named(fetched: Fetched, recipe: Recipe) -> tuple[str, ...]:
    fetched = unpacked(fetched)
    content_type = fetched.header("Content-Type")
    kind = kind_of(fetched.body, content_type, fetched.url)
    if kind == "html":
        text, _ = decode(fetched.body, content_type)
        following = next_page(listing_tree(text), fetched.url)
        return (following,) if following is not None else ()
    is_index = kind == "xml" and INDEX.encode() in fetched.body[:_START]
    return read_answer(fetched, recipe).sitemaps if is_index else ()
