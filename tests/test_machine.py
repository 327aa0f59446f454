"""Which small machine there is, and what is told where there is none."""

from __future__ import annotations

import os

import pytest

from tests import machine
from tests.machine import emulated


def test_without_a_kernel_of_ours_it_is_emulated(monkeypatch) -> None:
    monkeypatch.delenv(machine.VARIABLE, raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert machine.why_unavailable() == emulated.why_unavailable()
    assert machine.VARIABLE in str(machine.why_unavailable(tireless=True)), "only User-mode Linux has time of its own"


def test_an_emulated_machine_is_waited_for_longer(monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("SELFCARE_LAB_PATIENCE", raising=False)
    for folder, longer in ((None, True), (str(tmp_path), False)):
        monkeypatch.delenv("WIFI_LAB", raising=False)
        if folder is not None:
            monkeypatch.setenv("WIFI_LAB", folder)
        machine._write(tmp_path, ["true"])
        assert ("SELFCARE_LAB_PATIENCE=4" in (tmp_path / "command").read_text()) is longer


def test_what_is_missing_is_told(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv(machine.VARIABLE, str(tmp_path))
    assert machine.KERNEL in str(machine.why_unavailable())
    (tmp_path / machine.PACKED).touch()
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in str(machine.why_unavailable())
    monkeypatch.delenv(machine.VARIABLE)
    assert "root" in str(machine.why_unavailable())
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert "aarch64" in str(machine.why_unavailable())


def test_modules_come_after_what_they_need(tmp_path) -> None:
    (tmp_path / "modules.dep").write_text(
        "fs/9p.ko: net/9pnet.ko fs/cache.ko\nnet/9pnet.ko:\nfs/cache.ko: lib/base.ko\n"
    )
    named = [path.name for path in emulated._needs(tmp_path, ("9p", "built_in"))]
    assert named == ["cache.ko", "9pnet.ko", "9p.ko"]


@pytest.mark.parametrize(("name", "data"), [("init", b"#!/bin/sh\n"), ("modules/9p.ko", b"\x7fELF" * 7), ("proc", b"")])
def test_an_entry_of_the_archive_is_as_the_kernel_reads_it(name: str, data: bytes) -> None:
    """Fields are 8 hexadecimal digits; name and content end at multiples of four."""
    entry = emulated._entry(name, data, 0o100755)
    assert len(entry) % 4 == 0 and entry[:6] == b"070701"
    fields = [int(entry[6 + 8 * n : 14 + 8 * n], 16) for n in range(13)]
    assert (fields[1], fields[6], fields[11]) == (0o100755, len(data), len(name) + 1)
    start = (110 + fields[11] + 3) // 4 * 4
    assert entry[110 : 110 + len(name)] == name.encode() and entry[start : start + len(data)] == data
