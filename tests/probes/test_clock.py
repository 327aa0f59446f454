"""SNTP: what a time server says, and what a broken or hostile one cannot make us believe."""

from __future__ import annotations

import asyncio
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probes import pc_clock
from probes.wire import sntp
from selfcare.model.probe import CannotRun
from selfcare.model.profile import TimeServer
from tests.probes.support import Stopwatch, context, udp

UNIX = 2_208_988_800
FORM = struct.Struct("!BBbb II4s QQQQ")
NOW = 1_800_000_000.0


def stamp(seconds: float) -> int:
    return int((seconds + UNIX) * 2**32) & (2**64 - 1)


def reply(cookie: int, at: float, first: int = 0x24, stratum: int = 2) -> bytes:
    return FORM.pack(first, stratum, 6, -20, 0, 0, b"GPS\0", 0, cookie, stamp(at), stamp(at))


def test_the_offset_is_the_servers_time_minus_ours() -> None:
    sample = sntp.parse(reply(7, NOW + 600.05), 7, NOW, 0.1, "t")
    assert sample is not None
    assert sample.offset_s == pytest.approx(600.0, abs=0.001)
    assert sample.uncertainty_s == pytest.approx(0.05, abs=0.001)


def test_a_time_after_2036_is_read_in_its_era() -> None:
    later = 2_100_000_000.0
    sample = sntp.parse(reply(7, later), 7, later, 0.0, "t")
    assert sample is not None
    assert abs(sample.offset_s) < 0.01


@pytest.mark.parametrize("data", [
    reply(8, NOW), reply(7, NOW, first=0xE4), reply(7, NOW, first=0x23), reply(7, NOW, stratum=0),
    reply(7, NOW, stratum=16), reply(7, NOW)[:47], b"",
], ids=["other question", "not synchronised", "a client", "kiss of death", "stratum", "cut", "empty"])  # fmt: skip
def test_what_is_no_answer_to_us_is_nothing(data: bytes) -> None:
    assert sntp.parse(data, 7, NOW, 0.1, "t") is None


@given(st.binary(max_size=80), st.integers(0, 2**64 - 1))
def test_any_bytes(data: bytes, cookie: int) -> None:
    sample = sntp.parse(data, cookie, NOW, 0.2, "t")
    assert sample is None or sample.uncertainty_s >= 0


@pytest.mark.alone
def test_a_server_on_loopback_and_a_silent_one() -> None:
    def serve(data: bytes) -> list[bytes]:
        return [b"noise", reply(FORM.unpack(data)[-1], time.time() - 3600)]

    async def run() -> None:
        async with udp(serve) as port, udp(lambda _: []) as silent:
            sample = await sntp.ask("t", "127.0.0.1", 1.0, port)
            assert sample is not None
            assert sample.offset_s == pytest.approx(-3600, abs=1)
            with Stopwatch(0.3):
                assert await sntp.ask("t", "127.0.0.1", 0.3, silent) is None

    asyncio.run(run(), debug=True)


@pytest.mark.alone
def test_without_servers_it_cannot_run_and_with_dead_ones_it_has_no_sample() -> None:
    with pytest.raises(CannotRun):
        asyncio.run(pc_clock.measure(context()))
    dead = TimeServer("nobody.invalid", "test", "127.0.0.1")
    with Stopwatch(pc_clock.DEADLINE_S + 0.1):
        payload = asyncio.run(pc_clock.measure(context(time_servers=(dead,))))
    assert (payload.samples, payload.asked) == ((), 1)
