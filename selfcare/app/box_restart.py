"""A restart of the box: the change that has nothing to put back. It is proved by a younger box coming back."""

from __future__ import annotations

import contextlib
from typing import Any

from selfcare.app.box_carry import Progress
from selfcare.app.box_cautions import missing_rights
from selfcare.app.box_kinds import REBOOT
from selfcare.app.box_kinds.kind import Scope
from selfcare.app.box_memory import Memory
from selfcare.app.box_way import PASSING, BoxLine, Clock
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.ports import Reboots
from selfcare.cases.box_journal import BoxEntry
from selfcare.ground.errors import SelfcareError
from selfcare.model.box import Capability, DeviceInfo, RebootWish
from selfcare.model.box.change import BoxChangeResult, BoxOutcome, BoxProposal, Caution, ChangeState, Difference

MINUTES = (2, 5)
"""How long boxes are away, by their operators' own pages and by what users report (box-freebox-bbox.md)."""
PATIENCE_S = 8 * 60.0
STILL_UP_S = 60.0
"""A box that took the order goes down within a few seconds; one that is up a minute later did not restart."""
LOOK_S = 5.0
CLOCK_S = 30.0
"""Boxes count their age in whole seconds or minutes, and some from a moment after the start."""


def proposal(line: BoxLine, session: Any) -> BoxProposal:
    """Raises ``BoxError`` where the box has no such order."""
    device = line.device
    assert device is not None
    if not isinstance(session, Reboots):
        raise BoxError(BoxErrorCode.UNSUPPORTED)
    rights = missing_rights(session, device.family, Capability.REBOOT)
    # A box that loses its power while its firmware is written may never start again.
    updating = [Caution("updating", {}, True)] if device.updating else []
    first, last = MINUTES
    restarts = Caution("restarts", {"first": first, "last": last})
    difference = Difference("box.field.restart", "on", "restart")
    return BoxProposal(
        RebootWish(),
        line.box,
        device.family,
        REBOOT,
        (difference,),
        (*rights, *updating, restarts),
        last * 60.0,
        reversible=False,
    )


async def carry_out(
    line: BoxLine, memory: Memory, clock: Clock, wanted: BoxProposal, progress: Progress
) -> BoxChangeResult:
    """Notes its age, gives the order, waits until a younger one answers."""
    session = await line.session()
    before = await session.device()
    noted = {"up_time": None if before.up_time is None else int(before.up_time), "count": before.number_of_reboots}
    entry = await memory.begin(line.box, REBOOT, Scope(), noted, {}, wanted.differences)
    memory.journal.add(entry, ChangeState.WRITING)
    error: BoxError | None = None
    progress("box.change.stage.writing")
    try:
        await session.reboot()
    except BoxError as failed:
        error = failed  # also a box that goes down before it has answered
    if error is not None and error.code not in PASSING:
        return _end(memory, entry, ChangeState.NOTHING, BoxOutcome.REFUSED, error)
    progress("box.change.stage.restarting")
    return await _wait(line, memory, clock, entry, error)


async def _wait(
    line: BoxLine, memory: Memory, clock: Clock, entry: BoxEntry, error: BoxError | None
) -> BoxChangeResult:
    began = clock.monotonic()
    while (spent := clock.monotonic() - began) < PATIENCE_S:
        await line.drop()
        await clock.sleep(LOOK_S)
        try:
            await line.session()
        except BoxError as failed:
            error = failed
            if failed.code not in PASSING:
                break
            continue
        assert line.device is not None
        younger = restarted(entry, line.device, clock.unix())
        if younger:
            return _end(memory, entry, ChangeState.DONE, BoxOutcome.DONE, None)
        if younger is False and spent > STILL_UP_S:
            return _end(memory, entry, ChangeState.NOTHING, BoxOutcome.REFUSED, error)
    return _result(BoxOutcome.UNPROVED, entry, error)


def restarted(entry: BoxEntry, device: DeviceInfo, now: float) -> bool | None:
    """Whether the box began after what was noted; None: it tells neither its age nor its starts."""
    age, count = entry.before.get("up_time"), entry.before.get("count")
    if isinstance(age, int) and device.up_time is not None:
        return now - device.up_time > entry.at - age + CLOCK_S
    if isinstance(count, int) and device.number_of_reboots is not None:
        return device.number_of_reboots > count
    return None


def surely_restarted(entry: BoxEntry, device: DeviceInfo) -> bool:
    """Whatever this PC's clock did meanwhile (another system was started, it was set by hand, its battery is empty).

    A box that went on is older than it was; one that counted a start more has started.
    """
    age, count = entry.before.get("up_time"), entry.before.get("count")
    if isinstance(count, int) and device.number_of_reboots is not None:
        return device.number_of_reboots > count
    return isinstance(age, int) and device.up_time is not None and device.up_time < age


async def settle(line: BoxLine, memory: Memory, clock: Clock, entry: BoxEntry) -> ChangeState:
    """Nothing is done about it: it restarted, or it did not."""
    await line.session()
    assert line.device is not None
    younger = entry.state is not ChangeState.PREPARED and surely_restarted(entry, line.device)
    state = ChangeState.DONE if younger else ChangeState.NOTHING
    memory.journal.add(entry, state)
    return state


def _end(
    memory: Memory, entry: BoxEntry, state: ChangeState, outcome: BoxOutcome, error: BoxError | None
) -> BoxChangeResult:
    with contextlib.suppress(SelfcareError):  # the next start looks at the box itself
        memory.journal.add(entry, state)
    return _result(outcome, entry, error)


def _result(outcome: BoxOutcome, entry: BoxEntry, error: BoxError | None) -> BoxChangeResult:
    if error is None:
        return BoxChangeResult(outcome, entry.name)
    return BoxChangeResult(
        outcome, entry.name, error=error.code.value, right=error.right, box_says=error.box_says, values=error.values
    )
