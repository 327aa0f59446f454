"""The UPnP driver against the simulated gateway: what it reads, what it changes, why it was refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from aiohttp import web

from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.igd import DRIVER
from selfcare.boxes.igd.session import IgdSession
from selfcare.boxes.ports import PORTS
from selfcare.model.box import (
    Absent,
    ConnectionStatus,
    LinkStatus,
    PortMapping,
    Protocol,
    Support,
    WanStatus,
    WanTraffic,
)
from tests.boxes import soapish
from tests.boxes.base import serving
from tests.boxes.home import FAULTS, Forward
from tests.boxes.igd import IgdBox, Manners

SSH = PortMapping(2222, 22, "127.0.0.1", Protocol.TCP, description="accès <été> & co")


def run(job, manners: Manners | None = None, faults=()):
    """``job(session, box)`` against a gateway; its result."""

    async def main():
        box = IgdBox(manners=manners)
        for name in faults:
            FAULTS[name](box.home)
        async with serving(box) as place:
            session = DRIVER.open(place)
            try:
                return await job(session, box)
            finally:
                await session.close()

    return asyncio.run(main())


async def wan_of(session: IgdSession, box: IgdBox) -> WanStatus:
    found = await session.wan()
    assert isinstance(found, WanStatus)
    return found


ODD = {
    "igd1": Manners(version=1),
    "igd2": Manners(),
    "a Livebox's PPP:2": Manners(connection="WANPPPConnection"),
    "two connections, the first one idle": Manners(idle=True),
    "service description broken": Manners(scpd="<scpd"),
    "service description useless": Manners(scpd='<scpd xmlns="urn:schemas-upnp-org:service-1-0"/>'),
    "argument without its variable": Manners(
        scpd='<scpd xmlns="urn:schemas-upnp-org:service-1-0"><actionList><action><name>GetStatusInfo</name>'
        "<argumentList>"
        "<argument><name>X</name><direction>out</direction><relatedStateVariable>Gone</relatedStateVariable></argument>"
        "</argumentList></action></actionList><serviceStateTable/></scpd>"
    ),
    "no namespace": Manners(namespace=False),
}


@pytest.mark.parametrize("name", ODD)
def test_every_gateway_is_read_and_written_alike(name: str) -> None:
    async def job(session, box):
        device, wan, traffic = await asyncio.gather(session.device(), wan_of(session, box), session.wan_traffic())
        assert (device.uid, device.serial_number) == (box.home.uid, box.home.serial)
        assert (wan.status, wan.ipv4_address, wan.up_time) == (ConnectionStatus.CONNECTED, box.home.line.ipv4, 345_600)
        assert traffic == WanTraffic(box.home.line.received % 2**32, box.home.line.sent % 2**32, wraps_at=2**32)
        before = await session.forwards()
        await session.put_forward(SSH)
        made = [one for one in await session.forwards() if one not in before]
        assert [
            (x.external_port, x.internal_port, x.internal_client, x.protocol, x.description, x.enable) for x in made
        ] == [(2222, 22, "127.0.0.1", Protocol.TCP, "accès <été> & co", True)]
        await session.delete_forward(made[0])
        assert await session.forwards() == before
        return wan

    # A description that names no usable action must not be taken for a gateway without any.
    if name in ("service description useless",):
        with pytest.raises(BoxError) as caught:
            run(job, replace(ODD[name], leases={}))
        assert caught.value.code is BoxErrorCode.UNSUPPORTED
    else:
        run(job, replace(ODD[name], leases={}))


def test_recognised_without_login_and_by_the_same_name_as_the_session() -> None:
    async def main():
        box = IgdBox(manners=Manners(connection="WANPPPConnection"))
        async with serving(box) as place:
            seen = await DRIVER.recognise(place)
            asked = len(box.asked)
            session = DRIVER.open(place)
            assert len(box.asked) == asked, "opening asks nothing"
            assert seen == await session.device()
            await session.close()
            return seen, asked

    seen, asked = asyncio.run(main())
    assert seen is not None and seen.model_name == "Orange Livebox" and asked <= 2
    assert DRIVER.pairing is PairingKind.NONE


def test_another_box_at_the_address_is_seen_within_a_session() -> None:
    async def job(session, box):
        first = await session.device()
        FAULTS["swapped"](box.home)
        second = await session.device()
        assert (first.uid, second.uid) == ("7C1689000001", box.home.uid)
        assert (await session.device()).uid == box.home.uid
        assert (await wan_of(session, box)).status is ConnectionStatus.CONNECTED

    run(job)


def test_what_it_is_believed_to_say_of_the_line() -> None:
    """Kind, rates and a link that is down are a daemon's settings: they would blame the line."""
    healthy = run(wan_of)
    assert (healthy.medium, healthy.down_capacity, healthy.up_capacity, healthy.link) == (
        None,
        None,
        None,
        LinkStatus.UP,
    )
    assert (healthy.public_ipv4, healthy.shared_ipv4, healthy.last_error) == (True, None, None)
    down = run(wan_of, faults=["no-session"])
    assert (down.status, down.link, down.ipv4_address) == (ConnectionStatus.DISCONNECTED, None, None)
    assert (down.last_error, down.public_ipv4, down.up_time) == ("AuthenticationFailure", None, None)


def test_connected_without_an_address_is_no_public_address_but_not_whose_doing() -> None:
    shared = run(wan_of, faults=["cgnat"])
    assert (shared.status, shared.ipv4_address, shared.public_ipv4) == (ConnectionStatus.CONNECTED, None, False)
    assert shared.shared_ipv4 is None, "another router in front looks the same: the operator is not named"


@pytest.mark.parametrize(
    ("address", "public", "shared"),
    [("100.64.5.2", False, True), ("192.168.1.50", False, None), ("0.0.0.0", False, None)],
)
def test_an_address_that_is_not_public(address: str, public: bool, shared: bool | None) -> None:
    async def job(session, box):
        box.home.line.ipv4 = address
        return await wan_of(session, box)

    wan = run(job)
    assert (wan.public_ipv4, wan.shared_ipv4) == (public, shared)


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_wrong_is_told_as_it_is(fault: str) -> None:
    async def job(session, box):
        wan, device, line = await wan_of(session, box), await session.device(), box.home.line
        assert (device.uid, device.serial_number) == (box.home.uid, box.home.serial)
        assert wan.status is ConnectionStatus(line.session) and wan.last_error == (line.last_error or None)
        assert wan.ipv4_address == (None if line.cgnat else line.ipv4 or None)
        assert wan.up_time == (line.up_time if line.session == "connected" else None)

    run(job, faults=[fault])


def test_the_list_entry_by_entry_ends_with_the_box() -> None:
    async def job(session, box):
        box.home.forwards = [Forward(2000 + n, 22, "192.168.1.20") for n in range(11)]
        found = await session.forwards()
        assert [one.external_port for one in found] == [2000 + n for n in range(11)]
        assert len(box.asked) <= 3 + 12

    run(job, Manners(version=1))


def test_a_box_that_refuses_to_name_an_address_still_tells_its_state() -> None:
    async def refuse(request):
        return soapish.fault(501, "Action Failed")

    async def job(session, box):
        box.instead["GetExternalIPAddress"] = refuse
        return await wan_of(session, box)

    wan = run(job, faults=["no-session"])
    assert (wan.status, wan.ipv4_address, wan.public_ipv4) == (ConnectionStatus.DISCONNECTED, None, None)


def test_a_list_that_never_ends_does() -> None:
    async def job(session, box):
        box.home.forwards = [Forward(2000, 22, "192.168.1.20")]
        box._generic = lambda _: box.entry(box.home.forwards[0])
        found = await session.forwards()
        assert len(found) == 1 and len(box.asked) <= 3 + 256

    run(job, Manners(version=1))


def waves(asked: list[tuple[float, float]]) -> int:
    """How often the box was idle before it was asked again: (begun, answered) of each request."""
    count, end = 0, -1.0
    for begun, answered in sorted(asked):
        count += begun > end
        end = max(end, answered)
    return count


class Timed(IgdBox):
    """Keeps when each request came and when it was answered."""

    def app(self) -> web.Application:
        made = super().app()
        self.times: list[tuple[float, float]] = []

        @web.middleware
        async def watch(request, handler):
            begun = asyncio.get_running_loop().time()
            await asyncio.sleep(0.05)
            reply = await handler(request)
            self.times.append((begun, asyncio.get_running_loop().time()))
            return reply

        made.middlewares.append(watch)
        return made


def test_a_full_reading_takes_three_waves() -> None:
    """Description; service descriptions; every question at once. Then only the questions."""

    async def main():
        box = Timed()
        async with serving(box) as place:
            session = DRIVER.open(place)
            found = []
            for _ in range(2):
                box.times.clear()
                await asyncio.gather(session.device(), session.wan(), session.wan_traffic())
                found.append((waves(box.times), len(box.times)))
            await session.close()
            return found

    (first, asked), (again, asked_again) = asyncio.run(main())
    # Five questions, four connections: the fifth begins when one is answered, and is no wave of its own.
    assert first <= 4 and asked == 8
    assert again <= 2 and asked_again == 6


def test_claims_are_the_ports() -> None:
    for claim in DRIVER.claims:
        assert (claim.support is Support.YES) == issubclass(IgdSession, PORTS[claim.capability]), claim
    assert {claim.capability for claim in DRIVER.claims} == set(PORTS)


def test_a_gateway_without_a_connection_service_cannot_tell() -> None:
    async def job(session, box):
        return await session.wan(), await session.forwards()

    for found in run(job, Manners(connection="WANOtherConnection")):
        assert isinstance(found, Absent)
