"""Settings that come as files: systemd's LoadCredential=, the secrets of a container.

A file in $CREDENTIALS_DIRECTORY that is named as a setting is that setting. Unlike the environment it is not shown to
whoever may look at the process, and no child inherits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PREFIX = "BEVAKA_"
FOLDER_VARIABLE = "CREDENTIALS_DIRECTORY"
THEMSELVES = frozenset({"BEVAKA_SCHEDULE", "BEVAKA_DKIM_KEY", "BEVAKA_TIMESTAMP_CA"})
"""Settings that name a file: a credential of that name is the file that is meant."""


def with_credentials(environment: Mapping[str, str], mistakes: list[str]) -> Mapping[str, str]:
    """The environment and what the credentials add to it. No mistake repeats what a file holds."""
    folder = environment.get(FOLDER_VARIABLE, "").strip()
    if not folder:
        return environment
    found: dict[str, str] = {}
    try:
        for file in sorted(Path(folder).iterdir()):
            if file.name.startswith(PREFIX):
                found[file.name] = str(file) if file.name in THEMSELVES else _text(file, mistakes)
    except OSError as error:
        mistakes.append(f"{FOLDER_VARIABLE}: {error.filename} cannot be read ({error.strerror}); see who may read it")
    twice = sorted(name for name, value in found.items() if value.strip() and environment.get(name, "").strip())
    mistakes += [f"{name}: set in the environment and as a credential; keep one of them" for name in twice]
    return {**environment, **found}


def _text(file: Path, mistakes: list[str]) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        mistakes.append(f"{file.name}: the credential is no text; write the setting's value into the file")
        return ""
