"""What a repair proposes, and what became of each proposal. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from selfcare.model.check import CheckResult, Host
from selfcare.model.observation import Observation
from selfcare.model.repair import Action, Entry, Risk

SCHEMA = "selfcare.repair/1"


class Privilege(StrEnum):
    """Whose rights a change needs. ``DESKTOP``: what the system lets whoever sits at this PC do."""

    NONE = "none"
    DESKTOP = "desktop"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caution:
    """What must be said before consent; ``refuses``: the change is not made at all."""

    kind: str
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class RemoteLogin:
    """Somebody works on this PC from afar. ``address``: this PC's end of it, None where that is not known."""

    address: str | None


class NotPossible(Exception):
    """A remedy has nothing to do here, or lacks what it needs. ``reason`` is a key of ``repair.impossible.*``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ExactValue:
    """A setting to the letter: what it is, what is there now, what would be there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One remedy that wants consent; every sentence is in the reader's language.

    ``code`` is the finding it answers, None when asked for by hand. ``pause_s``: how long the
    connection may be gone, ``duration_s``: how long it all takes. ``temporary``: it ends by itself;
    ``stands_for`` names whom a stand-in resolver replaces meanwhile (``remedies.trial.StandsFor``).
    """

    remedy: str
    code: str | None
    title: str
    why: str
    plan: tuple[str, ...]
    actions: tuple[Action, ...]
    risk: Risk
    risk_text: str
    pause_s: float
    duration_s: float
    reversible: bool
    temporary: bool
    privilege: Privilege
    cautions: tuple[str, ...] = ()
    instruction: bool = False
    values: tuple[ExactValue, ...] = ()
    stands_for: str | None = None


class StepOutcome(StrEnum):
    """What became of one proposal.

    ``KEPT``: helped (or, by hand, did no harm) and stays. ``UNDONE``: did not help, or did harm, and is put back.
    ``NOT_HELPED``: the same of what leaves nothing to put back (a memory emptied, a lease asked for again).
    ``REFUSED``: the person said no. ``CAUTION``: this program refuses. ``FOR_YOU``: only a person can do it, and
    it was not (yet) seen to be done. ``STUCK``: it could not be put back; the journal goes on trying.
    """

    PROPOSED = "proposed"
    REFUSED = "refused"
    CAUTION = "caution"
    KEPT = "kept"
    DONE_BY_HAND = "done_by_hand"
    UNDONE = "undone"
    NOT_HELPED = "not_helped"
    FOR_YOU = "for_you"
    FAILED = "failed"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Step:
    """One proposal and its end. ``before`` and ``after`` are the facts it was judged by.

    ``entries`` are names in the journal of changes; ``error`` is the code of a ``HandError``.
    """

    proposal: Proposal
    outcome: StepOutcome
    before: tuple[Observation, ...] = ()
    after: tuple[Observation, ...] = ()
    entries: tuple[str, ...] = ()
    error: str | None = None
    duration_ms: float = 0.0


class RepairState(StrEnum):
    """How a repair run ended, for the person who asked for it."""

    HEALTHY = "healthy"
    REPAIRED = "repaired"
    EASED = "eased"
    DONE = "done"
    PLANNED = "planned"
    NOT_HELPED = "not_helped"
    FOR_YOU = "for_you"
    REFUSED = "refused"
    NEEDS_PRIVILEGE = "needs_privilege"
    NOTHING_TO_OFFER = "nothing_to_offer"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class TrialAnswer:
    """Where names fail, in a subscriber's words. ``place`` is one of ``remedies.trial.Place``."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class RepairResult:
    """The document of a run. ``after`` is None when nothing was changed. ``recovered``: put back from earlier runs.

    ``ended``: trials of a resolver that were over. ``remembered``: whether the history could be written.
    """

    state: RepairState
    text: str
    before: CheckResult
    after: CheckResult | None
    steps: tuple[Step, ...]
    host: Host
    versions: dict[str, str]
    total_ms: float
    recovered: tuple[Entry, ...] = ()
    ended: tuple[Entry, ...] = ()
    trial: TrialAnswer | None = None
    remembered: bool = True
    schema: str = SCHEMA
