"""What the parts of the desk hand each other. Moments are milliseconds since 1970."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from selfcare.model.ticket import State

OPEN = (State.ACKNOWLEDGED, State.IN_PROGRESS, State.PENDING, State.HELD)


class DeskRefusal(Exception):
    """Not done, and why. ``status``: HTTP's. ``code``: stable; sentence ``refusal.<code>`` of domain ``desk``."""

    def __init__(self, status: int, code: str, **values: object) -> None:
        super().__init__(code)
        self.status, self.code, self.values = status, code, values


class Role(StrEnum):
    """What an agent may; each may what the one before may."""

    READER = "reader"
    AGENT = "agent"  # answers, asks, closes
    LEAD = "lead"  # declares outages, answers all, merges
    ADMIN = "admin"  # agents, keys, retention, audit


@dataclass(frozen=True, slots=True)
class Anybody:
    """Nobody has said who it is."""

    @property
    def name(self) -> str:
        """For the audit."""
        return "anybody"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A PC, or a person by the operator's sign-in: reaches its own cases, nothing else. ``key``: of ``subscribers``."""

    id: int
    key: str
    proven: bool = True

    @property
    def name(self) -> str:
        """For the audit."""
        return f"subscriber:{self.id}"


@dataclass(frozen=True, slots=True)
class System:
    """Another program of the operator, by a token: sees all tickets."""

    label: str

    @property
    def name(self) -> str:
        """For the audit."""
        return f"system:{self.label}"


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at the desk, signed in. ``csrf``: of the session."""

    id: int
    login: str
    shown: str
    role: Role
    language: str = "fr"
    csrf: str = ""
    session: str = ""

    @property
    def name(self) -> str:
        """For the audit."""
        return f"agent:{self.login}"

    def may(self, role: Role) -> bool:
        """Whether it is at least this."""
        order = list(Role)
        return order.index(self.role) >= order.index(role)


Caller = Anybody | Subscriber | System | Agent


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way in: durable in the blob store under ``sha256`` (hex). ``kind``: report, picture, other."""

    name: str
    mime: str
    size: int
    sha256: str
    kind: str = "report"


@dataclass(frozen=True, slots=True)
class External:
    """An id of somebody else's. Ours: type ``selfcare.ticket`` and ``selfcare.case``, owner ``selfcare``."""

    value: str
    type: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class NewNote:
    """``external``: its writer's id, or "". ``by``: subscriber, agent, desk, mail (nobody proved who)."""

    text: str
    by: Literal["subscriber", "agent", "desk", "mail"]
    author: str = ""
    external: str = ""
    channel: str = "app"
    asks: bool = False
    internal: bool = False
    agent: int | None = None
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """A ticket that comes in, anyhow. ``scope``: whose ids these are (a subscriber's key, ``system:<name>``)."""

    scope: str
    subscriber: int | None
    name: str
    description: str
    severity: str
    kind: str
    channel: Literal["app", "mail", "qr", "spoken", "agent", "api"]
    externals: tuple[External, ...] = ()
    case: str = ""
    language: str = "fr"
    contact: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str | float | bool] = field(default_factory=dict)
    notes: tuple[NewNote, ...] = ()
    uploads: tuple[Upload, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filed:
    """``new``: a ticket was made; else ``merged`` says whether something of it was added to the one that was there.

    ``files``: of a new one.
    """

    ticket: int
    ref: str
    new: bool
    merged: bool = False
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Of a ticket; None is "as it was". ``by``: for the history of its states. ``promised``: 0 takes a promise back."""

    by: str
    status: State | None = None
    reason: str = ""
    promised: int | None = None
    severity: str | None = None
    kind: str | None = None
    name: str | None = None
    description: str | None = None
    agent: int | None = None
    extra: Mapping[str, Any] | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """As it stands at the desk."""

    id: int
    by: str
    author: str
    text: str
    at: int
    channel: str = "app"
    external: str = ""
    asks: bool = False
    internal: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """An attachment. ``read``: what reading it told (see ``intake.reading``)."""

    ref: str
    name: str
    mime: str
    size: int
    sha256: str
    kind: str
    at: int
    state: str
    note: int | None = None
    read: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One of a ticket's states, and since when."""

    status: str
    reason: str
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Head:
    """A ticket as a line of a list. ``waiting``: us, them, outage, "" (over). ``act_at``: when somebody should act."""

    id: int
    ref: str
    case: str
    subscriber: int | None
    channel: str
    status: State
    name: str
    severity: str
    language: str
    verdict_state: str
    verdict_code: str
    verdict_band: str
    side: str
    access: str
    operator: str
    node: str
    since_at: int | None
    waiting: str
    waiting_at: int | None
    act_at: int | None
    promised_at: int | None
    created_at: int
    updated_at: int
    closed_at: int | None
    agent: int | None
    outage: int | None
    reports: int
    who: str = ""  # the contact's name, else contract, else mail: what an agent knows them by
    heard_at: int | None = None  # the subscriber's oldest word that nobody has answered


@dataclass(frozen=True, slots=True)
class Whole:
    """A ticket with everything. ``notes`` oldest first, internal ones among them: who shows it leaves them out."""

    head: Head
    status_reason: str
    status_at: int
    description: str
    kind: str
    contact: Mapping[str, str]
    facts: Mapping[str, str | float | bool]
    extra: Mapping[str, Any]
    version: int
    externals: tuple[External, ...]
    notes: tuple[Note, ...]
    files: tuple[File, ...]
    states: tuple[StatusChange, ...]
