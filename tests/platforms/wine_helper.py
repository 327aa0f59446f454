"""The helper under Wine, with a finger on the switch: ``winpy.sh run -m tests.platforms.wine_helper kill VERB ARGS``.

Runs on Windows Python only. ``serve``, ``guard`` and ``recover`` are the real program, which can be killed
(TerminateProcess) at any named moment: ``SELFCARE_TEST_KILL`` is ``ROLE NUMBER VICTIMS``. Each round makes the change,
kills the victims at one moment, and compares what is there with what was, once all of them are gone.

Wine's files belong to its one user, whom the helper does not trust, and rightly so: this program adds that user to the
trusted, and nothing else is different from the real one. ``user`` is the helper without an administrator's rights,
which Wine cannot take away.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
import time
import winreg
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.helper import __main__ as program
from selfcare.helper import host, point
from selfcare.helper.host import rights, winapi
from selfcare.helper.host import windows as host_windows
from selfcare.helper.journal import UNFINISHED, Journal
from selfcare.helper.mechanisms.windows import hosts, proxy

ME = [sys.executable, "-m", "tests.platforms.wine_helper"]
WORDS = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
HOSTS_LINE = b"\xef\xbb\xbf# kept as it is\r\n198.51.100.7\twww.example.com other.example\r\n127.0.0.1 localhost\r\n"
EVERYBODY = ("helper", "guard", "all")
role = {"serve": "helper"}.get(sys.argv[1], sys.argv[1]) if len(sys.argv) > 1 else ""
reached_so_far = 0


# -- the program that can be killed --------------------------------------------------------------


def note_pid(name: str) -> None:
    folder = os.environ.get("SELFCARE_TEST_PIDS")
    if folder:
        Path(folder, name).write_text(str(os.getpid()))


def kill(victims: str) -> None:
    """Myself last."""
    folder = Path(os.environ["SELFCARE_TEST_PIDS"])
    names = ("app", "guard", "helper") if victims == "all" else (victims,)
    pids = [int((folder / name).read_text()) for name in names if (folder / name).exists()]
    for pid in sorted(pids, key=lambda pid: pid == os.getpid()):
        with suppress(OSError):
            os.kill(pid, 9)  # TerminateProcess


def reached(name: str) -> None:
    global reached_so_far
    reached_so_far += 1
    trace = os.environ.get("SELFCARE_TEST_TRACE")
    if trace:
        with Path(trace).open("a") as file:
            file.write(f"{role} {name}\n")
    wanted, number, victims = os.environ.get("SELFCARE_TEST_KILL", "- 0 -").split()
    if wanted == role and int(number) == reached_so_far:
        kill(victims)


def real_program(words: list[str]) -> int:
    rights.TRUSTED.add(rights.user())
    point.reached = reached
    note_pid(role)
    return program.main(words)


def app(decision: str, verb: str, arguments: str) -> int:
    """A program that has one change made, and decides."""
    note_pid("app")
    with subprocess.Popen([*ME, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as helper:
        entry = ask(helper, verb, json.loads(arguments)).get("ok", {}).get("entry", {}).get("name")
        if entry and decision != "hold":
            ask(helper, f"change.{decision}", {"entry": entry})
        with suppress(OSError):
            helper.stdin.close()
        helper.wait()
    return 0 if entry else 1


def ask(helper: subprocess.Popen[bytes], verb: str, arguments: object) -> dict[str, Any]:
    try:
        helper.stdin.write(json.dumps({"v": 1, "id": 1, "verb": verb, "args": arguments}).encode() + b"\n")
        helper.stdin.flush()
    except OSError:
        return {}
    said = helper.stdout.readline()
    print(said.decode().strip(), flush=True)
    return json.loads(said or b"{}")


# -- what a change could touch -------------------------------------------------------------------


def prepare() -> None:
    """A diverting line and a proxy that is on."""
    hosts.path().write_bytes(HOSTS_LINE)
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, WORDS) as key:
        winreg.SetValueEx(key, "ProxyServer", 0, winreg.REG_SZ, "192.0.2.9:3128")
        winreg.SetValueEx(key, "ProxyEnable", 0, winreg.REG_DWORD, 1)
        winreg.SetValueEx(key, "AutoConfigURL", 0, winreg.REG_SZ, "http://192.0.2.9/p.pac")
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, "Environment") as key:
        winreg.SetValueEx(key, "https_proxy", 0, winreg.REG_SZ, "http://192.0.2.9:3128")


def whole() -> dict[str, Any]:
    """Read without the helper's own readers, wherever that is possible."""
    folder = hosts.path().parent
    found: dict[str, Any] = {"etc": sorted(path.name for path in folder.iterdir())}
    found["hosts"] = (folder / "hosts").read_bytes().hex()
    for name in (WORDS, "Environment"):
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, name) as key:
            values = [winreg.EnumValue(key, number) for number in range(winreg.QueryInfoKey(key)[1])]
        found[name] = sorted(f"{value[0].lower()} {value[1:]}" for value in values)
    found["flags"] = proxy.live_flags()
    found["resolvers"] = resolvers()
    return found


def resolvers() -> list[str]:
    """Every NameServer of every adapter that is not empty."""
    made = []
    for family in ("Tcpip", "Tcpip6"):
        path = rf"SYSTEM\CurrentControlSet\Services\{family}\Parameters\Interfaces"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as root:
            for number in range(winreg.QueryInfoKey(root)[0]):
                name = winreg.EnumKey(root, number)
                with suppress(OSError), winreg.OpenKey(root, name) as key:
                    value = winreg.QueryValueEx(key, "NameServer")[0]
                    if value:
                        made.append(f"{family} {name} {value}")
    return sorted(made)


# -- the rounds ----------------------------------------------------------------------------------


class Killing:
    """All the rounds of one change; ``stride``: of the rounds, every so-manyeth is run."""

    def __init__(self, verb: str, arguments: str, stride: str = "1") -> None:
        self.words, self.stride = (verb, arguments), int(stride)
        self.recover()  # of an earlier run that was cut off
        prepare()
        self.before = whole()
        self.failures: list[str] = []
        self.killed = self.applied = self.begins = 0

    def run(self) -> dict[str, Any]:
        started = time.monotonic()
        points = list(self.rounds(self.trace()))[:: self.stride]
        for decision, kill_at in points:
            self.round(decision, kill_at)
        return {
            "verb": self.words[0], "moments": len({point[0] + point[1].rpartition(" ")[0] for point in points}),
            "rounds": len(points), "killed": self.killed, "failures": self.failures,
            "seconds": round(time.monotonic() - started, 1),
        }  # fmt: skip

    def rounds(self, traced: dict[str, int]) -> Iterator[tuple[str, str]]:
        for number in range(1, traced["hold helper"] + 1):
            yield from (("hold", f"helper {number} {victims}") for victims in EVERYBODY)
        for number in range(1, traced["hold guard"] + 1):
            yield from (("hold", f"guard {number} {victims}") for victims in ("helper", "guard", "all"))
        for number in range(traced["hold helper"] + 1, traced["undo helper"] + 1):
            yield from (("undo", f"helper {number} {victims}") for victims in EVERYBODY)
        for number in range(1, traced["recover"] + 1):
            yield "recover", f"recover {number} recover"

    def trace(self) -> dict[str, int]:
        """How many moments each way has, met once without a kill."""
        found = {}
        for decision in ("hold", "undo"):
            lines = traced(lambda decision=decision: self.app(decision, "- 0 -"))
            for each in ("helper", "guard"):
                found[f"{decision} {each}"] = sum(line.startswith(each) for line in lines)
            self.expect(f"{decision} without a kill")
            if decision == "hold":  # from here, the guard is there
                mine = [line for line in lines if line.startswith("helper")]
                self.begins = mine.index("helper change.begins") + 1
        self.applied = found["hold helper"]  # the moment before the answer: made, not kept
        self.app("hold", f"helper {self.applied} all")
        if whole() == self.before:
            self.failures.append("nothing was changed, so nothing is proved")
        found["recover"] = len(traced(lambda: self.recover()))
        self.expect("recover without a kill")
        return found

    def round(self, decision: str, kill_at: str) -> None:
        if decision == "recover":
            self.app("hold", f"helper {self.applied} all")
            self.recover(kill_at)
        else:
            self.app(decision, kill_at)
            killer, number, victims = kill_at.split()
            alone = victims not in ("all", killer) or killer == victims == "helper"
            if alone and (killer == "guard" or int(number) >= self.begins) and unfinished():
                self.failures.append(f"{decision} {kill_at}: left to recover, though somebody lived to put it back")
        if unfinished():
            self.recover()
        self.expect(f"{decision}: {kill_at}")

    def app(self, decision: str, kill_at: str) -> None:
        """One program with its helper and guard, until all of them are gone."""
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "SELFCARE_TEST_KILL": kill_at, "SELFCARE_TEST_PIDS": folder}
            done = subprocess.run([*ME, "app", decision, *self.words], env=env, capture_output=True, timeout=120)
            if b'"ok"' not in done.stdout or done.returncode:
                self.killed += 1
            for name in ("helper", "guard"):
                path = Path(folder, name)
                if path.exists() and not gone(int(path.read_text())):
                    self.failures.append(f"{decision} {kill_at}: {name} still runs")

    def recover(self, kill_at: str = "- 0 -") -> None:
        with tempfile.TemporaryDirectory() as folder:
            env = {**os.environ, "SELFCARE_TEST_KILL": kill_at, "SELFCARE_TEST_PIDS": folder}
            subprocess.run([*ME, "recover"], env=env, capture_output=True, timeout=120)

    def expect(self, what: str) -> None:
        now = whole()
        wrong = [f"{key}: {self.before[key]} != {now[key]}" for key in self.before if self.before[key] != now[key]]
        wrong += unfinished()
        if wrong:
            self.failures.append(f"{what}: {'; '.join(wrong)[:400]}")


def traced(doing: Callable[[], None]) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder, "trace")
        os.environ["SELFCARE_TEST_TRACE"] = str(trace)
        doing()
        del os.environ["SELFCARE_TEST_TRACE"]
        return trace.read_text().splitlines() if trace.exists() else []


def gone(pid: int, limit_s: float = 60) -> bool:
    """Whether this process ends in time."""
    library = winapi.library("kernel32")
    handle = library.OpenProcess(0x100000, False, pid)  # SYNCHRONIZE
    if not handle:
        return True
    try:
        return library.WaitForSingleObject(ctypes.c_void_p(handle), int(limit_s * 1000)) == 0
    finally:
        winapi.close(handle)


def unfinished() -> list[str]:
    entries = Journal(host.machine_journal()).entries()
    return [f"{each.name} {each.state}" for each in entries if each.state in UNFINISHED]


def main(words: list[str]) -> int:
    match words:
        case ["app", decision, verb, arguments]:
            return app(decision, verb, arguments)
        case ["kill", verb, arguments, *stride]:
            rights.TRUSTED.add(rights.user())
            print(json.dumps(Killing(verb, arguments, *stride).run()))
            return 0
        case ["user", *rest]:  # as the real one, which trusts nobody but itself there
            host.is_root = host_windows.is_root = lambda: False
            return program.main(rest)
    return real_program(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
