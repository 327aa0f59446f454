"""Everything that goes wrong: each fault at each request, a kill and a full disk at each moment, and mixtures."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.outbox.desks import HABITS
from tests.outbox.network import TWICE, Fault, NetworkProcess
from tests.outbox.runs import Plan, run

UNKNOWN = (Fault.SLOW, Fault.CUT_BUT_ARRIVES, Fault.CUT_AFTER_BODY, Fault.LATER_202, Fault.KILL_LATE, Fault.KILL_AFTER)
JUMPS = ("wall", "start", "wall start")
LISTS = ("change", "note")
"""Requests that add to a list: a network that delivers one twice makes two entries, where the desk cannot tell."""
ORDERS = ("create", "merge", *LISTS)
SEED = 20261122


def planned(desk: str, runs: int, network: NetworkProcess, folder: Path, only: str) -> list[tuple[str, Plan]]:
    """So many (step, plan), kinds that were not yet had first; beyond all there are, mixtures by chance."""
    chance = random.Random(SEED)
    found = list[tuple[str, Plan]]()
    requests = dict[str, list[str]]()
    for habit in (name for name in HABITS if name.startswith(desk)):
        clean = run(Plan(habit, "nothing"), network, folder)
        assert not clean.wrong, (habit, clean.wrong)
        requests[habit] = clean.asked
        found += [("-", Plan(habit, "nothing")), *_faults(habit, clean.asked), *_moments(habit, clean.moments)]
        found += [*_clocks(habit, clean.asked), *_lines(habit, chance)]
    found = [one for one in found if only in one[1].name]
    # What is sent first: a fault that is looked for is met by an order.
    chance.shuffle(found)
    found.sort(key=lambda one: only != "" and one[0] not in ORDERS)
    found = _different_first(found)[:runs]
    if only:
        return found
    return found + list(itertools.islice(_mixed(requests, chance), runs - len(found)))


def can_tell(habit: str, label: str, fault: Fault) -> bool:
    """Whether it can happen, and anybody could keep this from being there twice.

    A list that is replaced as a whole stands two copies at once; one that comes after the next change takes that back.
    """
    if fault is Fault.BAD_400_TAKEN:
        return label in ORDERS
    if fault is Fault.DOUBLE and label in LISTS:
        return HABITS[habit].tells_twice
    return fault is not Fault.DOUBLE_LATE or label not in LISTS


def _faults(habit: str, asked: list[str]) -> Iterator[tuple[str, Plan]]:
    for number, label in enumerate(asked):
        for fault in Fault:
            if can_tell(habit, label, fault):
                yield label, Plan(habit, fault.value, ((number, fault),))


def _moments(habit: str, moments: list[int]) -> Iterator[tuple[str, Plan]]:
    for life, count in enumerate(moments):
        for moment in range(1, count + 1):
            yield "moment", Plan(habit, "kill -9 at a moment", kill=(life, moment))
            yield "moment", Plan(habit, "disk full from a moment on", full=(life, moment))


def _clocks(habit: str, asked: list[str]) -> Iterator[tuple[str, Plan]]:
    for (number, label), fault, jump in itertools.product(enumerate(asked), UNKNOWN, JUMPS):
        if label in ("create", *LISTS):
            yield label, Plan(habit, f"{fault.value}; clock jump: {jump}", ((number, fault),), jump=jump)


def _lines(habit: str, chance: random.Random) -> Iterator[tuple[str, Plan]]:
    for lives in (1, 2, 3):
        yield "-", Plan(habit, "no line at first", no_line=lives)
    yield "-", Plan(habit, "disk full when it is put in", put_full=True)
    for _ in range(12):
        after = tuple(round(chance.uniform(0, 0.06), 4) for _ in range(chance.randint(1, 4)))
        yield "any", Plan(habit, "kill -9 at random", random_kill=after)


def _mixed(requests: dict[str, list[str]], chance: random.Random) -> Iterator[tuple[str, Plan]]:
    """Several at once; what comes after the first is met by requests that were not there before."""
    while True:
        habit = chance.choice(list(requests))
        some = [fault for fault in Fault if fault not in TWICE and fault is not Fault.BAD_400_TAKEN]
        numbers = sorted(chance.sample(range(len(requests[habit]) + 4), chance.randint(2, 5)))
        faults = tuple((number, chance.choice(some)) for number in numbers)
        if chance.random() < 0.3 and requests[habit][numbers[0] : numbers[0] + 1] == ["create"]:
            faults = ((numbers[0], Fault.DOUBLE_LATE), *faults[1:])
        yield "several", Plan(habit, "several, by chance", faults, jump=chance.choice(("", "", *JUMPS)))


def _different_first(found: Iterable[tuple[str, Plan]]) -> list[tuple[str, Plan]]:
    had, ranked = Counter[object](), list[tuple[int, tuple[str, Plan]]]()
    for step, plan in found:
        kind = (step, plan.name, plan.kill, plan.full)
        ranked.append((had[kind], (step, plan)))
        had[kind] += 1
    return [each for _, each in sorted(ranked, key=lambda one: one[0])]
