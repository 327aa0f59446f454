"""``python -m tests.machine.home SECONDS [no-ntp]``: puts a machine's own clock wrong in a lab made there, and repairs.

Prints one JSON object: what the check said before, the repair's document, what it is told to undo, and the clock.
"""

from __future__ import annotations

import json
import sys
import time

from tests.lab.lab import Lab
from tests.lab.repairs import repair, run
from tests.lab.scenario import Step


def main(wrong_s: float, *without: str) -> None:
    began = time.monotonic()
    lab = Lab("healthy").__enter__()  # never left: without namespaces of processes it ends with the machine
    up_s = time.monotonic() - began
    if "no-ntp" in without:
        lab.apply(Step("isp_blocks", {"rules": ["udp dport 123 drop"]}))
    was, at = time.time(), time.monotonic()
    time.clock_settime(time.CLOCK_REALTIME, was + wrong_s)
    check = json.loads(run(lab, "check", "--json").stdout)
    document, done = repair(lab)
    off_s = time.time() - (was + time.monotonic() - at)
    undone = run(lab, "undo", "--lang", "en")
    listed = json.loads(run(lab, "undo", "list", "--json").stdout)
    again = json.loads(run(lab, "check", "--json").stdout)
    print(json.dumps({
        "up_s": up_s, "check": check["verdict"], "repair": document, "code": done.returncode, "off_s": off_s,
        "undo": [undone.returncode, undone.stderr], "list": listed, "again": again["verdict"],
    }))  # fmt: skip


if __name__ == "__main__":
    main(float(sys.argv[1]), *sys.argv[2:])
