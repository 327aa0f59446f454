"""The home and its Wi-Fi by TR-064, and who is logged in. Pure; units as in AVM's hostsSCPD and wlanconfigSCPD."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, ParseError

from selfcare.boxes.figures import addresses, ipv4, truth, whole, word
from selfcare.boxes.soap import local
from selfcare.model.box import (
    DhcpServer,
    GuestNetwork,
    HomeHost,
    HostLayer,
    ParentalControl,
    ParentalRule,
    ParentalSchedule,
    Security,
    WifiBand,
    WifiRadio,
    WifiSettings,
    WifiSsid,
)
from selfcare.model.units import Kbps, Seconds

Values = Mapping[str, object]
BEACON = {
    "None": Security.OPEN,
    "Basic": Security.WEP,
    "WPA": Security.WPA,
    "11i": Security.WPA2,
    "WPAand11i": Security.WPA_WPA2,
    "11iandWPA3": Security.WPA2_WPA3,
    "WPA3": Security.WPA3,
}
"""``NewBeaconType``; "OWE" and "OWETrans" (encrypted, but for everybody) are none of the model's."""


MOST_ROWS = 1000
"""Of a list of hosts."""


def items(root: Element) -> Iterator[dict[str, str]]:
    """The entries of a host list."""
    for item in root[:MOST_ROWS]:
        if local(item) == "Item":
            yield {local(one): (one.text or "").strip() for one in item}


def host(entry: Mapping[str, str]) -> HomeHost | None:
    """``X_AVM-DE_Speed`` is the link's, in Mbit/s; 0 is "not told". None without a hardware address (VPN, guests)."""
    mac = word(entry.get("MACAddress"), 17)
    if mac is None:
        return None
    kind, speed = entry.get("InterfaceType", ""), whole(entry.get("X_AVM-DE_Speed"), 10**6)
    layers = {"Ethernet": HostLayer.ETHERNET, "802.11": HostLayer.WIFI, "HomePlug": HostLayer.POWERLINE}
    return HomeHost(
        phys_address=mac.lower(),
        ip_address=ipv4(entry.get("IPAddress")),
        host_name=word(entry.get("HostName")),
        kind=word(entry.get("X_AVM-DE_Model")),
        active=truth(entry.get("Active")),
        layer=layers.get(kind),
        guest=truth(entry.get("X_AVM-DE_Guest")),
        blocked=blocked(entry),
        phy_down=Kbps(speed * 1000) if speed else None,
    )


def blocked(entry: Mapping[str, str]) -> bool | None:
    """By hand (``Disallow``), or by the profile it has (``WANAccess`` "denied")."""
    access = entry.get("X_AVM-DE_WANAccess", "").strip().lower()
    by_hand = truth(entry.get("X_AVM-DE_Disallow"))
    if by_hand or access == "denied":
        return True
    return False if access == "granted" else None


def hosts(root: Element) -> tuple[HomeHost, ...]:
    """The host list."""
    return tuple(found for entry in items(root) if (found := host(entry)) is not None)


def parental(root: Element) -> ParentalControl:
    """Who is blocked. TR-064 knows no timetables: those of the box's own profiles stay unseen."""
    made = []
    for entry in items(root):
        one = host(entry)
        if one is not None and one.blocked:
            by_hand = truth(entry.get("X_AVM-DE_Disallow"))
            rule = ParentalRule.BLOCKED if by_hand else ParentalRule.PLANNED
            made.append(ParentalSchedule((one.phys_address,), rule, blocked_now=True, name=one.host_name))
    return ParentalControl(schedules=tuple(made))


def dhcp(info: Values) -> DhcpServer:
    """``LANHostConfigManagement1.GetInfo``."""
    return DhcpServer(
        enable=truth(info.get("NewDHCPServerEnable")),
        box_address=next(iter(addresses(info.get("NewIPRouters"))), None),
        subnet_mask=word(info.get("NewSubnetMask"), 15),
        min_address=ipv4(info.get("NewMinAddress")),
        max_address=ipv4(info.get("NewMaxAddress")),
        dns_servers=addresses(info.get("NewDNSServers")),
    )


# -- Wi-Fi -------------------------------------------------------------------------------------------


def band(number: int, info: Values) -> WifiBand | None:
    """By its channel, where that leaves no doubt: 6 GHz counts from 1 again, and shares 149 and above with 5 GHz."""
    channel = whole(info.get("NewChannel"), 255)
    if not channel:
        return None
    if channel <= 14:
        return WifiBand.GHZ_2_4 if number == 1 else None
    return WifiBand.GHZ_5 if 36 <= channel <= 144 and channel % 4 == 0 else None


def is_guest(extra: Values) -> bool:
    """``X_AVM-DE_GetWLANExtInfo``: "guest"; "normal" and "zone" are the home's."""
    return str(extra.get("NewX_AVM-DE_APType")).strip().lower() == "guest"


def ssid(number: int, info: Values, extra: Values, keys: Values) -> WifiSsid:
    """``number`` is the service's: the id of the network and of its radio."""
    found = whole(extra.get("NewX_AVM-DE_Hidden"), 1)
    return WifiSsid(
        id=str(number),
        radio=str(number),
        ssid=word(info.get("NewSSID"), 32),
        bssid=(word(info.get("NewBSSID"), 17) or "").lower() or None,
        enable=truth(info.get("NewEnable")),
        hidden=bool(found) if found is not None else None,
        security=BEACON.get(str(info.get("NewBeaconType"))),
        key=_key(keys),
        guest=is_guest(extra),
    )


def _key(keys: Values) -> str | None:
    key = keys.get("NewKeyPassphrase")
    return str(key) if isinstance(key, int | str) and 8 <= len(str(key)) <= 63 else None


def radio(number: int, info: Values, channels: Values) -> WifiRadio:
    """``GetChannelInfo`` lists what may be chosen; TR-064 tells no width, and not whether the channel is automatic."""
    enable, state = truth(info.get("NewEnable")), word(info.get("NewStatus"))
    possible = str(channels.get("NewPossibleChannels") or "")[:300].split(",")
    return WifiRadio(
        id=str(number),
        band=band(number, info),
        enable=enable,
        up={"Up": True, "Disabled": False}.get(state or ""),
        state=state,
        channel=whole(info.get("NewChannel"), 255) or None,
        possible_channels=tuple(n for one in possible if (n := whole(one.strip(), 255))),
        standards=word(info.get("NewStandard")),
    )


def wifi(radios: Sequence[WifiRadio], ssids: Sequence[WifiSsid]) -> WifiSettings:
    """The home's radios; the guests' network stands beside the others, marked."""
    own = [one for one in ssids if not one.guest]
    known = [one.enable for one in own if one.enable is not None]
    guests = {one.radio for one in ssids if one.guest}
    return WifiSettings(
        enable=any(known) if known else None,
        radios=tuple(one for one in radios if one.id not in guests),
        ssids=tuple(ssids),
        shared=None,
    )


def guest(one: WifiSsid, extra: Values) -> GuestNetwork:
    """``TimeRemain`` counts minutes, where a time is set (AVM wlanconfigSCPD)."""
    minutes = whole(extra.get("NewX_AVM-DE_TimeRemain"), 10**6)
    timed = truth(extra.get("NewX_AVM-DE_TimeoutActive")) and one.enable
    return GuestNetwork(
        enable=one.enable,
        ssid=one.ssid,
        key=one.key,
        remaining=Seconds(minutes * 60) if timed and minutes is not None else None,
    )


def rights(user: Values) -> frozenset[str]:
    """``X_AVM-DE_GetCurrentUser``: XML in the XML; only what may be written. Empty where it is not told."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    text = user.get("NewX_AVM-DE_CurrentUserRights")
    try:
        root: Element = fromstring(str(text), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        return frozenset()
    names = [(one.text or "").strip()[:60] for one in root.iter() if local(one) == "path"]
    access = [(one.text or "").strip().lower() for one in root.iter() if local(one) == "access"]
    return frozenset(name for name, may in zip(names, access, strict=False) if may == "readwrite")


def last_user(listed: Values) -> str | None:
    """``X_AVM-DE_GetUserList``: who logged in last, told without login; whom AVM wants taken if nobody is named."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(str(listed.get("NewX_AVM-DE_UserList")), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        return None
    users = [one for one in root.iter() if local(one) == "Username"]
    chosen = next((one for one in users if one.get("last_user") == "1"), None)
    return word(chosen.text, 64) if chosen is not None else None
