"""Every probe there is. Importing this module declares them all; the wiring needs nothing else."""

from __future__ import annotations

import importlib
import sys

from probes import (
    addr_lease,
    box_page,
    dns_box,
    dns_configured,
    dns_encrypted,
    dns_identity,
    dns_isp,
    dns_local,
    dns_os,
    dns_patient,
    dns_public,
    dns_timing,
    dns_truth,
    gateway_reach,
    hosts_file,
    ipv6_cost,
    ipv6_reach,
    lan_arp_watch,
    lan_conflict,
    lan_dhcp_servers,
    lan_discovery,
    latency_gateway,
    latency_isp,
    link_interfaces,
    link_peers,
    link_quality,
    link_routers,
    mtu_large,
    mtu_path,
    names_order,
    nat_path,
    os_indicator,
    path_failing,
    path_hops,
    pc_clock,
    pc_dhcp_client,
    pc_firewall,
    pc_load,
    portal_api,
    ports_reach,
    proxy_settings,
    proxy_use,
    route_bound,
    route_table,
    sites_sample,
    speed_capacity,
    tls_sites,
    web_address,
    web_name,
    wifi_link,
    wifi_scan,
)
from probes.framework import Probe, registered
from probes.hostnet import rtnl

__all__ = ["all_probes", "warm_up"]

_MODULES = (
    addr_lease, box_page, dns_box, dns_configured, dns_encrypted, dns_identity, dns_isp, dns_local, dns_os,
    dns_patient, dns_public, dns_timing, dns_truth, gateway_reach, hosts_file, ipv6_cost, ipv6_reach, lan_arp_watch,
    lan_conflict, lan_dhcp_servers, lan_discovery, latency_gateway, latency_isp, link_interfaces, link_peers,
    link_quality, link_routers, mtu_large, mtu_path, names_order, nat_path, os_indicator, path_failing, path_hops,
    pc_clock, pc_dhcp_client, pc_firewall, pc_load, portal_api, ports_reach, proxy_settings, proxy_use, route_bound,
    route_table, sites_sample, speed_capacity, tls_sites, web_address, web_name,
    wifi_link, wifi_scan,
)  # fmt: skip

# Imported inside functions everywhere else: the first check pays for them unless warm_up() ran before.
_HEAVY = ("dns.message", "dns.rdtypes.ANY.CNAME", "dns.rdtypes.IN.A", "dns.rdtypes.IN.AAAA", "http.client", "psutil")
_HEAVY_LINUX = ("dbus_fast.aio",)


def all_probes() -> tuple[Probe, ...]:
    """All probes, those without requirements first."""
    return tuple(sorted(registered(), key=lambda p: (len(p.spec.requires), p.spec.id)))


def warm_up() -> None:
    """Imports the heavy libraries (a fifth of a second), so that no probe's time contains an import."""
    for name in (*_HEAVY, *(_HEAVY_LINUX if sys.platform == "linux" else ())):
        importlib.import_module(name)
    if sys.platform == "linux":
        rtnl.load()
