"""First process of a laboratory. Run as a file: it imports nothing of the project.

It owns every namespace of the lab through open descriptors, in a process namespace of
its own: when it ends, for whatever reason, the kernel ends every process of the lab and
drops its networks and mounts. It ends when its standard input is closed, that is when
the program that made the lab is gone, even by SIGKILL.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

NEWNS, NEWUTS, NEWIPC, NEWPID, NEWNET = 0x00020000, 0x04000000, 0x08000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG = 1
OWN_PROCESSES = Path("/proc/self/ns/pid").exists()  # a small kernel may have no namespaces of processes
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    _checked(_libc.unshare(flags), "unshare")


def setns(descriptor: int, flags: int) -> None:
    _checked(_libc.setns(descriptor, flags), "setns")


def hold(kind: str) -> int:
    """Keeps the current namespace of this kind alive, and reachable as /proc/PID/fd/N."""
    return os.open(f"/proc/self/ns/{kind}", os.O_RDONLY)


def shell(script: str) -> None:
    done = subprocess.run(["/bin/sh", "-ec", script], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{done.stderr.strip()} (in the mounts of the lab)")


def build(spec: dict[str, Any]) -> dict[str, int]:
    """Makes the namespaces; the names of the answer are ``net.X`` and ``mnt.X``."""
    held = {}
    shell(spec["scripts"]["base"])
    held["mnt.base"], held["net.net"] = hold("mnt"), hold("net")
    for name in spec["networks"]:
        unshare(NEWNET)
        held[f"net.{name}"] = hold("net")
    setns(held["net.pc"], NEWNET)
    for name in ("pc", "user"):
        unshare(NEWNS)
        shell(spec["scripts"][name])
        held[f"mnt.{name}"] = hold("mnt")
    setns(held["mnt.base"], NEWNS)
    setns(held["net.net"], NEWNET)
    return held


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def first_process(spec: dict[str, Any]) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        say({"held": build(spec)})
    except OSError as error:
        say({"error": str(error)})
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel then buries orphans for us
    os.close(1)
    while os.read(0, 4096):
        pass


def main() -> int:
    spec = json.loads(sys.stdin.readline())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        unshare(NEWNS | (NEWPID if OWN_PROCESSES else 0) | NEWNET | NEWUTS | NEWIPC)
    except OSError as error:
        say({"error": str(error)})
        return 1
    child = os.fork()
    if child == 0:
        first_process(spec)
        os._exit(0)
    say({"pid": child})
    os.close(0)
    os.close(1)
    os.waitpid(child, 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
