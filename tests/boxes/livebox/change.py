"""What can be changed on the simulated Livebox, and what it refuses without saying why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.boxes.home import Forward, Plan
from tests.boxes.livebox.state import FAILED, MISSING, Livebox
from tests.boxes.livebox.tell import SECURITY, Told, forward_key

DONE: Told = {"status": True}
QUIET: Told = {"status": None}


def profiles(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if not box.recent:
        raise MISSING
    for item in asked["profiles"]:
        if item["profile"] == "WiFi":
            box.power["Enable"] = item["enable"]
    return {"status": {"WiFi": box.power}}


def wifi(box: Livebox, asked: Mapping[str, Any]) -> Told:
    box.home.wifi_enable = asked["Enable"]
    return DONE


def wlan(box: Livebox, asked: Mapping[str, Any]) -> Told:
    """Refused without ``penable``, as client code found out."""
    mibs = asked["mibs"]
    if "penable" not in mibs:
        raise FAILED
    for name, wanted in mibs.get("wlanvap", {}).items():
        _network(box, name, wanted)
    for name, wanted in mibs.get("wlanradio", {}).items():
        _radio(box, name, wanted)
    for name, wanted in mibs["penable"].items():
        _switch(box, name, wanted["Enable"])
    return QUIET


def _network(box: Livebox, name: str, wanted: Mapping[str, Any]) -> None:
    lock = wanted.get("Security", {})
    found: Any = next((item for item in box.home.ssids if box.names(item.band)[0] == name), None)
    if found is None:
        if name not in (box.names(radio.band)[2] for radio in box.home.radios):
            raise MISSING
        found = box.home.guest
    found.ssid = wanted.get("SSID", found.ssid)
    key = lock.get("KeyPassPhrase", found.key)
    if not 8 <= len(key) <= 63:
        raise FAILED
    found.key = key
    if "ModeEnabled" in lock:
        found.security = next(ours for ours, theirs in SECURITY.items() if theirs == lock["ModeEnabled"])
    if "SSIDAdvertisementEnabled" in wanted:
        found.hidden = not wanted["SSIDAdvertisementEnabled"]


def _radio(box: Livebox, name: str, wanted: Mapping[str, Any]) -> None:
    found = next((radio for radio in box.home.radios if box.names(radio.band)[1] == name), None)
    if found is None:
        raise MISSING
    if wanted.get("AutoChannelEnable"):
        found.channel = 0
    if "Channel" in wanted:
        if wanted["Channel"] not in found.channels:
            raise FAILED
        found.channel = found.current = wanted["Channel"]
    if "OperatingChannelBandwidth" in wanted:
        found.width = int(wanted["OperatingChannelBandwidth"].removesuffix("MHz"))


def _switch(box: Livebox, name: str, enable: bool) -> None:
    for ssid in box.home.ssids:
        if box.names(ssid.band)[0] == name:
            ssid.enable = enable
    for radio in box.home.radios:
        if box.names(radio.band)[1] == name:
            radio.enable = enable


def guest(box: Livebox, asked: Mapping[str, Any]) -> Told:
    box.home.guest.enable = asked["Enable"]
    return DONE


def timer(box: Livebox, asked: Mapping[str, Any]) -> Told:
    """Hours in, seconds out."""
    box.home.guest.remaining = asked["Timeout"] * 3600 or None
    return QUIET


def add_schedule(box: Livebox, asked: Mapping[str, Any]) -> Told:
    info = asked["info"]
    mac = str(info["ID"])
    if asked["type"] != "ToD" or info["base"] != "Weekly" or mac != mac.upper():
        raise FAILED
    _forget(box, mac)
    slots = []
    for item in info["schedule"]:
        if item["state"] != "Disable" or not 0 <= item["begin"] < item["end"] <= 604_800:
            raise FAILED
        slots.append((0, item["begin"], item["end"]))
    override = {"": "", "Disable": "blocked", "Enable": "allowed"}[info["override"]]
    box.home.plans.append(Plan([mac.lower()], override=override, slots=slots))
    host = box.home.host(mac)
    if host is not None:
        host.blocked = override == "blocked"
    return DONE


def remove_schedules(box: Livebox, asked: Mapping[str, Any]) -> Told:
    for mac in asked["ID"]:
        _forget(box, mac)
        host = box.home.host(mac)
        if host is not None:
            host.blocked = False
    return DONE


def _forget(box: Livebox, mac: str) -> None:
    for plan in list(box.home.plans):
        plan.macs = [known for known in plan.macs if known.lower() != mac.lower()]
        if not plan.macs:
            box.home.plans.remove(plan)


def set_forward(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if not all(isinstance(asked[key], str) for key in ("externalPort", "internalPort", "protocol")):
        raise FAILED
    first, _, last = asked["externalPort"].partition("-")
    origin = "user" if asked["origin"] == "webui" else asked["origin"]
    wanted = Forward(
        int(first), int(asked["internalPort"].partition("-")[0]), asked["destinationIPAddress"],
        {"6": "tcp", "17": "udp", "6,17": "both"}[asked["protocol"]], asked["enable"], asked["description"],
        int(last) if last else None, origin, asked["id"],
    )  # fmt: skip
    others = [rule for rule in box.home.forwards if forward_key(rule) != forward_key(wanted)]
    for rule in others:
        if {rule.protocol, wanted.protocol} == {"tcp", "udp"}:
            continue
        if rule.external <= (wanted.last or wanted.external) and wanted.external <= (rule.last or rule.external):
            raise FAILED
    box.home.forwards = [*others, wanted]
    return {"status": True, "data": {"rule": dict(asked)}}


def delete_forward(box: Livebox, asked: Mapping[str, Any]) -> Told:
    kept = [
        rule
        for rule in box.home.forwards
        if (forward_key(rule), rule.client) != (asked["id"], asked["destinationIPAddress"])
    ]
    if len(kept) == len(box.home.forwards):
        raise MISSING
    box.home.forwards = kept
    return DONE


def add_lease(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if asked["MACAddress"].lower() in box.home.reservations:
        raise FAILED
    return _lease(box, asked)


def set_lease(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if asked["MACAddress"].lower() not in box.home.reservations:
        raise MISSING
    return _lease(box, asked)


def _lease(box: Livebox, asked: Mapping[str, Any]) -> Told:
    mac, ip = asked["MACAddress"].lower(), asked["IPAddress"]
    taken = any(known == ip and other != mac for other, (known, _) in box.home.reservations.items())
    if taken or not ip.startswith("192.168.1."):
        raise FAILED
    box.home.reservations[mac] = (ip, "")
    return QUIET


def delete_lease(box: Livebox, asked: Mapping[str, Any]) -> Told:
    if box.home.reservations.pop(asked["MACAddress"].lower(), None) is None:
        raise MISSING
    return QUIET


def reboot(box: Livebox, asked: Mapping[str, Any]) -> Told:
    box.home.reboot_asked += 1
    box.home.up_time, box.home.reboots = 0, box.home.reboots + 1
    box.home.restarts.insert(0, 0)
    return QUIET


SETTERS: dict[str, Callable[[Livebox, Any], Told]] = {
    "PowerManagement:setProfiles": profiles,
    "NMC.Wifi:set": wifi,
    "NeMo.Intf.lan:setWLANConfig": wlan,
    "NMC.Guest:set": guest,
    "NMC.WlanTimer:setActivationTimer": timer,
    "Scheduler:addSchedule": add_schedule,
    "Scheduler:removeSchedules": remove_schedules,
    "Firewall:setPortForwarding": set_forward,
    "Firewall:deletePortForwarding": delete_forward,
    "Firewall:commit": lambda box, _: DONE,
    "DHCPv4.Server.Pool.default:addStaticLease": add_lease,
    "DHCPv4.Server.Pool.default:setStaticLease": set_lease,
    "DHCPv4.Server.Pool.default:deleteStaticLease": delete_lease,
    "NMC:reboot": reboot,
}
