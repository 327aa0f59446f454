"""The whole command, killed at each of its moments: nothing lost, nothing doubled, and the case tells the truth."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfcare.app.support.desk import SupportDesk
from selfcare.cases.book import CaseBook
from selfcare.model.support import DeskEndpoint
from selfcare.model.ticket import Parcel, Phase
from tests.app.support.bench import Bench
from tests.app.support.lives import command, over
from tests.desks.threaded import threaded
from tests.desks.tmf_server import TmfServer

NEW = ("new", "--words", "Plus rien.", "--yes")


@pytest.fixture
def desk() -> Iterator[TmfServer]:
    with threaded(TmfServer("v5")) as server:
        yield server


def lines(folder: Path) -> Counter[tuple[str, str]]:
    """(parcel, what it did) → how often the open case says so."""
    case = CaseBook(folder).case()
    events = case.events if case else ()
    return Counter((str(e.data["id"]), str(e.data["did"])) for e in events if e.kind == "ticket")


def parcels(folder: Path, desk: DeskEndpoint) -> tuple[Parcel, ...]:
    async def story(port: SupportDesk) -> tuple[Parcel, ...]:
        return await port.outbox()

    return Bench(folder, desk).run(story)


def mended(folder: Path, server: TmfServer) -> None:
    """Some more ``ticket send``, each a while later; then all is there once, and said once."""
    made = len(server.tickets)
    assert made <= 1
    for turn in range(1, 5):
        command(folder, server.endpoint(), "send", later_s=turn * 4000.0)
    found = parcels(folder, server.endpoint())
    assert len(server.tickets) == len(found) <= 1 and made <= len(found)
    told = lines(folder)
    assert set(told.values()) <= {1}
    for one in found:
        assert one.phase is Phase.DONE and told[one.id, "queued"] == 1 and told[one.id, "done"] == 1


def swept(folder: Path, server: TmfServer, every: int) -> tuple[int, int]:
    """Kills at every so many-th moment of a first ticket: how many were killed, how many moments there are."""
    whole = folder / "whole"
    whole.mkdir()
    code, moments = command(whole, server.endpoint(), *NEW)
    assert code == 0 and len(moments) > 30
    killed = 0
    for at in range(1, len(moments) + 1, every):
        server.store.tickets.clear() if hasattr(server, "store") else server.tickets.clear()
        one = folder / str(at)
        one.mkdir()
        killed += command(one, server.endpoint(), *NEW, kill=at)[0] == -9
        try:
            mended(one, server)
        except AssertionError as error:
            raise AssertionError(f"killed at {at}, {moments[at - 1]}: {error}") from error
        shutil.rmtree(one)
    return killed, len(moments)


def test_killed_at_some_of_its_moments(tmp_path: Path, desk: TmfServer) -> None:
    killed, _ = swept(tmp_path, desk, 5)
    assert killed > 5


@pytest.mark.full
def test_killed_at_each_of_its_moments(tmp_path: Path, desk: TmfServer) -> None:
    killed, moments = swept(tmp_path, desk, 1)
    assert killed == moments


def test_two_commands_at_once_are_one_ticket_and_both_reports_arrive(tmp_path: Path, desk: TmfServer) -> None:
    both = [command(tmp_path, desk.endpoint(), *NEW, wait=False)[0] for _ in range(2)]
    assert all(over(pid) == 0 for pid in both)
    found = parcels(tmp_path, desk.endpoint())
    assert len(desk.tickets) == 1 and sorted(one.kind for one in found) == ["note", "ticket"]
    assert all(one.phase is Phase.DONE for one in found) and set(lines(tmp_path).values()) == {1}


def test_two_windows_on_one_folder_send_once_and_say_it_once(tmp_path: Path) -> None:
    from tests.app.support.test_tickets import WISH, made

    async def story() -> None:
        async with TmfServer("v5") as server:
            one, other = (Bench(tmp_path, server.endpoint()).port() for _ in range(2))
            await asyncio.gather(one.file(await made(one), WISH), other.tick(), other.flush(), other.tick())
            await asyncio.gather(one.flush(), other.flush(), one.tick(), other.tick())
            (parcel,) = await other.outbox()
            assert parcel.phase is Phase.DONE and len(server.tickets) == 1
            await asyncio.gather(one.tickets(), other.tickets())
            told = lines(tmp_path)
            assert told[parcel.id, "done"] == told[parcel.id, "queued"] == told[parcel.id, "state"] == 1
            await asyncio.gather(one.close(), other.close())

    asyncio.run(story())
