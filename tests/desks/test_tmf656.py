"""Outages: those that are open and have begun, by nobody who says who they are, as plain text."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from selfcare.desks.choose import desk_of
from selfcare.desks.port import Can
from selfcare.desks.tmf656 import read
from selfcare.desks.wire import nobody
from selfcare.model.ticket import KnownOutage
from tests.desks.tmf_problems import problem
from tests.desks.tmf_server import TmfServer

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_an_open_outage_is_told() -> None:
    until = "2026-11-22T20:00:00Z"
    expected = KnownOutage("sp-1", "Coupure de fibre à Nantes", "2026-11-22T10:00:00Z", until, 1200, "inProgress")
    assert read([problem(resolutionDate=until)], NOW) == (expected,)


@pytest.mark.parametrize(
    "more",
    [
        {"status": "resolved"}, {"status": "closed"}, {"status": "cancelled"}, {"status": "rejected"}, {"status": "?"},
        {"resolutionDate": "2026-11-22T11:00:00Z"}, {"creationDate": "2026-11-23T02:00:00Z"}, {"id": ""},
        {"description": None, "name": None},
    ],
    ids=str,
)  # fmt: skip
def test_what_is_over_or_not_yet_is_not(more: dict[str, Any]) -> None:
    assert read([problem(**more)], NOW) == ()


def test_newest_first_and_not_without_end() -> None:
    many = [problem(id=f"sp-{at}", creationDate=f"2026-11-{1 + at % 20:02}T10:00:00Z") for at in range(600)]
    found = read(many, NOW)
    assert len(found) == 50
    assert [one.since for one in found] == sorted((one.since for one in found), reverse=True)


def test_its_words_are_plain_and_short() -> None:
    (found,) = read([problem(description="a\x1b[31mb\u202ec\x00" + "d" * 5000, affectedNumberOfServices=-1)], NOW)
    assert found.text.startswith("a[31mbcd")
    assert len(found.text) == 1000
    assert found.affected is None


def test_it_is_asked_for_without_saying_who_asks() -> None:
    async def login() -> dict[str, str]:
        return {"Authorization": "Bearer t0k"}

    async def run() -> None:
        async with TmfServer("v5", token="t0k", problems=[problem()]) as server:
            anybody, known = server.endpoint(), server.endpoint(outages_sign_in="yes")
            for endpoint, said in ((anybody, None), (known, "Bearer t0k")):
                desk = desk_of(endpoint, login)
                assert Can.OUTAGES in desk.can
                assert [one.id for one in await desk.outages()] == ["sp-1"]
                asked = server.seen[-1]
                assert (asked.headers.get("authorization"), asked.query) == (said, {"limit": "50"})
                await desk.close()

    asyncio.run(run())


def test_an_operator_without_them_is_not_asked() -> None:
    async def run() -> None:
        async with TmfServer("v4", problems=[problem()]) as server:
            desk = desk_of(replace(server.endpoint(), outages=""), nobody)
            assert Can.OUTAGES not in desk.can
            assert await desk.outages() == ()
            assert server.seen == []
            await desk.close()

    asyncio.run(run())
