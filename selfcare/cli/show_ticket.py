"""Tickets and the outbox in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from selfcare.app.support.port import Filed
from selfcare.app.support.said import trouble
from selfcare.i18n import Catalogue
from selfcare.model.ticket import Parcel


def parcel_lines(parcels: Iterable[Parcel], catalogue: Catalogue) -> list[str]:
    """One paragraph each; a word where there is none."""
    found = [line for one in parcels for line in _parcel(one, catalogue)]
    return found or [catalogue.text("ticket.none")]


def filed_lines(filed: Iterable[Filed], catalogue: Catalogue) -> list[str]:
    """With what the desk says, and what it asks."""
    found = [line for one in filed for line in _filed(one, catalogue)]
    return found or [catalogue.text("ticket.none")]


def _parcel(one: Parcel, catalogue: Catalogue) -> Iterator[str]:
    text = catalogue.text
    number = one.receipt.number if one.receipt is not None else "–"
    yield text("ticket.line", case=one.case, number=number, phase=text(f"ticket.phase.{one.phase.value}"), id=one.id)
    yield f"  {one.subject}"
    if one.receipt is not None and one.receipt.promised:
        yield "  " + text("ticket.promised", date=day(one.receipt.promised))
    if one.why:
        yield "  " + trouble(catalogue, one.why)
    if one.next_try:
        yield "  " + text("ticket.next_try", at=day(one.next_try))


def _filed(one: Filed, catalogue: Catalogue) -> Iterator[str]:
    yield from _parcel(one.parcel, catalogue)
    if one.told is not None:
        yield "  " + catalogue.text(f"ticket.state.{one.told.receipt.state.value}")
        for reply in one.told.replies:
            key = "ticket.asks" if reply.asks else "ticket.reply"
            yield "  " + catalogue.text(key, at=day(reply.at), who=reply.who or "–", text=reply.text, id=reply.id)
    if one.trouble:
        yield "  " + trouble(catalogue, one.trouble)


def day(at: str) -> str:
    """For a reader: ``22/11/2026 18:30``; as it is where it is no time."""
    try:
        return f"{datetime.fromisoformat(at):%d/%m/%Y %H:%M}"
    except ValueError:
        return at
