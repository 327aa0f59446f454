"""Folders: by custom or by SELFCARE_HOME, private, and a clear error where none can be made."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from selfcare.ground.errors import FolderError, SelfcareError, folder_error
from selfcare.ground.folders import HOME_VARIABLE, ensure, folders


def test_one_variable_moves_all_three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "h"))
    found = folders()
    assert {found.data.parent, found.log.parent, found.cache.parent} == {tmp_path / "h"}
    assert not (tmp_path / "h").exists(), "asking creates nothing"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is Linux")
def test_follows_the_desktops_custom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    assert folders().data == tmp_path / "share" / "selfcare"


def test_made_private(tmp_path: Path) -> None:
    made = ensure(tmp_path / "a" / "b")
    assert made.is_dir()
    assert os.name != "posix" or made.stat().st_mode & 0o777 == 0o700
    assert ensure(made) == made


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(FolderError) as caught:
        ensure(tmp_path / "a" / "b")
    assert caught.value.code == "write_failed"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs root to become another user")
def test_a_read_only_home() -> None:
    code = (
        "from pathlib import Path; from selfcare.ground.folders import ensure\n"
        "try: ensure(Path('/usr/selfcare-trial'))\nexcept Exception as e: print(e.code)"
    )
    become = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    root = Path(__file__).parents[2]
    command = [*become, "/usr/bin/python3", "-c", code]
    found = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=root, env={"PYTHONPATH": str(root)}
    )
    assert found.stdout.strip() == "folder_read_only", found.stderr


def test_error_has_a_code_and_values() -> None:
    error = folder_error(OSError(28, "No space left on device"), "x")
    assert isinstance(error, SelfcareError)
    assert error.code == "disk_full"
    assert error.values["path"] == "x"
    assert "disk_full" in str(error)
