"""Real processes on the *simulated* Mac: the helper, its guard, kill -9, and the next start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.helper.mac_program import Shared, shared
from tests.helper.test_macos import ARGS

ROOT = Path(__file__).parents[2]
PROGRAM = [sys.executable, "-m", "tests.helper.mac_program"]
CHANGES = ("other resolvers", "on again", "a route", "a VPN")  # one of each kind; all of them are in test_macos.py


class Talk:
    """A conversation with the helper of a Mac in this folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.before = folder, shared(folder, fresh=True).whole()
        self.environment = {**os.environ, "SELFCARE_TEST_MAC": str(folder)}
        self.helper = subprocess.Popen(
            [*PROGRAM, "serve"], cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, verb: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
        assert self.helper.stdin and self.helper.stdout
        self.helper.stdin.write(json.dumps({"v": 1, "id": 1, "verb": verb, "args": args, **more}).encode() + b"\n")
        self.helper.stdin.flush()
        said: dict[str, Any] = json.loads(self.helper.stdout.readline())
        assert "ok" in said, said
        return said["ok"]  # type: ignore[no-any-return]

    def now(self) -> Any:
        mac = Shared.__new__(Shared)
        mac.path, mac.native = self.folder / "preferences.plist", True
        return mac.remember().whole()

    def back(self, limit_s: float = 30) -> bool:
        """Whether everything is as before, soon; a VPN that connects again is."""
        end = time.monotonic() + limit_s
        while (same := str(self.now()).replace("Connecting", "Connected") == str(self.before)) is False:
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        return same

    def end(self) -> None:
        assert self.helper.stdin
        self.helper.stdin.close()
        self.helper.wait(30)


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talk]:
    made = Talk(tmp_path)
    yield made
    made.end()


@pytest.mark.parametrize("what", CHANGES)
def test_kept_and_undone_through_the_pipe(what: str, talk: Talk) -> None:
    verb, args = ARGS[what]
    entry = talk.ask(verb, args)["entry"]
    assert entry["state"] == "applied" and entry["reversible"] and talk.now() != talk.before
    assert talk.ask("change.keep", {"entry": entry["name"]})["entry"]["state"] == "kept"
    assert talk.ask("change.undo", {"entry": entry["name"]})["entry"]["state"] == "undone"
    assert talk.back(0)


def test_nobody_decides_and_the_guard_puts_it_back(talk: Talk) -> None:
    talk.ask(*ARGS["other resolvers"], guard_s=1)
    assert talk.now() != talk.before and talk.back()


@pytest.mark.parametrize("what", ["other resolvers", "no proxy", "a VPN"])
def test_the_helper_is_killed_and_the_guard_puts_it_back(what: str, talk: Talk) -> None:
    talk.ask(*ARGS[what])
    talk.helper.kill()
    assert talk.back()


def test_helper_and_guard_are_killed_and_the_next_start_puts_it_back(talk: Talk) -> None:
    talk.ask(*ARGS["automatic again"])
    children = Path(f"/proc/{talk.helper.pid}/task/{talk.helper.pid}/children").read_text().split()
    talk.helper.send_signal(signal.SIGSTOP)  # or it would notice
    for pid in map(int, children):
        os.kill(pid, signal.SIGKILL)
    talk.helper.kill()
    talk.helper.wait(30)
    assert children and talk.now() != talk.before
    done = subprocess.run([*PROGRAM, "recover"], cwd=ROOT, env=talk.environment, capture_output=True, check=False)
    assert done.returncode == 0 and b'"undone"' in done.stdout and talk.back(0)
