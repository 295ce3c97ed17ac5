"""HTML of our own printed as PDF by the system's Chromium.

A library would add a dozen packages and its own rules of layout; Chromium is a package of every distribution, prints
what the browser shows, and is needed by nobody who does not ask for a PDF.
"""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 # a program of the system, with arguments of our own
from pathlib import Path
from tempfile import TemporaryDirectory

from monitor.errors import MonitorError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 60


class CannotPrint(MonitorError):
    """There is no Chromium, or it printed nothing."""


def pdf_of(html: str) -> bytes:
    """Return the page as PDF. Raises CannotPrint."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise CannotPrint("a PDF is printed by Chromium, which is not installed: apt-get install chromium")
    with TemporaryDirectory(prefix="bevaka-pdf-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / "page.pdf"
        source.write_text(html, encoding="utf-8")
        command = [
            *(program, "--headless", "--disable-gpu", "--no-first-run", "--no-pdf-header-footer"),
            *(f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}"),
            *(("--no-sandbox",) if os.geteuid() == 0 else ()),  # Chromium refuses root otherwise
            source.as_uri(),
        ]
        try:
            done = subprocess.run(command, check=False, capture_output=True, timeout=SECONDS)  # noqa: S603  # nosec B603
        except subprocess.TimeoutExpired:
            raise CannotPrint(f"{program} did not print within {SECONDS} seconds") from None
        if not target.exists():
            raise CannotPrint(f"{program} printed nothing: {done.stderr.decode(errors='replace')[-300:].strip()}")
        return target.read_bytes()
