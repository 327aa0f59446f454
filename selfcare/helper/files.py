"""Replacing a file whole, so that a power cut leaves the old one or the new one; and putting the old one back."""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.helper import host, point
from selfcare.helper.errors import Refusal, of_file

LARGEST = 8 * 2**20  # bytes of a file we change


def look(path: Path) -> dict[str, Any]:
    """What is there: absent, a link and where to, or a file with its bytes' sum, mode and owner."""
    try:
        about = path.lstat()
    except FileNotFoundError:
        return {"kind": "absent"}
    if stat.S_ISLNK(about.st_mode):
        return {"kind": "link", "to": str(path.readlink())}
    if not stat.S_ISREG(about.st_mode):
        raise Refusal("protected", f"{path} is not a file")
    owner = {"mode": stat.S_IMODE(about.st_mode), "uid": about.st_uid, "gid": about.st_gid}
    return {"kind": "file", "sum": _sum(path.read_bytes()), **owner}


def becomes(seen: dict[str, Any], data: bytes) -> dict[str, Any]:
    """What ``look`` will say of that file once it holds ``data``."""
    uid, gid = host.fresh_owner()
    fresh = {"mode": 0o644, "uid": uid, "gid": gid}
    return {"kind": "file", "sum": _sum(data), **({**fresh} | {k: seen[k] for k in fresh if k in seen})}


def check_changeable(path: Path) -> None:
    """Raises ``Refusal`` for what no rename would replace: bind-mounted, immutable, on a disk that is read-only."""
    why = host.protected(path)
    if why:
        raise Refusal("protected", why)
    if not os.access(path.parent, os.W_OK):
        raise Refusal("needs_privilege", f"{path.parent}")


def spare(path: Path) -> Path:
    """Where the new file is written first: a name of its own, so that what a kill leaves is found again."""
    return path.with_name(f".{path.name}.selfcare-new")


def put(path: Path, seen: dict[str, Any], data: bytes) -> None:
    """Makes ``path`` what ``seen`` describes, in one step."""
    new = spare(path)
    try:
        new.unlink(missing_ok=True)
        if seen["kind"] == "absent":
            path.unlink(missing_ok=True)
        elif seen["kind"] == "link":
            new.symlink_to(seen["to"])
            _renamed(new, path)
        else:
            _file(new, path, seen, data)
        host.sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise of_file(error) from error
    point.reached(f"synced {path.name}")


def _file(new: Path, path: Path, seen: dict[str, Any], data: bytes) -> None:
    write_synced(new, data, seen["mode"])
    host.take_after(new, path, (seen["uid"], seen["gid"]), seen["mode"])
    _renamed(new, path)


def _renamed(new: Path, path: Path) -> None:
    point.reached(f"written {path.name}")
    host.replace(new, path)
    point.reached(f"renamed {path.name}")


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def write_synced(path: Path, data: bytes, mode: int) -> None:
    """A new file whose bytes are on the disk when this returns."""
    handle = host.take_file(path, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        host.sync_file(handle)
