"""``selfcare desk demo``: a home that breaks and the desk that hears of it, played by the checkout's laboratory."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import selfcare
from selfcare.app.services import Services
from selfcare.cli.desk_open import told
from selfcare.contract import ExitCode


def run(arguments: argparse.Namespace, services: Services) -> int:
    """Its own process: the product knows nothing of the laboratory but how to start it."""
    root = Path(selfcare.__file__).parents[1]
    if not (root / "tests" / "lab" / "demo.py").is_file():
        return told(services, ExitCode.USAGE, "cli.desk.demo_checkout")
    if sys.platform != "linux" or os.geteuid() != 0:
        return told(services, ExitCode.NEEDS_PRIVILEGE, "cli.desk.demo_root")
    words = ["--lang", services.catalogue.language]
    words += ["--once"] if arguments.once else []
    words += ["--data", str(Path(arguments.data).resolve())] if arguments.data else []
    before = signal.signal(signal.SIGINT, lambda *_: None)  # it hears it too, and puts everything away first
    try:
        return subprocess.run([sys.executable, "-m", "tests.lab.demo", *words], cwd=root, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)
