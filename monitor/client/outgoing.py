"""What is sent for a page: a request with the values of its credentials, which live as long as one fetch.

The values are in nothing that is stored, logged or raised: errors and answers leave the client masked.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote_plus

from monitor.client.addresses import parse_target
from monitor.core.masking import MASK, Secrets
from monitor.core.model import Fetched, Redirected
from monitor.core.proxy_address import Proxy, parse_proxy
from monitor.core.request import Request, expanded, names_in
from monitor.errors import CredentialMissing, CredentialRepeated, CredentialUnusable

_NOT_IN_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_IN_COOKIE = re.compile(r"[\x00-\x20\x7f\";,\\]")
FORM, TEXT, JSON = "application/x-www-form-urlencoded", "text/plain; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request as it is sent. `content` is the body of a POST, None for a GET; `cookies` are values by name."""

    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    proxy: Proxy | None = None
    secrets: Secrets = field(default_factory=lambda: Secrets({}))

    @property
    def without_content(self) -> Outgoing:
        """The same as a GET, as browsers send it after a redirect with 301, 302 or 303."""
        kept = {name: value for name, value in self.headers.items() if name.lower() != "content-type"}
        return replace(self, headers=kept, content=None)

    @property
    def for_strangers(self) -> Outgoing:
        """What is sent to another origin: the bare request, through the same proxy."""
        return Outgoing(proxy=self.proxy, secrets=self.secrets)

    def keep(self, answer: Fetched | Redirected) -> Fetched | Redirected:
        """Return the answer as it may be kept. Raises CredentialRepeated if its body has a credential in it.

        Addresses and headers are masked, and the cookies that the server set: they stand for the credentials.
        """
        if not self.secrets:
            return answer
        if isinstance(answer, Redirected):
            return replace(answer, to=self.secrets.masked(answer.to))
        if (name := self.secrets.name_in(answer.body)) is not None:
            raise CredentialRepeated(name=name)
        headers = tuple((name, self._masked_header(name, value)) for name, value in answer.headers)
        return replace(answer, url=self.secrets.masked(answer.url), headers=headers)

    def _masked_header(self, name: str, value: str) -> str:
        if name.lower() == "set-cookie":
            return re.sub("=[^;]*", f"={MASK}", value, count=1)
        return self.secrets.masked(value)


def outgoing(request: Request | None, proxy: str | None, credentials: Mapping[str, str]) -> Outgoing:
    """Return what is sent for a watch. Raises CredentialMissing, CredentialUnusable."""
    if request is None and proxy is None:
        return Outgoing()

    def value_of(name: str) -> str:
        if name not in credentials:
            raise CredentialMissing(name=name)
        return credentials[name]

    asked = request or Request()
    used = {name: value_of(name) for name in (*asked.names, *names_in(proxy or ""))}
    try:
        server = parse_proxy(proxy, value_of) if proxy else None
    except ValueError as error:
        raise CredentialUnusable(name="proxy", detail=str(error)) from None
    headers = {name: _in_header(name, expanded(value, value_of)) for name, value in asked.headers}
    if asked.auth:
        user, password = (expanded(part, value_of) for part in asked.auth)
        if ":" in user:
            raise CredentialUnusable(name="auth.user", detail="it has a colon")
        headers["Authorization"] = basic(user, password)
    content, content_type = _content(asked, value_of)
    if content is not None and "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = content_type
    cookies = {name: _in_cookie(name, expanded(value, value_of)) for name, value in asked.cookies}
    return Outgoing(headers, cookies, content, server, Secrets(used))


def basic(user: str, password: str) -> str:
    """Return the value of the header for Basic authentication (RFC 7617), in UTF-8."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode('ascii')}"


def _in_header(name: str, value: str) -> str:
    """Return a value as http.client sends it, which writes headers in Latin-1: as the bytes of UTF-8."""
    if _NOT_IN_HEADER.search(value):
        raise CredentialUnusable(name=f"headers.{name}", detail="it has a line break or a control character")
    return value.strip().encode("utf-8").decode("latin-1")


def _in_cookie(name: str, value: str) -> str:
    if _NOT_IN_COOKIE.search(value):
        raise CredentialUnusable(name=f"cookies.{name}", detail="it has a space, a comma, a semicolon or a quote")
    return value.encode("utf-8").decode("latin-1")


def _content(asked: Request, value_of: Callable[[str], str]) -> tuple[bytes | None, str]:
    if asked.json is not None:
        sent = json.dumps(_filled(json.loads(asked.json), value_of), ensure_ascii=False, separators=(",", ":"))
        return sent.encode(), JSON
    if asked.form:
        pairs = (f"{quote_plus(name)}={quote_plus(expanded(value, value_of))}" for name, value in asked.form)
        return "&".join(pairs).encode(), FORM
    if asked.body is not None:
        return expanded(asked.body, value_of).encode(), FORM
    return None, TEXT


def _filled(value: Any, value_of: Callable[[str], str]) -> Any:  # noqa: ANN401  what JSON gives
    """Return a JSON value with the credentials in its texts."""
    match value:
        case str():
            return expanded(value, value_of)
        case list():
            return [_filled(item, value_of) for item in value]
        case dict():
            return {name: _filled(item, value_of) for name, item in value.items()}
        case _:
            return value


def along_with(page: str, request: Request | None, url: str) -> Request | None:
    """Return what is sent to an address that belongs to a page: of the page's request what is no content.

    It goes to the page's own origin, and nothing goes anywhere else. Raises FetchError.
    """
    if request is None or parse_target(url).origin != parse_target(page).origin:
        return None
    return request.without_content
