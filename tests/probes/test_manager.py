"""Who configures the network, where no bus tells: DHCP clients that stand alone, by the files with their numbers."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest

from probes.hostnet import addressing


@pytest.mark.parametrize(("program", "file", "told"), [
    ("dhcpcd", "dhcpcd/pid", "dhcpcd"), ("dhcpcd", "dhcpcd/eth0-4.pid", "dhcpcd"),
    ("dhclient", "dhclient.eth0.pid", "dhclient"),
    ("other", "dhclient.eth0.pid", None),
])  # fmt: skip
def test_a_client_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, file: str, told: str | None
) -> None:
    """The number may be another program's by now."""
    monkeypatch.setattr(addressing, "_RUN", tmp_path / "run")
    shutil.copy("/bin/sleep", tmp_path / program)
    path = tmp_path / "run" / file
    path.parent.mkdir(parents=True)
    with subprocess.Popen([tmp_path / program, "30"]) as process:
        path.write_text(f"{process.pid}\n")
        while Path(f"/proc/{process.pid}/comm").read_text().strip() != program:  # named a moment after it is started
            time.sleep(0.01)
        found = tuple(addressing._runs(name, addressing._CLIENTS[name]) for name in ("dhcpcd", "dhclient"))
        process.kill()
    assert found == (told == "dhcpcd", told == "dhclient")


def test_none_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "_RUN", tmp_path)
    (tmp_path / "dhclient.pid").write_text("99999999\n")
    (tmp_path / "dhcpcd.pid").write_text("nonsense\n")
    assert not any(addressing._runs(name, files) for name, files in addressing._CLIENTS.items())
