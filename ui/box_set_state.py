"""Settings of the box as the window knows them: what can be set here, what is set now, where a change stands. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.box import Capability, HomeHost, PortRange
from selfcare.model.box.change import BoxChange, BoxChangeResult, BoxProposal, Settled
from ui.box_state import OURS, Trouble


class Setting(StrEnum):
    """One card each. The values are the names of the kinds of change."""

    GUEST = "guest"
    WIFI = "wifi"
    PARENTAL = "parental"
    FORWARD = "forward"
    RESERVATION = "reservation"
    REBOOT = "reboot"


_C = Capability
READS: Mapping[Setting, Capability] = {
    Setting.GUEST: _C.GUEST, Setting.WIFI: _C.WIFI, Setting.PARENTAL: _C.PARENTAL,
    Setting.FORWARD: _C.FORWARDS, Setting.RESERVATION: _C.DHCP,
}  # fmt: skip
WRITES: Mapping[Setting, Capability] = {
    Setting.GUEST: _C.SET_GUEST, Setting.WIFI: _C.SET_WIFI, Setting.PARENTAL: _C.SET_PARENTAL,
    Setting.FORWARD: _C.SET_FORWARDS, Setting.RESERVATION: _C.SET_RESERVATIONS, Setting.REBOOT: _C.REBOOT,
}  # fmt: skip
OF_DEVICES = frozenset({Setting.PARENTAL, Setting.FORWARD, Setting.RESERVATION})
"""A device of the home is chosen there."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """``here``: what the driver can set on this very model. ``login``: the box wants to have let us in for that.

    ``box`` is the digest under which its changes are in the journal, as far as it is known.
    """

    here: frozenset[Setting]
    login: bool
    box: str | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """What a family has beyond the port; the drivers of the others refuse it.

    ``guest_end``: guests may be let in for a time only; ``block_end``: a device may be cut for a time only; ``plans``:
    it has timetables.
    """

    guest_end: bool = False
    block_end: bool = False
    plans: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What the box told when a card was opened.

    ``told``: the model's value, or ``Absent``. ``macs``: hardware addresses of this computer, in small letters.
    ``ports``: those that are the subscriber's own, where the address is shared. ``manners``: what this family has of
    it, beyond the port.
    """

    setting: Setting
    told: object = field(repr=False, default=None)
    hosts: tuple[HomeHost, ...] = ()
    macs: frozenset[str] = frozenset()
    ports: PortRange | None = None
    manners: Manners = Manners()


@dataclass(frozen=True, slots=True)
class Listed:
    """The journal, newest first; ``settled``: what became of what an earlier run had left unfinished."""

    changes: tuple[BoxChange, ...]
    damaged: tuple[str, ...] = ()
    settled: Settled | None = None


class ChangePhase(StrEnum):
    """``WEIGHING``: the box is asked what would change. ``WORKING``: agreed to, no way to stop it half way."""

    IDLE = "idle"
    WEIGHING = "weighing"
    ASKING = "asking"
    WORKING = "working"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a change ended. ``proposal`` says what was weighed."""

    proposal: BoxProposal | None
    result: BoxChangeResult


@dataclass(slots=True)
class ChangeState:
    """One change at a time, from the form (or the list of changes) to its result.

    ``setting`` is the card it belongs to, None for one that is put back from the list (``undoes`` names it).
    """

    phase: ChangePhase = ChangePhase.IDLE
    setting: Setting | None = None
    undoes: str = ""
    proposal: BoxProposal | None = None
    stages: tuple[str, ...] = ()
    result: BoxChangeResult | None = None
    trouble: Trouble | None = None

    @property
    def busy(self) -> bool:
        """Whether another change has to wait."""
        return self.phase in (ChangePhase.WEIGHING, ChangePhase.ASKING, ChangePhase.WORKING)

    @property
    def writing(self) -> bool:
        """Whether the box is being changed: what is measured meanwhile means nothing."""
        return self.phase is ChangePhase.WORKING

    @property
    def touched(self) -> bool:
        """Whether something was written, whatever became of it."""
        return self.phase is ChangePhase.DONE and bool(self.stages)

    def begin(self, setting: Setting | None, undoes: str = "") -> None:
        """A form was sent off, or a change is to be put back."""
        self.phase, self.setting, self.undoes = ChangePhase.WEIGHING, setting, undoes
        self.proposal, self.stages, self.result, self.trouble = None, (), None, None

    def ask(self, proposal: BoxProposal) -> None:
        """The question stands."""
        self.phase, self.proposal = ChangePhase.ASKING, proposal

    def answered(self, agreed: bool) -> None:
        """After a no nothing more is asked of the box."""
        if self.phase is ChangePhase.ASKING:
            self.phase = ChangePhase.WORKING if agreed else ChangePhase.WEIGHING

    def stage(self, key: str) -> None:
        """What is being done, each step once."""
        if self.phase is ChangePhase.WORKING and self.stages[-1:] != (key,):
            self.stages = (*self.stages, key)

    def end(self, answer: object) -> None:
        """Takes how it ended; what cannot be asked of the box at all is a ``Trouble``."""
        self.phase = ChangePhase.DONE
        if isinstance(answer, Ended):
            self.proposal = answer.proposal if answer.proposal is not None else self.proposal
            self.result = answer.result
        else:
            self.trouble = answer if isinstance(answer, Trouble) else Trouble(OURS)

    def rest(self) -> bool:
        """Puts a result away; whether there was one."""
        if self.phase is not ChangePhase.DONE:
            return False
        self.phase, self.proposal, self.result, self.trouble = ChangePhase.IDLE, None, None, None
        return True
