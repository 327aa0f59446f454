"""Who lives, which moments were reached, and SIGKILL at one of them: one file shared by all programs of a round."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROLES = ("app", "helper", "guard", "recover")
DISK = "disk"  # a victim of another kind: nobody dies, and nothing can be written any more
WRITERS = ("before sql BEGIN", "journal.", "change.begins", "answer", "restore.begins", "guard.", "after ")


@dataclass(frozen=True, slots=True)
class Kill:
    """At the so-manyeth moment of this role (counted over all its programs of one round), these roles die."""

    role: str
    number: int
    victims: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.role} {self.number}: {'+'.join(self.victims)}"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment as it was met without a kill; ``alive``: the roles of which somebody lived."""

    role: str
    name: str
    alive: tuple[str, ...]


class Book:
    """Every line is appended in one write, so that programs do not need to agree on anything else."""

    def __init__(self, path: Path, kill: Kill | None = None, *, looks: bool = False) -> None:
        """``looks``: write down who lives at each moment (takes time, so only where it is asked for)."""
        self.path, self.kill, self.looks = path, kill, looks
        self.role, self.count = "", 0
        path.unlink(missing_ok=True)

    def born(self, role: str) -> None:
        """This process plays that role from now on."""
        self.role, self.count = role, 0
        self._append(f"born {role} {os.getpid()}")

    def reached(self, name: str) -> None:
        """A moment of this process."""
        alive = ",".join(sorted(self.living())) if self.looks else "-"
        self.count += 1
        mine = f"at {self.role} {os.getpid()}.{self.count} {alive} {name}"
        self._append(mine)
        kill = self.kill
        if kill is not None and kill.role == self.role and self._lines("at", self.role).index(mine) + 1 == kill.number:
            self._strike(kill)

    def living(self) -> dict[str, list[int]]:
        """The processes of each role that run, this one last."""
        found: dict[str, list[int]] = {}
        for line in self._lines("born"):
            _, role, pid = line.split()
            if runs(int(pid)):
                found.setdefault(role, []).append(int(pid))
        return {role: sorted(pids, key=lambda pid: pid == os.getpid()) for role, pids in found.items()}

    def moments(self) -> list[Moment]:
        """In the order of each role."""
        cut = (line.split(maxsplit=4) for line in self._lines("at"))
        return [Moment(role, name, tuple(alive.split(","))) for _, role, _, alive, name in cut]

    @property
    def struck(self) -> bool:
        """Whether the kill was carried out."""
        return bool(self._lines("killed"))

    @property
    def full(self) -> bool:
        """Whether the disk is full by now."""
        return self.kill is not None and DISK in self.kill.victims and self.struck

    def _strike(self, kill: Kill) -> None:
        living = self.living()
        pids = [pid for role in kill.victims for pid in living.get(role, [])]
        self._append(f"killed {kill}")
        for pid in sorted(pids, key=lambda pid: pid == os.getpid()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _append(self, line: str) -> None:
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
        finally:
            os.close(handle)

    def _lines(self, *words: str) -> list[str]:
        start = " ".join(words) + " "
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        return [line for line in text.splitlines() if line.startswith(start)]


def runs(pid: int) -> bool:
    """Whether this process lives and is one of ours: they were all forked from one program, so they share its words."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        same = Path(f"/proc/{pid}/cmdline").read_bytes() == Path("/proc/self/cmdline").read_bytes()
    except OSError:
        return False
    return same and state not in "ZX"


def kills(moments: Iterable[Moment], victims: Iterable[tuple[str, ...]]) -> list[Kill]:
    """Every moment, for each set of victims that differs there: who does not live cannot be killed."""
    wanted, found = list(victims), []
    for role, group in itertools.groupby(sorted(moments, key=lambda m: ROLES.index(m.role)), key=lambda m: m.role):
        for number, moment in enumerate(group, 1):
            there = (*moment.alive, DISK) if moment.name.startswith(WRITERS) else moment.alive
            living = {tuple(v for v in each if v in there) for each in wanted}
            found += [Kill(role, number, each) for each in sorted(living) if each]
    return found
