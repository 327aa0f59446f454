"""Tickets and the outbox in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from selfcare.app.support.port import Filed
from selfcare.app.support.said import trouble
from selfcare.cli.show_case_lines import day
from selfcare.i18n import Catalogue
from selfcare.model.ticket import Parcel, Phase

_NOTE = "note"
_WAITING = {Phase.QUEUED, Phase.SENDING}


def parcel_lines(parcels: Iterable[Parcel], catalogue: Catalogue) -> list[str]:
    """One paragraph each; a word where there is none."""
    shown = tuple(parcels)
    found = [line for one in shown for line in _parcel(one, catalogue)]
    return [*found, *_next(shown, catalogue)] or [catalogue.text("ticket.none")]


def _next(shown: tuple[Parcel, ...], catalogue: Catalogue) -> Iterator[str]:
    """How what waits gets there: said once, whatever there is of it."""
    phases = {one.phase for one in shown}
    if phases & _WAITING:
        yield catalogue.text("ticket.waits")
    elif Phase.UNKNOWN in phases:
        yield catalogue.text("ticket.looks")


def filed_lines(filed: Iterable[Filed], catalogue: Catalogue) -> list[str]:
    """With what the desk says, and what it asks."""
    found = [line for one in filed for line in _filed(one, catalogue)]
    return found or [catalogue.text("ticket.none")]


def _parcel(one: Parcel, catalogue: Catalogue) -> Iterator[str]:
    text = catalogue.text
    phase = text(f"ticket.phase.{one.phase.value}")
    if one.kind == _NOTE:
        yield text("ticket.line.note", case=one.case, phase=phase, id=one.id)
    elif one.receipt is None:
        yield text("ticket.line.unnumbered", case=one.case, phase=phase, id=one.id)
    else:
        yield text("ticket.line", case=one.case, number=one.receipt.number, phase=phase, id=one.id)
    yield f"  {one.subject}"
    if one.receipt is not None and one.receipt.promised:
        yield "  " + text("ticket.promised", date=day(one.receipt.promised))
    if one.why:
        yield "  " + trouble(catalogue, one.why)


def _filed(one: Filed, catalogue: Catalogue) -> Iterator[str]:
    yield from _parcel(one.parcel, catalogue)
    if one.told is not None:
        yield "  " + catalogue.text(f"ticket.state.{one.told.receipt.state.value}")
        for reply in one.told.replies:
            key = "ticket.asks" if reply.asks else "ticket.reply"
            yield "  " + catalogue.text(key, at=day(reply.at), who=reply.who or "–", text=reply.text, id=reply.id)
    if one.trouble:
        yield "  " + trouble(catalogue, one.trouble)
