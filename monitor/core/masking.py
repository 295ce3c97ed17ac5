"""Secrets in texts and bytes: found in each form in which programs write a value, and masked."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from urllib.parse import quote, quote_plus, unquote

MASK = "***"
SHORTEST = 4
"""Characters of the shortest value that is looked for: a shorter one is in any text by chance."""
SHORTEST_IN_BASE64 = 6
"""Characters of the shortest piece of Base64 that is looked for."""
_BASE64 = "[A-Za-z0-9+/_=-]*"
_PASSWORD = re.compile("://[^/@:]*:([^/@]+)@")


class Secrets:
    """The values of credentials by name. Values shorter than `SHORTEST` are not looked for.

    They are found as they are, URL-encoded, escaped as in JSON, HTML and Python, read as Latin-1, and in Base64,
    whatever is encoded before and after them. Of a value that is an address, the password is looked for as well.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {
            name: looked_for
            for name, value in values.items()
            if (looked_for := [each for each in _with_password(value) if len(each) >= SHORTEST])
        }

    def __bool__(self) -> bool:
        return bool(self._values)

    def masked(self, text: str) -> str:
        """Return a text with each value masked; of Base64, the whole piece."""
        if not any(form in text for forms in self._looked_for.values() for form in forms):
            return text  # the usual case, in time that grows with the text alone
        return self._pattern.sub(MASK, text)

    def masked_facts(self, facts: Mapping[str, str | int | None]) -> dict[str, str | int | None]:
        """Return the facts of a reason with each value masked."""
        return {name: self.masked(value) if isinstance(value, str) else value for name, value in facts.items()}

    def name_in(self, body: bytes) -> str | None:
        """Return the name of a credential whose value is in these bytes; None if there is none."""
        return next((name for name, forms in self._as_bytes.items() if any(form in body for form in forms)), None)

    @cached_property
    def _looked_for(self) -> dict[str, list[str]]:
        """The forms of each credential, the longest first."""
        return {
            name: sorted({form for value in each for form in (*_forms(value), *_in_base64(value))}, key=len)[::-1]
            for name, each in self._values.items()
        }

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        values = [value for each in self._values.values() for value in each]
        in_base64 = {form for value in values for form in _in_base64(value)}
        pieces = [f"{_BASE64}{re.escape(form)}{_BASE64}" for form in sorted(in_base64)]
        plain = {form for value in values for form in _forms(value)}
        return re.compile("|".join([*pieces, *map(re.escape, sorted(plain, key=len, reverse=True))]))

    @cached_property
    def _as_bytes(self) -> dict[str, list[bytes]]:
        return {
            name: [form.encode("utf-8", "surrogatepass") for form in forms] for name, forms in self._looked_for.items()
        }


def _with_password(value: str) -> list[str]:
    """Return a value, and the password in it where it is an address that has one."""
    found = _PASSWORD.search(value)
    return [value, *({found[1], unquote(found[1])} if found else ())]


def _forms(value: str) -> Iterator[str]:
    """Yield a value as it is, and as it is written where it cannot be as it is."""
    yield value
    yield value.encode("utf-8", "surrogatepass").decode("latin-1")
    for quoted in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield repr(value)[1:-1]
    yield html.escape(value)
    yield html.escape(value).replace("&#x27;", "&#39;")


def _in_base64(value: str) -> Iterator[str]:
    """Yield the characters that Base64 has for a value alone, whatever bytes come before and after it (RFC 4648)."""
    raw = value.encode("utf-8", "surrogatepass")
    for before in range(3):
        first, last = -(-8 * before // 6), 8 * (before + len(raw)) // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            piece = encode(bytes(before) + raw).decode("ascii")[first:last]
            if len(piece) >= SHORTEST_IN_BASE64:
                yield piece
