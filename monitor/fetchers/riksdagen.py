"""A law, from riksdagen's open data (data.riksdagen.se)."""

from __future__ import annotations

import json

from monitor.client import Client, Deadline
from monitor.core.model import Fetched, NotModified, Redirected, Validators, Watch
from monitor.errors import BadBody, FetchError, HttpStatus, RobotsRefused

ENDINGS = (".json", ".html", ".text")
AS_JSON = "application/json,*/*;q=0.5"
LEAVE_ALONE = frozenset({429, 503})


class Riksdagen:
    """Fetches a law in the first of its forms that holds the law's text.

    The forms, for an address such as `…/dokument/sfs-2021-995`, in this order:

    1. `…/dokument/sfs-2021-995.json`
    2. `…/dokumentstatus/sfs-2021-995.json`, which answers the same when the first comes back empty, as bare HTML,
       without the law's text, or not at all
    3. `…/dokument/sfs-2021-995.html`

    An address that ends in .json, .html or .text already is asked as it is, before the other forms.
    """

    NAME = "riksdagen"

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Fetch the law; all forms share the watch's time. Raises FetchError: the last form's where none will do.

        Validators go to the form that they came from; where that is not known, to none.
        """
        deadline = Deadline(watch.timeout)
        known = validators if validators is not None and validators.url is not None else None
        elsewhere: Redirected | None = None
        last: FetchError | None = None
        for form in forms(watch.url):
            try:
                answer = self._client.get(
                    form,
                    timeout=deadline,
                    max_size=watch.max_size,
                    validators=known,
                    ca_file=watch.ca_file,
                    accept=AS_JSON if form.endswith(".json") else None,
                )
            except (HttpStatus, BadBody, RobotsRefused) as error:
                if error.facts.get("status") in LEAVE_ALONE:
                    raise  # the other forms stand on the same server
                last = error
                continue
            if isinstance(answer, Redirected):
                elsewhere = elsewhere or answer
            elif isinstance(answer, NotModified) or holds_law(answer.body):
                return answer
            else:
                last = BadBody(detail="no text of the law")
        if elsewhere is not None:
            return elsewhere
        raise last or BadBody(detail="no text of the law")


def forms(url: str) -> tuple[str, ...]:
    """The addresses to ask, in order, each once."""
    ending = next((ending for ending in ENDINGS if url.endswith(ending)), "")
    base = url.removesuffix(ending)
    site, found, name = base.rpartition("/dokument/")
    candidates = [
        url if ending else "",
        f"{base}.json",
        f"{site}/dokumentstatus/{name}.json" if found else "",
        f"{base}.html",
    ]
    return tuple(dict.fromkeys(filter(None, candidates)))


def holds_law(body: bytes) -> bool:
    """Whether an answer has the text of a law in it, in whatever form: JSON, XML, HTML or plain text."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _json_holds_law(body)
    return b"SFS nr" in start or b"<dokumentstatus" in start


def _json_holds_law(body: bytes) -> bool:
    try:
        status = json.loads(body)
    except ValueError:  # cut short, or in no Unicode form
        return False
    for name in ("dokumentstatus", "dokument"):
        status = status.get(name) if isinstance(status, dict) else None
    if not isinstance(status, dict):
        return False
    return any(isinstance(text := status.get(name), str) and text.strip() for name in ("text", "html"))
