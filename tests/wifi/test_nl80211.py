"""The reader on what a kernel really said: mac80211_hwsim in the small machine, recorded by ourselves."""

from __future__ import annotations

import asyncio
import errno
import gzip
import json
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from probes.radio.linux import events, genl, kernel, reader
from probes.radio.linux.genl import packed, u32
from probes.radio.linux.numbers import Attr, Command, Sta
from selfcare.model.wifi import Band, Channel, EventKind, RadioState, Security, Why, WifiAccess
from selfcare.model.wifi.radios import ScanOutcome

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="nl80211 is Linux's")
RECORDED: dict[str, Any] = json.loads(
    gzip.decompress((Path(__file__).parent / "recorded" / "hwsim.json.gz").read_bytes())
)
FIVE, TWO = "02:00:00:00:00:00", "02:00:00:00:01:00"


class Said(genl.Netlink):
    """Answers as recorded; ``instead`` replaces the answers of some commands, or refuses them with an error."""

    def __init__(self, instead: Mapping[Command, list[bytes] | int]) -> None:
        self.instead, self.asked, self.ordered = instead, list[Command](), list[bytes]()
        self.closed = False

    def close(self) -> None:
        self.closed = True

    def family(self, name: str) -> genl.Family:
        if isinstance(code := self.instead.get(Command.GET_WIPHY), int) and code == errno.ENOENT:
            raise OSError(errno.ENOENT, "no nl80211")
        return genl.Family(28, {})

    def dump(self, family: int, command: int, attrs: Mapping[int, bytes]) -> list[bytes]:
        self.asked.append(Command(command))
        told = self.instead.get(Command(command))
        if isinstance(told, int):
            raise OSError(told, "refused")
        return told if told is not None else [bytes.fromhex(t) for t in RECORDED["reading"][Command(command).name]]

    ask = dump

    def order(self, family: int, command: int, attrs: Mapping[int, bytes]) -> None:
        self.ordered.append(attrs[Attr.SCAN_FREQUENCIES])
        if isinstance(code := self.instead.get(Command(command)), int):
            raise OSError(code, "refused")


class Silent:
    """No NetworkManager."""

    async def ask(self) -> None:
        return None

    async def scan(self, interface: str) -> None:
        return None

    async def close(self) -> None:
        return None


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    made: list[Said] = []

    def netlink(**instead: list[bytes] | int) -> Said:
        one = Said({Command[k]: v for k, v in instead.items()})
        monkeypatch.setattr(genl, "Netlink", lambda: one)
        monkeypatch.setattr(kernel.adapter, "state", lambda *_: RadioState.ON)
        monkeypatch.setattr(reader, "Manager", Silent)
        made.append(one)
        return one

    yield netlink
    assert all(one.closed for one in made if one.asked)


def look(neighbours: bool = True) -> Any:
    async def go() -> Any:
        radios = reader.LinuxRadios()
        try:
            return await radios.read(neighbours)
        finally:
            await radios.close()

    return asyncio.run(go())


def test_a_whole_reading(said: Any) -> None:
    said()
    reading = look()
    assert reading.access is WifiAccess.TOLD
    radio, link = reading.radio, reading.link
    assert (radio.interface, radio.country, radio.generation, radio.width_mhz) == ("wlan2", "FR", 7, 320)
    assert radio.bands == {Band.GHZ_24, Band.GHZ_5, Band.GHZ_6}
    assert (link.ssid, link.bssid, link.security) == ("Chez-Dupont", FIVE, Security.WPA2)
    assert link.channel == Channel(36, Band.GHZ_5, 5180, 80, 5210)
    assert (link.rssi_dbm, link.noise_dbm, link.snr_db) == (-47, -92, 45)
    assert (link.tx.generation, link.tx.mcs, link.generation) == (5, link.tx.mcs, 5)
    # The last frame heard is a beacon, sent at 6 Mbit/s: not the rate of this link.
    assert (link.rx, link.missing["rx"]) == (None, Why.STALE)
    assert (link.busy_share, link.missing["busy_share"]) == (None, Why.STALE)
    own, other = reading.neighbours
    assert (own.bssid, own.joined, own.generation) == (FIVE, True, 5)
    assert (other.bssid, other.joined, other.channel.number, other.load.stations) == (TWO, False, 6, 12)
    assert reading.missing == {"known_names": Why.NOT_OFFERED}


def test_every_missing_figure_has_its_reason(said: Any) -> None:
    said(GET_SURVEY=errno.EOPNOTSUPP, GET_POWER_SAVE=errno.EOPNOTSUPP, GET_SCAN=errno.EBUSY, GET_REG=errno.EOPNOTSUPP)
    reading = look()
    told = reading.link
    # The name too: this kernel tells it only with the access point it heard.
    for name in ("ssid", "noise_dbm", "busy_share", "power_save", "security"):
        assert getattr(told, name) is None and told.missing[name] is Why.NOT_OFFERED, name
    assert reading.neighbours == () and reading.missing["neighbours"] is Why.NOT_OFFERED
    assert told.bssid == FIVE and told.channel is not None


def test_only_the_link_costs_no_list_of_neighbours_once_it_is_known(said: Any) -> None:
    one = said()

    async def go() -> Any:
        radios = reader.LinuxRadios()
        await radios.read(False)
        one.asked.clear()
        reading = await radios.read(False)
        await radios.close()
        return reading

    reading = asyncio.run(go())
    assert one.asked == [
        Command.GET_INTERFACE, Command.GET_STATION, Command.GET_SURVEY, Command.GET_POWER_SAVE
    ]  # fmt: skip
    assert reading.neighbours == () and reading.scan_age_s is None
    assert reading.link.security is Security.WPA2


@pytest.mark.parametrize("code", [errno.ENOENT, errno.ENODEV])
def test_without_wifi(said: Any, code: int) -> None:
    said(GET_WIPHY=code, GET_INTERFACE=code)
    assert look().access is WifiAccess.NO_ADAPTER


def test_no_interface_but_an_access_points(said: Any) -> None:
    said(GET_INTERFACE=[packed({Attr.IFINDEX: u32(3), Attr.WIPHY: u32(0), Attr.IFTYPE: u32(3)})])
    assert look().access is WifiAccess.NO_ADAPTER


def test_a_sandbox_that_forbids_netlink_is_not_no_wifi(said: Any) -> None:
    said(GET_INTERFACE=errno.EPERM)
    reading = look()
    assert (reading.access, reading.missing["link"]) == (WifiAccess.UNREADABLE, Why.NO_RIGHT)


def test_a_driver_that_hangs_is_not_shown_as_the_present(said: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said()
    monkeypatch.setattr(reader, "LOOK_S", 0.05)
    monkeypatch.setattr(kernel.Kernel, "look", lambda *_: time.sleep(0.4))

    async def go() -> list[Any]:
        radios = reader.LinuxRadios()
        found = [await radios.read(), await radios.read()]
        await asyncio.sleep(0.5)
        await radios.close()
        return found

    for reading in asyncio.run(go()):
        assert (reading.access, reading.link, reading.missing["link"]) == (WifiAccess.UNREADABLE, None, Why.STALE)


def test_in_no_network(said: Any) -> None:
    said(GET_STATION=[])
    reading = look()
    assert (reading.access, reading.link, reading.joining) == (WifiAccess.TOLD, None, False)
    assert len(reading.neighbours) == 2 and not any(b.joined for b in reading.neighbours)


def test_keys_not_agreed_on_yet(said: Any) -> None:
    flags = packed({Sta.STA_FLAGS: u32(0xFE) + u32(1 << 7)})
    said(GET_STATION=[packed({Attr.MAC: bytes.fromhex("020000000000"), Attr.STA_INFO: flags})])
    reading = look()
    assert (reading.link, reading.joining) == (None, True)


def test_a_box_that_is_back_with_another_name(said: Any) -> None:
    one = said()
    old = bytes([0, 11, *b"Chez-Dupont"])
    lists = [bytes.fromhex(t) for t in RECORDED["reading"]["GET_SCAN"]]
    joined = [bytes.fromhex(t) for t in RECORDED["reading"]["GET_STATION"]]

    async def go() -> list[str | None]:
        radios = reader.LinuxRadios()
        names = [(await radios.read(False)).link.ssid]  # type: ignore[union-attr]
        one.instead = {
            Command.GET_SCAN: [part.replace(old, bytes([0, 11, *b"Chez-Martin"])) for part in lists],
            Command.GET_STATION: [],
        }
        await radios.read(False)
        one.instead = {**one.instead, Command.GET_STATION: joined}
        names.append((await radios.read(False)).link.ssid)  # type: ignore[union-attr]
        await radios.close()
        return names

    assert asyncio.run(go()) == ["Chez-Dupont", "Chez-Martin"]


def test_signal_zero_of_several_links(said: Any) -> None:
    base = genl.attributes(bytes.fromhex(RECORDED["reading"]["GET_INTERFACE"][-1]))
    ours = next(
        genl.attributes(bytes.fromhex(t))
        for t in RECORDED["reading"]["GET_INTERFACE"]
        if genl.number(genl.attributes(bytes.fromhex(t)).get(Attr.IFTYPE)) == 2
    )
    assert base
    where = {k: ours.pop(k) for k in (Attr.WIPHY_FREQ, Attr.CHANNEL_WIDTH, Attr.CENTER_FREQ1)}
    ours[Attr.MLO_LINKS] = packed({1: packed({Attr.MLO_LINK_ID: b"\0", **where})})
    info = packed({Sta.SIGNAL: b"\0", Sta.BEACON_SIGNAL_AVG: (-55).to_bytes(1, sys.byteorder, signed=True)})
    station = packed({Attr.MAC: bytes.fromhex("020000000000"), Attr.STA_INFO: info})
    said(GET_INTERFACE=[packed(ours)], GET_STATION=[station])
    link = look().link
    assert (link.rssi_dbm, link.channel.number) == (-55, 36)


def test_the_busy_share_is_of_the_time_between_two_looks(said: Any) -> None:
    def survey(listened: int, busy: int) -> list[bytes]:
        eight = [listened.to_bytes(8, sys.byteorder), busy.to_bytes(8, sys.byteorder)]
        return [packed({Attr.SURVEY_INFO: packed({1: u32(5180), 3: b"", 4: eight[0], 5: eight[1]})})]

    one = said()

    async def go() -> list[Any]:
        radios = reader.LinuxRadios()
        shares = []
        for spent in ((3_600_000, 1000), (3_601_000, 600), (1_000, 250), (1_050, 250), (2_000, 2_500)):
            one.instead = {Command.GET_SURVEY: survey(*spent)}
            link = (await radios.read(False)).link
            shares.append(link.missing.get("busy_share") or link.busy_share)
        await radios.close()
        return shares

    # The first is of hours; a counter that fell back began anew; 50 ms say nothing; more busy than listened cannot be.
    assert asyncio.run(go()) == [Why.STALE, Why.IMPLAUSIBLE, 0.25, Why.STALE, Why.IMPLAUSIBLE]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(errno.EPERM, ScanOutcome.DENIED), (errno.ENETDOWN, ScanOutcome.RADIO_OFF), (errno.EIO, ScanOutcome.FAILED)],
)
def test_a_search_that_is_refused(said: Any, code: int, outcome: ScanOutcome) -> None:
    one = said(TRIGGER_SCAN=code)

    async def go() -> Any:
        radios = reader.LinuxRadios()
        found = await radios.scan()
        await radios.close()
        return found

    scan = asyncio.run(go())
    assert scan.outcome is outcome and len(scan.found) == 2
    wanted = [genl.number(raw) for _, raw in genl.each(one.ordered[0])]
    assert 2412 in wanted and 5180 in wanted and 5975 in wanted and 5955 not in wanted


def replay(name: str) -> events.Story:
    clock = iter(range(1000, 100_000))
    story = events.Story(lambda: float(next(clock)) / 10)
    story.found(FIVE, "Chez-Dupont")
    (index,) = {
        genl.number(genl.attributes(bytes.fromhex(raw)).get(Attr.IFINDEX))
        for command, raw in RECORDED["events"]["left"]
        if command == Command.DISCONNECT
    }
    assert index is not None
    for command, raw in RECORDED["events"][name]:
        story.hear(command, bytes.fromhex(raw), index, -1)
    return story


def test_recorded_happenings() -> None:
    (roamed,) = replay("roam").events
    assert (roamed.kind, roamed.bssid) == (EventKind.ROAMED, TWO)
    (switched,) = replay("switch").events
    assert (switched.kind, switched.channel) == (EventKind.SWITCHED, 40)
    (left,) = replay("left").events
    assert (left.kind, left.by_us, left.reason) == (EventKind.DROPPED, True, 3)


@pytest.mark.parametrize("name", ["wrong_key", "sae_wrong_key"])
def test_recorded_wrong_keys(name: str) -> None:
    told = replay(name).events
    assert told and all(e.kind is EventKind.REFUSED and e.key_refused for e in told), told
