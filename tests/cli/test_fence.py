"""The outermost fence of the command line."""

from __future__ import annotations

import faulthandler
import json
import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfcare import cli, wiring


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """A program begins its log and hooks once; a test must not leave them to the others."""
    root = logging.getLogger()
    handlers, hook, thread_hook = list(root.handlers), sys.excepthook, threading.excepthook
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    sys.excepthook, threading.excepthook = hook, thread_hook
    faulthandler.enable(sys.__stderr__ or sys.stderr)  # pytest's own: a crash of a later test must leave a trace


def test_an_internal_error_is_70_with_a_record_that_names_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(arguments: object, build: object) -> int:
        raise RuntimeError("could not reach 192.168.1.23 for camille@example.fr")

    monkeypatch.setenv("SELFCARE_HOME", str(tmp_path))
    monkeypatch.setattr(cli, "main", broken)
    assert wiring.main(["check"]) == 70
    assert "RuntimeError" in capsys.readouterr().err
    records = list(tmp_path.rglob("crash-*.json"))
    assert len(records) == 1
    text = records[0].read_text()
    assert json.loads(text)["kind"] == "RuntimeError"
    assert "192.168.1.23" not in text
    assert "camille" not in text
