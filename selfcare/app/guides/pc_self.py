"""``pc.*``: how this PC is connected, what waits on its ports, what its firewall lets in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from selfcare.app.guides.pc_check import Checks, tell
from selfcare.app.guides.side import Arguments, Tell
from selfcare.app.guides.world import Moment
from selfcare.model.guide_run import Seen
from selfcare.model.home_pc import Listener
from selfcare.model.payloads.address import AddressPayload, IpConfig, Method
from selfcare.model.payloads.link import Interface, InterfaceKind, LinkPayload
from selfcare.model.payloads.routes import ProxyPayload, RoutePayload

if TYPE_CHECKING:
    from selfcare.app.effect import Look
    from selfcare.app.guides.pc import PcTools

MANY_PORTS = 64
"""A range may be wider than is looked at one by one."""


def ports(arguments: Arguments) -> tuple[int, int] | None:
    """``"8080"``, ``"5000-5010"`` or a number: first and last. None: no port."""
    found = re.fullmatch(r"\s*([0-9]{1,5})\s*(?:-\s*([0-9]{1,5})\s*)?", str(arguments.get("port", "")))
    if found is None:
        return None
    pair = int(found[1]), int(found[2] or found[1])
    return pair if 1 <= pair[0] <= pair[1] <= 65535 else None


def protocols(arguments: Arguments) -> tuple[str, ...]:
    """``tcp``, ``udp``, or both of them for any other word (``both``)."""
    word = str(arguments.get("protocol", "tcp")).lower()
    return (word,) if word in ("tcp", "udp") else ("tcp", "udp")


def shown(pair: tuple[int, int]) -> str:
    """As it was typed."""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}-{pair[1]}"


def plain(text: object) -> str:
    """An address in its one way of writing; what is none stays what it is."""
    try:
        return str(ipaddress.ip_address(str(text).strip().partition("%")[0]))
    except ValueError:
        return str(text)


def config_of(look: Look) -> IpConfig | None:
    """Of the adapter that carries the Internet."""
    addressing = look.payloads.get("addr.lease")
    return addressing.get(addressing.primary) if isinstance(addressing, AddressPayload) else None


def adapter_of(look: Look) -> Interface | None:
    """The adapter that carries the Internet, or should."""
    link = look.payloads.get("link.interfaces")
    return link.get(link.primary) if isinstance(link, LinkPayload) else None


def tunnelled(look: Look) -> bool | None:
    """Whether a VPN is up on this PC."""
    routing = look.payloads.get("route.table")
    if not isinstance(routing, RoutePayload):
        return None
    link = look.payloads.get("link.interfaces")
    owners = [link.get(name) for name in (routing.owner4, routing.owner6)] if isinstance(link, LinkPayload) else []
    return bool(routing.tunnels) or any(one is not None and one.kind is InterfaceKind.TUNNEL for one in owners)


class ThisPc:
    """Its tests and what it shows."""

    def __init__(self, tools: PcTools, checks: Checks) -> None:
        self._eyes, self._checks = tools.eyes, checks
        self.tests: Mapping[str, Tell] = {
            "pc.listens": self._listens,
            "pc.lets_in": self._lets_in,
            "pc.address_automatic": self._automatic,
            "pc.joined": self._joined,
            "pc.by_cable": self._by_cable,
            "pc.vpn_up": self._vpn_up,
            "pc.proxy_set": self._proxy_set,
            "pc.resolver_is": self._resolver_is,
        }
        self.shows: Mapping[str, Tell] = {
            "pc.address": self._address,
            "pc.link": self._link,
            "pc.resolvers": self._resolvers,
        }

    # -- its doors ---------------------------------------------------------------------------------------

    async def _listens(self, arguments: Arguments, _moment: Moment) -> Seen:
        """In the home's network: what waits for this PC alone, or on another network of its, does not count."""
        pair = ports(arguments)
        if pair is None:
            return tell(None)
        told = await self._eyes.listeners()
        wanted = [one for one in told.found if pair[0] <= one.port <= pair[1] and one.protocol in protocols(arguments)]
        config = config_of(await self._checks.here()) if wanted else None
        heard = [one for one in wanted if _in_the_home(one, config)]
        values = {"port": shown(pair)}
        if heard:
            named = next((one for one in heard if one.program), heard[0])
            values["port"] = str(named.port)
            if named.program is None:
                return tell(True, "guide.pc.listens.somebody", **values)
            return tell(True, "guide.pc.listens.program", program=named.program, **values)
        if wanted:
            program = next((one.program for one in wanted if one.program), None)
            return tell(False, "guide.pc.listens.inside", program=program or "?", **values)
        if told.complete:
            return tell(False, "guide.pc.listens.no", **values)
        return tell(None, "guide.pc.listens.hidden", **values)

    async def _lets_in(self, arguments: Arguments, _moment: Moment) -> Seen:
        """All of a range, and both protocols where both are asked for."""
        pair = ports(arguments)
        if pair is None:
            return tell(None)
        values = {"port": shown(pair)}
        adapter = adapter_of(await self._checks.here())
        numbers, device = range(pair[0], pair[1] + 1), adapter.name if adapter is not None else None
        if len(numbers) > MANY_PORTS:
            return tell(None, "guide.pc.lets_in.many", **values)
        found = [await self._eyes.lets_in(numbers, one, device) for one in protocols(arguments)]
        answers, firewall = [one.lets for one in found], found[0].firewall
        answer = False if False in answers else None if None in answers else True
        if answer is not None:
            return tell(answer, f"guide.pc.lets_in.{'yes' if answer else 'no'}", **values)
        known = firewall in ("ufw", "firewalld", "nftables", "iptables", "windows", "macos")
        return tell(None, f"guide.pc.lets_in.{firewall if known else 'unknown'}", **values)

    # -- how it is connected -------------------------------------------------------------------------------

    async def _automatic(self, _arguments: Arguments, _moment: Moment) -> Seen:
        config = config_of(await self._checks.here())
        method = config.method4 if config is not None else Method.UNKNOWN
        if method in (Method.DHCP, Method.MANUAL):
            return tell(method is Method.DHCP, f"guide.pc.address.{method.value}")
        return tell(None, "guide.pc.address.unknown")

    async def _joined(self, arguments: Arguments, _moment: Moment) -> Seen:
        wanted = str(arguments.get("name", ""))
        now = await self._eyes.joined()
        if now.name is not None:
            return tell(now.name == wanted, "guide.pc.joined.now", name=now.name)
        if now.known:
            return tell(False, "guide.pc.joined.none")
        link = (await self._checks.here()).payloads.get("link.interfaces")
        radios = [one for one in link.interfaces if one.kind is InterfaceKind.WIFI] if isinstance(
            link, LinkPayload) else None  # fmt: skip
        if radios is not None and all(one.carrier is False or not one.admin_up for one in radios):
            return tell(False, "guide.pc.joined.none" if radios else "guide.pc.joined.no_radio")
        return tell(None, "guide.pc.joined.unknown")

    async def _by_cable(self, _arguments: Arguments, _moment: Moment) -> Seen:
        adapter = adapter_of(await self._checks.here())
        if adapter is None or (adapter.carrier is None and adapter.admin_up):
            return tell(None, "guide.pc.link.unknown")
        if adapter.kind is InterfaceKind.ETHERNET:
            plugged = adapter.carrier is True
            return tell(plugged, f"guide.pc.link.{'cable' if plugged else 'unplugged'}")
        if adapter.kind in (InterfaceKind.WIFI, InterfaceKind.CELLULAR):
            return tell(False, f"guide.pc.link.{adapter.kind.value}")
        return tell(None, "guide.pc.link.unknown")

    async def _vpn_up(self, _arguments: Arguments, _moment: Moment) -> Seen:
        up = tunnelled(await self._checks.here())
        return tell(up, f"guide.pc.vpn.{'unknown' if up is None else 'up' if up else 'none'}")

    async def _proxy_set(self, _arguments: Arguments, _moment: Moment) -> Seen:
        proxy = (await self._checks.here()).payloads.get("proxy.settings")
        if not isinstance(proxy, ProxyPayload):
            return tell(None, "guide.pc.proxy.unknown")
        there = proxy.source is not None
        return tell(there, f"guide.pc.proxy.{'set' if there else 'none'}", where=proxy.url or "")

    async def _resolver_is(self, arguments: Arguments, _moment: Moment) -> Seen:
        """Among those in use: a second one beside it is no fault."""
        config = config_of(await self._checks.here())
        if config is None or not config.resolvers:
            return tell(None, "guide.pc.resolvers.unknown")
        now = [plain(one) for one in config.resolvers]
        return tell(plain(arguments.get("address", "")) in now, "guide.pc.resolvers.now", addresses=", ".join(now))

    # -- what is shown -------------------------------------------------------------------------------------

    async def _address(self, _arguments: Arguments, _moment: Moment) -> Seen:
        config = config_of(await self._checks.here())
        own = next((one for one in config.v4() if not one.address.startswith("169.254.")), None) if config else None
        if config is None or own is None:
            return tell(None, "guide.pc.address.none")
        said: list[tuple[str, Mapping[str, object]]] = [("guide.pc.address.now", {"address": own.address})]
        if config.method4 in (Method.DHCP, Method.MANUAL):
            said.append((f"guide.pc.address.{config.method4.value}", {}))
        if config.gateway4:
            said.append(("guide.pc.address.gateway", {"address": config.gateway4}))
        return Seen("unknown", tuple(said))

    async def _link(self, arguments: Arguments, moment: Moment) -> Seen:
        adapter = adapter_of(await self._checks.here())
        if adapter is not None and adapter.kind is InterfaceKind.WIFI and adapter.carrier:
            now = await self._eyes.joined()
            if now.name is not None:
                return tell(None, "guide.pc.joined.now", name=now.name)
        cable = adapter is not None and adapter.kind is InterfaceKind.ETHERNET and bool(adapter.carrier)
        if adapter is not None and cable and adapter.speed_mbps:
            return tell(None, "guide.pc.link.cable_at", mbps=adapter.speed_mbps)
        return Seen("unknown", (await self._by_cable(arguments, moment)).said)

    async def _resolvers(self, _arguments: Arguments, _moment: Moment) -> Seen:
        config = config_of(await self._checks.here())
        if config is None or not config.resolvers:
            return tell(None, "guide.pc.resolvers.unknown")
        return tell(None, "guide.pc.resolvers.now", addresses=", ".join(plain(one) for one in config.resolvers))


def _in_the_home(one: Listener, config: IpConfig | None) -> bool:
    """Everywhere, or at an address this PC has in the home. Where its addresses are not known, anywhere but inside."""
    try:
        address = ipaddress.ip_address(one.address)
    except ValueError:
        return False
    if address.is_unspecified or config is None:
        return not address.is_loopback
    return str(address) in {plain(own.address) for own in config.addresses}
