"""Bad answers (docs/reliability.md, rows 33–42): the latest revision stays, no subscriber is notified of a change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from monitor.core.model import Outcome
from tests.fakes.site import Answer, Fault, Site, gzip_bomb, gzipped, redirect
from tests.faults.lab import check_once, environment, join, outcomes, page

HTML = page("april").encode()
BAD: dict[str, Answer] = {
    "header drip": Answer(fault=Fault.DRIP_HEAD),
    "body drip": Answer(HTML, fault=Fault.DRIP_BODY),
    "endless body": Answer(fault=Fault.ENDLESS_BODY),
    "hang": Answer(fault=Fault.HANG),
    "gzip bomb": gzip_bomb(300),
    "cut in the headers": Answer(HTML, fault=Fault.CUT_HEAD),
    "shorter than announced": Answer(HTML, fault=Fault.SHORT_BODY),
    "cut between chunks": Answer(HTML, fault=Fault.CUT_CHUNKS),
    "truncated gzip": gzipped(HTML, cut=9),
    "empty 200": Answer(""),
    "spaces alone": Answer(b" \n\n "),
    "closed at once": Answer(fault=Fault.CLOSE),
    "not HTTP": Answer(fault=Fault.NOT_HTTP),
    "error page as 200": Answer("<title>Fel</title><h1>Sidan kan inte visas</h1><p>Ett tekniskt fel har uppstått.</p>"),
    "captcha": Answer("<title>Just a moment...</title><p>Verify you are human by completing the action below.</p>"),
    "403": Answer("<h1>Forbidden</h1>", 403),
    "429": Answer(page("april"), 429, {"Retry-After": "3600"}),
    "500": Answer(page("april"), 500),
    "503": Answer(page("april"), 503, {"Retry-After": "3600"}),
    "304 that nobody asked for": Answer(status=304),
    "a picture": Answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, content_type="image/png"),
    "redirect to the metadata address": redirect("http://169.254.169.254/latest/meta-data/"),
    "redirect to a file": redirect("file:///etc/passwd"),
    "redirect in a circle": redirect("/county"),
}


@pytest.fixture
def site() -> Iterator[Site]:
    """Yield the county's site."""
    with Site() as site:
        site.pages["/county"] = Answer(page())
        yield site


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_page_changes_nothing(site: Site, tmp_path: Path, name: str) -> None:
    env = environment(tmp_path, f"{site.url}/county", timeout="1s")
    with Assembly(env) as assembly:
        join(assembly)
        assert check_once(assembly) is Outcome.FIRST
        site.pages["/county"] = BAD[name]
        assert check_once(assembly) in {Outcome.NOT_SEEN, Outcome.SUSPECT}
        assert outcomes(assembly) == [Outcome.FIRST]
        with assembly.unit_of_work.read() as work:
            assert work.outbox.deliveries() == []
            until = work.hosts.held(assembly.clock.now()).get(f"127.0.0.1:{site.port}")
        assert (until is not None) == (name in {"429", "503"}), "who asks to be left alone is left alone, and only then"
        with assembly.unit_of_work.write() as work:
            work.hosts.hold(f"127.0.0.1:{site.port}", assembly.clock.now())
        site.pages["/county"] = Answer(page())
        assert check_once(assembly) is Outcome.UNCHANGED


@pytest.mark.parametrize("name", ["empty 200", "truncated gzip", "cut between chunks"])
def test_what_is_bad_once_is_asked_for_again_before_it_counts(site: Site, tmp_path: Path, name: str) -> None:
    with Assembly(environment(tmp_path, f"{site.url}/county")) as assembly:
        assert check_once(assembly) is Outcome.FIRST
        site.pages["/county"] = [BAD[name], Answer(page("april"))]
        assert check_once(assembly) is Outcome.CHANGED
