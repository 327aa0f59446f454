"""The commands for a line that is down, with a front end's port behind them."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from selfcare.app.support.port import SupportPort
from selfcare.cli import report_codes
from selfcare.i18n import Catalogue
from selfcare.report import codes
from tests.report.code_documents import PAGE, document, key, long_document


class Port:
    """Only what these commands may use; everything else is missing and would fail."""

    def __init__(self, said: dict[str, Any] | None) -> None:
        self.said, self.closed, self.asked = said, False, list[object]()

    async def case(self, name: str | None = None) -> object:
        self.asked.append(name)
        return self.said and SimpleNamespace(head=SimpleNamespace(id="CAS-7K3M-92QX"))

    async def report(self, case: str, options: object) -> object:
        self.asked.append(case)
        return self.said

    async def offline(self, report: Any) -> object:
        return codes.offline(report, key(), PAGE)

    async def decode(self, text: str) -> object:
        return codes.decode(text, "fr")

    async def close(self) -> None:
        self.closed = True


@dataclass
class Services:
    port: Port
    catalogue: Catalogue

    def support(self) -> SupportPort:
        return cast(SupportPort, self.port)


def run(words: list[str], said: dict[str, Any] | None = None) -> tuple[int, Port]:
    catalogue = Catalogue("fr")
    parser = argparse.ArgumentParser()
    report_codes.register(parser.add_subparsers(), catalogue)
    arguments = parser.parse_args(words)
    port = Port(said)
    code = arguments.run(arguments, Services(port, catalogue))
    assert port.closed
    return code, port


def test_the_digits_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    code, port = run(["code", "--case", "CAS-7K3M-92QX"], document())
    digits = capsys.readouterr().out.strip()
    assert (code, port.asked) == (0, ["CAS-7K3M-92QX", "CAS-7K3M-92QX"])
    assert run(["decode", *digits.split()])[0] == 0
    assert "ISP-DNS-DOWN" in capsys.readouterr().out


def test_one_picture_is_one_file_and_several_are_numbered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["qr", "--out", str(tmp_path / "code.png")], document())[0] == 0
    assert run(["qr", "--out", str(tmp_path / "long.svg")], long_document())[0] == 0
    assert (tmp_path / "code.png").read_bytes().startswith(b"\x89PNG")
    assert {path.name for path in tmp_path.glob("*.svg")} >= {"long-1.svg", "long-2.svg"}
    said = capsys.readouterr().out
    assert str(tmp_path / "long-2.svg") in said and "Pas dans ce code" in said


def test_without_a_file_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    run(["qr"], document())
    assert "▀" in capsys.readouterr().out


def test_texts_and_files_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [picture.text for picture in codes.offline(long_document(), key(), PAGE).pictures]
    path = tmp_path / "lus.txt"
    path.write_text("\n".join(texts[1:]))
    code, _ = run(["decode", "--json", texts[0], str(path)])
    told = json.loads(capsys.readouterr().out)
    assert (code, told["signed"], told["data"]["case"]) == (0, True, "CAS-7K3M-92QX")


def test_a_changed_code_cannot_be_told(capsys: pytest.CaptureFixture[str]) -> None:
    text = codes.offline(document(), key()).pictures[0].text
    assert run(["decode", text[:-3]])[0] == 3
    assert "modifié" in capsys.readouterr().out
    assert run(["decode", "1234"])[0] == 3
    assert "16 chiffres, il y en a 4" in capsys.readouterr().err.replace("\u00a0", " ")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["qr", "--out", str(tmp_path / "no" / "code.png")], document())[0] == 3
    assert "no" in capsys.readouterr().err


def test_without_a_case_nothing_is_made_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["code"])[0] == 3
    assert "case note" in capsys.readouterr().err
