"""What is asked of a server for a page, where that is more than its address.

A secret is in it by its name alone, as `${NAME}`: what is stored, sealed and shown of a request holds no value of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Method = Literal["GET", "POST"]
Pairs = tuple[tuple[str, str], ...]

_PART = re.compile(r"\$(\$\{)|\$\{(\w+)\}", re.ASCII)
_OPENED = re.compile(r"\$(\$\{)|\$\{(?!\w+\})", re.ASCII)


def names_in(template: str) -> tuple[str, ...]:
    """Return the names of the credentials in a text, in their order: `${NAME}`; `$${` is a plain `${`."""
    return tuple(name for _, name in _PART.findall(template) if name)


def expanded(template: str, value_of: Callable[[str], str]) -> str:
    """Return a text with the value of each credential in its place. Raises what `value_of` raises."""
    return _PART.sub(lambda found: found[1] or value_of(found[2]), template)


def is_well_formed(template: str) -> bool:
    """True if each `${` of a text names a credential and is closed."""
    return not any(found[0] != "$${" for found in _OPENED.finditer(template))


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent beside the address. All texts are templates, in which `${NAME}` is a credential.

    A POST has one of `body` (sent as it is), `form` (fields, sent URL-encoded) and `json` (a JSON text whose strings
    are templates). `auth` is the user and the password of Basic authentication (RFC 7617).
    """

    method: Method = "GET"
    headers: Pairs = ()
    cookies: Pairs = ()
    body: str | None = None
    form: Pairs = ()
    json: str | None = None
    auth: tuple[str, str] | None = None

    @property
    def without_content(self) -> Request:
        """The same as a GET: headers, cookies and log-in, with which other pages of the site can be read as well."""
        return Request(headers=self.headers, cookies=self.cookies, auth=self.auth)

    @property
    def for_strangers(self) -> Request | None:
        """What may go to an origin that the operator did not name: headers that hold no credential; None if nothing."""
        headers = tuple((name, value) for name, value in self.headers if not names_in(value))
        return Request(headers=headers) if headers else None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the credentials in it, each once."""
        return tuple(dict.fromkeys(name for template in self._templates() for name in names_in(template)))

    def _templates(self) -> Iterator[str]:
        for _, value in (*self.headers, *self.cookies, *self.form):
            yield value
        yield from filter(None, (self.body, self.json, *(self.auth or ())))

    def to_facts(self) -> dict[str, object]:
        """Return the request as JSON holds it, without what has its default; pairs keep their order."""
        facts: dict[str, object] = {
            "method": None if self.method == "GET" else self.method,
            "headers": self.headers, "cookies": self.cookies, "form": self.form,
            "body": self.body, "json": self.json, "auth": self.auth,
        }  # fmt: skip
        return {name: value for name, value in facts.items() if value}

    @classmethod
    def from_facts(cls, facts: dict[str, Any]) -> Request:
        """Return the request from what `to_facts` gave."""
        auth = facts.get("auth")
        return cls(
            facts.get("method", "GET"),
            _pairs(facts.get("headers", ())),
            _pairs(facts.get("cookies", ())),
            facts.get("body"),
            _pairs(facts.get("form", ())),
            facts.get("json"),
            (auth[0], auth[1]) if auth else None,
        )


def _pairs(facts: Any) -> Pairs:  # noqa: ANN401  what JSON gives
    return tuple((name, value) for name, value in facts)
