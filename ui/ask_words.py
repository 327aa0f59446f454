"""What the question box says around what it found. Pure; no Qt."""

from __future__ import annotations

from selfcare.app.ask import AskState, Offer, Reply
from selfcare.i18n import Catalogue

NEAR = 3
"""Results in sight; the others are behind a fold."""
PAGES = {"check": "check", "deep": "check", "box": "box", "repair": "repair"}
"""Page of the window in which each thing that can be opened is found."""
_ICONS = {"guide": "book", "fix": "wrench", "answer": "query"}
_OPENS = {"check": "pulse", "deep": "pulse", "box": "box", "repair": "wrench"}


def heading(catalogue: Catalogue, reply: Reply) -> str:
    """How sure we are, in words."""
    if reply.state is AskState.PERHAPS:
        return catalogue.text("ui.ask.perhaps")
    return catalogue.text(f"ask.state.{reply.state.value}")


def icon(offer: Offer) -> str:
    """The mark of its kind; the word stands beside it."""
    return _ICONS.get(offer.kind) or _OPENS.get(offer.target, "right")


def kind(catalogue: Catalogue, offer: Offer) -> str:
    """Guide, repair, page or answer."""
    return catalogue.text(f"ui.ask.kind.{offer.kind}")


def action(offer: Offer) -> str:
    """Key of the word on its button."""
    return "ui.guide.resume" if offer.run is not None else f"ui.ask.go.{offer.kind}"


def spoken(catalogue: Catalogue, reply: Reply) -> str:
    """For a screen reader: how sure, the first three, and what is asked back."""
    parts = [heading(catalogue, reply), *(f"{kind(catalogue, one)} : {one.title}." for one in reply.offers[:NEAR])]
    return " ".join([*parts, *([reply.question.text] if reply.question is not None else [])])
