"""The documents of a page: the files that its links lead to, in what counts of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from monitor.core.model import Block
from monitor.core.text import clean, comparable

MOST_DOCUMENTS = 50
"""Files of one page that are read."""
MOST_LEFT_OUT = 1000
"""Links to further files that are named to the operator."""
_FORMS = frozenset(
    {
        "pdf", "doc", "docx", "docm", "dotx", "odt", "rtf", "txt", "md", "xls", "xlsx", "xlsm", "xlsb", "ods", "csv",
        "tsv", "ppt", "pptx", "ppsx", "odp", "epub", "zip",
    }
)  # fmt: skip
"""What the name of a file ends in, where a person reads the file as a document."""
_PAGES = frozenset({"htm", "html", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "jspx", "do", "cfm"})
_NAMES_FORM = re.compile(rf"(?<![\w.])(?:{'|'.join(sorted(_FORMS, key=len, reverse=True))})(?![\w.])", re.IGNORECASE)
_HANDS_OUT = re.compile(r"(?:^|[^a-z])(?:download|attachment|getfile|getdocument)", re.IGNORECASE)
"""In the path of an address that hands a file out."""
_REMARK = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
"""At the end of a link's text: the file's form and size, "opens in a new window"."""


class DocumentLink(NamedTuple):
    """A link to a document. `is_certain`: its address says that it leads to a file.

    `is_left_out`: so many files stand before it on the page that it is not read.
    """

    url: str
    title: str
    is_certain: bool
    is_left_out: bool = False


def document_links(blocks: Sequence[Block]) -> list[DocumentLink]:
    """Return the links to documents, each address once, in reading order; no more than are read of one page."""
    return _with_titles(_each_once(blocks)[:MOST_DOCUMENTS])


def every_document_link(blocks: Sequence[Block]) -> list[DocumentLink]:
    """Return the links to the documents of a page that are read, then those to documents that are left out."""
    links = _each_once(blocks)
    left_out = _with_titles(links[MOST_DOCUMENTS : MOST_DOCUMENTS + MOST_LEFT_OUT])
    return [*_with_titles(links[:MOST_DOCUMENTS]), *(link._replace(is_left_out=True) for link in left_out)]


def _each_once(blocks: Sequence[Block]) -> list[DocumentLink]:
    found: dict[str, DocumentLink] = {}
    for link in _links(blocks):
        known = found.get(link.url)
        if known is None or (not known.title and link.title):
            found[link.url] = link
    return list(found.values())


def _with_titles(links: Sequence[DocumentLink]) -> list[DocumentLink]:
    times = Counter(comparable(link.title) for link in links)
    return [link._replace(title=_title(link, times[comparable(link.title)])) for link in links]


def leads_to_file(url: str) -> bool:
    """True if an address says by its end, or by the name of a file in it, that it leads to a document."""
    parts = urlsplit(url)
    return _form(parts.path) in _FORMS or _names_file(parts.query)


def _links(blocks: Sequence[Block]) -> Iterator[DocumentLink]:
    for block in blocks:
        for text, target in block.links:
            url = target.partition("#")[0]
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"}:
                continue
            form, is_certain = _form(parts.path), leads_to_file(url)
            alone = len(block.links) == 1
            names_form = _NAMES_FORM.search(text) or (alone and _NAMES_FORM.search(block.text))
            is_unclear = form not in _PAGES and bool(names_form or _HANDS_OUT.search(parts.path))
            if is_certain or is_unclear:
                yield DocumentLink(url, clean(text), is_certain)


def _form(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower() if "." in path.rpartition("/")[2] else ""


def _names_file(query: str) -> bool:
    """True if a parameter of an address is the name of a file."""
    return any(_form(f"/{unquote(value)}") in _FORMS for value in re.split("[&;=]", query))


def _title(link: DocumentLink, times: int) -> str:
    """Return how a document is called: by the words of its link, and by its file too where others are called alike."""
    title = _REMARK.sub("", link.title) or link.title
    name = clean(unquote(urlsplit(link.url).path).rpartition("/")[2])
    if times > 1 and name:
        return f"{title} ({name})" if title else name
    return title or name or link.url
