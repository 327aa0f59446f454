"""Other resolvers for one interface, for a while."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from selfcare.helper import owner
from selfcare.helper.bus import Bus
from selfcare.helper.change import Mechanism
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.rewriting import Rewriting
from selfcare.helper.mechanisms.ways import ByOwner, Files
from selfcare.helper.nm import Settings, talking

FAMILIES = (("ipv4", 4), ("ipv6", 6))


class ByNetworkManager:
    """What the device runs with is changed; the profile on the disk is not touched."""

    def plan(self, args: dict[str, Any]) -> Plan:
        with talking() as nm:
            settings, _ = nm.applied(nm.needed(args["interface"]))
        before = servers_of(settings)
        wanted: State = {}
        for family, version in FAMILIES:
            wanted[family] = [s for s in args["servers"] if ipaddress.ip_address(s).version == version]
            wanted[f"{family} ignores"] = True
        return Plan({"interface": args["interface"]}, before, wanted)

    def apply(self, entry: Entry) -> None:
        self._to(entry, entry.wanted)

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            return servers_of(nm.applied(nm.needed(entry.how["interface"]))[0])

    def restore(self, entry: Entry, files: Files) -> None:
        self._to(entry, entry.before)

    def _to(self, entry: Entry, state: State) -> None:
        with talking() as nm:
            device = nm.needed(entry.how["interface"])
            settings, version = nm.applied(device)
            nm.reapply(device, with_servers(settings, state), version)


def servers_of(settings: Settings) -> State:
    """The resolvers of a profile and whether they stand alone, whichever way this NetworkManager spells it."""
    state: State = {}
    for family, _ in FAMILIES:
        section = settings.get(family, {})
        state[family] = _spelled(section, family)
        state[f"{family} ignores"] = bool(section.get("ignore-auto-dns", ["b", False])[1])
    return state


def _spelled(section: dict[str, Any], family: str) -> list[str]:
    if "dns-data" in section:
        return [str(text) for text in section["dns-data"][1]]
    numbers = section.get("dns", ["", []])[1]
    if family == "ipv4":
        return [str(ipaddress.IPv4Address(number.to_bytes(4, "little"))) for number in numbers]
    return [str(ipaddress.IPv6Address(bytes(number))) for number in numbers]


def with_servers(settings: Settings, state: State) -> Settings:
    """The same settings with these resolvers."""
    made = {name: dict(section) for name, section in settings.items()}
    for family, _ in FAMILIES:
        section = made.setdefault(family, {})
        modern = section.pop("dns-data", None) is not None
        section.pop("dns", None)
        section["ignore-auto-dns"] = ["b", state[f"{family} ignores"]]
        servers = state[family]
        if modern:
            section["dns-data"] = ["as", servers]
        elif family == "ipv4":
            section["dns"] = ["au", [int.from_bytes(ipaddress.IPv4Address(s).packed, "little") for s in servers]]
        else:
            section["dns"] = ["aay", [list(ipaddress.IPv6Address(s).packed) for s in servers]]
    return made


class ByResolved:
    """systemd-resolved's setting of the link, through networkd where that one owns it."""

    def __init__(self, networkd: bool) -> None:
        self.networkd = networkd

    def plan(self, args: dict[str, Any]) -> Plan:
        index = owner.index_of(args["interface"])
        how = {"index": index, "interface": args["interface"]}
        return Plan(how, {"servers": self._read(index)}, {"servers": [_link_server(s) for s in args["servers"]]})

    def apply(self, entry: Entry) -> None:
        self._set(entry.how["index"], entry.wanted["servers"])

    def read(self, entry: Entry) -> State:
        return {"servers": self._read(owner.index_of(entry.how["interface"]))}

    def restore(self, entry: Entry, files: Files) -> None:
        index = owner.index_of(entry.how["interface"])
        if self.networkd:
            self._call("RevertLinkDNS", "i", index)
            if self._read(index) == entry.before["servers"]:
                return
        self._set(index, entry.before["servers"])

    def _read(self, index: int) -> list[Any]:
        with Bus() as bus:
            manager = ("/org/freedesktop/resolve1", "org.freedesktop.resolve1.Manager")
            path = bus.call(owner.RESOLVED, *manager, "GetLink", "i", index)[0]
            found: list[Any] = bus.get(owner.RESOLVED, path, "org.freedesktop.resolve1.Link", "DNS")
            return found

    def _set(self, index: int, servers: list[Any]) -> None:
        self._call("SetLinkDNS", "ia(iay)", index, servers)

    def _call(self, member: str, signature: str, *args: Any) -> None:
        name = "network1" if self.networkd else "resolve1"
        service, path = f"org.freedesktop.{name}", f"/org/freedesktop/{name}"
        with Bus() as bus:
            bus.change(service, path, f"{service}.Manager", member, signature, *args)


def _link_server(text: str) -> list[Any]:
    found = ipaddress.ip_address(text)
    return [2 if found.version == 4 else 10, list(found.packed)]


def resolv_conf(args: dict[str, Any]) -> dict[Path, bytes]:
    """The plain file with these servers and the search list it had; a link there is replaced, not followed."""
    try:
        lines = owner.RESOLV_CONF.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        lines = []
    kept = [line for line in lines if line.split()[:1] and line.split()[0] in ("search", "domain", "options")]
    made = [*(f"nameserver {server}" for server in args["servers"][:3]), *kept]  # the C library reads three
    return {owner.RESOLV_CONF: ("\n".join(made) + "\n").encode(errors="surrogateescape")}


MECHANISMS: dict[str, Mechanism] = {
    "dns.set": ByOwner(
        lambda args: owner.dns_owner(args["interface"]),
        {
            owner.NM: ByNetworkManager(),
            owner.ND: ByResolved(networkd=True),
            owner.STUB: ByResolved(networkd=False),
            owner.PLAIN: Rewriting(resolv_conf),
        },
    )
}
