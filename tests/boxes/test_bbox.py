"""The Bbox driver against its simulator: figures, login, expiry, writes, and a box that is none or means ill."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket

import pytest

from selfcare.boxes.bbox import DRIVER
from selfcare.boxes.bbox.client import Manner, credential
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
    GuestNetwork,
    LinkStatus,
    OpticalInterface,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    PortRange,
    Protocol,
    Reservation,
    Support,
    WanStatus,
    Why,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.base import serving
from tests.boxes.bbox import BboxSimulator
from tests.boxes.home import FAULTS, Home
from tests.lab.world.ca import Authority

PASSWORD = "Tr0ub4dor-et-3"


def kept(password: str = PASSWORD) -> Secret:
    return credential(Secret(password), Manner())


def broken(*faults: str) -> Home:
    home = Home()
    for name in faults:
        FAULTS[name](home)
    return home


async def opened(box: BboxSimulator, what, password: str = PASSWORD):
    """``what(session)`` on a session that is logged in."""
    async with serving(box) as place:
        session = BboxSession(place)
        try:
            await session.log_in(kept(password))
            return await what(session)
        finally:
            await session.close()


def run(home: Home, what, **options):
    box = BboxSimulator(home, **options)
    return asyncio.run(opened(box, what)), box


def refused(home: Home, what) -> BoxError:
    with pytest.raises(BoxError) as caught:
        run(home, what)
    return caught.value


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
    assert (traffic.received, traffic.down_rate) == (18_753_561_013, 120)
    assert dsl == Absent(Why.OTHER_LINE) and optical == OpticalInterface(status=LinkStatus.UP)
    assert [port.up for port in ports] == [True, False, False, False]
    assert phone[0].state == "up" and tv[0].phys_address == "70:fc:8f:00:00:04"


def test_figures_of_a_telephone_line_are_those_of_the_home() -> None:
    home = broken("dsl")
    (dsl, optical), _ = run(home, lambda s: asyncio.gather(s.dsl(), s.optical()))
    assert isinstance(dsl, DslLine) and optical == Absent(Why.OTHER_LINE)
    assert (dsl.status, dsl.standard, dsl.showtime, dsl.retrains) == (LinkStatus.UP, "VDSL2", 432_100, 2)
    assert (dsl.down.rate, dsl.down.noise_margin, dsl.down.attenuation) == (
        51_234,
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


def test_writes_are_read_back_and_undone() -> None:
    async def change(s: BboxSession):
        seen = []
        await s.set_guest(GuestNetwork(True, "Amis", "une cle pour amis"))
        seen.append(await s.guest())
        await s.set_guest(GuestNetwork(False, "Invites", "bienvenue-2026"))
        seen.append(await s.guest())
        await s.set_radio(WifiRadio("5", channel=100))
        await s.set_ssid(WifiSsid("24", ssid="Chez nous", key="autre cle longue"))
        seen.append(await s.wifi())
        await s.set_wifi_enable(False)
        seen.append((await s.wifi()).enable)
        await s.put_forward(PortMapping(25565, 25565, "192.168.1.20", Protocol.TCP, description="jeu"))
        rules = await s.forwards()
        await s.delete_forward(next(r for r in rules if r.external_port == 25565))
        seen += [rules, await s.forwards()]
        await s.put_reservation(Reservation("b8:27:eb:00:00:02", "192.168.1.21", "tablette"))
        reserved = (await s.dhcp()).reservations
        await s.delete_reservation("b8:27:eb:00:00:02")
        seen += [reserved, (await s.dhcp()).reservations]
        await s.reboot()
        return seen

    seen, box = run(Home(), change)
    on, off, wifi, enable, rules, without, reserved, freed = seen
    assert (on.enable, on.ssid, on.key) == (True, "Amis", "une cle pour amis")
    assert (off.enable, off.ssid) == (False, "Invites")
    assert isinstance(wifi, WifiSettings)
    assert (wifi.radios[1].channel, wifi.radios[1].auto_channel) == (100, False)
    assert (wifi.ssids[0].ssid, wifi.ssids[0].key, wifi.ssids[1].ssid) == (
        "Chez nous",
        "autre cle longue",
        "Maison-Dupont",
    )
    assert enable is False
    assert [(r.external_port, r.internal_client, r.protocol) for r in rules][1] == (25565, "192.168.1.20", Protocol.TCP)
    assert len(without) == 1 and without[0].external_port == 8443
    assert len(reserved) == 2 and len(freed) == 1 and box.home.reboot_asked == 1


def test_one_device_is_blocked_and_let_go() -> None:
    mac = "b8:27:eb:00:00:02"

    async def change(s: BboxSession):
        await s.set_parental(ParentalSchedule((mac,), ParentalRule.BLOCKED))
        blocked, known = await s.hosts(), await s.parental()
        await s.set_parental(ParentalSchedule((mac,)))
        return blocked, known, await s.hosts(), await s.parental()

    (blocked, known, after, control), _ = run(Home(), change)
    assert [host.phys_address for host in blocked if host.blocked] == [mac]
    assert isinstance(known, ParentalControl) and known.schedules[0].rule is ParentalRule.BLOCKED
    assert not any(host.blocked for host in after) and control.schedules == () and control.enable is False


def test_what_this_family_cannot_is_said_before_anything_is_sent() -> None:
    slots = (ParentalSlot(Seconds(0), Seconds(3600), (0,)),)
    for wish in (
        lambda s: s.set_parental(ParentalSchedule(("b8:27:eb:00:00:02",), slots=slots)),
        lambda s: s.set_radio(WifiRadio("5", width=Megahertz(80))),
        lambda s: s.set_guest(GuestNetwork(True, remaining=Seconds(3600))),
        lambda s: s.put_forward(PortMapping(1, 1, "192.168.1.2", Protocol.TCP, lease=Seconds(60))),
    ):
        assert refused(Home(), wish).code is BoxErrorCode.UNSUPPORTED


def test_refusals_say_why() -> None:
    same = PortMapping(8443, 443, "192.168.1.30", Protocol.TCP)
    error = refused(Home(), lambda s: s.put_forward(same))
    assert error.code is BoxErrorCode.CONFLICT and error.box_says == "external_port: Already used"
    error = refused(Home(), lambda s: s.set_ssid(WifiSsid("24", key="court")))
    assert error.code is BoxErrorCode.INVALID and error.box_says == "wpaKey: Length"
    other = broken("parental-block")
    assert refused(
        other, lambda s: s.set_parental(ParentalSchedule(("b8:27:eb:00:00:02",), ParentalRule.BLOCKED))
    ).code is (BoxErrorCode.CONFLICT)


def test_a_stale_token_is_fetched_anew() -> None:
    async def change(s: BboxSession):
        await s.set_guest(GuestNetwork(True))
        box.token = "another one"
        await s.set_guest(GuestNetwork(False))
        return await s.guest()

    box = BboxSimulator(Home())
    assert asyncio.run(opened(box, change)).enable is False


def test_no_secret_in_logs_reprs_or_errors(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    home = broken()

    async def all_of_it(s: BboxSession):
        texts = [repr(await s.wifi()), repr(await s.guest()), repr(s), repr(vars(s._client))]
        try:
            await s.set_ssid(WifiSsid("24", key="une cle wifi bien longue" * 3))
        except BoxError as error:
            texts += [repr(error), str(error), str(error.box_says), str(error.values)]
        return texts

    texts, _ = run(home, all_of_it)
    told = "\n".join([*texts, caplog.text])
    for canary in (PASSWORD, "une cle wifi bien longue", "bienvenue-2026"):
        assert canary not in told


def test_claims_and_ports_agree() -> None:
    for claim in DRIVER.claims:
        assert isinstance(BboxSession, type)
        has = all(hasattr(BboxSession, name) for name in vars(PORTS[claim.capability]) if not name.startswith("_"))
        assert has == (claim.support is Support.YES), claim.capability
    assert {claim.capability for claim in DRIVER.claims} == set(PORTS)


def test_a_certificate_nobody_vouches_for_is_pinned_and_another_gets_no_password() -> None:
    """The port ends with 443, so that it is spoken to as a real Bbox is."""

    async def story() -> tuple[bool, str, int]:
        box, port = BboxSimulator(Home()), _free_secure_port()
        async with serving(box, port=port, tls=Authority("box").context("mabbox.bytel.fr")) as place:
            steps = [step async for step in DRIVER.pair(place, Secret(PASSWORD))]
            stored = steps[-1].credential
            assert stored is not None and json.loads(stored.reveal())["pin"]
            session = BboxSession(place)
            await session.log_in(stored)
            read = isinstance(await session.wan(), WanStatus)
            await session.close()
        stranger = BboxSimulator(Home())
        async with serving(stranger, port=port, tls=Authority("thief").context("mabbox.bytel.fr")) as place:
            session = BboxSession(place)
            with pytest.raises(BoxError) as caught:
                await session.log_in(stored)
            await session.close()
        return read, caught.value.code.value, len(stranger.asked)

    assert asyncio.run(story()) == (True, "untrusted", 0)


def _free_secure_port() -> int:
    for port in range(20_443, 60_443, 1000):
        with contextlib.suppress(OSError), socket.socket() as trial:
            trial.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port ends with 443")
