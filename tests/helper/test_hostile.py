"""A fuzzer on the validator, and the real pipe: nothing hostile is accepted, nothing crashes."""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from selfcare.helper import protocol
from selfcare.helper.errors import Refusal
from selfcare.helper.protocol import understand
from tests.helper.requests import GOOD, harmless, line

FUZZED = 120_000
PIPED = 4_000
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on a machine without a network."""
    monkeypatch.setattr(socket, "if_nameindex", lambda: [(1, "lo"), (2, "eth0"), (3, "wlp3s0")])


EVIL = [
    "../../etc/shadow", "/etc/passwd", "-rf", "--help", "; id", "$(reboot)", "`id`", "| sh", "\0", "\n", "\r\n", "%s%n",
    "eth0\0",
    "eth0;ip link", "A" * 300, "‮", "𝟗.𝟗.𝟗.𝟗", "::1", "127.1", "0x7f.1", "localhost", "lo", "", " ", "null", "true", "0",
    "9.9.9.9/0", "default via", "table 255", "dev eth0", 0, -1, 2**31, 2**64, 10**30, 1e308, -0.0, True, False, None,
    [],
    {}, [[]], {"$": 1}, ["9.9.9.9"] * 5, "١٢٧.0.0.1", "\ud800", "file:///etc/hosts", "ipv4.dns", "eth0@if2",
]  # fmt: skip


def hostile(chance: random.Random) -> bytes:
    """A request with at least one thing wrong with it."""
    verb = chance.choice(sorted(GOOD))
    told: dict[str, object] = {"v": 1, "id": chance.randrange(1000), "verb": verb, "args": dict(GOOD[verb])}
    way = chance.randrange(7)
    if way == 0:
        args = dict(GOOD[verb])
        args[chance.choice([*args, "path", "command", "option", "table"])] = chance.choice(EVIL)
        told["args"] = args
    elif way == 1:
        told["args"] = {**GOOD[verb], **{str(chance.choice(EVIL)): chance.choice(EVIL)}}
    elif way == 2:
        told["verb"] = chance.choice(
            [*EVIL, verb + "\0", verb.upper(), f" {verb}", verb + ".x", "shell.run", "file.write"]
        )
    elif way == 3:
        told[chance.choice(["v", "id", "args", "guard_s"])] = chance.choice(
            [e for e in EVIL if not isinstance(e, dict)] + [1.5]
        )
    elif way == 4:
        told[str(chance.choice(EVIL))] = chance.choice(EVIL)
    data = json.dumps(told).encode()
    if way == 5:
        data = data[: chance.randrange(len(data))]
    elif way == 6:
        place = chance.randrange(len(data))
        data = data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]
    return data.replace(b"\n", b"")


def test_hostile_requests_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """None is taken for more than it is, none crashes; what one flipped byte left whole must be harmless in itself."""
    chance = random.Random(4)
    started, refusals, left_whole = time.monotonic(), 0, 0
    for _ in range(FUZZED):
        data = hostile(chance)
        try:
            made = understand(data)
        except Refusal as error:
            assert error.code == "bad_argument"
            assert json.loads(protocol.refusal(protocol.request_id(data), error))["error"]["code"] == "bad_argument"
            refusals += 1
            continue
        left_whole += 1
        assert harmless(made), data
        assert json.loads(data)["verb"] == made.verb and json.loads(data)["args"].keys() == made.args.keys()
    with capsys.disabled():
        took = time.monotonic() - started
        print(f"\n  {FUZZED} hostile requests: {refusals} refused, {left_whole} still whole and harmless; {took:.0f} s")
    assert refusals >= 100_000


def test_hostile_requests_through_the_real_pipe(tmp_path: Path) -> None:
    """The program itself: it answers every line, accepts none, and still says hello afterwards."""
    chance = random.Random(7)
    lines = [data for data in (hostile(chance) for _ in range(PIPED * 2)) if data.strip() and wrong(data)][:PIPED]
    lines += [b"A" * 20_000, b"\xff" * 9000, b"[" * 8190]
    hello = line("hello", {}).replace(b'"id": 7', b'"id": 123456')
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    code = (
        "import pathlib, sys; from selfcare.helper.host import posix; from selfcare.helper.__main__ import main\n"
        f"posix.ROOTS = pathlib.Path({str(tmp_path)!r}); sys.exit(main(['serve']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=b"\n".join([*lines, hello]) + b"\n", capture_output=True, env=env,
        timeout=120, check=False,
    )  # fmt: skip
    answers = [json.loads(text) for text in done.stdout.splitlines()]
    assert done.returncode == 0 and done.stderr == b""
    assert len(answers) == len(lines) + 1
    assert [each for each in answers[:-1] if "error" not in each] == []
    assert answers[-1]["id"] == 123456 and answers[-1]["ok"]["version"] == 1
    assert list(tmp_path.rglob("*.json")) == []


def wrong(data: bytes) -> bool:
    try:
        understand(data)
    except Refusal:
        return True
    return False
