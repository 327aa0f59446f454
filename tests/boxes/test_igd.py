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
from selfcare.model.units import Seconds
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


def refused(mapping: PortMapping, manners: Manners, faults=()) -> BoxError:
    async def job(session, box):
        before = [replace(one) for one in box.home.forwards]
        with pytest.raises(BoxError) as caught:
            await session.put_forward(mapping)
        assert box.home.forwards == before
        return caught.value

    return run(job, manners, faults)


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


REFUSALS = {
    606: (SSH, Manners(deny=3000), BoxErrorCode.RESERVED_PORT),
    718: (replace(SSH, external_port=8443), Manners(client=None), BoxErrorCode.CONFLICT),
    724: (SSH, Manners(same_port=True), BoxErrorCode.SAME_PORT_ONLY),
    725: (replace(SSH, lease=Seconds(3600)), Manners(permanent=True), BoxErrorCode.ONLY_PERMANENT),
    728: (SSH, Manners(full=1), BoxErrorCode.FULL),
    716: (replace(SSH, external_port=0), Manners(), BoxErrorCode.INVALID),
}


@pytest.mark.parametrize("number", REFUSALS)
def test_a_refusal_says_why(number: int) -> None:
    mapping, manners, code = REFUSALS[number]
    error = refused(mapping, manners)
    assert (error.code, error.values["number"]) == (code, number)


def test_a_port_of_another_device_is_not_called_taken() -> None:
    """718 is also what a box says that maps to the asking PC only."""
    other = replace(SSH, internal_client="192.168.1.21")
    assert refused(other, Manners()).code is BoxErrorCode.OTHER_DEVICE
    assert refused(replace(other, external_port=8443), Manners()).code is BoxErrorCode.CONFLICT


@pytest.mark.parametrize("fault", ["cgnat", "no-session"])
def test_no_mapping_without_a_public_address(fault: str) -> None:
    error = refused(SSH, Manners(), [fault])
    assert error.code is BoxErrorCode.NO_PUBLIC_ADDRESS


def test_a_range_is_refused_before_anything_is_sent() -> None:
    assert refused(replace(SSH, external_last=2230), Manners()).code is BoxErrorCode.UNSUPPORTED


def test_two_protocols_are_both_or_none() -> None:
    async def job(session, box):
        box.home.forwards.append(Forward(2222, 1, "192.168.1.99", "udp"))
        with pytest.raises(BoxError) as caught:
            await session.put_forward(replace(SSH, protocol=Protocol.BOTH))
        assert caught.value.code is BoxErrorCode.CONFLICT
        assert [(x.external, x.protocol) for x in box.home.forwards] == [(8443, "tcp"), (2222, "udp")]
        box.home.forwards.pop()
        await session.put_forward(replace(SSH, protocol=Protocol.BOTH))
        assert sorted(x.protocol for x in box.home.forwards if x.external == 2222) == ["tcp", "udp"]
        await session.delete_forward(replace(SSH, protocol=Protocol.BOTH))
        assert [x.external for x in box.home.forwards] == [8443]

    run(job)


def test_another_external_port_replaces_the_rule_of_that_id() -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        (_, made) = await session.forwards()
        await session.put_forward(replace(made, external_port=2223))
        assert sorted(x.external for x in box.home.forwards) == [2223, 8443]

    run(job)


@pytest.mark.parametrize(("version", "lease"), [(1, None), (2, 604_800)])
def test_a_lease_of_nought(version: int, lease: int | None) -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        return (await session.forwards())[-1].lease

    assert run(job, Manners(version=version)) == lease


def test_any_port_where_the_wanted_one_is_taken() -> None:
    async def job(session, box):
        return await session.any_forward(replace(SSH, external_port=8443)), box.home.forwards[-1].external

    assert run(job) == (8444, 8444)


def test_a_missing_entry_is_said_to_be_missing() -> None:
    async def job(session, box):
        with pytest.raises(BoxError) as caught:
            await session.delete_forward(SSH)
        return caught.value.code

    assert run(job) is BoxErrorCode.NOT_FOUND


def test_the_list_entry_by_entry_ends_with_the_box() -> None:
    async def job(session, box):
        box.home.forwards = [Forward(2000 + n, 22, "192.168.1.20") for n in range(11)]
        found = await session.forwards()
        assert [one.external_port for one in found] == [2000 + n for n in range(11)]
        assert len(box.asked) <= 3 + 12

    run(job, Manners(version=1))


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
    assert again <= 2 and asked_again == 5


def test_claims_are_the_ports() -> None:
    for claim in DRIVER.claims:
        assert (claim.support is Support.YES) == issubclass(IgdSession, PORTS[claim.capability]), claim
    assert {claim.capability for claim in DRIVER.claims} == set(PORTS)


def test_a_gateway_without_a_connection_service_cannot_tell() -> None:
    async def job(session, box):
        return await session.wan(), await session.forwards()

    for found in run(job, Manners(connection="WANOtherConnection")):
        assert isinstance(found, Absent)
