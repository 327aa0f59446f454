"""Names and what they say."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.rows import Rows
from ui.theme import Theme
from ui.widgets import clear


def filled(qtbot: QtBot, theme: Theme) -> tuple[QWidget, QVBoxLayout, Rows]:
    card = QWidget()
    qtbot.addWidget(card)
    column = QVBoxLayout(card)
    rows = Rows(theme)
    column.addLayout(rows)
    rows.fill((("Marge", "9 dB"), ("Débit", "50 Mbit/s")))
    return card, column, rows


def read(card: QWidget) -> list[str]:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [label.text() for label in card.findChildren(QLabel)]


def test_of_the_same_names_only_the_words_change(qtbot: QtBot, theme: Theme) -> None:
    card, _, rows = filled(qtbot, theme)
    before = card.findChildren(QLabel)
    rows.fill((("Marge", "8 dB"), ("Débit", "50 Mbit/s")))
    assert card.findChildren(QLabel) == before and read(card) == ["Marge", "8 dB", "Débit", "50 Mbit/s"]
    assert before[1].accessibleName() == "Marge, 8 dB"
    rows.fill((("Débit", "50 Mbit/s"),))
    assert read(card) == ["Débit", "50 Mbit/s"]


def test_a_card_that_was_emptied_is_filled_anew(qtbot: QtBot, theme: Theme) -> None:
    card, _, rows = filled(qtbot, theme)
    clear(rows)
    assert read(card) == []
    rows.fill((("Marge", "9 dB"), ("Débit", "50 Mbit/s")))
    assert read(card) == ["Marge", "9 dB", "Débit", "50 Mbit/s"]
