"""Fetcher of pages over HTTP."""

from __future__ import annotations

from monitor.client import Client
from monitor.core.model import Fetched, NotModified, Redirected, Validators, Watch


class Http:
    """Fetches the watch's address."""

    NAME = "http"

    def __init__(self, client: Client) -> None:
        self._client = client

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | NotModified | Redirected:
        """Fetch the page; conditionally where validators are given. Raises FetchError."""
        return self._client.get(
            watch.url,
            timeout=watch.timeout,
            max_size=watch.max_size,
            validators=validators,
            ca_file=watch.ca_file,
            confirm=True,
            request=watch.recipe.request,
            proxy=watch.proxy,
        )
