"""The schedule file: reads YAML into a `Schedule`, or reports every mistake in it at once.

bytes ──► nodes.py  YAML nodes that keep their lines ──► shape.py  keys and types (pydantic)
                                                             └── values.py  "6h", "10MB", CSS, RE2, cron …
"""

from __future__ import annotations

from monitor.schedule_file.read import read_schedule

__all__ = ["read_schedule"]
