"""Tests of opened ports, and of the address they would be reached at. What a box cannot list is never called free."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from selfcare.app.box_cautions_ports import meet, reserved
from selfcare.app.box_wishes import WishError, ports
from selfcare.app.guides.home_box import HomeBox, unknown
from selfcare.app.guides.home_context import no_facts
from selfcare.app.guides.home_set import seen
from selfcare.app.guides.home_words import host, protocol, text, unclear, what_for, who_has
from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.boxes.errors import BoxError
from selfcare.boxes.families import GENERIC
from selfcare.model.box import Absent, Capability, DeviceInfo, HomeHost, PortMapping, Protocol, WanStatus
from selfcare.model.guide_run import Seen

Fact = Callable[[str], Awaitable[str]]
"""A fact of the diagnosis by name: ``yes``, ``no``, ``unknown``."""
_CGNAT = ipaddress.IPv4Network("100.64.0.0/10")
_HOME = ipaddress.IPv4Network("192.168.0.0/16")
"""Operators number their own side from 10/8, 172.16/12 and 100.64/10, hardly from this one."""
PROGRAM = "upnp"


@dataclass(frozen=True, slots=True)
class PortTests:
    """``fact``: what a measurement says where the box does not."""

    box: HomeBox
    fact: Fact = no_facts

    @property
    def tests(self) -> Mapping[str, Tell]:
        """By name."""
        return {
            "box.forward_is": self._is,
            "box.forward_free": self._free,
            "box.port_allowed": self._allowed,
            "box.ports_mine": self._mine,
            "box.ipv4_own": self._own,
            "box.ipv4_double": self._double,
        }

    async def _is(self, given: Arguments, _moment: Moment) -> Seen:
        rules: tuple[PortMapping, ...] | Absent = await self.box.told(Capability.FORWARDS)
        if isinstance(rules, Absent):
            return unknown(rules)
        try:
            wanted = _wanted(given)
            mine = [one for one in rules if meet(one, wanted)]
            if not mine:
                return await self._not_seen(given)
            address = await self.address(text(given, "device"))
        except WishError as error:
            return unclear(error)
        if address is None:
            return unclear(WishError("no_address", text=text(given, "device")))
        there = _covers([one for one in mine if one.internal_client == address and _works(one)], wanted)
        return seen("forward", "yes" if there else "no", port=text(given, "port"))

    async def _not_seen(self, given: Arguments) -> Seen:
        """A gateway lists what programs asked for: a rule that somebody typed into its pages may well be there."""
        box = await self._device()
        if box is None or box.family in GENERIC:
            return Seen("unknown", (), {"why": "not_all_told"})
        return seen("forward", "no", port=text(given, "port"))

    async def _free(self, given: Arguments, _moment: Moment) -> Seen:
        rules: tuple[PortMapping, ...] | Absent = await self.box.told(Capability.FORWARDS)
        if isinstance(rules, Absent):
            return unknown(rules)
        try:
            wanted, device = _wanted(given), text(given, "device")
            address = await self.address(device) if device is not None else None
        except WishError as error:
            return unclear(error)
        taken = next((one for one in rules if meet(one, wanted) and one.internal_client != address), None)
        if taken is not None:
            return await self._taken(taken, given)
        box = await self._device()
        if box is None or not await self._speaks_for_itself():
            # A gateway tells what programs asked for; what somebody typed into its pages need not be among that.
            return seen("free", "unknown", {"why": "not_all_told"}, port=text(given, "port"))
        if reserved(wanted, box):
            return Seen("no", (("guide.box.free.box", {"port": text(given, "port")}),), {"by": "box"})
        return seen("free", "yes", port=text(given, "port"))

    async def _taken(self, rule: PortMapping, given: Arguments) -> Seen:
        hosts = await self.box.told(Capability.HOSTS)
        known: tuple[HomeHost, ...] = () if isinstance(hosts, Absent) else hosts
        by = "program" if rule.origin == PROGRAM else "device"
        values = {"port": text(given, "port"), "device": who_has(rule, known), "name": what_for(rule)}
        return Seen("no", ((f"guide.box.free.{by}", values),), {"by": by})

    async def _allowed(self, given: Arguments, _moment: Moment) -> Seen:
        wan = await self._wan()
        if isinstance(wan, Absent):
            return unknown(wan)
        try:
            first, last = ports(text(given, "port") or "")
        except WishError as error:
            return unclear(error)
        share = wan.ports
        if share is not None and not share.whole:
            inside = first in share and last in share
            values = {"first": share.first, "last": share.last}
            return seen("allowed", "yes" if inside else "no", values, port=text(given, "port"), **values)
        address = _address(wan)
        if wan.shared_ipv4 or (address is not None and address in _CGNAT):
            return Seen("no", (("guide.box.own.no", {}),), {"shared": True})
        if share is not None or wan.shared_ipv4 is False:
            return seen("allowed", "yes", port=text(given, "port"))
        return seen("allowed", "unknown")

    async def _mine(self, _given: Arguments, _moment: Moment) -> Seen:
        """Whether another port may be any better: said only where the box names a range."""
        wan = await self._wan()
        if isinstance(wan, Absent):
            return unknown(wan, said=False)
        if wan.ports is not None:
            return Seen("no" if wan.ports.whole else "yes", (), {"share": not wan.ports.whole})
        address = _address(wan)
        return Seen("no" if address is not None and address in _CGNAT else "unknown")

    async def _own(self, _given: Arguments, _moment: Moment) -> Seen:
        """Yes only where the box says that nobody shares it; an address alone does not show a share of its ports."""
        wan = await self._wan()
        measured = [await self.fact(name) for name in ("address_shared", "second_nat")]
        if isinstance(wan, Absent):
            return Seen("no", (("guide.box.own.no", {}),)) if "yes" in measured else unknown(wan)
        if wan.walled:
            return seen("own", "unknown", {"walled": True})  # the address of a closed area is not the line's
        address = _address(wan)
        part = wan.ports is not None and not wan.ports.whole
        lacking = address is not None and not address.is_global
        if part or lacking or wan.shared_ipv4 or wan.public_ipv4 is False or "yes" in measured:
            return seen("own", "no", {"share": part})
        alone = wan.ports is not None or wan.shared_ipv4 is False
        return seen("own", "yes" if address is not None and alone else "unknown")

    async def _double(self, _given: Arguments, _moment: Moment) -> Seen:
        """By the address on the side of its line; where that may be the operator's own side, by what was measured."""
        wan = await self._wan()
        measured = await self.fact("second_nat")
        address = None if isinstance(wan, Absent) else _address(wan)
        if address is not None and address in _HOME:
            return seen("double", "yes")
        if measured != "unknown":
            return seen("double", measured)
        if address is not None and (address.is_global or address in _CGNAT) and await self._speaks_for_itself():
            return seen("double", "no")
        return unknown(wan) if isinstance(wan, Absent) else seen("double", "unknown")

    async def address(self, called: str | None) -> str | None:
        """The IPv4 address of a device; None where the box does not tell it. Raises ``WishError``."""
        if called is not None and _is_address(called):
            return called
        return host(called, await self.box.told(Capability.HOSTS)).ip_address

    async def _wan(self) -> WanStatus | Absent:
        told: WanStatus | Absent = await self.box.told(Capability.WAN)
        return told

    async def _speaks_for_itself(self) -> bool:
        """Not only by UPnP or NAT-PMP: such a gateway may tell an address that it asked somebody outside for."""
        box = await self._device()
        return box is not None and box.family not in GENERIC

    async def _device(self) -> DeviceInfo | None:
        try:
            return (await self.box.found()).device
        except BoxError:
            return None


def _wanted(given: Arguments) -> PortMapping:
    first, last = ports(text(given, "port") or "")
    return PortMapping(first, first, "", protocol(given), external_last=last)


def _works(rule: PortMapping) -> bool:
    """One that lets only somebody in from outside is not the one that is meant."""
    return rule.enable and rule.valid is not False and rule.remote_host in (None, "", "0.0.0.0", "*")


def _covers(rules: list[PortMapping], wanted: PortMapping) -> bool:
    """All ports of the range, by one rule for each protocol or by one for both."""
    both = (Protocol.TCP, Protocol.UDP)
    needed = both if wanted.protocol is Protocol.BOTH else (wanted.protocol,)
    return all(
        any(
            rule.protocol in (one, Protocol.BOTH)
            and rule.external_port <= wanted.external_port
            and rule.last >= wanted.last
            for rule in rules
        )
        for one in needed
    )


def _address(wan: WanStatus) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(wan.ipv4_address or "")
    except ValueError:
        return None


def _is_address(called: str) -> bool:
    try:
        ipaddress.IPv4Address(called)
    except ValueError:
        return False
    return True
