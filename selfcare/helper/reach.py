"""The way from an ordinary user to root's helper (macOS): the standing one, else one that a password starts."""

from __future__ import annotations

import os
import select
import socket
import stat
import sys
import time
from pathlib import Path

assert sys.platform != "win32"

from selfcare.helper import listen, tools  # noqa: E402
from selfcare.helper.errors import Refusal  # noqa: E402

INSTALLED = Path("/Library/PrivilegedHelperTools/org.selfcare.helper/selfcare-helper")
# Fixed words: nothing of a request, a path or a name is ever put among them.
ASK = 'do shell script "{0} once > /dev/null 2>&1 &" with administrator privileges'
HELLO = b'{"v": 1, "id": 0, "verb": "hello", "args": {}}\n'
PASSWORD_S, START_S, ANSWER_S = 150.0, 10.0, 10.0  # together less than the client waits
CANCELLED = "(-128)"  # AppleScript's number; its words are translated
DISMISSED, NOT_ALLOWED, NOT_INSTALLED = 126, 127, 125  # the first two as pkexec's


def main() -> int:
    """Carries the conversation to root's helper and back; the exit code says why there is none."""
    helper = connected(listen.STANDING)
    if helper is None:
        try:
            _ask_for_password()
        except Refusal as error:
            print(error.detail, file=sys.stderr)
            return {"refused": DISMISSED, "needs_privilege": NOT_INSTALLED}.get(error.code, NOT_ALLOWED)
        helper = connected(listen.ONCE, START_S)
    if helper is None:
        print("root's helper does not answer", file=sys.stderr)
        return 1
    with helper:
        return carry(helper)


def connected(name: str, limit_s: float = 0.0) -> socket.socket | None:
    """A connection to root's helper that has answered; None when there is none, or it does not want us."""
    end = time.monotonic() + limit_s
    while True:
        helper = socket.socket(socket.AF_UNIX)
        helper.settimeout(ANSWER_S)
        try:
            helper.connect(str(listen.RUN / name))
            if listen.peer(helper) == 0 and _answers(helper):
                helper.settimeout(None)
                return helper
        except OSError:
            pass
        helper.close()
        if time.monotonic() >= end:
            return None
        time.sleep(0.1)


def _answers(helper: socket.socket) -> bool:
    helper.sendall(HELLO)
    said = b""
    while not said.endswith(b"\n"):
        more = helper.recv(4096)
        if not more:
            return False
        said += more
    return b'"ok"' in said


def _ask_for_password() -> None:
    """Has macOS ask for an administrator's password; returns once root's helper was started.

    Raises:
        Refusal: closed, not allowed, or there is no helper that only root could have written.
    """
    for path in (INSTALLED, *INSTALLED.parents):
        try:
            about = path.stat()
        except OSError as error:
            raise Refusal("needs_privilege", f"{INSTALLED} is not installed") from error
        if about.st_uid != 0 or stat.S_IMODE(about.st_mode) & 0o022:
            raise Refusal("needs_privilege", f"{path} belongs to others, or others may write there")
    try:
        tools.ask("osascript", "-e", ASK.format(INSTALLED), timeout=PASSWORD_S)
    except Refusal as error:
        if CANCELLED in error.detail:
            raise Refusal("refused", "the question for the password was closed") from error
        raise Refusal("failed", error.detail) from error


def carry(helper: socket.socket) -> int:
    """Both ways, until the helper is through: with its reader gone, it first puts back what was not kept."""
    sources = [0, helper.fileno()]
    while True:
        for source in select.select(sources, [], [])[0]:
            try:
                data = os.read(source, 65536)
            except ConnectionError:
                data = b""
            if not data and source:
                return 0
            if data:
                _write(1 if source else helper.fileno(), data)
            else:
                sources.remove(0)
                helper.shutdown(socket.SHUT_WR)


def _write(target: int, data: bytes) -> None:
    while data:
        data = data[os.write(target, data) :]
