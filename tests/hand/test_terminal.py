"""The agent that asks for the password in a terminal: there when polkit is asked, gone afterwards."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

import pytest

from selfcare.hand import terminal

AGENT = """#!{python} -IS
import os, signal, sys, time
def ended(*_):
    open("{folder}/ended", "w")
    os._exit(0)
signal.signal(signal.SIGTERM, ended)
open("{folder}/told", "w").write(" ".join(sys.argv[1:]))
time.sleep({late})
open("{folder}/ready", "w")
os.close(int(sys.argv[4]))
time.sleep(60)
"""


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(terminal, "PKTTYAGENT", tmp_path / "pkttyagent")
    monkeypatch.setattr(terminal, "at_terminal", lambda: True)
    return tmp_path


def program(folder: Path, text: str, late: float = 0.3) -> None:
    path = folder / "pkttyagent"
    path.write_text(text.format(folder=folder, late=late, python=sys.executable))
    path.chmod(0o755)


async def seen(folder: Path) -> tuple[bool, list[str]]:
    async with terminal.agent():
        ready = (folder / "ready").exists()
        words = (folder / "told").read_text().split() if ready else []
    return ready, words


@pytest.mark.parametrize(("screen", "more"), [(":0", ["--fallback"]), ("", [])])
def test_it_is_ready_before_polkit_is_asked_and_gone_afterwards(
    there: Path, monkeypatch: pytest.MonkeyPatch, screen: str, more: list[str]
) -> None:
    """Where there is a screen, the desktop's own agent goes before it."""
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", screen)
    program(there, AGENT)
    ready, words = asyncio.run(seen(there))
    assert ready and words[:2] == ["--process", str(os.getpid())] and words[4:] == more
    assert (there / "ended").exists()


def test_one_that_fails_or_is_missing_stops_nothing(there: Path) -> None:
    assert asyncio.run(seen(there)) == (False, [])
    program(there, "#!/bin/sh\nexit 1\n")
    assert asyncio.run(seen(there)) == (False, [])


def test_one_that_never_gets_ready_is_not_waited_for_long(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "READY_S", 0.2)
    program(there, AGENT, late=30)
    began = time.monotonic()
    assert asyncio.run(seen(there)) == (False, [])
    assert time.monotonic() - began < 5


def test_a_window_has_none(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "at_terminal", lambda: False)
    program(there, AGENT)
    assert asyncio.run(seen(there)) == (False, [])
