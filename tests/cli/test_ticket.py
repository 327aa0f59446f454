"""``selfcare ticket``: in-process, over the real use cases, against a real desk server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcare.cli.main import main
from selfcare.contract.ticket import load_ticket_schema
from selfcare.model.support import Auth, DeskEndpoint, DeskKind
from selfcare.wiring import build_services
from tests.app.support.bench import Bench
from tests.desks.threaded import threaded
from tests.desks.tmf_server import Fault, TmfServer
from tests.report import documents

VALID = jsonschema.Draft202012Validator(load_ticket_schema())
Out = pytest.CaptureFixture[str]
NOBODY = DeskEndpoint(DeskKind.TMF621_V5, url="http://127.0.0.1:9/")


class Pc:
    """The command on one PC."""

    def __init__(self, bench: Bench, out: Out) -> None:
        self.bench, self._out = bench, out

    def __call__(self, *words: str, language: str = "fr") -> tuple[int, str, str]:
        def build(spoken: str | None) -> Any:
            return replace(build_services(spoken or language), support=self.bench.port)

        code = main(["ticket", *words], build)
        told = self._out.readouterr()
        return code, told.out, told.err

    def document(self, *words: str) -> tuple[int, dict[str, Any]]:
        code, out, _ = self(*words, "--json")
        found: dict[str, Any] = json.loads(out)
        VALID.validate(found)
        return code, found


@pytest.fixture
def pc(tmp_path: Path, capsys: Out) -> Pc:
    return Pc(Bench(tmp_path), capsys)


@pytest.fixture
def desk() -> Iterator[TmfServer]:
    with threaded(TmfServer("v5")) as server:
        yield server


def test_from_the_words_to_the_number(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = desk.endpoint()
    code, out, err = pc("new", "--words", "Plus rien.", "--name", "Zoé", "--yes")
    (ticket,) = desk.tickets
    assert code == 0 and ticket["id"] in out and "arrivé" in out
    assert "Demo Telecom" in err and "rapport.html" in err and "Plus rien." in err  # what leaves is shown first
    assert pc("list")[0] == 0 and ticket["id"] in pc("list")[1]


def test_a_second_time_is_told_as_what_it_is(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = desk.endpoint()
    pc("new", "--words", "Plus rien.", "--yes")
    code, out, _ = pc("new", "--words", "Toujours rien.", "--yes")
    assert code == 0 and "suite du ticket" in out and "–" not in out and len(desk.tickets) == 1


def test_a_ticket_from_a_healthy_home_is_about_what_was_said(pc: Pc, desk: TmfServer) -> None:
    """Else it would be closed unread."""
    pc.bench.desk, pc.bench.document = desk.endpoint(), documents.healthy()["check"]
    pc("new", "--words", "La télé se fige le soir", "--yes")
    (ticket,) = desk.tickets
    assert ticket["name"].startswith("La télé se fige le soir")
    assert ticket["description"].count("La télé se fige le soir") == 1


def test_another_trouble_is_another_ticket(pc: Pc, desk: TmfServer) -> None:
    """Never a word on the old one, where the subscriber says that it is another."""
    pc.bench.desk = desk.endpoint()
    assert pc("new", "--words", "Ça rame.", "--symptom", "slow", "--yes")[0] == 0
    told = ("--symptom", "tv", "--since", "2026-11-21T20:00:00+01:00", "--other-devices", "same")
    assert pc("new", "--words", "La télé.", "--new-case", *told, "--yes")[0] == 0
    assert len(desk.tickets) == 2
    code, document = pc.document("list")
    assert code == 0 and len({one["case"] for one in document["tickets"]}) == 2
    for wrong in (("--since", "hier", "--symptom", "tv"), ("--since", "2026-11-21T20:00:00+01:00"),
                  ("--case", "CAS-7K3M-92QX", "--new-case")):  # fmt: skip
        assert pc("new", "--words", "x", *wrong, "--yes")[0] == 2


def test_nothing_leaves_without_a_yes(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = desk.endpoint()
    code, _, err = pc("new", "--words", "Plus rien.")  # nobody is there to answer
    assert code == 4 and "--yes" in err and not desk.tickets and pc.document("outbox")[1]["outbox"] == []


def test_with_the_line_down_it_waits_is_seen_and_can_be_called_back(pc: Pc) -> None:
    pc.bench.desk = NOBODY
    code, out, _ = pc("new", "--words", "Plus rien.", "--yes")
    assert code == 3 and "attente" in out and "ne répond pas" in out and "selfcare ticket send" in out
    code, found = pc.document("outbox")
    (parcel,) = found["outbox"]
    assert code == 0 and parcel["phase"] == "queued" and parcel["why"] == "desk_unreachable"
    assert pc("send")[0] == 3
    code, found = pc.document("cancel", parcel["id"])
    assert code == 0 and found["outbox"][0]["phase"] == "cancelled"


def test_a_question_comes_back_and_is_answered(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = desk.endpoint()
    _, found = pc.document("new", "--words", "Plus rien.", "--yes")
    (parcel,) = found["outbox"]
    desk.say(parcel["receipt"]["ref"], "Voyant \x1b[31mrouge ?")
    desk.set(parcel["receipt"]["ref"], status="pending")
    code, found = pc.document("status")
    (reply,) = found["tickets"][0]["replies"]
    assert code == 0 and reply["asks"]
    code, out, _ = pc("status")
    assert "\x1b" not in out and reply["id"] in out
    assert pc("answer", parcel["id"], reply["id"], "Oui.")[0] == 0
    assert any("Oui." in note["text"] for note in desk.tickets[0]["note"])


def test_a_desk_that_does_not_answer_is_not_well(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = desk.endpoint()
    pc("new", "--words", "Plus rien.", "--yes")
    pc.bench.desk = NOBODY
    code, out, _ = pc("status")
    assert code == 3 and "4711" in out  # what it said last is still there
    assert pc("list")[0] == 0


def test_without_a_desk_there_is_something_to_say_and_a_letter_to_send(pc: Pc, tmp_path: Path) -> None:
    code, out, err = pc("new", "--words", "Plus rien.", "--yes")
    assert code == 3 and out.startswith("[CAS-") and len(out) <= 1001 and "--draft" in err
    letter = tmp_path / "a.eml"
    assert pc("new", "--draft", str(letter))[0] == 0 and b"X-Unsent" in letter.read_bytes()
    assert pc("new", "--save", str(tmp_path))[0] == 0 and list(tmp_path.glob("CAS-*.zip"))


def test_what_the_desk_needs_is_said_before_anything_leaves(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = replace(desk.endpoint(), needs=("contract",))
    code, _, err = pc("new", "--words", "Plus rien.", "--yes")
    assert code == 5 and "votre numéro de client (--contract)" in err and not desk.tickets
    assert pc("new", "--words", "Plus rien.", "--contract", "12345", "--yes")[0] == 0
    pc.bench.desk = replace(desk.endpoint(), auth=Auth.TOKEN)
    code, _, err = pc("new", "--words", "Plus rien.", "--yes")
    assert code == 5 and "jeton" in err


@pytest.mark.parametrize(
    "words", [(), ("new", "--want", "money"), ("cancel",), ("new", "--without", "verdict"), ("send", "x")]
)
def test_wrong_usage(pc: Pc, words: tuple[str, ...]) -> None:
    assert pc(*words)[0] == 2


def test_what_is_not_there(pc: Pc) -> None:
    assert pc("list")[1].strip() == "Aucun ticket." and pc.document("status") == (
        0, {"schema": "selfcare.ticket/1", "tickets": [], "outbox": [], "outages": []}
    )  # fmt: skip
    code, _, err = pc("cancel", "no-such")
    assert code == 2 and err.startswith("selfcare: ") and "error." not in err
    code, _, err = pc("new", "--case", "CAS-0000-0000", "--yes")
    assert code == 2 and err.startswith("selfcare: ")
    assert pc("register", "a@b.example")[0] == 3


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_key_of_the_catalogue_is_shown(pc: Pc, desk: TmfServer, language: str) -> None:
    pc.bench.desk = desk.endpoint()
    told = [pc("new", "--words", "x", "--yes", language=language), pc("status", language=language)]
    pc.bench.desk = NOBODY
    told += [pc("status", language=language), pc("outbox", language=language)]
    text = "".join(out + err for _, out, err in told)
    assert "ticket." not in text and "error." not in text


def test_looking_into_cases_brings_no_network_along() -> None:
    """It is asked often, and by a window that was just opened: a tenth of a second each time."""
    import subprocess
    import sys

    look = "import sys, selfcare.app.support.desk; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def test_what_may_have_arrived_is_not_called_waiting_and_a_cancel_is_noted(pc: Pc, desk: TmfServer) -> None:
    pc.bench.desk = desk.endpoint()
    desk.faults.append(Fault("POST", "before", "cut"))
    code, out, _ = pc("new", "--words", "Plus rien.", "--yes")
    assert code == 3 and "peut-être arrivé" in out and "Rien à refaire" in out and "report qr" not in out
    (parcel,) = pc.document("outbox")[1]["outbox"]
    code, _, err = pc("cancel", parcel["id"])
    assert code == 3 and "il ne partira plus" in err and not desk.tickets
