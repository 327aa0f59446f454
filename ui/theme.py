"""Colours, type and space as tokens, light and dark, and who decides between the two."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from ui.style import sheet

SMALLEST_PT = 10.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour scheme. ``*_soft`` is the ground its colour stands on."""

    window: str
    surface: str
    sunken: str
    border: str
    outline: str
    text: str
    muted: str
    accent: str
    accent_strong: str
    accent_soft: str
    on_accent: str
    fine: str
    fine_soft: str
    fault: str
    fault_soft: str
    suspect: str
    suspect_soft: str
    idle: str
    idle_soft: str


LIGHT = Tokens(
    window="#F4F6F8", surface="#FFFFFF", sunken="#EDF1F4", border="#D3DBE2", outline="#7A8996",
    text="#15212B", muted="#4F5D69",
    accent="#0B6788", accent_strong="#084F69", accent_soft="#E3F1F6", on_accent="#FFFFFF",
    fine="#1A7347", fine_soft="#E4F3EA", fault="#B3261E", fault_soft="#FCEAE8",
    suspect="#8A5200", suspect_soft="#FFF2DB", idle="#5A6874", idle_soft="#E9EDF1",
)  # fmt: skip
DARK = Tokens(
    window="#10171D", surface="#19222A", sunken="#131B22", border="#33404B", outline="#6F7F8C",
    text="#E9EFF3", muted="#A6B4C0",
    accent="#63C3E4", accent_strong="#8AD4EE", accent_soft="#17323E", on_accent="#04222E",
    fine="#74D39C", fine_soft="#173026", fault="#FF938A", fault_soft="#3A201F",
    suspect="#FFC56B", suspect_soft="#362A16", idle="#9AA8B4", idle_soft="#252F38",
)  # fmt: skip


class Size(StrEnum):
    """The five sizes of type."""

    SMALL = "small"
    BODY = "body"
    LEAD = "lead"
    HEADING = "heading"
    HEADLINE = "headline"


FACTORS: dict[Size, float] = {
    Size.SMALL: 0.9,
    Size.BODY: 1.0,
    Size.LEAD: 1.1,
    Size.HEADING: 1.2,
    Size.HEADLINE: 1.6,
}


class Theme(QObject):
    """The scheme in force. Widgets that paint themselves read it at paint time, so a change needs no rebuild."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "auto") -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        base = QFont(app.font())
        if base.pointSizeF() < SMALLEST_PT:
            base.setPointSizeF(SMALLEST_PT)
        self._base = base
        app.setFont(base)
        self.tokens = LIGHT
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._on_system)

    def choose(self, choice: str) -> None:
        """Takes "auto" (as the system), "light" or "dark"."""
        self._choice = choice
        self._apply()

    def font(self, size: Size = Size.BODY, bold: bool = False) -> QFont:
        """A font of the scale, from the system's own."""
        font = QFont(self._base)
        font.setPointSizeF(self._base.pointSizeF() * FACTORS[size])
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def space(self, quarters: float) -> int:
        """A distance in quarters of the font height, so that the air grows with the letters."""
        return max(1, round(quarters * QFontMetricsF(self._base).height() / 4))

    def colour(self, token: str) -> QColor:
        """A token's colour."""
        return QColor(getattr(self.tokens, token))

    @property
    def dark(self) -> bool:
        """Whether the dark scheme is in force."""
        return self.tokens is DARK

    def _on_system(self) -> None:
        if self._choice == "auto":
            self._apply()

    def _apply(self) -> None:
        hints = QGuiApplication.styleHints()
        wanted = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}.get(self._choice)
        scheme = wanted if wanted is not None else hints.colorScheme()
        self.tokens = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        self._app.setPalette(_palette(self.tokens))
        self._app.setStyleSheet(sheet(self.tokens, self.space, strong=high_contrast()))
        self.changed.emit()


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, t.window), (roles.WindowText, t.text), (roles.Base, t.surface), (roles.AlternateBase, t.sunken),
        (roles.Text, t.text), (roles.Button, t.surface), (roles.ButtonText, t.text), (roles.PlaceholderText, t.muted),
        (roles.Highlight, t.accent), (roles.HighlightedText, t.on_accent), (roles.Link, t.accent),
        (roles.ToolTipBase, t.surface), (roles.ToolTipText, t.text), (roles.Mid, t.border), (roles.Accent, t.accent),
    ):  # fmt: skip
        palette.setColor(role, QColor(colour))
    return palette


def high_contrast() -> bool:
    """Whether the system asks for stronger contrast."""
    # Qt 6.10 brought the question; our floor is 6.9.
    hints = getattr(QGuiApplication.styleHints(), "accessibility", None)
    return hints is not None and hints().contrastPreference() is Qt.ContrastPreference.HighContrast


def reduced_motion() -> bool:
    """Whether nothing should move: the environment, Windows' own switch, or a style without animations says so."""
    if os.environ.get("SELFCARE_REDUCED_MOTION") == "1":
        return True
    if sys.platform == "win32":
        import ctypes

        enabled = ctypes.c_int(1)
        client_area_animation = 0x1042
        ctypes.windll.user32.SystemParametersInfoW(client_area_animation, 0, ctypes.byref(enabled), 0)
        return not enabled.value
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0
