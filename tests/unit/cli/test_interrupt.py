"""Ctrl-C and a closed output pipe, each in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.fakes.heavy import children_of
from tests.fakes.site import Answer, Fault, Site
from tests.faults.bombs import PDF
from tests.unit.cli.conftest import Bevaka

MAIN = Path(__file__).parents[3] / "main.py"


def test_ctrl_c_cuts_a_hanging_check_short_and_exits_with_130(site: Site, tmp_path: Path) -> None:
    site.pages["/county"] = Answer(fault=Fault.HANG)
    command = [sys.executable, str(MAIN), "check"]
    environment = os.environ | {"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 20
        while not site.asked("/county"):  # the command is another process, with nothing else to wait on
            assert time.monotonic() < deadline, "the page was never asked for"
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        told = time.monotonic()
        _, err = process.communicate(timeout=20)
    assert time.monotonic() - told < 5
    assert (process.returncode, err.splitlines()[-1]) == (130, "interrupted")


def test_ctrl_c_ends_what_is_heavy_to_read(site: Site, tmp_path: Path) -> None:
    site.pages["/county"] = Answer(PDF["pages that share a stream"]("mars"), content_type="application/pdf")
    environment = os.environ | {"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}
    command = [sys.executable, str(MAIN), "check"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 20
        while not children_of(process.pid):  # the command is another process, with nothing else to wait on
            assert time.monotonic() < deadline, "the page was never read"
            time.sleep(0.02)
        reading = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        told = time.monotonic()
        _, err = process.communicate(timeout=20)
    assert time.monotonic() - told < 5
    assert (process.returncode, err.splitlines()[-1]) == (130, "interrupted")
    assert not [pid for pid in reading if Path(f"/proc/{pid}").exists()]


def test_a_reader_that_leaves_is_no_error(bevaka: Bevaka, site: Site, tmp_path: Path) -> None:
    bevaka("check")
    command = [sys.executable, str(MAIN), "log", "county", "--json"]
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(command, cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
