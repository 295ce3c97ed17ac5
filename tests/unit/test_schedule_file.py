"""The schedule file: the schedule that a valid one gives, and the mistakes that are reported of an invalid one."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.core.model import Cadence, Condition, Recipe, Schedule, Watch
from monitor.errors import ScheduleError
from monitor.schedule_file import read_schedule
from monitor.schedule_file.values import key
from monitor.wording.schedule_mistakes import mistake_sentence

ROOT = Path(__file__).parent.parent.parent
CASES = sorted((ROOT / "tests" / "data" / "schedule").iterdir())


def read(tmp_path: Path, text: str) -> Schedule:
    path = tmp_path / "schedule.yaml"
    path.write_text(text, encoding="utf-8")
    return read_schedule(path)


def only_watch(tmp_path: Path, *lines: str, head: str = "") -> Watch:
    body = "".join(f"    {line}\n" for line in lines)
    schedule = read(tmp_path, f"version: 1\n{head}watches:\n  county:\n{body}")
    (watch,) = schedule.watches
    return watch


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ScheduleError) as caught:
        read(tmp_path, text)
    return [f"{mistake.line}: {mistake.what}" for mistake in caught.value.mistakes]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_mistake_is_told_at_once_with_its_line_and_what_would_be_right(case: Path) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(case / "schedule.yaml")
    found = [f"{mistake.line}: {mistake.what}" for mistake in caught.value.mistakes]
    assert found == (case / "mistakes.txt").read_text(encoding="utf-8").splitlines()
    reasons = [mistake.reason for mistake in caught.value.mistakes]
    swedish = [mistake_sentence(reason, "sv") for reason in reasons if reason is not None]
    assert len(swedish) == len(found), "each can be said in Swedish as well"
    assert not [sentence for sentence in swedish if re.search(r"; (?:write|keep)|\bis not\b", sentence)]


def test_the_error_as_text_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text("version: 1\nwatches: {}\ncolour: red\n", encoding="utf-8")
    with pytest.raises(ScheduleError) as caught:
        read_schedule(path)
    assert str(caught.value).startswith(f"{path}:3: unknown key 'colour'")


def test_the_shipped_file_watches_the_two_targets() -> None:
    schedule = read_schedule(ROOT / "schedule.yaml")
    county, ordinance = schedule.watches
    assert county == Watch(
        key="lansstyrelsen-kalmar",
        name="Länsstyrelsen Kalmar: mäns våld mot kvinnor",
        url="https://www.nck.uu.se/kunskapsbanken/medverkande-myndigheter/?id=16",
        recipe=Recipe(expect="Länsstyrelsen Kalmar", documents=True),
        cadence=Cadence(every=timedelta(hours=1), between=(time(6), time(22))),
    )
    assert ordinance == Watch(
        key="sfs-2021-995",
        name="Förordning (2021:995) om länsstyrelsernas regionala arbete mot mäns våld mot kvinnor",
        url="https://data.riksdagen.se/dokument/sfs-2021-995",
        sfs="2021:995",
    )


def test_nothing_to_watch_is_a_valid_schedule(tmp_path: Path) -> None:
    assert read(tmp_path, "version: 1\nwatches: {}\n") == Schedule(watches=())


@pytest.mark.parametrize("pattern", [".*", ".", "(?s).+", r"\S+", r"[^\n]*", r"^.*$"])
def test_a_pattern_that_takes_away_every_text_is_refused(tmp_path: Path, pattern: str) -> None:
    (line,) = mistakes(tmp_path, f"version: 1\nwatches:\n  a:\n    url: https://a.example\n    ignore: ['{pattern}']\n")
    assert line.startswith(f"5: ignore: {pattern!r} takes away every text"), line


@pytest.mark.parametrize("pattern", [r"\d+", "[a-zåäö ]+", ".*senast.*", "^.{0,40}$", "", "Uppdaterad: .*"])
def test_a_pattern_that_takes_away_some_texts_is_not(tmp_path: Path, pattern: str) -> None:
    watch = only_watch(tmp_path, "url: https://a.example", f"ignore: ['x{pattern}', '{pattern or 'y'}']")
    assert watch.recipe.ignore[1] == (pattern or "y")


def test_every_key_reaches_the_watch(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("", encoding="ascii")
    watch = only_watch(
        tmp_path,
        'name: "Länet: våld"',
        "url: https://county.example/page?id=1#top",
        "every: 1h30m",
        'between: "22:00-06:30"',
        'keep: "main, #content"',
        'drop: [".related", "aside > ul"]',
        r"ignore: ['Besök: \d+']",
        "expect: Länet",
        "alert: any",
        "language: en",
        "timezone: Europe/Helsinki",
        "timeout: 45s",
        "max_size: 500kB",
        "patience: 12h",
        "ca_file: root.pem",
    )
    assert watch == Watch(
        key="county",
        name="Länet: våld",
        url="https://county.example/page?id=1#top",
        recipe=Recipe("main, #content", (".related", "aside > ul"), (r"Besök: \d+",), "Länet"),
        cadence=Cadence(timedelta(hours=1, minutes=30), None, (time(22), time(6, 30)), "Europe/Helsinki"),
        alert="any",
        language="en",
        timeout=timedelta(seconds=45),
        max_size=500_000,
        patience=timedelta(hours=12),
        ca_file=str(tmp_path / "root.pem"),
    )


def test_defaults_hold_for_watches_that_say_nothing(tmp_path: Path) -> None:
    head = (
        "timezone: UTC\ndefaults:\n  cron: '0 7 * * mon-fri'\n  language: en\n  timeout: 1m\n"
        "  max_size: 1MiB\n  host_delay: 0s\n  patience: 0s\n"
    )
    schedule = read(tmp_path, f"version: 1\n{head}watches:\n  county:\n    url: http://county.example\n")
    assert schedule == Schedule(
        watches=(
            Watch(
                key="county",
                name="county",
                url="http://county.example",
                cadence=Cadence(every=None, cron="0 7 * * mon-fri", timezone="UTC"),
                language="en",
                timeout=timedelta(minutes=1),
                max_size=2**20,
                patience=timedelta(0),
            ),
        ),
        timezone="UTC",
        language="en",
        host_delay=timedelta(0),
        timeout=timedelta(minutes=1),
        max_size=2**20,
    )


def test_a_watch_with_every_overrides_a_default_cron(tmp_path: Path) -> None:
    head = "defaults:\n  cron: '0 7 * * *'\n"
    watch = only_watch(tmp_path, "url: https://county.example", "every: 30s", head=head)
    assert (watch.cadence.every, watch.cadence.cron) == (timedelta(seconds=30), None)


def test_a_watch_with_cron_overrides_a_default_every(tmp_path: Path) -> None:
    head = "defaults:\n  every: 1h\n"
    watch = only_watch(tmp_path, "url: https://county.example", "cron: '*/30 * * * *'", head=head)
    assert (watch.cadence.every, watch.cadence.cron) == (None, "*/30 * * * *")


def test_defaults_with_everything_commented_out_are_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, "version: 1\ndefaults:\n  # every: 1h\nwatches: {}\n") == Schedule(watches=())


@pytest.mark.parametrize(
    ("sfs", "url"),
    [
        ('"2021:995"', "https://data.riksdagen.se/dokument/sfs-2021-995"),
        ("2021:995", "https://data.riksdagen.se/dokument/sfs-2021-995"),
        ("2021:50", "https://data.riksdagen.se/dokument/sfs-2021-50"),  # without quotes YAML 1.1 reads 121 310
        ("1909:29 s. 1", "https://data.riksdagen.se/dokument/sfs-1909-29%20s.%201"),
        ("1909:bih. 29 s. 1", "https://data.riksdagen.se/dokument/sfs-1909-bih.%2029%20s.%201"),
        ("1736:0123 2", "https://data.riksdagen.se/dokument/sfs-1736-0123%202"),
    ],
)
def test_a_law_is_read_from_the_open_data(tmp_path: Path, sfs: str, url: str) -> None:
    watch = only_watch(tmp_path, f"sfs: {sfs}")
    assert (watch.sfs, watch.url) == (sfs.strip('"'), url)


def test_a_law_can_be_read_from_a_mirror(tmp_path: Path) -> None:
    watch = only_watch(tmp_path, 'sfs: "2021:995"', "url: http://127.0.0.1:8080/sfs")
    assert (watch.sfs, watch.url) == ("2021:995", "http://127.0.0.1:8080/sfs")


def test_the_words_that_matter_reach_the_recipe(tmp_path: Path) -> None:
    words = ('only_if: {any: ["skyddat boende"], under: Bidrag}', "never_seen: true")
    recipe = only_watch(tmp_path, "url: https://county.example", "expect_not: Logga in", *words).recipe
    condition = Condition(any=("skyddat boende",), under="Bidrag")
    assert recipe == Recipe(expect_not="Logga in", only_if=condition, never_seen=True)
    assert not only_watch(tmp_path, "url: https://county.example", "never_seen: false").recipe.never_seen
    assert Recipe.from_json(recipe.to_json()) == recipe


def test_a_recipe_without_them_has_the_hash_that_it_always_had() -> None:
    assert Recipe(keep="main", ignore=("a",)).to_json() == '{"drop":[],"expect":null,"ignore":["a"],"keep":"main"}'


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("only_if: {}", 'only_if: is empty, and nothing would be told; write e.g. {any: ["skyddat boende"]}'),
        ("only_if:", "only_if: is empty"),
        ("only_if: {every: [a]}", "unknown key 'every'"),
        ("only_if: {aded: [a]}", "unknown key 'aded'; did you mean 'added'?"),
        ("only_if: {any: stöd}", 'any: a list is expected; write any: ["…"]'),
        ('only_if: {any: ["(stöd"]}', "any: '(stöd' is not an RE2 pattern (missing ): (stöd)"),
        ('only_if: {removed: ["(?=a)"]}', "removed: '(?=a)' is not an RE2 pattern"),
        ('only_if: {added: ["x*"]}', "added: 'x*' matches also where nothing is"),
        ("expect_not: '.*'", "expect_not: '.*' matches also where nothing is"),
        ("never_seen: ja", "never_seen: 'ja' is not known; write true or false"),
        ("never_seen:", "never_seen: needs a value"),
        ("never_seen: [true]", "never_seen: one value is expected, not a list"),
    ],
)
def test_words_that_cannot_be_looked_for_are_refused_with_their_line(tmp_path: Path, line: str, what: str) -> None:
    text = f"version: 1\nwatches:\n  county:\n    url: https://county.example\n    {line}\n"
    [found] = mistakes(tmp_path, text)
    assert found.startswith("5: ")
    assert what in found


def test_a_window_may_end_at_midnight(tmp_path: Path) -> None:
    watch = only_watch(tmp_path, "url: https://county.example", "between: 06:00-24:00")
    assert watch.cadence.between == (time(6), time(0))


def test_words_that_yaml_takes_for_booleans_and_numbers_can_be_keys_of_watches(tmp_path: Path) -> None:
    text = "version: 1\nwatches:\n  no: {url: 'https://no.example'}\n  2021: {url: 'https://year.example'}\n"
    assert [watch.key for watch in read(tmp_path, text).watches] == ["no", "2021"]


def test_an_alias_gives_what_its_anchor_says(tmp_path: Path) -> None:
    text = (
        "version: 1\nwatches:\n"
        "  one:\n    url: https://one.example\n    drop: &noise ['.related']\n"
        "  two:\n    url: https://two.example\n    drop: *noise\n"
    )
    assert [watch.recipe.drop for watch in read(tmp_path, text).watches] == [(".related",), (".related",)]


def test_aliases_of_aliases_are_refused_in_no_time(tmp_path: Path) -> None:
    levels = "".join(f"  - &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 30))
    assert mistakes(tmp_path, f"bomb:\n  - &a0 [x]\n{levels}version: 1\nwatches: {{}}\n") == [
        "1: unknown key 'bomb'; known are version, timezone, defaults, tags, watches"
    ]


def test_a_time_zone_of_very_many_parts_is_a_mistake_like_any_other(tmp_path: Path) -> None:
    zone = "Europe/" * 900 + "Stockholm"
    (line,) = mistakes(tmp_path, f"version: 1\ntimezone: {zone}\nwatches: {{}}\n")
    assert line.startswith("2: timezone: 'Europe/Europe/")
    assert "is not a time zone" in line


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    assert read(tmp_path, "\ufeffversion: 1\nwatches: {}\n") == Schedule(watches=())


def test_a_password_in_an_address_is_not_repeated(tmp_path: Path) -> None:
    (line,) = mistakes(tmp_path, "version: 1\nwatches:\n  a:\n    url: https://ann:hemligt@a.example\n")
    assert "hemligt" not in line


def test_a_missing_authority_is_told_together_with_other_mistakes(tmp_path: Path) -> None:
    text = "version: 1\nwatches:\n  a:\n    url: a.example\n    ca_file: none.pem\n"
    assert mistakes(tmp_path, text) == [
        "4: url: not a web address; write https://host/path",
        f"5: ca_file: no file 'none.pem' in {tmp_path}; write its path from there",
    ]


def test_a_missing_file_is_told_with_its_folder_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "schedule.yaml"
    with pytest.raises(ScheduleError) as caught:
        read_schedule(path)
    assert str(caught.value) == (
        f"{path}: no such file in {tmp_path}; make one there (bevaka init), or say with BEVAKA_SCHEDULE where it is"
    )


def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: cannot be read (Is a directory); mend that, or name another file with BEVAKA_SCHEDULE"
    )


@pytest.mark.parametrize(
    "name", [".", "..", ".hidden", "-x", "../a", "a/b", "a\\b", "a b", "a\x00", "a\n", 'a"', "%2e%2e", ""]
)
def test_a_key_that_could_be_a_path_a_header_or_an_option_is_no_key(name: str) -> None:
    with pytest.raises(ValueError, match="a letter or a digit"):
        key(name)


@pytest.mark.parametrize("deep", ["[" * 3000, "{a: " * 3000, "- " * 3000])
def test_what_is_nested_too_deeply_is_refused_before_it_is_read_to_its_end(tmp_path: Path, deep: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(f"watches: \n  {deep}")
    with pytest.raises(ScheduleError, match="nested too deeply"):
        read_schedule(path)
