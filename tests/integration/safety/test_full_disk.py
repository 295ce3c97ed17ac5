"""A disk that fills up costs no history and no owed mail."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.site import Answer, Site
from tests.faults.lab import scaled

ROOT = Path(__file__).parents[3]
PAGE = "<title>Länsstyrelsen</title><main><h1>Våld</h1><p>{text}</p></main>"
TEXT = "Länsstyrelsen samordnar arbetet i länet och stödjer kommunerna i deras uppdrag. " * 3


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Yield a site with one page that is watched."""
    with Site() as site:
        site.pages["/county"] = Answer(PAGE.format(text=TEXT))
        (tmp_path / "schedule.yaml").write_text(
            f"version: 1\ndefaults:\n  host_delay: 0s\nwatches:\n  county:\n    url: {site.url}/county\n"
        )
        yield site


def bevaka(folder: Path, *arguments: str, room: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command; with `room`, no file may grow beyond this many bytes, as on a full disk."""

    def limit() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    environment = {name: value for name, value in os.environ.items() if not name.startswith("BEVAKA_")}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        cwd=folder,
        env={**environment, "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def test_nothing_is_half_written_and_the_change_is_told_once_there_is_room(site: Site, tmp_path: Path) -> None:
    assert bevaka(tmp_path, "check").returncode == 0
    assert bevaka(tmp_path, "subscribers", "add", "ann@kommun.example").returncode == 0
    assert bevaka(tmp_path, "subscribe", "county", "ann@kommun.example").returncode == 0
    before = bevaka(tmp_path, "log", "county", "--json").stdout
    room = (tmp_path / "data" / "bevaka.db").stat().st_size
    page = PAGE.format(text=TEXT + "Senast den 1 april 2026 ska planen vara klar.")
    assert "PROBLEM  database" in bevaka(tmp_path, "doctor", room=1000).stdout
    # Bytes that do not compress: the revision alone needs more space than there is.
    site.pages["/county"] = Answer(page + f"<!-- {os.urandom(room).hex()} -->")

    full = bevaka(tmp_path, "check", room=room)
    assert full.returncode != 0
    assert "Traceback" not in full.stderr
    assert "disk" in full.stderr

    assert bevaka(tmp_path, "verify").returncode == 0
    assert bevaka(tmp_path, "log", "county", "--json").stdout == before
    assert bevaka(tmp_path, "outbox", "list", "--json").stdout == ""

    again = bevaka(tmp_path, "check", "--json")
    assert '"outcome": "changed"' in again.stdout
    assert bevaka(tmp_path, "deliver").returncode == 0
    assert len(list((tmp_path / "data" / "mail" / "new").iterdir())) == 1
    assert bevaka(tmp_path, "verify").returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield the folder `data` on a file system of its own, of four megabytes."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system, and not everywhere")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, *, leave: int) -> Path:
    """Write a foreign file that leaves this many bytes of the disk free; return its path."""
    taken = folder / "somebody-elses"
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    taken.write_bytes(bytes(max(free - leave, 0)))
    return taken


@pytest.mark.slow
@pytest.mark.parametrize("leave", scaled([100_000], [0, 100_000]))
def test_a_disk_that_is_really_full_costs_no_history_and_no_mail(site: Site, small_disk: Path, leave: int) -> None:
    folder = small_disk.parent
    assert bevaka(folder, "check").returncode == 0
    assert bevaka(folder, "subscribers", "add", "ann@kommun.example").returncode == 0
    assert bevaka(folder, "subscribe", "county", "ann@kommun.example").returncode == 0
    before = bevaka(folder, "log", "county", "--json").stdout
    page = PAGE.format(text=TEXT + "Senast den 1 april 2026 ska planen vara klar.")
    site.pages["/county"] = Answer(page + f"<!-- {os.urandom(400_000).hex()} -->")
    taken = fill(small_disk, leave=leave)
    full = bevaka(folder, "check")
    assert full.returncode != 0
    assert "Traceback" not in full.stderr
    assert "disk" in full.stderr
    taken.unlink()
    assert bevaka(folder, "verify").returncode == 0
    assert bevaka(folder, "log", "county", "--json").stdout == before
    assert bevaka(folder, "outbox", "list", "--json").stdout == ""
    assert '"outcome": "changed"' in bevaka(folder, "check", "--json").stdout
    taken = fill(small_disk, leave=0)
    assert bevaka(folder, "deliver").returncode != 0
    taken.unlink()
    assert bevaka(folder, "deliver").returncode == 0
    came = [path.read_bytes() for path in (small_disk / "mail" / "new").iterdir()]
    assert len({mail.partition(b"Message-ID: ")[2].partition(b"\n")[0] for mail in came}) == 1, "never lost"
    assert len(came) <= 2
    assert bevaka(folder, "verify").returncode == 0


def test_what_is_owed_stays_owed_while_its_sending_cannot_be_written_down(site: Site, tmp_path: Path) -> None:
    for arguments in (
        ("check",),
        ("subscribers", "add", "ann@kommun.example"),
        ("subscribe", "county", "ann@kommun.example"),
    ):
        assert bevaka(tmp_path, *arguments).returncode == 0
    site.pages["/county"] = Answer(PAGE.format(text=TEXT + "Senast den 1 april 2026 ska planen vara klar."))
    assert bevaka(tmp_path, "check").returncode == 0
    full = bevaka(tmp_path, "deliver", room=1)
    assert full.returncode != 0
    assert not (tmp_path / "data" / "mail" / "new").exists()
    assert '"pending"' in bevaka(tmp_path, "outbox", "list", "--json").stdout
    assert bevaka(tmp_path, "deliver").returncode == 0
    assert len(list((tmp_path / "data" / "mail" / "new").iterdir())) == 1


def test_a_backup_for_which_there_is_no_room_leaves_nothing(site: Site, tmp_path: Path) -> None:
    assert bevaka(tmp_path, "check").returncode == 0
    full = bevaka(tmp_path, "backup", "b.db", room=100_000)
    assert full.returncode == 2
    assert "disk" in full.stderr
    assert not [path for path in tmp_path.iterdir() if "b.db" in path.name]
