"""The Wi-Fi of Windows, read by a Windows Python under Wine, which has the service and no radio."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from probes.radio.windows.structures import SIZES
from tests.platforms.wine import run

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def found(home: Path) -> dict[str, Any]:
    done = run(home, ["-m", "tests.platforms.wine_wifi"])
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_structures_have_the_sizes_windows_compilers_give_them(found: dict[str, Any]) -> None:
    assert found["pointer"] == 8
    assert found["sizes"] == {kind.__name__: size for kind, size in SIZES.items()}


def test_no_radio_is_said_so_and_nothing_raises(found: dict[str, Any]) -> None:
    looks = found["looks"]
    assert (looks["access"], looks["link"], looks["again"], looks["scan"]) == ("no_adapter",) * 4
    assert looks["source"] == "wlanapi"
    assert not looks["radio"]
    assert "link" in looks["missing"]


def test_the_library_answers_with_numbers(found: dict[str, Any]) -> None:
    assert found["bare"]["opened"] == 0
    assert found["bare"]["interfaces"] == [0, 8], "an empty list: its head alone"
    assert found["bare"]["query"][0] != 0


def test_without_an_event_log_nothing_is_known_of_the_past(found: dict[str, Any]) -> None:
    assert found["past"] is None
    assert found["netsh"].lower().endswith("\\system32\\netsh.exe")
