"""What ``./test`` says about itself: counts, reasons, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import runner, skips

ROOT = Path(__file__).parents[1]

TRIAL = """
import pytest
from tests.killing import sweep, tally
def test_good(): tally.noted([sweep.Score("one", 3, 4)])
def test_bad(): assert False
@pytest.mark.skip(reason="no radio here")
def test_skipped(): pass
@pytest.mark.full
def test_long(): pass
@pytest.fixture
def broken(): raise OSError("x")
def test_setup(broken): pass
@pytest.mark.alone
def test_alone(): tally.noted([sweep.Score("two", 4, 5)])
"""


def tried(folder: Path, *options: str) -> tuple[dict[str, Any], str]:
    """What the plugins write down and say of the trial."""
    (folder / "test_trial.py").write_text(TRIAL)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  full: x\n  alone: x\n")
    report = folder / "report.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.skips", "-p", "tests.killing.tally", *options]
    environment = {**os.environ, "SELFCARE_TEST_REPORT": str(report), "PYTHONPATH": str(ROOT)}
    unneeded = [word for name in ("cacheprovider", "pytest-qt", "hypothesispytest") for word in ("-p", f"no:{name}")]
    command += [*unneeded, "--rootdir", str(folder), "-c", str(folder / "pytest.ini")]
    done = subprocess.run(
        [*command, str(folder)], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    told: dict[str, Any] = json.loads(report.read_text())
    return told, done.stdout


@pytest.mark.parametrize(("full", "passed", "left"), [(False, 2, 1), (True, 3, 0)])
def test_plugin_counts_and_gives_reasons(tmp_path: Path, full: bool, passed: int, left: int) -> None:
    told, said = tried(tmp_path, *(["--full"] if full else []))
    assert told["passed"] == passed
    assert [name.rpartition("::")[2] for name in told["failed"]] == ["test_bad", "test_setup (setup)"]
    assert told["skipped"].get("no radio here") == 1
    assert sum(told["skipped"].values()) == 1 + left
    assert "SIGKILL (or a full disk) at 7 boundaries in 2 sweeps: 9 rounds" in said


def test_a_worker_that_dies_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "test_dies.py").write_text("import os\ndef test_dies(): os._exit(3)\n")
    told, _ = tried(tmp_path, "-n", "2", "-k", "dies or good or long")
    assert (told["passed"], told["skipped"]) == (1, {skips.LEFT: 1})
    assert len(told["failed"]) == 1 and "test_dies" in told["failed"][0]


@pytest.mark.parametrize(("everything", "passed", "left"), [(False, 2, 1), (True, 3, 0)])
def test_the_two_steps_together_run_every_test_once(tmp_path: Path, everything: bool, passed: int, left: int) -> None:
    apart = runner.pytest(everything)
    start = len(runner.python("pytest"))
    found = [tried(tmp_path, *step.command[start:]) for step in apart]
    assert [len(told["failed"]) for told, _ in found] == [2, 0]
    assert sum(told["passed"] for told, _ in found) == passed
    skipped = sum((Counter(told["skipped"]) for told, _ in found), Counter())
    assert skipped == +Counter({"no radio here": 1, skips.LEFT: left})
    assert "at 3 boundaries in 1 sweeps: 4 rounds" in found[0][1], "what the workers noted"
    assert "at 4 boundaries in 1 sweeps: 5 rounds" in found[1][1]


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


def test_steps_that_only_reckon_run_beside_each_other_and_are_told_in_their_turn(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Each waits for the other's sign: alone neither would end well."""
    code = (
        "import pathlib, sys, time; here = pathlib.Path(sys.argv[1]); (here / sys.argv[2]).touch()\n"
        "for _ in range(600):\n if (here / sys.argv[3]).exists(): sys.exit(f'the end of {sys.argv[2]}')\n"
        " time.sleep(0.05)"
    )
    words = (("one", "two"), ("two", "one"))
    planned = [runner.Step(a, (sys.executable, "-c", code, str(tmp_path), a, b), reckons=True) for a, b in words]
    tally = runner.Tally()
    runner.run_all([*planned, runner.Step("last", (sys.executable, "-c", "print('the end')"))], tally)
    assert (tally.passed, tally.failed) == (1, ["one (exit code 1)", "two (exit code 1)"])
    said = capfd.readouterr().out
    assert said.index("the end of one") < said.index("== one: failed") < said.index("the end of two")
    assert said.index("== two: failed") < said.index("== last: ok")


def test_what_is_compiled_is_kept_for_the_next_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    tally = runner.Tally()
    asked = (sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)")
    runner.run_all([runner.Step("a", asked, reckons=True), runner.Step("b", asked)], tally)
    assert (tally.passed, tally.failed) == (2, [])


def test_looking_for_tests_counts_none(tmp_path: Path) -> None:
    tally = runner.Tally()
    (tmp_path / "test_trial.py").write_text("def test_one(): pass\n")
    runner.run(runner.Step("collection", runner.python("pytest", "--collect-only", "-q", str(tmp_path))), tally)
    assert (tally.passed, tally.failed) == (1, [])


def test_a_step_that_breaks_off_is_told_though_another_failed_before(tmp_path: Path) -> None:
    """It has written down what it counted until then."""
    code = (
        'import os, pathlib; told = \'{"passed": 4, "failed": [], "skipped": {}}\';'
        "pathlib.Path(os.environ['SELFCARE_TEST_REPORT']).write_text(told); raise SystemExit(3)"
    )
    tally = runner.Tally(failed=["x"])
    runner.run(runner.Step("half", (sys.executable, "-c", code)), tally)
    assert (tally.passed, tally.failed) == (4, ["x", "half (exit code 3)"])


UNSTEADY = """
import pathlib, pytest
@pytest.mark.parametrize("mark", ["a", "b"])
def test_at_first(mark):
    seen = pathlib.Path(__file__).with_suffix("." + mark)
    there = seen.exists()
    seen.touch()
    assert there
def test_good(): pass
"""


@pytest.mark.parametrize(("bad", "many"), [("", 2), ("\ndef test_bad(): assert False\n", 2), ("", 9)])
def test_who_fails_by_chance_is_named_and_who_fails_twice_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], bad: str, many: int
) -> None:
    """And where many fail nothing is tried again."""
    body = UNSTEADY.replace('["a", "b"]', str([f"x{at}" for at in range(many)]))
    (tmp_path / "test_unsteady.py").write_text(body + bad)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q -p tests.skips -p no:cacheprovider\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    tally = runner.Tally()
    runner.run(runner.Step("trial", runner.python("pytest"), again=True), tally)
    told = runner.summary(tally, False)
    if bad or many > runner.FEW:
        assert (told, tally.passed, len(tally.failed), tally.unsteady) == (1, 1, many + bool(bad), [])
    else:
        assert (told, tally.passed, tally.failed) == (0, 3, [])
        assert tally.unsteady == ["test_unsteady.py::test_at_first[x0]", "test_unsteady.py::test_at_first[x1]"]
        assert "To be mended" in capfd.readouterr().out


def test_step_whose_code_is_not_there_is_a_skip() -> None:
    tally = runner.Tally()
    runner.run(runner.Step("ghost", ("false",), needs="tests/ghost"), tally)
    assert tally.skipped == Counter({"ghost: tests/ghost is not there": 1})


def test_arguments_are_for_pytest_alone() -> None:
    assert [step.name for step in runner.steps(False, ["-k", "x"])] == ["pytest"]
    names = [step.name for step in runner.steps(True, [])]
    assert names[-5:] == ["bench", "accuracy", "repairs", "pytest, 3 at a time", "pytest, alone"]
    assert not {"bench", "accuracy", "repairs"} & {step.name for step in runner.steps(False, [])}
