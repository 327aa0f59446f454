"""``selfcare desk …`` as it is typed: agents, tokens, the register of lines, mails from a pipe, erasing and giving."""

from __future__ import annotations

import asyncio
import io
import json
import re
import sys
from pathlib import Path

import pytest

from selfcare.cli import desk_open
from selfcare.cli.main import main
from selfcare.deskserver.core.tickets import file
from selfcare.deskserver.model import DeskRefusal, Filing
from selfcare.deskserver.opening import close_desk, open_desk
from selfcare.deskserver.settings import read
from selfcare.wiring import build_services

HEAD = b"From: Zoe <zoe@exemple.fr>\r\nTo: desk@isp.example\r\nSubject: Coupure\r\n"
MAIL = HEAD + b"Message-ID: <%d@exemple.fr>\r\n\r\nPlus rien."


class Typed:
    """``code(*words)``; what was said is in ``out`` and ``err``."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.data, self._capsys, self._patch = data, capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *words: str, stdin: bytes = b"", data: bool = True) -> int:
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        given = ["--data", str(self.data)] if data else []
        code = main(["desk", *words, *given, "--lang", "en"], build_services)
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    return Typed(tmp_path / "desk", capsys, monkeypatch)


def test_an_agent_is_invited_listed_helped_and_shut_out(desk: Typed) -> None:
    assert desk("agent", "add", "Julie", "--name", "Julie R.", "--role", "lead") == 0
    first = re.search(r"/welcome/(\S+)", desk.out)
    assert first is not None
    assert desk("agent", "list") == 0 and desk.out.split("\t")[:3] == ["julie", "Julie R.", "lead"]
    assert desk("agent", "add", "julie") == 4 and desk.err
    assert desk("agent", "reset", "julie") == 0 and first[1] not in desk.out and "/welcome/" in desk.out
    assert desk("agent", "disable", "julie") == 0
    assert desk("agent", "list") == 0 and "closed" in desk.out
    assert desk("agent", "reset", "nobody") == 2 and "nobody" in desk.err


def test_a_token_is_shown_once_and_closed(desk: Typed) -> None:
    assert desk("token", "new", "crm", "--days", "30") == 0
    token = desk.out.splitlines()[1]
    assert desk("token", "list") == 0 and "crm\tgood" in desk.out and token not in desk.out
    assert desk("token", "revoke", "crm") == 0 and desk("token", "revoke", "crm") == 2
    assert desk("token", "list") == 0 and "crm\tclosed" in desk.out
    assert desk("token", "new", "crm", "--days", "0") == 2
    assert token.encode() not in (desk.data / "desk.db").read_bytes()


def test_the_register_is_kept_whole_or_not_at_all(desk: Typed, tmp_path: Path) -> None:
    register = tmp_path / "lines.csv"
    register.write_text("line;node\n0102030405;OLT-1\n0102030406;OLT-1\n", encoding="utf-8")
    assert desk("lines", str(register)) == 0 and desk.out.startswith("2 ")
    register.write_text("0102030407;OLT-2\nrubbish\n", encoding="utf-8")
    assert desk("lines", str(register)) == 4
    assert desk("lines", str(tmp_path / "none.csv")) == 2


def test_another_register_moves_open_tickets(desk: Typed, tmp_path: Path) -> None:
    register = tmp_path / "lines.csv"

    async def filed() -> None:
        there = await open_desk(read(None, {}, data=str(desk.data)))
        filing = Filing("s", None, "x", "y", "major", "fault", "agent", contact={"line_number": "0102030405"})
        await there.database.write(lambda c: file(c, filing, there.now()))
        await close_desk(there)

    asyncio.run(filed())
    for node, moves in (("OLT-1", True), ("OLT-1", False), ("OLT-2", True)):
        register.write_text(f"0102030405;{node}\n", encoding="utf-8")
        assert desk("lines", str(register)) == 0
        assert ("changes: 1" in desk.out) is moves


def test_a_mail_server_hears_what_to_do(desk: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    """0: it is kept. 65: never. 75: come again, whatever else is wrong."""
    assert desk("mail", stdin=MAIL % 1) == 0 and desk("mail", stdin=MAIL % 1) == 0
    assert desk("mail", stdin=b"") == 65
    config = desk.data / "wrong.toml"
    config.write_text("prot = 1", encoding="utf-8")
    assert desk("mail", "--config", str(config), stdin=MAIL % 2) == 75 and "prot" in desk.err

    async def full(*_: object) -> None:
        raise DeskRefusal(429, "too_many")

    monkeypatch.setattr("selfcare.deskserver.intake.mail.take", full)
    assert desk("mail", stdin=MAIL % 3) == 75


def test_what_is_known_of_somebody_is_given_and_erased(desk: Typed, tmp_path: Path) -> None:
    assert desk("mail", stdin=MAIL % 1) == 0
    given = tmp_path / "given"
    assert desk("export", "zoe@exemple.fr", "--out", str(given)) == 0
    document = json.loads((given / "export.json").read_text(encoding="utf-8"))
    assert "Plus rien" in json.dumps(document, ensure_ascii=False)
    assert desk("export", "zoe@exemple.fr", "--out", str(given)) == 2
    assert desk("erase", "zoe@exemple.fr", stdin=b"yes\n") == 4
    number = str(document["subscriber"]["id"])
    assert desk("erase", number, stdin=number.encode() + b"\n") == 0
    assert desk("export", "zoe@exemple.fr", "--out", str(tmp_path / "again")) == 2
    assert desk("retain") == 0


def test_settings_that_cannot_be_and_an_extra_that_is_not_there(desk: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert desk("migrate", data=False) == 2 and "data" in desk.err
    monkeypatch.setenv("SELFCARE_DESK_PROT", "1")
    assert desk("migrate") == 2 and "SELFCARE_DESK_PROT" in desk.err
    monkeypatch.setattr(desk_open, "missing", lambda: "sqlalchemy")
    assert desk("serve") == 5 and 'pip install "selfcare[desk]"' in desk.err
    assert desk("mail") == 75
