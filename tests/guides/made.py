"""A guide made up for tests of the engine: answers of several kinds, a key, an action, a step by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from selfcare.guides.errors import GuideError
from selfcare.guides.load import load_guide
from selfcare.guides.validate import problems
from selfcare.model.guide import Guide

GUIDE = """
id = "made"
topic = "wifi"
start = "way"
[steps.way]
kind = "branch"
cases = [{ when = { can = ["set_guest"] }, to = "name" }]
otherwise = "hand"
[steps.name]
kind = "ask"
answer = "name"
of = "network_name"
next = "device"
[steps.device]
kind = "ask"
answer = "device"
of = "device"
optional = true
next = "key"
[steps.key]
kind = "ask"
answer = "key"
of = "network_key"
next = "open"
[steps.open]
kind = "do"
action = "box.guest"
arguments = { on = true, name = "$name", key = "$key" }
done = "seen"
declined = "left"
refused = "hand"
failed = "hand"
unable = "hand"
[steps.hand]
kind = "instruct"
next = "seen"
[steps.seen]
kind = "instruct"
verify = [{ test = "box.guest_is", on = true, name = "$name" }]
next = "fine"
[steps.fine]
kind = "outcome"
end = "told"
[steps.left]
kind = "outcome"
end = "left"
"""


def made(folder: Path, text: str = GUIDE) -> Guide:
    path = folder / "made.toml"
    path.write_text(text, encoding="utf-8")
    return load_guide(path)


def ship(monkeypatch: pytest.MonkeyPatch, one: Guide) -> None:
    """As if it were the only one that there is."""

    def find(name: str) -> Guide:
        if name != one.id:
            raise GuideError(name, "unknown")
        return one

    monkeypatch.setattr("selfcare.app.guides.desk.guide", find)
    monkeypatch.setattr("selfcare.app.guides.desk.guide_ids", lambda: (one.id,))


__all__ = ["GUIDE", "made", "problems", "ship"]
