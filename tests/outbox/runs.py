"""One run: a ticket with its file and a note are put in, things go wrong, and in the end it is counted at the desk."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from selfcare.model.ticket import Attachment, Note, Phase, Severity, Ticket
from selfcare.outbox.course import ENDS
from selfcare.store.database import StoreError
from tests.outbox.desks import HABITS
from tests.outbox.lives import NEVER, Lived, Moments, Times, WatchedOutbox, live, live_forked
from tests.outbox.network import KILLS, TWICE, Fault, NetworkProcess

DESK = "desk"
LIVES = 200
JUMPS = 6
"""So many lives begin after a jump; then the PC stays up long enough for something to settle."""
DATA = random.Random(7).randbytes(3000)
CASE = "CAS-7K3M-92QX"


@dataclass(frozen=True)
class Plan:
    """What goes wrong. ``faults``: by number of the request; ``kill``, ``full``: (life, moment); ``jump``: what is
    done to the clocks before each later life; ``no_line``: so many first lives find no line; ``random_kill``: the
    first lives are killed after so many seconds; ``put_full``: nothing can be written when it is put in."""

    habit: str
    name: str
    faults: tuple[tuple[int, Fault], ...] = ()
    kill: tuple[int, int] | None = None
    full: tuple[int, int] | None = None
    jump: str = ""
    no_line: int = 0
    random_kill: tuple[float, ...] = ()
    put_full: bool = False

    @property
    def forks(self) -> bool:
        return self.kill is not None or bool(self.random_kill) or any(fault in KILLS for _, fault in self.faults)


@dataclass
class Outcome:
    plan: Plan
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    met: list[int] = field(default_factory=list)
    made: int = 0
    lives: int = 0
    killed: int = 0
    full: int = 0
    moments: list[int] = field(default_factory=list)

    @property
    def struck(self) -> bool:
        """Whether what was planned did happen: a kill by chance may come too late, a request may not be made."""
        if self.plan.kill or self.plan.random_kill:
            return self.killed > 0
        return self.full > 0 if self.plan.full else bool(self.met) or not self.plan.faults


def things() -> tuple[Ticket, Note]:
    """The same each time: every run has a new server and a new folder."""
    files = tuple(
        Attachment(name, "application/octet-stream", data, hashlib.sha256(data).hexdigest())
        for name, data in ((f"{CASE}.zip", DATA), ("photo.bin", DATA[::-1]))
    )
    ticket = Ticket("2c7261c6-d9d6-41cf-aa08-15570a76f055", CASE, "Pas d'Internet", "Depuis hier.", Severity.MAJOR,
                    attachments=files)  # fmt: skip
    return ticket, Note("9f0c1d52-7f63-4a4f-8a51-d3f4b7b9a001", CASE, "Le voyant clignote.")


def put_in(folder: Path, times: Times, full: bool) -> None:
    """As the window would: what could not be kept is said, and nothing is claimed."""
    ticket, note = things()
    moments = Moments(full=0 if full else NEVER)
    outbox = WatchedOutbox(folder, times.clock(), moments)
    try:
        for step in (partial(outbox.add, ticket, DESK), partial(outbox.add_note, note, ticket.id)):
            try:
                step()
            except StoreError:
                assert full and not outbox.parcels()
                moments.full = NEVER
                step()
    finally:
        outbox.close()


def jumped(times: Times, jump: str, chance: random.Random) -> None:
    """Before a life: the time of day is wrong by years, the PC was started again, or both."""
    if "wall" in jump:
        times.wall_off = timedelta(days=365 * chance.choice((-30, -20, -3, 3, 20, 30)))
    if "start" in jump:
        times.awake_s = chance.uniform(0, 60)


def run(plan: Plan, network: NetworkProcess, folder: Path, seed: int = 0) -> Outcome:
    """Until nothing is left to do."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    network.reset(plan.habit, dict(plan.faults))
    times, outcome, chance = Times(), Outcome(plan), random.Random(seed)
    put_in(folder, times, plan.put_full)
    while outcome.lives < LIVES:
        if 0 < outcome.lives <= JUMPS and plan.jump:
            jumped(times, plan.jump, chance)
        lived = _life(plan, network, folder, times, outcome)
        outcome.lives += 1
        outcome.moments.append(lived.moments)
        outcome.killed += lived.code == -9
        outcome.full += lived.trouble == "disk_full"
        if lived.code not in (0, -9):
            outcome.wrong.append(f"ended with {lived.code}")
        if lived.next_s is None:
            break
        times.pass_(lived.next_s + 0.01)
    _judge(plan, network, folder, times, outcome)
    return outcome


def _life(plan: Plan, network: NetworkProcess, folder: Path, times: Times, outcome: Outcome) -> Lived:
    number = outcome.lives
    url = "http://127.0.0.1:9" if number < plan.no_line else network.url
    make = partial(HABITS[plan.habit].desk, url)
    moments = Moments(
        plan.kill[1] if plan.kill and plan.kill[0] == number else NEVER,
        plan.full[1] if plan.full and plan.full[0] == number else NEVER,
    )
    # A line is back; so it is for a program that has just started.
    back = (bool(plan.no_line) and number == plan.no_line) or ("start" in plan.jump and number <= JUMPS)
    if not plan.forks:
        network.ask("time", now=times.real_s)
        return live(folder, times, make, moments, line_is_back=back)
    born: Callable[[int], Any] = lambda pid: network.ask("time", now=times.real_s, pid=pid)  # noqa: E731
    after = plan.random_kill[number] if number < len(plan.random_kill) else None
    return live_forked(folder, times, make, moments, born, kill_after_s=after, line_is_back=back)


def _judge(plan: Plan, network: NetworkProcess, folder: Path, times: Times, outcome: Outcome) -> None:
    """What a person at the desk would count, and what the subscriber was told."""
    network.ask("time", now=times.real_s + 10_000)  # whatever is still on its way arrives, too
    state = network.ask("state")
    outcome.asked, outcome.met, outcome.made = state["asked"], state["met"], state["made"]
    outbox = WatchedOutbox(folder, times.clock(), Moments())
    try:
        parcels = outbox.parcels()
    finally:
        outbox.close()
    ticket, note = things()
    wrong = outcome.wrong
    wrong += [f"{one.kind} ended {one.phase} {one.why}" for one in parcels if one.phase is not Phase.DONE]
    wrong += [f"{one.kind} is not at an end" for one in parcels if one.phase not in ENDS]
    if len(parcels) != 2:
        wrong.append(f"{len(parcels)} parcels")
    if len(state["live"]) != 1:
        wrong.append(f"{len(state['live'])} live tickets")
        return
    (one,) = state["live"]
    told = next((each.receipt.number for each in parcels if each.kind == "ticket" and each.receipt), "")
    if told != one["number"]:
        wrong.append(f"told {told}, and it is {one['number']}")
    if sorted(map(tuple, one["files"])) != sorted((f.name, f.sha256) for f in ticket.attachments):
        wrong.append(f"files {[name for name, _ in one['files']]}")
    noted = sum(note.id in text for text in one["notes"])
    if noted != 1:
        wrong.append(f"{noted} notes")
    again = sum(1 for number, fault in plan.faults if fault in TWICE and number in outcome.met)
    if outcome.made > 1 + again:
        wrong.append(f"filed {outcome.made} times")
