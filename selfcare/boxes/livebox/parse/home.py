"""The box itself and the home behind it: identity, restarts, hosts, DHCP, sockets, decoders, telephone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from selfcare.boxes.figures import lasting
from selfcare.boxes.livebox.parse.values import (
    address,
    flag,
    hardware,
    listed,
    mapping,
    moment,
    names,
    number,
    text,
    whole,
)
from selfcare.model.box import (
    ActivityState,
    BoxFamily,
    DeviceInfo,
    DhcpServer,
    EthernetPort,
    HomeHost,
    HostLayer,
    ParentalControl,
    Phone,
    Reservation,
    Restart,
    TvDecoder,
)
from selfcare.model.units import Dbm, Kbps, Seconds

_BANDS = {"2.4GHz": HostLayer.WIFI_2_4, "5GHz": HostLayer.WIFI_5, "6GHz": HostLayer.WIFI_6}
_OWN = frozenset({"self", "voice"})
"""Tags of what the box itself is made of: its interfaces, its telephone handsets."""
SOLD_AS = {"Livebox Fibre": "Livebox 5", "Livebox Nautilus": "Livebox S"}
"""ProductClass to what stands on the box, where they differ."""
MOST_HOSTS = 1000


def device(value: Any) -> DeviceInfo:
    """``DeviceInfo:get``. ``DeviceStatus`` knows no word for an update, so ``updating`` stays unknown."""
    told = mapping(value)
    product = text(told.get("ProductClass"))
    serial, mac = text(told.get("SerialNumber")), hardware(told.get("BaseMAC"))
    return DeviceInfo(
        family=BoxFamily.LIVEBOX,
        model_name=SOLD_AS.get(product, product) if product else None,
        product_class=product,
        manufacturer=text(told.get("Manufacturer")),
        software_version=text(told.get("SoftwareVersion")),
        serial_number=serial,
        mac_address=mac,
        uid=serial or mac,
        up_time=lasting(number(told.get("UpTime"), 0)),
        number_of_reboots=whole(told.get("NumberOfReboots")),
    )


def restarts(value: Any) -> tuple[Restart, ...]:
    """``NMC.Reboot.Reboot:get``, newest first. An entry without a time of start is one that is not over."""
    found = [
        Restart(at, text(entry.get("BootReason")) or text(entry.get("ShutdownReason")))
        for entry in listed(value)
        if (at := moment(entry.get("BootDate"))) is not None
    ]
    return tuple(sorted(found, key=lambda restart: restart.at, reverse=True))


def hosts(value: Any) -> tuple[HomeHost, ...]:
    """``Devices:get``: a list, or an object of lists where several expressions were asked at once."""
    groups = value.values() if isinstance(value, dict) else [value]
    entries = [entry for group in groups for entry in listed(group)]
    found = [host for entry in entries[:MOST_HOSTS] if (host := _host(entry)) is not None]
    return tuple(found)


def blocked(found: tuple[HomeHost, ...], control: ParentalControl | None) -> tuple[HomeHost, ...]:
    """With what the timetables say: they know, and an empty list of reasons was never seen next to a block.

    A host without a timetable is free where the timetables were told; without them, only a reason given counts.
    """
    if control is None:
        return tuple(host if host.blocked else replace(host, blocked=None) for host in found)
    plans = {mac: plan.blocked_now for plan in control.schedules for mac in plan.phys_addresses}
    return tuple(replace(host, blocked=host.blocked or plans.get(host.phys_address, False)) for host in found)


def _tags(entry: Any) -> frozenset[str]:
    return frozenset((text(entry.get("Tags"), 500) or "").split())


def _host(entry: Any) -> HomeHost | None:
    tags = _tags(entry)
    name = hardware(entry.get("PhysAddress")) or hardware(entry.get("Key"))
    if name is None or tags & _OWN:
        return None
    barred = mapping(entry.get("WANAccess")).get("BlockedReasons")
    signal = number(entry.get("SignalStrength"), -127, -1)
    return HomeHost(
        phys_address=name,
        ip_address=address(entry.get("IPAddress")),
        ipv6_addresses=tuple(a for item in listed(entry.get("IPv6Address")) if (a := address(item.get("Address")))),
        host_name=text(entry.get("Name")),
        vendor=text(entry.get("MACVendor")),
        kind=text(entry.get("DeviceType")),
        active=flag(entry.get("Active")),
        layer=_layer(entry, tags),
        guest="guest" in tags or "guest" in (text(entry.get("InterfaceName")) or "").lower() or None,
        blocked=bool(barred.strip()) if isinstance(barred, str) else None,
        signal=None if signal is None else Dbm(signal),
        phy_down=_rate(entry.get("LastDataDownlinkRate")),
        phy_up=_rate(entry.get("LastDataUplinkRate")),
        last_seen=moment(entry.get("LastConnection")),
    )


def _layer(entry: Any, tags: frozenset[str]) -> HostLayer | None:
    band = _BANDS.get(text(entry.get("OperatingFrequencyBand")) or "")
    if band is not None:
        return band
    return HostLayer.WIFI if "wifi" in tags else HostLayer.ETHERNET if "eth" in tags else None


def _rate(value: object) -> Kbps | None:
    found = number(value, 1, 1e9)
    return None if found is None else Kbps(found)


def dhcp(lan: Any, static: Any, pools: Any = None) -> DhcpServer:
    """``NMC:getLANIP``, ``getStaticLeases`` (None: not told) and the default pool of ``getDHCPServerPool``."""
    told = mapping(lan)
    lease = number(told.get("LeaseTime"), 1, 1e9)
    pool = mapping(mapping(pools).get("default"))
    return DhcpServer(
        enable=flag(told.get("DHCPEnable")),
        box_address=address(told.get("Address")),
        subnet_mask=address(told.get("Netmask")),
        min_address=address(told.get("DHCPMinAddress")),
        max_address=address(told.get("DHCPMaxAddress")),
        lease_time=None if lease is None else Seconds(lease),
        dns_servers=tuple(a for part in names(pool.get("DNSServers")) if (a := address(part))),
        reservations=None if static is None else reservations(static),
    )


def reservations(value: Any) -> tuple[Reservation, ...]:
    """The list of static leases; the box keeps no comment with them."""
    return tuple(
        Reservation(mac, ip)
        for item in listed(value)
        if (mac := hardware(item.get("MACAddress"))) and (ip := address(item.get("IPAddress")))
    )


def ports(mibs: Any) -> tuple[EthernetPort, ...]:
    """``NeMo.Intf.lan:getMIBs {mibs:"base eth"}``. Mbit/s; -1 and 0 are a socket with nothing in it."""
    base = mapping(mapping(mibs).get("base"))
    return tuple(
        EthernetPort(
            name=text(name, 40) or "?",
            up=flag(mapping(base.get(name)).get("Status")),
            rate=None if rate is None else Kbps(rate * 1000),
            full_duplex={"full": True, "half": False}.get((text(told.get("CurrentDuplexMode")) or "").lower()),
        )
        for name, told in sorted(mapping(mapping(mibs).get("eth")).items())
        if isinstance(told, dict)
        for rate in (number(told.get("CurrentBitRate"), 1, 1e6),)
    )


def tv(status: Any, decoders: Any = None) -> tuple[TvDecoder, ...]:
    """``NMC.OrangeTV:getIPTVStatus`` and the hosts that the box calls decoders.

    One that is not on the network is switched off or has lost it: the box cannot tell which, so no state is given.
    """
    service = _available(mapping(status).get("IPTVStatus"))
    groups = decoders.values() if isinstance(decoders, dict) else [decoders]
    found = tuple(
        TvDecoder(
            state=ActivityState.UP if flag(entry.get("Active")) else None,
            model_name=text(entry.get("Name")),
            phys_address=hardware(entry.get("PhysAddress")),
            service_available=service,
        )
        for group in groups
        for entry in listed(group)
        if is_decoder(entry)
    )
    return found or (() if service is None else (TvDecoder(service_available=service),))


def is_decoder(entry: Any) -> bool:
    """By tag or by kind. What people call "Set-top Box" by hand may be anybody's."""
    return "stb" in _tags(entry) or text(entry.get("DeviceType")) == "stb"


def _available(value: object) -> bool | None:
    word = (text(value) or "").lower()
    return True if word == "available" else False if word in ("unavailable", "notavailable") else None


def phones(value: Any) -> tuple[Phone, ...]:
    """``VoiceService.VoiceApplication:listTrunks``: the lines in use. Numbers are not kept."""
    found = []
    for trunk in listed(value):
        for line in listed(trunk.get("trunk_lines")):
            if flag(line.get("enable")) is False or flag(trunk.get("enable")) is False:
                continue
            found.append(Phone(state=_registered(line.get("status"))))
    return tuple(found)


def _registered(value: object) -> ActivityState | None:
    word = (text(value) or "").lower()
    if word in ("up", "registered"):
        return ActivityState.UP
    return ActivityState.DOWN if word in ("down", "unregistered", "error") else None
