"""Settings take effect at once and last."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from selfcare.ground.errors import FolderError
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from tests.ui.conftest import OpenWindow
from tests.ui.events import SCRIPTS
from ui.pages.settings import COMPONENTS, SettingsPage, breakable
from ui.widgets import Button


def settings_page(open_window: OpenWindow) -> SettingsPage:
    window = open_window(SCRIPTS["ok"])
    window.go("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    return page


def test_theme_changes_at_once_and_is_kept(open_window: OpenWindow, tmp_path: Path) -> None:
    page = settings_page(open_window)
    theme = page._context.theme
    page.theme.chips["dark"].click()
    assert theme.dark and Settings.load(tmp_path).theme == "dark"
    page.theme.chips["dark"].click()  # a choice that must be made cannot be taken back
    assert page.theme.value == "dark"
    page.theme.chips["light"].click()
    assert not theme.dark and Settings.load(tmp_path).theme == "light"


def test_language_changes_at_once_and_is_kept(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    window = open_window(SCRIPTS["ok"])
    window.go("settings")
    page = window.page("settings")
    assert isinstance(page, SettingsPage)
    page.language.chips["en"].click()
    qtbot.waitUntil(lambda: window.sidebar.buttons["settings"].text() == Catalogue("en").text("ui.nav.settings"))
    assert Settings.load(tmp_path).language == "en"
    again = window.page("settings")
    assert isinstance(again, SettingsPage) and again is not page
    assert again.language.value == "en" and again.language.chips["en"].hasFocus()


def test_a_choice_that_cannot_be_saved_holds_and_is_told(
    open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Settings, folder: Path) -> None:
        raise FolderError("disk_full", path=folder)

    page = settings_page(open_window)
    monkeypatch.setattr(Settings, "save", full)
    page.theme.chips["dark"].click()
    assert page._context.theme.dark
    assert page.trouble.isVisible() and page.trouble.text() == Catalogue("fr").text("ui.settings.not_saved")
    monkeypatch.undo()
    page.theme.chips["light"].click()
    assert not page.trouble.isVisible()


def test_folders_open(open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page = settings_page(open_window)
    buttons = {b.accessibleName(): b for b in page.findChildren(Button) if b.accessibleName()}
    buttons["Ouvrir le dossier des données"].click()
    assert [u.toLocalFile() for u in opened] == [str(tmp_path)]
    assert not buttons["Ouvrir le dossier du journal"].isEnabled()  # it does not exist yet


def test_about_names_what_is_inside(open_window: OpenWindow) -> None:
    page = settings_page(open_window)
    assert not page.licences.body.isVisible()
    page.licences.button.click()
    assert page.licences.body.isVisible()
    import tomllib

    declared = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]["dependencies"]
    names = " ".join(name for name, _ in COMPONENTS).lower()
    for requirement in declared:
        assert requirement.split(">")[0].split("[")[0].lower().removesuffix("-essentials") in names


def test_a_long_path_can_wrap() -> None:
    assert breakable(Path("/a/b")).split("\u200b") == ["/", "a/", "b"]
    assert max(map(len, breakable(Path("/home/" + "x" * 90)).split("\u200b"))) <= 20
