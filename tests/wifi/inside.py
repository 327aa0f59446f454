"""``python -m tests.wifi.inside WORDS``: what is done in the small machine. One line of JSON for each scenario.

``WORDS`` is JSON: ``{"do": "suite", "names": [...], "runs": 1}`` , ``{"do": "shell", "name": ..., "words": [...]}``
or ``{"do": "soak", "seconds": 600, "seed": 1}``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import Any

from tests.lab.errors import LabError
from tests.lab.lab import Done, measured
from tests.lab.mounts import REPO
from tests.lab.scenario import Step
from tests.lab.scenario import load as lab_scenario
from tests.lab.spaces import PATIENCE
from tests.wifi.home import WifiHome
from tests.wifi.scenario import WifiScenario, load
from tests.wifi.soak import soak

CHECK_S = 90.0


def say(**words: Any) -> None:
    print(json.dumps(words), flush=True)


def made() -> WifiHome:
    home = WifiHome(lab_scenario("healthy"), user=True)
    home.__enter__()
    return home


def check(home: WifiHome, wanted: WifiScenario) -> Done:
    """The program under test, as the subscriber: itself, or with the composed facts laid over what its reader reads."""
    module = "tests.wifi.overlay" if wanted.overlay else "selfcare"
    words = [sys.executable, "-m", module, "check", "--json", *wanted.base.options]
    with meanwhile(home, wanted.during):
        return home.run(words, cwd=REPO, timeout=PATIENCE * CHECK_S)


@contextmanager
def meanwhile(home: WifiHome, steps: Sequence[Step]) -> Iterator[None]:
    """They are done one after the other, beside what runs; and are over before anything else is done."""

    def go() -> None:
        for step in steps:
            home.apply(step)

    thread = Thread(target=go, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def one(home: WifiHome, wanted: WifiScenario, runs: int) -> None:
    began = time.monotonic()
    try:
        home.spaces.path("overlay.json").write_text(json.dumps(wanted.overlay), encoding="utf-8")
        home.arrange(wanted)
        ready_s = time.monotonic() - began
        for _ in range(runs):
            done = check(home, wanted)
            say(
                name=wanted.name, ready_s=ready_s, stdout=done.stdout, stderr=done.stderr[-1500:],
                returncode=done.returncode, wall_s=done.wall_s, cpu_s=done.cpu_s, rss_mb=done.max_rss_mb,
            )  # fmt: skip
    except (LabError, OSError, subprocess.SubprocessError) as error:
        say(name=wanted.name, broke=f"{type(error).__name__}: {error}", ready_s=time.monotonic() - began)
    began, left = time.monotonic(), ""
    try:
        home.clear(wanted)
    except (LabError, OSError, subprocess.SubprocessError) as error:
        left = f"{type(error).__name__}: {error}"  # the next one may be the worse for it
    say(name=wanted.name, cleared_s=time.monotonic() - began, left=left)


def suite(names: list[str], runs: int) -> None:
    home = made()
    say(up_s=home.up_s)
    for name in names:
        one(home, load(name), runs)


def shell(name: str, words: list[str]) -> int:
    home = made()
    home.arrange(load(name))
    argv, environment = home.command(words, cwd=REPO)
    done = measured(argv, environment, CHECK_S)
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    return done.returncode


def main(text: str) -> int:
    wish = json.loads(text)
    if wish["do"] == "shell":
        return shell(wish["name"], wish["words"])
    if wish["do"] == "soak":
        say(**soak(made(), wish["seconds"], wish["seed"]))
    else:
        suite(wish["names"], wish["runs"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
