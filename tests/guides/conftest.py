"""What all tests of a guide's world have: no waiting for a Freebox's screen, no Bbox that remembers for a moment."""

from __future__ import annotations

import pytest

from tests.guides.hard import kit

__all__ = ["kit"]


@pytest.fixture(autouse=True)
def quick_pairing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("selfcare.boxes.freebox.pairing.POLL_S", 0.01)
    monkeypatch.setattr("selfcare.boxes.bbox.session._FRESH_S", -1.0)
