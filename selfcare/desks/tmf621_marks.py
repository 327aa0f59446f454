"""Marks by which this program finds its own writing again at a desk that keeps nothing but text."""

from __future__ import annotations

import hashlib
import re

from selfcare.desks.reading import LONG

DOUBLE = "[selfcare:double]"
"""In the reason for which a second copy was given up."""
_MARK = re.compile(r"\[selfcare:([0-9A-Za-z_.-]{1,80}):([0-9a-f]{12})\]")


def marked(text: str, identity: str) -> str:
    """With the mark as its last line: whose note, and a digest of the text (an agent who quotes it has another)."""
    return f"{text.rstrip()}\n[selfcare:{identity}:{_digest(text)}]"


def bears(text: str, identity: str) -> bool:
    """Whether a note with this id is in it, quoted or not."""
    return any(found.group(1) == identity for found in _MARK.finditer(text[: 2 * LONG]))


def is_own(text: str) -> bool:
    """Whether it is ours from its first to its last character. Spaces and punctuation may have been changed."""
    text = text[: 2 * LONG].rstrip()
    at = text.rfind("[selfcare:")
    found = _MARK.fullmatch(text, max(at, 0))
    return found is not None and found.group(2) == _digest(text[:at])


def _digest(text: str) -> str:
    letters = "".join(filter(str.isalnum, text))
    return hashlib.sha256(letters.encode(errors="replace")).hexdigest()[:12]
