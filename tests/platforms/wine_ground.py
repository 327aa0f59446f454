"""What the helper stands on, under Wine: ``winpy.sh run -m tests.platforms.wine_ground``; prints what it found.

Windows Python only. The test that starts it judges; here is nothing but the doing.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from selfcare.hand import pipe
from selfcare.hand.hand import SystemHand
from selfcare.helper import host, tools
from selfcare.helper.errors import Refusal
from selfcare.helper.host import rights, winapi
from selfcare.helper.journal import Journal
from selfcare.helper.mechanisms.windows import adapters, hosts, registry, services, tool
from selfcare.helper.pipe import NAME, PIPE, ends, install
from selfcare.model.repair import Change, HandError, Verb
from tests.platforms import wine_helper

ROOT = str(Path(__file__).parents[2])
WORK = Path("C:\\selfcare-test")
ME = [sys.executable, "-m", "tests.platforms.wine_ground"]
PUT_ASIDE = Change(Verb.HOSTS_DISABLE, {"names": ("www.example.com",)})


def waiting() -> dict[str, Any]:
    """A pipe that is empty, one that has something, one whose other end is gone."""
    (empty, _), (full, other), (broken, gone) = os.pipe(), os.pipe(), os.pipe()
    os.write(other, b"x")
    os.close(gone)
    began = time.monotonic()
    nothing = host.wait_readable([empty], 0.3)
    took = time.monotonic() - began
    ready = host.wait_readable([empty, full, broken], None)
    return {"nothing": nothing, "took": took, "ready": ready == [full, broken], "end": os.read(broken, 1) == b""}


def locks() -> dict[str, Any]:
    """A lock is held as long as anybody has inherited it, and by nobody else meanwhile."""
    journal = Journal(WORK / "locks")
    first = journal.watching("a")
    assert first is not None
    found = {"second": journal.watching("a") is not None}
    with tools.holding(first), tool._options() as options:
        heir = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3)"], **options)
    os.close(first)
    found["while the heir lives"] = journal.watching("a") is not None
    heir.wait()
    end = time.monotonic() + 5  # a process is told to be over a moment before its handles are closed
    while (last := journal.watching("a")) is None and time.monotonic() < end:
        time.sleep(0.01)
    found["afterwards"] = last is not None
    found["deleted while held"] = last is not None and quietly((WORK / "locks" / "a.lock").unlink)
    return found


def quietly(doing: Callable[[], object]) -> bool:
    try:
        doing()
    except OSError:
        return False
    return True


def tools_end() -> dict[str, Any]:
    """A tool goes with the helper that started it, although that was killed."""
    mark = WORK / "tool.pid"
    mark.unlink(missing_ok=True)
    with subprocess.Popen([*ME, "with a tool", str(mark)]) as helper:
        end = time.monotonic() + 30
        while not mark.exists() and time.monotonic() < end:
            time.sleep(0.05)
        pid = int(mark.read_text())
        lived = not wine_helper.gone(pid, 0.5)
        helper.kill()
    return {"lived": lived, "gone": wine_helper.gone(pid, 10)}


def with_a_tool(mark: str) -> None:
    from selfcare.helper.host.windows_processes import taken_along

    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with taken_along(process):
        Path(mark).write_text(str(process.pid))
        time.sleep(60)


def replacing() -> dict[str, Any]:
    """Somebody who reads the old file is waited for, and then the new one takes its place."""
    old, new = WORK / "old", WORK / "new"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    handle = host.open_own(old)
    threading.Timer(0.5, os.close, [handle]).start()
    host.replace(new, old)
    return {"holds": old.read_bytes().decode(), "left": new.exists()}


def folders() -> dict[str, Any]:
    """Who the journal is trusted to."""
    journal = Journal(host.machine_journal())
    return {"strangers": said(lambda: journal.watching("a")), "owner": rights.of_path("C:\\windows").owner,
            "user": rights.user()}  # fmt: skip


def said(doing: Callable[[], object]) -> str:
    try:
        doing()
    except Refusal as error:
        return f"{error.code}: {error.detail}"
    return "done"


def values() -> dict[str, Any]:
    """The registry gives back what it was given."""
    path = r"Software\Selfcare-test"
    given = {"text": [1, "é"], "number": [4, 7], "several": [7, ["a", "b"]], "bytes": [3, "00ff"]}
    for name, value in given.items():
        registry.put(registry.USER, path, name, value)
    back = {name: registry.get(registry.USER, path, name) for name in given}
    for name in given:
        registry.put(registry.USER, path, name, None)
    return {"same": back == given, "gone": [registry.get(registry.USER, path, name) for name in given] == [None] * 4}


def interfaces() -> dict[str, Any]:
    """A name is exactly one of those that are there, whatever letters it has; nothing else is any."""
    name = "Connexion réseau (2)"
    real, adapters.names = adapters.names, lambda: frozenset({name})
    bad = [name + " ", name[:-1], name.upper(), "", "lo", f'{name}" & calc', "name=7", 7, None, True, [name], {}, b"x"]
    try:
        let_in = [repr(value) for value in bad if quietly_valid(value)]
        return {"good": host.interface(name) == name, "let in": let_in}
    finally:
        adapters.names = real


def quietly_valid(value: object) -> bool:
    try:
        host.interface(value)
    except ValueError:
        return False
    return True


def expires() -> dict[str, Any]:
    """Its maker lives and says nothing: the guard puts the change back."""
    wine_helper.prepare()
    before = hosts.path().read_bytes()
    command = [*ME[:-1], "tests.platforms.wine_helper", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as helper:
        told = {"v": 1, "id": 1, "verb": "hosts.disable", "args": {"names": ["www.example.com"]}, "guard_s": 1}
        helper.stdin.write(json.dumps(told).encode() + b"\n")
        helper.stdin.flush()
        entry = json.loads(helper.stdout.readline())["ok"]["entry"]["name"]
        changed = hosts.path().read_bytes() != before
        end = time.monotonic() + 30
        while hosts.path().read_bytes() != before and time.monotonic() < end:
            time.sleep(0.05)
        state = Journal(host.machine_journal()).load(entry).state
        helper.stdin.close()
    return {"changed": changed, "back": hosts.path().read_bytes() == before, "state": state in ("undone", "restoring")}


def as_user() -> dict[str, Any]:
    """An ordinary user's helper: its own journal, its own proxy, and nothing of the machine's."""
    wine_helper.prepare()
    before = wine_helper.whole()
    command = [*ME[:-1], "tests.platforms.wine_helper", "user", "serve"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as helper:

        def ask(verb: str, **arguments: Any) -> dict[str, Any]:
            return wine_helper.ask(helper, verb, arguments)

        entry = ask("proxy.off")["ok"]["entry"]
        off = wine_helper.whole()["flags"] != before["flags"]
        ask("change.keep", entry=entry["name"])
        undone = ask("change.undo", entry=entry["name"])["ok"]["entry"]["state"]
        machines = ask("hosts.disable", names=["www.example.com"])["error"]["code"]
        listed = ask("change.list")["ok"]["entries"]
        helper.stdin.close()
    return {
        "off": off, "undone": undone, "same": wine_helper.whole() == before, "machine's": machines,
        "privileged": entry["privileged"], "in the list": entry["name"] in [each["name"] for each in listed],
    }  # fmt: skip


# -- the pipe ------------------------------------------------------------------------------------


def starter() -> Path:
    """A program to be started from any folder, as the service manager does."""
    path = WORK / "start.py"
    path.write_text(
        f"import os, runpy, sys\nos.chdir({ROOT!r})\nsys.path.insert(0, {ROOT!r})\n"
        "runpy.run_module('tests.platforms.wine_helper', run_name='__main__', alter_sys=True)\n"
    )
    return path


async def one_run() -> dict[str, Any]:
    """A change through a pipe that only its two ends know; closing it puts the change back."""
    wine_helper.prepare()
    before = hosts.path().read_bytes()
    program, words = Path(sys.executable), str(starter())
    hand = SystemHand(lambda: [*ME, "own"], lambda: pipe.elevated(program, words, "runas"), root=False)
    entry = await hand.apply(PUT_ASIDE, 30)
    changed = hosts.path().read_bytes() != before
    await hand.close()
    return {"privileged": entry.privileged, "changed": changed, "back": hosts.path().read_bytes() == before}


def wrong_process() -> str:
    """Somebody else at the pipe of one run is not served."""
    digits = "0" * 32
    with subprocess.Popen([*ME[:-1], "tests.platforms.wine_helper", "elevated", digits, "4"]) as helper:
        return asyncio.run(hello(digits, int(helper._handle)))


async def hello(digits: str, process: int) -> str:
    try:
        channel = await pipe.opened(pipe.once(digits), process=process)
        await channel.ask("hello", {}, 10)
    except HandError as error:
        return error.code
    return "served"


async def service() -> dict[str, Any]:
    """Installed, started by a client, asked, idle, stopped, removed."""
    found: dict[str, Any] = {"place": said(lambda: install.check_place(Path(sys.executable)))}
    install.check_place = lambda program: None  # Wine's files belong to its user
    install.install([str(starter())])
    try:
        found["installed"] = services.state(NAME)
        await asyncio.to_thread(services.start, NAME)
        found["a user's"] = await served(of_system=True)  # under Wine, everything is in one session
        found["asked"] = await served(of_system=False)
    finally:
        install.remove()
    for _ in range(100):
        if services.state(NAME) is None:
            break
        await asyncio.sleep(0.1)  # it goes with its process
    return found | {"left": services.state(NAME)}


async def served(*, of_system: bool) -> str:
    """As the program asks, but for the check of who made the pipe, which ``of_system`` leaves in."""
    if not of_system:
        pipe._is_theirs = lambda *words: True
    try:
        channel = await pipe.opened(PIPE, of_system=True)
        answer = await channel.ask("hello", {}, 10)
        await channel.end()
    except HandError as error:
        return error.code
    return "root" if answer["root"] else "user"


def strangers_program() -> dict[str, Any]:
    """Another program than those beside the helper is not listened to."""
    process = winapi.library("kernel32").GetCurrentProcess()
    mine = ends.program_of(process)
    return {"mine": ends.beside_us(mine), "another": ends.beside_us(Path("C:\\windows\\system32\\cmd.exe")),
            "user": ends.check_sits_here(os.getpid()) == rights.user()}  # fmt: skip


def main(words: list[str]) -> int:
    if words[:1] == ["with a tool"]:
        with_a_tool(words[1])
        return 0
    WORK.mkdir(exist_ok=True)
    found: dict[str, Any] = {"folders": folders(), "as_user": as_user()}
    rights.TRUSTED.add(rights.user())
    for check in (waiting, locks, tools_end, replacing, values, interfaces, expires, strangers_program):
        found[check.__name__] = check()
    found["one_run"] = asyncio.run(one_run())
    found["wrong_process"] = wrong_process()
    found["service"] = asyncio.run(service())
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
