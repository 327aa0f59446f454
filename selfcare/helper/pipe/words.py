"""The words that the helper knows on Windows only: ``service | install | remove | elevated PIPE PROCESS``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from selfcare.helper.change import Changes


def run(words: Sequence[str], own: Sequence[str], changes: Changes) -> int | None:
    """Its exit code, None where these words are not among them."""
    if sys.platform == "win32":
        from selfcare.helper.pipe import elevated, install, service

        match list(words):
            case ["service"]:
                return service.run(own, changes.journal)
            case ["install"]:
                return install.install(own)
            case ["remove"]:
                return install.remove()
            case ["elevated", name, pid]:
                return elevated.serve(changes, name, pid)
    return None
