"""The load and its server on loopback: what is counted, when it stops, and servers that misbehave."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import speed_capacity
from probes.wire import pulse, transfer
from probes.wire.transfer import Where, download, fill, settled, stable, upload, windows
from selfcare.model.payloads.capacity import CapacityPayload, Method, Place, Stop
from selfcare.model.payloads.link import LinkPayload
from selfcare.model.probe import CannotRun, NotRunReason
from selfcare.model.profile import SpeedServer as Listed
from selfcare.speedserver.server import Limits, SpeedServer, parse
from tests.probes.support import SLACK_S, Stopwatch, Talk, context, tcp

pytestmark = pytest.mark.alone
MB = 1_000_000


def _where(port: int, path: str) -> Where:
    return Where("127.0.0.1", port, "speed.example", path)


def _throttled(bytes_per_s: float) -> Talk:
    """Sends at this rate, each connection by itself."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        while True:
            writer.write(b"x" * int(bytes_per_s / 50))
            await writer.drain()
            await asyncio.sleep(0.02)

    return talk


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, data: bytes) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(data)
    await writer.drain()


def _says(data: bytes) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _answer(reader, writer, data)

    return talk


async def _silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read(-1)


async def _endless_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-Filler: " + b"x" * 5000 + b"\r\n")
        await writer.drain()
        await asyncio.sleep(0.005)


def _dies(after: int) -> Talk:
    """One life for all connections."""
    left = [after]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        if left[0] > 0:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        while left[0] > 0:
            left[0] -= 20_000
            writer.write(b"x" * 20_000)
            await writer.drain()
            await asyncio.sleep(0.01)

    return talk


def test_both_ways_against_the_server_that_ships_stop_at_the_bound() -> None:
    async def run() -> None:
        async with tcp(SpeedServer().serve) as port:
            for one, path in ((download, "/down"), (upload, "/up")):
                moved = await fill(one, _where(port, path), 20 * MB)
                assert moved.stop is Stop.BYTES
                # At most one block for each connection more than the bound.
                assert 20 * MB <= moved.offered <= 20 * MB + 16 * 256 * 1024
                assert moved.totals[-1] <= moved.offered

    asyncio.run(run())


def test_a_steady_rate_is_measured_and_ends_the_test_early() -> None:
    async def run() -> transfer.Moved:
        async with tcp(_throttled(100_000)) as port:
            return await fill(download, _where(port, "/down"), 100 * MB)

    with Stopwatch(transfer.MAX_S):
        moved = asyncio.run(run())
    window_s, _, kept = settled(moved.totals)
    assert moved.stop in (Stop.STABLE, Stop.TIME)
    assert window_s == 1.0
    # Connections are added while each gets more than its share.
    assert moved.connections > transfer.FIRST_CONNECTIONS
    assert kept[-1] == pytest.approx(0.8 * moved.connections, rel=0.35)


def test_growing_latency_keeps_the_load_going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "MIN_S", 4.0)
    monkeypatch.setattr(transfer, "MAX_S", 4.5)

    async def run() -> transfer.Moved:
        async with tcp(_throttled(100_000)) as port:
            return await fill(download, _where(port, "/down"), 100 * MB, steady=lambda: False)

    assert asyncio.run(run()).stop is Stop.TIME


@pytest.mark.parametrize(("talk", "limit_s"), [
    (_says(b""), 0.5), (_says(random.Random(1).randbytes(5000)), 0.5), (_says(b"HTTP/1.1 404 No\r\n\r\n"), 0.5),
    (_says(b"HTTP/1.1 302 Found\r\nLocation: http://portal/\r\n\r\n<html>"), 0.5), (_endless_head, 1.5), (_silent, 1.5),
    (_dies(400_000), 2.0),
])  # fmt: skip
def test_a_server_that_misbehaves_is_no_measurement(
    talk: Talk, limit_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "STALL_S", 1.0)

    async def run() -> transfer.Moved:
        async with tcp(talk) as port:
            return await fill(download, _where(port, "/down"), 100 * MB)

    with Stopwatch(limit_s + transfer.TICK_S):
        assert asyncio.run(run()).stop is Stop.FAILED


def test_a_server_that_stops_reading_is_no_upload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "STALL_S", 1.0)

    async def deaf(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        await asyncio.sleep(60)

    async def run() -> transfer.Moved:
        async with tcp(deaf) as port:
            return await fill(upload, _where(port, "/up"), 1000 * MB)

    with Stopwatch(transfer.MAX_S):  # each new connection still fills the buffers on the way
        assert asyncio.run(run()).stop is Stop.FAILED


def test_nobody_there() -> None:
    assert asyncio.run(fill(download, _where(9, "/down"), MB)).stop is Stop.FAILED


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=40))
def test_windows_add_up(steps: list[int]) -> None:
    totals = [0]
    for step in steps:
        totals.append(totals[-1] + step)
    rates = windows(totals)
    assert len(rates) == len(steps) // 4
    assert sum(rates) * 1e6 / 8 == pytest.approx(totals[len(rates) * 4])
    window_s, every, kept = settled(tuple(totals))
    assert set(kept) <= set(every)
    assert window_s == (1.0 if len(rates) >= 3 else transfer.TICK_S)


@pytest.mark.parametrize(("rates", "expected"), [
    ((10.0, 10.0, 10.0, 10.0), True), ((1.0, 10.0, 10.1, 9.9, 10.0), True), ((10.0, 10.0, 10.0), False),
    ((8.0, 10.0, 12.0, 10.0), False), ((0.0, 0.0, 0.0, 0.0), False),
])  # fmt: skip
def test_stable(rates: tuple[float, ...], expected: bool) -> None:
    assert stable(rates) is expected


async def _measure(port: int) -> CapacityPayload:
    server = Listed("speed.example", "test", port, ("127.0.0.1",))
    payloads = {"link.interfaces": LinkPayload((), "lo")}
    measured = await speed_capacity.measure(context(payloads, speed_servers=(server,), contract_down_kbit=8000))
    assert isinstance(measured, CapacityPayload)
    return measured


def test_without_a_server_in_the_profile_nothing_is_sent() -> None:
    async def run() -> None:
        with pytest.raises(CannotRun) as refused:
            await speed_capacity.measure(context({"link.interfaces": LinkPayload((), "lo")}))
        assert refused.value.reason is NotRunReason.NOT_CONFIGURED

    asyncio.run(run())


def test_an_absent_server_is_source_unavailable_before_any_load() -> None:
    with Stopwatch(speed_capacity.LISTEN_S + speed_capacity.IDLE_S), pytest.raises(CannotRun) as refused:
        asyncio.run(_measure(9))
    assert refused.value.reason is NotRunReason.SOURCE_UNAVAILABLE


def test_the_whole_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    """On loopback, with small bounds; no box and no hop here, so only the server's latency is known."""
    monkeypatch.setattr(speed_capacity, "DOWN_BYTES", 30 * MB)
    monkeypatch.setattr(speed_capacity, "UP_BYTES", 30 * MB)

    async def run() -> CapacityPayload:
        async with tcp(SpeedServer().serve) as port:
            return await _measure(port)

    payload = asyncio.run(run())
    assert [s.place for s in payload.idle] == [Place.SERVER]
    assert payload.idle[0].loss == 0.0
    assert payload.before_down_kbit is not None
    assert payload.up is not None
    assert payload.down.median_mbps is not None
    assert payload.down.median_mbps > 10
    assert payload.contract_down_kbit == 8000


def test_a_server_that_dies_in_the_middle_leaves_no_figures() -> None:
    left = [2]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"/small" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
        elif left[0] > 0:
            left[0] -= 1
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 1_000_000)
        await writer.drain()

    async def run() -> None:
        async with tcp(talk) as port:
            with pytest.raises(CannotRun) as refused:
                await _measure(port)
            assert refused.value.reason is NotRunReason.SOURCE_UNAVAILABLE

    asyncio.run(run())


def test_traffic_before_the_test_is_seen() -> None:
    async def run() -> tuple[float | None, float | None]:
        async with tcp(_throttled(1_000_000)) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            reading = asyncio.create_task(reader.read(-1))
            await asyncio.sleep(0.1)
            try:
                return await speed_capacity._listen("lo")
            finally:
                reading.cancel()
                writer.close()

    down, _ = asyncio.run(run())
    assert down is not None
    assert down > 1000
    assert asyncio.run(speed_capacity._listen("nowhere0")) == (None, None)


def _after(delay: float, answer: float | None) -> Callable[[], Awaitable[float | None]]:
    async def ask() -> float | None:
        await asyncio.sleep(delay)
        return answer

    return ask


def test_late_answers_are_waited_for_and_lost_ones_counted() -> None:
    async def run() -> None:
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(0.5, over.set)
        targets = (
            pulse.Target(Place.GATEWAY, Method.ICMP, 0.1, _after(0.4, 400.0)),
            pulse.Target(Place.SERVER, Method.TCP, 0.1, _after(0.0, None)),
        )
        late, lost = await pulse.watch(targets, over)
        assert late.rtts_ms == (400.0,) * late.sent
        assert late.sent >= 3
        assert (lost.rtts_ms, lost.loss) == ((), 1.0)

    asyncio.run(run())


def test_a_question_ends_after_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "PATIENCE_S", 0.2)

    async def run() -> None:
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(0.1, over.set)
        started = time.monotonic()
        (series,) = await pulse.watch((pulse.Target(Place.SERVER, Method.TCP, 1.0, _after(30, 1.0)),), over)
        assert series.sent == 1
        assert not series.rtts_ms
        assert time.monotonic() - started < 0.3 + SLACK_S

    asyncio.run(run())


def test_the_trend_is_steady_only_with_enough_answers_that_grow_no_more() -> None:
    assert not pulse.Trend([10.0] * 7).steady()
    assert pulse.Trend([900.0] * 8).steady()
    assert not pulse.Trend([100.0 * n for n in range(1, 9)]).steady()


@given(st.binary(max_size=300))
def test_the_server_reads_any_bytes(data: bytes) -> None:
    found = parse(data)
    assert found is None or (found.length >= 0 and found.method in ("GET", "POST", "HEAD"))


@pytest.mark.parametrize(("request_line", "status"), [
    (b"GET /small HTTP/1.1", b"200"), (b"GET /down?bytes=999999999999 HTTP/1.1", b"400"),
    (b"GET /down?bytes=x HTTP/1.1", b"400"), (b"GET / HTTP/1.1", b"404"), (b"nonsense", b"400"),
    (b"POST /up HTTP/1.1\r\nContent-Length: 99999999999", b"413"), (b"POST /up HTTP/1.1\r\nContent-Length: 3", b"200"),
    (b"POST /up HTTP/1.1\r\nTransfer-Encoding: chunked", b"400"),
])  # fmt: skip
def test_what_the_server_answers(request_line: bytes, status: bytes) -> None:
    async def run() -> bytes:
        async with tcp(SpeedServer(Limits(bytes=10 * MB)).serve) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request_line + b"\r\n\r\nabc")
            try:
                return await asyncio.wait_for(reader.readuntil(b"\r\n"), 3)
            finally:
                writer.close()

    assert asyncio.run(run()).split()[1] == status


def test_the_server_serves_so_many_and_so_long() -> None:
    async def run() -> None:
        async with tcp(SpeedServer(Limits(connections=1, seconds=1.0)).serve) as port:
            first, _ = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.sleep(0.05)
            second, _ = await asyncio.open_connection("127.0.0.1", port)
            assert b"503" in await asyncio.wait_for(second.readuntil(b"\r\n"), 3)
            with Stopwatch(1.5), pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await asyncio.wait_for(first.readuntil(b"\r\n"), 5)

    asyncio.run(run())
