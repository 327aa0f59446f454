"""What the pages of support know, apart from how it is drawn. No Qt: it outlives a change of language or theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from selfcare.app.support.port import Advice, Filed, Needs, Offline, Reminder, SignIn
from selfcare.model.case import Case, CaseHead
from selfcare.model.report import USUAL, Reach, Report, ReportOptions, Section, Want, Wish
from selfcare.model.support import DeskKind
from selfcare.model.symptom import OtherDevices, Symptom, SymptomKind
from selfcare.model.ticket import KnownOutage, Parcel, Phase


@dataclass(slots=True)
class ContactState:
    """Whom to reach, and what to say. ``case``: the one that is open; ``met``: it was looked for."""

    met: bool = False
    case: Case | None = None
    advice: Advice | None = None
    outages: tuple[KnownOutage, ...] = ()
    report: Report | None = None
    offline: Offline | None = None

    @property
    def has_desk(self) -> bool:
        """Whether a ticket can be filed with the operator itself."""
        desk = self.advice.desk if self.advice is not None else None
        return desk is not None and desk.kind is not DeskKind.FILE


class Step(StrEnum):
    """Of the ticket. ``AWAY``: none is being written."""

    AWAY = "away"
    WHAT = "what"
    WISH = "wish"
    PREVIEW = "preview"
    SENT = "sent"


STEPS = (Step.WHAT, Step.WISH, Step.PREVIEW, Step.SENT)


@dataclass(slots=True)
class Draft:
    """What the subscriber says and ticks.

    ``since``: a period as the symptom question names it; ``began``: a moment that was said before, which counts as
    long as no period is chosen.
    """

    words: str = ""
    what: SymptomKind | None = None
    since: str | None = None
    began: str | None = None
    others: OtherDevices | None = None
    wants: tuple[Want, ...] = (Want.REPAIR,)
    reach: Reach = field(default_factory=Reach)
    sections: frozenset[Section] = USUAL
    reveal: frozenset[str] = frozenset()

    @property
    def wish(self) -> Wish:
        """What goes on top of the report."""
        return Wish(self.wants, self.words, self.reach)

    def symptom(self, now: datetime) -> Symptom | None:
        """As a case keeps it."""
        if self.what is None:
            return None
        from ui.pages.symptom import start_of  # comes with the check page anyway

        since = start_of(self.since, now) if self.since is not None else self.began
        return Symptom(self.what, since, self.others or OtherDevices.UNKNOWN)

    def options(self, language: str) -> ReportOptions:
        """What is ticked."""
        return ReportOptions(self.sections, self.reveal, self.wish, language)


@dataclass(slots=True)
class TicketState:
    """One ticket on its way. ``report``: the bytes that were shown, or None while they are made anew.

    ``known``: the case as it stood when this was begun, so that nothing is written down twice.
    ``before``: one that is at the desk already, so that this one becomes a note on it.
    """

    step: Step = Step.AWAY
    case: str = ""
    known: CaseHead | None = None
    draft: Draft = field(default_factory=Draft)
    needs: Needs | None = None
    report: Report | None = None
    before: Parcel | None = None
    parcel: Parcel | None = None
    told: Filed | None = None
    hurry: bool = False
    saved: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Fields the desk wants that are empty."""
        wanted = self.needs.fields if self.needs is not None else ()
        return tuple(name for name in wanted if not str(getattr(self.draft.reach, name, "-")).strip())

    @property
    def signed_in(self) -> bool:
        """Whether nothing more is wanted before the desk takes it."""
        return self.needs is not None and self.needs.sign_in is SignIn.NOTHING


@dataclass(slots=True)
class CasesState:
    """``shown``: the one that is open on the page; ``tickets`` its own, ``None`` while nobody has looked."""

    heads: tuple[CaseHead, ...] | None = None
    reminders: tuple[Reminder, ...] = ()
    shown: Case | None = None
    tickets: tuple[Filed, ...] | None = None
    outbox: tuple[Parcel, ...] = ()
    asks: tuple[Filed, ...] = ()
    answered: frozenset[str] = frozenset()
    exported: str = ""


ENDS = (Phase.DONE, Phase.REFUSED, Phase.CANCELLED)


def waiting(parcels: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    """Those that are not at their end."""
    return tuple(one for one in parcels if one.phase not in ENDS)


def question(filed: Filed) -> str:
    """The id of what the desk asks and nobody has answered: the newest of its replies, if that is a question."""
    replies = filed.told.replies if filed.told is not None else ()
    return replies[-1].id if replies and replies[-1].asks else ""
