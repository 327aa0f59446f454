"""What a kill left beside the entries: bytes kept for a change, which may hold a network's key."""

from __future__ import annotations

from contextlib import suppress

from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Journal


def sweep(journal: Journal) -> None:
    """Of no entry, or of one that is over and cannot be put back: they go. The lock is held."""
    for path in journal.folder.glob("*.files"):
        name = path.name.removeprefix(".").removesuffix(".files")
        if not (journal.folder / f"{name}.json").exists():
            journal.forget_files(name)
            continue
        with suppress(Refusal):  # one that cannot be read may be another version's
            entry = journal.load(name)
            if entry.state == "undone" or (entry.state == "kept" and not entry.reversible):
                journal.forget_files(name)
