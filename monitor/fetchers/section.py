"""Fetcher of sections: a listing with its next pages, an index of sitemaps with its sitemaps, a feed."""

from __future__ import annotations

from monitor.client import Client, Deadline
from monitor.client.outgoing import along_with
from monitor.core.model import Fetched, NotModified, Redirected, Validators, Watch
from monitor.errors import TooLarge, TooManyRedirects

MOST_ANSWERS = 20
"""Pages of a listing, or sitemaps of an index, that are fetched in one check."""
LARGEST_LEADING_ON = 2_000_000
"""Bytes of an answer that may lead on to others; a larger one is read in a process of its own, and leads nowhere."""


class Section:
    """Fetches the address that is followed, and what its answer says belongs to it.

    All requests share the timeout and the size of the watch, and go to the same site. Where one of them fails, the
    section is not seen: a page that is missing would look like items that are gone.
    """

    NAME = "section"

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Fetch the section. Raises FetchError.

        A section of several answers is always fetched in full: "not modified" would say nothing of the other answers.
        """
        from monitor.core.section.answer import joined  # noqa: PLC0415  where nothing is followed, nothing of it

        deadline = Deadline(watch.timeout)
        first = self._get(watch, watch.url, deadline, watch.max_size, validators)
        if not isinstance(first, Fetched):
            return first
        answers = [first]
        asked = {watch.url, first.url}
        waiting = _further(first, watch)
        while waiting and len(answers) < MOST_ANSWERS:
            url = waiting.pop(0)
            if url in asked:
                continue
            asked.add(url)
            left = watch.max_size - sum(len(answer.body) for answer in answers)
            if left <= 0:
                raise TooLarge(limit=watch.max_size)
            answer = self._get(watch, url, deadline, left, None)
            if isinstance(answer, Redirected):  # for good: asked for once more where it is now
                answer = self._get(watch, answer.to, deadline, left, None)
            if not isinstance(answer, Fetched):
                raise TooManyRedirects(url=url, limit=1)
            answers.append(answer)
            waiting += _further(answer, watch)
        return joined(answers)

    def _get(
        self, watch: Watch, url: str, deadline: Deadline, max_size: int, validators: Validators | None
    ) -> Fetched | NotModified | Redirected:
        request = watch.recipe.request
        return self._client.get(
            url,
            timeout=deadline,
            max_size=max_size,
            validators=validators,
            ca_file=watch.ca_file,
            confirm=True,
            request=request if url == watch.url else along_with(watch.url, request, url),
            proxy=watch.proxy,
        )


def _further(answer: Fetched, watch: Watch) -> list[str]:
    from monitor.core.section.further import further_answers  # noqa: PLC0415  as above

    return further_answers(answer, watch.recipe) if len(answer.body) <= LARGEST_LEADING_ON else []
