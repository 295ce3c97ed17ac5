"""What a page declares of itself beside its text: its title, language, address and metadata."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.page.link_targets import link_target, without_noise
from monitor.core.text import clean

_REFRESH = re.compile(
    r"""\s*+(\d{1,6}+)(?:\.\d*+)?+(?:\s*+[;,]|\s)\s*+(?:url\s*+=\s*+)?+["']?+\s*+([^"'\s][^"']*+)""", re.IGNORECASE
)
_LONGEST_WAIT = 60
"""Seconds. A page that sends its reader on later than this is meant to be read first."""
_LONGEST_FORWARDING_SCRIPT = 600
"""Characters. A longer script does more than sending the reader on, if it does so at all."""
_FORWARDING_SCRIPT = re.compile(
    r"""\s*(?:<!--[^\n]*\n\s*)?(?:["']use\sstrict["'];?\s*)?"""
    r"""(?:(?:(?:window|self)\.)?(?:setTimeout\s*\(|onload\s*=|addEventListener\s*\(\s*["']load["']\s*,)\s*"""
    r"""|\(?function\s*\w*\s*\(\)\s*\{\s*|\(\)\s*=>\s*\{?\s*|["']\s*){0,4}"""
    r"""(?:(?:window|document|self|top|parent)\s*\.\s*)*location\s*(?:\.\s*href\s*)?"""
    r"""(?:=(?!=)|\.\s*(?:replace|assign)\s*\()\s*["']([^"'\n]+)["']"""
)
"""A script that, whatever else, first sends the reader to a literal address: at once, after a while or when loaded."""


class HtmlHead:
    """What a page declares of itself beside its text, anywhere in it: not all pages keep such elements in <head>."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self._nodes: dict[str, list[LexborNode]] = {}
        # One query for all, because each query visits the whole tree.
        for node in tree.css('html,base[href],title,link[rel="canonical"][href],meta[content],script,body[onload]'):
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

    def sends_to(self, url: str) -> str | None:
        """Return the address to which a refresh or a script sends the reader by itself; None where it is this page.

        `url` is the page's address.
        """
        found = _REFRESH.match(self.meta().get("refresh", ""))
        refresh = [found[2]] if found and int(found[1]) <= _LONGEST_WAIT else []
        targets = (link_target(href, self.base(url)) for href in [*refresh, *self._script_targets()])
        return next((to for to in targets if to and to.lower().startswith("http") and not _is_same_page(to, url)), None)

    def _script_targets(self) -> list[str]:
        scripts = [node.text() for node in self._nodes.get("script", ()) if "src" not in node.attributes]
        scripts.append(self._first("body").get("onload") or "")
        found = (_FORWARDING_SCRIPT.match(text) for text in scripts if len(text) <= _LONGEST_FORWARDING_SCRIPT)
        return [match[1] for match in found if match]

    def _first(self, tag: str) -> dict[str, str | None]:
        nodes = self._nodes.get(tag)
        return nodes[0].attributes if nodes else {}


def _is_same_page(one: str, other: str) -> bool:
    """True if two addresses differ in no more than scheme, "www.", a final slash, fragment or per-visit parameters."""
    first, second = (urlsplit(without_noise(address)) for address in (one, other))
    hosts = [parts.netloc.lower().removeprefix("www.") for parts in (first, second)]
    return (hosts[0], first.path.rstrip("/"), first.query) == (hosts[1], second.path.rstrip("/"), second.query)
