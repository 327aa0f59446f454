"""``python -m probes.raw``: reads verbs from standard input, one a line, and writes their results."""

from __future__ import annotations

import json
import sys
from typing import Any

from probes.raw.verbs import MAX_LINE, Refused, name_of, read


def answer(line: str) -> dict[str, Any]:
    """The result of one line, or an error that names no data of the machine."""
    from probes.raw.work import carry_out

    try:
        verb = read(line)
    except Refused as error:
        return {"error": "refused", "what": str(error)}
    try:
        return {"verb": name_of(verb), "result": carry_out(verb)}
    except PermissionError:
        return {"error": "needs_privilege"}
    except (OSError, AttributeError) as error:
        return {"error": "unavailable", "what": type(error).__name__}


def main() -> int:
    """Ends with its standard input, so that it never outlives who started it."""
    while line := sys.stdin.readline(MAX_LINE + 1):
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
