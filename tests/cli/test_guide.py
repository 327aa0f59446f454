"""``selfcare guide``: in-process, with a made-up world and somebody who types, or nobody."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from selfcare.app.guides.desk import GuideDesk
from selfcare.app.guides.world import Moment
from selfcare.app.services import Services
from selfcare.boxes.families import all_drivers
from selfcare.cli import main
from selfcare.contract.guide import load_guide_schema
from selfcare.ground.errors import FolderError
from selfcare.guides import all_guides
from selfcare.guides.words import GuideWords
from selfcare.i18n import Catalogue
from selfcare.isp import load_profile
from selfcare.model.box import BoxFamily, RebootWish
from selfcare.model.box.change import BoxProposal
from selfcare.model.guide import Test as Question
from selfcare.model.guide import Value
from selfcare.model.guide_run import Acted, Context, Seen
from tests.guides.made import made, ship
from tests.guides.world import MadeUp, tools

Out = pytest.CaptureFixture[str]
EN = Catalogue("en")
BY_HAND = Context(os="linux")
PAIRED = Context(family="freebox", os="linux", can=("reboot", "set_guest"), paired=True)
KEY, NAME = "canari-rouge-et-bavard", "Chez les Canaris"
VALID = jsonschema.Draft202012Validator(load_guide_schema())


class Typed(io.StringIO):
    """A terminal in which somebody types these lines and then Ctrl-D, or Ctrl-C."""

    def __init__(self, *lines: str, interrupt: bool = False) -> None:
        super().__init__("".join(f"{line}\n" for line in lines))
        self._interrupt = interrupt

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:
        text = super().readline(-1 if size is None else size)
        if not text and self._interrupt:
            raise KeyboardInterrupt
        return text


class Asking(MadeUp):
    """A world that asks before it does anything, as the true ones do, and says what is so now."""

    async def show(self, test: Question, moment: Moment) -> Seen:
        return Seen("yes", (("guide.your_box", {}),))

    async def act(self, action: str, arguments: Mapping[str, Value], *words: Any) -> Acted:
        proposal = BoxProposal(RebootWish(), "0" * 16, BoxFamily.FREEBOX, "reboot", (), reversible=False)
        if not await words[1](proposal):
            return Acted("declined")
        return await super().act(action, arguments, *words)


class User:
    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self._patch = folder, patch
        self.world = Asking(BY_HAND)
        self.kit = tools(folder, self.world)

    def run(self, *argv: str, typed: io.StringIO | None = None) -> int:
        self._patch.setattr("sys.stdin", typed or io.StringIO())
        self._patch.setattr("getpass.getpass", lambda prompt: self._unseen())
        return main(["guide", *argv], self._services)

    keys: tuple[str, ...] = ()

    def _unseen(self) -> str:
        if not self.keys:
            raise EOFError
        first, self.keys = self.keys[0], self.keys[1:]
        return first

    def _services(self, language: str | None) -> Services:
        catalogue = Catalogue(language or "en")
        self.kit = replace(self.kit, words=GuideWords(catalogue.language), catalogue=catalogue)

        class Boxes:
            drivers = staticmethod(lambda: tuple(all_drivers()))

        return Services(
            lambda *_: None, lambda: (), load_profile, catalogue, lambda: None, self.folder, "0",  # type: ignore[arg-type]
            boxes=Boxes, guides=lambda: GuideDesk(self.kit),  # type: ignore[arg-type]
        )  # fmt: skip

    def name(self) -> str:
        return self.kit.runs.runs()[0].name


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> User:
    return User(tmp_path, monkeypatch)


def document(capsys: Out) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    VALID.validate(found)
    return found


def test_list_and_show(user: User, capsys: Out) -> None:
    assert user.run("list", "--json") == 0
    assert {one["id"] for one in document(capsys)["guides"]} == {one.id for one in all_guides()}
    assert user.run("list") == 0
    shown = capsys.readouterr().out
    assert "box-restart · Restart the box" in shown and "tout ouvrir vers un appareil (in French)" in shown
    assert user.run("show", "nonsense") == 2
    assert user.run("show", "box-restart") == 0
    shown = capsys.readouterr().out
    assert "[unplug]" in shown and "→ unplug: refused" in shown and "octofibre" in shown
    assert user.world.asked == [] and user.kit.runs.runs() == ()


@pytest.mark.parametrize("family", ["", "freebox", "livebox", "sfr", "bbox", "fritz", "igd"])
def test_every_guide_has_an_outline(user: User, capsys: Out, family: str) -> None:
    for one in all_guides():
        assert user.run("show", one.id, "--json", *(["--family", family] if family else [])) == 0
        written = document(capsys)
        assert [step["id"] for step in written["steps"]] == list(one.steps)
        assert user.run("show", one.id, *(["--family", family] if family else [])) == 0
        capsys.readouterr()


def test_the_documentation_is_written_from_the_guides(user: User, capsys: Out) -> None:
    """``python -m selfcare guide list --markdown --lang en > docs/guides.md``."""
    assert user.run("list", "--markdown", "--lang", "en") == 0
    page = Path(__file__).parents[2] / "docs" / "guides.md"
    assert page.read_text(encoding="utf-8") == capsys.readouterr().out


def test_by_hand_with_somebody_who_types(user: User, capsys: Out) -> None:
    assert user.run("run", "box-restart", typed=Typed("1", "9", "2", "1", "1", "2", "1", "2")) == 1
    said = capsys.readouterr()
    assert EN.text("cli.guide.now") in said.out and "votre box" not in said.err
    assert EN.text("cli.guide.not_there") in said.out
    assert "selfcare guide run no-internet" in said.out or "no-internet" not in {g.id for g in all_guides()}
    assert user.kit.runs.runs()[0].closed


def test_by_the_box(user: User, capsys: Out) -> None:
    user.world.now, user.world.seen["check.healthy"] = PAIRED, ["yes"]
    assert user.run("run", "box-restart", "--yes", "--json") == 0
    written = document(capsys)
    assert (written["end"], written["resumable"], written["ticket"]) == ("solved", False, False)
    (action,) = written["actions"]
    assert action == {"step": "order", "action": "box.reboot", "outcome": "done", "entry": "entry-1", "undoable": True}
    assert [(one["step"], one["did"]) for one in written["steps"]] == [
        ("way", "branched"), ("order", "doing"), ("order", "acted"), ("look", "tested"),
    ]  # fmt: skip
    assert user.run("run", "--undo", "entry-1", "--yes") == 0
    assert user.world.undone == ["entry-1"]
    assert user.run("run", "--undo", "entry-1", "--yes") == 2
    assert EN.text("cli.guide.undone.done") in capsys.readouterr().out


def test_declined(user: User, capsys: Out) -> None:
    user.world.now = PAIRED
    assert user.run("run", "box-restart", typed=Typed("n")) == 4
    assert user.world.done == []
    assert EN.text("cli.guide.end.left") in capsys.readouterr().out


def test_nobody_there(user: User, capsys: Out) -> None:
    """Where a word or a consent is needed the run stops, and is gone on with by its name."""
    user.world.now = PAIRED
    assert user.run("run", "box-restart") == 3
    assert f"--resume {user.name()}" in capsys.readouterr().out
    assert user.world.done == []
    assert user.run("list", "--left", "--json") == 0
    assert [one["name"] for one in document(capsys)["runs"]] == [user.name()]
    user.world.seen["check.healthy"] = ["yes"]
    assert user.run("run", "--resume", user.name(), "--yes", "--json") == 0
    assert document(capsys)["end"] == "solved"
    assert user.run("run", "--resume") == 2
    assert user.run("run", "--resume", user.name()) == 2


def test_nobody_there_and_the_box_is_to_be_linked(user: User) -> None:
    user.world.now = Context(family="freebox", os="linux", pairable=True)
    assert user.run("run", "box-restart", "--answer", "how=pair") == 5


def test_end_of_the_line_ctrl_c_and_q_leave_it_to_be_gone_on_with(user: User, capsys: Out) -> None:
    for typed, code in ((Typed(), 3), (Typed(interrupt=True), 130), (Typed("q"), 3)):
        assert user.run("run", "box-restart", typed=typed) == code
        assert f"--resume {user.name()}" in capsys.readouterr().out
    assert user.run("list", "--left") == 0
    assert capsys.readouterr().out.count("box-restart") == 3
    for left in user.kit.runs.runs()[1:]:
        assert user.run("run", "--discard", left.name) == 0
    assert user.run("run", "box-restart", "--resume", typed=Typed("1", "r", "1", "2", "1", "2", "1", "2")) == 1
    assert user.run("run", "--discard", user.name()) == 2


def test_answers_beforehand(user: User, capsys: Out) -> None:
    assert user.run("run", "box-restart", "--answer", "works=yes", typed=Typed("1", "1")) == 0
    for wrong in ("works=perhaps", "nonsense=1", "works"):
        assert user.run("run", "box-restart", "--answer", wrong) == 2
    assert len(user.kit.runs.runs()) == 1
    assert user.run("run", "nonsense") == 2
    assert user.run("run") == 2
    assert user.run("run", "box-restart", "--resume", "x", "--discard", "y") == 2


def test_a_key_is_never_seen_and_no_name_without_being_asked_for(
    user: User, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ship(monkeypatch, made(tmp_path))
    user.world.now = PAIRED
    user.keys = (KEY, "typo", KEY, KEY)
    assert user.run("run", "made", "--answer", f"key={KEY}") == 2
    capsys.readouterr()
    words = ("run", "made", "--answer", f"name={NAME}", "--yes", "--json")
    assert user.run(*words, typed=Typed("", "1")) == 0
    said = capsys.readouterr()
    assert KEY not in said.out + said.err and user.world.done[0][0] == "box.guest"
    written = json.loads(said.out)
    VALID.validate(written)
    assert written["answers"] == {"name": None, "key": None} and NAME not in said.out
    user.keys = (KEY, KEY)
    assert user.run(*words, "--show-identifiers", typed=Typed("", "1")) == 0
    shown = document(capsys)
    assert shown["answers"] == {"name": NAME, "key": None}
    assert KEY not in json.dumps(shown) and user.kit.runs.runs()[0].name in json.dumps(shown)


def test_a_key_by_standard_input(user: User, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ship(monkeypatch, made(tmp_path))
    user.world.now = PAIRED
    words = ("run", "made", "--answer", f"name={NAME}", "--answer", "device=", "--yes")
    assert user.run(*words, typed=io.StringIO("short\n")) == 2
    assert user.run(*words, typed=io.StringIO(f"{KEY}\n")) == 3, "somebody has to look whether the guests get in"
    assert [action for action, _ in user.world.done] == ["box.guest"]
    said = capsys.readouterr()
    assert KEY not in said.out + said.err


def test_the_disk_is_full(user: User, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user.kit.runs, "add", lambda *_: (_ for _ in ()).throw(FolderError("disk_full")))
    assert user.run("run", "box-restart") == 3
    said = capsys.readouterr()
    assert EN.text("guide.error.disk_full") in said.err and f"--resume {user.name()}" in said.out


def test_two_programs(user: User, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    assert user.run("run", "box-restart") == 3

    def busy(_handle: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr("selfcare.cases.guide_run_file._lock", busy)
    assert user.run("run", "--resume") == 4
    assert user.run("run", "--discard", user.name()) == 4
    assert capsys.readouterr().err.count(EN.text("guide.error.guide_run_busy")) == 2


def test_another_version_of_the_guide(user: User, capsys: Out, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.guides.made import GUIDE

    ship(monkeypatch, made(tmp_path))
    user.world.now = PAIRED
    assert user.run("run", "made", "--answer", f"name={NAME}", typed=Typed("")) == 3
    ship(monkeypatch, made(tmp_path, GUIDE.replace("optional = true", "")))
    capsys.readouterr()
    assert user.run("list", "--left") == 0
    assert EN.text("cli.guide.changed") in capsys.readouterr().out
    assert user.run("run", "--resume") == 3
    assert EN.text("guide.error.guide_run_invalid") in capsys.readouterr().err
