"""Settings survive what happens to files: damage, a newer version, a full or read-only disk, a power cut."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.ground.errors import FolderError
from selfcare.ground.settings import FILE, Settings


def test_saved_and_loaded(tmp_path: Path) -> None:
    Settings(language="fr", theme="dark").save(tmp_path / "new")
    assert Settings.load(tmp_path / "new") == Settings(language="fr", theme="dark")
    assert (tmp_path / "new" / FILE).stat().st_mode & 0o077 == 0


def test_no_file_gives_defaults(tmp_path: Path) -> None:
    assert Settings.load(tmp_path) == Settings()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[1]", b"null", b"", b'{"a":1}garbage', b"[" * 100_000])
def test_damaged_file_gives_defaults_and_is_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    assert Settings.load(tmp_path) == Settings()
    assert (tmp_path / f"{FILE}.bad").read_bytes() == content
    assert not (tmp_path / FILE).exists()


def test_what_a_newer_version_wrote_comes_back_unchanged(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(json.dumps({"language": "fr", "sound": {"on": True}}))
    settings = Settings.load(tmp_path)
    assert settings.language == "fr"
    settings.save(tmp_path)
    assert json.loads((tmp_path / FILE).read_text())["sound"] == {"on": True}


@pytest.mark.parametrize("value", ["klingon", 3, None, ["fr"], {}])
def test_unknown_value_falls_back_alone(tmp_path: Path, value: object) -> None:
    (tmp_path / FILE).write_text(json.dumps({"language": value, "theme": "dark"}))
    assert Settings.load(tmp_path) == Settings(theme="dark")


@given(st.binary(max_size=200))
def test_any_bytes_load(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / FILE).write_bytes(content)
    assert Settings.load(folder).language in ("auto", "fr", "en")


def test_full_disk_is_a_typed_error_and_the_old_file_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Settings(theme="dark").save(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FolderError) as caught:
        Settings(theme="light").save(tmp_path)
    assert caught.value.code == "disk_full"
    assert Settings.load(tmp_path).theme == "dark"
    assert [path.name for path in tmp_path.iterdir()] == [FILE], "no half-written file stays behind"


def test_read_only_folder_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(FolderError) as caught:
        Settings().save(tmp_path)
    assert caught.value.code == "folder_read_only"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is POSIX")
def test_killed_while_writing_leaves_a_whole_file(tmp_path: Path) -> None:
    code = (
        "import sys, itertools; from pathlib import Path; from selfcare.ground.settings import Settings\n"
        "for n in itertools.count(): Settings(other={'n': n, 'fill': 'x' * 200000}).save(Path(sys.argv[1]))"
    )
    for _ in range(5):
        writer = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)])
        deadline = time.monotonic() + 20
        while not (tmp_path / FILE).exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.03)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert len(Settings.load(tmp_path).other["fill"]) == 200_000
