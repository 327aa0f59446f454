"""Remedies for the Wi-Fi: from joining anew to another access point or band; the box's part, and the rest, by hand."""

from __future__ import annotations

from collections.abc import Iterable

from selfcare.model.payloads.wifi import WifiPayload
from selfcare.model.remedy import NotPossible
from selfcare.model.repair import Action, Change, Instruction, Risk, Verb
from selfcare.model.rule import Gate
from selfcare.model.tri import Tri
from selfcare.model.wifi import Band, Bss, Link, RadioState, WifiReading
from selfcare.remedies.remedy import BASIC, Answer, Remedy
from selfcare.remedies.situation import Situation

YES, NO = Tri.YES, Tri.NO
JOIN_PAUSE_S = 6.0
"""Scan, handshake and address: 2 to 8 s, as measured in the radio lab."""
JOINED_S = 12.0
BETTER_DB = 8.0
"""So much better a signal is worth a change; clients roam at 8 to 12 dB (Apple: 8 when idle, 12 under load)."""
STRONG_5_DBM = -72.0
"""5 GHz carries more than 2.4 GHz down to here: 20 MHz at -72 is MCS 4, and its channels are at least twice as wide."""
SEEN_S = 60.0
WIFI = ("wifi.link", *BASIC)
MANAGER = "networkmanager"


def _reading(situation: Situation) -> WifiReading:
    """The last look; one with neighbours goes first."""
    looks = [situation.get(probe, WifiPayload) for probe in ("wifi.scan", "wifi.link")]
    readings = [look.reading for look in looks if look is not None]
    found = next((r for r in readings if r.neighbours), readings[0] if readings else None)
    if found is None or found.radio is None:
        raise NotPossible("no_adapter")
    return found


def _joined(reading: WifiReading) -> Link:
    if reading.link is None:
        raise NotPossible("wifi_not_joined")
    return reading.link


def _interface(reading: WifiReading) -> str:
    assert reading.radio is not None
    return reading.radio.interface


def _managed(situation: Situation) -> None:
    """Only NetworkManager's profiles say which band or access point; elsewhere the system chooses."""
    if situation.manager != MANAGER:
        raise NotPossible("wifi_system_chooses")


def _points(reading: WifiReading, link: Link) -> list[Bss]:
    """The network's other access points that were heard just now, and are closed as it is."""
    fresh = (b for b in reading.neighbours if b.age_s is None or b.age_s <= SEEN_S)
    same = (b for b in fresh if link.ssid is not None and b.ssid == link.ssid and b.bssid != link.bssid)
    return [b for b in same if b.rssi_dbm is not None and (b.security is None or b.security is link.security)]


def radio_on(situation: Situation) -> tuple[Action, ...]:
    """Airplane mode, or a program's switch; the computer's own is for a hand."""
    reading = _reading(situation)
    assert reading.radio is not None
    if reading.radio.state is not RadioState.SOFT_OFF:
        raise NotPossible("nothing_to_do")
    return (Change(Verb.WIFI_RADIO, {"on": True}),)


def join(situation: Situation) -> tuple[Action, ...]:
    """A known network that is in sight."""
    reading = _reading(situation)
    if reading.link is not None:
        raise NotPossible("nothing_to_do")
    return (Change(Verb.WIFI_RECONNECT, {"interface": _interface(reading)}),)


def reconnect(situation: Situation) -> tuple[Action, ...]:
    """Off the network and on again: the system then takes the access point that is best now."""
    reading = _reading(situation)
    _joined(reading)
    return (Change(Verb.WIFI_RECONNECT, {"interface": _interface(reading)}, JOIN_PAUSE_S),)


def prefer(situation: Situation) -> tuple[Action, ...]:
    """The 5 GHz of the same network, where it is strong enough here."""
    _managed(situation)
    reading = _reading(situation)
    link = _joined(reading)
    strong = [b for b in _points(reading, link) if b.channel is not None and b.channel.band is Band.GHZ_5]
    on_24 = link.channel is not None and link.channel.band is Band.GHZ_24
    if not on_24 or max((b.rssi_dbm or -100.0 for b in strong), default=-100.0) < STRONG_5_DBM:
        raise NotPossible("nothing_to_do")
    change = {"interface": _interface(reading), "band": Band.GHZ_5.value}
    return (Change(Verb.WIFI_PREFER, change, JOIN_PAUSE_S),)


def stick(situation: Situation) -> tuple[Action, ...]:
    """The access point of the same network that is clearly the nearest."""
    _managed(situation)
    reading = _reading(situation)
    link = _joined(reading)
    best = max(_points(reading, link), key=lambda b: b.rssi_dbm or -100.0, default=None)
    if best is None or best.rssi_dbm is None or link.rssi_dbm is None or best.rssi_dbm - link.rssi_dbm < BETTER_DB:
        raise NotPossible("nothing_to_do")
    change = {"interface": _interface(reading), "bssid": best.bssid.lower()}
    return (Change(Verb.WIFI_STICK, change, JOIN_PAUSE_S),)


def rejoin(situation: Situation) -> tuple[Action, ...]:
    """The saved network anew, with the key that is saved: not where the key is known to be wrong."""
    _managed(situation)
    return (Change(Verb.WIFI_REJOIN, {"interface": _interface(_reading(situation))}, JOIN_PAUSE_S),)


def _told(remedy: str, codes: Iterable[str], done_when: tuple[str, ...], settle_s: float = JOINED_S) -> Remedy:
    """``remedy`` is also the key of the instruction's sentence; a guide says each of them at length."""
    step: tuple[Action, ...] = (Instruction(remedy, done_when),)
    return Remedy(
        id=remedy, answers=tuple(Answer(code) for code in codes), risk=Risk.NONE, plan=lambda _situation: step,
        verify=WIFI, reversible=False, duration_s=settle_s, settle_s=settle_s, person=True,
    )  # fmt: skip


RADIO = Remedy(
    id="wifi.radio",
    answers=(Answer("PC-NIC-OFF"),),
    risk=Risk.NONE,
    plan=radio_on,
    verify=("link.interfaces", *WIFI),
    duration_s=8.0,
    settle_s=JOINED_S,
)
JOIN = Remedy(
    id="wifi.join",
    answers=(Answer("WIFI-UNJOINED"),),
    risk=Risk.NONE,
    plan=join,
    needs=(Gate("wifi_joined", NO),),
    verify=("link.interfaces", *WIFI),
    duration_s=8.0,
    settle_s=JOINED_S,
    reversible=False,
)
RECONNECT = Remedy(
    id="wifi.reconnect",
    # What it mends is an association gone wrong, or one that no longer is the nearest.
    answers=tuple(Answer(c) for c in ("WIFI-STICKY", "WIFI-DROPS", "WIFI-LOSS")),
    risk=Risk.PAUSE,
    plan=reconnect,
    needs=(Gate("wifi_joined", YES),),
    verify=WIFI,
    duration_s=8.0,
    settle_s=JOINED_S,
    reversible=False,
    everyday=True,
)
PREFER = Remedy(
    id="wifi.prefer",
    answers=(Answer("WIFI-BAND24"),),
    risk=Risk.SETTING,
    plan=prefer,
    needs=(Gate("wifi_joined", YES),),
    verify=WIFI,
    duration_s=10.0,
    settle_s=JOINED_S,
)
STICK = Remedy(
    id="wifi.stick",
    answers=(Answer("WIFI-STICKY"), Answer("WIFI-WEAK", (Gate("wifi_better_point", YES),))),
    risk=Risk.SETTING,
    plan=stick,
    needs=(Gate("wifi_joined", YES),),
    verify=WIFI,
    duration_s=10.0,
    settle_s=JOINED_S,
)
REJOIN = Remedy(
    id="wifi.rejoin",
    answers=(Answer("WIFI-AUTH"),),
    risk=Risk.SETTING,
    plan=rejoin,
    verify=("link.interfaces", *WIFI),
    duration_s=15.0,
    settle_s=JOINED_S,
)

REMEDIES = (JOIN, RECONNECT, PREFER, STICK, REJOIN)
BY_HAND = (
    _told("wifi.key", ("WIFI-AUTH",), ("wifi_joined",), 60.0),
    _told("wifi.choose", ("WIFI-UNJOINED", "WIFI-WRONGNET"), ("wifi_joined", "wifi_right_net"), 60.0),
    _told("wifi.place", ("WIFI-WEAK", "WIFI-LOSS"), ("wifi_signal_enough", "gateway_loss_free")),
    _told("wifi.band", ("WIFI-BAND24",), ("wifi_rate_enough",)),
    _told("wifi.nearer", ("WIFI-STICKY",), ("wifi_signal_enough",)),
    _told(
        "wifi.channel",
        ("WIFI-CHANNEL", "WIFI-NOISE"),
        (
            "gateway_loss_free",
            "gateway_latency_fine",
        ),
        60.0,
    ),
    _told("wifi.width", ("WIFI-SLOWPHY",), ("wifi_rate_enough",)),
    _told(
        "wifi.repeater",
        ("WIFI-REPEATER",),
        (
            "gateway_loss_free",
            "gateway_latency_fine",
        ),
    ),
    _told("wifi.saving", ("WIFI-DROPS",), ("wifi_stays_joined",)),
    _told("wifi.close", ("WIFI-OPEN",), ("wifi_encrypted",)),
)
