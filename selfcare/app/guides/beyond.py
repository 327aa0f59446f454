"""``home.*`` and ``out.*``: the machines of the home as this PC reaches them, and what somebody outside can reach."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING

from selfcare.app.guides.pc_check import Checks, tell
from selfcare.app.guides.pc_self import MANY_PORTS, adapter_of, config_of, ports, protocols, shown, tunnelled
from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.model.guide_run import Seen
from selfcare.model.home_pc import FarSide, Outside, Spoke
from selfcare.model.payloads.address import IpConfig
from selfcare.model.payloads.addressing import NatPayload
from selfcare.model.payloads.link import Interface

if TYPE_CHECKING:
    from selfcare.app.guides.pc import PcTools
    from selfcare.model.box import WanStatus

_AT_ONCE = 8
SHARED = ipaddress.IPv4Network("100.64.0.0/10")
"""Between an operator's own router and its lines (RFC 6598)."""


class Beyond:
    """Its tests."""

    def __init__(self, tools: PcTools, checks: Checks) -> None:
        self._tools, self._eyes, self._checks = tools, tools.eyes, checks
        self.tests: Mapping[str, Tell] = {
            "home.answers": self._answers,
            "home.address_free": self._free,
            "out.port_open": self._open,
        }

    # -- the home --------------------------------------------------------------------------------------

    async def _answers(self, arguments: Arguments, _moment: Moment) -> Seen:
        device = str(arguments.get("device", ""))
        look = await self._checks.here()
        adapter, config = adapter_of(look), config_of(look)
        address = await self._find(device, adapter, config)
        if address is None:
            return tell(None, "guide.home.not_found", device=device)
        pair = ports(arguments)
        if pair is None:
            there = await self._there(address, adapter, config, patient=False)
            return tell(there, f"guide.home.{_word(there)}", address=address)
        spoken = await self._spoken(address, pair, protocols(arguments))
        if spoken is Spoke.UNKNOWN:
            # Silence is only somebody's word where it is known that there is somebody, and TCP owes an answer.
            there = await self._there(address, adapter, config, patient=False)
            tcp = "udp" not in protocols(arguments)
            spoken = Spoke.ABSENT if there is False else Spoke.SILENT if there and tcp else Spoke.UNKNOWN
        answer = {Spoke.OPEN: True, Spoke.UNKNOWN: None}.get(spoken, False)
        return tell(answer, f"guide.home.port.{spoken.value}", address=address, port=shown(pair))

    async def _spoken(self, address: str, pair: tuple[int, int], talk: tuple[str, ...]) -> Spoke:
        """The best word of several ports: one that answers is enough; all must refuse for a refusal."""
        asked = [(number, one) for number in range(pair[0], pair[1] + 1) for one in talk]
        said: set[Spoke] = set()
        for start in range(0, min(len(asked), MANY_PORTS), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            said |= set(await asyncio.gather(*(self._eyes.speaks(address, number, one) for number, one in some)))
            if Spoke.OPEN in said:
                return Spoke.OPEN
        return Spoke.REFUSED if said == {Spoke.REFUSED} and len(asked) <= MANY_PORTS else Spoke.UNKNOWN

    async def _free(self, arguments: Arguments, _moment: Moment) -> Seen:
        look = await self._checks.here()
        adapter, config = adapter_of(look), config_of(look)
        address = str(arguments.get("address", ""))
        if config is None or not _beside(address, config):
            return tell(None, "guide.home.free.elsewhere", address=address)
        if address in {one.address for one in config.v4()}:
            return tell(False, "guide.home.free.this_pc", address=address)
        there = await self._there(address, adapter, config, patient=True)
        word = "unknown" if there is None else "taken" if there else "yes"
        return tell(None if there is None else not there, f"guide.home.free.{word}", address=address)

    async def _there(
        self, address: str, adapter: Interface | None, config: IpConfig | None, patient: bool
    ) -> bool | None:
        if adapter is None or config is None:
            return None
        if address in {one.address for one in config.v4()}:
            return True
        seen = await self._eyes.there(address, adapter.name, adapter.index, patient)
        # Beyond the own network there is no ARP: who answers a ping is there, and nobody's silence proves anything.
        return seen if seen or _beside(address, config) else None

    async def _find(self, device: str, adapter: Interface | None, config: IpConfig | None) -> str | None:
        """An address of the home's: one of outside would be somebody else's machine."""
        index = adapter.index if adapter is not None else 0
        if adapter is not None and adapter.mac and device.lower().replace("-", ":") == adapter.mac.lower():
            return next((one.address for one in config.v4()), None) if config is not None else None
        found = device if _is4(device) else await self._tools.find_device(device)
        found = found or await self._eyes.locate(device, index) or ""
        if not _is4(found):
            return None
        private = ipaddress.IPv4Address(found).is_private
        return found if private or (config is not None and _beside(found, config)) else None

    # -- from outside ----------------------------------------------------------------------------------

    async def _open(self, arguments: Arguments, _moment: Moment) -> Seen:
        """Of a range, its first port: one question is asked of somebody else's server, not dozens."""
        pair, talk = ports(arguments), protocols(arguments)
        vantage = next(iter(self._tools.profile().vantages), None)
        if vantage is None:
            return tell(None, "guide.out.nobody")
        if pair is None:
            return tell(None)
        seen = [await self._eyes.from_outside(vantage, pair[0], one) for one in talk]
        known = next((one for one in seen if one.address is not None), None)
        if known is None:
            return tell(None, "guide.out.no_answer", host=vantage.host)
        opened = False if any(one.open is False for one in seen) else all(one.open for one in seen) or None
        return await self._judged(Outside(opened, known.address), pair[0])

    async def _judged(self, seen: Outside, port: int) -> Seen:
        """Whose door it was that they knocked at decides what their word is worth."""
        values = {"port": str(port), "address": seen.address or ""}
        box = await self._far_side()
        if box is None:
            return tell(None, "guide.out.whose", **values)
        if box.address != seen.address:
            return await self._another(seen, box, values)
        if box.ports is not None and not box.ports[0] <= port <= box.ports[1]:
            return tell(False, "guide.out.not_our_port", **values)  # whoever answers there is a neighbour
        if seen.open and not (box.own or box.ports is not None):
            # Operators share an address between four lines, by ports: it may be a neighbour who answers there.
            return tell(None, "guide.out.open_for_somebody", **values)
        word = "unknown" if seen.open is None else "open" if seen.open else "closed"
        return tell(seen.open, f"guide.out.{word}", **values)

    async def _another(self, seen: Outside, box: FarSide, values: Mapping[str, object]) -> Seen:
        """Another router stands before the box, or a VPN or proxy of this PC's spoke for it.

        Only where the box itself has no address of the Internet's, and no VPN is up, is a closed door sure: the
        outermost address is then the one everybody outside would have to use.
        """
        local = _not_public(box.address)
        vpn = tunnelled(await self._checks.here())
        if local and seen.open is False and vpn is False:
            return tell(False, "guide.out.behind_closed", **values)
        return tell(None, "guide.out.behind" if local and vpn is False else "guide.out.elsewhere", **values)

    async def _far_side(self) -> FarSide | None:
        """The box's own word; else what it answers to the small question any program may ask it (NAT-PMP)."""
        told = await self._tools.far_side()
        if told is not None:
            return told
        nat = (await self._checks.only(("nat.path",))).payloads.get("nat.path")
        # What that does not tell is whether the address is this line's alone.
        return FarSide(nat.external) if isinstance(nat, NatPayload) and nat.external else None


def far_side_of(wan: WanStatus | None) -> FarSide | None:
    """From the box's word for its session. The address of a closed area is not the line's."""
    if wan is None or wan.ipv4_address is None or wan.walled:
        return None
    share = wan.ports
    if share is not None and not share.whole:
        return FarSide(wan.ipv4_address, (share.first, share.last), own=False)
    alone = share is not None or wan.shared_ipv4 is False
    own = False if wan.shared_ipv4 or wan.public_ipv4 is False else alone or None
    return FarSide(wan.ipv4_address, own=own)


def _is4(text: str) -> bool:
    try:
        return bool(ipaddress.IPv4Address(text))
    except ValueError:
        return False


def _word(there: bool | None) -> str:
    return "unknown" if there is None else "there" if there else "absent"


def _beside(address: str, config: IpConfig) -> bool:
    """In the network of this PC, and a machine's address there."""
    try:
        found = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    networks = [ipaddress.IPv4Network(f"{one.address}/{one.prefix}", strict=False) for one in config.v4()]
    return any(found in net and found not in (net.network_address, net.broadcast_address) for net in networks)


def _not_public(address: str) -> bool:
    try:
        found = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return found.is_private or found in SHARED
