"""Which sort of adapter a link is: real, made up, or a tunnel."""

from __future__ import annotations

import re

from probes.hostnet.netlink import IFF_LOOPBACK, RawLink
from probes.hostnet.sysfs import SysLink
from selfcare.model.payloads.link import Interface, InterfaceKind

_ARP_LOOPBACK, _ARP_ETHER = 772, 1
# PPP, tunnels without link layer, and IP-in-IP families.
_ARP_TUNNELS = {512, 65534, 768, 769, 776, 778, 823}
_TUNNEL_KINDS = {
    "tun", "wireguard", "ppp", "gre", "gretap", "ip6gre", "ip6tnl", "ipip", "sit", "vti", "vti6", "xfrm", "ovpn-dco",
    "ovpn", "l2tp",
}  # fmt: skip
# The name an administrator or udev gives to a network card.
_CARD_NAME = re.compile(r"(eth|en|em|lan)[a-z0-9]*\Z")
_TUNNEL_NAME = re.compile(r"(tun|tap|wg|ppp|utun|ipsec|nordlynx|proton|tailscale|zt|vpn|gpd)")
_VIRTUAL_NAME = re.compile(
    r"(veth|docker|br-|br\d|virbr|vboxnet|vmnet|vnet|dummy|ifb|bridge|awdl|llw|anpi|ap\d|vethernet|lxc|lxd|cni|flannel)"
)
_WIFI_NAME = re.compile(r"(wl|wifi|wi-fi|wlan|ath\d|ra\d)")
_CELLULAR_NAME = re.compile(r"(ww|cell|mobile|cellul|wwan|rmnet|pdp_ip)")


def linux_kind(link: RawLink, sys: SysLink) -> InterfaceKind:
    """Decides by what the kernel says a link is, and by its name only where that leaves doubt."""
    if link.flags & IFF_LOOPBACK or link.arp_type == _ARP_LOOPBACK:
        return InterfaceKind.LOOPBACK
    if sys.wireless:
        return InterfaceKind.WIFI
    if sys.device_type == "wwan" or link.kind == "wwan" or _CELLULAR_NAME.match(link.name):
        return InterfaceKind.CELLULAR
    if link.kind is not None:
        return _made_up(link)
    if link.arp_type in _ARP_TUNNELS:
        return InterfaceKind.TUNNEL
    if link.arp_type == _ARP_ETHER:
        # No type and no device behind it: made by a driver that does not say so.
        return InterfaceKind.VIRTUAL if sys.hardware is False else InterfaceKind.ETHERNET
    return InterfaceKind.OTHER


def _made_up(link: RawLink) -> InterfaceKind:
    if link.kind in _TUNNEL_KINDS:
        # A tap that is a port of a bridge is a virtual machine's cable, not a VPN.
        return InterfaceKind.VIRTUAL if link.master else InterfaceKind.TUNNEL
    if link.kind == "veth" and _CARD_NAME.match(link.name) and not link.master:
        # The only network card of a container or of a laboratory PC is a veth that was
        # given a card's name; the host's end of a container keeps its "veth…" name.
        return InterfaceKind.ETHERNET
    return InterfaceKind.VIRTUAL


def kind_by_name(name: str, loopback: bool) -> InterfaceKind:
    """The best guess where the system gives only a name (Windows, macOS, no netlink)."""
    lowered = name.lower()
    if loopback or lowered == "lo" or "loopback" in lowered:
        return InterfaceKind.LOOPBACK
    for pattern, kind in (
        (_VIRTUAL_NAME, InterfaceKind.VIRTUAL),
        (_TUNNEL_NAME, InterfaceKind.TUNNEL),
        (_WIFI_NAME, InterfaceKind.WIFI),
        (_CELLULAR_NAME, InterfaceKind.CELLULAR),
    ):
        if pattern.match(lowered):
            return kind
    known = _CARD_NAME.match(lowered) or lowered.startswith(("ethernet", "local area", "connexion au réseau local"))
    return InterfaceKind.ETHERNET if known else InterfaceKind.OTHER


_REAL = (InterfaceKind.ETHERNET, InterfaceKind.WIFI, InterfaceKind.CELLULAR)


def choose_primary(interfaces: tuple[Interface, ...], owners: tuple[str | None, ...]) -> str | None:
    """The adapter that carries the Internet, or else the one that most likely should.

    Args:
        interfaces: all adapters.
        owners: adapters with a default route, the preferred one first.
    """
    real = [i for i in interfaces if i.kind in _REAL]
    for owner in owners:
        if any(i.name == owner for i in real):
            return owner
    ranked = sorted(real, key=lambda i: (i.carrier is not True, not i.admin_up, _REAL.index(i.kind), i.index))
    return ranked[0].name if ranked else None
