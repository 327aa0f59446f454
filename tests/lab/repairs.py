"""Repairs in the lab: one run of the command, and all of the PC's settings for comparing before and after."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.lab import mounts
from tests.lab.lab import Done, Lab

ROOTS_HOME = "/run/selfcare-of-root"
"""Root's own folders are this machine's: what its repairs remember must stay in the lab."""

SETTLED_S = 8.0
"""Addresses given anew, and NetworkManager's own look at the Internet, take a moment."""
MOST_CHANGES = 8

_WHOLE = "import json; from tests.helper import whole; print(json.dumps(whole.state()))"
# Of resolved: all it says of the links; the server it asks at the moment is no setting, and moves the others' margin.
_RESOLVED = "resolvectl --no-pager status | sed -n '/^Link/,$p' | grep -v 'Current DNS Server' | sed 's/^ *//'"
# What a proxy may be set in: the user's own files, bytes, mode and owner.
_OWN = """cd {home} && for f in .profile .bash_profile .bashrc .xprofile .zshenv .pam_environment .config/kioslaverc \
.config/environment.d/*.conf; do test -e "$f" && stat -c '%n %a %u %g' "$f" && cat "$f"; done; true"""


def run(lab: Lab, *words: str, user: bool = False, env: dict[str, str] | None = None) -> Done:
    """``selfcare WORDS`` on the PC; by default as its administrator."""
    # Time has no namespace of its own: the clock set there would be this machine's.
    assert not any(step.do == "world_clock" for step in lab.scenario.steps), "no repair of clocks in the lab"
    home = {} if user else {"SELFCARE_HOME": ROOTS_HOME}
    return lab.python("-m", "selfcare", *words, user=user, timeout=120, env={**home, **(env or {})})


def repair(lab: Lab, *words: str, user: bool = False, env: dict[str, str] | None = None) -> tuple[dict[str, Any], Done]:
    """``selfcare repair --yes --json``, or other words."""
    done = run(lab, *(words or ("repair", "--yes")), "--json", user=user, env=env)
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done


def settings(lab: Lab) -> dict[str, Any]:
    """What a repair may have touched, as the system tells it.

    NetworkManager's profiles (less their time stamps), devices and switch; resolved's links; links with size and
    addresses; the routes of every table, and the rules; hosts, gai.conf and resolv.conf; the user's own proxy.
    """
    done = lab.python("-c", _WHOLE, user=False, timeout=60)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    asked = {
        "rules": "ip rule; ip -6 rule",
        "resolved": _RESOLVED,
        "own files of root": _OWN.format(home="/root"),
        f"own files of {mounts.USER}": _OWN.format(home=mounts.HOME),
    }
    return told | {name: lab.pc.run("sh", "-c", words, check=False) for name, words in asked.items()}


def settled(lab: Lab) -> dict[str, Any]:
    """The settings once they have stopped moving."""
    deadline, now = time.monotonic() + SETTLED_S, settings(lab)
    while (later := settings(lab)) != now and time.monotonic() < deadline:
        now = later
    return later


def different(lab: Lab, before: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is not as it was, and stays so: before and now."""
    deadline = time.monotonic() + SETTLED_S
    while (now := settings(lab)) != before and time.monotonic() < deadline:
        time.sleep(0.3)
    return {key: (before.get(key), now.get(key)) for key in before | now if before.get(key) != now.get(key)}


def undo_all(lab: Lab, *, user: bool) -> None:
    """``selfcare undo`` until there is nothing left to undo: the administrator everything, the user only their own."""
    for _ in range(MOST_CHANGES):
        left = undoable(lab, user=user)
        if not left:
            return
        done = run(lab, "undo", *(left[:1] if user else ()), "--lang", "en", user=user)
        assert done.returncode == 0, done.stderr
    raise AssertionError(f"still there: {left}")


def undoable(lab: Lab, *, user: bool) -> list[str]:
    """Changes in place that can be put back, the newest first."""
    done = run(lab, "undo", "list", "--json", user=user)
    assert done.returncode == 0, done.stderr
    return [
        str(entry["name"]) for entry in json.loads(done.stdout)
        if entry["reversible"] and entry["state"] in ("kept", "applied") and not (user and entry["privileged"])
    ]  # fmt: skip


def told(document: dict[str, Any]) -> list[tuple[str, str]]:
    """Each step and its outcome."""
    return [(step["remedy"], step["outcome"]) for step in document["steps"]]
