"""Settings from files: systemd's LoadCredential=, the secrets of a container.

A file in $CREDENTIALS_DIRECTORY that has the name of a setting holds its value. Unlike an environment variable, it is
not visible to those who may inspect the process, and no child process inherits it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

PREFIX = "BEVAKA_"
FOLDER_VARIABLE = "CREDENTIALS_DIRECTORY"
PATH_SETTINGS = frozenset({"BEVAKA_SCHEDULE", "BEVAKA_DKIM_KEY", "BEVAKA_TIMESTAMP_CA"})
"""Settings whose value is a path: a credential of that name is itself the file that the setting names."""


def with_credentials(environment: Mapping[str, str], mistakes: list[str]) -> Mapping[str, str]:
    """Return the environment with the settings from the credentials directory added.

    Mistakes are appended to `mistakes`; none of them repeats the content of a file.
    """
    folder = environment.get(FOLDER_VARIABLE, "").strip()
    if not folder:
        return environment
    found: dict[str, str] = {}
    try:
        for file in sorted(Path(folder).iterdir()):
            if file.name.startswith(PREFIX):
                found[file.name] = str(file) if file.name in PATH_SETTINGS else _read_text(file, mistakes)
    except OSError as error:
        mistakes.append(f"{FOLDER_VARIABLE}: {error.filename} cannot be read ({error.strerror}); see who may read it")
    set_twice = sorted(name for name, value in found.items() if value.strip() and environment.get(name, "").strip())
    mistakes += [f"{name}: set in the environment and as a credential; keep one of them" for name in set_twice]
    return {**environment, **found}


def _read_text(file: Path, mistakes: list[str]) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        mistakes.append(f"{file.name}: the credential is no text; write the setting's value into the file")
        return ""
