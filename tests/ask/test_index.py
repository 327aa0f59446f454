"""The index: made once, kept by its content, made anew when damaged, and never in the way."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from selfcare.app.ask import AskState
from selfcare.ask import index
from selfcare.ask.search import Search
from tests.ask.phrases import desk

QUESTION = "mon imprimante wifi est introuvable"


def answers(connection: sqlite3.Connection) -> bool:
    search = Search(connection)
    found = search.scores(search.understand(QUESTION))
    return max(found, key=lambda name: found[name].score) == "printer"


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob("ask-*.sqlite"))


def test_it_is_made_once(tmp_path: Path) -> None:
    assert answers(index.opened(tmp_path))
    (path,) = kept(tmp_path)
    before = path.stat().st_mtime_ns
    assert answers(index.opened(tmp_path))
    assert [one.stat().st_mtime_ns for one in kept(tmp_path)] == [before]
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "nothing half-made is left"


def test_another_content_is_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index.opened(tmp_path).close()
    (old,) = kept(tmp_path)
    monkeypatch.setattr(index, "VERSION", 99)
    index.opened(tmp_path).close()
    (new,) = kept(tmp_path)
    assert new != old


@pytest.mark.parametrize("damage", [b"", b"not a database", b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    index.opened(tmp_path).close()
    (path,) = kept(tmp_path)
    path.write_bytes(damage)
    assert answers(index.opened(tmp_path))
    assert path.read_bytes()[:15] == b"SQLite format 3" and len(path.read_bytes()) > 10_000


def test_pages_torn_in_the_middle(tmp_path: Path) -> None:
    index.opened(tmp_path).close()
    (path,) = kept(tmp_path)
    data = bytearray(path.read_bytes())
    data[8192:90_000] = b"\xa5" * (90_000 - 8192)
    path.write_bytes(data)
    assert desk(tmp_path).ask(QUESTION).offers[0].id == "printer"


def test_damage_under_our_hands(tmp_path: Path) -> None:
    box = desk(tmp_path)
    box.warm_up()
    assert box._search is not None
    box._search._connection.close()
    assert box.ask(QUESTION).state is not AskState.NOT_UNDERSTOOD


def test_a_folder_that_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert answers(index.opened(tmp_path / "file" / "cache"))
    assert answers(index.opened(None))


def test_two_at_once(tmp_path: Path) -> None:
    good: list[bool] = []
    threads = [threading.Thread(target=lambda: good.append(answers(index.opened(tmp_path)))) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert good == [True] * 4
    assert len(list(tmp_path.iterdir())) == 1
