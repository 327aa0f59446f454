"""A report made into what a desk is given. Everything in it was previewed: the text block, the archive, the reach."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from selfcare.i18n import Catalogue
from selfcare.model.report import Reach, Report, Section, Wish
from selfcare.model.support import DeskEndpoint, DeskKind
from selfcare.model.ticket import Attachment, Note, Severity, Ticket

_BLOCKING = frozenset({"no_web"})
_MINOR = frozenset({"one_site", "one_device", "games", "port"})
LONGEST = 120
"""Characters of a subject, as desks show them in a list."""
REACH_MOST = 200
"""Characters of a name, an address, a number."""


def ticket_of(report: Report, wish: Wish, catalogue: Catalogue, asked: Collection[str] = ()) -> Ticket:
    """With a new id: minted here and nowhere else, once.

    Args:
        report: as it was agreed to.
        wish: who it is and how they are reached.
        catalogue: of domain ``support``.
        asked: what of the reach this desk takes no ticket without (names of ``Reach``).
    """
    verdict = _part(report.document, "verdict")
    code = verdict.get("code")
    return Ticket(
        str(uuid.uuid4()), report.case, subject(report.document, catalogue), report.text, _severity(report.document),
        code=code if isinstance(code, str) else None, reach=reach_of(_reach(report, wish, asked)), facts=_facts(report),
        attachments=(attachment(report),), language=catalogue.language,
    )  # fmt: skip


def note_of(report: Report, wish: Wish, asked: Collection[str] = ()) -> Note:
    """The same case once more: a word on the ticket that is there, with the newer report."""
    mail = _line(_reach(report, wish, asked).mail)[:REACH_MOST]
    return Note(str(uuid.uuid4()), report.case, report.text, (attachment(report),), mail)


def asked_by(desk: DeskEndpoint | None) -> frozenset[str]:
    """What a desk must be told of who it is: its profile says so, and a mail has a sender."""
    if desk is None:
        return frozenset()
    return frozenset(desk.needs) | ({"mail"} if desk.kind is DeskKind.MAIL else set())


def _reach(report: Report, wish: Wish, asked: Collection[str]) -> Reach:
    """All of it where its section was ticked; else what the desk asked for and was typed for it, and nothing more."""
    if Section.REACH in report.sections:
        return wish.reach
    return Reach(**{name: value for name, value in asdict(wish.reach).items() if name in asked})


def reach_of(reach: Reach) -> Reach:
    """On one line each, of a length a desk's fields and a mail's header can have."""
    return Reach(**{name: _line(text)[:REACH_MOST] for name, text in asdict(reach).items()})


def answer_of(case: str, text: str, sender: str) -> Note:
    """What the desk asked for."""
    return Note(str(uuid.uuid4()), case, text.strip()[:4000], sender=sender)


def attachment(report: Report) -> Attachment:
    """The archive, as it was previewed."""
    return Attachment(report.name, "application/zip", report.archive, report.sha256)


def subject(document: Mapping[str, object], catalogue: Catalogue) -> str:
    """What it is in one line: the verdict's sentence where something was found, else the symptom, else their words.

    "Your connection works" over a ticket about a television would have it closed unread.
    """
    verdict, symptom = _part(document, "verdict"), _part(document, "symptom")
    line = _line(verdict.get("text")) if verdict.get("code") else ""
    what = symptom.get("what")
    if not line and isinstance(what, str):
        line = catalogue.first(f"ticket.subject.{what}", "ticket.subject.other")
    line = line or _line(symptom.get("words")) or catalogue.text("ticket.subject.other")
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def _severity(document: Mapping[str, object]) -> Severity:
    """By what the person says; by the verdict where they said nothing."""
    what, state = _part(document, "symptom").get("what"), _part(document, "verdict").get("state")
    if what in _BLOCKING:
        return Severity.BLOCKING
    if what in _MINOR or (what is None and state not in ("fault", "multiple")):
        return Severity.MINOR
    return Severity.MAJOR


def _facts(report: Report) -> dict[str, str | float | bool]:
    """Short names for a desk's own fields; nothing that is not in the report."""
    verdict, found = _part(report.document, "verdict"), dict[str, str | float | bool]()
    for name in ("state", "code", "band"):
        if isinstance(value := verdict.get(name), str):
            found[f"verdict_{name}"] = value
    segments = verdict.get("segments")
    if isinstance(segments, list):
        found["segments"] = " ".join(str(one) for one in segments)
    if isinstance(minutes := _part(report.document, "downtime").get("day_min"), int | float):
        found["down_24h_min"] = float(minutes)
    since = _part(report.document, "since").get("at")
    for name, value in (("access_node", report.document.get("access_node")), ("since", since)):
        if isinstance(value, str) and value:
            found[name] = value
    return {**found, "report_id": report.id, "fingerprint": report.fingerprint}


def _line(text: object) -> str:
    """Whatever steers a terminal or ends a header is a blank."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split()) if isinstance(text, str) else ""


def _part(document: Mapping[str, object], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}
