"""A program that has one change made, and decides: ``python -m tests.helper.app hold|undo|keep VERB ARGUMENTS``."""

from __future__ import annotations

import json
import subprocess
import sys


def main(decision: str, verb: str, arguments: str) -> int:
    command = [sys.executable, "-m", "tests.helper.harness", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as helper:
        entry = ask(helper, 1, verb, json.loads(arguments)).get("ok", {}).get("entry", {}).get("name")
        if entry and decision != "hold":
            ask(helper, 2, f"change.{decision}", {"entry": entry})
        assert helper.stdin
        helper.stdin.close()
        helper.wait()
    return 0 if entry else 1


def ask(helper: subprocess.Popen[bytes], number: int, verb: str, arguments: object) -> dict:
    assert helper.stdin and helper.stdout
    line = json.dumps({"v": 1, "id": number, "verb": verb, "args": arguments})
    try:
        helper.stdin.write(line.encode() + b"\n")
        helper.stdin.flush()
    except BrokenPipeError:
        return {}
    said = helper.stdout.readline()
    print(said.decode().strip(), flush=True)
    return json.loads(said or b"{}")


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except BrokenPipeError:
        sys.exit(1)
