"""Resolvers of one adapter: others for a while, or those of the box again.

What was written by hand lies in four texts of the registry: for each family that of the adapter, and that of the Wi-Fi
network it is in, which goes first where it is there. Empty, and missing, mean automatic.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.windows import adapters, calls, registry, tool

PARTS = {  # part of the state: is it IPv6, is it the network's own
    "ipv4": (False, False), "ipv4 network": (False, True), "ipv6": (True, False), "ipv6 network": (True, True),
}  # fmt: skip
POLICIES = (r"SOFTWARE\Policies\Microsoft\Windows NT\DNSClient", registry.SERVICES + r"\Dnscache\Parameters")


class Resolvers:
    """``wanted`` gives the texts for IPv4 and IPv6 from the arguments."""

    undo = EXACT

    def __init__(self, wanted: Callable[[dict[str, Any]], tuple[str, str]]) -> None:
        self.wanted = wanted

    def plan(self, args: dict[str, Any]) -> Plan:
        calls.needs_root()
        adapter = adapters.running(args["interface"])
        not_managed()
        adapters.no_tunnel_leads(adapter)
        before = read(adapter.guid)
        four, six = self.wanted(args)
        wanted: State = dict.fromkeys(PARTS, "") | {"ipv4": four, "ipv6": six}
        return Plan({"guid": adapter.guid}, before, wanted, through(before, wanted))

    def apply(self, entry: Entry) -> None:
        put(entry.how["guid"], entry.wanted)

    def read(self, entry: Entry) -> State:
        return read(entry.how["guid"])

    def restore(self, entry: Entry, files: Callable[[], dict[str, bytes]]) -> None:
        put(entry.how["guid"], entry.before)


def not_managed() -> None:
    """Where an organisation's policy says which servers are asked, ours would not be.

    Raises:
        Refusal: it does.
    """
    path = POLICIES[0]
    by_policy = registry.text(registry.get(registry.MACHINE, path, "NameServer"))
    if by_policy or any(registry.keys(registry.MACHINE, rf"{each}\DnsPolicyConfig") for each in POLICIES):
        raise Refusal("managed", "a policy decides who is asked for names")


def read(guid: str) -> State:
    """The four texts."""
    return {part: registry.text(registry.get(registry.MACHINE, *_place(guid, part))) for part in PARTS}


def through(before: State, wanted: State) -> dict[str, list[Any]]:
    """A tool that adds one server after the other passes by the shorter lists, and by none."""
    made = {}
    for part in PARTS:
        lists = [text.replace(",", " ").split() for text in (before[part], wanted[part])]
        made[part] = [",".join(words[:count]) for words in lists for count in range(len(words) + 1)]
    return made


def put(guid: str, state: State) -> None:
    """Makes the four texts these, and has Windows use them."""
    now = read(guid)
    changed = [part for part in PARTS if now[part] != state[part]]
    for part in changed:
        ipv6, network = PARTS[part]
        native = calls.can_set_resolvers() and calls.set_resolvers(
            guid, ipv6=ipv6, profile=network, servers=state[part]
        )
        if not native and not network:
            _by_tool(adapters.by_guid(guid).index, ipv6, state[part])
        # Word for word: how the servers are separated, too. A text that is there as it should be stays untouched.
        if registry.text(registry.get(registry.MACHINE, *_place(guid, part))) != state[part]:
            registry.put(registry.MACHINE, *_place(guid, part), [registry.TEXT, state[part]])
    if changed:
        calls.flush_names()


def _place(guid: str, part: str) -> tuple[str, str]:
    ipv6, network = PARTS[part]
    folder = registry.INTERFACES6 if ipv6 else registry.INTERFACES4
    return rf"{folder}\{guid}", "ProfileNameServer" if network else "NameServer"


def _by_tool(index: int, ipv6: bool, servers: str) -> None:
    """Windows before 2020, or one whose service for names does not run. The adapter is named by its number."""
    family, name = "ipv6" if ipv6 else "ipv4", f"name={index}"
    words = servers.replace(",", " ").split()
    if not words:
        tool.tell("netsh", "interface", family, "set", "dnsservers", name, "source=dhcp")
        return
    tool.tell(
        "netsh", "interface", family, "set", "dnsservers", name, "source=static", f"address={words[0]}", "validate=no"
    )
    for number, word in enumerate(words[1:], start=2):
        tool.tell(
            "netsh", "interface", family, "add", "dnsservers", name, f"address={word}", f"index={number}", "validate=no"
        )


def _given(args: dict[str, Any]) -> tuple[str, str]:
    found = [ipaddress.ip_address(server) for server in args["servers"]]
    four, six = (",".join(str(each) for each in found if each.version == version) for version in (4, 6))
    return four, six


MECHANISMS: dict[str, Mechanism] = {
    "dns.set": Resolvers(_given),
    "dns.auto": Resolvers(lambda args: ("", "")),
}
