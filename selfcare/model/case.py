"""A case: everything that happened around one trouble, from the first check to the last answer, under one id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from selfcare.model.asked import Asked
from selfcare.model.symptom import Symptom
from selfcare.model.wifi.walk import WalkRecord


class Channel(StrEnum):
    """How support is reached, or was."""

    PHONE = "phone"
    CHAT = "chat"
    WEB = "web"
    APP = "app"
    MAIL = "mail"
    POST = "post"
    SHOP = "shop"
    FORUM = "forum"
    SOCIAL = "social"
    VISIT = "visit"
    OTHER = "other"


class Effect(StrEnum):
    """What something that was tried did to the trouble. ``UNKNOWN``: nobody measured afterwards."""

    SOLVED = "solved"
    HELPED = "helped"
    NONE = "none"
    WORSE = "worse"
    UNDONE = "undone"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """Who tried it: a remedy of ours, a guide's step, a setting of the box, support's own advice, the person alone."""

    REMEDY = "remedy"
    GUIDE = "guide"
    BOX = "box"
    SUPPORT = "support"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Tried:
    """Something already tried, with its effect: derived from the history, never typed twice.

    ``what`` is an id (``dhcp.renew``, ``box-restart``, …); ``text`` a sentence, filled in late.
    ``at``: ISO 8601 with offset, of the last time; ``times``: how often. ``outcome``: how it ended in the word of who
    did it (``kept``, ``failed``, ``put_back``, …), where ``effect`` alone says too little. ``steps``: of a guide, gone
    through. ``said``: what it did, in words, filled in late for a report.
    """

    what: str
    source: Source
    effect: Effect
    at: str
    times: int = 1
    text: str = ""
    outcome: str = ""
    steps: tuple[str, ...] = ()
    said: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """One exchange with support. ``waited_min``: minutes; ``cost_cents``: euro cents; None: not said.

    ``promised``: a date (ISO) somebody gave. ``by_hand``: typed by the subscriber, not seen by this program.
    """

    at: str
    channel: Channel
    waited_min: int | None = None
    cost_cents: int | None = None
    who: str = ""
    reason: str = ""
    answer: str = ""
    reference: str = ""
    promised: str = ""
    by_hand: bool = True


@dataclass(frozen=True, slots=True)
class Outage:
    """One interruption. ISO 8601 with offset; ``end`` is None while it lasts or where its end was not seen.

    ``source``: ``box`` (its own log), ``checks`` (two checks around it), ``said`` (the subscriber).
    """

    start: str
    end: str | None
    seconds: float | None
    layer: str
    source: str


@dataclass(frozen=True, slots=True)
class Downtime:
    """Minutes down in the last 24 hours, 7 and 30 days; None: not monitored over that time, which is not zero.

    ``gaps``: (start, end) of what nobody watched, newest last. ``watched``: share of each of the three, 0 to 1.
    """

    day_min: float | None = None
    week_min: float | None = None
    month_min: float | None = None
    outages: tuple[Outage, ...] = ()
    gaps: tuple[tuple[str, str], ...] = ()
    watched: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case as its owner may read it. ``kind`` as in the history; ``data`` plain JSON values."""

    id: int
    at: str
    kind: str
    subject: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What a list shows. ``code``, ``text``: of the newest verdict; ``tickets``: ids of ours, newest first."""

    id: str
    opened: str
    closed: str | None = None
    symptom: Symptom | None = None
    words: str = ""
    state: str = ""
    code: str | None = None
    text: str = ""
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A whole case: all that is written about somebody, and what follows from it.

    ``checks``: documents of the contract, newest first, each with ``started`` (see ``StoredCheck``).
    ``asked``: questions, newest first. ``runs``: ways through guides, with what was typed into them, newest first.
    ``walks``: through the home with the Wi-Fi measured, newest first; those that are still kept.
    """

    head: CaseHead
    events: tuple[Event, ...]
    tried: tuple[Tried, ...] = ()
    contacts: tuple[Contact, ...] = ()
    downtime: Downtime = Downtime()
    checks: tuple[Mapping[str, object], ...] = ()
    asked: tuple[Asked, ...] = ()
    runs: tuple[Mapping[str, object], ...] = ()
    walks: tuple[WalkRecord, ...] = ()
