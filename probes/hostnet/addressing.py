"""Puts together what each source says about addressing, one interface at a time."""

from __future__ import annotations

import contextlib
import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from probes.hostnet import leases, netlink, resolvconf
from probes.hostnet.networkmanager import NmDevice
from probes.hostnet.resolved import Resolved
from selfcare.model.payloads.address import Activation, IpAddress, IpConfig, Lease, Method
from selfcare.model.payloads.link import Interface

# NetworkManager asks for a lease this long before it gives up (its dhcp-timeout).
NM_DHCP_TIMEOUT_S = 45.0
_RUN = Path("/run")
# Where DHCP clients that stand alone write their process numbers.
_CLIENTS = {
    "dhcpcd": ("dhcpcd/pid", "dhcpcd/*.pid", "dhcpcd.pid", "dhcpcd-*.pid"),
    "dhclient": ("dhclient*.pid",),
}


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything read, before it is put together. ``nm`` by interface; ``resolv_conf`` in use by files alone."""

    addresses: Sequence[netlink.RawAddress]
    routes: Sequence[netlink.RawRoute]
    leases: dict[int, Lease]
    resolv_conf: tuple[str, ...]
    stub: bool
    nm: dict[str, NmDevice]
    resolved: Resolved | None
    primary: str | None


def ip_addresses(raw: Sequence[netlink.RawAddress], index: int) -> tuple[IpAddress, ...]:
    """The addresses of one interface in the payload's shape."""
    return tuple(
        IpAddress(
            address=a.address,
            prefix=a.prefix,
            family=a.family,
            # A DHCP client or a router advertisement gives a lifetime; a person's address has none.
            dynamic=not a.flags & netlink.IFA_F_PERMANENT,
            duplicate=bool(a.flags & netlink.IFA_F_DADFAILED),
            tentative=bool(a.flags & netlink.IFA_F_TENTATIVE),
            age_s=a.age_s,
        )
        for a in raw
        if a.index == index
    )


def config(interface: Interface, sources: Sources) -> IpConfig:
    """One interface's configuration."""
    nm = sources.nm.get(interface.name)
    found = ip_addresses(sources.addresses, interface.index)
    lease = leases.from_nm(nm.options4) if nm and nm.options4 else sources.leases.get(interface.index)
    method = _method(nm, found, lease)
    resolvers, borrowed = _resolvers(interface, nm, sources)
    activation, acquiring_s = _activation(interface, nm, method, found)
    return IpConfig(
        interface=interface.name,
        addresses=found,
        method4=method,
        activation=activation,
        resolvers=resolvers,
        resolvers_method=Method.UNKNOWN if borrowed else _resolvers_method(resolvers, nm, lease),
        gateway4=_gateway4(interface.index, nm, lease, sources),
        gateway6=_gateway6(interface, nm, sources),
        lease=lease,
        acquiring_s=acquiring_s,
        conflict=nm is not None and nm.conflict,
    )


def _method(nm: NmDevice | None, found: tuple[IpAddress, ...], lease: Lease | None) -> Method:
    if nm is not None and nm.method4 is not Method.UNKNOWN:
        return nm.method4
    v4 = [a for a in found if a.family == 4]
    if any(not ipaddress.ip_address(a.address).is_link_local for a in v4):
        # A permanent address may be a person's or an old client's: only the lifetime proves something.
        return Method.DHCP if any(a.dynamic for a in v4) or lease is not None else Method.UNKNOWN
    return Method.LINK_LOCAL if v4 else Method.UNKNOWN


def _activation(
    interface: Interface, nm: NmDevice | None, method: Method, found: tuple[IpAddress, ...]
) -> tuple[Activation, float | None]:
    """What the client is doing, and for how long it has been asking where it has no address yet."""
    if not interface.admin_up or interface.carrier is False:
        # NetworkManager goes on calling a device active for some seconds after the cable is out.
        return Activation.DOWN, None
    has_v4 = any(a.family == 4 for a in found)
    waiting = None if has_v4 else link_up_for_s(interface.index, found)
    if nm is None:
        return (Activation.ACTIVE if has_v4 else Activation.UNKNOWN), waiting
    state = nm.activation
    if state is Activation.ACTIVE and method is Method.DHCP and not has_v4 and nm.options4 is None:
        # IPv6 alone was enough to call the device active; its DHCP client goes on for a while.
        asking = waiting is None or waiting < NM_DHCP_TIMEOUT_S
        state = Activation.ACQUIRING if asking else Activation.FAILED
    return state, waiting if state in (Activation.ACQUIRING, Activation.FAILED) else None


def link_up_for_s(index: int, found: tuple[IpAddress, ...]) -> float | None:
    """Since when the interface is in use: its link-local address is made at that moment.

    Without IPv6 the time of NetworkManager's state file stands in; a wall clock that was
    set meanwhile makes it useless, and then it is not told.
    """
    ages = [a.age_s for a in found if a.family == 6 and a.age_s is not None and a.address.startswith("fe80")]
    if ages:
        return max(ages)
    try:
        age = time.time() - Path(f"/run/NetworkManager/devices/{index}").stat().st_mtime
    except OSError:
        return None
    return age if 0 <= age < 86_400 else None


def _resolvers(interface: Interface, nm: NmDevice | None, sources: Sources) -> tuple[tuple[str, ...], bool]:
    """DNS servers in use on this interface, and whether they are not its own but the system's.

    With resolved in charge of resolv.conf those of the link, else resolv.conf; when it names
    only a stub on this computer (dnsmasq, resolved), those behind the stub. The primary
    interface without servers of its own is told those the system uses.
    """
    behind: tuple[str, ...] = ()
    if sources.resolved is not None:
        behind = (*sources.resolved.links.get(interface.index, ()), *sources.resolved.system)
    if not behind and nm is not None:
        behind = (*nm.nameservers4, *nm.nameservers6)
    foreign = not sources.stub and bool(sources.resolv_conf)
    borrowed = not foreign and not behind
    if borrowed and interface.name != sources.primary:
        return (), False
    chosen = sources.resolv_conf if foreign or borrowed else behind
    return tuple(dict.fromkeys(_scoped(server, interface.name) for server in chosen)), borrowed


def _scoped(server: str, interface: str) -> str:
    """A link-local server is useless without its interface."""
    return f"{server}%{interface}" if server.lower().startswith("fe80") and "%" not in server else server


def _resolvers_method(resolvers: tuple[str, ...], nm: NmDevice | None, lease: Lease | None) -> Method:
    """MANUAL as soon as a server in use was not offered by the network."""
    used = {_bare(server) for server in resolvers}
    offered = {_bare(server) for server in lease.resolvers} if lease else set()
    if nm is not None:
        written = {_bare(server) for server in nm.profile_dns}
        if used & written - offered or (written and nm.ignore_auto_dns):
            return Method.MANUAL
        offered |= {_bare(server) for server in nm.nameservers6}
    if not used or not offered:
        return Method.UNKNOWN
    return Method.DHCP if used <= offered else Method.MANUAL


def _bare(server: str) -> str:
    return server.partition("%")[0].lower()


def _gateway4(index: int, nm: NmDevice | None, lease: Lease | None, sources: Sources) -> str | None:
    if nm is not None and nm.gateway4 and nm.gateway4 != "0.0.0.0":
        return nm.gateway4
    routed = [r for r in sources.routes if r.index == index and r.destination == "0.0.0.0/0" and r.gateway]
    if routed:
        return min(routed, key=lambda r: r.metric or 0).gateway
    if nm is not None and nm.profile_gateway4:
        # Written by a person but refused by the kernel (outside the subnet): still the intention.
        return nm.profile_gateway4
    return lease.routers[0] if lease and lease.routers else None


def _gateway6(interface: Interface, nm: NmDevice | None, sources: Sources) -> str | None:
    routed = [r.gateway for r in sources.routes if r.index == interface.index and r.destination == "::/0" and r.gateway]
    gateway = routed[0] if routed else (nm.gateway6 if nm else None)
    return _scoped(gateway, interface.name) if gateway else None


def read_files(interfaces: Sequence[Interface]) -> tuple[dict[int, Lease], tuple[str, ...], bool]:
    """Lease files, resolv.conf's servers, and whether those are only a stub. Blocking."""
    found = {i.index: lease for i in interfaces if (lease := leases.find(i.name, i.index)) is not None}
    return found, resolvconf.read(), resolvconf.names_a_stub()


def manager_by_files() -> str | None:
    """Who configures the network, where the bus cannot be asked."""
    for folder, name in (
        (Path("/run/NetworkManager"), "networkmanager"),
        (Path("/run/systemd/netif/links"), "networkd"),
    ):
        try:
            if any(folder.iterdir()):
                return name
        except OSError:
            continue
    return next((name for name, patterns in _CLIENTS.items() if _runs(name, patterns)), None)


def _runs(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a file with a process number leads to such a client."""
    for path in (path for pattern in patterns for path in _RUN.glob(pattern)):
        with contextlib.suppress(OSError, ValueError):
            number = int(path.read_text("ascii"))
            if Path(f"/proc/{number}/comm").read_text("utf-8").strip() == name:
                return True
    return False
