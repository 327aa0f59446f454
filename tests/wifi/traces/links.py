"""The links a trace is made on, as data drawn from a seed: a Wi-Fi hop and an access line, and which is narrower.

*Composed*: the air is HTB and netem with a rate that wavers as rate adaptation, neighbours and walking make it waver;
what is real is TCP, the queues and the measurement. The truth is which of the two carries less on average; pairs
closer than ``CLOSE`` are not drawn, as nobody could say which of them it is.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

STEP_S = 0.1
LENGTH_S = 22.0
CLOSE = 1.25
"""The narrower one carries at least so many times less than the other, on average."""

AIR = ("far", "busy", "walking", "fair", "gusts", "few")
LINE = ("fibre", "dsl", "shared", "mobile", "peak", "managed")


@dataclass(frozen=True, slots=True)
class Hop:
    """Rates in kbit/s, one per ``STEP_S``; delay, jitter in ms one way; loss in %; the queue in ms of the mean rate.

    ``fair``: the queue is fq_codel, which lets a ping past the load.
    """

    kind: str
    rates: tuple[int, ...]
    delay_ms: float
    jitter_ms: float
    loss_pct: float
    queue_ms: float
    fair: bool = False

    @property
    def mean(self) -> float:
        """Average rate in kbit/s."""
        return sum(self.rates) / len(self.rates)


@dataclass(frozen=True, slots=True)
class Pair:
    """``truth``: "wifi" or "line", the narrower. ``others``: another device of the home downloads on and off (s)."""

    seed: int
    truth: str
    air: Hop
    line: Hop
    others: tuple[tuple[float, float], ...] = ()


def pair(seed: int) -> Pair:
    """Everything follows from the seed; kinds in turn, so that each is met as often as any other."""
    dice = random.Random(f"trace {seed}")
    truth = ("wifi", "line")[seed % 2]
    turn = seed // 2
    air_kind = AIR[turn % len(AIR)]
    line_kind = LINE[(turn // len(AIR) + turn) % len(LINE)]
    narrow = math.exp(dice.uniform(math.log(2500), math.log(25000)))
    wide = narrow * math.exp(dice.uniform(math.log(CLOSE), math.log(8)))
    air = _air(dice, air_kind, narrow if truth == "wifi" else wide)
    line = _line(dice, line_kind, narrow if truth == "line" else wide)
    while not _told_apart(truth, air, line):
        air, line = _scaled(air, line, truth)
    others = _others(dice) if line_kind == "shared" else ()
    return Pair(seed, truth, air, line, others)


def _told_apart(truth: str, air: Hop, line: Hop) -> bool:
    small, large = (air, line) if truth == "wifi" else (line, air)
    return large.mean >= CLOSE * small.mean


def _scaled(air: Hop, line: Hop, truth: str) -> tuple[Hop, Hop]:
    def wider(hop: Hop) -> Hop:
        return Hop(
            hop.kind, tuple(round(r * 1.1) for r in hop.rates), hop.delay_ms, hop.jitter_ms, hop.loss_pct,
            hop.queue_ms, hop.fair,
        )  # fmt: skip

    return (air, wider(line)) if truth == "wifi" else (wider(air), line)


def _wavering(dice: random.Random, mean: float, spread: float, memory: float) -> tuple[int, ...]:
    """Its logarithm wavers about the mean's: ``spread`` is its deviation, ``memory`` what a step keeps of the last."""
    state, rates = dice.gauss(0, spread), []
    for _ in range(round(LENGTH_S / STEP_S)):
        rates.append(max(300, round(mean * math.exp(state - spread * spread / 2))))
        state = memory * state + math.sqrt(1 - memory * memory) * dice.gauss(0, spread)
    return tuple(rates)


def _gusts(dice: random.Random, mean: float) -> tuple[int, ...]:
    """A neighbour or an oven: the air is free for a while, then shared for a while."""
    low, rates = dice.uniform(0.2, 0.55), []
    while len(rates) < LENGTH_S / STEP_S:
        free = round(dice.expovariate(1 / dice.uniform(0.4, 2.0)) / STEP_S) + 1
        busy = round(dice.expovariate(1 / dice.uniform(0.3, 1.5)) / STEP_S) + 1
        rates += [mean * 1.25] * free + [mean * 1.25 * low] * busy
    return tuple(round(max(300, r * dice.uniform(0.92, 1.08))) for r in rates[: round(LENGTH_S / STEP_S)])


def _walk(dice: random.Random, mean: float) -> tuple[int, ...]:
    """Somebody carries the PC about: the rate falls or rises by as much as three times during the test."""
    ratio, up = dice.uniform(1.6, 3.0), dice.random() < 0.5
    n = round(LENGTH_S / STEP_S)
    shape = [math.exp(math.log(ratio) * (i / n - 0.5) * (1 if up else -1)) for i in range(n)]
    flutter = _wavering(dice, 1000, 0.12, 0.6)
    return tuple(max(300, round(mean * s * f / 1000)) for s, f in zip(shape, flutter, strict=True))


def _air(dice: random.Random, kind: str, mean: float) -> Hop:
    delay, jitter, queue = dice.uniform(0.5, 3), dice.uniform(0.3, 3), dice.uniform(30, 250)
    if kind == "far":
        return Hop(
            kind, _wavering(dice, mean, dice.uniform(0.15, 0.45), 0.7), delay, jitter, dice.uniform(0, 0.4), queue
        )
    if kind == "busy":
        return Hop(kind, _gusts(dice, mean), delay, jitter + 1, dice.uniform(0, 0.2), queue)
    if kind == "walking":
        return Hop(kind, _walk(dice, mean), delay, jitter, dice.uniform(0, 0.3), queue)
    if kind == "fair":  # a box that queues by the flow: a ping does not wait
        return Hop(kind, _wavering(dice, mean, dice.uniform(0.12, 0.4), 0.7), delay, jitter, 0.0, 60, fair=True)
    if kind == "gusts":
        return Hop(kind, _gusts(dice, mean), delay, jitter, dice.uniform(0.1, 0.8), 60, fair=dice.random() < 0.5)
    # Near the box but with one old antenna: nearly steady.
    return Hop("few", _wavering(dice, mean, dice.uniform(0.04, 0.12), 0.6), delay, jitter, 0.0, queue)


def _line(dice: random.Random, kind: str, mean: float) -> Hop:
    steady = tuple([round(mean)] * round(LENGTH_S / STEP_S))
    if kind == "fibre":
        return Hop(kind, steady, dice.uniform(1, 4), 0.1, 0.0, dice.uniform(10, 80))
    if kind == "dsl":
        return Hop(kind, steady, dice.uniform(5, 14), 0.2, 0.0, dice.uniform(60, 400))
    if kind == "shared":
        return Hop(kind, steady, dice.uniform(2, 10), 0.2, 0.0, dice.uniform(40, 250))
    if kind == "mobile":
        wavering = _wavering(dice, mean, dice.uniform(0.1, 0.35), 0.85)
        return Hop(
            kind, wavering, dice.uniform(12, 30), dice.uniform(1, 4), dice.uniform(0, 0.1), dice.uniform(80, 400)
        )
    if kind == "peak":
        slow = _wavering(dice, mean, dice.uniform(0.08, 0.25), 0.95)
        return Hop(kind, slow, dice.uniform(2, 10), 1.0, dice.uniform(0, 0.3), dice.uniform(20, 120))
    return Hop("managed", steady, dice.uniform(3, 10), 0.2, 0.0, 60, fair=True)


def _others(dice: random.Random) -> tuple[tuple[float, float], ...]:
    """Begin and end of what another device downloads."""
    at, found = dice.uniform(0.0, 4.0), []
    while at < LENGTH_S:
        end = at + dice.uniform(1.0, 5.0)
        found.append((round(at, 1), round(end, 1)))
        at = end + dice.uniform(1.0, 5.0)
    return tuple(found)


CLEAR = 0.75
"""Share of the moments in which the narrower one must be it, for the truth to be one: both waver."""


def clear(made: Pair) -> bool:
    """Whether anybody who knew both rates at every moment would say the same. Decided without any measurement.

    What another device takes of the line is not there for this PC: counted as half while it downloads.
    """
    steps = range(round(LENGTH_S / STEP_S))
    taken = [any(begin <= i * STEP_S < end for begin, end in made.others) for i in steps]
    left = [rate * (0.5 if gone else 1.0) for rate, gone in zip(made.line.rates, taken, strict=True)]
    wifi = sum(a < b for a, b in zip(made.air.rates, left, strict=True)) / len(steps)
    return (wifi if made.truth == "wifi" else 1 - wifi) >= CLEAR
