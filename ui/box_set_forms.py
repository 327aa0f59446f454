"""What somebody types into the forms of the box's settings: judged as it is typed. Pure; no Qt, nothing asked."""

from __future__ import annotations

import ipaddress
import secrets
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from selfcare.app.box_words import printable
from selfcare.i18n import Catalogue
from selfcare.model.box import DhcpServer, HomeHost, PortMapping, PortRange, Protocol

KEY_LEAST, KEY_MOST = 8, 63
"""Characters of a WPA passphrase (IEEE 802.11, J.4.1); 64 hexadecimal digits are a key too."""
NAME_MOST = 32
"""Bytes of a network's name (IEEE 802.11, 9.4.2.2)."""
LAST_PORT = 65535
_CONSONANTS, _VOWELS, _DIGITS = "bdfklmprtv", "aeiou", "23456789"
"""Nothing that sounds or looks like another in a key that is read aloud: no c/k/q, s/z, g/j, m/n, 0/o, 1/l."""
GROUPS = 4


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why it cannot be so: ``ui.set.wrong.<code>`` filled with ``values``."""

    code: str
    values: dict[str, object] = field(default_factory=dict)

    def words(self, catalogue: Catalogue) -> str:
        """In one sentence."""
        return catalogue.text(f"ui.set.wrong.{self.code}", **self.values)


Judge = Callable[[str], Wrong | None]


def wrong_name(text: str) -> Wrong | None:
    """A network's name. An accent takes two bytes, so letters are not counted but what they take."""
    if not text.strip():
        return Wrong("name_empty")
    return Wrong("name_long", {"most": NAME_MOST}) if len(text.encode()) > NAME_MOST else None


def wrong_key(text: str) -> Wrong | None:
    """A Wi-Fi key."""
    if not all(32 <= ord(letter) < 127 for letter in text):
        return Wrong("key_letters")
    if len(text) < KEY_LEAST:
        return Wrong("key_short", {"least": KEY_LEAST, "missing": KEY_LEAST - len(text)})
    if len(text) > KEY_MOST and not (len(text) == KEY_MOST + 1 and set(text) <= set(string.hexdigits)):
        return Wrong("key_long", {"most": KEY_MOST})
    return None


def good_key() -> str:
    """A key that is easily read aloud and typed: four groups of syllables and four digits, some 57 bits."""
    syllables = [secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(2 * GROUPS)]
    groups = ["".join(syllables[n : n + 2]) for n in range(0, len(syllables), 2)]
    return "-".join((*groups, "".join(secrets.choice(_DIGITS) for _ in range(4))))


def ports_of(text: str) -> tuple[int, int] | None:
    """``8443`` or ``5000-5010``; None for anything else."""
    first, dash, last = (part.strip() for part in text.partition("-"))
    if not _is_number(first) or (dash and not _is_number(last)):
        return None
    begin, end = int(first), int(last or first)
    return (begin, end) if 1 <= begin <= end <= LAST_PORT else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5


def wrong_ports(text: str, mine: PortRange | None, rules: Iterable[PortMapping], protocol: Protocol) -> Wrong | None:
    """Ports seen from the Internet: numbers, the subscriber's own ones, and not taken by another rule."""
    ports = ports_of(text)
    if ports is None:
        return Wrong("ports", {"last": LAST_PORT})
    if mine is not None and not mine.whole and not (ports[0] in mine and ports[1] in mine):
        return Wrong("ports_shared", {"first": mine.first, "last": mine.last})
    for rule in rules:
        alike = Protocol.BOTH in (rule.protocol, protocol) or rule.protocol is protocol
        if alike and rule.external_port <= ports[1] and ports[0] <= rule.last:
            return Wrong("ports_taken", {"name": printable(rule.description, 40) or ports_text(rule)})
    return None


def wrong_port(text: str) -> Wrong | None:
    """The port of the device; empty: the same one."""
    text = text.strip()
    good = not text or (_is_number(text) and 1 <= int(text) <= LAST_PORT)
    return None if good else Wrong("port", {"last": LAST_PORT})


def wrong_address(text: str, server: DhcpServer, mac: str = "") -> Wrong | None:
    """An address of the home for one machine."""
    try:
        address = ipaddress.IPv4Address(text.strip())
    except ValueError:
        return Wrong("address")
    if text.strip() == server.box_address:
        return Wrong("address_box")
    if server.box_address and server.subnet_mask:
        home = ipaddress.IPv4Network(f"{server.box_address}/{server.subnet_mask}", strict=False)
        if address not in home or address in (home.network_address, home.broadcast_address):
            return Wrong("address_elsewhere", {"example": str(home.network_address + 50)})
    for other in server.reservations or ():
        if other.ip_address == text.strip() and other.phys_address.lower() != mac.lower():
            return Wrong("address_taken")
    return None


def ports_text(rule: PortMapping) -> str:
    """``8443`` or ``5000-5010``."""
    return str(rule.external_port) if rule.last == rule.external_port else f"{rule.external_port}-{rule.last}"


@dataclass(frozen=True, slots=True)
class Device:
    """One to choose from. ``label`` is unlike all others; ``name`` is what it is called in a sentence."""

    mac: str
    address: str | None
    name: str
    label: str
    mine: bool = False


def devices(catalogue: Catalogue, hosts: Iterable[HomeHost], macs: frozenset[str]) -> tuple[Device, ...]:
    """This computer first, then who is there, by name. Two of one name are told apart by their address."""
    known = [host for host in hosts if host.phys_address]
    names = {host.phys_address: device_name(catalogue, host) for host in known}
    shown = []
    for host in sorted(known, key=lambda one: _order(one, macs, names)):
        name, mine = names[host.phys_address], host.phys_address.lower() in macs
        label = name
        if list(names.values()).count(name) > 1 and host.ip_address:
            label = catalogue.text("ui.set.device.at", name=name, address=host.ip_address)
        key = "mine" if mine else "away" if host.active is False else ""
        label = catalogue.text(f"ui.set.device.{key}", name=label) if key else label
        shown.append(Device(host.phys_address.lower(), host.ip_address, name, label, mine))
    return tuple(shown)


def device_name(catalogue: Catalogue, host: HomeHost) -> str:
    """As the box calls it, else its maker, else that it has no name."""
    maker = printable(host.vendor, 30)
    nameless = catalogue.text("ui.box.host.of", maker=maker) if maker else catalogue.text("ui.box.host.nameless")
    return printable(host.host_name, 40) or nameless


def _order(host: HomeHost, macs: frozenset[str], names: dict[str, str]) -> tuple[bool, bool, bool, str]:
    named = bool(printable(host.host_name))
    return (host.phys_address.lower() not in macs, host.active is False, not named, names[host.phys_address].lower())


def called(catalogue: Catalogue, hosts: Iterable[HomeHost]) -> dict[str, str]:
    """Hardware address (small letters) and address to the name in sentences."""
    found: dict[str, str] = {}
    for host in hosts:
        name = device_name(catalogue, host)
        found[host.phys_address.lower()] = name
        if host.ip_address:
            found[host.ip_address] = name
    return found
