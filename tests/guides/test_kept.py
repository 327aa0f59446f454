"""The file of a run: torn lines, full disks, two programs, runs that need not be kept."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from selfcare.cases.guide_runs import KEEP, KEEP_S, GuideRuns, RunBusy
from selfcare.ground.errors import FolderError
from selfcare.model.guide_run import Context, Did, Happened

DONE = Happened(Did.CONFIRMED, "unplug", 5.0, "done")
YES = Happened(Did.TESTED, "unplug", 6.0, "yes", None, {"test": "box.restarted"})


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def runs(tmp_path: Path) -> GuideRuns:
    return GuideRuns(tmp_path / "runs", Clock())


def path_of(runs: GuideRuns, name: str) -> Path:
    return runs._path(name)


@pytest.mark.parametrize("cut", [1, 2, 10, 40])
def test_a_torn_last_line_is_cut_away_before_the_next(runs: GuideRuns, cut: int) -> None:
    """Also one of which only the end of the line is missing: nobody went on from there."""
    name = runs.begin("box-restart", "d", Context(family="freebox"))
    runs.add(name, DONE)
    path = path_of(runs, name)
    whole = path.read_bytes()
    runs.add(name, YES)
    path.write_bytes(path.read_bytes()[:-cut])
    torn = runs.find(name)
    assert torn is not None and (torn.happened, torn.damaged) == ((DONE,), 1)
    runs.add(name, YES)
    again = runs.find(name)
    assert again is not None and (again.happened, again.damaged) == ((DONE, YES), 0)
    assert path.read_bytes().startswith(whole)


def test_signs_that_end_a_line_elsewhere(runs: GuideRuns) -> None:
    name = runs.begin("box-restart", "d", Context())
    said = Happened(Did.ANSWERED, "a", 1.0, "a\u2028b\x85c\udcff \u00e9")
    runs.add(name, said)
    stored = runs.find(name)
    assert stored is not None and stored.happened == (said,)


@pytest.mark.parametrize("line", [b"\xff\xfe{", b"[]", b'{"did":"branched","step":"a","at":1,"value":[]}', b"{}"])
def test_a_damaged_line_in_between_is_counted(runs: GuideRuns, line: bytes) -> None:
    name = runs.begin("box-restart", "d", Context())
    with path_of(runs, name).open("ab") as file:
        file.write(line + b"\n")
    runs.add(name, DONE)
    stored = runs.find(name)
    assert stored is not None and (stored.happened, stored.damaged) == ((DONE,), 1)


def test_a_full_disk_leaves_what_was_there(runs: GuideRuns, monkeypatch: pytest.MonkeyPatch) -> None:
    name = runs.begin("box-restart", "d", Context())
    before = path_of(runs, name).read_bytes()

    class Full(io.FileIO):
        def write(self, data: Any) -> int:
            super().write(bytes(data)[:7])
            raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patch:
        patch.setattr("selfcare.cases.guide_run_file.io.FileIO", Full)
        with pytest.raises(FolderError) as trouble:
            runs.add(name, DONE)
        with pytest.raises(FolderError):
            runs.begin("box-restart", "d", Context())
    assert trouble.value.code == "disk_full"
    assert path_of(runs, name).read_bytes() == before
    assert len(runs.runs()) == len(list(path_of(runs, name).parent.iterdir())) == 1


def test_a_run_somebody_took_away_is_no_headless_one(runs: GuideRuns) -> None:
    name = runs.begin("box-restart", "d", Context())
    path_of(runs, name).unlink()
    with pytest.raises(FolderError):
        runs.add(name, DONE)
    assert runs.runs() == () and runs.find(name) is None
    assert runs.find("../" + name) is None and runs.find("") is None


HOLDER = """
import sys
from pathlib import Path
from selfcare.cases.guide_runs import GuideRuns
GuideRuns(Path(sys.argv[1])).hold(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


def test_two_programs(runs: GuideRuns, tmp_path: Path) -> None:
    name = runs.begin("box-restart", "d", Context())
    runs.hold(name)  # this program's own: no quarrel with itself
    words = [sys.executable, "-c", HOLDER, str(tmp_path / "runs"), name]
    other = subprocess.run(words, input="", capture_output=True, text=True, check=False)
    assert other.returncode and "RunBusy" in other.stderr
    runs.release(name)
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(RunBusy):
            runs.hold(name)
        runs.remove(name)
        assert runs.find(name) is not None, "somebody is in it"
        holder.kill()
    runs.hold(name)
    runs.release(name)


def test_old_ones_go_open_ones_stay(runs: GuideRuns) -> None:
    clock = runs.now
    assert isinstance(clock, Clock)
    left, over = (runs.begin("box-restart", "d", Context()) for _ in range(2))
    runs.close(over)
    assert runs.spent() == ()
    clock.now += KEEP_S + 10
    young = runs.begin("box-restart", "d", Context())
    runs.close(young)
    assert [run.name for run in runs.spent()] == [over]
    runs.release(over)
    runs.remove(over)
    assert {run.name for run in runs.runs()} == {left, young}


def test_at_most_so_many(runs: GuideRuns) -> None:
    names = [runs.begin("box-restart", "d", Context()) for _ in range(KEEP + 3)]
    for name in names[1:]:
        runs.close(name)
    assert [run.name for run in runs.spent()] == names[1:4], "the oldest that are over; the first was left open"


def test_another_versions_context(runs: GuideRuns) -> None:
    name = runs.begin("box-restart", "d", Context(family="sfr", can=("reboot",)))
    path = path_of(runs, name)
    path.write_text(path.read_text().replace('"family"', '"planet":"mars","family"'))
    stored = runs.find(name)
    assert stored is not None and stored.context == Context(family="sfr", can=("reboot",))


@pytest.mark.parametrize("at", [10**400, float("nan"), float("inf"), -1.0, True, "5", None, [5]])
def test_a_time_that_nobody_could_be_told(runs: GuideRuns, at: Any) -> None:
    """A file that somebody edited never keeps the list of all runs from being shown."""
    name = runs.begin("box-restart", "d", Context())
    other = runs.begin("box-restart", "d", Context())
    runs.add(name, DONE)
    head, line = (json.loads(one) for one in path_of(runs, name).read_text().splitlines())
    path_of(runs, name).write_text(f"{json.dumps(head)}\n{json.dumps({**line, 'at': at})}\n")
    found = runs.find(name)
    assert found is not None and (found.happened, found.damaged) == ((), 1)
    path_of(runs, name).write_text(json.dumps({**head, "at": at}) + "\n")
    assert [one.name for one in runs.runs()] == [other]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000])
def test_a_line_that_is_too_deep(runs: GuideRuns, text: str) -> None:
    name = runs.begin("box-restart", "d", Context())
    with path_of(runs, name).open("a") as file:
        file.write(text + "\n")
    found = runs.find(name)
    assert found is not None and found.damaged == 1
    path_of(runs, name).write_text(text + "\n")
    assert runs.runs() == ()


def test_a_file_that_is_too_large_is_no_run(runs: GuideRuns) -> None:
    name = runs.begin("box-restart", "d", Context())
    with path_of(runs, name).open("r+b") as file:
        file.truncate(1 << 34)  # sparse: nothing of it may be read into memory
    assert runs.find(name) is None and runs.runs() == ()
