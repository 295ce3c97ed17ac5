"""What a page declares of itself beside its text: its title, language, address and metadata."""

from __future__ import annotations

from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.text import clean


class HtmlHead:
    """What a page declares of itself beside its text, anywhere in it: not all pages keep such elements in <head>."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._nodes: dict[str, list[LexborNode]] = {}
        # One query for all, because each query visits the whole tree.
        for node in tree.css('html,base[href],title,link[rel="canonical"][href],meta[content],script'):
            self._nodes.setdefault(node.tag or "", []).append(node)

    def base(self, url: str) -> str:
        """Return the address to which links are relative; `url` is the page's address."""
        href = self._first("base").get("href")
        try:
            return urljoin(url, href.strip()) if href else url
        except ValueError:
            return url

    def canonical(self) -> str | None:
        """Return the address that the page declares as its own, None where there is none."""
        return self._first("link").get("href")

    def title(self) -> str:
        """Return the text of <title>, empty where there is none."""
        titles = self._nodes.get("title")
        return clean(titles[0].text()) if titles else ""

    def language_tag(self) -> str | None:
        """Return the language that the page declares, None where there is none."""
        attributes = self._first("html")
        return attributes.get("lang") or attributes.get("xml:lang")

    def meta(self) -> dict[str, str]:
        """Return `<meta>` values by name, property, http-equiv, itemprop or id; the first of a name counts."""
        found: dict[str, str] = {}
        for node in self._nodes.get("meta", ()):
            attributes = node.attributes
            value = attributes["content"]
            for key in ("name", "property", "http-equiv", "itemprop", "id"):
                name = attributes.get(key)
                if name and value:
                    found.setdefault(name.lower(), value)
        return found

    def scripts(self) -> str:
        """Return the text of all scripts, which may hold structured data."""
        return "\n".join([node.text() for node in self._nodes.get("script", ())])

    def _first(self, tag: str) -> dict[str, str | None]:
        nodes = self._nodes.get(tag)
        return nodes[0].attributes if nodes else {}
