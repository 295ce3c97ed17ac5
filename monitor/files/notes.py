"""What the operator should know of a file that was read: notes of an extraction."""

from __future__ import annotations

MACROS = "there are macros in the file; they are not run"
TRACKED = "the file has tracked changes; what was inserted is read, what was deleted is not"
EXTERNAL = "the file refers to files outside itself; they are not fetched"
HIDDEN_SHEETS = "there are hidden sheets in the file; they are not read"
