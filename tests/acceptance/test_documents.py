"""Documents of a page, from outside: files by themselves, `documents: true`, and what shows and proves them."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.program import ROOT, Bevaka
from tests.fakes.office import docx, ods, paragraph, xlsx
from tests.fakes.site import Answer, Site

VERIFIER = ROOT / "bevaka" / "proof" / "verify.py"
OUTCOME = {"url", "title", "outcome", "sha256", "bytes"}


def plan(day: str) -> Answer:
    body = docx(paragraph("Regional handlingsplan", "Rubrik1"), f"Redovisa senast den {day}.")
    return Answer(body, content_type="application/octet-stream", headers={"Date": "Mon, 02 Mar 2026 08:00:00 GMT"})


def sheet(amount: int) -> Answer:
    return Answer(xlsx({"Bidrag": [["Län", "Belopp"], ["Kalmar", amount]]}), content_type=None)


def page(*links: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{to}">{words}</a></li>' for words, to in links)
    return (
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Länet</title><main><h1>Våld i nära relationer</h1>"
        f"<p>Länsstyrelsen samordnar arbetet i länet.</p><ul>{items}</ul></main></html>"
    )


BOTH = (("Regional handlingsplan (docx, 1 MB)", "/plan.docx"), ("Bidrag", "/bidrag.xlsx"))


@pytest.fixture
def publish(bevaka: Bevaka, site: Site) -> Callable[..., None]:
    """Return a function that sets what the site has, by path."""
    bevaka.schedule(f'  lan: {{name: "Länet", url: {site.url}/, documents: true}}\n')

    def put(**answers: Answer | str) -> None:
        for name, answer in answers.items():
            path = {"page": "/", "plan": "/plan.docx", "sheet": "/bidrag.xlsx"}[name]
            site.pages[path] = Answer(answer) if isinstance(answer, str) else answer

    put(page=page(*BOTH), plan=plan("1 mars"), sheet=sheet(1_200_000))
    return put


@pytest.mark.slow
def test_a_life_of_a_page_with_documents(
    bevaka: Bevaka, site: Site, publish: Callable[..., None], tmp_path: Path
) -> None:
    first = bevaka("check", "--json")
    assert (first.code, first.row["outcome"], first.row["owed"]) == (0, "first", 0)
    assert [set(each) for each in first.row["documents"]] == [OUTCOME, OUTCOME]
    bevaka("subscribe", "lan", "ann@kommun.example")

    publish(plan=plan("1 april"))
    changed = bevaka("check", "--json").row
    assert (changed["outcome"], changed["revision"], changed["material"], changed["owed"]) == ("changed", 2, True, 1)
    assert changed["summary"]["sv"] == "Dokumentet ”Regional handlingsplan” ändrat: tidsfrist ändrad: 1 mars → 1 april"
    assert [each["outcome"] for each in changed["documents"]] == ["changed", "unchanged"]

    [block] = bevaka("diff", "lan#2", "--json").row["blocks"]
    assert (block["document"], block["rule"]) == (f"{site.url}/plan.docx", "deadline")
    rows = bevaka("log", "lan", "--json").rows
    assert [[each["outcome"] for each in row["documents"]] for row in rows] == [
        ["changed", "unchanged"],
        ["first", "first"],
    ]
    for number, day in ((1, "1 mars"), (2, "1 april")):
        of = (f"lan#{number}", "--document", f"{site.url}/plan.docx")
        assert f"Redovisa senast den {day}." in bevaka("show", *of).out
        assert bevaka("show", *of, "--raw").raw == plan(day).content
        shown = bevaka("show", *of, "--json").row
        assert shown["blocks"][1]["text"] == f"Redovisa senast den {day}."
        assert (shown["fetched_with"], shown["at"]) == (number, rows[2 - number]["at"])
        assert shown["dated"] == "2026-03-02T08:00:00+00:00"
        assert f"fetched  with #{number}, {rows[2 - number]['at'][:4]}-" in bevaka("show", *of).out
    untouched = bevaka("show", "lan#2", "--document", f"{site.url}/bidrag.xlsx", "--json").row
    assert (untouched["revision"], untouched["fetched_with"], untouched["at"]) == (2, 1, rows[1]["at"])
    unknown = bevaka("show", "lan#1", "--document", f"{site.url}/annan.pdf")
    assert unknown.code == 2
    assert f"{site.url}/plan.docx" in unknown.err

    site.pages["/ny.docx"] = plan("1 april")
    publish(page=page(("Regional handlingsplan (docx, 1 MB)", "/ny.docx"), BOTH[1]), plan=Answer("", 404))
    renamed = bevaka("check", "--json")
    assert (renamed.code, renamed.row["outcome"], renamed.row["owed"]) == (0, "unchanged", 0)

    publish(sheet=Answer("", 503))
    unseen = bevaka("check", "--json")
    assert (unseen.code, unseen.row["outcome"], unseen.row["owed"]) == (3, "unchanged", 0)
    assert [each["outcome"] for each in unseen.row["documents"]] == ["unchanged", "not_seen"]

    assert bevaka("verify").code == 0
    for form in ("zip", "json", "warc"):
        export = tmp_path / f"export.{form}"
        assert bevaka("export", "lan", "--format", form, "-o", str(export)).code == 0
        assert verified(export) == 0
    assert forged(tmp_path / "export.zip") == 1
    bevaka("deliver")
    [mail] = [email.message_from_bytes(raw, policy=email.policy.default) for raw in bevaka.mails]
    assert "”Regional handlingsplan”: tidsfrist ändrad: 1 mars → 1 april" in mail["Subject"]


def verified(export: Path) -> int:
    return subprocess.run([sys.executable, str(VERIFIER), str(export)], capture_output=True, check=False).returncode


def forged(export: Path) -> int:
    """Return what the verifier says of an export in which one byte of a document is another."""
    other = export.with_name("forged.zip")
    with zipfile.ZipFile(export) as file, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as copy:
        part = next(name for name in file.namelist() if name.startswith("parts/"))
        for entry in file.infolist():
            body = file.read(entry)
            copy.writestr(entry, body[:-1] + b"!" if entry.filename == part else body)
    return verified(other)


@pytest.mark.parametrize(
    ("name", "before", "after", "word"),
    [
        ("plan.docx", docx("Redovisa senast den 1 mars."), docx("Redovisa senast den 1 april."), "Tidsfrist ändrad"),
        ("bidrag.xlsx", sheet(1200).body, sheet(1400).body, "Sifferuppgift ändrad"),
        ("bidrag.ods", ods([["Kalmar", "12 kr"]]), ods([["Kalmar", "14 kr"]]), "Belopp ändrat"),
        (
            "bidrag.csv",
            "Län;Belopp\nKalmar;12 kr\nGävle;9 kr\n",
            "Län;Belopp\nKalmar;14 kr\nGävle;9 kr\n",
            "Belopp ändrat",
        ),
    ],
)
def test_a_file_may_be_watched_by_itself_and_compared(
    bevaka: Bevaka, site: Site, tmp_path: Path, name: str, before: Any, after: Any, word: str
) -> None:
    kind = "text/csv" if name.endswith("csv") else "application/octet-stream"
    site.pages[f"/{name}"] = [Answer(body, content_type=kind) for body in (before, after)]
    bevaka.schedule(f"  file: {{url: {site.url}/{name}}}\n")
    assert bevaka("check", "--json").row["outcome"] == "first"
    changed = bevaka("check", "--json").row
    assert (changed["outcome"], changed["summary"]["sv"].startswith(word)) == ("changed", True), changed["summary"]
    files = [tmp_path / "before" / name, tmp_path / "after" / name]
    for file, body in zip(files, (before, after), strict=True):
        file.parent.mkdir()
        file.write_bytes(body if isinstance(body, bytes) else body.encode())
    compared = bevaka("compare", *map(str, files), "--json")
    assert json.loads(compared.out)["summary"]["sv"] == changed["summary"]["sv"]


def test_documents_make_no_sense_for_a_law_and_are_true_or_false(bevaka: Bevaka) -> None:
    bevaka.schedule('  law: {sfs: "2021:995", documents: true}\n  page: {url: https://a.se/, documents: ja}\n')
    said = bevaka("schedule", "check")
    assert said.code == 2
    assert "documents beside sfs" in said.err + said.out
    assert "write true or false" in said.err + said.out
