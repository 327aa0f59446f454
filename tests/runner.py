"""What ``./test`` does: every step is run, each is timed, and what was not tested is said.

The last line is always ``N passed, N failed, N skipped``. A step other than pytest counts as one.
What only reads the sources goes first, one such step on each of two processors. Most tests wait rather than work, so
three workers run them; those marked ``alone`` or ``full`` have the machine to themselves afterwards. With arguments for
pytest, only pytest is run, once, one test after the other.

Of some 11,000 tests with real processes and real clocks, one that meets a busy moment shall not refuse a good change:
a few failed ones are run once more, by themselves. Who fails twice has failed; who does not is named as unsteady, to
be mended. Not with ``--all``: its figures are taken as they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
WORKERS = 3
BESIDE = 2  # steps at once that do nothing but reckon
ALONE = "alone or full"
FEW = 5
"""Failed tests up to which chance may be to blame: more than that is the change itself."""


@dataclass(frozen=True)
class Step:
    """One command. ``needs`` is the module file without which the step is skipped, and counted so.

    ``again``: a few tests that failed are run once more. ``reckons``: reads the sources and no clock, so that others of
    its kind may run beside it; what it says is shown when it has ended.
    """

    name: str
    command: tuple[str, ...]
    needs: str | None = None
    only_all: bool = False
    again: bool = False
    reckons: bool = False


@dataclass
class Tally:
    """``skipped`` maps a reason to how many tests it kept from running; ``unsteady`` ones passed the second time."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    unsteady: list[str] = field(default_factory=list)


def python(*arguments: str) -> tuple[str, ...]:
    """A command run by this very environment."""
    return (sys.executable, "-m", *arguments)


def elsewhere(platform: str) -> tuple[str, ...]:
    """Types as another system sees them: what Python has not there, and the branches that only run there."""
    # A branch for one system is out of reach on the others, and so is what it needs to be told.
    lenient = ("--no-warn-unreachable", "--no-warn-unused-ignores")
    return ("--platform", platform, "--cache-dir", f".mypy_cache/{platform}", *lenient)


def steps(everything: bool, pytest_arguments: Sequence[str]) -> list[Step]:
    """The steps of this run, in order: the quick ones first."""
    if pytest_arguments:
        return [Step("pytest", python("pytest", *(["--full"] if everything else []), *pytest_arguments))]
    planned = [
        Step("ruff check", python("ruff", "check", "."), reckons=True),
        Step("ruff format", python("ruff", "format", "--check", "."), reckons=True),
        Step("mypy", python("mypy"), reckons=True),
        *(Step(f"mypy for {name}", python("mypy", *elsewhere(name)), reckons=True) for name in ("win32", "darwin")),
        Step("layers", (str(Path(sys.executable).with_name("lint-imports")), "--no-cache"), reckons=True),
        Step("catalogue", python("selfcare.i18n.build", "--check"), reckons=True),
        # Compiled once, before each worker does so for itself.
        Step("collection", python("pytest", "--collect-only", "-qqq"), reckons=True),
        # Figures before the tests: what is too slow or wrongly accused shall be known first.
        Step("bench", python("tests.bench"), needs="tests/bench", only_all=True),
        Step(
            "accuracy",
            python("tests.lab", "report", "--publish", "--jobs", "2"),
            needs="tests/lab/__main__.py",
            only_all=True,
        ),
        Step("repairs", python("tests.lab", "repairs", "--jobs", "2"), needs="tests/lab/__main__.py", only_all=True),
        *pytest(everything),
    ]
    return [step for step in planned if everything or not step.only_all]


def pytest(everything: bool) -> list[Step]:
    """Each test is in one of the two. Who has nothing left to do takes half of what the other has before it."""
    full = ["--full"] if everything else []
    workers = ("-n", str(WORKERS), "--dist", "worksteal")
    return [
        Step(f"pytest, {WORKERS} at a time", python("pytest", *workers, "-m", f"not ({ALONE})"), again=not everything),
        Step("pytest, alone", python("pytest", *full, "-m", ALONE), again=not everything),
    ]


def exists(needs: str) -> bool:
    """Whether a package or a module is there."""
    path = ROOT / needs
    return path.is_file() or path.with_suffix(".py").is_file() or (path / "__main__.py").is_file()


def run_all(planned: Sequence[Step], tally: Tally) -> None:
    """Those that only reckon beside each other, then one after the other; each is counted and shown in its turn."""
    with ThreadPoolExecutor(BESIDE) as beside:
        told = {step.name: beside.submit(_told, step) for step in planned if step.reckons}
        for step in planned:
            if step.name not in told:
                run(step, tally)
                continue
            code, said, seconds = told[step.name].result()
            lines = said.rstrip().splitlines()
            print("\n".join([f"\n== {step.name}", *(lines if code else lines[-1:])]))
            _noted(step, code, tally, seconds)


def _told(step: Step) -> tuple[int, str, float]:
    """Its exit code, what it said, and how long it took."""
    started = time.monotonic()
    done = subprocess.run(
        step.command, cwd=ROOT, env=surroundings(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, time.monotonic() - started


def _noted(step: Step, code: int, tally: Tally, seconds: float, counted: bool = False) -> None:
    """Counts a step as one, unless its tests were; and says how it ended."""
    if code and not counted:
        tally.failed.append(f"{step.name} (exit code {code})")
    elif not code and not counted:
        tally.passed += 1
    print(f"== {step.name}: {'failed' if code else 'ok'}, {seconds:.1f} s", flush=True)


def surroundings() -> dict[str, str]:
    """The environment of each step: what Python compiled is kept, or each worker and program does it again."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(step: Step, tally: Tally) -> None:
    """Runs one step with its output as it comes, and counts it."""
    if step.needs and not exists(step.needs):
        tally.skipped[f"{step.name}: {step.needs} is not there"] += 1
        return
    print(f"\n== {step.name}", flush=True)
    started = time.monotonic()
    before = len(tally.failed)
    code, counted = _done(step.command, tally)
    new = tally.failed[before:]
    if step.again and counted and 0 < len(new) <= FEW:
        code = _once_more(new, tally, code)
    told = counted and (not code or len(tally.failed) > before)
    _noted(step, code, tally, time.monotonic() - started, told)


def _done(command: tuple[str, ...], tally: Tally) -> tuple[int, bool]:
    """Its exit code, and whether its tests were counted."""
    with tempfile.TemporaryDirectory(prefix="selfcare-test-") as folder:
        report = Path(folder) / "report.json"
        environment = {**surroundings(), "SELFCARE_TEST_REPORT": str(report)}
        code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
        return code, report.exists() and count(json.loads(report.read_text()), tally)


def _once_more(failed: Sequence[str], tally: Tally, code: int) -> int:
    """Runs them by themselves. The exit code: that of the first run as soon as one of them does not pass now."""
    names = list(dict.fromkeys(name.partition(" (")[0] for name in failed))
    print(f"\n== once more, {len(names)} by themselves", flush=True)
    second = Tally()
    again, counted = _done(python("pytest", *names), second)
    if again or not counted or second.failed or second.passed < len(names):
        return code
    del tally.failed[-len(failed) :]
    tally.passed += second.passed
    tally.unsteady += names
    return 0


def count(report: dict[str, object], tally: Tally) -> bool:
    """Adds what pytest's plugin wrote (see ``tests/skips.py``)."""
    tally.passed += int(str(report["passed"]))
    tally.failed += list(report["failed"])  # type: ignore[call-overload]
    tally.skipped.update(report["skipped"])  # type: ignore[call-overload]
    return True


def summary(tally: Tally, everything: bool) -> int:
    """Prints the tables and the last line; the exit code of the whole run."""
    if tally.failed:
        print("\nFailed:")
        for name in tally.failed:
            print(f"  {name}")
    if tally.unsteady:
        print("\nUnsteady: failed, and passed when run once more by themselves. To be mended:")
        for name in tally.unsteady:
            print(f"  {name}")
    if tally.skipped:
        print("\nSkipped, and why:")
        for reason, number in sorted(tally.skipped.items()):
            print(f"  {number:4}  {reason}")
        if everything:
            print("\nA skip is a failure with --all.")
    print(f"\n{tally.passed} passed, {len(tally.failed)} failed, {tally.skipped.total()} skipped")
    return 1 if tally.failed or (everything and tally.skipped) else 0


def main(arguments: Sequence[str]) -> int:
    """Runs every step even when one fails."""
    everything = "--all" in arguments
    started = time.monotonic()
    tally = Tally()
    run_all(steps(everything, [item for item in arguments if item != "--all"]), tally)
    print(f"\nAll steps: {time.monotonic() - started:.0f} s")
    return summary(tally, everything)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
