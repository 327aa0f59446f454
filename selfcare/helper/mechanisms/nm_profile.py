"""Manual settings of a NetworkManager profile back to automatic, the old ones kept whole."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from selfcare.helper import link, owner
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State, boot
from selfcare.helper.mechanisms.ways import ByOwner, Files
from selfcare.helper.names import FAMILY_NAMES, Edit, automatic, put, servers_of
from selfcare.helper.nm import Nm, Settings, talking

KEPT = "profile"
TRIAL = timedelta(minutes=20)  # a change and its guard take less
EMPTY: tuple[Any, ...] = ([], {}, "", False, 0)
MOVING = ("timestamp", "seen-bssids")  # what NetworkManager notes in a profile by itself
OLD_SPELLINGS = ("addresses", "routes", "dns")  # the same is said once more, in *-data or in our own "servers"


class Profile:
    """``edit`` is made to the stored profile and to what the interface runs with."""

    def __init__(self, edit: Edit, *, needs_auto: bool = False) -> None:
        self.edit, self.needs_auto = edit, needs_auto

    def plan(self, args: dict[str, Any]) -> Plan:
        name = args["interface"]
        with talking() as nm:
            device = nm.needed(name)
            profile = nm.profile(device)
            if not profile:
                raise Refusal("failed", f"{name} is not connected")
            stored, (running, _) = nm.settings(profile), nm.applied(device)
            connected = nm.connected(device)
        if self.needs_auto and stored.get("ipv4", {}).get("method", ["s", ""])[1] == "manual":
            raise Refusal("failed", "its address is manual: nobody gives it resolvers")
        # One that waits for ever (its address is somebody else's) is not waited for when it is put back.
        how = {"interface": name, "uuid": stored["connection"]["uuid"][1], "connected": connected}
        before = _state(stored, running)
        wanted = _state(self.edit(stored), self.edit(stored))
        kept = json.dumps({"stored": stored, "running": running}).encode()
        # While it connects anew, nothing is applied for a moment; of the other, see ``names.put``.
        through = {"running": [None, _families(automatic(running))]}
        return Plan(how, before, wanted, through, {KEPT: kept})

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            profile = nm.by_uuid(entry.how["uuid"])
            nm.update(profile, self.edit(nm.settings(profile)))
            _put_in_force(nm, entry, None)

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            path = nm.find_uuid(entry.how["uuid"])
            if path is None:  # somebody deleted the profile: not ours any more
                return dict.fromkeys(entry.before)
            stored = nm.settings(path)
            if elsewhere(nm, entry):  # what it will run with is what is stored
                return _state(stored, None) | {"running": entry.before["running"]}
            device = nm.needed(entry.how["interface"])
            profile = nm.profile(device)
            if not profile or nm.uuid(profile) != entry.how["uuid"]:
                return _state(stored, None)
            return _state(stored, nm.applied(device)[0])

    def restore(self, entry: Entry, files: Files) -> None:
        kept = json.loads(files()[KEPT])
        with talking() as nm:
            profile = nm.by_uuid(entry.how["uuid"])
            if stored_sum(nm.settings(profile)) != entry.before["stored"]:
                nm.update(profile, kept["stored"])
            if elsewhere(nm, entry):
                return
            if entry.how.get("connected", True):
                _put_in_force(nm, entry, kept["running"])
            else:
                nm.activate(profile, nm.needed(entry.how["interface"]), wait_s=0)
                link.until(lambda: self._is(entry, entry.before))

    def _is(self, entry: Entry, state: State) -> bool:
        with suppress(Refusal):
            return self.read(entry) == state
        return False


def elsewhere(nm: Nm, entry: Entry) -> bool:
    """The adapter is pulled out, or the PC has moved on to another network since: nobody is torn from that.

    Within the trial it is not so: whatever else was joined then, was joined because of what we tried.
    """
    device = nm.device(entry.how["interface"])
    if device is None:
        return True
    profile = nm.profile(device)
    if profile and nm.uuid(profile) == entry.how["uuid"]:
        return False
    age = datetime.now().astimezone() - datetime.fromisoformat(entry.began)
    return entry.boot != boot() or not timedelta(0) <= age < TRIAL


def _put_in_force(nm: Nm, entry: Entry, wanted: Settings | None) -> None:
    """The profile is joined anew, a short pause: reapplied, it loses resolvers at times (see ``names.put``).

    ``wanted``: what the interface shall run with, where that may be something else than the profile.
    """
    device = nm.needed(entry.how["interface"])
    nm.activate(nm.by_uuid(entry.how["uuid"]), device)
    if wanted is not None and _families(nm.applied(device)[0]) != _families(wanted):
        put(nm, device, lambda now: now | {family: wanted[family] for family in FAMILY_NAMES if family in wanted})


def automatic_address(settings: Settings) -> Settings:
    """Addresses, gateway and resolvers by DHCP and router advertisements; routes of one's own stay."""
    made = automatic(settings)
    for family in FAMILY_NAMES:
        section = made.get(family, {})
        if section.get("method", ["s", ""])[1] in (("manual", "link-local") if family == "ipv4" else ("manual",)):
            section["method"] = ["s", "auto"]
        for key in ("addresses", "address-data", "gateway", "never-default", "ignore-auto-routes", "address-labels"):
            section.pop(key, None)
    return made


def _state(stored: Settings, running: Settings | None) -> State:
    return {"stored": stored_sum(stored), "running": None if running is None else _families(running)}


def stored_sum(settings: Settings) -> str:
    """A profile as a sum that compares: all may read the journal, but not a network's name and its users."""
    rest = {name: _said(section) for name, section in settings.items() if name not in FAMILY_NAMES}
    told = json.dumps([rest, _families(settings)], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _families(settings: Settings) -> str:
    """What it says of addresses, gateways, routes and resolvers."""
    made = {}
    for family in FAMILY_NAMES:
        section = {key: value for key, value in settings.get(family, {}).items() if key not in OLD_SPELLINGS}
        section.pop("dns-data", None)
        made[family] = _said(section)
    return json.dumps([made, servers_of(settings)], sort_keys=True)


def _said(section: dict[str, Any]) -> dict[str, Any]:
    """Without what changes by itself, and without empty and false values: some versions leave them out."""
    return {key: value for key, value in section.items() if key not in MOVING and value[1] not in EMPTY}


def _manager(args: dict[str, Any]) -> str:
    found = owner.link_owner(args["interface"])
    if found != owner.NM:
        raise Refusal("unknown_owner", f"{found}: its settings are files that only a person should edit")
    return found


MECHANISMS: dict[str, Mechanism] = {"ip.auto": ByOwner(_manager, {owner.NM: Profile(automatic_address)})}
