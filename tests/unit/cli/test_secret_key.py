"""The key that signs links and sessions: created once, whole, and readable by its owner only."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bevaka.secret_key import secret_key
from bevaka.settings import SettingsError, read_settings


def test_a_key_from_the_environment_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    settings = read_settings({"BEVAKA_SECRET_KEY": "åskväder", "BEVAKA_DATABASE": f"sqlite:///{tmp_path}/b.db"})
    assert secret_key(settings) == "åskväder".encode()
    assert not any(tmp_path.iterdir())


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = read_settings({"BEVAKA_DATABASE": f"sqlite:///{tmp_path}/data/b.db"})
    key = secret_key(settings)
    assert len(key) == 32
    assert secret_key(settings) == key
    assert [path.name for path in settings.secret_file.parent.iterdir()] == ["secret_key"]
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.secret_file.parent.stat().st_mode) == 0o700


def test_programs_that_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    settings = read_settings({"BEVAKA_DATABASE": f"sqlite:///{tmp_path}/b.db"})
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret_key(settings), range(16)))
    assert len(keys) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"00", b"no key at all", b"\xff\xfe", b"ab" * 31])
def test_a_file_that_holds_no_whole_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    settings = read_settings({"BEVAKA_DATABASE": f"sqlite:///{tmp_path}/b.db"})
    settings.secret_file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"secret_key holds no key: .* 64 hexadecimal digits\. Put it back"):
        secret_key(settings)
    assert settings.secret_file.read_bytes() == content
