"""The main window: side bar, pages, keyboard."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from selfcare.ground.errors import FolderError
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue, system_language
from ui import icons
from ui.context import Context
from ui.registry import Page, Place, shown
from ui.theme import Size, Theme
from ui.widgets import Button, text

MINIMUM = QSize(720, 520)
USUAL = QSize(980, 760)
COMPACT_QUARTERS = 105
"""Below this width of the window (in quarters of the font height) the side bar keeps its icons only: with letters at
200 % its words would take half of the smallest window."""


class SideBar(QFrame):
    """One button per page that exists. Up and Down walk through them."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue, pages: tuple[Page, ...]) -> None:
        super().__init__()
        self._theme = theme
        self._pages = pages
        self._marked: set[str] = set()
        self._waits = catalogue.text("ui.nav.waits")
        self.setObjectName("sidebar")
        self.buttons: dict[str, Button] = {}
        entries = QWidget()
        entries.setObjectName("entries")
        column = QVBoxLayout(entries)
        edge = theme.space(3)
        column.setContentsMargins(edge, theme.space(6), edge, edge)
        column.setSpacing(theme.space(1))
        self._name = text(theme, catalogue.text("ui.name"), Size.HEADING, bold=True)
        self._name.setContentsMargins(theme.space(2.6), 0, 0, theme.space(4))
        column.addWidget(self._name)
        for page in pages:
            if page.place is Place.BOTTOM:
                column.addStretch(1)
            column.addWidget(self._entry(page, catalogue.text(page.title_key)))
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(entries)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._paint_icons()
        for widget in entries.findChildren(QWidget):
            widget.ensurePolished()  # before, the style sheet's padding is missing from every size
        self._entries = entries
        self._titles = {page.id: catalogue.text(page.title_key) for page in pages}
        theme.changed.connect(self._paint_icons)

    def fit(self, window_width: int) -> None:
        """Takes what its words need, and some air where the window has it; its icons only where words find no room."""
        compact = window_width < self._theme.space(COMPACT_QUARTERS)
        self._name.setVisible(not compact)
        for page_id, button in self.buttons.items():
            title = self._titles[page_id]
            button.setText("" if compact else title)
            button.setAccessibleName(title)
            button.setToolTip(title if compact else "")
        narrowest = self._entries.sizeHint().width() + 1
        self.setFixedWidth(narrowest if compact else max(narrowest, min(self._theme.space(46), window_width // 5)))

    def mark(self, page_id: str, on: bool) -> None:
        """Somebody is expected there: a dot at its icon, and a word for who does not see it."""
        if on != (page_id in self._marked):
            (self._marked.add if on else self._marked.discard)(page_id)
            button = self.buttons[page_id]
            button.setAccessibleDescription(self._waits if on else "")
            self._paint_icons()

    def select(self, page_id: str) -> None:
        """Marks the page that is shown."""
        for name, button in self.buttons.items():
            button.setChecked(name == page_id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and Down move between entries; Tab leaves the side bar in order."""
        if event.type() is QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(cast(QKeyEvent, event).key()))
            buttons = list(self.buttons.values())
            if step is not None and watched in buttons:
                target = buttons[(buttons.index(watched) + step) % len(buttons)]
                target.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _entry(self, page: Page, title: str) -> Button:
        button = Button(self._theme, title, "nav")
        button.setCheckable(True)
        button.installEventFilter(self)
        button.clicked.connect(lambda _checked: self.chosen.emit(page.id))
        self.buttons[page.id] = button
        return button

    def _paint_icons(self) -> None:
        side = self._theme.space(5)
        for page in self._pages:
            button = self.buttons[page.id]
            dot = self._theme.colour("fault") if page.id in self._marked else None
            accent = self._theme.colour("accent")
            button.setIcon(icons.icon(page.icon, side, accent, self.devicePixelRatioF(), dot))
            button.setIconSize(QSize(side, side))


class MainWindow(QMainWindow):
    """Builds each page when it is first opened; builds anew when the language changes."""

    painted = Signal()

    def __init__(self, make_context: Callable[[Callable[[Settings], str]], Context]) -> None:
        super().__init__()
        self._context = make_context(self._change_settings)
        self._context.open_page = self.go
        self._context.open_remedy = lambda remedy: self._go_to("repair", lambda page: page.point_at(remedy))
        self._context.open_deep = lambda: self._go_to("check", lambda page: page.asking.ask())
        self._context.ask = lambda: self._go_to("guides", lambda page: page.ask_anew())
        self._context.open_box_setting = lambda name, order: self._go_to("box", lambda p: p.point_at(name, order))
        self._context.start_repair = self._start_repair
        self._context.support_waits = self._on_waits
        self._context.step_out = self._step_out
        self._has_painted = self._waits = False
        self._pages: dict[str, QWidget] = {}
        self._return: QWidget | None = None
        self._registry = shown()
        self.setMinimumSize(MINIMUM)
        self.resize(USUAL)
        self._build()
        self._bind_keys()

    @property
    def context(self) -> Context:
        """What the pages were given."""
        return self._context

    def page(self, page_id: str) -> QWidget:
        """The page, built if it was not yet."""
        if page_id not in self._pages:
            entry = next(p for p in self._registry if p.id == page_id)
            module, function = entry.factory.split(":")
            made: QWidget = getattr(importlib.import_module(module), function)(self._context)
            self._pages[page_id] = made
            self._stack.addWidget(made)
        return self._pages[page_id]

    def go(self, page_id: str) -> None:
        """Opens a page and puts the focus where its work starts."""
        page = self.page(page_id)
        self._stack.setCurrentWidget(page)
        self.sidebar.select(page_id)
        if page_id == "guides":
            self._put_return(None)
        proxy = page.focusProxy()
        (proxy if proxy is not None else page).setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to(self, page_id: str, then: Callable[[Any], object]) -> None:
        """To a place within a page; pages are known by name only."""
        self.go(page_id)
        then(self.page(page_id))

    def _step_out(self, page_id: str) -> None:
        """A guide sends somebody to another page; a bar above it leads back, with the run as it was."""
        from ui.pages.guide_return import ReturnBar

        guides = self._context.hold_guides()
        title = guides.state.screen.title if guides.state.screen is not None else ""
        self._put_return(ReturnBar(self._context, title))
        self.go(page_id)

    def _put_return(self, bar: QWidget | None) -> None:
        if self._return is not None:
            self._return.setVisible(False)
            self._return.deleteLater()
        self._return = bar
        if bar is not None:
            self._column.insertWidget(0, bar)
            bar.setVisible(True)

    def _on_waits(self, waits: bool) -> None:
        self._waits = waits
        self.sidebar.mark("cases", waits)

    def show_notice(self) -> None:
        """Something is to be said of an earlier run."""
        getattr(self.page("check"), "notice").refresh()  # noqa: B009  (pages are known by name only)

    def to_front(self) -> None:
        """Somebody started the program again."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tells, once, that there is something to see."""
        super().paintEvent(event)
        if not self._has_painted:
            self._has_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Gives the side bar its share."""
        self.sidebar.fit(event.size().width())
        super().resizeEvent(event)

    def _build(self, page_id: str = "check") -> None:
        self._pages.clear()
        self._return = None
        self._context.repairing = False  # the page that goes takes its run with it
        if self._context.standing is not None:
            self._context.standing.pause(False)
        catalogue, theme = self._context.catalogue, self._context.theme
        self.setWindowTitle(catalogue.text("ui.name"))
        self.sidebar = SideBar(theme, catalogue, self._registry)
        self.sidebar.chosen.connect(self.go)
        self._stack = QStackedWidget()
        self._stack.setObjectName("stack")
        ground = QWidget()
        row = QHBoxLayout(ground)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.sidebar)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._column.addWidget(self._stack, 1)
        row.addLayout(self._column, 1)
        self.setCentralWidget(ground)
        self.sidebar.fit(self.width())
        self.sidebar.mark("cases", self._waits)
        self.go(page_id)

    def _bind_keys(self) -> None:
        self._key("F5", lambda: self._on_check("start"))
        self._key("Ctrl+R", lambda: self._on_check("start"))
        self._key("Esc", self._on_escape)
        self._key("Ctrl+,", lambda: self.go("settings"))
        self._key("Ctrl+Q", self.close)
        for number, page in enumerate(self._registry[:9], start=1):
            self._key(f"Ctrl+{number}", partial(self.go, page.id))

    def _key(self, keys: str, action: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.activated.connect(action)

    def _on_check(self, verb: str) -> None:
        if verb == "start":
            self.go("check")
        getattr(self.page("check"), verb)()

    def _start_repair(self) -> None:
        """One click from the answer: the repair page opens and looks at once; it changes nothing without consent."""
        self.go("repair")
        getattr(self.page("repair"), "start")()  # noqa: B009  (pages are known by name only)

    def _on_escape(self) -> None:
        """For the page in sight to say no, stop or close; where it has nothing of that, a running check stops."""
        escape: Callable[[], None] | None = getattr(self._stack.currentWidget(), "escape", None)
        if escape is not None:
            escape()
        else:
            self._on_check("stop")

    def _change_settings(self, settings: Settings) -> str:
        before, self._context.settings = self._context.settings, settings
        if settings.theme != before.theme:
            self._context.theme.choose(settings.theme)
        if settings.language != before.language:
            language = system_language() if settings.language == "auto" else settings.language
            if language != self._context.catalogue.language:
                self._context.catalogue = Catalogue(language)
                # Later: the page that asked is still in the middle of its own click.
                QTimer.singleShot(0, lambda: self._build("settings"))
        try:
            settings.save(self._context.services.data_dir)
        except FolderError:
            return self._context.catalogue.text("ui.settings.not_saved")
        return ""
