"""What a watch sends beside its address: headers, cookies, method and body, log-in, proxy.

Secrets are in the file by name alone: `${NAME}` is the setting BEVAKA_CREDENTIAL_NAME. `$${` is a plain `${`. Messages
name a credential and never quote a value of one, nor what may be a secret that was written into the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar, cast

from monitor.core.proxy_address import WrongProxyAddress, literal_password, parse_proxy
from monitor.core.request import Method, Pairs, Request, is_well_formed, names_in
from monitor.errors import CredentialUnusable, Mistake
from monitor.schedule_file import values
from monitor.schedule_file.nodes import Document, Location, Scalar
from monitor.wording.schedule_mistakes import WrongValue, mistake_of

Value = TypeVar("Value")

SENT = ("headers", "cookies", "method", "body", "json", "auth")
"""The keys of a watch that say what is sent; a law has none of them."""
KEYS = (*SENT, "proxy")
CONTENT = frozenset({"method", "body", "json"})
CREDENTIAL = "BEVAKA_CREDENTIAL_"
NO_PROXY = "none"
"""What a watch writes for `proxy` to go without that of the defaults."""
METHODS: tuple[Method, ...] = ("GET", "POST")
MOST = 50
"""Headers or cookies of a watch."""
LONGEST = 8_000
"""Characters of one header or cookie."""
LONGEST_BODY = 100_000

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_COOKIE_SIGNS = re.compile(r"[\s\";,\\]")
_OURS = {
    "host": "header.host",
    "content-length": "header.length",
    "user-agent": "header.agent",
    "accept-encoding": "header.encoding",
    "cookie": "header.cookie",
    "if-none-match": "header.conditional",
    "if-modified-since": "header.conditional",
    "if-match": "header.conditional",
    "if-unmodified-since": "header.conditional",
    "if-range": "header.whole",
    "range": "header.whole",
    "proxy-authorization": "header.proxy",
    "proxy-connection": "header.connection",
    "connection": "header.connection",
    "keep-alive": "header.connection",
    "te": "header.connection",
    "trailer": "header.connection",
    "transfer-encoding": "header.connection",
    "upgrade": "header.connection",
    "expect": "header.connection",
}
"""Headers that the program writes itself, or that are not a page's to set (RFC 9110, 7.6.1), with the code of why."""


@dataclass(frozen=True, slots=True)
class Common:
    """What the defaults say is sent: headers, and the address of a proxy or "none"."""

    headers: Pairs = ()
    proxy: str = NO_PROXY


def asks_all_with(defaults: object) -> Common:
    """Return what defaults without mistakes say is sent for every page."""
    part = defaults if isinstance(defaults, dict) else {}
    return Common(_Reader(Document(None), ()).headers(part.get("headers"), ()), _address(part.get("proxy"), NO_PROXY))


def asks_with(part: Mapping[str, object], common: Common) -> tuple[Request | None, str | None]:
    """Return the request and the proxy of a watch without mistakes, with those of the defaults."""
    proxy = _address(part.get("proxy"), common.proxy)
    own = _Reader(Document(None), ()).request(part, ()) if part.keys() & set(SENT) else None
    if common.headers and "sfs" not in part:
        headers = own.headers if own else ()
        named = {name.lower() for name, _ in headers}
        kept = (pair for pair in common.headers if pair[0].lower() not in named)
        own = replace(own or Request(), headers=(*kept, *headers))
    return own, None if proxy == NO_PROXY else proxy


def with_tags(part: Mapping[str, object], tags: Sequence[object]) -> dict[str, object]:
    """Return a watch, with what its tags say is sent where it says nothing itself; a law sends nothing of the kind."""
    shared = ("proxy",) if "sfs" in part else KEYS
    said: dict[str, object] = {}
    given = [tag for tag in tags if isinstance(tag, dict)]  # one without keys is written so: vald:
    for source in (*({name: tag[name] for name in shared if name in tag} for tag in given), part):
        if source.keys() & CONTENT:  # one value: who gives a part of it replaces the others
            said = {name: value for name, value in said.items() if name not in CONTENT}
        said |= source
    return said


def _address(written: object, otherwise: str) -> str:
    return written.text.strip() if isinstance(written, Scalar) else otherwise


def mistakes_in_request(
    document: Document, where: Location, part: Mapping[str, object], credentials: Mapping[str, str] | None
) -> Iterator[Mistake]:
    """Yield what is wrong with the request of a watch or of the defaults.

    `credentials` are the values by name; None where they are not known, and so not asked for.
    """
    given = {name: part[name] for name in KEYS if name in part}
    if not given:
        return
    reader = _Reader(document, where)
    if where == ("defaults",):
        headers = reader.headers(part.get("headers"), (*where, "headers"))
        for name, value in headers:
            if names_in(value):
                reader.add((*where, "headers", name), "headers", "request.everywhere", label=f"headers.{name}")
        reader.proxy(part.get("proxy"), (*where, "proxy"))
        request = None
    else:
        request = reader.request(part, where)
    yield from reader.mistakes
    if credentials is None:
        return
    missing = list(_missing(document, where, given, credentials))
    yield from missing
    if not missing and not reader.mistakes:
        yield from _unusable(document, where, request, part.get("proxy"), credentials)


def _missing(document: Document, where: Location, node: object, credentials: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield a mistake for each name in a value, and in what it holds, that is not set."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _missing(document, (*where, name), value, credentials)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _missing(document, (*where, index), value, credentials)
    elif isinstance(node, Scalar):
        label = next(str(step) for step in where if step in KEYS)
        for name in dict.fromkeys(names_in(node.text)):
            if name not in credentials:
                near, facts = values.nearest(name, list(credentials)), {"label": label, "name": name}
                if near is None:
                    yield mistake_of(document.line_of(where), label, "request.unset", **facts)
                else:
                    yield mistake_of(document.line_of(where), label, "request.unset_near", **facts, near=near)


def _unusable(
    document: Document, where: Location, request: Request | None, proxy: object, credentials: Mapping[str, str]
) -> Iterator[Mistake]:
    """Yield a mistake for what cannot be sent with the values that are set; it quotes none of them."""
    from monitor.client.outgoing import outgoing  # noqa: PLC0415  the client is imported where something is to be sent

    given = proxy.text if isinstance(proxy, Scalar) and proxy.text != NO_PROXY else None
    try:
        outgoing(request, given, credentials)
    except CredentialUnusable as error:
        label = str(error.facts["name"])
        key, _, name = label.partition(".")
        what = str(error.facts["detail"])
        yield mistake_of(document.line_of((*where, key, name)), key, "request.unusable", label=label, what=what)


class _Reader:
    """Reads the keys of a request from YAML nodes, and collects what is wrong with them."""

    def __init__(self, document: Document, where: Location) -> None:
        self._document = document
        self._where = where
        self.mistakes: list[Mistake] = []

    def add(self, at: Location, key: str, code: str, /, **facts: str | int) -> None:
        """Note a mistake at the line of a value."""
        self.mistakes.append(mistake_of(self._document.line_of(at), key, code, **facts))

    def request(self, part: Mapping[str, object], where: Location) -> Request | None:
        """Return the request of a watch; None where it says nothing of one."""
        self.proxy(part.get("proxy"), (*where, "proxy"))
        given = [name for name in SENT if name in part]
        if not given:
            return None
        if "sfs" in part:
            for name in given:
                line = self._document.line_of_key((*where, name))
                self.mistakes.append(mistake_of(line, name, "sfs.request", name=name))
            return None
        headers = self.headers(part.get("headers"), (*where, "headers"))
        cookies = self._pairs(part.get("cookies"), (*where, "cookies"), self._cookie, 'cookies: {choice: "yes"}')
        method = self._method(part, where)
        auth = self._auth(part.get("auth"), (*where, "auth"))
        if auth and (own := next((name for name, _ in headers if name.lower() == "authorization"), None)):
            self.add((*where, "headers", own), "headers", "request.both", label=f"headers.{own}", other="auth")
        form: Pairs = ()
        body = None
        if isinstance(part.get("body"), dict):
            form = self._pairs(part["body"], (*where, "body"), self._field, 'body: {field: "value"}')
        elif "body" in part:
            body = self._try(lambda: _body(part["body"]), (*where, "body"), "body")
        sent = None
        if "json" in part:
            sent = self._json(part["json"], (*where, "json"))
        return Request(method, headers, cookies, body, form, sent, auth)

    def headers(self, value: object, where: Location) -> Pairs:
        """Return headers by name."""
        pairs = self._pairs(value, where, self._header, "headers: {Accept-Language: sv}")
        seen: dict[str, str] = {}
        for name, _ in pairs:
            if name.lower() in seen:
                self.add((*where, name), "headers", "header.letters", name=name, other=seen[name.lower()])
            seen.setdefault(name.lower(), name)
        return pairs

    def proxy(self, value: object, where: Location) -> None:
        """Check the address of a proxy."""
        if value is not None:
            self._try(lambda: _proxy(value), where, "proxy")

    def _method(self, part: Mapping[str, object], where: Location) -> Method:
        method: Method | None = "GET"
        if "method" in part:
            method = self._try(lambda: values.one_of(*METHODS)(part["method"]), (*where, "method"), "method")
        given = [name for name in ("body", "json") if name in part]
        if len(given) == 2:
            self._add_at_key((*where, "json"), "json", "request.both", label="json", other="body")
        if method == "GET":
            for name in given:
                self._add_at_key((*where, name), name, "request.get", name=name)
        elif method == "POST" and not given:
            self.add((*where, "method"), "method", "request.post")
        return method or "GET"

    def _auth(self, value: object, where: Location) -> tuple[str, str] | None:
        if value is None:
            return None
        example = 'auth: {user: "${USER}", password: "${PASSWORD}"}'
        if not isinstance(value, dict) or value.keys() != {"user", "password"}:
            self._add_at_key(where, "auth", "request.auth", example=example)
            return None
        user = self._try(lambda: _user(value["user"]), (*where, "user"), "auth.user")
        password = self._try(lambda: _secret(value["password"], example), (*where, "password"), "auth.password")
        return None if user is None or password is None else (user, password)

    def _json(self, value: object, where: Location) -> str | None:
        def plain(node: object, at: Location) -> object:
            if isinstance(node, dict):
                return {name: plain(item, (*at, name)) for name, item in node.items()}
            if isinstance(node, list):
                return [plain(item, (*at, index)) for index, item in enumerate(node)]
            return self._try(lambda: _json_scalar(node), at, "json")

        filled = plain(value, where)
        if not isinstance(value, (dict, list)):
            self.add(where, "json", "request.json")
        text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
        if len(text) > LONGEST_BODY:
            self.add(where, "json", "request.json_long", length=len(text), most=LONGEST_BODY)
        return text

    def _pairs(self, value: object, where: Location, read: Callable[[str, object], str], example: str) -> Pairs:
        label = str(where[-1]) if where else ""
        if value is None:
            return ()
        if not isinstance(value, dict) or not value:
            self._add_at_key(where, label, "request.names", label=label, example=example)
            return ()
        if len(value) > MOST:
            self._add_at_key(where, label, "request.many", label=label, count=len(value), most=MOST)
        pairs = []
        for name, given in value.items():
            text = self._try(partial(read, name, given), (*where, name), f"{label}.{name}")
            if text is not None:
                pairs.append((name, text))
        return tuple(pairs)

    @staticmethod
    def _header(name: str, value: object) -> str:
        if not _TOKEN.fullmatch(name):
            raise WrongValue("header.name")
        if (code := _OURS.get(name.lower())) is not None:
            raise WrongValue(code)
        shown = _template(value)
        if len(shown) > LONGEST:
            raise WrongValue("name.long", length=len(shown), most=LONGEST)
        if name.lower() == "authorization" and not names_in(shown):
            raise WrongValue("header.secret")
        return shown

    @staticmethod
    def _cookie(name: str, value: object) -> str:
        if not _TOKEN.fullmatch(name):
            raise WrongValue("cookie.name")
        shown = _template(value)
        if len(shown) > LONGEST:
            raise WrongValue("name.long", length=len(shown), most=LONGEST)
        if _COOKIE_SIGNS.search(shown):
            raise WrongValue("cookie.signs")
        return shown

    @staticmethod
    def _field(name: str, value: object) -> str:
        del name
        shown = _written(value)
        if len(shown) > LONGEST_BODY:
            raise WrongValue("name.long", length=len(shown), most=LONGEST_BODY)
        return _well_formed(shown)

    def _try(self, read: Callable[[], Value], where: Location, label: str) -> Value | None:
        try:
            return read()
        except WrongValue as error:
            line, key = self._document.line_of(where), label.partition(".")[0]
            self.mistakes.append(Mistake(line, f"{label}: {error}", key, error.reason))
            return None

    def _add_at_key(self, where: Location, key: str, code: str, /, **facts: str | int) -> None:
        self.mistakes.append(mistake_of(self._document.line_of_key(where), key, code, **facts))


def _written(value: object) -> str:
    """Return a value as written; an empty text in quotes is one."""
    if isinstance(value, Scalar) and value.kind == "text" and not value.text:
        return ""
    return values.written(value)


def _template(value: object) -> str:
    """Return a text of one line in which `${NAME}` is well-formed. The message does not quote it."""
    shown = values.written(value)
    if not shown.strip():
        raise WrongValue("request.empty")
    if not shown.replace("\u00a0", " ").replace("\t", " ").isprintable():
        raise WrongValue("value.lines")
    return _well_formed(shown.strip())


def _well_formed(shown: str) -> str:
    if not is_well_formed(shown):
        raise WrongValue("request.template")
    return shown


def _body(value: object) -> str:
    shown = values.written(value)
    if not shown.strip():
        raise WrongValue("request.no_body")
    if len(shown) > LONGEST_BODY:
        raise WrongValue("name.long", length=len(shown), most=LONGEST_BODY)
    return _well_formed(shown)


def _user(value: object) -> str:
    shown = _template(value)
    if ":" in re.sub(r"\$\{\w+\}", "", shown, flags=re.ASCII):
        raise WrongValue("auth.colon")
    return shown


def _secret(value: object, example: str) -> str:
    shown = _template(value)
    if not names_in(shown):
        raise WrongValue("auth.secret", example=example)
    return shown


_WRONG_PROXIES = {"form": "proxy.form", "scheme": "proxy.scheme", "port": "proxy.port"}


def _proxy(value: object) -> str:
    shown = _template(value)
    if shown == NO_PROXY:
        return shown
    if literal_password(shown):
        raise WrongValue("auth.secret", example="http://${USER}:${PASSWORD}@host:port")
    if not re.fullmatch(r"\$\{\w+\}", shown, re.ASCII):
        try:
            parse_proxy(shown, lambda _: "x")
        except WrongProxyAddress as error:
            raise WrongValue(_WRONG_PROXIES[error.part]) from None
    return shown


def _json_scalar(value: object) -> object:
    """Return a scalar as JSON has it. YAML's other spellings of yes and no, and its dates, are not JSON's."""
    scalar = cast("Scalar", value)
    match scalar.kind:
        case "text":
            return _well_formed(scalar.text)
        case "nothing":
            return None
        case "yes/no" if scalar.text in {"true", "false"}:
            return scalar.text == "true"
        case "number":
            try:
                return json.loads(scalar.text)
            except ValueError:
                pass
    raise WrongValue("request.json_kind", kind=scalar.kind)
