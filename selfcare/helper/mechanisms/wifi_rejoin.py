"""A network forgotten and joined anew with its own key: whatever an old profile says wrongly goes with it.

The new profile stands before the old one is deleted, so NetworkManager has the key in one of them at any moment: beside
the entry lies the old profile without it, and undoing takes the key from the new one.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any

from selfcare.helper import nm_wifi, owner
from selfcare.helper.change import Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.nm_profile import KEPT, elsewhere, stored_sum
from selfcare.helper.mechanisms.ways import ByOwner, Files
from selfcare.helper.mechanisms.wifi import manager
from selfcare.helper.nm import Nm, Settings, talking
from selfcare.helper.nm_wifi import RADIO, SECURITY

OF_ONE_KEY = ("none", "wpa-psk", "sae", "owe", "")
SECRETS = ("psk", "wep-key0")
KEYS = ("psk", "wep-key0", "wep-tx-keyidx", "wep-key-type", "auth-alg")


class Rejoining:
    """``old``: the profile as a sum that compares, or None; ``new``: whether the one that takes its place is there."""

    def plan(self, args: dict[str, Any]) -> Plan:
        with talking() as nm:
            device = nm_wifi.device(nm, args["interface"])
            used = nm.profile(device)
            if not used:
                nm_wifi.search(nm, device)
            path = used or nm_wifi.known_in_sight(nm, device)
            if nm_wifi.flags(nm, path) & nm_wifi.UNSAVED:
                raise Refusal("failed", "the network is not saved")
            stored = nm.settings(path)
            old = nm_wifi.with_secrets(nm, path, stored)
            made = _anew(old, str(uuid.uuid4()))
            kind = nm_wifi.key_kind(nm, device, made) if made.get(SECURITY, {}).get("psk") else ""
        how = {"interface": args["interface"], "connected": bool(used), "kind": kind, **_names(stored, made)}
        before, wanted = {"old": stored_sum(stored), "new": False}, {"old": None, "new": True}
        return Plan(how, before, wanted, {}, {KEPT: json.dumps(stored).encode()})

    def apply(self, entry: Entry) -> None:
        with talking() as nm:
            path = nm.by_uuid(entry.how["old"])
            old = nm_wifi.with_secrets(nm, path, nm.settings(path))
            made = _anew(old, entry.how["new"])
            if entry.how["kind"]:
                made[SECURITY]["key-mgmt"] = ["s", entry.how["kind"]]
            new = nm_wifi.add(nm, made)
            nm.activate(new, nm_wifi.device(nm, entry.how["interface"]))
            nm_wifi.delete(nm, path)

    def read(self, entry: Entry) -> State:
        with talking() as nm:
            old, new = nm.find_uuid(entry.how["old"]), nm.find_uuid(entry.how["new"])
            return {"old": stored_sum(nm.settings(old)) if old else None, "new": new is not None}

    def restore(self, entry: Entry, files: Files) -> None:
        """The old one is there and in use before the new one goes; if it does not work, neither did it before."""
        with talking() as nm:
            away = all(
                elsewhere(nm, replace(entry, how=entry.how | {"uuid": entry.how[one]})) for one in ("old", "new")
            )
            old = nm.find_uuid(entry.how["old"]) or nm_wifi.add(nm, _whole(nm, entry, json.loads(files()[KEPT])))
            if entry.how["connected"] and not away:
                device = nm.needed(entry.how["interface"])
                used = nm.profile(device)
                if not used or nm.uuid(used) != entry.how["old"]:
                    with suppress(Refusal):
                        nm.activate(old, device)
            new = nm.find_uuid(entry.how["new"])
            if new is not None:
                nm_wifi.delete(nm, new)


def _whole(nm: Nm, entry: Entry, old: Settings) -> Settings:
    """The old profile with the key that the new one has."""
    if SECURITY not in old:
        return old
    new = nm.find_uuid(entry.how["new"])
    if new is None:
        raise Refusal("failed", "the network was forgotten since, and its key with it")
    secured = nm_wifi.with_secrets(nm, new, nm.settings(new)).get(SECURITY, {})
    return old | {SECURITY: old[SECURITY] | {key: secured[key] for key in SECRETS if key in secured}}


def _names(old: Settings, new: Settings) -> dict[str, str]:
    return {"old": old["connection"]["uuid"][1], "new": new["connection"]["uuid"][1]}


def _anew(old: Settings, name: str) -> Settings:
    """As if somebody had chosen the network in the list and typed its key: who may use it stays, and nothing else."""
    kind = old.get(SECURITY, {}).get("key-mgmt", ["s", ""])[1]
    if kind not in OF_ONE_KEY:
        raise Refusal("unknown_owner", "it is joined with an account")
    said = old["connection"]
    connection = {key: said[key] for key in ("id", "type", "permissions", "interface-name") if key in said}
    made: Settings = {
        "connection": connection | {"uuid": ["s", name]},
        RADIO: {key: old[RADIO][key] for key in ("ssid", "hidden", "mode") if key in old[RADIO]},
    }
    if SECURITY in old:
        made[SECURITY] = {key: old[SECURITY][key] for key in ("key-mgmt", *KEYS) if key in old[SECURITY]}
    return made


MECHANISMS: dict[str, Mechanism] = {"wifi.rejoin": ByOwner(manager, {owner.NM: Rejoining()})}
