"""A fact as it is shown: its sentence, and a foot note that says where it is from or that nobody checked it."""

from __future__ import annotations

from selfcare.app.guides.screen import Note
from selfcare.i18n import Catalogue
from selfcare.isp.facts import Fact


def note_of(found: Fact, language: str, catalogue: Catalogue) -> Note:
    """In this language; the same everywhere a fact is told."""
    if found.checked is None:
        return Note(found.sentence(language), catalogue.text("guide.fact.unchecked"), False)
    source = f"{found.source}, {found.of}" if found.of else found.source
    foot = catalogue.text("guide.fact.source", source=source, checked=found.checked.strftime("%d/%m/%Y"))
    return Note(found.sentence(language), foot, True)
