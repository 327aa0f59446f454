"""Before a deep check: what it may send is said, and nothing is sent without a yes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from selfcare.app.ports import RunnableProbe
from selfcare.app.services import Services
from selfcare.cli import main
from selfcare.isp import load_profile
from selfcare.model.probe import ProbeCost, Tier
from tests.app.fakes import probe
from tests.cli.test_cli import HEALTHY, Bench

LAB_PROFILE = str(Path(__file__).parent.parent / "lab" / "profile.toml")


def _deep(name: str, up: int, down: int, *, loads: bool = False) -> RunnableProbe:
    made = probe(name, result=None)
    cost = ProbeCost(up, down, loads)
    needs = ("speed_server",) if loads else ()
    return RunnableProbe(replace(made.spec, tier=Tier.DEEP, cost=cost, needs=needs), made.measure)


PROBES = (*HEALTHY, _deep("slow.series", 20_000, 30_000), _deep("speed.capacity", 75_000_000, 150_000_000, loads=True))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _main(
    folder: Path, monkeypatch: pytest.MonkeyPatch, typed: str, *argv: str, metered: bool | None = None
) -> tuple[int, Bench]:
    bench = Bench(PROBES, folder)
    monkeypatch.setattr("sys.stdin", Terminal(typed))

    def build(language: str | None) -> Services:
        return replace(bench(language), metered=lambda: metered)

    return main(["check", "--lang", "en", *argv], build), bench


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("oui\n", 0), ("n\n", 4), ("\n", 4), ("", 4)])
def test_only_a_yes_starts_it(typed: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, bench = _main(tmp_path, monkeypatch, typed, "--deep")
    assert found == code
    assert (bench.asked is not None) == (code == 0)


def test_it_says_what_fills_the_line_towards_whom_and_how_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _main(tmp_path, monkeypatch, "n\n", "--deep", "--profile", LAB_PROFILE)
    told = capsys.readouterr().err
    assert "at most 76 MB, receives at most 151 MB" in told
    assert load_profile(LAB_PROFILE).speed_servers[0].host in told
    assert "20 kB" in told


def test_a_profile_without_speed_server_is_not_charged_for_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _main(tmp_path, monkeypatch, "n\n", "--deep")
    assert "MB" not in capsys.readouterr().err


@pytest.mark.parametrize(("metered", "argv", "code"), [
    (True, ("--deep",), 4), (True, ("--deep", "--yes"), 0), (False, ("--deep",), 0), (None, ("--deep",), 0),
    (True, (), 0),
])  # fmt: skip
def test_a_metered_connection_takes_more_than_a_yes_at_the_prompt(
    metered: bool | None, argv: tuple[str, ...], code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, bench = _main(tmp_path, monkeypatch, "y\n", *argv, metered=metered)
    assert found == code
    assert (bench.asked is not None) == (code == 0)


def test_contacts_show_the_speed_server_and_the_budget_of_the_deep_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _main(tmp_path, monkeypatch, "", "--list-contacts", "--json", "--profile", LAB_PROFILE)
    listed = json.loads(capsys.readouterr().out)
    (server,) = [c for c in listed["contacts"] if c["kind"] == "speed_server"]
    assert server["purpose"]
    (seer,) = [c for c in listed["contacts"] if c["kind"] == "vantage"]
    assert seer["purpose"] and seer["contact"] == "http://debit.orange.fr:8080/reach"
    assert listed["deep"]["bytes_down"] >= 150_000_000
    _main(tmp_path, monkeypatch, "", "--list-contacts", "--profile", LAB_PROFILE)
    assert "151 MB" in capsys.readouterr().out
