"""However a change ends: one valid document, the exit code of the contract, and nobody's names in it unless asked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from selfcare.cases import box_journal
from selfcare.contract.box import load_box_schema
from selfcare.contract.box_change import load_box_change_schema
from selfcare.ground.errors import FolderError
from tests.boxes.plain import seen
from tests.cli.test_box_change import Out, Terminal, terminal

__all__ = ["terminal"]
CHANNEL = "wifi set --channel 11 --yes"


def full(t: Terminal, patch: pytest.MonkeyPatch) -> None:
    def write(path: Any, _data: bytes) -> None:
        raise FolderError("disk_full", path=path)

    patch.setattr(box_journal, "write_atomic", write)


def rounds(t: Terminal, _patch: pytest.MonkeyPatch) -> None:
    def odd(op: str, words: dict[str, Any]) -> None:
        if op == "radio" and words["value"] == 11:
            words["value"] = 6

    t.box.odd = odd


def sticks(t: Terminal, _patch: pytest.MonkeyPatch) -> None:
    def odd(op: str, words: dict[str, Any]) -> None:
        if op == "radio":
            words["value"] = 6

    t.box.odd = odd


def silent(t: Terminal, _patch: pytest.MonkeyPatch) -> None:
    async def hook(_moment: str, _number: int) -> None:
        if any(asked.path == "/do" for asked in t.box.asked):
            raise ConnectionResetError

    t.box.hook = hook


def gone(t: Terminal, _patch: pytest.MonkeyPatch) -> None:
    async def hook(_moment: str, _number: int) -> None:
        raise ConnectionResetError

    t.box.hook = hook


def meanwhile(t: Terminal, patch: pytest.MonkeyPatch) -> None:
    """Somebody sets another channel after it was proposed."""
    from selfcare.cli.box_change import Consenting

    async def consent(_self: Any, _proposal: Any) -> bool:
        t.box.home.radios[0].channel = 3
        return True

    patch.setattr(Consenting, "__call__", consent)


def locked(t: Terminal, patch: pytest.MonkeyPatch) -> None:
    def lock(_self: Any, _box: str) -> Any:
        raise box_journal.JournalBusy

    patch.setattr(box_journal.BoxJournal, "lock", lock)


def unpaired(t: Terminal, _patch: pytest.MonkeyPatch) -> None:
    t.paired = False


def as_it_is(_t: Terminal, _patch: pytest.MonkeyPatch) -> None:
    return None


ENDS: list[tuple[str, Callable[[Terminal, pytest.MonkeyPatch], None], int, str | None, str | None]] = [
    (CHANNEL, as_it_is, 0, "done", None),
    ("wifi on --yes", as_it_is, 0, "nothing_to_do", None),
    ("wifi off", as_it_is, 4, "declined", None),
    ("forward add 8443 --to 192.168.1.22 --yes", as_it_is, 4, "refused", "other_device"),
    ("wifi set --name  --yes", as_it_is, 4, "refused", "bad_name"),
    (CHANNEL, full, 4, "refused", "disk_full"),
    (CHANNEL, locked, 4, "refused", "other_program"),
    (CHANNEL, meanwhile, 4, "stale", None),
    (CHANNEL, rounds, 1, "put_back", None),
    (CHANNEL, sticks, 1, "stuck", None),
    (CHANNEL, silent, 3, "unproved", "unreachable"),
    (CHANNEL, gone, 3, None, "unreachable"),
    (CHANNEL, unpaired, 5, None, "login_required"),
    ("guest on --hours nan --yes", as_it_is, 2, None, None),
    ("guest on --hours -1 --yes", as_it_is, 2, None, None),
    ("parental block b8:27:eb:00:00:02 --hours inf --yes", as_it_is, 2, None, None),
]


@pytest.mark.parametrize(
    ("words", "trouble", "code", "outcome", "error"), ENDS, ids=lambda v: getattr(v, "__name__", v)
)
def test_one_end_one_document(
    words: str, trouble: Callable[[Terminal, pytest.MonkeyPatch], None], code: int, outcome: str | None,
    error: str | None, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: Out,
) -> None:  # fmt: skip
    trouble(terminal, monkeypatch)
    before = seen(terminal.box.home)
    assert terminal.run(*words.split(" "), "--json") == code
    said = capsys.readouterr()
    if code == 2:
        assert said.out == "" and said.err.startswith("selfcare: ") and seen(terminal.box.home) == before
        return
    document = json.loads(said.out)
    schema = load_box_schema() if outcome is None else load_box_change_schema()
    jsonschema.Draft202012Validator(schema).validate(document)
    assert (document["error"] if outcome else document["failure"]["code"]) == error
    assert document.get("outcome") == outcome
    assert "192.168.1.20" not in said.out and "NAS" not in said.out and "Maison" not in said.out
    if outcome in ("refused", "declined", "put_back", "nothing_to_do"):
        assert seen(terminal.box.home) == before


def test_with_names_where_they_are_asked_for(terminal: Terminal, capsys: Out) -> None:
    words = "forward add 8443 --to 192.168.1.22 --yes --json --show-identifiers"
    assert terminal.run(*words.split()) == 4
    document = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator(load_box_change_schema()).validate(document)
    assert "192.168.1.20" in document["text"]
