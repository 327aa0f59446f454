"""Homes whose PC is on Wi-Fi, as the probes would tell them: a sound one, and changes to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from selfcare.diagnosis import diagnose, observe
from selfcare.model.finding import Diagnosis, Role
from selfcare.model.observation import Observation
from selfcare.model.payloads.address import Activation, AddressPayload, IpAddress, IpConfig, Method
from selfcare.model.payloads.line import Ask, LatencyPayload
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.tri import Tri
from selfcare.model.wifi import (
    Band,
    Bss,
    BssLoad,
    Channel,
    EventKind,
    Link,
    Radio,
    RadioState,
    Rate,
    Security,
    WifiAccess,
    WifiEvent,
    WifiReading,
)
from tests.diagnosis.facts import HEALTHY, UNKNOWN, observations
from tests.diagnosis.test_line import ANCHORS, one

HOME, BOX_MAC, BSSID, BSSID5, RELAY = (
    "Livebox-5421", "7c:16:89:00:00:01", "7c:16:89:00:00:02", "7c:16:89:00:00:03", "50:c7:bf:00:00:10",
)  # fmt: skip
CH6, CH1, CH11 = (Channel(n, Band.GHZ_24, 2407 + 5 * n, 20, 2407 + 5 * n) for n in (6, 1, 11))
CH36 = Channel(36, Band.GHZ_5, 5180, 80, 5210)
RADIO = Radio("wlan0", RadioState.ON, frozenset({Band.GHZ_24, Band.GHZ_5}), 6, 2, 80, "FR")
RATE = Rate(866_700, 9, 2, 80, 5)
NOW = 1_700_000_000.0


def link(dbm: float | None = -52.0, **changes: Any) -> Link:
    sound = Link(
        HOME, BSSID5, CH36, dbm, dbm, -92.0, RATE, RATE, 5, Security.WPA2, 7200.0, power_save=False, busy_share=0.1
    )
    return replace(sound, **changes)


def on24(dbm: float | None = -52.0, **changes: Any) -> Link:
    slow = Rate(144_400, 15, 2, 20, 4)
    return replace(link(dbm, bssid=BSSID, channel=CH6, tx=slow, rx=slow), **changes)


def bss(bssid: str, dbm: float, ssid: str | None = "Bbox-9C0A", channel: Channel = CH6, **changes: Any) -> Bss:
    return replace(Bss(bssid, ssid, channel, dbm, 5.0, 5, Security.WPA2), **changes)


def reading(at: Link | None, *around: Bss, **changes: Any) -> WifiReading:
    own = () if at is None or at.bssid is None else (bss(at.bssid, at.rssi_dbm or -60, at.ssid, at.channel or CH6),)
    heard = tuple(replace(b, joined=True) for b in own if all(b.bssid != a.bssid for a in around)) + around
    sound = WifiReading(WifiAccess.TOLD, 100.0, RADIO, at, False, heard, 5.0, (), (HOME,))
    return replace(sound, **changes)


def payload(seen: WifiReading, **changes: Any) -> WifiPayload:
    return replace(WifiPayload(seen, True, 6.0, 1200, 24, 0, 0, BOX_MAC), **changes)


def hop(lost_pct: float = 0.0, rtt: float = 3.0, spread: float = 6.0) -> LatencyPayload:
    """To the box over Wi-Fi; more is asked once something looks wrong, as the probe does."""
    bad = lost_pct > 0 or rtt + spread > 100
    if not bad:
        return LatencyPayload("wlan0", (one(Ask.ICMP, "192.168.1.1", 50, 0, rtt, spread),), False)
    echo = one(Ask.ICMP, "192.168.1.1", 250, round(2.5 * lost_pct), rtt, spread)
    return LatencyPayload("wlan0", (echo, one(Ask.TCP, "192.168.1.1", 100, round(lost_pct), rtt, spread)), True)


def line(lost_pct: float = 0.0, rtt: float = 12.0, spread: float = 8.0, here_pct: float = 0.0) -> LatencyPayload:
    """To places beyond the box, and to the box meanwhile."""
    if lost_pct == 0 and rtt + spread < 100:
        return LatencyPayload("wlan0", (one(Ask.ICMP, ANCHORS[0], 50, 0, rtt, spread),), False)
    echo = one(Ask.ICMP, ANCHORS[0], 200, round(2 * lost_pct), rtt, spread)
    tcp = [one(Ask.TCP, a, 75, round(0.75 * lost_pct), rtt, spread) for a in ANCHORS]
    control = (
        one(Ask.ICMP, "192.168.1.1", 150, round(1.5 * here_pct), 3.0, 6.0),
        one(Ask.TCP, "192.168.1.1", 75, round(0.75 * here_pct), 3.0, 6.0),
    )
    return LatencyPayload("wlan0", (echo, *tcp), True, control, 0.0, 0.0)


def adapters(*, cable: bool | None = None, carrier: bool = True) -> LinkPayload:
    """``cable``: there is a socket, with or without one in it. It then carries what it can."""
    air = Interface("wlan0", 3, InterfaceKind.WIFI, True, carrier)
    if cable is None:
        return LinkPayload((air,), "wlan0")
    wire = Interface("eth0", 2, InterfaceKind.ETHERNET, True, cable, speed_mbps=1000, full_duplex=True)
    return LinkPayload((wire, air), "eth0" if cable else "wlan0")


def lease(gateway: str = "192.168.1.1") -> AddressPayload:
    own = IpAddress(gateway.rsplit(".", 1)[0] + ".23", 24, 4)
    config = IpConfig("wlan0", (own,), Method.DHCP, Activation.ACTIVE, (gateway,), Method.DHCP, gateway)
    return AddressPayload((config,), "wlan0", "networkmanager")


def home(seen: WifiPayload | None, **changes: Any) -> dict[str, Any]:
    """All payloads of the check that concern the way to the box, by probe."""
    sound: dict[str, Any] = {
        "link.interfaces": adapters(), "addr.lease": lease(), "latency.gateway": hop(), "latency.isp": line(),
    }  # fmt: skip
    if seen is not None:
        sound["wifi.link"] = seen
    return {**sound, **{probe.replace("_", ".", 1): value for probe, value in changes.items()}}


_MINE = (
    "wifi_", "gateway_l", "gateway_t", "hop_", "outside_l", "outside_j", "line_s", "line_f", "line_i", "cable_",
    "link_",
)  # fmt: skip
_ALSO = ("loss_heavy", "adapter_enabled", "every_adapter_off", "adapter_present", "rate_as_agreed")


def facts(payloads: dict[str, Any]) -> dict[str, Tri]:
    return {o.fact: o.value for o in observe(payloads) if isinstance(o.value, Tri)}


def told(payloads: dict[str, Any], **others: Tri) -> Diagnosis:
    """What is said of a home that is well but for these measurements."""
    seen = observe(payloads)
    mine = {f for f in HEALTHY if f.startswith(_MINE) or f in _ALSO} | set(others)
    rest = {f: UNKNOWN if f in mine else v for f, v in HEALTHY.items()}
    given = [Observation(f, v, "given") for f, v in others.items() if v is not UNKNOWN]
    known = [o for o in seen if o.fact.startswith(_MINE) or o.fact in _ALSO or not isinstance(o.value, Tri)]
    extra = {o.fact for o in (*known, *given)}
    return diagnose([*(o for o in observations(rest) if o.fact not in extra), *known, *given])


def blamed(found: Diagnosis) -> set[str]:
    return {f.code for f in found.findings if f.role is not Role.CONDITION}


def verdict(payloads: dict[str, Any], **others: Tri) -> tuple[str, str | None, str | None]:
    said = told(payloads, **others).verdict
    return said.state.value, said.code, said.band.value if said.band else None


def joined(at: float, bssid: str = BSSID5) -> WifiEvent:
    return WifiEvent(EventKind.JOINED, at, bssid)


def dropped(at: float, reason: int | None = 4, by_us: bool | None = False) -> WifiEvent:
    return WifiEvent(EventKind.DROPPED, at, BSSID5, reason, by_us)


def rejected(at: float, key: bool | None = True, reason: int | None = 15, bssid: str = BSSID5) -> WifiEvent:
    return WifiEvent(EventKind.REFUSED, at, bssid, reason, key_refused=key)


def loaded(stations: int, use: float) -> BssLoad:
    return BssLoad(stations, use)
