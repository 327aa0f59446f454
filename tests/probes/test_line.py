"""Series of questions on loopback, what the card says, counters: measured values and hostile bytes."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import latency_gateway, latency_isp, pc_load
from probes.hostnet import ethtool, usage
from probes.series import Asked, bounded, joined, series, to_gateway
from probes.wire import echoes
from probes.wire.echoes import Heard, Plan
from probes.wire.tcp import Connection
from selfcare.model.payloads.address import Activation, AddressPayload, IpConfig, Method
from selfcare.model.payloads.gateway import GatewayPayload, IcmpMethod, TcpAnswer, TcpTry
from selfcare.model.payloads.line import Ask, LatencyPayload, Series, Target
from selfcare.model.payloads.path import PathPayload
from selfcare.model.probe import CannotRun, NotRunReason
from selfcare.model.series import summarise, wilson
from tests.probes.support import Anchor, Stopwatch, context, tcp, udp

QUERY = bytes(2) + b"\x01\x00" + bytes(8) + b"\x00\x00\x01\x00\x01"
FAST = Plan(count=30, limit_s=1.0, pace_s=0.002)


def _answer(data: bytes) -> bytes:
    return data[:2] + b"\x81\x80" + data[4:]


async def _ask(answers: Callable[[bytes], list[bytes]], plan: Plan, monkeypatch: pytest.MonkeyPatch) -> Heard:
    async with udp(answers) as port:
        monkeypatch.setattr(echoes, "endpoint", lambda address, _: (2, (address, port)))
        return await echoes.questions("127.0.0.1", QUERY, plan)


def test_every_answer_is_timed_by_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = asyncio.run(_ask(lambda data: [_answer(data)], FAST, monkeypatch))
    assert len(heard.rtts_ms) == 30
    assert all(rtt is not None and 0 < rtt < 500 for rtt in heard.rtts_ms)
    assert heard.kernel_time


def test_what_is_lost_is_counted_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def thin(data: bytes) -> list[bytes]:
        seen.append(data)
        return [] if len(seen) % 3 == 0 else [_answer(data)]

    heard = asyncio.run(_ask(thin, FAST, monkeypatch))
    assert [n for n, rtt in enumerate(heard.rtts_ms) if rtt is None] == [n for n in range(30) if n % 3 == 2]


def test_answers_twice_late_or_to_nobody_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def mad(data: bytes) -> list[bytes]:
        return [b"", b"\xff" * 40, data, _answer(data), _answer(data), b"\x00\x00\x81" + bytes(20)]

    heard = asyncio.run(_ask(mad, FAST, monkeypatch))
    assert len(heard.rtts_ms) == 30
    assert None not in heard.rtts_ms


@pytest.mark.alone
def test_silence_ends_early_unless_answers_are_known_to_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(count=30, limit_s=2.0, pace_s=0.002, give_up_s=0.2)
    with Stopwatch(0.2):
        heard = asyncio.run(_ask(lambda _: [], plan, monkeypatch))
    assert summarise(heard.rtts_ms).min_ms is None
    far = Plan(count=30, limit_s=2.0, give_up_s=0.2, expect_s=0.6)
    assert far.hopeless_s == pytest.approx(1.2)


def test_a_question_too_young_to_be_lost_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def first_half(data: bytes) -> list[bytes]:
        nonlocal count
        count += 1
        return [_answer(data)] if count <= 10 else []

    heard = asyncio.run(_ask(first_half, Plan(count=20, limit_s=0.1, pace_s=0.002), monkeypatch))
    assert None not in heard.rtts_ms
    assert len(heard.rtts_ms) == 10


def test_connections_open_and_refused_are_answers() -> None:
    async def talk(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.1)

    async def run() -> tuple[Heard, Heard]:
        async with tcp(talk) as port:
            there = await echoes.connections("127.0.0.1", port, FAST)
        return there, await echoes.connections("127.0.0.1", port, FAST)

    for heard in asyncio.run(run()):
        assert len(heard.rtts_ms) == 30
        assert None not in heard.rtts_ms


def test_a_connection_cut_short_is_lost_if_it_was_old_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first series ends before the silence of a connection is out."""
    count = 0

    async def every_other(*_: object) -> Connection:
        nonlocal count
        count += 1
        await asyncio.sleep(0.001 if count % 2 else 0.9)
        return Connection(TcpAnswer.REFUSED, 1.0)

    monkeypatch.setattr(echoes, "open_tcp", every_other)
    heard = asyncio.run(echoes.connections("127.0.0.1", 1, Plan(count=20, limit_s=0.5, pace_s=0.02)))
    assert 5 <= heard.rtts_ms.count(None) < 10
    assert heard.rtts_ms.count(1.0) == 10


def test_nonsense_addresses_are_values() -> None:
    assert asyncio.run(echoes.pings("nonsense", FAST)).denied
    assert asyncio.run(echoes.questions("::1%nowhere", QUERY, FAST)).rtts_ms == ()
    assert asyncio.run(echoes.connections("nonsense", 1, FAST)).rtts_ms == ()


# -- figures ------------------------------------------------------------------------------------


def test_figures_of_a_series() -> None:
    seen = summarise([10.0, 12.0, None, 11.0, 30.0])
    assert (seen.sent, seen.lost, seen.loss_pct) == (5, 1, 20.0)
    assert (seen.min_ms, seen.median_ms, seen.p90_ms) == (10.0, 11.5, 30.0)
    assert seen.jitter_ms == pytest.approx((2 + 1 + 19) / 3, abs=0.001)
    assert seen.spread_ms == 20.0


def test_wilson_bounds_as_published() -> None:
    """Newcombe 1998, table I, method 3: 81 of 263 and 0 of 20."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=0.0001)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=0.0001)


@given(st.integers(0, 500), st.integers(0, 500))
def test_wilson_holds_the_share(lost: int, heard: int) -> None:
    low, high = wilson(lost, lost + heard)
    assert 0 <= low <= high <= 1
    if lost + heard:
        assert low <= lost / (lost + heard) <= high


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=300))
def test_any_series_has_figures(rtts: list[float | None]) -> None:
    seen = summarise(rtts)
    assert seen.lost <= seen.sent == len(rtts)
    if seen.min_ms is not None and seen.median_ms is not None and seen.p90_ms is not None:
        assert seen.min_ms <= seen.median_ms <= seen.p90_ms or len(rtts) < 5


def test_a_document_holds_400_round_trips_at_most() -> None:
    one = series(Asked(Target.ANCHOR, Ask.ICMP, "192.0.2.1"), Heard((1.0,) * 50))
    long = joined(one, series(Asked(Target.ANCHOR, Ask.ICMP, "192.0.2.1"), Heard((None,) * 190)))
    assert (long.summary.sent, long.summary.lost) == (240, 190)
    kept = bounded([long] * 5)
    assert sum(len(each.rtts_ms) for each in kept) == 400
    assert all(each.summary.sent == 240 for each in kept)


# -- whom to ask --------------------------------------------------------------------------------


def _reach(rtts: tuple[float, ...], *tries: TcpTry) -> GatewayPayload:
    return GatewayPayload("192.0.2.1", "eth0", True, None, IcmpMethod.DATAGRAM, 1, rtts, tries)


def test_the_box_is_asked_in_the_ways_it_answered() -> None:
    open_, refused = TcpTry(80, TcpAnswer.OPEN, 1.0), TcpTry(53, TcpAnswer.REFUSED, 1.0)
    assert [(a.ask, a.port) for a in to_gateway(_reach((1.0,), refused, open_))] == [
        (Ask.ICMP, None), (Ask.TCP, 80), (Ask.DNS, None),
    ]  # fmt: skip
    assert [a.ask for a in to_gateway(_reach((), refused))] == [Ask.TCP, Ask.DNS]
    assert to_gateway(_reach((), TcpTry(80, TcpAnswer.SILENT))) == []


def test_a_box_that_says_nothing_gives_no_result() -> None:
    with pytest.raises(CannotRun) as refusal:
        asyncio.run(latency_gateway.measure(context({"gateway.reach": _reach(())})))
    assert refusal.value.reason is NotRunReason.NOTHING_TO_COMPARE


def test_without_an_address_nothing_is_asked_outside() -> None:
    with pytest.raises(CannotRun):
        asyncio.run(latency_isp.measure(context()))


# -- the card and the counters ------------------------------------------------------------------


WAVERING = [20.0, 400.0, 300.0, 200.0, 100.0] * 10
CALM = [20.0, 21.0] * 12


def _looks(
    monkeypatch: pytest.MonkeyPatch, *rtts: list[float | None], path: PathPayload | None = None
) -> tuple[LatencyPayload, list[int]]:
    """What the probe makes of a line whose series are these, one after the other; how many it asked each time."""
    left, asked = list(rtts), list[int]()

    async def take(todo: list[tuple[Asked, Plan]], _query: bytes = b"") -> list[Series]:
        asked.append(len(todo))
        heard = left.pop(0) if left else CALM
        return [series(who, Heard(tuple(heard))) for who, _ in todo]

    monkeypatch.setattr(latency_isp, "take_all", take)
    config = IpConfig("eth0", (), Method.DHCP, Activation.ACTIVE, (), Method.DHCP, "192.168.1.1")
    monkeypatch.setattr(latency_isp, "box_config", lambda *_: config)
    here = {"addr.lease": AddressPayload((config,), "eth0", None), **({"path.hops": path} if path else {})}
    ctx = context(here, anchors=(Anchor("1.1.1.1", 443, "test"),))
    return asyncio.run(latency_isp.measure(ctx)), asked


def test_our_own_burst_on_a_slow_line_is_looked_at_twice_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, asked = _looks(monkeypatch, WAVERING, [60.0, 50.0, 40.0, *CALM])
    assert len(asked) == 2
    assert not seen.extended
    assert [s.summary.sent for s in seen.series] == [27, 50]


def test_a_line_that_still_wavers_is_looked_at_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, asked = _looks(monkeypatch, WAVERING, WAVERING[:24], WAVERING)
    assert len(asked) == 3
    assert seen.extended
    assert seen.series[0].summary.sent == 124


def test_nobody_answering_in_time_is_waited_for_if_a_router_out_there_did(monkeypatch: pytest.MonkeyPatch) -> None:
    silence = [None] * 40
    path = PathPayload("1.1.1.1", "icmp", (), False, "80.10.0.1")
    seen, asked = _looks(monkeypatch, silence, silence, [1900.0, None] * 20, CALM, path=path)
    assert seen.extended
    assert len(asked) == 4
    with pytest.raises(CannotRun):
        _looks(monkeypatch, silence, silence, CALM)


def test_what_is_lost_or_far_is_looked_at_longer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for first in ([20.0, None] * 25, [700.0] * 50):
        seen, asked = _looks(monkeypatch, first, CALM)
        assert len(asked) == 2
        assert seen.extended


def _settings(speed: int, duplex: int, *masks: int) -> bytes:
    head = struct.pack("=IIBBBBBBBbBBBB", 0x4C, speed, duplex, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0)
    return head.ljust(48, b"\0") + b"".join(struct.pack("=Q", mask) for mask in masks)


GIGABIT = sum(1 << bit for bit in (0, 1, 2, 3, 5, 6))
FAST_ETHERNET = sum(1 << bit for bit in (0, 1, 2, 3, 6))


def test_what_a_card_and_its_partner_can_do() -> None:
    """The layout of uapi/linux/ethtool.h: two words a mask; supported, advertised, partner's."""
    seen = ethtool.parse(_settings(100, 1, GIGABIT, GIGABIT, GIGABIT))
    assert (seen.speed_mbps, seen.full_duplex, seen.nic_max_mbps, seen.partner_max_mbps) == (100, True, 1000, 1000)
    modest = ethtool.parse(_settings(100, 0, GIGABIT | 1 << 47, GIGABIT, FAST_ETHERNET))
    assert (modest.full_duplex, modest.nic_max_mbps, modest.partner_max_mbps) == (False, 2500, 100)
    silent = ethtool.parse(_settings(0xFFFFFFFF, 0xFF, 0, 0, 0))
    assert silent == ethtool.LinkModes()


@given(st.binary(max_size=200))
def test_settings_any_bytes(data: bytes) -> None:
    ethtool.parse(data)


def test_an_interface_that_does_not_exist_says_nothing() -> None:
    assert ethtool.read("nosuch0") == ethtool.LinkModes()
    assert usage.of("nosuch0") is None


@given(st.text())
def test_pressure_any_text(text: str) -> None:
    usage.parse_pressure(text)


def test_pressure() -> None:
    text = "some avg10=12.50 avg60=1.00 avg300=0.10 total=1\nfull avg10=3.00 avg60=0.00 avg300=0.00 total=1\n"
    assert usage.parse_pressure(text) == 12.5
    assert usage.parse_pressure("some avg10=nan") is None


def test_a_burst_of_the_checks_own_pages_is_no_use_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted(*bytes_up: int) -> list[usage.Counters | None]:
        return [usage.Counters(number, 2 * number, 0, 0, 0) for number in bytes_up]

    async def work() -> str:
        await asyncio.sleep(0.1)
        return "done"

    async def rates(*bytes_up: int) -> tuple[float, float] | None:
        marks = iter(counted(*bytes_up))
        monkeypatch.setattr(usage, "of", lambda _: next(marks, marks_end[0]))
        marks_end = counted(bytes_up[-1])
        done, found = await usage.alongside("eth0", work())
        assert done == "done"
        return found

    monkeypatch.setattr(usage, "_EVERY_S", 0.02)
    burst = asyncio.run(rates(0, 90_000, 90_000, 90_000, 90_000, 90_000, 90_000))
    assert burst == (0.0, 0.0)
    steady = asyncio.run(rates(*range(0, 90_000, 5_000)))
    assert steady is not None
    assert 500 < steady[0] < 4000 and steady[1] == pytest.approx(2 * steady[0])


def test_the_checks_own_work_is_no_load() -> None:
    before, after = usage.Cpu(10.0, 1.0, 100.0), usage.Cpu(11.5, 2.0, 102.0)
    assert pc_load.cpu_share(before, after) == 25.0
    assert pc_load.cpu_share(before, before) is None


def test_a_burst_is_no_traffic_but_a_download_is() -> None:
    def marks(*rates: int) -> list[tuple[float, dict[str, usage.Counters]]]:
        totals = [sum(rates[:n]) for n in range(len(rates) + 1)]
        return [(n / 10, {"eth0": usage.Counters(0, total, 0, 0, 0)}) for n, total in enumerate(totals)]

    burst = pc_load.traffic("eth0", marks(100_000, 0, 0, 0, 0))
    steady = pc_load.traffic("eth0", marks(*[50_000] * 5))
    assert burst is not None
    assert steady is not None
    assert (burst.down_kbit_s, steady.down_kbit_s) == (0.0, pytest.approx(4000.0))
    assert pc_load.traffic("eth9", marks(1)) is None
