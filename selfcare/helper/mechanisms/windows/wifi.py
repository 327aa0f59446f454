"""Wi-Fi on Windows: left and joined again, forgotten and joined anew, the radio on.

Which band and which access point is the driver's business there: no profile says it, so neither verb is offered.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

from selfcare.helper.change import EXACT, MEANWHILE, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.journal import Entry, Plan, State
from selfcare.helper.mechanisms.ways import NotOffered
from selfcare.helper.mechanisms.windows import adapters, wlan

JOIN_S = 20.0  # docs: association and the four-way handshake, on a busy channel
KEPT = "profile"
Files = Callable[[], dict[str, bytes]]


def _guid(args: dict[str, Any]) -> str:
    guid = adapters.running(args["interface"]).guid
    if guid not in wlan.interfaces():
        raise Refusal("bad_argument", f"{args['interface']} is no Wi-Fi")
    return guid


def _in_use(guid: str) -> str:
    name = wlan.joined(guid)
    if not name:
        raise Refusal("failed", "it is not connected")
    return name


def _joined(entry: Entry) -> bool:
    end = time.monotonic() + JOIN_S
    while wlan.joined(entry.how["guid"]) != entry.how["profile"]:
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


class Reconnecting:
    """Leaves the network and joins it again by its profile."""

    undo = MEANWHILE

    def plan(self, args: dict[str, Any]) -> Plan:
        guid = _guid(args)
        name = _in_use(guid)
        return Plan({"guid": guid, "profile": name}, {"on": name}, {"on": name}, {"on": [""]})

    def apply(self, entry: Entry) -> None:
        wlan.leave(entry.how["guid"])
        wlan.join(entry.how["guid"], entry.how["profile"])
        if not _joined(entry):
            raise Refusal("timed_out", "it does not connect")

    def read(self, entry: Entry) -> State:
        return {"on": wlan.joined(entry.how["guid"])}

    def restore(self, entry: Entry, files: Files) -> None:
        wlan.join(entry.how["guid"], entry.how["profile"])
        _joined(entry)


class Rejoining:
    """Deleted, and set again word for word: what Windows had learned of the network goes, its key stays what it was.

    ``saved``: the sum of what is saved, None while it is not. Whose it is (this user's, everybody's) stays too.
    """

    undo = MEANWHILE

    def plan(self, args: dict[str, Any]) -> Plan:
        guid = _guid(args)
        name = _in_use(guid)
        found = wlan.profile(guid, name)
        if found.flags & wlan.GROUP_POLICY:
            raise Refusal("managed", "a policy sets this network")
        kept = {KEPT: json.dumps([found.xml, found.flags]).encode()}
        before = {"saved": _sum(found.xml), "on": name}
        return Plan({"guid": guid, "profile": name}, before, dict(before), {"saved": [None], "on": [""]}, kept)

    def apply(self, entry: Entry) -> None:
        guid, name = entry.how["guid"], entry.how["profile"]
        found = wlan.profile(guid, name)
        if _sum(found.xml) != entry.before["saved"]:
            raise Refusal("changed_since", "left as it is")
        wlan.delete_profile(guid, name)
        self._again(entry, found)

    def _again(self, entry: Entry, found: wlan.Profile) -> None:
        wlan.set_profile(entry.how["guid"], found)
        wlan.join(entry.how["guid"], entry.how["profile"])
        if not _joined(entry):
            raise Refusal("timed_out", "it does not connect")

    def read(self, entry: Entry) -> State:
        guid, name = entry.how["guid"], entry.how["profile"]
        saved = _sum(wlan.profile(guid, name).xml) if wlan.has_profile(guid, name) else None
        return {"saved": saved, "on": wlan.joined(guid)}

    def restore(self, entry: Entry, files: Files) -> None:
        guid, name = entry.how["guid"], entry.how["profile"]
        if not wlan.has_profile(guid, name):
            xml, flags = json.loads(files()[KEPT])
            wlan.set_profile(guid, wlan.Profile(xml, flags))
        if wlan.joined(guid) != name:
            wlan.join(guid, name)
            _joined(entry)


class Radio:
    """Programs' own switch of each radio; the computer's is for a hand, airplane mode ends with it."""

    undo = EXACT

    def plan(self, args: dict[str, Any]) -> Plan:
        found = {guid: wlan.radios(guid) for guid in wlan.interfaces()}
        if not any(found.values()):
            raise Refusal("failed", "no Wi-Fi radio")
        if all(not hard for every in found.values() for _, _, hard in every):
            raise Refusal("failed", "the computer's own switch")
        before = {f"{guid} {index}": soft for guid, every in found.items() for index, soft, _ in every}
        return Plan({}, before, dict.fromkeys(before, True))

    def apply(self, entry: Entry) -> None:
        self._to(entry.wanted)

    def read(self, entry: Entry) -> State:
        there = set(wlan.interfaces())
        now = {f"{guid} {index}": soft for guid in there for index, soft, _ in wlan.radios(guid)}
        return {key: now.get(key, value) for key, value in entry.before.items()}

    def restore(self, entry: Entry, files: Files) -> None:
        self._to(entry.before)

    def _to(self, state: State) -> None:
        for guid in wlan.interfaces():
            for index, soft, _ in wlan.radios(guid):
                wanted = state.get(f"{guid} {index}", soft)
                if soft != wanted:
                    wlan.switch(guid, index, on=wanted)


def _sum(xml: str) -> str:
    return hashlib.sha256(xml.encode()).hexdigest()


MECHANISMS: dict[str, Mechanism] = {
    "wifi.reconnect": Reconnecting(),
    "wifi.rejoin": Rejoining(),
    "wifi.radio": Radio(),
    "wifi.prefer": NotOffered("Windows lets the driver choose the band"),
    "wifi.stick": NotOffered("Windows lets the driver choose the access point"),
}
