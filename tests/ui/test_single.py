"""One window per user: a second start finds the first."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.single import ANSWER_S, SingleInstance, server_name

ROOT = Path(__file__).parents[2]


def test_the_second_raises_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    raised: list[bool] = []
    assert first.acquire()
    assert first.listen(lambda: raised.append(True))
    assert not second.acquire()
    ask = "import sys; from pathlib import Path; from ui.single import SingleInstance"
    ask += "; print(SingleInstance(Path(sys.argv[1])).raise_first())"
    caller = subprocess.Popen([sys.executable, "-c", ask, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    qtbot.waitUntil(lambda: caller.poll() is not None)
    assert caller.stdout is not None and caller.stdout.read().strip() == "True"
    assert raised == [True]
    first.release()
    assert second.acquire()
    second.release()


def test_nobody_answers(qtbot: QtBot, tmp_path: Path) -> None:
    assert SingleInstance(tmp_path).raise_first(wait_s=0.2) is False


def test_a_dead_socket_is_no_obstacle(qtbot: QtBot, tmp_path: Path) -> None:
    for _ in range(2):
        instance = SingleInstance(tmp_path)
        assert instance.acquire()
        assert instance.listen(lambda: None)
        instance._lock.unlock()  # killed: the socket's file stays


def test_a_folder_that_cannot_be_written_does_not_stop_the_program(qtbot: QtBot, tmp_path: Path) -> None:
    assert SingleInstance(tmp_path / "missing").acquire()


@pytest.mark.alone
@pytest.mark.skipif(sys.platform == "win32", reason="a pipe is nobody's file")
def test_nobody_else_may_knock_and_a_stuck_window_is_not_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    instance = SingleInstance(tmp_path)
    assert instance.acquire() and instance.listen(lambda: None)
    assert Path(server_name(tmp_path)).stat().st_mode & 0o077 == 0
    begun = time.monotonic()
    assert SingleInstance(tmp_path).raise_first() is False  # its loop does not turn meanwhile
    assert time.monotonic() - begun < ANSWER_S + 0.5
    instance.release()
    assert not Path(server_name(tmp_path)).exists()


def test_a_long_path_has_a_door_too(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    test_the_second_raises_the_first(qtbot, folder)


@pytest.mark.parametrize("length", [5, 200])
def test_the_socket_name_fits_the_system(tmp_path: Path, length: int) -> None:
    name = server_name(Path("/") / ("x" * length))
    assert len(name.encode()) < 104
    assert name != server_name(Path("/") / ("y" * length))
