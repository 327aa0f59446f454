"""The Bbox driver against its simulator: figures, login, expiry, writes, and a box that is none or means ill."""

from __future__ import annotations

import asyncio
import json

import pytest

from selfcare.boxes.bbox import DRIVER
from selfcare.boxes.bbox.session import BboxSession
from selfcare.boxes.driver import PairingState
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.ports import PORTS
from selfcare.boxes.secret import Secret
from selfcare.model.box import (
    Absent,
    AccessMedium,
    ConnectionStatus,
    DslLine,
    LinkStatus,
    OpticalInterface,
    PortRange,
    Support,
    WanStatus,
    Why,
)
from tests.boxes.base import serving
from tests.boxes.bbox import BboxSimulator
from tests.boxes.bbox_bench import PASSWORD, broken, opened, run
from tests.boxes.home import Home
from tests.lab.world.ca import Authority


def test_recognised_on_old_firmware_with_its_identity_and_on_new_by_its_refusal() -> None:
    async def look(old: bool):
        async with serving(BboxSimulator(Home(), old=old)) as place:
            return await DRIVER.recognise(place)

    told = asyncio.run(look(True))
    assert told is not None
    assert (told.model_name, told.product_class, told.up_time, told.number_of_reboots) == (
        "Bbox Wi-Fi 6", "F@st5688b", 1_234_567, 17,
    )  # fmt: skip
    silent = asyncio.run(look(False))
    assert silent is not None and silent.uid is None and silent.family.value == "bbox"


def test_figures_of_a_fibre_home() -> None:
    async def read(s: BboxSession):
        return await asyncio.gather(
            s.device(), s.wan(), s.wan_traffic(), s.dsl(), s.optical(), s.ports(), s.phone(), s.tv()
        )

    (device, wan, traffic, dsl, optical, ports, phone, tv), _ = run(Home(), read)
    assert device.temperature == pytest.approx(46.407) and device.uid == "SN20261122001"
    assert wan == WanStatus(
        ConnectionStatus.CONNECTED, AccessMedium.FIBRE, LinkStatus.UP, ipv4_address="90.63.21.45",
        ipv6_address="2a01:cb08:8a00:1200::1", ipv6_prefix="2a01:cb08:8a00:1200::/56", gateway="90.63.20.1",
        dns_servers=("80.10.246.2", "80.10.246.129"), shared_ipv4=False, mtu=1500,
    )  # fmt: skip
    assert (traffic.received, traffic.down_rate) == (18_753_561_013, None)
    assert dsl == Absent(Why.OTHER_LINE) and optical == OpticalInterface(status=LinkStatus.UP)
    assert [port.up for port in ports] == [True, False, False, False]
    assert phone[0].state == "up" and tv[0].phys_address == "70:fc:8f:00:00:04"


def test_figures_of_a_telephone_line_are_those_of_the_home() -> None:
    home = broken("dsl")
    (dsl, optical), _ = run(home, lambda s: asyncio.gather(s.dsl(), s.optical()))
    assert isinstance(dsl, DslLine) and optical == Absent(Why.OTHER_LINE)
    assert (dsl.status, dsl.standard, dsl.showtime, dsl.retrains) == (LinkStatus.UP, "VDSL2", 432_100, 2)
    assert (dsl.down.rate, dsl.down.noise_margin, dsl.down.attenuation) == (
        None,  # the unit is disputed
        pytest.approx(9.4),
        pytest.approx(17.3),
    )
    assert (dsl.down.crc_errors, dsl.down.fec_errors, dsl.up.noise_margin) == (12, 3_456, pytest.approx(8.7))


@pytest.mark.parametrize(
    ("fault", "status", "link"),
    [
        ("dark-fibre", ConnectionStatus.DISCONNECTED, LinkStatus.DOWN),
        ("not-registered", ConnectionStatus.DISCONNECTED, LinkStatus.DOWN),
        ("no-session", ConnectionStatus.DISCONNECTED, LinkStatus.UP),
        ("dsl-no-sync", ConnectionStatus.DISCONNECTED, LinkStatus.DOWN),
    ],
)
def test_line_faults_show(fault: str, status: ConnectionStatus, link: LinkStatus) -> None:
    (wan, dsl), _ = run(broken(fault), lambda s: asyncio.gather(s.wan(), s.dsl()))
    assert (wan.status, wan.link, wan.ipv4_address) == (status, link, None)
    if fault == "dsl-no-sync":
        assert dsl.status is LinkStatus.DOWN and dsl.down.rate is None and dsl.down.noise_margin is None


def test_shared_addresses() -> None:
    wan, _ = run(broken("shared-ipv4"), lambda s: s.wan())
    assert wan.ports == PortRange(16_384, 32_767) and wan.shared_ipv4 is True
    wan, _ = run(broken("cgnat"), lambda s: s.wan())
    assert wan.ports is None and wan.shared_ipv4 is True


def test_a_wrong_password_is_said_once_and_never_tried_again() -> None:
    box = BboxSimulator(Home())
    with pytest.raises(BoxError) as caught:
        asyncio.run(opened(box, lambda s: s.wan(), password="autre-mot-de-passe"))
    assert caught.value.code is BoxErrorCode.LOGIN_FAILED
    assert box.logins == 1 and "autre-mot-de-passe" not in repr(caught.value) + str(caught.value.values)


def test_a_locked_door_is_told_with_its_time() -> None:
    box = BboxSimulator(Home())
    box.locked_until = float("inf")
    with pytest.raises(BoxError) as caught:
        asyncio.run(opened(box, lambda s: s.wan()))
    assert caught.value.code is BoxErrorCode.LOCKED_OUT and caught.value.retry_after == 900


def test_a_session_that_ran_out_is_opened_once_by_whoever_notices() -> None:
    async def twice(s: BboxSession):
        await s.device()
        box.cookie = ""
        return await asyncio.gather(s.wan(), s.hosts(), s.wifi(), s.phone())

    box = BboxSimulator(Home())
    asyncio.run(opened(box, twice))
    assert box.logins == 2


def test_a_box_that_ends_every_session_at_once_is_an_error_not_a_loop() -> None:
    class Forgetful(BboxSimulator):
        def _known(self, request) -> bool:
            return False

    box = Forgetful(Home())
    with pytest.raises(BoxError) as caught:
        asyncio.run(opened(box, lambda s: s.wan()))
    assert caught.value.code is BoxErrorCode.SESSION_ENDED and box.logins == 2


def test_pairing_grants_refuses_and_stores_no_plain_word() -> None:
    async def steps(password: str):
        async with serving(BboxSimulator(Home())) as place:
            return [step async for step in DRIVER.pair(place, Secret(password))]

    granted = asyncio.run(steps(PASSWORD))
    assert granted[-1].state is PairingState.GRANTED and granted[-1].credential is not None
    assert PASSWORD not in repr(granted)
    assert [step.state for step in asyncio.run(steps("faux"))] == [PairingState.DENIED]


def test_a_status_takes_few_requests() -> None:
    async def read(s: BboxSession):
        asked = len(box.asked)
        await asyncio.gather(
            s.device(), s.wan(), s.wan_traffic(), s.dsl(), s.optical(), s.ports(), s.phone(), s.tv(), s.restarts()
        )
        return len(box.asked) - asked

    box = BboxSimulator(Home())
    assert asyncio.run(opened(box, read)) == 8


def test_claims_and_ports_agree() -> None:
    for claim in DRIVER.claims:
        assert isinstance(BboxSession, type)
        has = all(hasattr(BboxSession, name) for name in vars(PORTS[claim.capability]) if not name.startswith("_"))
        assert has == (claim.support is Support.YES), claim.capability
    assert {claim.capability for claim in DRIVER.claims} == set(PORTS)


def test_a_certificate_nobody_vouches_for_is_pinned_and_another_gets_no_password() -> None:
    """At a port that only TLS uses, so that it is spoken to as a real Bbox is."""

    async def story() -> tuple[bool, str, int]:
        box, where = BboxSimulator(Home()), {"address": "127.0.43.44", "port": 8443}
        async with serving(box, **where, tls=Authority("box").context("mabbox.bytel.fr")) as place:
            steps = [step async for step in DRIVER.pair(place, Secret(PASSWORD))]
            stored = steps[-1].credential
            assert stored is not None and json.loads(stored.reveal())["pin"]
            session = BboxSession(place)
            await session.log_in(stored)
            read = isinstance(await session.wan(), WanStatus)
            await session.close()
        stranger = BboxSimulator(Home())
        async with serving(stranger, **where, tls=Authority("thief").context("mabbox.bytel.fr")) as place:
            session = BboxSession(place)
            with pytest.raises(BoxError) as caught:
                await session.log_in(stored)
            await session.close()
        return read, caught.value.code.value, len(stranger.asked)

    assert asyncio.run(story()) == (True, "untrusted", 0)
