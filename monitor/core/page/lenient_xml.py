"""XML that breaks the rules, read as feed readers read it: by its tags alone.

Sites write feeds by hand: with entities of HTML that XML does not know, prefixes that nothing declares, bare "&",
control characters, halves of characters, a document type, or a script after the end. Nothing is fetched and no entity
is expanded: a reference to a character is one, in XML's words or in HTML's, and any other is text.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from xml.etree.ElementTree import Element, TreeBuilder  # nosec B405 # builds a tree; it parses nothing

from monitor.errors import Unreadable

_START_WITHIN = 5_000
"""A server's warning may precede the document."""
_START = re.compile(r"<\?xml\b|<!doctype\b|<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_FIRST_TAG = re.compile(r"<[^\W\d_]")
_DOCTYPE_START = re.compile(r"<!doctype\b", re.IGNORECASE)
_DOCTYPE = re.compile(
    r"<!doctype(?:[^\[\]<>\"']|\"[^\"]*+\"|'[^']*+')*+"
    r"(?:\[(?P<own>(?:<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|\"[^\"]*+\"|'[^']*+'|[^\]\"'])*+)\]\s*+)?+>",
    re.IGNORECASE | re.DOTALL,
)
_DECLARED = re.compile(r"<!ENTITY\s+([^\s%\"'<>]+)", re.IGNORECASE)
_TOKEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<!\[CDATA\[(?P<literal>.*?)(?:\]\]>|\Z)"
    r"|<(?P<end>/)?(?P<name>[^\W\d][\w:.-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([^\s=/\"'<>]++)(?:\s*+=\s*+(\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?+")
_REFERENCE = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{0,40}));")
_OWN_REFERENCE = re.compile(r"&([^\s&;#<>]{1,100});")
_SPACES = re.compile("[\x0b\x0c\x1c-\x1e\x85]")
_NO_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f\ufffe\uffff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def lenient_tree(text: str) -> Element:
    """Return the tree of a document, with names without their prefixes.

    Raises Unreadable where its tags do not match or it ends too early; where it is HTML; and where it refers to an
    entity of its own that HTML does not have, since its text is not known then.
    """
    begin = _START.search(text, 0, _START_WITHIN)
    at, own = _after_doctype(text, begin.start() if begin else 0)
    builder, open_names = TreeBuilder(), list[str]()
    for token in _TOKEN.finditer(text, at):
        if open_names:
            builder.data(_resolved(text[at : token.start()], own))
        at = token.end()
        name = token["name"]
        if name is None:
            if open_names and token["literal"]:
                builder.data(_without_controls(token["literal"]))
            continue
        if not token["end"]:
            _open(builder, name, token["attributes"], own, is_root=not open_names)
            open_names.append(name)
        elif not open_names or open_names[-1] != name:
            raise Unreadable(detail=f"XML: </{name[:40]}> ends nothing that is open")
        if token["end"] or token["attributes"].endswith("/"):
            builder.end(_local(open_names.pop()))
        if not open_names:
            return builder.close()
    raise Unreadable(detail="XML: it ends too early" if open_names else "XML: no element")


def _after_doctype(text: str, begin: int) -> tuple[int, frozenset[str]]:
    """Return where the document goes on after its document type, and the names of the entities declared there."""
    start, tag = _DOCTYPE_START.search(text, begin), _FIRST_TAG.search(text, begin)
    if start is None or (tag is not None and tag.start() < start.start()):
        return begin, frozenset()
    doctype = _DOCTYPE.match(text, start.start())
    if doctype is None:
        raise Unreadable(detail="XML: a document type that does not end")
    return doctype.end(), frozenset(_DECLARED.findall(doctype["own"] or ""))


def _open(builder: TreeBuilder, name: str, attributes: str, own: frozenset[str], *, is_root: bool) -> None:
    if is_root and name.lower() == "html":
        raise Unreadable(detail="XML: it is an HTML page")
    given = {_local(key): _resolved(value.strip("\"'"), own) for key, value in _ATTRIBUTE.findall(attributes)}
    builder.start(_local(name), given)


def _local(name: str) -> str:
    return name.rpartition(":")[2] or name


def _resolved(text: str, own: frozenset[str]) -> str:
    """Return a text with its references to characters resolved."""
    if "&" not in text:
        return _without_controls(text)
    if own and any(name in own and f"{name};" not in html5 for name in _OWN_REFERENCE.findall(text)):
        raise Unreadable(detail="XML: it refers to an entity of its own")
    return _without_controls(_REFERENCE.sub(_character, text))


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    if name is not None:
        return html5.get(f"{name};", reference[0])
    digits = reference[0][2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(code) if 0xD800 <= code <= 0xDFFF else unescape(reference[0])


def _without_controls(text: str) -> str:
    text = _PAIR.sub(lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text)
    return _NO_CHARACTERS.sub("", _SPACES.sub(" ", text))
