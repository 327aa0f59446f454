"""Lines of the hosts file that override names of the Internet, made comments; every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.helper import host
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.host import winapi
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.hosts import lines_without
from selfcare.helper.mechanisms.rewriting import Rewriting
from selfcare.helper.mechanisms.windows import calls, registry

MARK8, MARKS16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")


def path() -> Path:
    """Where the system looks: the registry names the folder, with ``%SystemRoot%`` for where Windows lies."""
    system = Path(winapi.system_folder())
    told = registry.text(registry.get(registry.MACHINE, registry.PARAMETERS, "DataBasePath"))
    folder = re.sub(r"%SystemRoot%", lambda _: str(system.parent), told, flags=re.IGNORECASE)
    return (Path(folder) if folder and "%" not in folder else system / "drivers" / "etc") / "hosts"


def disabled(args: dict[str, Any]) -> dict[Path, bytes]:
    """The file without these names; the mark that some editors put first stays first."""
    file = path()
    try:
        old = file.read_bytes()
    except FileNotFoundError:
        return {}
    if old.startswith(MARKS16):
        raise Refusal("protected", f"{file} is not written in bytes")
    mark = MARK8 if old.startswith(MARK8) else b""
    text = old[len(mark) :].decode("utf-8", errors="surrogateescape")
    end = "\r\n" if "\r\n" in text else "\n"
    new = mark + "".join(lines_without(text, set(args["names"]), end)).encode("utf-8", errors="surrogateescape")
    return {} if new == old else {file: new}


class Hosts:
    """An administrator who may not write there is kept out by a security program, not by missing rights."""

    def __init__(self) -> None:
        self.inner = Rewriting(disabled)
        self.undo = self.inner.undo

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        return self.inner.plan(args)

    def apply(self, entry: Entry) -> None:
        _said(lambda: self.inner.apply(entry))

    def read(self, entry: Entry) -> State:
        return self.inner.read(entry)

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        _said(lambda: self.inner.restore(entry, files))


def _said(doing: Callable[[], None]) -> None:
    try:
        doing()
    except Refusal as error:
        if error.code == "needs_privilege" and host.is_root():
            raise Refusal("protected", error.detail) from error
        raise


MECHANISMS: dict[str, Mechanism] = {"hosts.disable": Hosts()}
