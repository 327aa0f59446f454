"""Contrast of every pair of colours in use, and the rules of scheme and size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui import icons
from ui.chain_state import LinkState
from ui.registry import PAGES
from ui.theme import DARK, FACTORS, LIGHT, Size, Theme, Tokens, reduced_motion

SOFT = ("accent_soft", "fine_soft", "fault_soft", "suspect_soft", "idle_soft")
GROUNDS = ("window", "surface", "sunken", *SOFT)
WORDS = (
    [("text", g) for g in GROUNDS]
    + [("muted", g) for g in GROUNDS]
    + [
        (tone, ground)
        for tone in ("fine", "fault", "suspect", "idle", "accent")
        for ground in ("surface", f"{tone}_soft")
    ]
    + [("accent", "window"), ("accent", "sunken"), ("fault", "window"), ("accent_strong", "accent_soft")]
    # the words of a link that is open, or under the mouse
    + [
        (tone, ground)
        for tone in ("fine", "fault", "suspect", "muted", "accent")
        for ground in ("accent_soft", "sunken")
    ]
    + [("on_accent", "accent"), ("on_accent", "accent_strong")]
    + [("surface", tone) for tone in ("fine", "fault", "suspect", "idle")]  # the marks on the chain
)


def luminance(colour: str) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), WORDS)
def test_words_can_be_read(tokens: Tokens, words: str, ground: str) -> None:
    assert contrast(getattr(tokens, words), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_outlines_and_focus_can_be_seen(tokens: Tokens) -> None:
    for ground in ("surface", "window"):
        assert contrast(tokens.outline, getattr(tokens, ground)) >= 3
        assert contrast(tokens.accent, getattr(tokens, ground)) >= 3
    assert contrast(tokens.on_accent, tokens.accent) >= 3  # the ring inside a filled button


def test_choice_and_system(qapp: QApplication, qtbot: QtBot) -> None:
    theme = Theme(qapp, "dark")
    assert theme.dark
    with qtbot.waitSignal(theme.changed):
        theme.choose("light")
    assert not theme.dark
    theme.choose("auto")
    assert theme.tokens in (LIGHT, DARK)
    theme.choose("light")


def test_type_grows_from_the_system_font(theme: Theme) -> None:
    base = theme.font().pointSizeF()
    assert base >= 10
    for size, factor in FACTORS.items():
        assert theme.font(size).pointSizeF() == pytest.approx(base * factor)
    assert theme.font(Size.SMALL).pointSizeF() >= 9
    assert theme.space(4) > theme.space(1) >= 1


def test_reduced_motion_by_environment(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    assert not reduced_motion()
    monkeypatch.setenv("SELFCARE_REDUCED_MOTION", "1")
    assert reduced_motion()


@pytest.mark.parametrize("name", sorted(icons.SHAPES))
def test_every_icon_paints_something(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, 48, QColor("#000000"), 2.0).toImage()
    inked = sum(image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height()))
    assert inked > 60


def test_icons_differ(qapp: QApplication) -> None:
    draw: Callable[[str], bytes] = lambda name: bytes(icons.pixmap(name, 24, QColor("#000000")).toImage().constBits())  # noqa: E731
    assert len({draw(name) for name in icons.SHAPES}) == len(icons.SHAPES)
    assert {p.icon for p in PAGES} <= set(icons.SHAPES)
    assert len(LinkState) == 6
    assert not icons.window_icon().isNull()
