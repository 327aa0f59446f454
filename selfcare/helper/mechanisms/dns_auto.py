"""Resolvers that somebody set, back to those the network gives; each owner's way, exactly undoable."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from selfcare.helper import dhclient, dhcpcd, networkd, owner
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan
from selfcare.helper.mechanisms.dns_set import ByNetworkd, resolv_conf
from selfcare.helper.mechanisms.nm_profile import Profile
from selfcare.helper.mechanisms.rewriting import Rewriting
from selfcare.helper.mechanisms.ways import ByOwner
from selfcare.helper.names import automatic

ADDRESS = re.compile(r"^[0-9.]{7,15}$")
IN_FILES = "its settings are files that only a person should edit"
# Resolvers written down where the client itself reads them: it would have them back at its next renewal.
WRITTEN = {
    owner.DHCPCD: {
        Path("/etc/dhcpcd.conf"): re.compile(r"^\s*static\s+domain_name_servers", re.MULTILINE),
        Path("/etc/resolv.conf.head"): re.compile(r"^\s*nameserver", re.MULTILINE),
    },
    owner.DHCLIENT: {
        Path("/etc/dhcp/dhclient.conf"): re.compile(r"^\s*(supersede|prepend)\s+domain-name-servers", re.MULTILINE),
    },
}  # fmt: skip


class Reverting(ByNetworkd):
    """What was set on the link while networkd runs is taken away; what its files say is for a person."""

    def plan(self, args: dict[str, Any]) -> Plan:
        made = super().plan({**args, "servers": []})
        if made.before["servers"] is None:
            raise Refusal("unknown_owner", f"{owner.ND}: {IN_FILES}")
        return Plan(made.how, made.before, {"servers": None})

    def apply(self, entry: Entry) -> None:
        networkd.set_servers(owner.index_of(entry.how["interface"]), None)


def by_lease(program: str, ask: Callable[[str], list[str]]) -> Rewriting:
    """resolv.conf as this DHCP client would write it: with the resolvers of the lease it has."""

    def edit(args: dict[str, Any]) -> dict[Path, bytes]:
        for path, line in WRITTEN[program].items():
            with suppress(OSError):
                if line.search(path.read_text(encoding="utf-8", errors="replace")):
                    raise Refusal("unknown_owner", f"{path} names resolvers: {IN_FILES}")
        servers = [server for server in ask(args["interface"]) if ADDRESS.match(server)]
        if not servers:
            raise Refusal("failed", "the lease names no resolver")
        return resolv_conf({"servers": servers})

    return Rewriting(edit)


def _owner(args: dict[str, Any]) -> str:
    """Who gives the address, and so would give the resolvers, if names go that one's way."""
    found = owner.link_owner(args["interface"])
    if found == owner.NM:
        return found
    named_by = owner.dns_owner(args["interface"])
    fitting = {owner.ND: owner.ND, owner.DHCPCD: owner.PLAIN, owner.DHCLIENT: owner.PLAIN}
    if fitting.get(found) != named_by or (found == owner.ND and not networkd.tells_apart(args["interface"])):
        raise Refusal("unknown_owner", f"{found}: {IN_FILES}")
    return found


MECHANISMS: dict[str, Mechanism] = {
    "dns.auto": ByOwner(
        _owner,
        {
            owner.NM: Profile(automatic, needs_auto=True),
            owner.ND: Reverting(),
            owner.DHCPCD: by_lease(owner.DHCPCD, dhcpcd.leased),
            owner.DHCLIENT: by_lease(owner.DHCLIENT, dhclient.leased),
        },
    )
}
