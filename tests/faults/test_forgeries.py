"""No forged export is accepted: zip, folder, lines of JSON and WARC (docs/proof.md). Each guard is needed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from bevaka.proof import verify
from bevaka.proof.export_forms import VERIFIER
from tests.fakes.authority import is_installed
from tests.faults import format_1_forgeries as format_1
from tests.faults import verifier_guards
from tests.faults.forgeries import FORMS, Content, Forgery, Genuine, all_of, in_format_1, make, of_the_record
from tests.faults.lab import only_in_long_runs, scaled

pytestmark = pytest.mark.skipif(not is_installed(), reason="openssl is not on this machine")

SAMPLE = 60
MANY = scaled(50, 100_000)
OWN = VERIFIER.read_bytes()
UNWRITABLE = (ValueError, TypeError, AttributeError, KeyError, LookupError)
"""What cannot be written fools nobody."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is handed an export, and knows the authority, or a head, or both."""

    folder: Path
    root: bytes
    head: str | None = None

    def verified(self, content: Content, verifier: Any = verify) -> Any:
        """Verify an export with this program, or with one that lacks a guard."""
        place = self.folder / "export"
        if place.is_dir():
            rmtree(place)
        elif place.exists():
            place.unlink()
        if isinstance(content, bytes):
            place.write_bytes(content)
        else:
            for name, inside in content.items():
                target = place / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(inside, bytes):
                    target.write_bytes(inside)
                else:
                    elsewhere = self.folder / "elsewhere"
                    elsewhere.write_bytes(inside.content)
                    target.symlink_to(elsewhere)
        return verifier.verify(place, self.head, verifier.read_certificates(self.root.decode()), OWN)

    def accepts(self, content: Content, unsealed: set[str], verifier: Any = verify) -> bool:
        """True if an export passes: no fault, and nothing else said to be unsealed.

        An export without any anchor does not pass for somebody who knows the authority alone: the last line says so.
        """
        found = self.verified(content, verifier)
        if found.faults:
            return False
        if self.head is None and "nothing but this file" in found.said[-1]:
            stamps = verifier.open_export(self.folder / "export", OWN).record().stamps
            if not stamps:
                return False
        return next(line for line in found.said if line.startswith("not sealed: ")) in unsealed


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    """Return a history with everything in it."""
    return make(tmp_path_factory.mktemp("genuine"))


def true_exports(genuine: Genuine) -> dict[str, list[bytes]]:
    """Return the export in each form, and those with one of its two stamps left out: they say less, nothing wrong."""
    stamps = genuine.record.stamps
    assert len(stamps) == 2
    fewer = [genuine.forged(genuine.facts(), genuine.content(), stamps=[stamp]) for stamp in stamps]
    return {form: [genuine.written(form), *(genuine.written(form, each) for each in fewer)] for form in FORMS}


def written(forgeries: Iterable[tuple[str, Forgery]], originals: Iterable[Content]) -> list[tuple[str, str, Content]]:
    """Return the forgeries, written: form, what was forged, content; without those that are the original."""
    known, found = list(originals), []
    for form, (what, made) in forgeries:
        try:
            content: Content = made if isinstance(made, (bytes, dict)) else made()  # type: ignore[operator]
        except UNWRITABLE:
            continue
        if content not in known:  # two edits may undo each other
            found.append((form, what, content))
    return found


def said_unsealed(recipient: Recipient, contents: Iterable[Content]) -> set[str]:
    """Return the lines that say of some exports what is not sealed."""
    return {line for each in contents for line in recipient.verified(each).said if line.startswith("not sealed: ")}


def accepted(
    recipient: Recipient, forgeries: Iterable[tuple[str, Forgery]], originals: dict[str, list[bytes]]
) -> list[str]:
    """Return the forgeries that a recipient accepts."""
    contents = [content for each in originals.values() for content in each]
    unsealed = said_unsealed(recipient, contents)
    return [
        f"{form}: {what}"
        for form, what, content in written(forgeries, contents)
        if recipient.accepts(content, unsealed)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_the_genuine_export_is_accepted(genuine: Genuine, tmp_path: Path, form: str) -> None:
    found = Recipient(tmp_path, genuine.root).verified(genuine.written(form))
    assert found.faults == []
    assert "by nothing but this file" not in found.said[-1]


def test_no_forgery_of_a_sample_is_accepted(genuine: Genuine, tmp_path: Path) -> None:
    chance = random.Random(0)
    forgeries = chance.sample(list(all_of(genuine, chance)), SAMPLE)
    assert accepted(Recipient(tmp_path, genuine.root), forgeries, true_exports(genuine)) == []


@only_in_long_runs
@pytest.mark.slow
def test_no_forgery_is_accepted(genuine: Genuine, tmp_path: Path) -> None:
    forgeries = list(all_of(genuine, random.Random(1)))
    counts = {form: sum(1 for each, _ in forgeries if each == form) for form in (*FORMS, "folder")}
    print(f"{len(forgeries)} forgeries: {counts}")  # noqa: T201  the figures, with -s
    assert min(counts[form] for form in FORMS) > 300
    chosen = random.Random(2).sample(forgeries, min(MANY, len(forgeries)))
    assert accepted(Recipient(tmp_path, genuine.root), chosen, true_exports(genuine)) == []


def unstamped(genuine: Genuine, chance: random.Random) -> list[tuple[str, Forgery]]:
    """Return forged histories without a time stamp, of which the recipient knows the head."""
    whole = [genuine.forged(genuine.facts(), genuine.content(), stamps=[])]
    found: list[tuple[str, Forgery]] = []
    for what, record in of_the_record(genuine, chance):
        if record.head != whole[0].head:
            facts = [dict(link.facts) for link in record.links]
            content = {link.number: record.content(link) for link in record.links if link.number in record.files}
            made = genuine.forged(facts, content, stamps=[])
            found += [(form, (what, lambda form=form, made=made: genuine.written(form, made))) for form in FORMS]  # type: ignore[misc]
    return found


def test_a_head_that_is_known_anchors_a_chain_without_stamps(genuine: Genuine, tmp_path: Path) -> None:
    plain = genuine.forged(genuine.facts(), genuine.content(), stamps=[])
    originals = {form: [genuine.written(form, plain)] for form in FORMS}
    recipient = Recipient(tmp_path, genuine.root, plain.head)
    assert recipient.verified(originals["zip"][0]).faults == []
    forgeries = unstamped(genuine, random.Random(4))
    assert len(forgeries) > 200
    assert accepted(recipient, random.Random(5).sample(forgeries, 60), originals) == []


@pytest.mark.slow
def test_no_forgery_of_what_format_1_sealed_is_accepted(tmp_path: Path) -> None:
    originals = {form: [path.read_bytes()] for form, path in format_1.FILES.items()}
    recipient = Recipient(tmp_path, format_1.ROOT.read_bytes())
    assert all(not recipient.verified(content).faults for (content,) in originals.values())
    forgeries = list(format_1.all_of(random.Random(1)))
    assert len(forgeries) > 500
    assert accepted(recipient, random.Random(2).sample(forgeries, min(MANY, len(forgeries))), originals) == []


@pytest.mark.slow
@only_in_long_runs
def test_each_guard_of_the_verifier_is_needed(genuine: Genuine, tmp_path: Path) -> None:
    """Take each guard out once: the laboratory then accepts a forgery."""
    chance = random.Random(6)
    plain = genuine.forged(genuine.facts(), genuine.content(), stamps=[])
    settings = [
        (Recipient(tmp_path, genuine.root), all_of(genuine, chance), true_exports(genuine)),
        (
            Recipient(tmp_path, format_1.ROOT.read_bytes()),
            format_1.all_of(chance),
            {form: [path.read_bytes()] for form, path in format_1.FILES.items()},
        ),
        (
            Recipient(tmp_path, genuine.root, plain.head),
            unstamped(genuine, chance)[:60],
            {form: [genuine.written(form, plain)] for form in FORMS},
        ),
    ]
    counting = verifier_guards.module(counting=True)
    used: dict[int, list[tuple[int, Recipient, set[str], Content, str]]] = {}
    for recipient, forgeries, originals in settings:
        contents = [content for each in originals.values() for content in each]
        # somebody who does not know of which format it was expects that the texts may not be sealed
        unsealed = said_unsealed(recipient, [*contents, in_format_1(genuine)])
        for _, what, content in written(forgeries, contents):
            counting.HITS.clear()
            recipient.verified(content, counting)
            for guard in counting.HITS:
                used.setdefault(guard, []).append((len(counting.HITS), recipient, unsealed, content, what))
    needless = []
    for guard, line in enumerate(verifier_guards.lines()):
        without = verifier_guards.module(guard)
        tries = sorted(used.get(guard, ()), key=lambda each: each[0])[:12]
        if not any(recipient.accepts(content, unsealed, without) for _, recipient, unsealed, content, _ in tries):
            needless.append(f"line {line}: {[what for *_, what in tries][:3]}")
    assert needless == []
