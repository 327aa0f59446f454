"""Going through a page without a mouse, without sight, and with large letters in the smallest window."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from selfcare.app.services import Services
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.ui.test_access import focusable
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.context import Context
from ui.theme import Theme
from ui.window import MINIMUM, MainWindow


def focused() -> QWidget:
    """Where the keys go now."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def tab_to(qtbot: QtBot, target: QWidget, *, back: bool = False) -> None:
    """Walks there as somebody without a mouse does."""
    shift = Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier
    for _ in range(30):
        if target.hasFocus():
            return
        qtbot.keyClick(focused(), Qt.Key.Key_Tab, shift)
    raise AssertionError(f"{target} cannot be reached")


def meets(qtbot: QtBot, page: QWidget, marks: Sequence[QWidget]) -> None:
    """Tab meets everything once, these in this order."""
    marks[0].setFocus()
    walked: list[QWidget] = []
    while focused() not in walked:
        walked.append(focused())
        qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert set(walked) == set(focusable(page.window()))
    places = [walked.index(mark) for mark in marks]
    assert places == sorted(places)


def focus_is_seen(page: QWidget) -> None:
    """Whatever the keys go to looks another way."""
    for widget in focusable(page):
        page.window().setFocus()
        before = widget.grab().toImage()
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        assert widget.grab().toImage() != before, widget


def nameless(window: QWidget) -> list[QAbstractButton]:
    """Buttons that a screen reader could not name."""
    ours = [b for b in window.findChildren(QAbstractButton) if "qt_" not in b.objectName()]
    spoken = [(b, QAccessible.queryAccessibleInterface(b)) for b in ours]
    return [b for b, said in spoken if said is None or not said.text(QAccessible.Text.Name).strip()]


@contextlib.contextmanager
def letters_of(qapp: QApplication, scale: float) -> Iterator[float]:
    """The system's letters at this size."""
    before = qapp.font()
    font = QFont(before)
    font.setPointSizeF(10.0 * scale)
    qapp.setFont(font)
    try:
        yield scale
    finally:
        qapp.setFont(before)


@contextlib.contextmanager
def smallest(
    qtbot: QtBot, qapp: QApplication, given: Services, catalogue: Catalogue, page: str
) -> Iterator[MainWindow]:
    """The smallest window, open at this page."""
    bridge = EngineBridge(given.warm_up, qapp)
    context = Context(given, catalogue, Theme(qapp, "light"), bridge, Settings(), CheckState(), lambda _settings: "")
    window = MainWindow(lambda _change: context)
    qtbot.addWidget(window)
    window.resize(MINIMUM)
    window.show()
    window.go(page)
    bridge.start()
    try:
        yield window
    finally:
        assert bridge.shutdown() == ()
        bridge.deleteLater()
