"""The key and the map of one case, in this user's data folder: they make tokens the same in a later report.

``<data>/redaction/<case>.json``, readable by this user only (600), gone with the case.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from selfcare.ground.atomic import write_atomic
from selfcare.ground.errors import folder_error

FOLDER = "redaction"
VERSION = 1
_CASE = re.compile(r"CAS-[0-9A-Z]{4}-[0-9A-Z]{4}")
_MOST = 4 * 1024 * 1024
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """``stored``: kind, then the identifier in one spelling, then its token."""

    key: bytes
    stored: dict[str, dict[str, str]] = field(default_factory=dict)


class Vault:
    """Blocking. ``data`` is this user's data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def load(self, case: str) -> Kept:
        """What there is, else a new key. A file that cannot be read is as none: tokens then differ, nothing leaks."""
        path = self._path(case)
        try:
            with path.open("rb") as file:
                text = file.read(_MOST)
            told = json.loads(text)
            key = bytes.fromhex(told["key"])
            stored = {str(kind): {str(k): str(v) for k, v in known.items()} for kind, known in told["tokens"].items()}
            if told["v"] == VERSION and len(key) == _KEY_BYTES:
                return Kept(key, stored)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass  # an older key is lost with it; a new one is no worse for whoever reads the report
        return Kept(secrets.token_bytes(_KEY_BYTES))

    def save(self, case: str, kept: Kept) -> None:
        """After a report was made.

        Raises:
            FolderError: it is not on the disk.
        """
        told = {"v": VERSION, "key": kept.key.hex(), "tokens": kept.stored}
        write_atomic(self._path(case), json.dumps(told, ensure_ascii=False).encode())

    def cases(self) -> tuple[str, ...]:
        """Those it has anything of."""
        try:
            return tuple(path.stem for path in self._folder.iterdir() if _CASE.fullmatch(path.stem))
        except OSError:
            return ()

    def delete(self, case: str) -> None:
        """With the case.

        Raises:
            FolderError: it is still there.
        """
        path = self._path(case)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise folder_error(error, path) from error

    def _path(self, case: str) -> Path:
        if not _CASE.fullmatch(case):
            raise ValueError("not the id of a case")
        return self._folder / f"{case}.json"
