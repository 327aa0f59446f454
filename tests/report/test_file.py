"""On a stick: the whole report under a name it can hold, or nothing, and a clear word."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from selfcare.ground.errors import SelfcareError
from selfcare.report import file
from selfcare.report.file import fat_name, save

DATA = bytes(range(256)) * 2000


def refused(to: Path, name: str = "CAS-7K3M-92QX.zip") -> str:
    with pytest.raises(SelfcareError) as error:
        save(DATA, to, name)
    return error.value.code


def test_into_a_folder_or_as_a_file(tmp_path: Path) -> None:
    assert save(DATA, tmp_path, "CAS-7K3M-92QX.zip") == tmp_path / "CAS-7K3M-92QX.zip"
    assert save(DATA, tmp_path / "mien.zip", "x") == tmp_path / "mien.zip"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [DATA, DATA]


@pytest.mark.parametrize("given,expected", [
    ("CAS-7K3M-92QX.zip", "CAS-7K3M-92QX.zip"), ('a:b*c?"<>|/\\d.zip', "a-b-c-------d.zip"),
    ("con.zip", "_con.zip"), ("LPT1.tar.zip", "_LPT1.tar.zip"), ("fin. .", "fin"), ("...", "rapport"),
    ("é\x00\n.zip", "é--.zip"), ("x" * 300 + ".zip", "x" * 100 + ".zip"), ("console.zip", "console.zip"),
])  # fmt: skip
def test_names_that_a_stick_can_hold(given: str, expected: str) -> None:
    assert fat_name(given) == expected


@pytest.mark.parametrize("number,code", [
    (errno.ENOSPC, "save_full"), (errno.EFBIG, "save_full"), (errno.EIO, "save_gone"), (errno.ENODEV, "save_gone"),
    (errno.EROFS, "save_read_only"), (errno.EINVAL, "save_failed"),
])  # fmt: skip
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, step: str
) -> None:
    old = tmp_path / "CAS-7K3M-92QX.zip"
    old.write_bytes(b"old")

    def fails(*_: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fails)
    assert refused(tmp_path) == code
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [(old.name, b"old")]


def test_a_stick_that_is_pulled_out_altogether(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even the half can be taken away then."""

    def gone(*_: object, **__: object) -> None:
        raise OSError(errno.ENODEV, "gone")

    monkeypatch.setattr(os, "fsync", gone)
    monkeypatch.setattr(Path, "unlink", gone)
    assert refused(tmp_path) == "save_gone"
    assert refused(tmp_path / "nowhere" / "a.zip") == "save_gone"


def test_a_stick_that_keeps_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes every byte, and gives back another."""
    monkeypatch.setattr(file, "_forget", lambda handle: os.pwrite(handle, b"X", 1000))
    assert refused(tmp_path) == "save_differs"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists() or os.name != "posix", reason="no such device here")
def test_a_full_disk_of_the_system_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full stands for the stick: writing really fails with ENOSPC."""
    real = file.tempfile.mkstemp

    def full(**options: object) -> tuple[int, str]:
        handle, name = real(**options)  # type: ignore[call-overload]
        os.close(handle)
        return os.open("/dev/full", os.O_WRONLY), name

    monkeypatch.setattr(file.tempfile, "mkstemp", full)
    assert refused(tmp_path) == "save_full"
    assert list(tmp_path.iterdir()) == []
