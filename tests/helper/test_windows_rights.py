"""Who may write to a file on Windows, judged from the bytes of its security descriptor."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfcare.helper.host import rights

ME = "S-1-5-21-1-2-3-1001"
USERS, EVERYBODY = "S-1-5-32-545", "S-1-1-0"
FULL, READ = 0x1F01FF, 0x1200A9
ALLOW, DENY, CONDITIONAL = 0, 1, 9


def sid(text: str) -> bytes:
    _, revision, authority, *parts = text.split("-")
    head = bytes([int(revision), len(parts)]) + int(authority).to_bytes(6, "big")
    return head + struct.pack(f"<{len(parts)}I", *map(int, parts))


def entry(who: str, mask: int, kind: int = ALLOW, flags: int = 0) -> bytes:
    body = struct.pack("<I", mask) + sid(who)
    return struct.pack("<BBH", kind, flags, 4 + len(body)) + body


def descriptor(owner: str, entries: list[bytes] | None) -> bytes:
    listed = b"" if entries is None else struct.pack("<BBHHH", 2, 0, 8 + sum(map(len, entries)), len(entries), 0)
    listed += b"".join(entries or [])
    control = 0x8000 | (0 if entries is None else 0x4)
    at = 20
    head = struct.pack("<BBHIIII", 1, 0, control, at + len(listed), 0, 0, at if listed else 0)
    return head + listed + sid(owner)


GOOD = [entry(rights.SYSTEM, FULL), entry(rights.ADMINISTRATORS, FULL), entry(USERS, READ)]


def why(data: bytes) -> str | None:
    return rights.strangers(rights.parse(data), rights.TRUSTED)


@pytest.mark.parametrize("owner", [rights.SYSTEM, rights.ADMINISTRATORS, rights.INSTALLER])
def test_what_windows_itself_owns_and_others_only_read(owner: str) -> None:
    assert why(descriptor(owner, GOOD)) is None


def test_an_owner_can_always_give_himself_the_right() -> None:
    assert why(descriptor(ME, GOOD)) == f"it belongs to {ME}"


def test_without_any_list_everybody_may_do_everything() -> None:
    assert why(descriptor(rights.SYSTEM, None)) == "everybody may write there"


def test_an_empty_list_lets_nobody_in() -> None:
    assert why(descriptor(rights.SYSTEM, [])) is None


@pytest.mark.parametrize("right", [0x2, 0x4, 0x40, 0x10000, 0x40000, 0x80000, 0x10000000, 0x40000000])
@pytest.mark.parametrize("who", [USERS, EVERYBODY, ME])
def test_every_way_of_writing_counts(who: str, right: int) -> None:
    assert who in (why(descriptor(rights.SYSTEM, [*GOOD, entry(who, right | READ)])) or "")


def test_being_denied_is_no_right() -> None:
    assert why(descriptor(rights.SYSTEM, [entry(EVERYBODY, FULL, DENY), *GOOD])) is None


def test_an_entry_we_do_not_understand_may_let_anybody_in() -> None:
    assert "kind 9" in (why(descriptor(rights.SYSTEM, [*GOOD, entry(rights.SYSTEM, FULL, CONDITIONAL)])) or "")


def test_what_is_only_handed_down_counts_too() -> None:
    assert why(descriptor(rights.SYSTEM, [*GOOD, entry(USERS, FULL, flags=0x0B)])) is not None
    assert why(descriptor(rights.SYSTEM, [*GOOD, entry(rights.CREATOR, FULL, flags=0x0B)])) is None


@given(st.binary(max_size=200))
def test_bytes_that_are_none_are_said_to_be_none(data: bytes) -> None:
    try:
        found = rights.parse(data)
    except ValueError:
        return
    assert found.owner.startswith("S-")
