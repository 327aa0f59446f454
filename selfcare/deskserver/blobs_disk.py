"""Attachments on a disk: ``ab/abcd…``, named by what is in them, whole or not there."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from selfcare.deskserver.model import DeskRefusal

T = TypeVar("T")
PART = re.compile(r"[0-9a-f]{2}")
_HEX = re.compile(r"[0-9a-f]{64}")
FULL = (errno.ENOSPC, errno.EDQUOT)
TOGETHER = 16  # threads: each waits for the disk, and the disk serves who waits together
FRESH_S = 120  # somebody may be about to commit a ticket that needs it: a request lasts 20 s


def checked(sha256: str) -> str:
    """The name, where it is one.

    Raises:
        KeyError: it is none (and so no path either).
    """
    if not _HEX.fullmatch(sha256):
        raise KeyError(sha256)
    return sha256


class DiskBlobs:
    """In ``folder``, which is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        _make(folder)
        self._threads = ThreadPoolExecutor(TOGETHER, "desk-blobs")

    async def put(self, sha256: str, data: bytes) -> None:
        """Durable when this returns.

        Raises:
            DeskRefusal: 507 ``storage_full``.
            ValueError: it is not what its name says.
        """
        await self._in_thread(lambda: self._put(checked(sha256), data))

    async def get(self, sha256: str) -> bytes:
        """Raises :class:`KeyError` where it is not there (any more), or is not what it was."""
        return await self._in_thread(lambda: self._get(checked(sha256)))

    async def drop(self, sha256: str) -> None:
        """One that is not there is well. One that was put in the last two minutes is left to the next sweep."""
        await self._in_thread(lambda: self._drop(checked(sha256)))

    async def names(self, part: str, older_s: float) -> list[str]:
        """Of which the first two signs are ``part``, and that nobody has put for so many seconds."""
        return await self._in_thread(lambda: self._names(part, time.time() - older_s))

    async def swept(self) -> int:
        """How many drafts were removed that a kill left behind; none that somebody may be writing now."""
        return await self._in_thread(self._sweep)

    async def close(self) -> None:
        """Lets go."""
        await asyncio.to_thread(self._threads.shutdown)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _put(self, sha256: str, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError("the digest is another")
        path = self._path(sha256)
        try:
            if not _same(path, data):
                _write(path, data)
            _durable(path.parent)
        except OSError as error:
            if error.errno in FULL:
                raise DeskRefusal(507, "storage_full") from error
            raise

    def _get(self, sha256: str) -> bytes:
        try:
            data = self._path(sha256).read_bytes()
        except FileNotFoundError:
            raise KeyError(sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise KeyError(sha256)
        return data

    def _drop(self, sha256: str) -> None:
        path = self._path(sha256)
        with contextlib.suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime >= FRESH_S:
                path.unlink()

    def _names(self, part: str, before: float) -> list[str]:
        every = (self._folder / part).glob("*") if PART.fullmatch(part) else ()
        return sorted(path.name for path in every if _HEX.fullmatch(path.name) and _put(path) < before)

    def _sweep(self) -> int:
        return sum(_left(path) for path in self._folder.glob("*/.*"))


def _put(path: Path) -> float:
    """When, last; of one that is gone: never long ago."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _left(draft: Path) -> bool:
    """It was, and is gone now."""
    try:
        if time.time() - draft.stat().st_mtime < FRESH_S:
            return False
        draft.unlink()
    except FileNotFoundError:  # it got its name meanwhile
        return False
    return True


def _same(path: Path, data: bytes) -> bool:
    """It is there, and whole; it is young again, so that nobody drops it under whoever needs it now."""
    try:
        if path.read_bytes() != data:
            return False
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _write(path: Path, data: bytes) -> None:
    """Under another name first: a name of ours never stands for a part."""
    draft = path.parent / f".{secrets.token_hex(8)}"
    try:
        handle = _draft(draft)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _draft(path: Path) -> int:
    """Its folder is nearly always there: it is made where it is not."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        return os.open(path, flags, 0o600)
    except FileNotFoundError:
        _make(path.parent)
        return os.open(path, flags, 0o600)


def _make(folder: Path) -> None:
    """Each folder durable in the one above it before anything is put into it."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        _durable(one.parent)


def _durable(folder: Path) -> None:
    """The names in it. Windows knows no such thing: NTFS journals them."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
