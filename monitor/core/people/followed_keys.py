"""Keys of what can be followed: the key of a watch, `tag:NAME` for a tag, None for every watch.

The key of a watch holds no colon, so the two are never mistaken for each other.
"""

from __future__ import annotations

TAG_PREFIX = "tag:"


def tag_key(tag: str) -> str:
    """Return the key by which a tag is followed."""
    return f"{TAG_PREFIX}{tag}"


def tag_of(key: str | None) -> str | None:
    """Return the tag that a key is of; None for the key of a watch, and for every watch."""
    return key.removeprefix(TAG_PREFIX) if key is not None and key.startswith(TAG_PREFIX) else None
