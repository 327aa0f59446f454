"""SIGKILL at every moment of a change, for everybody: ``python -m tests.helper.killing VERB ARGUMENTS [STRIDE]``.

Runs on the lab's PC. Each round makes the change with the real helper and kills the victims at one moment. What was
there before must be back once the guard, or else ``recover``, has done its work.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from selfcare.helper import host
from selfcare.helper.journal import UNFINISHED, Journal
from tests.helper import whole

EVERYBODY = ("app", "helper", "guard", "all")
SETTLE_S = 15.0  # NetworkManager connects in its own time


def rounds(traced: dict[str, list[str]]) -> Iterator[tuple[str, str, int, str]]:
    """Decision, role, number of the moment, victims."""
    applying = len(traced["hold helper"])
    for number in range(1, applying + 1):
        yield from (("hold", "helper", number, victims) for victims in EVERYBODY)
    for number in range(1, len(traced["hold guard"]) + 1):
        yield from (("hold", "guard", number, victims) for victims in ("helper", "guard", "all"))
    for number in range(applying + 1, len(traced["undo helper"]) + 1):
        yield from (("undo", "helper", number, victims) for victims in EVERYBODY)
    for number in range(1, len(traced["recover"]) + 1):
        yield ("recover", "recover", number, "recover")


class Killing:
    """All the rounds of one change."""

    def __init__(self, verb: str, arguments: str, stride: str = "1") -> None:
        """``stride``: of the rounds, every so-manyeth is run."""
        self.words, self.stride = (verb, arguments), int(stride)
        self.before = whole.state()
        self.failures: list[str] = []
        self.killed = self.applied = self.begins = 0

    def run(self) -> int:
        started = time.monotonic()
        points = list(rounds(self.trace()))[:: self.stride]
        for decision, role, number, victims in points:
            self.round(decision, f"{role} {number} {victims}")
        names = len({point[:3] for point in points})
        print(json.dumps({
            "verb": self.words[0], "moments": names, "rounds": len(points), "killed": self.killed,
            "failures": self.failures, "seconds": round(time.monotonic() - started, 1),
        }), flush=True)  # fmt: skip
        return 1 if self.failures or not points else 0

    def trace(self) -> dict[str, list[str]]:
        """The moments of each way, met once without a kill."""
        found = {}
        for decision in ("hold", "undo"):
            lines = self.traced(lambda decision=decision: self.app(decision, "- 0 -"))
            for role in ("helper", "guard"):
                found[f"{decision} {role}"] = [line for line in lines if line.startswith(role)]
            self.expect(f"{decision} without a kill")
        self.applied = len(found["hold helper"])  # the moment before the answer: made, not kept
        self.begins = found["hold helper"].index("helper change.begins") + 1  # from here, the guard is there
        self.app("hold", f"helper {self.applied} all")
        found["recover"] = self.traced(lambda: self.program("recover"))
        self.expect("recover without a kill")
        return found

    def traced(self, doing) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            trace = Path(folder, "trace")
            os.environ["SELFCARE_TEST_TRACE"] = str(trace)
            doing()
            del os.environ["SELFCARE_TEST_TRACE"]
            return trace.read_text().splitlines() if trace.exists() else []

    def round(self, decision: str, kill: str) -> None:
        if decision == "recover":
            self.app("hold", f"helper {self.applied} all")
            self.program("recover", kill)
        else:
            self.app(decision, kill)
            role, number, victims = kill.split()
            alone = victims not in ("all", role) or role == victims == "helper"
            if alone and (role == "guard" or int(number) >= self.begins) and self.unfinished():
                self.failures.append(f"{decision} {kill}: left to recover, though somebody lived to put it back")
        if self.unfinished():
            self.program("recover")
        self.expect(f"{decision}: {kill}")

    def app(self, decision: str, kill: str) -> None:
        """One program with its helper and guard, until all of them are gone."""
        mark = secrets.token_hex(8)
        env = {**os.environ, "SELFCARE_TEST_KILL": kill, "SELFCARE_TEST_MARK": mark}
        command = [sys.executable, "-m", "tests.helper.app", decision, *self.words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=120)
        if done.returncode < 0 or '"ok"' not in done.stdout:
            self.killed += 1
        elif kill == "- 0 -" and done.returncode:
            self.failures.append(f"{decision}: {done.stdout} {done.stderr}")
        end = time.monotonic() + 120
        while any_marked(mark):
            if time.monotonic() > end:
                self.failures.append(f"{decision} {kill}: something still runs")
                break
            time.sleep(0.02)

    def program(self, word: str, kill: str = "- 0 -") -> None:
        env = {**os.environ, "SELFCARE_TEST_KILL": kill}
        subprocess.run([sys.executable, "-m", "tests.helper.harness", word], env=env, capture_output=True, check=False)

    def unfinished(self) -> list[str]:
        entries = Journal(host.journal_folder()).entries()
        return [f"{entry.name} {entry.state}" for entry in entries if entry.state in UNFINISHED]

    def expect(self, what: str) -> None:
        """The same as before, and nothing left to do."""
        end = time.monotonic() + SETTLE_S
        while (now := whole.state()) != self.before and time.monotonic() < end:
            time.sleep(0.2)
        wrong = [
            differs(key, self.before[key], now.get(key)) for key in self.before if self.before[key] != now.get(key)
        ]
        wrong += self.unfinished()
        if wrong:
            self.failures.append(f"{what}: {'; '.join(wrong)[:600]}")
            print(self.failures[-1], file=sys.stderr, flush=True)


def differs(key: str, was: object, now: object) -> str:
    if isinstance(was, list) and isinstance(now, list):
        return f"{key}: gone {[x for x in was if x not in now]}, new {[x for x in now if x not in was]}"
    return f"{key}: {was} != {now}"


def any_marked(mark: str) -> bool:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if f"SELFCARE_TEST_MARK={mark}".encode() in (folder / "environ").read_bytes():
                    return True
            except OSError:
                continue
    return False


if __name__ == "__main__":
    sys.exit(Killing(*sys.argv[1:]).run())
