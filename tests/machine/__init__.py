"""A small Linux of its own, for what cannot be had apart in a lab of namespaces: the clock, and radios.

User-mode Linux where ``WIFI_LAB`` names the folder with its kernel, ``linux-lab``; else QEMU with Debian's (see
``emulated.py``). It sees this machine's files as they are, read-only under a layer in its memory, and has no network
but what a program makes inside it.
"""

from __future__ import annotations

import lzma
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab import rootfs
from tests.lab.errors import LabError, LabUnavailable
from tests.machine import emulated, registers

VARIABLE = "WIFI_LAB"
KERNEL, PACKED = "linux-lab", "linux-lab.xz"
FIRST = Path(__file__).with_name("first.sh")
REPO = FIRST.parents[2]
MEMORY_MB = 1024
_OVER = threading.Event()
PASSED_ON = ("WIFI_LAB", "SELFCARE_LAB_CACHE", "PYTHONPATH", "PATH", "LANG", emulated.PATIENCE)


@dataclass(frozen=True, slots=True)
class Ended:
    """How the command ended in there; ``took_s`` with the start of the machine."""

    returncode: int
    stdout: str
    stderr: str
    took_s: float


def why_unavailable(*, tireless: bool = False) -> str | None:
    """What is missing for it, None when nothing. ``tireless``: only User-mode Linux can be."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        needs = f"the machine of its own, with time of its own, needs {VARIABLE}, the folder with its kernel"
        return needs if tireless else emulated.why_unavailable()
    if not any(Path(folder, name).is_file() for name in (KERNEL, PACKED)):
        return f"the machine of its own needs {KERNEL} or {PACKED} in {folder}"
    return registers.why_unavailable() if os.geteuid() == 0 else "the machine of its own needs root, to see all files"


def end_all() -> None:
    """Every machine of this process ends, whichever thread waits for it, and none is started any more."""
    _OVER.set()


def run(command: Sequence[str], *, limit_s: float = 120, tireless: bool = False, radios: int = 2) -> Ended:
    """Starts the machine, runs the command in it from the repository's folder, and ends it.

    ``tireless``: work takes no time by its clocks, and nothing is waited for when all sleep. It is a slow machine:
    what measures times in there would measure that. ``radios``: how many Wi-Fi radios it has (``phy0``, ``phy1``, …).

    Raises:
        LabError: all machines were to end (``end_all``).
    """
    with tempfile.TemporaryDirectory(prefix="selfcare-machine-") as name:
        job = Path(name)
        _write(job, command)
        words, more = _words(job, tireless, radios)
        began = time.monotonic()  # what is fetched once is not counted
        with (job / "console").open("wb") as console:
            machine = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
                env={**os.environ, "TMPDIR": name, **more},
            )  # fmt: skip
            try:
                _wait(machine, job / "code", began + limit_s)
            finally:
                _end(machine)
        return _ended(job, time.monotonic() - began)


def _words(job: Path, tireless: bool, radios: int) -> tuple[list[str], dict[str, str]]:
    if (why := why_unavailable(tireless=tireless)) is not None:
        raise LabUnavailable(why)
    if not os.environ.get(VARIABLE):
        return emulated.words(job, MEMORY_MB, radios)
    tools = rootfs.ensure(rootfs.RADIO).usr.parent if radios else None
    return [
        str(_kernel(job)), f"mem={MEMORY_MB}M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro",
        f"init={FIRST}", f"selfcarejob={job}", "con=null", "con0=null,fd:2", "ssl=null", "quiet",
        *(["time-travel=inf-cpu"] if tireless else []), f"mac80211_hwsim.radios={radios}",
        *([f"selfcareextra={tools}"] if tools else []),
    ], registers.environment(job)  # fmt: skip


def _kernel(job: Path) -> Path:
    """The kernel, unpacked for this run where it lies there packed."""
    folder = Path(os.environ[VARIABLE])
    if os.access(folder / KERNEL, os.X_OK):
        return folder / KERNEL
    kernel = job / KERNEL
    with lzma.open(folder / PACKED) as packed, kernel.open("wb") as plain:
        shutil.copyfileobj(packed, plain)
    kernel.chmod(0o700)
    return kernel


def _write(job: Path, command: Sequence[str]) -> None:
    kept = {key: os.environ[key] for key in PASSED_ON if key in os.environ}
    if not os.environ.get(VARIABLE):
        kept = {emulated.PATIENCE: emulated.TIMES, **kept}
    lines = [f"export {key}={shlex.quote(value)}" for key, value in kept.items()]
    (job / "command").write_text("\n".join([*lines, f"cd {shlex.quote(str(REPO))}", shlex.join(command)]) + "\n")


def python(*words: str, limit_s: float = 120, tireless: bool = False, radios: int = 2) -> Ended:
    """This very Python, in there."""
    return run([sys.executable, *words], limit_s=limit_s, tireless=tireless, radios=radios)


def _wait(machine: subprocess.Popen[bytes], code: Path, end: float) -> None:
    while machine.poll() is None and not code.exists() and time.monotonic() < end:
        if _OVER.is_set():
            raise LabError("all machines of this process are to end")
        time.sleep(0.05)


def _end(machine: subprocess.Popen[bytes]) -> None:
    """The kernel and the processes it is made of: all of its own session, and nothing else."""
    while True:
        try:
            os.killpg(machine.pid, 9)
        except ProcessLookupError:
            break
        machine.poll()
        time.sleep(0.02)
    machine.wait()


def _ended(job: Path, took_s: float) -> Ended:
    def told(name: str) -> str:
        path = job / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    code = told("code").strip()
    if not code:
        return Ended(124, told("stdout"), told("stderr") + told("console")[-3000:], took_s)
    return Ended(int(code), told("stdout"), told("stderr"), took_s)
