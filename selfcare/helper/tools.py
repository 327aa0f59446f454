"""The system's own tools: found in fixed folders, told fixed words, never through a shell."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selfcare.helper import host, point
from selfcare.helper.errors import Refusal

FOLDERS = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")
DENIED = ("operation not permitted", "permission denied", "access denied", "must be root", "not authorized")
SESSION = ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "HOME")
_held: list[int] = []


@contextmanager
def holding(handle: int) -> Iterator[None]:
    """Tools run meanwhile inherit this lock, so that nobody restores what a tool of the dead is still changing."""
    _held.append(handle)
    try:
        yield
    finally:
        _held.remove(handle)


def held() -> tuple[int, ...]:
    """The locks a tool inherits at this moment."""
    return tuple(_held)


def find(name: str) -> str | None:
    """Where this tool is; root runs none that another could have written."""
    for folder in FOLDERS:
        path = Path(folder, name)
        try:
            about = path.stat()
        except OSError:
            continue
        mine = about.st_uid == 0 and not about.st_mode & 0o022
        if about.st_mode & 0o111 and (mine or not host.is_root()):
            return str(path)
    return None


def ask(name: str, *words: str, data: bytes | None = None, timeout: float = 10) -> bytes:
    """What a tool says that changes nothing."""
    return _run(name, words, data, timeout, tuple(_held))


def tell(name: str, *words: str, data: bytes | None = None, timeout: float = 30, stays: bool = False) -> bytes:
    """Has a tool change something. ``stays``: it becomes a daemon, which must not hold our lock for ever."""
    point.reached(f"before {name}")
    said = _run(name, words, data, timeout, () if stays else tuple(_held))
    point.reached(f"after {name}")
    return said


def _run(name: str, words: tuple[str, ...], data: bytes | None, timeout: float, inherited: tuple[int, ...]) -> bytes:
    path = find(name)
    if path is None:
        raise Refusal("failed", f"{name} is not installed")
    environment = {"LC_ALL": "C", "PATH": ":".join(FOLDERS)}
    if not host.is_root():
        environment |= {key: os.environ[key] for key in SESSION if key in os.environ}
    given = _file(data)
    try:
        done = subprocess.run(
            [path, *words], stdin=given, capture_output=True, timeout=timeout, check=False, env=environment, cwd="/",
            pass_fds=inherited,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Refusal("timed_out", name) from error
    except OSError as error:
        raise Refusal("failed", f"{name}: {error.strerror}") from error
    finally:
        if given != subprocess.DEVNULL:
            os.close(given)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        denied = any(word in said.lower() for word in DENIED)
        raise Refusal("needs_privilege" if denied and not host.is_root() else "failed", f"{name}: {said}")
    return bytes(done.stdout)


def _file(data: bytes | None) -> int:
    """A tool's standard input: nothing, or a file in memory (``ip`` moves about in it, and the disk may be full)."""
    if data is None:
        return subprocess.DEVNULL
    return host.memory_file(data)
