"""What may pass of each text in a check's document, by the type it is in and its name: an allow-list.

Numbers, switches and closed words (enumerations) pass by their type. Every other text stands here, or is removed.
"""

from __future__ import annotations

from enum import StrEnum

from selfcare.model.payloads import (
    address,
    addressing,
    box,
    capacity,
    dns,
    gateway,
    ipv6,
    line,
    link,
    naming,
    online,
    path,
    reach,
    routes,
    tls,
    web,
    wifi,
)  # fmt: skip

MODULES = (
    address, addressing, box, capacity, dns, gateway, ipv6, line, link, naming, online, path, reach, routes, tls, web,
    wifi,
)  # fmt: skip


class Treat(StrEnum):
    """``PLACE``: an address, a name or a URL. ``LABEL``: a short text of a maker or of ours, gone through by pattern.

    ``PORT``: the system's name of an adapter. ``VERSION``: a label that a pattern may take for an address.
    """

    LABEL = "label"
    VERSION = "version"
    PLACE = "place"
    PORT = "port"
    MAC = "mac"
    SSID = "ssid"
    HOST = "host"
    SERIAL = "serial"
    SECRET = "secret"
    ID = "id"


def _each(treat: Treat, names: str) -> dict[str, Treat]:
    return dict.fromkeys(names.split(), treat)


BY_NAME: dict[str, Treat] = {
    **_each(
        Treat.PLACE,
        "address addresses external gateway gateway4 gateway6 target server servers routers resolvers dns_addresses "
        "first_isp_hop ipv4_address ipv6_address ipv6_prefix ipv6_addresses ip_address box_address min_address "
        "max_address dns_servers internal_client remote_host discontinued boxes same_mac tunnel_resolvers working host "
        "proxy url captive_portal user_portal_url api_host location_host destination domain subnet_mask",
    ),
    **_each(Treat.MAC, "mac macs gateway_mac gateway_macs phys_address phys_addresses mac_address bssid"),
    **_each(Treat.PORT, "interface owner owner4 owner6 primary tunnels"),
    **_each(Treat.VERSION, "software_version api_version"),
    **_each(Treat.SECRET, "key uid comment description leaf missing"),
    **_each(Treat.ID, "id radio"),
    **_each(
        Treat.LABEL,
        "model_name product_class manufacturer protocol last_error training standard loss_of what reason pon_mode band "
        "state standards origin issuer rrtype transport source method manager clients tools texts vendor kind family "
        "pairing failure adds code driver country",
    ),
    "ssid": Treat.SSID,
    "known_names": Treat.SSID,
    "host_name": Treat.HOST,
    "serial_number": Treat.SERIAL,
}
BY_TYPE: dict[tuple[str, str], Treat] = {
    ("DnsAnswer", "name"): Treat.PLACE,
    ("CertificateCheck", "name"): Treat.PLACE,
    ("OrderPayload", "name"): Treat.PLACE,
    ("HostsEntry", "name"): Treat.PLACE,
    ("HostsCheck", "name"): Treat.PLACE,
    ("Interface", "name"): Treat.PORT,
    ("EthernetPort", "name"): Treat.LABEL,
    ("ParentalSchedule", "name"): Treat.SECRET,
    ("DiscoveryPayload", "network"): Treat.PLACE,
    ("SiteTry", "network"): Treat.LABEL,
}
"""Where a name alone does not say what it is."""


def treatment(kind: str, name: str) -> Treat | None:
    """None: nobody decided, so it is not let through."""
    return BY_TYPE.get((kind, name), BY_NAME.get(name))
