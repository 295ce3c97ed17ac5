"""Real laws with several versions, beside the repository: summaries of their amendments, verified by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.judging.compare import judge
from monitor.core.law.amendments import scope_labels
from monitor.core.model import Changed, Extraction, Fetched, Recipe
from monitor.extractors.law import Law
from monitor.wording.summary import summarise
from tests.fakes.markdown_law import as_status, scopes

AT = datetime(2026, 3, 1, tzinfo=UTC)
FOLDER = Path(__file__).parents[4] / "shared" / "data" / "sources" / "law_versions"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the laws with several versions are not beside the repository"
)

SAID = {
    "sfs-2001-588.v3": "ny 8 l § genom förordning (2025:654)",
    "sfs-2001-588.v4": "ny 8 d § genom förordning (2024:1361)",
    "sfs-2015-284.v3": "nya 11 och 17 a §§ genom förordning (2025:661)",
    "sfs-2023-30.v3": ("författningens rubrik ändrad; nya 1, 2, 4 och 7–17 §§ genom förordning (2025:676)"),
}


def version(name: str) -> Path:
    return next(FOLDER.glob(f"{name}.*.md"))


def extract(path: Path) -> Extraction:
    body = as_status(path.read_text("utf-8"))
    assert body is not None
    return Law().extract(Fetched("https://example.org/", 200, (), body, AT), Recipe())


@pytest.mark.parametrize("name", SAID)
def test_an_amendment_is_said_as_it_was_found_by_hand(name: str) -> None:
    law, _, number = name.partition(".v")
    verdict = judge(extract(version(f"{law}.v{int(number) - 1}")), extract(version(name)), fetched_after=AT)
    assert isinstance(verdict, Changed)
    assert summarise(verdict.change)["sv"] == SAID[name]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.name.split(".2")[0])
def test_every_version_is_read_or_has_no_text(path: Path) -> None:
    markdown = path.read_text("utf-8")
    body = as_status(markdown)
    if body is None:
        assert "###" not in markdown
        return
    labels = {block.label for block in extract(path).blocks if block.label}
    assert len(labels) == sum(line.startswith("### ") for line in markdown.splitlines())


def test_headings_whose_sections_are_not_there_are_headings_and_no_part_of_a_section() -> None:
    blocks = extract(version("sfs-2023-30.v2")).blocks
    sixth = next(block for block in blocks if block.label == "6 §")
    assert "\n" not in sixth.text
    assert "Överklagande" in [block.text for block in blocks if block.kind.startswith("h")]


def test_the_scopes_of_real_amendments_name_sections_that_can_be() -> None:
    labels = {
        label
        for path in FOLDER.glob("*.md")
        for _, scope in scopes(path.read_text("utf-8"))
        for label in scope_labels(scope)
    }
    assert {"8 a §", "8 f §", "17 b §"} <= labels
    assert all(int(label.split()[0]) < 30 for label in labels)
