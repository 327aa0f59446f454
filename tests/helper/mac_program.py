"""The real helper program on a simulated Mac that several processes share: ``serve | guard … | recover``."""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from pathlib import Path

from selfcare.helper import host, mechanisms, tools
from selfcare.helper.__main__ import main
from selfcare.helper.mechanisms.macos import store
from tests.helper.mac import Mac

KEPT = ("force", "links", "power", "routes", "vpn")


class Shared(Mac):
    """What lasts longer than a process is in a file."""

    ready = False

    def changed(self) -> None:
        if self.ready:
            new = self.path.with_name("state.new")
            new.write_text(json.dumps({key: getattr(self, key) for key in KEPT}))
            new.replace(self.path.with_name("state"))

    def remember(self) -> Shared:
        for key, value in json.loads(self.path.with_name("state").read_text()).items():
            setattr(self, key, value)
        return self


def shared(folder: Path, *, fresh: bool = False) -> Shared:
    """The Mac of this folder."""
    settings = None if fresh else (folder / "preferences.plist").read_bytes()
    mac = Shared(folder)
    if settings is not None:
        mac.path.write_bytes(settings)
        mac.remember()
    mac.ready = True
    mac.changed()
    return mac


def patched(folder: Path) -> None:
    mac = shared(folder)
    store.PREFERENCES = mac.path
    tools._run = mac.run  # type: ignore[assignment]
    ctypes.CDLL = mac.frameworks.load  # type: ignore[assignment,misc]
    socket.if_nameindex = lambda: list(enumerate(mac.links, start=1))
    host.is_root = lambda: True
    host.journal_folder = lambda: folder / "journal"


if __name__ == "__main__":
    patched(Path(os.environ["SELFCARE_TEST_MAC"]))
    sys.exit(main(sys.argv[1:], lambda verb: mechanisms.find(verb, "darwin")))
