"""The helper with a finger on the switch: the real program, which can be killed at any named moment.

``SELFCARE_TEST_KILL`` is ``ROLE NUMBER VICTIMS``: when the process of that role (the helper's first word) reaches its
so-manyeth moment, the victims get SIGKILL. ``SELFCARE_TEST_TRACE`` is a file that gets every moment's name. Only this
program knows these variables; the helper itself has no such thing.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from selfcare.helper import point
from selfcare.helper.__main__ import main

ROLE = {"serve": "helper"}.get(sys.argv[1], sys.argv[1])
reached_so_far = 0


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def children_of(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family() -> dict[str, list[int]]:
    """Who is who, as seen from this process."""
    me = os.getpid()
    if ROLE == "helper":
        guards = [pid for pid in children_of(me) if b"guard" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        return {"app": [parent_of(me)], "guard": guards, "helper": [me]}
    if ROLE == "guard":
        helper = parent_of(me)
        if b"serve" not in Path(f"/proc/{helper}/cmdline").read_bytes():
            return {"guard": [me]}  # it is gone already
        return {"app": [parent_of(helper)], "helper": [helper], "guard": [me]}
    return {ROLE: [me]}


def kill(victims: str) -> None:
    known = family()
    for name in ("app", "guard", "helper", "recover"):
        if victims in (name, "all"):
            for pid in sorted(known.get(name, []), key=lambda pid: pid == os.getpid()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def reached(name: str) -> None:
    global reached_so_far
    reached_so_far += 1
    trace = os.environ.get("SELFCARE_TEST_TRACE")
    if trace:
        with Path(trace).open("a") as file:
            file.write(f"{ROLE} {name}\n")
    role, number, victims = os.environ.get("SELFCARE_TEST_KILL", "- 0 -").split()
    if role == ROLE and int(number) == reached_so_far:
        kill(victims)


if __name__ == "__main__":
    point.reached = reached
    sys.exit(main(sys.argv[1:]))
