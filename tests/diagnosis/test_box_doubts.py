"""A box whose word is wrong, old, half, of another line or of another router: whoever is named, nobody wrongly.

Each case: what this computer measured, what the box says, and the verdicts that are right. ``CERTAIN`` cases may be
certain; all others are wrong to be.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from selfcare.diagnosis import diagnose
from selfcare.diagnosis.observe import observe
from selfcare.model.box import (
    Absent,
    AccessMedium,
    BoxFamily,
    BoxStatus,
    CellularInterface,
    ConnectionStatus,
    LinkStatus,
    Mode,
    OnuState,
    OpticalInterface,
    PortRange,
    WanTraffic,
    Why,
)
from selfcare.model.payloads.box import LineChange
from selfcare.model.tri import Tri
from selfcare.model.units import Db, Dbm, Kbps, Seconds
from tests.diagnosis import facts_box
from tests.diagnosis.boxes import (
    DEVICE,
    LIGHT,
    NOW,
    SYNC,
    drops,
    no_session,
    payload,
    restarts,
    status,
    telephone,
    wan,
)
from tests.diagnosis.facts import CONDITIONS, FAULTS, observations
from tests.diagnosis.test_observe_box import DARK, DEAD, UNREGISTERED, verdict
from tests.diagnosis.test_verdicts import NEAR_MISSES

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
FINE: dict[str, Tri] = {}
LOSSY = {"outside_loss_free": NO, "line_steady": YES}
SLOW = {"outside_latency_fine": NO, "line_steady": NO}
NO_NAMES = FAULTS["box dns"][0]
NOT_FORWARDED, WALLED = FAULTS["the box forwards nothing"][0], FAULTS["walled"][0]
YOUNG = replace(DEVICE, up_time=Seconds(120.0))
DAYS = replace(DEVICE, up_time=Seconds(10_800.0))
NEEDED = Absent(Why.NEEDS_PAIRING)
BACKUP = CellularInterface(True, rsrp=Dbm(-117.0), sinr=Db(-2.0), backup=True)


def dsl(down: dict[str, Any] | None = None, up: dict[str, Any] | None = None, **changes: Any) -> BoxStatus:
    """A DSL box with other figures."""
    line = replace(SYNC, down=replace(SYNC.down, **(down or {})), up=replace(SYNC.up, **(up or {})), **changes)
    return telephone(dsl=line)


def unsynced(state: LinkStatus = LinkStatus.DOWN, **changes: Any) -> BoxStatus:
    return telephone(dsl=replace(SYNC, status=state), wan=no_session(AccessMedium.DSL), **changes)


OK = (None, None, "ok")
WAIT = (None, None, "connecting")
THIN = {"noise_margin": Db(2.1)}
LOUD = {"crc_errors": 48_000, "severely_errored_secs": 310}
# name: the box, what this computer measured, what is right to say of it, other words of the payload
CASES: dict[str, tuple[BoxStatus, dict[str, Tri], set[tuple[str | None, str | None, str]], dict[str, Any]]] = {
    # -- of another moment
    "session up while dead": (status(), DEAD, {("ISP-OUTAGE", "likely", "fault")}, {}),
    "session up while dead, read half a minute ago": (
        status(), DEAD, {("WAN-DOWN", "certain", "fault"), ("WAN-DOWN", "likely", "fault")}, {"age": Seconds(30.0)}),
    "session back for twenty seconds": (status(wan=wan(up_time=Seconds(20.0))), DEAD, {WAIT}, {}),
    "restarted two minutes ago": (status(device=YOUNG), DEAD, {WAIT}, {}),
    "restarted two minutes ago, no names yet": (status(device=YOUNG), NO_NAMES, {WAIT}, {}),
    "restarted two minutes ago, shows its own page": (status(device=YOUNG), WALLED, {WAIT}, {}),
    "restarted two minutes ago, forwards nothing yet": (status(device=YOUNG), NOT_FORWARDED, {WAIT}, {}),
    "restarted two minutes ago, the operator's first router answers": (
        status(device=YOUNG), FAULTS["the operator is cut off"][0], {WAIT}, {}),
    "restarted two minutes ago, works": (status(device=YOUNG), FINE, {OK}, {}),
    "an age of nought in place of a figure": (
        status(device=replace(DEVICE, up_time=Seconds(0.0)), wan=no_session(AccessMedium.FIBRE)), DEAD,
        {("ISP-NOSESSION", "certain", "fault")}, {}),
    "synced a minute ago": (
        telephone(dsl=replace(SYNC, showtime=Seconds(60.0)), wan=no_session(AccessMedium.DSL)), DEAD, {WAIT}, {}),
    "trains at this moment": (unsynced(LinkStatus.INITIALISING), DEAD, {("ACC-DSL-NOSYNC", "likely", "fault")}, {}),
    "ranges at this moment": (
        status(optical=replace(UNREGISTERED, onu_state=OnuState.O4), wan=no_session()), DEAD,
        {("ACC-FTTH-UNREG", "likely", "fault")}, {}),
    "the line fell a minute ago": (status(wan=no_session(), events=drops(60)), DEAD, {WAIT}, {}),
    "firmware is being written": (
        status(device=replace(DEVICE, updating=True), wan=no_session()), DEAD, {WAIT}, {}),
    "firmware is being written, works": (status(device=replace(DEVICE, updating=True)), FINE, {OK}, {}),
    "dark while the line works again": (status(optical=DARK, wan=no_session()), FINE, {OK}, {}),
    "no sync while the line works again": (unsynced(), FINE, {OK}, {}),
    # -- of another line
    "external terminal, dead": (
        status(optical=Absent(Why.CANNOT), wan=wan(medium=AccessMedium.ETHERNET)), DEAD,
        {("WAN-DOWN", "certain", "fault")}, {}),
    "external terminal, no session": (
        status(optical=Absent(Why.CANNOT), wan=no_session(AccessMedium.ETHERNET)), DEAD,
        {("WAN-DOWN", "certain", "fault")}, {}),
    "external terminal, works": (
        status(optical=Absent(Why.CANNOT), wan=wan(medium=AccessMedium.ETHERNET)), FINE, {OK}, {}),
    "external terminal, a module without fibre beside it": (
        status(optical=DARK, wan=no_session(AccessMedium.ETHERNET)), DEAD, {("WAN-DOWN", "certain", "fault")}, {}),
    "the plug of a terminal beside it is out": (
        status(optical=OpticalInterface(), wan=replace(no_session(), link=LinkStatus.DOWN)), DEAD,
        {("ACC-DOWN", "likely", "fault")}, {}),
    "an old DSL box as router behind the new one, works": (
        unsynced(device=replace(DEVICE, family=BoxFamily.LIVEBOX)), FINE, {OK}, {}),
    "an old DSL box behind the new one, whose fibre is dead": (
        telephone(dsl=replace(SYNC, status=LinkStatus.DOWN), wan=wan(medium=AccessMedium.ETHERNET,
                  ipv4_address="192.168.1.20")), DEAD,
        {("WAN-DOWN", "certain", "fault"), ("WAN-DOWN", "likely", "fault")}, {}),
    "an old DSL box behind a router of 10.0.0.0, says down": (
        telephone(dsl=replace(SYNC, status=LinkStatus.DOWN), wan=wan(status=None, medium=None,
                  ipv4_address="10.0.0.7")), DEAD,
        {("WAN-DOWN", "certain", "fault"), ("WAN-DOWN", "likely", "fault")}, {}),
    "an old DSL box behind a router of 172.16": (
        telephone(dsl=replace(SYNC, status=LinkStatus.DOWN), wan=wan(status=None, medium=None,
                  ipv4_address="172.20.0.7")), DEAD,
        {("WAN-DOWN", "certain", "fault"), ("WAN-DOWN", "likely", "fault")}, {}),
    "bridge": (status(device=replace(DEVICE, mode=Mode.BRIDGE), wan=no_session(), optical=DARK), DEAD,
               {("WAN-DOWN", "certain", "fault")}, {}),
    "UPnP alone, a session that is always half a minute old": (
        status(device=replace(DEVICE, family=BoxFamily.IGD), wan=wan(up_time=Seconds(30.0))), DEAD,
        {("WAN-DOWN", "certain", "fault")}, {}),
    "UPnP alone": (status(device=replace(DEVICE, family=BoxFamily.IGD), wan=no_session()), DEAD,
                   {("WAN-DOWN", "certain", "fault")}, {}),
    "4G stands in for a dark fibre, works": (
        status(optical=DARK, wan=wan(medium=AccessMedium.CELLULAR), cellular=BACKUP), FINE, {OK}, {}),
    "4G stands in for a dark fibre, and the box still calls it fibre": (
        status(optical=DARK, wan=wan(), cellular=BACKUP), FINE, {OK}, {}),
    "4G stands in for a dark fibre, without a session on the fibre": (
        status(optical=DARK, wan=no_session(), cellular=BACKUP), FINE, {OK}, {}),
    "4G stands in for a dead telephone line, works": (
        telephone(dsl=replace(SYNC, status=LinkStatus.DOWN), wan=wan(medium=AccessMedium.CELLULAR), cellular=BACKUP),
        FINE, {OK}, {}),
    "4G stands by, weak, the fibre loses": (
        status(cellular=BACKUP), LOSSY, {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    # -- half a word
    "IPv6 alone": (
        status(wan=wan(status=ConnectionStatus.DISCONNECTED, ipv4_address=None,
                       ipv6_status=ConnectionStatus.CONNECTED)), DEAD, {("ISP-OUTAGE", "likely", "fault")}, {}),
    "IPv6 alone, of whose session nothing is told": (
        status(wan=wan(status=ConnectionStatus.DISCONNECTED, ipv4_address=None, ipv6_address="2a01:cb08:8a00::1")),
        DEAD, {("WAN-DOWN", "certain", "fault"), ("WAN-DOWN", "likely", "fault")}, {}),
    "IPv6 alone, works": (status(wan=replace(no_session(), ipv6_address="2a01:cb08:8a00::1")), FINE, {OK}, {}),
    "ports of a shared address": (
        status(wan=wan(ports=PortRange(16_384, 32_767), shared_ipv4=True)), FINE, {OK}, {}),
    "ports of a shared address, dead": (
        status(wan=wan(ports=PortRange(16_384, 32_767))), DEAD, {("ISP-OUTAGE", "likely", "fault")}, {}),
    "unpaired, nothing told, dead": (
        status(paired=False, wan=NEEDED, optical=NEEDED, dsl=NEEDED, events=NEEDED, restarts=NEEDED), DEAD,
        {("WAN-DOWN", "certain", "fault")}, {"pairing": "password"}),
    "unpaired, a session told, dead": (
        status(paired=False, optical=NEEDED, dsl=NEEDED, events=NEEDED, restarts=NEEDED), DEAD,
        {("WAN-DOWN", "certain", "fault")}, {}),
    "being connected": (
        status(wan=wan(status=ConnectionStatus.CONNECTING, ipv4_address=None)), DEAD,
        {("WAN-DOWN", "certain", "fault")}, {}),
    # -- figures of light
    "own limits as wide as a Livebox's": (
        status(optical=replace(LIGHT, rx_power=Dbm(-27.5), rx_low=Dbm(-35.0), rx_high=Dbm(0.0))), LOSSY,
        {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "no limits, light at -28": (
        status(optical=replace(LIGHT, rx_power=Dbm(-28.0), rx_low=None, rx_high=None)), LOSSY,
        {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "a limit that is none": (
        status(optical=replace(LIGHT, rx_low=Dbm(-12.0))), LOSSY,
        {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "an upper limit that is none": (
        status(optical=replace(LIGHT, rx_power=Dbm(-9.0), rx_high=Dbm(-14.0))), LOSSY,
        {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "not a number": (
        status(optical=replace(LIGHT, rx_power=Dbm(float("nan")), rx_low=Dbm(float("nan")))), LOSSY,
        {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "beyond all measure": (
        status(optical=replace(LIGHT, rx_power=Dbm(-1e9))), DEAD, {("ISP-OUTAGE", "likely", "fault")}, {}),
    "weak light, nothing felt": (status(optical=replace(LIGHT, rx_power=Dbm(-31.0))), FINE, {OK}, {}),
    # -- figures of the telephone line
    "long line, thin margin upwards, nothing felt": (
        dsl({"attenuation": Db(58.0)}, {"noise_margin": Db(2.4), "attenuation": Db(33.0)}), FINE, {OK}, {}),
    "thin margin and not one error, losses elsewhere": (
        dsl(THIN), LOSSY, {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "thin margin, errors not told, losses": (
        dsl({**THIN, "crc_errors": None, "severely_errored_secs": None}, {"crc_errors": None}), LOSSY,
        {("ACC-DSL-MARGIN", "likely", "fault")}, {}),
    "thin margin and many errors, losses": (
        dsl(THIN), LOSSY, {("ACC-DSL-MARGIN", "certain", "fault")},
        {"change": LineChange(Seconds(600.0), crc_errors=5_000, severely_errored_secs=0)}),
    "errors of a week, counted since the box began": (
        dsl(LOUD, showtime=Seconds(1_800.0)), LOSSY,
        {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")}, {}),
    "a storm last night, losses now": (
        replace(dsl({"crc_errors": 200_000}, showtime=Seconds(43_000.0)),
                device=replace(DEVICE, up_time=Seconds(43_100.0))), LOSSY,
        {("ACC-DSL-ERRORS", "likely", "fault")}, {}),
    "errors between two readings, losses": (
        dsl(LOUD), LOSSY, {("ACC-DSL-ERRORS", "certain", "fault")},
        {"change": LineChange(Seconds(600.0), crc_errors=5_000, severely_errored_secs=4)}),
    "counters that went round": (
        dsl({"crc_errors": 2**32 - 1}), LOSSY, {("WAN-LOSS", "certain", "fault"), ("WAN-LOSS", "likely", "fault")},
        {"change": LineChange(Seconds(600.0), crc_errors=2, severely_errored_secs=0)}),
    "another box's counters before": (
        dsl(), FINE, {OK}, {"change": LineChange(Seconds(600.0), restarted=True, resynced=True)}),
    # -- logs and clocks
    "a log of 1970": (
        status(events=tuple(replace(e, at=NOW - timedelta(days=20_000)) for e in drops(1, 2, 3, 4, 5))), FINE, {OK},
        {}),
    "a log of the future": (status(events=drops(-9e7, -9e6, -9e5, -9e4, -9e3)), FINE, {OK}, {}),
    "restarts of the future": (
        status(restarts=restarts(-4e4, -3e4, -2e4, -1e4), device=DAYS), FINE, {OK}, {}),
    "a log without a zone": (
        status(events=tuple(replace(e, at=e.at.replace(tzinfo=None)) for e in drops(1, 2_000, 4_000, 9_000))), FINE,
        {OK}, {}),
    "one drop in three lines, twice": (
        status(events=drops(5_000, 5_001, 5_004, 30_000, 30_002, 30_003)), FINE, {OK}, {}),
    "four restarts by hand, each with its drop": (
        status(restarts=restarts(3_000, 9_000, 20_000, 40_000, reason="Reboot by user (GUI)"),
               events=drops(3_050, 9_050, 20_050, 40_050), device=replace(DEVICE, up_time=Seconds(3_000.0))), FINE,
        {OK}, {}),
    "a box that knows its last start only, five drops before it": (
        status(restarts=restarts(3_000), events=drops(3_100, 9_000, 20_000, 30_000, 40_000),
               device=replace(DEVICE, up_time=Seconds(3_000.0))), FINE, {OK}, {}),
    "four restarts over a day, nobody knows by whom": (
        status(restarts=restarts(3_000, 20_000, 40_000, 60_000),
               device=replace(DEVICE, up_time=Seconds(3_000.0))), FINE, {("BOX-UNSTABLE", "likely", "fault")}, {}),
    "a box that knows its last start only, and this program saw more": (
        status(restarts=restarts(3_000), device=replace(DEVICE, up_time=Seconds(3_000.0))), FINE,
        {("BOX-UNSTABLE", "likely", "fault")}, {"restarts_day": 5}),
    "four drops in a day while the box ran": (
        status(events=drops(3_000, 20_000, 40_000, 60_000)), FINE, {("WAN-DROPS", "likely", "fault")}, {}),
    # -- traffic
    "this computer itself downloads": (
        status(traffic=WanTraffic(down_rate=Kbps(880_000.0), up_rate=Kbps(9_000.0))),
        {**SLOW, "line_idle": NO}, {(None, None, "not_proven"), OK}, {}),
    "a great deal moves, and it is not the others": (
        status(traffic=WanTraffic(down_rate=Kbps(880_000.0), up_rate=Kbps(9_000.0))), SLOW,
        {("WAN-LATENCY", "likely", "fault")}, {"traffic_elsewhere": Kbps(900.0)}),
    "others filled the line half a minute ago": (
        status(traffic=WanTraffic(down_rate=Kbps(880_000.0), up_rate=Kbps(9_000.0))), SLOW,
        {("WAN-LATENCY", "likely", "fault")}, {"traffic_elsewhere": Kbps(880_000.0), "age": Seconds(30.0)}),
    "others use the line, nothing felt": (
        status(traffic=WanTraffic(down_rate=Kbps(880_000.0), up_rate=Kbps(9_000.0))), FINE, {OK},
        {"traffic_elsewhere": Kbps(870_000.0)}),
    "rates beyond all measure": (
        status(traffic=WanTraffic(down_rate=Kbps(1e30), up_rate=Kbps(float("inf")))), SLOW,
        {("WAN-LATENCY", "likely", "fault")}, {}),
    # -- what is blocked
    "blocked by a timetable, works": (status(), FINE, {OK}, {"blocked_here": True}),
    "not blocked, and filtered here": (
        status(), FAULTS["local filter drops everything"][0],
        {("PC-FIREWALL", "certain", "fault")}, {"blocked_here": False}),
    "the box shuts this computer out and has no line either": (
        status(optical=DARK, wan=no_session()), DEAD, {("ACC-FTTH-DARK", "certain", "fault")},
        {"blocked_here": True}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nobody_is_named_wrongly_or_too_surely(name: str) -> None:
    seen, measured, right, words = CASES[name]
    assert verdict(seen, measured, **words) in right


NEEDS = status(
    paired=False, wan=NEEDED, traffic=NEEDED, optical=NEEDED, dsl=NEEDED, events=NEEDED, restarts=NEEDED,
    device=replace(DEVICE, up_time=None, mode=None),
)  # fmt: skip
HALF = replace(NEEDS, wan=wan(), device=DEVICE)
SOUND = {"fibre": status(), "DSL": telephone(), "unpaired": NEEDS, "unpaired, tells its session": HALF}
SETS = {
    name: case[0]
    for name, case in {**FAULTS, **CONDITIONS, **NEAR_MISSES}.items()
    if name not in {**facts_box.FAULTS, **facts_box.CONDITIONS, **facts_box.NEAR_MISSES}
}
# A box that sees its line carry moves an outage behind it; and agrees with a router of the operator.
MOVED: dict[tuple[str | None, str | None, str], tuple[str, str, str]] = {
    ("WAN-DOWN", "certain", "fault"): ("ISP-OUTAGE", "likely", "fault"),
    ("ISP-OUTAGE", "likely", "fault"): ("ISP-OUTAGE", "certain", "fault"),
}


@pytest.mark.parametrize("name", SETS)
def test_a_sound_box_makes_no_verdict_worse(name: str) -> None:
    bare = diagnose(observations(SETS[name])).verdict
    without = (bare.code, bare.band.value if bare.band else None, bare.state.value)
    for box_of, seen in SOUND.items():
        pairing: dict[str, Any] = {} if seen.paired else {"pairing": "password"}
        assert verdict(seen, SETS[name], **pairing) in (without, MOVED.get(without) if seen.paired else without), box_of


def test_a_box_that_writes_its_firmware_and_says_nothing_else_is_waited_for() -> None:
    mute = replace(payload(), status=None, failure="updating")
    base = FAULTS["wan down"][0]
    mine = {o.fact: o.value for o in observe({"box.status": mute}) if isinstance(o.value, Tri)}
    assert diagnose(observations({**base, **mine})).verdict.state == "connecting"
    other = {o.fact for o in observe({"box.status": replace(mute, failure="login_failed")})}
    assert "box_settling" not in other


def test_a_figure_that_is_none_is_not_cited() -> None:
    odd = status(traffic=WanTraffic(down_rate=Kbps(float("inf")), up_rate=Kbps(float("nan"))))
    assert not [o.fact for o in observe({"box.status": replace(payload(), status=odd)}) if o.fact == "others_rate"]
