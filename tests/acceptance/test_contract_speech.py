"""How every command speaks: help, mistakes, terminals, pipes, interruptions."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from bevaka.cli.app import COMMANDS
from tests.acceptance.pages import county
from tests.acceptance.program import MAIN, Bevaka, Said
from tests.fakes.site import Answer, Fault, Site
from tests.integration.daemon.conftest import until

ANN = "ann@kommun.example"
HOSTILE = "\x1b[31mröd\x1b[0m \x07klang \u202eomvänd\u202c"


def helps(bevaka: Bevaka, *command: str) -> Iterator[tuple[tuple[str, ...], Said]]:
    """The help text of a command and of each command under it."""
    said = bevaka(*command, "--help")
    yield command, said
    _, _, listed = said.out.partition("\nCommands:\n")
    for name in re.findall(r"^  (\w+)", listed, re.MULTILINE):
        yield from helps(bevaka, *command, name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_text_with_an_example(lived: Bevaka, name: str) -> None:
    for command, said in helps(lived, name):
        assert (said.code, said.err) == (0, ""), command
        assert re.search(r"\n  Example.*:\n    .*\bbevaka ", said.out), command
        whole = re.sub(r"\[(ARGS|REV)\]\.\.\.", "", said.out)
        assert "..." not in whole, f"{command}: a description is cut short"
        assert all(len(line) <= 80 for line in said.out.splitlines()), command


def test_every_command_of_the_contract_is_there(lived: Bevaka) -> None:
    wanted = (
        "run check deliver log show diff compare inspect subscribe unsubscribe status verify demo "
        "watch:list watch:show watch:test schedule:check subscribers:add subscribers:list subscribers:remove "
        "outbox:list outbox:show outbox:retry db:upgrade"
    )
    for name in wanted.split():
        assert lived(*name.split(":"), "--help").code == 0, name


def test_page_text_is_escaped_also_into_a_pipe(bevaka: Bevaka, site: Site) -> None:
    hostile = f"<p>{HOSTILE} är en uppgift som gäller</p>"
    pages = [county(heading=f"Våld {HOSTILE}", more=hostile), county(more=hostile.replace("gäller", "gällde"))]
    site.pages["/"] = [Answer(page, headers={"X-Hostile": "\x1b[31m"}) for page in pages]
    bevaka.schedule(f'  page: {{url: {site.url}/, expect: "gäll"}}\n')
    said = [bevaka("check"), bevaka("check"), bevaka("log", "page"), bevaka("diff", "page"), bevaka("show", "page#1")]
    said += [bevaka("show", "page#1", form) for form in ("--text", "--headers")]
    said += [bevaka("watch", "test", "page"), bevaka("watch", "show", "page"), bevaka("inspect", f"{site.url}/")]
    raw = bevaka("show", "page#1", "--raw")
    (bevaka.folder / "a.html").write_bytes(raw.raw)
    (bevaka.folder / "b.html").write_bytes(bevaka("show", "page#2", "--raw").raw)
    said += [bevaka("compare", "a.html", "b.html"), bevaka("inspect", "a.html")]
    for each in said:
        assert each.out
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", each.out + each.err)
    assert b"\x1b[31m" in raw.raw
    assert "\\x1b[31m" in bevaka("show", "page#1", "--text").out


def test_json_escapes_what_a_terminal_would_obey(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(county(more=f"<p>{HOSTILE}</p>"))
    bevaka.schedule(f"  page: {{url: {site.url}/}}\n")
    bevaka("check")
    said = bevaka("show", "page", "--json")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said.out)
    assert any("\x1b[31mröd" in block["text"] for block in said.row["blocks"]), "a reader of JSON gets the very text"


def on_a_terminal(bevaka: Bevaka, *arguments: str, columns: int = 80, **environment: str) -> str:
    """What a terminal of so many columns is sent."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(MAIN), *arguments],
        cwd=bevaka.folder,
        env={**bevaka.environment, "TERM": "xterm-256color", "COLUMNS": str(columns), **environment},
        stdin=side,
        stdout=side,
        stderr=side,
    )
    os.close(side)
    sent = b""
    while True:
        ready, _, _ = select.select([main], [], [], 20)
        try:
            piece = os.read(main, 65_536) if ready else b""
        except OSError:  # the other end is closed
            piece = b""
        if not piece:
            break
        sent += piece
    process.wait(20)
    os.close(main)
    return sent.decode()


def test_colours_are_for_terminals_and_no_color_is_honoured(lived: Bevaka) -> None:
    assert "\x1b[" in on_a_terminal(lived, "diff", "county~1")
    assert "\x1b[" not in on_a_terminal(lived, "diff", "county~1", NO_COLOR="1")
    assert "\x1b[" not in lived("diff", "county~1").out


def test_a_narrow_terminal_breaks_lines_at_words_and_a_pipe_gets_them_whole(lived: Bevaka) -> None:
    shown = on_a_terminal(lived, "log", "county", columns=60, NO_COLOR="1")
    whole = lived("log", "county", COLUMNS="60").out
    assert max(map(len, shown.splitlines())) <= 60 < max(map(len, whole.splitlines()))
    summary = "Tidsfrist ändrad: 1 mars → 1 april; sidans datum är oförändrat"
    assert summary in whole
    assert summary in " ".join(shown.split())


def test_json_is_never_coloured_and_nothing_else_is_on_stdout(lived: Bevaka) -> None:
    for arguments in (("status",), ("log", "county"), ("outbox", "list"), ("watch", "list"), ("subscribers", "list")):
        for line in lived(*arguments, "--json").out.splitlines():
            assert isinstance(json.loads(line), dict)


def test_an_interrupted_check_ends_at_once_with_130_and_records_nothing(bevaka: Bevaka, site: Site) -> None:
    site.pages["/"] = Answer(fault=Fault.HANG)
    bevaka.schedule(f"  page: {{url: {site.url}/, timeout: 30s}}\n")
    process = subprocess.Popen(
        [sys.executable, str(MAIN), "check"],
        cwd=bevaka.folder,
        env=bevaka.environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: bool(site.asked("/")), "the page was never asked for")
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, "interrupted\n")
    assert time.monotonic() - begun < 5
    assert bevaka("log", "page", "--checks", "--json").rows == []


def test_a_reader_of_the_output_may_leave(lived: Bevaka) -> None:
    with subprocess.Popen(
        [sys.executable, str(MAIN), "show", "law", "--json"],
        cwd=lived.folder,
        env=lived.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    "command",
    [
        ("subscribers", "add", "ann"),
        ("subscribers", "add", "Ann <ann@kommun.example>"),
        ("subscribers", "add", "ann@kommun.example\nBcc: bo@kommun.example"),
        ("subscribers", "remove", "nobody@kommun.example"),
        ("subscribe", "nix", ANN),
        ("subscribe", "county"),
        ("subscribe", "county", "ann@"),
        ("unsubscribe", "county", "nobody@kommun.example"),
        ("outbox", "show", "99"),
        ("outbox", "show", "x"),
        ("outbox", "retry", "99"),
        ("compare", "a.html"),
        ("compare", "a.html", "b.html"),
        ("inspect",),
        ("inspect", "a.html"),
        ("compare", "--pairs", "no-such-list"),
        ("inspect", "--files", "no-such-list"),
        ("check", "--frobnicate"),
        ("frobnicate",),
        ("log",),
    ],
)
def test_wrong_use_exits_with_2_and_says_why_on_stderr(lived: Bevaka, command: tuple[str, ...]) -> None:
    said = lived(*command)
    assert (said.code, said.out) == (2, "")
    assert said.err
    assert "Traceback" not in said.err
