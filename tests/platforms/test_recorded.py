"""Every recorded output gives values or a named reason; the folder is named by SELFCARE_CORPUS."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from probes.hostnet.macos import scutil, texts
from tests.platforms import recorded


@pytest.fixture
def folder() -> Path:
    named = os.environ.get("SELFCARE_CORPUS")
    if not named or not (Path(named) / "os").is_dir():
        pytest.skip("SELFCARE_CORPUS names no folder with recorded outputs (os)")
    return Path(named) / "os"


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.parent != folder)


@pytest.mark.corpus
def test_every_recorded_output_gives_values_or_a_named_reason(folder: Path) -> None:
    table = {name: recorded.outcome(folder, name) for name in names(folder)}
    for name, (kind, words) in table.items():
        print(f"{kind:7} {name:58} {words}")
    print(dict(Counter(kind for kind, _ in table.values())))
    assert len(table) > 50
    assert {name: words for name, (kind, words) in table.items() if kind == "FAILED"} == {}


@pytest.mark.corpus
def test_no_parser_chokes_on_any_file(folder: Path) -> None:
    for name in names(folder):
        text = (folder / name).read_bytes().decode("utf-8", "replace")
        for parser in (
            texts.ifconfig, texts.netstat, texts.route_get, texts.arp, texts.hardware_ports, texts.addresses_only,
            scutil.dns, scutil.nwi, scutil.getpacket,
        ):  # fmt: skip
            parser(text)


@pytest.mark.corpus
def test_addresses_of_a_recorded_ifconfig(folder: Path) -> None:
    for path in sorted((folder / "macos").glob("*ifconfig*")):
        text = path.read_text("utf-8", "replace")
        said = [line.split()[1].partition("%")[0] for line in text.splitlines() if line.startswith("\tinet")]
        found = [a.address for i in texts.ifconfig(text) for a in i.addresses]
        assert found == said, path.name


def test_every_reason_is_used_and_every_row_has_one_or_a_parser() -> None:
    assert {row.reason for row in recorded.ROWS if row.parser is None} == set(recorded.REASONS)
    assert all((row.parser is None) == bool(row.reason) for row in recorded.ROWS)
