"""The style sheet, from tokens and a font-relative unit of space."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.theme import Tokens

Space = Callable[[float], int]


@dataclass(frozen=True, slots=True)
class Lines:
    """Colours of thin lines and of the outline of controls, and the radius of corners."""

    border: str
    outline: str
    radius: int


def sheet(t: Tokens, space: Space, strong: bool = False) -> str:
    """Style of everything that does not paint itself. ``strong`` draws borders in the text colour."""
    lines = Lines(t.text if strong else t.border, t.text if strong else t.outline, space(2))
    return "".join(part(t, space, lines) for part in (_ground, _buttons, _chips, _flat_buttons, _texts, _scrolling))


def _ground(t: Tokens, space: Space, lines: Lines) -> str:
    """Surfaces and words."""
    return f"""
    QMainWindow, QWidget#page, QWidget#stack, QScrollArea, QScrollArea > QWidget > QWidget {{ background: {t.window}; }}
    QScrollArea {{ border: none; }}
    QLabel {{ background: transparent; color: {t.text}; }}
    QLabel[tone="muted"] {{ color: {t.muted}; }}
    QLabel[tone="fault"] {{ color: {t.fault}; }}
    QLabel[tone="suspect"] {{ color: {t.suspect}; }}
    QLabel[tone="fine"] {{ color: {t.fine}; }}
    QFrame#card {{ background: {t.surface}; border: 1px solid {lines.border}; border-radius: {lines.radius + 2}px; }}
    QFrame#sidebar {{ background: {t.sunken}; border: none; border-right: 1px solid {lines.border}; }}
    QFrame#sidebar QScrollArea, QFrame#sidebar QWidget#entries {{ background: {t.sunken}; }}
    QFrame#rule {{ background: {lines.border}; max-height: 1px; border: none; }}
    """


def _buttons(t: Tokens, space: Space, lines: Lines) -> str:
    """Plain ones, and the filled one."""
    return f"""
    QPushButton {{
        background: {t.surface}; color: {t.accent}; border: 1px solid {lines.outline}; border-radius: {lines.radius}px;
        padding: {space(1.2)}px {space(3.2)}px; outline: none;
    }}
    QPushButton:hover {{ background: {t.accent_soft}; border-color: {t.accent}; }}
    QPushButton:pressed {{ background: {t.accent_soft}; color: {t.accent_strong}; }}
    QPushButton:focus {{ border: 2px solid {t.accent}; padding: {space(1.2) - 1}px {space(3.2) - 1}px; }}
    QPushButton[kind="primary"] {{
        background: {t.accent}; color: {t.on_accent}; border: 2px solid {t.accent};
        padding: {space(2.2)}px {space(6)}px;
    }}
    QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed {{
        background: {t.accent_strong}; border-color: {t.accent_strong};
    }}
    QPushButton[kind="second"] {{ padding: {space(2.2)}px {space(4)}px; border-width: 2px; }}
    QPushButton[kind="second"]:focus {{ padding: {space(2.2)}px {space(4)}px; }}
    QPushButton[kind="primary"]:focus {{ border: 2px solid {t.accent}; padding: {space(2.2)}px {space(6)}px; }}
    """


def _chips(t: Tokens, space: Space, lines: Lines) -> str:
    """Answers to choose from."""
    return f"""
    QPushButton[kind="chip"] {{
        background: {t.surface}; color: {t.text}; border: 1px solid {lines.outline}; border-radius: {space(2.8)}px;
        padding: {space(1.1)}px {space(2.8)}px;
    }}
    QPushButton[kind="chip"]:hover {{ background: {t.accent_soft}; border-color: {t.accent}; }}
    QPushButton[kind="chip"]:checked {{
        background: {t.accent}; color: {t.on_accent}; border-color: {t.accent};
    }}
    QPushButton[kind="chip"]:focus {{
        border: 2px solid {t.accent}; padding: {space(1.1) - 1}px {space(2.8) - 1}px;
    }}
    """


def _flat_buttons(t: Tokens, space: Space, lines: Lines) -> str:
    """Headings that open, and entries of the side bar."""
    return f"""
    QPushButton[kind="fold"] {{
        background: transparent; color: {t.accent}; border: 2px solid transparent; text-align: left;
        padding: {space(1)}px {space(1)}px {space(1)}px 0; border-radius: {space(1.2)}px;
    }}
    QPushButton[kind="fold"]:hover {{ background: {t.accent_soft}; }}
    QPushButton[kind="fold"]:focus {{
        border: 2px solid {t.accent}; padding: {space(1)}px {space(1)}px {space(1)}px 0;
    }}
    QPushButton[kind="nav"] {{
        background: transparent; color: {t.text}; border: 2px solid transparent; text-align: left;
        padding: {space(1.7)}px {space(2.6)}px; border-radius: {lines.radius}px;
    }}
    QPushButton[kind="nav"]:hover {{ background: {t.accent_soft}; }}
    QPushButton[kind="nav"]:checked {{ background: {t.accent_soft}; color: {t.accent_strong}; }}
    QPushButton[kind="nav"]:focus {{ border: 2px solid {t.accent}; padding: {space(1.7)}px {space(2.6)}px; }}
    """


def _texts(t: Tokens, space: Space, lines: Lines) -> str:
    """Text to select, and tips."""
    return f"""
    QPlainTextEdit {{
        background: {t.sunken}; color: {t.text}; border: 1px solid {lines.border}; border-radius: {lines.radius}px;
        padding: {space(1)}px; selection-background-color: {t.accent}; selection-color: {t.on_accent};
    }}
    QPlainTextEdit[kind="area"] {{ background: {t.surface}; border: 1px solid {lines.outline}; }}
    QPlainTextEdit:focus, QPlainTextEdit[kind="area"]:focus {{ border: 2px solid {t.accent}; }}
    QLineEdit {{
        background: {t.surface}; color: {t.text}; border: 1px solid {lines.outline}; border-radius: {lines.radius}px;
        padding: {space(1.4)}px {space(2)}px; selection-background-color: {t.accent};
        selection-color: {t.on_accent};
    }}
    QLineEdit:focus {{ border: 2px solid {t.accent}; padding: {space(1.4) - 1}px {space(2) - 1}px; }}
    QComboBox {{
        background: {t.surface}; color: {t.text}; border: 1px solid {lines.outline}; border-radius: {lines.radius}px;
        padding: {space(1.4)}px {space(7)}px {space(1.4)}px {space(2)}px;
    }}
    QComboBox:focus {{
        border: 2px solid {t.accent};
        padding: {space(1.4) - 1}px {space(7) - 1}px {space(1.4) - 1}px {space(2) - 1}px;
    }}
    QComboBox::drop-down {{ border: none; width: {space(6)}px; }}
    QComboBox::down-arrow {{ image: none; }}
    QComboBox QAbstractItemView {{
        background: {t.surface}; color: {t.text}; border: 1px solid {lines.outline}; outline: none;
        selection-background-color: {t.accent}; selection-color: {t.on_accent};
    }}
    QToolTip {{ background: {t.surface}; color: {t.text}; border: 1px solid {lines.border}; padding: 4px; }}
    """


def _scrolling(t: Tokens, space: Space, lines: Lines) -> str:
    """Bars that stay in the background."""
    return f"""
    QScrollBar:vertical {{ background: transparent; width: {space(2.6)}px; margin: 2px; }}
    QScrollBar::handle:vertical {{
        background: {lines.outline}; border-radius: {space(0.9)}px; min-height: {space(8)}px;
    }}
    QScrollBar:horizontal {{ background: transparent; height: {space(2.6)}px; margin: 2px; }}
    QScrollBar::handle:horizontal {{
        background: {lines.outline}; border-radius: {space(0.9)}px; min-width: {space(8)}px;
    }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
