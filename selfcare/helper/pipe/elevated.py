"""One run with an administrator's rights, for the one program that asked Windows for them."""

from __future__ import annotations

import os
import re
import sys
import time

from selfcare.helper.change import Changes
from selfcare.helper.errors import Refusal
from selfcare.helper.pipe import ends, once
from selfcare.helper.serve import Server

assert sys.platform == "win32"
WAIT_S = 30.0
NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


def serve(changes: Changes, name: str, pid: str) -> int:
    """Serves the process ``pid`` on the pipe ``name``, and nobody else; both are told by whoever started us.

    Raises:
        Refusal: nobody came, or somebody else did.
    """
    if not NAME.fullmatch(name) or not re.fullmatch(r"[0-9]{1,10}", pid, re.ASCII):
        raise Refusal("bad_argument", "name of a pipe, number of a process")
    handle = ends.create(once(name), first=True)
    end = time.monotonic() + WAIT_S
    if not ends.wait_client(handle, lambda: time.monotonic() < end):
        raise Refusal("timed_out", "nobody came")
    if ends.client(handle) != int(pid):
        raise Refusal("refused", "another process")
    opened = ends.as_file(handle)
    os.dup2(opened, 0, inheritable=False)
    os.dup2(opened, 1, inheritable=False)
    os.close(opened)
    return Server(changes).run()
