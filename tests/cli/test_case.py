"""``selfcare case``: in-process, over a real case file."""

from __future__ import annotations

import argparse
import asyncio
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from selfcare.cases import History
from selfcare.cases.book import CaseBook
from selfcare.cases.worded import worded
from selfcare.cli import case as command
from selfcare.cli.main import UsageError
from selfcare.contract.case import load_case_schema
from selfcare.ground.atomic import write_atomic
from selfcare.i18n import Catalogue
from selfcare.model.case import Case, CaseHead, Channel, Contact
from selfcare.model.symptom import Symptom, SymptomKind
from tests.cases.bench import document

Out = pytest.CaptureFixture[str]
VALID = jsonschema.Draft202012Validator(load_case_schema())


class Port:
    """Of the support port, what cases need; over a case file, as the desk does it."""

    def __init__(self, folder: Path) -> None:
        self.book, self.closed = CaseBook(folder), False

    async def cases(self) -> tuple[CaseHead, ...]:
        return await asyncio.to_thread(self.book.heads)

    async def case(self, name: str | None = None) -> Case | None:
        found = await asyncio.to_thread(self.book.case, name)
        return None if found is None else replace(found, tried=worded(found.tried, "fr"))

    async def begin(self, words: str = "", symptom: Symptom | None = None, *, new: bool = False) -> CaseHead:
        return await asyncio.to_thread(self.book.open, words, symptom, new=new)

    async def end(self, case: str) -> None:
        await asyncio.to_thread(self.book.close, case)

    async def note(self, case: str, text: str, *, tried: bool = False) -> None:
        await asyncio.to_thread(self.book.note, case, text, tried=tried)

    async def contact(self, case: str, contact: Contact) -> None:
        await asyncio.to_thread(self.book.contact, case, contact)

    async def export(self, case: str, to: Path) -> Path:
        write_atomic(to, json.dumps(self.book.export(case)).encode())
        return to

    async def delete(self, case: str) -> None:
        await asyncio.to_thread(self.book.delete, case)

    async def close(self) -> None:
        self.closed = True


class Run:
    """The command as the main parser gives it."""

    def __init__(self, folder: Path, language: str = "fr") -> None:
        self.folder, self.ports = folder / "data", list[Port]()
        self.catalogue = Catalogue(language)

    def support(self) -> Port:
        self.ports.append(Port(self.folder))
        return self.ports[-1]

    def __call__(self, *words: str) -> int:
        parser = argparse.ArgumentParser(allow_abbrev=False)
        command.register(parser.add_subparsers(), self.catalogue)
        arguments = parser.parse_args(["case", *words])
        services: Any = SimpleNamespace(support=self.support, catalogue=self.catalogue)
        try:
            return int(arguments.run(arguments, services))
        except UsageError:
            return 2
        finally:
            assert all(port.closed for port in self.ports)


@pytest.fixture(params=["fr", "en"])
def run(tmp_path: Path, request: pytest.FixtureRequest) -> Run:
    return Run(tmp_path, request.param)


def leaves(value: object) -> list[str]:
    if isinstance(value, dict):
        return [one for part in value.values() for one in leaves(part)]
    if isinstance(value, list | tuple):
        return [one for part in value for one in leaves(part)]
    return [] if value in (None, "") else [str(value)]


def test_nothing_yet(run: Run, capsys: Out) -> None:
    assert run("list") == 0 and run("list", "--json") == 0
    said = capsys.readouterr().out
    assert "case.none" not in said and '"cases": []' in said
    assert run("show") == 2 and run("close") == 2 and run("export", "x.json") == 2
    assert not run.folder.exists()


def test_a_note_opens_a_case_and_is_seen(run: Run, capsys: Out) -> None:
    assert run("note", "le", "voyant", "est", "rouge") == 0
    (head,) = CaseBook(run.folder).heads()
    assert head.id in capsys.readouterr().out
    assert run("show", head.id.lower().replace("-", "")) == 0
    assert "le voyant est rouge" in capsys.readouterr().out
    assert run("list") == 0 and head.id in capsys.readouterr().out
    assert run("close") == 0 and run("close", "--case", head.id) == 0
    assert run("note", "--case", head.id, "plus tard") == 0
    assert len(CaseBook(run.folder).heads()) == 1


def test_everything_that_is_written_is_seen(run: Run, capsys: Out) -> None:
    book, history = CaseBook(run.folder), History(run.folder)
    head = book.open("plus rien\ndepuis midi", Symptom(SymptomKind.NO_WEB, "2026-11-22T12:00:00+01:00"))
    book.record_check(document("fault", "WAN-DOWN", text="Rien ne répond"))
    for kind in ("proposal", "consent", "effect", "undo", "guide", "ask", "box"):
        history.note(kind, f"subject-{kind}", {"said": {"deep": [f"words of {kind}", 4711]}, "flag": False})
    history.close()
    book.note(head.id, "le voisin aussi")
    contact = ("--channel", "phone", "--waited", "25", "--cost", "350", "--who", "Julie", "--answer", "redémarrez")
    assert run("contact", *contact, "--at", "2026-11-22T18:10:00+01:00", "--promised", "2026-11-24T12:00:00+01:00") == 0
    book.ticket(head.id, {"id": "ticket-1", "did": "sent", "number": "T4711"})
    book.report(head.id, {"id": "report-1", "did": "consent", "sections": ["words", "line"]})
    capsys.readouterr()
    assert run("show", "--all") == 0
    shown = capsys.readouterr().out
    assert "case." not in shown.replace("case.renew", "")
    assert run("show") == 0
    read = capsys.readouterr().out
    for machine in ("did", " : opened", "kept", "approved", "said.deep", "text :", "case :", "-1"):
        assert machine not in read, machine
    for told in ("plus rien", "le voisin aussi", "redémarrez", "T4711", "Julie"):
        assert told in read
    assert not {"««", "““"} & {read.replace("\u00a0", "")[at : at + 2] for at in range(len(read))}
    assert run("show", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    VALID.validate(told)
    assert run("export", str(run.folder / "mine.json")) == 0
    exported = json.loads((run.folder / "mine.json").read_text())
    VALID.validate(exported)
    assert exported["events"] == told["events"] and len(told["events"]) == 13
    for event in told["events"]:
        for value in [event["subject"], *leaves(event["data"])]:
            assert value in shown, (event["kind"], value)
    assert told["contacts"][0] == {
        "at": "2026-11-22T18:10:00+01:00", "channel": "phone", "waited_min": 25, "cost_cents": 350, "who": "Julie",
        "reason": "", "answer": "redémarrez", "reference": "", "promised": "2026-11-24T12:00:00+01:00", "by_hand": True,
    }  # fmt: skip
    assert ("3,50" if run.catalogue.language == "fr" else "3.50") in shown


def test_deleting_asks_first(run: Run, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CaseBook(run.folder).open("x").id
    assert run("delete", case) == 4  # no terminal
    typed = io.StringIO("non\n")
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", typed)
    assert run("delete", case) == 4
    assert CaseBook(run.folder).current() is not None
    again = io.StringIO("y\n")
    again.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", again)
    assert run("delete", case) == 0
    assert case in capsys.readouterr().out
    assert CaseBook(run.folder).heads() == ()
    assert run("delete", case, "--yes") == 2


@pytest.mark.parametrize("words", [
    ("show", "CAS-7K3M-92QY"), ("note", " "), ("contact", "--channel", "phone", "--at", "hier"),
    ("contact", "--channel", "phone", "--promised", "2026-13-01"), ("note", "--case", "CAS-7K3M-92QX", "x"),
    ("show", "CAS-7K3M-92QX"), ("delete", "CAS-7K3M-92QX"), ("export", "--case", "nonsense", "x"),
])  # fmt: skip
def test_wrong_words(run: Run, capsys: Out, words: Sequence[str]) -> None:
    CaseBook(run.folder).open("x")
    assert run(*words) == 2
    assert "case_unknown" not in capsys.readouterr().err


def test_what_steers_a_terminal_is_shown_harmless(run: Run, capsys: Out) -> None:
    CaseBook(run.folder).open("\x1b[2J\u202e x")
    assert run("show") == 0 and run("list") == 0 and run("show", "--json") == 0
    assert not {"\x1b", "\u202e"} & set(capsys.readouterr().out)


def test_a_file_that_cannot_be_read(run: Run, capsys: Out) -> None:
    CaseBook(run.folder).open("x")
    (run.folder / "selfcare.db").unlink()
    (run.folder / "selfcare.db").mkdir()
    assert run("list") == 3
    assert "error." not in capsys.readouterr().err


def test_channels_have_names() -> None:
    for language in ("fr", "en"):
        said = Catalogue(language, "support")
        assert all(said.has(f"case.channel.{channel.value}") for channel in Channel)


def test_a_promise_is_a_day_and_an_exchange_has_been(run: Run, capsys: Out) -> None:
    assert run("contact", "--channel", "phone", "--promised", "2026-11-30") == 0
    assert run("contact", "--channel", "phone", "--at", "2099-11-30T10:00:00+01:00") == 2
    assert run("show") == 0
    assert "30/11/2026" in capsys.readouterr().out
    case = CaseBook(run.folder).case()
    assert case is not None and [one.promised for one in case.contacts] == ["2026-11-30"]
