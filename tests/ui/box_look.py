"""What tests of the box's page look at."""

from __future__ import annotations

from tests.boxes.base import Simulator
from tests.boxes.freebox import FreeboxSimulator
from tests.ui.conftest import words
from ui.pages.box import BoxPage
from ui.widgets import Card
from ui.window import MainWindow


def said(page: BoxPage) -> str:
    return "\n".join(words(page)).replace("\u200b", "").replace("\xa0", " ").replace("\u202f", " ")


def shown(page: BoxPage, card: Card) -> bool:
    return card.isVisibleTo(page)


def logins(box: Simulator) -> int:
    return sum(one.method == "POST" and one.path.endswith("/login") for one in box.asked)


def freebox(box: Simulator) -> FreeboxSimulator:
    assert isinstance(box, FreeboxSimulator)
    return box


def window_of(page: BoxPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window
