"""``box.status``: who is asked, what is kept back, and that a gateway of no known make is left alone at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from selfcare.app import box_probe
from selfcare.app.box_probe import BoxProbe, Recent, Spot
from selfcare.app.boxes import BoxDesk, Gateway
from selfcare.boxes.driver import Driver
from selfcare.boxes.secret import Secret
from selfcare.boxes.wire import Place
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.model.box import Absent, BoxStatus, HomeHost, PortMapping, Protocol, TvDecoder
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Method
from selfcare.model.payloads.box import BoxPayload
from selfcare.model.probe import CannotRun
from selfcare.model.units import Kbps
from selfcare.store.lines import LineHistory
from tests.boxes import toy
from tests.boxes.base import serving
from tests.boxes.toy import ToyBox
from tests.diagnosis.boxes import status

ME = IpConfig("eth0", (IpAddress("192.168.1.20", 24, 4),), Method.DHCP, Activation.ACTIVE, (), Method.DHCP)
PAYLOADS: Mapping[str, Any] = {"addr.lease": AddressPayload((ME,), "eth0", None)}
HOSTS = (
    HomeHost("3c:52:82:00:00:01", "192.168.1.20", blocked=True, down_rate=Kbps(50.0), up_rate=Kbps(10.0)),
    HomeHost("f4:f5:d8:00:00:03", "192.168.1.22", down_rate=Kbps(800.0), up_rate=Kbps(20.0)),
)
FORWARDS = (
    PortMapping(8443, 443, "192.168.1.20", Protocol.TCP, description="NAS de Camille"),
    PortMapping(80, 80, "192.168.1.22", Protocol.TCP),
)


class Session(toy.ToySession):
    async def hosts(self) -> tuple[HomeHost, ...]:
        await self._get("/line")
        return HOSTS

    async def forwards(self) -> tuple[PortMapping, ...]:
        return FORWARDS


DRIVER = replace(toy.DRIVER, open=Session, session_type=Session)


def desk_at(place: Place, folder: Path, driver: Driver = DRIVER) -> BoxDesk:
    async def gateway() -> Gateway:
        return Gateway(place)

    return BoxDesk(
        gateway, Credentials(folder, SecretStore(folder, lambda: None)), LineHistory(folder), lambda: [driver]
    )


async def asked(place: Place, folder: Path, driver: Driver = DRIVER) -> BoxPayload:
    async def locate(_payloads: Mapping[str, Any]) -> Spot:
        return Spot(place.address)

    probe = BoxProbe(locate, lambda _spot: desk_at(place, folder, driver), lambda: True)
    try:
        return await probe.measure(PAYLOADS)
    finally:
        await probe.close()


def play(act: Callable[[Place], Awaitable[None]], box: ToyBox | None = None) -> None:
    async def run() -> None:
        async with serving(box or ToyBox()) as place:
            await act(place)

    asyncio.run(run())


async def let_in(place: Place, folder: Path, password: str) -> None:
    async with desk_at(place, folder) as desk:
        found = (await desk.detect()).box
        assert found is not None
        async for _ in desk.pair(found, Secret(password)):
            pass


def test_a_paired_box_tells_of_the_line_and_of_this_pc(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await let_in(place, tmp_path, box.home.password)
        told = await asked(place, tmp_path)
        assert told.family == "bbox" and told.status is not None and told.status.paired
        assert told.pairing is None and told.failure is None
        assert told.blocked_here is True
        assert told.traffic_elsewhere == 800.0
        assert isinstance(told.forwards, tuple) and [f.external_port for f in told.forwards] == [8443]

    box = ToyBox()
    play(act, box)


def test_nothing_that_identifies_somebody_is_in_the_payload(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await let_in(place, tmp_path, box.home.password)
        whole = msgspec.json.encode(await asked(place, tmp_path)).decode()
        for word in (box.home.uid, box.home.serial, box.home.mac, box.home.password, "Camille", "3c:52:82"):
            assert word not in whole

    box = ToyBox()
    play(act, box)


def test_without_a_login_it_says_what_is_to_be_done_and_logs_in_nowhere(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        told = await asked(place, tmp_path)
        assert told.status is not None and not told.status.paired
        assert (told.pairing, told.blocked_here) == ("password", None)
        assert isinstance(told.forwards, Absent)

    box = ToyBox()
    play(act, box)
    assert box.logins == 0


def test_a_refused_login_is_tried_once_and_told(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await let_in(place, tmp_path, box.home.password)
        box.home.password = "another"
        for _ in range(2):
            told = await asked(place, tmp_path)
            assert (told.failure, told.pairing) == ("login_failed", "password")

    box = ToyBox()
    play(act, box)
    assert box.logins == 2  # one to pair, one that was refused


def test_another_box_at_the_same_place_gets_no_login(tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        await let_in(place, tmp_path, box.home.password)
        box.home.uid = "stranger"
        told = await asked(place, tmp_path)
        assert told.status is None or not told.status.paired
        assert box.logins == 1

    box = ToyBox()
    play(act, box)


def test_a_box_is_not_asked_oftener_than_it_bears_but_at_once_after_it_let_us_in(tmp_path: Path) -> None:
    recent: dict[Spot, Recent] = {}

    async def act(place: Place) -> None:
        async def locate(_payloads: Mapping[str, Any]) -> Spot:
            return Spot(place.address)

        patient = replace(DRIVER, min_interval_s=60.0)

        async def ask(known: bool) -> BoxPayload:
            probe = BoxProbe(locate, lambda _spot: desk_at(place, tmp_path, patient), lambda: known, recent=recent)
            told = await probe.measure(PAYLOADS)
            await probe.close()
            return told

        stranger = await ask(True)
        assert stranger.pairing == "password"
        await let_in(place, tmp_path, box.home.password)
        paired = await ask(True)
        assert paired.status is not None and paired.status.paired
        before = len(box.asked)
        again = await ask(True)
        # Given a second time, and says how old it is.
        assert again.age is not None and 0 < again.age < 60 and paired.age is None
        assert replace(again, age=None) == paired
        assert len(box.asked) == before

    box = ToyBox()
    play(act, box)


def test_an_old_reading_is_no_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = BoxDesk.status

    async def stale(self: BoxDesk, *words: Any, **more: Any) -> BoxStatus:
        status = await fresh(self, *words, **more)
        return replace(status, taken=status.taken - timedelta(minutes=2))

    async def act(place: Place) -> None:
        told = await asked(place, tmp_path)
        assert (told.status, told.failure) == (None, "stale")

    monkeypatch.setattr(BoxDesk, "status", stale)
    play(act)


def test_without_a_gateway_it_cannot_run() -> None:
    async def nowhere(_payloads: Mapping[str, Any]) -> None:
        return None

    def never(_spot: Spot) -> BoxDesk:
        raise AssertionError("nobody is to be asked")

    with pytest.raises(CannotRun):
        asyncio.run(BoxProbe(nowhere, never, lambda: True).measure({}))


PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html><title>Router login</title>"


@pytest.mark.parametrize(
    ("answer", "box"),
    [
        (PLAIN, False),
        (PLAIN.replace(b"Router login", b"Ma Livebox"), True),
        (b"HTTP/1.1 302 Found\r\nLocation: https://mabbox.bytel.fr/\r\n\r\n", True),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", True),
        (b'HTTP/1.1 200 OK\r\n\r\n{"box": 1}', True),
        (b"", False),
    ],
)
def test_only_a_gateway_that_may_be_a_box_has_its_languages_loaded(
    answer: bytes, box: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Spot] = []

    class Desk:
        async def detect(self) -> Any:
            raise TimeoutError

        async def close(self) -> None:
            return None

    def open_desk(spot: Spot) -> Any:
        opened.append(spot)
        return Desk()

    async def locate(_payloads: Mapping[str, Any]) -> Spot:
        return Spot("127.0.0.1")

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def run() -> None:
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            monkeypatch.setattr(box_probe, "_PORT", server.sockets[0].getsockname()[1])
            assert await BoxProbe(locate, open_desk, lambda: False).measure(PAYLOADS) == BoxPayload(None, None)

    asyncio.run(run())
    assert bool(opened) is box


def test_another_machine_that_had_this_address_is_not_this_pc() -> None:
    mine, before = HomeHost("3c:52:82:00:00:01", "192.168.1.20", blocked=False), "192.168.1.20"
    other = HomeHost("f4:f5:d8:00:00:03", before, blocked=True, active=False)
    assert box_probe._mine((other, mine), {before}, {"3c:52:82:00:00:01"}) is mine
    # Its own hardware address is not told: then only one that is there, and nobody else who had it.
    assert box_probe._mine((other, mine), {before}, set()) is None
    assert box_probe._mine((other,), {before}, set()) is None
    assert box_probe._mine((mine,), {before}, set()) is mine


def test_a_decoder_keeps_no_name_that_somebody_gave_it() -> None:
    named = replace(status(), tv=(TvDecoder(model_name="Chambre de Camille", phys_address="f4:f5:d8:00:00:09"),))
    assert box_probe._anonymous(named).tv == (TvDecoder(),)
