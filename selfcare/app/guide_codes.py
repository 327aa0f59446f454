"""The guides there are, and which follow a fault. Written by ``python -m selfcare.app.guides.index``."""

from __future__ import annotations

_ALL = """
antivirus
box-dns
box-password
box-restart
cancellation
cloud-gaming
complaint
connected-objects
dhcp-reservation
dmz
drops
dsl-filter
dsl-resync
dsl-test-socket
factory-reset
fibre-bends
fibre-connector
fibre-lights
gaming-latency
guest-network
ip-conflict
ip-manual
ipv6-firewall
jalerte-arcep
mediator
moving-house
no-internet
options
outage-refund
parental-control
phone-line
port-forwarding
printer
rio-porting
safe-browsing
slow-internet
technician-visit
tv-decoder
upnp
voip-quality
vpn-box
vpn-client
wifi-band
wifi-channel
wifi-connect-device
wifi-coverage
wifi-name-key
wifi-repeater
wifi-schedule
wifi-wps
"""
_AFTER = """
ACC-DOWN outage-refund
ACC-DOWN no-internet
ACC-DSL-ERRORS dsl-filter
ACC-DSL-ERRORS dsl-test-socket
ACC-DSL-ERRORS technician-visit
ACC-DSL-MARGIN dsl-resync
ACC-DSL-MARGIN dsl-test-socket
ACC-DSL-NOSYNC dsl-resync
ACC-DSL-NOSYNC dsl-test-socket
ACC-DSL-NOSYNC outage-refund
ACC-DSL-NOSYNC technician-visit
ACC-FTTH-DARK fibre-connector
ACC-FTTH-DARK fibre-lights
ACC-FTTH-DARK outage-refund
ACC-FTTH-DARK technician-visit
ACC-FTTH-LEVEL fibre-bends
ACC-FTTH-LEVEL fibre-connector
ACC-FTTH-LEVEL technician-visit
ACC-FTTH-UNREG fibre-lights
ACC-FTTH-UNREG technician-visit
ACC-UNDERRATE complaint
ACC-UNDERRATE jalerte-arcep
ACC-UNDERRATE slow-internet
BOX-BLOAT voip-quality
BOX-BLOAT gaming-latency
BOX-BLOAT slow-internet
BOX-DNS box-restart
BOX-DNS box-dns
BOX-DNS-SLOW box-restart
BOX-DNS-SLOW box-dns
BOX-FILTER parental-control
BOX-NOFORWARD box-restart
BOX-PORTMAP port-forwarding
BOX-SILENT box-restart
BOX-UNSTABLE drops
BOX-WALLED no-internet
ISP-DNS-DOWN box-dns
ISP-DNS-LIES box-dns
ISP-DNS-SLOW box-dns
ISP-IPV4 no-internet
ISP-NOSESSION outage-refund
ISP-NOSESSION no-internet
ISP-OUTAGE jalerte-arcep
ISP-OUTAGE outage-refund
ISP-OUTAGE no-internet
ISP-PATH slow-internet
LAN-CABLE-DOWN no-internet
LAN-CABLE-SLOW slow-internet
LAN-DHCP-NONE box-restart
LAN-DNS-DOWN box-dns
LAN-IP-CONFLICT ip-conflict
LAN-LOSS drops
LAN-XTRAFFIC slow-internet
NET-CERT safe-browsing
NET-PORTAL no-internet
PC-FIREWALL antivirus
PC-IP-STATIC ip-manual
PC-LOAD slow-internet
PC-TLS-MITM antivirus
PC-VPN vpn-client
WAN-DOWN no-internet
WAN-DROPS complaint
WAN-DROPS drops
WAN-FAR gaming-latency
WAN-JITTER voip-quality
WAN-JITTER gaming-latency
WAN-LATENCY gaming-latency
WAN-LATENCY slow-internet
WAN-LOSS voip-quality
WAN-LOSS drops
WIFI-AUTH wifi-name-key
WIFI-AUTH wifi-connect-device
WIFI-BAND24 wifi-band
WIFI-CHANNEL wifi-channel
WIFI-DROPS drops
WIFI-LOSS wifi-coverage
WIFI-NOISE wifi-channel
WIFI-OPEN wifi-name-key
WIFI-REPEATER wifi-repeater
WIFI-REPEATER wifi-coverage
WIFI-SLOWPHY slow-internet
WIFI-STICKY wifi-coverage
WIFI-UNJOINED wifi-connect-device
WIFI-WEAK wifi-repeater
WIFI-WEAK wifi-coverage
WIFI-WRONGNET wifi-connect-device
"""
GUIDES = frozenset(_ALL.split())
"""Ids of all guides."""
GUIDES_OF: dict[str, tuple[str, ...]] = {}
"""By the code of a fault: what to do next, the guide that speaks to it most first."""
for _line in _AFTER.split("\n")[1:-1]:
    _code, _guide = _line.split()
    GUIDES_OF[_code] = (*GUIDES_OF.get(_code, ()), _guide)
