"""What every front end does first: from here on something is written down when things go wrong."""

from __future__ import annotations

from selfcare.ground.crash import CrashRecorder, install
from selfcare.ground.folders import folders
from selfcare.ground.logs import start_log


def begin(version: str) -> CrashRecorder:
    """Starts the log and the crash record; never fails, not even in a read-only home.

    The recorder's ``on_loop_exception`` is for the event loop of the engine.
    """
    folder = folders().log
    start_log(folder)
    return install(folder, version)
