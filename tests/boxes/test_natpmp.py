"""NAT-PMP and PCP against a box on loopback: packets, waiting, fallback, refusals, a restart."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.natpmp import DRIVER, client, packets
from selfcare.boxes.natpmp.session import NatPmpSession
from selfcare.boxes.ports import PORTS
from selfcare.boxes.wire import Place
from selfcare.model.box import Absent, PortMapping, Protocol, Support, WanStatus
from selfcare.model.units import Seconds
from tests.boxes.home import FAULTS, Home
from tests.boxes.natpmp import UdpManners, listening

SSH = PortMapping(2222, 22, "127.0.0.1", Protocol.TCP, lease=Seconds(3600))
KINDS = {
    "both": UdpManners(),
    "NAT-PMP only": UdpManners(pcp=False),
    "PCP only": UdpManners(natpmp=False),
    "PCP without PREFER_FAILURE": UdpManners(natpmp=False, prefer=False),
    "a stranger's answer first": UdpManners(natpmp=False, wrong_nonce=True),
    "rubbish first": UdpManners(junk=[b"", b"\x00", b"\x00\x80", bytes(60), b"\x02\x81" + bytes(58)]),
}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waiting, ten times as fast."""
    monkeypatch.setattr(client, "FIRST_S", 0.025)
    for module, name, value in (
        ("selfcare.boxes.natpmp.session", "USE_S", 0.4),
        ("selfcare.boxes.natpmp.session", "DETECT_S", 0.15),
    ):
        monkeypatch.setattr(f"{module}.{name}", value)


def run(job, manners: UdpManners | None = None, faults=()):
    async def main():
        home = Home(forwards=[])
        for name in faults:
            FAULTS[name](home)
        async with listening(replace(manners) if manners else None, home) as (box, place):
            session = NatPmpSession(place)
            try:
                return await job(session, box)
            finally:
                await session.close()

    return asyncio.run(main())


def code_of(mapping: PortMapping, manners: UdpManners) -> BoxErrorCode:
    async def job(session, box):
        with pytest.raises(BoxError) as caught:
            await session.put_forward(mapping)
        assert box.home.forwards == []
        return caught.value.code

    return run(job, manners)


@pytest.mark.parametrize("name", KINDS)
def test_map_list_renew_delete(name: str) -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        assert [(x.external, x.internal, x.client, x.protocol) for x in box.home.forwards] == [
            (2222, 22, "127.0.0.1", "tcp")
        ]
        (made,) = await session.forwards()
        assert made.lease is not None and 3590 <= made.lease <= 3600
        await session.put_forward(replace(made, lease=Seconds(7200)))
        (again,) = await session.forwards()
        assert again.lease is not None and again.lease > 3600 and len(box.home.forwards) == 1
        await session.delete_forward(again)
        assert (await session.forwards(), box.home.forwards) == ((), [])
        return made.origin

    assert run(job, KINDS[name]) == ("natpmp" if name == "NAT-PMP only" else "pcp")


def test_a_late_copy_of_the_refused_version_is_not_the_answer_to_the_next_question() -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        return len(box.home.forwards)

    assert run(job, UdpManners(pcp=False, twice=True)) == 1


def test_an_old_box_that_is_silent_at_pcp() -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        await session.put_forward(replace(SSH, internal_port=23, external_port=2223))
        return [data[0] for data in box.asked]

    versions = run(job, UdpManners(pcp=False, silent_pcp=True))
    assert versions[0] == packets.PCP and versions[-2:] == [packets.NATPMP] * 2, "PCP is not tried twice"


def test_a_lost_datagram_is_asked_again() -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        return len(box.asked), len(box.home.forwards)

    asked, made = run(job, UdpManners(deaf=2))
    assert asked == 3 and made == 1


def test_silence_and_nobody_there_end() -> None:
    async def job(session, box):
        with pytest.raises(BoxError) as caught:
            await session.wan()
        return caught.value.code

    assert run(job, UdpManners(deaf=10_000)) is BoxErrorCode.TOO_SLOW

    async def nobody():
        async with listening() as (_, place):
            pass
        assert await DRIVER.recognise(place) is None
        assert await DRIVER.recognise(Place("::1", 5351)) is None

    asyncio.run(nobody())


@pytest.mark.parametrize(("name", "version"), [("both", "NAT-PMP"), ("NAT-PMP only", "NAT-PMP"), ("PCP only", "PCP")])
def test_recognised_with_one_question(name: str, version: str) -> None:
    async def main():
        async with listening(replace(KINDS[name])) as (box, place):
            found = await DRIVER.recognise(place)
            return found, len(box.asked)

    found, asked = asyncio.run(main())
    assert found is not None and (found.api_version, found.uid, asked) == (version, None, 1)


def test_the_public_address_and_its_absence() -> None:
    async def job(session, box):
        return await session.wan()

    assert run(job) == WanStatus(ipv4_address="90.63.21.45", public_ipv4=True)
    # Result 3 is a line that is down, a shared address or another router: nothing is claimed.
    assert run(job, faults=["cgnat"]) == run(job, faults=["no-session"]) == WanStatus()
    assert isinstance(run(job, KINDS["PCP only"]), Absent)


@pytest.mark.parametrize(("result", "code"), packets.NATPMP_CODES.items())
def test_every_natpmp_result(result: int, code: BoxErrorCode) -> None:
    assert code_of(SSH, UdpManners(pcp=False, result=result)) is code


@pytest.mark.parametrize(("result", "code"), [x for x in packets.PCP_CODES.items() if x[0] not in (1, 5)])
def test_every_pcp_result(result: int, code: BoxErrorCode) -> None:
    assert code_of(SSH, UdpManners(natpmp=False, result=result)) is code


def test_no_resources_without_a_public_address() -> None:
    """So does miniupnpd: 8 by PCP, 3 by NAT-PMP."""

    async def job(session, box):
        with pytest.raises(BoxError) as caught:
            await session.put_forward(SSH)
        return caught.value.code

    assert run(job, UdpManners(result=8), faults=["cgnat"]) is BoxErrorCode.NO_PUBLIC_ADDRESS
    assert run(job, UdpManners(result=8)) is BoxErrorCode.FULL


@pytest.mark.parametrize("result", [1, 5])
def test_a_pcp_that_cannot_and_no_natpmp_either(result: int) -> None:
    assert code_of(SSH, UdpManners(natpmp=False, result=result)) is BoxErrorCode.UNSUPPORTED


@pytest.mark.parametrize("name", ["NAT-PMP only", "PCP only", "PCP without PREFER_FAILURE"])
def test_another_port_than_the_wanted_one_is_given_back(name: str) -> None:
    assert code_of(SSH, replace(KINDS[name], taken=frozenset({2222}))) is BoxErrorCode.CONFLICT


@pytest.mark.parametrize("name", ["NAT-PMP only", "PCP only"])
def test_another_external_port_for_the_same_service(name: str) -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        await session.put_forward(replace(SSH, external_port=2300))
        assert [x.external for x in box.home.forwards] == [2300]
        with pytest.raises(BoxError):
            await session.put_forward(replace(SSH, external_port=2400))
        assert [x.external for x in box.home.forwards] == [2300], "the old one is back"

    run(job, replace(KINDS[name], taken=frozenset({2400})))


def test_both_protocols_or_none() -> None:
    async def job(session, box):
        await session.put_forward(replace(SSH, protocol=Protocol.BOTH))
        assert sorted(x.protocol for x in box.home.forwards) == ["tcp", "udp"]
        await session.delete_forward(replace(SSH, protocol=Protocol.BOTH))
        assert box.home.forwards == []

    run(job)


def test_what_neither_protocol_can() -> None:
    for mapping, code in (
        (replace(SSH, internal_client="192.168.1.21"), BoxErrorCode.OTHER_DEVICE),
        (replace(SSH, external_last=2230), BoxErrorCode.UNSUPPORTED),
        (replace(SSH, enable=False), BoxErrorCode.UNSUPPORTED),
        (replace(SSH, remote_host="9.9.9.9"), BoxErrorCode.UNSUPPORTED),
    ):
        assert code_of(mapping, UdpManners()) is code


@pytest.mark.parametrize("name", ["both", "NAT-PMP only", "PCP only"])
def test_a_restart_of_the_box_is_seen_and_its_mappings_are_gone(name: str) -> None:
    async def job(session, box):
        await session.put_forward(SSH)
        assert len(await session.forwards()) == 1 and not session.restarted
        for _ in range(2):
            box.restart()
            assert await session.forwards() == () and session.restarted
            box.epoch_from -= 500
            await session.put_forward(SSH)

    run(job, KINDS[name])


def test_a_mapping_can_be_taken_away_by_a_later_session() -> None:
    """PCP wants the nonce back: it is in the id."""

    async def main():
        async with listening(UdpManners(natpmp=False)) as (box, place):
            first, second = NatPmpSession(place), NatPmpSession(place)
            await first.put_forward(SSH)
            (made,) = await first.forwards()
            await second.delete_forward(made)
            assert box.home.forwards == []
            await first.close()
            await second.close()

    asyncio.run(main())


def test_another_address_is_not_heard() -> None:
    """Somebody at 127.0.0.2 answers first: the socket is connected to the gateway."""

    async def main():
        async with listening(UdpManners(deaf=10_000)) as (_, place):
            loop = asyncio.get_running_loop()
            session = NatPmpSession(place)
            await session._asker.open()
            port = session._asker._transport.get_extra_info("sockname")[1]
            liar, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.2", 0))
            waiting = asyncio.create_task(session.wan())
            await asyncio.sleep(0.01)
            liar.sendto(struct.pack("!BBHI", 0, 128, 0, 5) + bytes([8, 8, 8, 8]), ("127.0.0.1", port))
            with pytest.raises(BoxError) as caught:
                await waiting
            assert caught.value.code is BoxErrorCode.TOO_SLOW
            liar.close()
            await session.close()

    asyncio.run(main())


def test_the_epoch_as_the_rfcs_count_it() -> None:
    for version in (packets.NATPMP, packets.PCP):
        assert not packets.began_anew((1000, 50.0), (1100, 150.0), version)
        assert not packets.began_anew((1000, 50.0), (1001, 52.9), version)
        assert packets.began_anew((1000, 50.0), (3, 60.0), version)
        assert packets.began_anew((1000, 50.0), (1010, 150.0), version)
    # Only PCP minds a clock that jumps forward: the box may have lost its state and set its clock since.
    assert packets.began_anew((1000, 50.0), (9000, 150.0), packets.PCP)
    assert not packets.began_anew((1000, 50.0), (9000, 150.0), packets.NATPMP)


def test_packets_are_those_of_the_rfcs() -> None:
    assert packets.ask_address() == b"\0\0"
    assert packets.ask_map(Protocol.TCP, 22, 2222, 3600) == bytes.fromhex("0002000000160 8ae00000e10".replace(" ", ""))
    assert packets.ask_map(Protocol.UDP, 22, 2222, 0) == bytes.fromhex("000100000016000000000000")
    nonce = bytes(range(12))
    asked = packets.ask_pcp_map("192.168.1.20", nonce, Protocol.UDP, 22, 2222, 60, exact=True)
    assert len(asked) == 64 and asked[:8] == bytes.fromhex("020100000000003c") and asked[60:] == b"\x02\0\0\0"
    assert asked[8:24].hex() == "00000000000000000000ffffc0a80114" and asked[24:36] == nonce
    assert asked[36:44] == bytes([17, 0, 0, 0, 0, 22, 8, 174])


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=80))
def test_any_datagram_is_a_reply_or_none(data: bytes) -> None:
    for head in (b"", b"\0\x80\0\0", b"\x02\x81\0\0", b"\x02\x80\0\x01", b"\0\x82\0\0"):
        found = packets.parse(head + data)
        assert found is None or 0 <= found.result <= 0xFFFF


def test_claims_are_the_ports() -> None:
    for claim in DRIVER.claims:
        assert (claim.support is Support.YES) == issubclass(NatPmpSession, PORTS[claim.capability]), claim
