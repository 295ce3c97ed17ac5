"""The watch of one item of a section, made of what the section says of `each`."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from monitor.core.model import Watch

_PORTS = {"http": 80, "https": 443}


def item_watch(section_url: str, each: Watch, *, key: str, name: str, url: str) -> Watch:
    """Return the watch of an item.

    What `each` is asked with goes to the section's own origin: an item may be at an address that somebody else chose,
    which gets no credential, no cookie and no POST.
    """
    watch, request = replace(each, key=key, name=name, url=url), each.recipe.request
    if request is None or _origin(url) == _origin(section_url):
        return watch
    return replace(watch, recipe=replace(watch.recipe, request=request.for_strangers))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port of an address; one with an impossible port has none, and is nobody's origin."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        return url, None, None
    return parts.scheme, parts.hostname, port or _PORTS.get(parts.scheme)
