"""Where secrets lie, on a bad day: foreign files, two programs at once, a crash with the token in the error."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from selfcare.boxes.secret import Secret, without_secrets
from selfcare.ground.anonymous import without_identifiers
from selfcare.ground.crash import CrashRecorder
from selfcare.ground.credentials import Credentials, Identity
from selfcare.ground.errors import SelfcareError
from selfcare.ground.logs import start_log
from selfcare.ground.secrets import SecretStore, Where
from selfcare.model.box import ParentalSchedule, PortMapping, Protocol
from selfcare.model.box.line_sample import LineSample
from selfcare.store.database import open_database
from selfcare.store.lines import LineHistory
from selfcare.store.store import FILE

PLAIN = "correct-horse-battery/staple+9"


def store(folder: Path) -> SecretStore:
    return SecretStore(folder, lambda: None)


class Ring:
    """A keyring that works."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[username]


def test_a_key_that_cannot_be_read_is_an_error_with_a_name(tmp_path: Path) -> None:
    """A link into nowhere, or a folder, in the place of the key: pairing must not fall over after the box said yes."""
    for make in (lambda path: path.symlink_to(tmp_path / "nowhere"), lambda path: path.mkdir()):
        folder = tmp_path / make.__code__.co_name / str(id(make))
        (folder / "secrets").mkdir(parents=True)
        make(folder / "secrets" / "key")
        with pytest.raises(SelfcareError):
            store(folder).put("box", Secret(PLAIN))


def test_an_old_file_that_cannot_go_does_not_hide_the_new_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read before the keyring: one that stays would be sent for ever."""
    store(tmp_path).put("box", Secret("an old password"))
    ring = Ring()
    both = SecretStore(tmp_path, lambda: ring)

    def stays(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "unlink", stays)
    with pytest.raises(SelfcareError):
        both.put("box", Secret(PLAIN))


def test_two_programs_that_make_the_key_at_once_agree_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is there is whole: a program that came in between took the empty file for a damaged one."""
    seen: list[bytes] = []
    fsync = os.fsync

    def slow(handle: int) -> None:
        fsync(handle)
        key = tmp_path / "secrets" / "key"
        if key.exists():
            seen.append(key.read_bytes())

    written = os.open

    def opened(path: object, flags: int, mode: int = 0o777, **options: object) -> int:
        handle = written(path, flags, mode, **options)  # type: ignore[arg-type]
        key = tmp_path / "secrets" / "key"
        if key.exists():
            seen.append(key.read_bytes())
        return handle

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", slow)
    assert store(tmp_path).put("box", Secret(PLAIN)).where is Where.FILE
    assert seen and all(len(key) == 44 for key in seen)
    assert (tmp_path / "secrets" / "key").stat().st_mode & 0o077 == 0


def test_a_crash_and_a_log_keep_no_secret_that_lives(tmp_path: Path) -> None:
    secret = Secret(PLAIN)
    try:
        raise ValueError(f"cannot send {PLAIN!r} to the box")
    except ValueError as error:
        CrashRecorder(tmp_path / "crash", "1").record(error, "main")
        handler = start_log(tmp_path / "log")
        import logging

        try:
            logging.getLogger("any").error("it was %s", PLAIN, exc_info=error)
        finally:
            assert handler is not None
            logging.getLogger().removeHandler(handler)
            handler.close()
    texts = [path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(texts) == 2 and secret
    assert not any(PLAIN in text or PLAIN in text.encode().decode("unicode_escape") for text in texts)


def test_secrets_are_masked_while_other_threads_make_new_ones() -> None:
    """A driver with threads makes secrets while the loop words an error."""
    stop, before = threading.Event(), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    trouble: list[Exception] = []

    def make() -> None:
        while not stop.is_set():
            kept = [Secret(f"a password {n}") for n in range(300)]
            del kept

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(200):
            without_secrets("what a box says")
    except RuntimeError as error:
        trouble.append(error)
    finally:
        stop.set()
        sys.setswitchinterval(before)
        for thread in threads:
            thread.join()
    assert trouble == []


@pytest.mark.parametrize("seconds", [float("inf"), 10 * 365 * 86_400.0])
def test_a_lock_out_for_years_is_one(tmp_path: Path, seconds: float) -> None:
    """It was taken for a clock that was set back, and the password sent at once."""
    credentials = Credentials(tmp_path, store(tmp_path))
    who = Identity("bbox", "192.168.1.254", "uid")
    credentials.keep(who, Secret(PLAIN))
    known = credentials.match(who).known
    assert known is not None
    credentials.lock(known, seconds)
    locked = credentials.match(who).known
    assert locked is not None and 0 < locked.locked_s <= 24 * 3600


def test_a_refusal_of_the_old_secret_does_not_touch_the_new_one(tmp_path: Path) -> None:
    """Refused while the subscriber was typing the new one."""
    credentials = Credentials(tmp_path, store(tmp_path))
    who = Identity("bbox", "192.168.1.254", "uid")
    credentials.keep(who, Secret("old"))
    old = credentials.match(who).known
    credentials.keep(who, Secret(PLAIN))
    assert old is not None
    credentials.refuse(old, "login_failed")
    new = credentials.match(who).known
    assert new is not None and new.refused is None


def test_what_a_box_calls_a_rule_is_as_private_as_its_name() -> None:
    """A Livebox makes a rule's id of its description; UPnP's has the remote host, PCP's what lets one take it away."""
    for name in ("webui_Cabinet du Dr Martin", "tcp:8443:90.63.21.45", "pcp:tcp:80:00112233445566778899aabb"):
        rule = PortMapping(80, 80, "192.168.1.2", Protocol.TCP, description="Cabinet", id=name)
        shown = json.dumps(without_identifiers(rule), default=repr)
        assert name not in repr(shown) and "Martin" not in shown and "90.63.21.45" not in shown
    plan = ParentalSchedule(("00:11:22:33:44:55",), id="00:11:22:33:44:55,00:11:22:33:44:56", name="Zoé")
    assert "00:11" not in repr(without_identifiers(plan)) and "Zo" not in repr(without_identifiers(plan))


def test_figures_that_were_damaged_are_passed_over(tmp_path: Path) -> None:
    history = LineHistory(tmp_path)
    assert history.add("box", LineSample(at=4e9, crc_errors=1))
    connection, _ = open_database(tmp_path / FILE)
    for text in ("{", "[]", '{"crc_errors": "many"}', "null"):
        connection.execute("INSERT INTO box_line (box, at, figures) VALUES (?, ?, ?)", ("box", 4e9, text))
    connection.commit()
    connection.close()
    assert [sample.crc_errors for sample in history.since("box", 60.0)] == [1]
