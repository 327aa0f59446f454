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
from selfcare.ground.credentials import Credentials, Identity
from selfcare.ground.errors import SelfcareError
from selfcare.ground.secrets import SecretsError, SecretStore, Where, system_keyring

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


def test_getting_ready_reads_no_secret_and_never_fails(tmp_path: Path) -> None:
    keyring = Memory()
    asked: list[str] = []
    keyring.get_password = lambda service, name: asked.append(name)  # type: ignore[method-assign, assignment]
    SecretStore(tmp_path, lambda: keyring).warm(Where.KEYRING)
    SecretStore(tmp_path, lambda: Broken()._missing).warm(Where.KEYRING)  # type: ignore[attr-defined]
    SecretStore(tmp_path, none).warm(Where.FILE)
    assert asked == [] and list(tmp_path.iterdir()) == []


def test_importing_the_store_does_not_import_the_keyring() -> None:
    import subprocess

    code = (
        "import sys, selfcare.ground.credentials; print([m for m in ('keyring', 'cryptography') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


GATEWAY = "192.168.1.254"
MAC = "7c:16:89:00:00:01"


def fresh(folder: Path) -> Credentials:
    return Credentials(folder, SecretStore(folder, none))


def test_a_credential_belongs_to_one_box(tmp_path: Path) -> None:
    mine, box = fresh(tmp_path), Identity("bbox", GATEWAY, "SN-1", MAC)
    mine.keep(box, Secret(CANARY))
    known = fresh(tmp_path).match(box).known
    assert known is not None and mine.secret(known) == Secret(CANARY)
    assert fresh(tmp_path).match(Identity("bbox", "10.0.0.1", "SN-1")).known == known
    assert b"SN-1" not in files(tmp_path) and MAC.encode() not in files(tmp_path)
    assert CANARY.encode() not in files(tmp_path)


@pytest.mark.parametrize(
    ("there", "changed"),
    [
        (Identity("bbox", GATEWAY, "SN-2", MAC), True),
        (Identity("bbox", GATEWAY, None, "7c:16:89:00:00:ff"), True),
        (Identity("bbox", "10.0.0.1", "SN-2"), False),
        (Identity("sfr", GATEWAY, "SN-1", MAC), False),
    ],
)
def test_another_box_is_not_known_and_at_the_same_address_it_is_a_change(
    tmp_path: Path, there: Identity, changed: bool
) -> None:
    fresh(tmp_path).keep(Identity("bbox", GATEWAY, "SN-1", MAC), Secret(CANARY))
    match = fresh(tmp_path).match(there)
    assert match.known is None and match.changed is changed


def test_a_box_that_tells_nothing_is_known_by_its_hardware_address_or_its_place(tmp_path: Path) -> None:
    mine = fresh(tmp_path)
    mine.keep(Identity("bbox", GATEWAY, None, MAC.upper()), Secret(CANARY))
    assert mine.match(Identity("bbox", "10.0.0.1", None, MAC)).known is not None
    assert mine.match(Identity("bbox", GATEWAY)).known is not None
    assert mine.match(Identity("bbox", "10.0.0.1")).known is None


def test_what_is_learned_later_is_held_against_the_next_box(tmp_path: Path) -> None:
    mine, shy = fresh(tmp_path), Identity("bbox", GATEWAY)
    mine.keep(shy, Secret(CANARY))
    known = mine.match(shy).known
    assert known is not None
    mine.seen(known, Identity("bbox", GATEWAY, "SN-1"))
    assert mine.match(Identity("bbox", GATEWAY, "SN-2")).changed
    assert mine.match(Identity("bbox", GATEWAY, "SN-1")).known is not None


def test_a_refusal_forgets_nothing_that_was_learned_and_revives_nothing_that_was_forgotten(tmp_path: Path) -> None:
    mine, shy = fresh(tmp_path), Identity("bbox", GATEWAY)
    mine.keep(shy, Secret(CANARY))
    before = mine.match(shy).known
    assert before is not None
    mine.seen(before, Identity("bbox", GATEWAY, "SN-1"))
    mine.refuse(before, "login_failed")
    known = mine.match(Identity("bbox", GATEWAY, "SN-1")).known
    assert known is not None and known.refused == "login_failed" and known.uid is not None
    mine.forget(known)
    mine.lock(known, 60.0)
    assert mine.known() == ()


def test_a_refusal_is_remembered_until_another_secret_is_given(tmp_path: Path) -> None:
    mine, box = fresh(tmp_path), Identity("bbox", GATEWAY, "SN-1")
    mine.keep(box, Secret("wrong"))
    known = mine.match(box).known
    assert known is not None
    mine.refuse(known, "login_failed")
    refused = fresh(tmp_path).match(box).known
    assert refused is not None and refused.refused == "login_failed"
    mine.lock(refused, 60.0)
    locked = fresh(tmp_path).match(box).known
    assert locked is not None and locked.refused == "login_failed" and 50 < locked.locked_s <= 60
    mine.keep(box, Secret("right"))
    again = mine.match(box).known
    assert again is not None and again.refused is None and again.locked_s == 0


def test_the_box_that_was_replaced_is_no_longer_at_the_address(tmp_path: Path) -> None:
    mine, one, two = fresh(tmp_path), Identity("bbox", GATEWAY, "SN-1"), Identity("bbox", GATEWAY, "SN-2")
    mine.keep(one, Secret("one"))
    mine.keep(two, Secret("two"))
    first, second = mine.match(one).known, mine.match(two).known
    assert first is not None and first.address == "" and mine.secret(first) == Secret("one")
    assert second is not None and mine.secret(second) == Secret("two")
    mine.forget(second)
    assert mine.match(two) == mine.match(Identity("bbox", GATEWAY, "SN-3")) and not mine.match(two).changed
    assert mine.secret(second) is None


def test_a_file_of_nonsense_is_passed_over(tmp_path: Path) -> None:
    mine = fresh(tmp_path)
    mine.keep(Identity("bbox", GATEWAY, "SN-1"), Secret("one"))
    (tmp_path / "boxes" / "x.json").write_text("[1")
    assert len(mine.known()) == 1


def test_only_a_system_keyring_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """keyrings.alt and others put plain text in a file; none at all is what a headless PC has."""
    import keyring
    from keyring.backends import SecretService, fail, null

    real = SecretService.Keyring.__new__(SecretService.Keyring)
    for chosen, expected in ((Memory(), None), (fail.Keyring(), None), (null.Keyring(), None), (real, real)):
        monkeypatch.setattr(keyring, "get_keyring", lambda chosen=chosen: chosen)
        assert system_keyring() is expected


def test_of_several_keyrings_the_systems_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends import SecretService, chainer, fail

    real = SecretService.Keyring.__new__(SecretService.Keyring)

    monkeypatch.setattr(chainer.ChainerBackend, "backends", (fail.Keyring(), real))
    monkeypatch.setattr(keyring, "get_keyring", chainer.ChainerBackend)
    assert system_keyring() is real
