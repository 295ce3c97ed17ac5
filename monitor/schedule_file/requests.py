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

from monitor.core.proxy_address import literal_password, parse_proxy
from monitor.core.request import Method, Pairs, Request, is_well_formed, names_in
from monitor.errors import CredentialUnusable, Mistake
from monitor.schedule_file import values
from monitor.schedule_file.nodes import Document, Location, Scalar
from monitor.wording.schedule_mistakes import mistake_of

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
    "host": "it follows from the url",
    "content-length": "it follows from the body",
    "user-agent": "Bevaka says who asks; BEVAKA_OPERATOR or BEVAKA_PUBLIC_URL names whom to complain to",
    "accept-encoding": "Bevaka asks for what it can undo",
    "cookie": "write cookies: {name: value}",
    "if-none-match": "Bevaka asks conditionally by itself",
    "if-modified-since": "Bevaka asks conditionally by itself",
    "if-match": "Bevaka asks conditionally by itself",
    "if-unmodified-since": "Bevaka asks conditionally by itself",
    "if-range": "a page is fetched whole",
    "range": "a page is fetched whole",
    "proxy-authorization": "write it in proxy: http://${USER}:${PASSWORD}@host:port",
    "proxy-connection": "it is for a single connection",
    "connection": "it is for a single connection",
    "keep-alive": "it is for a single connection",
    "te": "it is for a single connection",
    "trailer": "it is for a single connection",
    "transfer-encoding": "it is for a single connection",
    "upgrade": "it is for a single connection",
    "expect": "it is for a single connection",
}
"""Headers that the program writes itself, or that are not a page's to set (RFC 9110, 7.6.1), each with why."""


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
                what = "would be sent to every site that is watched; write a credential to the watch that needs it"
                reader.add((*where, "headers", name), f"headers.{name}: {what}", "headers")
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
                near = values.did_you_mean(name, list(credentials))
                what = f"{label}: ${{{name}}} is not set; set {CREDENTIAL}{name}" + (f", or {near}" if near else "")
                yield Mistake(document.line_of(where), what, label)


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
        what = f"{label}: cannot be sent as it is set: {error.facts['detail']}"
        yield Mistake(document.line_of((*where, key, name)), what, key)


class _Reader:
    """Reads the keys of a request from YAML nodes, and collects what is wrong with them."""

    def __init__(self, document: Document, where: Location) -> None:
        self._document = document
        self._where = where
        self.mistakes: list[Mistake] = []

    def add(self, at: Location, what: str, key: str) -> None:
        """Note a mistake at the line of a value."""
        self.mistakes.append(Mistake(self._document.line_of(at), what, key))

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
            self.add((*where, "headers", own), f"headers.{own}: auth is there as well; keep one", "headers")
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
                what = f"is {seen[name.lower()]} in other letters; keep one"
                self.add((*where, name), f"headers.{name}: {what}", "headers")
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
            self._add_at_key((*where, "json"), "json: body is there as well; keep one", "json")
        if method == "GET":
            for name in given:
                self._add_at_key((*where, name), f"{name}: a GET has none; write method: POST, or leave it out", name)
        elif method == "POST" and not given:
            self.add((*where, "method"), "method: a POST sends something; write body: or json:", "method")
        return method or "GET"

    def _auth(self, value: object, where: Location) -> tuple[str, str] | None:
        if value is None:
            return None
        example = 'auth: {user: "${USER}", password: "${PASSWORD}"}'
        if not isinstance(value, dict) or value.keys() != {"user", "password"}:
            self._add_at_key(where, f"auth: a user and a password are expected; write {example}", "auth")
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
            self.add(where, 'json: keys with values, or a list, are expected; write e.g. json: {query: "våld"}', "json")
        text = json.dumps(filled, ensure_ascii=False, separators=(",", ":"))
        if len(text) > LONGEST_BODY:
            self.add(where, f"json: has {len(text)} characters; write at most {LONGEST_BODY}", "json")
        return text

    def _pairs(self, value: object, where: Location, read: Callable[[str, object], str], example: str) -> Pairs:
        label = str(where[-1]) if where else ""
        if value is None:
            return ()
        if not isinstance(value, dict) or not value:
            self._add_at_key(where, f"{label}: names with values are expected; write {example}", label)
            return ()
        if len(value) > MOST:
            self._add_at_key(where, f"{label}: has {len(value)} names; write at most {MOST}", label)
        pairs = []
        for name, given in value.items():
            text = self._try(partial(read, name, given), (*where, name), f"{label}.{name}")
            if text is not None:
                pairs.append((name, text))
        return tuple(pairs)

    @staticmethod
    def _header(name: str, value: object) -> str:
        if not _TOKEN.fullmatch(name):
            raise ValueError("not the name of a header; write letters, digits and -")
        if (why := _OURS.get(name.lower())) is not None:
            raise ValueError(f"is not for a watch to set: {why}")
        shown = _template(value)
        if len(shown) > LONGEST:
            raise ValueError(f"has {len(shown)} characters; write at most {LONGEST}")
        if name.lower() == "authorization" and not names_in(shown):
            raise ValueError(f'holds a secret; write "Bearer ${{TOKEN}}" here and set {CREDENTIAL}TOKEN')
        return shown

    @staticmethod
    def _cookie(name: str, value: object) -> str:
        if not _TOKEN.fullmatch(name):
            raise ValueError("not the name of a cookie; write letters, digits, - and _")
        shown = _template(value)
        if len(shown) > LONGEST:
            raise ValueError(f"has {len(shown)} characters; write at most {LONGEST}")
        if _COOKIE_SIGNS.search(shown):
            raise ValueError(
                "a cookie's value has no space, comma, semicolon, quote or backslash; write it URL-encoded"
            )
        return shown

    @staticmethod
    def _field(name: str, value: object) -> str:
        del name
        shown = _written(value)
        if len(shown) > LONGEST_BODY:
            raise ValueError(f"has {len(shown)} characters; write at most {LONGEST_BODY}")
        return _well_formed(shown)

    def _try(self, read: Callable[[], Value], where: Location, label: str) -> Value | None:
        try:
            return read()
        except ValueError as error:
            self.add(where, f"{label}: {error}", label.partition(".")[0])
            return None

    def _add_at_key(self, where: Location, what: str, key: str) -> None:
        self.mistakes.append(Mistake(self._document.line_of_key(where), what, key))


def _written(value: object) -> str:
    """Return a value as written; an empty text in quotes is one."""
    if isinstance(value, Scalar) and value.kind == "text" and not value.text:
        return ""
    return values.written(value)


def _template(value: object) -> str:
    """Return a text of one line in which `${NAME}` is well-formed. The message does not quote it."""
    shown = values.written(value)
    if not shown.strip():
        raise ValueError("is empty; leave the key out")
    if not shown.replace("\u00a0", " ").replace("\t", " ").isprintable():
        raise ValueError("has a line break or an invisible character; write it on one line")
    return _well_formed(shown.strip())


def _well_formed(shown: str) -> str:
    if not is_well_formed(shown):
        raise ValueError("${ begins the name of a credential: write ${NAME}, or $${ for a plain ${")
    return shown


def _body(value: object) -> str:
    shown = values.written(value)
    if not shown.strip():
        raise ValueError("is empty; write what is to be sent")
    if len(shown) > LONGEST_BODY:
        raise ValueError(f"has {len(shown)} characters; write at most {LONGEST_BODY}")
    return _well_formed(shown)


def _user(value: object) -> str:
    shown = _template(value)
    if ":" in re.sub(r"\$\{\w+\}", "", shown, flags=re.ASCII):
        raise ValueError("a user's name has no colon (RFC 7617); leave it out")
    return shown


def _secret(value: object, example: str) -> str:
    shown = _template(value)
    if not names_in(shown):
        raise ValueError(f"a secret is not written into the file; write {example} and set {CREDENTIAL}PASSWORD")
    return shown


def _proxy(value: object) -> str:
    shown = _template(value)
    if shown == NO_PROXY:
        return shown
    if literal_password(shown):
        raise ValueError(
            "a secret is not written into the file; write http://${USER}:${PASSWORD}@host:port"
            f" and set {CREDENTIAL}PASSWORD"
        )
    if not re.fullmatch(r"\$\{\w+\}", shown, re.ASCII):
        parse_proxy(shown, lambda _: "x")
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
    raise ValueError(f"a {scalar.kind} that JSON does not have; write true or false, a plain number, or quotes")
