"""Settings of a service: resolvers, addresses, proxies, IPv6. The old dictionaries are kept and put back whole."""

from __future__ import annotations

import plistlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.macos import links, networksetup, services, store
from selfcare.helper.mechanisms.macos.networksetup import PROXY_SWITCHES, Said, mixtures
from selfcare.helper.mechanisms.macos.services import INACTIVE, Service
from selfcare.helper.mechanisms.ways import Files

FORCE = " in force"
TAKEN_S = 5.0  # configd is told, and takes a moment
Edit = Callable[[Service, dict[str, Any]], dict[str, Said]]


class Edited:
    """``edit`` says what the parts of a service shall be; ``choose`` finds the service."""

    undo = EXACT

    def __init__(self, edit: Edit, choose: Callable[[dict[str, Any]], Service], *, names: bool = False) -> None:
        self.edit, self.choose, self.names = edit, choose, names

    def plan(self, args: dict[str, Any]) -> Plan:
        services.need_root()
        service = self.choose(args)
        if self.names:
            links.refuse_managed_names(service.interface)
        before: State = {}
        wanted: State = {}
        through: dict[str, list[Any]] = {}
        for name, value in self.edit(service, args).items():
            old = service.entity(name)
            before[name], wanted[name] = text(old), text(value or None)
            through[name] = [text(each) for each in mixtures(old or {}, value or {})] if name == "Proxies" else []
            with suppress(OSError):  # who cannot ask configd waits for nothing
                if _same(_in_force(service, name), before[name]):  # else it is no state to wait for
                    before[name + FORCE], wanted[name + FORCE] = before[name], wanted[name]
                    through[name + FORCE] = [*through[name], None]
        return Plan({"service": service.id}, before, wanted, through)

    def apply(self, entry: Entry) -> None:
        self._to(entry, entry.wanted)
        if not links.until(lambda: self.read(entry) == entry.wanted, TAKEN_S):
            raise Refusal("failed", "macOS did not take it")

    def read(self, entry: Entry) -> State:
        """An empty part and none say the same, and networksetup leaves the one for the other: it is told as before."""
        service = services.by_id(entry.how["service"])
        state: State = {}
        for key, was in entry.before.items():
            name = key.removesuffix(FORCE)
            found = _in_force(service, name) if key.endswith(FORCE) else text(service.entity(name))
            state[key] = found if value_of(found) else was if not value_of(was) else None
        return state

    def restore(self, entry: Entry, files: Files) -> None:
        self._to(entry, entry.before)
        links.until(lambda: self.read(entry) == entry.before, TAKEN_S)

    def _to(self, entry: Entry, state: State) -> None:
        service = services.by_id(entry.how["service"])
        parts = {key: value_of(told) for key, told in state.items() if not key.endswith(FORCE)}
        try:
            store.write({f"{service.path}/{name}": value for name, value in parts.items()})
        except OSError:  # its own way in, and its own right to it
            steps = {name: (service.entity(name), value) for name, value in parts.items()}
            networksetup.change(service, {n: (a, b) for n, (a, b) in steps.items() if not _same(text(a), text(b))})
            store.synced()


def text(said: Said) -> str | None:
    """A dictionary as a text that compares, and from which it comes back exactly."""
    return None if said is None else plistlib.dumps(said, sort_keys=True).decode()


def value_of(told: str | None) -> Said:
    """The dictionary again."""
    found = None if told is None else plistlib.loads(told.encode())
    return dict(found) if isinstance(found, dict) else None


def _same(one: str | None, other: str | None) -> bool:
    return one == other or (not value_of(one) and not value_of(other))


def _in_force(service: Service, name: str) -> str | None:
    return text(store.in_force(f"Setup:/Network/Service/{service.id}/{name}"))


# -- what is made of a service --------------------------------------------------------------------


def resolvers(service: Service, args: dict[str, Any]) -> dict[str, Said]:
    """These servers; the domains to search stay."""
    return {"DNS": {**(service.entity("DNS") or {}), "ServerAddresses": list(args["servers"])}}


def automatic_resolvers(service: Service, args: dict[str, Any]) -> dict[str, Said]:
    """Those of the network again."""
    if (service.entity("IPv4") or {}).get("ConfigMethod") == "Manual":
        raise Refusal("failed", "its address is manual: nobody gives it resolvers")
    return _without_servers(service)


def automatic_address(service: Service, args: dict[str, Any]) -> dict[str, Said]:
    """Addresses, gateway and resolvers by the network; the name it calls itself by stays."""
    made = _without_servers(service)
    old4, old6 = service.entity("IPv4") or {}, service.entity("IPv6") or {}
    if old4.get("ConfigMethod") not in ("Manual", "INFORM", "LinkLocal", "DHCP", "BOOTP") or INACTIVE in old4:
        raise Refusal("unknown_owner", f"addresses by {old4.get('ConfigMethod')}")
    if old4["ConfigMethod"] not in ("DHCP", "BOOTP"):
        made["IPv4"] = {"ConfigMethod": "DHCP", **{k: old4[k] for k in ("DHCPClientID",) if k in old4}}
    if old6.get("ConfigMethod") == "Manual":
        made["IPv6"] = {"ConfigMethod": "Automatic"}
    return made


def _without_servers(service: Service) -> dict[str, Said]:
    old = service.entity("DNS") or {}
    if not old.get("ServerAddresses"):
        return {}
    return {"DNS": {key: value for key, value in old.items() if key != "ServerAddresses"} or None}


def no_proxy(service: Service, args: dict[str, Any]) -> dict[str, Said]:
    """Only what switches a proxy on is changed; its address stays where it is."""
    old = service.entity("Proxies") or {}
    on = [key for key in PROXY_SWITCHES if old.get(key)]
    return {"Proxies": {**old, **dict.fromkeys(on, 0)}} if on else {}


def ipv4_first(service: Service, args: dict[str, Any]) -> dict[str, Said]:
    """There is no order to choose: the service gives up IPv6 but inside the home, where a printer may need it."""
    old = service.entity("IPv6") or {"ConfigMethod": "Automatic"}
    if INACTIVE in old or old.get("ConfigMethod") in ("LinkLocal", "Off"):
        return {}
    return {"IPv6": {"ConfigMethod": "LinkLocal"}}


def _of_args(args: dict[str, Any]) -> Service:
    return services.of_interface(args["interface"])


def _outwards(args: dict[str, Any]) -> Service:
    return services.of_interface(links.way_out())


def _changing(edit: Edit) -> Edit:
    """An edit that changes nothing is said to be so."""

    def checked(service: Service, args: dict[str, Any]) -> dict[str, Said]:
        made = {name: value for name, value in edit(service, args).items() if value != service.entity(name)}
        if not made:
            raise Refusal("failed", "nothing to change")
        return made

    return checked


def _table(rows: Iterable[tuple[str, Edit, Callable[[dict[str, Any]], Service], bool]]) -> dict[str, Mechanism]:
    return {verb: Edited(_changing(edit), choose, names=names) for verb, edit, choose, names in rows}


MECHANISMS: dict[str, Mechanism] = _table((
    ("dns.set", resolvers, _of_args, True),
    ("dns.auto", automatic_resolvers, _of_args, True),
    ("ip.auto", automatic_address, _of_args, False),
    ("proxy.off", no_proxy, _outwards, False),
    ("ipv4.prefer", ipv4_first, _outwards, False),
))  # fmt: skip
