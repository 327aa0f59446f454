"""A PC behind a box, in memory: real checks measure it, and a hand in memory changes it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from selfcare.app.check import Check
from selfcare.app.desk import RepairDesk
from selfcare.app.options import CheckOptions, RepairOptions
from selfcare.app.ports import RunnableProbe
from selfcare.app.sentences import Sentences
from selfcare.app.services import Emit
from selfcare.i18n import Catalogue
from selfcare.model.check import CheckResult
from selfcare.model.events import Event
from selfcare.model.payloads.address import AddressPayload, Method
from selfcare.model.payloads.dns import DnsAnswer, DnsPayload, DnsStatus, NameKind
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.payloads.routes import RoutePayload
from selfcare.model.payloads.web import WebPayload, WebStatus, WebTry
from selfcare.model.probe import Layer, Platform, ProbeSpec
from selfcare.model.remedy import Proposal, RemoteLogin, RepairResult
from selfcare.model.repair import Change, Entry, EntryState, HandError, Verb
from tests.remedies.situations import CONFIG, DEFAULT, ETH

BOX, ISP, PUBLIC = "192.168.1.1", "80.10.246.2", ("9.9.9.9", "1.1.1.1")
FR = Catalogue("fr")


@dataclass
class World:
    """``dead``: servers that answer nobody. ``stubborn``: programs ask the box whatever is set. ``harms``: any change
    of an address leaves the PC cut off."""

    resolvers: tuple[str, ...] = (BOX,)
    manual: bool = False
    cable: bool = True
    dead: set[str] = field(default_factory=set)
    stubborn: bool = False
    harms: bool = False

    def state(self) -> tuple[object, ...]:
        """What must be the same after everything was put back."""
        return self.resolvers, self.manual, self.cable

    def answers(self, server: str) -> DnsStatus:
        if server in self.dead or not self.cable:
            return DnsStatus.TIMEOUT
        if server == BOX and ISP in self.dead:
            return DnsStatus.SERVFAIL
        return DnsStatus.NXDOMAIN

    def resolves(self) -> bool:
        asked = BOX if self.stubborn else self.resolvers[0]
        return self.answers(asked) is DnsStatus.NXDOMAIN

    # -- what probes see -------------------------------------------------------------------------

    def link(self) -> LinkPayload:
        return LinkPayload((replace(ETH, carrier=self.cable),), "eth0")

    def address(self) -> AddressPayload:
        method = Method.MANUAL if self.manual else Method.DHCP
        config = replace(CONFIG, resolvers=self.resolvers, resolvers_method=method)
        return AddressPayload((config,), "eth0", "networkmanager")

    def routes(self) -> RoutePayload:
        return RoutePayload((DEFAULT,), "eth0", None)

    def reach(self) -> GatewayPayload:
        alive = self.cable
        return GatewayPayload(BOX, "eth0", alive, None, IcmpMethod.DATAGRAM, 3, (1.0,) if alive else (), (), None, None)

    def dns(self, *servers: str) -> DnsPayload:
        return _dns({s: self.answers(s) for s in servers})

    def system(self) -> DnsPayload:
        return _dns({"os": DnsStatus.NXDOMAIN if self.resolves() else DnsStatus.SERVFAIL})

    def page(self) -> WebPayload:
        status = WebStatus.EXPECTED if self.resolves() and self.cable else WebStatus.NAME_FAILED
        return WebPayload((WebTry("a.example", "1.2.3.4", status, True),))

    def direct(self) -> WebPayload:
        status = WebStatus.EXPECTED if self.cable else WebStatus.TIMEOUT
        return WebPayload((WebTry("1.2.3.4", "1.2.3.4", status, self.cable),))

    def probes(self) -> tuple[RunnableProbe, ...]:
        made = {
            "link.interfaces": self.link, "addr.lease": self.address, "route.table": self.routes,
            "gateway.reach": self.reach, "dns.os": self.system, "dns.configured": lambda: self.dns(*self.resolvers),
            "dns.box": lambda: self.dns(BOX), "dns.isp": lambda: self.dns(ISP),
            "dns.public": lambda: self.dns(*PUBLIC), "dns.patient": lambda: self.dns(*self.resolvers),
            "web.name": self.page, "web.address": self.direct,
        }  # fmt: skip
        return tuple(_probe(name, call) for name, call in made.items())


def _dns(states: Mapping[str, DnsStatus]) -> DnsPayload:
    times = {DnsStatus.NXDOMAIN: 20.0, DnsStatus.SERVFAIL: 5.0}
    found = (DnsAnswer(s, "x.example", NameKind.RANDOM, "A", st, rtt_ms=times.get(st)) for s, st in states.items())
    return DnsPayload(tuple(found), tuple(states))


def _probe(name: str, call: Any) -> RunnableProbe:
    async def measure(_payloads: Mapping[str, Any]) -> Any:
        await asyncio.sleep(0)
        return call()

    needs = () if name == "link.interfaces" else ("link.interfaces", "addr.lease")
    return RunnableProbe(ProbeSpec(name, 1, Layer.NAME, tuple(n for n in needs if n != name)), measure)


@dataclass
class MemoryHand:
    """Changes the world as the helper would. ``fails``: a verb (or "keep", "undo") to the error it meets."""

    world: World
    fails: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    made: dict[str, tuple[Entry, tuple[object, ...]]] = field(default_factory=dict)
    left_over: tuple[Entry, ...] = ()
    irreversible: set[Verb] = field(default_factory=set)
    recovered: list[bool] = field(default_factory=list)

    async def apply(self, change: Change, guard_s: float) -> Entry:
        assert guard_s > 0
        self._meet(change.verb.value)
        before = self.world.state()
        if change.verb is Verb.DNS_SET:
            servers = change.arguments["servers"]
            assert isinstance(servers, tuple)
            self.world.resolvers, self.world.manual = servers, True
        elif change.verb in (Verb.DNS_AUTO, Verb.IP_AUTO):
            self.world.resolvers, self.world.manual = (BOX,), False
        if self.world.harms:
            self.world.cable = False
        reversible = change.verb not in (Verb.DNS_FLUSH, *self.irreversible)
        entry = Entry(f"e{len(self.made)}", EntryState.APPLIED, change, "2026-11-22T18:00:00+01:00", reversible, False)
        self.made[entry.name] = entry, before
        self.log.append(change.verb.value)
        return entry

    async def keep(self, *entries: str) -> None:
        self._meet("keep")
        for entry in entries:
            self._becomes(entry, EntryState.KEPT)
            self.log.append(f"keep {entry}")

    async def undo(self, entry: str) -> None:
        self._meet("undo")
        self.world.resolvers, self.world.manual, self.world.cable = self.made[entry][1]  # type: ignore[assignment]
        self._becomes(entry, EntryState.UNDONE)
        self.log.append(f"undo {entry}")

    async def entries(self) -> tuple[Entry, ...]:
        return tuple(e for e, _ in reversed(self.made.values()))

    async def recover(self, *, ask: bool = True) -> tuple[Entry, ...]:
        self.recovered.append(ask)
        return self.left_over

    async def close(self) -> None:
        self.log.append("close")

    def _becomes(self, name: str, state: EntryState) -> None:
        entry, before = self.made[name]
        self.made[name] = replace(entry, state=state), before

    def _meet(self, what: str) -> None:
        if what in self.fails:
            raise HandError(self.fails[what])


@dataclass
class Notes:
    """A history in memory."""

    lines: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)
    works: bool = True

    def note(self, kind: str, subject: str, data: Mapping[str, Any]) -> None:
        self.lines.append((kind, subject, data))

    def recall(self, entry: str) -> Mapping[str, Any] | None:
        effects = [data for kind, _, data in self.lines if kind == "effect"]
        return next((data for data in reversed(effects) if entry in data["entries"]), None)

    def half_kept(self) -> list[tuple[str, ...]]:
        last = {tuple(data["entries"]): data["outcome"] for kind, _, data in self.lines if kind == "effect"}
        return [entries for entries, outcome in last.items() if outcome == "keeping"]

    def close(self) -> None:
        pass


class Bench:
    """One PC, one hand, one history; runs repairs on them and keeps what was heard."""

    def __init__(self, world: World, *, agree: bool = True, remote: RemoteLogin | None = None) -> None:
        self.world, self.agree = world, agree
        self.hand, self.notes = MemoryHand(world), Notes()
        self.events: list[Event] = []
        self.asked: list[Proposal] = []
        self.desk = RepairDesk(self.check, FR, lambda: self.hand, lambda: self.notes, lambda: remote)

    def check(self, options: CheckOptions, emit: Emit) -> Awaitable[CheckResult]:
        sentences = Sentences(FR, {"selfcare": "0"})
        return Check(self.world.probes(), sentences, Platform.LINUX, False, options, emit).run()

    async def consent(self, proposal: Proposal) -> bool:
        self.asked.append(proposal)
        return self.agree

    def repair(self, **options: Any) -> RepairResult:
        return asyncio.run(self.desk.run(RepairOptions(**options), self.consent, self.events.append))

    def fix(self, remedy_id: str, **options: Any) -> RepairResult:
        return asyncio.run(self.desk.fix(remedy_id, RepairOptions(**options), self.consent, self.events.append))
