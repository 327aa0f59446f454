"""One window per user: a second start finds the first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ui.single import SingleInstance, server_name

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


@pytest.mark.parametrize("length", [5, 200])
def test_the_socket_name_fits_the_system(tmp_path: Path, length: int) -> None:
    name = server_name(Path("/") / ("x" * length))
    assert len(name.encode()) < 104
    assert name != server_name(Path("/") / ("y" * length))
