"""The way of a person through the settings of the box: open a card, fill the form, agree, put it back."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from selfcare.model.box.change import BoxOutcome
from tests.boxes.base import Simulator
from tests.boxes.home import Home
from tests.ui.box_bench import BoxBench, Ring
from tests.ui.conftest import OpenBox, let_in
from ui.box_set_state import ChangePhase, Setting
from ui.pages.box import BoxPage
from ui.pages.box_set_card import SettingCard
from ui.pages.box_settings import BoxSettings

C = TypeVar("C", bound=SettingCard)
PASSWORD = Home().password


class Way:
    """``settings`` is the part of the page; every step waits for what it needs."""

    def __init__(self, qtbot: QtBot, page: BoxPage, box: Simulator, bench: BoxBench) -> None:
        self.qtbot, self.page, self.box, self.bench = qtbot, page, box, bench
        settings = page.settings
        assert isinstance(settings, BoxSettings)
        self.settings = settings

    @property
    def home(self) -> Home:
        return self.box.home

    @property
    def phase(self) -> ChangePhase:
        return self.settings.setter.state.phase

    def until(self, phase: ChangePhase) -> None:
        self.qtbot.waitUntil(lambda: self.phase is phase, timeout=8000)
        self.qtbot.wait(1)  # what was just made is not shown before its layout is

    def card(self, setting: Setting, kind: type[C]) -> C:
        """Opened, with its form."""
        card = self.settings.cards[setting]
        assert isinstance(card, kind) and card.isVisibleTo(self.page)
        if not card.is_open:
            card.button.click()
        self.qtbot.waitUntil(lambda: self.read(setting) and card.send.isVisibleTo(self.page), timeout=8000)
        self.qtbot.wait(1)
        return card

    def read(self, setting: Setting) -> bool:
        """Whether the box has told it and is not being asked again."""
        return setting in self.settings.setter.seen and setting not in self.settings.setter.looking

    def asked(self) -> str:
        """What the question says."""
        self.until(ChangePhase.ASKING)
        assert self.settings.offer.refuse.hasFocus()
        return words(self.settings.offer)

    def agree(self) -> str:
        """What is said at the end."""
        self.settings.offer.agree.click()
        self.until(ChangePhase.DONE)
        return words(self.settings.offer)

    def outcome(self) -> BoxOutcome | None:
        result = self.settings.setter.state.result
        return result.outcome if result is not None else None

    def undo(self) -> str:
        """From the result to the result of putting back, through its own question."""
        setter = self.settings.setter
        self.qtbot.waitUntil(lambda: bool(setter.listed.changes), timeout=8000)
        assert setter.abilities is not None and {one.box for one in setter.listed.changes} == {setter.abilities.box}
        self.settings.offer.back.click()
        self.asked()
        return self.agree()


def words(part: QWidget) -> str:
    """What can be read there, with plain spaces."""
    found = [label.text() for label in part.findChildren(QLabel) if label.isVisibleTo(part) and label.text()]
    return "\n".join(found).replace("\xa0", " ").replace("\u202f", " ").replace("\u200b", "")


def way(qtbot: QtBot, open_box: OpenBox, family: str, *faults: str, language: str = "fr") -> Way:
    """Let in, and the settings are known."""
    page, box, bench = open_box(family, *faults, keyring=Ring(), language=language)
    let_in(qtbot, page, "" if family == "freebox" else PASSWORD)
    page.pairing.leave.click()
    found = Way(qtbot, page, box, bench)
    qtbot.waitUntil(lambda: found.settings.setter.abilities is not None and not page.hold.busy, timeout=8000)
    return found
