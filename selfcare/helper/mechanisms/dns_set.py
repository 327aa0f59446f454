"""Other resolvers for one interface, for a while."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from selfcare.helper import networkd, owner
from selfcare.helper.bus import Bus
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.rewriting import Rewriting
from selfcare.helper.mechanisms.ways import VOLATILE, ByOwner, Files
from selfcare.helper.names import FAMILIES, FAMILY_NAMES, put, servers_of, used, with_servers
from selfcare.helper.nm import Nm, talking

IN_USE = "in use"  # not only set: NetworkManager may lose them (``names.put``)


class ByNetworkManager:
    """What the device runs with is changed; the profile on the disk is not touched."""

    def plan(self, args: dict[str, Any]) -> Plan:
        with talking() as nm:
            device = nm.needed(args["interface"])
            settings, _ = nm.applied(device)
            before = servers_of(settings)
            if used(nm, device, settings):  # else that is no state to come back to
                before[IN_USE] = True
        wanted: State = {}
        for family, version in FAMILIES:
            wanted[family] = [s for s in args["servers"] if ipaddress.ip_address(s).version == version]
            wanted[f"{family} ignores"] = True
        wanted[IN_USE] = True
        # What ``names.put`` has in between.
        through: dict[str, list[Any]] = {key: [[] if key in FAMILY_NAMES else False] for key in wanted}
        return Plan({"interface": args["interface"], VOLATILE: True}, before, wanted, through)

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            if not self._to(nm, nm.needed(entry.how["interface"]), entry.wanted):
                raise Refusal("failed", "NetworkManager does not use these resolvers")

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            device = nm.needed(entry.how["interface"])
            settings, _ = nm.applied(device)
            state = servers_of(settings)
            return state | ({IN_USE: used(nm, device, settings)} if IN_USE in entry.before else {})

    def restore(self, entry: Entry, files: Files) -> None:
        """If the device does not take them back, its profile is joined anew: it says the same, as a rule."""
        with talking() as nm:
            device = nm.needed(entry.how["interface"])
            profile = nm.profile(device)
            stored = servers_of(nm.settings(profile))
            if not self._to(nm, device, entry.before) and all(entry.before[key] == stored[key] for key in stored):
                nm.activate(profile, device)

    def _to(self, nm: Nm, device: str, state: State) -> bool:
        return put(nm, device, lambda settings: with_servers(settings, state))


class ByNetworkd:
    """What is set on the link while networkd runs; its files are not touched, and its own resolvers wait behind."""

    def plan(self, args: dict[str, Any]) -> Plan:
        index = owner.index_of(args["interface"])
        wanted = [[*_link_server(server), 0, ""] for server in args["servers"]]
        how = {"interface": args["interface"]}
        return Plan(how, {"servers": networkd.servers_by_hand(index)}, {"servers": wanted})

    def apply(self, entry: Entry) -> None:
        networkd.set_servers(owner.index_of(entry.how["interface"]), entry.wanted["servers"])

    def read(self, entry: Entry) -> State:
        return {"servers": networkd.servers_by_hand(owner.index_of(entry.how["interface"]))}

    def restore(self, entry: Entry, files: Files) -> None:
        networkd.set_servers(owner.index_of(entry.how["interface"]), entry.before["servers"])


class ByResolved:
    """systemd-resolved's setting of the link, through networkd where that one owns it (an old one, as of Debian 11)."""

    def __init__(self, networkd: bool) -> None:
        self.networkd = networkd

    def plan(self, args: dict[str, Any]) -> Plan:
        index = owner.index_of(args["interface"])
        how = {"index": index, "interface": args["interface"], VOLATILE: True}
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


def _way(args: dict[str, Any]) -> str:
    found = owner.dns_owner(args["interface"])
    return OLD_ND if found == owner.ND and not networkd.tells_apart(args["interface"]) else found


OLD_ND = "old networkd"
MECHANISMS: dict[str, Mechanism] = {
    "dns.set": ByOwner(
        _way,
        {
            owner.NM: ByNetworkManager(),
            owner.ND: ByNetworkd(),
            OLD_ND: ByResolved(networkd=True),
            owner.STUB: ByResolved(networkd=False),
            owner.PLAIN: Rewriting(resolv_conf),
        },
    )
}
