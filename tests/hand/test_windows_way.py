"""How the helper with an administrator's rights is reached on Windows; the pipes themselves are tested under Wine."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from selfcare.hand import launch, pipe
from selfcare.hand.channel import Channel
from selfcare.helper.errors import Refusal
from selfcare.helper.host import rights
from selfcare.helper.mechanisms.windows import services
from selfcare.helper.pipe import NAME, PIPE
from selfcare.model.repair import HandError

TRUSTED = rights.Rights(rights.ADMINISTRATORS, frozenset({rights.SYSTEM}))
ANYBODYS = rights.Rights(rights.ADMINISTRATORS, frozenset({"S-1-5-32-545"}))


class Way:
    """What was asked of the system, in place of the system."""

    def __init__(self, patch: pytest.MonkeyPatch, state: int | None) -> None:
        self.asked: list[Any] = []
        patch.setattr(services, "state", lambda name: state if name == NAME else None)
        patch.setattr(services, "start", lambda name: self.asked.append(f"start {name}"))
        patch.setattr(pipe, "opened", self.opened)
        patch.setattr(pipe, "_executed", self.executed)

    async def opened(self, name: str, **words: Any) -> str:
        self.asked.append((name, words))
        return "a channel"

    def executed(self, program: Path, words: str, verb: str) -> int:
        self.asked.append((program.name, words, verb))
        return 42


def said(doing: Any) -> str:
    with pytest.raises(HandError) as caught:
        asyncio.run(doing)
    return caught.value.code


def test_the_service_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(monkeypatch, services.STOPPED)
    assert asyncio.run(pipe.privileged()) == "a channel"
    assert way.asked == [f"start {NAME}", (PIPE, {"of_system": True})]


def test_a_service_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    Way(monkeypatch, services.STOPPED)

    def refuses(name: str) -> None:
        raise Refusal("failed", "StartService: 1058")

    monkeypatch.setattr(services, "start", refuses)
    assert said(pipe.privileged()) == "helper_gone"


def test_without_a_service_windows_asks_its_user_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    way = Way(monkeypatch, None)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "selfcare.exe"))
    monkeypatch.setattr(rights, "of_path", lambda path: TRUSTED)
    asyncio.run(pipe.privileged())
    asyncio.run(pipe.privileged())
    started = [each for each in way.asked if each[0] == "selfcare-helper.exe"]
    words = [each[1].split() for each in started]
    assert [(each[0], each[2]) for each in words] == [("elevated", str(os.getpid()))] * 2
    assert words[0][1] != words[1][1] and all(len(each[1]) == 32 for each in words), "a name nobody could know"
    assert way.asked[1] == (rf"\\.\pipe\selfcare-{words[0][1]}", {"process": 42, "limit_s": pipe.CONSENT_S})


def test_a_program_that_others_could_replace_is_never_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way(monkeypatch, None)
    monkeypatch.setattr(rights, "of_path", lambda path: ANYBODYS)
    assert said(pipe.privileged()) == "needs_privilege"
    assert way.asked == []


def test_nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    Way(monkeypatch, None)

    def missing(path: str) -> rights.Rights:
        raise FileNotFoundError(path)

    monkeypatch.setattr(rights, "of_path", missing)
    assert said(pipe.privileged()) == "needs_privilege"


@pytest.mark.parametrize(("number", "code"), [(1223, "refused"), (2, "helper_gone")])
def test_the_users_no(number: int, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Shell:
        def ShellExecuteExW(self, told: Any) -> int:
            return 0

        def CoInitializeEx(self, reserved: None, how: int) -> int:
            return 0

    monkeypatch.setattr(pipe.winapi, "library", lambda name: Shell())
    monkeypatch.setattr(pipe.winapi, "last_error", lambda: number)
    with pytest.raises(HandError) as caught:
        pipe._executed(Path("selfcare-helper.exe"), "elevated x 1", "runas")
    assert caught.value.code == code


def test_somebody_elses_pipe_is_not_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []

    class Writer:
        def close(self) -> None:
            closed.append("closed")

    async def connected(name: str, process: int) -> tuple[Any, Any, int]:
        return None, Writer(), 7

    monkeypatch.setattr(pipe, "_connected", connected)
    monkeypatch.setattr(pipe, "_is_theirs", lambda *words: False)
    assert said(pipe.opened(PIPE, of_system=True)) == "helper_gone"
    assert closed == ["closed"]


def test_the_end_of_a_pipe_lives_until_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel over anything that reads and writes: the helper that closes is gone, and is not asked again."""

    async def conversation() -> tuple[dict[str, Any], bool, bool]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(b'{"id": 1, "ok": {"root": true}}\n')
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        channel = Channel(pipe.PipeEnd(reader, writer))
        before, answer = channel.alive, await channel.ask("hello", {}, 5)
        with pytest.raises(HandError, match="helper_gone"):
            await channel.ask("hello", {}, 5)
        after = channel.alive
        await channel.end()
        server.close()
        return answer, before, after

    assert asyncio.run(conversation()) == ({"root": True}, True, False)


def test_the_users_own_helper_of_a_built_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "selfcare-window.exe"))
    assert launch.own_command() == [str(tmp_path / "selfcare.exe"), "helper", "serve"]
    (tmp_path / "selfcare-helper.exe").touch()
    assert launch.own_command() == [str(tmp_path / "selfcare-helper.exe"), "serve"]
