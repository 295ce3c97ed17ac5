"""What the program writes is for its owner alone, whatever the umask is, and no planted link is followed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import ChannelUnavailable
from monitor.private_files import folder_beside, make_private_folder, open_private
from notifiers.maildir import Maildir
from tests.fakes.site import Answer, Site
from tests.faults.lab import MAIN, READER, environment, page
from tests.unit.notifiers.test_mime import ENVELOPE, SENDER


def bevaka(folder: Path, env: dict[str, str], *arguments: str) -> None:
    """Run a command without a umask, in a folder of its own."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("BEVAKA_")}
    command = [sys.executable, str(MAIN), *arguments]
    subprocess.run(command, cwd=folder, env=given | env, umask=0, check=True, capture_output=True, timeout=60)


def test_all_that_is_written_is_private_under_any_umask(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with Site() as site:
        env = environment(tmp_path, f"{site.url}/county") | {"BEVAKA_SMTP_URL": "", "BEVAKA_SECRET_KEY": ""}
        env["BEVAKA_DATABASE"] = "sqlite:///data/deep/bevaka.db"
        for month in ("mars", "april"):
            site.pages["/county"] = Answer(page(month))
            bevaka(work, env, "check")
            if month == "mars":
                bevaka(work, env, "subscribers", "add", READER)
                bevaka(work, env, "subscribe", "county", READER)
        bevaka(work, env, "deliver")
        (work / "copies").mkdir()
        bevaka(work, env, "backup", "copies/one.db")
        bevaka(work, env, "export", "county", "--format", "zip", "-o", "copies/county.zip")
    written = [path for path in work.rglob("*") if path != work / "copies"]
    assert {path.name for path in written} >= {"data", "mail", "new", "deep", "bevaka.db", "one.db", "county.zip"}
    assert len(list((work / "data" / "mail" / "new").iterdir())) == 1
    assert [path for path in written if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_a_link_in_the_place_of_a_draft_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("as it was")
    maildir = Maildir(tmp_path / "mail", SENDER)
    maildir.send(ENVELOPE)
    [sent] = (tmp_path / "mail" / "new").iterdir()
    (tmp_path / "mail" / "tmp" / sent.name).symlink_to(other)
    with pytest.raises(ChannelUnavailable):
        maildir.send(ENVELOPE)
    assert other.read_text() == "as it was"


def test_a_new_private_file_follows_no_link_and_replaces_nothing(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "there").write_text("as it was")
    for name in ("link", "there"):
        with pytest.raises(FileExistsError):
            open_private(tmp_path / name)
    assert not (tmp_path / "elsewhere").exists()
    os.close(open_private(tmp_path / "there", replace=True))
    assert (tmp_path / "there").read_text() == ""


def test_a_folder_beside_a_file_is_gone_in_the_end_whatever_happens(tmp_path: Path) -> None:
    def breaks() -> None:
        with folder_beside(tmp_path / "copy.db") as folder:
            (folder / "copy.db").write_text("half")
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0o755)
    make_private_folder(tmp_path / "a" / "b" / "c")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b", "a/b/c")]
    assert modes == [0o755, 0o700, 0o700]
