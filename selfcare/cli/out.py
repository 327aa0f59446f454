"""Writing to the terminal or a pipe: whatever the reader's encoding, and when the reader goes away."""

from __future__ import annotations

import io
import os
import sys


def prepare(*, machine: bool) -> None:
    """JSON is UTF-8 whatever the locale; text keeps the locale's encoding and replaces what it cannot show."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        if machine:
            sys.stdout.reconfigure(encoding="utf-8")
        else:
            sys.stdout.reconfigure(errors="replace")
    if isinstance(sys.stderr, io.TextIOWrapper):
        sys.stderr.reconfigure(errors="replace")


def line(text: str) -> None:
    """Writes one line at once. A reader that went away (``selfcare … | head``) ends the writing, not the program."""
    if sys.stdout is None or sys.stdout.closed:
        return
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # What Python would still flush at exit goes nowhere as well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
