"""The home behind a Freebox: hosts, DHCP, sockets, decoder, telephone. Pure.

Units by the vendor's documentation: ``bitrate`` of a station in tenths of Mbit/s (-1 unknown), its ``*_rate`` in
byte/s, ``signal`` a negative number of dB (in truth dBm), ``speed`` of a socket in Mbit/s as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from selfcare.boxes.freebox.lenient import address, flag, hardware, items, kbps, mapping, moment, number, rows, text
from selfcare.model.box import (
    ActivityState,
    DhcpServer,
    EthernetPort,
    HomeHost,
    HostLayer,
    Phone,
    Reservation,
    TvDecoder,
)
from selfcare.model.units import Dbm, Kbps

_BANDS = {"2d4g": HostLayer.WIFI_2_4, "5g": HostLayer.WIFI_5, "6g": HostLayer.WIFI_6}
_PLAYERS = ("freebox_player", "freebox_mini", "freebox_one", "freebox_hd")
_PLAYER_MODELS = ("fbx7hd", "fbx8am", "fbx6lc", "fbx6hd")


def interfaces(reply: Any) -> tuple[str, ...]:
    """``lan/browser/interfaces/``: the home's, and the guests' where there is one."""
    named = tuple(name for each in rows(reply) if (name := text(each.get("name"))) in ("pub", "wifiguest"))
    return named or ("pub",)


def host(told: Mapping[str, Any], guest: bool | None = None) -> HomeHost | None:
    """A ``LanHost``; None without a hardware address, since nothing can be said of it later."""
    named = rows(told.get("l2ident"))  # an object, or on some firmwares a list of one
    mac = next((hardware(each.get("id")) for each in named if text(each.get("type")) == "mac_address"), None)
    if mac is None:
        return None
    point = mapping(told.get("access_point"))
    radio = mapping(point.get("wifi_information"))
    fourth, sixth = _addresses(told)
    return HomeHost(
        phys_address=mac,
        ip_address=fourth,
        ipv6_addresses=sixth,
        host_name=text(told.get("primary_name")) or text(told.get("default_name")),
        vendor=text(told.get("vendor_name")),
        kind=text(told.get("host_type")),
        active=_told(told, "active", "reachable"),
        layer=_layer(point, radio),
        guest=guest,
        blocked=_blocked(mapping(told.get("network_control"))),
        signal=_signal(radio.get("signal")),
        last_seen=moment(told.get("last_time_reachable")) or moment(told.get("last_activity")),
    )


def _told(told: Mapping[str, Any], *keys: str) -> bool | None:
    return next((found for key in keys if (found := flag(told.get(key))) is not None), None)


def _addresses(told: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    """The IPv4 address in use, before one that was; all IPv6 in use."""
    known = sorted(rows(told.get("l3connectivities")), key=lambda each: flag(each.get("active")) is not True)
    fourth = next((found for each in known if (found := address(each.get("addr"), 4)) is not None), None)
    using = [each for each in known if flag(each.get("active")) is True]
    sixth = tuple(found for each in using[:16] if (found := address(each.get("addr"), 6)) is not None)
    return fourth, sixth


def _layer(point: Mapping[str, Any], radio: Mapping[str, Any]) -> HostLayer | None:
    kind = (text(point.get("connectivity_type")) or "").lower()
    if kind == "ethernet":
        return HostLayer.ETHERNET
    if kind == "freeplug":
        return HostLayer.POWERLINE
    if kind == "wifi" or radio:
        return _BANDS.get((text(radio.get("band")) or "").lower(), HostLayer.WIFI)
    return None


def _blocked(control: Mapping[str, Any]) -> bool | None:
    """``webonly`` lets some through and some not: neither yes nor no."""
    return {"denied": True, "allowed": False}.get(text(control.get("current_mode")) or "")


def _signal(value: Any) -> Dbm | None:
    figure = number(value)
    return Dbm(figure) if figure is not None and -120 <= figure < 0 else None


def hosts(
    found: Iterable[HomeHost | None], stations: Mapping[str, HomeHost], denied: frozenset[str]
) -> tuple[HomeHost, ...]:
    """The list of hosts, each with what its radio says of it; ``denied`` by the old parental control (API < 8)."""
    from dataclasses import replace

    all_hosts: dict[str, HomeHost] = {}
    for each in found:
        if each is None or each.phys_address in all_hosts:
            continue
        radio = stations.get(each.phys_address)
        if radio is not None:
            each = replace(
                each,
                layer=radio.layer or each.layer,
                signal=radio.signal if radio.signal is not None else each.signal,
                phy_down=radio.phy_down,
                phy_up=radio.phy_up,
                down_rate=radio.down_rate,
                up_rate=radio.up_rate,
            )
        if each.phys_address in denied:
            each = replace(each, blocked=True)
        all_hosts[each.phys_address] = each
    return tuple(all_hosts.values())


def station(told: Mapping[str, Any], band: str | None) -> HomeHost | None:
    """A ``WifiStation``. Its ``rx`` is what the box receives, so what the machine sends."""
    mac = hardware(told.get("mac"))
    if mac is None:
        return None
    return HomeHost(
        phys_address=mac,
        host_name=text(told.get("hostname")),
        layer=_BANDS.get(band or "", HostLayer.WIFI),
        signal=_signal(told.get("signal")),
        phy_down=_bitrate(mapping(told.get("last_tx"))),
        phy_up=_bitrate(mapping(told.get("last_rx"))),
        down_rate=_rate(told.get("tx_rate")),
        up_rate=_rate(told.get("rx_rate")),
    )


def _bitrate(told: Mapping[str, Any]) -> Kbps | None:
    return kbps(told.get("bitrate"), 100) or None


def _rate(value: Any) -> Kbps | None:
    return kbps(value, 8 / 1000)


def dhcp(config: Any, leases: Any) -> DhcpServer:
    """``dhcp/config/`` (its list of name servers is padded with "") and ``dhcp/static_lease/``."""
    told = mapping(config)
    servers = tuple(found for each in items(told.get("dns"))[:16] if (found := _any_address(each)) is not None)
    return DhcpServer(
        enable=flag(told.get("enabled")),
        box_address=address(told.get("gateway"), 4),
        subnet_mask=address(told.get("netmask"), 4),
        min_address=address(told.get("ip_range_start"), 4),
        max_address=address(told.get("ip_range_end"), 4),
        dns_servers=servers,
        reservations=reservations(leases),
    )


def _any_address(value: Any) -> str | None:
    return address(value, 4) or address(value, 6)


def reservations(leases: Any) -> tuple[Reservation, ...]:
    """``dhcp/static_lease/``."""
    found = []
    for each in rows(leases):
        mac, fourth = hardware(each.get("mac")), text(each.get("ip"))
        if mac is not None and fourth is not None:
            found.append(Reservation(mac, fourth, text(each.get("comment"))))
    return tuple(found)


def lease_id(leases: Any, mac: str) -> str | None:
    """The box's own name of a reservation: the hardware address, as it writes it."""
    for each in rows(leases):
        if hardware(each.get("mac")) == mac:
            return text(each.get("id")) or text(each.get("mac"))
    return None


def ports(reply: Any) -> tuple[EthernetPort, ...]:
    """``switch/status/``: a socket without a plug says "10BaseT-HD", which is no figure."""
    found = []
    for each in rows(reply):
        name, link = text(each.get("id")), text(each.get("link"))
        if name is None:
            continue
        up = {"up": True, "down": False}.get(link or "")
        duplex = {"full": True, "half": False}.get(text(each.get("duplex")) or "")
        rate = (kbps(each.get("speed"), 1000) or None) if up else None
        found.append(EthernetPort(text(each.get("name")) or name, up, rate, duplex if up else None))
    return tuple(found)


def players(reply: Any) -> tuple[tuple[str, bool, TvDecoder], ...]:
    """``player/``: number, whether it can be asked itself, and what is known without."""
    found = []
    for each in rows(reply):
        number_, reachable = text(each.get("id")), flag(each.get("reachable"))
        if number_ is None or not number_.isdecimal():
            continue
        state = ActivityState.DOWN if reachable is False else None
        decoder = TvDecoder(state, text(each.get("stb_type")) or text(each.get("device_model")))
        found.append((number_, bool(reachable) and flag(each.get("api_available")) is True, decoder))
    return tuple(found)


def power(reply: Any) -> ActivityState | None:
    """``player/{id}/api/…/status/``."""
    word = text(mapping(reply).get("power_state"))
    return {"running": ActivityState.UP, "standby": ActivityState.STANDBY}.get(word or "")


def decoders(found: Iterable[HomeHost]) -> tuple[TvDecoder, ...]:
    """Where the players cannot be asked: those in the list of hosts. Seen on the network is not switched on."""
    return tuple(
        TvDecoder(None, each.kind, each.phys_address)
        for each in found
        if each.kind in _PLAYERS or (each.kind or "").startswith(_PLAYER_MODELS)
    )


def phones(reply: Any) -> tuple[Phone, ...]:
    """``phone/``, undocumented (keys as a client of real boxes has them). Registration is not told: no state."""
    found = []
    for each in rows(reply):
        hook, defect = flag(each.get("on_hook")), flag(each.get("hardware_defect"))
        if hook is not None or defect is not None:
            found.append(Phone(None, None if hook is None else not hook, defect))
    return tuple(found)
