"""What the box says, held against what this PC measured: where the two disagree, the box's word says nothing.

``EARLY`` are its words alone. ``OBSERVERS`` join them with the measurements: a line that carries is never called dead.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from selfcare.diagnosis import thresholds
from selfcare.diagnosis.observe import box_line, box_time
from selfcare.diagnosis.observe.box_line import PROBE
from selfcare.diagnosis.observe.view import Drawn, View
from selfcare.model.box import (
    AccessMedium,
    BoxFamily,
    BoxStatus,
    ConnectionStatus,
    LinkStatus,
    Mode,
    OpticalInterface,
    PortMapping,
    WanStatus,
    WanTraffic,
)
from selfcare.model.payloads.box import BoxPayload
from selfcare.model.payloads.line import LoadPayload
from selfcare.model.tri import Tri

SYMPTOMS: tuple[str, ...] = ("box_stays_on", "line_stays_up")
SOURCES: dict[str, str] = dict.fromkeys(
    (
        *SYMPTOMS, "box_known", "box_offers_more", "box_is_ours", "box_settling", "box_uptime_short",
        "box_line_up", "box_session_up", "session_missing", "line_down_told", "line_poor_told", "line_ails",
        "line_poor_quietly",
        "dsl_synced", "dsl_margin_enough", "dsl_errors_low", "dsl_resynced_lately",
        "dsl_errors_rising", "line_training",
        "optical_signal", "optical_registered", "optical_level_good", "optical_level_far_off", "cellular_good",
        "box_blocks_this_pc", "ipv4_shared_by_box", "forward_possible", "walled_by_operator", "others_fill_line",
    ),
    PROBE,
) | {"line_dead": "web.address", "access_carries": "path.hops"}  # fmt: skip
_CGNAT = ipaddress.IPv4Network("100.64.0.0/10")
_HOMES = (ipaddress.IPv4Network("192.168.0.0/16"), ipaddress.IPv4Network("172.16.0.0/12"))
_HOME_OR_OPERATOR = ipaddress.IPv4Network("10.0.0.0/8")
_LINKS = (AccessMedium.FIBRE, AccessMedium.CABLE)
_ANY_ROUTER = (BoxFamily.IGD, BoxFamily.NATPMP, BoxFamily.LEGACY)


def _reading(view: View) -> tuple[BoxPayload, BoxStatus] | None:
    payload = view.get(PROBE, BoxPayload)
    return (payload, payload.status) if payload is not None and payload.status is not None else None


def _wan4(wan: WanStatus) -> ipaddress.IPv4Address | None:
    try:
        return ipaddress.IPv4Address(wan.ipv4_address or "")
    except ValueError:
        return None


def _speaks_of_the_line(status: BoxStatus) -> bool:
    """Not in bridge mode, where another router holds the session; not behind another router that has the line.

    What any router says by UPnP is a hint at best: many of those answers are wrong (reference §0).
    """
    address = _wan4(status.wan) if isinstance(status.wan, WanStatus) else None
    own_language = status.device.family not in _ANY_ROUTER
    return (
        own_language and status.device.mode is not Mode.BRIDGE and not any(address in net for net in _HOMES if address)
    )


def who(view: View) -> Drawn:
    """Which box it is, whether it lets us in, whether it has only just started."""
    payload = view.get(PROBE, BoxPayload)
    if payload is None:
        return
    yield "box_known", Tri.of(payload.family is not None), PROBE
    yield "box_offers_more", Tri.of(payload.family is not None and payload.pairing is not None), PROBE
    if payload.status is None:
        yield "box_settling", Tri.of(payload.failure == "updating" or None), PROBE
        return
    device = payload.status.device
    # A login is given to the very box it was made for (its uid), never to a stranger at the same address.
    yield "box_is_ours", Tri.of(payload.status.paired or None), PROBE
    yield "box_settling", Tri.of(box_time.settling(payload.status, _speaks_of_the_line(payload.status))), PROBE
    # A second witness only of a list of starts: a count of our own was taken from this very clock.
    if device.up_time is not None and isinstance(payload.status.restarts, tuple):
        yield "box_uptime_short", Tri.of(device.up_time < box_time.DAY_S), PROBE


def up_time(view: View) -> float | None:
    """Seconds since the box began, by its own word."""
    told = _reading(view)
    return told[1].device.up_time if told is not None else None


def down_capacity(view: View) -> float | None:
    """What the line carries downwards in kbit/s, by a box that speaks of its own line."""
    told = _reading(view)
    if told is None or not _speaks_of_the_line(told[1]) or not isinstance(told[1].wan, WanStatus):
        return None
    return told[1].wan.down_capacity or None


def _of_now(payload: BoxPayload) -> bool:
    """Not given a second time: what proves something of this moment must have been read in it."""
    return (payload.age or 0.0) <= thresholds.READING_OF_NOW_S


def line(view: View) -> Drawn:
    """The physical layer, and the session above it. A box that says both "dark" and "connected" says nothing."""
    told = _reading(view)
    if told is None or not _speaks_of_the_line(told[1]):
        return
    payload, status = told
    facts = [*box_line.dsl(view, payload, status), *box_line.optics(view, status), *box_line.cellular(view, status)]
    by_name = {fact: value for fact, value, _ in facts}
    session = _session(status)
    up = _physical(by_name, status)
    address = _wan4(status.wan) if isinstance(status.wan, WanStatus) else None
    # An address of a home or of an operator's inside, and no line of its own: it may be fed by another router.
    if up is Tri.NO and (session is Tri.YES or (address is not None and address in _HOME_OR_OPERATOR)):
        return
    yield from facts
    yield "box_line_up", up, PROBE
    yield "box_session_up", session, PROBE
    if isinstance(status.wan, WanStatus):
        yield "walled_by_operator", Tri.of(status.wan.walled), PROBE


def _physical(facts: dict[str, Tri], status: BoxStatus) -> Tri:
    """DSL: the sync. Fibre: registered with the operator's end, by a box that sees the light itself.

    A box that only knows a link may look at the cable to an optical terminal: "up" then proves nothing of the fibre.
    """
    if "dsl_synced" in facts:
        return facts["dsl_synced"]
    signal, registered = facts.get("optical_signal"), facts.get("optical_registered")
    if Tri.NO in (signal, registered):
        return Tri.NO
    sees = signal is Tri.YES or (isinstance(status.optical, OpticalInterface) and status.optical.onu_state is not None)
    if registered is Tri.YES:
        return Tri.YES if sees else Tri.UNKNOWN
    told = isinstance(status.wan, WanStatus) and box_line.medium_of(status) in _LINKS
    if told and signal is not Tri.YES and isinstance(status.wan, WanStatus):
        return Tri.NO if status.wan.link in (LinkStatus.DOWN, LinkStatus.INITIALISING) else Tri.UNKNOWN
    return Tri.UNKNOWN


def _session(status: BoxStatus) -> Tri:
    """``CONNECTING`` is neither: the box may be about to succeed."""
    wan = status.wan
    if not isinstance(wan, WanStatus) or wan.status in (None, ConnectionStatus.CONNECTING):
        return Tri.UNKNOWN
    if ConnectionStatus.CONNECTED in (wan.status, wan.ipv6_status):
        return Tri.YES
    return Tri.UNKNOWN if _wan4(wan) is not None or _global6(wan) else Tri.NO


def _global6(wan: WanStatus) -> bool:
    """A line may live on IPv6 alone while the box calls its IPv4 down."""
    try:
        return ipaddress.IPv6Address(wan.ipv6_address or "").is_global
    except ValueError:
        return False


def steadiness(view: View) -> Drawn:
    """Restarts and drops of the last day. Those somebody asked for do not count, nor drops that a restart explains."""
    told = _reading(view)
    if told is None:
        return
    payload, status = told
    restarts, whole = box_time.restarts_of(payload, status), box_time.knows_the_day(status)
    if restarts is not None:
        view.number("box_restarts", restarts, "", PROBE)
        if restarts >= thresholds.MANY_A_DAY and box_time.agrees(status):
            yield "box_stays_on", Tri.NO, PROBE
        elif restarts <= thresholds.FEW_A_DAY and whole:
            yield "box_stays_on", Tri.YES, PROBE
    elif whole:
        yield "box_stays_on", Tri.YES, PROBE
    alone = box_time.drops_of(payload, status)
    if alone is None or not _speaks_of_the_line(status):
        return
    view.number("line_drops", alone, "", PROBE)
    if alone >= thresholds.MANY_A_DAY:
        yield "line_stays_up", Tri.NO, PROBE
    elif alone <= thresholds.FEW_A_DAY and whole:
        yield "line_stays_up", Tri.YES, PROBE


def sharing(view: View) -> Drawn:
    """Whether the public IPv4 address is this line's alone, and whether ports opened for this PC can be reached."""
    told = _reading(view)
    if told is None or not isinstance(told[1].wan, WanStatus) or not _speaks_of_the_line(told[1]):
        return
    payload, wan = told[0], told[1].wan
    address = _wan4(wan)
    part = wan.ports is not None and not wan.ports.whole
    behind = wan.shared_ipv4 is True or (address is not None and address in _CGNAT)
    if part or behind:
        yield "ipv4_shared_by_box", Tri.YES, PROBE
    elif address is not None and address.is_global and (wan.ports is not None or wan.shared_ipv4 is False):
        yield "ipv4_shared_by_box", Tri.NO, PROBE
    if wan.ports is not None and part:
        view.number("port_first", wan.ports.first, "", PROBE)
        view.number("port_last", wan.ports.last, "", PROBE)
    forwards = [f for f in payload.forwards if f.enable] if isinstance(payload.forwards, tuple) else []
    if forwards:
        yield "forward_possible", Tri.of(all(_reachable(f, wan, behind and not part) for f in forwards)), PROBE


def _reachable(forward: PortMapping, wan: WanStatus, behind: bool) -> bool:
    inside = wan.ports is None or (forward.external_port in wan.ports and forward.last in wan.ports)
    return inside and not behind and forward.valid is not False


def home(view: View) -> Drawn:
    """What the box does with this PC, and what others of the home do with the line."""
    told = _reading(view)
    if told is None:
        return
    payload, status = told
    yield "box_blocks_this_pc", Tri.of(payload.blocked_here), PROBE
    share = _share(view, payload, status) if _of_now(payload) else None
    if share is None:
        return
    rate, part = share
    view.number("others_rate", rate, "kbit/s", PROBE)
    if part > thresholds.LINE_OVERFULL_SHARE:
        return  # then the figure of the line's capacity is not one
    if part >= thresholds.LINE_FULL_SHARE and rate >= thresholds.FULL_KBIT_S:
        yield "others_fill_line", Tri.YES, PROBE
    elif part <= thresholds.LINE_FREE_SHARE:
        yield "others_fill_line", Tri.NO, PROBE


def _share(view: View, payload: BoxPayload, status: BoxStatus) -> tuple[float, float] | None:
    """Rate in kbit/s and share of the line in the fuller direction, without what this PC moves itself."""
    wan, moved = status.wan, status.traffic
    load = view.get("pc.load", LoadPayload)
    if not isinstance(wan, WanStatus) or not isinstance(moved, WanTraffic) or not _speaks_of_the_line(status):
        return None
    own_down = sum(t.down_kbit_s for t in load.traffic) if load is not None else 0.0
    own_up = sum(t.up_kbit_s for t in load.traffic) if load is not None else 0.0
    ways = ((moved.down_rate, own_down, wan.down_capacity), (moved.up_rate, own_up, wan.up_capacity))
    known = [(max(0.0, r - own), max(0.0, r - own) / whole) for r, own, whole in ways if r is not None and whole]
    if not known:
        return None
    if payload.traffic_elsewhere is not None:
        most = payload.traffic_elsewhere
        known = [(min(rate, most), part * min(1.0, most / rate) if rate else 0.0) for rate, part in known]
    return max(known, key=lambda one: one[1])


_PROOFS_OF_LIFE = ("operator_alive", "isp_resolver_answers", "late_answer", "box_reaches_outside", "outside_answers")


def verdicts(view: View) -> Drawn:
    """Whether the line is dead for this PC, whether the box says where, and that nothing measured contradicts it."""
    fooled = view.tri("box_answers_for_all") is Tri.YES
    dead = fooled or view.tri("outside_answers") is Tri.NO
    if dead:
        yield "line_dead", Tri.YES, "web.name" if fooled else "web.address"
    elif view.tri("outside_answers") is Tri.YES:
        yield "line_dead", Tri.NO, "web.address"
    alive = any(view.tri(proof) is Tri.YES for proof in _PROOFS_OF_LIFE)
    up, session = view.tri("box_line_up"), view.tri("box_session_up")
    closed = view.tri("walled_by_operator") is Tri.YES and not fooled
    missing = (up is Tri.YES and session is Tri.NO) or (closed and (dead or view.tri("portal_seen") is Tri.YES))
    settled = view.tri("box_settling") is not Tri.YES
    if _reading(view) is None:
        return
    if missing or session is Tri.YES:
        yield "session_missing", Tri.of(missing), PROBE
    if missing and closed and not fooled:
        yield "line_down_told", Tri.YES, PROBE  # names may resolve in a closed area
    elif dead and not alive and settled and (up is Tri.NO or missing):
        if not view.waiting("path.hops", "dns.box", "dns.isp", "dns.patient"):
            yield "line_down_told", Tri.YES, PROBE
            # Whatever answered was the box, which says itself that it has no line.
            yield "outside_answers", Tri.NO, PROBE if fooled else view.facts["outside_answers"].measurement
    elif alive or (up is Tri.YES and session is Tri.YES):
        yield "line_down_told", Tri.NO, PROBE


def carries(view: View) -> Drawn:
    """Whether the access line works while nothing beyond answers: a router of the operator speaks, or the box sees it.

    Light and registration (or sync) are of this very moment, unlike a session, which lives on without a line.
    """
    alive = view.tri("operator_alive")
    by_box = view.tri("box_line_up") is Tri.YES and view.tri("box_session_up") is Tri.YES
    told = _reading(view)
    by_box = by_box and told is not None and _of_now(told[0])
    by_box = by_box and view.tri("line_dead") is Tri.YES and view.tri("walled_by_operator") is not Tri.YES
    # The box must be cut off as well: else it may keep out this PC alone.
    by_box = by_box and view.tri("box_reaches_outside") is Tri.NO and view.tri("box_settling") is not Tri.YES
    if alive is Tri.YES:
        yield "access_carries", Tri.YES, "path.hops"
    elif by_box and alive is Tri.NO:
        yield "access_carries", Tri.YES, PROBE
    elif alive is Tri.NO and not view.waiting(PROBE):
        yield "access_carries", Tri.NO, "path.hops"


_POOR = ("dsl_margin_enough", "dsl_errors_low", "optical_level_good", "cellular_good")


def poor(view: View) -> Drawn:
    """Figures of the line that would explain loss and drops; quietly: this PC notices nothing of it.

    What a telephone line loses, it counts: with a thin margin and hardly an error, losses come from elsewhere.
    """
    known = [fact for fact in _POOR if view.tri(fact) is not Tri.UNKNOWN]
    if not known:
        return
    bad = {fact for fact in known if view.tri(fact) is Tri.NO}
    felt = (view.tri("outside_loss_free"), view.tri("line_stays_up"))
    held = view.tri("dsl_errors_low") is Tri.YES and felt[1] is not Tri.NO
    guilty = bad - {"dsl_margin_enough"} if held else bad
    yield "line_poor_told", Tri.of(bool(guilty)), PROBE
    if Tri.NO in felt:
        yield "line_ails", Tri.YES, PROBE
    elif felt[0] is Tri.YES:
        yield "line_ails", Tri.NO, PROBE
    if Tri.NO not in felt and felt[0] is Tri.YES:
        yield "line_poor_quietly", Tri.of(bool(bad)), PROBE
    elif bad and not guilty:
        yield "line_poor_quietly", Tri.YES, PROBE


EARLY: tuple[Callable[[View], Drawn], ...] = (who, line, steadiness, sharing, home)
OBSERVERS: tuple[Callable[[View], Drawn], ...] = (verdicts, carries)
LATE: tuple[Callable[[View], Drawn], ...] = (poor,)
