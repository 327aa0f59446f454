"""Starts the window. Everything that is not needed for the first paint comes after it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

from selfcare.app.services import Services
from selfcare.ground.errors import FolderError
from selfcare.ground.folders import ensure
from selfcare.ground.settings import Settings
from selfcare.i18n import Catalogue
from ui import icons, timing
from ui.bridge import EngineBridge
from ui.check_state import CheckState
from ui.collecting import Collector
from ui.context import Context
from ui.messages import Batch, Ready
from ui.single import SingleInstance
from ui.theme import Theme
from ui.window import MainWindow

ALLOW_ROOT = "SELFCARE_ALLOW_ROOT_WINDOW"
EXIT_USAGE = 2
EXIT_NEEDS_PRIVILEGE = 5
"""The contract's word for "not with these rights", here: with fewer."""


def run(services: Services, argv: list[str]) -> int:
    """Shows the window until it is closed; returns the exit code."""
    if is_privileged() and os.environ.get(ALLOW_ROOT) != "1":
        return _refuse(services.catalogue, "ui.privileged", EXIT_NEEDS_PRIVILEGE)
    if not has_screen():
        return _refuse(services.catalogue, "ui.no_screen", EXIT_USAGE)
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([sys.argv[0], *argv])
    app.setApplicationName("selfcare")
    app.setApplicationDisplayName(services.catalogue.text("ui.name"))
    app.setDesktopFileName("selfcare")
    app.setStyle("Fusion")  # the same shapes everywhere; the style sheet builds on them
    single = SingleInstance(services.data_dir, app)
    with contextlib.suppress(FolderError):  # a read-only home: the window works, it just remembers nothing
        ensure(services.data_dir)
    # A first window that does not answer is stuck; a second one then helps more than none.
    if not single.acquire() and single.raise_first():
        return 0
    return Program(app, services, single).run()


def is_privileged() -> bool:
    """Whether the process could change the system: root, or an elevated administrator."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0


def has_screen() -> bool:
    """Whether there is somewhere to open a window. Without, Qt would abort the process and dump its core."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _refuse(catalogue: Catalogue, key: str, code: int) -> int:
    message = catalogue.text(key)
    if sys.stderr is not None:
        sys.stderr.write(message + "\n")
    if sys.platform == "win32":  # started with a double click, nobody sees stderr
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, message, catalogue.text("ui.name"), 0x30)
    return code


class Program(QObject):
    """The parts of a running window, and the order in which they start and end."""

    def __init__(self, app: QApplication, services: Services, single: SingleInstance) -> None:
        super().__init__(app)
        self._app, self._services, self._single = app, services, single
        self._timing = timing.from_environment(self)
        self.bridge = EngineBridge(services.warm_up, self)
        self.bridge.arrived.connect(self._on_batch)
        settings = Settings.load(services.data_dir)
        theme = Theme(app, settings.theme)

        def make_context(change: Callable[[Settings], str]) -> Context:
            return Context(services, services.catalogue, theme, self.bridge, settings, CheckState(), change)

        self.window = MainWindow(make_context)
        self.window.painted.connect(self._after_first_paint)
        self._ended = False
        self._collector: Collector | None = None
        app.aboutToQuit.connect(self._end)

    def run(self) -> int:
        """Until the last window is closed."""
        self._signals = _quit_on_signals(self._app)
        self.window.show()
        code = self._app.exec()
        self._end()
        return code

    def _after_first_paint(self) -> None:
        if self._timing:
            self._timing.mark("first_paint_ms")
        from selfcare.ground.begin import begin

        recorder = begin(self._services.version)
        self._collector = Collector(self)  # before there is a second thread
        self.bridge.start(recorder.on_loop_exception)
        self._app.setWindowIcon(icons.window_icon())
        self._single.listen(self.window.to_front)

    def _on_batch(self, batch: Batch) -> None:
        if self._timing and any(isinstance(m, Ready) for m in batch.messages):
            self._timing.mark("ready_ms")
            self._timing.watch()
        if any(isinstance(m, Ready) for m in batch.messages):
            from ui.care import Care

            self._care = Care(self.window.context, self.window.show_notice)

    def _end(self) -> None:
        if self._ended:
            return
        self._ended = True
        if self._timing:
            self._timing.finish()
        self._single.release()
        stragglers = self.bridge.shutdown()
        if self._collector is not None and not stragglers:
            self._collector.stop()
        if stragglers:
            import logging

            logging.getLogger("selfcare.ui").error("still running at exit: %s", ", ".join(stragglers))
            logging.shutdown()
            os._exit(0)  # the interpreter would wait for them, perhaps for ever


def _quit_on_signals(app: QApplication) -> QSocketNotifier | None:
    """A polite end for Ctrl+C and for a session that closes; Qt's loop never lets Python see a signal otherwise."""
    if sys.platform == "win32":
        return None
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, app)
    notifier.activated.connect(lambda: app.quit())
    return notifier
