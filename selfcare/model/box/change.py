"""A change of the box's settings as data: what is now, what would be, what speaks against it, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from selfcare.model.box.device import BoxFamily
from selfcare.model.box.wish import Wish


@dataclass(frozen=True, slots=True)
class Difference:
    """One field. ``what`` is a catalogue key, ``of`` the thing it belongs to (a network, a radio, a device), if any.

    ``now`` and ``asked`` are plain values (True, a number, a text; False is also "not there"). Of a secret neither is.
    """

    what: str
    now: object
    asked: object
    of: str | None = None
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Caution:
    """Said before consent: ``box.change.caution.<code>`` filled with ``values``.

    ``blocking``: it would be refused, or do harm that could not be put back: so it is not done.
    """

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    blocking: bool = False


@dataclass(frozen=True, slots=True)
class BoxProposal:
    """What a wish comes to on this very box. ``box`` is a digest of its uid. ``undoes`` names an entry to put back.

    ``seconds``: how long it takes as a rule. ``reversible``: False for what cannot be undone (a restart).
    """

    wish: Wish | None
    box: str
    family: BoxFamily
    kind: str
    differences: tuple[Difference, ...]
    cautions: tuple[Caution, ...] = ()
    seconds: float = 5.0
    reversible: bool = True
    undoes: str | None = None

    @property
    def nothing_to_do(self) -> bool:
        """Already so."""
        return not self.differences

    @property
    def refusal(self) -> Caution | None:
        """Why it is not done at all."""
        return next((caution for caution in self.cautions if caution.blocking), None)


class BoxOutcome(StrEnum):
    """``REFUSED``: by the box or by a caution, nothing was changed. ``PUT_BACK``: it was not as asked; it is as before.

    ``STALE``: the box was changed since it was proposed. ``UNPROVED``: the box is silent; looked at when it is back.
    ``STUCK``: neither as asked nor as before, and putting back failed: tried again later. ``CONFLICT``: somebody else
    changed it since, so it was left alone.
    """

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"
    DECLINED = "declined"
    REFUSED = "refused"
    STALE = "stale"
    PUT_BACK = "put_back"
    UNPROVED = "unproved"
    STUCK = "stuck"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class BoxChangeResult:
    """``error`` is a ``BoxErrorCode`` value or the code of a disk's or keyring's failure; ``right`` a missing one.

    ``cautioned``: ``error`` is the code of a blocking caution, the box itself was not asked.
    ``rejoined``: the PC's own Wi-Fi was joined anew (False: it could not be, None: there was no need).
    """

    outcome: BoxOutcome
    entry: str | None = None
    error: str | None = None
    right: str | None = None
    box_says: str | None = None
    rejoined: bool | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    cautioned: bool = False


class ChangeState(StrEnum):
    """Of an entry of the journal. All but the first three are final, ``DONE`` until it is undone."""

    PREPARED = "prepared"
    WRITING = "writing"
    RESTORING = "restoring"
    DONE = "done"
    NOTHING = "nothing"
    PUT_BACK = "put_back"
    UNDONE = "undone"
    CONFLICT = "conflict"
    GAVE_UP = "gave_up"
    DAMAGED = "damaged"

    @property
    def unfinished(self) -> bool:
        """Whether the box has to be looked at."""
        return self in (ChangeState.PREPARED, ChangeState.WRITING, ChangeState.RESTORING)

    @property
    def needs_keys(self) -> bool:
        """Whether the keys of before and after may still be wanted."""
        return self.unfinished or self in (ChangeState.DONE, ChangeState.GAVE_UP)


@dataclass(frozen=True, slots=True)
class BoxChange:
    """A change in the journal. ``box`` is a digest of the uid; ``undoable``: it is in place and can be put back."""

    name: str
    box: str
    kind: str
    at: datetime | None
    state: ChangeState
    differences: tuple[Difference, ...] = ()
    undoable: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """What looking at unfinished changes came to. ``other_box``: of a box that is not the one here: not touched.

    ``later``: the box was silent or would not let us in. ``damaged`` names what cannot be read of the journal.
    """

    done: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    put_back: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    gave_up: tuple[str, ...] = ()
    other_box: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
