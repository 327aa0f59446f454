"""``selfcare ask``: in-process."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from selfcare.app.ask import AskState
from selfcare.app.services import Services
from selfcare.cli import main
from selfcare.contract.ask import load_ask_schema
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from tests.ask.phrases import Notes, desk

Out = pytest.CaptureFixture[str]
VALID = jsonschema.Draft202012Validator(load_ask_schema())
CLOSE = "le mot de passe du wifi"


class Box:
    """Services of which only the question box is real."""

    def __init__(self, folder: Path) -> None:
        self.notes, self.folder = Notes(), folder

    def __call__(self, language: str | None) -> Services:
        spoken = language or "fr"

        def nothing(*_: object) -> None:
            raise AssertionError("nothing is measured")

        made = Services(
            nothing, tuple, lambda: load_profile(None), Catalogue(spoken), nothing, self.folder, "0"  # type: ignore[arg-type]
        )  # fmt: skip
        box = desk(None, None, self.notes, spoken)
        return replace(made, ask=lambda: box)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_it_says_what_why_and_how(box: Box, capsys: Out) -> None:
    assert main(["ask", "mon", "imprimante", "est", "introuvable"], box) == 0
    said = capsys.readouterr().out
    assert "→ selfcare guide run printer" in said
    assert "« imprimante »" in said


def test_what_is_not_understood_ends_with_3(box: Box, capsys: Out) -> None:
    assert main(["ask", "zzzz qqqq"], box) == 3
    said = capsys.readouterr().out
    assert said.startswith("Nous n’avons pas compris.") and "→ selfcare check" in said
    assert main(["ask"], box) == 3


def test_a_short_answer_is_told_at_once(box: Box, capsys: Out) -> None:
    assert main(["ask", "fin de l'adsl, fermeture du cuivre"], box) == 0
    told = desk().answer("copper-end")
    said = capsys.readouterr().out
    assert told.text in said and told.facts[0] in said
    assert main(["ask", "--show", "copper-end"], box) == 0
    assert told.text in capsys.readouterr().out
    assert main(["ask", "--show", "weather"], box) == 2


@pytest.mark.parametrize("text", ["mon imprimante", "zzzz", CLOSE, "fin de l'adsl", "vider le cache dns", "\u202eabc"])
def test_the_document(box: Box, capsys: Out, text: str) -> None:
    main(["ask", text, "--json"], box)
    document = json.loads(capsys.readouterr().out)
    VALID.validate(document)
    assert text not in json.dumps(document["id"])


@pytest.mark.parametrize("spoil", [
    lambda d: d.update(state="maybe"), lambda d: d.update(results=[]), lambda d: d["results"][0].pop("why"),
    lambda d: d["results"][0].update(kind="shop"), lambda d: d.update(text="x"),
    lambda d: d["results"][0].update(command="rm"),
])  # fmt: skip
def test_the_schema_refuses(box: Box, capsys: Out, spoil: Callable[[dict[str, object]], object]) -> None:
    main(["ask", CLOSE, "--json"], box)
    document = json.loads(capsys.readouterr().out)
    spoil(document)
    assert not VALID.is_valid(document)


def test_it_knows_every_state() -> None:
    assert set(load_ask_schema()["properties"]["state"]["enum"]) == {one.value for one in AskState}


def test_a_question_back_and_its_answer(box: Box, capsys: Out) -> None:
    main(["ask", CLOSE, "--json"], box)
    before = json.loads(capsys.readouterr().out)
    assert before["question"]["id"] == "want"
    for value, first in (("find", "wifi-connect-device"), ("change", "wifi-name-key")):
        main(["ask", CLOSE, "--json", "--answer", f"want={value}"], box)
        after = json.loads(capsys.readouterr().out)
        assert after["results"][0]["id"] == first
        assert after["question"] is None or after["question"]["id"] != "want"


@pytest.mark.parametrize("answer", ["want", "want=", "want=nonsense", "nonsense=1", "="])
def test_answers_nobody_asked_for(box: Box, capsys: Out, answer: str) -> None:
    code = main(["ask", CLOSE, "--answer", answer], box)
    assert code == (0 if answer in ("want", "want=") else 2), "left open is an answer"


def test_at_a_terminal_it_asks(box: Box, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    class Typed(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Typed("1\n"))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main(["ask", CLOSE], box) == 0
    seen = capsys.readouterr()
    assert "Que voulez-vous faire" in seen.err
    assert "wifi-connect-device" in seen.out.split("→")[1]
    assert box.notes[-1][2]["answers"] == {"want": "find"}
    assert len({subject for _, subject, _ in box.notes}) == 1


def test_in_english(box: Box, capsys: Out) -> None:
    assert main(["ask", "restart the box", "--lang", "en"], box) == 0
    assert "Restart the box" in capsys.readouterr().out


def test_the_wiring_joins_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Out) -> None:
    from selfcare.cases import read_history
    from selfcare.ground.folders import HOME_VARIABLE
    from selfcare.wiring import build_services

    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    assert main(["ask", "mon imprimante est introuvable"], build_services) == 0
    assert list((tmp_path / "cache").glob("ask-*.sqlite"))
    (line,) = read_history(tmp_path / "data")
    assert line.kind == "ask" and line.data["text"] == "mon imprimante est introuvable"
