"""Writing to the terminal or a pipe: whatever the reader's encoding, and when the reader goes away."""

from __future__ import annotations

import io
import os
import re
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


_STEERS = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u206f\\ufeff]"
)
"""What moves the cursor, colours, or turns the direction of writing round: never ours, and so somebody else's."""


def harmless(text: str) -> str:
    """Text that may hold another's words, for a terminal: lines stay, whatever steers it does not."""
    return _STEERS.sub("\ufffd", text)


def harmless_name(name: str) -> str:
    """Somebody's name within a line of ours: it makes no line of its own."""
    return harmless(name).replace("\n", " ").replace("\t", " ")


def escaped(document: str) -> str:
    """JSON without a character that steers a terminal: JSON itself leaves those above 127 as they are."""
    return _STEERS.sub(lambda found: f"\\u{ord(found[0]):04x}", document)


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
