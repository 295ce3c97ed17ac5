"""No forged export is accepted: zip, lines of JSON and WARC (docs/proof.md). Each guard of the verifier is needed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from bevaka.proof import verify
from bevaka.proof.export_forms import VERIFIER
from tests.fakes.authority import is_installed
from tests.faults.forgeries import FORMS, Forgery, Genuine, all_of, make
from tests.faults.lab import scaled

pytestmark = pytest.mark.skipif(not is_installed(), reason="openssl is not on this machine")

SAMPLE = 60
MANY = scaled(600, 100_000)
OWN = VERIFIER.read_bytes()


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    """Return a history with everything in it."""
    return make(tmp_path_factory.mktemp("genuine"))


def checked(genuine: Genuine, folder: Path, content: bytes, head: str | None = None) -> verify.Verified:
    """Verify an export as its recipient would, who knows the authority."""
    place = folder / "export"
    place.write_bytes(content)
    trusted = verify.read_certificates(genuine.root.decode())
    return verify.verify(place, head, trusted, OWN)


@pytest.mark.parametrize("form", FORMS)
def test_the_genuine_export_is_accepted(genuine: Genuine, tmp_path: Path, form: str) -> None:
    found = checked(genuine, tmp_path, genuine.written(form))
    assert found.faults == []
    assert "by nothing but this file" not in found.said[-1]


def accepted(genuine: Genuine, folder: Path, forgeries: Sequence[tuple[str, Forgery]]) -> list[str]:
    """Return the forgeries that pass for the genuine export: no fault, its head and anchor, the same "not sealed"."""
    originals = {form: genuine.written(form) for form in FORMS}
    right = checked(genuine, folder, originals["zip"]).said[-3:]
    passed = []
    for form, (what, make_it) in forgeries:
        try:
            content = make_it if isinstance(make_it, bytes) else make_it()
        except (ValueError, TypeError, AttributeError, KeyError, LookupError):  # what cannot be written fools nobody
            continue
        if content == originals[form]:  # two edits that undo each other
            continue
        found = checked(genuine, folder, content)
        if not found.faults and found.said[-3:] == right:
            passed.append(f"{form}: {what}")
    return passed


def test_no_forgery_of_a_sample_is_accepted(genuine: Genuine, tmp_path: Path) -> None:
    chance = random.Random(0)
    forgeries = list(all_of(genuine, chance))
    assert accepted(genuine, tmp_path, chance.sample(forgeries, SAMPLE)) == []


@pytest.mark.slow
def test_no_forgery_is_accepted(genuine: Genuine, tmp_path: Path) -> None:
    forgeries = list(all_of(genuine, random.Random(1)))
    counts = {form: sum(1 for each, _ in forgeries if each == form) for form in FORMS}
    print(f"{len(forgeries)} forgeries: {counts}")  # noqa: T201  the figure of docs/reliability.md
    assert min(counts.values()) > 300
    chosen = random.Random(2).sample(forgeries, min(MANY, len(forgeries)))
    assert accepted(genuine, tmp_path, chosen) == []
