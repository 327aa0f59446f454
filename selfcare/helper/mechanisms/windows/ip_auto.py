"""An address set by hand back to automatic, IPv4, with its gateway and its resolvers; the old ones are kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import adapters, calls, dns_set, registry, tool

DHCP, ADDRESSES, GATEWAYS = "dhcp", "addresses", "gateways"
NAMES = (ADDRESSES, "IPAddress", "SubnetMask"), (GATEWAYS, "DefaultGateway", "DefaultGatewayMetric")


class Automatic:
    """``netsh`` makes the change, as no call does; what is there is read from the registry."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        adapter = adapters.running(args["interface"])
        if adapter.tunnel:
            raise Refusal("managed", f"{adapter.name} belongs to a VPN")
        before = _read(adapter.guid)
        if before[DHCP] and not any(before[part] for part in dns_set.PARTS):
            raise Refusal("failed", "nothing to change")
        if not before[DHCP] and not before[ADDRESSES]:
            raise Refusal("failed", "its addresses cannot be read, so they could not be put back")
        wanted = {DHCP: True, ADDRESSES: [], GATEWAYS: [], **dict.fromkeys(dns_set.PARTS, "")}
        through = dns_set.through(before, wanted)
        for part in (ADDRESSES, GATEWAYS):  # given back one after the other
            through[part] = [before[part][:count] for count in range(len(before[part]) + 1)]
        return Plan({"guid": adapter.guid}, before, wanted, through)

    def apply(self, entry: Entry) -> None:
        guid = entry.how["guid"]
        if not _read(guid)[DHCP]:
            _netsh("set", "address", f"name={adapters.by_guid(guid).index}", "source=dhcp")
        dns_set.put(guid, {part: "" for part in dns_set.PARTS})

    def read(self, entry: Entry) -> State:
        return _read(entry.how["guid"])

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        guid, was = entry.how["guid"], entry.before
        now = _read(guid)
        if [now[part] for part in (DHCP, ADDRESSES, GATEWAYS)] != [was[part] for part in (DHCP, ADDRESSES, GATEWAYS)]:
            _by_hand(f"name={adapters.by_guid(guid).index}", was)
        dns_set.put(guid, {part: was[part] for part in dns_set.PARTS})


def _by_hand(name: str, was: State) -> None:
    """The first address replaces whatever is there; the others, and the gateways, are added to it."""
    if was[DHCP]:
        _netsh("set", "address", name, "source=dhcp")
        return
    (address, mask), *more = was[ADDRESSES]
    _netsh("set", "address", name, "source=static", f"address={address}", f"mask={mask}", "gateway=none")
    for address, mask in more:
        _netsh("add", "address", name, f"address={address}", f"mask={mask}")
    for gateway, metric in was[GATEWAYS]:
        _netsh("add", "address", name, f"gateway={gateway}", f"gwmetric={metric}")


def _netsh(*words: str) -> None:
    tool.tell("netsh", "interface", "ipv4", *words, timeout=60)


def _read(guid: str) -> State:
    path = rf"{registry.INTERFACES4}\{guid}"

    def several(name: str) -> list[str]:
        found = registry.get(registry.MACHINE, path, name)
        data = found[1] if found and isinstance(found[1], list) else []
        return [str(each) for each in data if each]

    switch = registry.number(registry.get(registry.MACHINE, path, "EnableDHCP"))
    if switch is None:
        raise Refusal("unknown_owner", "nobody tells whether this adapter's address is automatic")
    state: State = {DHCP: bool(switch)}
    for part, values, seconds in NAMES:
        first, second = several(values), several(seconds)
        if part == GATEWAYS:
            second += ["0"] * (len(first) - len(second))  # automatic
        # Under DHCP, what is left of an address set by hand has no meaning.
        pairs = [[a, b] for a, b in zip(first, second, strict=False) if not switch and a != "0.0.0.0"]
        if not all(_plain(pair) for pair in pairs):
            raise Refusal("unknown_owner", f"{values} holds something else than addresses")
        state[part] = pairs
    return state | dns_set.read(guid)


def _plain(pair: list[str]) -> bool:
    """An address and a mask or a number: nothing else is ever given to the tool."""
    try:
        ipaddress.IPv4Address(pair[0])
    except ValueError:
        return False
    return all(part.isdecimal() for part in pair[1].split("."))


MECHANISMS: dict[str, Mechanism] = {"ip.auto": Automatic()}
