"""The client: who is asked for what, and every way a conversation can end."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from selfcare.hand import hand as hand_module
from selfcare.hand.channel import Channel
from selfcare.hand.hand import SystemHand
from selfcare.hand.launch import own_command, privileged_command
from selfcare.model.repair import Change, EntryState, Hand, HandError, Verb
from tests.hand.fake_helper import ENTRY

T = TypeVar("T")
FAKE = Path(__file__).with_name("fake_helper.py")
DNS = Change(Verb.DNS_SET, {"interface": "eth0", "servers": ("9.9.9.9",)})
RESTART = Change(Verb.ADAPTER_RESTART, {"interface": "eth0"})


class Desk:
    """A hand whose helpers are fakes."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"

    def command(self, kind: str) -> list[str]:
        return [sys.executable, str(FAKE), kind, str(self.log)]

    def hand(self, own: str = "user", privileged: str = "root", *, root: bool = False) -> SystemHand:
        return SystemHand(lambda: self.command(own), lambda: self.command(privileged), root=root)

    def asked(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [" ".join(line.split()[:2]) for line in lines if " hello " not in line]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def run(hand: SystemHand, doing: Coroutine[Any, Any, T]) -> T:
    async def whole() -> T:
        try:
            return await doing
        finally:
            await hand.close()

    return asyncio.run(whole())


def code(hand: SystemHand, change: Change = RESTART) -> str:
    with pytest.raises(HandError) as caught:
        run(hand, hand.apply(change, 30))
    return caught.value.code


def test_it_is_a_hand(desk: Desk) -> None:
    hand = desk.hand()
    described: Hand = hand  # mypy's part of the test
    entry = run(hand, described.apply(DNS, 25))
    assert (entry.name, entry.state, entry.change, entry.privileged) == (ENTRY["name"], EntryState.APPLIED, DNS, False)
    assert desk.log.read_text().splitlines()[-1] == 'user dns.set {"interface": "eth0", "servers": ["9.9.9.9"]} 25'


def test_the_password_is_asked_for_only_when_the_user_may_not(desk: Desk) -> None:
    hand = desk.hand("denied")
    entry = run(hand, hand.apply(DNS, 25))
    assert desk.asked() == ["denied dns.set", "root dns.set"] and entry.privileged


@pytest.mark.parametrize(
    "verb", [Verb.HOSTS_DISABLE, Verb.CLOCK_SET, Verb.MTU_SET, Verb.ROUTE_REMOVE, Verb.IPV4_PREFER]
)
def test_what_only_root_may_is_asked_of_root(desk: Desk, verb: Verb) -> None:
    hand = desk.hand()
    run(hand, hand.apply(Change(verb), 25))
    assert desk.asked() == [f"root {verb}"]


def test_the_time_goes_on_while_the_password_is_typed(desk: Desk) -> None:
    slowly = ["sh", "-c", 'sleep 2; exec "$@"', "sh", *desk.command("root")]
    hand = SystemHand(lambda: desk.command("user"), lambda: slowly, root=False)
    run(hand, hand.apply(Change(Verb.CLOCK_SET, {"seconds": 1_795_000_000}), 25))
    set_to = json.loads(desk.log.read_text().splitlines()[-1].split(" ", 2)[2].rpartition(" ")[0])["seconds"]
    assert 2 <= set_to - 1_795_000_000 <= 6


def test_the_user_s_proxy_is_never_root_s_business(desk: Desk) -> None:
    hand = desk.hand()
    run(hand, hand.apply(Change(Verb.PROXY_OFF), 25))
    assert desk.asked() == ["user proxy.off"]


def test_root_needs_nobody(desk: Desk) -> None:
    hand = desk.hand("root", "nobody", root=True)
    run(hand, hand.apply(Change(Verb.HOSTS_DISABLE), 25))
    assert desk.asked() == ["root hosts.disable"]


def test_undo_goes_to_the_helper_whose_journal_has_it(desk: Desk) -> None:
    hand = desk.hand()

    async def both() -> None:
        await hand.undo(str(ENTRY["name"]))
        await hand.keep(str(ENTRY["name"])[:-1] + "e")
        with pytest.raises(HandError, match="bad_argument"):
            await hand.undo("20261122T060000123Z-00000000")

    run(hand, both())
    wanted = ["user change.list", "root change.undo", "user change.list", "user change.keep", "user change.list"]
    assert desk.asked() == wanted


def test_what_was_the_user_s_is_told_although_root_was_refused(desk: Desk, tmp_path: Path) -> None:
    refusing = pkexec(tmp_path, "Error executing command as another user: Request dismissed", 126)
    hand = SystemHand(lambda: desk.command("user"), lambda: refusing, root=False)
    assert [entry.privileged for entry in run(hand, hand.recover())] == [False]


def test_a_newer_version_s_change_hides_no_other() -> None:
    known = {**ENTRY, "verb": "dns.set", "args": {}, "privileged": True}
    told = [{**known, "verb": "ipv6.mend"}, known]
    assert [entry.change.verb for entry in hand_module._entries(told)] == [Verb.DNS_SET]


def test_recover_asks_root_only_for_what_is_root_s(desk: Desk) -> None:
    hand = desk.hand()
    assert [entry.privileged for entry in run(hand, hand.recover())] == [False, True]
    assert desk.asked() == ["user change.recover", "user change.list", "root change.recover"]


def test_a_recovery_that_may_not_ask_leaves_root_s_alone(desk: Desk) -> None:
    hand = desk.hand()
    assert len(run(hand, hand.recover(ask=False))) == 1
    assert desk.asked() == ["user change.recover"]


def test_what_is_kept_together_is_asked_together_of_each_journal(desk: Desk) -> None:
    hand = desk.hand()
    root, user = str(ENTRY["name"]), str(ENTRY["name"])[:-1] + "e"
    run(hand, hand.keep(root, user))
    assert desk.asked() == ["user change.list", "root change.keep", "user change.keep"]


@pytest.mark.parametrize(("kind", "said"), [
    ("dies", "helper_gone"), ("babbles", "helper_gone"), ("floods", "helper_gone"), ("other", "helper_gone"),
    ("busy", "busy"),
])  # fmt: skip
def test_bad_helpers(desk: Desk, kind: str, said: str) -> None:
    assert code(desk.hand(kind)) == said


def test_a_helper_that_died_is_started_again(desk: Desk) -> None:
    hand = desk.hand("dies")

    async def twice() -> str:
        with pytest.raises(HandError):
            await hand.apply(RESTART, 25)
        return (await hand.apply(DNS, 25)).name

    assert run(hand, twice()) == ENTRY["name"]


@pytest.mark.parametrize("kind", ["babbles", "other"])
def test_a_helper_that_talks_nonsense_is_not_asked_again(desk: Desk, kind: str) -> None:
    hand = desk.hand(kind)

    async def twice() -> None:
        with pytest.raises(HandError):
            await hand.apply(RESTART, 25)
        await hand.apply(DNS, 25)

    run(hand, twice())
    assert desk.log.read_text().count(" hello ") == 2


def test_a_helper_that_hangs_is_let_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hand_module, "CHANGE_S", 0.5)
    monkeypatch.setattr("selfcare.hand.channel.CLOSE_S", 0.2)
    assert code(desk.hand("hangs")) == "timed_out"


def test_cancelling_closes_the_conversation(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an answer would be taken for the next one's."""
    monkeypatch.setattr("selfcare.hand.channel.CLOSE_S", 0.2)
    hand = desk.hand("hangs")

    async def cancelled() -> str:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await hand.apply(RESTART, 25)
        return (await hand.apply(DNS, 25)).name

    assert run(hand, cancelled()) == ENTRY["name"]


def test_no_such_program(tmp_path: Path) -> None:
    hand = SystemHand(lambda: [str(tmp_path / "missing")], root=False)
    assert code(hand) == "helper_gone"


def test_on_another_system_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "freebsd14")
    assert code(SystemHand(root=False)) == "unknown_owner"


# -- the password --------------------------------------------------------------------------------


def pkexec(folder: Path, said: str, status: int) -> list[str]:
    program = folder / "pkexec"
    program.write_text(f"#!/bin/sh\necho '{said}' >&2\nexit {status}\n")
    program.chmod(0o755)
    return [str(program), "helper", "serve"]


@pytest.mark.parametrize(("said", "status", "wanted"), [
    ("Error executing command as another user: No authentication agent found.", 127, "no_agent"),
    ("Error executing command as another user: Not authorized", 127, "needs_privilege"),
    ("The value for the SHELL variable was not found the /etc/shells file", 127, "refused"),
    ("Error executing command as another user: Request dismissed", 126, "refused"),
    ("Segmentation fault", 139, "helper_gone"),
])  # fmt: skip
def test_what_pkexec_says(desk: Desk, tmp_path: Path, said: str, status: int, wanted: str) -> None:
    hand = SystemHand(lambda: desk.command("user"), lambda: pkexec(tmp_path, said, status), root=False)
    assert code(hand, Change(Verb.MTU_SET, {"interface": "eth0", "bytes": 1400})) == wanted


def test_without_pkexec_nobody_can_ask(tmp_path: Path) -> None:
    with pytest.raises(HandError, match="no_agent"):
        privileged_command(Path("/usr/bin/env"), tmp_path / "pkexec")


@pytest.mark.skipif(os.geteuid() != 0, reason="makes files of root and of others")
def test_root_is_given_no_program_that_others_may_write(tmp_path: Path) -> None:
    program = Path("/usr/bin/env")
    command = privileged_command(program, program)
    assert command[0] == "/usr/bin/env" and command[-2:] == [str(program), "serve"]
    mine = tmp_path / "helper"
    mine.write_text("#!/bin/sh\n")
    for mode, owner in ((0o775, 0), (0o757, 0), (0o755, 1000)):
        mine.chmod(mode)
        os.chown(mine, owner, 0)
        with pytest.raises(HandError, match="needs_privilege"):
            privileged_command(mine, program)
    assert stat.S_IMODE(Path("/tmp").stat().st_mode) & 0o002, "and this one lies below a folder all may write"
    with pytest.raises(HandError, match="needs_privilege"):
        privileged_command(tmp_path / "missing", program)


def test_the_current_folder_is_not_obeyed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root repairs in a folder where somebody else may write: nothing of it is run."""
    evil = f"open({str(tmp_path / 'obeyed')!r}, 'w')\n"
    for name in ("selfcare/__init__.py", "selfcare/helper/__init__.py", "selfcare/helper/__main__.py", "json.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(evil)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    line = b'{"v":1,"id":1,"verb":"nonsense","args":{}}\n'
    done = subprocess.run(own_command(), input=line, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"") and json.loads(done.stdout)["error"]["code"] == "bad_argument"
    assert not (tmp_path / "obeyed").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no such key there")
def test_a_terminal_s_stop_does_not_stop_the_helper() -> None:
    """Stopped in mid-change, it would hold the lock that its guard needs to put things back."""
    line = b'{"v":1,"id":1,"verb":"nonsense","args":{}}\n'
    with subprocess.Popen(own_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0) as helper:
        assert helper.stdin and helper.stdout
        heard = []
        for _ in range(2):  # the second time a stopped program would not hear
            helper.stdin.write(line)
            helper.stdin.flush()
            heard.append(bool(select.select([helper.stdout], [], [], 10)[0]) and helper.stdout.readline())
            helper.send_signal(signal.SIGTSTP)
        helper.kill()
    assert [b"bad_argument" in (answer or b"") for answer in heard] == [True, True]


SPEAK = """
import os, sys
app, helper = sys.argv[1:]
heard = os.readlink(f"/proc/{helper}/fd/0")
for name in os.listdir(f"/proc/{app}/fd"):
    try:
        if os.readlink(f"/proc/{app}/fd/{name}") == heard:
            os.write(os.open(f"/proc/{app}/fd/{name}", os.O_WRONLY | os.O_NONBLOCK), b"told by another\\n")
    except OSError:
        pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="by /proc")
def test_no_other_program_of_the_user_speaks_to_the_helper(tmp_path: Path) -> None:
    """Once the password was given, root's helper must hear nobody but the program that asked for it."""
    heard = tmp_path / "heard"

    async def conversation() -> None:
        channel = await Channel.start(["sh", "-c", f"exec cat > {heard}"])
        words = [sys.executable, "-c", SPEAK, str(os.getpid()), str(channel.process.pid)]
        other = await asyncio.create_subprocess_exec(*words)
        assert await other.wait() == 0
        channel.input.write(b"told by us\n")
        await channel.end()

    asyncio.run(conversation())
    assert heard.read_text() == "told by us\n"
