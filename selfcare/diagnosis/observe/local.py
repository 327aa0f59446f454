"""Facts about the PC itself: adapters, link, address, routes, proxy, hosts file."""

from __future__ import annotations

import ipaddress

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Method
from selfcare.model.payloads.dns import DnsPayload
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import BoundPayload, HostsCheck, HostsPayload, ProxyPayload, RoutePayload
from selfcare.model.payloads.web import WebPayload, WebStatus
from selfcare.model.tri import Tri


def link(view: View) -> Drawn:
    """Adapters and link. A Wi-Fi adapter with its radio blocked counts as switched off."""
    payload = view.get("link.interfaces", LinkPayload)
    if payload is None:
        return
    physical = payload.physical
    enabled = [i for i in physical if i.admin_up and not i.radio_blocked]
    yield "adapter_present", Tri.of(bool(physical)), "link.interfaces"
    if not physical:
        return
    up = _any_link(enabled)
    # One adapter off and nothing on the others: the one in use is rather the one that is off
    # (a laptop with its Wi-Fi off has an empty socket too).
    off = not enabled or (up is Tri.NO and len(enabled) < len(physical))
    yield "adapter_enabled", Tri.of(not off), "link.interfaces"
    yield "every_adapter_off", Tri.of(not enabled), "link.interfaces"
    if enabled:
        yield "link_up", up, "link.interfaces"
        wired = all(i.kind is InterfaceKind.ETHERNET for i in physical)
        yield "link_wired", Tri.of(wired), "link.interfaces"


def _any_link(enabled: list[Interface]) -> Tri:
    if any(i.carrier for i in enabled):
        return Tri.YES
    return Tri.NO if all(i.carrier is False for i in enabled) else Tri.UNKNOWN


def usable4(config: IpConfig) -> bool:
    """An IPv4 address that can leave the cable: not 169.254/16, not a duplicate."""
    return any(not ipaddress.ip_address(a.address).is_link_local and not a.duplicate for a in config.v4())


def _usable6(config: IpConfig) -> bool:
    return any(ipaddress.ip_address(a.address.split("%")[0]).is_global for a in config.v6())


def address(view: View) -> Drawn:
    """Address and lease of the adapter that should carry the Internet."""
    config = view.config()
    if config is None or view.tri("link_up") is not Tri.YES:
        return
    has4 = usable4(config)
    failed = _dhcp_failed(config, has4)
    # IPv6 alone is enough only where IPv4 is not expected: half of the sites would be missing.
    lost4 = failed is Tri.YES and not has4
    yield "address_valid", Tri.of((has4 or _usable6(config)) and not lost4), "addr.lease"
    if config.method4 is not Method.UNKNOWN:
        yield "address_manual", Tri.of(config.method4 is Method.MANUAL), "addr.lease"
    yield "dhcp_failed", failed, "addr.lease"
    acquiring = config.activation is Activation.ACQUIRING and not has4 and failed is not Tri.YES
    yield "address_acquiring", Tri.of(acquiring), "addr.lease"
    if config.lease is not None:
        yield "lease_offers_gateway", Tri.of(bool(config.lease.routers)), "addr.lease"


def _dhcp_failed(config: IpConfig, has4: bool) -> Tri:
    if has4 or config.method4 in (Method.MANUAL, Method.DISABLED):
        return Tri.NO
    self_given = any(ipaddress.ip_address(a.address).is_link_local for a in config.v4())
    waited = config.acquiring_s is not None and config.acquiring_s >= thresholds.DHCP_PATIENCE_S
    if self_given or waited or config.activation is Activation.FAILED:
        return Tri.YES
    return Tri.UNKNOWN


def resolvers(view: View) -> Drawn:
    """Where the PC's resolvers come from and whom they depend on."""
    config = view.config()
    if config is None:
        return
    yield "gateway_known", Tri.of(bool(view.gateways())), "addr.lease"
    yield "resolver_configured", Tri.of(bool(config.resolvers)), "addr.lease"
    if config.resolvers_method is not Method.UNKNOWN:
        yield "resolver_manual", Tri.of(config.resolvers_method is Method.MANUAL), "addr.lease"
    if config.resolvers:
        servers = {s.split("%")[0] for s in config.resolvers}
        is_box = bool(servers & view.gateways())
        operator = view.get("dns.isp", DnsPayload)
        is_isp = bool(servers & set(operator.servers)) if operator is not None else None
        yield "configured_is_box", Tri.of(is_box), "addr.lease"
        yield "configured_is_isp", Tri.of(is_isp), "dns.isp"
        # Any other server of the home (a Pi-hole) may ask whom it likes.
        yield "configured_depends_on_isp", Tri.YES if is_box or is_isp else Tri.UNKNOWN, "addr.lease"


def routes(view: View) -> Drawn:
    """Default routes and who owns them."""
    payload = view.get("route.table", RoutePayload)
    addresses = view.get("addr.lease", AddressPayload)
    if payload is None:
        return
    v4 = [r for r in payload.routes if r.family == 4]
    has_default = bool(payload.routes) or payload.owner4 is not None
    if view.tri("address_valid") is Tri.YES or addresses is None:
        yield "default_route", Tri.of(has_default), "route.table"
    yield "tunnel_owns_default", Tri.of(payload.owner4 in payload.tunnels), "route.table"
    yield "several_defaults", Tri.of(len({r.interface for r in v4}) > 1), "route.table"


def bound(view: View) -> Drawn:
    """Whether the outside answers through the real adapter although the routing table points elsewhere."""
    payload = view.get("route.bound", BoundPayload)
    if payload is None:
        return
    others = [t for t in payload.tries if t.interface != payload.owner and t.bound]
    if any(t.answered for t in others):
        yield "physical_link_reaches", Tri.YES, "route.bound"
    elif others and all(t.answered is False for t in others):
        yield "physical_link_reaches", Tri.NO, "route.bound"


def proxy(view: View) -> Drawn:
    """The proxy applications are told to use."""
    payload = view.get("proxy.settings", ProxyPayload)
    if payload is None:
        return
    yield "proxy_set", Tri.of(payload.url is not None or payload.pac), "proxy.settings"
    yield "proxy_answers", Tri.of(payload.answers), "proxy.settings"


def hosts(view: View) -> Drawn:
    """Whether the hosts file sends a name somewhere dead while the Internet knows a living address."""
    payload = view.get("hosts.file", HostsPayload)
    if payload is None:
        return
    pages = view.get("web.name", WebPayload)
    lost = {t.host for t in pages.tries if t.status is not WebStatus.EXPECTED} if pages is not None else set()
    harmful = [_harmful(c, c.name in lost) for c in payload.checks if c.important]
    if any(h is Tri.YES for h in harmful):
        yield "site_names_true", Tri.NO, "hosts.file"
    elif all(h is Tri.NO for h in harmful):
        yield "site_names_true", Tri.YES, "hosts.file"


def _harmful(check: HostsCheck, lost: bool) -> Tri:
    """Harm needs three things seen: another address, dead there, alive at the real one.

    A name sent to nowhere (0.0.0.0, this PC) is somebody's wish to block it, unless one of
    the pages that everybody needs is lost by it.
    """
    if check.differs is False or check.reachable:
        return Tri.NO
    target = ipaddress.ip_address(check.address.split("%")[0])
    if (target.is_loopback or target.is_unspecified) and not lost:
        return Tri.NO
    if check.differs and check.reachable is False and check.real_reachable:
        return Tri.YES
    return Tri.UNKNOWN


OBSERVERS = (link, address, resolvers, routes, bound, proxy, hosts)
