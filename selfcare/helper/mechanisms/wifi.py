"""A Wi-Fi left and joined again, or joined; and its profile told which band or access point to use (NetworkManager)."""

from __future__ import annotations

import json
from typing import Any

from selfcare.helper import link, nm_wifi, owner
from selfcare.helper.change import EXACT, MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.adapter import Reconnecting
from selfcare.helper.mechanisms.nm_profile import KEPT, elsewhere, stored_sum
from selfcare.helper.mechanisms.ways import ByOwner, Files
from selfcare.helper.nm import CONNECT_S, Nm, Settings, talking

IN, OUT = "in a network", "in none"


class Joining:
    """In no network: NetworkManager joins the known one that it would choose. Nothing is there to put back."""

    def plan(self, args: dict[str, Any]) -> Plan:
        return Plan({"interface": args["interface"]}, {"asked": True}, {"asked": True}, {"asked": [True]})

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            device = nm_wifi.device(nm, entry.how["interface"])
            nm_wifi.search(nm, device)
            # It may be on its way by itself: a second order would only end the first.
            link.until(lambda: nm.connected(device) or not nm.active(device), CONNECT_S)
            if not nm.connected(device):
                nm.activate(nm_wifi.known_in_sight(nm, device), device)

    def read(self, entry: Entry) -> State:
        return {"asked": True}

    def restore(self, entry: Entry, files: Files) -> None:
        """Nothing to do."""


class Placed:
    """The profile in use says so, on the disk and at once; its key is neither read nor written."""

    undo = EXACT

    def edit(self, nm: Nm, device: str, settings: Settings, args: dict[str, Any]) -> Settings:
        """What the profile is to say."""
        raise NotImplementedError

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        with talking() as nm:
            device = nm_wifi.device(nm, name)
            profile = nm.profile(device)
            if not profile:
                raise Refusal("failed", f"{name} is not connected")
            stored, running = nm.settings(profile), nm.applied(device)[0]
            new = self.edit(nm, device, stored, args)
        uuid = stored["connection"]["uuid"][1]
        wanted = {"stored": stored_sum(new), "running": nm_wifi.placed(new)}
        through: dict[str, list[Any]] = {"running": [None]}  # while it is joined anew
        kept = {KEPT: json.dumps({"stored": stored}).encode()}
        before = {"stored": stored_sum(stored), "running": nm_wifi.placed(running)}
        return Plan({"interface": name, "uuid": uuid}, before, wanted, through, kept)

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            device = nm_wifi.device(nm, entry.how["interface"])
            profile = nm.by_uuid(entry.how["uuid"])
            nm.update(profile, self.edit(nm, device, nm.settings(profile), entry.args))
            nm.activate(profile, device)

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            path = nm.find_uuid(entry.how["uuid"])
            if path is None:  # somebody deleted the profile: not ours any more
                return dict.fromkeys(entry.before)
            state = {"stored": stored_sum(nm.settings(path)), "running": None}
            if elsewhere(nm, entry):  # what it will run with is what is stored
                return state | {"running": entry.before["running"]}
            device = nm.needed(entry.how["interface"])
            profile = nm.profile(device)
            if profile and nm.uuid(profile) == entry.how["uuid"]:
                state["running"] = nm_wifi.placed(nm.applied(device)[0])
            return state

    def restore(self, entry: Entry, files: Files) -> None:
        kept = json.loads(files()[KEPT])
        with talking() as nm:
            profile = nm.by_uuid(entry.how["uuid"])
            if stored_sum(nm.settings(profile)) != entry.before["stored"]:
                nm.update(profile, kept["stored"])
            if not elsewhere(nm, entry):
                nm.activate(profile, nm.needed(entry.how["interface"]))


class Preferring(Placed):
    """One band only, or any again."""

    def edit(self, nm: Nm, device: str, settings: Settings, args: dict[str, Any]) -> Settings:
        band = args["band"]
        if band == "any":
            return nm_wifi.with_place(settings)
        if band not in nm_wifi.BANDS:
            raise Refusal("unknown_owner", f"NetworkManager has no word for {band} GHz")
        return nm_wifi.with_place(settings, band=["s", nm_wifi.BANDS[band]])


class Sticking(Placed):
    """This access point only. It must be in sight, and of the very network: else the PC would be cut off."""

    def edit(self, nm: Nm, device: str, settings: Settings, args: dict[str, Any]) -> Settings:
        wanted, network = args["bssid"].upper(), nm_wifi.name(settings)
        if (wanted, network) not in set(nm_wifi.points(nm, device)):
            raise Refusal("failed", "that access point is not in sight")
        return nm_wifi.with_place(settings, bssid=["ay", list(bytes.fromhex(wanted.replace(":", "")))])


def manager(args: dict[str, Any]) -> str:
    """Who manages this Wi-Fi.

    Raises:
        Refusal: not NetworkManager; files of wpa_supplicant's or iwd's are a person's to change.
    """
    found = owner.link_owner(args["interface"])
    if found != owner.NM:
        raise Refusal("unknown_owner", f"{found}: its settings are files that only a person should edit")
    return found


def _state(args: dict[str, Any]) -> str:
    manager(args)
    with talking() as nm:
        return IN if nm.connected(nm_wifi.device(nm, args["interface"])) else OUT


MECHANISMS: dict[str, Mechanism] = {
    "wifi.reconnect": ByOwner(_state, {IN: Reconnecting(), OUT: Joining()}, undo=MEANWHILE),
    "wifi.prefer": ByOwner(manager, {owner.NM: Preferring()}),
    "wifi.stick": ByOwner(manager, {owner.NM: Sticking()}),
}
