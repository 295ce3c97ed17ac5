"""Adding a watch to a hand-written schedule file."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ScheduleError
from monitor.schedule_file import read_schedule
from monitor.schedule_file.add import WatchRefused, add_watch

CASES = Path(__file__).parent.parent / "data" / "schedule_add"
LAW = {"sfs": "2023:30"}


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_everything_else_in_the_file_stays_as_it_was(case: str, tmp_path: Path) -> None:
    before, after = ((CASES / case / f"{which}.yaml").read_bytes() for which in ("before", "after"))
    path = tmp_path / "schedule.yaml"
    path.write_bytes(before)
    known = read_schedule(path).watches
    schedule = add_watch(path, "sfs-2023-30", LAW)
    assert path.read_bytes() == after
    assert schedule.watches[:-1] == known
    assert (schedule.watches[-1].key, schedule.watches[-1].sfs) == ("sfs-2023-30", "2023:30")
    assert read_schedule(path) == schedule
    assert [each.name for each in tmp_path.iterdir()] == ["schedule.yaml"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_files_own_line_ends_are_kept(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_bytes(f"version: 1{line_end}watches:{line_end}  a:{line_end}    url: https://a.example".encode())
    add_watch(path, "b", {"url": "https://b.example"})
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(line_end.encode()) == 6


@pytest.mark.parametrize(
    ("key", "written"), [("123", '"123"'), ("yes", '"yes"'), ("2026-03-01", '"2026-03-01"'), ("län-1", "län-1")]
)
def test_a_key_that_yaml_takes_for_something_else_is_quoted(tmp_path: Path, key: str, written: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    assert add_watch(path, key, LAW).watches[0].key == key
    assert f"  {written}:\n" in path.read_text(encoding="utf-8")


def test_a_name_with_quotes_colons_and_hashes_comes_back_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    name = 'Länet: "våld" # 1 \\ 2'
    schedule = add_watch(path, "county", {"name": name, "url": "https://a.example/?a=1#b"})
    assert (schedule.watches[0].name, schedule.watches[0].url) == (name, "https://a.example/?a=1#b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1\nwatches: {a: {url: https://a.example}}\n", ":2: watches stand in braces"),
        ("version: 1\nwatches: {\n}\n", ":2: watches: {} stands on several lines"),
        ("version: 2\nwatches: {}\n", ":1: "),
        ("version: 1\nx: &x {url: https://a.example}\nwatches: {}\n", ":2: unknown key"),
    ],
)
def test_a_file_that_cannot_be_added_to_stays_as_it_was(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScheduleError) as caught:
        add_watch(path, "sfs-2023-30", LAW)
    assert said in str(caught.value)
    assert path.read_text(encoding="utf-8") == text
    assert [each.name for each in tmp_path.iterdir()] == ["schedule.yaml"]


@pytest.mark.parametrize(
    ("key", "entry", "said"),
    [
        ("law", {"sfs": "20:x"}, "^sfs: '20:x' is not an SFS number; "),
        ("a", {"url": "https://b.example"}, "^'a' is there twice"),
        ("a b", {"url": "nowhere"}, "^watch 'a b': a key has letters.*\nurl: not a web address"),
    ],
)
def test_what_would_be_a_mistake_is_told_without_a_line_and_not_written(
    tmp_path: Path, key: str, entry: dict[str, str], said: str
) -> None:
    path = tmp_path / "schedule.yaml"
    text = "version: 1\nwatches:\n  a:\n    url: https://a.example\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WatchRefused, match=said):
        add_watch(path, key, entry)
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    with pytest.raises(WatchRefused):
        add_watch(path, "law", {"sfs": "20:x"})
    assert list(tmp_path.iterdir()) == []
    assert add_watch(path, "law", LAW) == read_schedule(path)
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    path.chmod(0o640)
    add_watch(path, "law", LAW)
    assert path.stat().st_mode & 0o777 == 0o640
