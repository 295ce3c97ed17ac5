"""Settings given as files: by systemd, or as the secrets of a container."""

from __future__ import annotations

from pathlib import Path

import pytest

from bevaka.secret_key import secret_key
from bevaka.settings import SettingsError, read_settings


def handed_over(folder: Path, **files: str | bytes) -> dict[str, str]:
    """Write these credentials and return an environment that names their folder."""
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return {"CREDENTIALS_DIRECTORY": str(folder)}


def mistakes(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read_settings(environment)
    return str(caught.value).splitlines()


def test_a_credential_is_as_good_as_a_variable(tmp_path: Path) -> None:
    url = "smtps://bevaka:hemligt@mail.example"
    given = handed_over(tmp_path, BEVAKA_SMTP_URL=f"{url}\n", BEVAKA_SECRET_KEY="åskväder\n")
    settings = read_settings(given | {"BEVAKA_MAIL_FROM": "b@lan.example"})
    assert settings == read_settings(
        {"BEVAKA_SMTP_URL": url, "BEVAKA_SECRET_KEY": "åskväder", "BEVAKA_MAIL_FROM": "b@lan.example"}
    )
    assert secret_key(settings) == "åskväder".encode()


def test_a_setting_that_names_a_file_is_the_credential_itself(tmp_path: Path) -> None:
    settings = read_settings(handed_over(tmp_path, BEVAKA_DKIM_KEY="PEM", BEVAKA_TIMESTAMP_CA="PEM"))
    assert settings.dkim_key == tmp_path / "BEVAKA_DKIM_KEY"
    assert settings.timestamp_ca == tmp_path / "BEVAKA_TIMESTAMP_CA"


def test_credentials_of_others_are_no_business_of_ours(tmp_path: Path) -> None:
    assert read_settings(handed_over(tmp_path, other="x", OTHER=b"\xff")) == read_settings({})


def test_a_setting_that_is_given_twice_is_a_mistake_and_neither_value_is_told(tmp_path: Path) -> None:
    given = handed_over(tmp_path, BEVAKA_SECRET_KEY="hemlig-ett")
    (line,) = mistakes(given | {"BEVAKA_SECRET_KEY": "hemlig-två"})
    assert line == "BEVAKA_SECRET_KEY: set in the environment and as a credential; keep one of them"
    assert read_settings(given | {"BEVAKA_SECRET_KEY": " "}).secret_key == "hemlig-ett"


def test_a_misspelt_or_wrong_credential_is_told_by_its_name_alone(tmp_path: Path) -> None:
    wrong = handed_over(tmp_path, BEVAKA_SMPT_URL="hemligt", BEVAKA_WEB_PASSWORD="hemligt", BEVAKA_DATABASE=b"\xff")
    found = mistakes(wrong)
    assert [line.partition(":")[0] for line in found] == ["BEVAKA_DATABASE", "BEVAKA_SMPT_URL", "BEVAKA_WEB_PASSWORD"]
    assert "hemligt" not in "".join(found)


def test_a_folder_of_credentials_that_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    (line,) = mistakes({"CREDENTIALS_DIRECTORY": str(tmp_path / "nowhere")})
    assert line.startswith("CREDENTIALS_DIRECTORY: ")
    assert "nowhere" in line
