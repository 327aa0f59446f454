"""A desk is opened with nobody else reading its secret, and never with a damaged one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from selfcare.deskserver.migrations.run import OpeningRefused
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.schema import tickets
from tests.deskserver.bench import desk_at, settings_at


def test_many_that_open_one_desk_at_once_share_its_secret(tmp_path: Path) -> None:
    async def run() -> None:
        desks = await asyncio.gather(*(open_desk(settings_at(tmp_path)) for _ in range(5)))
        assert len({desk.secret for desk in desks}) == 1
        assert len(desks[0].secret) == 32
        for desk in desks:
            assert await desk.database.read(lambda c: c.execute(select(tickets.c.id)).all()) == []
            await close_desk(desk)

    asyncio.run(run())
    assert (tmp_path / "desk").stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "desk").glob("*") if one.is_file()} == {0o600}
    assert not list((tmp_path / "desk").glob(".secret*"))


def test_it_is_the_same_the_next_time_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    async def run() -> None:
        async with desk_at(tmp_path) as desk:
            first = desk.secret
        async with desk_at(tmp_path) as desk:
            assert desk.secret == first
        (tmp_path / "desk" / "secret").write_bytes(first[:5])
        with pytest.raises(OpeningRefused, match="secret_damaged"):
            await open_desk(settings_at(tmp_path))

    asyncio.run(run())
