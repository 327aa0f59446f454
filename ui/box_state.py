"""What the window knows of the box, as frozen data: made in the engine, shown by the page. No Qt, no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from selfcare.model.box import Absent, BoxFamily, BoxStatus, HomeHost

if TYPE_CHECKING:  # it brings the network library along, which only the engine thread needs
    from selfcare.boxes.detect import Found
    from selfcare.boxes.wire import Place
    from ui.line_series import Series

OURS = "ours"
"""``Trouble.code`` of a fault of this program's own."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the box, the keyring or the disk did not do it: a ``BoxError`` or ``SelfcareError`` as plain values.

    Never the exception itself: its traceback holds what was sent. ``code`` is the error's; ``box_says`` is already cut
    and without secrets.
    """

    code: str
    right: str | None = None
    retry_after: float | None = None
    box_says: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Who is the gateway, at ``place``. ``found`` None: nobody we know answers; ``looks_like``: what is hinted at."""

    found: Found | None
    place: Place | None = None
    looks_like: str | None = None
    paired: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """What the box said at one moment.

    ``refused``: the code of why the stored secret was not used. ``rights``: those ticked on the box, None where the
    family knows none. ``graphs``: the curves by the days they go back.
    """

    status: BoxStatus
    hosts: tuple[HomeHost, ...] | Absent
    paired: bool = False
    refused: str | None = None
    rights: frozenset[str] | None = None
    graphs: Mapping[int, tuple[Series, ...]] = field(default_factory=dict)

    @property
    def lacks_settings_right(self) -> bool:
        """Whether a Freebox lets us read but not change: its owner did not tick that right.

        Other families name their rights otherwise.
        """
        freebox = self.status.device.family is BoxFamily.FREEBOX
        return freebox and bool(self.rights) and "settings" not in (self.rights or ())


class PairPhase(StrEnum):
    """``ASKING``: the card is open and waits for the person; ``WAITING``: the box is asked."""

    CLOSED = "closed"
    ASKING = "asking"
    WAITING = "waiting"
    GRANTED = "granted"
    DENIED = "denied"
    TIMEOUT = "timeout"
    FAILED = "failed"


OPEN_PHASES = frozenset(PairPhase) - {PairPhase.CLOSED}


@dataclass(frozen=True, slots=True)
class PairStep:
    """A step of pairing without the credential. ``where``: "keyring" or "file", once it is kept.

    ``set_aside``: the name of an unreadable older file that was kept.
    """

    phase: PairPhase
    instruction: str = ""
    where: str | None = None
    set_aside: str | None = None
    trouble: Trouble | None = None
    missing_right: bool = False
    by_button: bool = False


@dataclass(frozen=True, slots=True)
class BoxView:
    """All of it at one moment. ``trouble`` is of the last question; ``picture`` may be older than that.

    ``busy``: the box is being asked right now. ``forgotten``: what came of forgetting, a key of ``box.pairing.*``.
    """

    look: Look | None = None
    picture: Picture | None = None
    trouble: Trouble | None = None
    pairing: PairStep = PairStep(PairPhase.CLOSED)
    busy: bool = False
    forgotten: str = ""

    @property
    def found(self) -> Found | None:
        """The box, if one answered."""
        return self.look.found if self.look is not None else None
