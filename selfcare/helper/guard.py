"""The small process that puts a change back when its maker dies, or says nothing more in time."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Sequence
from typing import IO

from selfcare.helper import host, point
from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal

READY_S = 10.0
APPLYING_S = 120.0  # a change takes at most this; the time to decide runs from its end
PAUSES_S = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)  # before each try to put it back
HEARD, RELEASED = b"h", b"r"


class Guard:
    """A guard that runs; its standard input is the thread that must not break."""

    def __init__(self, own: Sequence[str], name: str, seconds: float) -> None:
        """``own``: the words by which this very program is started."""
        words = [sys.executable, *own, "guard", name, str(seconds)]
        try:
            self.process = host.start_apart(words)
        except OSError as error:
            raise Refusal("failed", f"no guard, so nothing was changed: {error.strerror}") from error
        assert self.process.stdin and self.process.stdout
        self.input: IO[bytes] = self.process.stdin
        self.output: IO[bytes] = self.process.stdout
        thread = self.output.fileno()
        if not host.wait_readable([thread], READY_S) or os.read(thread, 1) != b"!":
            self.end()
            raise Refusal("failed", "no guard, so nothing was changed")

    def heard(self) -> None:
        """The change is made: the time to decide runs from here."""
        self._say(HEARD)

    def release(self) -> None:
        """It was decided; the guard ends."""
        self._say(RELEASED)
        self.end()

    def end(self) -> None:
        """Lets go of the thread, and waits until the guard has put back what was not released."""
        with contextlib.suppress(OSError):
            self.input.close()
        self.process.wait()
        self.output.close()

    def _say(self, word: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self.input.fileno(), word)


def watch(changes: Changes, name: str, seconds: float) -> int:
    """The guard's own life: ready, waiting, and putting back unless it is released."""
    host.quiet_signals("SIGTERM", "SIGHUP", "SIGINT", "SIGPIPE")  # at log-out too, it is the last that may go
    lock = changes.journal.watching(name)
    if lock is None:
        return 1
    with contextlib.suppress(BrokenPipeError):  # its maker is gone already
        os.write(1, b"!")
    point.reached("guard.ready")
    limit = seconds + APPLYING_S
    while host.wait_readable([0], limit):
        word = os.read(0, 1)
        if word == RELEASED:
            return 0
        if not word:
            break
        limit = seconds
    return put_back(changes, name)


def put_back(changes: Changes, name: str) -> int:
    """Several tries: what is needed for it may itself be starting again at this moment."""
    point.reached("guard.acts")
    for pause in PAUSES_S:
        time.sleep(pause)
        try:
            changes.settle(name)
        except Refusal as error:
            changes.journal.log({"guard": name, "code": error.code, "detail": error.detail})
            if error.code == "changed_since":
                return 0
        else:
            return 0
    return 1
