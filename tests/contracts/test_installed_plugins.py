"""Plug-ins of an installed package: the one that docs/plugins.md shows, built and installed as it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.fakes.site import Answer, Site

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
TSV = "Antal beviljade bidrag\nLän\tAntal\nNorrvik\t12\n"

Run = Callable[..., CompletedProcess[str]]


def package(folder: Path) -> Path:
    """Write the package of the guide: each code block goes into the file that the text before it names."""
    blocks = re.split(r"```(?:toml|python)\n(.*?)```", GUIDE, flags=re.DOTALL)
    for before, code in zip(blocks[::2], blocks[1::2], strict=False):
        name = re.findall(r"`(pyproject\.toml|bevaka_example/\w+\.py)`", before)[-1]
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code, encoding="utf-8")
    (folder / "bevaka_example" / "__init__.py").touch()
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package of the guide is installed in, as pip does it, without asking any index."""
    source, target = package(tmp_path_factory.mktemp("source")), tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--target", str(target), str(source)]
    done = subprocess.run([*command, *options], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Runs a command of Bevaka in an empty folder, with the package beside it."""

    def run(*arguments: str, also: Path | None = None, **settings: str) -> CompletedProcess[str]:
        paths = [str(path) for path in (installed, also) if path is not None]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BEVAKA_")}
        environment |= {"PYTHONPATH": os.pathsep.join(paths), "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8", **settings}
        command = [sys.executable, str(ROOT / "main.py"), *arguments]
        return subprocess.run(command, cwd=tmp_path, env=environment, check=False, capture_output=True, text=True)

    return run


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site() as site:
        site.pages["/figures"] = Answer("<h1>Not this one</h1>")
        site.pages["/figures.tsv"] = Answer(TSV, content_type="text/tab-separated-values; charset=utf-8")
        (tmp_path / "schedule.yaml").write_text(
            f"version: 1\ndefaults: {{host_delay: 0s}}\nwatches:\n  figures: {{url: '{site.url}/figures'}}\n"
        )
        yield site


def plugins_line(done: CompletedProcess[str]) -> dict[str, str]:
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    [found] = [row for row in rows if row["check"] == "plug-ins"]
    return {name: str(value) for name, value in found.items()}


def test_doctor_lists_what_is_loaded_and_from_where(run: Run) -> None:
    found = plugins_line(run("doctor", "--json"))
    assert found["state"] == "ok"
    assert "fetchers: mirror (bevaka-example 1.0), http, riksdagen" in found["what"]
    assert "extractors: tsv (bevaka-example 1.0), law" in found["what"]
    assert "notifiers: journal (bevaka-example 1.0), email, maildir" in found["what"]


def test_all_three_take_part_in_a_check_and_its_mail(run: Run, site: Site, tmp_path: Path) -> None:
    journal = {"BEVAKA_NOTIFIER": "journal", "BEVAKA_CREDENTIAL_JOURNAL": str(tmp_path / "journal.txt")}
    assert run("subscribers", "add", "ann@kommun.example").returncode == 0
    assert run("check", "--json").returncode == 0
    assert run("subscribe", "figures", "ann@kommun.example").returncode == 0
    site.pages["/figures.tsv"] = Answer(TSV.replace("12", "14"), content_type="text/tab-separated-values")
    changed = run("check", "--json")
    assert json.loads(changed.stdout)["outcome"] == "changed", changed.stderr
    assert site.asked("/figures.tsv")
    assert not site.asked("/figures")
    [block] = json.loads(run("diff", "figures", "--json").stdout)["blocks"]
    assert (block["before"], block["after"], block["heading"]) == (
        "Norrvik | 12",
        "Norrvik | 14",
        ["Antal beviljade bidrag"],
    )
    assert run("deliver", **journal).returncode == 0
    [line] = (tmp_path / "journal.txt").read_text(encoding="utf-8").splitlines()
    assert line.startswith("ann@kommun.example\tÄndrad: ")


def test_a_recipe_counts_and_an_empty_answer_is_not_seen(run: Run, site: Site, tmp_path: Path) -> None:
    schedule = tmp_path / "schedule.yaml"
    schedule.write_text(schedule.read_text().replace("/figures'}", "/figures', ignore: ['\\d+'], expect: Norrvik}"))
    assert run("check", "--json").returncode == 0
    site.pages["/figures.tsv"] = Answer(TSV.replace("12", "14"), content_type="text/tab-separated-values")
    assert json.loads(run("check", "--json").stdout)["outcome"] == "unchanged"
    for text, reason in (("\n", "innehöll ingen text"), (TSV.replace("Norrvik", "Sörvik"), "”Norrvik” saknas")):
        site.pages["/figures.tsv"] = Answer(text, content_type="text/tab-separated-values")
        seen = json.loads(run("check", "--json").stdout)
        assert seen["outcome"] == "not_seen"
        assert reason in seen["reason"]


def test_a_defect_of_a_fetcher_stops_no_other_page_and_is_said_with_its_package(
    run: Run, site: Site, tmp_path: Path
) -> None:
    code = (
        "class Other:\n    NAME = 'other'\n    def __init__(self, client): ...\n"
        "    def claims(self, watch):\n        return watch.key == 'broken'\n"
        "    def fetch(self, watch, validators):\n        raise KeyError('x')\n"
    )
    with (tmp_path / "schedule.yaml").open("a") as schedule:
        schedule.write("  broken: {url: 'http://broken.example/'}\n")
    done = run("check", "--json", also=other_package(tmp_path, "bevaka.fetchers", code))
    assert done.returncode == 3
    rows = {row["watch"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert rows["figures"]["outcome"] == "first"
    assert rows["broken"]["outcome"] == "not_seen"
    assert rows["broken"]["reason"] == (
        "sidan kunde inte läsas på grund av ett fel i tillägget bevaka_other (KeyError)"
    )


def test_a_notifier_that_lacks_a_setting_says_which(run: Run, site: Site) -> None:
    assert run("check").returncode == 0
    done = run("deliver", BEVAKA_NOTIFIER="journal")
    assert (done.returncode, done.stderr) == (
        2,
        "error: BEVAKA_CREDENTIAL_JOURNAL: not set; write the path of a file\n",
    )
    rows = [json.loads(line) for line in run("doctor", "--json", BEVAKA_NOTIFIER="journal").stdout.splitlines()]
    [found] = [row for row in rows if row["check"] == "mail server"]
    assert (found["state"], found["what"]) == (
        "problem",
        "BEVAKA_CREDENTIAL_JOURNAL: not set; write the path of a file",
    )


def test_a_notifier_of_no_package_is_a_mistake_in_the_settings(run: Run, site: Site) -> None:
    done = run("deliver", BEVAKA_NOTIFIER="jurnal")
    assert done.returncode == 2
    assert "BEVAKA_NOTIFIER: no notifier is called 'jurnal'; there are email, journal, maildir" in done.stderr


def other_package(folder: Path, group: str, code: str) -> Path:
    """A second package as it lies when it is installed, with one class `Other` in a group."""
    (folder / "bevaka_other.py").write_text(code, encoding="utf-8")
    about = folder / "bevaka_other-2.5.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: bevaka-other\nVersion: 2.5\n")
    (about / "entry_points.txt").write_text(f"[{group}]\nother = bevaka_other:Other\n")
    return folder


def test_two_classes_of_one_name_are_an_error_that_names_both_packages(run: Run, site: Site, tmp_path: Path) -> None:
    code = "class Other:\n    NAME, VERSION = 'tsv', 1\n    claims = extract = lambda *given: None\n"
    also = other_package(tmp_path, "bevaka.extractors", code)
    done = run("check", also=also)
    words = (
        "bevaka_other.Other (bevaka-other 2.5) and bevaka_example.tsv.Tsv (bevaka-example 1.0) are both called 'tsv'"
    )
    assert (done.returncode, done.stderr) == (2, f"error: {words}\n")
    found = plugins_line(run("doctor", "--json", also=also))
    assert (found["state"], found["what"], found["fix"]) == ("problem", words, "Uninstall one of the two packages")


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("Other = 1\n", "it is no class"),
        ("class Other:\n    NAME = 'x'\n", "the class has no VERSION, claims, extract"),
        (
            "class Other:\n    NAME, VERSION = 'x', 1\n    claims = extract = lambda self, fetched: None\n",
            "extract(fetched, recipe) cannot be called: too many positional arguments",
        ),
    ],
)
def test_a_class_that_cannot_be_used_is_said_with_its_package(
    run: Run, site: Site, tmp_path: Path, code: str, detail: str
) -> None:
    done = run("check", also=other_package(tmp_path, "bevaka.extractors", code))
    origin = "bevaka-other 2.5"
    words = f"the plug-in bevaka_other:Other of {origin} cannot be used: {detail}; mend or uninstall {origin}"
    assert (done.returncode, done.stderr) == (2, f"error: {words}\n")
