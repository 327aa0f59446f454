"""A look into the journal's folder tells what the journal itself would."""

from __future__ import annotations

import pathlib
import subprocess
import sys

import pytest

from selfcare.app.box_left import FOLDER, UNFINISHED, box_left
from selfcare.cases import box_journal
from selfcare.cases.box_journal import BoxJournal
from selfcare.model.box.change import ChangeState

HEAD = {"kind": "guest", "scope": {}, "before": {}, "asked": {}, "shown": ()}


def test_the_same_folder_and_the_same_words() -> None:
    assert FOLDER == box_journal.FOLDER
    assert {state.value for state in ChangeState if state.unfinished} == set(UNFINISHED)


@pytest.mark.parametrize("state", list(ChangeState))
def test_as_the_journal_says(tmp_path: pathlib.Path, state: ChangeState) -> None:
    assert not box_left(tmp_path)
    journal = BoxJournal(tmp_path / FOLDER)
    name = journal.begin("digest", HEAD)
    journal.add(("digest", name), state)
    assert box_left(tmp_path) == state.unfinished == any(e.state.unfinished for e in journal.entries()[0])


def test_a_note_that_cannot_be_read_is_looked_at(tmp_path: pathlib.Path) -> None:
    journal = BoxJournal(tmp_path / FOLDER)
    name = journal.begin("digest", HEAD)
    journal.add(("digest", name), ChangeState.DONE)
    path = tmp_path / FOLDER / "digest" / f"{name}.jsonl"
    path.write_text(path.read_text() + '{"state":"wri')
    assert box_left(tmp_path)
    path.write_text("")
    assert box_left(tmp_path)


def test_nothing_of_the_box_is_imported_for_it() -> None:
    code = (
        "import sys, selfcare.app.box_left; print(*(m for m in sys.modules if m.startswith(('selfcare.boxes', 'aio'))))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == ""
