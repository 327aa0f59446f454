"""``selfcare report``: in-process, with a port of which only reports are real."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from selfcare.cli import report as command
from selfcare.ground.atomic import write_atomic
from selfcare.i18n import Catalogue
from selfcare.model.case import Case, CaseHead
from selfcare.model.report import Report, ReportOptions, Section
from tests.report.world import CASE, made, source

Out = pytest.CaptureFixture[str]


@dataclass(slots=True)
class Port:
    there: bool = True
    asked: list[ReportOptions] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    closed: bool = False

    async def case(self, _name: str | None = None) -> Case | None:
        return source().case if self.there else None

    async def begin(self, words: str = "") -> CaseHead:
        self.begun.append(words)
        return source().case.head

    async def report(self, case: str, options: ReportOptions) -> Report:
        assert case == CASE
        self.asked.append(options)
        return made(options_=options)

    async def save(self, report: Report, to: Path) -> Path:
        write_atomic(to, report.archive)
        return to

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def port() -> Port:
    return Port()


def run(port: Port, *words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    catalogue = Catalogue("fr")
    command.register(parser.add_subparsers(), catalogue)
    arguments = parser.parse_args(["report", *words])
    services: Any = SimpleNamespace(support=lambda: port, catalogue=catalogue)
    code: int = arguments.run(arguments, services)
    return int(code)


def test_made_then_verified_then_spoilt(port: Port, tmp_path: Path, capsys: Out) -> None:
    file = tmp_path / "r.zip"
    assert run(port, "make", "--out", str(file), "--without", "home", "--with", "log", "--want", "visit") == 0
    said = capsys.readouterr().out
    assert str(file) in said
    assert "Rien n’a été envoyé" in said
    assert Section.HOME not in port.asked[0].sections
    assert Section.LOG in port.asked[0].sections
    assert [one.value for one in port.asked[0].wish.wants] == ["visit"]
    assert port.closed
    assert run(port, "verify", str(file)) == 0
    assert CASE in capsys.readouterr().out
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    assert run(port, "verify", str(file)) in (1, 3)  # by which byte it is
    file.write_bytes(b"not a report")
    assert run(port, "verify", str(file), "--json") == 3
    assert '"error": "report_unreadable"' in capsys.readouterr().out


def test_a_changed_file_ends_with_1(port: Port, tmp_path: Path, capsys: Out) -> None:
    from tests.report.test_verify import files, zipped

    file = tmp_path / "r.zip"
    file.write_bytes(zipped([(n, d + b" " if n == "collecte.json" else d) for n, d in files(made())]))
    assert run(port, "verify", str(file)) == 1
    assert "collecte.json: modifié" in capsys.readouterr().out


def test_what_is_in_it_and_what_was_taken_out(port: Port, capsys: Out) -> None:
    assert run(port, "show") == 0
    said = capsys.readouterr().out
    assert "rapport.json" in said
    assert "wifi-A = " in said
    assert run(port, "text", "--json") == 0
    assert json.loads(capsys.readouterr().out)["case"] == CASE


def test_wrong_words(port: Port, tmp_path: Path) -> None:
    from selfcare.cli.main import UsageError

    with pytest.raises(UsageError, match="phone="):
        run(port, "show", "--reach", "age=7")
    with pytest.raises(UsageError):
        run(port, "verify", str(tmp_path / "none.zip"))
    port.there = False
    with pytest.raises(UsageError, match="dossier"):
        run(port, "show", "--case", CASE)


def test_who_wants_a_report_has_a_problem_and_a_case_is_opened(port: Port, tmp_path: Path) -> None:
    """With the line down nobody is told to do something else first, which would open none either."""
    port.there = False
    assert run(port, "make", "--out", str(tmp_path / "r.zip"), "--words", "Plus rien") == 0
    assert port.begun == ["Plus rien"]
