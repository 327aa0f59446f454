"""``selfcare repair``, ``fix`` and ``undo``, run in-process on a PC in memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcare.app.services import Services
from selfcare.cli import main
from selfcare.contract import load_repair_schema
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from selfcare.model.repair import HandError
from selfcare.remedies import REMEDIES
from tests.app.repair_world import FR, ISP, PUBLIC, Bench, World
from tests.app.test_standing_in import _impatient  # noqa: F401  (a fixture)

VALIDATOR = jsonschema.Draft202012Validator(load_repair_schema())
EN = Catalogue("en")


class Terminal:
    """The command line on one PC; ``says`` is what the person types."""

    def __init__(self, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch, says: str | None = None) -> None:
        self.bench, self._folder = Bench(world), folder
        monkeypatch.setattr("sys.stdin.isatty", lambda: says is not None, raising=False)
        monkeypatch.setattr("sys.stdin.readline", lambda: f"{says}\n", raising=False)

    def run(self, *argv: str) -> int:
        return main(list(argv), self._services)

    def _services(self, language: str | None) -> Services:
        return Services(
            self.bench.check, lambda: (), load_profile, Catalogue(language or "en"), lambda: None, self._folder, "0",
            repairs=lambda: self.bench.desk,
        )  # fmt: skip


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda world, says=None: Terminal(world, tmp_path, monkeypatch, says)


Out = pytest.CaptureFixture[str]


def test_repair_with_yes(terminal: Any, capsys: Out) -> None:
    user = terminal(World(dead={ISP}))
    assert user.run("repair", "--yes", "--json") == 0
    written = json.loads(capsys.readouterr().out)
    VALIDATOR.validate(written)
    assert (written["state"], written["steps"][0]["remedy"]) == ("repaired", "dns.alternate")
    assert written["before"]["findings"][0]["remedies"][0] == "dns.alternate"
    assert written["after"]["verdict"]["state"] == "ok"


@pytest.mark.parametrize(("says", "code", "kept"), [("y", 0, True), ("oui", 0, True), ("n", 4, False), ("", 4, False)])
def test_the_person_decides(terminal: Any, capsys: Out, says: str, code: int, kept: bool) -> None:
    user = terminal(World(dead={ISP}), says)
    assert user.run("repair") == code
    asked = capsys.readouterr().err
    assert PUBLIC[1] in asked  # exactly what will change
    assert (set(user.bench.world.resolvers) == set(PUBLIC)) is kept


def test_without_a_terminal_nothing_is_agreed(terminal: Any) -> None:
    user = terminal(World(dead={ISP}))
    assert user.run("repair") == 4
    assert user.bench.hand.made == {}


def test_a_dry_run_shows_and_changes_nothing(terminal: Any, capsys: Out) -> None:
    user = terminal(World(dead={ISP}))
    assert user.run("repair", "--dry-run") == 1
    assert PUBLIC[1] in capsys.readouterr().out
    assert user.bench.hand.made == {}


def test_yes_does_not_push_a_cable_in(terminal: Any, capsys: Out) -> None:
    user = terminal(World(cable=False))
    assert user.run("repair", "--yes", "--lang", "fr") == 1
    assert "câble" in capsys.readouterr().out
    assert user.run("repair", "--yes", "--json") == 1


def test_no_rights(terminal: Any) -> None:
    user = terminal(World(dead={ISP}))
    user.bench.hand.fails = {"dns.set": "needs_privilege"}
    assert user.run("repair", "--yes") == 5


def test_events_are_one_stream(terminal: Any, capsys: Out) -> None:
    assert terminal(World(dead={ISP})).run("repair", "--yes", "--events") == 0
    kinds = [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]
    assert kinds[0] == "check_started"
    assert [k for k in kinds if k.startswith("action")] == ["action_proposed", "action_approved", "action_applied"]


def test_fix_list_and_show(terminal: Any, capsys: Out) -> None:
    user = terminal(World())
    assert user.run("fix", "list", "--json") == 0
    assert {r["id"] for r in json.loads(capsys.readouterr().out)} == {r.id for r in REMEDIES}
    assert user.run("fix", "show", "dns.flush") == 0
    assert EN.text("remedy.dns.flush.title") in capsys.readouterr().out
    assert user.run("fix", "show", "nonsense") == 2
    assert user.run("fix") == 2
    assert user.bench.hand.log == []


def test_the_documentation_is_written_from_the_declarations(terminal: Any, capsys: Out) -> None:
    assert terminal(World()).run("fix", "list", "--markdown", "--lang", "en") == 0
    page = Path(__file__).parents[2] / "docs" / "remedies.md"
    assert page.read_text(encoding="utf-8") == capsys.readouterr().out


def test_fix_run_by_hand(terminal: Any, capsys: Out) -> None:
    user = terminal(World())
    assert user.run("fix", "run", "dns.flush", "--yes") == 0
    assert user.bench.hand.log[0] == "dns.flush"
    assert user.run("fix", "run", "dns.automatic", "--yes") == 1  # automatic already
    assert EN.text("repair.impossible.not_here") in capsys.readouterr().err
    assert user.run("fix", "run", "hosts.disable", "--yes") == 0, "as it should be: that is no fault"
    assert EN.text("repair.impossible.nothing_to_do") in capsys.readouterr().err
    assert user.run("fix", "run", "lease.renew", "--dry-run") == 0
    assert user.run("fix", "run", "lease.renew") == 4
    assert user.run("fix", "run", "nonsense", "--yes") == 2


def test_the_trial_in_words(terminal: Any, capsys: Out) -> None:
    user = terminal(World(dead={ISP}))
    assert user.run("fix", "run", "dns.trial", "--yes") == 0
    assert FR.text("repair.trial.isp") in capsys.readouterr().out


def test_undo_puts_the_last_change_back(terminal: Any, capsys: Out) -> None:
    user = terminal(World(dead={ISP}))
    before = user.bench.world.state()
    assert user.run("undo") == 0
    assert EN.text("cli.undo.nothing") in capsys.readouterr().err
    user.run("repair", "--yes")
    capsys.readouterr()
    assert user.run("undo", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {e["verb"] for e in listed} == {"dns.set", "dns.flush"}
    assert user.run("undo", "e9") == 2
    assert user.run("undo") == 0
    assert user.bench.world.state() == before
    assert user.run("undo", "list") == 0
    assert EN.text("repair.entry.undone") in capsys.readouterr().out


def test_an_undo_that_cannot_be_done_says_why(terminal: Any, capsys: Out) -> None:
    user = terminal(World(dead={ISP}))
    user.run("repair", "--yes")

    async def undo(_name: str) -> None:
        raise HandError("changed_since")

    user.bench.hand.undo = undo
    assert user.run("undo") == 1
    assert EN.text("repair.error.changed_since") in capsys.readouterr().err
