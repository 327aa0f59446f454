"""`selfcare box …` that changes something: shown, asked, done, proved and undone; exit codes; no key shown."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcare.app.box_change import BoxChanges
from selfcare.app.services import Services
from selfcare.boxes.detect import Certainty, Detection, Found
from selfcare.boxes.driver import PairingKind
from selfcare.boxes.errors import BoxError, BoxErrorCode
from selfcare.boxes.wire import Place
from selfcare.cases.box_journal import BoxJournal
from selfcare.cli import main
from selfcare.contract.box_change import load_box_change_schema
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from selfcare.model.box import BoxFamily, DeviceInfo
from tests.app.box_bench import MemoryStore, Time
from tests.boxes.plain import PlainBox, seen
from tests.boxes.plain_session import PlainSession, contact
from tests.boxes.threaded import in_thread
from tests.boxes.wishes import LEO, home

Out = pytest.CaptureFixture[str]
KEY = "canari-jaune-et-bavard"


class Desk:
    """What the box's desk lends: a session of the plain box."""

    def __init__(self, place: Place, paired: bool) -> None:
        self._place, self._paired = place, paired

    async def __aenter__(self) -> Desk:
        return self

    async def __aexit__(self, *_error: object) -> None:
        return None

    async def detect(self, *_words: object) -> Detection:
        device = DeviceInfo(BoxFamily.LIVEBOX, uid="7C1689000001")
        found = Found(self._place, BoxFamily.LIVEBOX, device, Certainty.CERTAIN, PairingKind.PASSWORD)
        return Detection(self._place, found)

    def trouble(self, _found: Found) -> None:
        return None

    async def paired(self, _found: Found) -> bool:
        return self._paired

    @asynccontextmanager
    async def session(self, _found: Found, *, needs_login: bool = False) -> AsyncIterator[PlainSession]:
        if needs_login and not self._paired:
            raise BoxError(BoxErrorCode.LOGIN_REQUIRED)
        async with contact(self._place, "Tr0ub4dor-et-3") as session:
            yield session


class Terminal:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, place: Place, box: PlainBox) -> None:
        self.folder, self._patch, self._place, self.box = folder, monkeypatch, place, box
        self.store, self.paired = MemoryStore(), True

    def run(self, *argv: str, stdin: str = "") -> int:
        self._patch.setattr("sys.stdin", io.StringIO(stdin))
        return main(["box", *argv], self._services)

    def _services(self, language: str | None) -> Services:
        return Services(
            None, lambda: (), load_profile, Catalogue(language or "en"), lambda: None, self.folder, "0",  # type: ignore[arg-type]
            boxes=lambda: Desk(self._place, self.paired), box_changes=self._changes,  # type: ignore[arg-type,return-value]
        )  # fmt: skip

    def _changes(self, lend: Any) -> BoxChanges:
        return BoxChanges(lend, BoxJournal(self.folder / "box-changes"), self.store, clock=Time().clock())


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    box = PlainBox(home())
    with in_thread(box) as place:
        yield Terminal(tmp_path, monkeypatch, place, box)


WORDS = {
    "wifi set --channel 11": ("Channel (2.4 GHz): automatic → 11", lambda h: h.radios[0].channel == 11),
    "wifi off": ("Wi-Fi: yes → no", lambda h: not h.wifi_enable),
    "guest on --hours 2": ("Guest Wi-Fi: no → yes", lambda h: h.guest.enable and h.guest.remaining == 7200),
    f"parental block {LEO}": ("Internet access (Léo): by the timetable → blocked", lambda h: h.plans[0].override),
    f"parental clear {LEO}": ("No Internet on Saturday: 00:00–08:00 → none", lambda h: h.plans == []),
    "forward add 2222 --to 192.168.1.21 --to-port 22": (
        "Port open towards (tcp/2222-2222): none → 192.168.1.21:22", lambda h: len(h.forwards) == 2
    ),
    "forward remove 8443": ("192.168.1.20:443 → none", lambda h: h.forwards == []),
    f"reservation add {LEO} 192.168.1.50": ("none → 192.168.1.50", lambda h: len(h.reservations) == 2),
    "reservation remove 3c:52:82:00:00:01": ("192.168.1.20 → none", lambda h: h.reservations == {}),
}  # fmt: skip


@pytest.mark.parametrize("words", list(WORDS))
def test_shown_done_listed_and_undone(words: str, terminal: Terminal, capsys: Out) -> None:
    before = seen(terminal.box.home)
    assert terminal.run(*words.split(), "--yes") == 0
    said = capsys.readouterr()
    assert WORDS[words][0] in said.err and "Done, and checked with the box." in said.out
    assert WORDS[words][1](terminal.box.home)
    assert terminal.run("undo", "list") == 0
    assert "in place" in capsys.readouterr().out
    assert terminal.run("undo", "--yes") == 0
    assert seen(terminal.box.home) == before
    assert terminal.run("undo") == 0 and "No setting of the box" in capsys.readouterr().err


def test_a_timetable_of_several_times(terminal: Terminal) -> None:
    words = ["parental", "plan", LEO, "--no-internet", "mo-we 20:00-24:00", "--no-internet", "di 08:00-10:00", "--yes"]
    assert terminal.run(*words) == 0
    late = [(day, 72000, 86400) for day in (0, 1, 2)]
    assert terminal.box.home.plans[0].slots == [*late, (6, 28800, 36000)]


def test_without_consent_nothing(terminal: Terminal, capsys: Out) -> None:
    before = seen(terminal.box.home)
    assert terminal.run("wifi", "off") == 4
    assert "--yes" in capsys.readouterr().err and seen(terminal.box.home) == before


def test_not_paired_is_five_and_a_port_of_another_device_four(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("forward", "add", "8443", "--to", "192.168.1.22", "--yes") == 4
    assert "already leads to another device: 192.168.1.20" in capsys.readouterr().err
    terminal.paired = False
    assert terminal.run("wifi", "off", "--yes") == 5


def test_a_box_that_does_not_take_it_is_one(terminal: Terminal, capsys: Out) -> None:
    def odd(op: str, words: dict[str, Any]) -> None:
        if op == "radio" and words["value"] == 11:
            words["value"] = 6

    terminal.box.odd = odd
    before = seen(terminal.box.home)
    assert terminal.run("wifi", "set", "--channel", "11", "--yes") == 1
    assert "everything is as before" in capsys.readouterr().out and seen(terminal.box.home) == before


@pytest.mark.parametrize(
    "words",
    ["wifi set", "guest set", "parental block", f"parental plan {LEO}", f"parental plan {LEO} --no-internet never",
     "forward add 0 --to 192.168.1.21", "forward add 80", "forward remove 80", "reservation add nobody",
     "wifi set --new-key", "wifi set --channel 11 --band 6"],
)  # fmt: skip
def test_what_is_not_clear_is_two(words: str, terminal: Terminal, capsys: Out) -> None:
    asked = len([a for a in terminal.box.asked if a.path == "/do"])
    assert terminal.run(*words.split(), "--yes") == 2
    assert capsys.readouterr().err.startswith("selfcare: ")
    assert len([a for a in terminal.box.asked if a.path == "/do"]) == asked


def test_a_key_is_never_shown(terminal: Terminal, capsys: Out, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for words in ("wifi set --new-key --yes", "guest on --new-key --yes --json", "undo list", "undo list --json"):
        assert terminal.run(*words.split(), stdin=KEY + "\n") == 0
    assert terminal.box.home.ssids[0].key == KEY == terminal.box.home.guest.key
    said = capsys.readouterr()
    kept = "".join(p.read_text() for p in terminal.folder.rglob("*.jsonl"))
    for text in (said.out, said.err, kept, "\n".join(r.getMessage() for r in caplog.records)):
        assert text and KEY not in text and "une cle wifi" not in text and "bienvenue-2026" not in text


def test_the_document_keeps_names_to_itself(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("wifi", "set", "--name", "Chez-Nous", "--yes", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "selfcare.box-change/1" and document["outcome"] == "done" and document["entry"]
    assert "Chez-Nous" not in json.dumps(document) and document["differences"][0]["field"] == "wifi.ssid"


def test_the_documents_are_what_the_schema_says(terminal: Terminal, capsys: Out) -> None:
    valid = jsonschema.Draft202012Validator(load_box_change_schema()).validate
    commands = {
        "wifi off --yes": 0, "wifi off": 0, "wifi on": 4, "guest on --hours 1 --yes": 0, "reboot --yes": 0,
        f"parental plan {LEO} --no-internet mo 08:00-09:00 --yes": 0, "undo list": 0, "undo --yes": 0,
        "forward add 8443 --to 192.168.1.22 --yes": 4,
    }  # fmt: skip
    for words, code in commands.items():
        said = words.replace("mo 08:00-09:00", "mo_08:00-09:00").split()
        assert terminal.run(*(word.replace("_", " ") for word in said), "--json", "--show-identifiers") == code, words
        valid(json.loads(capsys.readouterr().out))


def test_the_last_change_is_that_of_this_box(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("wifi", "off", "--yes") == 0
    first, terminal.box.home.uid = terminal.box.home.uid, "7C16890000FF"
    assert terminal.run("undo", "--yes") == 0 and "No setting of the box" in capsys.readouterr().err
    assert not terminal.box.home.wifi_enable
    terminal.box.home.uid = first
    assert terminal.run("undo", "--yes") == 0 and terminal.box.home.wifi_enable


def test_reboot(terminal: Terminal, capsys: Out) -> None:
    assert terminal.run("reboot", "--yes", "--lang", "fr") == 0
    said = capsys.readouterr()
    assert "de 2 à 5 minutes sans Internet" in said.err and terminal.box.home.reboot_asked == 1
    assert "C’est fait" in said.out and "undo" not in said.out
