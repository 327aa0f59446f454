"""The home as an SFR Box tells it: machines, DHCP, Wi-Fi, guests, telephone. Pure; see :mod:`.parse`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from selfcare.boxes.sfr.parse import count, fields_of, flag, ipv4, mac, number, text
from selfcare.model.box import (
    Absent,
    ActivityState,
    DhcpServer,
    GuestNetwork,
    HomeHost,
    HostLayer,
    Phone,
    Security,
    TvDecoder,
    Why,
    WifiBand,
    WifiRadio,
    WifiSsid,
)
from selfcare.model.units import Seconds

BAND: Mapping[str, WifiBand] = {"wlan": WifiBand.GHZ_2_4, "wlan5": WifiBand.GHZ_5}
"""The two namespaces of the API are the two radios; each has one network, ``wl0``."""
CHANNELS: Mapping[str, tuple[int, ...]] = {
    "wlan": tuple(range(1, 14)),
    "wlan5": (36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 140),
}
"""What ``setChannel`` takes (specification 4.0); "auto" for 5 GHz only."""
SECURITY: Mapping[str, Security] = {
    "OPEN": Security.OPEN,
    "WEP": Security.WEP,
    "WPA-PSK": Security.WPA,
    "WPA2-PSK": Security.WPA2,
    "WPA-WPA2-PSK": Security.WPA_WPA2,
}
MODES: Mapping[str, tuple[str, ...]] = {"wlan": ("11n", "11ng", "11g"), "wlan5": ("11n", "11ac", "auto")}
MOST_HOSTS = 512


def dhcp(root: Element) -> DhcpServer | Absent:
    """``lan.getInfo``: read only in this API, and without the reservations."""
    fields = fields_of(root, "lan")
    if fields is None:
        return Absent(Why.CANNOT)
    lease = number(fields, "dhcp_lease", 1, 1e9)
    return DhcpServer(
        enable=flag(fields, "dhcp_active"),
        box_address=ipv4(fields, "ip_addr"),
        subnet_mask=ipv4(fields, "netmask"),
        min_address=ipv4(fields, "dhcp_start"),
        max_address=ipv4(fields, "dhcp_end"),
        lease_time=None if lease is None else Seconds(lease),
    )


def hosts(root: Element) -> tuple[HomeHost, ...]:
    """``lan.getHostsList``. ``alive`` is in the box's uptime, of another moment: no time can be made of it."""
    return tuple(host for host in map(_host, root.findall("host")[:MOST_HOSTS]) if host is not None)


def _host(element: Element) -> HomeHost | None:
    fields = dict(element.attrib)
    address = mac(fields, "mac")
    if address is None:
        return None
    return HomeHost(
        phys_address=address,
        ip_address=ipv4(fields, "ip"),
        host_name=text(fields, "name"),
        kind=text(fields, "type"),
        active=flag(fields, "status", "online", "offline"),
        layer=_layer((text(fields, "iface") or "").lower()),
    )


def _layer(interface: str) -> HostLayer | None:
    """``wlan0`` was only seen on boxes of one radio: which band it is on others is not known."""
    if re.fullmatch(r"lan[0-9]?", interface):
        return HostLayer.ETHERNET
    if interface.startswith("wlan5"):
        return HostLayer.WIFI_5
    return HostLayer.WIFI if interface.startswith("wlan") else None


def decoders(found: tuple[HomeHost, ...]) -> tuple[TvDecoder, ...]:
    """``tv.getInfo`` has the wiring only; that a decoder is there and awake is in the list of machines."""
    return tuple(
        TvDecoder(
            state={True: ActivityState.UP, False: ActivityState.DOWN}.get(host.active),  # type: ignore[arg-type]
            phys_address=host.phys_address,
        )
        for host in found
        if host.kind == "stb"
    )


def phone(root: Element) -> tuple[Phone, ...] | Absent:
    """``voip.getInfo``."""
    fields = fields_of(root, "voip")
    if fields is None:
        return Absent(Why.CANNOT)
    up = flag(fields, "status", "up", "down")
    state = None if up is None else ActivityState.UP if up else ActivityState.DOWN
    return (Phone(state=state, off_hook=flag(fields, "hook_status", "offhook", "onhook")),)


def radio(root: Element, name: str) -> tuple[WifiRadio, WifiSsid] | None:
    """``wlan.getInfo`` or ``wlan5.getInfo``; None for an empty reply (no such radio)."""
    fields = fields_of(root, "wlan5", "wlan")
    if fields is None:
        return None
    first = next(root.iter("wl0"), None)
    network = dict(first.attrib) if first is not None else {}
    security = SECURITY.get((text(network, "enc") or "").upper())
    automatic = (text(fields, "channel") or "").lower() == "auto"
    return (
        WifiRadio(
            id=name,
            band=BAND[name],
            enable=flag(fields, "active"),
            channel=None if automatic else count(fields, "channel") or None,
            auto_channel=True if automatic else False if name == "wlan5" and count(fields, "channel") else None,
            possible_channels=CHANNELS[name],
            standards=text(fields, "mode"),
        ),
        WifiSsid(
            id=name, radio=name, ssid=network.get("ssid", "")[:32] or None, security=security,
            key=_key(network, security),
        ),
    )  # fmt: skip


def _key(network: Mapping[str, str], security: Security | None) -> str | None:
    """Both keys are always sent; the one that counts is that of the mode. None where that is not known."""
    if security in (None, Security.OPEN):
        return None
    return network.get("wepkey" if security is Security.WEP else "wpakey", "")[:128] or None


def guest(root: Element) -> GuestNetwork | Absent:
    """``guest.getInfo``."""
    fields = fields_of(root, "guest")
    if fields is None:
        return Absent(Why.CANNOT)
    config = next(root.iter("config"), None)
    own = dict(config.attrib) if config is not None else {}
    return GuestNetwork(
        enable=flag(fields, "active"), ssid=own.get("ssid", "")[:32] or None, key=own.get("wpakey", "")[:128] or None
    )
