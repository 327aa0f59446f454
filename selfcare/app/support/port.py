"""What a front end may ask about support: the window and the command line know this, and nothing beneath it.

Every method may raise :class:`SelfcareError` (the disk, the keyring, rubbish from outside): a code with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from selfcare.model.case import Case, CaseHead, Contact
from selfcare.model.report import Decoded as Decoded
from selfcare.model.report import Offline as Offline
from selfcare.model.report import Picture as Picture
from selfcare.model.report import Report, ReportOptions, Verified, Wish
from selfcare.model.support import DeskEndpoint, SupportChannel
from selfcare.model.symptom import Symptom
from selfcare.model.ticket import KnownOutage, Parcel, Told


@dataclass(frozen=True, slots=True)
class Advice:
    """Whom to reach now. ``best`` first reasons in a sentence (``why``); ``others`` in order; all with what is known.

    ``desk``: a ticket can be filed with the operator itself. ``operator``: display name, "" where it is not known.
    """

    operator: str
    best: SupportChannel | None
    why: str
    others: tuple[SupportChannel, ...] = ()
    desk: DeskEndpoint | None = None
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reminder:
    """A date somebody promised and that passed, or the next step of the complaint path. ``guide``: what to open."""

    case: str
    due: str
    text: str
    guide: str = ""
    ticket: str = ""


class SignIn(StrEnum):
    """What a desk still wants before it takes a ticket."""

    NOTHING = "nothing"
    OIDC = "oidc"
    REGISTER = "register"
    CODE = "code"
    TOKEN = "token"


@dataclass(frozen=True, slots=True)
class Needs:
    """Before filing: fields of ``Reach`` to fill in, and what sign-in is open."""

    fields: tuple[str, ...] = ()
    sign_in: SignIn = SignIn.NOTHING


@dataclass(frozen=True, slots=True)
class Filed:
    """A ticket of ours: the parcel, and how it stood when the desk was last asked (``asked_at``: ISO 8601)."""

    parcel: Parcel
    told: Told | None = None
    asked_at: str = ""
    trouble: str = ""


class SupportPort(Protocol):
    """One front end's. Made for one event loop; nothing of the network is imported before something needs it."""

    # -- cases ------------------------------------------------------------------------------------

    async def cases(self) -> tuple[CaseHead, ...]: ...  # noqa: D102
    async def case(self, name: str | None = None) -> Case | None:
        """By its id in any spelling; None: the one that is open (None where there is none)."""
        ...

    async def begin(self, words: str = "", symptom: Symptom | None = None, *, new: bool = False) -> CaseHead:
        """The open case with these words added, else a new one: where that one is over (``cases.over``), or ``new``."""
        ...

    async def end(self, case: str) -> None:
        """Closes it: solved, or given up."""
        ...

    async def note(self, case: str, text: str, *, tried: bool = False) -> None:
        """In the subscriber's words; ``tried``: something they did about it."""
        ...

    async def contact(self, case: str, contact: Contact) -> None: ...  # noqa: D102
    async def export(self, case: str, to: Path) -> Path:
        """All that is written, as one JSON file, nothing taken out: it is theirs."""
        ...

    async def delete(self, case: str) -> None:
        """For good. A ticket that was sent stays with the operator."""
        ...

    # -- whom to reach ----------------------------------------------------------------------------

    async def advice(self, case: str | None = None) -> Advice: ...  # noqa: D102
    async def reminders(self) -> tuple[Reminder, ...]: ...  # noqa: D102

    # -- reports ----------------------------------------------------------------------------------

    async def report(self, case: str, options: ReportOptions) -> Report:
        """Made anew: its parts are exactly what will leave. Nothing leaves by this."""
        ...

    async def save(self, report: Report, to: Path) -> Path:
        """On a disk or a stick: whole or not at all; read back and compared."""
        ...

    async def verify(self, path: Path) -> Verified: ...  # noqa: D102
    async def offline(self, report: Report) -> Offline: ...  # noqa: D102
    async def decode(self, text: str) -> Decoded: ...  # noqa: D102

    # -- tickets ----------------------------------------------------------------------------------

    async def needs(self, wish: Wish) -> Needs: ...  # noqa: D102
    async def outages(self) -> tuple[KnownOutage, ...]:
        """Read before a ticket is offered; none where the operator tells of none, or nothing answers in 3 s."""
        ...

    async def file(self, report: Report, wish: Wish) -> Parcel:
        """After the person's consent to exactly this report: noted, queued (durable), then one try to send it.

        A second press for the same case is a follow-up on the same ticket, never a new one.
        """
        ...

    async def outbox(self) -> tuple[Parcel, ...]: ...  # noqa: D102
    async def flush(self) -> tuple[Parcel, ...]:
        """Tries what is due, as when a line is back."""
        ...

    async def tick(self) -> tuple[Parcel, ...]:
        """For a window, once a minute: sends what is due; at once what waited, where a line has just come back."""
        ...

    async def cancel(self, parcel: str) -> Parcel:
        """What was not sent is not sent; what may have been is searched for first, and then said so."""
        ...

    async def tickets(self, case: str | None = None, *, ask: bool = True) -> tuple[Filed, ...]:
        """With the desk's word where it answers; replies are noted in the case."""
        ...

    async def answer(self, parcel: str, reply: str, text: str) -> Parcel:
        """What the desk asked for (InformationRequired): sent as a note on the same ticket, once."""
        ...

    async def draft(self, report: Report, wish: Wish, to: Path) -> Path:
        """An e-mail for the user's own mail program (.eml with the report attached)."""
        ...

    # -- who it is --------------------------------------------------------------------------------

    async def sign_in(self, show: Callable[[str], None]) -> Needs:
        """By the operator's page in the browser (``show`` opens an address); ends when the browser comes back."""
        ...

    async def register(self, mail: str) -> Needs: ...  # noqa: D102
    async def confirm(self, code: str) -> Needs: ...  # noqa: D102
    async def token(self, text: str) -> Needs:
        """One that the operator gave this subscriber; into the keyring."""
        ...

    def speak(self, language: str) -> None:
        """The language of its sentences from now on; until then the one it was made with."""
        ...

    async def close(self) -> None: ...  # noqa: D102


MakeSupport = Callable[[], "SupportPort"]
