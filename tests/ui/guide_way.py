"""Steps through the made-up guide, as a person takes them."""

from __future__ import annotations

from typing import Any, TypeVar

from pytestqt.qtbot import QtBot

from tests.ui.guide_bench import Home
from ui.guide_state import Phase
from ui.pages.guide_fields import (
    ChoiceField,
    Field,
    KeyField,
    TextField,
    TimetableField,
)
from ui.pages.guides import GuidesPage
from ui.widgets import Button
from ui.window import MainWindow

T = TypeVar("T", bound=Field)


def listed(qtbot: QtBot, page: GuidesPage) -> None:
    """Until the list is there."""
    qtbot.waitUntil(lambda: bool(page.topics), timeout=8000)


def button_of(page: GuidesPage, name: str) -> Button:
    """Of a guide in the list; its topic is opened where it is closed, as a person does."""
    card = next(one for one in page.topics if name in one.names)
    if name not in card.buttons:
        card.fold.button.click()
    return card.buttons[name]


def until(qtbot: QtBot, page: GuidesPage, *phases: Phase) -> None:
    qtbot.waitUntil(lambda: page.hold.state.phase in phases, timeout=8000)


def begun(qtbot: QtBot, page: GuidesPage, name: str = "every") -> None:
    """From the list to the first step."""
    listed(qtbot, page)
    button_of(page, name).click()
    assert page.hold.state.phase is Phase.INTRO
    page.intro.begin.click()
    until(qtbot, page, Phase.STEP, Phase.ASKING)


def at(page: GuidesPage, sentence: str) -> bool:
    """Whether that sentence is what is said now."""
    screen = page.hold.state.screen
    return page.hold.state.phase in (Phase.STEP, Phase.OVER) and screen is not None and screen.text.startswith(sentence)


def come_to(qtbot: QtBot, page: GuidesPage, sentence: str) -> None:
    qtbot.waitUntil(lambda: at(page, sentence), timeout=8000)


def field(page: GuidesPage, kind: type[T]) -> T:
    there = page.step.field
    assert isinstance(there, kind)
    return there


def choose(page: GuidesPage, choice: str) -> None:
    field(page, ChoiceField).buttons[choice].click()


def to_key(qtbot: QtBot, page: GuidesPage) -> None:
    begun(qtbot, page)
    choose(page, "wifi")
    come_to(qtbot, page, "Comment ce Wi-Fi")
    field(page, TextField).line.put("Chez nous")
    page.step.go.click()
    come_to(qtbot, page, "Quelle clé")


def to_hours(qtbot: QtBot, page: GuidesPage) -> None:
    to_key(qtbot, page)
    field(page, KeyField).line.suggest.click()
    page.step.go.click()
    come_to(qtbot, page, "Pour combien")


def to_consent(qtbot: QtBot, page: GuidesPage) -> None:
    to_hours(qtbot, page)
    page.step.other.click()  # may be left open
    come_to(qtbot, page, "À quelles heures")
    table = field(page, TimetableField).table
    table.days[0].click()
    page.step.go.click()
    until(qtbot, page, Phase.ASKING)


def to_end(qtbot: QtBot, page: GuidesPage, home: Home) -> None:
    home.seen["box.guest_is"] = ["yes"]
    to_consent(qtbot, page)
    page.offer.agree.click()
    come_to(qtbot, page, "Le Wi-Fi des invités fonctionne")


def window_of(page: GuidesPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def nobody() -> Any:
    """No box can be asked."""
    raise RuntimeError
