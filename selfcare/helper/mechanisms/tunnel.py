"""A VPN whose other end is dead: ended through NetworkManager, or its interface switched off."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from selfcare.helper import link, owner
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import VOLATILE, ByOwner, Files
from selfcare.helper.nm import Nm, talking

CONNECTION, LINK = "connection", "link"


class Connection:
    """A connection of NetworkManager."""

    def plan(self, args: dict[str, Any]) -> Plan:
        uuid = _uuid(args)
        how = {"uuid": uuid, "device": args.get("interface", ""), VOLATILE: True}
        return Plan(how, {"active": True}, {"active": False})

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            nm.deactivate(_active(nm, entry.how["uuid"]))
        link.until(lambda: not self.read(entry)["active"])

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            return {"active": bool(_active(nm, entry.how["uuid"]))}

    def restore(self, entry: Entry, files: Files) -> None:
        with talking() as nm:
            name = entry.how["device"]
            device = nm.device(name) if name else None
            nm.activate(nm.by_uuid(entry.how["uuid"]), device or "/", wait_s=0)


class Switched:
    """An interface that its own program made: off, and its routes with it."""

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        if not link.is_up(name):
            raise Refusal("failed", f"{name} is off")
        before: State = {"up": True, **dict.fromkeys(link.routes(name), True)}
        how = {"interface": name, "dump": link.dump("table", "all", "dev", name), VOLATILE: True}
        return Plan(how, before, dict.fromkeys(before, False))

    def apply(self, entry: Entry) -> None:
        link.switch(entry.how["interface"], on=False)

    def read(self, entry: Entry) -> State:
        name = entry.how["interface"]
        return link.read(name, entry.before)

    def restore(self, entry: Entry, files: Files) -> None:
        link.switch(entry.how["interface"], on=True)
        link.give_back(entry.how["dump"])


def _uuid(args: dict[str, Any]) -> str:
    """The active connection that is meant, "" when NetworkManager has none for it."""
    if "connection" in args:
        with talking() as nm:
            if not _active(nm, args["connection"]):
                raise Refusal("failed", "it is not active")
        return str(args["connection"])
    with suppress(Refusal), talking() as nm:
        device = nm.device(args["interface"])
        active = nm.active(device) if device else ""
        # Of an interface that another program made, NetworkManager keeps only a picture: ending that is not enough.
        return nm.active_uuid(active) if active and not nm.external(active) else ""
    return ""


def _active(nm: Nm, uuid: str) -> str:
    return next((active for active in nm.actives() if nm.active_uuid(active) == uuid), "")


def _way(args: dict[str, Any]) -> str:
    if "connection" in args:
        return CONNECTION
    if not owner.is_tunnel(args["interface"]):
        raise Refusal("bad_argument", f"{args['interface']} is no tunnel")
    return CONNECTION if _uuid(args) else LINK


MECHANISMS: dict[str, Mechanism] = {
    "tunnel.stop": ByOwner(_way, {CONNECTION: Connection(), LINK: Switched()}),
}
