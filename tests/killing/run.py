"""Starts sweeps: the made-up PC in processes beside each other, and labs."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from tests.killing.sweep import Score
from tests.killing.table import CHANGES, FAULTS, Fault, Made
from tests.lab.lab import Lab

LIMIT_S = 1500.0
LABS = 3  # beside each other: most of a round is waiting for NetworkManager


def simulated(stride: int = 1, parts: int = 2, labels: Iterable[str] = ()) -> list[Score]:
    """Every case on the made-up PC."""
    with ThreadPoolExecutor(parts) as pool:
        return [score for part in pool.map(lambda n: _part(stride, n, parts, labels), range(parts)) for score in part]


def _part(stride: int, number: int, parts: int, labels: Iterable[str]) -> list[Score]:
    words = ["--stride", str(stride), "--part", f"{number}/{parts}", *labels]
    command = [sys.executable, "-m", "tests.killing.sim", *words]
    with tempfile.TemporaryFile("w+") as complaints:  # a pipe that nobody reads while it runs would fill up
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=complaints, text=True, timeout=LIMIT_S, check=False
        )
        complaints.seek(0)
        return list(scores(done.stdout, complaints.read()[-2000:]))


def in_lab(name: str, stride: int = 1) -> list[Score]:
    """One line of the table, in a lab of its own."""
    made = {**CHANGES, **FAULTS}[name]
    found = _change(made, stride) if isinstance(made, Made) else _repair(made, stride)
    return [replace(score, label=f"{name}: {score.label}") for score in found]


def _change(made: Made, stride: int) -> list[Score]:
    with Lab("healthy") as lab:
        done = lab.run(["sh", "-ec", made.prepare], user=made.user)
        assert done.returncode == 0, done.stderr
        words = ["change", made.verb.value, json.dumps(made.arguments), "--stride", str(stride)]
        done = lab.python("-m", "tests.killing.real", *words, user=made.user, timeout=LIMIT_S)
    return list(scores(done.stdout, done.stderr[-2000:]))


def _repair(fault: Fault, stride: int) -> list[Score]:
    with Lab(fault.scenario) as lab:
        for step in fault.steps:
            lab.apply(step)
        done = lab.run(["sh", "-ec", fault.prepare])
        assert done.returncode == 0, done.stderr
        words = ["run", "--stride", str(stride)]
        done = lab.python("-m", "tests.killing.real", *words, timeout=LIMIT_S)
    return list(scores(done.stdout, done.stderr[-2000:]))


def scores(said: str, complaints: str) -> Iterator[Score]:
    """What a sweep printed; one that printed nothing failed."""
    lines = said.splitlines()
    if not lines:
        yield Score("nothing was swept", failures=[complaints])
    for line in lines:
        yield Score(**json.loads(line))
