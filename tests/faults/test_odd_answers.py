"""Odd answers that hold the page all the same: the header does not outrank the bytes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from tests.fakes.site import Answer, Site
from tests.faults.lab import check_once, environment, page

TEXT = page().replace("<meta charset=utf-8>", "")
ODD: dict[str, Answer] = {
    "UTF-8 that is called Latin-1": Answer(TEXT, content_type="text/html; charset=iso-8859-1"),
    "UTF-8 that calls itself Latin-1": Answer(TEXT.replace("<title>", "<meta charset=iso-8859-1><title>")),
    "UTF-8 that is called UTF-16": Answer(TEXT, content_type="text/html; charset=utf-16"),
    "UTF-8 without a label": Answer(TEXT, content_type="text/html"),
    "UTF-8 with a byte order mark": Answer("\ufeff" + TEXT, content_type="text/html; charset=iso-8859-1"),
    "UTF-8 that was encoded twice": Answer(TEXT.encode().decode("cp1252"), content_type="text/html"),
    "Latin-1": Answer(TEXT.encode("latin-1"), content_type="text/html; charset=iso-8859-1"),
    "Latin-1 that is called UTF-8": Answer(TEXT.encode("latin-1"), content_type="text/html; charset=utf-8"),
    "UTF-16": Answer(TEXT.encode("utf-16"), content_type="text/html"),
    "no Content-Type": Answer(TEXT, content_type=None),
    "a Content-Type that is none": Answer(TEXT, content_type="charset=utf-8"),
    "a Content-Type for anything": Answer(TEXT, content_type="*/*"),
    "the Content-Type of a download": Answer(TEXT, content_type="application/octet-stream"),
    "a Content-Encoding that is none": Answer(TEXT, headers={"Content-Encoding": "utf-8"}),
    "codings in a stack": Answer(
        gzip.compress(gzip.compress(TEXT.encode())), headers={"Content-Encoding": "gzip, gzip"}
    ),
    "203": Answer(TEXT, 203),
    "three hundred headers": Answer(TEXT, headers={f"X-{number}": "x" for number in range(300)}),
}


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the county's site."""
    with Site() as site:
        site.pages["/county"] = Answer(page())
        yield site


@pytest.mark.parametrize("name", ODD)
def test_the_same_page_in_an_odd_answer_is_unchanged(site: Site, tmp_path: Path, name: str) -> None:
    with Assembly(environment(tmp_path, f"{site.url}/county")) as assembly:
        assert check_once(assembly) is Outcome.FIRST
        site.pages["/county"] = ODD[name]
        assert check_once(assembly) is Outcome.UNCHANGED
        site.pages["/county"] = Answer(page("april"))
        assert check_once(assembly) is Outcome.CHANGED


@pytest.mark.parametrize("name", ODD)
def test_an_odd_answer_is_a_first_page(site: Site, tmp_path: Path, name: str) -> None:
    site.pages["/county"] = ODD[name]
    with Assembly(environment(tmp_path, f"{site.url}/county")) as assembly:
        assert check_once(assembly) is Outcome.FIRST
        site.pages["/county"] = Answer(page())
        assert check_once(assembly) is Outcome.UNCHANGED
