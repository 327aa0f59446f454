"""A helper that changes nothing: says what it is told to, so that every end of a conversation can be had."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

ENTRY = {"name": "20261122T060000123Z-0a1b2c3d", "state": "applied", "began": "2026-11-22T06:00:00+00:00",
         "reversible": True, "detail": ""}  # fmt: skip


def main(kind: str, log: str) -> None:
    privileged = kind == "root"
    for line in sys.stdin:
        told = json.loads(line)
        with Path(log).open("a") as file:
            file.write(f"{kind} {told['verb']} {json.dumps(told['args'])} {told.get('guard_s', '')}\n")
        entry = {
            **ENTRY,
            "verb": "dns.set",
            "args": {"interface": "eth0", "servers": ["9.9.9.9"]},
            "privileged": privileged,
        }
        answer = {
            "id": told["id"],
            "ok": {"entry": {**entry, "verb": told["verb"], "args": told["args"]}, "entries": [entry]},
        }
        if told["verb"] == "change.list" and not privileged:
            answer["ok"]["entries"] = [{**entry, "privileged": True}, {**entry, "name": entry["name"][:-1] + "e"}]
        if told["verb"] == "dns.set" and kind == "denied":
            answer = {"id": told["id"], "error": {"code": "needs_privilege", "detail": "polkit"}}
        print(spoilt(kind, answer) if told["verb"] == "adapter.restart" else json.dumps(answer), flush=True)


def spoilt(kind: str, answer: dict) -> str:
    """What a helper in this state makes of a good answer."""
    if kind == "dies":
        sys.exit(1)
    if kind == "hangs":
        time.sleep(60)
    return {
        "babbles": "Traceback (most recent call last):",
        "floods": "x" * 3_000_000,
        "busy": json.dumps({"id": answer["id"], "error": {"code": "busy", "detail": "too many"}}),
        "other": json.dumps({**answer, "id": 999}),
    }.get(kind, json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
