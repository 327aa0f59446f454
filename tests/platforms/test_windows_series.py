"""Windows' ways of asking many times: no sockets are watched there, and echo requests are calls that block."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from probes import path_hops
from probes.wire import echoes, icmp_windows, pulse
from probes.wire.echoes import Heard, Plan
from selfcare.model.probe import CannotRun, NotRunReason, Platform
from tests.probes.support import Stopwatch, udp

pytestmark = pytest.mark.alone
WINDOWS = SimpleNamespace(platform="win32")
QUERY = bytes(2) + b"\x01\x00" + bytes(8) + b"\x00\x00\x01\x00\x01"
FAST = Plan(count=20, limit_s=1.0, pace_s=0.005)
Reply = tuple[str, int, float] | None


class EchoApi:
    """In the place of Windows' call: answers every question but those whose number is lost, after 2 ms."""

    def __init__(self, *lost: int, status: int = 0) -> None:
        self.asked: list[float] = []
        self._lost, self._status = lost, status
        self._lock = threading.Lock()

    def __call__(self, address: str, timeout_ms: int) -> Reply:
        with self._lock:
            number = len(self.asked)
            self.asked.append(time.perf_counter())
        time.sleep(timeout_ms / 1000 if number in self._lost else 0.002)
        return None if number in self._lost else (address, self._status, 2.0)


def _pings(api: object, monkeypatch: pytest.MonkeyPatch, plan: Plan = FAST, device: str | None = None) -> Heard:
    monkeypatch.setattr(echoes, "sys", WINDOWS)
    monkeypatch.setattr(icmp_windows, "send_echo", api)
    return asyncio.run(echoes.pings("192.0.2.1", plan, device))


def test_echo_requests_leave_at_a_steady_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    api = EchoApi()
    heard = _pings(api, monkeypatch)
    assert heard.rtts_ms == (2.0,) * 20
    assert not heard.denied
    assert api.asked[-1] - api.asked[0] == pytest.approx(19 * 0.005, abs=0.05)


def test_a_lost_echo_is_counted_in_its_place_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stopwatch(0.4):
        heard = _pings(EchoApi(3, 7), monkeypatch)
    assert [n for n, rtt in enumerate(heard.rtts_ms) if rtt is None] == [3, 7]


def test_silence_and_a_routers_complaint_are_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = Plan(count=20, limit_s=2.0, pace_s=0.005, give_up_s=0.3)
    with Stopwatch(0.3):
        silent = _pings(EchoApi(*range(20)), monkeypatch, plan)
    unreachable = _pings(EchoApi(status=11_003), monkeypatch, plan)
    for heard in (silent, unreachable):
        assert set(heard.rtts_ms) <= {None}
        assert not heard.denied


@pytest.mark.parametrize("error", [OSError("IcmpCreateFile failed"), AttributeError("IcmpSendEcho")])
def test_where_windows_sends_none_nothing_is_called_lost(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: str, timeout_ms: int) -> Reply:
        raise error

    assert _pings(refuse, monkeypatch) == Heard((), denied=True)


def test_past_a_tunnel_no_echo_is_sent_as_it_would_go_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    api = EchoApi()
    assert _pings(api, monkeypatch, device="eth0") == Heard((), denied=True)
    with pytest.raises(CannotRun) as refusal:
        asyncio.run(path_hops._trace("192.0.2.1", "192.168.1.1", "eth0", 1.0, Platform.WINDOWS))
    assert refusal.value.reason is NotRunReason.UNSUPPORTED_PLATFORM
    assert api.asked == []


def test_one_echo_under_load_is_one_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    api = EchoApi()
    monkeypatch.setattr(pulse, "sys", WINDOWS)
    monkeypatch.setattr(icmp_windows, "send_echo", api)
    assert asyncio.run(pulse.ping("192.0.2.1")()) == 2.0
    assert len(api.asked) == 1


def test_answers_to_questions_are_read_without_watching_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echoes, "sys", WINDOWS)
    seen: list[bytes] = []

    def thin(data: bytes) -> list[bytes]:
        seen.append(data)
        return [] if len(seen) % 4 == 0 else [b"\xff", data[:2] + b"\x81\x80" + data[4:]]

    async def ask() -> Heard:
        loop = asyncio.get_running_loop()

        def unwatched(*_: object) -> None:
            raise NotImplementedError  # as the Proactor loop says

        async with udp(thin) as port:
            monkeypatch.setattr(echoes, "endpoint", lambda address, _: (2, (address, port)))
            # Reading by the loop itself goes another way in: only a caller from outside is refused.
            monkeypatch.setattr(loop, "add_reader", unwatched)
            return await echoes.questions("127.0.0.1", QUERY, FAST)

    heard = asyncio.run(ask())
    assert [n for n, rtt in enumerate(heard.rtts_ms) if rtt is None] == [3, 7, 11, 15, 19]
    assert not heard.kernel_time


def test_a_refused_question_is_no_answer_and_no_endless_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echoes, "sys", WINDOWS)
    monkeypatch.setattr(echoes, "endpoint", lambda address, _: (2, (address, 9)))
    with Stopwatch(0.5):
        heard = asyncio.run(echoes.questions("127.0.0.1", QUERY, FAST))
    assert set(heard.rtts_ms) <= {None}
