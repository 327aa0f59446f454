"""Settings: language, appearance, where things are kept, and what this program is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from selfcare.ground.folders import folders
from ui.context import Context
from ui.theme import Size
from ui.widgets import Button, Card, Choices, Column, Fold, text

COMPONENTS: tuple[tuple[str, str], ...] = (
    ("Python", "PSF-2.0"),
    ("Qt, PySide6, shiboken6", "LGPL-3.0"),
    ("dnspython", "ISC"),
    ("msgspec", "BSD-3-Clause"),
    ("psutil", "BSD-3-Clause"),
    ("certifi", "MPL-2.0"),
    ("netifaces-plus", "MIT"),
    ("platformdirs", "MIT"),
    ("aiohttp", "Apache-2.0"),
    ("defusedxml", "PSF-2.0"),
    ("async-upnp-client", "Apache-2.0"),
    ("zeroconf", "LGPL-2.1-or-later"),
    ("fritzconnection", "MIT"),
    ("keyring", "MIT"),
    ("cryptography", "Apache-2.0, BSD-3-Clause"),
    ("segno", "BSD-3-Clause"),
    ("cbor2", "MIT"),
    ("Jinja2, MarkupSafe", "BSD-3-Clause"),
    ("dbus-fast", "MIT"),
    ("pyroute2", "Apache-2.0"),
    ("pyobjc-core, pyobjc-framework-CoreWLAN", "MIT"),
)
"""What is shipped with the program, and under which licence."""


class SettingsPage(Column):
    """Every choice takes effect at once and is saved at once; there is no button to forget."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context = context
        say, theme = context.catalogue.text, context.theme
        self.column.addWidget(text(theme, say("ui.settings.title"), Size.HEADLINE, bold=True))
        self.language = Choices(
            theme, "", [(v, say(f"ui.settings.language.{v}")) for v in ("auto", "fr", "en")], optional=False
        )
        self.theme = Choices(
            theme, "", [(v, say(f"ui.settings.theme.{v}")) for v in ("auto", "light", "dark")], optional=False
        )
        self.language.select(context.settings.language)
        self.theme.select(context.settings.theme)
        self.language.chosen.connect(self._on_chosen)
        self.theme.chosen.connect(self._on_chosen)
        self.trouble = text(theme, "", tone="fault")
        self.trouble.setVisible(False)
        self._add_card(say("ui.settings.language"), self.language)
        self._add_card(say("ui.settings.theme"), self.theme)
        self.column.addWidget(self.trouble)
        self._add_folders()
        self._add_about()
        self.column.addStretch(1)
        self.setFocusProxy(self.language.chips[context.settings.language])

    def _on_chosen(self) -> None:
        chosen = replace(
            self._context.settings, language=self.language.value or "auto", theme=self.theme.value or "auto"
        )
        trouble = self._context.change_settings(chosen)
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))

    def _add_card(self, title: str, *content: QWidget) -> QVBoxLayout:
        card = Card(self._context.theme)
        card.column.addWidget(text(self._context.theme, title, Size.HEADING, bold=True))
        for widget in content:
            card.column.addWidget(widget)
            if isinstance(widget, Choices):
                for chip in widget.chips.values():
                    chip.setAccessibleDescription(title)
        self.column.addWidget(card)
        return card.column

    def _add_folders(self) -> None:
        say, theme = self._context.catalogue.text, self._context.theme
        column = self._add_card(say("ui.settings.folders"))
        places = (("data", self._context.services.data_dir), ("log", folders().log))
        for name, path in places:
            column.addWidget(text(theme, say(f"ui.settings.folder.{name}"), tone="muted"))
            column.addWidget(text(theme, breakable(path)))  # not selectable: it holds invisible spaces
            button = Button(theme, say("ui.settings.open"))
            button.setAccessibleName(say(f"ui.settings.open.{name}"))
            button.setEnabled(path.is_dir())
            button.clicked.connect(lambda _checked, p=path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(p))))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            column.addSpacing(theme.space(2))

    def _add_about(self) -> None:
        say, theme = self._context.catalogue.text, self._context.theme
        version = self._context.services.version
        column = self._add_card(say("ui.settings.about"))
        column.addWidget(text(theme, say("ui.settings.version", version=version)))
        column.addWidget(text(theme, say("ui.settings.promise"), tone="muted"))
        self.licences = Fold(theme, say("ui.settings.licences"))
        self.licences.column.addWidget(text(theme, say("ui.settings.licences.lead"), tone="muted"))
        lines = "\n".join(say("ui.settings.licence", name=name, licence=licence) for name, licence in COMPONENTS)
        self.licences.column.addWidget(text(theme, lines))
        column.addWidget(self.licences)


def breakable(path: Path) -> str:
    """A path that may wrap after a separator, or inside a very long name, so that it is never cut."""
    return re.sub(r"([/\\]|[^/\\]{20})(?=.)", "\\1\u200b", str(path))


def build(context: Context) -> QWidget:
    """For the registry."""
    return SettingsPage(context)
