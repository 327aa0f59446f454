"""What ``./test`` says about itself: counts, reasons, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import runner

ROOT = Path(__file__).parents[1]

TRIAL = """
import pytest
def test_good(): pass
def test_bad(): assert False
@pytest.mark.skip(reason="no radio here")
def test_skipped(): pass
@pytest.mark.full
def test_long(): pass
@pytest.fixture
def broken(): raise OSError("x")
def test_setup(broken): pass
"""


@pytest.mark.parametrize(("full", "passed", "left"), [(False, 1, 1), (True, 2, 0)])
def test_plugin_counts_and_gives_reasons(tmp_path: Path, full: bool, passed: int, left: int) -> None:
    (tmp_path / "test_trial.py").write_text(TRIAL)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = full: x\n")
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", *(["--full"] if full else [])]
    environment = {**os.environ, "SELFCARE_TEST_REPORT": str(report), "PYTHONPATH": str(ROOT)}
    command += ["-p", "no:cacheprovider", "--rootdir", str(tmp_path), "-c", str(tmp_path / "pytest.ini")]
    subprocess.run([*command, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False)
    told = json.loads(report.read_text())
    assert told["passed"] == passed
    assert [name.rpartition("::")[2] for name in told["failed"]] == ["test_bad", "test_setup (setup)"]
    assert told["skipped"].get("no radio here") == 1
    assert sum(told["skipped"].values()) == 1 + left


@pytest.mark.parametrize(
    ("tally", "everything", "code"),
    [
        (runner.Tally(passed=3), False, 0),
        (runner.Tally(passed=3, skipped=Counter({"no radio": 2})), False, 0),
        (runner.Tally(passed=3, skipped=Counter({"no radio": 2})), True, 1),
        (runner.Tally(passed=3, failed=["x"]), False, 1),
    ],
)
def test_last_line_and_exit_code(
    tally: runner.Tally, everything: bool, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert runner.summary(tally, everything) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"{tally.passed} passed, {len(tally.failed)} failed, {tally.skipped.total()} skipped"
    assert not tally.skipped or any("no radio" in line and "2" in line for line in lines)


def test_failing_step_counts_as_one_and_the_next_still_runs(capfd: pytest.CaptureFixture[str]) -> None:
    tally = runner.Tally()
    for code in (3, 0):
        runner.run(runner.Step(f"exit {code}", (sys.executable, "-c", f"raise SystemExit({code})")), tally)
    assert (tally.passed, tally.failed) == (1, ["exit 3 (exit code 3)"])
    assert "exit 0: ok" in capfd.readouterr().out


def test_step_whose_code_is_not_there_is_a_skip() -> None:
    tally = runner.Tally()
    runner.run(runner.Step("ghost", ("false",), needs="tests/ghost"), tally)
    assert tally.skipped == Counter({"ghost: tests/ghost is not there": 1})


def test_arguments_are_for_pytest_alone() -> None:
    assert [step.name for step in runner.steps(False, ["-k", "x"])] == ["pytest"]
    names = [step.name for step in runner.steps(True, [])]
    assert names[-4:] == ["bench", "accuracy", "repairs", "pytest"]
    assert not {"bench", "accuracy", "repairs"} & {step.name for step in runner.steps(False, [])}
