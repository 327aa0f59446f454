"""For every remedy a PC on which it has something to do; and whole runs in which one remedy follows another.

``Case.look`` says what a check sees after so many changes that are in place; the plans are the remedies' own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from selfcare.model.check import CheckResult, Host, Timing
from selfcare.model.finding import Band, Finding, Role, Scope, Verdict, VerdictState
from selfcare.model.measurement import Measurement, Outcome
from selfcare.model.observation import Observation
from selfcare.model.payloads.address import Activation
from selfcare.model.payloads.routes import HostsCheck, HostsPayload, ProxyPayload, Route, RoutePayload
from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.tri import Tri
from selfcare.model.wifi import RadioState
from selfcare.remedies import REMEDIES
from tests.killing.system import AUTO
from tests.remedies.situations import CONFIG, DEFAULT, ETH, answers, on_wifi, situation, two_ways

YES, NO = Tri.YES, Tri.NO
FACTS = "facts"  # a made-up measurement: what is to be seen, said outright
WORKS = {"gateway_answers": YES, "outside_answers": YES}
PUBLIC = {"dns.public": answers({"9.9.9.9": 9.0, "1.1.1.1": 12.0})}
Values = Mapping[str, Any]
Facts = Mapping[str, Tri | float]


@dataclass(frozen=True)
class Seen:
    """What one check sees: facts, and the culprits it names."""

    facts: Facts
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """``remedy``: the one to run by hand, None for a whole run. ``look``: what is seen, by what is set and how often
    it was looked at. ``given``: the measurements from which plans are made."""

    label: str
    remedy: str | None
    look: Callable[[Values, int], Seen]
    given: Mapping[str, Any] = field(default_factory=dict)
    undoes: bool = False  # by hand, what was kept
    undone: bool = False  # what the run is to end in, without a kill

    def result(self, values: Values, count: int) -> CheckResult:
        """The document of one check."""
        seen = self.look(values, count)
        facts = tuple(Observation(fact, value, FACTS) for fact, value in seen.facts.items())
        measured = {**self.given, FACTS: facts}
        return document(seen.codes, [_measurement(probe, payload) for probe, payload in measured.items()])


def document(codes: tuple[str, ...], measurements: list[Measurement]) -> CheckResult:
    """A check with these culprits."""
    explains = ("names_resolve",)
    findings = tuple(Finding(c, Role.CULPRIT, (), Band.CERTAIN, Scope.DEVICE, explains=explains) for c in codes)
    state = (VerdictState.OK, VerdictState.FAULT, VerdictState.MULTIPLE)[min(len(codes), 2)]
    verdict = Verdict(state, *codes[:1])
    return CheckResult(
        verdict, findings, (), (), None, tuple(measurements), Timing(1.0, 1.0), Host("linux", False), {"selfcare": "0"}
    )


def _measurement(probe: str, payload: Any) -> Measurement:
    return Measurement(probe, 1, Outcome.COMPLETED, datetime.now(UTC), 1.0, payload=payload)


def _payloads(**changes: Any) -> dict[str, Any]:
    return dict(situation(**changes).payloads)


def _hosts() -> dict[str, Any]:
    line = HostsCheck("a.example", "192.168.1.77", True, ("1.2.3.4",), True, False, True)
    return _payloads(payloads={"hosts.file": HostsPayload((line,), 9)})


def _tunnel() -> dict[str, Any]:
    return _payloads(payloads={"route.table": RoutePayload((), "tun0", None, ("tun0",))})


def _off() -> dict[str, Any]:
    return _payloads(adapters=(replace(ETH, name="eth1", admin_up=False, carrier=None),))


def _past_the_lease() -> dict[str, Any]:
    """Two routes past the lease's router, and the right one is gone: three changes that belong together."""
    past = [Route(4, "0.0.0.0/0", f"192.168.1.{n}", "eth0", m) for n, m in ((77, 10), (78, 20))]
    return _payloads(payloads={"route.table": RoutePayload(tuple(past), "eth0", None)})


def _air(**changes: Any) -> dict[str, Any]:
    return _payloads(payloads={"wifi.link": WifiPayload(on_wifi(**changes))})


# What each remedy needs to see, beyond a PC behind a box: measurements, facts before, facts after.
NEEDS: dict[str, tuple[dict[str, Any], Facts, Facts]] = {
    "adapter.enable": (_off(), {}, {}),
    "connection.reconnect": (_payloads(config=replace(CONFIG, interface="eth1", activation=Activation.DOWN),
                             adapters=(replace(ETH, name="eth1"),)), {}, {}),
    "dns.flush": (_payloads(), {}, {}),
    "lease.renew": (_payloads(), {}, {}),
    "adapter.restart": (_payloads(), {}, {}),
    "route.remove": (_payloads(payloads=two_ways()), {}, {}),
    "vpn.stop": (_tunnel(), {}, {}),
    "ip.automatic": (_payloads(), {}, {}),
    "address.duplicate": (_payloads(), {"address_conflict": YES}, {}),
    "mtu.set": (_payloads(adapters=(replace(ETH, mtu=9000),)), {}, {}),
    "dns.automatic": (_payloads(), {"resolver_manual": YES}, {}),
    "dns.alternate": (_payloads(payloads=PUBLIC), {}, {"names_resolve": YES}),
    "dns.trial": (_payloads(payloads=PUBLIC), {"configured_is_isp": YES}, {"names_resolve": YES}),
    "hosts.disable": (_hosts(), {}, {}),
    "proxy.off": (_payloads(payloads={"proxy.settings": ProxyPayload("kde", "http://10.0.0.9:3128")}),
                  {"proxy_set": YES}, {"proxy_set": NO, "web_by_name": YES}),
    "clock.set": (_payloads(), {"clock_offset": -3600.0}, {}),
    "ipv4.prefer": (_payloads(), {}, {"ipv4_first": YES}),
    "wifi.radio": (_air(state=RadioState.SOFT_OFF, link=None), {}, {}),
    "wifi.join": (_air(link=None), {}, {}),
    "wifi.reconnect": (_air(), {}, {}),
    "wifi.prefer": (_air(), {}, {}),
    "wifi.stick": (_air(), {}, {}),
    "wifi.rejoin": (_air(), {}, {}),
    **{r.id: (_payloads(), {}, {}) for r in REMEDIES if r.person},
}  # fmt: skip
CULPRIT = {"dns.trial": ("ISP-DNS-DOWN",)}  # it looks where names fail before it does anything


def by_hand(remedy: str, *, harms: bool) -> Case:
    """``fix run`` of this remedy: it stays, or it does harm and is put back."""
    given, before, after = NEEDS[remedy]
    codes = CULPRIT.get(remedy, ())

    def look(_values: Values, count: int) -> Seen:
        if count <= 1:
            return Seen({**WORKS, **before}, codes)
        return Seen({**WORKS, **before, **after, **({"gateway_answers": NO} if harms else {})})

    return Case(f"fix {remedy}, {'put back' if harms else 'kept'}", remedy, look, given, undone=harms)


def _static(values: Values, _count: int) -> Seen:
    """The resolver set by hand is dead, and so are the automatic ones: only others help."""
    dead = values["dns eth0"] in (["192.168.1.66"], AUTO, "nothing")
    facts = {**WORKS, "resolver_manual": YES, "names_resolve": NO if dead else YES}
    return Seen(facts, ("PC-DNS-STATIC",) if dead else ())


def _two_faults(values: Values, _count: int) -> Seen:
    """A diverted site and a packet size: both are mended, one after the other."""
    wrong = {"PC-HOSTS": str(values["hosts"]).startswith("1.2.3.4"), "PC-MTU": values["mtu eth0"] == 9000}
    codes = tuple(code for code, still in wrong.items() if still)
    return Seen({**WORKS, "names_resolve": YES}, codes)


def _routes(values: Values, _count: int) -> Seen:
    wrong = values["route 192.168.1.77 10"] is not None or values["route 192.168.1.78 20"] is not None
    facts = {**WORKS, "gateway_off_lease": YES if wrong else NO, "names_resolve": NO if wrong else YES}
    return Seen(facts, ("PC-ROUTES",) if wrong else ())


def _isp(values: Values, _count: int) -> Seen:
    """The operator's resolvers are dead; the stand-in does not help either."""
    return Seen({**WORKS, "names_resolve": NO}, ("ISP-DNS-DOWN",))


RUNS = (
    Case("repair: one put back, the next one kept", None, _static, _payloads(payloads=PUBLIC)),
    Case("repair: two faults, two remedies kept", None, _two_faults, {**_hosts(), **NEEDS["mtu.set"][0], **{
        "hosts.file": _hosts()["hosts.file"]}}),
    Case("repair: three changes of one remedy", None, _routes, _past_the_lease()),
    Case("repair: what does not help is put back", None, _isp, _payloads(payloads=PUBLIC), undone=True),
)  # fmt: skip


def _isp_is_back(_values: Values, _count: int) -> Seen:
    """The resolvers that another one stands in for answer again."""
    return Seen({**WORKS, "names_resolve": YES, "isp_resolver_answers": YES})


OVER = (
    Case("undo what was kept", None, _isp_is_back, _payloads(), undoes=True),
    Case("repair: the stand-in ends by itself", None, _isp_is_back,
         _payloads(payloads={"dns.isp": answers({"80.10.246.2": 20.0})})),
)  # fmt: skip
HEALTHY = Case("next start", None, lambda _values, _count: Seen({**WORKS, "names_resolve": YES}), _payloads())
assert DEFAULT and set(NEEDS) == {r.id for r in REMEDIES}, "a remedy is left out"


def cases() -> list[Case]:
    """Every remedy, kept and put back; the runs; and the end of what was kept."""
    found = []
    for remedy in REMEDIES:
        found.append(by_hand(remedy.id, harms=False))
        if not remedy.person:
            found.append(by_hand(remedy.id, harms=True))
    return [*found, *RUNS, *OVER]
