"""One laboratory, from bring-up to a program run inside it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from resource import struct_rusage
from types import TracebackType
from typing import Any

from tests.lab import mounts, rootfs, steps, topology
from tests.lab.plan import PROFILE
from tests.lab.scenario import Scenario, Step, load
from tests.lab.services import Services
from tests.lab.spaces import Space, Spaces, child_of


@dataclass(frozen=True, slots=True)
class Done:
    """A finished program. CPU and memory are its own and its children's (MB: the largest single process)."""

    returncode: int
    stdout: str
    stderr: str
    wall_s: float
    cpu_s: float
    max_rss_mb: float


class Lab:
    """``with Lab("isp-dns-down") as lab: lab.run(["ping", "-c1", "9.9.9.9"])``.

    Flags: ``user`` (run as Camille unless told otherwise), ``icmp`` (False: no ping of any
    kind for ordinary users), ``dbus`` (False: bus, NetworkManager and resolved are gone once
    the network is up), ``interface`` (False: only the loopback), ``owner`` (see ``owners.py``).
    """

    def __init__(
        self, scenario: str | Scenario = "healthy", *, user: bool = False, icmp: bool = True, dbus: bool = True,
        interface: bool = True, break_it: bool = True, owner: str | None = None,
    ) -> None:  # fmt: skip
        self.scenario = load(scenario) if isinstance(scenario, str) else scenario
        if owner:
            self.scenario = replace(self.scenario, lab=replace(self.scenario.lab, owner=owner))
        self.user, self.icmp, self.dbus, self.interface, self.break_it = user, icmp, dbus, interface, break_it
        self.up_s = 0.0
        self.variables: dict[str, str] = {}  # what the PC's user has in the environment

    def __enter__(self) -> Lab:
        root = rootfs.ensure()
        started = time.monotonic()
        variant = self.scenario.lab
        self.spaces = Spaces(root, connectivity_check=variant.connectivity_check, owner=variant.owner)
        self.services = Services(self.spaces, self.scenario.lab)
        try:
            self._bring_up()
            self.up_s = time.monotonic() - started
            if self.break_it:
                for step in self.scenario.steps:
                    self.apply(step)
            # Taken away last: some faults are made with the very tools of the desktop.
            self._ground()
            if self.break_it:
                time.sleep(self.scenario.settle_s)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.spaces.close()
        for process in self.services.running.values():
            process.wait(10)

    def _bring_up(self) -> None:
        spaces, services, variant = self.spaces, self.services, self.scenario.lab
        topology.cables(spaces)
        topology.box(spaces, variant)
        topology.outside(spaces, variant)
        services.start_outside()
        services.wait_link()
        topology.line(spaces, variant)
        services.start_box()
        services.wait_world()
        # Nobody hears the first question of a PC that is up sooner, and the next one comes 2 s later.
        services.wait_box()
        # Nobody else is on this cable yet: looking for duplicates would only take its second.
        spaces.pc.sysctl({"net.ipv6.conf.eth0.accept_dad": 0})
        services.start_pc()
        services.wait_pc()
        spaces.pc.sysctl({"net.ipv6.conf.eth0.accept_dad": 1})

    def _ground(self) -> None:
        """What the machine under test lacks, whatever the scenario."""
        pc = self.spaces.pc
        if not self.icmp:
            pc.sysctl({"net.ipv4.ping_group_range": "1 0"})
        if not self.dbus:
            self.services.stop_desktop()
        if not self.interface:
            pc.run("ip", "link", "delete", "eth0")

    def apply(self, step: Step) -> None:
        """Breaks (or mends) one thing while the lab runs."""
        steps.apply(self, step)

    @property
    def pc(self) -> Space:
        return self.spaces.pc

    def environment(self) -> dict[str, str]:
        """The caller's, with the lab's profile and roots; no proxy, no bus of the host."""
        dropped = ("_PROXY", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
        kept = {k: v for k, v in os.environ.items() if not k.upper().endswith(dropped)}
        roots, store = f"{mounts.SHARED}/ca.pem", f"{mounts.SHARED}/store.pem"
        kept = {k: store if v.endswith("ca-certificates.crt") else v for k, v in kept.items() if k != "SSL_CERT_DIR"}
        return {
            **kept,
            "SELFCARE_PROFILE": str(PROFILE),
            "SSL_CERT_FILE": store,
            "SELFCARE_PUBLIC_ROOTS": roots,
            **self.variables,
        }

    def _user_environment(self) -> dict[str, str]:
        number = mounts.user_id()
        kept = {k: v for k, v in self.environment().items() if not k.startswith("XDG_")}
        names = dict.fromkeys(("USER", "LOGNAME"), mounts.USER)
        return {**kept, **names, "HOME": mounts.HOME, "XDG_RUNTIME_DIR": f"/run/user/{number}"}

    def command(
        self,
        command: Sequence[str],
        *,
        user: bool | None = None,
        cwd: Path | str | None = None,
        terminal: bool = False,
        may_rise: bool = False,
    ) -> tuple[list[str], dict[str, str]]:
        """The full command line and environment that run a program on the PC.

        Camille cannot become anybody else, unless she ``may_rise``: through set-user-id programs, as on a real PC.

        With ``terminal`` the program gets the terminal of its caller as its own, for job
        control inside the lab's process namespace; taking it over is for root, so it comes first.
        """
        where = cwd or Path.cwd()
        first = ["setsid", "--ctty", "--wait"] if terminal else []
        if not (self.user if user is None else user):
            return self.spaces.pc.argv([*first, *command], where), self.environment()
        number = str(mounts.user_id())
        never = [] if may_rise else ["--bounding-set=-all", "--no-new-privs"]
        drop = ["setpriv", f"--reuid={number}", f"--regid={number}", "--clear-groups", "--inh-caps=-all", *never, "--"]
        return self.spaces.user.argv([*first, *drop, *command], where), self._user_environment()

    def run(
        self, command: Sequence[str], *, user: bool | None = None, timeout: float = 60, cwd: Path | str | None = None,
        env: dict[str, str] | None = None,
    ) -> Done:  # fmt: skip
        """Runs a program on the PC to its end."""
        argv, environment = self.command(command, user=user, cwd=cwd)
        return measured(argv, {**environment, **(env or {})}, timeout)

    def python(self, *arguments: str, **options: Any) -> Done:
        return self.run([sys.executable, *arguments], **options)


def measured(argv: Sequence[str], environment: dict[str, str], timeout: float) -> Done:
    """Like ``subprocess.run``, with what the kernel counted for the program and its children."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment)
        status, usage = _wait(process, timeout)
        wall = time.monotonic() - started
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    cpu = usage.ru_utime + usage.ru_stime
    return Done(os.waitstatus_to_exitcode(status), texts[0], texts[1], wall, cpu, usage.ru_maxrss / 1024)


def _wait(process: subprocess.Popen[bytes], timeout: float) -> tuple[int, struct_rusage]:
    """``wait4`` with a limit; a program that overstays is killed with everything it started."""
    descriptor = os.pidfd_open(process.pid)
    try:
        if not select.select([descriptor], [], [], timeout)[0]:
            inner = child_of(process.pid)
            os.kill(inner if inner is not None else process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
    finally:
        os.close(descriptor)
    process.returncode = os.waitstatus_to_exitcode(status)
    return status, usage
