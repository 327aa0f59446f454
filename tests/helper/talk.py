"""One conversation with the real helper: ``python -m tests.helper.talk '[["dns.flush", {}], ["$", "ip route"]]'``.

Prints one JSON line per item: the answer, or what the command said. ``"entry": "last"`` is the entry just made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def main(told: str) -> int:
    entry = ""
    command = [sys.executable, "-m", "selfcare.helper", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as helper:
        assert helper.stdin and helper.stdout
        for number, (verb, argument) in enumerate(json.loads(told)):
            if verb == "$":
                done = subprocess.run(argument, shell=True, capture_output=True, text=True, check=False)
                print(json.dumps(done.stdout + done.stderr), flush=True)
                continue
            args: dict[str, Any] = {k: entry if v == "last" else v for k, v in argument.items()}
            guard = {"guard_s": args.pop("guard_s")} if "guard_s" in args else {}
            helper.stdin.write(json.dumps({"v": 1, "id": number, "verb": verb, "args": args, **guard}).encode() + b"\n")
            helper.stdin.flush()
            answer = json.loads(helper.stdout.readline())
            entry = answer.get("ok", {}).get("entry", {}).get("name", entry)
            print(json.dumps(answer), flush=True)
        helper.stdin.close()
        return helper.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
