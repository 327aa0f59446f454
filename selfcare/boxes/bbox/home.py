"""The home behind a Bbox, turned into the model: hosts, DHCP, Wi-Fi, guests, parental control, forwards. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from selfcare.boxes.bbox.parse import part
from selfcare.boxes.bbox.values import address_of, flag, hardware, inner, items, moment, port, text, whole, within
from selfcare.model.box import (
    ActivityState,
    DhcpServer,
    GuestNetwork,
    HomeHost,
    HostLayer,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    PortMapping,
    Protocol,
    Reservation,
    Security,
    TvDecoder,
    WifiBand,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Dbm, Kbps, Megahertz, Seconds

BANDS = {"24": WifiBand.GHZ_2_4, "5": WifiBand.GHZ_5, "6": WifiBand.GHZ_6}
_LAYERS = {"ethernet": HostLayer.ETHERNET, "wifi 2.4": HostLayer.WIFI_2_4, "wifi 5": HostLayer.WIFI_5,
           "wifi 6": HostLayer.WIFI_6, "plc": HostLayer.POWERLINE}  # fmt: skip
_SECURITY = {"wpa": Security.WPA, "wpa2": Security.WPA2, "wpa/wpa2": Security.WPA_WPA2, "wpa2/wpa3": Security.WPA2_WPA3,
             "wpa3": Security.WPA3, "none": Security.OPEN, "open": Security.OPEN, "wep": Security.WEP}  # fmt: skip
_HIDDEN = "**REDACTED**"


def hosts(reply: Any) -> tuple[HomeHost, ...]:
    """``GET hosts``."""
    listed = items(part(reply, "hosts"), "list")
    return tuple(_host(each, mac) for each in listed if (mac := hardware(each.get("macaddress"))) is not None)


def _host(data: Mapping[str, Any], mac: str) -> HomeHost:
    link = (text(data.get("link")) or "").lower()
    radio, cable = inner(data, "wireless"), inner(data, "ethernet")
    signal = within(radio.get("rssi0"), -127, -1)
    speed, rate = within(cable.get("speed"), 1, 1e6), within(radio.get("estimatedRate"), 1, 1e6)
    control = inner(data, "parentalcontrol")
    status = (text(control.get("status")) or "").lower()
    wireless = link.startswith("wifi")
    capacity = rate if wireless else speed
    return HomeHost(
        phys_address=mac,
        ip_address=address_of(data.get("ipaddress")),
        ipv6_addresses=tuple(a for each in items(data, "ip6address") if (a := address_of(each.get("ipaddress")))),
        host_name=text(data.get("hostname")),
        kind=text(data.get("devicetype")),
        active=flag(data.get("active")),
        layer=_LAYERS.get(link, HostLayer.WIFI if wireless else None),
        guest=flag(data.get("guest")),
        blocked=None if not status else bool(flag(control.get("enable"))) and status != "allowed",
        signal=Dbm(signal) if wireless and signal else None,
        phy_down=Kbps(capacity * 1000) if capacity else None,
        last_seen=moment(data.get("lastseen")),
    )


def decoders(reply: Any) -> tuple[TvDecoder, ...]:
    """Hosts that call themselves ``STB``; whether one sleeps is not told."""
    found = []
    for each in items(part(reply, "hosts"), "list"):
        if (text(each.get("devicetype")) or "").upper() == "STB":
            state = ActivityState.UP if flag(each.get("active")) else ActivityState.DOWN
            model = text(inner(each, "stb").get("product"))
            found.append(TvDecoder(state, model, hardware(each.get("macaddress"))))
    return tuple(found)


def wifi(reply: Any) -> WifiSettings:
    """``GET wireless``. ``channel`` 0 is automatic; ``ssid.id`` is the name; the passphrase comes in clear."""
    data = part(reply, "wireless")
    radios, names = inner(data, "radio"), inner(data, "ssid")
    listed = tuple(_radio(band, inner(radios, band)) for band in BANDS if isinstance(radios.get(band), Mapping))
    timetable = inner(data, "scheduler")
    return WifiSettings(
        enable=any(radio.enable for radio in listed) if listed else None,
        radios=listed,
        ssids=tuple(_ssid(band, inner(names, band)) for band in BANDS if isinstance(names.get(band), Mapping)),
        planned=_planned(timetable),
        shared=_unified(data),
    )


def _planned(timetable: Mapping[str, Any]) -> bool | None:
    if not timetable:
        return None
    return bool(flag(timetable.get("enable"))) and (text(timetable.get("status")) or "").lower() == "forbidden"


def _unified(data: Mapping[str, Any]) -> bool | None:
    """1 is one name for all bands; 2 was recorded with two names."""
    value = whole(data.get("unified"))
    return None if value is None else value == 1


def _radio(band: str, data: Mapping[str, Any]) -> WifiRadio:
    set_to, current, width = (whole(data.get(k)) for k in ("channel", "current_channel", "current_bandwidth"))
    chosen = whole(data.get("htbw"))
    return WifiRadio(
        id=band,
        band=BANDS[band],
        enable=flag(data.get("enable")),
        up=flag(data.get("state")),
        channel=current or set_to or None,
        auto_channel=None if set_to is None else set_to == 0,
        width=Megahertz(width) if width else None,
        auto_width=None if chosen is None else chosen == 0,
        standards=text(data.get("standard")),
    )


def _ssid(band: str, data: Mapping[str, Any]) -> WifiSsid:
    security = inner(data, "security")
    key = security.get("passphrase")
    return WifiSsid(
        id=band,
        radio=band,
        ssid=text(data.get("id")),
        bssid=text(data.get("bssid")),
        enable=flag(data.get("enable")),
        hidden=flag(data.get("hidden")),
        security=_SECURITY.get((text(security.get("protocol")) or "").lower()),
        key=key if isinstance(key, str) and key and key != _HIDDEN else None,
    )


def guest(reply: Any) -> GuestNetwork:
    """The guest part of ``GET wireless`` (recorded), which ``wireless/guest`` repeats."""
    data = part(reply, "wireless")
    radio, name = inner(inner(data, "radio"), "guest"), inner(inner(data, "ssid"), "guest")
    key = inner(name, "security").get("passphrase")
    enable = flag(radio.get("enable")) if radio else flag(name.get("enable"))
    return GuestNetwork(enable, text(name.get("id")), key if isinstance(key, str) and key != _HIDDEN else None)


def parental(reply: Any, known: Any) -> ParentalControl:
    """``GET parentalcontrol`` is one timetable for every host put under it; ``GET hosts`` tells which are."""
    scheduler = inner(part(reply, "parentalcontrol"), "scheduler")
    forbidden = (text(scheduler.get("defaultpolicy")) or "").lower() == "forbidden"
    enable = flag(scheduler.get("enable"))
    schedules = []
    for each in items(part(known, "hosts"), "list"):
        control, mac = inner(each, "parentalcontrol"), hardware(each.get("macaddress"))
        if mac and flag(control.get("enable")):
            rule = ParentalRule.BLOCKED if enable and forbidden else ParentalRule.PLANNED
            blocked = (text(control.get("status")) or "allowed").lower() != "allowed"
            until = moment(control.get("statusUntil"))
            schedules.append(ParentalSchedule((mac,), rule, until, blocked_now=blocked, id=mac))
    return ParentalControl(enable, tuple(schedules))


def forwards(reply: Any) -> tuple[PortMapping, ...]:
    """``GET nat/rules``. Reading and writing have different names for the same things."""
    found = []
    for each in items(part(reply, "nat"), "rules"):
        first, _, last = str(each.get("externalport") or "")[:40].partition(":")
        outside, inside = port(first), port(str(each.get("internalport") or "")[:40].partition(":")[0])
        client, protocol = address_of(each.get("internalip")), (text(each.get("protocol")) or "").lower()
        if outside is None or inside is None or client is None:
            continue
        found.append(
            PortMapping(
                external_port=outside,
                internal_port=inside,
                internal_client=client,
                protocol={"tcp": Protocol.TCP, "udp": Protocol.UDP}.get(protocol, Protocol.BOTH),
                enable=flag(each.get("enable")) is not False,
                external_last=port(last),
                description=text(each.get("description")),
                origin="user",
                id=text(str(each.get("id"))),
            )
        )
    return tuple(found)


def dhcp(reply: Any, clients: Any) -> DhcpServer:
    """``GET dhcp`` and ``dhcp/clients``."""
    data = part(reply, "dhcp")
    lease = within(data.get("leasetime"), 1, 1e9)
    return DhcpServer(
        enable=flag(data.get("enable")),
        min_address=address_of(data.get("minaddress")),
        max_address=address_of(data.get("maxaddress")),
        lease_time=Seconds(lease) if lease else None,
        reservations=tuple(reservation for _, reservation in reservations(clients)),
    )


def reservations(reply: Any) -> tuple[tuple[str, Reservation], ...]:
    """Each with the id under which it is deleted."""
    found = []
    for each in items(part(reply, "dhcp"), "clients"):
        mac, address = hardware(each.get("macaddress")), address_of(each.get("ipaddress"))
        if mac and address:
            found.append((str(each.get("id")), Reservation(mac, address, text(each.get("hostname")))))
    return tuple(found)
