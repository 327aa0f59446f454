"""Secrets: keyring first, else an encrypted file; bounded, named when broken, and never seen anywhere."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from pathlib import Path

import pytest

from selfcare.boxes.secret import Secret
from selfcare.ground.credentials import Credentials, box_id
from selfcare.ground.errors import SelfcareError
from selfcare.ground.secrets import SecretsError, SecretStore, Where

CANARY = "kanarienvogel-7Yx"


class Memory:
    """A keyring that works."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


class Broken(Memory):
    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"cannot store {password}")


class Hung(Memory):
    def __init__(self) -> None:
        super().__init__()
        self.ever = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.ever.wait()

    def get_password(self, service: str, username: str) -> str | None:
        self.ever.wait()
        return None


def none() -> None:
    return None


def files(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


def test_the_keyring_holds_it_and_no_file_does(tmp_path: Path) -> None:
    ring = Memory()
    store = SecretStore(tmp_path, lambda: ring)
    assert store.put("a", Secret(CANARY)).where is Where.KEYRING
    assert store.get("a") == Secret(CANARY) and store.get("b") is None
    assert CANARY.encode() not in files(tmp_path)
    store.delete("a")
    store.delete("a")
    assert store.get("a") is None and ring.held == {}


def test_without_a_keyring_it_lies_in_an_encrypted_file_and_says_so(tmp_path: Path) -> None:
    assert SecretStore(tmp_path, none).put("a", Secret(CANARY)).where is Where.FILE
    assert SecretStore(tmp_path, none).get("a") == Secret(CANARY)
    assert CANARY.encode() not in files(tmp_path)
    if os.name == "posix":
        assert {p.stat().st_mode & 0o777 for p in tmp_path.rglob("*") if p.is_file()} == {0o600}
        assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    SecretStore(tmp_path, none).delete("a")
    assert SecretStore(tmp_path, none).get("a") is None


@pytest.mark.parametrize("ring", [Broken, Hung])
def test_a_keyring_that_fails_or_hangs_gives_way_to_the_file(
    tmp_path: Path, ring: type[Memory], caplog: pytest.LogCaptureFixture
) -> None:
    backend = ring()
    store = SecretStore(tmp_path, lambda: backend)
    store.write_s = store.read_s = 0.05
    assert store.put("a", Secret(CANARY)).where is Where.FILE
    assert store.get("a") == Secret(CANARY)
    assert CANARY not in caplog.text


def test_a_hung_keyring_is_an_error_when_read_not_a_missing_secret(tmp_path: Path) -> None:
    backend = Hung()
    store = SecretStore(tmp_path, lambda: backend)
    store.read_s = 0.05
    with pytest.raises(SecretsError) as caught:
        store.get("a")
    assert caught.value.code == "keyring_silent"


def test_probing_that_hangs_is_bounded_too(tmp_path: Path) -> None:
    def probing() -> None:
        threading.Event().wait()

    store = SecretStore(tmp_path, probing)
    store.write_s = 0.05
    assert store.put("a", Secret(CANARY)).where is Where.FILE


@pytest.mark.parametrize("damage", ["the secret", "the key"])
def test_damage_is_named_and_nothing_is_lost(tmp_path: Path, damage: str) -> None:
    store = SecretStore(tmp_path, none)
    store.put("a", Secret(CANARY))
    victim = next((tmp_path / "secrets").glob("*.secret" if damage == "the secret" else "key"))
    victim.write_bytes(b"\0garbage")
    with pytest.raises(SecretsError) as caught:
        store.get("a")
    assert caught.value.code == "secret_corrupt" and str(caught.value.values["path"]).endswith(".secret")
    kept = store.put("a", Secret("another-one"))
    assert kept.set_aside is not None and kept.set_aside.exists()
    assert any(p.read_bytes() == b"\0garbage" for p in (tmp_path / "secrets").glob("*.bad-*"))
    assert store.get("a") == Secret("another-one")


def test_a_damaged_secret_leaves_the_others_alone(tmp_path: Path) -> None:
    store = SecretStore(tmp_path, none)
    store.put("a", Secret(CANARY))
    victim = next((tmp_path / "secrets").glob("*.secret"))
    store.put("b", Secret("other"))
    victim.write_bytes(b"")
    assert store.get("b") == Secret("other")


def test_nothing_of_a_failure_shows_the_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with pytest.raises(SelfcareError) as caught:
        SecretStore(blocked, Broken).put("a", Secret(CANARY))
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.values) + caplog.text
    assert CANARY not in told


def test_importing_the_store_does_not_import_the_keyring() -> None:
    import subprocess

    code = (
        "import sys, selfcare.ground.credentials; print([m for m in ('keyring', 'cryptography') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_credential_belongs_to_one_box(tmp_path: Path) -> None:
    mine = Credentials(tmp_path, SecretStore(tmp_path, none))
    mine.keep("bbox", "SN-1", "192.168.1.254", Secret(CANARY))
    assert mine.secret("bbox", "SN-1") == Secret(CANARY)
    assert mine.secret("bbox", "SN-2") is None and mine.secret("sfr", "SN-1") is None
    at = mine.at("bbox", "192.168.1.254")
    assert at is not None and at.id == box_id("bbox", "SN-1")
    assert b"SN-1" not in files(tmp_path) and CANARY.encode() not in files(tmp_path)


def test_a_refusal_is_remembered_until_another_secret_is_given(tmp_path: Path) -> None:
    mine = Credentials(tmp_path, SecretStore(tmp_path, none))
    mine.keep("bbox", "SN-1", "192.168.1.254", Secret("wrong"))
    mine.refuse("bbox", "SN-1", "login_failed")
    mine.lock("bbox", "SN-1", 60.0)
    again = Credentials(tmp_path, SecretStore(tmp_path, none)).find("bbox", "SN-1")
    assert again is not None and again.refused == "login_failed" and 50 < again.locked_s <= 60
    mine.keep("bbox", "SN-1", "192.168.1.254", Secret("right"))
    known = mine.find("bbox", "SN-1")
    assert known is not None and known.refused is None and known.locked_s == 0


def test_the_box_that_was_replaced_is_no_longer_at_the_address(tmp_path: Path) -> None:
    mine = Credentials(tmp_path, SecretStore(tmp_path, none))
    mine.keep("bbox", "SN-1", "192.168.1.254", Secret("one"))
    mine.keep("bbox", "SN-2", "192.168.1.254", Secret("two"))
    at = mine.at("bbox", "192.168.1.254")
    assert at is not None and at.id == box_id("bbox", "SN-2")
    assert mine.secret("bbox", "SN-1") == Secret("one")
    assert mine.forget("bbox", "SN-2") and not mine.forget("bbox", "SN-2")
    assert mine.at("bbox", "192.168.1.254") is None and mine.secret("bbox", "SN-2") is None


def test_a_file_of_nonsense_is_passed_over(tmp_path: Path) -> None:
    mine = Credentials(tmp_path, SecretStore(tmp_path, none))
    mine.keep("bbox", "SN-1", "192.168.1.254", Secret("one"))
    (tmp_path / "boxes" / "x.json").write_text("[1")
    assert len(mine.known()) == 1
