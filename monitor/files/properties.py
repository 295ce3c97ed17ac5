"""What a packed file says of itself: its title, and when it was made and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from monitor.core.text import clean

if TYPE_CHECKING:
    from monitor.files.package import Package

_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_PLACES = ("docProps/core.xml", "meta.xml")
_DATES = {
    f"{_TERMS}modified": "modified",
    f"{_TERMS}created": "published",
    f"{_DC}date": "modified",  # of OpenDocument
    f"{_META}creation-date": "published",
}


@dataclass(frozen=True, slots=True)
class Properties:
    """The title, and dates under the names of `<meta>`: "modified" and "published"."""

    title: str = ""
    dates: Mapping[str, str] = field(default_factory=dict)


def properties_of(package: Package) -> Properties:
    """Return the properties. Raises what `Package.xml` does."""
    title = ""
    dates: dict[str, str] = {}
    for place in _PLACES:
        root = package.xml(place)
        for element in root.iter() if root is not None else ():
            text = (element.text or "").strip()
            if element.tag == f"{_DC}title" and not title:
                title = clean(text)
            elif text and element.tag in _DATES:
                dates.setdefault(_DATES[element.tag], text)
    return Properties(title, dates)
