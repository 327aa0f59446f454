"""The terminal while something goes on: keys as they are pressed, a line that is written anew, a bell, colours."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import os
import sys
import threading
from collections.abc import Iterator

from selfcare.model.wifi import Place

_COLOURS = {Place.GOOD: "32", Place.FAIR: "33", Place.WEAK: "35", Place.BAD: "31"}
_BELL_EVERY = {Place.GOOD: 1, Place.FAIR: 2, Place.WEAK: 4}
"""Moments between two bells: the better, the faster; silence is bad."""
END = ""
"""Nobody types any more."""


class Keyboard:
    """Characters from whoever types, or from a pipe. The reading thread ends with the program."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        threading.Thread(target=self._read, name="keyboard", daemon=True).start()

    async def key(self) -> str:
        """The next character; ``END`` at the end, again and again."""
        found = await self._keys.get()
        if found == END:
            self._keys.put_nowait(END)
        return found

    def _read(self) -> None:
        for text in _windows_keys() if sys.platform == "win32" and sys.stdin.isatty() else _bytes():
            if not self._tell(text):
                return
        self._tell(END)

    def _tell(self, text: str) -> bool:
        try:
            for one in text or (END,):
                self._loop.call_soon_threadsafe(self._keys.put_nowait, one)
        except RuntimeError:  # the loop is closed: nobody listens
            return False
        return True


def _bytes() -> Iterator[str]:
    """Past Python's own buffer, whose lock a thread would still hold at the end of the program."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    while data := _read():
        if text := decoder.decode(data):
            yield text


def _read() -> bytes:
    """Nothing at the end, and where nobody can type."""
    try:
        return os.read(sys.stdin.fileno(), 1024)
    except (OSError, ValueError, AttributeError):
        return b""


def _windows_keys() -> Iterator[str]:
    if sys.platform == "win32":
        import msvcrt

        while True:
            yield msvcrt.getwch()
    yield from ()


@contextlib.contextmanager
def key_by_key() -> Iterator[bool]:
    """Characters come as they are pressed, unseen; True where there is a terminal. It is put back at the end."""
    if not sys.stdin.isatty() or sys.platform == "win32":
        yield sys.stdin.isatty()
        return
    import termios
    import tty

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    try:
        tty.setcbreak(fd)
        yield True
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


class Screen:
    """Standard output. ``sound``: rings the terminal's bell, faster where it is better."""

    def __init__(self, *, sound: bool = False) -> None:
        self.live = sys.stdout.isatty()
        self._colours = self.live and sys.platform != "win32" and "NO_COLOR" not in os.environ and _can_colour()
        self._sound, self._moments = sound, 0
        self.gone = False

    def coloured(self, text: str, grade: Place) -> str:
        """The word stands in the text: the colour is for those who see it."""
        colour = _COLOURS.get(grade)
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours and colour is not None else text

    def line(self, text: str) -> None:
        """A line that stays."""
        self._write(("\r\x1b[K" if self.live and sys.platform != "win32" else "") + text + "\n")

    def plain(self, text: str) -> None:
        """A line for another program."""
        self._write(text + "\n")

    def anew(self, text: str) -> None:
        """In place of the one before; nothing where that cannot be done."""
        if self.live:
            self._write(("\r" if sys.platform == "win32" else "\r\x1b[K") + text)

    def ring(self, grade: Place) -> None:
        """By how good this moment is."""
        self._moments += 1
        every = _BELL_EVERY.get(grade)
        if self._sound and every is not None and self._moments % every == 0:
            sys.stderr.write("\a")
            sys.stderr.flush()

    def _write(self, text: str) -> None:
        if self.gone:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            self.gone = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _can_colour() -> bool:
    return os.environ.get("TERM", "") not in ("", "dumb")
