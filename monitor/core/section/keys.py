"""Keys of items' watches, "section/item", where a slash would be mistaken for another level: in addresses and names."""

from __future__ import annotations

_IN_ADDRESS = "~"
"""It is in no key: on the command line it counts revisions back."""


def in_address(key: str) -> str:
    """Return a key as one segment of the path of an address."""
    return key.replace("/", _IN_ADDRESS)


def from_address(segment: str) -> str:
    """Return the key that `in_address` made a segment of."""
    return segment.replace(_IN_ADDRESS, "/")


def in_file_name(key: str) -> str:
    """Return a key as a part of the name of a file."""
    return key.replace("/", "-")
