"""Adding, editing and removing watches in a hand-written schedule file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.core.model import Condition
from monitor.errors import ScheduleError, ScheduleNotWritten, UnknownWatch
from monitor.schedule_file import read_schedule
from monitor.schedule_file.edit import WatchRefused, add_watch, edit_watch, raw_entry, remove_watch

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent.parent / "data" / "schedule_add"
LAW = {"sfs": "2023:30"}


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_everything_else_in_the_file_stays_as_it_was(case: str, tmp_path: Path) -> None:
    before, after = ((CASES / case / f"{which}.yaml").read_bytes() for which in ("before", "after"))
    path = tmp_path / "schedule.yaml"
    path.write_bytes(before)
    known = read_schedule(path).watches
    schedule = add_watch(path, "sfs-2023-30", LAW).save()
    assert path.read_bytes() == after
    assert schedule.watches[:-1] == known
    assert (schedule.watches[-1].key, schedule.watches[-1].sfs) == ("sfs-2023-30", "2023:30")
    assert read_schedule(path) == schedule
    assert [each.name for each in tmp_path.iterdir()] == ["schedule.yaml"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_files_own_line_ends_are_kept(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_bytes(f"version: 1{line_end}watches:{line_end}  a:{line_end}    url: https://a.example".encode())
    add_watch(path, "b", {"url": "https://b.example"}).save()
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(line_end.encode()) == 6


@pytest.mark.parametrize(
    ("key", "written"), [("123", '"123"'), ("yes", '"yes"'), ("2026-03-01", '"2026-03-01"'), ("län-1", "län-1")]
)
def test_a_key_that_yaml_takes_for_something_else_is_quoted(tmp_path: Path, key: str, written: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    assert add_watch(path, key, LAW).save().watches[0].key == key
    assert f"  {written}:\n" in path.read_text(encoding="utf-8")


def test_a_name_with_quotes_colons_and_hashes_comes_back_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    name = 'Länet: "våld" # 1 \\ 2'
    schedule = add_watch(path, "county", {"name": name, "url": "https://a.example/?a=1#b"}).save()
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
        add_watch(path, "sfs-2023-30", LAW).save()
    assert said in str(caught.value)
    assert path.read_text(encoding="utf-8") == text
    assert [each.name for each in tmp_path.iterdir()] == ["schedule.yaml"]


@pytest.mark.parametrize(
    ("key", "entry", "said"),
    [
        ("law", {"sfs": "20:x"}, "^sfs: '20:x' is not an SFS number; "),
        ("a", {"url": "https://b.example"}, "^a watch is called 'a' already"),
        ("b", {"url": "https://a.example"}, "^https://a.example is watched already, as a"),
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
        add_watch(path, key, entry).save()
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    with pytest.raises(WatchRefused):
        add_watch(path, "law", {"sfs": "20:x"}).save()
    assert list(tmp_path.iterdir()) == []
    assert add_watch(path, "law", LAW).save() == read_schedule(path)
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_file_keeps_who_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\n", encoding="utf-8")
    path.chmod(0o640)
    add_watch(path, "law", LAW).save()
    assert path.stat().st_mode & 0o777 == 0o640


# Editing


FILE = """\
# What we watch
version: 1
watches:
  # The county
  county:
    name: "The county"   # as the mails say
    url: https://a.example/
    every: 1h
    drop:
      # navigation
      - .menu
      - "#foot"
    expect: >-
      Våld i nära
      relationer

  law:
    sfs: "2021:995"   # § by §
    # a comment at the end
  other: {url: https://b.example/}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a hand-written schedule file."""
    file = tmp_path / "schedule.yaml"
    file.write_text(FILE, encoding="utf-8")
    return file


def test_a_value_is_replaced_where_it_stands_and_its_comment_stays(path: Path) -> None:
    edited = edit_watch(path, "county", {"name": 'The "county"', "every": "30m"})
    assert path.read_text(encoding="utf-8") == FILE  # nothing is saved yet
    edited.save()
    assert path.read_text(encoding="utf-8") == FILE.replace('"The county"', '"The \\"county\\""').replace(
        "every: 1h", "every: 30m"
    )
    assert [each.name for each in path.parent.iterdir()] == ["schedule.yaml"]


def test_a_value_of_several_lines_is_replaced_as_a_whole(path: Path) -> None:
    edited = edit_watch(path, "county", {"drop": [".menu"], "expect": "Våld"})
    assert '    drop: [".menu"]\n    expect: "Våld"\n\n  law:' in edited.text
    watch = edited.schedule.watches[0]
    assert (watch.recipe.drop, watch.recipe.expect) == ((".menu",), "Våld")


def test_keys_come_and_go(path: Path) -> None:
    edited = edit_watch(path, "county", {"drop": None, "expect": None, "keep": "main", "between": "06:00-22:00"})
    assert '    every: 1h\n    keep: main\n    between: "06:00-22:00"\n\n  law:' in edited.text
    recipe = edited.schedule.watches[0].recipe
    assert (recipe.keep, recipe.drop, recipe.expect) == ("main", (), None)
    law = edit_watch(path, "law", {"name": "Lagen"})
    assert '    sfs: "2021:995"   # § by §\n    name: Lagen\n    # a comment at the end\n' in law.text


def test_flags_are_written_without_quotes(path: Path) -> None:
    edited = edit_watch(path, "county", {"documents": "false", "never_seen": "true", "name": "true"})
    assert '    name: "true"   # as the mails say\n' in edited.text
    assert "    documents: false\n    never_seen: true\n" in edited.text
    added = add_watch(path, "news", {"follow": "https://c.example/news", "pages": "true"})
    assert "    pages: true\n" in added.text


def test_what_the_file_says_of_a_watch_is_given_as_it_is_written(path: Path) -> None:
    assert raw_entry(path, "county") == {
        "name": "The county",
        "url": "https://a.example/",
        "every": "1h",
        "drop": [".menu", "#foot"],
        "expect": "Våld i nära relationer",
    }
    with pytest.raises(UnknownWatch):
        raw_entry(path, "nobody")


def test_a_watch_with_keys_under_a_key_can_be_edited(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(
        "version: 1\nwatches:\n  a:\n    url: https://a.example\n    only_if: {any: [b]}\n", encoding="utf-8"
    )
    (watch,) = edit_watch(path, "a", {"drop": [".c"]}).save().watches
    assert watch.recipe.drop == (".c",)
    assert watch.recipe.only_if is not None


@pytest.mark.parametrize(
    ("key", "changes", "error", "said"),
    [
        (
            "county",
            {"every": "soon", "keep": "::"},
            WatchRefused,
            "^every: 'soon' is not a duration.*\nkeep: '::' is not",
        ),
        ("county", {"url": None}, WatchRefused, "says nothing to look at"),
        ("law", {"colour": "red"}, WatchRefused, "unknown key 'colour'"),
        ("other", {"every": "1h"}, ScheduleError, ":20: watch 'other' stands in braces"),
        ("nobody", {"every": "1h"}, UnknownWatch, "nobody"),
    ],
)
def test_an_edit_that_would_be_a_mistake_is_refused(
    path: Path, key: str, changes: dict[str, str | None], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        edit_watch(path, key, changes)
    assert path.read_text(encoding="utf-8") == FILE


def test_a_watch_with_keys_under_a_key_is_edited_and_they_stay(path: Path) -> None:
    before = path.read_text(encoding="utf-8")
    path.write_text(
        before + "  words:\n    url: https://words.example\n    only_if: {any: [stöd]} # ours\n", encoding="utf-8"
    )
    schedule = edit_watch(path, "words", {"every": "2h", "never_seen": "true"}).save()
    added = schedule.watches[-1]
    assert (added.recipe.only_if, added.recipe.never_seen) == (Condition(any=("stöd",)), True)
    assert "    only_if: {any: [stöd]} # ours\n" in path.read_text(encoding="utf-8")
    assert "    never_seen: true\n" in path.read_text(encoding="utf-8")
    assert edit_watch(path, "words", {"only_if": {"added": ["jour"]}, "never_seen": "false"}).schedule.watches[
        -1
    ].recipe.only_if == Condition(added=("jour",))
    assert not edit_watch(path, "words", {"never_seen": None}).schedule.watches[-1].recipe.never_seen


def test_a_watch_is_removed_with_its_own_lines_and_no_other(path: Path) -> None:
    remove_watch(path, "law").save()
    after = FILE.replace('\n  law:\n    sfs: "2021:995"   # § by §\n    # a comment at the end\n', "")
    assert path.read_text(encoding="utf-8") == after
    remove_watch(path, "other").save()
    schedule = remove_watch(path, "county").save()
    assert schedule.watches == ()
    assert path.read_text(encoding="utf-8") == "# What we watch\nversion: 1\nwatches: {}\n  # The county\n"
    with pytest.raises(UnknownWatch):
        remove_watch(path, "county")


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_every_watch_of_every_file_can_be_edited_and_removed_or_is_refused_whole(case: str, tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_bytes((CASES / case / "after.yaml").read_bytes())
    before = read_schedule(path)
    for watch in before.watches:
        try:
            edited = edit_watch(path, watch.key, {"name": "Nytt namn", "drop": [".a", ".b"]})
        except ScheduleError as error:
            assert "stands in braces" in str(error)  # noqa: PT017  the file's form decides
            continue
        after = next(each for each in edited.schedule.watches if each.key == watch.key)
        assert (after.name, after.recipe.drop) == ("Nytt namn", (".a", ".b"))
        assert remove_watch(path, watch.key).schedule.watches == tuple(w for w in before.watches if w != watch)
    path.write_bytes(Path("schedule.yaml").read_bytes())
    for watch in read_schedule(path).watches:
        assert edit_watch(path, watch.key, {"patience": "5d"}).schedule.watches


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_edit_keeps_line_ends_and_a_byte_order_mark(tmp_path: Path, line_end: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", line_end).encode())
    for edited in (edit_watch(path, "county", {"name": "Nytt", "keep": "main"}), remove_watch(path, "law")):
        edited.save()
        raw = path.read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.count(b"\n") == raw.count(line_end.encode())


def test_a_file_that_a_link_leads_to_is_edited_where_it_is(tmp_path: Path, path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = path.rename(tmp_path / "elsewhere" / "real.yaml")
    path.symlink_to(target)
    edit_watch(path, "law", {"name": "Lagen"}).save()
    assert path.is_symlink()
    assert "    name: Lagen\n" in target.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_as_a_whole_stays_and_leaves_no_draft(path: Path, tmp_path: Path) -> None:
    edited, before = add_watch(path, "new", {"url": "https://a.example/new"}), path.read_bytes()
    program = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "from pathlib import Path; from monitor.schedule_file.edit import add_watch\n"
        "add_watch(Path(sys.argv[1]), 'new', {'url': 'https://a.example/new'}).save()\n"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "ScheduleNotWritten" in done.stderr
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".*"))
    path.chmod(0o444)
    if not os.access(path, os.W_OK):  # who may write everything is not kept from it
        with pytest.raises(ScheduleNotWritten, match="protected against writing"):
            edited.save()
        assert path.read_bytes() == before
