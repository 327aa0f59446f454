"""Changes that are new contents of files: kept byte for byte, replaced whole, put back whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

from selfcare.helper.change import EXACT
from selfcare.helper.errors import Refusal
from selfcare.helper.files import LARGEST, becomes, check_changeable, look, put, spare
from selfcare.helper.journal import Entry, Plan, State

Files = Callable[[], dict[str, bytes]]
Edit = Callable[[dict[str, Any]], dict[Path, bytes]]  # the new contents of each file that must change


class Rewriting:
    """``edit`` says what the files shall hold; it must say the same if asked twice."""

    undo = EXACT

    def __init__(self, edit: Edit) -> None:
        self.edit = edit

    def plan(self, args: dict[str, Any]) -> Plan:
        return rewritten(self.edit(args))

    def apply(self, entry: Entry) -> None:
        for path, data in self.edit(entry.args).items():
            if becomes(entry.before.get(str(path), {}), data) != entry.wanted.get(str(path)):
                raise Refusal("failed", f"{path} changed at this moment")
            put(path, entry.wanted[str(path)], data)

    def read(self, entry: Entry) -> State:
        return seen([Path(path) for path in entry.before if Path(path).is_absolute()])

    def restore(self, entry: Entry, files: Files) -> None:
        kept = files() if any(value["kind"] == "file" for value in _looks(entry.before).values()) else {}
        for path, was in _looks(entry.before).items():
            if look(Path(path)) != was:
                put(Path(path), was, kept.get(path, b""))
            spare(Path(path)).unlink(missing_ok=True)


def rewritten(wanted: dict[Path, bytes]) -> Plan:
    """The plan of giving these files these contents."""
    if not wanted:
        raise Refusal("failed", "nothing to change")
    for path, data in wanted.items():
        check_changeable(path)
        if len(data) > LARGEST:
            raise Refusal("protected", f"{path} is too large")
    before = seen(list(wanted))
    files = {str(path): path.read_bytes() for path in wanted if before[str(path)]["kind"] == "file"}
    after = {str(path): becomes(before[str(path)], data) for path, data in wanted.items()}
    return Plan({}, before, before | after, {f"spare {path}": [True] for path in wanted}, files)


def lines_of(text: str) -> Iterator[str]:
    """The lines as the C library cuts them, at line feeds only, each with its end."""
    return iter(StringIO(text, newline="\n"))


def seen(paths: list[Path]) -> State:
    """What these files are, and whether a kill left a half-made one beside them."""
    state: State = {str(path): look(path) for path in paths}
    return state | {f"spare {path}": spare(path).exists() or spare(path).is_symlink() for path in paths}


def _looks(state: State) -> dict[str, dict[str, Any]]:
    return {path: value for path, value in state.items() if Path(path).is_absolute()}
