"""Fetcher of laws from riksdagen's open data (data.riksdagen.se)."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

from monitor.client import Client, Deadline
from monitor.core.model import Fetched, NotModified, Redirected, Validators, Watch
from monitor.errors import BadBody, FetchError, HttpStatus, RobotsRefused

ENDINGS = (".json", ".html", ".text")
ACCEPT_JSON = "application/json,*/*;q=0.5"
STOP_STATUSES = frozenset({429, 503})


class Riksdagen:
    """Fetches a law in the first of its forms that holds the law's text.

    The forms, for an address such as `…/dokument/sfs-2021-995`, in this order:

    1. `…/dokument/sfs-2021-995.json`
    2. `…/dokumentstatus/sfs-2021-995.json`, which answers the same when the first comes back empty, as bare HTML,
       without the law's text, or not at all
    3. `…/dokument/sfs-2021-995.html`
    4. where there is no `/dokument/` in it, the address as it is

    An address that already ends in .json, .html or .text is requested unchanged, before the other forms; one with a
    query is requested unchanged and in no other form.
    """

    NAME = "riksdagen"

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Fetch the law; all forms share the watch's timeout. Raises FetchError: the last form's where no form will do.

        Validators are sent with the form that they came from; where that is not known, with none.
        """
        deadline = Deadline(watch.timeout)
        usable_validators = validators if validators is not None and validators.url is not None else None
        redirected: Redirected | None = None
        last_error: FetchError | None = None
        for form in forms(watch.url):
            try:
                answer = self._client.get(
                    form,
                    timeout=deadline,
                    max_size=watch.max_size,
                    validators=usable_validators,
                    ca_file=watch.ca_file,
                    accept=ACCEPT_JSON if form.endswith(".json") else None,
                    proxy=watch.proxy,
                )
            except (HttpStatus, BadBody, RobotsRefused) as error:
                if error.facts.get("status") in STOP_STATUSES:
                    raise  # the other forms are on the same server
                last_error = error
                continue
            if isinstance(answer, Redirected):
                redirected = redirected or answer
            elif isinstance(answer, NotModified) or holds_law(answer.body):
                return answer
            else:
                last_error = BadBody(detail="no text of the law")
        if redirected is not None:
            return redirected
        raise last_error or BadBody(detail="no text of the law")


def forms(url: str) -> tuple[str, ...]:
    """Return the addresses to request, in order, each once."""
    if urlsplit(url).query:
        return (url,)
    ending = next((ending for ending in ENDINGS if url.lower().endswith(ending)), "")
    base = url[: len(url) - len(ending)].rstrip("/")
    site, separator, name = base.rpartition("/dokument/")
    candidates = [
        url if ending else "",
        f"{base}.json",
        f"{site}/dokumentstatus/{name}.json" if separator else "",
        f"{base}.html",
        "" if separator else url,
    ]
    return tuple(dict.fromkeys(filter(None, candidates)))


def holds_law(body: bytes) -> bool:
    """True if an answer holds the text of a law, in any form: JSON, XML, HTML or plain text."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _json_holds_law(body)
    return b"SFS nr" in start or b"<dokumentstatus" in start


def _json_holds_law(body: bytes) -> bool:
    try:
        status = json.loads(body)
    except ValueError:  # cut short, or in no Unicode encoding
        return False
    for name in ("dokumentstatus", "dokument"):
        status = status.get(name) if isinstance(status, dict) else None
    if not isinstance(status, dict):
        return False
    return any(isinstance(text := status.get(name), str) and text.strip() for name in ("text", "html"))
