"""A ticket, as this program gives it to any desk; and what a desk says back. One model, an adapter for each desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.report import Reach


class Severity(StrEnum):
    """How bad it is for the home."""

    BLOCKING = "blocking"
    MAJOR = "major"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Attachment:
    """``sha256`` (hex) of ``data``: what is compared before anything is sent a second time."""

    name: str
    mime: str
    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is filed. ``id`` (a UUID) is minted once and never changes; ``case`` is the readable one.

    ``facts``: short names and values that stand beside the text where a desk has a place for them.
    """

    id: str
    case: str
    subject: str
    text: str
    severity: Severity
    kind: str = "fault"
    code: str | None = None
    reach: Reach = field(default_factory=Reach)
    facts: Mapping[str, str | float | bool] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Note:
    """A follow-up on a ticket that is there. ``id`` minted once; it stands in the text, so that it is found again.

    ``sender``: the subscriber's mail address, where the desk is a mail box.
    """

    id: str
    case: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    sender: str = ""


class State(StrEnum):
    """A ticket at the desk: TMF621's eight words, which every desk's own are translated into."""

    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"
    PENDING = "pending"
    HELD = "held"
    IN_PROGRESS = "inProgress"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The desk's own name for the ticket. ``number`` is what a person says; ``ref`` what the desk's API wants.

    ``promised``: ISO 8601, when the desk says it will be done; ``url``: where a person can look.
    """

    ref: str
    number: str
    state: State = State.ACKNOWLEDGED
    promised: str = ""
    url: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """Something the desk wrote. ``asks``: it needs an answer (TMF621 InformationRequired; a status that says so)."""

    id: str
    at: str
    text: str
    who: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """How the ticket stands at the desk, replies oldest first. Texts are another's: shown as text, never run."""

    receipt: Receipt
    replies: tuple[Reply, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownOutage:
    """A collective outage the operator tells of (TMF656 ServiceProblem), before a ticket is opened."""

    id: str
    text: str
    since: str = ""
    until: str = ""
    affected: int | None = None
    state: str = ""


class Failure(StrEnum):
    """What a failed call means for what was sent. It decides whether it may be sent again.

    ``NOT_SENT``: surely not taken (no connection, 429, 503 before the body): later. ``UNKNOWN``: it may have been taken
    (cut, time-out, 500, 202): search first. ``REFUSED``: never as it is (400, 403, 413, 422). ``SIGN_IN``: who are you?
    ``GONE``: the ticket is not there (any more).
    """

    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    SIGN_IN = "sign_in"
    GONE = "gone"


class DeskError(Exception):
    """A desk did not do it. ``code`` is stable (``desk_unreachable``, ``desk_slow``, ``desk_http_500``, …).

    ``again_s``: seconds after which the desk wants to be asked again, where it says so. ``detail`` may be another's
    words: for a log, masked, and for nobody's screen.
    """

    def __init__(self, failure: Failure, code: str, again_s: float | None = None, detail: str = "") -> None:
        super().__init__(f"{failure.value}: {code}")
        self.failure, self.code, self.again_s, self.detail = failure, code, again_s, detail


class Phase(StrEnum):
    """Of something in the outbox. Only ``DONE``, ``REFUSED`` and ``CANCELLED`` are ends.

    ``UNKNOWN``: it may be there; it is searched for before anything is sent again. ``ATTACHING``: it is there, files
    are still to be brought. ``WAITING_SIGN_IN``: nothing happens until the subscriber signs in.
    """

    QUEUED = "queued"
    SENDING = "sending"
    UNKNOWN = "unknown"
    ATTACHING = "attaching"
    WAITING_SIGN_IN = "waiting_sign_in"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing in the outbox as it is shown. Times: ISO 8601; ``tries``: of sending; ``why``: the last error."""

    id: str
    case: str
    desk: str
    kind: str
    phase: Phase
    subject: str
    queued: str
    tries: int = 0
    next_try: str = ""
    why: str = ""
    receipt: Receipt | None = None
    attached: tuple[str, ...] = ()
