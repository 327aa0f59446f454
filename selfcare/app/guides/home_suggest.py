"""What the box may offer for an answer: devices it knows, names, an address nobody has; and a key to be read out."""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import socket
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from selfcare.app.guides.home_box import HomeBox
from selfcare.app.guides.home_set import of_home
from selfcare.app.guides.home_words import named
from selfcare.app.guides.side import Suggest
from selfcare.app.guides.world import Moment, Suggestion
from selfcare.boxes.errors import BoxError
from selfcare.ground.errors import SelfcareError
from selfcare.i18n import Catalogue
from selfcare.model.box import Absent, Capability, DhcpServer, GuestNetwork, HomeHost, WifiSettings

LETTERS = "abcdefghjkmnpqrstuvwxyz"
"""Without i, l and o: they look like 1 and 0. No figures, no capitals: nobody has to say which."""
GROUPS, LONG = 4, 4
"""16 of 23 letters: 72 bits, where 60 are wanted (a guess costs a handshake's hash each)."""
_MOST_FREE = 3
_MOST = 2**16
_MOST_NAME = 32
"""Bytes of a network's name: IEEE 802.11, 9.4.2.2."""
_SUFFIX = "-invites"


@dataclass(frozen=True, slots=True)
class Suggestions:
    """``catalogue``: for the labels."""

    box: HomeBox
    catalogue: Catalogue

    @property
    def suggestions(self) -> Mapping[str, Suggest]:
        """By name."""
        return {
            "key": self._key,
            "this_pc": self._this_pc,
            "devices": self._devices,
            "free_address": self._free_address,
            "guest_name": self._guest_name,
            "now_name": self._now_name,
        }

    async def _key(self, _moment: Moment) -> tuple[Suggestion, ...]:
        made = key()
        return (Suggestion(made, made),)

    async def _devices(self, moment: Moment) -> tuple[Suggestion, ...]:
        """This PC first, then those that are on."""
        hosts, mine = await self._hosts(), await self._macs()
        told = _names(hosts)
        others = [one for one in hosts if one.phys_address.lower() not in mine]
        others.sort(key=lambda one: (one.active is False, named(one).casefold()))
        return (*await self._this_pc(moment), *(self._one(one, told, False) for one in others))

    async def _this_pc(self, _moment: Moment) -> tuple[Suggestion, ...]:
        """As the box knows it; of a box that does not tell its devices, by the address this PC has towards it."""
        hosts, mine = await self._hosts(), await self._macs()
        known = sorted((o for o in hosts if o.phys_address.lower() in mine), key=lambda one: one.active is False)
        if known:
            return (self._one(known[0], _names(hosts), True),)
        address = await self._towards_the_box()
        if address is None:
            return ()
        label = self.catalogue.text("guide.box.suggest.this_pc_nameless", address=address)
        return (Suggestion(address, label),)

    async def _towards_the_box(self) -> str | None:
        """A datagram socket that is connected sends nothing."""
        try:
            box = (await self.box.found()).place.address
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
                way.connect((box, 9))
                return str(way.getsockname()[0])
        except (BoxError, OSError):
            return None

    def _one(self, host: HomeHost, names: Counter[str], here: bool) -> Suggestion:
        """By its name where only one has it; else by what no other device can have."""
        alone = host.host_name and names[host.host_name.casefold()] == 1
        value = host.host_name if host.host_name and alone else host.phys_address
        key = f"guide.box.suggest.{'this_pc' if here else 'device'}{'' if host.host_name else '_nameless'}"
        where = host.ip_address or host.phys_address
        return Suggestion(value, self.catalogue.text(key, name=host.host_name or "", address=where))

    async def _free_address(self, _moment: Moment) -> tuple[Suggestion, ...]:
        told: DhcpServer | Absent = await self.box.told(Capability.DHCP)
        if isinstance(told, Absent):
            return ()
        hosts = await self._hosts()
        return tuple(Suggestion(one, one) for one in free(told, hosts)[:_MOST_FREE])

    async def _guest_name(self, moment: Moment) -> tuple[Suggestion, ...]:
        """The one it has, then the home's name with a word behind it."""
        told: GuestNetwork | Absent = await self.box.told(Capability.GUEST)
        names = [told.ssid] if isinstance(told, GuestNetwork) and told.ssid else []
        names += [_cut(str(one.value)) + _SUFFIX for one in await self._now_name(moment)]
        return tuple(Suggestion(name, name) for name in dict.fromkeys(names))

    async def _now_name(self, _moment: Moment) -> tuple[Suggestion, ...]:
        told: WifiSettings | Absent = await self.box.told(Capability.WIFI)
        if isinstance(told, Absent):
            return ()
        names = [one.ssid for one in of_home(told, list(told.radios), None) if one.ssid]
        return tuple(Suggestion(name, name) for name in dict.fromkeys(names))

    async def _hosts(self) -> tuple[HomeHost, ...]:
        told = await self.box.told(Capability.HOSTS)
        return told if isinstance(told, tuple) else ()

    async def _macs(self) -> frozenset[str]:
        try:
            _, changes = await self.box.changing()
            return await asyncio.to_thread(changes.own_macs)
        except (BoxError, SelfcareError, OSError):
            return frozenset()


def key(choose: Callable[[str], str] = secrets.choice) -> str:
    """Groups of letters, to be read out one by one."""
    return "-".join("".join(choose(LETTERS) for _ in range(LONG)) for _ in range(GROUPS))


def _names(hosts: tuple[HomeHost, ...]) -> Counter[str]:
    return Counter((one.host_name or "").casefold() for one in hosts)


def _cut(name: str) -> str:
    """So that the whole is no longer than a name may be; never in the middle of a letter."""
    return name.encode()[: _MOST_NAME - len(_SUFFIX)].decode(errors="ignore")


def free(server: DhcpServer, hosts: tuple[HomeHost, ...]) -> list[str]:
    """Addresses of the home that nobody has, has reserved, or would be given; else free ones of those given out.

    Of the highest first: boxes and their decoders take the low ones.
    """
    first, last = _address(server.min_address), _address(server.max_address)
    if first is None or last is None or not 0 <= int(last) - int(first) < _MOST:
        return []
    home = _network(server)
    there = home.hosts() if home is not None else map(ipaddress.IPv4Address, range(int(first), int(last) + 1))
    taken = {server.box_address, *(one.ip_address for one in hosts)}
    taken |= {one.ip_address for one in server.reservations or ()}
    unused = [one for one in there if str(one) not in taken]
    outside = [one for one in unused if not first <= one <= last]
    inside = [one for one in unused if first <= one <= last]
    return [str(one) for one in (*outside[::-1], *inside[::-1])]


def _network(server: DhcpServer) -> ipaddress.IPv4Network | None:
    """None where the box does not tell it, or it is larger than any home's: then what it gives out is what we know."""
    try:
        found = ipaddress.IPv4Network(f"{server.box_address}/{server.subnet_mask}", strict=False)
    except ValueError:
        return None
    return found if server.box_address and server.subnet_mask and 16 <= found.prefixlen <= 30 else None


def _address(text: str | None) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(text or "")
    except ValueError:
        return None
