"""``selfcare box …`` against a small box of our own: words, documents, exit codes, and nothing secret anywhere."""

from __future__ import annotations

import dataclasses
import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcare.app.boxes import BoxDesk
from selfcare.app.services import Services
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.reading import METHODS
from selfcare.cli import main
from selfcare.cli.box import FAMILIES, READINGS
from selfcare.cli.main import COMMANDS
from selfcare.contract.box import box_exit_code, load_box_schema
from selfcare.ground.credentials import Credentials
from selfcare.ground.secrets import SecretStore
from selfcare.i18n import LANGUAGES, Catalogue
from selfcare.isp import load_profile
from selfcare.model import box as model
from selfcare.model.box import BoxFamily, Capability, ConnectionStatus, HomeHost, Support, WanStatus, Why
from selfcare.store.lines import LineHistory
from tests.boxes import toy
from tests.boxes.threaded import in_thread

VALIDATOR = jsonschema.Draft202012Validator(load_box_schema())
Out = pytest.CaptureFixture[str]


class Terminal:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, monkeypatch
        self.box = toy.ToyBox()
        self.address = ""

    def run(self, *argv: str, stdin: str | None = None) -> int:
        if stdin is not None:
            self._patch.setattr("sys.stdin", io.StringIO(stdin))
        return main(["box", *argv, "--address", self.address], self._services)

    def _services(self, language: str | None) -> Services:
        return Services(
            None, lambda: (), load_profile, Catalogue(language or "en"), lambda: None, self.folder, "0",  # type: ignore[arg-type]
            boxes=self._desk,
        )  # fmt: skip

    def _desk(self) -> BoxDesk:
        async def no_gateway() -> None:
            return None

        credentials = Credentials(self.folder, SecretStore(self.folder, lambda: None))
        return BoxDesk(no_gateway, credentials, LineHistory(self.folder), lambda: [toy.DRIVER])


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    user = Terminal(tmp_path, monkeypatch)
    with in_thread(user.box) as place:
        user.address = f"{place.address}:{place.port}"
        yield user


def document(capsys: Out) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(written)
    return written


def pair(user: Terminal) -> None:
    assert user.run("pair", "--password-stdin", stdin=user.box.home.password + "\n") == 0


def test_found_paired_read_forgotten(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("detect") == 0
    assert "Toy, at 127.0.0.1" in (said := capsys.readouterr().out) and "Paired: no" in said
    assert terminal.run("status") == 5, "found, but nothing of the line was told"
    assert "Paired, it would also tell: the state of the line, the Wi-Fi, the devices.\n" in capsys.readouterr().out
    assert terminal.run("hosts") == 5
    assert "only once it is paired" in capsys.readouterr().err
    pair(terminal)
    told = capsys.readouterr().err
    assert "no keyring" in told and "The box is paired." in told
    assert terminal.run("status") == 0
    assert "receives 51.2 Mbit/s, sends ?" in capsys.readouterr().out
    assert terminal.run("hosts", "--lang", "fr") == 0
    assert capsys.readouterr().out == "pc-camille  192.168.1.20  en ligne\n"
    assert terminal.run("forget") == 0 and terminal.run("hosts") == 5


def test_the_documents_are_what_the_schema_says(terminal: Terminal, capsys: Out) -> None:
    pair(terminal)
    capsys.readouterr()
    for word in ("detect", "status", "hosts", "wifi"):
        assert terminal.run(word, "--json") == 0, word
        written = document(capsys)
        assert written["command"] == word and written["box"]["paired"] is True
    assert terminal.run("guest", "--json") == 3
    assert document(capsys)["result"] == {"absent": "cannot", "code": None}
    assert terminal.run("pair", "--password-stdin", "--json", stdin="wrong\n") == 4
    assert document(capsys)["result"]["state"] == "denied"
    assert terminal.run("forget", "--json") == 0
    assert document(capsys)["result"]["state"] == "forgotten"


def test_identifiers_and_keys_only_when_asked_for(terminal: Terminal, capsys: Out) -> None:
    pair(terminal)
    capsys.readouterr()
    home = terminal.box.home
    secrets = (home.uid, home.serial, home.mac, home.hosts[0].mac, home.hosts[0].name, home.line.ipv4)
    for word in ("status", "hosts", "wifi"):
        terminal.run(word, "--json")
        said = capsys.readouterr().out
        assert not [s for s in (*secrets, home.ssids[0].ssid, home.ssids[0].key) if s in said], word
    terminal.run("status", "--json", "--show-identifiers")
    assert document(capsys)["box"]["device"]["serial_number"] == home.serial
    terminal.run("wifi", "--json", "--show-identifiers")
    assert document(capsys)["result"]["ssids"][0] | {"ssid": "Maison-Dupont", "key": None} == {
        **document_of_wifi(), "ssid": "Maison-Dupont", "key": None}  # fmt: skip
    terminal.run("wifi")
    assert home.ssids[0].key not in capsys.readouterr().out
    terminal.run("wifi", "--show-key")
    assert f"key: {home.ssids[0].key}" in capsys.readouterr().out


def document_of_wifi() -> dict[str, Any]:
    return dict.fromkeys(("radio", "ssid", "bssid", "enable", "hidden", "security", "key")) | {
        "id": "1",
        "guest": False,
    }


def test_a_refused_password_is_told_and_not_tried_again(terminal: Terminal, capsys: Out) -> None:
    pair(terminal)
    terminal.box.home.password = "changed"
    before = terminal.box.logins
    for _ in range(2):
        assert terminal.run("status") == 5
        assert "refused the stored password" in capsys.readouterr().out
        assert terminal.run("wifi") == 5
        assert "refused the stored password" in capsys.readouterr().err
    assert terminal.box.logins == before + 1


def test_another_box_is_said_and_asked_nothing(terminal: Terminal, capsys: Out) -> None:
    pair(terminal)
    terminal.box.home.uid = "another"
    terminal.box.asked.clear()
    assert terminal.run("status", "--json") == 5
    assert document(capsys)["failure"]["code"] == "box_changed"
    assert {a.path for a in terminal.box.asked} == {"/who"}


def test_nobody_there(terminal: Terminal, capsys: Out) -> None:
    terminal.address = "127.0.0.1:1"
    assert terminal.run("status") == 3
    assert "127.0.0.1" in capsys.readouterr().err
    assert terminal.run("status", "--json") == 3
    assert document(capsys)["box"] is None


@pytest.mark.parametrize("address", ["box.example", "127.0.0.1:99999", "127.0.0.1:x", "[::1", "[::1]x", ""])
def test_an_address_is_no_name(terminal: Terminal, capsys: Out, address: str) -> None:
    terminal.address = address
    assert terminal.run("status") == 2


def test_a_box_with_nothing_to_pair(terminal: Terminal, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "DRIVER", dataclasses.replace(toy.DRIVER, pairing=PairingKind.NONE, pair=None))
    assert terminal.run("pair", "--json") == 0
    assert document(capsys)["result"]["state"] == "not_needed"


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_no_password_is_no_attempt(terminal: Terminal, stdin: str) -> None:
    assert terminal.run("pair", "--password-stdin", stdin=stdin) == 2
    assert terminal.run("pair", stdin=stdin) == 2, "no terminal, and none was read"
    assert terminal.box.logins == 0


def test_a_password_is_no_argument(terminal: Terminal) -> None:
    """Everybody on the PC can read the arguments of a program."""
    for words in (("--password", "x"), ("--password=x",), ("x",)):
        assert terminal.run("pair", *words) == 2
    assert terminal.box.asked == []


def test_a_typed_password_is_not_echoed(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: Out
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: terminal.box.home.password)
    assert terminal.run("pair") == 0
    assert terminal.box.home.password not in "".join(capsys.readouterr())


def test_the_canary_is_nowhere(terminal: Terminal, capsys: Out, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = ""
    for password in ("canary-wrong-one", terminal.box.home.password):
        terminal.run("pair", "--password-stdin", "--json", stdin=password + "\n")
    for word in ("detect", "status", "hosts", "wifi", "forward"):
        for options in ((), ("--json",), ("--json", "--show-identifiers")):
            terminal.run(word, *options)
    terminal.box.home.password, password = "else", terminal.box.home.password
    terminal.run("status", "--json")
    terminal.run("forget")
    told = "".join(capsys.readouterr()) + caplog.text + "".join(sys.argv)
    told += b"".join(p.read_bytes() for p in terminal.folder.rglob("*") if p.is_file()).decode("latin-1")
    assert "canary-wrong-one" not in told and password not in told


def test_text_from_a_box_cannot_steer_the_terminal(terminal: Terminal, capsys: Out) -> None:
    terminal.box.home.ssids[0].ssid = "\x1b[2J\x1b]0;gone\x07Maison"
    pair(terminal)
    capsys.readouterr()
    terminal.run("wifi")
    assert "\x1b" not in (said := capsys.readouterr().out) and "Maison" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_sentence(language: str) -> None:
    catalogue = Catalogue(language)
    wanted = [f"box.error.{c.value}" for c in BoxErrorCode] + [f"box.absent.{w.value}" for w in Why]
    wanted += [f"box.family.{f.value}" for f in BoxFamily] + [f"box.capability.{c.value}" for c in Capability]
    wanted += [f"box.support.{s.value}" for s in Support]
    wanted += [f"box.secret.{c}" for c in ("keyring_silent", "keyring_failed", "secret_corrupt")]
    assert [key for key in wanted if not catalogue.has(key)] == []
    for state in (model.ConnectionStatus, model.LinkStatus, model.ActivityState, model.ParentalRule):
        area = {"ConnectionStatus": "session", "LinkStatus": "link", "ActivityState": "activity"}.get(state.__name__)
        assert [s for s in state if not catalogue.has(f"cli.box.{area or 'rule'}.{s.value}")] == []


def test_a_missing_right_says_where_to_tick_it() -> None:
    from selfcare.app.box_words import error_text
    from selfcare.boxes.errors import BoxError

    for language in LANGUAGES:
        said = error_text(Catalogue(language), BoxError(BoxErrorCode.MISSING_RIGHT, right="settings"), "freebox")
        assert "Gestion des accès" in said and "Modification des réglages de la Freebox" in said
    locked = error_text(Catalogue("en"), BoxError(BoxErrorCode.LOCKED_OUT, retry_after=601.0))
    assert locked.endswith("Try again in 11 min.")


def test_the_words_of_the_command_are_those_of_the_model() -> None:
    assert set(FAMILIES) == {family.value for family in BoxFamily}
    assert {Capability(name) for name in READINGS.values()} <= set(METHODS)


def test_every_code_ends_a_command() -> None:
    assert {box_exit_code(code.value) for code in BoxErrorCode} == {3, 4, 5}
    assert box_exit_code("login_required") == 5 and box_exit_code("conflict") == 4 and box_exit_code("too_slow") == 3


def test_the_command_line_imports_no_network_library_for_it() -> None:
    code = (
        "import sys, selfcare.wiring, selfcare.cli.main, selfcare.cli.box\n"
        "selfcare.wiring.build_services('en')\n"
        "late = ('aiohttp', 'zeroconf', 'keyring', 'cryptography', 'PySide6')\n"
        "print([m for m in late if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_a_command_imports_no_other_commands_words() -> None:
    code = (
        "import sys, selfcare.wiring\n"
        "from selfcare.cli.main import main\n"
        "try:\n    main(sys.argv[1:], selfcare.wiring.build_services)\nfinally:\n"
        "    late = ('selfcare.cli.check', 'selfcare.diagnosis', 'selfcare.remedies', 'msgspec', 'aiohttp')\n"
        "    sys.stderr.write(str([m for m in late if m in sys.modules]))"
    )
    for words in (("box", "--help"), ("box", "status", "--address", "nowhere")):
        found = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
        assert found.stderr.endswith("[]"), found.stderr


def test_every_command_is_in_the_help_and_alone_too(capsys: Out, terminal: Terminal) -> None:
    assert main(["--help"], terminal._services) == 0
    said = capsys.readouterr().out
    for name in COMMANDS:
        assert f"\n    {name} " in said
        assert main([name, "--help"], terminal._services) == 0
        assert f"selfcare {name}" in capsys.readouterr().out


def test_nothing_that_a_box_says_moves_the_cursor(
    terminal: Terminal, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names, addresses and its own words, in lines and in documents: as text, even where a driver let them through."""
    evil = "\x1b[2J\u202e\x9b31m"
    host = HomeHost("00:11:22:33:44:55", evil, host_name=evil, active=True)

    async def hosts(self: toy.ToySession) -> tuple[HomeHost, ...]:
        return (host,)

    monkeypatch.setattr(toy.ToySession, "hosts", hosts)
    pair(terminal)
    capsys.readouterr()
    assert terminal.run("hosts") == 0
    assert terminal.run("hosts", "--json", "--show-identifiers") == 0
    told = capsys.readouterr()
    assert all(c.isprintable() or c == "\n" for c in told.out + told.err)
    assert '"host_name": "\\u001b[2J\\u202e\\u009b31m"' in told.out

    async def refuses(self: toy.ToySession) -> tuple[HomeHost, ...]:
        raise BoxError(BoxErrorCode.REFUSED, evil)

    monkeypatch.setattr(toy.ToySession, "hosts", refuses)
    terminal.run("hosts")
    assert all(c.isprintable() or c == "\n" for c in capsys.readouterr().err)


def test_a_box_behind_another_one_is_said(terminal: Terminal, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two routers in a row: the first one is the gateway and the only one asked; that another follows is told."""

    async def wan(self: toy.ToySession) -> WanStatus:
        return WanStatus(ConnectionStatus.CONNECTED, ipv4_address="192.168.1.50", public_ipv4=False)

    monkeypatch.setattr(toy.ToySession, "wan", wan)
    pair(terminal)
    assert terminal.run("status") == 0
    assert "another box or the operator stands before it" in capsys.readouterr().out
