"""``python -m selfcare.helper serve | recover | list | undo ENTRY | guard ENTRY SECONDS``.

On macOS also ``listen | once`` (root's helper at a socket) and ``reach`` (the way there).
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence

from selfcare.helper import host, mechanisms
from selfcare.helper.arguments import entry_name
from selfcare.helper.change import Changes, Mechanism
from selfcare.helper.errors import Refusal
from selfcare.helper.guard import PAUSES_S, Guard, watch
from selfcare.helper.journal import UNFINISHED, Journal
from selfcare.helper.pipe import words as pipe
from selfcare.helper.serve import Server, listed, told


def main(words: Sequence[str], find: Callable[[str], Mechanism] = mechanisms.find) -> int:
    """0 done, 1 not, 2 wrong usage."""
    os.umask(0o022)
    own = sys.orig_argv[1 : len(sys.orig_argv) - len(words)]
    if len(words) == 1 and words[0] in ("listen", "once", "reach"):
        return _at_socket(words[0], own)
    changes = Changes(Journal(host.journal_folder()), find, lambda name, seconds: Guard(own, name, seconds))
    try:
        code = pipe.run(words, own, changes)
        return _run(list(words), changes) if code is None else code
    except Refusal as error:
        print(error, file=sys.stderr)
        return 1


def _run(words: list[str], changes: Changes) -> int:
    match words:
        case ["serve"]:
            return Server(changes).run()
        case ["guard", name, seconds] if entry_name(name) and seconds.replace(".", "", 1).isdecimal():
            return watch(changes, name, float(seconds))
        case ["recover"]:
            return _recover(changes)
        case ["list"]:
            for line in listed(changes.journal):
                print(json.dumps(line))
            return 0
        case ["undo", name] if entry_name(name):
            print(json.dumps(told(changes.undo(name))))
            return 0
    print(__doc__, file=sys.stderr)
    return 2


def _at_socket(word: str, own: Sequence[str]) -> int:
    """How root's helper and its client meet where no tool starts the one for the other."""
    if sys.platform == "win32":
        return 2
    from selfcare.helper import listen, reach

    try:
        if word == "reach":
            return reach.main()
        if not host.is_root():
            print("root's helper only", file=sys.stderr)
            return 1
        return listen.once(own) if word == "once" else listen.listen(own, listen.activated())
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


def _recover(changes: Changes) -> int:
    """At boot, what is needed for it may itself be starting at this moment: so several tries."""
    for pause in PAUSES_S:
        time.sleep(pause)
        for entry in changes.recover():
            print(json.dumps(told(entry)))
        if not any(entry.state in UNFINISHED for entry in changes.journal.entries()):
            return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
