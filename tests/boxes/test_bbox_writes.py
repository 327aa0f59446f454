"""Changing a simulated Bbox: read back, undone, refused with a reason, and no secret told."""

from __future__ import annotations

import asyncio
import logging

import pytest

from selfcare.boxes.bbox.session import BboxSession
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.model.box import (
    GuestNetwork,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    ParentalSlot,
    PortMapping,
    Protocol,
    Reservation,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Megahertz, Seconds
from tests.boxes.bbox import BboxSimulator
from tests.boxes.bbox_bench import PASSWORD, broken, opened, refused, run
from tests.boxes.home import Home


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
