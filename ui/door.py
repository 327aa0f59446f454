"""Where a second start knocks: a socket in the user's own folder, or a pipe."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from ui.door_pipe import Door, knock
else:
    from ui.door_socket import Door, knock

__all__ = ["Door", "knock"]
