"""From recorded series and counters to facts: who may be blamed for a loss, and who may not."""

from __future__ import annotations

import pytest

from selfcare.diagnosis import diagnose, observe
from selfcare.model.payloads.line import (
    Ask,
    LatencyPayload,
    LinkQualityPayload,
    LoadPayload,
    Series,
    Target,
    Traffic,
)
from selfcare.model.payloads.reach import PortState, PortTry
from selfcare.model.series import summarise
from selfcare.model.tri import Tri
from tests.diagnosis.facts import HEALTHY, observations
from tests.diagnosis.test_observe_reach import opened

YES, NO, UNKNOWN = Tri.YES, Tri.NO, Tri.UNKNOWN
ANCHORS = ("1.1.1.1", "9.9.9.9", "80.67.169.12")


def one(ask: Ask, address: str, sent: int, lost: int, rtt: float = 5.0, spread: float = 1.0) -> Series:
    """A series with its losses evenly spread, and round trips between rtt and rtt + spread."""
    gap = sent // lost if lost else sent + 1
    gone = set(range(0, gap * lost, gap))
    rtts = tuple(None if n in gone else rtt + spread * (n % 10) / 9 for n in range(sent))
    return Series(Target.ANCHOR, ask, address, None, rtts, True, summarise(rtts))


def gateway(icmp: int = 0, tcp: int = 0, extended: bool = True, rtt: float = 0.3) -> LatencyPayload:
    echo = one(Ask.ICMP, "192.168.1.1", 200 if extended else 50, icmp, rtt)
    rest = (one(Ask.TCP, "192.168.1.1", 100, tcp, rtt),) if extended else ()
    return LatencyPayload("eth0", (echo, *rest), extended)


def line(
    icmp: int, others: tuple[int, int, int], up: float | None = 0.0, rtt: float = 5.0, spread: float = 1.0
) -> LatencyPayload:
    """200 echoes, and 75 TCP connections to each of three places."""
    echo = one(Ask.ICMP, ANCHORS[0], 200, icmp, rtt, spread)
    tcp = [one(Ask.TCP, a, 75, n, rtt, spread) for a, n in zip(ANCHORS, others, strict=True)]
    control = (one(Ask.ICMP, "192.168.1.1", 150, 0, 0.3),)
    return LatencyPayload("eth0", (echo, *tcp), True, control, up, up)


def facts(**payloads: object) -> dict[str, Tri]:
    seen = observe({name.replace("_", "."): payload for name, payload in payloads.items()})
    return {o.fact: o.value for o in seen if isinstance(o.value, Tri)}


WIRED = LinkQualityPayload("eth0", True, 1000, True, 1000, 1000, 0.8, 300, 0, 0)


def verdict(**payloads: object) -> tuple[str | None, str | None]:
    """What is said of an otherwise healthy home with these measurements."""
    mine = facts(link_quality=WIRED, **payloads)
    known = {f: mine.get(f, UNKNOWN) for f in HEALTHY if f.startswith(("gateway_l", "gateway_t", "outside_", "line_"))}
    known.pop("outside_answers")
    found = diagnose(observations(known | {"loss_heavy": mine.get("loss_heavy", UNKNOWN)}))
    return found.verdict.code, found.verdict.band.value if found.verdict.band else None


def test_loss_beyond_the_box_is_the_lines() -> None:
    seen = {"latency_gateway": gateway(extended=False), "latency_isp": line(12, (4, 5, 4))}
    assert facts(**seen)["outside_loss_free"] is NO
    assert verdict(**seen) == ("WAN-LOSS", "certain")


def test_a_queue_that_is_always_full_is_even_and_yet_no_proof_against_the_line() -> None:
    """Somebody at home may fill it all the time: evenly late answers are no certainty."""
    seen = {"latency_gateway": gateway(extended=False), "latency_isp": line(12, (4, 5, 4), rtt=260.0)}
    assert verdict(**seen) == ("WAN-LOSS", "likely")


def test_echoes_alone_convict_nobody() -> None:
    seen = facts(latency_gateway=gateway(extended=False), latency_isp=line(60, (0, 0, 0)))
    assert seen["outside_loss_free"] is YES


def test_one_place_in_trouble_is_not_the_line() -> None:
    seen = {"latency_gateway": gateway(extended=False), "latency_isp": line(60, (20, 0, 0))}
    assert facts(**seen).get("outside_loss_free", UNKNOWN) is not NO
    assert verdict(**seen)[0] is None


def test_a_place_that_never_answers_has_lost_nothing() -> None:
    assert facts(latency_isp=line(0, (75, 0, 0)))["outside_loss_free"] is YES
    assert facts(latency_isp=line(12, (75, 0, 0)))["outside_loss_free"] is YES


def test_few_losses_are_no_verdict() -> None:
    assert facts(latency_isp=line(3, (1, 1, 1))).get("outside_loss_free", UNKNOWN) is not NO


@pytest.mark.parametrize("up", [250.0, 5000.0])
def test_own_traffic_clears_the_line(up: float) -> None:
    seen = facts(latency_gateway=gateway(extended=False), latency_isp=line(40, (15, 15, 15), up, 200.0, 150.0))
    assert seen["line_idle"] is NO
    assert NO not in {seen.get(f) for f in ("outside_loss_free", "outside_latency_fine", "outside_jitter_fine")}


def test_without_counters_nobody_is_accused() -> None:
    seen = facts(latency_gateway=gateway(extended=False), latency_isp=line(40, (15, 15, 15), None))
    assert "line_idle" not in seen
    assert "outside_loss_free" not in seen


def test_loss_up_to_the_box_is_the_cables() -> None:
    beyond = line(14, (5, 6, 5))
    lossy = LatencyPayload(
        "eth0", beyond.series, True, (one(Ask.ICMP, "192.168.1.1", 150, 12), one(Ask.TCP, "192.168.1.1", 75, 5)), 0, 0
    )
    seen = {"latency_gateway": gateway(14, 7), "latency_isp": lossy}
    assert facts(link_quality=WIRED, **seen)["gateway_loss_free"] is NO
    assert verdict(**seen) == ("LAN-LOSS", "likely")


def test_a_box_that_drops_what_is_for_itself_is_no_cable_fault() -> None:
    """TCP to the box suffers as well, but all that goes through it arrives."""
    clean = LatencyPayload("eth0", (one(Ask.ICMP, ANCHORS[0], 50, 0),), False)
    seen = facts(link_quality=WIRED, latency_gateway=gateway(60, 30), latency_isp=clean)
    assert seen["gateway_loss_free"] is YES


def test_a_way_to_the_box_that_is_no_better_does_not_blame_the_line() -> None:
    beyond = line(12, (4, 5, 4))
    control = (one(Ask.ICMP, "192.168.1.1", 150, 4), one(Ask.TCP, "192.168.1.1", 75, 2))
    seen = {
        "latency_gateway": gateway(extended=False),
        "latency_isp": LatencyPayload("eth0", beyond.series, True, control, 0.0, 0.0),
    }
    assert verdict(**seen)[0] != "WAN-LOSS"


def test_loss_is_heavy_from_a_tenth() -> None:
    quiet = gateway(extended=False)
    assert facts(latency_gateway=quiet, latency_isp=line(40, (15, 15, 15)))["loss_heavy"] is YES
    assert facts(latency_gateway=quiet, latency_isp=line(12, (4, 5, 4)))["loss_heavy"] is NO


@pytest.mark.parametrize(("lost", "told"), [((40, (15, 15, 15)), None), ((0, (0, 0, 0)), NO)])
def test_ports_that_fail_by_chance_accuse_nobody(lost: tuple[int, tuple[int, int, int]], told: Tri | None) -> None:
    silent = PortTry("echo", "tcp", 993, PortState.SILENT, True)
    cut = {name.replace(".", "_"): payload for name, payload in opened(silent).items()}
    seen = facts(latency_gateway=gateway(extended=False), latency_isp=line(*lost), **cut)
    assert seen.get("ports_pass") is told


def test_a_long_even_way_is_a_property_and_a_queue_is_not() -> None:
    far = facts(latency_gateway=gateway(extended=False), latency_isp=line(0, (0, 0, 0), rtt=620.0))
    assert (far["outside_latency_fine"], far["line_far"]) == (YES, YES)
    queue = {"latency_gateway": gateway(extended=False), "latency_isp": line(0, (0, 0, 0), rtt=30.0, spread=400.0)}
    assert facts(**queue)["outside_latency_fine"] is NO
    assert verdict(**queue) == ("WAN-LATENCY", "likely")


def test_an_uneven_way_to_the_box_clears_the_line_of_wavering() -> None:
    uneven = line(0, (0, 0, 0), rtt=30.0, spread=130.0)
    shaky = LatencyPayload("eth0", uneven.series, True, (one(Ask.ICMP, "192.168.1.1", 150, 0, 1.0, 80.0),), 0.0, 0.0)
    assert facts(latency_isp=uneven)["outside_jitter_fine"] is NO
    assert "outside_jitter_fine" not in facts(latency_isp=shaky)


def test_on_wifi_loss_up_to_the_box_accuses_no_cable() -> None:
    air = LinkQualityPayload("wlan0", False, 300, None, None, None, 0.8, 300, 0, 0)
    seen = facts(link_quality=air, latency_gateway=gateway(14, 7), latency_isp=line(14, (5, 6, 5)))
    assert "gateway_loss_free" not in seen
    assert "cable_full_speed" not in seen


CABLES = {
    "gigabit": ((1000, True, 1000, 1000, 0), YES),
    "two pairs": ((100, True, 1000, 1000, 0), NO),
    "partner unknown": ((100, True, 1000, None, 0), NO),
    "old box": ((100, True, 1000, 100, 0), YES),
    "old card": ((100, True, 100, 1000, 0), YES),
    "2.5 gigabit card on a gigabit box": ((1000, True, 2500, 1000, 0), YES),
    "half duplex": ((100, False, 100, None, 0), NO),
    "errors": ((1000, True, 1000, 1000, 20), NO),
    "two errors": ((1000, True, 1000, 1000, 2), YES),
    "no word from the driver": ((None, None, None, None, 0), UNKNOWN),
}


@pytest.mark.parametrize("name", CABLES)
def test_recorded_cables(name: str) -> None:
    (speed, duplex, card, partner, errors), wanted = CABLES[name]
    seen = LinkQualityPayload("eth0", True, speed, duplex, card, partner, 0.8, 300, errors, 0)
    assert facts(link_quality=seen).get("cable_full_speed", UNKNOWN) is wanted


def test_load_of_this_computer() -> None:
    def told(cpu: float, memory: float, down: float) -> Tri:
        load = LoadPayload(0.9, cpu, memory, 0.0, (Traffic("eth0", 0.0, down),), False)
        return facts(pc_load=load)["pc_loaded"]

    assert told(20.0, 60.0, 100.0) is NO
    assert told(97.0, 60.0, 100.0) is YES
    assert told(20.0, 2.0, 100.0) is YES
    assert told(20.0, 60.0, 4000.0) is YES
