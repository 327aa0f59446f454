"""The user's own proxy settings off: GNOME's, KDE's, and the variables of the session."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selfcare.helper import host, tools
from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.files import put
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.rewriting import Rewriting, lines_of, rewritten, seen
from selfcare.helper.mechanisms.ways import Files

SCHEMA = "org.gnome.system.proxy"
MARK = "# selfcare: "
SHELL_FILES = (".profile", ".bash_profile", ".bashrc", ".xprofile", ".zshenv", ".pam_environment")
_VARIABLE = re.compile(r"\s*(export\s+)?(https?|ftp|all|socks)_proxy(\s*=|\s+DEFAULT=)", re.IGNORECASE)
_KDE = re.compile(r"(ProxyType\s*=\s*)[1-9]\d*\s*")


class Off:
    """Only what switches the proxy on is changed; addresses and passwords of it stay where they are."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        files = _files(args)
        mode = _gnome()
        if not files and mode in ("", "'none'"):
            raise Refusal("failed", "nothing to change")
        made = rewritten(files) if files else Plan({}, {}, {})
        made.before["gnome"], made.wanted["gnome"] = mode, mode and "'none'"
        return made

    def apply(self, entry: Entry) -> None:
        for path, data in _files(entry.args).items():
            put(path, entry.wanted[str(path)], data)
        if entry.before["gnome"] != entry.wanted["gnome"]:
            tools.tell("gsettings", "set", SCHEMA, "mode", "none")

    def read(self, entry: Entry) -> State:
        return seen([Path(path) for path in entry.before if path.startswith("/")]) | {"gnome": _gnome()}

    def restore(self, entry: Entry, files: Files) -> None:
        Rewriting(_files).restore(entry, files)
        was = entry.before["gnome"]
        if _gnome() != was:
            tools.tell("gsettings", "set", SCHEMA, "mode", was.strip("'"))


def _gnome() -> str:
    """GNOME's mode as gsettings spells it, "" where there is none."""
    if tools.find("gsettings") is None:
        return ""
    try:
        said = tools.ask("gsettings", "get", SCHEMA, "mode", timeout=5).decode().strip()
    except Refusal:
        return ""
    return said if said in ("'none'", "'manual'", "'auto'") else ""


def _files(args: dict[str, Any]) -> dict[Path, bytes]:
    """The new contents of the user's files that name a proxy; links of a managed home are left to their manager."""
    home = _ours(Path.home())
    found = {}
    session = sorted((_config(home) / "environment.d").glob("*.conf"))
    for path in (_config(home) / "kioslaverc", *session, *(home / name for name in SHELL_FILES)):
        if not path.is_file() or path.is_symlink():
            continue
        old = path.read_bytes()
        text = old.decode("utf-8", errors="surrogateescape")
        lines = _kde(text) if path.name == "kioslaverc" else _variables(text)
        new = "".join(lines).encode("utf-8", errors="surrogateescape")
        if new != old:
            found[path] = new
    return found


def _config(home: Path) -> Path:
    told = os.environ.get("XDG_CONFIG_HOME", "")
    return _ours(Path(told)) if told.startswith("/") else home / ".config"


def _ours(folder: Path) -> Path:
    """Not one of another user's, as ``sudo`` may leave it to root: what we write there could be led anywhere."""
    if folder.exists() and folder.stat().st_uid != host.fresh_owner()[0]:
        raise Refusal("protected", f"{folder} belongs to another user")
    return folder


def _kde(text: str) -> Iterator[str]:
    for line in lines_of(text):
        yield _KDE.sub(r"\g<1>0", line.rstrip("\n")) + ("\n" if line.endswith("\n") else "")


def _variables(text: str) -> Iterator[str]:
    for line in lines_of(text):
        yield MARK + line if _VARIABLE.match(line) else line


MECHANISMS: dict[str, Mechanism] = {"proxy.off": Off()}
