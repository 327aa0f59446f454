"""The built program with each simulated box: found, let in, read. Late imports that the build forgot end here."""

from __future__ import annotations

import importlib
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

METADATA = ("keyring", "cryptography")
"""Packages that look for their own parts in their metadata; without it the keyring is silently none at all."""
Run = Callable[[tuple[str, ...], str], subprocess.CompletedProcess[str]]


def boxes(run: Run) -> dict[str, str]:
    """By family what the program made of it: "read" where it was found, let in and read."""
    return {family: _one(family, run) for family in _tests("boxes.__main__").FAMILIES}


def _tests(name: str) -> Any:
    """What only a developer has."""
    return importlib.import_module(f"tests.{name}")


def _one(family: str, run: Run) -> str:
    box = _tests("boxes.__main__").simulator(family, _tests("boxes.home").Home())
    with _tests("boxes.threaded").in_thread(box) as place:
        where = ("--address", f"{place.address}:{place.port}", "--json")
        found = _document(run(("box", "detect", *where), ""))
        if (found.get("box") or {}).get("family") != family:
            return f"not found: {found}"
        paired = run(("box", "pair", *where, *_password(found)), box.home.password + "\n")
        if paired.returncode:
            return f"not let in: {paired.stdout[-500:]}{paired.stderr[-500:]}"
        status = run(("box", "status", *where), "")
        result = _document(status).get("result") or {}
        needs = found["box"]["pairing"] != "none"
        whole = status.returncode == 0 and result.get("paired") is needs and "absent" not in result.get("wan", {})
        return "read" if whole else f"not read: {status.stdout[-500:]}{status.stderr[-500:]}"


def _password(found: dict[str, Any]) -> tuple[str, ...]:
    return ("--password-stdin",) if found["box"]["pairing"] == "password" else ()


def _document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {"failure": done.stderr[-500:]}
    return document


def missing(program: Path, modules: tuple[str, ...]) -> list[str]:
    """Modules and metadata that are not in the build."""
    readers = importlib.import_module("PyInstaller.archive.readers")
    packed = set(readers.CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc)
    folder = program.parent / "_internal"
    # Compiled modules lie beside the archive, as files.
    files = {path.relative_to(folder).as_posix().split(".")[0].replace("/", ".") for path in folder.rglob("*.so")}
    # zeroconf lies there as it was written, see selfcare.spec.
    files |= {path.relative_to(folder).as_posix()[:-3].replace("/", ".").removesuffix(".__init__")
              for path in folder.rglob("*.py")}  # fmt: skip
    gone = [name for name in modules if name not in packed and name not in files]
    return gone + [name for name in METADATA if not any(folder.glob(f"{name}-*.dist-info/METADATA"))]
