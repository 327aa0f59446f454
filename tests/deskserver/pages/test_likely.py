"""Probable outages are looked for beside the pages where a look takes long, and at once where it does not."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from selfcare.deskserver.core import clusters
from selfcare.deskserver.pages import likely
from selfcare.deskserver.schema import tickets
from tests.deskserver.bench import desk_at


class Looks:
    """How often, and how long each takes (s)."""

    def __init__(self, takes_s: float) -> None:
        self.takes_s, self.count, self.begun = takes_s, 0, threading.Event()

    def __call__(self, _c: Connection, _now: int) -> list[Any]:
        self.count += 1
        self.begun.set()
        time.sleep(self.takes_s)
        return [self.count]


def changed(number: int) -> Any:
    return lambda c: c.execute(insert(tickets).values(ref=f"T-{number}", updated_at=number))


def counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, takes_s: float) -> list[list[Any]]:
    looks, told = Looks(takes_s), []
    monkeypatch.setattr(clusters, "clusters", looks)

    async def run() -> None:
        async with desk_at(tmp_path) as desk:
            seen = likely.Likely()
            beside = asyncio.create_task(likely.looking(desk, seen))
            await asyncio.to_thread(looks.begun.wait, 60)
            for number in (1, 2):
                await desk.database.write(changed(number))
                told.append(await desk.database.read(lambda c: seen.of(c, desk.now())))
            beside.cancel()

    asyncio.run(run())
    return told


def test_a_page_finds_a_long_look_done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert counted(monkeypatch, tmp_path, 2 * likely.SLOW_S) == [[1], [1]]


def test_a_short_look_is_taken_when_something_changed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(likely, "SLOW_S", 60.0)  # however busy this machine is
    assert counted(monkeypatch, tmp_path, 0.0) == [[2], [3]]
