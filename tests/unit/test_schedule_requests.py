"""What a watch sends beside its address, in the schedule file."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.core.model import Recipe, Watch
from monitor.core.request import Request
from monitor.errors import ScheduleError
from monitor.schedule_file import read_schedule
from monitor.schedule_file.edit import add_watch, edit_watch, raw_entry

VALUES = {"USER": "anna", "PASSWORD": "h3mligt", "TOKEN": "tok-4711"}


def read(folder: Path, text: str, credentials: Mapping[str, str] | None = None) -> tuple[Watch, ...]:
    path = folder / "schedule.yaml"
    path.write_text(f"version: 1\n{text}", encoding="utf-8")
    return read_schedule(path, credentials).watches


def mistakes(folder: Path, text: str, credentials: Mapping[str, str]) -> list[str]:
    with pytest.raises(ScheduleError) as caught:
        read(folder, text, credentials)
    return [f"{mistake.line}: {mistake.what}" for mistake in caught.value.mistakes]


def only(folder: Path, *lines: str, head: str = "") -> Watch:
    (watch,) = read(folder, f"{head}watches:\n  a:\n" + "".join(f"    {line}\n" for line in lines), VALUES)
    return watch


def test_what_is_sent_is_part_of_the_recipe_by_the_names_of_credentials(tmp_path: Path) -> None:
    watch = only(
        tmp_path,
        "url: https://a.example",
        'headers: {Accept-Language: sv, X-Key: "a ${TOKEN}"}',
        'cookies: {choice: "${TOKEN}", n: 1}',
        "method: POST",
        'body: {q: "våld", page: 1, empty: "", key: "${TOKEN}"}',
        'auth: {user: "${USER}", password: "${PASSWORD}"}',
        "proxy: socks5h://${USER}:${PASSWORD}@127.0.0.1:1080",
    )
    assert watch.recipe == Recipe(
        request=Request(
            "POST",
            headers=(("Accept-Language", "sv"), ("X-Key", "a ${TOKEN}")),
            cookies=(("choice", "${TOKEN}"), ("n", "1")),
            form=(("q", "våld"), ("page", "1"), ("empty", ""), ("key", "${TOKEN}")),
            auth=("${USER}", "${PASSWORD}"),
        )
    )
    assert watch.proxy == "socks5h://${USER}:${PASSWORD}@127.0.0.1:1080"


def test_a_body_is_a_text_and_json_is_json(tmp_path: Path) -> None:
    text = only(tmp_path, "url: https://a.example", "method: POST", "body: |", "  <a>", "    ${TOKEN}</a>")
    assert text.recipe.request == Request("POST", body="<a>\n  ${TOKEN}</a>\n")
    values = "json: {q: [våld, 1, 2.50, true, null, ~], key: {deep: '${TOKEN}', n: '1'}}"
    sent = only(tmp_path, "url: https://a.example", "method: POST", values)
    assert sent.recipe.request is not None
    assert sent.recipe.request.json == '{"q":["våld",1,2.5,true,null,null],"key":{"deep":"${TOKEN}","n":"1"}}'


def test_a_watch_that_says_nothing_of_it_is_what_it_was(tmp_path: Path) -> None:
    watch = only(tmp_path, "url: https://a.example")
    assert (watch.recipe, watch.proxy) == (Recipe(), None)


def test_headers_and_a_proxy_of_the_defaults_are_for_every_page_and_a_law_has_the_proxy(tmp_path: Path) -> None:
    head = "defaults: {headers: {Accept-Language: sv, DNT: 1}, proxy: http://proxy.example:3128}\n"
    text = (
        "watches:\n"
        "  a: {url: https://a.example}\n"
        "  b: {url: https://b.example, headers: {accept-language: en}, proxy: none}\n"
        "  c: {url: https://c.example, proxy: socks5h://10.0.0.1:1}\n"
        '  law: {sfs: "2021:995"}\n'
    )
    a, b, c, law = read(tmp_path, head + text)
    assert a.recipe.request == Request(headers=(("Accept-Language", "sv"), ("DNT", "1")))
    assert b.recipe.request == Request(headers=(("DNT", "1"), ("accept-language", "en")))
    assert [each.proxy for each in (a, b, c, law)] == [
        "http://proxy.example:3128",
        None,
        "socks5h://10.0.0.1:1",
        "http://proxy.example:3128",
    ]
    assert law.recipe.request is None


WATCH = "watches:\n  a:\n    url: https://a.example\n"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            '    headers:\n      X-Key: "a ${TOKN}"\n',
            "6: headers: ${TOKN} is not set; set BEVAKA_CREDENTIAL_TOKN, or did you mean 'TOKEN'?",
        ),
        (
            '    auth:\n      user: anna\n      password: "${NOBODY}"\n',
            "7: auth: ${NOBODY} is not set; set BEVAKA_CREDENTIAL_NOBODY",
        ),
        (
            '    method: POST\n    json:\n      list:\n        - "${NOBODY}"\n',
            "8: json: ${NOBODY} is not set; set BEVAKA_CREDENTIAL_NOBODY",
        ),
        ('    proxy: "${NOBODY}"\n', "5: proxy: ${NOBODY} is not set; set BEVAKA_CREDENTIAL_NOBODY"),
    ],
)
def test_a_credential_that_is_not_set_is_refused_by_line_and_name(tmp_path: Path, lines: str, told: str) -> None:
    assert mistakes(tmp_path, WATCH + lines, VALUES) == [told]
    read(tmp_path, WATCH + lines)  # whoever edits the file may not know them


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            '    headers: {X-Key: "${ODD}"}\n',
            "5: headers.X-Key: cannot be sent as it is set: it has a line break or a control character",
        ),
        (
            '    cookies: {c: "${ODD}"}\n',
            "5: cookies.c: cannot be sent as it is set: it has a space, a comma, a semicolon or a quote",
        ),
        (
            '    auth: {user: "${COLON}", password: "${ODD}"}\n',
            "5: auth.user: cannot be sent as it is set: it has a colon",
        ),
        ('    proxy: "${ODD}"\n', "5: proxy: cannot be sent as it is set: not the address of a proxy with its port; "),
    ],
)
def test_a_value_that_cannot_be_sent_is_refused_and_never_quoted(tmp_path: Path, lines: str, told: str) -> None:
    (found,) = mistakes(tmp_path, WATCH + lines, {"ODD": "h3mligt\r\nX: y", "COLON": "h3m:ligt"})
    assert found.startswith(told)
    assert "h3m" not in found


def test_a_secret_that_is_written_out_is_not_repeated(tmp_path: Path) -> None:
    for lines in (
        "    auth: {user: anna, password: h3mligt}\n",
        "    headers: {Authorization: Bearer h3mligt}\n",
        "    proxy: http://anna:h3mligt@proxy.example:3128\n",
        "    proxy: ftp://h3mligt@proxy.example:3128\n",
        "    cookies: {c: 'h3mligt; x'}\n",
    ):
        (found,) = mistakes(tmp_path, WATCH + lines, {})
        assert "h3mligt" not in found


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("headers", "{X-Way: '" + "a" * 8_001 + "'}"),
        ("headers", "{" + ", ".join(f"X-{number}: a" for number in range(51)) + "}"),
        ("cookies", "{c: '" + "a" * 8_001 + "'}"),
        ("body", "a" * 100_001),
        ("body", "{a: " + "a" * 100_001 + "}"),
        ("json", "{a: " + "a" * 100_001 + "}"),
    ],
)
def test_what_is_sent_is_limited(tmp_path: Path, key: str, value: str) -> None:
    method = "    method: POST\n" if key in {"body", "json"} else ""
    (found,) = mistakes(tmp_path, f"{WATCH}{method}    {key}: {value}\n", {})
    assert "write at most" in found


def test_what_is_sent_is_added_and_edited_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(
        "version: 1\nwatches:\n  county:   # ours\n    url: https://a.example\n"
        "    headers:\n      # why\n      X-A: '1'\n",
        encoding="utf-8",
    )
    entry: dict[str, Any] = {"url": "https://b.example", "method": "POST", "json": {"q": ["våld", 1, True, None]}}
    add_watch(path, "new", entry, VALUES).save()
    edit_watch(path, "county", {"name": "Länet"}).save()
    assert raw_entry(path, "county")["headers"] == {"X-A": "1"}
    edit_watch(path, "county", {"headers": {"X-B": "${TOKEN}"}, "auth": {"user": "a", "password": "${TOKEN}"}}).save()
    text = path.read_text(encoding="utf-8")
    assert '    headers: {"X-B": "${TOKEN}"}\n' in text
    assert "  county:   # ours\n" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    county, new = read_schedule(path, VALUES).watches
    assert county.recipe.request == Request(headers=(("X-B", "${TOKEN}"),), auth=("a", "${TOKEN}"))
    assert new.recipe.request == Request("POST", json='{"q":["våld",1,true,null]}')


def test_what_a_tag_says_is_sent_for_its_pages_where_they_say_nothing_themselves(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(
        "version: 1\n"
        "tags: {a: {headers: {X-A: '1'}, method: POST, body: q=1, proxy: 'http://127.0.0.1:1'}}\n"
        "watches:\n"
        "  page: {url: 'https://a.example/', tags: [a]}\n"
        "  own: {url: 'https://b.example/', tags: [a], json: {q: 2}, method: POST, proxy: none}\n"
        "  law: {sfs: '2021:995', tags: [a]}\n",
        encoding="utf-8",
    )
    page, own, law = read_schedule(path).watches
    assert page.recipe.request == Request("POST", (("X-A", "1"),), body="q=1")
    assert own.recipe.request == Request("POST", (("X-A", "1"),), json='{"q":2}')
    assert (law.recipe.request, law.proxy) == (None, "http://127.0.0.1:1")
    assert (page.proxy, own.proxy) == ("http://127.0.0.1:1", None)


@pytest.mark.parametrize("empty", ["", " {}", " ~"])
def test_a_tag_that_says_nothing_sends_nothing(tmp_path: Path, empty: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(
        f"version: 1\ntags:\n  a:{empty}\nwatches: {{page: {{url: 'https://a.example/', tags: [a]}}}}\n",
        encoding="utf-8",
    )
    [page] = read_schedule(path).watches
    assert page.recipe.request is None


def test_what_is_wrong_in_what_a_tag_sends_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\ntags: {a: {headers: {Host: x}}}\nwatches: {}\n", encoding="utf-8")
    with pytest.raises(ScheduleError, match=r"schedule.yaml:2: headers"):
        read_schedule(path)
