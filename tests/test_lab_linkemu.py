"""The access line's arithmetic: when a packet comes out, or that it never does."""

from itertools import pairwise

import pytest

from tests.lab.linkemu import Direction


def test_delay():
    assert Direction(delay_ms=20).due(1000, 5.0) == pytest.approx(5.02)


def test_rate_serialises_packets():
    way = Direction(delay_ms=0, rate_kbit=1000)
    assert way.due(1250, 0.0) == pytest.approx(0.01)
    assert way.due(1250, 0.0) == pytest.approx(0.02)
    assert way.due(1250, 1.0) == pytest.approx(1.01)


def test_full_queue_drops():
    way = Direction(delay_ms=0, rate_kbit=80, queue_kb=3.5)
    accepted = [way.due(1000, 0.0) is not None for _ in range(10)]
    assert accepted == [True] * 4 + [False] * 6


def test_down_line_large_packet_and_loss_drop():
    assert Direction(up=False).due(100, 0.0) is None
    assert Direction(mtu=1400).due(1401, 0.0) is None
    assert Direction(mtu=1400).due(1400, 0.0) is not None
    assert Direction(loss=1.0).due(100, 0.0) is None


def test_jitter_never_reorders():
    way = Direction(delay_ms=5, jitter_ms=50)
    dues = [way.due(100, n / 1000) for n in range(200)]
    assert dues == sorted(dues)
    assert all(due - n / 1000 >= 0.005 for n, due in enumerate(dues))


def test_a_delay_that_is_held_wavers_as_much_as_it_says():
    way = Direction(delay_ms=5, jitter_ms=50, hold_ms=60)
    late = [1000 * (way.due(100, now / 1000) - now / 1000) for now in range(0, 20_000, 15)]
    assert min(late) < 10
    assert max(late) > 50
    assert sum(a == b for a, b in pairwise(round(x, 6) for x in late)) > len(late) / 2, "and not with every packet"
