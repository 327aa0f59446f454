"""Root's helper at a socket, and the way there: real processes on Linux; launchd and osascript are stand-ins."""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from selfcare.helper import listen, reach, tools
from selfcare.helper.errors import Refusal

ROOT = Path(__file__).parents[2]
# A helper whose journal is the test's own.
SERVE = """
import sys
from pathlib import Path
from selfcare.helper import mechanisms
from selfcare.helper.change import Changes
from selfcare.helper.journal import Journal
from selfcare.helper.serve import Server
assert sys.argv[1:] == ["serve"]
sys.exit(Server(Changes(Journal(Path({folder!r})), mechanisms.find)).run())
"""
HELLO = b'{"v": 1, "id": 5, "verb": "hello", "args": {}}\n'
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="root's own socket")


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    (tmp_path / "console").touch()
    monkeypatch.setattr(listen, "RUN", tmp_path)
    monkeypatch.setattr(listen, "CONSOLE", tmp_path / "console")
    monkeypatch.setattr(listen, "IDLE_S", 20.0)
    monkeypatch.setattr(listen, "LOOK_S", 0.05)
    monkeypatch.setattr(listen, "WAIT_S", 2.0)
    monkeypatch.chdir(ROOT)
    return ["-c", SERVE.format(folder=str(tmp_path / "journal"))]


@pytest.fixture
def standing(own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """As launchd gives it, the socket is there for everybody."""
    path = tmp_path / listen.STANDING
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        path.chmod(0o666)
        runs = threading.Thread(target=listen.listen, args=(own, listener))
        runs.start()
        yield path
        monkeypatch.setattr(listen, "IDLE_S", 0.05)
        with socket.socket(socket.AF_UNIX) as last:  # it may be waiting by the longer time already
            last.connect(str(path))
        runs.join(20)
    assert not runs.is_alive(), "with nobody left it ends by itself"


def ask(client: socket.socket, line: bytes = HELLO) -> Any:
    client.settimeout(20)
    client.sendall(line)
    said = client.makefile("rb").readline()
    return json.loads(said) if said else None


def test_every_client_gets_a_helper_of_its_own(standing: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
        one.connect(str(standing))
        other.connect(str(standing))
        assert ask(other)["ok"]["root"] is True
        assert ask(one) == {"id": 5, "ok": {"version": 1, "root": True}}
        assert ask(one, b"rubbish\n")["error"]["code"] == "bad_argument"
        other.close()
        assert ask(one)["id"] == 5


def test_no_more_clients_than_one_person_has(standing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "MOST", 1)
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
        one.connect(str(standing))
        assert ask(one)
        other.connect(str(standing))
        with suppress(ConnectionError):  # it is closed before, or after, we spoke
            assert ask(other) is None
        assert ask(one)


@pytest.mark.parametrize(("sits", "administrator", "may"), [
    (True, True, True), (True, False, False), (False, True, False), (False, False, False),
])  # fmt: skip
def test_who_is_served_without_a_password(
    sits: bool, administrator: bool, may: bool, own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = pwd.getpwnam("nobody").pw_uid
    os.chown(tmp_path / "console", uid if sits else 0, -1)
    monkeypatch.setattr(os, "getgrouplist", lambda name, group: [20, 80] if administrator else [20, 12])
    assert listen.may_standing(uid) is may
    assert listen.may_standing(0)


def test_the_kernel_says_who_is_there(standing: Path, tmp_path: Path) -> None:
    """A process of another user, whatever it says: no answer, and the connection ends."""
    tmp_path.chmod(0o755)
    for above in tmp_path.parents:
        if above.name.startswith(("pytest-", "popen-")):  # pytest's own; one more where it has workers
            above.chmod(0o755)
    code = (
        "import os, socket, sys\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1])\n"
        "try: s.sendall(sys.argv[2].encode()); said = s.recv(100)\n"
        "except ConnectionError: said = b''\n"
        "sys.exit(9 if said else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(standing), HELLO.decode()], check=False, timeout=60)
    assert done.returncode == 0
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(standing))
        assert ask(client), "and others are still served"


def test_one_client_after_a_password_and_then_no_more(own: list[str], tmp_path: Path) -> None:
    path = tmp_path / listen.ONCE
    codes: list[int] = []
    runs = threading.Thread(target=lambda: codes.append(listen.once(own)))
    runs.start()
    helper = reach.connected(listen.ONCE, 10)
    assert helper is not None and not path.exists(), "nobody else finds it"
    with helper:
        assert ask(helper)["id"] == 5
    runs.join(20)
    assert codes == [0]


def test_the_socket_of_a_password_is_for_the_person_at_the_screen(own: list[str], tmp_path: Path) -> None:
    os.chown(tmp_path / "console", 65534, -1)
    runs = threading.Thread(target=lambda: listen.once(own))
    runs.start()
    path, seen = tmp_path / listen.ONCE, None
    while runs.is_alive() and seen is None:
        if path.exists() and path.stat().st_uid == 65534:
            seen = path.stat()
    assert seen is not None and seen.st_mode & 0o777 == 0o600
    assert reach.connected(listen.ONCE) is None, "root is not who was asked for the password"
    runs.join(20)
    assert not path.exists()


def test_nobody_comes(own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listen, "WAIT_S", 0.1)
    assert listen.once(own) == 1 and not (tmp_path / listen.ONCE).exists()


class Credentials:
    """What LOCAL_PEERCRED tells: version, user, number of groups, groups."""

    def __init__(self, version: int, uid: int) -> None:
        self.told = struct.pack("=IIh2x16I", version, uid, 2, 20, 80, *[0] * 14)

    def getsockopt(self, level: int, option: int, size: int) -> bytes:
        assert (level, option) == (0, 1)
        return self.told[:size]


def test_the_other_end_as_macos_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert len(Credentials(0, 0).told) == listen.XUCRED
    assert listen.peer(Credentials(0, 501)) == 501  # type: ignore[arg-type]
    assert not listen.welcome(Credentials(1, 0), lambda uid: True)  # type: ignore[arg-type]


# -- the way there --------------------------------------------------------------------------------


def carried(standing: Path, said: bytes) -> tuple[int, bytes]:
    """The real program between two pipes, as ``Channel`` starts it."""
    code = (
        "import sys; from pathlib import Path; from selfcare.helper import listen, reach\n"
        "listen.RUN = Path(sys.argv[1]); sys.exit(reach.main())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(standing.parent)], input=said, capture_output=True, check=False, timeout=60
    )
    return done.returncode, done.stdout


def test_the_conversation_is_carried_both_ways(standing: Path) -> None:
    lines = HELLO * 300  # more than a pipe holds at once
    code, said = carried(standing, lines)
    assert code == 0 and len(said.splitlines()) == 300 and all(json.loads(x)["id"] == 5 for x in said.splitlines())


def test_a_password_is_asked_for_where_nobody_stands(
    own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, ...]] = []

    def osascript(name: str, *words: str, timeout: float) -> bytes:
        asked.append((name, *words))
        threading.Thread(target=listen.once, args=(own,)).start()
        return b""

    program = tmp_path / "helper"
    program.touch(0o755)
    monkeypatch.setattr(reach, "INSTALLED", Path("/usr/bin/env"))
    monkeypatch.setattr(tools, "ask", osascript)
    monkeypatch.setattr(reach, "carry", lambda helper: ask(helper)["id"])
    assert reach.main() == 5
    assert asked == [
        ("osascript", "-e", 'do shell script "/usr/bin/env once > /dev/null 2>&1 &" with administrator privileges')
    ]


@pytest.mark.parametrize(("said", "code"), [
    ("execution error: Annulé par l’utilisateur. (-128)", reach.DISMISSED),
    ("execution error: The administrator user name or password was incorrect. (-60007)", reach.NOT_ALLOWED),
])  # fmt: skip
def test_how_the_question_can_end(
    said: str, code: int, own: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def osascript(name: str, *words: str, timeout: float) -> bytes:
        raise Refusal("failed", f"osascript: {said}")

    monkeypatch.setattr(reach, "INSTALLED", Path("/usr/bin/env"))
    monkeypatch.setattr(tools, "ask", osascript)
    assert reach.main() == code


def test_no_program_that_others_may_write_becomes_root(
    own: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "selfcare-helper"
    program.touch(0o755)
    monkeypatch.setattr(reach, "INSTALLED", program)  # below /tmp, which all may write
    monkeypatch.setattr(tools, "ask", lambda *words, timeout: pytest.fail("nobody is asked for a password"))
    assert reach.main() == reach.NOT_INSTALLED
    assert "others may write there" in capfd.readouterr().err


def test_the_installed_path_needs_no_quoting() -> None:
    assert not set(str(reach.INSTALLED)) & set(" \\\"'$`;&|<>*?\n")


# -- launchd's socket -----------------------------------------------------------------------------


class Launchd:
    """``launch_activate_socket`` as its manual page describes it."""

    def __init__(self, handles: list[int], code: int = 0) -> None:
        self.array = (ctypes.c_int * len(handles))(*handles)
        self.handles, self.code, self.freed = handles, code, 0
        self.launch_activate_socket = self._Call(self.activate)
        self.free = self._Call(self.release)

    class _Call:
        def __init__(self, function: Any) -> None:
            self.function, self.argtypes = function, ()

        def __call__(self, *args: Any) -> Any:
            return self.function(*args)

    def activate(self, name: bytes, handles: Any, count: Any) -> int:
        assert name == b"Listener"
        if self.code == 0:
            handles._obj.contents = ctypes.c_int.from_buffer(self.array)
            count._obj.value = len(self.handles)
        return self.code

    def release(self, array: Any) -> None:
        self.freed += 1


def test_the_first_socket_of_launchd_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as one, socket.socket(socket.AF_UNIX) as other:
        system = Launchd([os.dup(one.fileno()), os.dup(other.fileno())])
        monkeypatch.setattr(ctypes, "CDLL", lambda name: system)
        with listen.activated() as taken:
            assert taken.fileno() == system.handles[0] and taken.family == socket.AF_UNIX
        with pytest.raises(OSError):
            os.fstat(system.handles[1])
        assert system.freed == 1


def test_started_by_somebody_else_than_launchd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: Launchd([], code=3))
    with pytest.raises(OSError, match="launchd"):
        listen.activated()
    monkeypatch.undo()
    with pytest.raises(OSError, match="no launchd"):
        listen.activated()
